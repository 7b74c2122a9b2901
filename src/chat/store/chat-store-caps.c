/* SPDX-License-Identifier: GPL-3.0-or-later
 * SPDX-FileCopyrightText: The Stonechat authors */
#include "chat-store-caps.h"
#include "chat-store-private.h"

#include <string.h>

#define LONGEST_INFO 16384     /* what is longer is asked for again each time: nobody may fill the disk */

typedef struct { char *hash, *ver, *info; } CapsRow;

static void
caps_row_free (CapsRow *row)
{
  g_free (row->hash);
  g_free (row->ver);
  g_free (row->info);
  g_free (row);
}

static gboolean
save_job (ChatDb *db, gpointer data, ChatJobResult *result, GError **error)
{
  CapsRow *row = data;

  return chat_db_run (db, error, "INSERT OR REPLACE INTO caps (hash, ver, info, used) VALUES (?, ?, ?, ?)", "sssl",
                      row->hash, row->ver, row->info, g_get_real_time ())
         && chat_db_run (db, error,
              "DELETE FROM caps WHERE used < (SELECT used FROM caps ORDER BY used DESC LIMIT 1 OFFSET ?)", "i",
              XMPP_CAPS_MOST_VERIFIED - 1);
}

static void
seen_cb (XmppCapsModule *module, const char *hash, const char *ver, XmppElement *info, ChatStore *self)
{
  g_autofree char *text = xmpp_element_to_string (info);
  CapsRow *row;

  if (strlen (text) > LONGEST_INFO)
    return;
  row = g_new0 (CapsRow, 1);
  row->hash = g_strdup (hash);
  row->ver = g_strdup (ver);
  row->info = g_steal_pointer (&text);
  chat_store_run_write (self, save_job, row, (GDestroyNotify) caps_row_free, NULL, NULL, NULL);
}

static gboolean
load_job (ChatDb *db, gpointer data, ChatJobResult *result, GError **error)
{
  g_autoptr (GPtrArray) rows = g_ptr_array_new_with_free_func ((GDestroyNotify) caps_row_free);
  sqlite3_stmt *statement = chat_db_query (db, error, "SELECT hash, ver, info FROM caps ORDER BY used DESC", "");
  int step;

  while ((step = chat_db_step (db, statement, error)) > 0) {
    CapsRow *row = g_new0 (CapsRow, 1);

    row->hash = chat_db_dup_text (statement, 0);
    row->ver = chat_db_dup_text (statement, 1);
    row->info = chat_db_dup_text (statement, 2);
    g_ptr_array_add (rows, row);
  }
  result->result = step == 0 ? g_steal_pointer (&rows) : NULL;
  result->result_free = (GDestroyNotify) g_ptr_array_unref;
  return step == 0;
}

static void
loaded_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (XmppCapsModule) module = user_data;
  g_autoptr (GPtrArray) rows = chat_store_run_finish (CHAT_STORE (source), result, NULL);

  for (guint i = 0; rows && i < rows->len; i++) {
    CapsRow *row = rows->pdata[i];

    xmpp_caps_module_load (module, row->hash, row->ver, row->info);
  }
}

void
chat_store_keep_caps (ChatStore *self, XmppCapsModule *module)
{
  g_signal_connect_object (module, "seen", G_CALLBACK (seen_cb), self, 0);
  chat_store_run_read (self, load_job, NULL, NULL, NULL, loaded_cb, g_object_ref (module));
}
