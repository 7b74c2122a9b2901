/* SPDX-License-Identifier: GPL-3.0-or-later
 * SPDX-FileCopyrightText: The Stonechat authors */
#include "connection-test.h"

#include <stdio.h>

gboolean
is_going (Fixture *fixture)
{
  if (fixture->server)
    g_assert_cmpstr (scripted_server_get_failure (fixture->server), ==, NULL);
  return TRUE;
}

static void
state_cb (ChatAccount *account, GParamSpec *pspec, gpointer user_data)
{
  Fixture *fixture = user_data;

  if (chat_account_get_state (account) == CHAT_ACCOUNT_CONNECTING) {
    fixture->n_connecting++;
    fixture->fresh = TRUE;
  }
}

static void
line_cb (ChatAccount *account, GParamSpec *pspec, gpointer user_data)
{
  Fixture *fixture = user_data;
  guint seconds;

  if (!fixture->fresh || sscanf (chat_account_get_status_line (account), "Trying again in %u second", &seconds) != 1)
    return;
  g_array_append_val (fixture->waits, seconds);
  fixture->fresh = FALSE;
}

void
open_profile (Fixture *fixture, guint second_ms)
{
  ChatProfileConfig config = {
    .data_dir = fixture->folder, .cache_dir = fixture->folder, .collection = "session", .second_ms = second_ms,
    .tls_database = test_authority_get_database (fixture->authority), .network_monitor = fixture->network,
    .system_bus = mock_logind_get_bus (fixture->logind),
  };

  fixture->profile = profile_open (&config);
  fixture->account = g_list_model_get_item (chat_profile_get_accounts (fixture->profile), 0);
  g_signal_connect (fixture->account, "notify::state", G_CALLBACK (state_cb), fixture);
  g_signal_connect (fixture->account, "notify::status-line", G_CALLBACK (line_cb), fixture);
  /* Its password is nowhere. */
  wait_for (chat_account_get_state (fixture->account) == CHAT_ACCOUNT_ATTENTION);
  g_assert_cmpint (chat_account_get_need (fixture->account), ==, CHAT_ACCOUNT_NEEDS_PASSWORD);
}

void
give_password (Fixture *fixture, const char *text)
{
  g_autoptr (XmppSecret) password = xmpp_secret_new (text, -1);

  chat_account_set_password (fixture->account, password, FALSE);
}

void
begin (Fixture *fixture, const char *script, const char *names, guint second_ms)
{
  *fixture = (Fixture) { 0 };
  fixture->folder = folder_new ();
  fixture->authority = test_authority_new ();
  fixture->network = mock_network_new (TRUE);
  fixture->logind = mock_logind_new ();
  fixture->waits = g_array_new (FALSE, FALSE, sizeof (guint));
  if (script)
    fixture->server = profile_server (fixture->authority, script, names);
  profile_write_account (fixture->folder, script ? scripted_server_get_port (fixture->server) : profile_closed_port ());
  open_profile (fixture, second_ms);
  give_password (fixture, PASSWORD);
}

void
end (Fixture *fixture)
{
  g_signal_handlers_disconnect_by_data (fixture->account, fixture);
  profile_close (g_steal_pointer (&fixture->profile));
  wait_for (g_atomic_int_get (&G_OBJECT (fixture->account)->ref_count) == 1);
  g_assert_finalize_object (g_steal_pointer (&fixture->account));
  if (fixture->server)
    scripted_server_finish (fixture->server);
  g_clear_object (&fixture->server);
  g_assert_finalize_object (g_steal_pointer (&fixture->network));
  mock_logind_free (fixture->logind);
  g_array_unref (fixture->waits);
  test_authority_free (fixture->authority);
  folder_remove (fixture->folder);
}

void
wait_state (Fixture *fixture, ChatAccountState state)
{
  wait_on (fixture, chat_account_get_state (fixture->account) == state);
}

void
run_dry (void)
{
  while (g_main_context_iteration (NULL, FALSE));
}
