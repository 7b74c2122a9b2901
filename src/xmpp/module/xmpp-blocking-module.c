/* SPDX-License-Identifier: GPL-3.0-or-later
 * SPDX-FileCopyrightText: The Stonechat authors */
#include "xmpp-blocking-module.h"
#include "xmpp-error.h"
#include "xmpp-ns.h"
#include "xmpp-server-module.h"

/* The server pushes changes only to who asked for the list (XEP-0191 §3.3), so it is asked for at each bind. A change is
 * applied when the server says that it is done, by its answer or its push, whichever comes first. */

#define ANSWER_TIMEOUT_MS 30000

typedef enum { UNKNOWN, ASKED, KNOWN } State;

struct _XmppBlockingModule {
  XmppModule parent_instance;
  XmppBlockList *list;
  State state;              /* of this bind's list */
  guint bind;               /* counts them: a late answer is not for this one */
};

typedef struct { XmppBlockingModule *module; guint bind; } Question;

G_DEFINE_FINAL_TYPE (XmppBlockingModule, xmpp_blocking_module, XMPP_TYPE_MODULE)

enum { CHANGED, RECEIVED, N_SIGNALS };
static guint signals[N_SIGNALS];

static const char *const reasons[] = { "urn:xmpp:reporting:spam", "urn:xmpp:reporting:abuse" };

/* -- the list -------------------------------------------------------------------------------------------------------- */

static void
set_list (XmppBlockingModule *self, XmppBlockList *list)
{
  gboolean same = xmpp_block_list_equal (list, self->list);

  xmpp_block_list_free (self->list);
  self->list = list;
  if (!same)
    g_signal_emit (self, signals[CHANGED], 0);
}

static void
apply (XmppBlockingModule *self, XmppElement *change)
{
  g_autoptr (XmppBlockList) others = xmpp_block_list_parse (change);
  const char *const nobody[] = { NULL };

  if (g_str_equal (xmpp_element_get_name (change), "unblock") && xmpp_element_get_n_children (change) == 0)
    set_list (self, xmpp_block_list_new (nobody));      /* all, §3.5 */
  else if (g_str_equal (xmpp_element_get_name (change), "block") ? xmpp_block_list_add (self->list, others)
                                                                 : xmpp_block_list_remove (self->list, others))
    g_signal_emit (self, signals[CHANGED], 0);
}

/* S-11: the table says that only our own account is heard. */
static gboolean
push_cb (XmppModule *module, XmppElement *stanza, XmppElement *change, XmppJid *from)
{
  xmpp_module_reply (module, stanza, NULL);
  apply (XMPP_BLOCKING_MODULE (module), change);
  return TRUE;
}

/**
 * xmpp_blocking_module_get_list:
 *
 * Returns: (transfer none): who is blocked, as far as one knows
 */
XmppBlockList *
xmpp_blocking_module_get_list (XmppBlockingModule *self)
{
  return self->list;
}

/**
 * xmpp_blocking_module_load:
 * @items: addresses; what is none changes nothing
 *
 * Says what was blocked when this was last known.
 */
void
xmpp_blocking_module_load (XmppBlockingModule *self, const char *const *items)
{
  set_list (self, xmpp_block_list_new (items));
}

/* -- asking ---------------------------------------------------------------------------------------------------------- */

static gboolean
has_feature (XmppBlockingModule *self, const char *feature)
{
  XmppSession *session = xmpp_module_get_session (XMPP_MODULE (self));

  return xmpp_server_module_has_feature (xmpp_session_get_module (session, XMPP_TYPE_SERVER_MODULE), FALSE, feature);
}

/**
 * xmpp_blocking_module_get_available:
 *
 * Returns: whether the server can block, XEP-0191 §3.1
 */
gboolean
xmpp_blocking_module_get_available (XmppBlockingModule *self)
{
  return has_feature (self, XMPP_NS_BLOCKING);
}

/**
 * xmpp_blocking_module_get_reports:
 *
 * Returns: whether the server takes a report with a block, XEP-0377 §3
 */
gboolean
xmpp_blocking_module_get_reports (XmppBlockingModule *self)
{
  return has_feature (self, XMPP_NS_BLOCKING) && has_feature (self, XMPP_NS_REPORTING);
}

static void
list_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autofree Question *question = user_data;
  g_autoptr (XmppBlockingModule) self = question->module;
  g_autoptr (GError) error = NULL;
  g_autoptr (XmppElement) answer = xmpp_session_send_iq_finish (XMPP_SESSION (source), result, &error);
  XmppElement *list = answer ? xmpp_element_find_child (answer, XMPP_NS_BLOCKING, "blocklist") : NULL;

  if (question->bind != self->bind)
    return;
  self->state = list ? KNOWN : UNKNOWN;
  if (!list) {
    g_debug ("The block list did not come: %s", error ? error->message : "empty answer");
    return;
  }
  set_list (self, xmpp_block_list_parse (list));
  g_signal_emit (self, signals[RECEIVED], 0);
}

static void
ask (XmppBlockingModule *self)
{
  XmppSession *session = xmpp_module_get_session (XMPP_MODULE (self));
  g_autoptr (XmppElement) iq = NULL;
  Question *question;

  if (self->state != UNKNOWN || xmpp_session_get_state (session) != XMPP_SESSION_ONLINE || !xmpp_blocking_module_get_available (self))
    return;
  iq = xmpp_element_new (XMPP_NS_CLIENT, "iq");
  xmpp_element_set_attribute (iq, "type", "get");
  xmpp_element_add_child (iq, XMPP_NS_BLOCKING, "blocklist");
  question = g_new (Question, 1);
  *question = (Question) { g_object_ref (self), self->bind };
  self->state = ASKED;
  xmpp_session_send_iq_async (session, iq, ANSWER_TIMEOUT_MS, NULL, list_cb, question);
}

/* Where a stream ended before the answer, it is asked again. */
static void
online (XmppModule *module, gboolean resumed)
{
  XmppBlockingModule *self = XMPP_BLOCKING_MODULE (module);

  if (!resumed) {
    self->bind++;
    self->state = UNKNOWN;
  }
  ask (self);
}

/* -- changing -------------------------------------------------------------------------------------------------------- */

static void
changed_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = user_data;
  GError *error = NULL;
  g_autoptr (XmppElement) answer = xmpp_session_send_iq_finish (XMPP_SESSION (source), result, &error);

  if (!answer) {
    g_task_return_error (task, error);
    return;
  }
  apply (g_task_get_source_object (task), g_task_get_task_data (task));
  g_task_return_boolean (task, TRUE);
}

static void
add_report (XmppBlockingModule *self, XmppElement *item, const XmppReport *report)
{
  XmppElement *element = xmpp_element_add_child (item, XMPP_NS_REPORTING, "report");
  XmppJid *account = xmpp_session_get_account (xmpp_module_get_session (XMPP_MODULE (self)));

  xmpp_element_set_attribute (element, "reason", reasons[report->reason]);
  for (const char *const *id = report->archive_ids; id && *id; id++) {
    XmppElement *stanza_id = xmpp_element_add_child (element, XMPP_NS_SID, "stanza-id");

    xmpp_element_set_attribute (stanza_id, "by", xmpp_jid_get_string (account));
    xmpp_element_set_attribute (stanza_id, "id", *id);
  }
  if (report->text && *report->text) {
    XmppElement *text = xmpp_element_add_text_child (element, XMPP_NS_REPORTING, "text", report->text);

    if (report->language)
      xmpp_element_set_attribute_ns (text, XMPP_NS_XML, "lang", report->language);
  }
}

static void
change (XmppBlockingModule *self, const char *name, XmppJid *jid, const XmppReport *report, GCancellable *cancellable,
        GAsyncReadyCallback callback, gpointer user_data)
{
  GTask *task = g_task_new (self, cancellable, callback, user_data);
  g_autoptr (XmppElement) iq = xmpp_element_new (XMPP_NS_CLIENT, "iq");
  XmppElement *element = xmpp_element_add_child (iq, XMPP_NS_BLOCKING, name);

  xmpp_element_set_attribute (iq, "type", "set");
  if (jid) {
    XmppElement *item = xmpp_element_add_child (element, XMPP_NS_BLOCKING, "item");

    xmpp_element_set_attribute (item, "jid", xmpp_jid_get_string (jid));
    if (report && xmpp_blocking_module_get_reports (self))
      add_report (self, item, report);
  }
  g_task_set_task_data (task, xmpp_element_ref (element), (GDestroyNotify) xmpp_element_unref);
  xmpp_session_send_iq_async (xmpp_module_get_session (XMPP_MODULE (self)), iq, ANSWER_TIMEOUT_MS, cancellable, changed_cb, task);
}

/**
 * xmpp_blocking_module_block_async:
 * @jid: a person, a server, or a resource of either
 * @report: (nullable): read during the call; left out where the server takes none
 *
 * Blocks, XEP-0191 §3.3, XEP-0377 §6. Errors are those of the server, or of the link.
 */
void
xmpp_blocking_module_block_async (XmppBlockingModule *self, XmppJid *jid, const XmppReport *report, GCancellable *cancellable,
                                  GAsyncReadyCallback callback, gpointer user_data)
{
  change (self, "block", jid, report, cancellable, callback, user_data);
}

/**
 * xmpp_blocking_module_unblock_async:
 * @jid: (nullable): NULL: all (§3.5)
 *
 * Unblocks, XEP-0191 §3.4. Errors are those of the server, or of the link.
 */
void
xmpp_blocking_module_unblock_async (XmppBlockingModule *self, XmppJid *jid, GCancellable *cancellable,
                                    GAsyncReadyCallback callback, gpointer user_data)
{
  change (self, "unblock", jid, NULL, cancellable, callback, user_data);
}

/**
 * xmpp_blocking_module_change_finish:
 *
 * Returns: whether the server did it
 */
gboolean
xmpp_blocking_module_change_finish (XmppBlockingModule *self, GAsyncResult *result, GError **error)
{
  return g_task_propagate_boolean (G_TASK (result), error);
}

/* -------------------------------------------------------------------------------------------------------------------- */

static const XmppHandler handlers[] = {
  { XMPP_IQ_SET, "block", XMPP_NS_BLOCKING, XMPP_FROM_ACCOUNT, push_cb },
  { XMPP_IQ_SET, "unblock", XMPP_NS_BLOCKING, XMPP_FROM_ACCOUNT, push_cb },
  { 0 }
};

static void
constructed (GObject *object)
{
  XmppSession *session = xmpp_module_get_session (XMPP_MODULE (object));

  G_OBJECT_CLASS (xmpp_blocking_module_parent_class)->constructed (object);
  g_signal_connect_object (xmpp_session_get_module (session, XMPP_TYPE_SERVER_MODULE), "features-known", G_CALLBACK (ask), object,
                           G_CONNECT_SWAPPED);
}

static void
finalize (GObject *object)
{
  xmpp_block_list_free (XMPP_BLOCKING_MODULE (object)->list);
  G_OBJECT_CLASS (xmpp_blocking_module_parent_class)->finalize (object);
}

static void
xmpp_blocking_module_class_init (XmppBlockingModuleClass *klass)
{
  static GType requires[2];
  XmppModuleClass *module_class = XMPP_MODULE_CLASS (klass);

  requires[0] = XMPP_TYPE_SERVER_MODULE;
  G_OBJECT_CLASS (klass)->constructed = constructed;
  G_OBJECT_CLASS (klass)->finalize = finalize;
  module_class->name = "blocking";
  module_class->requires = requires;
  module_class->handlers = handlers;
  module_class->online = online;
  signals[CHANGED] = g_signal_new ("changed", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 0);
  signals[RECEIVED] = g_signal_new ("received", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 0);
}

static void
xmpp_blocking_module_init (XmppBlockingModule *self)
{
  const char *const nobody[] = { NULL };

  self->list = xmpp_block_list_new (nobody);
}
