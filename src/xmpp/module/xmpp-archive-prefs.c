/* SPDX-License-Identifier: GPL-3.0-or-later
 * SPDX-FileCopyrightText: The Stonechat authors */
#include "xmpp-archive-module.h"
#include "xmpp-error.h"
#include "xmpp-ns.h"

/* XEP-0441: what the server is to keep. */

#define ANSWER_TIMEOUT_MS 30000

static const char *const rules[] = { "always", "roster", "never" };

void
xmpp_archive_prefs_free (XmppArchivePrefs *self)
{
  g_strfreev (self->always);
  g_strfreev (self->never);
  g_free (self);
}

static char **
parse_list (XmppElement *prefs, const char *name)
{
  XmppElement *list = xmpp_element_find_child (prefs, XMPP_NS_MAM, name);
  g_autoptr (GStrvBuilder) builder = g_strv_builder_new ();

  for (guint i = 0; list && i < xmpp_element_get_n_children (list); i++) {
    XmppElement *jid = xmpp_element_get_child (list, i);

    if (xmpp_element_is (jid, XMPP_NS_MAM, "jid"))
      g_strv_builder_add (builder, xmpp_element_get_text (jid));
  }
  return g_strv_builder_end (builder);
}

static XmppArchivePrefs *
parse (XmppElement *answer, GError **error)
{
  XmppElement *prefs = xmpp_element_find_child (answer, XMPP_NS_MAM, "prefs");
  const char *rule = prefs ? xmpp_element_get_attribute (prefs, "default") : NULL;

  for (guint i = 0; rule && i < G_N_ELEMENTS (rules); i++)
    if (g_str_equal (rule, rules[i])) {
      XmppArchivePrefs *self = g_new0 (XmppArchivePrefs, 1);

      self->rule = i;
      self->always = parse_list (prefs, "always");
      self->never = parse_list (prefs, "never");
      return self;
    }
  g_set_error_literal (error, XMPP_ERROR, XMPP_ERROR_PROTOCOL, "Not the archive's preferences");
  return NULL;
}

static void
build_list (XmppElement *prefs, const char *name, char **addresses)
{
  XmppElement *list = xmpp_element_add_child (prefs, XMPP_NS_MAM, name);

  for (guint i = 0; addresses && addresses[i]; i++)
    xmpp_element_add_text_child (list, XMPP_NS_MAM, "jid", addresses[i]);
}

static void
answered_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = user_data;
  GError *error = NULL;
  g_autoptr (XmppElement) answer = xmpp_session_send_iq_finish (XMPP_SESSION (source), result, &error);
  XmppArchivePrefs *prefs = answer ? parse (answer, &error) : NULL;

  if (prefs)
    g_task_return_pointer (task, prefs, (GDestroyNotify) xmpp_archive_prefs_free);
  else
    g_task_return_error (task, error);
}

static void
ask (XmppArchiveModule *self, const XmppArchivePrefs *prefs, GCancellable *cancellable, GAsyncReadyCallback callback, gpointer user_data)
{
  GTask *task = g_task_new (self, cancellable, callback, user_data);
  g_autoptr (XmppElement) iq = xmpp_element_new (XMPP_NS_CLIENT, "iq");
  XmppElement *payload = xmpp_element_add_child (iq, XMPP_NS_MAM, "prefs");

  xmpp_element_set_attribute (iq, "type", prefs ? "set" : "get");
  if (prefs) {
    xmpp_element_set_attribute (payload, "default", rules[prefs->rule]);
    build_list (payload, "always", prefs->always);
    build_list (payload, "never", prefs->never);
  }
  xmpp_session_send_iq_async (xmpp_module_get_session (XMPP_MODULE (self)), iq, ANSWER_TIMEOUT_MS, cancellable, answered_cb, task);
}

/**
 * xmpp_archive_module_get_prefs_async:
 *
 * XEP-0441 §2.1. Errors: as of xmpp_session_send_iq_async (); XMPP_STANZA_ERROR_FEATURE_NOT_IMPLEMENTED and others where the
 * server lets nobody choose; XMPP_ERROR_PROTOCOL where the answer is none.
 */
void
xmpp_archive_module_get_prefs_async (XmppArchiveModule *self, GCancellable *cancellable, GAsyncReadyCallback callback,
                                     gpointer user_data)
{
  ask (self, NULL, cancellable, callback, user_data);
}

XmppArchivePrefs *
xmpp_archive_module_get_prefs_finish (XmppArchiveModule *self, GAsyncResult *result, GError **error)
{
  return g_task_propagate_pointer (G_TASK (result), error);
}

/**
 * xmpp_archive_module_set_prefs_async:
 * @prefs: all of them; only read during the call
 *
 * XEP-0441 §2.1. Errors: as of xmpp_archive_module_get_prefs_async ().
 */
void
xmpp_archive_module_set_prefs_async (XmppArchiveModule *self, const XmppArchivePrefs *prefs, GCancellable *cancellable,
                                     GAsyncReadyCallback callback, gpointer user_data)
{
  ask (self, prefs, cancellable, callback, user_data);
}

XmppArchivePrefs *
xmpp_archive_module_set_prefs_finish (XmppArchiveModule *self, GAsyncResult *result, GError **error)
{
  return g_task_propagate_pointer (G_TASK (result), error);
}
