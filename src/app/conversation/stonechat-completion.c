/* SPDX-License-Identifier: GPL-3.0-or-later
 * SPDX-FileCopyrightText: The Stonechat authors */
#include "stonechat-completion.h"
#include "stonechat-shortcodes.h"

#include <glib/gi18n.h>
#include <string.h>

#define LETTERS_MIN 2
#define LETTERS_MAX 40
#define ROWS_MAX 6

struct _StonechatCompletion {
  GObject parent_instance;
  GtkTextView *view;           /* not owned: lives as long as the parent of the popover */
  GtkWidget *popover, *list;
  GPtrArray *found;            /* of StonechatShortcode, what is shown */
  gboolean replacing;
  gboolean closing;            /* the last thing typed was a colon */
};

G_DEFINE_FINAL_TYPE (StonechatCompletion, stonechat_completion, G_TYPE_OBJECT)

static gboolean
is_letter (gunichar c)
{
  return c < 0x80 ? g_ascii_isalnum (c) || c == '_' || c == '+' || c == '-' : g_unichar_isalnum (c);
}

/* The letters before the cursor and where the colon before them stands. closed: a colon follows them. */
static char *
get_letters (StonechatCompletion *self, gboolean closed, GtkTextIter *start, GtkTextIter *end)
{
  GtkTextBuffer *buffer = gtk_text_view_get_buffer (self->view);
  GtkTextIter iter, to;
  g_autofree char *text = NULL;
  int n = 0;

  gtk_text_buffer_get_iter_at_mark (buffer, end, gtk_text_buffer_get_insert (buffer));
  iter = to = *end;
  if (closed && (!gtk_text_iter_backward_char (&iter) || gtk_text_iter_get_char (&iter) != ':'))
    return NULL;
  to = iter;
  while (n <= LETTERS_MAX && gtk_text_iter_backward_char (&iter) && is_letter (gtk_text_iter_get_char (&iter)))
    n++;
  if (n > LETTERS_MAX || n < (closed ? 1 : LETTERS_MIN) || gtk_text_iter_get_char (&iter) != ':')
    return NULL;
  *start = iter;
  gtk_text_iter_forward_char (&iter);
  text = gtk_text_buffer_get_text (buffer, &iter, &to, TRUE);
  /* In "12:30" or "https:" no colon begins anything. */
  iter = *start;
  if (gtk_text_iter_backward_char (&iter) && is_letter (gtk_text_iter_get_char (&iter)))
    return NULL;
  return g_utf8_strdown (text, -1);
}

static void
replace (StonechatCompletion *self, GtkTextIter *start, GtkTextIter *end, const char *emoji)
{
  GtkTextBuffer *buffer = gtk_text_view_get_buffer (self->view);

  self->replacing = TRUE;
  gtk_text_buffer_begin_user_action (buffer);
  gtk_text_buffer_delete (buffer, start, end);
  gtk_text_buffer_insert (buffer, start, emoji, -1);
  gtk_text_buffer_end_user_action (buffer);
  self->replacing = FALSE;
}

static void
take (StonechatCompletion *self, int index)
{
  g_autofree char *emoji = g_strdup (((StonechatShortcode *) self->found->pdata[index])->emoji);
  GtkTextIter start, end;
  g_autofree char *letters = get_letters (self, FALSE, &start, &end);

  stonechat_completion_hide (self);
  if (letters)
    replace (self, &start, &end, emoji);
  gtk_widget_grab_focus (GTK_WIDGET (self->view));
}

static void
row_activated_cb (GtkListBox *list, GtkListBoxRow *row, StonechatCompletion *self)
{
  take (self, gtk_list_box_row_get_index (row));
}

static void
select_row (StonechatCompletion *self, int index)
{
  gtk_list_box_select_row (GTK_LIST_BOX (self->list), gtk_list_box_get_row_at_index (GTK_LIST_BOX (self->list), index));
}

static void
fill (StonechatCompletion *self)
{
  GtkWidget *row;

  while ((row = gtk_widget_get_first_child (self->list)))
    gtk_list_box_remove (GTK_LIST_BOX (self->list), row);
  for (guint i = 0; i < self->found->len; i++) {
    const StonechatShortcode *one = self->found->pdata[i];
    g_autofree char *text = g_strdup_printf ("%s  :%s:", one->emoji, one->name);
    GtkWidget *label = gtk_label_new (text);

    gtk_label_set_xalign (GTK_LABEL (label), 0);
    gtk_label_set_ellipsize (GTK_LABEL (label), PANGO_ELLIPSIZE_END);
    gtk_label_set_max_width_chars (GTK_LABEL (label), 34);
    row = gtk_list_box_row_new ();
    gtk_list_box_row_set_child (GTK_LIST_BOX_ROW (row), label);
    gtk_widget_set_focusable (row, FALSE);
    gtk_accessible_update_property (GTK_ACCESSIBLE (row), GTK_ACCESSIBLE_PROPERTY_LABEL, text, -1);
    gtk_list_box_append (GTK_LIST_BOX (self->list), row);
  }
  select_row (self, 0);
}

static void
show (StonechatCompletion *self, const GtkTextIter *start)
{
  GtkWidget *parent = gtk_widget_get_parent (self->popover);
  GdkRectangle at;
  double x, y;

  gtk_text_view_get_iter_location (self->view, start, &at);
  gtk_text_view_buffer_to_window_coords (self->view, GTK_TEXT_WINDOW_WIDGET, at.x, at.y, &at.x, &at.y);
  if (gtk_widget_translate_coordinates (GTK_WIDGET (self->view), parent, at.x, at.y, &x, &y)) {
    at.x = x;
    at.y = y;
    gtk_popover_set_pointing_to (GTK_POPOVER (self->popover), &at);
  }
  gtk_popover_popup (GTK_POPOVER (self->popover));
}

void
stonechat_completion_update (StonechatCompletion *self)
{
  GtkTextIter start, end;
  g_autofree char *letters = NULL;

  if (self->replacing)
    return;
  letters = get_letters (self, FALSE, &start, &end);
  g_clear_pointer (&self->found, g_ptr_array_unref);
  if (letters)
    self->found = stonechat_shortcodes_find (letters, ROWS_MAX);
  if (!self->found || !self->found->len) {
    stonechat_completion_hide (self);
    return;
  }
  fill (self);
  show (self, &start);
}

void
stonechat_completion_hide (StonechatCompletion *self)
{
  gtk_popover_popdown (GTK_POPOVER (self->popover));
  g_clear_pointer (&self->found, g_ptr_array_unref);
}

gboolean
stonechat_completion_key (StonechatCompletion *self, guint key, GdkModifierType state)
{
  int index, n;

  if (!self->found || !gtk_widget_get_visible (self->popover) || (state & (GDK_SHIFT_MASK | GDK_CONTROL_MASK | GDK_ALT_MASK)))
    return FALSE;
  n = self->found->len;
  index = gtk_list_box_row_get_index (gtk_list_box_get_selected_row (GTK_LIST_BOX (self->list)));
  switch (key) {
  case GDK_KEY_Up: case GDK_KEY_KP_Up: select_row (self, (index + n - 1) % n); return TRUE;
  case GDK_KEY_Down: case GDK_KEY_KP_Down: select_row (self, (index + 1) % n); return TRUE;
  case GDK_KEY_Tab: case GDK_KEY_Return: case GDK_KEY_KP_Enter: case GDK_KEY_ISO_Enter: take (self, index); return TRUE;
  case GDK_KEY_Escape: stonechat_completion_hide (self); return TRUE;
  default: return FALSE;
  }
}

/* Who leaves the letters wants none of it. */
static void
cursor_cb (StonechatCompletion *self)
{
  GtkTextIter start, end;
  g_autofree char *letters = self->found && !self->replacing ? get_letters (self, FALSE, &start, &end) : NULL;

  if (self->found && !letters)
    stonechat_completion_hide (self);
}

static void
inserted_cb (GtkTextBuffer *buffer, GtkTextIter *at, const char *text, int length, StonechatCompletion *self)
{
  self->closing = length == 1 && *text == ':';
}

/* When the insertion is over: while it lasts nobody may change the text. */
static void
ended_cb (StonechatCompletion *self)
{
  GtkTextIter start, end;
  g_autofree char *letters = self->closing ? get_letters (self, TRUE, &start, &end) : NULL;
  const char *emoji = letters ? stonechat_shortcodes_lookup (letters) : NULL;

  self->closing = FALSE;
  if (emoji)
    replace (self, &start, &end, emoji);
}

static void
stonechat_completion_dispose (GObject *object)
{
  StonechatCompletion *self = STONECHAT_COMPLETION (object);

  g_clear_pointer (&self->popover, gtk_widget_unparent);
  g_clear_pointer (&self->found, g_ptr_array_unref);
  G_OBJECT_CLASS (stonechat_completion_parent_class)->dispose (object);
}

static void
stonechat_completion_class_init (StonechatCompletionClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = stonechat_completion_dispose;
}

static void
stonechat_completion_init (StonechatCompletion *self)
{
  self->popover = gtk_popover_new ();
  self->list = gtk_list_box_new ();
  gtk_popover_set_autohide (GTK_POPOVER (self->popover), FALSE);
  gtk_popover_set_position (GTK_POPOVER (self->popover), GTK_POS_TOP);
  gtk_widget_set_can_focus (self->popover, FALSE);
  gtk_widget_add_css_class (self->popover, "completion");
  gtk_accessible_update_property (GTK_ACCESSIBLE (self->list), GTK_ACCESSIBLE_PROPERTY_LABEL, _("Emojis"), -1);
  gtk_list_box_set_selection_mode (GTK_LIST_BOX (self->list), GTK_SELECTION_BROWSE);
  gtk_popover_set_child (GTK_POPOVER (self->popover), self->list);
  g_signal_connect (self->list, "row-activated", G_CALLBACK (row_activated_cb), self);
}

StonechatCompletion *
stonechat_completion_new (GtkWidget *parent, GtkTextView *view)
{
  StonechatCompletion *self = g_object_new (STONECHAT_TYPE_COMPLETION, NULL);
  GtkTextBuffer *buffer = gtk_text_view_get_buffer (view);

  self->view = view;
  gtk_widget_set_parent (self->popover, parent);
  g_signal_connect_object (buffer, "notify::cursor-position", G_CALLBACK (cursor_cb), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (buffer, "insert-text", G_CALLBACK (inserted_cb), self, 0);
  g_signal_connect_object (buffer, "end-user-action", G_CALLBACK (ended_cb), self, G_CONNECT_SWAPPED);
  return self;
}
