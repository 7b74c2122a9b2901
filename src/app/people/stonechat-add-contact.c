/* SPDX-License-Identifier: GPL-3.0-or-later
 * SPDX-FileCopyrightText: The Stonechat authors */
#include "stonechat-add-contact.h"

#include <glib/gi18n.h>

struct _StonechatAddContact {
  AdwWindow parent_instance;
  ChatProfile *profile;
  GCancellable *cancellable;
  gboolean chat_only;
  GtkWidget *account, *address, *name, *groups, *text, *hint, *add;
};

G_DEFINE_FINAL_TYPE (StonechatAddContact, stonechat_add_contact, ADW_TYPE_WINDOW)

static ChatAccount *
get_account (StonechatAddContact *self)
{
  guint position = adw_combo_row_get_selected (ADW_COMBO_ROW (self->account));
  g_autoptr (ChatAccount) account = g_list_model_get_item (chat_profile_get_accounts (self->profile),
                                                           position == GTK_INVALID_LIST_POSITION ? 0 : position);

  return account;   /* the list holds it */
}

static XmppJid *
get_jid (StonechatAddContact *self)
{
  g_autofree char *text = g_strstrip (g_strdup (gtk_editable_get_text (GTK_EDITABLE (self->address))));
  g_autoptr (XmppJid) jid = xmpp_jid_new (g_str_has_prefix (text, "xmpp:") ? text + 5 : text, NULL);

  return jid ? xmpp_jid_to_bare (jid) : NULL;
}

static void
say (StonechatAddContact *self, const char *text, gboolean wrong)
{
  gtk_label_set_text (GTK_LABEL (self->hint), text ? text : "");
  gtk_widget_set_visible (self->hint, text != NULL);
  if (wrong)
    gtk_widget_add_css_class (self->hint, "error");
  else
    gtk_widget_remove_css_class (self->hint, "error");
}

/* Looks at the address while it is typed. */
static void
check (StonechatAddContact *self)
{
  g_autoptr (XmppJid) jid = get_jid (self);
  ChatAccount *account = get_account (self);
  ChatContact *contact = jid && account ? chat_profile_find_contact (self->profile, account, jid) : NULL;
  gboolean good = jid && account;

  gtk_widget_remove_css_class (self->address, "error");
  if (good && !self->chat_only && xmpp_jid_equal_bare (jid, chat_account_get_jid (account))) {
    say (self, _("This is your own address."), TRUE);
    good = FALSE;
  } else if (good && !self->chat_only && contact) {
    g_autofree char *text = g_strdup_printf (_("%s is in your contacts already."), chat_contact_get_name (contact));

    say (self, text, TRUE);
    good = FALSE;
  } else if (good && xmpp_jid_is_mixed_script (jid)) {
    g_autofree char *ascii = xmpp_jid_dup_ascii_domain (jid, NULL);
    g_autofree char *text = g_strdup_printf (_("This address mixes alphabets, so it may only look like one that you know. Its server is “%s”."),
                                             ascii ? ascii : xmpp_jid_get_domain (jid));

    say (self, text, FALSE);
  } else if (good && self->chat_only && !contact) {
    say (self, _("Not in your contacts. You can write anyway."), FALSE);
  } else {
    say (self, NULL, FALSE);
  }
  gtk_widget_action_set_enabled (GTK_WIDGET (self), "add-contact.add", good && !self->cancellable);
}

static void
open_chat (StonechatAddContact *self, ChatAccount *account, XmppJid *jid)
{
  GtkWindow *parent = gtk_window_get_transient_for (GTK_WINDOW (self));

  gtk_widget_activate_action (GTK_WIDGET (parent), "win.open-conversation", "(ss)", chat_account_get_address (account),
                              xmpp_jid_get_bare_string (jid));
}

static void
added_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (StonechatAddContact) self = user_data;
  g_autoptr (GError) error = NULL;
  gboolean done = chat_profile_add_contact_finish (CHAT_PROFILE (source), result, &error);

  g_clear_object (&self->cancellable);
  if (!self->profile)
    return;
  if (done) {
    gtk_window_close (GTK_WINDOW (self));
  } else {
    g_autoptr (ChatProblem) problem = chat_problem_new (error, gtk_editable_get_text (GTK_EDITABLE (self->address)));

    check (self);
    say (self, problem->text, TRUE);
  }
}

static void
add_action (GtkWidget *widget, const char *action, GVariant *parameter)
{
  StonechatAddContact *self = STONECHAT_ADD_CONTACT (widget);
  g_autoptr (XmppJid) jid = get_jid (self);
  ChatAccount *account = get_account (self);
  g_auto (GStrv) groups = NULL;
  g_autoptr (GStrvBuilder) named = g_strv_builder_new ();

  if (!jid || !account)
    return;
  if (self->chat_only) {
    open_chat (self, account, jid);
    gtk_window_close (GTK_WINDOW (self));
    return;
  }
  groups = g_strsplit (gtk_editable_get_text (GTK_EDITABLE (self->groups)), ",", -1);
  for (char **group = groups; *group; group++)
    if (*g_strstrip (*group))
      g_strv_builder_add (named, *group);
  g_strfreev (groups);
  groups = g_strv_builder_end (named);
  self->cancellable = g_cancellable_new ();
  gtk_widget_action_set_enabled (widget, "add-contact.add", FALSE);
  chat_profile_add_contact_async (self->profile, account, jid, gtk_editable_get_text (GTK_EDITABLE (self->name)),
                                  (const char *const *) groups, gtk_editable_get_text (GTK_EDITABLE (self->text)), self->cancellable,
                                  added_cb, g_object_ref (self));
}

static void
activated_cb (StonechatAddContact *self)
{
  gtk_widget_activate_action (GTK_WIDGET (self), "add-contact.add", NULL);
}

GtkWidget *
stonechat_add_contact_new (GtkWindow *parent, ChatProfile *profile, gboolean chat_only, const char *account, const char *address)
{
  StonechatAddContact *self = g_object_new (STONECHAT_TYPE_ADD_CONTACT, "transient-for", parent, NULL);
  g_autoptr (GtkStringList) names = gtk_string_list_new (NULL);
  GListModel *accounts = chat_profile_get_accounts (profile);

  self->profile = g_object_ref (profile);
  self->chat_only = chat_only;
  gtk_window_set_title (GTK_WINDOW (self), chat_only ? _("New Chat") : _("Add Contact"));
  gtk_button_set_label (GTK_BUTTON (self->add), chat_only ? _("Open") : _("Add"));
  for (guint i = 0; i < g_list_model_get_n_items (accounts); i++) {
    g_autoptr (ChatAccount) one = g_list_model_get_item (accounts, i);

    gtk_string_list_append (names, chat_account_get_name (one));
  }
  adw_combo_row_set_model (ADW_COMBO_ROW (self->account), G_LIST_MODEL (names));
  for (guint i = 0; account && i < g_list_model_get_n_items (accounts); i++) {
    g_autoptr (ChatAccount) one = g_list_model_get_item (accounts, i);

    if (g_str_equal (chat_account_get_address (one), account))
      adw_combo_row_set_selected (ADW_COMBO_ROW (self->account), i);
  }
  gtk_widget_set_visible (self->account, g_list_model_get_n_items (accounts) > 1);
  gtk_widget_set_visible (self->name, !chat_only);
  gtk_widget_set_visible (self->groups, !chat_only);
  gtk_widget_set_visible (self->text, !chat_only);
  gtk_editable_set_text (GTK_EDITABLE (self->address), address ? address : "");
  check (self);
  gtk_widget_grab_focus (address && *address ? self->name : self->address);
  return GTK_WIDGET (self);
}

static void
stonechat_add_contact_dispose (GObject *object)
{
  g_clear_object (&STONECHAT_ADD_CONTACT (object)->profile);
  G_OBJECT_CLASS (stonechat_add_contact_parent_class)->dispose (object);
}

static void
stonechat_add_contact_class_init (StonechatAddContactClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = stonechat_add_contact_dispose;
  gtk_widget_class_set_template_from_resource (widget_class, "/im/stonechat/Stonechat/ui/stonechat-add-contact.ui");
#define BIND(child) gtk_widget_class_bind_template_child (widget_class, StonechatAddContact, child)
  BIND (account); BIND (address); BIND (name); BIND (groups); BIND (text); BIND (hint); BIND (add);
#undef BIND
  gtk_widget_class_install_action (widget_class, "add-contact.add", NULL, add_action);
}

static void
stonechat_add_contact_init (StonechatAddContact *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
  g_signal_connect_object (self->address, "changed", G_CALLBACK (check), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (self->account, "notify::selected", G_CALLBACK (check), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (self->address, "entry-activated", G_CALLBACK (activated_cb), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (self->name, "entry-activated", G_CALLBACK (activated_cb), self, G_CONNECT_SWAPPED);
}
