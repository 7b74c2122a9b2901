/* SPDX-License-Identifier: GPL-3.0-or-later
 * SPDX-FileCopyrightText: The Stonechat authors */
#include "xmpp-server-module.h"
#include "xmpp-error.h"

struct _XmppServerModule {
  XmppModule parent_instance;
};

G_DEFINE_FINAL_TYPE (XmppServerModule, xmpp_server_module, XMPP_TYPE_MODULE)

gboolean
xmpp_server_module_has_feature (XmppServerModule *self, gboolean of_account, const char *feature)
{
  return FALSE;
}

gboolean
xmpp_server_module_get_known (XmppServerModule *self)
{
  return FALSE;
}

char *
xmpp_server_module_dup_cache (XmppServerModule *self)
{
  return NULL;
}

void
xmpp_server_module_load (XmppServerModule *self, const char *cache)
{
}

static void
xmpp_server_module_class_init (XmppServerModuleClass *klass)
{
  XMPP_MODULE_CLASS (klass)->name = "server features";
  g_signal_new ("features-known", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 0);
}

static void
xmpp_server_module_init (XmppServerModule *self)
{
}
