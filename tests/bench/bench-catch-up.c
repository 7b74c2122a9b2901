/* SPDX-License-Identifier: GPL-3.0-or-later
 * SPDX-FileCopyrightText: The Stonechat authors */

/* An account's first catch-up: bench-catch-up DOMAIN HOST PORT CA USER PASSWORD FOLDER. Prints seconds from being online to
 * the commit of the last message, CPU time of all threads, the longest turn of the main loop (its own CPU time, and by the
 * clock), memory when it began and at most, and how many messages there are then. */
#include "chat-history.h"
#include "chat-profile.h"

#include <sqlite3.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <time.h>

static ChatProfile *profile;
static gint64 turn_cpu, turn_wall, longest_cpu, longest_wall;
static gboolean measuring;

static gint64
now_of (clockid_t clock)
{
  struct timespec time;

  clock_gettime (clock, &time);
  return time.tv_sec * G_USEC_PER_SEC + time.tv_nsec / 1000;
}

/* Between two polls lies a turn. */
static int
poll_func (GPollFD *fds, guint n, int timeout)
{
  gint64 cpu = now_of (CLOCK_THREAD_CPUTIME_ID), wall = now_of (CLOCK_MONOTONIC);
  int result;

  if (measuring && turn_wall != 0) {
    longest_cpu = MAX (longest_cpu, cpu - turn_cpu);
    longest_wall = MAX (longest_wall, wall - turn_wall);
  }
  result = g_poll (fds, n, timeout);
  turn_cpu = now_of (CLOCK_THREAD_CPUTIME_ID);
  turn_wall = now_of (CLOCK_MONOTONIC);
  return result;
}

static gint64
get_cpu (void)
{
  struct rusage usage;

  getrusage (RUSAGE_SELF, &usage);
  return (usage.ru_utime.tv_sec + usage.ru_stime.tv_sec) * G_USEC_PER_SEC + usage.ru_utime.tv_usec + usage.ru_stime.tv_usec;
}

/* What is ours alone, in KiB. */
static gint64
get_memory (void)
{
  g_autofree char *text = NULL;
  gint64 kib = 0;

  g_file_get_contents ("/proc/self/smaps_rollup", &text, NULL, NULL);
  for (const char *line = text; line != NULL; line = strchr (line, '\n')) {
    line += *line == '\n';
    if (g_str_has_prefix (line, "Private_Clean:") || g_str_has_prefix (line, "Private_Dirty:"))
      kib += g_ascii_strtoll (strchr (line, ':') + 1, NULL, 10);
    if (*line == '\0')
      break;
  }
  return kib;
}

static gboolean
sample_cb (gpointer user_data)
{
  gint64 *most = user_data;

  *most = MAX (*most, get_memory ());
  return G_SOURCE_CONTINUE;
}

static void
keep_result_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  *(GAsyncResult **) user_data = g_object_ref (result);
}

static void
wait_for_result (GAsyncResult **result)
{
  while (*result == NULL)
    g_main_context_iteration (NULL, TRUE);
}

static void
fail (const GError *error)
{
  g_printerr ("%s\n", error->message);
  exit (1);
}

static ChatAccount *
sign_in (char **args)
{
  g_autofree char *address = g_strdup_printf ("%s@%s", args[4], args[0]);
  g_autoptr (XmppJid) jid = xmpp_jid_new (address, NULL);
  g_autoptr (XmppSecret) password = xmpp_secret_new (args[5], -1);
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GError) error = NULL;
  ChatSignInOptions options = { .host = args[1], .port = atoi (args[2]) };
  ChatAccount *account;

  chat_profile_sign_in_async (profile, jid, password, &options, NULL, keep_result_cb, &result);
  wait_for_result (&result);
  account = chat_profile_sign_in_finish (profile, result, &error);
  if (account == NULL)
    fail (error);
  while (chat_account_get_state (account) != CHAT_ACCOUNT_ONLINE)
    g_main_context_iteration (NULL, TRUE);
  return account;
}

static void
open_profile (const char *folder, const char *ca)
{
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GError) error = NULL;
  g_autoptr (GTlsDatabase) trusted = g_tls_file_database_new (ca, &error);
  ChatProfileConfig config = { .data_dir = folder, .cache_dir = folder, .collection = "session", .tls_database = trusted };

  if (trusted == NULL)
    fail (error);
  profile = chat_profile_new (&config);
  chat_profile_open_async (profile, NULL, keep_result_cb, &result);
  wait_for_result (&result);
  if (!chat_profile_open_finish (profile, result, &error))
    fail (error);
}

static int
count_messages (const char *folder)
{
  g_autofree char *path = g_build_filename (folder, "chat.db", NULL);
  sqlite3 *db;
  sqlite3_stmt *statement;
  int n = -1;

  if (sqlite3_open_v2 (path, &db, SQLITE_OPEN_READONLY, NULL) == SQLITE_OK
      && sqlite3_prepare_v2 (db, "SELECT count(*) FROM message", -1, &statement, NULL) == SQLITE_OK) {
    if (sqlite3_step (statement) == SQLITE_ROW)
      n = sqlite3_column_int (statement, 0);
    sqlite3_finalize (statement);
  }
  sqlite3_close (db);
  return n;
}

int
main (int argc, char **argv)
{
  g_autoptr (GAsyncResult) result = NULL;
  gint64 begin, cpu, idle, most;
  ChatHistory *history;
  guint source;

  if (argc != 8)
    return 2;
  g_main_context_set_poll_func (NULL, poll_func);
  open_profile (argv[7], argv[4]);
  history = chat_account_get_history (sign_in (argv + 1));
  begin = g_get_monotonic_time ();
  cpu = get_cpu ();
  idle = most = get_memory ();
  measuring = TRUE;
  source = g_timeout_add (100, sample_cb, &most);
  while (!chat_history_get_running (history) || chat_history_get_n_left (history) < 0)
    g_main_context_iteration (NULL, TRUE);
  while (chat_history_get_running (history))
    g_main_context_iteration (NULL, TRUE);
  g_print ("seconds %.3f\ncpu %.3f\nturn-cpu %.1f\nturn %.1f\nidle %" G_GINT64_FORMAT "\nmost %" G_GINT64_FORMAT "\n",
           (g_get_monotonic_time () - begin) / 1e6, (get_cpu () - cpu) / 1e6, longest_cpu / 1e3, longest_wall / 1e3, idle,
           MAX (most, get_memory ()));
  g_source_remove (source);
  g_print ("messages %d\nproblem %s\n", count_messages (argv[7]), chat_history_get_problem (history) != NULL ? chat_history_get_problem (history) : "-");
  chat_profile_close_async (profile, keep_result_cb, &result);
  wait_for_result (&result);
  g_clear_object (&profile);
  return 0;
}
