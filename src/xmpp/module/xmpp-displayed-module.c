/* SPDX-License-Identifier: GPL-3.0-or-later
 * SPDX-FileCopyrightText: The Stonechat authors */
#include "xmpp-displayed-module.h"
#include "xmpp-error.h"
#include "xmpp-ns.h"
#include "xmpp-server-module.h"
#include "xmpp-submit-form.h"

/* Whom somebody reads, and when, is nobody else's business: the node is on a white list, the server must have promised to
 * make it so, and where it is not, it is made so before anything is published (XEP-0223 §5, S-10). */

#define PUBLISH_OPTIONS XMPP_NS_PUBSUB "#publish-options"
#define NODE_CONFIG XMPP_NS_PUBSUB "#node_config"
#define ANSWER_TIMEOUT_MS 30000

struct _XmppDisplayedModule {
  XmppModule parent_instance;
  gboolean wanted;           /* what there is was not read yet since the bind */
  gboolean asked;
  gboolean few_options;      /* the server does not know all of them when something is published */
};

typedef enum { PUBLISH, CREATE, CONFIGURE, PUBLISH_AGAIN } Step;

typedef struct {
  XmppDisplayedModule *module;
  Step step;
  char *chat, *archive_id;
} Publication;

G_DEFINE_FINAL_TYPE (XmppDisplayedModule, xmpp_displayed_module, XMPP_TYPE_MODULE)

static guint displayed_signal;

static XmppJid *
get_account (XmppDisplayedModule *self)
{
  return xmpp_session_get_account (xmpp_module_get_session (XMPP_MODULE (self)));
}

/**
 * xmpp_displayed_module_get_available:
 *
 * Returns: whether the server keeps to publish-options, XEP-0490 §8
 */
gboolean
xmpp_displayed_module_get_available (XmppDisplayedModule *self)
{
  XmppSession *session = xmpp_module_get_session (XMPP_MODULE (self));

  return xmpp_server_module_has_feature (xmpp_session_get_module (session, XMPP_TYPE_SERVER_MODULE), TRUE, PUBLISH_OPTIONS);
}

/* -- what is read ---------------------------------------------------------------------------------------------------- */

/* One id, of the own archive: those of rooms are theirs. NULL: none. */
static const char *
find_id (XmppDisplayedModule *self, XmppElement *item)
{
  XmppElement *displayed = xmpp_element_find_child (item, XMPP_NS_MDS, "displayed");
  XmppElement *id = displayed ? xmpp_element_find_child (displayed, XMPP_NS_SID, "stanza-id") : NULL;
  const char *by = id ? xmpp_element_get_attribute (id, "by") : NULL;
  g_autoptr (XmppJid) archive = by ? xmpp_jid_new_lenient (by, NULL) : NULL;

  if (!archive || !xmpp_jid_equal (archive, get_account (self)) || xmpp_element_get_n_children (displayed) != 1)
    return NULL;
  return xmpp_element_get_attribute (id, "id");
}

static void
take_items (XmppDisplayedModule *self, XmppElement *items)
{
  for (guint i = 0; i < xmpp_element_get_n_children (items); i++) {
    XmppElement *item = xmpp_element_get_child (items, i);
    const char *address = xmpp_element_is (item, NULL, "item") ? xmpp_element_get_attribute (item, "id") : NULL;
    const char *id = address ? find_id (self, item) : NULL;
    g_autoptr (XmppJid) chat = id && *id != '\0' ? xmpp_jid_new_lenient (address, NULL) : NULL;

    if (chat && xmpp_jid_is_bare (chat))
      g_signal_emit (self, displayed_signal, 0, chat, id);
  }
}

static XmppElement *
find_items (XmppElement *parent, const char *ns)
{
  XmppElement *items = parent ? xmpp_element_find_child (parent, ns, "items") : NULL;

  return items && g_strcmp0 (xmpp_element_get_attribute (items, "node"), XMPP_NS_MDS) == 0 ? items : NULL;
}

/* Only from our own account (S-09): the handler's row says so. */
static gboolean
event_cb (XmppModule *module, XmppElement *stanza, XmppElement *event, XmppJid *from)
{
  XmppElement *items = find_items (event, XMPP_NS_PUBSUB_EVENT);

  if (!items)
    return FALSE;
  take_items (XMPP_DISPLAYED_MODULE (module), items);
  return TRUE;
}

static void
fetched_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (XmppDisplayedModule) self = user_data;
  g_autoptr (GError) error = NULL;
  g_autoptr (XmppElement) answer = xmpp_session_send_iq_finish (XMPP_SESSION (source), result, &error);
  XmppElement *items = answer ? find_items (xmpp_element_find_child (answer, XMPP_NS_PUBSUB, "pubsub"), XMPP_NS_PUBSUB) : NULL;

  self->asked = FALSE;
  /* There may be no such node yet. */
  if (answer || error->domain == XMPP_STANZA_ERROR)
    self->wanted = FALSE;
  if (items)
    take_items (self, items);
}

static void
fetch (XmppDisplayedModule *self)
{
  XmppSession *session = xmpp_module_get_session (XMPP_MODULE (self));
  g_autoptr (XmppElement) iq = NULL;
  XmppElement *items;

  if (!self->wanted || self->asked || xmpp_session_get_state (session) != XMPP_SESSION_ONLINE || !xmpp_displayed_module_get_available (self))
    return;
  iq = xmpp_element_new (XMPP_NS_CLIENT, "iq");
  xmpp_element_set_attribute (iq, "type", "get");
  items = xmpp_element_add_child (xmpp_element_add_child (iq, XMPP_NS_PUBSUB, "pubsub"), XMPP_NS_PUBSUB, "items");
  xmpp_element_set_attribute (items, "node", XMPP_NS_MDS);
  self->asked = TRUE;
  xmpp_session_send_iq_async (session, iq, ANSWER_TIMEOUT_MS, NULL, fetched_cb, g_object_ref (self));
}

static void
online (XmppModule *module, gboolean resumed)
{
  XmppDisplayedModule *self = XMPP_DISPLAYED_MODULE (module);

  self->wanted |= !resumed;
  self->few_options &= resumed;
  fetch (self);
}

/* -- what is published ----------------------------------------------------------------------------------------------- */

static void
publication_free (Publication *publication)
{
  g_object_unref (publication->module);
  g_free (publication->chat);
  g_free (publication->archive_id);
  g_free (publication);
}

G_DEFINE_AUTOPTR_CLEANUP_FUNC (Publication, publication_free)

static void
add_options (XmppElement *parent, const char *type, gboolean few)
{
  XmppElement *form = xmpp_submit_form_add (parent, type);

  xmpp_submit_form_add_field (form, "pubsub#persist_items", "true");
  if (!few) {
    xmpp_submit_form_add_field (form, "pubsub#max_items", "max");
    xmpp_submit_form_add_field (form, "pubsub#send_last_published_item", "never");
  }
  xmpp_submit_form_add_field (form, "pubsub#access_model", "whitelist");
}

static void
add_publish (XmppElement *iq, Publication *publication)
{
  XmppElement *pubsub = xmpp_element_add_child (iq, XMPP_NS_PUBSUB, "pubsub");
  XmppElement *publish = xmpp_element_add_child (pubsub, XMPP_NS_PUBSUB, "publish");
  XmppElement *item = xmpp_element_add_child (publish, XMPP_NS_PUBSUB, "item");
  XmppElement *id = xmpp_element_add_child (xmpp_element_add_child (item, XMPP_NS_MDS, "displayed"), XMPP_NS_SID, "stanza-id");

  xmpp_element_set_attribute (publish, "node", XMPP_NS_MDS);
  xmpp_element_set_attribute (item, "id", publication->chat);
  xmpp_element_set_attribute (id, "by", xmpp_jid_get_string (get_account (publication->module)));
  xmpp_element_set_attribute (id, "id", publication->archive_id);
  add_options (xmpp_element_add_child (pubsub, XMPP_NS_PUBSUB, "publish-options"), PUBLISH_OPTIONS, publication->module->few_options);
}

static void
add_creation (XmppElement *iq)
{
  XmppElement *pubsub = xmpp_element_add_child (iq, XMPP_NS_PUBSUB, "pubsub");

  xmpp_element_set_attribute (xmpp_element_add_child (pubsub, XMPP_NS_PUBSUB, "create"), "node", XMPP_NS_MDS);
  add_options (xmpp_element_add_child (pubsub, XMPP_NS_PUBSUB, "configure"), NODE_CONFIG, FALSE);
}

static void
add_configuration (XmppElement *iq)
{
  XmppElement *pubsub = xmpp_element_add_child (iq, XMPP_NS_PUBSUB_OWNER, "pubsub");
  XmppElement *configure = xmpp_element_add_child (pubsub, XMPP_NS_PUBSUB_OWNER, "configure");

  xmpp_element_set_attribute (configure, "node", XMPP_NS_MDS);
  add_options (configure, NODE_CONFIG, FALSE);
}

static void step_done_cb (GObject *source, GAsyncResult *result, gpointer user_data);

static void
do_step (Publication *publication, Step step)
{
  g_autoptr (XmppElement) iq = xmpp_element_new (XMPP_NS_CLIENT, "iq");

  publication->step = step;
  xmpp_element_set_attribute (iq, "type", "set");
  if (step == CREATE)
    add_creation (iq);
  else if (step == CONFIGURE)
    add_configuration (iq);
  else
    add_publish (iq, publication);
  xmpp_session_send_iq_async (xmpp_module_get_session (XMPP_MODULE (publication->module)), iq, ANSWER_TIMEOUT_MS, NULL, step_done_cb,
                              publication);
}

/* ejabberd 23 knows neither max_items nor send_last_published_item here, only in a node's configuration, and calls that
 * resource-constraint. */
static gboolean
wants_few_options (Publication *publication, const GError *error)
{
  return !publication->module->few_options && error->domain == XMPP_STANZA_ERROR &&
         (error->code == XMPP_STANZA_ERROR_RESOURCE_CONSTRAINT || error->code == XMPP_STANZA_ERROR_BAD_REQUEST ||
          error->code == XMPP_STANZA_ERROR_NOT_ACCEPTABLE);
}

/* What comes next; the same step: nothing. A node that is not as it must be is conflict, with precondition-not-met (XEP-0060
 * §7.1.5), and so is one that is there already: it is put right, and the item is published once more, never without options. */
static Step
find_next (Publication *publication, const GError *error)
{
  gboolean conflict = g_error_matches (error, XMPP_STANZA_ERROR, XMPP_STANZA_ERROR_CONFLICT);

  switch (publication->step) {
  case PUBLISH:
    return conflict ? CONFIGURE : error && wants_few_options (publication, error) ? CREATE : PUBLISH;
  case CREATE:
    return conflict ? CONFIGURE : error ? CREATE : PUBLISH_AGAIN;
  case CONFIGURE:
    return error ? CONFIGURE : PUBLISH_AGAIN;
  case PUBLISH_AGAIN:
  default:
    return publication->step;
  }
}

static void
step_done_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (Publication) publication = user_data;
  g_autoptr (GError) error = NULL;
  G_GNUC_UNUSED g_autoptr (XmppElement) answer = xmpp_session_send_iq_finish (XMPP_SESSION (source), result, &error);
  Step next = find_next (publication, error);

  if (next == CREATE)
    publication->module->few_options = TRUE;
  if (next != publication->step)
    do_step (g_steal_pointer (&publication), next);
  else if (error)
    g_debug ("What was read of %s is not published: %s", publication->chat, error->message);
}

/**
 * xmpp_displayed_module_publish:
 * @chat: bare
 * @archive_id: of the message up to which it was read
 *
 * XEP-0490 §4.2.
 *
 * Returns: FALSE where it can't be done now; nothing is kept then
 */
gboolean
xmpp_displayed_module_publish (XmppDisplayedModule *self, XmppJid *chat, const char *archive_id)
{
  Publication *publication;

  if (xmpp_session_get_state (xmpp_module_get_session (XMPP_MODULE (self))) != XMPP_SESSION_ONLINE ||
      !xmpp_displayed_module_get_available (self))
    return FALSE;
  publication = g_new0 (Publication, 1);
  publication->module = g_object_ref (self);
  publication->chat = g_strdup (xmpp_jid_get_bare_string (chat));
  publication->archive_id = g_strdup (archive_id);
  do_step (publication, PUBLISH);
  return TRUE;
}

/* -------------------------------------------------------------------------------------------------------------------- */

static void
constructed (GObject *object)
{
  XmppSession *session = xmpp_module_get_session (XMPP_MODULE (object));

  G_OBJECT_CLASS (xmpp_displayed_module_parent_class)->constructed (object);
  g_signal_connect_object (xmpp_session_get_module (session, XMPP_TYPE_SERVER_MODULE), "features-known", G_CALLBACK (fetch),
                           object, G_CONNECT_SWAPPED);
}

static const XmppHandler handlers[] = {
  { XMPP_MESSAGE, "event", XMPP_NS_PUBSUB_EVENT, XMPP_FROM_ACCOUNT, event_cb },
  { 0 }
};
static const char *const features[] = { XMPP_NS_MDS "+notify", NULL };

static void
xmpp_displayed_module_class_init (XmppDisplayedModuleClass *klass)
{
  static GType requires[2];
  XmppModuleClass *module_class = XMPP_MODULE_CLASS (klass);

  requires[0] = XMPP_TYPE_SERVER_MODULE;
  G_OBJECT_CLASS (klass)->constructed = constructed;
  module_class->name = "displayed";
  module_class->features = features;
  module_class->handlers = handlers;
  module_class->requires = requires;
  module_class->online = online;
  displayed_signal = g_signal_new ("displayed", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                                   G_TYPE_NONE, 2, XMPP_TYPE_JID, G_TYPE_STRING);
}

static void
xmpp_displayed_module_init (XmppDisplayedModule *self)
{
}
