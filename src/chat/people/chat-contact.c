/* SPDX-License-Identifier: GPL-3.0-or-later
 * SPDX-FileCopyrightText: The Stonechat authors */
#include "chat-contact-private.h"
#include "chat-error.h"
#include "xmpp-basics-module.h"
#include "xmpp-error.h"
#include "xmpp-presence-module.h"

#include <glib/gi18n-lib.h>

#define MOST_RESOURCES 100     /* a contact must not exhaust us */

/* One of the places where a contact is signed in. */
typedef struct {
  XmppAvailability availability;
  char *status;
  int priority;
  gint64 idle_since;
  guint64 order;        /* the latest wins among equals */
} Resource;

struct _ChatContact {
  GObject parent_instance;
  ChatRoster *roster;           /* not owned: the roster owns its contacts */
  ChatAccount *account;
  XmppJid *jid;
  char *name, **groups;
  XmppSubscription subscription;
  gboolean ask, approved, asked_us, blocked;
  GHashTable *resources;        /* name → Resource */
  gboolean cut_off;             /* what they are is not known just now */
  XmppAvailability availability;
  char *status_text;
  gint64 last_seen, idle_since;
  gint64 time_asked;            /* monotonic; 0: never */
  gboolean time_known;
  int time_offset;
  char *presence_line;
};

G_DEFINE_FINAL_TYPE (ChatContact, chat_contact, G_TYPE_OBJECT)

enum {
  PROP_0, PROP_ACCOUNT, PROP_JID, PROP_ADDRESS, PROP_NAME, PROP_GROUPS, PROP_SUBSCRIPTION, PROP_ASK, PROP_APPROVED, PROP_ASKED_US,
  PROP_BLOCKED,  PROP_AVAILABILITY, PROP_STATUS_TEXT, PROP_LAST_SEEN, PROP_IDLE_SINCE, PROP_TIME_KNOWN, PROP_TIME_OFFSET,
  PROP_PRESENCE_LINE, PROP_SUBSCRIPTION_LINE, N_PROPS
};
static GParamSpec *props[N_PROPS];

/* Where the subscription stands, for all nine states of RFC 6121 Appendix A. */
static const struct {
  XmppSubscription subscription;
  gboolean ask, asked_us;
  const char *line;
} lines[] = {
  { XMPP_SUBSCRIPTION_NONE, FALSE, FALSE, N_("You can’t see each other’s status yet") },
  { XMPP_SUBSCRIPTION_NONE, TRUE, FALSE, N_("You asked to see their status") },
  { XMPP_SUBSCRIPTION_NONE, FALSE, TRUE, N_("They ask to see your status") },
  { XMPP_SUBSCRIPTION_NONE, TRUE, TRUE, N_("You asked each other to see your status") },
  { XMPP_SUBSCRIPTION_TO, FALSE, FALSE, N_("They can’t see your status") },
  { XMPP_SUBSCRIPTION_TO, FALSE, TRUE, N_("You see their status, and they ask to see yours") },
  { XMPP_SUBSCRIPTION_FROM, FALSE, FALSE, N_("They see your status, but you can’t see theirs") },
  { XMPP_SUBSCRIPTION_FROM, TRUE, FALSE, N_("They see your status, and you asked to see theirs") },
  { XMPP_SUBSCRIPTION_BOTH, FALSE, FALSE, N_("You see each other’s status") },
};

static const char *const availability_words[] = {
  N_("Offline"), N_("Do not disturb"), N_("Not available"), N_("Away"), N_("Available"), N_("Free to chat"),
};

static void
resource_free (Resource *resource)
{
  g_free (resource->status);
  g_free (resource);
}

static gboolean
replace (char **text, const char *value)
{
  if (g_strcmp0 (*text, value) == 0)
    return FALSE;
  g_free (*text);
  *text = g_strdup (value);
  return TRUE;
}

const char *
chat_contact_get_subscription_line (ChatContact *self)
{
  for (guint i = 0; i < G_N_ELEMENTS (lines); i++)
    if (lines[i].subscription == self->subscription && lines[i].ask == self->ask && lines[i].asked_us == self->asked_us)
      return _(lines[i].line);
  return _(lines[8].line);   /* what was asked for beyond "both" has no meaning */
}

static gboolean
sees_presence (ChatContact *self)
{
  return self->subscription == XMPP_SUBSCRIPTION_TO || self->subscription == XMPP_SUBSCRIPTION_BOTH;
}

static char *
make_presence_line (ChatContact *self)
{
  const char *word = _(availability_words[self->availability]);

  if (self->blocked)
    return g_strdup (_("Blocked"));
  if (self->availability == XMPP_AVAILABILITY_OFFLINE && !sees_presence (self))
    return g_strdup (chat_contact_get_subscription_line (self));
  if (self->status_text && *self->status_text) {
    g_auto (GStrv) status_lines = g_strsplit (self->status_text, "\n", -1);
    g_autofree char *text = g_strjoinv (" ", status_lines);

    return g_strdup_printf ("%s · %s", word, text);
  }
  return g_strdup (word);
}

static void
update_presence_line (ChatContact *self)
{
  g_autofree char *line = make_presence_line (self);

  if (replace (&self->presence_line, line))
    g_object_notify_by_pspec (G_OBJECT (self), props[PROP_PRESENCE_LINE]);
}

ChatContact *
chat_contact_new (ChatRoster *roster, ChatAccount *account, XmppJid *jid)
{
  ChatContact *self = g_object_new (CHAT_TYPE_CONTACT, NULL);

  self->roster = roster;
  self->account = g_object_ref (account);
  self->jid = xmpp_jid_to_bare (jid);
  return self;
}

void
chat_contact_set_item (ChatContact *self, const XmppRosterItem *item)
{
  GObject *object = G_OBJECT (self);

  g_object_freeze_notify (object);
  if (replace (&self->name, item->name))
    g_object_notify_by_pspec (object, props[PROP_NAME]);
  if (!self->groups || !g_strv_equal ((const char *const *) self->groups, (const char *const *) item->groups)) {
    g_strfreev (self->groups);
    self->groups = g_strdupv (item->groups);
    g_object_notify_by_pspec (object, props[PROP_GROUPS]);
  }
  if (self->subscription != item->subscription || self->ask != item->ask || self->approved != item->approved) {
    self->subscription = item->subscription;
    self->ask = item->ask;
    self->approved = item->approved;
    for (guint prop = PROP_SUBSCRIPTION; prop <= PROP_APPROVED; prop++)
      g_object_notify_by_pspec (object, props[prop]);
    g_object_notify_by_pspec (object, props[PROP_SUBSCRIPTION_LINE]);
    if (!sees_presence (self))
      chat_contact_forget_presence (self);
  }
  update_presence_line (self);
  g_object_thaw_notify (object);
}

void
chat_contact_update_blocked (ChatContact *self)
{
  gboolean blocked = chat_blocks_is_blocked (chat_roster_get_blocks (self->roster), chat_account_get_id (self->account), self->jid);

  if (self->blocked == blocked)
    return;
  self->blocked = blocked;
  g_object_notify_by_pspec (G_OBJECT (self), props[PROP_BLOCKED]);
  update_presence_line (self);
}

void
chat_contact_set_asked_us (ChatContact *self, gboolean asked_us)
{
  if (self->asked_us == asked_us)
    return;
  self->asked_us = asked_us;
  g_object_notify_by_pspec (G_OBJECT (self), props[PROP_ASKED_US]);
  g_object_notify_by_pspec (G_OBJECT (self), props[PROP_SUBSCRIPTION_LINE]);
  update_presence_line (self);
}

void
chat_contact_set_last_known (ChatContact *self, const char *status_text, gint64 last_seen)
{
  self->last_seen = last_seen;
  if (replace (&self->status_text, status_text))
    g_object_notify_by_pspec (G_OBJECT (self), props[PROP_STATUS_TEXT]);
  update_presence_line (self);
}

static gboolean
is_better (const Resource *one, const Resource *other)
{
  if (other == NULL)
    return TRUE;
  if (one->priority != other->priority)
    return one->priority > other->priority;
  if (one->availability != other->availability)
    return one->availability > other->availability;
  return one->order > other->order;
}

static void
choose_best (ChatContact *self)
{
  const Resource *best = NULL;
  GHashTableIter iter;
  gpointer resource;
  GObject *object = G_OBJECT (self);

  g_hash_table_iter_init (&iter, self->resources);
  while (!self->cut_off && g_hash_table_iter_next (&iter, NULL, &resource))
    if (is_better (resource, best))
      best = resource;
  g_object_freeze_notify (object);
  if (best || self->availability != XMPP_AVAILABILITY_OFFLINE) {
    if (self->availability != (best ? best->availability : XMPP_AVAILABILITY_OFFLINE)) {
      self->availability = best ? best->availability : XMPP_AVAILABILITY_OFFLINE;
      g_object_notify_by_pspec (object, props[PROP_AVAILABILITY]);
    }
    if (best && replace (&self->status_text, best->status))
      g_object_notify_by_pspec (object, props[PROP_STATUS_TEXT]);
  }
  if (self->idle_since != (best ? best->idle_since : 0)) {
    self->idle_since = best ? best->idle_since : 0;
    g_object_notify_by_pspec (object, props[PROP_IDLE_SINCE]);
  }
  update_presence_line (self);
  g_object_thaw_notify (object);
}

gboolean
chat_contact_take_presence (ChatContact *self, const XmppPresenceStanza *presence)
{
  static guint64 order;
  const char *name = xmpp_jid_get_resource (presence->from);

  if (presence->type == XMPP_PRESENCE_AVAILABLE) {
    Resource *resource;

    if (g_hash_table_size (self->resources) >= MOST_RESOURCES && !g_hash_table_contains (self->resources, name ? name : ""))
      return FALSE;
    resource = g_new0 (Resource, 1);

    resource->availability = presence->availability;
    resource->status = g_strdup (presence->status);
    resource->priority = presence->priority;
    resource->idle_since = presence->idle_since;
    resource->order = ++order;
    g_hash_table_replace (self->resources, g_strdup (name ? name : ""), resource);
  } else if (name && presence->type != XMPP_PRESENCE_ERROR) {
    g_hash_table_remove (self->resources, name);
  } else {
    g_hash_table_remove_all (self->resources);   /* from the bare address, or an error: none is there */
  }
  if (g_hash_table_size (self->resources) == 0) {
    self->last_seen = presence->delay ? presence->delay : g_get_real_time ();
    g_object_notify_by_pspec (G_OBJECT (self), props[PROP_LAST_SEEN]);
    if (replace (&self->status_text, presence->status))
      g_object_notify_by_pspec (G_OBJECT (self), props[PROP_STATUS_TEXT]);
  }
  choose_best (self);
  return TRUE;
}

void
chat_contact_forget_presence (ChatContact *self)
{
  g_hash_table_remove_all (self->resources);
  choose_best (self);
}

void
chat_contact_set_cut_off (ChatContact *self, gboolean cut_off)
{
  if (self->cut_off == cut_off)
    return;
  self->cut_off = cut_off;
  if (g_hash_table_size (self->resources) > 0)
    choose_best (self);
}

ChatAccount *chat_contact_get_account (ChatContact *self) { return self->account; }
XmppJid *chat_contact_get_jid (ChatContact *self) { return self->jid; }
XmppSubscription chat_contact_get_subscription (ChatContact *self) { return self->subscription; }
gboolean chat_contact_get_ask (ChatContact *self) { return self->ask; }
gboolean chat_contact_get_asked_us (ChatContact *self) { return self->asked_us; }
gboolean chat_contact_get_blocked (ChatContact *self) { return self->blocked; }
gboolean chat_contact_get_approved (ChatContact *self) { return self->approved; }
XmppAvailability chat_contact_get_availability (ChatContact *self) { return self->availability; }
const char *chat_contact_get_status_text (ChatContact *self) { return self->status_text; }
const char *chat_contact_get_presence_line (ChatContact *self) { return self->presence_line; }
const char *chat_contact_get_roster_name (ChatContact *self) { return self->name; }
gint64 chat_contact_get_last_seen (ChatContact *self) { return self->last_seen; }
gint64 chat_contact_get_idle_since (ChatContact *self) { return self->idle_since; }

const char *
chat_contact_get_name (ChatContact *self)
{
  if (self->name && *self->name)
    return self->name;
  return xmpp_jid_get_local (self->jid) ? xmpp_jid_get_local (self->jid) : xmpp_jid_get_string (self->jid);
}

const char *const *
chat_contact_get_groups (ChatContact *self)
{
  static const char *const none[] = { NULL };

  return self->groups ? (const char *const *) self->groups : none;
}

/* -- their time ------------------------------------------------------------------------------------------------------ */

gboolean
chat_contact_get_time_offset (ChatContact *self, int *minutes)
{
  *minutes = self->time_offset;
  return self->time_known;
}

static void
time_asked_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (ChatContact) self = user_data;
  int minutes;

  /* Who does not say it now may have said it before. */
  if (!xmpp_time_module_ask_finish (XMPP_TIME_MODULE (source), result, &minutes, NULL))
    return;
  g_object_freeze_notify (G_OBJECT (self));
  if (self->time_offset != minutes || !self->time_known) {
    self->time_offset = minutes;
    g_object_notify_by_pspec (G_OBJECT (self), props[PROP_TIME_OFFSET]);
  }
  if (!self->time_known) {
    self->time_known = TRUE;
    g_object_notify_by_pspec (G_OBJECT (self), props[PROP_TIME_KNOWN]);
  }
  g_object_thaw_notify (G_OBJECT (self));
}

static const char *
find_best_name (ChatContact *self)
{
  const Resource *best = NULL;
  const char *found = NULL;
  GHashTableIter iter;
  gpointer name, resource;

  g_hash_table_iter_init (&iter, self->resources);
  while (g_hash_table_iter_next (&iter, &name, &resource)) {
    if (is_better (resource, best)) {
      best = resource;
      found = name;
    }
  }
  return found;
}

void
chat_contact_ask_time (ChatContact *self)
{
  XmppSession *session = self->roster ? chat_roster_get_session (self->roster, self->account) : NULL;
  const char *name = self->cut_off ? NULL : find_best_name (self);
  gint64 now = g_get_monotonic_time ();
  g_autoptr (XmppJid) to = NULL;
  g_autofree char *address = NULL;

  if (!session || !name || *name == '\0' || self->subscription != XMPP_SUBSCRIPTION_BOTH
      || (self->time_asked != 0 && now - self->time_asked < G_TIME_SPAN_HOUR))
    return;
  address = g_strconcat (xmpp_jid_get_string (self->jid), "/", name, NULL);
  to = xmpp_jid_new_lenient (address, NULL);
  if (!to || !xmpp_session_get_module (session, XMPP_TYPE_TIME_MODULE))
    return;
  self->time_asked = now;
  xmpp_time_module_ask_async (xmpp_session_get_module (session, XMPP_TYPE_TIME_MODULE), to, NULL, time_asked_cb, g_object_ref (self));
}

/* -- the subscription ------------------------------------------------------------------------------------------------ */

guint
chat_contact_get_actions (ChatContact *self, ChatSubscriptionAction actions[8])
{
  gboolean sees = sees_presence (self);
  gboolean shows = self->subscription == XMPP_SUBSCRIPTION_FROM || self->subscription == XMPP_SUBSCRIPTION_BOTH;
  guint n = 0;

  if (self->asked_us && !shows) {
    actions[n++] = CHAT_SUBSCRIPTION_ACCEPT;
    actions[n++] = CHAT_SUBSCRIPTION_DECLINE;
  }
  if (!sees && self->ask) {
    actions[n++] = CHAT_SUBSCRIPTION_ASK_AGAIN;
    actions[n++] = CHAT_SUBSCRIPTION_WITHDRAW;
  } else if (!sees) {
    actions[n++] = CHAT_SUBSCRIPTION_ASK;
  } else {
    actions[n++] = CHAT_SUBSCRIPTION_STOP_SEEING;
  }
  if (shows)
    actions[n++] = CHAT_SUBSCRIPTION_STOP_SHOWING;
  else if (!self->asked_us && !self->approved)
    actions[n++] = CHAT_SUBSCRIPTION_PREAPPROVE;
  return n;
}

const char *
chat_subscription_action_get_label (ChatSubscriptionAction action)
{
  static const char *const labels[] = {
    N_("Ask"), N_("Ask Again"), N_("Withdraw Request"), N_("Accept"), N_("Decline"), N_("Stop Showing My Status"),
    N_("Stop Seeing Their Status"), N_("Allow in Advance"),
  };

  return _(labels[action]);
}

void
chat_contact_do_action (ChatContact *self, ChatSubscriptionAction action)
{
  XmppSession *session = chat_roster_get_session (self->roster, self->account);
  XmppPresenceModule *presence = session ? xmpp_session_get_module (session, XMPP_TYPE_PRESENCE_MODULE) : NULL;

  if (!presence)
    return;
  switch (action) {
  case CHAT_SUBSCRIPTION_ASK:
  case CHAT_SUBSCRIPTION_ASK_AGAIN:
    xmpp_presence_module_subscribe (presence, self->jid, NULL);
    break;
  case CHAT_SUBSCRIPTION_WITHDRAW:
  case CHAT_SUBSCRIPTION_STOP_SEEING:
    xmpp_presence_module_unsubscribe (presence, self->jid);
    break;
  case CHAT_SUBSCRIPTION_ACCEPT:
    xmpp_presence_module_approve (presence, self->jid);
    chat_roster_forget_request (self->roster, self->account, self->jid);
    break;
  case CHAT_SUBSCRIPTION_DECLINE:
    xmpp_presence_module_deny (presence, self->jid);
    chat_roster_forget_request (self->roster, self->account, self->jid);
    break;
  case CHAT_SUBSCRIPTION_STOP_SHOWING:
    xmpp_presence_module_deny (presence, self->jid);
    break;
  case CHAT_SUBSCRIPTION_PREAPPROVE:
    xmpp_presence_module_approve (presence, self->jid);
    break;
  default:
    g_return_if_reached ();
  }
}

/* -- changes on the server's roster ---------------------------------------------------------------------------------- */

static void
changed_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = user_data;
  GError *error = NULL;

  if (xmpp_roster_module_set_finish (XMPP_ROSTER_MODULE (source), result, &error))
    g_task_return_boolean (task, TRUE);
  else
    g_task_return_error (task, error);
}

static XmppRosterModule *
begin_change (ChatContact *self, GTask *task)
{
  XmppSession *session = chat_roster_get_session (self->roster, self->account);

  if (session)
    return xmpp_session_get_module (session, XMPP_TYPE_ROSTER_MODULE);
  g_task_return_new_error (task, XMPP_ERROR, XMPP_ERROR_NOT_CONNECTED, "Not connected");
  g_object_unref (task);
  return NULL;
}

void
chat_contact_rename_async (ChatContact *self, const char *name, GCancellable *cancellable, GAsyncReadyCallback callback, gpointer user_data)
{
  GTask *task = g_task_new (self, cancellable, callback, user_data);
  XmppRosterModule *roster = begin_change (self, task);
  XmppRosterItem item = { .jid = self->jid, .name = (char *) name, .groups = self->groups };

  if (roster)
    xmpp_roster_module_set_async (roster, &item, cancellable, changed_cb, task);
}

void
chat_contact_set_groups_async (ChatContact *self, const char *const *groups, GCancellable *cancellable, GAsyncReadyCallback callback, gpointer user_data)
{
  GTask *task = g_task_new (self, cancellable, callback, user_data);
  XmppRosterModule *roster = begin_change (self, task);
  XmppRosterItem item = { .jid = self->jid, .name = self->name, .groups = (char **) groups };

  if (roster)
    xmpp_roster_module_set_async (roster, &item, cancellable, changed_cb, task);
}

void
chat_contact_remove_async (ChatContact *self, GCancellable *cancellable, GAsyncReadyCallback callback, gpointer user_data)
{
  GTask *task = g_task_new (self, cancellable, callback, user_data);
  XmppRosterModule *roster = begin_change (self, task);

  if (roster)
    xmpp_roster_module_remove_async (roster, self->jid, cancellable, changed_cb, task);
}

gboolean
chat_contact_change_finish (ChatContact *self, GAsyncResult *result, GError **error)
{
  return g_task_propagate_boolean (G_TASK (result), error);
}

static void
chat_contact_get_property (GObject *object, guint id, GValue *value, GParamSpec *pspec)
{
  ChatContact *self = CHAT_CONTACT (object);

  switch (id) {
  case PROP_ACCOUNT: g_value_set_object (value, self->account); break;
  case PROP_JID: g_value_set_boxed (value, self->jid); break;
  case PROP_ADDRESS: g_value_set_string (value, xmpp_jid_get_string (self->jid)); break;
  case PROP_NAME: g_value_set_string (value, chat_contact_get_name (self)); break;
  case PROP_GROUPS: g_value_set_boxed (value, chat_contact_get_groups (self)); break;
  case PROP_SUBSCRIPTION: g_value_set_enum (value, self->subscription); break;
  case PROP_ASK: g_value_set_boolean (value, self->ask); break;
  case PROP_APPROVED: g_value_set_boolean (value, self->approved); break;
  case PROP_ASKED_US: g_value_set_boolean (value, self->asked_us); break;
  case PROP_BLOCKED: g_value_set_boolean (value, self->blocked); break;
  case PROP_AVAILABILITY: g_value_set_enum (value, self->availability); break;
  case PROP_STATUS_TEXT: g_value_set_string (value, self->status_text); break;
  case PROP_LAST_SEEN: g_value_set_int64 (value, self->last_seen); break;
  case PROP_IDLE_SINCE: g_value_set_int64 (value, self->idle_since); break;
  case PROP_TIME_KNOWN: g_value_set_boolean (value, self->time_known); break;
  case PROP_TIME_OFFSET: g_value_set_int (value, self->time_offset); break;
  case PROP_PRESENCE_LINE: g_value_set_string (value, self->presence_line); break;
  case PROP_SUBSCRIPTION_LINE: g_value_set_string (value, chat_contact_get_subscription_line (self)); break;
  default: G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
  }
}

static void
chat_contact_finalize (GObject *object)
{
  ChatContact *self = CHAT_CONTACT (object);

  g_clear_object (&self->account);
  g_clear_pointer (&self->jid, xmpp_jid_unref);
  g_hash_table_unref (self->resources);
  g_strfreev (self->groups);
  g_free (self->name);
  g_free (self->status_text);
  g_free (self->presence_line);
  G_OBJECT_CLASS (chat_contact_parent_class)->finalize (object);
}

static void
chat_contact_class_init (ChatContactClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GParamFlags read = G_PARAM_READABLE | G_PARAM_STATIC_STRINGS | G_PARAM_EXPLICIT_NOTIFY;

  object_class->get_property = chat_contact_get_property;
  object_class->finalize = chat_contact_finalize;
  props[PROP_ACCOUNT] = g_param_spec_object ("account", NULL, NULL, CHAT_TYPE_ACCOUNT, read);
  props[PROP_JID] = g_param_spec_boxed ("jid", NULL, NULL, XMPP_TYPE_JID, read);
  props[PROP_ADDRESS] = g_param_spec_string ("address", NULL, NULL, NULL, read);
  props[PROP_NAME] = g_param_spec_string ("name", NULL, NULL, NULL, read);
  props[PROP_GROUPS] = g_param_spec_boxed ("groups", NULL, NULL, G_TYPE_STRV, read);
  props[PROP_SUBSCRIPTION] = g_param_spec_enum ("subscription", NULL, NULL, XMPP_TYPE_SUBSCRIPTION, XMPP_SUBSCRIPTION_NONE, read);
  props[PROP_ASK] = g_param_spec_boolean ("ask", NULL, NULL, FALSE, read);
  props[PROP_APPROVED] = g_param_spec_boolean ("approved", NULL, NULL, FALSE, read);
  props[PROP_ASKED_US] = g_param_spec_boolean ("asked-us", NULL, NULL, FALSE, read);
  props[PROP_BLOCKED] = g_param_spec_boolean ("blocked", NULL, NULL, FALSE, read);
  props[PROP_AVAILABILITY] = g_param_spec_enum ("availability", NULL, NULL, XMPP_TYPE_AVAILABILITY, XMPP_AVAILABILITY_OFFLINE, read);
  props[PROP_STATUS_TEXT] = g_param_spec_string ("status-text", NULL, NULL, NULL, read);
  props[PROP_LAST_SEEN] = g_param_spec_int64 ("last-seen", NULL, NULL, 0, G_MAXINT64, 0, read);
  props[PROP_IDLE_SINCE] = g_param_spec_int64 ("idle-since", NULL, NULL, 0, G_MAXINT64, 0, read);
  props[PROP_TIME_KNOWN] = g_param_spec_boolean ("time-known", NULL, NULL, FALSE, read);
  props[PROP_TIME_OFFSET] = g_param_spec_int ("time-offset", NULL, NULL, -14 * 60 - 59, 14 * 60 + 59, 0, read);
  props[PROP_PRESENCE_LINE] = g_param_spec_string ("presence-line", NULL, NULL, NULL, read);
  props[PROP_SUBSCRIPTION_LINE] = g_param_spec_string ("subscription-line", NULL, NULL, NULL, read);
  g_object_class_install_properties (object_class, N_PROPS, props);
}

static void
chat_contact_init (ChatContact *self)
{
  self->resources = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, (GDestroyNotify) resource_free);
}
