/* SPDX-License-Identifier: GPL-3.0-or-later
 * SPDX-FileCopyrightText: The Stonechat authors */
#include "lot-test.h"

void
lots_set_up (Lots *lots, gconstpointer data)
{
  lots->folder = folder_new ();
  lots->store = store_open (lots->folder, NULL);
  lots->account = store_account (lots->store, "juliet@example.org");
}

void
lots_tear_down (Lots *lots, gconstpointer data)
{
  g_clear_pointer (&lots->added, chat_added_lot_free);
  store_close (g_steal_pointer (&lots->store));
  folder_remove (lots->folder);
}

void
lots_restart (Lots *lots)
{
  store_close (g_steal_pointer (&lots->store));
  lots->store = store_open (lots->folder, NULL);
}

gint64
at (gint64 seconds)
{
  static gint64 origin;

  if (origin == 0)
    origin = (g_get_real_time () / G_TIME_SPAN_SECOND - 3 * 86400) * G_TIME_SPAN_SECOND;
  return origin + seconds * G_TIME_SPAN_SECOND;
}

ChatNewMessage *
said (const char *jid, gboolean own, const char *id, const char *text, gint64 time)
{
  ChatNewMessage *message = incoming (jid, id, text);

  message->own = own;
  message->state = own ? CHAT_MESSAGE_SENT : CHAT_MESSAGE_RECEIVED;
  message->time = time;
  return message;
}

ChatNewMessage *
archived (ChatNewMessage *message, const char *archive_id)
{
  message->source = CHAT_SOURCE_ARCHIVE;
  message->delayed = TRUE;
  message->archive_id = g_strdup (archive_id);
  return message;
}

ChatNewMessage *
changing (ChatNewMessage *message, ChatNewType type, const char *target)
{
  message->type = type;
  message->target_id = g_strdup (target);
  if (type == CHAT_NEW_REACTIONS)
    message->emojis = g_steal_pointer (&message->text);
  return message;
}

static ChatAddedLot *
add (Lots *lots, ChatLot *lot)
{
  g_autoptr (GError) error = NULL;

  g_clear_pointer (&lots->added, chat_added_lot_free);
  lots->added = store_add_lot (lots->store, lot, &error);
  g_assert_no_error (error);
  return lots->added;
}

ChatAddedLot *
lots_live (Lots *lots, ChatNewMessage *message)
{
  return add (lots, chat_lot_new_with (lots->account, message));
}

GPtrArray *
messages_new (void)
{
  return g_ptr_array_new_with_free_func ((GDestroyNotify) chat_new_message_free);
}

ChatPage *
page_new (gint64 gap, GPtrArray *messages, gboolean closes)
{
  ChatPage *page = g_new0 (ChatPage, 1);

  page->gap = gap;
  page->closes = closes;
  page->reached_end = TRUE;
  if (messages->len > 0) {
    ChatNewMessage *first = g_ptr_array_index (messages, 0), *last = g_ptr_array_index (messages, messages->len - 1);
    page->first = g_strdup (first->archive_id);
    page->first_time = first->time;
    page->last = g_strdup (last->archive_id);
    page->last_time = last->time;
  }
  return page;
}

ChatAddedLot *
lots_fill (Lots *lots, ChatPage *page, GPtrArray *messages)
{
  ChatLot *lot = chat_lot_new (lots->account);

  g_ptr_array_unref (lot->messages);
  lot->messages = messages;
  lot->page = page;
  return add (lots, lot);
}

ChatAddedLot *
lots_page (Lots *lots, gint64 gap, gboolean closes, ...)
{
  GPtrArray *messages = messages_new ();
  va_list args;

  va_start (args, closes);
  for (ChatNewMessage *message; (message = va_arg (args, ChatNewMessage *)) != NULL;)
    g_ptr_array_add (messages, message);
  va_end (args);
  return lots_fill (lots, page_new (gap, messages, closes), messages);
}

ChatGapRow *
lots_bind (Lots *lots)
{
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GError) error = NULL;
  ChatGapRow *gap;

  chat_store_open_gap_async (lots->store, lots->account, NULL, keep_result_cb, &result);
  wait_for (result != NULL);
  gap = chat_store_open_gap_finish (lots->store, result, &error);
  g_assert_no_error (error);
  return gap;
}

GPtrArray *
lots_gaps (Lots *lots)
{
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GError) error = NULL;
  GPtrArray *gaps;

  chat_store_load_gaps_async (lots->store, lots->account, NULL, keep_result_cb, &result);
  wait_for (result != NULL);
  gaps = chat_store_load_gaps_finish (lots->store, result, &error);
  g_assert_no_error (error);
  return gaps;
}

char *
lots_texts (Lots *lots, const char *jid)
{
  g_autofree char *sql = g_strdup_printf (
    "SELECT group_concat (ifnull (text, '-'), ' ') FROM (SELECT m.text FROM message m JOIN conversation c ON c.id = m.conversation"
    " WHERE c.jid = '%s' ORDER BY m.position, m.id)", jid);
  return query_text (lots->folder, sql);
}

char *
lots_column (Lots *lots, const char *id, const char *column)
{
  g_autofree char *count = g_strdup_printf ("SELECT count(*) FROM message WHERE stanza_id = '%s'", id);
  g_autofree char *sql = g_strdup_printf ("SELECT %s FROM message WHERE stanza_id = '%s'", column, id);

  g_assert_cmpint (query (lots->folder, count), ==, 1);
  return query_text (lots->folder, sql);
}
