/* SPDX-License-Identifier: GPL-3.0-or-later
 * SPDX-FileCopyrightText: The Stonechat authors */
#pragma once

#include <gtk/gtk.h>
#include "chat-conversation.h"
#include "stonechat-selection.h"

G_BEGIN_DECLS

/* The messages of one conversation, of any number, that never jump. Scrollable. The truth is an anchor: a row and the y of
 * its top; all else follows from it. Only the user's scrolling writes the adjustment's value; what grows above moves its
 * lower bound, what grows below its upper.
 *
 * Properties: timeline (ChatTimeline, nullable), at-end (boolean, read-only), can-go-back (boolean, read-only: from a jump).
 * Signals: "moved": other rows are in view, or the same at another place; told in the middle of a frame, so that nothing
 * but looking is allowed. "said" (char *words): what the other one writes now, while it is shown, as a screen reader says it. */
#define STONECHAT_TYPE_TIMELINE_VIEW (stonechat_timeline_view_get_type ())
G_DECLARE_FINAL_TYPE (StonechatTimelineView, stonechat_timeline_view, STONECHAT, TIMELINE_VIEW, GtkWidget)

GtkWidget *stonechat_timeline_view_new          (void);
/* Opens it at a message whose top is y below that of the view, as soon as that is there; 0: at the end. */
void       stonechat_timeline_view_open         (StonechatTimelineView *self, ChatTimeline *timeline, gint64 message, int y);
void       stonechat_timeline_view_set_timeline (StonechatTimelineView *self, ChatTimeline *timeline);   /* at the first unread, or the end */
/* Where to open it another time. FALSE: nothing was shown yet. */
gboolean   stonechat_timeline_view_get_place    (StonechatTimelineView *self, gint64 *message, int *y);
void       stonechat_timeline_view_go_to_end    (StonechatTimelineView *self);
/* To the first unread one, if that is below the view; else to the end. */
void       stonechat_timeline_view_go_on        (StonechatTimelineView *self);
/* Shows a message in the middle of the view, wherever it is in the chat, in one frame, as soon as it is read from the store; one that is
 * in view stays where it is. highlight: light falls on it for a moment. */
void       stonechat_timeline_view_go_to        (StonechatTimelineView *self, gint64 message, gboolean highlight);
/* Marks a text wherever it stands, more so in one message; NULL: nothing. */
void       stonechat_timeline_view_mark         (StonechatTimelineView *self, const char *text, gint64 message);
void       stonechat_timeline_view_go_back      (StonechatTimelineView *self);      /* to where the last jump began */
gboolean   stonechat_timeline_view_get_can_go_back (StonechatTimelineView *self);
/* It is to go to a message that is still being read. For tests. */
gboolean   stonechat_timeline_view_is_on_its_way (StonechatTimelineView *self);
gboolean   stonechat_timeline_view_get_at_end   (StonechatTimelineView *self);
guint      stonechat_timeline_view_get_n_rows   (StonechatTimelineView *self);   /* widgets that exist */
/* y of the top of a row in the viewport; G_MININT: it has no widget. */
int        stonechat_timeline_view_get_row_y    (StonechatTimelineView *self, guint position);

/* The messages of others whose end is in view: an array of ChatMessage, the oldest first. Transfer container. */
GPtrArray *stonechat_timeline_view_list_ended   (StonechatTimelineView *self);
/* The first message is in view or will soon be. */
gboolean   stonechat_timeline_view_is_near_top  (StonechatTimelineView *self);

/* For selecting. The message at a point, or at the view's edge where the point is beyond; not owned, NULL: none. *index: the
 * byte of its text that is nearest. */
ChatMessage *stonechat_timeline_view_get_message_at (StonechatTimelineView *self, double x, double y, int *index);
gint64     stonechat_timeline_view_get_focused  (StonechatTimelineView *self);   /* position, -1: none */
void       stonechat_timeline_view_focus_row    (StonechatTimelineView *self, guint position);
StonechatSelection *stonechat_timeline_view_get_selection (StonechatTimelineView *self);

G_END_DECLS
