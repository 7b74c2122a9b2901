/* SPDX-License-Identifier: GPL-3.0-or-later
 * SPDX-FileCopyrightText: The Stonechat authors */
#include "chat-test.h"
#include "chat-conversation-list.h"
#include "stonechat-composer.h"
#include "stonechat-draft-strip.h"
#include "stonechat-formatting.h"
#include "stonechat-shortcodes.h"
#include "stonechat-spelling.h"

#include <adwaita.h>

/* What is written in the field, and what it becomes. Keys are given to the field's own controller; the mouse and the real
 * window have their test in tests/lab. */

typedef struct {
  char *folder;
  ChatStore *store;
  ChatConversationList *list;
  gint64 account;
  XmppJid *own, *romeo, *nurse;
  ChatConversation *chat;
  GtkWidget *window, *composer, *text;
  GtkTextBuffer *buffer;
  char *toast;
} Writing;

static void
toast_cb (GSimpleAction *action, GVariant *parameter, Writing *writing)
{
  g_free (writing->toast);
  writing->toast = g_variant_dup_string (parameter, NULL);
}

static GtkWidget *
find (GtkWidget *widget, GType type)
{
  if (G_TYPE_CHECK_INSTANCE_TYPE (widget, type))
    return widget;
  for (GtkWidget *child = gtk_widget_get_first_child (widget); child; child = gtk_widget_get_next_sibling (child)) {
    GtkWidget *found = find (child, type);

    if (found)
      return found;
  }
  return NULL;
}

static void
show (Writing *writing, XmppJid *jid)
{
  writing->chat = chat_conversation_list_open (writing->list, writing->account, jid);
  stonechat_composer_set_conversation (STONECHAT_COMPOSER (writing->composer), writing->chat);
}

static void
open_window (Writing *writing)
{
  g_autoptr (GSimpleActionGroup) actions = g_simple_action_group_new ();
  g_autoptr (GSimpleAction) toast = g_simple_action_new ("toast", G_VARIANT_TYPE_STRING);

  g_signal_connect (toast, "activate", G_CALLBACK (toast_cb), writing);
  g_action_map_add_action (G_ACTION_MAP (actions), G_ACTION (toast));
  writing->window = gtk_window_new ();
  gtk_window_set_default_size (GTK_WINDOW (writing->window), 600, 600);
  gtk_widget_insert_action_group (writing->window, "win", G_ACTION_GROUP (actions));
  writing->composer = g_object_new (STONECHAT_TYPE_COMPOSER, NULL);
  gtk_widget_set_valign (writing->composer, GTK_ALIGN_END);
  gtk_window_set_child (GTK_WINDOW (writing->window), writing->composer);
  writing->text = find (writing->composer, GTK_TYPE_TEXT_VIEW);
  writing->buffer = gtk_text_view_get_buffer (GTK_TEXT_VIEW (writing->text));
  show (writing, writing->romeo);
  gtk_window_present (GTK_WINDOW (writing->window));
  gtk_widget_grab_focus (writing->composer);
}

static void
start (Writing *writing)
{
  g_autoptr (ChatSnapshot) snapshot = NULL;

  writing->store = store_open (writing->folder, &snapshot);
  if (!writing->account)
    writing->account = store_account (writing->store, "juliet@example.org");
  writing->list = chat_conversation_list_new (writing->store);
  chat_conversation_list_add_account (writing->list, writing->account, writing->own, NULL);
  chat_conversation_list_load (writing->list, snapshot);
  open_window (writing);
}

static void
stop (Writing *writing)
{
  gtk_window_destroy (GTK_WINDOW (writing->window));
  chat_conversation_list_flush (writing->list);
  wait_for (G_OBJECT (writing->list)->ref_count == 1);
  g_assert_finalize_object (writing->list);
  wait_for (g_atomic_int_get (&G_OBJECT (writing->store)->ref_count) == 1);
  store_close (g_steal_pointer (&writing->store));
}

static void
begin (Writing *writing, gconstpointer data)
{
  writing->folder = folder_new ();
  writing->own = xmpp_jid_new ("juliet@example.org", NULL);
  writing->romeo = xmpp_jid_new ("romeo@example.org", NULL);
  writing->nurse = xmpp_jid_new ("nurse@example.org", NULL);
  start (writing);
}

static void
end (Writing *writing, gconstpointer data)
{
  stop (writing);
  g_free (writing->toast);
  xmpp_jid_unref (writing->own);
  xmpp_jid_unref (writing->romeo);
  xmpp_jid_unref (writing->nurse);
  folder_remove (writing->folder);
}

static void
type (Writing *writing, const char *text)
{
  for (const char *p = text; *p; p = g_utf8_next_char (p))
    gtk_text_buffer_insert_interactive_at_cursor (writing->buffer, p, g_utf8_next_char (p) - p, TRUE);
}

static void
set (Writing *writing, const char *text)
{
  gtk_text_buffer_set_text (writing->buffer, text, -1);
}

static gboolean
press_with (Writing *writing, guint key, GdkModifierType state)
{
  g_autoptr (GListModel) controllers = gtk_widget_observe_controllers (writing->text);

  for (guint i = 0; i < g_list_model_get_n_items (controllers); i++) {
    g_autoptr (GtkEventController) controller = g_list_model_get_item (controllers, i);
    gboolean taken = FALSE;

    if (!GTK_IS_EVENT_CONTROLLER_KEY (controller) || gtk_event_controller_get_propagation_phase (controller) != GTK_PHASE_CAPTURE)
      continue;
    g_signal_emit_by_name (controller, "key-pressed", key, 0, state, &taken);
    if (taken)
      return TRUE;
  }
  return FALSE;
}

static gboolean
press (Writing *writing, guint key)
{
  return press_with (writing, key, 0);
}

static char *
get (GtkTextBuffer *buffer)
{
  GtkTextIter start, end;

  gtk_text_buffer_get_bounds (buffer, &start, &end);
  return gtk_text_buffer_get_text (buffer, &start, &end, TRUE);
}

#define assert_text(buffer, expected) \
  G_STMT_START { \
    g_autofree char *is = get (buffer); \
    g_assert_cmpstr (is, ==, expected); \
  } G_STMT_END

static GtkWidget *
get_list (Writing *writing)
{
  GtkWidget *popover = find (writing->composer, GTK_TYPE_POPOVER);

  for (GtkWidget *child = gtk_widget_get_first_child (writing->composer); child; child = gtk_widget_get_next_sibling (child))
    if (GTK_IS_POPOVER (child) && gtk_widget_has_css_class (child, "completion"))
      popover = child;
  return gtk_widget_get_visible (popover) ? find (popover, GTK_TYPE_LIST_BOX) : NULL;
}

/* -- formatting ------------------------------------------------------------------------------------------------------ */

/* "[" and "]" stand for what is selected, "|" for the cursor. */
static void
check_format (char mark, const char *before, const char *after)
{
  g_autoptr (GtkTextBuffer) buffer = gtk_text_buffer_new (NULL);
  g_autofree char *clean = NULL, *undone = NULL, *text = NULL;
  g_auto (GStrv) parts = g_strsplit_set (before, "[|]", -1);
  GtkTextIter start, end;
  GString *result;
  int from = g_utf8_strlen (parts[0], -1), to = from + (g_strv_length (parts) > 2 ? g_utf8_strlen (parts[1], -1) : 0), first, last;

  clean = g_strjoinv ("", parts);
  gtk_text_buffer_set_text (buffer, clean, -1);
  gtk_text_buffer_get_iter_at_offset (buffer, &start, from);
  gtk_text_buffer_get_iter_at_offset (buffer, &end, to);
  gtk_text_buffer_select_range (buffer, &end, &start);
  stonechat_formatting_toggle (buffer, mark);
  gtk_text_buffer_get_selection_bounds (buffer, &start, &end);
  first = gtk_text_iter_get_offset (&start);
  last = gtk_text_iter_get_offset (&end);
  text = get (buffer);
  result = g_string_new (text);
  if (last != first)
    g_string_insert_c (result, g_utf8_offset_to_pointer (result->str, last) - result->str, ']');
  g_string_insert_c (result, g_utf8_offset_to_pointer (result->str, first) - result->str, last != first ? '[' : '|');
  g_assert_cmpstr (result->str, ==, after);
  g_string_free (result, TRUE);
  if (!gtk_text_buffer_get_can_undo (buffer))
    return;
  gtk_text_buffer_undo (buffer);
  undone = get (buffer);
  g_assert_cmpstr (undone, ==, clean);
  g_assert_false (gtk_text_buffer_get_can_undo (buffer));
}

static void
test_format (void)
{
  check_format ('*', "a [word] b", "a *[word]* b");
  check_format ('*', "a *[word]* b", "a [word] b");
  check_format ('*', "a [*word*] b", "a [word] b");
  check_format ('_', "[ spaces  ]", "[ _spaces_  ]");
  check_format ('~', "[Größe 🙂]", "~[Größe 🙂]~");
  check_format ('*', "[one\n\n two\nthree]", "*[one*\n\n *two*\n*three]*");
  check_format ('*', "[*one*\n*two*]", "[one\ntwo]");
  check_format ('*', "[*one*\ntwo]", "[*one*\n*two]*");
  check_format ('`', "[a word]", "`[a word]`");
  check_format ('`', "x\n[a\nb]\ny", "x\n```\n[a\nb]\n```\ny");
  check_format ('`', "x\n[a\nb\n]y", "x\n```\n[a\nb]\n```\ny");
  check_format ('`', "```\n[a\nb]\n```", "[a\nb]");
  check_format ('`', "[```\na\nb\n```]", "[a\nb]");
  check_format ('*', "ab|cd", "ab*|*cd");
  check_format ('*', "ab*|*cd", "ab|cd");
  check_format ('*', "*ab|*", "*ab*|");
  check_format ('*', "|", "*|*");
  check_format ('*', "[   ]", "[   ]");
}

/* -- shortcodes ------------------------------------------------------------------------------------------------------ */

static void
check_found (const char *letters, const char *name, const char *emoji)
{
  g_autoptr (GPtrArray) found = stonechat_shortcodes_find (letters, 6);
  const StonechatShortcode *first = found->len ? found->pdata[0] : NULL;

  g_assert_nonnull (first);
  g_assert_cmpstr (first->name, ==, name);
  g_assert_cmpstr (first->emoji, ==, emoji);
  g_assert_cmpuint (found->len, <=, 6);
  for (guint i = 0; i < found->len; i++)
    for (guint j = 0; j < i; j++)
      g_assert_cmpstr (((StonechatShortcode *) found->pdata[i])->emoji, !=, ((StonechatShortcode *) found->pdata[j])->emoji);
}

static void
test_shortcodes (void)
{
  g_autoptr (GPtrArray) none = stonechat_shortcodes_find ("zzqq", 6);

  check_found ("thumbsu", "thumbsup", "👍");
  check_found ("+1", "+1", "👍");
  check_found ("joy", "joy", "😂");
  check_found ("hedgeh", "hedgehog", "🦔");
  check_found ("spiny", "hedgehog", "🦔");
  g_assert_cmpuint (none->len, ==, 0);
  g_assert_cmpstr (stonechat_shortcodes_lookup ("heart"), ==, "❤️");
  g_assert_cmpstr (stonechat_shortcodes_lookup ("hedgehog"), ==, "🦔");
  g_assert_null (stonechat_shortcodes_lookup ("30"));
}

static void
test_completion (Writing *writing, gconstpointer data)
{
  type (writing, "Well :th");
  g_assert_nonnull (get_list (writing));
  type (writing, "umbs");
  g_assert_true (press (writing, GDK_KEY_Down));
  g_assert_true (press (writing, GDK_KEY_Tab));
  assert_text (writing->buffer, "Well 👎");
  g_assert_null (get_list (writing));
  gtk_text_buffer_undo (writing->buffer);
  assert_text (writing->buffer, "Well :thumbs");
  gtk_text_buffer_redo (writing->buffer);
  /* What is written out needs no list. */
  type (writing, " :joy:");
  assert_text (writing->buffer, "Well 👎 😂");
  g_assert_null (get_list (writing));
  /* Esc keeps the text, and the next Enter sends it. */
  type (writing, " :he");
  g_assert_nonnull (get_list (writing));
  g_assert_true (press (writing, GDK_KEY_Escape));
  g_assert_null (get_list (writing));
  assert_text (writing->buffer, "Well 👎 😂 :he");
  g_assert_true (press (writing, GDK_KEY_Return));
  assert_text (writing->buffer, "");
  /* No colon of anything else begins one. */
  type (writing, "at 10:30:15 https://he :a b:he");
  g_assert_null (get_list (writing));
  assert_text (writing->buffer, "at 10:30:15 https://he :a b:he");
  /* Not in another chat. */
  type (writing, " :he");
  show (writing, writing->nurse);
  g_assert_null (get_list (writing));
  assert_text (writing->buffer, "");
  g_assert_false (gtk_text_buffer_get_can_undo (writing->buffer));
}

/* -- files ----------------------------------------------------------------------------------------------------------- */

/* As a file manager and a browser offer them: with their address as text. */
static void
copy (Writing *writing, const char *uri)
{
  g_autoptr (GFile) file = g_file_new_for_uri (uri);
  g_autoptr (GSList) files = g_slist_prepend (NULL, file);
  GdkContentProvider *offers[2];
  g_autoptr (GdkContentProvider) all = NULL;
  g_auto (GValue) value = G_VALUE_INIT;

  g_value_init (&value, GDK_TYPE_FILE_LIST);
  g_value_set_boxed (&value, files);
  offers[0] = gdk_content_provider_new_for_value (&value);
  offers[1] = gdk_content_provider_new_typed (G_TYPE_STRING, uri);
  all = gdk_content_provider_new_union (offers, 2);
  gdk_clipboard_set_content (gtk_widget_get_clipboard (writing->text), all);
}

static void
paste (Writing *writing)
{
  g_clear_pointer (&writing->toast, g_free);
  g_signal_emit_by_name (writing->text, "paste-clipboard");
}

static void
test_paste (Writing *writing, gconstpointer data)
{
  GdkClipboard *clipboard = gtk_widget_get_clipboard (writing->text);
  g_autoptr (GBytes) pixels = g_bytes_new_static ("\x10\x20\x30\xff", 4);
  g_autoptr (GdkTexture) texture = gdk_memory_texture_new (1, 1, GDK_MEMORY_R8G8B8A8, pixels, 4);

  copy (writing, "file:///tmp/secret%20plan.txt");
  paste (writing);
  wait_for (writing->toast);
  g_assert_cmpstr (writing->toast, ==, "Files can’t be sent yet");
  assert_text (writing->buffer, "");
  gdk_clipboard_set_texture (clipboard, texture);
  paste (writing);
  wait_for (writing->toast);
  assert_text (writing->buffer, "");
  copy (writing, "https://verona.test/a");
  paste (writing);
  wait_for (gtk_text_buffer_get_char_count (writing->buffer));
  assert_text (writing->buffer, "https://verona.test/a");
  gdk_clipboard_set_text (clipboard, " <plain>");
  paste (writing);
  wait_for (gtk_text_buffer_get_char_count (writing->buffer) > 25);
  assert_text (writing->buffer, "https://verona.test/a <plain>");
  g_assert_null (writing->toast);
}

/* -- answers and edits ----------------------------------------------------------------------------------------------- */

static ChatMessage *
get_message (Writing *writing, guint position)
{
  GListModel *timeline = G_LIST_MODEL (chat_conversation_get_timeline (writing->chat));
  ChatMessage *message = NULL;

  wait_for (g_list_model_get_n_items (timeline) > position && (message = g_list_model_get_item (timeline, position)));
  return message;
}

static gint64
get_id (Writing *writing, guint position)
{
  g_autoptr (ChatMessage) message = get_message (writing, position);

  return chat_message_get_id (message);
}

static void
say (Writing *writing, const char *text)
{
  guint n = g_list_model_get_n_items (G_LIST_MODEL (chat_conversation_get_timeline (writing->chat)));

  type (writing, text);
  g_assert_true (press (writing, GDK_KEY_Return));
  g_object_unref (get_message (writing, n));
}

/* What the strip says; NULL: it is not there. */
static const char *
get_strip (Writing *writing)
{
  GtkWidget *strip = find (writing->composer, STONECHAT_TYPE_DRAFT_STRIP);
  g_autofree char *words = NULL;

  g_object_get (strip, "words", &words, NULL);
  g_assert_cmpint (gtk_widget_get_visible (strip), ==, words != NULL);
  return g_intern_string (words);
}

static void
again (Writing *writing)
{
  stop (writing);
  start (writing);
}

static void
test_edit (Writing *writing, gconstpointer data)
{
  ChatMessage *message;

  /* Nothing was said. */
  g_assert_false (press (writing, GDK_KEY_Up));
  say (writing, "O Romeo, Romeo");
  say (writing, "Deny thy fahter");
  g_assert_true (press (writing, GDK_KEY_Up));
  assert_text (writing->buffer, "Deny thy fahter");
  g_assert_cmpstr (get_strip (writing), ==, "Edit message: Deny thy fahter");
  gtk_test_accessible_assert_property (writing->text, GTK_ACCESSIBLE_PROPERTY_DESCRIPTION, "Edit message: Deny thy fahter");
  /* Up is for the cursor, where there is a text. */
  g_assert_false (press (writing, GDK_KEY_Up));
  gtk_text_buffer_set_text (writing->buffer, "Deny thy father", -1);
  /* It is there in the other chat's absence, and after a start. */
  show (writing, writing->nurse);
  assert_text (writing->buffer, "");
  g_assert_null (get_strip (writing));
  again (writing);
  assert_text (writing->buffer, "Deny thy father");
  wait_for (g_strcmp0 (get_strip (writing), "Edit message: Deny thy fahter") == 0);
  g_assert_true (press (writing, GDK_KEY_Return));
  assert_text (writing->buffer, "");
  g_assert_null (get_strip (writing));
  message = get_message (writing, 1);
  wait_for (g_str_equal (chat_message_get_text (message), "Deny thy father"));
  g_object_unref (message);
  g_assert_cmpuint (g_list_model_get_n_items (G_LIST_MODEL (chat_conversation_get_timeline (writing->chat))), ==, 2);
}

static void
test_leave (Writing *writing, gconstpointer data)
{
  say (writing, "Romeo");
  g_assert_false (press (writing, GDK_KEY_Escape));
  type (writing, "And I");
  stonechat_composer_edit (STONECHAT_COMPOSER (writing->composer), get_id (writing, 0));
  assert_text (writing->buffer, "Romeo");
  type (writing, "!");
  g_assert_false (gtk_text_buffer_get_can_redo (writing->buffer));
  g_assert_true (press (writing, GDK_KEY_Escape));
  assert_text (writing->buffer, "And I");
  g_assert_null (get_strip (writing));
  /* What was undone in one stays there. */
  g_assert_false (gtk_text_buffer_get_can_undo (writing->buffer));
  again (writing);
  assert_text (writing->buffer, "And I");
}

/* W-37: neither an answer nor another edit takes a half-made edit away; one in which nothing was changed is none. */
static void
test_busy (Writing *writing, gconstpointer data)
{
  say (writing, "one");
  say (writing, "two");
  stonechat_composer_edit (STONECHAT_COMPOSER (writing->composer), get_id (writing, 0));
  stonechat_composer_edit (STONECHAT_COMPOSER (writing->composer), get_id (writing, 1));
  assert_text (writing->buffer, "two");
  g_assert_null (writing->toast);
  set (writing, "two, but");
  stonechat_composer_reply (STONECHAT_COMPOSER (writing->composer), get_id (writing, 0));
  g_assert_cmpstr (writing->toast, ==, "Send your edit first, or leave it with Esc");
  assert_text (writing->buffer, "two, but");
  g_clear_pointer (&writing->toast, g_free);
  stonechat_composer_edit (STONECHAT_COMPOSER (writing->composer), get_id (writing, 0));
  g_assert_nonnull (writing->toast);
  g_clear_pointer (&writing->toast, g_free);
  stonechat_composer_edit (STONECHAT_COMPOSER (writing->composer), get_id (writing, 1));
  g_assert_null (writing->toast);
  assert_text (writing->buffer, "two, but");
  g_assert_true (press (writing, GDK_KEY_Escape));
  stonechat_composer_reply (STONECHAT_COMPOSER (writing->composer), get_id (writing, 0));
  g_assert_cmpstr (get_strip (writing), ==, "Reply to yourself: one");
}

static void
test_reply (Writing *writing, gconstpointer data)
{
  g_autoptr (ChatMessage) answer = NULL;

  say (writing, "Romeo?\nWherefore?");
  stonechat_composer_reply (STONECHAT_COMPOSER (writing->composer), get_id (writing, 0));
  g_assert_cmpstr (get_strip (writing), ==, "Reply to yourself: Romeo? Wherefore?");
  type (writing, "Half an ans");
  again (writing);
  wait_for (g_strcmp0 (get_strip (writing), "Reply to yourself: Romeo? Wherefore?") == 0);
  assert_text (writing->buffer, "Half an ans");
  /* An edit meanwhile takes none of it. */
  stonechat_composer_edit (STONECHAT_COMPOSER (writing->composer), get_id (writing, 0));
  g_assert_cmpstr (get_strip (writing), ==, "Edit message: Romeo? Wherefore?");
  g_assert_true (press (writing, GDK_KEY_Escape));
  g_assert_cmpstr (get_strip (writing), ==, "Reply to yourself: Romeo? Wherefore?");
  assert_text (writing->buffer, "Half an ans");
  type (writing, "wer");
  g_assert_true (press (writing, GDK_KEY_Return));
  g_assert_null (get_strip (writing));
  answer = get_message (writing, 1);
  g_assert_cmpstr (chat_message_get_text (answer), ==, "Half an answer");
  g_assert_cmpint (chat_message_get_reply_id (answer), ==, get_id (writing, 0));
}

/* -- how much a server takes ----------------------------------------------------------------------------------------- */

static gboolean
is_shown (GtkWidget *widget, const char *part)
{
  if (GTK_IS_LABEL (widget) && gtk_widget_get_visible (widget) && strstr (gtk_label_get_text (GTK_LABEL (widget)), part))
    return TRUE;
  for (GtkWidget *child = gtk_widget_get_first_child (widget); child; child = gtk_widget_get_next_sibling (child))
    if (is_shown (child, part))
      return TRUE;
  return FALSE;
}

static void
test_limit (Writing *writing, gconstpointer data)
{
  g_autofree char *near_it = g_strnfill (2600, 'x'), *over = g_strnfill (4000, '<');

  chat_store_set_setting (writing->store, writing->account, 0, CHAT_SETTING_MAX_BYTES, "4000");
  set (writing, "short");
  g_assert_false (is_shown (writing->composer, "left"));
  set (writing, near_it);
  g_assert_true (is_shown (writing->composer, "bytes left"));
  set (writing, over);
  g_assert_true (is_shown (writing->composer, "your server takes"));
  g_assert_true (press (writing, GDK_KEY_Return));
  assert_text (writing->buffer, over);
  g_assert_cmpstr (chat_conversation_get_draft (writing->chat), ==, over);
  set (writing, "short");
  g_assert_false (is_shown (writing->composer, "takes"));
}

/* -- spelling -------------------------------------------------------------------------------------------------------- */

/* The words that are marked, with spaces between. */
static char *
get_wrong (Writing *writing)
{
  GString *words = g_string_new (NULL);
  GtkTextIter iter, end;

  gtk_text_buffer_get_bounds (writing->buffer, &iter, &end);
  while (!gtk_text_iter_is_end (&iter)) {
    g_autoptr (GSList) tags = gtk_text_iter_get_tags (&iter);

    for (GSList *l = tags; l; l = l->next) {
      PangoUnderline underline;

      g_object_get (l->data, "underline", &underline, NULL);
      if (underline == PANGO_UNDERLINE_ERROR) {
        if (words->len && gtk_text_iter_starts_tag (&iter, l->data))
          g_string_append_c (words, ' ');
        g_string_append_unichar (words, gtk_text_iter_get_char (&iter));
      }
    }
    gtk_text_iter_forward_char (&iter);
  }
  return g_string_free (words, FALSE);
}

static gboolean
is_wrong (Writing *writing, const char *expected)
{
  g_autofree char *wrong = get_wrong (writing);

  return g_str_equal (wrong, expected);
}

/* Cursor into the first word that has these letters, and the key that opens the menu. */
static void
open_menu (Writing *writing, const char *letters)
{
  GtkTextIter start, end;

  gtk_text_buffer_get_start_iter (writing->buffer, &start);
  g_assert_true (gtk_text_iter_forward_search (&start, letters, 0, &start, &end, NULL));
  gtk_text_iter_forward_char (&start);
  gtk_text_buffer_place_cursor (writing->buffer, &start);
  g_assert_false (press (writing, GDK_KEY_Menu));
}

#ifdef HAVE_ENCHANT
static void
run (Writing *writing, const char *action, const char *argument)
{
  g_assert_true (gtk_widget_activate_action (writing->text, action, argument ? "s" : NULL, argument));
}

static gboolean
menu_has (GMenuModel *menu, const char *label)
{
  for (int i = 0; i < g_menu_model_get_n_items (menu); i++) {
    g_autoptr (GMenuModel) section = g_menu_model_get_item_link (menu, i, G_MENU_LINK_SECTION), more = g_menu_model_get_item_link (menu, i, G_MENU_LINK_SUBMENU);
    g_autofree char *is = NULL;

    g_menu_model_get_item_attribute (menu, i, G_MENU_ATTRIBUTE_LABEL, "s", &is);
    if (g_strcmp0 (is, label) == 0 || (section && menu_has (section, label)) || (more && menu_has (more, label)))
      return TRUE;
  }
  return FALSE;
}

static gboolean
has_item (Writing *writing, const char *label)
{
  return menu_has (gtk_text_view_get_extra_menu (GTK_TEXT_VIEW (writing->text)), label);
}

static void
test_spelling (Writing *writing, gconstpointer data)
{
  run (writing, "spelling.language", "en_US");
  set (writing, "Wherefor art thou, romeoo? Don’t tarry.\n`thier` https://exampel.test/thier me@exampel.test x86 NATO #thier Верона 你好\n```\nthier\n```\nthier.");
  wait_for (is_wrong (writing, "Wherefor romeoo thier"));
  /* By keys alone. */
  open_menu (writing, "Wherefor ");
  g_assert_true (has_item (writing, "Wherefore"));
  g_assert_true (has_item (writing, "Ignore"));
  run (writing, "spelling.correct", "Wherefore");
  wait_for (is_wrong (writing, "romeoo thier"));
  gtk_text_buffer_undo (writing->buffer);
  wait_for (is_wrong (writing, "Wherefor romeoo thier"));
  open_menu (writing, "romeoo");
  run (writing, "spelling.ignore", NULL);
  wait_for (is_wrong (writing, "Wherefor thier"));
  open_menu (writing, "Wherefor ");
  run (writing, "spelling.add", NULL);
  wait_for (is_wrong (writing, "thier"));
  /* A language, or none, for each chat. */
  run (writing, "spelling.language", "");
  wait_for (is_wrong (writing, ""));
  g_assert_cmpstr (chat_conversation_get_language (writing->chat), ==, "off");
  show (writing, writing->nurse);
  run (writing, "spelling.language", "en_US");
  set (writing, "Wherefor thier.");
  wait_for (is_wrong (writing, "thier"));
  /* With its draft it is kept. */
  wait_for (chat_conversation_get_id (writing->chat) != 0);
  show (writing, writing->romeo);
  wait_for (is_wrong (writing, ""));
  again (writing);
  set (writing, "thier now");
  show (writing, writing->nurse);
  wait_for (is_wrong (writing, "thier"));
}

/* What is being written is marked when it is finished. */
static void
test_spelling_typing (Writing *writing, gconstpointer data)
{
  run (writing, "spelling.language", "en_US");
  wait_for (gtk_widget_has_focus (writing->text));
  type (writing, "thier now, thier");
  wait_for (is_wrong (writing, "thier"));
  type (writing, " ");
  wait_for (is_wrong (writing, "thier thier"));
  set (writing, "");
  type (writing, "thiier");
  g_assert_true (is_wrong (writing, ""));
}

/* No dictionary for it: it is said how one comes. */
static void
test_spelling_package (Writing *writing, gconstpointer data)
{
  run (writing, "spelling.language", "pt_BR");
  set (writing, "thier");
  open_menu (writing, "thier");
  g_assert_true (has_item (writing, "To check spelling, install hunspell-pt-br"));
  g_assert_true (is_wrong (writing, ""));
}

/* How long it takes is off the way of typing; tests/bench has no figure of it. */
static void
test_spelling_cost (Writing *writing, gconstpointer data)
{
  StonechatSpelling *spelling = stonechat_spelling_new (GTK_TEXT_VIEW (writing->text));
  GString *text = g_string_new (NULL);
  gint64 begun;

  stonechat_spelling_set_language (spelling, "en_US");
  for (int i = 0; i < 3500; i++)
    g_string_append (text, i % 70 == 69 ? "thier\n" : i % 7 ? "wherefore " : "*art* ");
  set (writing, "warm");
  stonechat_spelling_check_now (spelling);
  set (writing, text->str);
  begun = g_get_monotonic_time ();
  stonechat_spelling_check_now (spelling);
  g_test_message ("3,500 words, 50 of them wrong: %.1f ms", (g_get_monotonic_time () - begun) / 1000.0);
  g_assert_false (is_wrong (writing, ""));
  gtk_text_buffer_insert_at_cursor (writing->buffer, "x ", -1);
  begun = g_get_monotonic_time ();
  stonechat_spelling_check_now (spelling);
  g_test_message ("one more of them: %.1f ms", (g_get_monotonic_time () - begun) / 1000.0);
  g_string_free (text, TRUE);
  g_object_unref (spelling);
}
#else
/* Built without a spell checker, there is no word of it. */
static void
test_no_spelling (Writing *writing, gconstpointer data)
{
  set (writing, "thier");
  open_menu (writing, "thier");
  g_assert_null (gtk_text_view_get_extra_menu (GTK_TEXT_VIEW (writing->text)));
  g_assert_true (is_wrong (writing, ""));
}
#endif

int
main (int argc, char *argv[])
{
  g_autofree char *folder = g_dir_make_tmp ("stonechat-words-XXXXXX", NULL);

  gtk_test_init (&argc, &argv, NULL);
  adw_init ();
  /* Its dictionary is nobody's. */
  g_setenv ("ENCHANT_CONFIG_DIR", folder, TRUE);
  g_test_add_func ("/composer/format", test_format);
  g_test_add_func ("/composer/shortcodes", test_shortcodes);
  g_test_add ("/composer/completion", Writing, NULL, begin, test_completion, end);
  g_test_add ("/composer/W-06-paste", Writing, NULL, begin, test_paste, end);
  g_test_add ("/composer/W-37-edit", Writing, NULL, begin, test_edit, end);
  g_test_add ("/composer/W-37-leave", Writing, NULL, begin, test_leave, end);
  g_test_add ("/composer/W-37-busy", Writing, NULL, begin, test_busy, end);
  g_test_add ("/composer/W-37-reply", Writing, NULL, begin, test_reply, end);
  g_test_add ("/composer/limit", Writing, NULL, begin, test_limit, end);
#ifdef HAVE_ENCHANT
  g_test_add ("/composer/spelling", Writing, NULL, begin, test_spelling, end);
  g_test_add ("/composer/spelling-typing", Writing, NULL, begin, test_spelling_typing, end);
  g_test_add ("/composer/spelling-package", Writing, NULL, begin, test_spelling_package, end);
  g_test_add ("/composer/spelling-cost", Writing, NULL, begin, test_spelling_cost, end);
#else
  g_test_add ("/composer/no-spelling", Writing, NULL, begin, test_no_spelling, end);
#endif
  return g_test_run ();
}
