/* SPDX-License-Identifier: GPL-3.0-or-later
 * SPDX-FileCopyrightText: The Stonechat authors */
#pragma once

#include "stonechat-chat-row.h"
#include "chat-conversation.h"

G_BEGIN_DECLS

/* Shared by the two files of the class: stonechat-chat-row.c (what it says and does) and stonechat-chat-row-draw.c (how it
 * looks).
 *
 * A list view makes two hundred rows however few are seen. So a row is one widget that draws its texts itself: with a widget for
 * each of them, ten times as many, starting took half as long again and 10 MB more. */

struct _StonechatChatRow {
  GtkWidget parent_instance;
  GObject *item;
  char *name, *account, *stamp, *mark, *preview, *count;
  ChatMessageState state;          /* of the last message where it is our own, else RECEIVED */
  gboolean unread, pinned, muted, mark_is_accent, preview_is_accent, show_account;
  int avatar;                      /* its size, 0: a heading */
  gboolean show_presence;
  XmppAvailability availability;
  GtkWidget *menu;                 /* made when it is asked for */
};

void stonechat_chat_row_snapshot (GtkWidget *widget, GtkSnapshot *snapshot);
void stonechat_chat_row_measure  (GtkWidget *widget, GtkOrientation orientation, int for_size, int *minimum, int *natural,
                                  int *minimum_baseline, int *natural_baseline);

G_END_DECLS
