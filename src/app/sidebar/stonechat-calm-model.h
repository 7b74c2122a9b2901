/* SPDX-License-Identifier: GPL-3.0-or-later
 * SPDX-FileCopyrightText: The Stonechat authors */
#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

/* Another list in an order that stands still while it is held: under the pointer nothing moves (W-34). What has left the other
 * list goes at once, what is new comes when it is released. */
#define STONECHAT_TYPE_CALM_MODEL (stonechat_calm_model_get_type ())
G_DECLARE_FINAL_TYPE (StonechatCalmModel, stonechat_calm_model, STONECHAT, CALM_MODEL, GObject)

StonechatCalmModel *stonechat_calm_model_new      (GListModel *model);   /* takes a reference of its own */
void                stonechat_calm_model_set_held (StonechatCalmModel *self, gboolean held);

G_END_DECLS
