/* SPDX-License-Identifier: GPL-3.0-or-later
 * SPDX-FileCopyrightText: The Stonechat authors */
#pragma once

#include <gtk/gtk.h>
#include "chat-conversation.h"

G_BEGIN_DECLS

/* The text of a message with its time and state in the last line's corner: one bubble. Never takes markup (S-89). It shows
 * styling (XEP-0393), actions (XEP-0245) and links; what is copied of it is the text as it came. */
#define STONECHAT_TYPE_MESSAGE_TEXT (stonechat_message_text_get_type ())
G_DECLARE_FINAL_TYPE (StonechatMessageText, stonechat_message_text, STONECHAT, MESSAGE_TEXT, GtkWidget)

/* A part of the text, in bytes. */
typedef struct { guint start, end; } StonechatTextRange;

GtkWidget  *stonechat_message_text_new       (void);
/* For the next set (). actor: who does what "/me" says; NULL: the text is shown as it is. styled FALSE: no styling. */
void        stonechat_message_text_set_manner (StonechatMessageText *self, const char *actor, gboolean styled);
void        stonechat_message_text_set       (StonechatMessageText *self, const char *text, const char *meta);
/* What it answers, shown above it; see stonechat_message_quote_set (). 0, NULL, NULL: nothing. */
void        stonechat_message_text_set_quote (StonechatMessageText *self, gint64 message, const char *name, const char *address, const char *text);
/* The mark behind the time, and what is said where the pointer rests on the two. */
void        stonechat_message_text_set_state (StonechatMessageText *self, ChatMessageState state, const char *tip);
/* How wide its bubble is where it may have this width: what its row asks first, before it is measured for its height. */
int         stonechat_message_text_fit       (StonechatMessageText *self, int most);
const char *stonechat_message_text_get_text  (StonechatMessageText *self);
/* What is to be read on it, in one string; to be freed. */
char       *stonechat_message_text_dup_shown (StonechatMessageText *self);
/* The byte of the text nearest to a point, between two characters. */
int         stonechat_message_text_get_index (StonechatMessageText *self, double x, double y);
/* Draws these bytes as selected; start == end: none. */
void        stonechat_message_text_select    (StonechatMessageText *self, int start, int end);
/* Marks what was found: an array of StonechatTextRange, NULL: nothing. current: the one of them that is looked at,
 * -1: none. Another text has nothing marked. */
void        stonechat_message_text_highlight (StonechatMessageText *self, GArray *ranges, int current);
/* The target of one of its links, NULL: it has not that many. Owned by the widget. */
const char *stonechat_message_text_get_link  (StonechatMessageText *self, guint i);
/* Its preformatted texts, NULL: none; to be freed. */
char       *stonechat_message_text_dup_code  (StonechatMessageText *self);
/* What can be done with its parts: its links (message.open-link), its preformatted text (message.copy-code). */
void        stonechat_message_text_add_to_menu (StonechatMessageText *self, GMenu *menu);
/* Opens it where links of its kind belong: here for xmpp (S-88), else in the system's program for it. */
void        stonechat_message_text_open      (GtkWidget *widget, const char *uri);

G_END_DECLS
