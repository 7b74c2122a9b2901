/* SPDX-License-Identifier: GPL-3.0-or-later
 * SPDX-FileCopyrightText: The Stonechat authors */
#include "fake-displayed.h"

#include "xmpp-server-module.h"

struct _XmppDisplayedModule {
  XmppModule parent_instance;
  GPtrArray *published;
  gboolean missing;
};

struct _XmppServerModule { XmppModule parent_instance; };

G_DEFINE_FINAL_TYPE (XmppDisplayedModule, xmpp_displayed_module, XMPP_TYPE_MODULE)
G_DEFINE_FINAL_TYPE (XmppServerModule, xmpp_server_module, XMPP_TYPE_MODULE)

static void
xmpp_displayed_module_finalize (GObject *object)
{
  g_ptr_array_unref (((FakeDisplayed *) object)->published);
  G_OBJECT_CLASS (xmpp_displayed_module_parent_class)->finalize (object);
}

static void
xmpp_displayed_module_class_init (XmppDisplayedModuleClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = xmpp_displayed_module_finalize;
  g_signal_new ("displayed", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                G_TYPE_NONE, 2, XMPP_TYPE_JID, G_TYPE_STRING);
}

static void
xmpp_displayed_module_init (XmppDisplayedModule *self)
{
  self->published = g_ptr_array_new_with_free_func (g_free);
}

static void
xmpp_server_module_class_init (XmppServerModuleClass *klass)
{
}

static void
xmpp_server_module_init (XmppServerModule *self)
{
}

gboolean
xmpp_server_module_get_known (XmppServerModule *self)
{
  return FALSE;
}

gboolean
xmpp_displayed_module_get_available (XmppDisplayedModule *self)
{
  return !self->missing;
}

gboolean
xmpp_displayed_module_publish (XmppDisplayedModule *self, XmppJid *chat, const char *archive_id)
{
  g_ptr_array_add (self->published, g_strdup_printf ("%s %s", xmpp_jid_get_string (chat), archive_id));
  return TRUE;
}

FakeDisplayed *
fake_displayed_new (void)
{
  return g_object_new (xmpp_displayed_module_get_type (), NULL);
}

GPtrArray *
fake_displayed_get (FakeDisplayed *self)
{
  return self->published;
}

void
fake_displayed_set_missing (FakeDisplayed *self)
{
  self->missing = TRUE;
}

void
fake_displayed_say (FakeDisplayed *self, XmppJid *chat, const char *archive_id)
{
  g_signal_emit_by_name (self, "displayed", chat, archive_id);
}
