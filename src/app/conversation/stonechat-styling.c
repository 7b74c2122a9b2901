/* SPDX-License-Identifier: GPL-3.0-or-later
 * SPDX-FileCopyrightText: The Stonechat authors */
#include "stonechat-styling.h"

#include <string.h>

#define FENCE "```"

static const char marks[] = "*_~`";   /* in the order of StonechatSpanKind */

static gboolean
is_space (gunichar c)
{
  switch (g_unichar_type (c)) {
  case G_UNICODE_LINE_SEPARATOR:
  case G_UNICODE_PARAGRAPH_SEPARATOR:
  case G_UNICODE_SPACE_SEPARATOR:
    return TRUE;
  default:
    return (c >= '\t' && c <= '\r') || c == 0x85;
  }
}

/* -- spans ----------------------------------------------------------------------------------------------------------- */

/* One line. Every kind of mark has a finger on its next closing one; fingers only move forwards, so all is one walk. */
typedef struct {
  const char *text;
  guint start, end;
  guint closing[STONECHAT_N_SPANS];
  GArray *spans;
  guint open[STONECHAT_N_SPANS];    /* ends of the spans around, the innermost last; none lies in one of its own kind */
  guint n_open;
} Walk;

static int
kind_of (char c)
{
  const char *mark = c ? strchr (marks, c) : NULL;

  return mark ? (int) (mark - marks) : -1;
}

static gboolean
space_before (Walk *walk, guint at)
{
  return is_space (g_utf8_get_char (g_utf8_prev_char (walk->text + at)));
}

static gboolean
space_after (Walk *walk, guint at)
{
  return at + 1 >= walk->end || is_space (g_utf8_get_char (walk->text + at + 1));
}

/* The first mark from there on that may close a span: one that no space stands before. */
static guint
find_closing (Walk *walk, int kind, guint from)
{
  guint at = MAX (walk->closing[kind], from);

  while (at < walk->end && (walk->text[at] != marks[kind] || space_before (walk, at)))
    at++;
  return walk->closing[kind] = at;
}

static gboolean
may_open (Walk *walk, guint at, int kind, guint directive)
{
  if (space_after (walk, at))
    return FALSE;
  return at == walk->start || (directive + 1 == at && walk->text[directive] != marks[kind]) || space_before (walk, at);
}

static void
parse_spans (const char *text, guint start, guint end, GArray *spans)
{
  Walk walk = { .text = text, .start = start, .end = end, .spans = spans };
  guint directive = G_MAXUINT - 1;   /* the last mark that means something */

  for (guint at = start + strcspn (text + start, "*_~`\n"); at < end; at++) {
    int kind = kind_of (text[at]);
    guint closing;

    if (kind < 0)
      continue;
    if (walk.n_open > 0 && at == walk.open[walk.n_open - 1]) {
      walk.n_open--;
      directive = at;
    } else if (may_open (&walk, at, kind, directive)) {
      closing = find_closing (&walk, kind, at + 1);
      if (closing == at + 1) {
        /* Nothing between: neither of the two means anything, but the second may end what stands around. */
        at += walk.n_open == 0 || walk.open[walk.n_open - 1] != closing;
      } else if (closing < (walk.n_open > 0 ? walk.open[walk.n_open - 1] : end)) {
        StonechatSpan span = { at, closing + 1, kind };

        g_array_append_val (spans, span);
        directive = kind == STONECHAT_SPAN_CODE ? closing : at;
        if (kind == STONECHAT_SPAN_CODE)
          at = closing;              /* no marks within */
        else
          walk.open[walk.n_open++] = closing;
      }
    }
  }
}

/* -- lines ----------------------------------------------------------------------------------------------------------- */

/* Steps over one mark of a quotation and the one space that goes with it. */
static gboolean
skip_quote (const char *text, guint *at, guint end)
{
  if (*at >= end || text[*at] != '>')
    return FALSE;
  ++*at;
  if (*at < end && is_space (g_utf8_get_char (text + *at)))
    *at = g_utf8_next_char (text + *at) - text;
  return TRUE;
}

static void
parse_lines (const char *text, GArray *lines)
{
  gboolean in_code = FALSE;
  guint code_depth = 0, start = 0, length = strlen (text);

  while (start < length) {
    StonechatLine line = { .start = start, .text = start, .end = start + strcspn (text + start, "\n") };

    /* Preformatted lines end with the quotation in which they stand. */
    while ((!in_code || line.depth < code_depth) && skip_quote (text, &line.text, line.end))
      line.depth++;
    in_code = in_code && line.depth == code_depth;
    if (in_code) {
      gboolean last = line.end - line.text == strlen (FENCE) && strncmp (text + line.text, FENCE, strlen (FENCE)) == 0;

      line.kind = last ? STONECHAT_LINE_CODE_END : STONECHAT_LINE_CODE;
      in_code = !last;
    } else if (strncmp (text + line.text, FENCE, strlen (FENCE)) == 0) {
      line.kind = STONECHAT_LINE_FENCE;
      in_code = TRUE;
      code_depth = line.depth;
    }
    g_array_append_val (lines, line);
    start = line.end + 1;
  }
}

/* Most texts have nothing of all this; they are not to cost anything. */
static gboolean
may_be_styled (const char *text)
{
  return text[strcspn (text, "*_~`")] || *text == '>' || strstr (text, "\n>");
}

StonechatStyling *
stonechat_styling_parse (const char *text)
{
  StonechatStyling *self;
  gboolean styled = FALSE;

  if (!may_be_styled (text))
    return NULL;
  self = g_new (StonechatStyling, 1);
  self->lines = g_array_new (FALSE, FALSE, sizeof (StonechatLine));
  self->spans = g_array_new (FALSE, FALSE, sizeof (StonechatSpan));
  parse_lines (text, self->lines);
  for (guint i = 0; i < self->lines->len; i++) {
    const StonechatLine *line = &g_array_index (self->lines, StonechatLine, i);

    styled = styled || line->depth > 0 || line->kind != STONECHAT_LINE_PLAIN;
    if (line->kind == STONECHAT_LINE_PLAIN)
      parse_spans (text, line->text, line->end, self->spans);
  }
  if (!styled && self->spans->len == 0)
    g_clear_pointer (&self, stonechat_styling_free);
  return self;
}

void
stonechat_styling_free (StonechatStyling *self)
{
  g_array_unref (self->lines);
  g_array_unref (self->spans);
  g_free (self);
}
