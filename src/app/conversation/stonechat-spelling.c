/* SPDX-License-Identifier: GPL-3.0-or-later
 * SPDX-FileCopyrightText: The Stonechat authors */
#include "stonechat-spelling.h"
#include "stonechat-dictionary.h"
#include "stonechat-links.h"
#include "stonechat-styling.h"

#include <glib/gi18n.h>
#include <string.h>

#define DELAY_MS 300
#define WORD_MAX 100           /* bytes; what is longer is no word */
#define SUGGESTIONS_MAX 6
#define OFF ""

/* Words are found by one pango_get_log_attrs () over each line that changed; walking them by GtkTextIter takes a hundred times as
 * long. Tags are only touched where they change, for each one lays out a line anew. */

typedef struct { int start, end; } Range;      /* in characters of the whole text */

struct _StonechatSpelling {
  GObject parent_instance;
  GtkTextView *view;           /* not owned */
  GtkTextBuffer *buffer;
  GtkTextTag *wrong, *dim;
  GtkTextMark *dirty_start, *dirty_end, *unfinished, *menu_at;
  GSimpleActionGroup *actions;
  StonechatDictionary *dictionary;
  char *language;              /* as chosen, NULL: the system's */
  char *tag;                   /* of the dictionary in use, NULL: none */
  PangoLanguage *letters;      /* the same, for its script */
  GStrv all;                   /* NULL: not asked for yet */
  gboolean dirty, has_unfinished, opened;
  guint source;
};

enum { PROP_0, PROP_LANGUAGE };
enum { FOR_ALL, N_SIGNALS };

static guint signals[N_SIGNALS];

G_DEFINE_FINAL_TYPE (StonechatSpelling, stonechat_spelling, G_TYPE_OBJECT)

/* -- the dictionary -------------------------------------------------------------------------------------------------- */

/* A system without one is as the program's own words. */
static const char *
get_system_language (void)
{
  const char *language = g_get_language_names ()[0];

  return *language == 'C' || g_str_has_prefix (language, "POSIX") ? "en_US" : language;
}

/* The first time somebody writes: listing and opening take a while. */
static void
open_dictionary (StonechatSpelling *self)
{
  if (self->opened)
    return;
  self->opened = TRUE;
  if (!self->all)
    self->all = stonechat_dictionary_list ();
  g_clear_pointer (&self->tag, g_free);
  if (g_strcmp0 (self->language, OFF) != 0)
    self->tag = stonechat_dictionary_choose ((const char *const *) self->all, self->language ? self->language : get_system_language ());
  self->dictionary = self->tag ? stonechat_dictionary_open (self->tag) : NULL;
  self->letters = self->tag ? pango_language_from_string (self->tag) : NULL;
}

/* -- checking -------------------------------------------------------------------------------------------------------- */

/* Bytes that hold no words: code, links, and all that hangs together with "@", "/" or a digit. */
static GArray *
find_skipped (const char *text, const StonechatStyling *styling)
{
  g_autoptr (GArray) links = stonechat_links_find (text, styling);
  GArray *skipped = g_array_new (FALSE, FALSE, sizeof (Range));

  for (guint i = 0; styling && i < styling->lines->len; i++) {
    const StonechatLine *line = &g_array_index (styling->lines, StonechatLine, i);

    if (line->kind != STONECHAT_LINE_PLAIN)
      g_array_append_val (skipped, ((Range) { line->start, line->end }));
  }
  for (guint i = 0; styling && i < styling->spans->len; i++) {
    const StonechatSpan *span = &g_array_index (styling->spans, StonechatSpan, i);

    if (span->kind == STONECHAT_SPAN_CODE)
      g_array_append_val (skipped, ((Range) { span->start, span->end }));
  }
  for (guint i = 0; links && i < links->len; i++) {
    const StonechatLink *link = &g_array_index (links, StonechatLink, i);

    g_array_append_val (skipped, ((Range) { link->start, link->end }));
  }
  return skipped;
}

static int
compare_ranges (gconstpointer a, gconstpointer b)
{
  return ((const Range *) a)->start - ((const Range *) b)->start;
}

/* Part of an address, a path or a name of something, as far as it hangs together without spaces. */
static gboolean
is_technical (const char *line, const char *start, const char *end)
{
  const char *first = MAX (line, start - WORD_MAX), *last = end + WORD_MAX;

  while (start > first && !g_ascii_isspace (start[-1]))
    start--;
  while (end < last && *end && !g_ascii_isspace (*end))
    end++;
  for (; start < end; start++)
    if (strchr ("@/\\#", *start) || (*start == ':' && start + 1 < end && g_ascii_isalnum (start[1])))
      return TRUE;
  return FALSE;
}

static gboolean
is_wrong (StonechatSpelling *self, const char *line, const char *start, const char *end)
{
  GUnicodeScript script = g_unichar_get_script (g_utf8_get_char (start));
  char word[WORD_MAX + 1], *to = word;
  gboolean lower = FALSE;

  /* What is written in other letters is in another language. */
  if (end - start > WORD_MAX || (script > G_UNICODE_SCRIPT_INHERITED && !pango_language_includes_script (self->letters, (PangoScript) script)))
    return FALSE;
  for (const char *p = start; p < end; p = g_utf8_next_char (p)) {
    gunichar c = g_utf8_get_char (p);

    if (g_unichar_isdigit (c))
      return FALSE;
    lower = lower || !g_unichar_isupper (c);
    /* Dictionaries know the plain apostrophe. */
    if (c == 0x2019)
      c = '\'';
    to += g_unichar_to_utf8 (c, to);
  }
  *to = '\0';
  /* Abbreviations are nobody's business. */
  return lower && g_utf8_next_char (start) < end && !is_technical (line, start, end) && !stonechat_dictionary_check (self->dictionary, word, to - word);
}

/* A word that is being written is not finished: it is looked at again when the cursor leaves it. */
static gboolean
is_being_written (StonechatSpelling *self, int end)
{
  GtkTextIter iter;

  gtk_text_buffer_get_iter_at_mark (self->buffer, &iter, gtk_text_buffer_get_insert (self->buffer));
  if (!gtk_widget_has_focus (GTK_WIDGET (self->view)) || gtk_text_iter_get_offset (&iter) != end)
    return FALSE;
  gtk_text_buffer_move_mark (self->buffer, self->unfinished, &iter);
  self->has_unfinished = TRUE;
  return TRUE;
}

/* One line, which begins at the given byte and character of the text. */
static void
find_wrong (StonechatSpelling *self, const char *text, gsize at, gsize length, int offset, GArray *skipped, guint *skip, GArray *found)
{
  const char *line = text + at, *p = line, *start = NULL;
  int n = g_utf8_strlen (line, length), from = 0;
  g_autofree PangoLogAttr *attrs = g_new0 (PangoLogAttr, n + 1);
  g_autofree char *copy = g_strndup (line, length);

  pango_get_log_attrs (copy, length, -1, pango_language_get_default (), attrs, n + 1);
  for (int i = 0; i <= n; i++, p = i <= n ? g_utf8_next_char (p) : p) {
    if (attrs[i].is_word_end && start) {
      int first = start - text, last = p - text;
      Range range = { offset + from, offset + i };

      while (*skip < skipped->len && g_array_index (skipped, Range, *skip).end <= first)
        (*skip)++;
      if ((*skip >= skipped->len || g_array_index (skipped, Range, *skip).start >= last)
          && is_wrong (self, copy, copy + (start - line), copy + (p - line)) && !is_being_written (self, range.end))
        g_array_append_val (found, range);
      start = NULL;
    }
    if (i < n && attrs[i].is_word_start) {
      start = p;
      from = i;
    }
  }
}

/* What is tagged between two characters, as it is now. */
static GArray *
list_tagged (StonechatSpelling *self, GtkTextTag *tag, int start, int end)
{
  GArray *ranges = g_array_new (FALSE, FALSE, sizeof (Range));
  GtkTextIter iter, stop;

  gtk_text_buffer_get_iter_at_offset (self->buffer, &iter, start);
  gtk_text_buffer_get_iter_at_offset (self->buffer, &stop, end);
  while (gtk_text_iter_compare (&iter, &stop) < 0) {
    Range range = { gtk_text_iter_get_offset (&iter), 0 };
    gboolean tagged = gtk_text_iter_has_tag (&iter, tag);

    if (!gtk_text_iter_forward_to_tag_toggle (&iter, tag) || gtk_text_iter_compare (&iter, &stop) > 0)
      iter = stop;
    range.end = gtk_text_iter_get_offset (&iter);
    if (tagged)
      g_array_append_val (ranges, range);
  }
  return ranges;
}

static void
set_tagged (StonechatSpelling *self, GtkTextTag *tag, int start, int end, const GArray *wanted)
{
  g_autoptr (GArray) now = list_tagged (self, tag, start, end);
  GtkTextIter from, to;

  if (now->len == wanted->len && (!now->len || memcmp (now->data, wanted->data, now->len * sizeof (Range)) == 0))
    return;
  gtk_text_buffer_get_iter_at_offset (self->buffer, &from, start);
  gtk_text_buffer_get_iter_at_offset (self->buffer, &to, end);
  gtk_text_buffer_remove_tag (self->buffer, tag, &from, &to);
  for (guint i = 0; i < wanted->len; i++) {
    const Range *range = &g_array_index (wanted, Range, i);

    gtk_text_buffer_get_iter_at_offset (self->buffer, &from, range->start);
    gtk_text_buffer_get_iter_at_offset (self->buffer, &to, range->end);
    gtk_text_buffer_apply_tag (self->buffer, tag, &from, &to);
  }
}

/* From bytes to characters; they are sorted. Neighbours become one. */
static void
count_characters (GArray *ranges, const char *text)
{
  int at = 0, offset = 0;
  guint n = 0;

  for (guint i = 0; i < ranges->len; i++) {
    Range range = g_array_index (ranges, Range, i);
    int start = offset + g_utf8_strlen (text + at, range.start - at), end = start + g_utf8_strlen (text + range.start, range.end - range.start);

    at = range.end;
    offset = end;
    if (n && g_array_index (ranges, Range, n - 1).end == start)
      g_array_index (ranges, Range, n - 1).end = end;
    else
      g_array_index (ranges, Range, n++) = (Range) { start, end };
  }
  g_array_set_size (ranges, n);
}

static void
dim_marks (StonechatSpelling *self, const char *text, const StonechatStyling *styling)
{
  g_autoptr (GArray) dimmed = g_array_new (FALSE, FALSE, sizeof (Range));

  for (guint i = 0; styling && i < styling->lines->len; i++) {
    const StonechatLine *line = &g_array_index (styling->lines, StonechatLine, i);

    if ((line->kind == STONECHAT_LINE_FENCE || line->kind == STONECHAT_LINE_CODE_END) && line->end > line->text)
      g_array_append_val (dimmed, ((Range) { line->text, line->end }));
  }
  for (guint i = 0; styling && i < styling->spans->len; i++) {
    const StonechatSpan *span = &g_array_index (styling->spans, StonechatSpan, i);

    g_array_append_val (dimmed, ((Range) { span->start, span->start + 1 }));
    g_array_append_val (dimmed, ((Range) { span->end - 1, span->end }));
  }
  g_array_sort (dimmed, compare_ranges);
  count_characters (dimmed, text);
  set_tagged (self, self->dim, 0, gtk_text_buffer_get_char_count (self->buffer), dimmed);
}

static void
check_words (StonechatSpelling *self, const char *text, const StonechatStyling *styling, int first, int last)
{
  g_autoptr (GArray) found = g_array_new (FALSE, FALSE, sizeof (Range)), skipped = find_skipped (text, styling);
  const char *line = g_utf8_offset_to_pointer (text, first), *end = g_utf8_offset_to_pointer (line, last - first);
  int offset = first;
  guint skip = 0;

  g_array_sort (skipped, compare_ranges);
  while (self->dictionary && line < end) {
    gsize length = strcspn (line, "\n");

    find_wrong (self, text, line - text, length, offset, skipped, &skip, found);
    offset += g_utf8_strlen (line, length) + 1;
    line += length + (line[length] == '\n');
  }
  set_tagged (self, self->wrong, first, last, found);
}

void
stonechat_spelling_check_now (StonechatSpelling *self)
{
  g_autoptr (StonechatStyling) styling = NULL;
  g_autofree char *text = NULL;
  GtkTextIter first, last, start, end;

  g_clear_handle_id (&self->source, g_source_remove);
  if (!self->dirty)
    return;
  self->dirty = self->has_unfinished = FALSE;
  if (!gtk_text_buffer_get_char_count (self->buffer))
    return;
  open_dictionary (self);
  gtk_text_buffer_get_iter_at_mark (self->buffer, &first, self->dirty_start);
  gtk_text_buffer_get_iter_at_mark (self->buffer, &last, self->dirty_end);
  gtk_text_iter_set_line_offset (&first, 0);
  if (!gtk_text_iter_ends_line (&last))
    gtk_text_iter_forward_to_line_end (&last);
  gtk_text_buffer_get_bounds (self->buffer, &start, &end);
  text = gtk_text_buffer_get_slice (self->buffer, &start, &end, TRUE);
  styling = stonechat_styling_parse (text);
  check_words (self, text, styling, gtk_text_iter_get_offset (&first), gtk_text_iter_get_offset (&last));
  dim_marks (self, text, styling);
}

static gboolean
check_cb (gpointer user_data)
{
  StonechatSpelling *self = user_data;

  self->source = 0;
  stonechat_spelling_check_now (self);
  return G_SOURCE_REMOVE;
}

static void
check_soon (StonechatSpelling *self, const GtkTextIter *start, const GtkTextIter *end)
{
  GtkTextIter first, last;

  gtk_text_buffer_get_iter_at_mark (self->buffer, &first, self->dirty_start);
  gtk_text_buffer_get_iter_at_mark (self->buffer, &last, self->dirty_end);
  if (!self->dirty || gtk_text_iter_compare (start, &first) < 0)
    gtk_text_buffer_move_mark (self->buffer, self->dirty_start, start);
  if (!self->dirty || gtk_text_iter_compare (end, &last) > 0)
    gtk_text_buffer_move_mark (self->buffer, self->dirty_end, end);
  self->dirty = TRUE;
  g_clear_handle_id (&self->source, g_source_remove);
  self->source = g_timeout_add (DELAY_MS, check_cb, self);
}

static void
check_all (StonechatSpelling *self)
{
  GtkTextIter start, end;

  gtk_text_buffer_get_bounds (self->buffer, &start, &end);
  check_soon (self, &start, &end);
}

static void
inserted_cb (GtkTextBuffer *buffer, GtkTextIter *end, const char *text, int length, StonechatSpelling *self)
{
  GtkTextIter start = *end;

  gtk_text_iter_backward_chars (&start, g_utf8_strlen (text, length));
  check_soon (self, &start, end);
}

static void
deleted_cb (GtkTextBuffer *buffer, GtkTextIter *start, GtkTextIter *end, StonechatSpelling *self)
{
  check_soon (self, start, end);
}

static void
cursor_cb (StonechatSpelling *self)
{
  GtkTextIter iter;

  if (!self->has_unfinished)
    return;
  self->has_unfinished = FALSE;
  gtk_text_buffer_get_iter_at_mark (self->buffer, &iter, self->unfinished);
  check_soon (self, &iter, &iter);
}

/* -- the menu -------------------------------------------------------------------------------------------------------- */

/* The wrong word at a place. */
static char *
get_word (StonechatSpelling *self, const GtkTextIter *at, GtkTextIter *start, GtkTextIter *end)
{
  *start = *end = *at;
  if (!gtk_text_iter_has_tag (at, self->wrong) && !gtk_text_iter_ends_tag (at, self->wrong))
    return NULL;
  if (!gtk_text_iter_starts_tag (start, self->wrong))
    gtk_text_iter_backward_to_tag_toggle (start, self->wrong);
  if (!gtk_text_iter_ends_tag (end, self->wrong))
    gtk_text_iter_forward_to_tag_toggle (end, self->wrong);
  return gtk_text_buffer_get_text (self->buffer, start, end, TRUE);
}

static void
append_word (StonechatSpelling *self, GMenu *menu, const char *word)
{
  g_auto (GStrv) words = stonechat_dictionary_suggest (self->dictionary, word, SUGGESTIONS_MAX);
  g_autoptr (GMenu) suggestions = g_menu_new (), own = g_menu_new ();

  for (guint i = 0; words[i]; i++) {
    g_autoptr (GMenuItem) item = g_menu_item_new (words[i], NULL);

    g_menu_item_set_action_and_target (item, "spelling.correct", "s", words[i]);
    g_menu_append_item (suggestions, item);
  }
  if (!words[0])
    g_menu_append (suggestions, _("No Suggestions"), "spelling.none");
  g_menu_append (own, _("Add to Dictionary"), "spelling.add");
  g_menu_append (own, _("Ignore"), "spelling.ignore");
  g_menu_append_section (menu, NULL, G_MENU_MODEL (suggestions));
  g_menu_append_section (menu, NULL, G_MENU_MODEL (own));
}

static void
append_language (GMenu *menu, const char *label, const char *tag)
{
  g_autoptr (GMenuItem) item = g_menu_item_new (label, NULL);

  g_menu_item_set_action_and_target (item, "spelling.language", "s", tag);
  g_menu_append_item (menu, item);
}

static void
append_languages (StonechatSpelling *self, GMenu *menu)
{
  g_autoptr (GMenu) languages = g_menu_new (), list = g_menu_new (), all = g_menu_new ();

  for (guint i = 0; self->all[i]; i++) {
    g_autofree char *name = stonechat_dictionary_name (self->all[i]);

    append_language (list, name, self->all[i]);
  }
  append_language (list, _("Off"), OFF);
  g_menu_append_section (languages, NULL, G_MENU_MODEL (list));
  g_menu_append (all, _("Use for All Chats"), "spelling.for-all");
  g_menu_append_section (languages, NULL, G_MENU_MODEL (all));
  g_menu_append_submenu (menu, _("Spelling"), G_MENU_MODEL (languages));
}

/* Where no dictionary is, it is said how one comes. */
static void
append_advice (StonechatSpelling *self, GMenu *menu)
{
  g_autofree char *package = stonechat_dictionary_package (self->language && *self->language ? self->language : get_system_language ());
  /* Translators: the name of a package */
  g_autofree char *sentence = g_strdup_printf (_("To check spelling, install %s"), package);

  g_menu_append (menu, sentence, "spelling.none");
}

static void
make_menu (StonechatSpelling *self, const GtkTextIter *at)
{
  g_autoptr (GMenu) menu = g_menu_new (), more = g_menu_new ();
  g_autofree char *word = NULL;
  GtkTextIter start, end;
  GAction *language = g_action_map_lookup_action (G_ACTION_MAP (self->actions), "language");

  if (!stonechat_dictionary_is_built_in ())
    return;
  open_dictionary (self);
  stonechat_spelling_check_now (self);
  word = get_word (self, at, &start, &end);
  gtk_text_buffer_move_mark (self->buffer, self->menu_at, at);
  if (word && self->dictionary)
    append_word (self, menu, word);
  if (self->all[0])
    append_languages (self, more);
  if (!self->tag && g_strcmp0 (self->language, OFF) != 0)
    append_advice (self, more);
  g_menu_append_section (menu, NULL, G_MENU_MODEL (more));
  g_simple_action_set_state (G_SIMPLE_ACTION (language), g_variant_new_string (self->tag ? self->tag : OFF));
  gtk_text_view_set_extra_menu (self->view, G_MENU_MODEL (menu));
}

void
stonechat_spelling_prepare_menu (StonechatSpelling *self)
{
  GtkTextIter iter;

  gtk_text_buffer_get_iter_at_mark (self->buffer, &iter, gtk_text_buffer_get_insert (self->buffer));
  make_menu (self, &iter);
}

static void
pressed_cb (GtkGestureClick *gesture, int n, double x, double y, StonechatSpelling *self)
{
  GdkEvent *event = gtk_event_controller_get_current_event (GTK_EVENT_CONTROLLER (gesture));
  GtkTextIter iter;
  int at_x, at_y;

  if (event && !gdk_event_triggers_context_menu (event))
    return;
  gtk_text_view_window_to_buffer_coords (self->view, GTK_TEXT_WINDOW_WIDGET, x, y, &at_x, &at_y);
  gtk_text_view_get_iter_at_location (self->view, &iter, at_x, at_y);
  make_menu (self, &iter);
}

/* -- what the menu does ---------------------------------------------------------------------------------------------- */

static char *
get_menu_word (StonechatSpelling *self, GtkTextIter *start, GtkTextIter *end)
{
  GtkTextIter at;

  gtk_text_buffer_get_iter_at_mark (self->buffer, &at, self->menu_at);
  return get_word (self, &at, start, end);
}

static void
correct_action (GSimpleAction *action, GVariant *parameter, gpointer user_data)
{
  StonechatSpelling *self = user_data;
  GtkTextIter start, end;
  g_autofree char *word = get_menu_word (self, &start, &end);

  if (!word)
    return;
  gtk_text_buffer_begin_user_action (self->buffer);
  gtk_text_buffer_delete (self->buffer, &start, &end);
  gtk_text_buffer_insert (self->buffer, &start, g_variant_get_string (parameter, NULL), -1);
  gtk_text_buffer_end_user_action (self->buffer);
  gtk_widget_grab_focus (GTK_WIDGET (self->view));
}

static void
know_action (GSimpleAction *action, GVariant *parameter, gpointer user_data)
{
  StonechatSpelling *self = user_data;
  GtkTextIter start, end;
  g_autofree char *word = get_menu_word (self, &start, &end);

  if (!word || !self->dictionary)
    return;
  if (g_str_equal (g_action_get_name (G_ACTION (action)), "add"))
    stonechat_dictionary_add (self->dictionary, word);
  else
    stonechat_dictionary_ignore (self->dictionary, word);
  check_all (self);
  stonechat_spelling_check_now (self);
}

static void
language_action (GSimpleAction *action, GVariant *state, gpointer user_data)
{
  StonechatSpelling *self = user_data;

  g_simple_action_set_state (action, state);
  stonechat_spelling_set_language (self, g_variant_get_string (state, NULL));
  g_object_notify (G_OBJECT (self), "language");
}

static void
for_all_action (GSimpleAction *action, GVariant *parameter, gpointer user_data)
{
  g_signal_emit (user_data, signals[FOR_ALL], 0);
}

/* -- the object ------------------------------------------------------------------------------------------------------ */

void
stonechat_spelling_set_language (StonechatSpelling *self, const char *language)
{
  if (g_strcmp0 (language, self->language) == 0)
    return;
  g_free (self->language);
  self->language = g_strdup (language);
  self->opened = FALSE;
  if (gtk_text_buffer_get_char_count (self->buffer))
    check_all (self);
}

const char *
stonechat_spelling_get_language (StonechatSpelling *self)
{
  return self->tag && g_strcmp0 (self->language, OFF) != 0 ? self->tag : OFF;
}

static void
stonechat_spelling_get_property (GObject *object, guint id, GValue *value, GParamSpec *pspec)
{
  switch (id) {
  case PROP_LANGUAGE: g_value_set_string (value, STONECHAT_SPELLING (object)->language); break;
  default: G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
  }
}

static void
stonechat_spelling_set_property (GObject *object, guint id, const GValue *value, GParamSpec *pspec)
{
  switch (id) {
  case PROP_LANGUAGE: stonechat_spelling_set_language (STONECHAT_SPELLING (object), g_value_get_string (value)); break;
  default: G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
  }
}

static void
stonechat_spelling_finalize (GObject *object)
{
  StonechatSpelling *self = STONECHAT_SPELLING (object);

  g_clear_handle_id (&self->source, g_source_remove);
  g_clear_object (&self->buffer);
  g_clear_object (&self->actions);
  g_strfreev (self->all);
  g_free (self->language);
  g_free (self->tag);
  G_OBJECT_CLASS (stonechat_spelling_parent_class)->finalize (object);
}

static void
stonechat_spelling_class_init (StonechatSpellingClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->get_property = stonechat_spelling_get_property;
  object_class->set_property = stonechat_spelling_set_property;
  object_class->finalize = stonechat_spelling_finalize;
  g_object_class_install_property (object_class, PROP_LANGUAGE,
    g_param_spec_string ("language", NULL, NULL, NULL, G_PARAM_READWRITE | G_PARAM_EXPLICIT_NOTIFY | G_PARAM_STATIC_STRINGS));
  signals[FOR_ALL] = g_signal_new ("for-all", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 0);
}

static void
stonechat_spelling_init (StonechatSpelling *self)
{
  const GActionEntry entries[] = {
    { "correct", correct_action, "s", NULL, NULL }, { "add", know_action, NULL, NULL, NULL }, { "ignore", know_action, NULL, NULL, NULL },
    { "language", NULL, "s", "''", language_action }, { "for-all", for_all_action, NULL, NULL, NULL }, { "none", NULL, NULL, NULL, NULL },
  };

  self->actions = g_simple_action_group_new ();
  g_action_map_add_action_entries (G_ACTION_MAP (self->actions), entries, G_N_ELEMENTS (entries), self);
  g_simple_action_set_enabled (G_SIMPLE_ACTION (g_action_map_lookup_action (G_ACTION_MAP (self->actions), "none")), FALSE);
}

/* Has no name in the buffer, for what it does is not the text's. */
static GtkTextMark *
make_mark (StonechatSpelling *self, gboolean left_gravity)
{
  GtkTextIter start;

  gtk_text_buffer_get_start_iter (self->buffer, &start);
  return gtk_text_buffer_create_mark (self->buffer, NULL, &start, left_gravity);
}

StonechatSpelling *
stonechat_spelling_new (GtkTextView *view)
{
  StonechatSpelling *self = g_object_new (STONECHAT_TYPE_SPELLING, NULL);
  GtkGesture *click = gtk_gesture_click_new ();

  self->view = view;
  self->buffer = g_object_ref (gtk_text_view_get_buffer (view));
  self->wrong = gtk_text_buffer_create_tag (self->buffer, NULL, "underline", PANGO_UNDERLINE_ERROR, "underline-rgba", &(GdkRGBA) { 0.88, 0.11, 0.14, 1 }, NULL);
  self->dim = gtk_text_buffer_create_tag (self->buffer, NULL, "foreground-rgba", &(GdkRGBA) { 0.5, 0.5, 0.5, 1 }, NULL);
  self->dirty_start = make_mark (self, TRUE);
  self->dirty_end = make_mark (self, FALSE);
  self->unfinished = make_mark (self, TRUE);
  self->menu_at = make_mark (self, TRUE);
  gtk_widget_insert_action_group (GTK_WIDGET (view), "spelling", G_ACTION_GROUP (self->actions));
  gtk_gesture_single_set_button (GTK_GESTURE_SINGLE (click), 0);
  gtk_event_controller_set_propagation_phase (GTK_EVENT_CONTROLLER (click), GTK_PHASE_CAPTURE);
  g_signal_connect_object (click, "pressed", G_CALLBACK (pressed_cb), self, 0);
  gtk_widget_add_controller (GTK_WIDGET (view), GTK_EVENT_CONTROLLER (click));
  g_signal_connect_object (self->buffer, "insert-text", G_CALLBACK (inserted_cb), self, G_CONNECT_AFTER);
  g_signal_connect_object (self->buffer, "delete-range", G_CALLBACK (deleted_cb), self, G_CONNECT_AFTER);
  g_signal_connect_object (self->buffer, "notify::cursor-position", G_CALLBACK (cursor_cb), self, G_CONNECT_SWAPPED);
  return self;
}
