/* SPDX-License-Identifier: GPL-3.0-or-later
 * SPDX-FileCopyrightText: The Stonechat authors */
#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

/* A heading among the contacts. Properties: name, online, total, folded. */
#define STONECHAT_TYPE_GROUP (stonechat_group_get_type ())
G_DECLARE_FINAL_TYPE (StonechatGroup, stonechat_group, STONECHAT, GROUP, GObject)
const char *stonechat_group_get_name   (StonechatGroup *self);
guint       stonechat_group_get_online (StonechatGroup *self);
guint       stonechat_group_get_total  (StonechatGroup *self);
gboolean    stonechat_group_get_folded (StonechatGroup *self);

/* Contacts by group as one flat list: headings with their people under them; who is in several groups stands in each.
 * Filtered by a text (name or address). Follows the contacts, in one step after a burst of changes. */
#define STONECHAT_TYPE_GROUP_MODEL (stonechat_group_model_get_type ())
G_DECLARE_FINAL_TYPE (StonechatGroupModel, stonechat_group_model, STONECHAT, GROUP_MODEL, GObject)
StonechatGroupModel *stonechat_group_model_new        (GListModel *contacts);
void                 stonechat_group_model_set_filter (StonechatGroupModel *self, const char *text);
void                 stonechat_group_model_toggle     (StonechatGroupModel *self, StonechatGroup *group);

/* Whether a name or address matches what was typed: anywhere, without case and accents. */
gboolean stonechat_text_matches (const char *text, const char *search);

G_END_DECLS
