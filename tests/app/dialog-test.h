/* SPDX-License-Identifier: GPL-3.0-or-later
 * SPDX-FileCopyrightText: The Stonechat authors */
#pragma once

#include "chat-profile.h"

#include <adwaita.h>

G_BEGIN_DECLS

/* The dialogs on a profile of Juliet's that never gets a connection: she has no password, and where there is a second
 * account, nobody listens at its port. */

#define JULIET "juliet@verona.test"

#define wait_for(condition) \
  G_STMT_START { \
    gint64 wait_end = g_get_monotonic_time () + 20 * G_TIME_SPAN_SECOND; \
    guint wake = g_timeout_add (20, wake_cb, NULL); \
    while (!(condition)) { \
      g_assert_cmpint (g_get_monotonic_time (), <, wait_end); \
      g_main_context_iteration (NULL, TRUE); \
    } \
    g_source_remove (wake); \
  } G_STMT_END

typedef struct { char *folder; ChatProfile *profile; ChatAccount *account; } Fixture;
typedef gboolean (*Matches) (GtkWidget *widget, const char *text);

gboolean   wake_cb           (gpointer data);
void       keep_result_cb    (GObject *source, GAsyncResult *result, gpointer user_data);
void       add_other_account (Fixture *f);
void       set_up            (Fixture *f, gconstpointer data);
void       tear_down         (Fixture *f, gconstpointer data);
gboolean   is_row            (GtkWidget *widget, const char *title);
gboolean   is_action         (GtkWidget *widget, const char *name);
gboolean   is_problem        (GtkWidget *widget, const char *text);
gboolean   is_label          (GtkWidget *widget, const char *text);
gboolean   is_type           (GtkWidget *widget, const char *name);
/* Nullable. */
GtkWidget *look_for          (GtkWidget *widget, Matches matches, const char *text);
GtkWidget *find              (GtkWidget *widget, Matches matches, const char *text);
void       type              (GtkWidget *dialog, const char *row, const char *text);
void       finish            (GtkWidget *dialog);

#define DIALOG_TEST(path, func) g_test_add ("/dialogs/" path, Fixture, NULL, set_up, func, tear_down)

G_END_DECLS
