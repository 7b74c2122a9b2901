/* SPDX-License-Identifier: GPL-3.0-or-later
 * SPDX-FileCopyrightText: The Stonechat authors */
#include "stonechat-message-text.h"
#include "stonechat-links.h"
#include "stonechat-state-mark.h"

#define GAP 10       /* between the last line and the time */
#define MARK_GAP 4   /* between the time and the mark */
#define META_SCALE 0.78

struct _StonechatMessageText {
  GtkWidget parent_instance;
  char *text, *meta, *tip;
  ChatMessageState state;
  PangoLayout *layout, *meta_layout;
  GArray *links;
  int width;            /* the layout's, -1: unbounded */
  int selected[2];      /* bytes, from and to */
};

G_DEFINE_FINAL_TYPE (StonechatMessageText, stonechat_message_text, GTK_TYPE_WIDGET)

static void
forget_layouts (StonechatMessageText *self)
{
  g_clear_object (&self->layout);
  g_clear_object (&self->meta_layout);
}

static PangoAttrList *
make_attributes (StonechatMessageText *self)
{
  PangoAttrList *attributes = pango_attr_list_new ();

  for (guint i = 0; self->links && i < self->links->len; i++) {
    StonechatLink *link = &g_array_index (self->links, StonechatLink, i);
    PangoAttribute *line = pango_attr_underline_new (PANGO_UNDERLINE_SINGLE);

    line->start_index = link->start;
    line->end_index = link->end;
    pango_attr_list_insert (attributes, line);
  }
  return attributes;
}

static PangoLayout *
get_layout (StonechatMessageText *self, int width)
{
  if (!self->layout) {
    g_autoptr (PangoAttrList) attributes = make_attributes (self);
    PangoContext *context = gtk_widget_create_pango_context (GTK_WIDGET (self));

    /* Each paragraph goes to its own side, whatever the direction of the window: from left to right, and flipped if it is not. */
    pango_context_set_base_dir (context, PANGO_DIRECTION_LTR);
    self->layout = pango_layout_new (context);
    g_object_unref (context);
    pango_layout_set_text (self->layout, self->text, -1);
    pango_layout_set_attributes (self->layout, attributes);
    pango_layout_set_wrap (self->layout, PANGO_WRAP_WORD_CHAR);
    pango_layout_set_auto_dir (self->layout, TRUE);
    self->width = -1;
  }
  if (self->width != width) {
    pango_layout_set_width (self->layout, width < 0 ? -1 : width * PANGO_SCALE);
    self->width = width;
  }
  return self->layout;
}

static PangoLayout *
get_meta_layout (StonechatMessageText *self)
{
  if (!self->meta_layout) {
    g_autoptr (PangoAttrList) attributes = pango_attr_list_new ();

    self->meta_layout = gtk_widget_create_pango_layout (GTK_WIDGET (self), self->meta);
    pango_attr_list_insert (attributes, pango_attr_scale_new (META_SCALE));
    pango_attr_list_insert (attributes, pango_attr_font_features_new ("tnum=1"));
    pango_layout_set_attributes (self->meta_layout, attributes);
  }
  return self->meta_layout;
}

static void
get_meta_size (StonechatMessageText *self, int *width, int *height)
{
  int mark = stonechat_state_mark_get_width (self->state);

  pango_layout_get_pixel_size (get_meta_layout (self), width, height);
  if (mark > 0) {
    *width += MARK_GAP + mark;
    *height = MAX (*height, stonechat_state_mark_get_height ());
  }
}

static PangoLayoutLine *
get_last_line (StonechatMessageText *self, int width)
{
  PangoLayout *layout = get_layout (self, width);

  return pango_layout_get_line_readonly (layout, pango_layout_get_line_count (layout) - 1);
}

static void
get_sizes (StonechatMessageText *self, int width, int *text_width, int *text_height, int *last_width, int *meta_width, int *meta_height)
{
  PangoRectangle extents;

  pango_layout_get_pixel_size (get_layout (self, width), text_width, text_height);
  pango_layout_line_get_pixel_extents (get_last_line (self, width), NULL, &extents);
  *last_width = extents.width;
  get_meta_size (self, meta_width, meta_height);
}

static void
stonechat_message_text_measure (GtkWidget *widget, GtkOrientation orientation, int for_size, int *minimum, int *natural,
                                int *minimum_baseline, int *natural_baseline)
{
  StonechatMessageText *self = STONECHAT_MESSAGE_TEXT (widget);
  int width, height, last, meta_width, meta_height;

  *minimum_baseline = *natural_baseline = -1;
  if (orientation == GTK_ORIENTATION_HORIZONTAL) {
    get_sizes (self, -1, &width, &height, &last, &meta_width, &meta_height);
    *minimum = MIN (60, meta_width);
    *natural = MAX (width, last + GAP + meta_width);
    *natural = MAX (*natural, *minimum);
    return;
  }
  get_sizes (self, for_size, &width, &height, &last, &meta_width, &meta_height);
  *minimum = *natural = for_size < 0 || last + GAP + meta_width <= for_size ? MAX (height, meta_height) : height + meta_height;
}

static GtkSizeRequestMode
stonechat_message_text_get_request_mode (GtkWidget *widget)
{
  return GTK_SIZE_REQUEST_HEIGHT_FOR_WIDTH;
}

static void
snapshot_selection (StonechatMessageText *self, GtkSnapshot *snapshot)
{
  PangoLayout *layout = get_layout (self, gtk_widget_get_width (GTK_WIDGET (self)));
  cairo_region_t *region;
  GdkRGBA color;

  if (self->selected[0] == self->selected[1] ||
      !gtk_style_context_lookup_color (gtk_widget_get_style_context (GTK_WIDGET (self)), "accent_bg_color", &color))
    return;
  color.alpha = 0.4;
  region = gdk_pango_layout_get_clip_region (layout, 0, 0, self->selected, 1);
  for (int i = 0; i < cairo_region_num_rectangles (region); i++) {
    cairo_rectangle_int_t part;

    cairo_region_get_rectangle (region, i, &part);
    gtk_snapshot_append_color (snapshot, &color, &GRAPHENE_RECT_INIT (part.x, part.y, part.width, part.height));
  }
  cairo_region_destroy (region);
}

static gboolean
is_rtl (StonechatMessageText *self)
{
  return pango_layout_line_get_resolved_direction (get_last_line (self, gtk_widget_get_width (GTK_WIDGET (self)))) == PANGO_DIRECTION_RTL;
}

static void
snapshot_meta (StonechatMessageText *self, GtkSnapshot *snapshot, const GdkRGBA *color)
{
  GtkStyleContext *style = gtk_widget_get_style_context (GTK_WIDGET (self));
  int width, height, mark = stonechat_state_mark_get_width (self->state);
  GdkRGBA accent = *color, on_accent = *color, quiet = *color;

  quiet.alpha *= 0.62;
  get_meta_size (self, &width, &height);
  gtk_snapshot_save (snapshot);
  gtk_snapshot_translate (snapshot, &GRAPHENE_POINT_INIT (is_rtl (self) ? 0 : gtk_widget_get_width (GTK_WIDGET (self)) - width,
                                                          gtk_widget_get_height (GTK_WIDGET (self)) - height));
  gtk_snapshot_append_layout (snapshot, get_meta_layout (self), &quiet);
  if (mark > 0) {
    gtk_style_context_lookup_color (style, "accent_bg_color", &accent);
    gtk_style_context_lookup_color (style, "accent_fg_color", &on_accent);
    gtk_snapshot_translate (snapshot, &GRAPHENE_POINT_INIT (width - mark, (height - stonechat_state_mark_get_height ()) / 2));
    stonechat_state_mark_draw (snapshot, self->state, self->state == CHAT_MESSAGE_FAILED ? color : &quiet, &accent, &on_accent);
  }
  gtk_snapshot_restore (snapshot);
}

static void
stonechat_message_text_snapshot (GtkWidget *widget, GtkSnapshot *snapshot)
{
  StonechatMessageText *self = STONECHAT_MESSAGE_TEXT (widget);
  GdkRGBA color;

  snapshot_selection (self, snapshot);
  gtk_style_context_get_color (gtk_widget_get_style_context (widget), &color);
  gtk_snapshot_append_layout (snapshot, get_layout (self, gtk_widget_get_width (widget)), &color);
  snapshot_meta (self, snapshot, &color);
}

static void
stonechat_message_text_css_changed (GtkWidget *widget, GtkCssStyleChange *change)
{
  GTK_WIDGET_CLASS (stonechat_message_text_parent_class)->css_changed (widget, change);
  forget_layouts (STONECHAT_MESSAGE_TEXT (widget));
}

static void
stonechat_message_text_direction_changed (GtkWidget *widget, GtkTextDirection previous)
{
  forget_layouts (STONECHAT_MESSAGE_TEXT (widget));
}

static StonechatLink *
link_at (StonechatMessageText *self, double x, double y)
{
  int index, trailing;

  if (!pango_layout_xy_to_index (get_layout (self, gtk_widget_get_width (GTK_WIDGET (self))), x * PANGO_SCALE, y * PANGO_SCALE,
                                 &index, &trailing))
    return NULL;
  for (guint i = 0; self->links && i < self->links->len; i++) {
    StonechatLink *link = &g_array_index (self->links, StonechatLink, i);

    if ((guint) index >= link->start && (guint) index < link->end)
      return link;
  }
  return NULL;
}

static void
released_cb (GtkGestureClick *gesture, int n, double x, double y, StonechatMessageText *self)
{
  StonechatLink *link = link_at (self, x, y);

  if (link && n == 1) {
    gtk_gesture_set_state (GTK_GESTURE (gesture), GTK_EVENT_SEQUENCE_CLAIMED);
    gtk_show_uri (GTK_WINDOW (gtk_widget_get_root (GTK_WIDGET (self))), link->uri, GDK_CURRENT_TIME);
  }
}

static void
motion_cb (GtkEventControllerMotion *controller, double x, double y, StonechatMessageText *self)
{
  gtk_widget_set_cursor_from_name (GTK_WIDGET (self), link_at (self, x, y) ? "pointer" : "text");
}

static gboolean
stonechat_message_text_query_tooltip (GtkWidget *widget, int x, int y, gboolean by_keyboard, GtkTooltip *tooltip)
{
  StonechatMessageText *self = STONECHAT_MESSAGE_TEXT (widget);
  int width, height, from_end;

  if (!self->tip || by_keyboard)
    return FALSE;
  get_meta_size (self, &width, &height);
  from_end = is_rtl (self) ? x : gtk_widget_get_width (widget) - x;
  if (from_end > width + GAP || y < gtk_widget_get_height (widget) - height)
    return FALSE;
  gtk_tooltip_set_text (tooltip, self->tip);
  return TRUE;
}

int
stonechat_message_text_get_index (StonechatMessageText *self, double x, double y)
{
  int index, trailing;

  pango_layout_xy_to_index (get_layout (self, gtk_widget_get_width (GTK_WIDGET (self))), x * PANGO_SCALE, y * PANGO_SCALE, &index, &trailing);
  return g_utf8_offset_to_pointer (self->text + index, trailing) - self->text;
}

void
stonechat_message_text_select (StonechatMessageText *self, int start, int end)
{
  if (self->selected[0] == start && self->selected[1] == end)
    return;
  self->selected[0] = start;
  self->selected[1] = end;
  gtk_widget_queue_draw (GTK_WIDGET (self));
}

void
stonechat_message_text_set (StonechatMessageText *self, const char *text, const char *meta)
{
  g_autofree char *valid = g_utf8_make_valid (text ? text : "", -1);
  g_autoptr (StonechatStyling) styling = NULL;

  if (g_str_equal (valid, self->text) && g_str_equal (meta, self->meta))
    return;
  g_free (self->text);
  self->text = g_steal_pointer (&valid);
  g_free (self->meta);
  self->meta = g_strdup (meta);
  g_clear_pointer (&self->links, g_array_unref);
  styling = stonechat_styling_parse (self->text);
  self->links = stonechat_links_find (self->text, styling);
  forget_layouts (self);
  gtk_widget_queue_resize (GTK_WIDGET (self));
}

void
stonechat_message_text_set_state (StonechatMessageText *self, ChatMessageState state, const char *tip)
{
  g_free (self->tip);
  self->tip = g_strdup (tip);
  if (self->state == state)
    return;
  self->state = state;
  gtk_widget_queue_resize (GTK_WIDGET (self));
}

const char *
stonechat_message_text_get_text (StonechatMessageText *self)
{
  return self->text;
}

const char *
stonechat_message_text_get_link (StonechatMessageText *self)
{
  return self->links ? g_array_index (self->links, StonechatLink, 0).uri : NULL;
}

GtkWidget *
stonechat_message_text_new (void)
{
  return g_object_new (STONECHAT_TYPE_MESSAGE_TEXT, NULL);
}

static void
stonechat_message_text_finalize (GObject *object)
{
  StonechatMessageText *self = STONECHAT_MESSAGE_TEXT (object);

  forget_layouts (self);
  g_clear_pointer (&self->links, g_array_unref);
  g_free (self->text);
  g_free (self->meta);
  g_free (self->tip);
  G_OBJECT_CLASS (stonechat_message_text_parent_class)->finalize (object);
}

static void
stonechat_message_text_class_init (StonechatMessageTextClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->finalize = stonechat_message_text_finalize;
  widget_class->measure = stonechat_message_text_measure;
  widget_class->snapshot = stonechat_message_text_snapshot;
  widget_class->get_request_mode = stonechat_message_text_get_request_mode;
  widget_class->query_tooltip = stonechat_message_text_query_tooltip;
  widget_class->css_changed = stonechat_message_text_css_changed;
  widget_class->direction_changed = stonechat_message_text_direction_changed;
  gtk_widget_class_set_css_name (widget_class, "bubble");
  gtk_widget_class_set_accessible_role (widget_class, GTK_ACCESSIBLE_ROLE_PRESENTATION);
}

static void
stonechat_message_text_init (StonechatMessageText *self)
{
  GtkGesture *click = gtk_gesture_click_new ();
  GtkEventController *motion = gtk_event_controller_motion_new ();

  self->text = g_strdup ("");
  self->meta = g_strdup ("");
  gtk_widget_set_has_tooltip (GTK_WIDGET (self), TRUE);
  g_signal_connect (click, "released", G_CALLBACK (released_cb), self);
  gtk_widget_add_controller (GTK_WIDGET (self), GTK_EVENT_CONTROLLER (click));
  g_signal_connect (motion, "motion", G_CALLBACK (motion_cb), self);
  gtk_widget_add_controller (GTK_WIDGET (self), motion);
}
