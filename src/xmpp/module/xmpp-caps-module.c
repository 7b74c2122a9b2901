/* SPDX-License-Identifier: GPL-3.0-or-later
 * SPDX-FileCopyrightText: The Stonechat authors */
#include "xmpp-caps-module.h"
#include "xmpp-disco-info.h"
#include "xmpp-error.h"
#include "xmpp-ns.h"
#include "xmpp-presence-module.h"
#include "xmpp-roster-module.h"
#include "xmpp-stanza.h"

#include <string.h>

/* A resource waits from the presence that announces an unknown version until the version is proved, by its own answer or
 * by that of somebody else. A version is asked of one resource at a time; where the answer is an error or proves nothing,
 * the next one that waits for it is asked. */

#define MOST_RESOURCES 20         /* of one contact */
#define MOST_QUESTIONS 4          /* under way at once */
#define ANSWER_TIMEOUT_MS 30000
#define LONGEST_NODE 1024
#define LONGEST_VER 128           /* sha-512 takes 88 */

typedef struct {
  char *key;                      /* "hash ver" */
  char *text;                     /* as it was stored; NULL once it was read and proved */
  XmppDiscoInfo *info;            /* NULL until then */
  GList link;                     /* the one last met first */
} Version;

typedef struct {
  XmppCapsModule *module;         /* not owned */
  XmppJid *jid;
  char *node, *hash, *ver;
  char *key;                      /* that of the version, with the address where nothing can be proved */
  XmppDiscoInfo *info;            /* NULL: not known */
  gboolean asked;
  GList link;                     /* in waiting; its data is NULL outside of it */
} Resource;

typedef struct {
  XmppCapsModule *module;
  XmppJid *jid;
  char *hash, *ver, *key;
} Question;

struct _XmppCapsModule {
  XmppModule parent_instance;
  GHashTable *versions;           /* key → Version */
  GQueue by_use;                  /* of Version */
  GHashTable *contacts;           /* bare address → GPtrArray of Resource */
  GQueue waiting;                 /* of Resource */
  GHashTable *questions;          /* key → Question, borrowed from its callback */
};

G_DEFINE_FINAL_TYPE (XmppCapsModule, xmpp_caps_module, XMPP_TYPE_MODULE)

enum { FEATURES_KNOWN, SEEN, N_SIGNALS };
static guint signals[N_SIGNALS];

/* -- versions -------------------------------------------------------------------------------------------------------- */

static char *
make_key (const char *hash, const char *ver)
{
  return g_strconcat (hash, " ", ver, NULL);
}

static void
version_free (Version *version)
{
  g_free (version->key);
  g_free (version->text);
  g_clear_pointer (&version->info, xmpp_disco_info_unref);
  g_free (version);
}

static void
drop_version (XmppCapsModule *self, Version *version)
{
  g_queue_unlink (&self->by_use, &version->link);
  g_hash_table_remove (self->versions, version->key);
}

/* Not in by_use yet. */
static Version *
new_version (XmppCapsModule *self, const char *key)
{
  Version *version = g_new0 (Version, 1);

  version->key = g_strdup (key);
  version->link.data = version;
  g_hash_table_insert (self->versions, version->key, version);
  return version;
}

static void
put_version (XmppCapsModule *self, const char *key, XmppDiscoInfo *info)
{
  Version *version = g_hash_table_lookup (self->versions, key);

  if (version)
    drop_version (self, version);
  if (g_queue_get_length (&self->by_use) >= XMPP_CAPS_MOST_VERIFIED)
    drop_version (self, g_queue_peek_tail (&self->by_use));
  version = new_version (self, key);
  version->info = xmpp_disco_info_ref (info);
  g_queue_push_head_link (&self->by_use, &version->link);
}

/* What was stored is proved again before it is used. */
static gboolean
read_version (Version *version, const char *hash, const char *ver)
{
  g_autofree char *text = g_steal_pointer (&version->text);
  g_autoptr (XmppElement) query = xmpp_element_parse (text, -1, NULL);

  version->info = query ? xmpp_disco_info_parse (query, NULL) : NULL;
  return version->info && xmpp_disco_info_verify (version->info, hash, ver);
}

/* Borrowed; NULL: not known. */
static XmppDiscoInfo *
find_version (XmppCapsModule *self, const char *key, const char *hash, const char *ver)
{
  Version *version = g_hash_table_lookup (self->versions, key);
  gboolean first;

  if (!version)
    return NULL;
  first = version->text != NULL;
  if (first && !read_version (version, hash, ver)) {
    drop_version (self, version);
    return NULL;
  }
  g_queue_unlink (&self->by_use, &version->link);
  g_queue_push_head_link (&self->by_use, &version->link);
  if (first)
    g_signal_emit (self, signals[SEEN], 0, hash, ver, xmpp_disco_info_get_element (version->info));
  return version->info;
}

/* -- resources ------------------------------------------------------------------------------------------------------- */

static void
stop_waiting (Resource *resource)
{
  if (resource->link.data)
    g_queue_unlink (&resource->module->waiting, &resource->link);
  resource->link.data = NULL;
}

static void
resource_free (Resource *resource)
{
  stop_waiting (resource);
  xmpp_jid_unref (resource->jid);
  g_free (resource->node);
  g_free (resource->hash);
  g_free (resource->ver);
  g_free (resource->key);
  g_clear_pointer (&resource->info, xmpp_disco_info_unref);
  g_free (resource);
}

static Resource *
find_resource (XmppCapsModule *self, XmppJid *jid)
{
  GPtrArray *resources = g_hash_table_lookup (self->contacts, xmpp_jid_get_bare_string (jid));

  for (guint i = 0; resources && i < resources->len; i++) {
    Resource *resource = resources->pdata[i];

    if (xmpp_jid_equal (resource->jid, jid))
      return resource;
  }
  return NULL;
}

static void
forget (XmppCapsModule *self, XmppJid *jid)
{
  GPtrArray *resources = g_hash_table_lookup (self->contacts, xmpp_jid_get_bare_string (jid));
  Resource *resource = find_resource (self, jid);

  if (resource)
    g_ptr_array_remove_fast (resources, resource);
  if (resources && (resources->len == 0 || xmpp_jid_is_bare (jid)))
    g_hash_table_remove (self->contacts, xmpp_jid_get_bare_string (jid));
}

static void
take_info (Resource *resource, XmppDiscoInfo *info)
{
  stop_waiting (resource);
  resource->info = xmpp_disco_info_ref (info);
}

/* NULL: it has too many already. */
static Resource *
add_resource (XmppCapsModule *self, XmppJid *jid, const char *node, const char *hash, const char *ver)
{
  GPtrArray *resources = g_hash_table_lookup (self->contacts, xmpp_jid_get_bare_string (jid));
  Resource *resource;

  if (!resources) {
    resources = g_ptr_array_new_with_free_func ((GDestroyNotify) resource_free);
    g_hash_table_insert (self->contacts, g_strdup (xmpp_jid_get_bare_string (jid)), resources);
  }
  if (resources->len >= MOST_RESOURCES)
    return NULL;
  resource = g_new0 (Resource, 1);
  resource->module = self;
  resource->jid = xmpp_jid_ref (jid);
  resource->node = g_strdup (node);
  resource->hash = g_strdup (hash);
  resource->ver = g_strdup (ver);
  resource->key = make_key (hash, ver);
  if (!xmpp_disco_info_knows_hash (hash)) {
    g_autofree char *key = g_steal_pointer (&resource->key);

    resource->key = g_strconcat (xmpp_jid_get_string (jid), " ", key, NULL);
  }
  resource->link.data = resource;
  g_queue_push_tail_link (&self->waiting, &resource->link);
  g_ptr_array_add (resources, resource);
  return resource;
}

/* -- questions ------------------------------------------------------------------------------------------------------- */

static void ask_next (XmppCapsModule *self);

static void
question_free (Question *question)
{
  g_object_unref (question->module);
  xmpp_jid_unref (question->jid);
  g_free (question->hash);
  g_free (question->ver);
  g_free (question->key);
  g_free (question);
}
G_DEFINE_AUTOPTR_CLEANUP_FUNC (Question, question_free)

/* For all who announced it. Handlers of the signal may do anything, so they are called when all is in order. */
static void
take_proof (XmppCapsModule *self, Question *question, XmppDiscoInfo *info)
{
  g_autoptr (GPtrArray) known = g_ptr_array_new_with_free_func ((GDestroyNotify) xmpp_jid_unref);

  put_version (self, question->key, info);
  for (GList *l = self->waiting.head, *next; l; l = next) {
    Resource *resource = l->data;

    next = l->next;
    if (!g_str_equal (resource->key, question->key))
      continue;
    take_info (resource, info);
    g_ptr_array_add (known, xmpp_jid_ref (resource->jid));
  }
  g_signal_emit (self, signals[SEEN], 0, question->hash, question->ver, xmpp_disco_info_get_element (info));
  for (guint i = 0; i < known->len; i++)
    g_signal_emit (self, signals[FEATURES_KNOWN], 0, known->pdata[i]);
}

static void
take_answer (XmppCapsModule *self, Question *question, XmppDiscoInfo *info)
{
  Resource *resource = find_resource (self, question->jid);

  if (xmpp_disco_info_verify (info, question->hash, question->ver)) {
    take_proof (self, question, info);
  } else if (resource && !resource->info && g_str_equal (resource->key, question->key)) {
    take_info (resource, info);
    g_signal_emit (self, signals[FEATURES_KNOWN], 0, question->jid);
  }
}

static void
answered_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (Question) question = user_data;
  XmppCapsModule *self = question->module;
  g_autoptr (GError) error = NULL;
  g_autoptr (XmppElement) answer = xmpp_session_send_iq_finish (XMPP_SESSION (source), result, &error);
  XmppElement *query = answer ? xmpp_element_find_child (answer, XMPP_NS_DISCO_INFO, "query") : NULL;
  g_autoptr (XmppDiscoInfo) info = query ? xmpp_disco_info_parse (query, NULL) : NULL;
  Resource *resource = find_resource (self, question->jid);

  if (g_hash_table_lookup (self->questions, question->key) == question)
    g_hash_table_remove (self->questions, question->key);
  if (info)
    take_answer (self, question, info);
  else if (resource && g_error_matches (error, XMPP_ERROR, XMPP_ERROR_NOT_CONNECTED))
    resource->asked = FALSE;      /* the stream may be resumed */
  ask_next (self);
}

static void
ask (XmppCapsModule *self, Resource *resource)
{
  Question *question = g_new0 (Question, 1);
  g_autoptr (XmppElement) iq = xmpp_element_new (XMPP_NS_CLIENT, "iq");
  g_autofree char *node = g_strdup_printf ("%s#%s", resource->node, resource->ver);
  XmppElement *query = xmpp_element_add_child (iq, XMPP_NS_DISCO_INFO, "query");

  xmpp_element_set_attribute (iq, "type", "get");
  xmpp_element_set_attribute (iq, "to", xmpp_jid_get_string (resource->jid));
  xmpp_element_set_attribute (query, "node", node);
  question->module = g_object_ref (self);
  question->jid = xmpp_jid_ref (resource->jid);
  question->hash = g_strdup (resource->hash);
  question->ver = g_strdup (resource->ver);
  question->key = g_strdup (resource->key);
  resource->asked = TRUE;
  g_hash_table_insert (self->questions, question->key, question);
  xmpp_session_send_iq_async (xmpp_module_get_session (XMPP_MODULE (self)), iq, ANSWER_TIMEOUT_MS, NULL, answered_cb, question);
}

static gboolean
may_ask (XmppCapsModule *self, Resource *resource)
{
  XmppSession *session = xmpp_module_get_session (XMPP_MODULE (self));

  return !resource->asked && g_hash_table_size (self->questions) < MOST_QUESTIONS &&
         !g_hash_table_contains (self->questions, resource->key) &&
         xmpp_session_get_state (session) == XMPP_SESSION_ONLINE &&
         xmpp_roster_may_know_us (session, resource->jid);
}

static void
ask_next (XmppCapsModule *self)
{
  for (GList *l = self->waiting.head; l && g_hash_table_size (self->questions) < MOST_QUESTIONS; l = l->next)
    if (may_ask (self, l->data))
      ask (self, l->data);
}

/* -- announcements --------------------------------------------------------------------------------------------------- */

static gboolean
is_usable (const char *node, const char *hash, const char *ver)
{
  return node && hash && ver && *node && *hash && *ver && strlen (node) <= LONGEST_NODE && strlen (hash) <= LONGEST_VER &&
         strlen (ver) <= LONGEST_VER;
}

/* Without a hash it is the format of before 2008, which proves nothing (XEP-0115 §10). */
static void
take_caps (XmppCapsModule *self, XmppJid *jid, const char *node, const char *hash, const char *ver)
{
  Resource *resource = find_resource (self, jid);
  XmppDiscoInfo *info;

  if (resource && g_strcmp0 (resource->hash, hash) == 0 && g_strcmp0 (resource->ver, ver) == 0)
    return;
  if (resource)
    forget (self, jid);
  if (!is_usable (node, hash, ver) || !(resource = add_resource (self, jid, node, hash, ver)))
    return;
  info = find_version (self, resource->key, hash, ver);
  if (info) {
    take_info (resource, info);
    g_signal_emit (self, signals[FEATURES_KNOWN], 0, jid);
  } else if (may_ask (self, resource)) {
    ask (self, resource);
  }
}

/* A server may leave out what it has sent before (XEP-0115 §8.4), so presence without <c/> changes nothing. */
static void
presence_cb (XmppPresenceModule *module, XmppPresenceStanza *presence, gpointer user_data)
{
  XmppCapsModule *self = user_data;

  if (xmpp_jid_equal (presence->from, xmpp_session_get_jid (xmpp_module_get_session (XMPP_MODULE (self)))))
    return;
  if (presence->type != XMPP_PRESENCE_AVAILABLE)
    forget (self, presence->from);
  else if (presence->caps_ver)
    take_caps (self, presence->from, presence->caps_node, presence->caps_hash, presence->caps_ver);
}

/* Our server says what it can do in its stream features (XEP-0115 §6.3). */
static void
take_server_caps (XmppCapsModule *self, XmppSession *session)
{
  XmppElement *features = xmpp_session_get_features (session);
  XmppElement *caps = features ? xmpp_element_find_child (features, XMPP_NS_CAPS, "c") : NULL;
  g_autoptr (XmppJid) server = xmpp_jid_new_lenient (xmpp_jid_get_domain (xmpp_session_get_account (session)), NULL);

  if (caps && server)
    take_caps (self, server, xmpp_element_get_attribute (caps, "node"), xmpp_element_get_attribute (caps, "hash"),
               xmpp_element_get_attribute (caps, "ver"));
}

static void
online (XmppModule *module, gboolean resumed)
{
  XmppCapsModule *self = XMPP_CAPS_MODULE (module);

  if (resumed) {
    ask_next (self);
    return;
  }
  g_hash_table_remove_all (self->contacts);
  g_hash_table_remove_all (self->questions);
  take_server_caps (self, xmpp_module_get_session (module));
}

/**
 * xmpp_caps_module_has_feature:
 * @full: the full JID of a client, or the domain of our server
 * @feature: as in disco#info
 *
 * Returns: whether it has the feature; FALSE too while that is not known
 */
gboolean
xmpp_caps_module_has_feature (XmppCapsModule *self, XmppJid *full, const char *feature)
{
  Resource *resource = find_resource (self, full);

  return resource && resource->info && xmpp_disco_info_has_feature (resource->info, feature);
}

/**
 * xmpp_caps_module_load:
 * @info: the <query/> that "seen" gave, as XML
 *
 * Remembers a version from an earlier time, as the one that was met least recently; of several, the one last met is to be
 * loaded first. It is proved again when it is first needed.
 */
void
xmpp_caps_module_load (XmppCapsModule *self, const char *hash, const char *ver, const char *info)
{
  g_autofree char *key = make_key (hash, ver);
  Version *version;

  if (g_hash_table_contains (self->versions, key) || g_queue_get_length (&self->by_use) >= XMPP_CAPS_MOST_VERIFIED)
    return;
  version = new_version (self, key);
  version->text = g_strdup (info);
  g_queue_push_tail_link (&self->by_use, &version->link);
}

static void
constructed (GObject *object)
{
  XmppSession *session = xmpp_module_get_session (XMPP_MODULE (object));

  G_OBJECT_CLASS (xmpp_caps_module_parent_class)->constructed (object);
  g_signal_connect_object (xmpp_session_get_module (session, XMPP_TYPE_PRESENCE_MODULE), "presence", G_CALLBACK (presence_cb),
                           object, 0);
}

static void
finalize (GObject *object)
{
  XmppCapsModule *self = XMPP_CAPS_MODULE (object);

  g_hash_table_unref (self->contacts);
  g_hash_table_unref (self->questions);
  g_hash_table_unref (self->versions);
  G_OBJECT_CLASS (xmpp_caps_module_parent_class)->finalize (object);
}

static void
xmpp_caps_module_class_init (XmppCapsModuleClass *klass)
{
  static GType requires[3];
  XmppModuleClass *module_class = XMPP_MODULE_CLASS (klass);

  requires[0] = XMPP_TYPE_ROSTER_MODULE;
  requires[1] = XMPP_TYPE_PRESENCE_MODULE;
  G_OBJECT_CLASS (klass)->constructed = constructed;
  G_OBJECT_CLASS (klass)->finalize = finalize;
  module_class->name = "capabilities";
  module_class->requires = requires;
  module_class->online = online;
  signals[FEATURES_KNOWN] = g_signal_new ("features-known", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                                          G_TYPE_NONE, 1, XMPP_TYPE_JID);
  signals[SEEN] = g_signal_new ("seen", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                                G_TYPE_NONE, 3, G_TYPE_STRING, G_TYPE_STRING, XMPP_TYPE_ELEMENT);
}

static void
xmpp_caps_module_init (XmppCapsModule *self)
{
  g_queue_init (&self->by_use);
  g_queue_init (&self->waiting);
  self->versions = g_hash_table_new_full (g_str_hash, g_str_equal, NULL, (GDestroyNotify) version_free);
  self->contacts = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, (GDestroyNotify) g_ptr_array_unref);
  self->questions = g_hash_table_new (g_str_hash, g_str_equal);
}
