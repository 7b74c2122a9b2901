/* SPDX-License-Identifier: GPL-3.0-or-later
 * SPDX-FileCopyrightText: The Stonechat authors */
#include "profile-test.h"

#include "xmpp-login.h"

#include <string.h>

ScriptedServer *
profile_server (TestAuthority *authority, const char *script, const char *names)
{
  TestCertificate wanted = { .names = names };
  g_autoptr (GTlsCertificate) certificate = test_authority_issue (authority, &wanted);

  return scripted_server_new (script, 1, "a.test", certificate);
}

guint
profile_closed_port (void)
{
  g_autoptr (GSocketListener) listener = g_socket_listener_new ();
  guint port = g_socket_listener_add_any_inet_port (listener, NULL, NULL);

  g_socket_listener_close (listener);
  return port;
}

void
profile_write_account (const char *folder, guint port)
{
  ChatStore *store = store_open (folder, NULL);
  g_autoptr (ChatAccountRow) row = chat_account_row_new ("user@a.test");
  g_autoptr (GAsyncResult) result = NULL;

  row->host = g_strdup ("127.0.0.1");
  row->port = port;
  row->known_strength = XMPP_STRENGTH_SCRAM_SHA_1;
  chat_store_save_account_async (store, row, NULL, keep_result_cb, &result);
  wait_for (result != NULL);
  g_assert_cmpint (chat_store_save_account_finish (store, result, NULL), >, 0);
  g_clear_object (&result);
  store_close (store);
}

ChatProfile *
profile_open (const ChatProfileConfig *config)
{
  ChatProfile *profile = chat_profile_new (config);
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GError) error = NULL;

  chat_profile_open_async (profile, NULL, keep_result_cb, &result);
  wait_for (result != NULL);
  g_assert_true (chat_profile_open_finish (profile, result, &error));
  g_assert_no_error (error);
  return profile;
}

void
profile_close (ChatProfile *profile)
{
  g_autoptr (GAsyncResult) result = NULL;

  chat_profile_close_async (profile, keep_result_cb, &result);
  wait_for (result != NULL);
  g_assert_true (chat_profile_close_finish (profile, result, NULL));
  g_clear_object (&result);
  wait_for (g_atomic_int_get (&G_OBJECT (profile)->ref_count) == 1);
  g_assert_finalize_object (profile);
}

char *
profile_copy (const char *folder)
{
  g_autoptr (GDir) dir = g_dir_open (folder, 0, NULL);
  char *copy = folder_new ();

  for (const char *name; (name = g_dir_read_name (dir)) != NULL;) {
    g_autofree char *from = g_build_filename (folder, name, NULL), *to = g_build_filename (copy, name, NULL), *content = NULL;
    gsize length;

    if (g_str_has_suffix (name, "-shm"))
      continue;
    g_assert_true (g_file_get_contents (from, &content, &length, NULL));
    g_assert_true (g_file_set_contents (to, content, length, NULL));
  }
  return copy;
}

gboolean
profile_has_text (const char *folder, const char *text)
{
  g_autofree char *base64 = g_base64_encode ((const guchar *) text, strlen (text) / 3 * 3);
  g_autoptr (GDir) dir = g_dir_open (folder, 0, NULL);
  guint n = 0, n_files = 0;

  for (const char *name; (name = g_dir_read_name (dir)) != NULL; n_files++) {
    g_autofree char *path = g_build_filename (folder, name, NULL);
    g_autofree char *content = NULL;
    gsize length;

    g_assert_true (g_file_get_contents (path, &content, &length, NULL));
    n += memmem (content, length, text, strlen (text)) || memmem (content, length, base64, strlen (base64));
  }
  g_assert_cmpuint (n_files, >, 0);
  return n > 0;
}

void
profile_check_absent (const char *folder, const char *text)
{
  g_assert_false (profile_has_text (folder, text));
}

void
profile_check_present (const char *folder, const char *text)
{
  g_assert_true (profile_has_text (folder, text));
}
