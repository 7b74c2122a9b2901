/* SPDX-License-Identifier: GPL-3.0-or-later
 * SPDX-FileCopyrightText: The Stonechat authors */

/* The program without its window, for tests of faults: headless PROFILE PROVISION PEER. Says on standard output, a line
 * each, the states that the account comes to; takes on standard input
 *
 *   say TEXT          to the peer
 *   edit TEXT, retract         the last own message
 *   reply TEXT, react EMOJI    to the last of theirs; each says "done", or "none" where there is no such message yet
 *   arm POINT COUNT   where the fault points are built in: be killed when this one is passed for the COUNTth time from now
 *   count             says "count SOURCES DESCRIPTORS KIBIBYTES": of the main loop, open, in memory
 *   quit              closes everything in order */
#include "chat-profile.h"

#include <gio/gunixinputstream.h>
#include <malloc.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

typedef struct {
  GMainLoop *loop;
  ChatProfile *profile;
  ChatAccount *account;
  ChatConversation *peer;
  const char *provision, *address;
  GDataInputStream *input;
} Client;

static void read_line (Client *self);

static void
state_cb (ChatAccount *account, GParamSpec *pspec, gpointer user_data)
{
  static const char *const names[] = { "offline", "connecting", "online", "waiting", "attention" };

  g_print ("%s\n", names[chat_account_get_state (account)]);
}

static guint
count_descriptors (void)
{
  g_autoptr (GDir) dir = g_dir_open ("/proc/self/fd", 0, NULL);
  guint n = 0;

  while (dir && g_dir_read_name (dir))
    n++;
  return n;
}

/* A source has the next free id, so those in between are what lives, or lived and was not given back. */
static guint
count_sources (void)
{
  guint highest = g_idle_add (G_SOURCE_FUNC (g_main_loop_quit), NULL), n = 0;

  g_source_remove (highest);
  for (guint id = 1; id < highest; id++)
    n += g_main_context_find_source_by_id (NULL, id) != NULL;
  return n;
}

static guint
get_kibibytes (void)
{
  g_autofree char *text = NULL;
  const char *line;

  malloc_trim (0);
  if (!g_file_get_contents ("/proc/self/status", &text, NULL, NULL) || !(line = strstr (text, "RssAnon:")))
    return 0;
  return strtoul (line + strlen ("RssAnon:"), NULL, 10);
}

static void
arm (const char *what)
{
  g_setenv ("STONECHAT_FAULT_POINT", what, TRUE);
  g_print ("armed\n");
}

static void
closed_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  Client *self = user_data;

  chat_profile_close_finish (CHAT_PROFILE (source), result, NULL);
  g_main_loop_quit (self->loop);
}

/* Transfer full; nullable. */
static ChatMessage *
find_last (Client *self, gboolean own)
{
  GListModel *timeline = G_LIST_MODEL (chat_conversation_get_timeline (self->peer));

  for (guint i = g_list_model_get_n_items (timeline); i > 0; i--) {
    ChatMessage *message = g_list_model_get_item (timeline, i - 1);

    if (message && chat_message_get_own (message) == own && !chat_message_get_retracted (message))
      return message;
    g_clear_object (&message);
  }
  return NULL;
}

/* "none" where there is no such message. */
static void
change (Client *self, const char *line)
{
  gboolean of_ours = g_str_has_prefix (line, "edit ") || g_str_equal (line, "retract");
  g_autoptr (ChatMessage) message = find_last (self, of_ours);

  if (!message)
    g_print ("none\n");
  else if (g_str_has_prefix (line, "edit "))
    chat_conversation_edit (self->peer, message, line + 5);
  else if (of_ours)
    chat_conversation_retract (self->peer, message);
  else if (g_str_has_prefix (line, "reply "))
    chat_conversation_send_reply (self->peer, line + 6, message);
  else
    chat_conversation_react (self->peer, message, line + 6, TRUE);
  if (message)
    g_print ("done\n");
}

static gboolean
is_change (const char *line)
{
  return g_str_equal (line, "retract") || g_str_has_prefix (line, "edit ") || g_str_has_prefix (line, "reply ")
         || g_str_has_prefix (line, "react ");
}

static void
line_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  Client *self = user_data;
  g_autofree char *line = g_data_input_stream_read_line_finish_utf8 (G_DATA_INPUT_STREAM (source), result, NULL, NULL);

  if (!line || g_str_equal (line, "quit")) {
    chat_profile_close_async (self->profile, closed_cb, self);
    return;
  }
  if (g_str_has_prefix (line, "say "))
    chat_conversation_send (self->peer, line + 4);
  else if (g_str_has_prefix (line, "arm "))
    arm (line + 4);
  else if (is_change (line))
    change (self, line);
  else if (g_str_equal (line, "count"))
    g_print ("count %u %u %u\n", count_sources (), count_descriptors (), get_kibibytes ());
  read_line (self);
}

static void
read_line (Client *self)
{
  g_data_input_stream_read_line_async (self->input, G_PRIORITY_DEFAULT, NULL, line_cb, self);
}

static void
provisioned_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  Client *self = user_data;
  g_autoptr (GError) error = NULL;
  g_auto (GStrv) lines = chat_profile_provision_finish (CHAT_PROFILE (source), result, &error);
  g_autoptr (XmppJid) jid = xmpp_jid_new (self->address, NULL);

  if (!lines)
    g_error ("%s", error->message);
  self->account = g_list_model_get_item (chat_profile_get_accounts (self->profile), 0);
  self->peer = chat_profile_open_conversation (self->profile, self->account, jid);
  g_signal_connect (self->account, "notify::state", G_CALLBACK (state_cb), NULL);
  state_cb (self->account, NULL, NULL);
  read_line (self);
}

static void
opened_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  Client *self = user_data;
  g_autoptr (GError) error = NULL;

  if (!chat_profile_open_finish (CHAT_PROFILE (source), result, &error))
    g_error ("%s", error->message);
  chat_profile_provision_async (self->profile, self->provision, NULL, provisioned_cb, self);
}

int
main (int argc, char **argv)
{
  Client self = { .loop = g_main_loop_new (NULL, FALSE) };
  g_autoptr (GInputStream) input = g_unix_input_stream_new (STDIN_FILENO, FALSE);
  ChatProfileConfig config = { .collection = "session" };

  if (argc != 4)
    return 2;
  setvbuf (stdout, NULL, _IOLBF, 0);
  config.data_dir = config.cache_dir = argv[1];
  self.provision = argv[2];
  self.address = argv[3];
  self.input = g_data_input_stream_new (input);
  self.profile = chat_profile_new (&config);
  chat_profile_open_async (self.profile, NULL, opened_cb, &self);
  g_main_loop_run (self.loop);
  g_clear_object (&self.account);
  g_clear_object (&self.profile);
  g_clear_object (&self.input);
  g_main_loop_unref (self.loop);
  return 0;
}
