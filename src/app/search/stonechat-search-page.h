/* SPDX-License-Identifier: GPL-3.0-or-later
 * SPDX-FileCopyrightText: The Stonechat authors */
#pragma once

#include <adwaita.h>
#include "chat-profile.h"

G_BEGIN_DECLS

/* Searching all messages, beside the list of chats. It keeps its results while one looks at them in their chats. Properties:
 * profile (construct), folded (boolean: it stands alone, with a way back). */
#define STONECHAT_TYPE_SEARCH_PAGE (stonechat_search_page_get_type ())
G_DECLARE_FINAL_TYPE (StonechatSearchPage, stonechat_search_page, STONECHAT, SEARCH_PAGE, GtkWidget)

void stonechat_search_page_focus     (StonechatSearchPage *self);
/* In one chat, here and on its server. */
void stonechat_search_page_search_in (StonechatSearchPage *self, ChatConversation *chat, const char *text);

G_END_DECLS
