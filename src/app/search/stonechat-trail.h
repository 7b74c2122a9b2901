/* SPDX-License-Identifier: GPL-3.0-or-later
 * SPDX-FileCopyrightText: The Stonechat authors */
#pragma once

#include <glib-object.h>

G_BEGIN_DECLS

/* The places that were open, in their order, with the way back and forward, as a browser has it. */
typedef struct _StonechatTrail StonechatTrail;

/* Whether a place is still there to go to. */
typedef gboolean (*StonechatTrailCheck) (GObject *place, gpointer user_data);

StonechatTrail *stonechat_trail_new   (StonechatTrailCheck check, gpointer user_data);
void            stonechat_trail_free  (StonechatTrail *self);
/* A place was opened: what was forward is forgotten. Where one is already, nothing changes. */
void            stonechat_trail_visit (StonechatTrail *self, GObject *place);
/* One step back (-1) or forward (1), over what is no longer there. Borrowed; NULL: that way is nothing. */
GObject        *stonechat_trail_go    (StonechatTrail *self, int step);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (StonechatTrail, stonechat_trail_free)

G_END_DECLS
