/* SPDX-License-Identifier: GPL-3.0-or-later
 * SPDX-FileCopyrightText: The Stonechat authors */
#include "chat-message-private.h"
#include "stonechat-message-parts.h"
#include "stonechat-message-row.h"
#include "stonechat-emoji.h"
#include "stonechat-reactions.h"
#include "stonechat-message-text.h"
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
  says (fixture, "You deleted this message, Read");
}

static char *
get_shown (Fixture *fixture)
{
  for (GtkWidget *child = gtk_widget_get_first_child (fixture->row); child; child = gtk_widget_get_next_sibling (child))
    if (STONECHAT_IS_MESSAGE_TEXT (child))
      return stonechat_message_text_dup_shown (STONECHAT_MESSAGE_TEXT (child));
  g_assert_not_reached ();
}

/* "/me" names who does it, oneself, too; what stands in place of a message is no action of anybody. */
static void
test_action (Fixture *fixture, gconstpointer data)
{
  g_autofree char *shown = NULL, *later = NULL;

  chat_message_set_own_name (fixture->message, "juliet");
  fixture->stored.text = (char *) "/me sighs";
  chat_message_update (fixture->message, &fixture->stored);
  shown = get_shown (fixture);
  g_assert_cmpstr (shown, ==, "\u2068juliet\u2069 sighs");
  says (fixture, "juliet sighs, Waiting");
  fixture->stored.retracted = TRUE;
  chat_message_update (fixture->message, &fixture->stored);
  later = get_shown (fixture);
  g_assert_cmpstr (later, ==, "You deleted this message");
}

/* Who says that a text is not styled (XEP-0393 §5) has it shown as it is. */
static void
test_unstyled (Fixture *fixture, gconstpointer data)
{
  const ChatMessageRow row = { .id = 3, .time = TIME, .text = (char *) "```\n> _ <\n```", .unstyled = TRUE };
  g_autoptr (ChatMessage) message = chat_message_new (&row, "Romeo", CHAT_MESSAGE_HEAD);
  g_autofree char *shown = NULL;

  stonechat_message_row_set_item (STONECHAT_MESSAGE_ROW (fixture->row), message);
  shown = get_shown (fixture);
  g_assert_cmpstr (shown, ==, row.text);
  stonechat_message_row_set_item (STONECHAT_MESSAGE_ROW (fixture->row), fixture->message);
}

/* What it answers stands above it, until it is taken back. */
static void
test_answer (Fixture *fixture, gconstpointer data)
{
  ChatMessageRow row = { .id = 3, .time = TIME, .text = (char *) "Ay", .reply_id = (char *) "x", .reply_row = 7, .reply_own = 1,
                         .reply_text = (char *) "Wherefore?" };
  g_autoptr (ChatMessage) message = chat_message_new (&row, "Romeo", CHAT_MESSAGE_HEAD);
  int before = height (fixture), answering;

  stonechat_message_row_set_item (STONECHAT_MESSAGE_ROW (fixture->row), message);
  answering = height (fixture);
  g_assert_cmpint (answering, >, before + 20);
  row.retracted = TRUE;
  chat_message_update (message, &row);
  g_assert_cmpint (height (fixture), <, answering - 20);
  stonechat_message_row_set_item (STONECHAT_MESSAGE_ROW (fixture->row), fixture->message);
  g_assert_cmpint (height (fixture), ==, before);
}

/* The chips that are to be seen, with what is said of each: "name|label|own". */
static GPtrArray *
list_chips (GtkWidget *widget)
{
  GPtrArray *chips = g_ptr_array_new ();

  for (GtkWidget *child = gtk_widget_get_first_child (widget); child; child = gtk_widget_get_next_sibling (child)) {
    if (!STONECHAT_IS_REACTIONS (child) || !gtk_widget_get_visible (child))
      continue;
    for (GtkWidget *chip = gtk_widget_get_first_child (child); chip; chip = gtk_widget_get_next_sibling (chip))
      g_ptr_array_add (chips, chip);
  }
  return chips;
}

static void
show_reactions (Fixture *fixture, const char *reactions)
{
  fixture->stored.reactions = (char *) reactions;
  chat_message_update (fixture->message, &fixture->stored);
}

static void
chip_is (GtkWidget *chip, const char *label, const char *name, gboolean own, const char *target)
{
  g_autoptr (GVariant) expected = g_variant_ref_sink (g_variant_new_parsed (target));

  g_assert_cmpstr (gtk_button_get_label (GTK_BUTTON (chip)), ==, label);
  gtk_test_accessible_assert_property (chip, GTK_ACCESSIBLE_PROPERTY_LABEL, name);
  g_assert_true (gtk_widget_has_css_class (chip, "own") == own);
  gtk_test_accessible_assert_state (chip, GTK_ACCESSIBLE_STATE_PRESSED, own ? GTK_ACCESSIBLE_TRISTATE_TRUE : GTK_ACCESSIBLE_TRISTATE_FALSE);
  g_assert_cmpstr (gtk_actionable_get_action_name (GTK_ACTIONABLE (chip)), ==, "conversation.react");
  g_assert_true (g_variant_equal (gtk_actionable_get_action_target_value (GTK_ACTIONABLE (chip)), expected));
}

/* One chip for each emoji; a click puts one's own there or takes it away. */
static void
test_reactions (Fixture *fixture, gconstpointer data)
{
  g_autoptr (GPtrArray) chips = NULL;
  int before = height (fixture);

  show_reactions (fixture, "peer\t👍 🎉\nown\t👍\n");
  says (fixture, "Ay me!, Reactions: thumbs up, 2, you and Romeo; party popper, 1, Romeo, Waiting");
  chips = list_chips (fixture->row);
  g_assert_cmpuint (chips->len, ==, 2);
  chip_is (chips->pdata[0], "👍 2", "thumbs up, 2, you and Romeo", TRUE, "(@x 1, '👍', false)");
  chip_is (chips->pdata[1], "🎉", "party popper, 1, Romeo", FALSE, "(@x 1, '🎉', true)");
  g_assert_cmpint (height (fixture), >, before);
  show_reactions (fixture, "peer\t🎉");
  g_ptr_array_unref (chips);
  chips = list_chips (fixture->row);
  g_assert_cmpuint (chips->len, ==, 1);
  chip_is (chips->pdata[0], "🎉", "party popper, 1, Romeo", FALSE, "(@x 1, '🎉', true)");
  show_reactions (fixture, NULL);
  g_assert_cmpint (height (fixture), ==, before);
}

static void
react_cb (GSimpleAction *action, GVariant *parameter, Fixture *fixture)
{
  gboolean on;

  g_variant_get_child (parameter, 2, "b", &on);
  show_reactions (fixture, on ? "peer\t👍 🎉\nown\t🎉" : "peer\t👍");
}

static GtkWidget *
press_tab (GtkWidget *window, gboolean back)
{
  gtk_widget_child_focus (window, back ? GTK_DIR_TAB_BACKWARD : GTK_DIR_TAB_FORWARD);
  return gtk_window_get_focus (GTK_WINDOW (window));
}

/* Tab goes from the message through the chips; each does its work there, and when it goes the focus stays with the message. */
static void
test_reach_reactions (Fixture *fixture, gconstpointer data)
{
  GtkWidget *window = gtk_window_new (), *first;
  GSimpleActionGroup *group = g_simple_action_group_new ();
  g_autoptr (GSimpleAction) react = g_simple_action_new ("react", G_VARIANT_TYPE ("(xsb)"));

  g_signal_connect (react, "activate", G_CALLBACK (react_cb), fixture);
  g_action_map_add_action (G_ACTION_MAP (group), G_ACTION (react));
  gtk_widget_insert_action_group (window, "conversation", G_ACTION_GROUP (group));
  gtk_window_set_child (GTK_WINDOW (window), fixture->row);
  show_reactions (fixture, "peer\t👍 🎉");
  gtk_window_present (GTK_WINDOW (window));
  gtk_widget_grab_focus (fixture->row);
  first = press_tab (window, FALSE);
  g_assert_cmpstr (gtk_button_get_label (GTK_BUTTON (first)), ==, "👍");
  g_assert_cmpstr (gtk_button_get_label (GTK_BUTTON (press_tab (window, FALSE))), ==, "🎉");
  g_signal_emit_by_name (gtk_window_get_focus (GTK_WINDOW (window)), "clicked");
  g_assert_cmpstr (gtk_button_get_label (GTK_BUTTON (gtk_window_get_focus (GTK_WINDOW (window)))), ==, "🎉 2");
  g_signal_emit_by_name (gtk_window_get_focus (GTK_WINDOW (window)), "clicked");
  g_assert_true (gtk_window_get_focus (GTK_WINDOW (window)) == first);
  show_reactions (fixture, NULL);
  g_assert_true (gtk_window_get_focus (GTK_WINDOW (window)) == fixture->row);
  gtk_window_set_child (GTK_WINDOW (window), NULL);
  gtk_window_destroy (GTK_WINDOW (window));
  g_object_unref (group);
  while (g_main_context_iteration (NULL, FALSE));
}

static void
test_no_reactions (Fixture *fixture, gconstpointer data)
{
  static const char *const cases[] = { "no tab", "peer\t\n\n", "", NULL };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++) {
    g_autofree char *words = stonechat_reactions_describe (cases[i], "Romeo");

    g_assert_null (words);
  }
}

/* S-89: as many as others like, but not as many widgets, and what is no emoji is text. */
static void
test_many_reactions (Fixture *fixture, gconstpointer data)
{
  g_autoptr (GString) many = g_string_new ("peer\t<b>a</b>\n");
  g_autoptr (GPtrArray) chips = NULL;

  for (guint i = 0; i < 1000; i++)
    g_string_append_printf (many, "peer\t%u\n", i);
  show_reactions (fixture, many->str);
  chips = list_chips (fixture->row);
  g_assert_cmpuint (chips->len, ==, STONECHAT_REACTIONS_MOST + 1);
  chip_is (chips->pdata[0], "<b>a</b>", "<b>a</b>, 1, Romeo", FALSE, "(@x 1, '<b>a</b>', true)");
  g_assert_cmpstr (gtk_button_get_label (GTK_BUTTON (chips->pdata[STONECHAT_REACTIONS_MOST])), ==, "+981");
  g_assert_null (gtk_actionable_get_action_name (GTK_ACTIONABLE (chips->pdata[STONECHAT_REACTIONS_MOST])));
}

/* Skin, and whether it is a picture, have no part in the name. */
static void
test_names (Fixture *fixture, gconstpointer data)
{
  static const struct { const char *emoji, *name; } cases[] = {
    { "👍", "thumbs up" }, { "👍🏽", "thumbs up" }, { "❤", "red heart" }, { "❤️", "red heart" }, { "abc", "abc" }, { "", "" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    g_assert_cmpstr (stonechat_emoji_get_name (cases[i].emoji), ==, cases[i].name);
}

/* W-26: what it answers, and that it is pinned, is said, too. */
static void
test_said (Fixture *fixture, gconstpointer data)
{
  fixture->stored.pinned = TRUE;
  fixture->stored.reply_id = (char *) "romeo-1";
  fixture->stored.reply_row = 7;
  fixture->stored.reply_own = FALSE;
  fixture->stored.reply_text = (char *) "What light?";
  chat_message_update (fixture->message, &fixture->stored);
  says (fixture, "Ay me!, in reply to Romeo: What light?, pinned, Waiting");
  fixture->stored.reply_own = -1;
  chat_message_update (fixture->message, &fixture->stored);
  says (fixture, "Ay me!, in reply: What light?, pinned, Waiting");
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
  ADD ("W-26/reactions", test_reactions);
  ADD ("W-26/reactions/reach", test_reach_reactions);
  ADD ("reactions/none", test_no_reactions);
  ADD ("S-89/reactions/many", test_many_reactions);
  ADD ("W-26/reactions/names", test_names);
  ADD ("W-26/said", test_said);
  ADD ("action", test_action);
  ADD ("unstyled", test_unstyled);
  ADD ("answer", test_answer);
  ADD ("reactions", test_reactions);
  ADD ("W-03/gap", test_gap);
  ADD ("used-again", test_used_again);
  return g_test_run ();
}
