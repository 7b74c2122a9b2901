/* SPDX-License-Identifier: GPL-3.0-or-later
 * SPDX-FileCopyrightText: The Stonechat authors */
#include "module-peer.h"
#include "xmpp-basics-module.h"
#include "xmpp-ns.h"
#include "xmpp-session-link.h"

/* When the server is told whether anybody looks (XEP-0352). */

#define NEVER_MS (24 * 3600 * 1000)

typedef struct {
  ModulePeer *peer;
  XmppCsiModule *csi;
} Fixture;

static void
set_up (Fixture *f, gconstpointer offered)
{
  const GType types[] = { XMPP_TYPE_CSI_MODULE, G_TYPE_INVALID };

  f->peer = module_peer_new (types);
  f->csi = xmpp_session_get_module (f->peer->session, XMPP_TYPE_CSI_MODULE);
  f->peer->session->features = xmpp_element_new (XMPP_NS_STREAM, "features");
  if (offered)
    xmpp_element_add_child (f->peer->session->features, XMPP_NS_CSI, "csi");
  xmpp_csi_module_set_delay (f->csi, 0);
  module_peer_online (f->peer, FALSE);
  module_peer_assert_silent (f->peer);
}

static void
tear_down (Fixture *f, gconstpointer offered)
{
  module_peer_free (f->peer);
}

static void
run_dry (void)
{
  while (g_main_context_iteration (NULL, FALSE));
}

static void
expect (Fixture *f, const char *name)
{
  g_autoptr (XmppElement) state = NULL;

  run_dry ();
  state = module_peer_take (f->peer, name, NULL);
  g_assert_true (xmpp_element_is (state, XMPP_NS_CSI, name));
  module_peer_assert_silent (f->peer);
}

static void
test_once (Fixture *f, gconstpointer offered)
{
  xmpp_csi_module_set_active (f->csi, FALSE);
  xmpp_csi_module_set_active (f->csi, FALSE);
  expect (f, "inactive");
  xmpp_csi_module_set_active (f->csi, TRUE);
  xmpp_csi_module_set_active (f->csi, TRUE);
  expect (f, "active");
}

/* "active" at once, "inactive" after a while. */
static void
test_delay (Fixture *f, gconstpointer offered)
{
  xmpp_csi_module_set_delay (f->csi, NEVER_MS);
  xmpp_csi_module_set_active (f->csi, FALSE);
  run_dry ();
  module_peer_assert_silent (f->peer);
  xmpp_csi_module_set_active (f->csi, TRUE);
  expect (f, "active");
}

static void
test_new_stream (Fixture *f, gconstpointer offered)
{
  xmpp_csi_module_set_active (f->csi, FALSE);
  expect (f, "inactive");
  module_peer_offline (f->peer);
  module_peer_online (f->peer, FALSE);
  expect (f, "inactive");
  module_peer_offline (f->peer);
  xmpp_csi_module_set_active (f->csi, TRUE);
  module_peer_online (f->peer, FALSE);
  run_dry ();
  module_peer_assert_silent (f->peer);
}

/* XEP-0352 §5.2: the state is not restored with the stream. */
static void
test_resumed (Fixture *f, gconstpointer offered)
{
  xmpp_csi_module_set_active (f->csi, FALSE);
  expect (f, "inactive");
  module_peer_offline (f->peer);
  module_peer_online (f->peer, TRUE);
  expect (f, "inactive");
}

static void
test_not_offered (Fixture *f, gconstpointer offered)
{
  xmpp_csi_module_set_active (f->csi, FALSE);
  run_dry ();
  xmpp_csi_module_set_active (f->csi, TRUE);
  run_dry ();
  module_peer_assert_silent (f->peer);
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
#define ADD(path, offered, func) g_test_add (path, Fixture, GINT_TO_POINTER (offered), set_up, func, tear_down)
  ADD ("/csi/once", TRUE, test_once);
  ADD ("/csi/delay", TRUE, test_delay);
  ADD ("/csi/R-09/new-stream", TRUE, test_new_stream);
  ADD ("/csi/R-09/resumed", TRUE, test_resumed);
  ADD ("/csi/not-offered", FALSE, test_not_offered);
  return g_test_run ();
}
