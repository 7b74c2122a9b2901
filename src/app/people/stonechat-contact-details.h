/* SPDX-License-Identifier: GPL-3.0-or-later
 * SPDX-FileCopyrightText: The Stonechat authors */
#pragma once

#include <adwaita.h>
#include "chat-profile.h"

G_BEGIN_DECLS

/* A contact's page: name, groups, where the subscription stands with what can be done about it, and removal. */
#define STONECHAT_TYPE_CONTACT_DETAILS (stonechat_contact_details_get_type ())
G_DECLARE_FINAL_TYPE (StonechatContactDetails, stonechat_contact_details, STONECHAT, CONTACT_DETAILS, AdwWindow)

GtkWidget *stonechat_contact_details_new (GtkWindow *parent, ChatContact *contact);

G_END_DECLS
