/* SPDX-License-Identifier: GPL-3.0-or-later
 * SPDX-FileCopyrightText: The Stonechat authors */
#pragma once

#include <gtk/gtk.h>
#include "chat-conversation-list.h"

G_BEGIN_DECLS

typedef enum { STONECHAT_SHOW_ALL, STONECHAT_SHOW_UNREAD, STONECHAT_SHOW_PEOPLE, STONECHAT_SHOW_ARCHIVED } StonechatShow;

/* Which chats the list shows, and in which order: all, or those of a kind, or those that a search finds; at first only as many
 * as fit in a window; and held still while the pointer is on them (W-34). The open one is selected.
 *
 * Signal: "counted": how many are unread or archived has changed. */
#define STONECHAT_TYPE_SHOWN_CHATS (stonechat_shown_chats_get_type ())
G_DECLARE_FINAL_TYPE (StonechatShownChats, stonechat_shown_chats, STONECHAT, SHOWN_CHATS, GObject)

StonechatShownChats *stonechat_shown_chats_new            (GListModel *conversations);   /* a ChatConversationList */
void                 stonechat_shown_chats_set_show       (StonechatShownChats *self, StonechatShow show);
StonechatShow        stonechat_shown_chats_get_show       (StonechatShownChats *self);
/* Empty: no search. A search goes over all of them. */
void                 stonechat_shown_chats_set_search     (StonechatShownChats *self, const char *search);
void                 stonechat_shown_chats_set_held       (StonechatShownChats *self, gboolean held);
void                 stonechat_shown_chats_set_open       (StonechatShownChats *self, ChatConversation *open);   /* nullable, not kept alive */
/* Not only the first of them. */
void                 stonechat_shown_chats_show_all       (StonechatShownChats *self);
GtkSingleSelection  *stonechat_shown_chats_get_selection  (StonechatShownChats *self);
/* All that were found, of ChatConversation. */
GListModel          *stonechat_shown_chats_get_found      (StonechatShownChats *self);
guint                stonechat_shown_chats_get_n_unread   (StonechatShownChats *self);    /* without muted ones */
guint                stonechat_shown_chats_get_n_archived (StonechatShownChats *self);

G_END_DECLS
