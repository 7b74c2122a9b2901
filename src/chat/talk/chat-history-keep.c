/* SPDX-License-Identifier: GPL-3.0-or-later
 * SPDX-FileCopyrightText: The Stonechat authors */
#include "chat-history-struct.h"

/* The way of the pages into the store: one at a time. */

static void store_next (ChatHistory *self);

static void
waiting_free (Waiting *waiting)
{
  g_clear_pointer (&waiting->page, xmpp_archive_page_unref);
  g_clear_pointer (&waiting->place, chat_page_free);
  g_free (waiting);
}

ChatGapRow *
chat_history_find_gap (ChatHistory *self, gint64 id)
{
  for (guint i = 0; self->gaps != NULL && i < self->gaps->len; i++) {
    ChatGapRow *row = g_ptr_array_index (self->gaps, i);
    if (row->id == id)
      return row;
  }
  return NULL;
}

/* row: as the gap is after the commit; NULL: there is none any more. */
static void
change_gap (ChatHistory *self, gint64 id, const ChatGapRow *row)
{
  for (guint i = 0; self->gaps != NULL && i < self->gaps->len; i++) {
    if (((ChatGapRow *) g_ptr_array_index (self->gaps, i))->id != id)
      continue;
    if (row == NULL) {
      g_ptr_array_remove_index (self->gaps, i);
    } else {
      chat_gap_row_free (g_ptr_array_index (self->gaps, i));
      g_ptr_array_index (self->gaps, i) = chat_gap_row_copy (row);
    }
    return;
  }
}

/* Where both ends are dated, by what their distance was worth so far; from the beginning of the archive, by what the server
 * says that there is in all. */
static int
estimate_left (Errand *errand, const ChatGapRow *gap, const XmppArchivePage *page)
{
  double seen = errand->newest - gap->before_time, to_come = gap->before_time - gap->after_time;

  if (gap->after != NULL && gap->after_time != 0 && gap->before_time != 0)
    return seen > 0 && to_come > 0 ? MIN (errand->n_fetched * (to_come / seen), 10000000) : 0;
  return page->count >= (int) errand->n_fetched ? page->count - (int) errand->n_fetched : -1;
}

static void
count_page (Errand *errand, const XmppArchivePage *page, const ChatPage *place, const ChatGapRow *gap)
{
  if (errand->kind != ERRAND_SWEEP)
    return;
  if (errand->newest == 0)
    errand->newest = place->last_time;
  errand->n_fetched += page->items->len;
  chat_history_set_n_left (errand->history, gap != NULL ? estimate_left (errand, gap, page) : 0);
}

static void
page_stored (Errand *errand, const ChatAddedLot *lot, const XmppArchivePage *page, const ChatPage *place)
{
  ChatHistory *self = errand->history;

  self->n_failures = 0;
  if (errand->kind == ERRAND_DATE) {
    chat_history_date_stored (errand, lot);
    return;
  }
  /* With one chat's page comes how that chat sees the gap. */
  if (errand->kind == ERRAND_SWEEP)
    change_gap (self, place->gap, lot->gap);
  count_page (errand, page, place, lot->gap);
  errand->found = errand->found || lot->added->len > 0;
  if (errand->kind == ERRAND_FILL && errand->found && errand->until == 0)
    chat_walk_finish (errand->walk);
  chat_walk_stored (errand->walk);
}

static void
page_stored_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (ChatHistory) self = user_data;
  g_autoptr (GError) error = NULL;
  g_autoptr (ChatAddedLot) lot = chat_inbox_take_page_finish (CHAT_INBOX (source), result, &error);
  Waiting *waiting = g_steal_pointer (&self->storing);

  if (waiting->errand != NULL && lot != NULL)
    page_stored (waiting->errand, lot, waiting->page, waiting->place);
  else if (waiting->errand != NULL)
    chat_history_errand_failed (waiting->errand, error);
  waiting_free (waiting);
  store_next (self);
}

/* What lay in a gap that another errand closed meanwhile is known. */
static void
skip_page (Waiting *waiting)
{
  Errand *errand = waiting->errand;

  waiting_free (waiting);
  if (errand->kind == ERRAND_DATE) {
    chat_history_date_stored (errand, NULL);
    return;
  }
  chat_walk_finish (errand->walk);
  chat_walk_stored (errand->walk);
}

static void
store_next (ChatHistory *self)
{
  Waiting *waiting;

  while (self->storing == NULL && (waiting = g_queue_pop_head (&self->waiting)) != NULL) {
    if (chat_history_find_gap (self, waiting->place->gap) == NULL) {
      skip_page (waiting);
      continue;
    }
    self->storing = waiting;
    chat_inbox_take_page_async (self->inbox, waiting->page, waiting->place, page_stored_cb, g_object_ref (self));
  }
}

void
chat_history_keep (Errand *errand, XmppArchivePage *page, ChatPage *place)
{
  Waiting *waiting = g_new0 (Waiting, 1);

  waiting->errand = errand;
  waiting->page = xmpp_archive_page_ref (page);
  waiting->place = place;
  g_queue_push_tail (&errand->history->waiting, waiting);
  store_next (errand->history);
}

void
chat_history_drop_pages (ChatHistory *self, Errand *errand)
{
  for (GList *l = self->waiting.head, *next; l != NULL; l = next) {
    Waiting *waiting = l->data;
    next = l->next;
    if (errand != NULL && waiting->errand != errand)
      continue;
    waiting_free (waiting);
    g_queue_delete_link (&self->waiting, l);
  }
  if (self->storing != NULL && (errand == NULL || self->storing->errand == errand))
    self->storing->errand = NULL;
}
