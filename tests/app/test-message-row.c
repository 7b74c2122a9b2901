/* SPDX-License-Identifier: GPL-3.0-or-later
 * SPDX-FileCopyrightText: The Stonechat authors */
#include "chat-message-private.h"
#include "stonechat-message-parts.h"
#include "stonechat-message-row.h"
#include "stonechat-state-mark.h"

#include <adwaita.h>

/* What a row shows and says of its message: how far it has got, why it failed, what was changed. */

#define TIME (G_GINT64_CONSTANT (1600000000) * G_USEC_PER_SEC)

typedef struct {
  GtkWidget *row;
  ChatMessage *message;
  ChatMessageRow stored;
} Fixture;

static void
set_up (Fixture *fixture, gconstpointer data)
{
  fixture->row = g_object_ref_sink (stonechat_message_row_new ());
  fixture->stored = (ChatMessageRow) { .id = 1, .own = TRUE, .state = CHAT_MESSAGE_QUEUED, .time = TIME, .text = (char *) "Ay me!" };
  fixture->message = chat_message_new (&fixture->stored, "Romeo", CHAT_MESSAGE_HEAD | CHAT_MESSAGE_TAIL);
  stonechat_message_row_set_item (STONECHAT_MESSAGE_ROW (fixture->row), fixture->message);
}

static void
tear_down (Fixture *fixture, gconstpointer data)
{
  g_assert_finalize_object (fixture->row);
  g_assert_finalize_object (fixture->message);
}

static int
height (Fixture *fixture)
{
  int height;

  gtk_widget_measure (fixture->row, GTK_ORIENTATION_VERTICAL, 600, NULL, &height, NULL, NULL);
  return height;
}

/* The label or button with that text that is to be seen. */
static GtkWidget *
find (GtkWidget *widget, const char *text)
{
  const char *own = GTK_IS_LABEL (widget) ? gtk_label_get_text (GTK_LABEL (widget))
                    : GTK_IS_BUTTON (widget) ? gtk_button_get_label (GTK_BUTTON (widget)) : NULL;

  if (!gtk_widget_get_visible (widget))
    return NULL;
  if (g_strcmp0 (own, text) == 0)
    return widget;
  for (GtkWidget *child = gtk_widget_get_first_child (widget); child; child = gtk_widget_get_next_sibling (child)) {
    GtkWidget *found = find (child, text);

    if (found)
      return found;
  }
  return NULL;
}

static void
says (Fixture *fixture, const char *words)
{
  g_autofree char *described = stonechat_message_row_describe (fixture->message), *time = g_strndup (described + strlen ("You, "), 5);
  g_autofree char *expected = g_strdup_printf ("You, %s, %s", time, words);

  g_assert_cmpstr (described, ==, expected);
  gtk_test_accessible_assert_property (GTK_ACCESSIBLE (fixture->row), GTK_ACCESSIBLE_PROPERTY_LABEL, expected);
}

/* Each state has its own word and its own drawing. */
static void
test_states (Fixture *fixture, gconstpointer data)
{
  static const struct { ChatMessageState state; const char *words; } cases[] = {
    { CHAT_MESSAGE_QUEUED, "Ay me!, Waiting" },     { CHAT_MESSAGE_WRITTEN, "Ay me!, Sending" },
    { CHAT_MESSAGE_SENT, "Ay me!, Sent" },          { CHAT_MESSAGE_DELIVERED, "Ay me!, Delivered" },
    { CHAT_MESSAGE_READ, "Ay me!, Read" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++) {
    chat_message_set_state (fixture->message, cases[i].state, NULL);
    says (fixture, cases[i].words);
    g_assert_null (find (fixture->row, "Retry"));
    if (i > 1)
      g_assert_cmpint (stonechat_state_mark_get_width (cases[i].state), !=, stonechat_state_mark_get_width (cases[i - 1].state));
  }
  g_assert_cmpint (stonechat_state_mark_get_width (CHAT_MESSAGE_RECEIVED), ==, 0);
  g_assert_null (stonechat_state_mark_get_word (CHAT_MESSAGE_RECEIVED));
}

static void
test_failed (Fixture *fixture, gconstpointer data)
{
  int before = height (fixture);

  chat_message_set_state (fixture->message, CHAT_MESSAGE_FAILED, "romeo@example.org: <b>No</b> such person");
  says (fixture, "Ay me!, Not sent: romeo@example.org: <b>No</b> such person");
  g_assert_nonnull (find (fixture->row, "romeo@example.org: <b>No</b> such person"));
  g_assert_cmpstr (gtk_actionable_get_action_name (GTK_ACTIONABLE (find (fixture->row, "Retry"))), ==, "message.retry");
  g_assert_cmpstr (gtk_actionable_get_action_name (GTK_ACTIONABLE (find (fixture->row, "Delete"))), ==, "message.delete");
  g_assert_cmpint (height (fixture), >, before);
  chat_message_set_state (fixture->message, CHAT_MESSAGE_FAILED, NULL);
  g_assert_nonnull (find (fixture->row, "Could not be sent"));
  chat_message_set_state (fixture->message, CHAT_MESSAGE_QUEUED, NULL);
  g_assert_null (find (fixture->row, "Retry"));
  g_assert_cmpint (height (fixture), ==, before);
}

/* S-89: what a server gives as its reason is text, and can't fill the view. */
static void
test_long_reason (Fixture *fixture, gconstpointer data)
{
  g_autofree char *words = g_strnfill (20000, 'w');

  chat_message_set_state (fixture->message, CHAT_MESSAGE_FAILED, words);
  g_assert_cmpint (height (fixture), <, 300);
}

static void
test_changed (Fixture *fixture, gconstpointer data)
{
  fixture->stored.text = (char *) "Ay me! And more of it";
  fixture->stored.edited = TRUE;
  fixture->stored.state = CHAT_MESSAGE_READ;
  chat_message_update (fixture->message, &fixture->stored);
  says (fixture, "Ay me! And more of it, edited, Read");
  fixture->stored.retracted = TRUE;
  fixture->stored.text = NULL;
  chat_message_update (fixture->message, &fixture->stored);
  says (fixture, "This message was deleted, Read");
}

static void
test_reactions (Fixture *fixture, gconstpointer data)
{
  static const struct { const char *stored, *shown; } cases[] = {
    { "peer\t👍", "👍" },
    { "peer\t👍 🎉\nown\t👍\n", "👍\u00a02  🎉" },
    { "no tab", NULL },
    { "peer\t\n\n", NULL },
    { "", NULL },
    { NULL, NULL },
  };
  GString *many = g_string_new (NULL);
  g_autofree char *text = NULL;

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++) {
    g_autofree char *shown = stonechat_message_reactions_to_text (cases[i].stored);

    g_assert_cmpstr (shown, ==, cases[i].shown);
  }
  for (guint i = 0; i < 1000; i++)
    g_string_append_printf (many, "peer\t%u\n", i);
  text = stonechat_message_reactions_to_text (many->str);
  g_assert_true (g_str_has_suffix (text, "  +980"));
  g_string_free (many, TRUE);
  fixture->stored.reactions = (char *) cases[1].stored;
  chat_message_update (fixture->message, &fixture->stored);
  says (fixture, "Ay me!, Reactions: 👍\u00a02  🎉, Waiting");
  g_assert_nonnull (find (fixture->row, cases[1].shown));
  fixture->stored.reactions = NULL;
  chat_message_update (fixture->message, &fixture->stored);
  g_assert_null (find (fixture->row, cases[1].shown));
}

static void
test_gap (Fixture *fixture, gconstpointer data)
{
  int before = height (fixture);

  chat_message_set_flags (fixture->message, CHAT_MESSAGE_HEAD | CHAT_MESSAGE_TAIL | CHAT_MESSAGE_GAP_BEFORE);
  g_assert_nonnull (find (fixture->row, "Some messages may be missing"));
  g_assert_cmpstr (gtk_actionable_get_action_name (GTK_ACTIONABLE (find (fixture->row, "Load"))), ==, "conversation.load");
  g_assert_cmpint (height (fixture), >, before);
  chat_message_set_flags (fixture->message, CHAT_MESSAGE_HEAD | CHAT_MESSAGE_TAIL);
  g_assert_null (find (fixture->row, "Load"));
  g_assert_cmpint (height (fixture), ==, before);
}

/* A row is used again for others: nothing of the one before stays. */
static void
test_used_again (Fixture *fixture, gconstpointer data)
{
  const ChatMessageRow plain = { .id = 2, .time = TIME, .text = (char *) "Ay me!" };
  g_autoptr (ChatMessage) other = chat_message_new (&plain, "Romeo", CHAT_MESSAGE_HEAD | CHAT_MESSAGE_TAIL);
  int before = height (fixture);

  fixture->stored.reactions = (char *) "own\t👍";
  fixture->stored.state = CHAT_MESSAGE_FAILED;
  chat_message_update (fixture->message, &fixture->stored);
  chat_message_set_flags (fixture->message, CHAT_MESSAGE_HEAD | CHAT_MESSAGE_GAP_BEFORE | CHAT_MESSAGE_DAY_START | CHAT_MESSAGE_UNREAD_START);
  g_assert_cmpint (height (fixture), >, before);
  stonechat_message_row_set_item (STONECHAT_MESSAGE_ROW (fixture->row), NULL);
  g_assert_null (find (fixture->row, "Load"));
  stonechat_message_row_set_item (STONECHAT_MESSAGE_ROW (fixture->row), other);
  g_assert_cmpint (height (fixture), ==, before);
  stonechat_message_row_set_item (STONECHAT_MESSAGE_ROW (fixture->row), fixture->message);
}

int
main (int argc, char *argv[])
{
  gtk_test_init (&argc, &argv, NULL);
  adw_init ();
  #define ADD(path, func) g_test_add ("/message-row/" path, Fixture, NULL, set_up, func, tear_down)
  ADD ("W-02/states", test_states);
  ADD ("W-02/R-29/failed", test_failed);
  ADD ("W-02/S-89/long-reason", test_long_reason);
  ADD ("changed", test_changed);
  ADD ("reactions", test_reactions);
  ADD ("W-03/gap", test_gap);
  ADD ("used-again", test_used_again);
  return g_test_run ();
}
