/* SPDX-License-Identifier: GPL-3.0-or-later
 * SPDX-FileCopyrightText: The Stonechat authors */
#include "stonechat-selection.h"
#include "stonechat-time.h"

#include <string.h>

typedef struct { gint64 message; guint position; int index; } End;

/* Messages are taken one after the other; where one is not in memory, the model says when it is. */
typedef struct {
  ChatTimeline *timeline;
  GdkClipboard *clipboard;
  gint64 first_message, last_message;
  guint next, last;
  GPtrArray *messages;
} Copy;

struct _StonechatSelection {
  GObject parent_instance;
  ChatTimeline *timeline;
  gboolean begun;
  End from, to;
  Copy *copy;               /* under way */
};

enum { CHANGED, N_SIGNALS };
static guint signals[N_SIGNALS];

G_DEFINE_FINAL_TYPE (StonechatSelection, stonechat_selection, G_TYPE_OBJECT)

/* -- copying --------------------------------------------------------------------------------------------------------- */

static void
copy_free (Copy *copy)
{
  g_signal_handlers_disconnect_by_data (copy->timeline, copy);
  g_object_unref (copy->timeline);
  g_object_unref (copy->clipboard);
  g_ptr_array_unref (copy->messages);
  g_free (copy);
}

static char *
make_lines (GPtrArray *messages)
{
  g_autoptr (GString) lines = g_string_new (NULL);
  gint64 first = chat_message_get_time (messages->pdata[0]), last = chat_message_get_time (messages->pdata[messages->len - 1]);
  gboolean one_day = stonechat_time_same_day (first, last);

  for (guint i = 0; i < messages->len; i++) {
    ChatMessage *message = messages->pdata[i];
    gint64 when = chat_message_get_time (message);
    g_autofree char *time = one_day ? stonechat_time_of_day (when) : stonechat_time_full (when);

    g_string_append_printf (lines, "%s[%s] %s: %s", i ? "\n" : "", time, chat_message_get_sender_name (message), chat_message_get_text (message));
  }
  return g_string_free (g_steal_pointer (&lines), FALSE);
}

static void
go_on_copying (StonechatSelection *self)
{
  Copy *copy = self->copy;
  g_autofree char *lines = NULL;

  while (copy->next <= copy->last) {
    ChatMessage *message = g_list_model_get_item (G_LIST_MODEL (copy->timeline), copy->next);

    if (!message)
      return;
    g_ptr_array_add (copy->messages, message);
    copy->next++;
  }
  if (copy->messages->len > 0) {
    lines = make_lines (copy->messages);
    gdk_clipboard_set_text (copy->clipboard, lines);
  }
  g_clear_pointer (&self->copy, copy_free);
}

static void
find_again (Copy *copy)
{
  gboolean begun = copy->messages->len > 0;
  guint next = chat_timeline_find (copy->timeline, begun ? chat_message_get_id (copy->messages->pdata[copy->messages->len - 1])
                                                         : copy->first_message);
  guint last = chat_timeline_find (copy->timeline, copy->last_message), n = g_list_model_get_n_items (G_LIST_MODEL (copy->timeline));

  copy->next = next == G_MAXUINT ? copy->next : begun ? next + 1 : next;
  copy->last = last == G_MAXUINT ? MIN (copy->last, MAX (n, 1) - 1) : last;
}

static void
copy_messages (StonechatSelection *self, GdkClipboard *clipboard)
{
  const End *first = self->from.position < self->to.position ? &self->from : &self->to;
  const End *last = first == &self->from ? &self->to : &self->from;

  g_clear_pointer (&self->copy, copy_free);
  self->copy = g_new0 (Copy, 1);
  self->copy->timeline = g_object_ref (self->timeline);
  self->copy->clipboard = g_object_ref (clipboard);
  self->copy->first_message = first->message;
  self->copy->last_message = last->message;
  self->copy->next = first->position;
  self->copy->last = last->position;
  self->copy->messages = g_ptr_array_new_with_free_func (g_object_unref);
  go_on_copying (self);
}

static void
copy_part (StonechatSelection *self, GdkClipboard *clipboard)
{
  g_autoptr (ChatMessage) message = g_list_model_get_item (G_LIST_MODEL (self->timeline), self->from.position);
  int start, end, length;
  g_autofree char *part = NULL;

  if (!message || !stonechat_selection_get_range (self, self->from.position, &start, &end))
    return;
  length = strlen (chat_message_get_text (message));
  part = g_strndup (chat_message_get_text (message) + MIN (start, length), MIN (end, length) - MIN (start, length));
  gdk_clipboard_set_text (clipboard, part);
}

static gboolean
is_part (StonechatSelection *self)
{
  return self->from.message == self->to.message && self->from.index >= 0 && self->to.index >= 0;
}

void
stonechat_selection_copy (StonechatSelection *self, GdkClipboard *clipboard)
{
  if (stonechat_selection_is_empty (self))
    return;
  if (is_part (self))
    copy_part (self, clipboard);
  else
    copy_messages (self, clipboard);
}

/* -- the ends -------------------------------------------------------------------------------------------------------- */

gboolean
stonechat_selection_is_empty (StonechatSelection *self)
{
  return !self->begun || (is_part (self) && self->from.index == self->to.index);
}

void
stonechat_selection_clear (StonechatSelection *self)
{
  if (!self->begun)
    return;
  self->begun = FALSE;
  g_signal_emit (self, signals[CHANGED], 0);
}

void
stonechat_selection_start (StonechatSelection *self, gint64 message, int index)
{
  self->from = self->to = (End) { message, chat_timeline_find (self->timeline, message), index };
  self->begun = self->from.position != G_MAXUINT;
  g_signal_emit (self, signals[CHANGED], 0);
}

void
stonechat_selection_extend (StonechatSelection *self, gint64 message, int index)
{
  End to = { message, chat_timeline_find (self->timeline, message), index };

  if (!self->begun) {
    stonechat_selection_start (self, message, STONECHAT_SELECTION_WHOLE);
    return;
  }
  if (to.position == G_MAXUINT || (to.message == self->to.message && to.index == self->to.index))
    return;
  self->to = to;
  g_signal_emit (self, signals[CHANGED], 0);
}

gboolean
stonechat_selection_get_range (StonechatSelection *self, guint position, int *start, int *end)
{
  if (stonechat_selection_is_empty (self) || position < MIN (self->from.position, self->to.position) ||
      position > MAX (self->from.position, self->to.position))
    return FALSE;
  *start = is_part (self) ? MIN (self->from.index, self->to.index) : 0;
  *end = is_part (self) ? MAX (self->from.index, self->to.index) : STONECHAT_SELECTION_WHOLE;
  return TRUE;
}

static void
items_changed_cb (GListModel *model, guint position, guint removed, guint added, StonechatSelection *self)
{
  if (self->copy) {
    if (removed != added)
      find_again (self->copy);
    go_on_copying (self);
  }
  if (!self->begun || removed == added)
    return;
  self->from.position = chat_timeline_find (self->timeline, self->from.message);
  self->to.position = chat_timeline_find (self->timeline, self->to.message);
  if (self->from.position == G_MAXUINT || self->to.position == G_MAXUINT)
    stonechat_selection_clear (self);
}

void
stonechat_selection_set_timeline (StonechatSelection *self, ChatTimeline *timeline)
{
  if (self->timeline == timeline)
    return;
  g_clear_pointer (&self->copy, copy_free);
  stonechat_selection_clear (self);
  if (self->timeline)
    g_signal_handlers_disconnect_by_data (self->timeline, self);
  g_set_object (&self->timeline, timeline);
  if (timeline)
    g_signal_connect (timeline, "items-changed", G_CALLBACK (items_changed_cb), self);
}

StonechatSelection *
stonechat_selection_new (void)
{
  return g_object_new (STONECHAT_TYPE_SELECTION, NULL);
}

static void
stonechat_selection_dispose (GObject *object)
{
  stonechat_selection_set_timeline (STONECHAT_SELECTION (object), NULL);
  G_OBJECT_CLASS (stonechat_selection_parent_class)->dispose (object);
}

static void
stonechat_selection_class_init (StonechatSelectionClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = stonechat_selection_dispose;
  signals[CHANGED] = g_signal_new ("changed", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 0);
}

static void
stonechat_selection_init (StonechatSelection *self)
{
}
