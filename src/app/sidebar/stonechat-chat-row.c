/* SPDX-License-Identifier: GPL-3.0-or-later
 * SPDX-FileCopyrightText: The Stonechat authors */
#include "stonechat-chat-row-private.h"
#include "stonechat-avatar.h"
#include "stonechat-group-model.h"
#include "stonechat-state-mark.h"
#include "stonechat-time.h"

#include <adwaita.h>
#include <glib/gi18n.h>

G_DEFINE_FINAL_TYPE (StonechatChatRow, stonechat_chat_row, GTK_TYPE_WIDGET)

/* -- what it says ---------------------------------------------------------------------------------------------------- */

static void
forget (StonechatChatRow *self)
{
  g_clear_pointer (&self->name, g_free);
  g_clear_pointer (&self->account, g_free);
  g_clear_pointer (&self->stamp, g_free);
  g_clear_pointer (&self->mark, g_free);
  g_clear_pointer (&self->preview, g_free);
  g_clear_pointer (&self->count, g_free);
  self->state = CHAT_MESSAGE_RECEIVED;
  self->unread = self->pinned = self->muted = self->mark_is_accent = self->preview_is_accent = FALSE;
}

static void
take_conversation (StonechatChatRow *self, ChatConversation *conversation)
{
  gint64 time = chat_conversation_get_last_time (conversation);
  guint unread = chat_conversation_get_unread (conversation);
  const char *draft = chat_conversation_get_draft (conversation);
  ChatMessageState state;
  gboolean own, composing, to_self;

  g_object_get (conversation, "preview", &self->preview, "preview-own", &own, "preview-state", &state, "availability",
                &self->availability, "peer-composing", &composing, "note-to-self", &to_self, NULL);
  if (composing) {
    g_free (self->preview);
    self->preview = g_strdup (_("writing…"));
  } else if (draft && *draft) {
    g_free (self->preview);
    self->preview = g_strdelimit (g_strdup (draft), "\n", ' ');
    self->mark = g_strdup (_("Draft:"));
  } else if (own) {
    self->state = state;
  }
  self->mark_is_accent = draft && *draft;
  self->preview_is_accent = composing;
  self->name = g_strdup (chat_conversation_get_name (conversation));
  self->stamp = time ? stonechat_time_short (time) : NULL;
  if (unread)
    self->count = unread > 999 ? g_strdup ("999+") : g_strdup_printf ("%u", unread);
  else if (chat_conversation_get_marked_unread (conversation))
    self->count = g_strdup ("");
  self->unread = self->count != NULL;
  self->pinned = chat_conversation_get_pinned (conversation);
  self->muted = chat_conversation_get_muted (conversation);
  self->avatar = 42;
  self->show_presence = !to_self;
  if (self->show_account)
    self->account = g_strdup (chat_account_get_name (chat_conversation_get_account (conversation)));
}

static void
take_contact (StonechatChatRow *self, ChatContact *contact)
{
  self->name = g_strdup (chat_contact_get_name (contact));
  self->preview = g_strdup (chat_contact_get_presence_line (contact));
  self->availability = chat_contact_get_availability (contact);
  self->avatar = 34;
  self->show_presence = TRUE;
  if (self->show_account)
    self->account = g_strdup (chat_account_get_name (chat_contact_get_account (contact)));
}

static void
take_group (StonechatChatRow *self, StonechatGroup *group)
{
  self->name = g_strdup (stonechat_group_get_name (group));
  /* Translators: how many of a group of contacts are online, and how many there are */
  self->stamp = g_strdup_printf (_("%u of %u"), stonechat_group_get_online (group), stonechat_group_get_total (group));
  self->mark = g_strdup (stonechat_group_get_folded (group) ? "▸" : "▾");
  self->avatar = 0;
}

char *
stonechat_chat_row_describe (StonechatChatRow *self)
{
  GString *text = g_string_new (self->name);
  guint unread = CHAT_IS_CONVERSATION (self->item) ? chat_conversation_get_unread (CHAT_CONVERSATION (self->item)) : 0;

  if (self->account)
    g_string_append_printf (text, ", %s", self->account);
  if (STONECHAT_IS_GROUP (self->item))
    g_string_append_printf (text, ", %s, %s", self->stamp,
                            stonechat_group_get_folded (STONECHAT_GROUP (self->item)) ? _("folded") : _("unfolded"));
  if (CHAT_IS_CONVERSATION (self->item) && self->show_presence)
    g_string_append_printf (text, ", %s", stonechat_availability_word (self->availability));
  if (unread) {
    g_autofree char *count = g_strdup_printf (ngettext ("%u unread message", "%u unread messages", unread), unread);

    g_string_append_printf (text, ", %s", count);
  } else if (self->unread) {
    g_string_append_printf (text, ", %s", _("marked as unread"));
  }
  if (self->pinned)
    g_string_append_printf (text, ", %s", _("pinned"));
  if (self->muted)
    g_string_append_printf (text, ", %s", _("muted"));
  if (self->preview && *self->preview)
    g_string_append_printf (text, ", %s%s%s", self->mark_is_accent ? self->mark : "", self->mark_is_accent ? " " : "", self->preview);
  if (stonechat_state_mark_get_word (self->state))
    g_string_append_printf (text, ", %s", stonechat_state_mark_get_word (self->state));
  return g_string_free (text, FALSE);
}

static void
update (StonechatChatRow *self)
{
  GtkWidget *parent = gtk_widget_get_parent (GTK_WIDGET (self));
  int avatar = self->avatar;
  g_autofree char *description = NULL;

  forget (self);
  if (CHAT_IS_CONVERSATION (self->item))
    take_conversation (self, CHAT_CONVERSATION (self->item));
  else if (CHAT_IS_CONTACT (self->item))
    take_contact (self, CHAT_CONTACT (self->item));
  else
    take_group (self, STONECHAT_GROUP (self->item));
  if (avatar != self->avatar)
    gtk_widget_queue_resize (GTK_WIDGET (self));
  gtk_widget_queue_draw (GTK_WIDGET (self));
  description = stonechat_chat_row_describe (self);
  gtk_accessible_update_property (GTK_ACCESSIBLE (self), GTK_ACCESSIBLE_PROPERTY_LABEL, description, -1);
  if (parent)
    gtk_accessible_update_property (GTK_ACCESSIBLE (parent), GTK_ACCESSIBLE_PROPERTY_LABEL, description, -1);
}

static void
item_notify_cb (StonechatChatRow *self, GParamSpec *pspec)
{
  static const char *const unseen[] = { "waiting-reason", "encrypted-hint", "timeline", "contact", "presence-line", NULL };

  /* All chats of an account get another reason for waiting at once. */
  if (!CHAT_IS_CONVERSATION (self->item) || !g_strv_contains (unseen, pspec->name))
    update (self);
}

void
stonechat_chat_row_set_item (StonechatChatRow *self, gpointer item)
{
  if (self->item)
    g_signal_handlers_disconnect_by_data (self->item, self);
  g_set_object (&self->item, item);
  if (item) {
    g_signal_connect_swapped (item, "notify", G_CALLBACK (item_notify_cb), self);
    update (self);
  }
}

void
stonechat_chat_row_set_show_account (StonechatChatRow *self, gboolean show)
{
  if (self->show_account == show)
    return;
  self->show_account = show;
  if (self->item)
    update (self);
}

/* Over the picture the presence in words, elsewhere what may have been cut off. */
static gboolean
stonechat_chat_row_query_tooltip (GtkWidget *widget, int x, int y, gboolean keyboard, GtkTooltip *tooltip)
{
  StonechatChatRow *self = STONECHAT_CHAT_ROW (widget);
  g_autofree char *text = NULL;
  gboolean rtl = gtk_widget_get_direction (widget) == GTK_TEXT_DIR_RTL;

  if (!self->item || !self->avatar)
    return FALSE;
  if (self->show_presence && (rtl ? gtk_widget_get_width (widget) - x : x) < self->avatar)
    text = g_strdup (stonechat_availability_word (self->availability));
  else if (CHAT_IS_CONTACT (self->item))
    text = g_strdup_printf ("%s\n%s", self->name, self->preview);
  else
    return FALSE;
  gtk_tooltip_set_text (tooltip, text);
  return TRUE;
}

/* -- life ------------------------------------------------------------------------------------------------------------ */

/* NULL for a heading. */
static ChatAccount *
get_whom (StonechatChatRow *self, XmppJid **jid)
{
  if (CHAT_IS_CONTACT (self->item)) {
    *jid = chat_contact_get_jid (CHAT_CONTACT (self->item));
    return chat_contact_get_account (CHAT_CONTACT (self->item));
  }
  if (CHAT_IS_CONVERSATION (self->item)) {
    *jid = chat_conversation_get_jid (CHAT_CONVERSATION (self->item));
    return chat_conversation_get_account (CHAT_CONVERSATION (self->item));
  }
  return NULL;
}

/* For screen readers too, which know a row by its actions. */
static void
open_action (GtkWidget *widget, const char *name, GVariant *parameter)
{
  StonechatChatRow *self = STONECHAT_CHAT_ROW (widget);
  XmppJid *jid;
  ChatAccount *account = get_whom (self, &jid);

  if (STONECHAT_IS_GROUP (self->item))
    gtk_widget_activate_action (widget, "sidebar.toggle-group", "s", self->name);
  else if (account)
    gtk_widget_activate_action (widget, "win.open-conversation", "(ss)", chat_account_get_address (account), xmpp_jid_get_bare_string (jid));
}

static void
copy_action (GtkWidget *widget, const char *name, GVariant *parameter)
{
  StonechatChatRow *self = STONECHAT_CHAT_ROW (widget);
  XmppJid *jid;

  if (get_whom (self, &jid))
    gdk_clipboard_set_text (gtk_widget_get_clipboard (widget), xmpp_jid_get_bare_string (jid));
}

static void
mark_read_action (GtkWidget *widget, const char *name, GVariant *parameter)
{
  StonechatChatRow *self = STONECHAT_CHAT_ROW (widget);

  if (CHAT_IS_CONVERSATION (self->item))
    chat_conversation_mark_read (CHAT_CONVERSATION (self->item));
}

static void
place_action (GtkWidget *widget, const char *name, GVariant *parameter)
{
  StonechatChatRow *self = STONECHAT_CHAT_ROW (widget);
  ChatConversation *chat = CHAT_IS_CONVERSATION (self->item) ? CHAT_CONVERSATION (self->item) : NULL;

  if (!chat)
    return;
  if (g_str_equal (name, "row.pin"))
    chat_conversation_set_pinned (chat, !chat_conversation_get_pinned (chat));
  else if (g_str_equal (name, "row.archive"))
    chat_conversation_set_archived (chat, !chat_conversation_get_archived (chat));
  else
    chat_conversation_set_marked_unread (chat, TRUE);
}

static gint64
tomorrow_morning (void)
{
  g_autoptr (GDateTime) now = g_date_time_new_now_local (), day = g_date_time_add_days (now, 1);
  g_autoptr (GDateTime) morning = g_date_time_new_local (g_date_time_get_year (day), g_date_time_get_month (day),
                                                         g_date_time_get_day_of_month (day), 8, 0, 0);

  return g_date_time_to_unix (morning) * G_TIME_SPAN_SECOND;
}

static void
mute_action (GtkWidget *widget, const char *name, GVariant *parameter)
{
  StonechatChatRow *self = STONECHAT_CHAT_ROW (widget);
  const char *how_long = g_variant_get_string (parameter, NULL);
  gint64 until = 0;

  if (g_str_equal (how_long, "hour"))
    until = g_get_real_time () + G_TIME_SPAN_HOUR;
  else if (g_str_equal (how_long, "tomorrow"))
    until = tomorrow_morning ();
  else if (g_str_equal (how_long, "good"))
    until = G_MAXINT64;
  if (CHAT_IS_CONVERSATION (self->item))
    chat_conversation_set_muted_until (CHAT_CONVERSATION (self->item), until);
}

static void
delete_cb (AdwMessageDialog *dialog, const char *response, ChatConversation *chat)
{
  if (g_str_equal (response, "delete"))
    chat_conversation_delete_history (chat);
}

static void
delete_action (GtkWidget *widget, const char *name, GVariant *parameter)
{
  StonechatChatRow *self = STONECHAT_CHAT_ROW (widget);
  GtkWidget *dialog;

  if (!CHAT_IS_CONVERSATION (self->item))
    return;
  dialog = adw_message_dialog_new (GTK_WINDOW (gtk_widget_get_root (widget)), NULL, NULL);
  /* Translators: %s is a name */
  adw_message_dialog_format_heading (ADW_MESSAGE_DIALOG (dialog), _("Delete the Chat With %s?"), self->name);
  adw_message_dialog_set_body (ADW_MESSAGE_DIALOG (dialog),
                               _("All its messages are deleted from this computer and don’t come back. Others keep theirs, and so may the server."));
  adw_message_dialog_add_responses (ADW_MESSAGE_DIALOG (dialog), "cancel", _("_Cancel"), "delete", _("_Delete"), NULL);
  adw_message_dialog_set_response_appearance (ADW_MESSAGE_DIALOG (dialog), "delete", ADW_RESPONSE_DESTRUCTIVE);
  g_signal_connect_object (dialog, "response", G_CALLBACK (delete_cb), self->item, 0);
  gtk_window_present (GTK_WINDOW (dialog));
}

static void
add_for_person (GMenu *menu, const char *label, const char *action, ChatAccount *account, XmppJid *jid)
{
  g_autoptr (GMenuItem) item = g_menu_item_new (label, NULL);

  g_menu_item_set_action_and_target (item, action, "(ss)", chat_account_get_address (account), xmpp_jid_get_bare_string (jid));
  g_menu_append_item (menu, item);
}

static void
add_mute (GMenu *menu, gboolean muted)
{
  static const struct { const char *label, *how_long; } choices[] = {
    { N_("For an _Hour"), "row.mute::hour" }, { N_("Until _Tomorrow"), "row.mute::tomorrow" }, { N_("For _Good"), "row.mute::good" },
  };
  g_autoptr (GMenu) inner = g_menu_new ();

  if (muted) {
    g_menu_append (menu, _("Un_mute"), "row.mute::no");
    return;
  }
  for (guint i = 0; i < G_N_ELEMENTS (choices); i++)
    g_menu_append (inner, _(choices[i].label), choices[i].how_long);
  g_menu_append_submenu (menu, _("_Mute"), G_MENU_MODEL (inner));
}

static void
add_for_chat (GMenu *menu, StonechatChatRow *self)
{
  ChatConversation *chat = CHAT_CONVERSATION (self->item);
  g_autoptr (GMenu) section = g_menu_new ();

  if (self->unread)
    g_menu_append (section, _("Mark as _Read"), "row.mark-read");
  else
    g_menu_append (section, _("Mark as _Unread"), "row.mark-unread");
  g_menu_append (section, self->pinned ? _("Un_pin") : _("_Pin to Top"), "row.pin");
  add_mute (section, self->muted);
  g_menu_append (section, chat_conversation_get_archived (chat) ? _("Unarchi_ve") : _("Archi_ve"), "row.archive");
  g_menu_append_section (menu, NULL, G_MENU_MODEL (section));
}

static GMenuModel *
new_menu (StonechatChatRow *self, ChatAccount *account, XmppJid *jid)
{
  GMenu *menu = g_menu_new ();
  g_autoptr (GMenu) person = g_menu_new (), last = g_menu_new ();
  ChatContact *contact = CHAT_IS_CONTACT (self->item) ? CHAT_CONTACT (self->item)
                                                      : chat_conversation_get_contact (CHAT_CONVERSATION (self->item));

  g_menu_append (menu, CHAT_IS_CONTACT (self->item) ? _("_Write") : _("_Open"), "row.open");
  if (CHAT_IS_CONVERSATION (self->item))
    add_for_chat (menu, self);
  if (contact)
    add_for_person (person, _("_Contact Details"), "win.contact-details", account, jid);
  else if (self->show_presence)
    add_for_person (person, _("_Add to Contacts"), "win.add-contact-for", account, jid);
  g_menu_append (person, _("Copy _Address"), "row.copy-address");
  g_menu_append_section (menu, NULL, G_MENU_MODEL (person));
  if (!xmpp_jid_equal_bare (jid, chat_account_get_jid (account)))
    add_for_person (last, _("_Block…"), "win.block", account, jid);
  if (CHAT_IS_CONVERSATION (self->item))
    g_menu_append (last, _("_Delete Chat…"), "row.delete");
  g_menu_append_section (menu, NULL, G_MENU_MODEL (last));
  return G_MENU_MODEL (menu);
}

static void
menu_closed_cb (GtkPopover *menu)
{
  /* The chosen action is activated after this. */
  GtkWidget *row = gtk_widget_get_parent (GTK_WIDGET (menu));

  if (row && gtk_widget_get_parent (row))
    gtk_widget_grab_focus (gtk_widget_get_parent (row));
}

static void
pop_up (StonechatChatRow *self, double x, double y)
{
  XmppJid *jid;
  ChatAccount *account = get_whom (self, &jid);
  g_autoptr (GMenuModel) model = account ? new_menu (self, account, jid) : NULL;

  if (!model)
    return;
  g_clear_pointer (&self->menu, gtk_widget_unparent);
  self->menu = gtk_popover_menu_new_from_model (model);
  gtk_widget_set_parent (self->menu, GTK_WIDGET (self));
  gtk_popover_set_has_arrow (GTK_POPOVER (self->menu), FALSE);
  gtk_popover_set_pointing_to (GTK_POPOVER (self->menu), &(GdkRectangle) { x, y, 1, 1 });
  gtk_widget_set_halign (self->menu, GTK_ALIGN_START);
  g_signal_connect (self->menu, "closed", G_CALLBACK (menu_closed_cb), NULL);
  gtk_popover_popup (GTK_POPOVER (self->menu));
}

static void
menu_action (GtkWidget *widget, const char *name, GVariant *parameter)
{
  pop_up (STONECHAT_CHAT_ROW (widget), gtk_widget_get_width (widget) / 2, gtk_widget_get_height (widget) / 2);
}

static void
pressed_cb (GtkGesture *gesture, int n, double x, double y, StonechatChatRow *self)
{
  gtk_gesture_set_state (gesture, GTK_EVENT_SEQUENCE_CLAIMED);
  pop_up (self, x, y);
}

static void
held_cb (GtkGesture *gesture, double x, double y, StonechatChatRow *self)
{
  gtk_gesture_set_state (gesture, GTK_EVENT_SEQUENCE_CLAIMED);
  pop_up (self, x, y);
}

static void
stonechat_chat_row_size_allocate (GtkWidget *widget, int width, int height, int baseline)
{
  StonechatChatRow *self = STONECHAT_CHAT_ROW (widget);

  if (self->menu)
    gtk_popover_present (GTK_POPOVER (self->menu));
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

  stonechat_chat_row_set_item (self, NULL);
  forget (self);
  g_clear_pointer (&self->menu, gtk_widget_unparent);
  G_OBJECT_CLASS (stonechat_chat_row_parent_class)->dispose (object);
}

static void
stonechat_chat_row_class_init (StonechatChatRowClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = stonechat_chat_row_dispose;
  widget_class->snapshot = stonechat_chat_row_snapshot;
  widget_class->measure = stonechat_chat_row_measure;
  widget_class->query_tooltip = stonechat_chat_row_query_tooltip;
  widget_class->size_allocate = stonechat_chat_row_size_allocate;
  gtk_widget_class_install_action (widget_class, "row.open", NULL, open_action);
  gtk_widget_class_install_action (widget_class, "row.mark-read", NULL, mark_read_action);
  gtk_widget_class_install_action (widget_class, "row.mark-unread", NULL, place_action);
  gtk_widget_class_install_action (widget_class, "row.pin", NULL, place_action);
  gtk_widget_class_install_action (widget_class, "row.archive", NULL, place_action);
  gtk_widget_class_install_action (widget_class, "row.mute", "s", mute_action);
  gtk_widget_class_install_action (widget_class, "row.delete", NULL, delete_action);
  gtk_widget_class_install_action (widget_class, "row.copy-address", NULL, copy_action);
  gtk_widget_class_install_action (widget_class, "row.menu", NULL, menu_action);
  gtk_widget_class_set_css_name (widget_class, "chatrow");
}

static void
stonechat_chat_row_init (StonechatChatRow *self)
{
  GtkGesture *press = gtk_gesture_click_new (), *hold = gtk_gesture_long_press_new ();

  gtk_gesture_single_set_button (GTK_GESTURE_SINGLE (press), GDK_BUTTON_SECONDARY);
  gtk_gesture_single_set_touch_only (GTK_GESTURE_SINGLE (hold), TRUE);
  g_signal_connect (press, "pressed", G_CALLBACK (pressed_cb), self);
  g_signal_connect (hold, "pressed", G_CALLBACK (held_cb), self);
  gtk_widget_add_controller (GTK_WIDGET (self), GTK_EVENT_CONTROLLER (press));
  gtk_widget_add_controller (GTK_WIDGET (self), GTK_EVENT_CONTROLLER (hold));
  gtk_widget_set_has_tooltip (GTK_WIDGET (self), TRUE);
}
