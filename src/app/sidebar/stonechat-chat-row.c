/* SPDX-License-Identifier: GPL-3.0-or-later
 * SPDX-FileCopyrightText: The Stonechat authors */
#include "stonechat-chat-row.h"
#include "chat-conversation.h"
#include "stonechat-avatar.h"
#include "stonechat-time.h"

#include <glib/gi18n.h>

struct _StonechatChatRow {
  GtkWidget parent_instance;
  GObject *item;
  GtkWidget *avatar, *name, *time, *mark, *preview, *unread;
};

G_DEFINE_FINAL_TYPE (StonechatChatRow, stonechat_chat_row, GTK_TYPE_WIDGET)

static void
set_class (GtkWidget *widget, const char *name, gboolean on)
{
  if (on)
    gtk_widget_add_css_class (widget, name);
  else
    gtk_widget_remove_css_class (widget, name);
}

static const char *
state_mark (ChatMessageState state)
{
  switch (state) {
  case CHAT_MESSAGE_QUEUED:
  case CHAT_MESSAGE_WRITTEN: return "◷";
  case CHAT_MESSAGE_SENT: return "✓";
  case CHAT_MESSAGE_DELIVERED:
  case CHAT_MESSAGE_READ: return "✓✓";
  case CHAT_MESSAGE_FAILED: return "!";
  case CHAT_MESSAGE_RECEIVED:
  default: return NULL;
  }
}

static void
show_conversation (StonechatChatRow *self, ChatConversation *conversation)
{
  g_autofree char *preview = NULL, *stamp = NULL, *count = NULL;
  gint64 time = chat_conversation_get_last_time (conversation);
  guint unread = chat_conversation_get_unread (conversation);
  const char *draft = chat_conversation_get_draft (conversation), *mark = NULL;
  XmppAvailability availability;
  ChatMessageState state;
  gboolean own, composing, to_self;

  g_object_get (conversation, "preview", &preview, "preview-own", &own, "preview-state", &state, "availability", &availability,
                "peer-composing", &composing, "note-to-self", &to_self, NULL);
  if (composing) {
    g_free (preview);
    preview = g_strdup (_("writing…"));
  } else if (draft && *draft) {
    g_auto (GStrv) lines = g_strsplit (draft, "\n", -1);

    g_free (preview);
    preview = g_strjoinv (" ", lines);
    mark = _("Draft:");
  } else if (own) {
    mark = state_mark (state);
  }
  stamp = time ? stonechat_time_short (time) : g_strdup ("");
  count = g_strdup_printf ("%u", unread);
  gtk_label_set_text (GTK_LABEL (self->name), chat_conversation_get_name (conversation));
  gtk_label_set_text (GTK_LABEL (self->time), stamp);
  gtk_label_set_text (GTK_LABEL (self->preview), preview ? preview : "");
  gtk_label_set_text (GTK_LABEL (self->mark), mark ? mark : "");
  gtk_widget_set_visible (self->mark, mark != NULL);
  set_class (self->mark, "draft", draft && *draft && !composing);
  set_class (self->preview, "draft", composing);
  gtk_label_set_text (GTK_LABEL (self->unread), count);
  gtk_widget_set_visible (self->unread, unread > 0);
  set_class (GTK_WIDGET (self), "unread", unread > 0);
  g_object_set (self->avatar, "name", chat_conversation_get_name (conversation), "availability", availability, "size", 42,
                "show-presence", !to_self, NULL);
}

static void
show_contact (StonechatChatRow *self, ChatContact *contact)
{
  gtk_label_set_text (GTK_LABEL (self->name), chat_contact_get_name (contact));
  gtk_label_set_text (GTK_LABEL (self->preview), chat_contact_get_presence_line (contact));
  gtk_widget_set_visible (self->time, FALSE);
  g_object_set (self->avatar, "name", chat_contact_get_name (contact), "availability", chat_contact_get_availability (contact),
                "size", 34, "show-presence", TRUE, NULL);
}

char *
stonechat_chat_row_describe (gpointer item)
{
  if (CHAT_IS_CONTACT (item))
    return g_strdup_printf ("%s, %s", chat_contact_get_name (item), chat_contact_get_presence_line (item));
  {
    guint unread = chat_conversation_get_unread (item);
    g_autofree char *preview = NULL, *count = NULL;
    XmppAvailability availability;

    g_object_get (item, "preview", &preview, "availability", &availability, NULL);
    if (unread)
      count = g_strdup_printf (ngettext ("%u unread message", "%u unread messages", unread), unread);
    return g_strdup_printf ("%s, %s%s%s%s%s", chat_conversation_get_name (item), stonechat_availability_word (availability),
                            count ? ", " : "", count ? count : "", preview && *preview ? ", " : "", preview ? preview : "");
  }
}

static void
update (StonechatChatRow *self)
{
  g_autofree char *description = stonechat_chat_row_describe (self->item);

  if (CHAT_IS_CONVERSATION (self->item))
    show_conversation (self, CHAT_CONVERSATION (self->item));
  else
    show_contact (self, CHAT_CONTACT (self->item));
  gtk_accessible_update_property (GTK_ACCESSIBLE (self), GTK_ACCESSIBLE_PROPERTY_LABEL, description, -1);
  if (gtk_widget_get_parent (GTK_WIDGET (self)))
    gtk_accessible_update_property (GTK_ACCESSIBLE (gtk_widget_get_parent (GTK_WIDGET (self))), GTK_ACCESSIBLE_PROPERTY_LABEL, description, -1);
}

void
stonechat_chat_row_set_item (StonechatChatRow *self, gpointer item)
{
  if (self->item)
    g_signal_handlers_disconnect_by_data (self->item, self);
  g_set_object (&self->item, item);
  if (item) {
    g_signal_connect_swapped (item, "notify", G_CALLBACK (update), self);
    update (self);
  }
}

/* For screen readers too, which know a row by its actions. */
static void
open_action (GtkWidget *widget, const char *name, GVariant *parameter)
{
  StonechatChatRow *self = STONECHAT_CHAT_ROW (widget);
  ChatAccount *account;
  XmppJid *jid;

  if (CHAT_IS_CONTACT (self->item)) {
    account = chat_contact_get_account (CHAT_CONTACT (self->item));
    jid = chat_contact_get_jid (CHAT_CONTACT (self->item));
  } else if (self->item) {
    account = chat_conversation_get_account (CHAT_CONVERSATION (self->item));
    jid = chat_conversation_get_jid (CHAT_CONVERSATION (self->item));
  } else {
    return;
  }
  gtk_widget_activate_action (widget, "win.open-conversation", "(ss)", chat_account_get_address (account), xmpp_jid_get_bare_string (jid));
}

GtkWidget *
stonechat_chat_row_new (void)
{
  return g_object_new (STONECHAT_TYPE_CHAT_ROW, NULL);
}

static void
stonechat_chat_row_dispose (GObject *object)
{
  StonechatChatRow *self = STONECHAT_CHAT_ROW (object);
  GtkWidget *child;

  stonechat_chat_row_set_item (self, NULL);
  while ((child = gtk_widget_get_first_child (GTK_WIDGET (self))))
    gtk_widget_unparent (child);
  G_OBJECT_CLASS (stonechat_chat_row_parent_class)->dispose (object);
}

static void
stonechat_chat_row_class_init (StonechatChatRowClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = stonechat_chat_row_dispose;
  g_type_ensure (STONECHAT_TYPE_AVATAR);
  gtk_widget_class_set_template_from_resource (widget_class, "/im/stonechat/Stonechat/ui/stonechat-chat-row.ui");
#define BIND(child) gtk_widget_class_bind_template_child (widget_class, StonechatChatRow, child)
  BIND (avatar); BIND (name); BIND (time); BIND (mark); BIND (preview); BIND (unread);
#undef BIND
  gtk_widget_class_install_action (widget_class, "row.open", NULL, open_action);
  gtk_widget_class_set_css_name (widget_class, "chatrow");
}

static void
stonechat_chat_row_init (StonechatChatRow *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
}
