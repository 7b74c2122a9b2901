/* SPDX-License-Identifier: GPL-3.0-or-later
 * SPDX-FileCopyrightText: The Stonechat authors */
#include "fake-session.h"

#include "xmpp-error.h"
#include "xmpp-ns.h"

struct _XmppSession {
  GObject parent_instance;
  XmppJid *account;
  XmppMessageModule *module;
  FakeArchive *archive;     /* nullable */
  FakeDisplayed *displayed;
  gboolean stream_management, refuse;
  XmppSessionState state;
  GPtrArray *sent;
  GQueue unacknowledged;
  GArray *released;
  GTask *iq;
  guint handled;
  guint max_bytes;
};

struct _XmppMessageModule { XmppModule parent_instance; };

G_DEFINE_FINAL_TYPE (XmppSession, xmpp_session, G_TYPE_OBJECT)
G_DEFINE_TYPE (XmppModule, xmpp_module, G_TYPE_OBJECT)
G_DEFINE_FINAL_TYPE (XmppMessageModule, xmpp_message_module, XMPP_TYPE_MODULE)

static guint message_signal;

static void
xmpp_module_class_init (XmppModuleClass *klass)
{
}

static void
xmpp_module_init (XmppModule *self)
{
}

static void
xmpp_message_module_class_init (XmppMessageModuleClass *klass)
{
  message_signal = g_signal_new ("message", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                                 G_TYPE_NONE, 3, G_TYPE_POINTER, XMPP_TYPE_ELEMENT, G_TYPE_UINT64);
}

static void
xmpp_message_module_init (XmppMessageModule *self)
{
}

static void
xmpp_session_finalize (GObject *object)
{
  XmppSession *self = (XmppSession *) object;

  xmpp_jid_unref (self->account);
  g_object_unref (self->module);
  g_clear_object (&self->archive);
  g_object_unref (self->displayed);
  g_ptr_array_unref (self->sent);
  g_queue_clear_full (&self->unacknowledged, (GDestroyNotify) xmpp_element_unref);
  g_array_unref (self->released);
  g_clear_object (&self->iq);
  G_OBJECT_CLASS (xmpp_session_parent_class)->finalize (object);
}

static void
xmpp_session_get_property (GObject *object, guint id, GValue *value, GParamSpec *pspec)
{
  g_value_set_int (value, ((XmppSession *) object)->state);
}

static void
xmpp_session_class_init (XmppSessionClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GType type = G_TYPE_FROM_CLASS (klass);

  object_class->finalize = xmpp_session_finalize;
  object_class->get_property = xmpp_session_get_property;
  g_object_class_install_property (object_class, 1, g_param_spec_int ("state", NULL, NULL, 0, 3, 0, G_PARAM_READABLE));
  g_signal_new ("acknowledged", type, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 1, G_TYPE_STRING);
  g_signal_new ("disconnected", type, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 1, G_TYPE_ERROR);
  g_signal_new ("unacknowledged", type, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 1, XMPP_TYPE_ELEMENT);
}

static void
xmpp_session_init (XmppSession *self)
{
  self->module = g_object_new (XMPP_TYPE_MESSAGE_MODULE, NULL);
  self->displayed = fake_displayed_new ();
  self->sent = g_ptr_array_new_with_free_func ((GDestroyNotify) xmpp_element_unref);
  self->released = g_array_new (FALSE, FALSE, sizeof (guint64));
  g_queue_init (&self->unacknowledged);
}

/* -- what the chat layer calls -------------------------------------------------------------------------------------- */

gpointer
xmpp_session_get_module (XmppSession *self, GType type)
{
  if (type == XMPP_TYPE_ARCHIVE_MODULE)
    return self->archive;
  if (type == XMPP_TYPE_DISPLAYED_MODULE)
    return self->displayed;
  return type == XMPP_TYPE_MESSAGE_MODULE ? self->module : NULL;
}

XmppJid *
xmpp_session_get_account (XmppSession *self)
{
  return self->account;
}

void
xmpp_session_probe (XmppSession *self, guint timeout_ms)
{
}

guint
xmpp_session_get_max_bytes (XmppSession *self)
{
  return self->max_bytes;
}

XmppSessionState
xmpp_session_get_state (XmppSession *self)
{
  return self->state;
}

gboolean
xmpp_session_send (XmppSession *self, XmppElement *stanza)
{
  if (self->state != XMPP_SESSION_ONLINE || self->refuse)
    return FALSE;
  g_ptr_array_add (self->sent, xmpp_element_ref (stanza));
  if (self->stream_management)
    g_queue_push_tail (&self->unacknowledged, xmpp_element_ref (stanza));
  return TRUE;
}

void
xmpp_session_send_iq_async (XmppSession *self, XmppElement *iq, guint timeout_ms, GCancellable *cancellable,
                            GAsyncReadyCallback callback, gpointer user_data)
{
  g_assert_null (self->iq);
  self->iq = g_task_new (self, NULL, callback, user_data);
}

XmppElement *
xmpp_session_send_iq_finish (XmppSession *self, GAsyncResult *result, GError **error)
{
  return g_task_propagate_pointer (G_TASK (result), error);
}

void
xmpp_session_forget (XmppSession *self)
{
  fake_session_lose (self);
}

void
xmpp_session_release (XmppSession *self, guint64 ticket)
{
  g_array_append_val (self->released, ticket);
  self->handled++;
}

void
xmpp_session_commit (XmppSession *self, guint64 ticket, gboolean commit)
{
  self->handled += commit ? 1 : -1;
}

guint64
xmpp_session_get_sm_mark (XmppSession *self)
{
  return self->handled;
}

void
xmpp_session_kept (XmppSession *self, guint64 mark)
{
}

XmppElement *
xmpp_session_dup_sm_state (XmppSession *self)
{
  g_autofree char *handled = g_strdup_printf ("%u", self->handled);
  XmppElement *state;

  if (!self->stream_management)
    return NULL;
  state = xmpp_element_new ("urn:test", "state");
  xmpp_element_set_attribute (state, "h", handled);
  for (GList *l = self->unacknowledged.head; l != NULL; l = l->next)
    xmpp_element_take_child (state, xmpp_element_copy (l->data));
  return state;
}

void
xmpp_session_set_sm_state (XmppSession *self, XmppElement *state)
{
  for (guint i = 0; i < xmpp_element_get_n_children (state); i++)
    g_queue_push_tail (&self->unacknowledged, xmpp_element_copy (xmpp_element_get_child (state, i)));
}

/* -- what the tests call -------------------------------------------------------------------------------------------- */

XmppSession *
fake_session_new (const char *account, gboolean stream_management)
{
  XmppSession *self = g_object_new (xmpp_session_get_type (), NULL);

  self->account = xmpp_jid_new (account, NULL);
  self->stream_management = stream_management;
  return self;
}

void
fake_session_set_max_bytes (XmppSession *self, guint bytes)
{
  self->max_bytes = bytes;
}

void
fake_session_set_online (XmppSession *self, gboolean online)
{
  self->state = online ? XMPP_SESSION_ONLINE : XMPP_SESSION_OFFLINE;
  g_object_notify (G_OBJECT (self), "state");
  if (!online && self->iq != NULL) {
    g_autoptr (GTask) task = g_steal_pointer (&self->iq);
    g_task_return_new_error (task, XMPP_ERROR, XMPP_ERROR_NOT_CONNECTED, "gone");
  }
}

GPtrArray *
fake_session_get_sent (XmppSession *self)
{
  return self->sent;
}

GArray *
fake_session_get_released (XmppSession *self)
{
  return self->released;
}

void
fake_session_acknowledge (XmppSession *self, guint n)
{
  for (guint i = 0; i < n; i++) {
    g_autoptr (XmppElement) stanza = g_queue_pop_head (&self->unacknowledged);
    g_assert_nonnull (stanza);
    g_signal_emit_by_name (self, "acknowledged", xmpp_element_get_attribute (stanza, "id"));
  }
}

void
fake_session_lose (XmppSession *self)
{
  for (XmppElement *stanza; (stanza = g_queue_pop_head (&self->unacknowledged)) != NULL; xmpp_element_unref (stanza))
    g_signal_emit_by_name (self, "unacknowledged", stanza);
}

void
fake_session_disconnect (XmppSession *self, gboolean resumable, GQuark domain, int code, const char *text)
{
  g_autoptr (GError) error = g_error_new_literal (domain, code, text);

  self->state = XMPP_SESSION_OFFLINE;
  if (!resumable)
    fake_session_lose (self);
  fake_session_set_online (self, FALSE);
  g_signal_emit_by_name (self, "disconnected", error);
}

void
fake_session_set_archive (XmppSession *self, FakeArchive *archive)
{
  g_set_object (&self->archive, archive);
}

FakeDisplayed *
fake_session_get_displayed (XmppSession *self)
{
  return self->displayed;
}

void
fake_session_refuse (XmppSession *self, gboolean refuse)
{
  self->refuse = refuse;
}

gboolean
fake_session_answer_iq (XmppSession *self, const GError *error)
{
  g_autoptr (GTask) task = g_steal_pointer (&self->iq);

  if (task == NULL)
    return FALSE;
  if (error != NULL)
    g_task_return_error (task, g_error_copy (error));
  else
    g_task_return_pointer (task, xmpp_element_new (XMPP_NS_CLIENT, "iq"), (GDestroyNotify) xmpp_element_unref);
  return TRUE;
}

void
fake_session_deliver (XmppSession *self, XmppMessage *message, const char *stanza, guint64 ticket)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (XmppElement) element = xmpp_element_parse (stanza != NULL ? stanza : "<message xmlns='jabber:client'/>", -1, &error);

  g_assert_no_error (error);
  g_signal_emit (self->module, message_signal, 0, message, element, ticket);
}

/* -- people --------------------------------------------------------------------------------------------------------- */

struct _FakePerson {
  GObject parent_instance;
  GValue values[10];
};

G_DEFINE_FINAL_TYPE (FakePerson, fake_person, G_TYPE_OBJECT)

static void
fake_person_finalize (GObject *object)
{
  for (guint i = 1; i < 10; i++)
    g_value_unset (&FAKE_PERSON (object)->values[i]);
  G_OBJECT_CLASS (fake_person_parent_class)->finalize (object);
}

static void
fake_person_set_property (GObject *object, guint id, const GValue *value, GParamSpec *pspec)
{
  g_value_copy (value, &FAKE_PERSON (object)->values[id]);
}

static void
fake_person_get_property (GObject *object, guint id, GValue *value, GParamSpec *pspec)
{
  g_value_copy (&FAKE_PERSON (object)->values[id], value);
}

static void
fake_person_class_init (FakePersonClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GParamSpec *props[] = {
    NULL,
    g_param_spec_object ("account", NULL, NULL, G_TYPE_OBJECT, G_PARAM_READWRITE),
    g_param_spec_boxed ("jid", NULL, NULL, XMPP_TYPE_JID, G_PARAM_READWRITE),
    g_param_spec_string ("name", NULL, NULL, NULL, G_PARAM_READWRITE),
    g_param_spec_enum ("availability", NULL, NULL, XMPP_TYPE_AVAILABILITY, 0, G_PARAM_READWRITE),
    g_param_spec_string ("presence-line", NULL, NULL, NULL, G_PARAM_READWRITE),
    g_param_spec_enum ("subscription", NULL, NULL, XMPP_TYPE_SUBSCRIPTION, 0, G_PARAM_READWRITE),
    g_param_spec_int64 ("id", NULL, NULL, 0, G_MAXINT64, 0, G_PARAM_READWRITE),
    g_param_spec_int ("state", NULL, NULL, 0, 10, 0, G_PARAM_READWRITE),
    g_param_spec_string ("status-line", NULL, NULL, NULL, G_PARAM_READWRITE),
  };

  object_class->finalize = fake_person_finalize;
  object_class->set_property = fake_person_set_property;
  object_class->get_property = fake_person_get_property;
  g_object_class_install_properties (object_class, G_N_ELEMENTS (props), props);
}

static void
fake_person_init (FakePerson *self)
{
  const GType types[] = { 0, G_TYPE_OBJECT, XMPP_TYPE_JID, G_TYPE_STRING, XMPP_TYPE_AVAILABILITY, G_TYPE_STRING,
                          XMPP_TYPE_SUBSCRIPTION, G_TYPE_INT64, G_TYPE_INT, G_TYPE_STRING };

  for (guint i = 1; i < G_N_ELEMENTS (types); i++)
    g_value_init (&self->values[i], types[i]);
}
