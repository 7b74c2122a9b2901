/* SPDX-License-Identifier: GPL-3.0-or-later
 * SPDX-FileCopyrightText: The Stonechat authors */
#pragma once

#include "stonechat-timeline-place.h"

G_BEGIN_DECLS

/* The way of a timeline view to one message and back: which one is to be shown as soon as it can be, where one was before, and the
 * light that falls on it for a moment. */
typedef struct { gint64 message; int y; } StonechatTimelineSpot;     /* a message and the y of its top; 0: the end */

typedef enum {
  STONECHAT_TIMELINE_JUMP_NONE,       /* nothing is wanted */
  STONECHAT_TIMELINE_JUMP_WAITING,    /* for the index or for the texts: ask again in the next frame */
  STONECHAT_TIMELINE_JUMP_FOUND,
  STONECHAT_TIMELINE_JUMP_GONE,       /* it is not in the chat */
} StonechatTimelineJumpState;

typedef struct {
  StonechatTimelineSpot wanted;
  gboolean centred;         /* wanted.y is not used */
  gboolean light_it;
  gint64 until;             /* µs, monotonic: so long it may wait for texts; 0: not asked yet */
  GArray *back;             /* of StonechatTimelineSpot, the last one at the end */
  gint64 lit;               /* the message with light on it; 0: none */
  gint64 lit_since;         /* µs, of the frame clock; 0: not drawn yet */
} StonechatTimelineJump;

void     stonechat_timeline_jump_init   (StonechatTimelineJump *self);
void     stonechat_timeline_jump_finish (StonechatTimelineJump *self);
void     stonechat_timeline_jump_forget (StonechatTimelineJump *self);      /* another chat */
void     stonechat_timeline_jump_want   (StonechatTimelineJump *self, StonechatTimelineSpot spot, gboolean centred, gboolean light_it);
/* *at: the wanted one's position when it was found. What was found or is gone is wanted no longer. */
StonechatTimelineJumpState stonechat_timeline_jump_find (StonechatTimelineJump *self, ChatTimeline *timeline, guint *at);

void     stonechat_timeline_jump_push   (StonechatTimelineJump *self, StonechatTimelineSpot spot);
gboolean stonechat_timeline_jump_pop    (StonechatTimelineJump *self, StonechatTimelineSpot *spot);

void     stonechat_timeline_jump_light  (StonechatTimelineJump *self, gint64 message);
/* How bright it is in a frame, 0 to 1; 0: it is over. It fades, unless the desktop wants no motion. */
double   stonechat_timeline_jump_get_light (StonechatTimelineJump *self, gint64 frame_time, gboolean motion);

G_END_DECLS
