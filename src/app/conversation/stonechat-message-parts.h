/* SPDX-License-Identifier: GPL-3.0-or-later
 * SPDX-FileCopyrightText: The Stonechat authors */
#pragma once

#include <gtk/gtk.h>
#include "chat-conversation.h"

G_BEGIN_DECLS

/* What stands above and below the bubble of some messages; made by the row when it is first needed. */

/* "Some messages may be missing", with a button that loads them. */
GtkWidget *stonechat_message_gap_new           (void);
/* message: row id of the one below it, that it is filled above. */
void       stonechat_message_gap_set_message (GtkWidget *gap, gint64 message);

/* Why it could not be sent, with Retry and Delete. */
GtkWidget *stonechat_message_failure_new       (void);
void       stonechat_message_failure_set       (GtkWidget *self, const char *reason);
/* The reason, or a sentence that stands for it. */
const char *stonechat_message_failure_get_reason (ChatMessage *message);

/* The line above preformatted text: its language, nullable, and a button that copies it: copy (user_data, button). */
GtkWidget *stonechat_message_code_new          (const char *language, GCallback copy, gpointer user_data);

G_END_DECLS
