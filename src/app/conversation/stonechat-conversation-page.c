/* SPDX-License-Identifier: GPL-3.0-or-later
 * SPDX-FileCopyrightText: The Stonechat authors */
#include "stonechat-conversation-page.h"
#include "chat-search.h"
#include "stonechat-avatar.h"
#include "stonechat-composer.h"
#include "stonechat-date-popover.h"
#include "stonechat-find-bar.h"
#include "stonechat-message-menu.h"
#include "stonechat-message-tools.h"
#include "stonechat-narrow.h"
#include "stonechat-pin-strip.h"
#include "stonechat-presence-line.h"
#include "stonechat-reading.h"
#include "stonechat-timeline-view.h"

#include <glib/gi18n.h>

#define FILLING_DELAY_MS 300     /* what takes no longer is not worth a word */
#define PLACE_DELAY_S 3          /* the reader's place is kept as often as that, against a crash */
#define WAITING_ROWS 50          /* the last ones, among which something may wait */

struct _StonechatConversationPage {
  GtkWidget parent_instance;
  ChatConversation *conversation;
  GtkWidget *box, *header, *back, *avatar, *name, *presence, *strip, *strip_text, *strip_first, *strip_second, *timeline, *scrolled, *to_end, *to_end_count, *go_back, *hello, *typing,
    *filling, *spinner, *waiting, *composer, *find, *tools, *pins, *chat_menu, *said;
  GtkWidget *date;           /* NULL until it was opened */
  ChatSubscriptionAction strip_actions[2];
  StonechatReading *reading;
  gboolean may_fill;         /* something changed since the archive was asked last */
  guint look_source, read_source, filling_source, place_source;
};

enum { PROP_0, PROP_PROFILE, PROP_SETTINGS, PROP_CONVERSATION, PROP_FOLDED };

G_DEFINE_FINAL_TYPE (StonechatConversationPage, stonechat_conversation_page, GTK_TYPE_WIDGET)

/* -- header ---------------------------------------------------------------------------------------------------------- */

static void
update_strip (StonechatConversationPage *self)
{
  ChatContact *contact = chat_conversation_get_contact (self->conversation);
  ChatSubscriptionAction actions[8];
  gboolean to_self = FALSE, announcement, complete;
  guint n;

  g_object_get (self->conversation, "note-to-self", &to_self, "announcement", &announcement, NULL);
  complete = to_self || (contact && chat_contact_get_subscription (contact) == XMPP_SUBSCRIPTION_BOTH);
  gtk_widget_set_visible (self->strip, !complete);
  if (complete)
    return;
  if (!contact) {
    gtk_label_set_text (GTK_LABEL (self->strip_text), announcement ? _("Announcements can’t be answered") : _("Not in your contacts"));
    gtk_button_set_label (GTK_BUTTON (self->strip_first), _("Add"));
    gtk_widget_set_visible (self->strip_first, TRUE);
    gtk_widget_set_visible (self->strip_second, FALSE);
    return;
  }
  gtk_label_set_text (GTK_LABEL (self->strip_text), chat_contact_get_subscription_line (contact));
  n = MIN (2, chat_contact_get_actions (contact, actions));
  for (guint i = 0; i < 2; i++) {
    GtkWidget *button = i ? self->strip_second : self->strip_first;

    /* Only what completes it is offered here; the rest is on the person's page. */
    gtk_widget_set_visible (button, i < n && actions[i] != CHAT_SUBSCRIPTION_STOP_SEEING && actions[i] != CHAT_SUBSCRIPTION_STOP_SHOWING &&
                                      actions[i] != CHAT_SUBSCRIPTION_PREAPPROVE);
    if (i < n) {
      self->strip_actions[i] = actions[i];
      gtk_button_set_label (GTK_BUTTON (button), chat_subscription_action_get_label (actions[i]));
    }
  }
}

static gboolean
something_waits (StonechatConversationPage *self)
{
  GListModel *timeline = G_LIST_MODEL (chat_conversation_get_timeline (self->conversation));
  guint n = g_list_model_get_n_items (timeline);

  for (guint i = n; i > 0 && n - i < WAITING_ROWS; i--) {
    g_autoptr (ChatMessage) message = g_list_model_get_item (timeline, i - 1);
    ChatMessageState state = message ? chat_message_get_state (message) : CHAT_MESSAGE_RECEIVED;

    if (state == CHAT_MESSAGE_QUEUED || state == CHAT_MESSAGE_WRITTEN)
      return TRUE;
  }
  return FALSE;
}

static void
update (StonechatConversationPage *self)
{
  g_autofree char *line = NULL, *presence = NULL, *waiting = NULL, *typing = NULL, *hello = NULL;
  XmppAvailability availability;
  gboolean composing, to_self;
  const char *name;
  guint n;

  if (!self->conversation)
    return;
  name = chat_conversation_get_name (self->conversation);
  g_object_get (self->conversation, "presence-line", &line, "availability", &availability, "peer-composing", &composing,
                "waiting-reason", &waiting, "note-to-self", &to_self, NULL);
  gtk_label_set_text (GTK_LABEL (self->name), name);
  presence = stonechat_presence_line_make (chat_conversation_get_contact (self->conversation), line, g_get_real_time ());
  gtk_label_set_text (GTK_LABEL (self->presence), presence ? presence : "");
  gtk_widget_set_visible (self->presence, presence != NULL);
  g_object_set (self->avatar, "name", name, "address", xmpp_jid_get_bare_string (chat_conversation_get_jid (self->conversation)),
                "availability", availability, "show-presence", !to_self, NULL);
  /* Translators: the name of a person who is typing */
  typing = g_strdup_printf (_("%s is writing…"), name);
  gtk_label_set_text (GTK_LABEL (self->typing), composing ? typing : "");
  gtk_widget_set_visible (self->typing, composing);
  /* Why something waits needs saying only when something does. */
  if (waiting && !something_waits (self))
    g_clear_pointer (&waiting, g_free);
  gtk_label_set_text (GTK_LABEL (self->waiting), waiting ? waiting : "");
  gtk_widget_set_visible (self->waiting, waiting != NULL);
  n = g_list_model_get_n_items (G_LIST_MODEL (chat_conversation_get_timeline (self->conversation)));
  hello = to_self ? g_strdup (_("A place for your own notes")) : g_strdup_printf (_("Say hello to %s"), name);
  adw_status_page_set_title (ADW_STATUS_PAGE (self->hello), hello);
  gtk_widget_set_visible (self->hello, n == 0 && chat_timeline_get_loaded (chat_conversation_get_timeline (self->conversation)));
  update_strip (self);
}

static void
strip_cb (StonechatConversationPage *self, GtkWidget *button)
{
  ChatContact *contact = chat_conversation_get_contact (self->conversation);

  if (contact)
    chat_contact_do_action (contact, self->strip_actions[button == self->strip_second]);
  else
    gtk_widget_activate_action (GTK_WIDGET (self), "win.add-contact-for", "(ss)",
                                chat_account_get_address (chat_conversation_get_account (self->conversation)),
                                xmpp_jid_get_bare_string (chat_conversation_get_jid (self->conversation)));
}

/* -- reading --------------------------------------------------------------------------------------------------------- */

static gboolean
is_looked_at (StonechatConversationPage *self)
{
  GtkRoot *root = gtk_widget_get_root (GTK_WIDGET (self));

  return GTK_IS_WINDOW (root) && gtk_window_is_active (GTK_WINDOW (root)) && gtk_widget_get_mapped (self->timeline);
}

static void take_read (StonechatConversationPage *self);

static gboolean
read_cb (gpointer user_data)
{
  StonechatConversationPage *self = user_data;

  self->read_source = 0;
  take_read (self);
  return G_SOURCE_REMOVE;
}

static ChatMessage *
find_message (StonechatConversationPage *self, gint64 id)
{
  ChatTimeline *timeline = chat_conversation_get_timeline (self->conversation);
  guint position = chat_timeline_find (timeline, id);

  return position != G_MAXUINT ? g_list_model_get_item (G_LIST_MODEL (timeline), position) : NULL;
}

static void
take_read (StonechatConversationPage *self)
{
  gint64 now = g_get_monotonic_time (), next, id = stonechat_reading_take (self->reading, now, &next);
  g_autoptr (ChatMessage) message = id && self->conversation ? find_message (self, id) : NULL;

  if (message)
    chat_conversation_read_up_to (self->conversation, message);
  g_clear_handle_id (&self->read_source, g_source_remove);
  if (next)
    self->read_source = g_timeout_add ((next - now) / 1000 + 1, read_cb, self);
}

static void
look (StonechatConversationPage *self)
{
  g_autoptr (GPtrArray) messages = is_looked_at (self) ? stonechat_timeline_view_list_ended (STONECHAT_TIMELINE_VIEW (self->timeline)) : NULL;
  g_autoptr (GArray) ids = g_array_new (FALSE, FALSE, sizeof (gint64));

  for (guint i = 0; messages && i < messages->len; i++) {
    gint64 id = chat_message_get_id (messages->pdata[i]);

    g_array_append_val (ids, id);
  }
  stonechat_reading_show (self->reading, (gint64 *) ids->data, ids->len, g_get_monotonic_time ());
  take_read (self);
}

/* Whoever comes near the oldest message that is here wants older ones. */
static void
fill_if_wanted (StonechatConversationPage *self)
{
  g_autoptr (ChatMessage) first = NULL;

  if (!self->may_fill || chat_conversation_get_filling (self->conversation) || chat_conversation_get_complete (self->conversation)
      || !chat_timeline_get_loaded (chat_conversation_get_timeline (self->conversation))
      || !stonechat_timeline_view_is_near_top (STONECHAT_TIMELINE_VIEW (self->timeline)))
    return;
  self->may_fill = FALSE;
  first = g_list_model_get_item (G_LIST_MODEL (chat_conversation_get_timeline (self->conversation)), 0);
  chat_conversation_fill (self->conversation, first);
}

/* -- where the reader is --------------------------------------------------------------------------------------------- */

static void
keep_place (StonechatConversationPage *self)
{
  gint64 message;
  int y;

  g_clear_handle_id (&self->place_source, g_source_remove);
  if (self->conversation && stonechat_timeline_view_get_place (STONECHAT_TIMELINE_VIEW (self->timeline), &message, &y))
    chat_conversation_set_place (self->conversation, message, y);
}

static gboolean
place_cb (gpointer user_data)
{
  StonechatConversationPage *self = user_data;

  self->place_source = 0;
  keep_place (self);
  return G_SOURCE_REMOVE;
}

/* At the first unread message, else where one was. */
static void
open_timeline (StonechatConversationPage *self, ChatTimeline *timeline)
{
  gint64 message = timeline && chat_conversation_get_unread (self->conversation) > 0 ? chat_timeline_get_unread_start (timeline) : 0;
  int y = 0;

  if (timeline && !message)
    chat_conversation_get_place (self->conversation, &message, &y);
  stonechat_timeline_view_open (STONECHAT_TIMELINE_VIEW (self->timeline), timeline, message, y);
}

static void
update_to_end (StonechatConversationPage *self)
{
  guint unread = self->conversation ? chat_conversation_get_unread (self->conversation) : 0;
  g_autofree char *number = g_strdup_printf ("%u", unread);
  /* Translators: said by a screen reader of the button that goes to the newest message */
  g_autofree char *count = g_strdup_printf (ngettext ("%u unread message", "%u unread messages", unread), unread);
  g_autofree char *name = unread > 0 ? g_strdup_printf ("%s, %s", _("Go to the Newest Message"), count) : g_strdup (_("Go to the Newest Message"));

  gtk_widget_set_visible (self->to_end, self->conversation && !stonechat_timeline_view_get_at_end (STONECHAT_TIMELINE_VIEW (self->timeline)));
  gtk_label_set_text (GTK_LABEL (self->to_end_count), number);
  gtk_widget_set_visible (self->to_end_count, unread > 0);
  gtk_accessible_update_property (GTK_ACCESSIBLE (self->to_end), GTK_ACCESSIBLE_PROPERTY_LABEL, name, -1);
}

static void
can_go_back_cb (StonechatConversationPage *self)
{
  gboolean can = stonechat_timeline_view_get_can_go_back (STONECHAT_TIMELINE_VIEW (self->timeline));

  gtk_widget_action_set_enabled (GTK_WIDGET (self), "conversation.go-back", can);
  gtk_widget_set_visible (self->go_back, can);
}

static void
go_to_action (GtkWidget *widget, const char *name, GVariant *parameter)
{
  stonechat_timeline_view_go_to (STONECHAT_TIMELINE_VIEW (STONECHAT_CONVERSATION_PAGE (widget)->timeline), g_variant_get_int64 (parameter), TRUE);
}

static void
go_back_action (GtkWidget *widget, const char *name, GVariant *parameter)
{
  stonechat_timeline_view_go_back (STONECHAT_TIMELINE_VIEW (STONECHAT_CONVERSATION_PAGE (widget)->timeline));
}

static void
find_action (GtkWidget *widget, const char *name, GVariant *parameter)
{
  StonechatFindBar *find = STONECHAT_FIND_BAR (STONECHAT_CONVERSATION_PAGE (widget)->find);

  if (g_str_equal (name, "conversation.find"))
    stonechat_find_bar_open (find);
  else
    stonechat_find_bar_step (find, g_str_equal (name, "conversation.find-older") ? 1 : -1);
}

/* -- what is only in the archive -------------------------------------------------------------------------------------- */

typedef struct { StonechatConversationPage *page; ChatConversation *conversation; char *id; gint64 time; } Journey;

static void
journey_free (Journey *journey)
{
  g_object_unref (journey->page);
  g_object_unref (journey->conversation);
  g_free (journey->id);
  g_free (journey);
}

G_DEFINE_AUTOPTR_CLEANUP_FUNC (Journey, journey_free)

static void
archived_found_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (Journey) journey = user_data;
  g_autoptr (GArray) places = chat_conversation_find_archived_finish (CHAT_CONVERSATION (source), result, NULL);

  if (journey->conversation != journey->page->conversation || !places || places->len == 0)
    return;
  stonechat_timeline_view_go_to (STONECHAT_TIMELINE_VIEW (journey->page->timeline), g_array_index (places, ChatFoundPlace, 0).id, TRUE);
}

static void
fetched_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  Journey *journey = user_data;
  g_autoptr (GError) error = NULL;

  if (chat_conversation_fetch_finish (CHAT_CONVERSATION (source), result, &error)) {
    chat_conversation_find_archived_async (journey->conversation, journey->id, journey->time, NULL, archived_found_cb, journey);
    return;
  }
  gtk_widget_activate_action (GTK_WIDGET (journey->page), "win.toast", "s", error->message);
  journey_free (journey);
}

/* It is fetched with what was said before and after it. */
static void
go_to_archived_action (GtkWidget *widget, const char *name, GVariant *parameter)
{
  StonechatConversationPage *self = STONECHAT_CONVERSATION_PAGE (widget);
  Journey *journey;

  if (!self->conversation)
    return;
  journey = g_new0 (Journey, 1);
  journey->page = g_object_ref (self);
  journey->conversation = g_object_ref (self->conversation);
  g_variant_get (parameter, "(xs)", &journey->time, &journey->id);
  chat_conversation_fetch_async (self->conversation, journey->time, NULL, fetched_cb, journey);
}

/* -- a day ------------------------------------------------------------------------------------------------------------ */

static void
date_chosen_cb (StonechatConversationPage *self, gint64 message)
{
  if (message)
    stonechat_timeline_view_go_to (STONECHAT_TIMELINE_VIEW (self->timeline), message, TRUE);
  else
    stonechat_timeline_view_go_to_end (STONECHAT_TIMELINE_VIEW (self->timeline));
  stonechat_conversation_page_focus_timeline (self);
}

static void
date_action (GtkWidget *widget, const char *name, GVariant *parameter)
{
  StonechatConversationPage *self = STONECHAT_CONVERSATION_PAGE (widget);

  if (!self->conversation)
    return;
  if (!self->date) {
    self->date = stonechat_date_popover_new ();
    gtk_widget_set_parent (self->date, self->scrolled);
    g_signal_connect_swapped (self->date, "chosen", G_CALLBACK (date_chosen_cb), self);
  }
  gtk_popover_set_pointing_to (GTK_POPOVER (self->date), &(GdkRectangle) { gtk_widget_get_width (self->scrolled) / 2, 0, 1, 1 });
  stonechat_date_popover_open (STONECHAT_DATE_POPOVER (self->date), self->conversation);
}

static gboolean
look_cb (gpointer user_data)
{
  StonechatConversationPage *self = user_data;

  self->look_source = 0;
  update_to_end (self);
  if (self->conversation) {
    fill_if_wanted (self);
    if (!self->place_source)
      self->place_source = g_timeout_add_seconds (PLACE_DELAY_S, place_cb, self);
  }
  look (self);
  return G_SOURCE_REMOVE;
}

/* After the frame: while it is made nothing may change. */
static void
look_soon (StonechatConversationPage *self)
{
  if (!self->look_source)
    self->look_source = g_idle_add (look_cb, self);
}

static void
may_fill_cb (StonechatConversationPage *self)
{
  self->may_fill = TRUE;
  look_soon (self);
}

static gboolean
filling_cb (gpointer user_data)
{
  StonechatConversationPage *self = user_data;

  self->filling_source = 0;
  gtk_widget_set_visible (self->filling, TRUE);
  gtk_spinner_start (GTK_SPINNER (self->spinner));
  return G_SOURCE_REMOVE;
}

static void
update_filling (StonechatConversationPage *self)
{
  gboolean filling = self->conversation && chat_conversation_get_filling (self->conversation);

  gtk_widget_action_set_enabled (GTK_WIDGET (self), "conversation.load", !filling);
  if (filling) {
    if (!self->filling_source && !gtk_widget_get_visible (self->filling))
      self->filling_source = g_timeout_add (FILLING_DELAY_MS, filling_cb, self);
    return;
  }
  g_clear_handle_id (&self->filling_source, g_source_remove);
  gtk_widget_set_visible (self->filling, FALSE);
  gtk_spinner_stop (GTK_SPINNER (self->spinner));
  look_soon (self);
}

static void
load_action (GtkWidget *widget, const char *name, GVariant *parameter)
{
  StonechatConversationPage *self = STONECHAT_CONVERSATION_PAGE (widget);
  g_autoptr (ChatMessage) above = self->conversation ? find_message (self, g_variant_get_int64 (parameter)) : NULL;

  if (self->conversation)
    chat_conversation_fill (self->conversation, above);
}

static void
to_end_cb (StonechatConversationPage *self)
{
  if (self->conversation && chat_conversation_get_unread (self->conversation) > 0)
    stonechat_timeline_view_go_on (STONECHAT_TIMELINE_VIEW (self->timeline));
  else
    stonechat_timeline_view_go_to_end (STONECHAT_TIMELINE_VIEW (self->timeline));
}

/* What one writes is looked at. */
static void
sent_cb (StonechatConversationPage *self)
{
  stonechat_timeline_view_go_to_end (STONECHAT_TIMELINE_VIEW (self->timeline));
}

/* -- actions --------------------------------------------------------------------------------------------------------- */

static void
fate_action (GtkWidget *widget, const char *name, GVariant *parameter)
{
  StonechatConversationPage *self = STONECHAT_CONVERSATION_PAGE (widget);
  g_autoptr (ChatMessage) message = self->conversation ? find_message (self, g_variant_get_int64 (parameter)) : NULL;

  if (!message)
    return;
  if (g_str_equal (name, "conversation.retry"))
    chat_conversation_retry (self->conversation, message);
  else
    chat_conversation_delete_message (self->conversation, message);
}

static void
write_action (GtkWidget *widget, const char *name, GVariant *parameter)
{
  StonechatConversationPage *self = STONECHAT_CONVERSATION_PAGE (widget);
  gint64 id = g_variant_get_int64 (parameter);
  g_autoptr (ChatMessage) message = self->conversation ? find_message (self, id) : NULL;
  const char *refusal = message ? stonechat_message_menu_refuse (self->conversation, message, name) : NULL;

  if (!message)
    return;
  if (refusal)
    gtk_widget_activate_action (widget, "win.toast", "s", refusal);
  else if (g_str_equal (name, "conversation.reply"))
    stonechat_composer_reply (STONECHAT_COMPOSER (self->composer), id);
  else
    stonechat_composer_edit (STONECHAT_COMPOSER (self->composer), id);
}

static void
mark_read_action (GtkWidget *widget, const char *name, GVariant *parameter)
{
  StonechatConversationPage *self = STONECHAT_CONVERSATION_PAGE (widget);

  if (self->conversation)
    chat_conversation_mark_read (self->conversation);
}

static void
details_action (GtkWidget *widget, const char *name, GVariant *parameter)
{
  StonechatConversationPage *self = STONECHAT_CONVERSATION_PAGE (widget);

  if (self->conversation)
    gtk_widget_activate_action (widget, "win.contact-details", "(ss)",
                                chat_account_get_address (chat_conversation_get_account (self->conversation)),
                                xmpp_jid_get_bare_string (chat_conversation_get_jid (self->conversation)));
}

/* -- the conversation ------------------------------------------------------------------------------------------------ */

ChatConversation *
stonechat_conversation_page_get_conversation (StonechatConversationPage *self)
{
  return self->conversation;
}

static void
follow_timeline (StonechatConversationPage *self)
{
  ChatTimeline *timeline = self->conversation ? chat_conversation_get_timeline (self->conversation) : NULL;

  open_timeline (self, timeline);
  if (!timeline)
    return;
  g_signal_connect_object (timeline, "items-changed", G_CALLBACK (may_fill_cb), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (timeline, "notify::loaded", G_CALLBACK (update), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (timeline, "items-changed", G_CALLBACK (update), self, G_CONNECT_SWAPPED);
}

void
stonechat_conversation_page_set_conversation (StonechatConversationPage *self, ChatConversation *conversation)
{
  if (self->conversation == conversation)
    return;
  if (self->conversation) {
    keep_place (self);
    g_signal_handlers_disconnect_by_data (self->conversation, self);
    g_signal_handlers_disconnect_by_data (chat_conversation_get_timeline (self->conversation), self);
  }
  g_set_object (&self->conversation, conversation);
  follow_timeline (self);
  stonechat_composer_set_conversation (STONECHAT_COMPOSER (self->composer), conversation);
  stonechat_find_bar_set_conversation (STONECHAT_FIND_BAR (self->find), conversation);
  stonechat_message_tools_set_conversation (STONECHAT_MESSAGE_TOOLS (self->tools), conversation);
  stonechat_pin_strip_set_conversation (STONECHAT_PIN_STRIP (self->pins), conversation);
  if (conversation) {
    g_signal_connect_object (conversation, "notify", G_CALLBACK (update), self, G_CONNECT_SWAPPED);
    g_signal_connect_object (conversation, "notify::filling", G_CALLBACK (update_filling), self, G_CONNECT_SWAPPED);
    g_signal_connect_object (conversation, "notify::unread", G_CALLBACK (update_to_end), self, G_CONNECT_SWAPPED);
    g_signal_connect_object (conversation, "notify::waiting-reason", G_CALLBACK (may_fill_cb), self, G_CONNECT_SWAPPED);
    g_signal_connect_object (conversation, "notify::timeline", G_CALLBACK (follow_timeline), self, G_CONNECT_SWAPPED);
    update (self);
    /* For the header: it may be night there. */
    if (chat_conversation_get_contact (conversation))
      chat_contact_ask_time (chat_conversation_get_contact (conversation));
  }
  stonechat_reading_show (self->reading, NULL, 0, 0);
  self->may_fill = TRUE;
  update_filling (self);
  look_soon (self);
}

void
stonechat_conversation_page_focus_composer (StonechatConversationPage *self)
{
  gtk_widget_grab_focus (self->composer);
}

void
stonechat_conversation_page_focus_timeline (StonechatConversationPage *self)
{
  gtk_widget_child_focus (self->timeline, GTK_DIR_TAB_FORWARD);
}

void
stonechat_conversation_page_focus_header (StonechatConversationPage *self)
{
  gtk_widget_grab_focus (self->chat_menu);
}

gboolean
stonechat_conversation_page_is_in_header (StonechatConversationPage *self, GtkWidget *widget)
{
  return gtk_widget_is_ancestor (widget, gtk_widget_get_ancestor (self->chat_menu, ADW_TYPE_HEADER_BAR));
}

/* A screen reader says what others write while the chat is shown: GTK can tell it since 4.14, before by a status that changes. */
static void
said_cb (StonechatConversationPage *self, const char *words)
{
#if GTK_CHECK_VERSION (4, 14, 0)
  G_GNUC_BEGIN_IGNORE_DEPRECATIONS      /* it is newer than what we may use elsewhere */
  gtk_accessible_announce (GTK_ACCESSIBLE (self->timeline), words, GTK_ACCESSIBLE_ANNOUNCEMENT_PRIORITY_MEDIUM);
  G_GNUC_END_IGNORE_DEPRECATIONS
#else
  gtk_label_set_text (GTK_LABEL (self->said), words);
#endif
}

static void
root_cb (StonechatConversationPage *self)
{
  GtkRoot *root = gtk_widget_get_root (GTK_WIDGET (self));

  if (root)
    g_signal_connect_object (root, "notify::is-active", G_CALLBACK (look_soon), self, G_CONNECT_SWAPPED);
}

static void
stonechat_conversation_page_set_property (GObject *object, guint id, const GValue *value, GParamSpec *pspec)
{
  StonechatConversationPage *self = STONECHAT_CONVERSATION_PAGE (object);

  switch (id) {
  case PROP_PROFILE:
    g_object_set_property (G_OBJECT (self->composer), "profile", value);
    g_object_set_property (G_OBJECT (self->tools), "profile", value);
    stonechat_find_bar_set_profile (STONECHAT_FIND_BAR (self->find), g_value_get_object (value));
    break;
  case PROP_SETTINGS:
    g_object_set_property (G_OBJECT (self->composer), "settings", value);
    g_object_set_property (G_OBJECT (self->tools), "settings", value);
    break;
  case PROP_CONVERSATION: stonechat_conversation_page_set_conversation (self, g_value_get_object (value)); break;
  case PROP_FOLDED:
    gtk_widget_set_visible (self->back, g_value_get_boolean (value));
    stonechat_narrow_set (ADW_HEADER_BAR (self->header), g_value_get_boolean (value));
    break;
  default: G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
  }
}

static void
stonechat_conversation_page_dispose (GObject *object)
{
  StonechatConversationPage *self = STONECHAT_CONVERSATION_PAGE (object);

  if (self->box)
    stonechat_conversation_page_set_conversation (self, NULL);
  g_clear_pointer (&self->date, gtk_widget_unparent);
  g_clear_pointer (&self->box, gtk_widget_unparent);
  g_clear_handle_id (&self->look_source, g_source_remove);
  g_clear_handle_id (&self->read_source, g_source_remove);
  g_clear_handle_id (&self->place_source, g_source_remove);
  g_clear_pointer (&self->reading, stonechat_reading_free);
  G_OBJECT_CLASS (stonechat_conversation_page_parent_class)->dispose (object);
}

static void
stonechat_conversation_page_class_init (StonechatConversationPageClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  object_class->set_property = stonechat_conversation_page_set_property;
  object_class->dispose = stonechat_conversation_page_dispose;
  g_object_class_install_property (object_class, PROP_PROFILE,
    g_param_spec_object ("profile", NULL, NULL, CHAT_TYPE_PROFILE, G_PARAM_WRITABLE | G_PARAM_STATIC_STRINGS));
  g_object_class_install_property (object_class, PROP_SETTINGS,
    g_param_spec_object ("settings", NULL, NULL, G_TYPE_SETTINGS, G_PARAM_WRITABLE | G_PARAM_STATIC_STRINGS));
  g_object_class_install_property (object_class, PROP_CONVERSATION,
    g_param_spec_object ("conversation", NULL, NULL, CHAT_TYPE_CONVERSATION, G_PARAM_WRITABLE | G_PARAM_STATIC_STRINGS));
  g_object_class_install_property (object_class, PROP_FOLDED,
    g_param_spec_boolean ("folded", NULL, NULL, FALSE, G_PARAM_WRITABLE | G_PARAM_STATIC_STRINGS));
  g_type_ensure (STONECHAT_TYPE_AVATAR);
  g_type_ensure (STONECHAT_TYPE_COMPOSER);
  g_type_ensure (STONECHAT_TYPE_FIND_BAR);
  g_type_ensure (STONECHAT_TYPE_MESSAGE_TOOLS);
  g_type_ensure (STONECHAT_TYPE_PIN_STRIP);
  g_type_ensure (STONECHAT_TYPE_TIMELINE_VIEW);
  gtk_widget_class_set_template_from_resource (widget_class, "/im/stonechat/Stonechat/ui/stonechat-conversation-page.ui");
#define BIND(child) gtk_widget_class_bind_template_child (widget_class, StonechatConversationPage, child)
  BIND (box); BIND (header); BIND (back); BIND (avatar); BIND (name); BIND (presence); BIND (strip); BIND (strip_text); BIND (strip_first);
  BIND (strip_second); BIND (timeline); BIND (scrolled); BIND (to_end); BIND (to_end_count); BIND (go_back); BIND (filling); BIND (spinner); BIND (hello); BIND (typing); BIND (waiting); BIND (composer);
  BIND (find); BIND (tools); BIND (pins); BIND (chat_menu); BIND (said);
#undef BIND
  gtk_widget_class_install_action (widget_class, "conversation.retry", "x", fate_action);
  gtk_widget_class_install_action (widget_class, "conversation.delete", "x", fate_action);
  gtk_widget_class_install_action (widget_class, "conversation.reply", "x", write_action);
  gtk_widget_class_install_action (widget_class, "conversation.edit", "x", write_action);
  gtk_widget_class_install_action (widget_class, "conversation.load", "x", load_action);
  gtk_widget_class_install_action (widget_class, "conversation.mark-read", NULL, mark_read_action);
  gtk_widget_class_install_action (widget_class, "conversation.details", NULL, details_action);
  gtk_widget_class_install_action (widget_class, "conversation.go-to", "x", go_to_action);
  gtk_widget_class_install_action (widget_class, "conversation.go-to-archived", "(xs)", go_to_archived_action);
  gtk_widget_class_install_action (widget_class, "conversation.go-back", NULL, go_back_action);
  gtk_widget_class_install_action (widget_class, "conversation.find", NULL, find_action);
  gtk_widget_class_install_action (widget_class, "conversation.find-older", NULL, find_action);
  gtk_widget_class_install_action (widget_class, "conversation.find-newer", NULL, find_action);
  gtk_widget_class_install_action (widget_class, "conversation.go-to-date", NULL, date_action);
}

static void
stonechat_conversation_page_init (StonechatConversationPage *self)
{
  self->reading = stonechat_reading_new ();
  gtk_widget_init_template (GTK_WIDGET (self));
  g_signal_connect_swapped (self->strip_first, "clicked", G_CALLBACK (strip_cb), self);
  g_signal_connect_swapped (self->strip_second, "clicked", G_CALLBACK (strip_cb), self);
  g_signal_connect_swapped (self->to_end, "clicked", G_CALLBACK (to_end_cb), self);
  g_signal_connect_swapped (self->composer, "sent", G_CALLBACK (sent_cb), self);
  g_signal_connect_swapped (self->timeline, "notify::can-go-back", G_CALLBACK (can_go_back_cb), self);
  g_signal_connect_swapped (self->timeline, "said", G_CALLBACK (said_cb), self);
  g_signal_connect_swapped (self->timeline, "moved", G_CALLBACK (look_soon), self);
  g_signal_connect_swapped (self->timeline, "unmap", G_CALLBACK (keep_place), self);
  g_signal_connect_swapped (self->timeline, "unmap", G_CALLBACK (look_soon), self);
  g_signal_connect_swapped (gtk_scrolled_window_get_vadjustment (GTK_SCROLLED_WINDOW (self->scrolled)), "value-changed", G_CALLBACK (may_fill_cb), self);
  g_signal_connect (self, "notify::root", G_CALLBACK (root_cb), NULL);
  stonechat_find_bar_set_view (STONECHAT_FIND_BAR (self->find), STONECHAT_TIMELINE_VIEW (self->timeline));
  can_go_back_cb (self);
}
