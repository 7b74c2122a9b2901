/* SPDX-License-Identifier: GPL-3.0-or-later
 * SPDX-FileCopyrightText: The Stonechat authors */
#include "stonechat-timeline-scroll.h"

void
stonechat_timeline_scroll_set (StonechatTimelineScroll *self, GtkOrientation orientation, GtkAdjustment *adjustment, GCallback scrolled,
                               gpointer user_data)
{
  GtkAdjustment **place = orientation == GTK_ORIENTATION_VERTICAL ? &self->vertical : &self->horizontal;

  if (*place)
    g_signal_handlers_disconnect_by_data (*place, user_data);
  g_clear_object (place);
  *place = g_object_ref_sink (adjustment ? adjustment : gtk_adjustment_new (0, 0, 0, 0, 0, 0));
  if (orientation == GTK_ORIENTATION_HORIZONTAL)
    return;
  self->value = gtk_adjustment_get_value (*place);
  g_signal_connect (*place, "value-changed", scrolled, user_data);
}

void
stonechat_timeline_scroll_finish (StonechatTimelineScroll *self, gpointer user_data)
{
  if (self->vertical)
    g_signal_handlers_disconnect_by_data (self->vertical, user_data);
  g_clear_object (&self->vertical);
  g_clear_object (&self->horizontal);
}

gboolean
stonechat_timeline_scroll_take (StonechatTimelineScroll *self, double *step)
{
  double value = gtk_adjustment_get_value (self->vertical);

  *step = value - self->value;
  if (self->telling || *step == 0)
    return FALSE;
  self->value = value;
  return TRUE;
}

double
stonechat_timeline_scroll_get_offset (StonechatTimelineScroll *self)
{
  return self->value - gtk_adjustment_get_lower (self->vertical);
}

gboolean
stonechat_timeline_scroll_is_at_bottom (StonechatTimelineScroll *self)
{
  return self->value >= gtk_adjustment_get_upper (self->vertical) - gtk_adjustment_get_page_size (self->vertical) - 1;
}

void
stonechat_timeline_scroll_by (StonechatTimelineScroll *self, double pixels)
{
  gtk_adjustment_set_value (self->vertical, gtk_adjustment_get_value (self->vertical) + pixels);
}

gboolean
stonechat_timeline_scroll_tell (StonechatTimelineScroll *self, double top, double total, int width, int height)
{
  double lower = self->value + top, upper = lower + total;
  gboolean changed;

  if (!self->vertical || height <= 0)
    return FALSE;
  if (upper - lower < height) {
    lower = self->value;
    upper = lower + height;
  }
  changed = lower != gtk_adjustment_get_lower (self->vertical) || upper != gtk_adjustment_get_upper (self->vertical);
  self->telling = TRUE;
  gtk_adjustment_configure (self->vertical, self->value, lower, upper, height * 0.1, height * 0.9, height);
  self->telling = FALSE;
  self->value = gtk_adjustment_get_value (self->vertical);
  if (self->horizontal)
    gtk_adjustment_configure (self->horizontal, 0, 0, width, 1, width, width);
  return changed;
}

void
stonechat_timeline_scroll_stop (GtkWidget *view)
{
  GtkWidget *parent = gtk_widget_get_parent (view);

  if (GTK_IS_SCROLLED_WINDOW (parent)) {
    gtk_scrolled_window_set_kinetic_scrolling (GTK_SCROLLED_WINDOW (parent), FALSE);
    gtk_scrolled_window_set_kinetic_scrolling (GTK_SCROLLED_WINDOW (parent), TRUE);
  }
}
