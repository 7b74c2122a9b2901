/* SPDX-License-Identifier: GPL-3.0-or-later
 * SPDX-FileCopyrightText: The Stonechat authors */
#include "stonechat-avatar.h"
#include "stonechat-color.h"

#include <glib/gi18n.h>

struct _StonechatAvatar {
  GtkWidget parent_instance;
  char *name, *address;
  XmppAvailability availability;
  gboolean show_presence, show_picture;
  int size;
};

G_DEFINE_FINAL_TYPE (StonechatAvatar, stonechat_avatar, GTK_TYPE_WIDGET)

enum { PROP_0, PROP_NAME, PROP_ADDRESS, PROP_AVAILABILITY, PROP_SIZE, PROP_SHOW_PRESENCE, PROP_SHOW_PICTURE, N_PROPS };
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
draw_shape (XmppAvailability availability, cairo_t *cr, double r)
{
  switch (availability) {
  case XMPP_AVAILABILITY_AVAILABLE:
  case XMPP_AVAILABILITY_FREE_TO_CHAT:    /* a full disc */
    cairo_set_source_rgb (cr, 0.18, 0.76, 0.49);
    cairo_arc (cr, 0, 0, r, 0, 2 * G_PI);
    cairo_fill (cr);
    break;
  case XMPP_AVAILABILITY_AWAY:
  case XMPP_AVAILABILITY_NOT_AVAILABLE:   /* a clock */
    if (availability == XMPP_AVAILABILITY_AWAY)
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

/* -- the picture ----------------------------------------------------------------------------------------------------- */

static gunichar
first_letter (const char *word)
{
  for (; *word; word = g_utf8_next_char (word))
    if (g_unichar_isalnum (g_utf8_get_char (word)))
      return g_unichar_toupper (g_utf8_get_char (word));
  return 0;
}

char *
stonechat_initials (const char *name)
{
  g_auto (GStrv) words = g_strsplit_set (name ? name : "", " \t@._-", -1);
  gunichar first = 0, last = 0;
  GString *text = g_string_new (NULL);
  gboolean is_address = name && strchr (name, '@');

  for (char **word = words; *word; word++) {
    gunichar letter = first_letter (*word);

    if (!letter)
      continue;
    if (!first)
      first = letter;
    else if (!is_address)
      last = letter;
  }
  if (first)
    g_string_append_unichar (text, first);
  if (last)
    g_string_append_unichar (text, last);
  if (!text->len && name && *name)
    g_string_append_unichar (text, g_utf8_get_char (name));
  return g_string_free (text, FALSE);
}

void
stonechat_avatar_draw (GtkWidget *widget, GtkSnapshot *snapshot, double x, double y, int size, const char *name, const char *address)
{
  double hue = stonechat_hue (address && *address ? address : name ? name : "");
  graphene_rect_t bounds = GRAPHENE_RECT_INIT (x, y, size, size);
  GskColorStop stops[2] = { { 0, stonechat_color (hue, 62, 63) }, { 1, stonechat_color (hue, 68, 48) } };
  const GdkRGBA white = { 1, 1, 1, 1 };
  g_autofree char *initials = stonechat_initials (name);
  g_autoptr (PangoLayout) layout = gtk_widget_create_pango_layout (widget, initials);
  PangoAttrList *attributes = pango_attr_list_new ();
  PangoRectangle ink;
  GskRoundedRect circle;

  pango_attr_list_insert (attributes, pango_attr_size_new_absolute (size * 0.4 * PANGO_SCALE));
  pango_attr_list_insert (attributes, pango_attr_weight_new (PANGO_WEIGHT_BOLD));
  pango_layout_set_attributes (layout, attributes);
  pango_attr_list_unref (attributes);
  pango_layout_get_pixel_extents (layout, &ink, NULL);
  gsk_rounded_rect_init_from_rect (&circle, &bounds, size / 2.0);
  gtk_snapshot_push_rounded_clip (snapshot, &circle);
  gtk_snapshot_append_linear_gradient (snapshot, &bounds, &GRAPHENE_POINT_INIT (x, y), &GRAPHENE_POINT_INIT (x, y + size), stops, 2);
  gtk_snapshot_pop (snapshot);
  gtk_snapshot_save (snapshot);
  gtk_snapshot_translate (snapshot, &GRAPHENE_POINT_INIT (x + (size - ink.width) / 2.0 - ink.x, y + (size - ink.height) / 2.0 - ink.y));
  gtk_snapshot_append_layout (snapshot, layout, &white);
  gtk_snapshot_restore (snapshot);
}

void
stonechat_avatar_draw_badge (GtkWidget *widget, GtkSnapshot *snapshot, double x, double y, int size, XmppAvailability availability)
{
  double r = MAX (4.5, size * 0.135), ring = 2.5, side = 2 * (r + ring);
  GdkRGBA background;
  cairo_t *cr;

  x += gtk_widget_get_direction (widget) == GTK_TEXT_DIR_RTL ? r : size - r;
  y += size - r;
  if (!gtk_style_context_lookup_color (gtk_widget_get_style_context (widget), "window_bg_color", &background))
    gdk_rgba_parse (&background, "white");
  cr = gtk_snapshot_append_cairo (snapshot, &GRAPHENE_RECT_INIT (x - side / 2, y - side / 2, side, side));
  cairo_translate (cr, x, y);
  gdk_cairo_set_source_rgba (cr, &background);
  cairo_arc (cr, 0, 0, r + ring - 0.5, 0, 2 * G_PI);
  cairo_fill (cr);
  draw_shape (availability, cr, r);
  cairo_destroy (cr);
}

/* -- the widget ------------------------------------------------------------------------------------------------------ */

static void
stonechat_avatar_snapshot (GtkWidget *widget, GtkSnapshot *snapshot)
{
  StonechatAvatar *self = STONECHAT_AVATAR (widget);

  if (!self->show_picture) {
    cairo_t *cr = gtk_snapshot_append_cairo (snapshot, &GRAPHENE_RECT_INIT (0, 0, self->size, self->size));

    cairo_translate (cr, self->size / 2.0, self->size / 2.0);
    draw_shape (self->availability, cr, self->size / 2.0);
    cairo_destroy (cr);
    return;
  }
  stonechat_avatar_draw (widget, snapshot, 0, 0, self->size, self->name, self->address);
  if (self->show_presence)
    stonechat_avatar_draw_badge (widget, snapshot, 0, 0, self->size, self->availability);
}

static void
stonechat_avatar_measure (GtkWidget *widget, GtkOrientation orientation, int for_size, int *minimum, int *natural,
                          int *minimum_baseline, int *natural_baseline)
{
  *minimum = *natural = STONECHAT_AVATAR (widget)->size;
  *minimum_baseline = *natural_baseline = -1;
}

static void
stonechat_avatar_get_property (GObject *object, guint id, GValue *value, GParamSpec *pspec)
{
  StonechatAvatar *self = STONECHAT_AVATAR (object);

  switch (id) {
  case PROP_NAME: g_value_set_string (value, self->name); break;
  case PROP_ADDRESS: g_value_set_string (value, self->address); break;
  case PROP_AVAILABILITY: g_value_set_enum (value, self->availability); break;
  case PROP_SIZE: g_value_set_int (value, self->size); break;
  case PROP_SHOW_PRESENCE: g_value_set_boolean (value, self->show_presence); break;
  case PROP_SHOW_PICTURE: g_value_set_boolean (value, self->show_picture); break;
  default: G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
  }
}

static void
stonechat_avatar_set_property (GObject *object, guint id, const GValue *value, GParamSpec *pspec)
{
  StonechatAvatar *self = STONECHAT_AVATAR (object);

  switch (id) {
  case PROP_NAME:
    g_free (self->name);
    self->name = g_value_dup_string (value);
    break;
  case PROP_ADDRESS:
    g_free (self->address);
    self->address = g_value_dup_string (value);
    break;
  case PROP_AVAILABILITY:
    self->availability = g_value_get_enum (value);
    break;
  case PROP_SIZE:
    self->size = g_value_get_int (value);
    gtk_widget_queue_resize (GTK_WIDGET (self));
    break;
  case PROP_SHOW_PRESENCE:
    self->show_presence = g_value_get_boolean (value);
    break;
  case PROP_SHOW_PICTURE:
    self->show_picture = g_value_get_boolean (value);
    break;
  default: G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
  }
  gtk_widget_set_tooltip_text (GTK_WIDGET (self), self->show_presence ? stonechat_availability_word (self->availability) : NULL);
  gtk_widget_queue_draw (GTK_WIDGET (self));
}

static void
stonechat_avatar_finalize (GObject *object)
{
  StonechatAvatar *self = STONECHAT_AVATAR (object);

  g_free (self->name);
  g_free (self->address);
  G_OBJECT_CLASS (stonechat_avatar_parent_class)->finalize (object);
}

static void
stonechat_avatar_class_init (StonechatAvatarClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  object_class->get_property = stonechat_avatar_get_property;
  object_class->set_property = stonechat_avatar_set_property;
  object_class->finalize = stonechat_avatar_finalize;
  widget_class->snapshot = stonechat_avatar_snapshot;
  widget_class->measure = stonechat_avatar_measure;
  props[PROP_NAME] = g_param_spec_string ("name", NULL, NULL, NULL, G_PARAM_READWRITE | G_PARAM_STATIC_STRINGS);
  props[PROP_ADDRESS] = g_param_spec_string ("address", NULL, NULL, NULL, G_PARAM_READWRITE | G_PARAM_STATIC_STRINGS);
  props[PROP_AVAILABILITY] = g_param_spec_enum ("availability", NULL, NULL, XMPP_TYPE_AVAILABILITY, XMPP_AVAILABILITY_OFFLINE,
                                                G_PARAM_READWRITE | G_PARAM_STATIC_STRINGS);
  props[PROP_SIZE] = g_param_spec_int ("size", NULL, NULL, 8, 512, 42, G_PARAM_READWRITE | G_PARAM_STATIC_STRINGS);
  props[PROP_SHOW_PRESENCE] = g_param_spec_boolean ("show-presence", NULL, NULL, FALSE, G_PARAM_READWRITE | G_PARAM_STATIC_STRINGS);
  props[PROP_SHOW_PICTURE] = g_param_spec_boolean ("show-picture", NULL, NULL, TRUE, G_PARAM_READWRITE | G_PARAM_STATIC_STRINGS);
  g_object_class_install_properties (object_class, N_PROPS, props);
  gtk_widget_class_set_css_name (widget_class, "stonechatavatar");
  gtk_widget_class_set_accessible_role (widget_class, GTK_ACCESSIBLE_ROLE_PRESENTATION);
}

static void
stonechat_avatar_init (StonechatAvatar *self)
{
  self->size = 42;
  self->show_picture = TRUE;
  gtk_widget_set_valign (GTK_WIDGET (self), GTK_ALIGN_CENTER);
  gtk_widget_set_halign (GTK_WIDGET (self), GTK_ALIGN_CENTER);
}
