/* SPDX-License-Identifier: GPL-3.0-or-later
 * SPDX-FileCopyrightText: The Stonechat authors */
#pragma once

#include "stonechat-sidebar.h"
#include "stonechat-window.h"

G_BEGIN_DECLS

/* Moving about by keys: from chat to chat in the list as it is shown, to the next unread one, and back and forward through
 * what was open. It gives the window win.next-chat, win.previous-chat, win.next-unread, win.previous-unread, win.chat-N "i",
 * win.back and win.forward. */
#define STONECHAT_TYPE_TOUR (stonechat_tour_get_type ())
G_DECLARE_FINAL_TYPE (StonechatTour, stonechat_tour, STONECHAT, TOUR, GObject)

/* Borrows the window and the sidebar, which live longer. */
StonechatTour *stonechat_tour_new   (StonechatWindow *window, StonechatSidebar *sidebar, ChatProfile *profile);
/* The window shows it now: a ChatConversation or the search. */
void           stonechat_tour_visit (StonechatTour *self, GObject *place);

G_END_DECLS
