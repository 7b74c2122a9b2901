/* SPDX-License-Identifier: GPL-3.0-or-later
 * SPDX-FileCopyrightText: The Stonechat authors */
#pragma once

#include <gtk/gtk.h>
#include "chat-conversation.h"

G_BEGIN_DECLS

/* React, reply and more, beside a message; keys have their own way, so it never takes the focus. */
GtkWidget *stonechat_message_bar_new (void);
void       stonechat_message_bar_set (GtkWidget *bar, ChatConversation *conversation, ChatMessage *message);
/* Where it stands: beside the bubble, on the side where there is room, else at its upper corner, or at the lower one where the
 * view ends above it; inside of the view. FALSE: the bubble is out of view. */
gboolean   stonechat_message_bar_place (GtkWidget *bar, const graphene_rect_t *bubble, gboolean at_end, int width, int height, GdkRectangle *place);

G_END_DECLS
