/* SPDX-License-Identifier: GPL-3.0-or-later
 * SPDX-FileCopyrightText: The Stonechat authors */
#pragma once

#include "chat-store-gaps.h"
#include "chat-test.h"

/* What the tests of lots share: a store with one account, messages as they come by the several ways, and pages. */

typedef struct {
  char *folder;
  ChatStore *store;
  gint64 account;
  ChatAddedLot *added;       /* what came of the last lot */
} Lots;

#define LOTS_TEST(path, func) g_test_add (path, Lots, NULL, lots_set_up, func, lots_tear_down)
void            lots_set_up    (Lots *lots, gconstpointer data);
void            lots_tear_down (Lots *lots, gconstpointer data);
void            lots_restart   (Lots *lots);

/* A time in seconds after a fixed one, some days ago, in µs. */
gint64          at             (gint64 seconds);
/* Live, by our own clock; id and text nullable. The stanza's own words: who and when. */
ChatNewMessage *said           (const char *jid, gboolean own, const char *id, const char *text, gint64 time);
/* The same out of the archive, with the server's stamp. Transfer full. */
ChatNewMessage *archived       (ChatNewMessage *message, const char *archive_id);
/* It says something of target. */
ChatNewMessage *changing       (ChatNewMessage *message, ChatNewType type, const char *target);

/* Both take what they are given. */
ChatAddedLot   *lots_live      (Lots *lots, ChatNewMessage *message);
/* The messages (the last one NULL), the oldest first, fill the gap; their first archive id is its border now. */
ChatAddedLot   *lots_page      (Lots *lots, gint64 gap, gboolean closes, ...) G_GNUC_NULL_TERMINATED;
ChatAddedLot   *lots_fill      (Lots *lots, ChatPage *page, GPtrArray *messages);
ChatPage       *page_new       (gint64 gap, GPtrArray *messages, gboolean closes);
GPtrArray      *messages_new   (void);
/* As after a bind that resumed nothing; transfer full. */
ChatGapRow     *lots_bind      (Lots *lots);
GPtrArray      *lots_gaps      (Lots *lots);

/* The texts of a chat in their order, with spaces between; "-" for none. */
char           *lots_texts     (Lots *lots, const char *jid);
#define assert_texts(lots, jid, expected) \
  G_STMT_START { \
    g_autofree char *texts_ = lots_texts (lots, jid); \
    g_assert_cmpstr (texts_, ==, expected); \
  } G_STMT_END
/* A column of the only row with that stanza id, as text. */
char           *lots_column    (Lots *lots, const char *id, const char *column);
#define assert_column(lots, id, column, expected) \
  G_STMT_START { \
    g_autofree char *column_ = lots_column (lots, id, column); \
    g_assert_cmpstr (column_, ==, expected); \
  } G_STMT_END
