/* SPDX-License-Identifier: GPL-3.0-or-later
 * SPDX-FileCopyrightText: The Stonechat authors */
#include "fault-test.h"

static TestAuthority *authority;
static GTlsCertificate *certificate;
static GDBusConnection *system_bus;     /* borrowed */
static char *template;        /* a profile that has logged in before */

void
fault_test_set_bus (GDBusConnection *bus)
{
  system_bus = bus;
}

GTlsCertificate *
fault_issue (const char *names)
{
  TestCertificate wanted = { .names = names };

  return test_authority_issue (authority, &wanted);
}

void
fault_test_init (void)
{
  /* Who is outside has another time. */
  g_setenv ("DBUS_SYSTEM_BUS_ADDRESS", "unix:path=/nonexistent", TRUE);
  authority = test_authority_new ();
  certificate = fault_issue ("dns:a.test");
  template = folder_new ();
  profile_write_account (template, 1);
  virtual_clock_start ();
}

void
fault_test_clear (void)
{
  folder_remove (template);
  g_object_unref (certificate);
  test_authority_free (authority);
}

static void
state_cb (ChatAccount *account, GParamSpec *pspec, gpointer user_data)
{
  FaultFixture *fixture = user_data;

  if (chat_account_get_state (account) == CHAT_ACCOUNT_ONLINE && fixture->back == 0)
    fixture->back = virtual_clock_get ();
}

void
fault_begin (FaultFixture *fixture, FaultMemory memory, const Fault *fault, guint n_faulty)
{
  g_autoptr (XmppSecret) password = xmpp_secret_new (PASSWORD, -1);
  g_autoptr (XmppJid) romeo = xmpp_jid_new ("romeo@a.test", NULL);
  ChatProfileConfig config;

  *fixture = (FaultFixture) { .folder = profile_copy (template), .network = mock_network_new (TRUE) };
  fixture->server = fault_server_new (certificate, PASSWORD, memory, fault, n_faulty);
  config = (ChatProfileConfig) {
    .data_dir = fixture->folder, .cache_dir = fixture->folder, .collection = "session",
    .tls_database = test_authority_get_database (authority), .network_monitor = fixture->network,
    .system_bus = system_bus,
  };
  fixture->profile = profile_open (&config);
  fixture->account = g_list_model_get_item (chat_profile_get_accounts (fixture->profile), 0);
  g_signal_connect (fixture->account, "notify::state", G_CALLBACK (state_cb), fixture);
  g_object_set (fixture->account, "port", (guint) fault_server_get_port (fixture->server), NULL);
  fixture->romeo = chat_profile_open_conversation (fixture->profile, fixture->account, romeo);
  chat_account_set_password (fixture->account, password, FALSE);
}

void
fault_end (FaultFixture *fixture)
{
  g_signal_handlers_disconnect_by_data (fixture->account, fixture);
  profile_close (g_steal_pointer (&fixture->profile));
  wait_for (g_atomic_int_get (&G_OBJECT (fixture->account)->ref_count) == 1);
  g_assert_finalize_object (g_steal_pointer (&fixture->account));
  fault_server_stop (fixture->server);
  wait_for (g_atomic_int_get (&G_OBJECT (fixture->server)->ref_count) == 1);
  g_assert_cmpuint (fault_server_get_n_open (fixture->server), ==, 0);
  g_assert_finalize_object (g_steal_pointer (&fixture->server));
  g_assert_finalize_object (g_steal_pointer (&fixture->network));
  folder_remove (fixture->folder);
}

gint64
fault_count_rows (FaultFixture *fixture, const char *where)
{
  g_autofree char *sql = g_strconcat ("SELECT count(*) FROM message WHERE ", where, NULL);

  return query (fixture->folder, sql);
}

gboolean
fault_has_taken (FaultFixture *fixture, const char *body)
{
  return g_ptr_array_find_with_equal_func (fault_server_get_taken (fixture->server), body, g_str_equal, NULL);
}

gboolean
fault_is_online (FaultFixture *fixture)
{
  return chat_account_get_state (fixture->account) == CHAT_ACCOUNT_ONLINE;
}
