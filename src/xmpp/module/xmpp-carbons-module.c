/* SPDX-License-Identifier: GPL-3.0-or-later
 * SPDX-FileCopyrightText: The Stonechat authors */
#include "xmpp-carbons-module.h"
#include "xmpp-error.h"

struct _XmppCarbonsModule {
  XmppModule parent_instance;
};

G_DEFINE_FINAL_TYPE (XmppCarbonsModule, xmpp_carbons_module, XMPP_TYPE_MODULE)

gboolean
xmpp_carbons_module_get_enabled (XmppCarbonsModule *self)
{
  return FALSE;
}

static void
xmpp_carbons_module_class_init (XmppCarbonsModuleClass *klass)
{
  XMPP_MODULE_CLASS (klass)->name = "carbons";
}

static void
xmpp_carbons_module_init (XmppCarbonsModule *self)
{
}
