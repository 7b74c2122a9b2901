/* SPDX-License-Identifier: GPL-3.0-or-later
 * SPDX-FileCopyrightText: The Stonechat authors */
#include "xmpp-server-module.h"
#include "xmpp-disco-info.h"
#include "xmpp-error.h"
#include "xmpp-ns.h"

#define NS_CACHE "urn:stonechat:server-features"
#define ANSWER_TIMEOUT_MS 30000
#define FIRST_WAIT_S 5
#define MOST_TRIES 8

enum { SERVER, ACCOUNT, N_ENTITIES };
static const char *const names[N_ENTITIES] = { "server", "account" };

struct _XmppServerModule {
  XmppModule parent_instance;
  XmppDiscoInfo *infos[N_ENTITIES];     /* NULL: it is not known, or it says nothing */
  gboolean waiting[N_ENTITIES];         /* for the answer */
  gboolean known[N_ENTITIES];           /* by this bind or an earlier one */
  guint n_tries, retry_source;          /* on this stream */
};

typedef struct { XmppServerModule *module; guint entity; } Question;

G_DEFINE_FINAL_TYPE (XmppServerModule, xmpp_server_module, XMPP_TYPE_MODULE)

static guint features_known_signal;

static void
take_info (XmppServerModule *self, guint entity, XmppElement *query)
{
  g_clear_pointer (&self->infos[entity], xmpp_disco_info_unref);
  self->infos[entity] = query ? xmpp_disco_info_parse (query, NULL) : NULL;
}

static void ask (XmppServerModule *self, guint entity);

static gboolean
retry_cb (gpointer user_data)
{
  XmppServerModule *self = user_data;

  self->retry_source = 0;
  for (guint i = 0; i < N_ENTITIES; i++) {
    if (self->waiting[i])
      ask (self, i);
  }
  return G_SOURCE_REMOVE;
}

/* Each time after twice the time: a server that is slow is not helped by being asked. */
static void
retry_later (XmppServerModule *self)
{
  if (!self->retry_source && self->n_tries < MOST_TRIES)
    self->retry_source = g_timeout_add_seconds (FIRST_WAIT_S << self->n_tries++, retry_cb, self);
}

/* Silence says nothing: what an earlier bind found goes on counting, and it is asked again. */
static void
answered_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autofree Question *question = user_data;
  g_autoptr (XmppServerModule) self = question->module;
  g_autoptr (GError) error = NULL;
  g_autoptr (XmppElement) answer = xmpp_session_send_iq_finish (XMPP_SESSION (source), result, &error);

  if (g_error_matches (error, XMPP_ERROR, XMPP_ERROR_TIMEOUT))
    retry_later (self);
  if (!answer && error->domain != XMPP_STANZA_ERROR)
    return;
  take_info (self, question->entity, answer ? xmpp_element_find_child (answer, XMPP_NS_DISCO_INFO, "query") : NULL);
  self->known[question->entity] = TRUE;
  self->waiting[question->entity] = FALSE;
  if (!self->waiting[SERVER] && !self->waiting[ACCOUNT])
    g_signal_emit (self, features_known_signal, 0);
}

static void
ask (XmppServerModule *self, guint entity)
{
  XmppSession *session = xmpp_module_get_session (XMPP_MODULE (self));
  XmppJid *account = xmpp_session_get_account (session);
  g_autoptr (XmppElement) iq = xmpp_element_new (XMPP_NS_CLIENT, "iq");
  Question *question = g_new (Question, 1);

  question->module = g_object_ref (self);
  question->entity = entity;
  xmpp_element_set_attribute (iq, "type", "get");
  xmpp_element_set_attribute (iq, "to", entity == ACCOUNT ? xmpp_jid_get_string (account) : xmpp_jid_get_domain (account));
  xmpp_element_add_child (iq, XMPP_NS_DISCO_INFO, "query");
  xmpp_session_send_iq_async (session, iq, ANSWER_TIMEOUT_MS, NULL, answered_cb, question);
}

/* A stream may end before the answers are there, and be resumed, also by a process that never asked. */
static void
online (XmppModule *module, gboolean resumed)
{
  XmppServerModule *self = XMPP_SERVER_MODULE (module);

  self->n_tries = 0;
  for (guint i = 0; i < N_ENTITIES; i++) {
    if (!resumed || !self->known[i])
      self->waiting[i] = TRUE;
    if (self->waiting[i])
      ask (self, i);
  }
}

static void
offline (XmppModule *module)
{
  g_clear_handle_id (&XMPP_SERVER_MODULE (module)->retry_source, g_source_remove);
}

/**
 * xmpp_server_module_has_feature:
 * @of_account: what the own bare JID says (XEP-0313 §7, XEP-0163 §6.1), else what the server's domain says
 * @feature: as in disco#info
 *
 * Returns: whether it has the feature, by the last answer; FALSE while there was none
 */
gboolean
xmpp_server_module_has_feature (XmppServerModule *self, gboolean of_account, const char *feature)
{
  XmppDiscoInfo *info = self->infos[of_account ? ACCOUNT : SERVER];

  return info && xmpp_disco_info_has_feature (info, feature);
}

/**
 * xmpp_server_module_get_known:
 *
 * Returns: whether both have answered, in this bind or in an earlier one
 */
gboolean
xmpp_server_module_get_known (XmppServerModule *self)
{
  return self->known[SERVER] && self->known[ACCOUNT];
}

/**
 * xmpp_server_module_dup_cache:
 *
 * Returns: (transfer full) (nullable): what is known, as text for xmpp_server_module_load (); NULL: nothing
 */
char *
xmpp_server_module_dup_cache (XmppServerModule *self)
{
  g_autoptr (XmppElement) cache = NULL;

  if (!xmpp_server_module_get_known (self))
    return NULL;
  cache = xmpp_element_new (NS_CACHE, "features");
  for (guint i = 0; i < N_ENTITIES; i++) {
    XmppElement *entity = xmpp_element_add_child (cache, NS_CACHE, names[i]);

    if (self->infos[i])
      xmpp_element_take_child (entity, xmpp_element_copy (xmpp_disco_info_get_element (self->infos[i])));
  }
  return xmpp_element_to_string (cache);
}

/**
 * xmpp_server_module_load:
 * @cache: from xmpp_server_module_dup_cache (); of the same account
 *
 * Takes up what an earlier process found, before the first bind.
 */
void
xmpp_server_module_load (XmppServerModule *self, const char *cache)
{
  g_autoptr (XmppElement) root = xmpp_element_parse (cache, -1, NULL);

  if (!root || !xmpp_element_is (root, NS_CACHE, "features"))
    return;
  for (guint i = 0; i < N_ENTITIES; i++) {
    XmppElement *entity = xmpp_element_find_child (root, NS_CACHE, names[i]);

    take_info (self, i, entity ? xmpp_element_find_child (entity, XMPP_NS_DISCO_INFO, "query") : NULL);
    self->known[i] = TRUE;
  }
}

static void
finalize (GObject *object)
{
  XmppServerModule *self = XMPP_SERVER_MODULE (object);

  g_clear_handle_id (&self->retry_source, g_source_remove);
  for (guint i = 0; i < N_ENTITIES; i++)
    g_clear_pointer (&self->infos[i], xmpp_disco_info_unref);
  G_OBJECT_CLASS (xmpp_server_module_parent_class)->finalize (object);
}

static void
xmpp_server_module_class_init (XmppServerModuleClass *klass)
{
  XmppModuleClass *module_class = XMPP_MODULE_CLASS (klass);

  G_OBJECT_CLASS (klass)->finalize = finalize;
  module_class->name = "server features";
  module_class->online = online;
  module_class->offline = offline;
  features_known_signal = g_signal_new ("features-known", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                                        G_TYPE_NONE, 0);
}

static void
xmpp_server_module_init (XmppServerModule *self)
{
}
