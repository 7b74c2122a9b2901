/* SPDX-License-Identifier: GPL-3.0-or-later
 * SPDX-FileCopyrightText: The Stonechat authors */
#include "stonechat-state-mark.h"

#include <glib/gi18n.h>
#include <math.h>

#define HEIGHT 12
#define LINE 1.4

int
stonechat_state_mark_get_width (ChatMessageState state)
{
  switch (state) {
  case CHAT_MESSAGE_QUEUED:
  case CHAT_MESSAGE_WRITTEN: return 12;
  case CHAT_MESSAGE_SENT: return 11;
  case CHAT_MESSAGE_DELIVERED: return 15;
  case CHAT_MESSAGE_READ: return 21;
  case CHAT_MESSAGE_FAILED: return 12;
  case CHAT_MESSAGE_RECEIVED:
  default: return 0;
  }
}

int
stonechat_state_mark_get_height (void)
{
  return HEIGHT;
}

const char *
stonechat_state_mark_get_word (ChatMessageState state)
{
  switch (state) {
  case CHAT_MESSAGE_QUEUED: return _("Waiting");
  case CHAT_MESSAGE_WRITTEN: return _("Sending");
  case CHAT_MESSAGE_SENT: return _("Sent");
  case CHAT_MESSAGE_DELIVERED: return _("Delivered");
  case CHAT_MESSAGE_READ: return _("Read");
  case CHAT_MESSAGE_FAILED: return _("Not sent");
  case CHAT_MESSAGE_RECEIVED:
  default: return NULL;
  }
}

static void
draw_tick (cairo_t *cr, double x)
{
  cairo_move_to (cr, x + 1, 6.5);
  cairo_line_to (cr, x + 3.8, 9.5);
  cairo_line_to (cr, x + 9.5, 2.8);
  cairo_stroke (cr);
}

/* The front one whole, of the one behind it what the front one leaves. */
static void
draw_two_ticks (cairo_t *cr, double x)
{
  draw_tick (cr, x);
  cairo_move_to (cr, x + 6.9, 8.5);
  cairo_line_to (cr, x + 7.8, 9.5);
  cairo_line_to (cr, x + 13.5, 2.8);
  cairo_stroke (cr);
}

static void
draw_clock (cairo_t *cr)
{
  cairo_arc (cr, 6, 6, 4.8, 0, 2 * G_PI);
  cairo_stroke (cr);
  cairo_move_to (cr, 6, 3.2);
  cairo_line_to (cr, 6, 6.2);
  cairo_line_to (cr, 8, 7.4);
  cairo_stroke (cr);
}

static void
draw_exclamation (cairo_t *cr)
{
  cairo_arc (cr, 6, 6, 4.8, 0, 2 * G_PI);
  cairo_stroke (cr);
  cairo_move_to (cr, 6, 3.4);
  cairo_line_to (cr, 6, 6.4);
  cairo_stroke (cr);
  cairo_arc (cr, 6, 8.5, 0.85, 0, 2 * G_PI);
  cairo_fill (cr);
}

static void
draw_ground (cairo_t *cr, double width)
{
  double radius = HEIGHT / 2.0;

  cairo_arc (cr, radius, radius, radius, G_PI / 2, 3 * G_PI / 2);
  cairo_arc (cr, width - radius, radius, radius, -G_PI / 2, G_PI / 2);
  cairo_close_path (cr);
  cairo_fill (cr);
}

void
stonechat_state_mark_draw (GtkSnapshot *snapshot, ChatMessageState state, const GdkRGBA *color, const GdkRGBA *accent, const GdkRGBA *on_accent)
{
  int width = stonechat_state_mark_get_width (state);
  cairo_t *cr;

  if (width == 0)
    return;
  cr = gtk_snapshot_append_cairo (snapshot, &GRAPHENE_RECT_INIT (0, 0, width, HEIGHT));
  cairo_set_line_width (cr, LINE);
  cairo_set_line_cap (cr, CAIRO_LINE_CAP_ROUND);
  cairo_set_line_join (cr, CAIRO_LINE_JOIN_ROUND);
  gdk_cairo_set_source_rgba (cr, state == CHAT_MESSAGE_READ ? accent : color);
  switch (state) {
  case CHAT_MESSAGE_QUEUED:
  case CHAT_MESSAGE_WRITTEN:
    draw_clock (cr);
    break;
  case CHAT_MESSAGE_SENT:
    draw_tick (cr, 0);
    break;
  case CHAT_MESSAGE_DELIVERED:
    draw_two_ticks (cr, 0);
    break;
  case CHAT_MESSAGE_READ:
    draw_ground (cr, width);
    gdk_cairo_set_source_rgba (cr, on_accent);
    draw_two_ticks (cr, 3);
    break;
  case CHAT_MESSAGE_FAILED:
    draw_exclamation (cr);
    break;
  case CHAT_MESSAGE_RECEIVED:
  default:
    break;
  }
  cairo_destroy (cr);
}
