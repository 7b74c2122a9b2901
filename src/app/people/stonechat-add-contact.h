/* SPDX-License-Identifier: GPL-3.0-or-later
 * SPDX-FileCopyrightText: The Stonechat authors */
#pragma once

#include <adwaita.h>
#include "chat-profile.h"

G_BEGIN_DECLS

/* Adds somebody to the contacts, or, as "New Chat", only opens a chat with an address. */
#define STONECHAT_TYPE_ADD_CONTACT (stonechat_add_contact_get_type ())
G_DECLARE_FINAL_TYPE (StonechatAddContact, stonechat_add_contact, STONECHAT, ADD_CONTACT, AdwWindow)

GtkWidget *stonechat_add_contact_new (GtkWindow *parent, ChatProfile *profile, gboolean chat_only, const char *account, const char *address);

G_END_DECLS
