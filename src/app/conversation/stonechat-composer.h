/* SPDX-License-Identifier: GPL-3.0-or-later
 * SPDX-FileCopyrightText: The Stonechat authors */
#pragma once

#include <adwaita.h>
#include "chat-profile.h"

G_BEGIN_DECLS

/* Where one writes: the field, emoji, Send, and under which account. Properties: profile, settings (GSettings). Actions: composer.send, .leave, .format.
 * Signal "sent": something was handed to the conversation. Focus goes to the field. It hides itself where nothing can be answered. */
#define STONECHAT_TYPE_COMPOSER (stonechat_composer_get_type ())
G_DECLARE_FINAL_TYPE (StonechatComposer, stonechat_composer, STONECHAT, COMPOSER, GtkWidget)

/* NULL when no chat is shown. */
void stonechat_composer_set_conversation (StonechatComposer *self, ChatConversation *conversation);
/* What is written answers or edits this message of the chat (row id), until it is sent or left by Esc. */
void stonechat_composer_reply            (StonechatComposer *self, gint64 message);
void stonechat_composer_edit             (StonechatComposer *self, gint64 message);

G_END_DECLS
