/* SPDX-License-Identifier: GPL-3.0-or-later
 * SPDX-FileCopyrightText: The Stonechat authors */
#include "stonechat-pin-strip.h"
#include "stonechat-message-line.h"
#include "stonechat-time.h"

#include <glib/gi18n.h>

struct _StonechatPinStrip {
  GtkWidget parent_instance;
  ChatConversation *conversation;
  GListModel *pins;
  GtkWidget *box, *go, *name, *text, *count, *menu, *list, *unpin;
  gint64 shown;              /* message that the line shows, 0: the first */
};

G_DEFINE_FINAL_TYPE (StonechatPinStrip, stonechat_pin_strip, GTK_TYPE_WIDGET)

/* -- the line -------------------------------------------------------------------------------------------------------- */

/* The one that is shown, or the first where that is gone. */
static ChatMessage *
find_shown (StonechatPinStrip *self, guint *position)
{
  guint n = self->pins ? g_list_model_get_n_items (self->pins) : 0;

  for (*position = 0; *position < n; (*position)++) {
    g_autoptr (ChatMessage) message = g_list_model_get_item (self->pins, *position);

    if (chat_message_get_id (message) == self->shown)
      return g_steal_pointer (&message);
  }
  *position = 0;
  return n > 0 ? g_list_model_get_item (self->pins, 0) : NULL;
}

/* It is there as soon as the chat is opened; what it says is read a moment later. */
static void
update (StonechatPinStrip *self)
{
  guint n = self->pins ? g_list_model_get_n_items (self->pins) : 0, position;
  g_autoptr (ChatMessage) message = find_shown (self, &position);
  g_autofree char *line = stonechat_message_line (message), *count = g_strdup_printf ("%u/%u", position + 1, n), *words = NULL;
  const char *name = message ? chat_message_get_sender_name (message) : "";

  gtk_widget_set_visible (GTK_WIDGET (self), self->conversation && chat_conversation_get_has_pins (self->conversation));
  self->shown = message ? chat_message_get_id (message) : 0;
  gtk_label_set_text (GTK_LABEL (self->name), name);
  gtk_label_set_text (GTK_LABEL (self->text), line);
  gtk_label_set_text (GTK_LABEL (self->count), count);
  gtk_widget_set_visible (self->count, n > 1);
  gtk_widget_set_visible (self->menu, n > 1);
  gtk_widget_set_sensitive (self->unpin, message != NULL);
  /* Translators: said by a screen reader of the line above a chat: the first number counts, the second is of how many; then who said it, and what */
  words = g_strdup_printf (_("Pinned message %u of %u, %s: %s"), position + 1, n, name, line);
  gtk_accessible_update_property (GTK_ACCESSIBLE (self->go), GTK_ACCESSIBLE_PROPERTY_LABEL, words, -1);
}

static void
go_to (StonechatPinStrip *self, gint64 message)
{
  gtk_widget_activate_action (GTK_WIDGET (self), "conversation.go-to", "x", message);
}

/* The next time leads to the next one, and after the oldest to the newest again. */
static void
go_cb (StonechatPinStrip *self)
{
  guint position;
  g_autoptr (ChatMessage) message = find_shown (self, &position), next = NULL;

  if (!message)
    return;
  go_to (self, chat_message_get_id (message));
  next = g_list_model_get_item (self->pins, (position + 1) % g_list_model_get_n_items (self->pins));
  self->shown = chat_message_get_id (next);
  update (self);
}

static void
unpin_cb (StonechatPinStrip *self)
{
  guint position;
  g_autoptr (ChatMessage) message = find_shown (self, &position);

  if (message)
    chat_conversation_set_message_pinned (self->conversation, message, FALSE);
}

/* -- all of them ----------------------------------------------------------------------------------------------------- */

static void
unpin_row_cb (GtkWidget *button, StonechatPinStrip *self)
{
  chat_conversation_set_message_pinned (self->conversation, g_object_get_data (G_OBJECT (button), "message"), FALSE);
}

static GtkWidget *
new_label (const char *text, const char *css_class, gboolean expand)
{
  GtkWidget *label = g_object_new (GTK_TYPE_LABEL, "label", text, "xalign", 0.0, "ellipsize", PANGO_ELLIPSIZE_END,
                                   "single-line-mode", TRUE, "hexpand", expand, NULL);

  gtk_widget_add_css_class (label, css_class);
  return label;
}

static GtkWidget *
new_unpin (StonechatPinStrip *self, ChatMessage *message, const char *line)
{
  GtkWidget *button = gtk_button_new_from_icon_name ("window-close-symbolic");
  /* Translators: said by a screen reader of the button beside a pinned message, whose text follows */
  g_autofree char *words = g_strdup_printf (_("Unpin: %s"), line);

  gtk_widget_add_css_class (button, "flat");
  gtk_widget_set_valign (button, GTK_ALIGN_CENTER);
  gtk_widget_set_tooltip_text (button, _("Unpin"));
  gtk_accessible_update_property (GTK_ACCESSIBLE (button), GTK_ACCESSIBLE_PROPERTY_LABEL, words, -1);
  g_object_set_data_full (G_OBJECT (button), "message", g_object_ref (message), g_object_unref);
  g_signal_connect_object (button, "clicked", G_CALLBACK (unpin_row_cb), self, 0);
  return button;
}

static GtkWidget *
new_row (gpointer item, gpointer user_data)
{
  ChatMessage *message = item;
  GtkWidget *row = gtk_list_box_row_new (), *box = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 6);
  GtkWidget *texts = gtk_box_new (GTK_ORIENTATION_VERTICAL, 0), *head = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 8);
  g_autofree char *line = stonechat_message_line (message), *time = stonechat_time_full (chat_message_get_time (message));
  g_autofree char *words = g_strdup_printf ("%s, %s, %s", chat_message_get_sender_name (message), time, line);

  gtk_box_append (GTK_BOX (head), new_label (chat_message_get_sender_name (message), "name", FALSE));
  gtk_box_append (GTK_BOX (head), new_label (time, "stamp", FALSE));
  gtk_box_append (GTK_BOX (texts), head);
  gtk_box_append (GTK_BOX (texts), new_label (line, "detail", TRUE));
  gtk_box_append (GTK_BOX (box), texts);
  gtk_box_append (GTK_BOX (box), new_unpin (user_data, message, line));
  gtk_list_box_row_set_child (GTK_LIST_BOX_ROW (row), box);
  gtk_accessible_update_property (GTK_ACCESSIBLE (row), GTK_ACCESSIBLE_PROPERTY_LABEL, words, -1);
  return row;
}

static void
row_cb (StonechatPinStrip *self, GtkListBoxRow *row)
{
  g_autoptr (ChatMessage) message = g_list_model_get_item (self->pins, gtk_list_box_row_get_index (row));

  gtk_menu_button_popdown (GTK_MENU_BUTTON (self->menu));
  if (message)
    go_to (self, chat_message_get_id (message));
}

/* The rows are made when they are looked at. */
static void
popover_cb (GtkPopover *popover, GParamSpec *pspec, StonechatPinStrip *self)
{
  gboolean open = gtk_widget_get_visible (GTK_WIDGET (popover));

  gtk_list_box_bind_model (GTK_LIST_BOX (self->list), open ? self->pins : NULL, new_row, self, NULL);
}

/* -- object ---------------------------------------------------------------------------------------------------------- */

void
stonechat_pin_strip_set_conversation (StonechatPinStrip *self, ChatConversation *conversation)
{
  GListModel *pins = conversation ? chat_conversation_get_pins (conversation) : NULL;

  if (self->conversation) {
    gtk_menu_button_popdown (GTK_MENU_BUTTON (self->menu));
    g_signal_handlers_disconnect_by_data (self->conversation, self);
    g_signal_handlers_disconnect_by_data (self->pins, self);
  }
  g_set_object (&self->conversation, conversation);
  g_set_object (&self->pins, pins);
  self->shown = 0;
  if (conversation) {
    g_signal_connect_object (conversation, "notify::has-pins", G_CALLBACK (update), self, G_CONNECT_SWAPPED);
    g_signal_connect_object (conversation, "notify::name", G_CALLBACK (update), self, G_CONNECT_SWAPPED);
    g_signal_connect_object (self->pins, "items-changed", G_CALLBACK (update), self, G_CONNECT_SWAPPED);
  }
  update (self);
}

static void
stonechat_pin_strip_dispose (GObject *object)
{
  StonechatPinStrip *self = STONECHAT_PIN_STRIP (object);

  if (self->box)
    stonechat_pin_strip_set_conversation (self, NULL);
  g_clear_pointer (&self->box, gtk_widget_unparent);
  G_OBJECT_CLASS (stonechat_pin_strip_parent_class)->dispose (object);
}

static void
stonechat_pin_strip_class_init (StonechatPinStripClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = stonechat_pin_strip_dispose;
  gtk_widget_class_set_template_from_resource (widget_class, "/im/stonechat/Stonechat/ui/stonechat-pin-strip.ui");
#define BIND(child) gtk_widget_class_bind_template_child (widget_class, StonechatPinStrip, child)
  BIND (box); BIND (go); BIND (name); BIND (text); BIND (count); BIND (menu); BIND (list); BIND (unpin);
#undef BIND
}

static void
stonechat_pin_strip_init (StonechatPinStrip *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
  g_signal_connect_swapped (self->go, "clicked", G_CALLBACK (go_cb), self);
  g_signal_connect_swapped (self->unpin, "clicked", G_CALLBACK (unpin_cb), self);
  g_signal_connect_swapped (self->list, "row-activated", G_CALLBACK (row_cb), self);
  g_signal_connect_object (gtk_menu_button_get_popover (GTK_MENU_BUTTON (self->menu)), "notify::visible", G_CALLBACK (popover_cb), self, 0);
}
