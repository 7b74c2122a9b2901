/* SPDX-License-Identifier: GPL-3.0-or-later
 * SPDX-FileCopyrightText: The Stonechat authors */
#include "lab-side.h"

#include "xmpp-error.h"

#include <stdlib.h>

void
keep_result_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  *(GAsyncResult **) user_data = g_object_ref (result);
}

XmppJid *
address_of (const char *user)
{
  g_autofree char *address = g_strdup_printf ("%s@%s", user, g_getenv ("LAB_DOMAIN"));
  g_autoptr (GError) error = NULL;
  XmppJid *jid = xmpp_jid_new (address, &error);

  g_assert_no_error (error);
  return jid;
}

void
open_profile (Side *self)
{
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GError) error = NULL;
  ChatProfileConfig config = { .data_dir = self->folder, .cache_dir = self->folder, .collection = "session" };

  self->profile = chat_profile_new (&config);
  chat_profile_open_async (self->profile, NULL, keep_result_cb, &result);
  EXPECT (result != NULL);
  chat_profile_open_finish (self->profile, result, &error);
  g_assert_no_error (error);
}

void
sign_in (Side *self, const char *user)
{
  g_autofree char *variable = g_strdup_printf ("LAB_PASSWORD_%s", user);
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GError) error = NULL;
  g_autoptr (XmppJid) jid = address_of (user);
  g_autoptr (XmppSecret) password = xmpp_secret_new (g_getenv (variable), -1);
  ChatSignInOptions options = { .host = g_getenv ("LAB_HOST"), .port = atoi (g_getenv ("LAB_PORT")) };
  const char *sha256 = NULL;

  self->user = g_strdup (user);
  self->folder = g_dir_make_tmp ("stonechat-interop-XXXXXX", &error);
  g_assert_no_error (error);
  open_profile (self);

  /* The lab's authority is unknown: refused first, then pinned as a person would (S-37, W-23). */
  chat_profile_sign_in_async (self->profile, jid, password, &options, NULL, keep_result_cb, &result);
  EXPECT (result != NULL);
  g_assert_null (chat_profile_sign_in_finish (self->profile, result, &error));
  g_assert_error (error, XMPP_ERROR, XMPP_ERROR_CERTIFICATE);
  g_clear_error (&error);
  g_assert_nonnull (chat_profile_get_refused_certificate (self->profile, &sha256));
  options.pin_sha256 = sha256;

  g_clear_object (&result);
  chat_profile_sign_in_async (self->profile, jid, password, &options, NULL, keep_result_cb, &result);
  EXPECT (result != NULL);
  self->account = chat_profile_sign_in_finish (self->profile, result, &error);
  g_assert_no_error (error);
  EXPECT (chat_account_get_state (self->account) == CHAT_ACCOUNT_ONLINE);
}

void
close_profile (Side *self)
{
  g_autoptr (GAsyncResult) result = NULL;

  chat_profile_close_async (self->profile, keep_result_cb, &result);
  EXPECT (result != NULL);
  chat_profile_close_finish (self->profile, result, NULL);
  g_clear_object (&result);
  g_assert_finalize_object (g_steal_pointer (&self->profile));
}

void
reopen_profile (Side *self)
{
  g_autofree char *variable = g_strdup_printf ("LAB_PASSWORD_%s", self->user);
  g_autoptr (XmppSecret) password = xmpp_secret_new (g_getenv (variable), -1);
  g_autoptr (XmppJid) jid = address_of (self->user);

  open_profile (self);
  self->account = chat_profile_find_account (self->profile, jid);
  g_assert_nonnull (self->account);
  chat_account_set_password (self->account, password, FALSE);
  EXPECT (chat_account_get_state (self->account) == CHAT_ACCOUNT_ONLINE);
}

void
sign_out (Side *self)
{
  g_autofree char *command = NULL;

  close_profile (self);
  command = g_strdup_printf ("rm -rf '%s'", self->folder);
  g_assert_cmpint (system (command), ==, 0);
  g_clear_pointer (&self->folder, g_free);
  g_clear_pointer (&self->user, g_free);
}

ChatConversation *
conversation_with (Side *self, const char *user)
{
  g_autoptr (XmppJid) jid = address_of (user);

  return chat_profile_open_conversation (self->profile, self->account, jid);
}
