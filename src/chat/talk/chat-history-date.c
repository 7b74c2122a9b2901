/* SPDX-License-Identifier: GPL-3.0-or-later
 * SPDX-FileCopyrightText: The Stonechat authors */
#include "chat-history-struct.h"

#include "chat-conversation-private.h"
#include "chat-error.h"
#include "xmpp-error.h"

#include <string.h>

/* Somebody goes to a day of a chat that is not here yet. The archive is asked for what was said from then on; where that does
 * not reach up to what is known, it is stored apart, between two gaps (data/sql/003.sql), and then one page of what was before
 * it. Where it does, what lies between is no more than a page or two, and the usual walk down brings it. */

#define PAGE_SIZE 50

/* -- the gap -------------------------------------------------------------------------------------------------------- */

/* gaps: newest first. NULL: nothing of then is missing. */
static ChatGapRow *
find_gap_of (GPtrArray *gaps, gint64 time)
{
  for (guint i = 0; i < gaps->len; i++) {
    ChatGapRow *gap = g_ptr_array_index (gaps, i);
    if (gap->after_time <= time)
      return gap->before == NULL || gap->before_time == 0 || gap->before_time >= time ? gap : NULL;
  }
  return NULL;
}

static gboolean
has_item (XmppArchivePage *page, const char *id)
{
  for (guint i = 0; id != NULL && i < page->items->len; i++) {
    if (g_strcmp0 (((XmppArchiveItem *) page->items->pdata[i])->id, id) == 0)
      return TRUE;
  }
  return FALSE;
}

/* NULL: it can't stand by itself, for nobody knows where its ends are. */
static ChatPage *
make_place (Errand *errand, XmppArchivePage *page)
{
  const XmppArchiveItem *first = page->items->pdata[0], *last = page->items->pdata[page->items->len - 1];
  ChatPage *place;

  if (first->id == NULL || last->id == NULL || first->time == 0 || last->time < first->time)
    return NULL;
  place = g_new0 (ChatPage, 1);
  *place = (ChatPage) { .gap = errand->gap, .with = g_strdup (xmpp_jid_get_string (chat_conversation_get_jid (errand->conversation))),
                        .first = g_strdup (first->id), .last = g_strdup (last->id), .first_time = first->time,
                        .last_time = last->time, .apart = TRUE };
  return place;
}

static void
take_page (Errand *errand, XmppArchivePage *page)
{
  ChatPage *place;

  /* Nothing was said since. */
  if (page->items->len == 0 && page->complete) {
    chat_history_end_errand (errand);
    return;
  }
  place = page->items->len == 0 || page->complete || has_item (page, errand->before) ? NULL : make_place (errand, page);
  if (place != NULL)
    chat_history_keep (errand, page, place);
  else
    chat_history_fill_instead (errand, TRUE);
}

static void
answered_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (ChatHistory) self = user_data;
  g_autoptr (GError) error = NULL;
  g_autoptr (XmppArchivePage) page = xmpp_archive_module_query_finish (XMPP_ARCHIVE_MODULE (source), result, &error);
  Errand *errand = chat_history_find_errand_by_task (self, result);

  if (errand == NULL)
    return;
  if (page != NULL)
    take_page (errand, page);
  else
    chat_history_errand_failed (errand, error);
}

static void
gaps_loaded_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (ChatHistory) self = user_data;
  g_autoptr (GPtrArray) gaps = chat_store_load_chat_gaps_finish (CHAT_STORE (source), result, NULL);
  Errand *errand = chat_history_find_errand_by_task (self, result);
  ChatGapRow *gap = errand != NULL && gaps != NULL ? find_gap_of (gaps, errand->time) : NULL;
  XmppArchiveQuery query = { .max = PAGE_SIZE };

  if (errand == NULL)
    return;
  if (gap == NULL) {
    chat_history_end_errand (errand);
    return;
  }
  errand->gap = gap->id;
  errand->position = gap->position;
  errand->before = g_strdup (gap->before);
  query.with = chat_conversation_get_jid (errand->conversation);
  query.start = errand->time;
  xmpp_archive_module_query_async (self->archive, &query, self->timeout_ms, errand->lookup, answered_cb, g_object_ref (self));
}

/* -- what is done when ---------------------------------------------------------------------------------------------- */

static void
begin (Errand *errand)
{
  ChatHistory *self = errand->history;

  errand->lookup = g_cancellable_new ();
  chat_store_load_chat_gaps_async (self->store, self->account, xmpp_jid_get_string (chat_conversation_get_jid (errand->conversation)),
                                   errand->lookup, gaps_loaded_cb, g_object_ref (self));
}

void
chat_history_begin_dates (ChatHistory *self)
{
  for (guint i = 0; i < self->errands->len; i++) {
    Errand *errand = g_ptr_array_index (self->errands, i);
    if (errand->kind != ERRAND_DATE)
      continue;
    /* As the new gap is among those that we have, what is missing above can be fetched. */
    if (errand->apart && !self->opening) {
      g_clear_object (&errand->lookup);
      errand->kind = ERRAND_FILL;
    } else if (errand->lookup == NULL) {
      begin (errand);
    }
  }
}

void
chat_history_date_stored (Errand *errand, const ChatAddedLot *lot)
{
  if (lot == NULL || lot->gap == NULL) {
    chat_history_fill_instead (errand, TRUE);
    return;
  }
  /* Its walk does not know that the gap ends sooner now. */
  chat_history_end_sweep (errand->history);
  errand->position = lot->gap->position;
  errand->apart = TRUE;
  chat_history_load_gaps (errand->history);
}

void
chat_history_fetch (ChatHistory *self, ChatConversation *conversation, gint64 time, GTask *task)
{
  g_autoptr (GError) error = NULL;
  Errand *errand;

  if (!chat_history_can_fill (self, &error)) {
    g_autoptr (ChatProblem) problem = error != NULL ? chat_problem_new_for_history (error) : NULL;
    if (problem != NULL)
      g_task_return_new_error (task, CHAT_ERROR, CHAT_ERROR_ARCHIVE, "%s", problem->text);
    else
      g_task_return_boolean (task, TRUE);
    g_object_unref (task);
    return;
  }
  chat_conversation_set_filling (conversation, TRUE);
  errand = chat_history_add_errand (self, ERRAND_DATE, conversation);
  errand->task = task;
  errand->time = time;
  chat_history_go (self);
}
