/* SPDX-License-Identifier: GPL-3.0-or-later
 * SPDX-FileCopyrightText: The Stonechat authors */
#include "stonechat-chat-row-private.h"
#include "stonechat-avatar.h"
#include "stonechat-state-mark.h"

#define GAP 10
#define INNER_GAP 6
#define ICON 13
#define DOT 11

static PangoLayout *
new_layout (StonechatChatRow *self, const char *text, double scale, PangoWeight weight, gboolean digits)
{
  PangoLayout *layout = gtk_widget_create_pango_layout (GTK_WIDGET (self), text);
  PangoAttrList *attributes = pango_attr_list_new ();

  pango_attr_list_insert (attributes, pango_attr_weight_new (weight));
  if (scale != 1)
    pango_attr_list_insert (attributes, pango_attr_scale_new (scale));
  if (digits)
    pango_attr_list_insert (attributes, pango_attr_font_features_new ("tnum"));
  pango_layout_set_attributes (layout, attributes);
  pango_layout_set_single_paragraph_mode (layout, TRUE);
  pango_layout_set_ellipsize (layout, PANGO_ELLIPSIZE_END);
  pango_attr_list_unref (attributes);
  return layout;
}

/* Draws a text in a part of the row that is given from its start side; the width that it took. */
static int
draw_text (StonechatChatRow *self, GtkSnapshot *snapshot, PangoLayout *layout, const GdkRGBA *color, double alpha, int start, int most,
           int y, int height)
{
  gboolean rtl = gtk_widget_get_direction (GTK_WIDGET (self)) == GTK_TEXT_DIR_RTL;
  GdkRGBA shade = *color;
  int width, tall;

  if (most <= 0)
    return 0;
  pango_layout_get_pixel_size (layout, &width, NULL);
  if (width > most)
    pango_layout_set_width (layout, most * PANGO_SCALE);
  pango_layout_get_pixel_size (layout, &width, &tall);
  shade.alpha *= alpha;
  gtk_snapshot_save (snapshot);
  gtk_snapshot_translate (snapshot, &GRAPHENE_POINT_INIT (rtl ? gtk_widget_get_width (GTK_WIDGET (self)) - start - width : start,
                                                          y + (height - tall) / 2));
  gtk_snapshot_append_layout (snapshot, layout, &shade);
  gtk_snapshot_restore (snapshot);
  return width;
}

static int
layout_width (PangoLayout *layout)
{
  int width;

  pango_layout_get_pixel_size (layout, &width, NULL);
  return width;
}

/* Of the list's font, asked once for all its rows. */
static int
line_height (GtkWidget *widget)
{
  GtkWidget *list = gtk_widget_get_ancestor (widget, GTK_TYPE_LIST_VIEW);
  PangoContext *context = gtk_widget_get_pango_context (list ? list : widget);
  guint serial = pango_context_get_serial (context);

  if (GPOINTER_TO_UINT (g_object_get_data (G_OBJECT (context), "stonechat-serial")) != serial) {
    PangoFontMetrics *metrics = pango_context_get_metrics (context, NULL, NULL);
    int height = PANGO_PIXELS_CEIL (pango_font_metrics_get_height (metrics));

    pango_font_metrics_unref (metrics);
    g_object_set_data (G_OBJECT (context), "stonechat-serial", GUINT_TO_POINTER (serial));
    g_object_set_data (G_OBJECT (context), "stonechat-line-height", GINT_TO_POINTER (height));
  }
  return GPOINTER_TO_INT (g_object_get_data (G_OBJECT (context), "stonechat-line-height"));
}

static void
get_color (StonechatChatRow *self, const char *name, GdkRGBA *color)
{
  GtkStyleContext *style = gtk_widget_get_style_context (GTK_WIDGET (self));

  if (!name || !gtk_style_context_lookup_color (style, name, color))
    gtk_style_context_get_color (style, color);
}

/* At the end of a part of the row that begins at start; the room that it took. */
static int
draw_icon (StonechatChatRow *self, GtkSnapshot *snapshot, const char *name, const GdkRGBA *color, int start, int width, int y, int line)
{
  GtkWidget *widget = GTK_WIDGET (self);
  gboolean rtl = gtk_widget_get_direction (widget) == GTK_TEXT_DIR_RTL;
  g_autoptr (GtkIconPaintable) icon = gtk_icon_theme_lookup_icon (gtk_icon_theme_get_for_display (gtk_widget_get_display (widget)), name,
                                                                  NULL, ICON, gtk_widget_get_scale_factor (widget),
                                                                  gtk_widget_get_direction (widget), GTK_ICON_LOOKUP_FORCE_SYMBOLIC);
  int x = start + width - ICON;
  GdkRGBA quiet = *color;

  quiet.alpha *= 0.55;
  gtk_snapshot_save (snapshot);
  gtk_snapshot_translate (snapshot, &GRAPHENE_POINT_INIT (rtl ? gtk_widget_get_width (widget) - x - ICON : x, y + (line - ICON) / 2));
  gtk_symbolic_paintable_snapshot_symbolic (GTK_SYMBOLIC_PAINTABLE (icon), snapshot, ICON, ICON, &quiet, 1);
  gtk_snapshot_restore (snapshot);
  return ICON + 4;
}

/* A number at the end of the second line, or a dot where there is none, in the accent's colour; of a silent chat in grey. The
 * room that it took. */
static int
draw_count (StonechatChatRow *self, GtkSnapshot *snapshot, int y, int height)
{
  g_autoptr (PangoLayout) layout = new_layout (self, self->count, 0.82, PANGO_WEIGHT_BOLD, TRUE);
  gboolean rtl = gtk_widget_get_direction (GTK_WIDGET (self)) == GTK_TEXT_DIR_RTL;
  gboolean dot = *self->count == '\0';
  int whole = gtk_widget_get_width (GTK_WIDGET (self)), width = dot ? DOT : MAX (layout_width (layout) + 12, height), tall = dot ? DOT : height;
  graphene_rect_t bounds = GRAPHENE_RECT_INIT (rtl ? 0 : whole - width, y + (height - tall) / 2, width, tall);
  GskRoundedRect pill;
  GdkRGBA ground, text;

  get_color (self, self->muted ? NULL : "accent_bg_color", &ground);
  get_color (self, self->muted ? NULL : "accent_fg_color", &text);
  if (self->muted)
    ground.alpha *= 0.15;
  gsk_rounded_rect_init_from_rect (&pill, &bounds, tall / 2.0);
  gtk_snapshot_push_rounded_clip (snapshot, &pill);
  gtk_snapshot_append_color (snapshot, &ground, &bounds);
  gtk_snapshot_pop (snapshot);
  draw_text (self, snapshot, layout, &text, 1, whole - width + (width - layout_width (layout)) / 2, width, y, height);
  return width + INNER_GAP;
}

static void
draw_person (StonechatChatRow *self, GtkSnapshot *snapshot)
{
  gboolean rtl = gtk_widget_get_direction (GTK_WIDGET (self)) == GTK_TEXT_DIR_RTL;
  XmppJid *jid = CHAT_IS_CONTACT (self->item) ? chat_contact_get_jid (CHAT_CONTACT (self->item))
                                              : chat_conversation_get_jid (CHAT_CONVERSATION (self->item));
  int width = gtk_widget_get_width (GTK_WIDGET (self)), height = gtk_widget_get_height (GTK_WIDGET (self)), x = rtl ? width - self->avatar : 0;

  stonechat_avatar_draw (GTK_WIDGET (self), snapshot, x, (height - self->avatar) / 2, self->avatar, self->name, xmpp_jid_get_bare_string (jid));
  if (self->show_presence)
    stonechat_avatar_draw_badge (GTK_WIDGET (self), snapshot, x, (height - self->avatar) / 2, self->avatar, self->availability);
}

static void
draw_first_line (StonechatChatRow *self, GtkSnapshot *snapshot, int start, int width, int y, int line)
{
  g_autoptr (PangoLayout) name = new_layout (self, self->name, 1, PANGO_WEIGHT_BOLD, FALSE);
  GdkRGBA color;

  get_color (self, NULL, &color);
  if (self->stamp) {
    g_autoptr (PangoLayout) stamp = new_layout (self, self->stamp, 0.82, PANGO_WEIGHT_NORMAL, TRUE);
    int taken = layout_width (stamp);

    draw_text (self, snapshot, stamp, &color, 0.65, start + width - taken, taken, y, line);
    width -= taken + INNER_GAP;
  }
  if (self->pinned)
    width -= draw_icon (self, snapshot, "view-pin-symbolic", &color, start, width, y, line);
  if (self->muted)
    width -= draw_icon (self, snapshot, "notifications-disabled-symbolic", &color, start, width, y, line);
  if (self->account) {
    g_autoptr (PangoLayout) account = new_layout (self, self->account, 0.82, PANGO_WEIGHT_NORMAL, FALSE);
    int taken = MIN (layout_width (account), MAX (width - layout_width (name) - INNER_GAP, width / 3));
    int at = draw_text (self, snapshot, name, &color, 1, start, width - taken - INNER_GAP, y, line);

    draw_text (self, snapshot, account, &color, 0.65, start + at + INNER_GAP, taken, y + 1, line);
  } else {
    draw_text (self, snapshot, name, &color, 1, start, width, y, line);
  }
}

/* How far our own last message has got; the room that it took. */
static int
draw_state (StonechatChatRow *self, GtkSnapshot *snapshot, int start, int y, int line, const GdkRGBA *color)
{
  gboolean rtl = gtk_widget_get_direction (GTK_WIDGET (self)) == GTK_TEXT_DIR_RTL;
  int width = stonechat_state_mark_get_width (self->state);
  GdkRGBA quiet = *color, ground, text;

  if (width == 0)
    return 0;
  quiet.alpha *= 0.7;
  get_color (self, "accent_bg_color", &ground);
  get_color (self, "accent_fg_color", &text);
  gtk_snapshot_save (snapshot);
  gtk_snapshot_translate (snapshot, &GRAPHENE_POINT_INIT (rtl ? gtk_widget_get_width (GTK_WIDGET (self)) - start - width : start,
                                                          y + (line - stonechat_state_mark_get_height ()) / 2));
  stonechat_state_mark_draw (snapshot, self->state, self->state == CHAT_MESSAGE_FAILED ? color : &quiet, &ground, &text);
  gtk_snapshot_restore (snapshot);
  return width + 4;
}

static void
draw_second_line (StonechatChatRow *self, GtkSnapshot *snapshot, int start, int width, int y, int line)
{
  GdkRGBA color, accent;
  int taken;

  get_color (self, NULL, &color);
  get_color (self, "accent_color", &accent);
  if (self->count)
    width -= draw_count (self, snapshot, y, line);
  if (self->mark) {
    g_autoptr (PangoLayout) mark = new_layout (self, self->mark, 1, PANGO_WEIGHT_NORMAL, FALSE);

    taken = draw_text (self, snapshot, mark, &accent, 1, start, width, y, line) + 4;
  } else {
    taken = draw_state (self, snapshot, start, y, line, &color);
  }
  start += taken;
  width -= taken;
  if (self->preview && *self->preview) {
    g_autoptr (PangoLayout) preview = new_layout (self, self->preview, 1, PANGO_WEIGHT_NORMAL, FALSE);

    draw_text (self, snapshot, preview, self->preview_is_accent ? &accent : &color, self->preview_is_accent ? 1 : self->unread ? 0.95 : 0.7,
               start, width, y, line);
  }
}

static void
draw_heading (StonechatChatRow *self, GtkSnapshot *snapshot)
{
  int width = gtk_widget_get_width (GTK_WIDGET (self)), height = gtk_widget_get_height (GTK_WIDGET (self));
  g_autoptr (PangoLayout) mark = new_layout (self, self->mark, 0.82, PANGO_WEIGHT_NORMAL, FALSE);
  g_autoptr (PangoLayout) name = new_layout (self, self->name, 0.82, PANGO_WEIGHT_BOLD, FALSE);
  g_autoptr (PangoLayout) count = new_layout (self, self->stamp, 0.82, PANGO_WEIGHT_NORMAL, TRUE);
  int taken = layout_width (count);
  GdkRGBA color;

  get_color (self, NULL, &color);
  draw_text (self, snapshot, mark, &color, 0.7, 2, 20, 6, height - 6);
  draw_text (self, snapshot, name, &color, 0.7, 22, width - 22 - taken - INNER_GAP, 6, height - 6);
  draw_text (self, snapshot, count, &color, 0.6, width - taken, taken, 6, height - 6);
}

void
stonechat_chat_row_snapshot (GtkWidget *widget, GtkSnapshot *snapshot)
{
  StonechatChatRow *self = STONECHAT_CHAT_ROW (widget);
  int line, start, width, y;

  if (!self->item)
    return;
  if (!self->avatar) {
    draw_heading (self, snapshot);
    return;
  }
  line = line_height (widget);
  start = self->avatar + GAP;
  width = gtk_widget_get_width (widget) - start;
  y = (gtk_widget_get_height (widget) - 2 * line - 1) / 2;
  draw_person (self, snapshot);
  draw_first_line (self, snapshot, start, width, y, line);
  draw_second_line (self, snapshot, start, width, y + line + 1, line);
}

void
stonechat_chat_row_measure (GtkWidget *widget, GtkOrientation orientation, int for_size, int *minimum, int *natural,
                            int *minimum_baseline, int *natural_baseline)
{
  StonechatChatRow *self = STONECHAT_CHAT_ROW (widget);

  *minimum_baseline = *natural_baseline = -1;
  if (orientation == GTK_ORIENTATION_HORIZONTAL)
    *minimum = 120, *natural = 280;
  else
    *minimum = *natural = self->avatar ? MAX (self->avatar, 2 * line_height (widget) + 1) : line_height (widget) + 6;
}
