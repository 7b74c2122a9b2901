/* SPDX-License-Identifier: GPL-3.0-or-later
 * SPDX-FileCopyrightText: The Stonechat authors */
#pragma once

#include <gtk/gtk.h>
#include "chat-conversation.h"

G_BEGIN_DECLS

/* The emojis that were chosen for a message (XEP-0444), below its bubble: one button for each, with how many chose it, tinted
 * where oneself did. A click puts one's own there or takes it away: conversation.react. */
#define STONECHAT_TYPE_REACTIONS (stonechat_reactions_get_type ())
G_DECLARE_FINAL_TYPE (StonechatReactions, stonechat_reactions, STONECHAT, REACTIONS, GtkWidget)

#define STONECHAT_REACTIONS_MOST 20      /* different ones; more are a number */

typedef struct { char *emoji; guint n; gboolean own, peer; } StonechatReaction;

GtkWidget *stonechat_reactions_new        (void);
void       stonechat_reactions_set        (StonechatReactions *self, ChatMessage *message);
/* The reactions as they are stored, counted, in the order of the first choice: an array of StonechatReaction. */
GPtrArray *stonechat_reactions_parse      (const char *reactions);
/* "Reactions: thumbs up, 2, you and Romeo", NULL: none; to be freed. peer: name of the other one. */
char      *stonechat_reactions_describe   (const char *reactions, const char *peer);

G_END_DECLS
