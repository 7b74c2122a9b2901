/* SPDX-License-Identifier: GPL-3.0-or-later
 * SPDX-FileCopyrightText: The Stonechat authors */
#include "stonechat-message-meta.h"
#include "stonechat-state-mark.h"

#define MARK_GAP 4   /* between the time and the mark */
#define SCALE 0.78
#define OPACITY 0.72 /* at least 4.5:1 on both bubbles */

gboolean
stonechat_message_meta_set (StonechatMessageMeta *self, const char *text)
{
  if (g_strcmp0 (text, self->text) == 0)
    return FALSE;
  g_free (self->text);
  self->text = g_strdup (text);
  if (self->layout)
    pango_layout_set_text (self->layout, text, -1);
  return TRUE;
}

void
stonechat_message_meta_forget (StonechatMessageMeta *self)
{
  g_clear_object (&self->layout);
}

void
stonechat_message_meta_clear (StonechatMessageMeta *self)
{
  g_clear_object (&self->layout);
  g_clear_pointer (&self->text, g_free);
}

static PangoLayout *
get_layout (StonechatMessageMeta *self, GtkWidget *widget)
{
  if (!self->layout) {
    g_autoptr (PangoAttrList) attributes = pango_attr_list_new ();

    self->layout = gtk_widget_create_pango_layout (widget, self->text);
    pango_attr_list_insert (attributes, pango_attr_scale_new (SCALE));
    pango_attr_list_insert (attributes, pango_attr_font_features_new ("tnum=1"));
    pango_layout_set_attributes (self->layout, attributes);
  }
  return self->layout;
}

void
stonechat_message_meta_get_size (StonechatMessageMeta *self, GtkWidget *widget, int *width, int *height)
{
  int mark = stonechat_state_mark_get_width (self->state);

  pango_layout_get_pixel_size (get_layout (self, widget), width, height);
  if (mark > 0) {
    *width += MARK_GAP + mark;
    *height = MAX (*height, stonechat_state_mark_get_height ());
  }
}

void
stonechat_message_meta_snapshot (StonechatMessageMeta *self, GtkWidget *widget, GtkSnapshot *snapshot, gboolean rtl, const GdkRGBA *color)
{
  GtkStyleContext *style = gtk_widget_get_style_context (widget);
  int width, height, mark = stonechat_state_mark_get_width (self->state);
  GdkRGBA accent = *color, on_accent = *color, quiet = *color;

  quiet.alpha *= OPACITY;
  stonechat_message_meta_get_size (self, widget, &width, &height);
  gtk_snapshot_save (snapshot);
  gtk_snapshot_translate (snapshot, &GRAPHENE_POINT_INIT (rtl ? 0 : gtk_widget_get_width (widget) - width, gtk_widget_get_height (widget) - height));
  gtk_snapshot_append_layout (snapshot, get_layout (self, widget), &quiet);
  if (mark > 0) {
    gtk_style_context_lookup_color (style, "accent_bg_color", &accent);
    gtk_style_context_lookup_color (style, "accent_fg_color", &on_accent);
    gtk_snapshot_translate (snapshot, &GRAPHENE_POINT_INIT (width - mark, (height - stonechat_state_mark_get_height ()) / 2));
    stonechat_state_mark_draw (snapshot, self->state, self->state == CHAT_MESSAGE_FAILED ? color : &quiet, &accent, &on_accent);
  }
  gtk_snapshot_restore (snapshot);
}
