/* SPDX-License-Identifier: GPL-3.0-or-later
 * SPDX-FileCopyrightText: The Stonechat authors */
#include "stonechat-formatting.h"

#define FENCE "```"

typedef struct { int start, end; } Range;      /* in characters */

static gunichar
char_at (GtkTextBuffer *buffer, int offset)
{
  GtkTextIter iter;

  if (offset < 0)
    return 0;
  gtk_text_buffer_get_iter_at_offset (buffer, &iter, offset);
  return gtk_text_iter_get_offset (&iter) == offset ? gtk_text_iter_get_char (&iter) : 0;
}

static void
insert (GtkTextBuffer *buffer, int offset, const char *text)
{
  GtkTextIter iter;

  gtk_text_buffer_get_iter_at_offset (buffer, &iter, offset);
  gtk_text_buffer_insert (buffer, &iter, text, -1);
}

static void
delete (GtkTextBuffer *buffer, int offset, int n)
{
  GtkTextIter start, end;

  gtk_text_buffer_get_iter_at_offset (buffer, &start, offset);
  gtk_text_buffer_get_iter_at_offset (buffer, &end, offset + n);
  gtk_text_buffer_delete (buffer, &start, &end);
}

/* -- spans ----------------------------------------------------------------------------------------------------------- */

static void
toggle_at_cursor (GtkTextBuffer *buffer, gunichar mark)
{
  char text[2] = { mark, '\0' };
  GtkTextIter iter;
  int offset;

  gtk_text_buffer_get_iter_at_mark (buffer, &iter, gtk_text_buffer_get_insert (buffer));
  offset = gtk_text_iter_get_offset (&iter);
  if (char_at (buffer, offset) == mark && char_at (buffer, offset - 1) == mark) {
    delete (buffer, offset - 1, 2);
    return;
  }
  if (char_at (buffer, offset) != mark) {
    insert (buffer, offset, text);
    insert (buffer, offset, text);
  }
  gtk_text_buffer_get_iter_at_offset (buffer, &iter, offset + 1);
  gtk_text_buffer_place_cursor (buffer, &iter);
}

/* What is selected of each line, without the space around it: a styled span neither begins nor ends with one. */
static GArray *
list_lines (GtkTextBuffer *buffer, const GtkTextIter *start, const GtkTextIter *end)
{
  GArray *lines = g_array_new (FALSE, FALSE, sizeof (Range));
  GtkTextIter line = *start;

  while (gtk_text_iter_compare (&line, end) < 0) {
    GtkTextIter to = line;
    Range range;

    if (!gtk_text_iter_ends_line (&to))
      gtk_text_iter_forward_to_line_end (&to);
    if (gtk_text_iter_compare (&to, end) > 0)
      to = *end;
    range = (Range) { gtk_text_iter_get_offset (&line), gtk_text_iter_get_offset (&to) };
    while (range.start < range.end && g_unichar_isspace (char_at (buffer, range.start)))
      range.start++;
    while (range.start < range.end && g_unichar_isspace (char_at (buffer, range.end - 1)))
      range.end--;
    if (range.start < range.end)
      g_array_append_val (lines, range);
    if (!gtk_text_iter_forward_line (&line))
      break;
  }
  return lines;
}

/* What lies between the marks, when there are some inside or around the range. */
static gboolean
find_marked (GtkTextBuffer *buffer, Range range, gunichar mark, Range *inner)
{
  if (range.end - range.start > 2 && char_at (buffer, range.start) == mark && char_at (buffer, range.end - 1) == mark)
    *inner = (Range) { range.start + 1, range.end - 1 };
  else if (char_at (buffer, range.start - 1) == mark && char_at (buffer, range.end) == mark)
    *inner = range;
  else
    return FALSE;
  return TRUE;
}

static void
toggle_spans (GtkTextBuffer *buffer, GArray *lines, gunichar mark)
{
  char text[2] = { mark, '\0' };
  gboolean all = TRUE;
  Range inner;

  for (guint i = 0; i < lines->len; i++)
    all = all && find_marked (buffer, g_array_index (lines, Range, i), mark, &inner);
  /* From the last on, so that places before it stay. */
  for (guint i = lines->len; i-- > 0;) {
    Range range = g_array_index (lines, Range, i);
    gboolean marked = find_marked (buffer, range, mark, &inner);

    if (marked && all) {
      delete (buffer, inner.end, 1);
      delete (buffer, inner.start - 1, 1);
    } else if (!marked) {
      insert (buffer, range.end, text);
      insert (buffer, range.start, text);
    }
  }
}

/* -- blocks ---------------------------------------------------------------------------------------------------------- */

static gboolean
is_fence (GtkTextBuffer *buffer, int line)
{
  g_autofree char *text = NULL;
  GtkTextIter start, end;

  if (line < 0 || !gtk_text_buffer_get_iter_at_line (buffer, &start, line))
    return FALSE;
  end = start;
  if (!gtk_text_iter_ends_line (&end))
    gtk_text_iter_forward_to_line_end (&end);
  text = gtk_text_buffer_get_text (buffer, &start, &end, TRUE);
  return g_str_has_prefix (text, FENCE);
}

static void
delete_line (GtkTextBuffer *buffer, int line)
{
  GtkTextIter start, end;

  gtk_text_buffer_get_iter_at_line (buffer, &start, line);
  end = start;
  /* The last one has no line break behind it. */
  if (!gtk_text_iter_forward_line (&end))
    gtk_text_iter_backward_char (&start);
  gtk_text_buffer_delete (buffer, &start, &end);
}

static void
toggle_block (GtkTextBuffer *buffer, int first, int last)
{
  GtkTextIter iter;

  if (is_fence (buffer, first - 1) && is_fence (buffer, last + 1)) {
    delete_line (buffer, last + 1);
    delete_line (buffer, first - 1);
  } else if (last > first && is_fence (buffer, first) && is_fence (buffer, last)) {
    delete_line (buffer, last);
    delete_line (buffer, first);
  } else {
    gtk_text_buffer_get_iter_at_line (buffer, &iter, last);
    if (!gtk_text_iter_ends_line (&iter))
      gtk_text_iter_forward_to_line_end (&iter);
    gtk_text_buffer_insert (buffer, &iter, "\n" FENCE, -1);
    gtk_text_buffer_get_iter_at_line (buffer, &iter, first);
    gtk_text_buffer_insert (buffer, &iter, FENCE "\n", -1);
  }
}

void
stonechat_formatting_toggle (GtkTextBuffer *buffer, char mark)
{
  GtkTextMark *from, *to;
  GtkTextIter start, end;

  gtk_text_buffer_begin_user_action (buffer);
  if (!gtk_text_buffer_get_selection_bounds (buffer, &start, &end)) {
    toggle_at_cursor (buffer, mark);
    gtk_text_buffer_end_user_action (buffer);
    return;
  }
  if (gtk_text_iter_starts_line (&end))
    gtk_text_iter_backward_char (&end);
  /* They stay within what is put around. */
  from = gtk_text_buffer_create_mark (buffer, NULL, &start, FALSE);
  to = gtk_text_buffer_create_mark (buffer, NULL, &end, TRUE);
  if (mark == '`' && gtk_text_iter_get_line (&start) != gtk_text_iter_get_line (&end))
    toggle_block (buffer, gtk_text_iter_get_line (&start), gtk_text_iter_get_line (&end));
  else {
    g_autoptr (GArray) lines = list_lines (buffer, &start, &end);

    toggle_spans (buffer, lines, mark);
  }
  gtk_text_buffer_get_iter_at_mark (buffer, &start, from);
  gtk_text_buffer_get_iter_at_mark (buffer, &end, to);
  gtk_text_buffer_select_range (buffer, &end, &start);
  gtk_text_buffer_delete_mark (buffer, from);
  gtk_text_buffer_delete_mark (buffer, to);
  gtk_text_buffer_end_user_action (buffer);
}
