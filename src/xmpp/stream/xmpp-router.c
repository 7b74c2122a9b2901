/* SPDX-License-Identifier: GPL-3.0-or-later
 * SPDX-FileCopyrightText: The Stonechat authors */
#include "xmpp-router.h"
#include "xmpp-error.h"
#include "xmpp-ns.h"
#include "xmpp-stanza.h"

typedef struct {
  XmppModule *module;           /* borrowed from the session */
  const XmppHandler *handler;
} Route;

typedef struct {
  XmppRouter *router;
  char *id;
  XmppJid *to;                  /* NULL: our account */
  GTask *task;
  guint timeout;
  gulong cancelled;
} Expected;

struct _XmppRouter {
  XmppJid *account, *jid;
  GHashTable *routes;           /* "kind ns name" → GArray of Route */
  GHashTable *expected;         /* id → Expected */
  XmppRouterSendFunc send;
  gpointer send_data;
  gboolean (*is_contact) (XmppJid *from, gpointer user_data);
  gpointer contact_data;
  gboolean (*is_hearing) (gpointer user_data);      /* NULL: never */
  gpointer hearing_data;
  guint n_dropped;
};

static void expected_free (Expected *self);

static char *
route_key (XmppHandlerKind kind, const char *ns, const char *name)
{
  /* A name has no space in it, so where there is one, the last parts it from the namespace (S-62). */
  return g_strdup_printf ("%d %s %s", kind, ns ? ns : "", name ? name : "");
}

XmppRouter *
xmpp_router_new (XmppJid *account, XmppRouterSendFunc send, gpointer user_data)
{
  XmppRouter *self = g_new0 (XmppRouter, 1);

  self->account = xmpp_jid_to_bare (account);
  self->send = send;
  self->send_data = user_data;
  self->routes = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, (GDestroyNotify) g_array_unref);
  self->expected = g_hash_table_new_full (g_str_hash, g_str_equal, NULL, (GDestroyNotify) expected_free);
  return self;
}

void
xmpp_router_free (XmppRouter *self)
{
  g_autoptr (GError) gone = g_error_new_literal (XMPP_ERROR, XMPP_ERROR_NOT_CONNECTED, "The connection ended");

  xmpp_router_fail_all (self, gone);
  g_hash_table_unref (self->expected);
  g_hash_table_unref (self->routes);
  xmpp_jid_unref (self->account);
  g_clear_pointer (&self->jid, xmpp_jid_unref);
  g_free (self);
}

void
xmpp_router_set_jid (XmppRouter *self, XmppJid *jid)
{
  g_clear_pointer (&self->jid, xmpp_jid_unref);
  self->jid = jid ? xmpp_jid_ref (jid) : NULL;
}

void
xmpp_router_set_contact_func (XmppRouter *self, gboolean (*is_contact) (XmppJid *from, gpointer user_data), gpointer user_data)
{
  self->is_contact = is_contact;
  self->contact_data = user_data;
}

void
xmpp_router_set_hearing_func (XmppRouter *self, gboolean (*is_hearing) (gpointer user_data), gpointer user_data)
{
  self->is_hearing = is_hearing;
  self->hearing_data = user_data;
}

guint
xmpp_router_get_n_dropped (XmppRouter *self)
{
  return self->n_dropped;
}

void
xmpp_router_add_module (XmppRouter *self, XmppModule *module)
{
  const XmppHandler *handler = XMPP_MODULE_GET_CLASS (module)->handlers;

  for (; handler && handler->func; handler++) {
    char *key = route_key (handler->kind, handler->ns, handler->name);
    GArray *routes = g_hash_table_lookup (self->routes, key);
    Route route = { module, handler };

    g_assert (handler->from != XMPP_FROM_NOBODY);
    if (routes) {
      g_free (key);
    } else {
      routes = g_array_new (FALSE, FALSE, sizeof (Route));
      g_hash_table_insert (self->routes, key, routes);
    }
    g_array_append_val (routes, route);
  }
}

static gboolean
is_own_server (XmppRouter *self, XmppJid *from)
{
  return !xmpp_jid_get_local (from) && !xmpp_jid_get_resource (from) &&
         g_str_equal (xmpp_jid_get_domain (from), xmpp_jid_get_domain (self->account));
}

/* A stanza without a from is from our account (RFC 6120 §8.1.2.1), never from a contact (S-24). */
static gboolean
may_say (XmppRouter *self, XmppHandlerFrom rule, XmppJid *from)
{
  if (rule == XMPP_FROM_ANYONE || from == NULL || xmpp_jid_equal (from, self->account))
    return TRUE;
  switch (rule) {
  case XMPP_FROM_SERVER:
    return is_own_server (self, from);
  case XMPP_FROM_CONTACT:
    return xmpp_jid_equal_bare (from, self->account) || (self->is_contact && self->is_contact (from, self->contact_data));
  case XMPP_FROM_ACCOUNT:
  case XMPP_FROM_NOBODY:
  case XMPP_FROM_ANYONE:
  default:
    return FALSE;
  }
}

static gboolean
ask_routes (XmppRouter *self, XmppHandlerKind kind, const char *ns, const char *name,
            XmppElement *stanza, XmppElement *payload, XmppJid *from)
{
  g_autofree char *key = route_key (kind, ns, name);
  GArray *routes = g_hash_table_lookup (self->routes, key);

  for (guint i = 0; routes && i < routes->len; i++) {
    Route *route = &g_array_index (routes, Route, i);

    if (may_say (self, route->handler->from, from) && route->handler->func (route->module, stanza, payload, from))
      return TRUE;
  }
  return FALSE;
}

static void
answer_error (XmppRouter *self, XmppElement *iq, int code)
{
  g_autoptr (XmppElement) answer = xmpp_element_new (XMPP_NS_CLIENT, "iq");
  g_autoptr (GError) error = g_error_new_literal (XMPP_STANZA_ERROR, code, "");

  xmpp_element_set_attribute (answer, "type", "error");
  xmpp_element_set_attribute (answer, "id", xmpp_element_get_attribute (iq, "id"));
  xmpp_element_set_attribute (answer, "to", xmpp_element_get_attribute (iq, "from"));
  xmpp_element_take_child (answer, xmpp_stanza_error_build (error, NULL));
  self->send (answer, self->send_data);
}

/* Only an answer from the address that was asked counts (S-07). Asked our account or server: absent, own bare, own full,
 * own domain, for servers answer with any of these. */
static gboolean
answers (XmppRouter *self, Expected *expected, XmppJid *from)
{
  XmppJid *to = expected->to;
  gboolean own = to == NULL || xmpp_jid_equal (to, self->account) || is_own_server (self, to);

  if (!own)
    return xmpp_jid_equal (from, to);
  return from == NULL || xmpp_jid_equal (from, self->account) || xmpp_jid_equal (from, self->jid) || is_own_server (self, from);
}

static gboolean
dispatch_answer (XmppRouter *self, XmppElement *iq, XmppJid *from, gboolean is_error)
{
  const char *id = xmpp_element_get_attribute (iq, "id");
  Expected *expected = id ? g_hash_table_lookup (self->expected, id) : NULL;
  g_autoptr (GTask) task = NULL;

  if (!expected || !answers (self, expected, from))
    return FALSE;
  task = g_object_ref (expected->task);
  g_hash_table_remove (self->expected, id);
  if (!is_error) {
    g_task_return_pointer (task, xmpp_element_ref (iq), (GDestroyNotify) xmpp_element_unref);
  } else {
    GError *error = xmpp_stanza_error_parse (iq);

    g_task_return_error (task, error ? error : g_error_new_literal (XMPP_STANZA_ERROR, XMPP_STANZA_ERROR_UNDEFINED_CONDITION, "undefined-condition"));
  }
  return TRUE;
}

static gboolean
is_request (const char *type)
{
  return g_strcmp0 (type, "get") == 0 || g_strcmp0 (type, "set") == 0;
}

/* RFC 6120 §8.2.3: what asks is answered, exactly once; what answers never is. */
static gboolean
dispatch_iq (XmppRouter *self, XmppElement *iq, XmppJid *from)
{
  const char *type = xmpp_element_get_attribute (iq, "type");
  XmppHandlerKind kind;
  XmppElement *payload;

  if (g_strcmp0 (type, "result") == 0 || g_strcmp0 (type, "error") == 0)
    return dispatch_answer (self, iq, from, *type == 'e');
  kind = g_strcmp0 (type, "get") == 0 ? XMPP_IQ_GET : XMPP_IQ_SET;
  if (!is_request (type) || xmpp_element_get_n_children (iq) != 1 || !xmpp_element_get_attribute (iq, "id")) {
    answer_error (self, iq, XMPP_STANZA_ERROR_BAD_REQUEST);
    return TRUE;
  }
  payload = xmpp_element_get_child (iq, 0);
  if (!ask_routes (self, kind, xmpp_element_get_ns (payload), xmpp_element_get_name (payload), iq, payload, from))
    answer_error (self, iq, XMPP_STANZA_ERROR_SERVICE_UNAVAILABLE);
  return TRUE;
}

static gboolean
dispatch_payloads (XmppRouter *self, XmppHandlerKind kind, XmppElement *stanza, XmppJid *from)
{
  for (guint i = 0; i < xmpp_element_get_n_children (stanza); i++) {
    XmppElement *payload = xmpp_element_get_child (stanza, i);

    if (ask_routes (self, kind, xmpp_element_get_ns (payload), xmpp_element_get_name (payload), stanza, payload, from))
      return TRUE;
  }
  return ask_routes (self, kind, NULL, NULL, stanza, NULL, from);
}

/**
 * xmpp_router_dispatch:
 * @stanza: as it came, RFC 6120 §8
 *
 * Hands it to the first handler that takes it and may hear it from this sender; what nobody takes is counted and dropped,
 * a request answered with an error.
 */
void
xmpp_router_dispatch (XmppRouter *self, XmppElement *stanza)
{
  const char *text = xmpp_element_get_attribute (stanza, "from");
  g_autoptr (XmppJid) from = NULL;
  gboolean is_iq = xmpp_element_is (stanza, XMPP_NS_CLIENT, "iq"), handled;

  if (text && !(from = xmpp_jid_new_lenient (text, NULL))) {
    /* S-71: it is counted, and dropped; a request is answered as far as that can be. */
    self->n_dropped++;
    if (is_iq && is_request (xmpp_element_get_attribute (stanza, "type")))
      answer_error (self, stanza, XMPP_STANZA_ERROR_JID_MALFORMED);
    return;
  }
  if (is_iq)
    handled = dispatch_iq (self, stanza, from);
  else if (xmpp_element_is (stanza, XMPP_NS_CLIENT, "message"))
    handled = dispatch_payloads (self, XMPP_MESSAGE, stanza, from);
  else if (xmpp_element_is (stanza, XMPP_NS_CLIENT, "presence"))
    handled = dispatch_payloads (self, XMPP_PRESENCE, stanza, from);
  else
    handled = FALSE;
  if (!handled)
    self->n_dropped++;
}

static void
expected_free (Expected *self)
{
  g_clear_handle_id (&self->timeout, g_source_remove);
  if (self->cancelled)
    g_signal_handler_disconnect (g_task_get_cancellable (self->task), self->cancelled);
  g_clear_pointer (&self->to, xmpp_jid_unref);
  g_object_unref (self->task);
  g_free (self->id);
  g_free (self);
}

static void
fail_one (Expected *self, GError *error)
{
  g_autoptr (GTask) task = g_object_ref (self->task);

  g_hash_table_remove (self->router->expected, self->id);
  g_task_return_error (task, error);
}

static gboolean
expected_timeout_cb (gpointer user_data)
{
  Expected *self = user_data;
  XmppRouter *router = self->router;

  /* To ask again would only make the queue longer. */
  if (router->is_hearing && router->is_hearing (router->hearing_data))
    return G_SOURCE_CONTINUE;
  self->timeout = 0;
  fail_one (self, g_error_new_literal (XMPP_ERROR, XMPP_ERROR_TIMEOUT, "No answer came in time"));
  return G_SOURCE_REMOVE;
}

static gboolean
forget_cancelled_cb (gpointer user_data)
{
  Expected *self = user_data;

  self->timeout = 0;
  fail_one (self, g_error_new_literal (G_IO_ERROR, G_IO_ERROR_CANCELLED, "Cancelled"));
  return G_SOURCE_REMOVE;
}

/* From an idle source: a handler can't be disconnected while it runs. */
static void
expected_cancelled_cb (GCancellable *cancellable, gpointer user_data)
{
  Expected *self = user_data;

  g_clear_handle_id (&self->timeout, g_source_remove);
  self->timeout = g_idle_add (forget_cancelled_cb, self);
}

/**
 * xmpp_router_expect:
 * @iq: with its id
 * @task: completes with an XmppElement or an error, exactly once (S-07)
 */
void
xmpp_router_expect (XmppRouter *self, XmppElement *iq, guint timeout_ms, GTask *task)
{
  Expected *expected = g_new0 (Expected, 1);
  const char *to = xmpp_element_get_attribute (iq, "to");
  GCancellable *cancellable = g_task_get_cancellable (task);

  expected->router = self;
  expected->id = g_strdup (xmpp_element_get_attribute (iq, "id"));
  expected->to = to ? xmpp_jid_new_lenient (to, NULL) : NULL;
  expected->task = g_object_ref (task);
  expected->timeout = g_timeout_add (timeout_ms, expected_timeout_cb, expected);
  g_hash_table_replace (self->expected, expected->id, expected);
  if (cancellable)
    expected->cancelled = g_signal_connect (cancellable, "cancelled", G_CALLBACK (expected_cancelled_cb), expected);
}

void
xmpp_router_fail_all (XmppRouter *self, const GError *error)
{
  g_autoptr (GPtrArray) tasks = g_ptr_array_new_with_free_func (g_object_unref);
  GHashTableIter iter;
  Expected *expected;

  g_hash_table_iter_init (&iter, self->expected);
  while (g_hash_table_iter_next (&iter, NULL, (gpointer *) &expected))
    g_ptr_array_add (tasks, g_object_ref (expected->task));
  g_hash_table_remove_all (self->expected);
  for (guint i = 0; i < tasks->len; i++)
    g_task_return_error (tasks->pdata[i], g_error_copy (error));
}
