/* SPDX-License-Identifier: GPL-3.0-or-later
 * SPDX-FileCopyrightText: The Stonechat authors */
#include "dialog-test.h"
#include "stonechat-status-button.h"
#include "stonechat-status-popover.h"

/* One's own status. */

static char *
get_status_text (Fixture *f)
{
  char *text;

  g_object_get (f->profile, "status-text", &text, NULL);
  return text;
}

static void
test_status (Fixture *f, gconstpointer data)
{
  GtkWidget *popover = g_object_ref_sink (stonechat_status_popover_new (f->profile)), *whom = find (popover, is_type, "GtkDropDown");
  GtkWidget *entry = find (popover, is_type, "GtkEntry");
  g_autofree char *before = NULL, *after = NULL;

  g_assert_false (gtk_widget_get_visible (whom));
  gtk_editable_set_text (GTK_EDITABLE (entry), "on the bal");
  before = get_status_text (f);
  g_assert_cmpstr (before, !=, "on the bal");
  gtk_editable_set_text (GTK_EDITABLE (entry), "on the balcony ");
  g_signal_emit_by_name (entry, "activate");
  after = get_status_text (f);
  g_assert_cmpstr (after, ==, "on the balcony");
  add_other_account (f);
  g_assert_true (gtk_widget_get_visible (whom));
  while (g_main_context_iteration (NULL, FALSE));
  g_assert_finalize_object (popover);
}

static void
test_status_button (Fixture *f, gconstpointer data)
{
  GtkWidget *button = g_object_ref_sink (stonechat_status_button_new (f->profile));

  g_assert_finalize_object (button);
}

int
main (int argc, char *argv[])
{
  gtk_test_init (&argc, &argv, NULL);
  adw_init ();
  DIALOG_TEST ("W-22-status", test_status);
  DIALOG_TEST ("status-button", test_status_button);
  return g_test_run ();
}
