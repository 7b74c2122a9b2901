/* SPDX-License-Identifier: GPL-3.0-or-later
 * SPDX-FileCopyrightText: The Stonechat authors */
#pragma once

#include "chat-message-private.h"
#include "chat-test.h"

G_BEGIN_DECLS

/* A timeline against a plain array: what it says of every row must be what is stored, whatever comes, goes and is read in
 * between. */

typedef struct { gint64 id; gint64 position; gint64 time; gboolean own; char *text; } Row;

typedef struct {
  char *folder;
  ChatStore *store;
  gint64 account, conversation;
  ChatTimeline *timeline;
  GArray *rows;             /* of Row: the plain array */
  guint n_items;            /* as told by items-changed */
  guint n_own;
  guint n_told, n_calls;    /* rows named in items-changed, and how often it came */
} Fixture;

/* Follows what the timeline tells. */
void         items_changed_cb (Fixture *fixture, guint position, guint removed, guint added);
void         append           (Fixture *fixture, gboolean own, gint64 time, const char *text);
void         delete_at        (Fixture *fixture, guint position);
/* Many rows at once, by SQL. */
void         fill             (Fixture *fixture, guint n, guint (*gap) (guint i));
guint        gap_even         (guint i);
guint        gap_uneven       (guint i);
void         open_timeline    (Fixture *fixture);
void         set_up           (Fixture *fixture, gconstpointer data);
void         tear_down        (Fixture *fixture, gconstpointer data);
/* The row as it is, reading it in where it is not there. */
ChatMessage *get              (Fixture *fixture, guint position);
void         check            (Fixture *fixture, guint i);
void         check_all        (Fixture *fixture);

#define ROWS_TEST(path, func) g_test_add ("/timeline/" path, Fixture, NULL, set_up, func, tear_down)

G_END_DECLS
