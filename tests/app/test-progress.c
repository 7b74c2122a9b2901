/* SPDX-License-Identifier: GPL-3.0-or-later
 * SPDX-FileCopyrightText: The Stonechat authors */
#include "stonechat-progress.h"

/* W-07: a long catch-up says what is left. */
static void
test_line (void)
{
  static const struct { gboolean paused; int n_left; const char *line; } cases[] = {
    { FALSE, 1200, "Catching up · about 1200 left" }, { FALSE, 1, "Catching up · about 1 left" },
    { FALSE, 0, "Catching up" }, { FALSE, -1, "Catching up" }, { TRUE, 7, "Catching up is paused · about 7 left" },
    { TRUE, -1, "Catching up is paused" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++) {
    g_autofree char *line = stonechat_progress_line (cases[i].paused, cases[i].n_left);

    g_assert_cmpstr (line, ==, cases[i].line);
  }
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/progress/W-07/line", test_line);
  return g_test_run ();
}
