/* SPDX-License-Identifier: GPL-3.0-or-later
 * SPDX-FileCopyrightText: The Stonechat authors */
#include "xmpp-archive-module.h"
#include "xmpp-archive-page.h"
#include "xmpp-datetime.h"
#include "xmpp-error.h"
#include "xmpp-id.h"
#include "xmpp-ns.h"
#include "xmpp-result-set.h"
#include "xmpp-server-module.h"
#include "xmpp-submit-form.h"

/* A query's results come as messages before its answer; who they belong to, only its queryid says. A result is accepted from
 * our own account alone, for a query that is open, and not after its <fin/> (XEP-0313 §8, S-04). They need no
 * acknowledgement from the store: what is lost is asked for again. */

/* Nearly for ever: the silence is measured here, for each result breaks it. */
#define ANSWER_TIMEOUT_MS (24 * 3600 * 1000)

struct _XmppArchiveModule {
  XmppModule parent_instance;
  GHashTable *queries;          /* queryid → Query that is open, owned by its answer's callback */
  gint64 heard;                 /* monotonic: the last result of any query */
};

typedef struct {
  XmppArchiveModule *module;
  char *id;
  GTask *task;
  GCancellable *cancellable;    /* of the request alone: follows the caller's */
  gulong cancelled;
  XmppArchiveBuilder *builder;  /* NULL: too much came */
  void (*first) (const XmppArchiveItem *item, gpointer user_data);   /* NULL: nobody wants it, or it was told */
  gpointer user_data;
  guint timeout_ms, timeout;
  gint64 asked;                 /* monotonic */
  gboolean silent;
} Query;

G_DEFINE_FINAL_TYPE (XmppArchiveModule, xmpp_archive_module, XMPP_TYPE_MODULE)

enum { ONLINE, OFFLINE, N_SIGNALS };
static guint signals[N_SIGNALS];

static gboolean
has_feature (XmppArchiveModule *self, const char *feature)
{
  XmppSession *session = xmpp_module_get_session (XMPP_MODULE (self));

  return xmpp_server_module_has_feature (xmpp_session_get_module (session, XMPP_TYPE_SERVER_MODULE), TRUE, feature);
}

/**
 * xmpp_archive_module_get_available:
 *
 * Returns: whether the own account has an archive, XEP-0313 §7
 */
gboolean
xmpp_archive_module_get_available (XmppArchiveModule *self)
{
  return has_feature (self, XMPP_NS_MAM);
}

/**
 * xmpp_archive_module_get_searches:
 *
 * Returns: whether the own archive can be searched by words, XEP-0431 §2.1
 */
gboolean
xmpp_archive_module_get_searches (XmppArchiveModule *self)
{
  return has_feature (self, XMPP_NS_MAM) && has_feature (self, XMPP_NS_FULLTEXT);
}

/* Where nothing is known yet, asking finds out. */
static gboolean
is_known_to_lack (XmppArchiveModule *self)
{
  XmppSession *session = xmpp_module_get_session (XMPP_MODULE (self));

  return xmpp_server_module_get_known (xmpp_session_get_module (session, XMPP_TYPE_SERVER_MODULE)) && !xmpp_archive_module_get_available (self);
}

/**
 * xmpp_archive_module_get_id:
 * @message: live or a carbon
 *
 * XEP-0313 §3.3, XEP-0359 §5: the id counts only where our own server put it there, and says that it does.
 *
 * Returns: (transfer none) (nullable): the id in the archive
 */
const char *
xmpp_archive_module_get_id (XmppArchiveModule *self, const XmppMessage *message)
{
  XmppJid *account = xmpp_session_get_account (xmpp_module_get_session (XMPP_MODULE (self)));
  g_autoptr (XmppJid) by = message->stanza_id_by ? xmpp_jid_new_lenient (message->stanza_id_by, NULL) : NULL;

  return xmpp_jid_equal (by, account) && has_feature (self, XMPP_NS_MAM) && has_feature (self, XMPP_NS_SID) ? message->stanza_id : NULL;
}

/* -- one query ------------------------------------------------------------------------------------------------------- */

/* From here on none of its results counts. */
static void
query_free (Query *query)
{
  g_hash_table_remove (query->module->queries, query->id);
  g_clear_handle_id (&query->timeout, g_source_remove);
  g_cancellable_disconnect (g_task_get_cancellable (query->task), query->cancelled);
  g_clear_pointer (&query->builder, xmpp_archive_builder_free);
  g_object_unref (query->cancellable);
  g_object_unref (query->task);
  g_object_unref (query->module);
  g_free (query->id);
  g_free (query);
}

G_DEFINE_AUTOPTR_CLEANUP_FUNC (Query, query_free)

/* A result does not make a new source; the time that is left is found out when the old one is over. Queries are answered one
 * after the other, so while one is, the next is not left without an answer. */
static gboolean
timeout_cb (gpointer user_data)
{
  Query *query = user_data;
  gint64 heard = MAX (query->asked, query->module->heard);
  gint64 silence = (g_get_monotonic_time () - heard) / G_TIME_SPAN_MILLISECOND;

  if (silence < query->timeout_ms) {
    query->timeout = g_timeout_add (query->timeout_ms - silence, timeout_cb, query);
    return G_SOURCE_REMOVE;
  }
  /* A result is under way on a slow link: to ask again would only make the queue longer. */
  if (xmpp_session_is_hearing (xmpp_module_get_session (XMPP_MODULE (query->module)))) {
    query->timeout = g_timeout_add (query->timeout_ms, timeout_cb, query);
    return G_SOURCE_REMOVE;
  }
  query->timeout = 0;
  query->silent = TRUE;
  g_cancellable_cancel (query->cancellable);
  return G_SOURCE_REMOVE;
}

static void
tell_first (Query *query)
{
  const XmppArchiveItem *item = query->first ? xmpp_archive_builder_get_first (query->builder) : NULL;

  if (item && !g_cancellable_is_cancelled (query->cancellable))
    g_steal_pointer (&query->first) (item, query->user_data);
}

static gboolean
result_cb (XmppModule *module, XmppElement *stanza, XmppElement *result, XmppJid *from)
{
  XmppArchiveModule *self = XMPP_ARCHIVE_MODULE (module);
  const char *id = xmpp_element_get_attribute (result, "queryid");
  Query *query = id ? g_hash_table_lookup (self->queries, id) : NULL;

  if (!query)
    return FALSE;
  self->heard = g_get_monotonic_time ();
  if (query->builder && !xmpp_archive_builder_add (query->builder, result)) {
    g_clear_pointer (&query->builder, xmpp_archive_builder_free);
    g_cancellable_cancel (query->cancellable);
  } else if (query->builder) {
    tell_first (query);
  }
  return TRUE;
}

static void
answered_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (Query) query = user_data;
  GError *error = NULL;
  g_autoptr (XmppElement) answer = xmpp_session_send_iq_finish (XMPP_SESSION (source), result, &error);
  XmppElement *fin = answer ? xmpp_element_find_child (answer, XMPP_NS_MAM, "fin") : NULL;

  if (!query->builder || query->silent) {
    g_clear_error (&error);
    error = query->silent ? g_error_new_literal (XMPP_ERROR, XMPP_ERROR_TIMEOUT, "The archive does not answer")
                          : g_error_new_literal (XMPP_ERROR, XMPP_ERROR_LIMIT, "The archive gave too much at once");
  } else if (answer && !fin) {
    error = g_error_new_literal (XMPP_ERROR, XMPP_ERROR_PROTOCOL, "The archive's answer has no end");
  }
  if (error)
    g_task_return_error (query->task, error);
  else
    g_task_return_pointer (query->task, xmpp_archive_builder_finish (g_steal_pointer (&query->builder), fin),
                           (GDestroyNotify) xmpp_archive_page_unref);
}

static void
add_time (XmppElement *form, const char *name, gint64 time)
{
  g_autofree char *text = time ? xmpp_datetime_format (time) : NULL;

  if (text)
    xmpp_submit_form_add_field (form, name, text);
}

/* What was said in rooms is read from the rooms' own archives. */
static void
add_filter (XmppArchiveModule *self, XmppElement *query, const XmppArchiveQuery *wanted)
{
  gboolean no_rooms = has_feature (self, XMPP_NS_MAM "#groupchat-field");
  XmppElement *form;

  /* XEP-0313 §4.1: no form, no filter. A server that limits how much a client may say takes each byte as time: Prosody, as
   * it comes, pauses for a tenth of a millisecond each. */
  if (!no_rooms && !wanted->with && !wanted->start && !wanted->end && !wanted->text)
    return;
  form = xmpp_submit_form_add (query, XMPP_NS_MAM);
  if (wanted->with)
    xmpp_submit_form_add_field (form, "with", xmpp_jid_get_string (wanted->with));
  add_time (form, "start", wanted->start);
  add_time (form, "end", wanted->end);
  if (wanted->text)
    xmpp_submit_form_add_field (form, "{" XMPP_NS_FULLTEXT "}fulltext", wanted->text);
  if (no_rooms)
    xmpp_submit_form_add_field (form, "include-groupchat", "false");
}

static XmppElement *
build_query (XmppArchiveModule *self, const XmppArchiveQuery *wanted, const char *id)
{
  XmppElement *iq = xmpp_element_new (XMPP_NS_CLIENT, "iq");
  XmppElement *query = xmpp_element_add_child (iq, XMPP_NS_MAM, "query");

  xmpp_element_set_attribute (iq, "type", "set");
  xmpp_element_set_attribute (query, "queryid", id);
  add_filter (self, query, wanted);
  xmpp_result_set_build (query, wanted->max, wanted->before, wanted->after);
  return iq;
}

static void
cancelled_cb (GCancellable *cancellable, gpointer user_data)
{
  g_cancellable_cancel (user_data);
}

/**
 * xmpp_archive_module_query_async:
 * @query: only read during the call
 * @timeout_ms: of silence
 *
 * Asks for one page, XEP-0313 §4 and §5. Errors: see the header.
 */
void
xmpp_archive_module_query_async (XmppArchiveModule *self, const XmppArchiveQuery *wanted, guint timeout_ms,
                                 GCancellable *cancellable, GAsyncReadyCallback callback, gpointer user_data)
{
  g_autoptr (XmppElement) iq = NULL;
  Query *query;

  /* XEP-0313 §5.3.2: nobody says what both would mean. */
  g_return_if_fail (wanted->before == NULL || wanted->after == NULL);

  if (is_known_to_lack (self)) {
    g_task_report_new_error (self, callback, user_data, NULL, XMPP_STANZA_ERROR, XMPP_STANZA_ERROR_SERVICE_UNAVAILABLE, "No archive");
    return;
  }
  query = g_new0 (Query, 1);
  query->module = g_object_ref (self);
  query->id = xmpp_id_new ();
  query->task = g_task_new (self, cancellable, callback, user_data);
  query->cancellable = g_cancellable_new ();
  query->builder = xmpp_archive_builder_new (g_get_real_time ());
  query->timeout_ms = timeout_ms;
  query->first = wanted->first;
  query->user_data = user_data;
  query->asked = g_get_monotonic_time ();
  query->timeout = g_timeout_add (timeout_ms, timeout_cb, query);
  if (cancellable)
    query->cancelled = g_cancellable_connect (cancellable, G_CALLBACK (cancelled_cb), g_object_ref (query->cancellable), g_object_unref);
  g_hash_table_insert (self->queries, query->id, query);
  iq = build_query (self, wanted, query->id);
  xmpp_session_send_iq_async (xmpp_module_get_session (XMPP_MODULE (self)), iq, ANSWER_TIMEOUT_MS, query->cancellable, answered_cb, query);
}

/**
 * xmpp_archive_module_query_finish:
 *
 * Returns: (transfer full) (nullable): the page
 */
XmppArchivePage *
xmpp_archive_module_query_finish (XmppArchiveModule *self, GAsyncResult *result, GError **error)
{
  return g_task_propagate_pointer (G_TASK (result), error);
}

/* -------------------------------------------------------------------------------------------------------------------- */

static void
finalize (GObject *object)
{
  g_hash_table_unref (XMPP_ARCHIVE_MODULE (object)->queries);
  G_OBJECT_CLASS (xmpp_archive_module_parent_class)->finalize (object);
}

static void
online (XmppModule *module, gboolean resumed)
{
  g_signal_emit (module, signals[ONLINE], 0, resumed);
}

static void
offline (XmppModule *module)
{
  g_signal_emit (module, signals[OFFLINE], 0);
}

static const XmppHandler handlers[] = {
  { XMPP_MESSAGE, "result", XMPP_NS_MAM, XMPP_FROM_ACCOUNT, result_cb },
  { 0 }
};

static void
xmpp_archive_module_class_init (XmppArchiveModuleClass *klass)
{
  static GType requires[2];
  XmppModuleClass *module_class = XMPP_MODULE_CLASS (klass);

  requires[0] = XMPP_TYPE_SERVER_MODULE;
  G_OBJECT_CLASS (klass)->finalize = finalize;
  module_class->name = "archive";
  module_class->handlers = handlers;
  module_class->requires = requires;
  module_class->online = online;
  module_class->offline = offline;
  signals[ONLINE] = g_signal_new ("online", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                                  G_TYPE_NONE, 1, G_TYPE_BOOLEAN);
  signals[OFFLINE] = g_signal_new ("offline", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 0);
}

static void
xmpp_archive_module_init (XmppArchiveModule *self)
{
  self->queries = g_hash_table_new (g_str_hash, g_str_equal);
}
