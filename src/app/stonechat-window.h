/* SPDX-License-Identifier: GPL-3.0-or-later
 * SPDX-FileCopyrightText: The Stonechat authors */
#pragma once

#include <adwaita.h>
#include "chat-profile.h"

G_BEGIN_DECLS

/* The one window: sidebar and conversation beside each other, or one after the other where it is narrow; the sign-in page
 * where there is no account yet. */
#define STONECHAT_TYPE_WINDOW (stonechat_window_get_type ())
G_DECLARE_FINAL_TYPE (StonechatWindow, stonechat_window, STONECHAT, WINDOW, AdwApplicationWindow)

GtkWidget *stonechat_window_new          (GtkApplication *application, ChatProfile *profile, GSettings *settings);
void       stonechat_window_show_profile (StonechatWindow *self);                          /* the profile is loaded */
void       stonechat_window_show_error   (StonechatWindow *self, const char *text);        /* it can't be */
void       stonechat_window_open         (StonechatWindow *self, ChatConversation *conversation);
/* Over all messages, with what was found before. */
void       stonechat_window_show_search  (StonechatWindow *self);
/* An xmpp: link; where nothing fits it says so. */
void       stonechat_window_open_uri     (StonechatWindow *self, const char *uri);

G_END_DECLS
