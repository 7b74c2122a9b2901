/* SPDX-License-Identifier: GPL-3.0-or-later
 * SPDX-FileCopyrightText: The Stonechat authors */
#pragma once

#include <gtk/gtk.h>
#include "chat-conversation.h"

G_BEGIN_DECLS

/* On top of the field: which message is answered or edited, with a button that leaves it (composer.leave). It hides itself while
 * there is none. Property: words (string, the same for a screen reader, NULL: none; notified). */
#define STONECHAT_TYPE_DRAFT_STRIP (stonechat_draft_strip_get_type ())
G_DECLARE_FINAL_TYPE (StonechatDraftStrip, stonechat_draft_strip, STONECHAT, DRAFT_STRIP, GtkWidget)

/* NULL when no chat is shown. */
void         stonechat_draft_strip_set_conversation (StonechatDraftStrip *self, ChatConversation *conversation);
/* The message, transfer full; NULL: there is none, or it is not here. */
ChatMessage *stonechat_draft_strip_get_message      (StonechatDraftStrip *self);

G_END_DECLS
