/* SPDX-License-Identifier: GPL-3.0-or-later
 * SPDX-FileCopyrightText: The Stonechat authors */
#include "stonechat-add-contact.h"
#include "stonechat-fields.h"
#include "stonechat-groups.h"
#include "xmpp-uri.h"

#include <glib/gi18n.h>
#include <string.h>

struct _StonechatAddContact {
  AdwWindow parent_instance;
  ChatProfile *profile;
  GCancellable *cancellable;      /* of the adding under way */
  gboolean chat_only;
  GtkWidget *account, *address, *hint, *details, *name, *groups, *known_groups, *text, *note, *add;
};

G_DEFINE_FINAL_TYPE (StonechatAddContact, stonechat_add_contact, ADW_TYPE_WINDOW)

/* NULL: there is none any more. */
static ChatAccount *
get_account (StonechatAddContact *self)
{
  guint position = adw_combo_row_get_selected (ADW_COMBO_ROW (self->account));
  g_autoptr (ChatAccount) account = g_list_model_get_item (chat_profile_get_accounts (self->profile),
                                                           position == GTK_INVALID_LIST_POSITION ? 0 : position);

  return account;   /* the list holds it */
}

/* A word alone would be a server of that name; nobody means that. */
static XmppJid *
read_address (StonechatAddContact *self)
{
  g_autofree char *text = stonechat_field_dup_text (self->address);
  g_autoptr (XmppUri) uri = g_str_has_prefix (text, "xmpp:") ? xmpp_uri_parse (text, NULL) : NULL;
  g_autoptr (XmppJid) jid = uri && uri->jid ? xmpp_jid_ref (uri->jid) : xmpp_jid_new (text, NULL);

  if (!jid || (!xmpp_jid_get_local (jid) && !strchr (xmpp_jid_get_domain (jid), '.')))
    return NULL;
  return xmpp_jid_to_bare (jid);
}

static void
say (StonechatAddContact *self, const char *text, gboolean wrong)
{
  stonechat_field_mark (self->address, wrong);
  stonechat_field_say (self->hint, text);
  gtk_widget_remove_css_class (self->hint, wrong ? "dim-label" : "error");
  gtk_widget_add_css_class (self->hint, wrong ? "error" : "dim-label");
}

static void
say_bad_address (StonechatAddContact *self)
{
  say (self, _("Type the whole address. It looks like name@example.org."), TRUE);
}

static char *
describe_alphabets (XmppJid *jid)
{
  g_autofree char *ascii = xmpp_jid_dup_ascii_domain (jid, NULL);

  return g_strdup_printf (_("This address mixes alphabets, so it may only look like one that you know. Its server is “%s”."),
                          ascii ? ascii : xmpp_jid_get_domain (jid));
}

/* Says what is to be said of a whole address; FALSE where it can't be added. */
static gboolean
judge (StonechatAddContact *self, ChatAccount *account, XmppJid *jid)
{
  ChatContact *contact = chat_profile_find_contact (self->profile, account, jid);
  gboolean own = xmpp_jid_equal_bare (jid, chat_account_get_jid (account));
  g_autofree char *text = NULL;

  gtk_widget_set_visible (self->note, self->chat_only || own);
  if (own && !self->chat_only) {
    say (self, _("This is your own address. A chat with it is for notes to yourself."), TRUE);
    return FALSE;
  }
  if (contact && !self->chat_only) {
    text = g_strdup_printf (_("%s is in your contacts already."), chat_contact_get_name (contact));
    say (self, text, TRUE);
    return FALSE;
  }
  if (xmpp_jid_is_mixed_script (jid))
    text = describe_alphabets (jid);
  else if (!xmpp_jid_get_local (jid))
    text = g_strdup (_("This is the address of a server, not of a person."));
  else if (self->chat_only && !contact && !own)
    text = g_strdup (_("Not in your contacts. You can write anyway."));
  say (self, text, FALSE);
  return TRUE;
}

/* While it is typed: what is not finished yet is not wrong yet. */
static void
check (StonechatAddContact *self)
{
  g_autofree char *text = stonechat_field_dup_text (self->address);
  g_autoptr (XmppJid) jid = read_address (self);
  ChatAccount *account = get_account (self);

  gtk_widget_set_visible (self->note, self->chat_only);
  say (self, NULL, FALSE);
  gtk_widget_action_set_enabled (GTK_WIDGET (self), "add-contact.add", *text && account && !self->cancellable);
  if (jid && account)
    judge (self, account, jid);
}

static void
left_cb (StonechatAddContact *self)
{
  g_autoptr (XmppJid) jid = read_address (self);

  if (!jid && *gtk_editable_get_text (GTK_EDITABLE (self->address)))
    say_bad_address (self);
}

static void
open_chat (StonechatAddContact *self, ChatAccount *account, XmppJid *jid)
{
  GtkWindow *parent = gtk_window_get_transient_for (GTK_WINDOW (self));

  if (parent)
    gtk_widget_activate_action (GTK_WIDGET (parent), "win.open-conversation", "(ss)", chat_account_get_address (account),
                                xmpp_jid_get_bare_string (jid));
  gtk_window_close (GTK_WINDOW (self));
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
  g_autoptr (XmppJid) jid = read_address (self);
  ChatAccount *account = get_account (self);
  g_auto (GStrv) groups = NULL;

  if (!jid)
    say_bad_address (self);
  if (!jid || !account || !judge (self, account, jid)) {
    gtk_widget_grab_focus (self->address);
    return;
  }
  if (self->chat_only) {
    open_chat (self, account, jid);
    return;
  }
  groups = stonechat_groups_split (gtk_editable_get_text (GTK_EDITABLE (self->groups)));
  self->cancellable = g_cancellable_new ();
  gtk_widget_action_set_enabled (widget, "add-contact.add", FALSE);
  chat_profile_add_contact_async (self->profile, account, jid, gtk_editable_get_text (GTK_EDITABLE (self->name)),
                                  (const char *const *) groups, gtk_editable_get_text (GTK_EDITABLE (self->text)), self->cancellable,
                                  added_cb, g_object_ref (self));
}

static void
note_action (GtkWidget *widget, const char *action, GVariant *parameter)
{
  StonechatAddContact *self = STONECHAT_ADD_CONTACT (widget);
  ChatAccount *account = get_account (self);

  if (account)
    open_chat (self, account, chat_account_get_jid (account));
}

static void
add_group_action (GtkWidget *widget, const char *action, GVariant *parameter)
{
  StonechatAddContact *self = STONECHAT_ADD_CONTACT (widget);
  g_auto (GStrv) groups = stonechat_groups_split (gtk_editable_get_text (GTK_EDITABLE (self->groups)));
  g_auto (GStrv) more = stonechat_groups_with ((const char *const *) groups, g_variant_get_string (parameter, NULL));
  g_autofree char *text = more ? g_strjoinv (", ", more) : NULL;

  if (text)
    gtk_editable_set_text (GTK_EDITABLE (self->groups), text);
}

static void
activated_cb (StonechatAddContact *self)
{
  gtk_widget_activate_action (GTK_WIDGET (self), "add-contact.add", NULL);
}

static void
fill_accounts (StonechatAddContact *self, const char *wanted)
{
  g_autoptr (GtkStringList) names = gtk_string_list_new (NULL);
  GListModel *accounts = chat_profile_get_accounts (self->profile);
  guint n = g_list_model_get_n_items (accounts), selected = 0;

  for (guint i = 0; i < n; i++) {
    g_autoptr (ChatAccount) account = g_list_model_get_item (accounts, i);

    gtk_string_list_append (names, chat_account_get_name (account));
    if (g_strcmp0 (chat_account_get_address (account), wanted) == 0)
      selected = i;
  }
  adw_combo_row_set_model (ADW_COMBO_ROW (self->account), G_LIST_MODEL (names));
  adw_combo_row_set_selected (ADW_COMBO_ROW (self->account), selected);
  gtk_widget_set_visible (self->account, n > 1);
}

GtkWidget *
stonechat_add_contact_new (GtkWindow *parent, ChatProfile *profile, gboolean chat_only, const char *account, const char *address)
{
  StonechatAddContact *self = g_object_new (STONECHAT_TYPE_ADD_CONTACT, "transient-for", parent, NULL);
  static const char *const none[] = { NULL };
  g_autoptr (GMenuModel) known = stonechat_groups_menu_new (chat_profile_get_contacts (profile), none, "add-contact.add-group");

  self->profile = g_object_ref (profile);
  self->chat_only = chat_only;
  /* With room for what may have to be said about the address. */
  gtk_window_set_default_size (GTK_WINDOW (self), 420, chat_only ? 330 : 450);
  gtk_window_set_title (GTK_WINDOW (self), chat_only ? _("New Chat") : _("Add Contact"));
  gtk_button_set_label (GTK_BUTTON (self->add), chat_only ? _("Open") : _("Add"));
  gtk_widget_set_visible (self->details, !chat_only);
  gtk_menu_button_set_menu_model (GTK_MENU_BUTTON (self->known_groups), known);
  gtk_widget_set_visible (self->known_groups, g_menu_model_get_n_items (known) > 0);
  fill_accounts (self, account);
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
  BIND (account); BIND (address); BIND (hint); BIND (details); BIND (name); BIND (groups); BIND (known_groups); BIND (text);
  BIND (note); BIND (add);
#undef BIND
  gtk_widget_class_install_action (widget_class, "add-contact.add", NULL, add_action);
  gtk_widget_class_install_action (widget_class, "add-contact.add-group", "s", add_group_action);
  gtk_widget_class_install_action (widget_class, "add-contact.note", NULL, note_action);
}

static void
stonechat_add_contact_init (StonechatAddContact *self)
{
  GtkEventController *focus = gtk_event_controller_focus_new ();

  gtk_widget_init_template (GTK_WIDGET (self));
  stonechat_fields_name (GTK_WIDGET (self), _("Add Contact"));
  gtk_widget_add_controller (self->address, focus);
  g_signal_connect_object (focus, "leave", G_CALLBACK (left_cb), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (self->address, "changed", G_CALLBACK (check), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (self->account, "notify::selected", G_CALLBACK (check), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (self->address, "entry-activated", G_CALLBACK (activated_cb), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (self->name, "entry-activated", G_CALLBACK (activated_cb), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (self->groups, "entry-activated", G_CALLBACK (activated_cb), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (self->text, "entry-activated", G_CALLBACK (activated_cb), self, G_CONNECT_SWAPPED);
}
