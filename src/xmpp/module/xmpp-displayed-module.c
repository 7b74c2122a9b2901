/* SPDX-License-Identifier: GPL-3.0-or-later
 * SPDX-FileCopyrightText: The Stonechat authors */
#include "xmpp-displayed-module.h"
#include "xmpp-error.h"

struct _XmppDisplayedModule {
  XmppModule parent_instance;
};

G_DEFINE_FINAL_TYPE (XmppDisplayedModule, xmpp_displayed_module, XMPP_TYPE_MODULE)

gboolean
xmpp_displayed_module_get_available (XmppDisplayedModule *self)
{
  return FALSE;
}

gboolean
xmpp_displayed_module_publish (XmppDisplayedModule *self, XmppJid *chat, const char *archive_id)
{
  return FALSE;
}

static void
xmpp_displayed_module_class_init (XmppDisplayedModuleClass *klass)
{
  XMPP_MODULE_CLASS (klass)->name = "displayed";
  g_signal_new ("displayed", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                G_TYPE_NONE, 2, XMPP_TYPE_JID, G_TYPE_STRING);
}

static void
xmpp_displayed_module_init (XmppDisplayedModule *self)
{
}
