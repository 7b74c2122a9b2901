/* SPDX-License-Identifier: GPL-3.0-or-later
 * SPDX-FileCopyrightText: The Stonechat authors */
#include "xmpp-disco-module.h"
#include "xmpp-error.h"
#include "xmpp-ns.h"
#include "xmpp-session-private.h"

#include <string.h>

struct _XmppDiscoModule {
  XmppModule parent_instance;
  GPtrArray *features;     /* sorted, borrowed from the classes; made on first use */
  char *ver;
};

G_DEFINE_FINAL_TYPE (XmppDiscoModule, xmpp_disco_module, XMPP_TYPE_MODULE)

static int
compare_strings (gconstpointer a, gconstpointer b)
{
  return strcmp (*(const char *const *) a, *(const char *const *) b);
}

static GPtrArray *
get_features (XmppDiscoModule *self)
{
  GPtrArray *modules = xmpp_session_get_modules (xmpp_module_get_session (XMPP_MODULE (self)));

  if (self->features)
    return self->features;
  self->features = g_ptr_array_new ();
  for (guint i = 0; i < modules->len; i++) {
    const char *const *feature = XMPP_MODULE_GET_CLASS (modules->pdata[i])->features;

    for (; feature && *feature; feature++)
      g_ptr_array_add (self->features, (gpointer) *feature);
  }
  g_ptr_array_sort (self->features, compare_strings);
  return self->features;
}

const char *
xmpp_disco_module_get_ver (XmppDiscoModule *self)
{
  g_autoptr (GString) text = NULL;
  g_autoptr (GChecksum) sum = NULL;
  guint8 digest[20];
  gsize size = sizeof digest;

  if (self->ver)
    return self->ver;
  text = g_string_new ("client/pc//Stonechat<");
  for (guint i = 0; i < get_features (self)->len; i++)
    g_string_append_printf (text, "%s<", (const char *) self->features->pdata[i]);
  sum = g_checksum_new (G_CHECKSUM_SHA1);
  g_checksum_update (sum, (const guint8 *) text->str, text->len);
  g_checksum_get_digest (sum, digest, &size);
  self->ver = g_base64_encode (digest, size);
  return self->ver;
}

static gboolean
info_cb (XmppModule *module, XmppElement *stanza, XmppElement *payload, XmppJid *from)
{
  XmppDiscoModule *self = XMPP_DISCO_MODULE (module);
  const char *node = xmpp_element_get_attribute (payload, "node");
  g_autofree char *own = g_strdup_printf ("%s#%s", XMPP_DISCO_NODE, xmpp_disco_module_get_ver (self));
  XmppElement *query, *identity;

  if (node && !g_str_equal (node, own)) {
    g_autoptr (GError) error = g_error_new_literal (XMPP_STANZA_ERROR, XMPP_STANZA_ERROR_ITEM_NOT_FOUND, "");

    xmpp_module_reply_error (module, stanza, error);
    return TRUE;
  }
  query = xmpp_element_new (XMPP_NS_DISCO_INFO, "query");
  xmpp_element_set_attribute (query, "node", node);
  identity = xmpp_element_add_child (query, XMPP_NS_DISCO_INFO, "identity");
  xmpp_element_set_attribute (identity, "category", "client");
  xmpp_element_set_attribute (identity, "type", "pc");
  xmpp_element_set_attribute (identity, "name", "Stonechat");
  for (guint i = 0; i < get_features (self)->len; i++)
    xmpp_element_set_attribute (xmpp_element_add_child (query, XMPP_NS_DISCO_INFO, "feature"), "var", self->features->pdata[i]);
  xmpp_module_reply (module, stanza, query);
  return TRUE;
}

static gboolean
items_cb (XmppModule *module, XmppElement *stanza, XmppElement *payload, XmppJid *from)
{
  xmpp_module_reply (module, stanza, xmpp_element_new (XMPP_NS_DISCO_ITEMS, "query"));
  return TRUE;
}

/* To those who may see our presence only (S-110). */
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

  g_clear_pointer (&self->features, g_ptr_array_unref);
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
