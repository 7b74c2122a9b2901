/* SPDX-License-Identifier: GPL-3.0-or-later
 * SPDX-FileCopyrightText: The Stonechat authors */
#include "stonechat-draft-strip.h"
#include "stonechat-color.h"
#include "stonechat-message-line.h"

#include <adwaita.h>
#include <glib/gi18n.h>

struct _StonechatDraftStrip {
  GtkWidget parent_instance;
  ChatConversation *conversation;
  ChatTimeline *timeline;      /* the one that is followed; it is another one when the history was deleted */
  GtkWidget *box, *icon, *title, *text;
  char *words;
};

enum { PROP_0, PROP_WORDS };

G_DEFINE_FINAL_TYPE (StonechatDraftStrip, stonechat_draft_strip, GTK_TYPE_WIDGET)

ChatMessage *
stonechat_draft_strip_get_message (StonechatDraftStrip *self)
{
  gint64 id = 0;
  guint position;

  if (!self->conversation || chat_conversation_get_draft_target (self->conversation, &id) == CHAT_DRAFT_NONE)
    return NULL;
  position = chat_timeline_find (self->timeline, id);
  return position != G_MAXUINT ? g_list_model_get_item (G_LIST_MODEL (self->timeline), position) : NULL;
}

/* As on the bubbles: one's own in the accent. */
static void
color_title (StonechatDraftStrip *self, ChatMessage *message)
{
  g_autoptr (PangoAttrList) list = pango_attr_list_new ();
  gboolean dark = adw_style_manager_get_dark (adw_style_manager_get_default ());

  pango_attr_list_insert (list, pango_attr_weight_new (PANGO_WEIGHT_BOLD));
  if (message && !chat_message_get_own (message)) {
    GdkRGBA color = stonechat_color_of_name (xmpp_jid_get_bare_string (chat_conversation_get_jid (self->conversation)), dark);

    pango_attr_list_insert (list, pango_attr_foreground_new (color.red * G_MAXUINT16, color.green * G_MAXUINT16, color.blue * G_MAXUINT16));
    gtk_widget_remove_css_class (self->title, "accent");
  } else {
    gtk_widget_add_css_class (self->title, "accent");
  }
  gtk_label_set_attributes (GTK_LABEL (self->title), list);
}

static void
update (StonechatDraftStrip *self)
{
  ChatDraftTarget target = self->conversation ? chat_conversation_get_draft_target (self->conversation, NULL) : CHAT_DRAFT_NONE;
  g_autoptr (ChatMessage) message = stonechat_draft_strip_get_message (self);
  g_autofree char *line = stonechat_message_line (message), *title = NULL, *words = NULL;

  gtk_widget_set_visible (GTK_WIDGET (self), target != CHAT_DRAFT_NONE);
  if (target == CHAT_DRAFT_EDIT)
    title = g_strdup (_("Edit message"));
  else if (target == CHAT_DRAFT_REPLY && message && !chat_message_get_own (message))
    /* Translators: the name of a person */
    title = g_strdup_printf (_("Reply to %s"), chat_message_get_sender_name (message));
  else if (target == CHAT_DRAFT_REPLY)
    title = g_strdup (message ? _("Reply to yourself") : _("Reply"));
  if (title) {
    gtk_image_set_from_icon_name (GTK_IMAGE (self->icon), target == CHAT_DRAFT_EDIT ? "document-edit-symbolic" : "mail-reply-sender-symbolic");
    gtk_label_set_text (GTK_LABEL (self->title), title);
    gtk_label_set_text (GTK_LABEL (self->text), line);
    color_title (self, message);
    words = *line ? g_strdup_printf ("%s: %s", title, line) : g_strdup (title);
  }
  if (g_strcmp0 (words, self->words) == 0)
    return;
  g_free (self->words);
  self->words = g_steal_pointer (&words);
  g_object_notify (G_OBJECT (self), "words");
}

static void
follow_timeline (StonechatDraftStrip *self)
{
  ChatTimeline *timeline = self->conversation ? chat_conversation_get_timeline (self->conversation) : NULL;

  if (self->timeline)
    g_signal_handlers_disconnect_by_data (self->timeline, self);
  g_set_object (&self->timeline, timeline);
  /* What is not loaded yet comes, and what is shown here may be edited or deleted. */
  if (self->timeline)
    g_signal_connect_object (self->timeline, "items-changed", G_CALLBACK (update), self, G_CONNECT_SWAPPED);
  update (self);
}

void
stonechat_draft_strip_set_conversation (StonechatDraftStrip *self, ChatConversation *conversation)
{
  if (self->conversation)
    g_signal_handlers_disconnect_by_data (self->conversation, self);
  g_set_object (&self->conversation, conversation);
  if (conversation) {
    g_signal_connect_object (conversation, "notify::draft-target", G_CALLBACK (update), self, G_CONNECT_SWAPPED);
    g_signal_connect_object (conversation, "notify::timeline", G_CALLBACK (follow_timeline), self, G_CONNECT_SWAPPED);
  }
  follow_timeline (self);
}

static void
stonechat_draft_strip_get_property (GObject *object, guint id, GValue *value, GParamSpec *pspec)
{
  switch (id) {
  case PROP_WORDS: g_value_set_string (value, STONECHAT_DRAFT_STRIP (object)->words); break;
  default: G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
  }
}

static void
stonechat_draft_strip_dispose (GObject *object)
{
  StonechatDraftStrip *self = STONECHAT_DRAFT_STRIP (object);

  if (self->conversation)
    g_signal_handlers_disconnect_by_data (self->conversation, self);
  if (self->timeline)
    g_signal_handlers_disconnect_by_data (self->timeline, self);
  g_clear_object (&self->conversation);
  g_clear_object (&self->timeline);
  g_clear_pointer (&self->box, gtk_widget_unparent);
  g_clear_pointer (&self->words, g_free);
  G_OBJECT_CLASS (stonechat_draft_strip_parent_class)->dispose (object);
}

static void
stonechat_draft_strip_class_init (StonechatDraftStripClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  object_class->get_property = stonechat_draft_strip_get_property;
  object_class->dispose = stonechat_draft_strip_dispose;
  g_object_class_install_property (object_class, PROP_WORDS,
    g_param_spec_string ("words", NULL, NULL, NULL, G_PARAM_READABLE | G_PARAM_STATIC_STRINGS));
  gtk_widget_class_set_template_from_resource (widget_class, "/im/stonechat/Stonechat/ui/stonechat-draft-strip.ui");
#define BIND(child) gtk_widget_class_bind_template_child (widget_class, StonechatDraftStrip, child)
  BIND (box); BIND (icon); BIND (title); BIND (text);
#undef BIND
}

static void
stonechat_draft_strip_init (StonechatDraftStrip *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
  g_signal_connect_object (adw_style_manager_get_default (), "notify::dark", G_CALLBACK (update), self, G_CONNECT_SWAPPED);
}
