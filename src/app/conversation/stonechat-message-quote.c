/* SPDX-License-Identifier: GPL-3.0-or-later
 * SPDX-FileCopyrightText: The Stonechat authors */
#include "stonechat-message-quote.h"
#include "stonechat-color.h"

#include <glib/gi18n.h>

#define BAR 3
#define INDENT 11            /* of the texts, with the bar */
#define WIDEST 420           /* a long quotation does not make the bubble wide */
#define LINES 2
#define NAME_SCALE 0.9
#define TEXT_SCALE 0.93
#define QUIET 0.78

struct _StonechatMessageQuote {
  GtkWidget parent_instance;
  gint64 message;
  char *name, *address, *text;   /* address NULL: oneself */
  PangoLayout *layouts[2];   /* name and text */
};

G_DEFINE_FINAL_TYPE (StonechatMessageQuote, stonechat_message_quote, GTK_TYPE_WIDGET)

enum { NAME, TEXT };

static void
forget_layouts (StonechatMessageQuote *self)
{
  g_clear_object (&self->layouts[NAME]);
  g_clear_object (&self->layouts[TEXT]);
}

static PangoLayout *
make_layout (StonechatMessageQuote *self, const char *text, double scale, PangoAttribute *more)
{
  g_autoptr (PangoAttrList) attributes = pango_attr_list_new ();
  PangoContext *context = gtk_widget_create_pango_context (GTK_WIDGET (self));
  PangoLayout *layout;

  /* Each goes to its own side, as in the text below. */
  pango_context_set_base_dir (context, PANGO_DIRECTION_LTR);
  layout = pango_layout_new (context);
  g_object_unref (context);
  pango_attr_list_insert (attributes, pango_attr_scale_new (scale));
  if (more)
    pango_attr_list_insert (attributes, more);
  pango_layout_set_text (layout, text, -1);
  pango_layout_set_attributes (layout, attributes);
  pango_layout_set_wrap (layout, PANGO_WRAP_WORD_CHAR);
  pango_layout_set_ellipsize (layout, PANGO_ELLIPSIZE_END);
  return layout;
}

static const char *
get_words (StonechatMessageQuote *self)
{
  if (self->text)
    return self->text;
  return self->message ? _("Deleted message") : _("Earlier message");
}

/* Lays both out, for a width of the widget or, with -1, without one. */
static void
lay_out (StonechatMessageQuote *self, int width, int *text_width, int *height)
{
  *text_width = *height = 0;
  if (!self->layouts[NAME]) {
    self->layouts[NAME] = make_layout (self, self->name ? self->name : "", NAME_SCALE, pango_attr_weight_new (PANGO_WEIGHT_BOLD));
    self->layouts[TEXT] = make_layout (self, get_words (self), TEXT_SCALE, self->text ? NULL : pango_attr_style_new (PANGO_STYLE_ITALIC));
    pango_layout_set_height (self->layouts[TEXT], -LINES);
  }
  for (int i = self->name ? NAME : TEXT; i <= TEXT; i++) {
    int one_width, one_height;

    pango_layout_set_width (self->layouts[i], width < 0 ? -1 : MAX (1, width - INDENT) * PANGO_SCALE);
    pango_layout_get_pixel_size (self->layouts[i], &one_width, &one_height);
    *text_width = MAX (*text_width, one_width);
    *height += one_height;
  }
}

static void
stonechat_message_quote_measure (GtkWidget *widget, GtkOrientation orientation, int for_size, int *minimum, int *natural,
                                 int *minimum_baseline, int *natural_baseline)
{
  int width, height;

  lay_out (STONECHAT_MESSAGE_QUOTE (widget), orientation == GTK_ORIENTATION_HORIZONTAL ? -1 : for_size, &width, &height);
  *minimum_baseline = *natural_baseline = -1;
  if (orientation == GTK_ORIENTATION_HORIZONTAL) {
    *natural = MIN (width + INDENT, WIDEST);
    *minimum = MIN (*natural, 60);
  } else {
    *minimum = *natural = height;
  }
}

static GtkSizeRequestMode
stonechat_message_quote_get_request_mode (GtkWidget *widget)
{
  return GTK_SIZE_REQUEST_HEIGHT_FOR_WIDTH;
}

static gboolean
is_rtl (PangoLayout *layout)
{
  return pango_layout_line_get_resolved_direction (pango_layout_get_line_readonly (layout, 0)) == PANGO_DIRECTION_RTL;
}

static void
stonechat_message_quote_snapshot (GtkWidget *widget, GtkSnapshot *snapshot)
{
  StonechatMessageQuote *self = STONECHAT_MESSAGE_QUOTE (widget);
  GtkStyleContext *style = gtk_widget_get_style_context (widget);
  int width = gtk_widget_get_width (widget), text_width, height;
  gboolean rtl;
  GdkRGBA color, accent;

  lay_out (self, width, &text_width, &height);
  rtl = is_rtl (self->layouts[TEXT]);
  gtk_style_context_get_color (style, &color);
  if (self->address || !gtk_style_context_lookup_color (style, "link_on_bubble", &accent))
    accent = stonechat_color_of_name (self->address ? self->address : "", color.red + color.green + color.blue > 1.5);
  accent.alpha = 1;
  gtk_snapshot_append_color (snapshot, &accent, &GRAPHENE_RECT_INIT (rtl ? width - BAR : 0, 0, BAR, gtk_widget_get_height (widget)));
  gtk_snapshot_save (snapshot);
  gtk_snapshot_translate (snapshot, &GRAPHENE_POINT_INIT (rtl ? 0 : INDENT, 0));
  if (self->name) {
    gtk_snapshot_append_layout (snapshot, self->layouts[NAME], &accent);
    pango_layout_get_pixel_size (self->layouts[NAME], NULL, &height);
    gtk_snapshot_translate (snapshot, &GRAPHENE_POINT_INIT (0, height));
  }
  color.alpha *= QUIET;
  gtk_snapshot_append_layout (snapshot, self->layouts[TEXT], &color);
  gtk_snapshot_restore (snapshot);
}

static void
stonechat_message_quote_css_changed (GtkWidget *widget, GtkCssStyleChange *change)
{
  GTK_WIDGET_CLASS (stonechat_message_quote_parent_class)->css_changed (widget, change);
  forget_layouts (STONECHAT_MESSAGE_QUOTE (widget));
}

static void
go_action (GtkWidget *widget, const char *name, GVariant *parameter)
{
  StonechatMessageQuote *self = STONECHAT_MESSAGE_QUOTE (widget);

  if (self->message)
    gtk_widget_activate_action (widget, "conversation.go-to", "x", self->message);
}

static void
released_cb (GtkGestureClick *gesture, int n, double x, double y, StonechatMessageQuote *self)
{
  if (n == 1 && self->message && gtk_widget_contains (GTK_WIDGET (self), x, y)) {
    gtk_gesture_set_state (GTK_GESTURE (gesture), GTK_EVENT_SEQUENCE_CLAIMED);
    gtk_widget_activate_action (GTK_WIDGET (self), "quote.go", NULL);
  }
}

void
stonechat_message_quote_set (StonechatMessageQuote *self, gint64 message, const char *name, const char *address, const char *text)
{
  g_autofree char *valid_name = name ? g_utf8_make_valid (name, -1) : NULL, *valid = text ? g_utf8_make_valid (text, -1) : NULL;

  if (self->message == message && g_strcmp0 (self->address, address) == 0 && g_strcmp0 (self->name, valid_name) == 0 && g_strcmp0 (self->text, valid) == 0)
    return;
  g_free (self->name);
  g_free (self->text);
  self->message = message;
  self->name = g_steal_pointer (&valid_name);
  g_free (self->address);
  self->address = g_strdup (address);
  self->text = g_steal_pointer (&valid);
  forget_layouts (self);
  gtk_widget_set_focusable (GTK_WIDGET (self), message != 0);
  gtk_widget_set_cursor_from_name (GTK_WIDGET (self), message ? "pointer" : NULL);
  /* The row itself says who said what: here only what the link does. */
  gtk_accessible_update_property (GTK_ACCESSIBLE (self), GTK_ACCESSIBLE_PROPERTY_LABEL,
                                  message ? _("Go to the Answered Message") : get_words (self), -1);
  gtk_accessible_update_state (GTK_ACCESSIBLE (self), GTK_ACCESSIBLE_STATE_HIDDEN, message == 0, -1);
  gtk_widget_queue_resize (GTK_WIDGET (self));
}

gint64
stonechat_message_quote_get_message (StonechatMessageQuote *self)
{
  return self->message;
}

GtkWidget *
stonechat_message_quote_new (void)
{
  return g_object_new (STONECHAT_TYPE_MESSAGE_QUOTE, NULL);
}

static void
stonechat_message_quote_finalize (GObject *object)
{
  StonechatMessageQuote *self = STONECHAT_MESSAGE_QUOTE (object);

  forget_layouts (self);
  g_free (self->name);
  g_free (self->address);
  g_free (self->text);
  G_OBJECT_CLASS (stonechat_message_quote_parent_class)->finalize (object);
}

static void
stonechat_message_quote_class_init (StonechatMessageQuoteClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->finalize = stonechat_message_quote_finalize;
  widget_class->measure = stonechat_message_quote_measure;
  widget_class->snapshot = stonechat_message_quote_snapshot;
  widget_class->get_request_mode = stonechat_message_quote_get_request_mode;
  widget_class->css_changed = stonechat_message_quote_css_changed;
  gtk_widget_class_set_css_name (widget_class, "quote");
  gtk_widget_class_set_accessible_role (widget_class, GTK_ACCESSIBLE_ROLE_LINK);
  gtk_widget_class_install_action (widget_class, "quote.go", NULL, go_action);
  gtk_widget_class_add_binding_action (widget_class, GDK_KEY_Return, 0, "quote.go", NULL);
  gtk_widget_class_add_binding_action (widget_class, GDK_KEY_KP_Enter, 0, "quote.go", NULL);
  gtk_widget_class_add_binding_action (widget_class, GDK_KEY_space, 0, "quote.go", NULL);
}

static void
stonechat_message_quote_init (StonechatMessageQuote *self)
{
  GtkGesture *click = gtk_gesture_click_new ();

  g_signal_connect (click, "released", G_CALLBACK (released_cb), self);
  gtk_widget_add_controller (GTK_WIDGET (self), GTK_EVENT_CONTROLLER (click));
}
