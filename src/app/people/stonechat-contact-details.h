/* SPDX-License-Identifier: GPL-3.0-or-later
 * SPDX-FileCopyrightText: The Stonechat authors */
#pragma once

#include <adwaita.h>
#include "chat-profile.h"

G_BEGIN_DECLS

/* Everything about one contact, and what can be changed about it: name, groups, who sees whose status. */
#define STONECHAT_TYPE_CONTACT_DETAILS (stonechat_contact_details_get_type ())
G_DECLARE_FINAL_TYPE (StonechatContactDetails, stonechat_contact_details, STONECHAT, CONTACT_DETAILS, AdwWindow)

GtkWidget *stonechat_contact_details_new         (GtkWindow *parent, ChatContact *contact);
/* With it the account is named where there are several, and the groups of other contacts can be chosen. */
void       stonechat_contact_details_set_profile (StonechatContactDetails *self, ChatProfile *profile);

G_END_DECLS
