/* SPDX-License-Identifier: GPL-3.0-or-later
 * SPDX-FileCopyrightText: The Stonechat authors */
#include "stonechat-notifier.h"

#include <glib/gi18n.h>
#include <gmodule.h>
#include <gsound.h>

/* Tells of new messages from contacts: a sound, and one notification per chat, the newest message in it; none in do not
 * disturb, withdrawn when it is read. */

#define SOUND_GAP G_USEC_PER_SEC         /* at most one sound in this time (W-35) */
#define BURST_MS 200                     /* what comes within it is told of once: GIO replaces only what was answered */
#define LONGEST 300                      /* characters of a message; the rest is in the chat */

struct _StonechatNotifier {
  GObject parent_instance;
  GApplication *application;   /* holds us */
  ChatProfile *profile;
  GSettings *settings;
  gboolean is_private;         /* a profile beside the usual one */
  gboolean reads_markup;       /* the notification service takes a body as markup */
  GSoundContext *sound;        /* made for the first sound, NULL where there is none */
  __typeof__ (&gsound_context_play_simple) play;
  gboolean tried_sound;
  gint64 last_sound;
  GHashTable *waiting;         /* id → GNotification */
  guint source;
};

G_DEFINE_FINAL_TYPE (StonechatNotifier, stonechat_notifier, G_TYPE_OBJECT)

static void
capabilities_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (StonechatNotifier) self = user_data;
  g_autoptr (GVariant) answer = g_dbus_connection_call_finish (G_DBUS_CONNECTION (source), result, NULL);
  g_autofree const char **capabilities = NULL;

  if (!answer)
    return;
  g_variant_get (answer, "(^a&s)", &capabilities);
  self->reads_markup = g_strv_contains (capabilities, "body-markup");
}

static void
ask_for_capabilities (StonechatNotifier *self)
{
  g_dbus_connection_call (g_application_get_dbus_connection (self->application), "org.freedesktop.Notifications",
                          "/org/freedesktop/Notifications", "org.freedesktop.Notifications", "GetCapabilities", NULL,
                          G_VARIANT_TYPE ("(as)"), G_DBUS_CALL_FLAGS_NONE, -1, NULL, capabilities_cb, g_object_ref (self));
}

static void
has_owner_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (StonechatNotifier) self = user_data;
  g_autoptr (GVariant) answer = g_dbus_connection_call_finish (G_DBUS_CONNECTION (source), result, NULL);
  gboolean owned = FALSE;

  if (answer)
    g_variant_get (answer, "(b)", &owned);
  if (owned)
    self->reads_markup = FALSE;
  else
    ask_for_capabilities (self);
}

/* S-89: GIO hands a body on as it is. That is text for GNOME's own service, which GIO uses where it runs and the profile is
 * the usual one, and markup for most others. */
static void
ask_for_markup (StonechatNotifier *self)
{
  GDBusConnection *bus = g_application_get_dbus_connection (self->application);

  self->reads_markup = TRUE;
  if (bus && self->is_private)
    ask_for_capabilities (self);
  else if (bus)
    g_dbus_connection_call (bus, "org.freedesktop.DBus", "/org/freedesktop/DBus", "org.freedesktop.DBus", "NameHasOwner",
                            g_variant_new ("(s)", "org.gtk.Notifications"), G_VARIANT_TYPE ("(b)"), G_DBUS_CALL_FLAGS_NONE,
                            -1, NULL, has_owner_cb, g_object_ref (self));
}

/* GSound comes with seven libraries: they wait for the first sound. */
static void
load_sound (StonechatNotifier *self)
{
  GModule *library = g_module_open ("libgsound.so.0", G_MODULE_BIND_LAZY);
  __typeof__ (&gsound_context_new) new_context;

  if (!library)
    return;
  g_module_make_resident (library);
  if (g_module_symbol (library, "gsound_context_new", (gpointer *) &new_context) &&
      g_module_symbol (library, "gsound_context_play_simple", (gpointer *) &self->play))
    self->sound = new_context (NULL, NULL);
}

static void
play_sound (StonechatNotifier *self)
{
  gint64 now = g_get_monotonic_time ();

  if (self->last_sound && now - self->last_sound < SOUND_GAP)
    return;
  self->last_sound = now;
  if (!self->tried_sound)
    load_sound (self);
  self->tried_sound = TRUE;
  /* A machine without sound is no fault that anybody wants to hear of. */
  if (self->sound)
    self->play (self->sound, NULL, NULL, GSOUND_ATTR_EVENT_ID, "message-new-instant", GSOUND_ATTR_MEDIA_ROLE, "event", NULL);
}

static char *
make_id (ChatConversation *conversation)
{
  return g_strdup_printf ("message-%" G_GINT64_FORMAT "-%s", chat_account_get_id (chat_conversation_get_account (conversation)),
                          xmpp_jid_get_bare_string (chat_conversation_get_jid (conversation)));
}

/* With several accounts it says which (W-22). */
static char *
make_title (StonechatNotifier *self, ChatConversation *conversation)
{
  const char *name = chat_conversation_get_name (conversation);

  if (g_list_model_get_n_items (chat_profile_get_accounts (self->profile)) < 2)
    return g_strdup (name);
  return g_strdup_printf ("%s · %s", name, chat_account_get_name (chat_conversation_get_account (conversation)));
}

/* What lies on a desk or a lock screen may be read by others (S-95). */
static char *
make_body (StonechatNotifier *self, const char *text)
{
  g_autofree char *start = g_utf8_strlen (text, -1) > LONGEST ? g_utf8_substring (text, 0, LONGEST) : NULL;
  g_autofree char *cut = start ? g_strconcat (start, "…", NULL) : g_strdup (text);

  if (!g_settings_get_boolean (self->settings, "notification-text"))
    return g_strdup (_("New message"));
  return self->reads_markup ? g_markup_escape_text (cut, -1) : g_steal_pointer (&cut);
}

static gboolean
send_cb (gpointer user_data)
{
  StonechatNotifier *self = user_data;
  GHashTableIter iter;
  gpointer id, notification;

  self->source = 0;
  g_hash_table_iter_init (&iter, self->waiting);
  while (g_hash_table_iter_next (&iter, &id, &notification))
    g_application_send_notification (self->application, id, notification);
  g_hash_table_remove_all (self->waiting);
  return G_SOURCE_REMOVE;
}

static void
message_arrived_cb (ChatProfile *profile, ChatConversation *conversation, ChatMessage *message, gboolean from_contact, StonechatNotifier *self)
{
  g_autofree char *id = make_id (conversation), *title = make_title (self, conversation);
  g_autofree char *body = make_body (self, chat_message_get_text (message));
  g_autoptr (GNotification) notification = NULL;
  XmppAvailability availability;

  /* Strangers only show in the list (W-21); do not disturb means it. */
  g_object_get (profile, "availability", &availability, NULL);
  if (!from_contact || availability == XMPP_AVAILABILITY_DO_NOT_DISTURB)
    return;
  if (g_settings_get_boolean (self->settings, "sound"))
    play_sound (self);
  if (!g_settings_get_boolean (self->settings, "notifications"))
    return;
  notification = g_notification_new (title);
  g_notification_set_body (notification, body);
  g_notification_set_category (notification, "im.received");
  g_notification_set_default_action_and_target (notification, "app.open-conversation", "(ss)",
                                                chat_account_get_address (chat_conversation_get_account (conversation)),
                                                xmpp_jid_get_bare_string (chat_conversation_get_jid (conversation)));
  g_hash_table_replace (self->waiting, g_steal_pointer (&id), g_steal_pointer (&notification));
  if (!self->source)
    self->source = g_timeout_add (BURST_MS, send_cb, self);
}

static void
message_read_cb (ChatProfile *profile, ChatConversation *conversation, StonechatNotifier *self)
{
  g_autofree char *id = make_id (conversation);

  g_hash_table_remove (self->waiting, id);
  g_application_withdraw_notification (self->application, id);
}

StonechatNotifier *
stonechat_notifier_new (GApplication *application, ChatProfile *profile, GSettings *settings, gboolean is_private)
{
  StonechatNotifier *self = g_object_new (STONECHAT_TYPE_NOTIFIER, NULL);

  self->application = application;
  self->profile = g_object_ref (profile);
  self->settings = g_object_ref (settings);
  self->is_private = is_private;
  ask_for_markup (self);
  g_signal_connect_object (profile, "message-arrived", G_CALLBACK (message_arrived_cb), self, 0);
  g_signal_connect_object (profile, "message-read", G_CALLBACK (message_read_cb), self, 0);
  return self;
}

static void
stonechat_notifier_dispose (GObject *object)
{
  StonechatNotifier *self = STONECHAT_NOTIFIER (object);

  g_clear_handle_id (&self->source, g_source_remove);
  g_clear_pointer (&self->waiting, g_hash_table_unref);
  g_clear_object (&self->profile);
  g_clear_object (&self->settings);
  g_clear_object (&self->sound);
  G_OBJECT_CLASS (stonechat_notifier_parent_class)->dispose (object);
}

static void
stonechat_notifier_class_init (StonechatNotifierClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = stonechat_notifier_dispose;
}

static void
stonechat_notifier_init (StonechatNotifier *self)
{
  self->waiting = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_object_unref);
}
