/* SPDX-License-Identifier: GPL-3.0-or-later
 * SPDX-FileCopyrightText: The Stonechat authors */
#include "stonechat-heights.h"
#include "stonechat-message-text.h"
#include "stonechat-group-model.h"

#include <adwaita.h>

/* The heights of rows and the text of a bubble; and that every template can be made. */

static int
guess_cb (guint position, gpointer user_data)
{
  return 20 + position % 7;
}

/* Random changes against a plain array (W-14: the view's sums must never be wrong by a pixel). */
static void
test_heights (void)
{
  g_autoptr (StonechatHeights) heights = stonechat_heights_new (guess_cb, NULL);
  g_autoptr (GArray) plain = g_array_new (FALSE, FALSE, sizeof (int));

  for (int round = 0; round < 3000; round++) {
    guint n = plain->len, position = n ? g_test_rand_int_range (0, n + 1) : 0;
    guint most = g_test_rand_int_range (0, 4), removed = MIN (most, n - position), added = g_test_rand_int_range (0, 6);

    stonechat_heights_splice (heights, position, removed, added);
    if (removed)
      g_array_remove_range (plain, position, removed);
    for (guint i = 0; i < added; i++) {
      int height = guess_cb (position + i, NULL);

      g_array_insert_val (plain, position + i, height);
    }
    if (plain->len) {
      guint changed = g_test_rand_int_range (0, plain->len);
      int height = g_test_rand_int_range (1, 400);

      g_array_index (plain, int, changed) = height;
      stonechat_heights_set (heights, changed, height);
    }
    if (round % 40 == 0) {
      stonechat_heights_guess_again (heights, position, position + 9);
      for (guint i = position; i < MIN (position + 9, plain->len); i++)
        g_array_index (plain, int, i) = guess_cb (i, NULL);
    }
    if (round % 50 == 0) {
      gint64 sum = 0;

      g_assert_cmpuint (stonechat_heights_get_n (heights), ==, plain->len);
      for (guint i = 0; i < plain->len; i++) {
        g_assert_cmpint (stonechat_heights_before (heights, i), ==, sum);
        g_assert_cmpuint (stonechat_heights_find (heights, sum), ==, i);
        sum += g_array_index (plain, int, i);
        g_assert_cmpuint (stonechat_heights_find (heights, sum - 1), ==, i);
      }
      g_assert_cmpint (stonechat_heights_total (heights), ==, sum);
    }
  }
}

static void
test_text (void)
{
  static const char *const texts[] = {
    "", "<b>bold</b> &amp; <a href='x'>", "\xff\xfe broken", "\u202E\u202E reversed", "a\nb\n\n", "🙂👩‍👩‍👧‍👦", "الخط العربي", "&", "<", "%s%n",
  };

  for (guint i = 0; i < G_N_ELEMENTS (texts); i++) {
    GtkWidget *text = g_object_ref_sink (stonechat_message_text_new ());
    g_autofree char *valid = g_utf8_make_valid (texts[i], -1);
    int minimum, natural;

    stonechat_message_text_set (STONECHAT_MESSAGE_TEXT (text), texts[i], "14:32 ✓");
    g_assert_cmpstr (stonechat_message_text_get_text (STONECHAT_MESSAGE_TEXT (text)), ==, valid);
    gtk_widget_measure (text, GTK_ORIENTATION_VERTICAL, 200, &minimum, &natural, NULL, NULL);
    g_assert_cmpint (minimum, ==, natural);
    g_assert_finalize_object (text);
  }
}

static void
test_matches (void)
{
  g_assert_true (stonechat_text_matches ("Romeo Montague", "mont"));
  g_assert_true (stonechat_text_matches ("Jürgen", "jurgen"));
  g_assert_true (stonechat_text_matches ("romeo@verona.test", "verona"));
  g_assert_true (stonechat_text_matches ("Romeo", ""));
  g_assert_false (stonechat_text_matches ("Romeo", "juliet"));
  g_assert_false (stonechat_text_matches (NULL, "x"));
}

/* Each text begins at its own side, whatever the side of the window is, and the time stands behind its last word. */
static void
test_directions (void)
{
  const char *texts[] = { "Will you come?", "هل ستأتين؟" };
  const GtkTextDirection directions[] = { GTK_TEXT_DIR_LTR, GTK_TEXT_DIR_RTL };

  for (guint i = 0; i < G_N_ELEMENTS (texts); i++)
    for (guint j = 0; j < G_N_ELEMENTS (directions); j++) {
      GtkWidget *text = g_object_ref_sink (stonechat_message_text_new ()), *line = g_object_ref_sink (gtk_label_new (texts[i]));
      int width, height, line_width, line_height, last;

      gtk_widget_set_direction (text, directions[j]);
      stonechat_message_text_set (STONECHAT_MESSAGE_TEXT (text), texts[i], "14:32");
      gtk_widget_measure (text, GTK_ORIENTATION_HORIZONTAL, -1, NULL, &width, NULL, NULL);
      gtk_widget_measure (text, GTK_ORIENTATION_VERTICAL, width, NULL, &height, NULL, NULL);
      gtk_widget_measure (line, GTK_ORIENTATION_HORIZONTAL, -1, NULL, &line_width, NULL, NULL);
      gtk_widget_measure (line, GTK_ORIENTATION_VERTICAL, -1, NULL, &line_height, NULL, NULL);
      g_assert_cmpint (height, <, 2 * line_height);
      gtk_widget_allocate (text, width, height, -1, NULL);
      last = stonechat_message_text_get_index (STONECHAT_MESSAGE_TEXT (text), i ? width - line_width + 2 : line_width - 2, height / 2);
      g_assert_cmpint (last, >=, (int) strlen (texts[i]) - 2);
      g_object_unref (line);
      g_assert_finalize_object (text);
    }
}

int
main (int argc, char *argv[])
{
  gtk_test_init (&argc, &argv, NULL);
  adw_init ();
  g_test_add_func ("/conversation/W-14-heights", test_heights);
  g_test_add_func ("/conversation/S-89-text", test_text);
  g_test_add_func ("/conversation/S-90-directions", test_directions);
  g_test_add_func ("/sidebar/matches", test_matches);
  return g_test_run ();
}
