/* SPDX-License-Identifier: GPL-3.0-or-later
 * SPDX-FileCopyrightText: The Stonechat authors */
#include "xmpp-disco-module.h"
#include "xmpp-disco-info.h"
#include "xmpp-error.h"
#include "xmpp-ns.h"
#include "xmpp-roster-module.h"
#include "xmpp-session-private.h"

struct _XmppDiscoModule {
  XmppModule parent_instance;
  XmppDiscoInfo *info;     /* made on first use, when all modules are there */
  char *ver;
};

G_DEFINE_FINAL_TYPE (XmppDiscoModule, xmpp_disco_module, XMPP_TYPE_MODULE)

static void
make_info (XmppDiscoModule *self)
{
  GPtrArray *modules = xmpp_session_get_modules (xmpp_module_get_session (XMPP_MODULE (self)));
  g_autoptr (XmppElement) query = xmpp_element_new (XMPP_NS_DISCO_INFO, "query");
  XmppElement *identity = xmpp_element_add_child (query, XMPP_NS_DISCO_INFO, "identity");

  xmpp_element_set_attribute (identity, "category", "client");
  xmpp_element_set_attribute (identity, "type", "pc");
  xmpp_element_set_attribute (identity, "name", "Stonechat");
  for (guint i = 0; i < modules->len; i++) {
    const char *const *feature = XMPP_MODULE_GET_CLASS (modules->pdata[i])->features;

    for (; feature && *feature; feature++)
      xmpp_element_set_attribute (xmpp_element_add_child (query, XMPP_NS_DISCO_INFO, "feature"), "var", *feature);
  }
  self->info = xmpp_disco_info_parse (query, NULL);
  self->ver = xmpp_disco_info_compute_ver (self->info, "sha-1");
}

const char *
xmpp_disco_module_get_ver (XmppDiscoModule *self)
{
  if (!self->ver)
    make_info (self);
  return self->ver;
}

static gboolean
info_cb (XmppModule *module, XmppElement *stanza, XmppElement *payload, XmppJid *from)
{
  XmppDiscoModule *self = XMPP_DISCO_MODULE (module);
  const char *node = xmpp_element_get_attribute (payload, "node");
  g_autofree char *own = g_strdup_printf ("%s#%s", XMPP_DISCO_NODE, xmpp_disco_module_get_ver (self));
  XmppElement *query;

  if (!xmpp_roster_may_know_us (xmpp_module_get_session (module), from))
    return FALSE;
  if (node && !g_str_equal (node, own)) {
    g_autoptr (GError) error = g_error_new_literal (XMPP_STANZA_ERROR, XMPP_STANZA_ERROR_ITEM_NOT_FOUND, "");

    xmpp_module_reply_error (module, stanza, error);
    return TRUE;
  }
  query = xmpp_element_copy (xmpp_disco_info_get_element (self->info));
  xmpp_element_set_attribute (query, "node", node);
  xmpp_module_reply (module, stanza, query);
  return TRUE;
}

static gboolean
items_cb (XmppModule *module, XmppElement *stanza, XmppElement *payload, XmppJid *from)
{
  if (!xmpp_roster_may_know_us (xmpp_module_get_session (module), from))
    return FALSE;
  xmpp_module_reply (module, stanza, xmpp_element_new (XMPP_NS_DISCO_ITEMS, "query"));
  return TRUE;
}

static const XmppHandler handlers[] = {
  { XMPP_IQ_GET, "query", XMPP_NS_DISCO_INFO, XMPP_FROM_CONTACT, info_cb },
  { XMPP_IQ_GET, "query", XMPP_NS_DISCO_INFO, XMPP_FROM_SERVER, info_cb },
  { XMPP_IQ_GET, "query", XMPP_NS_DISCO_ITEMS, XMPP_FROM_CONTACT, items_cb },
  { 0 }
};
static const char *const features[] = { XMPP_NS_CAPS, XMPP_NS_DISCO_INFO, NULL };

static void
finalize (GObject *object)
{
  XmppDiscoModule *self = XMPP_DISCO_MODULE (object);

  g_clear_pointer (&self->info, xmpp_disco_info_unref);
  g_free (self->ver);
  G_OBJECT_CLASS (xmpp_disco_module_parent_class)->finalize (object);
}

static void
xmpp_disco_module_class_init (XmppDiscoModuleClass *klass)
{
  XmppModuleClass *module_class = XMPP_MODULE_CLASS (klass);

  G_OBJECT_CLASS (klass)->finalize = finalize;
  module_class->name = "disco";
  module_class->features = features;
  module_class->handlers = handlers;
}

static void
xmpp_disco_module_init (XmppDiscoModule *self)
{
}
