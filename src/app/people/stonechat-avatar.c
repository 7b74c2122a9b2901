/* SPDX-License-Identifier: GPL-3.0-or-later
 * SPDX-FileCopyrightText: The Stonechat authors */
#include "stonechat-avatar.h"

#include <glib/gi18n.h>

struct _StonechatAvatar {
  GtkWidget parent_instance;
  GtkWidget *avatar;
  XmppAvailability availability;
  gboolean show_presence;
  int size;
};

G_DEFINE_FINAL_TYPE (StonechatAvatar, stonechat_avatar, GTK_TYPE_WIDGET)

enum { PROP_0, PROP_NAME, PROP_AVAILABILITY, PROP_SIZE, PROP_SHOW_PRESENCE, N_PROPS };
static GParamSpec *props[N_PROPS];

const char *
stonechat_availability_word (XmppAvailability availability)
{
  switch (availability) {
  case XMPP_AVAILABILITY_AVAILABLE: return _("Available");
  case XMPP_AVAILABILITY_FREE_TO_CHAT: return _("Free to Chat");
  case XMPP_AVAILABILITY_AWAY: return _("Away");
  case XMPP_AVAILABILITY_NOT_AVAILABLE: return _("Not Available");
  case XMPP_AVAILABILITY_DO_NOT_DISTURB: return _("Do Not Disturb");
  case XMPP_AVAILABILITY_OFFLINE:
  default: return _("Offline");
  }
}

static void
draw_badge (StonechatAvatar *self, cairo_t *cr, double r)
{
  switch (self->availability) {
  case XMPP_AVAILABILITY_AVAILABLE:
  case XMPP_AVAILABILITY_FREE_TO_CHAT:    /* a full disc */
    cairo_set_source_rgb (cr, 0.18, 0.76, 0.49);
    cairo_arc (cr, 0, 0, r, 0, 2 * G_PI);
    cairo_fill (cr);
    break;
  case XMPP_AVAILABILITY_AWAY:
  case XMPP_AVAILABILITY_NOT_AVAILABLE:   /* a clock */
    if (self->availability == XMPP_AVAILABILITY_AWAY)
      cairo_set_source_rgb (cr, 0.90, 0.60, 0.04);
    else
      cairo_set_source_rgb (cr, 0.78, 0.40, 0.10);
    cairo_arc (cr, 0, 0, r, 0, 2 * G_PI);
    cairo_fill (cr);
    cairo_set_source_rgb (cr, 1, 1, 1);
    cairo_set_line_width (cr, r * 0.28);
    cairo_set_line_cap (cr, CAIRO_LINE_CAP_ROUND);
    cairo_move_to (cr, 0, -r * 0.55);
    cairo_line_to (cr, 0, 0);
    cairo_line_to (cr, r * 0.45, r * 0.2);
    cairo_stroke (cr);
    break;
  case XMPP_AVAILABILITY_DO_NOT_DISTURB:  /* a bar */
    cairo_set_source_rgb (cr, 0.88, 0.11, 0.14);
    cairo_arc (cr, 0, 0, r, 0, 2 * G_PI);
    cairo_fill (cr);
    cairo_set_source_rgb (cr, 1, 1, 1);
    cairo_rectangle (cr, -r * 0.55, -r * 0.17, r * 1.1, r * 0.34);
    cairo_fill (cr);
    break;
  case XMPP_AVAILABILITY_OFFLINE:         /* a hollow ring */
  default:
    cairo_set_source_rgb (cr, 0.55, 0.55, 0.55);
    cairo_set_line_width (cr, r * 0.45);
    cairo_arc (cr, 0, 0, r * 0.68, 0, 2 * G_PI);
    cairo_stroke (cr);
    break;
  }
}

static void
stonechat_avatar_snapshot (GtkWidget *widget, GtkSnapshot *snapshot)
{
  StonechatAvatar *self = STONECHAT_AVATAR (widget);
  double r = MAX (4.5, self->size * 0.135), ring = 2.5, side = 2 * (r + ring);
  double x = gtk_widget_get_direction (widget) == GTK_TEXT_DIR_RTL ? r : self->size - r, y = self->size - r;
  GdkRGBA background;
  cairo_t *cr;

  gtk_widget_snapshot_child (widget, self->avatar, snapshot);
  if (!self->show_presence)
    return;
  if (!gtk_style_context_lookup_color (gtk_widget_get_style_context (widget), "window_bg_color", &background))
    gdk_rgba_parse (&background, "white");
  cr = gtk_snapshot_append_cairo (snapshot, &GRAPHENE_RECT_INIT (x - side / 2, y - side / 2, side, side));
  cairo_translate (cr, x, y);
  gdk_cairo_set_source_rgba (cr, &background);
  cairo_arc (cr, 0, 0, r + ring - 0.5, 0, 2 * G_PI);
  cairo_fill (cr);
  draw_badge (self, cr, r);
  cairo_destroy (cr);
}

static void
stonechat_avatar_measure (GtkWidget *widget, GtkOrientation orientation, int for_size, int *minimum, int *natural,
                          int *minimum_baseline, int *natural_baseline)
{
  *minimum = *natural = STONECHAT_AVATAR (widget)->size;
  *minimum_baseline = *natural_baseline = -1;
}

static void
stonechat_avatar_size_allocate (GtkWidget *widget, int width, int height, int baseline)
{
  StonechatAvatar *self = STONECHAT_AVATAR (widget);

  gtk_widget_allocate (self->avatar, self->size, self->size, -1, NULL);
}

static void
stonechat_avatar_get_property (GObject *object, guint id, GValue *value, GParamSpec *pspec)
{
  StonechatAvatar *self = STONECHAT_AVATAR (object);

  switch (id) {
  case PROP_NAME: g_value_set_string (value, adw_avatar_get_text (ADW_AVATAR (self->avatar))); break;
  case PROP_AVAILABILITY: g_value_set_enum (value, self->availability); break;
  case PROP_SIZE: g_value_set_int (value, self->size); break;
  case PROP_SHOW_PRESENCE: g_value_set_boolean (value, self->show_presence); break;
  default: G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
  }
}

static void
stonechat_avatar_set_property (GObject *object, guint id, const GValue *value, GParamSpec *pspec)
{
  StonechatAvatar *self = STONECHAT_AVATAR (object);

  switch (id) {
  case PROP_NAME: adw_avatar_set_text (ADW_AVATAR (self->avatar), g_value_get_string (value)); break;
  case PROP_AVAILABILITY:
    self->availability = g_value_get_enum (value);
    gtk_widget_set_tooltip_text (GTK_WIDGET (self), self->show_presence ? stonechat_availability_word (self->availability) : NULL);
    gtk_widget_queue_draw (GTK_WIDGET (self));
    break;
  case PROP_SIZE:
    self->size = g_value_get_int (value);
    adw_avatar_set_size (ADW_AVATAR (self->avatar), self->size);
    gtk_widget_queue_resize (GTK_WIDGET (self));
    break;
  case PROP_SHOW_PRESENCE:
    self->show_presence = g_value_get_boolean (value);
    gtk_widget_queue_draw (GTK_WIDGET (self));
    break;
  default: G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
  }
}

static void
stonechat_avatar_dispose (GObject *object)
{
  g_clear_pointer (&STONECHAT_AVATAR (object)->avatar, gtk_widget_unparent);
  G_OBJECT_CLASS (stonechat_avatar_parent_class)->dispose (object);
}

static void
stonechat_avatar_class_init (StonechatAvatarClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  object_class->get_property = stonechat_avatar_get_property;
  object_class->set_property = stonechat_avatar_set_property;
  object_class->dispose = stonechat_avatar_dispose;
  widget_class->snapshot = stonechat_avatar_snapshot;
  widget_class->measure = stonechat_avatar_measure;
  widget_class->size_allocate = stonechat_avatar_size_allocate;
  props[PROP_NAME] = g_param_spec_string ("name", NULL, NULL, NULL, G_PARAM_READWRITE | G_PARAM_STATIC_STRINGS);
  props[PROP_AVAILABILITY] = g_param_spec_enum ("availability", NULL, NULL, XMPP_TYPE_AVAILABILITY, XMPP_AVAILABILITY_OFFLINE,
                                                G_PARAM_READWRITE | G_PARAM_STATIC_STRINGS);
  props[PROP_SIZE] = g_param_spec_int ("size", NULL, NULL, 8, 512, 42, G_PARAM_READWRITE | G_PARAM_STATIC_STRINGS);
  props[PROP_SHOW_PRESENCE] = g_param_spec_boolean ("show-presence", NULL, NULL, FALSE, G_PARAM_READWRITE | G_PARAM_STATIC_STRINGS);
  g_object_class_install_properties (object_class, N_PROPS, props);
  gtk_widget_class_set_css_name (widget_class, "stonechatavatar");
  gtk_widget_class_set_accessible_role (widget_class, GTK_ACCESSIBLE_ROLE_PRESENTATION);
}

static void
stonechat_avatar_init (StonechatAvatar *self)
{
  self->size = 42;
  self->avatar = adw_avatar_new (42, NULL, TRUE);
  gtk_widget_set_parent (self->avatar, GTK_WIDGET (self));
  gtk_widget_set_valign (GTK_WIDGET (self), GTK_ALIGN_CENTER);
  gtk_widget_set_halign (GTK_WIDGET (self), GTK_ALIGN_CENTER);
}
