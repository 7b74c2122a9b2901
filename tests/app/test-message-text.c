/* SPDX-License-Identifier: GPL-3.0-or-later
 * SPDX-FileCopyrightText: The Stonechat authors */
#include "stonechat-big-emoji.h"
#include "stonechat-links.h"
#include "stonechat-message-text-part.h"
#include "stonechat-message-text.h"
#include "vectors.h"

#include <adwaita.h>

/* What a bubble shows of a text, and that nothing of the text gets lost or moved by it. */

static GtkWidget *
new_text (const char *text, const char *actor, gboolean styled)
{
  GtkWidget *self = g_object_ref_sink (stonechat_message_text_new ());

  stonechat_message_text_set_manner (STONECHAT_MESSAGE_TEXT (self), actor, styled);
  stonechat_message_text_set (STONECHAT_MESSAGE_TEXT (self), text, "14:32");
  return self;
}

static void
assert_shown (const char *text, const char *actor, gboolean styled, const char *expected)
{
  GtkWidget *self = new_text (text, actor, styled);
  g_autofree char *shown = stonechat_message_text_dup_shown (STONECHAT_MESSAGE_TEXT (self));
  int minimum, natural;

  g_assert_cmpstr (shown, ==, expected);
  gtk_widget_measure (self, GTK_ORIENTATION_VERTICAL, 200, &minimum, &natural, NULL, NULL);
  g_assert_cmpint (minimum, ==, natural);
  g_assert_finalize_object (self);
}

/* -- S-89, S-90 ------------------------------------------------------------------------------------------------------ */

static void
check_naughty (char **fields, guint n_fields, gpointer user_data)
{
  g_autofree char *text = g_utf8_make_valid (fields[0] ? fields[0] : "", -1), *bare = g_strdup (text), *action = g_strdup_printf ("/me %s", text);
  g_autofree char *shown = g_strdup_printf ("\u2068%s\u2069 waves", text), *acted = g_strdup_printf ("\u2068Romeo\u2069 %s", text);

  g_strchomp (bare);
  assert_shown (text, NULL, FALSE, text);
  if (!strstr (text, "```") && g_str_equal (bare, text))
    assert_shown (text, NULL, TRUE, text);
  assert_shown ("/me waves", text, FALSE, shown);
  assert_shown (action, "Romeo", FALSE, acted);
}

/* Whatever a text or a name is, it is shown as it came, and a name stands isolated. */
static void
test_naughty (void)
{
  vectors_foreach ("naughty.tsv", check_naughty, NULL);
  assert_shown ("\xff\xfe broken", NULL, TRUE, "\357\277\275\357\277\275 broken");
}

/* -- S-91 ------------------------------------------------------------------------------------------------------------ */

static const char *const parted[] = {
  "plain", "", "*a* ö _b_", "> one\n> two\nthree", "```c\nint *a;\n```\nafter", ">> a\n> b\n> ```\n> cö d\n> ```\ne", "```\n```", "```", "> ",
  "/me *waves* ö", "/me ", "a\n\n```\n\n\n```\n\nb", "> مرحبا\nشكرا",
};

/* Each byte that is shown is found again from where it stands, and the other way round. */
static void
test_bytes (void)
{
  for (guint i = 0; i < G_N_ELEMENTS (parted); i++) {
    g_autoptr (StonechatStyling) styling = stonechat_styling_parse (parted[i]);
    StonechatTextSource source = { .text = parted[i], .actor = g_str_has_prefix (parted[i], "/me ") ? "Rö" : NULL, .styling = styling };
    g_autoptr (GArray) parts = stonechat_text_parts_new (&source);
    GtkWidget *widget = g_object_ref_sink (gtk_label_new (NULL));
    int width, height;
    guint at = 0;

    stonechat_text_parts_lay_out (parts, widget, &source, 200, 0, &width, &height);
    for (guint j = 0; j < parts->len; j++) {
      StonechatTextPart *part = &g_array_index (parts, StonechatTextPart, j);
      const char *shown = pango_layout_get_text (part->layout);

      g_assert_cmpuint (part->start, >=, at);
      for (guint byte = part->start + part->skipped; byte <= part->end; byte++) {
        guint index = stonechat_text_part_to_layout (part, byte);

        g_assert_cmpint (shown[index], ==, byte == part->end ? '\0' : parted[i][byte]);
        g_assert_true (byte == part->start + part->skipped || stonechat_text_part_to_text (part, index) == byte);
      }
      g_assert_cmpuint (stonechat_text_part_to_text (part, strlen (shown)), ==, part->end);
      at = part->end;
    }
    g_assert_finalize_object (widget);
  }
}

/* A text of nothing but changes of depth is no thousand layouts, and all of it is there. */
static void
test_many_parts (void)
{
  g_autoptr (GString) text = g_string_new (NULL);
  g_autoptr (StonechatStyling) styling = NULL;
  g_autoptr (GArray) parts = NULL;
  StonechatTextSource source = { 0 };

  for (guint i = 0; i < 2000; i++)
    g_string_append (text, i % 2 ? ">> b\n" : "> a\n");
  source.text = text->str;
  source.styling = styling = stonechat_styling_parse (text->str);
  parts = stonechat_text_parts_new (&source);
  g_assert_cmpuint (parts->len, <, 100);
  g_assert_cmpuint (g_array_index (parts, StonechatTextPart, parts->len - 1).end, ==, text->len);
}

/* -- parts ----------------------------------------------------------------------------------------------------------- */

static GtkWidget *
find_button (GtkWidget *widget, const char *label)
{
  for (GtkWidget *child = gtk_widget_get_first_child (widget); child; child = gtk_widget_get_next_sibling (child)) {
    GtkWidget *found = GTK_IS_BUTTON (child) && g_strcmp0 (gtk_button_get_label (GTK_BUTTON (child)), label) == 0 ? child : find_button (child, label);

    if (found)
      return found;
  }
  return NULL;
}

static void
keep_text_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  *(char **) user_data = gdk_clipboard_read_text_finish (GDK_CLIPBOARD (source), result, NULL);
}

/* Preformatted text is copied without its fence and without the marks of quotations, and the button says so. */
static void
test_code (void)
{
  GtkWidget *window = gtk_window_new (), *self = stonechat_message_text_new (), *button;
  g_autofree char *code = NULL, *copied = NULL;
  g_autoptr (GMenu) menu = g_menu_new ();

  gtk_window_set_child (GTK_WINDOW (window), self);
  stonechat_message_text_set (STONECHAT_MESSAGE_TEXT (self), "see\n> ```c\n> a *b* https://a.example\n>  c\n> ```\nyes", "14:32");
  code = stonechat_message_text_dup_code (STONECHAT_MESSAGE_TEXT (self));
  g_assert_cmpstr (code, ==, "a *b* https://a.example\n c\n");
  g_assert_null (stonechat_message_text_get_link (STONECHAT_MESSAGE_TEXT (self), 0));
  button = find_button (self, "Copy");
  gtk_test_accessible_assert_property (GTK_ACCESSIBLE (button), GTK_ACCESSIBLE_PROPERTY_LABEL, "Copy Code");
  g_assert_true (gtk_widget_get_focusable (button));
  g_signal_emit_by_name (button, "clicked");
  g_assert_nonnull (find_button (self, "Copied"));
  gtk_test_accessible_assert_property (GTK_ACCESSIBLE (button), GTK_ACCESSIBLE_PROPERTY_LABEL, "Copied");
  gdk_clipboard_read_text_async (gtk_widget_get_clipboard (self), NULL, keep_text_cb, &copied);
  while (!copied)
    g_main_context_iteration (NULL, TRUE);
  g_assert_cmpstr (copied, ==, code);
  stonechat_message_text_add_to_menu (STONECHAT_MESSAGE_TEXT (self), menu);
  g_assert_cmpint (g_menu_model_get_n_items (G_MENU_MODEL (menu)), ==, 1);
  stonechat_message_text_set (STONECHAT_MESSAGE_TEXT (self), "plain", "14:32");
  g_assert_null (gtk_widget_get_first_child (self));
  gtk_window_destroy (GTK_WINDOW (window));
}

/* Long lines of code are wrapped: they don't need more than there is. */
static void
test_long_code (void)
{
  g_autofree char *line = g_strnfill (3000, 'x'), *text = g_strdup_printf ("> ```\n> %s\n> ```", line);
  GtkWidget *self = new_text (text, NULL, TRUE);
  int minimum, natural;

  gtk_widget_measure (self, GTK_ORIENTATION_HORIZONTAL, -1, &minimum, &natural, NULL, NULL);
  g_assert_cmpint (minimum, <, 100);
  gtk_widget_measure (self, GTK_ORIENTATION_VERTICAL, 300, &minimum, &natural, NULL, NULL);
  g_assert_cmpint (natural, >, 500);
  g_assert_finalize_object (self);
}

static void
test_styled (void)
{
  assert_shown ("> a\nb", NULL, TRUE, "> a\nb");
  assert_shown ("```c\na\n```\nb", NULL, TRUE, "a\nb");
  assert_shown ("```c\na\n```\nb", NULL, FALSE, "```c\na\n```\nb");
  assert_shown ("```c", NULL, TRUE, "```c");
  assert_shown ("/me waves", NULL, TRUE, "/me waves");
  assert_shown ("/mewaves", "Romeo", TRUE, "/mewaves");
  assert_shown (" /me waves", "Romeo", TRUE, " /me waves");
}

static void
test_emoji (void)
{
  static const char *const big[] = {
    "😍", "👍🏽", "🇩🇪", "👩‍👩‍👧‍👦", "1️⃣", "#⃣", "❤️", "❤️‍🔥", "☺️", "🏴󠁧󠁢󠁥󠁮󠁧󠁿", "🏃🏽‍♀️", "😀😀😀", "😀 😀", "🇩🇪🇫🇷", "🏳‍🌈", "☝🏽", "😀\n", "👨🏻‍❤️‍💋‍👨🏿",
  };
  static const char *const plain[] = {
    "", " ", "a", "1", "123", "#", "*", "☺", "❤", "©", "😀a", "a😀", "😀😀😀😀", "🇩", "1\u20e3 is a key", "\u200d", "\ufe0f", "ö", "→", "日本",
  };

  for (guint i = 0; i < G_N_ELEMENTS (big); i++) {
    GtkWidget *self = new_text (big[i], NULL, TRUE);

    g_test_message ("%s", big[i]);
    g_assert_true (stonechat_big_emoji_match (big[i]));
    g_assert_true (gtk_widget_has_css_class (self, "emoji"));
    stonechat_message_text_set (STONECHAT_MESSAGE_TEXT (self), "a", "14:32");
    g_assert_false (gtk_widget_has_css_class (self, "emoji"));
    g_assert_finalize_object (self);
  }
  for (guint i = 0; i < G_N_ELEMENTS (plain); i++) {
    g_test_message ("%s", plain[i]);
    g_assert_false (stonechat_big_emoji_match (plain[i]));
  }
}

/* -- width ----------------------------------------------------------------------------------------------------------- */

static int
lay_out (GtkWidget *self, int width)
{
  int height;

  gtk_widget_measure (self, GTK_ORIENTATION_VERTICAL, width, &height, NULL, NULL, NULL);
  gtk_widget_allocate (self, width, height, -1, NULL);
  return height;
}

/* Laid out once, for the widest place, it stands as if it had first been asked how wide it would like to be. */
static void
check_fit (const char *text, int most)
{
  g_autoptr (GtkWidget) self = new_text (text, "Romeo", TRUE), other = new_text (text, "Romeo", TRUE);
  int minimum, natural, height, width = stonechat_message_text_fit (STONECHAT_MESSAGE_TEXT (self), most);

  gtk_widget_measure (other, GTK_ORIENTATION_HORIZONTAL, -1, &minimum, &natural, NULL, NULL);
  g_test_message ("%d: %s", most, text);
  g_assert_cmpint (width, ==, MAX (minimum, MIN (natural, most)));
  height = lay_out (self, width);
  g_assert_cmpint (height, ==, lay_out (other, width));
  for (int y = 0; y < MIN (height, 200); y += 8)
    for (int x = 0; x <= width; x += 23)
      g_assert_cmpint (stonechat_message_text_get_index (STONECHAT_MESSAGE_TEXT (self), x, y), ==,
                       stonechat_message_text_get_index (STONECHAT_MESSAGE_TEXT (other), x, y));
}

static void
check_fits (char **fields, guint n_fields, gpointer user_data)
{
  g_autofree char *text = g_utf8_make_valid (fields[0] ? fields[0] : "", -1);

  check_fit (text, 90);
  check_fit (text, 400);
}

static void
test_fits (void)
{
  static const char *const texts[] = {
    "one", "one two three four five six seven eight nine ten eleven twelve", "one      ", "שלום", "שלום לכולם וברוכים הבאים אל העיר ורונה",
    "one\nשלום\ntwo", "one two three four\nשלום לכולם וברוכים הבאים", "> שלום\n> one\nyes", "```\na\n  long line of code, longer than the others\n```",
    "see\n```\na\n```\nyes", "/me waves",
  };

  for (guint i = 0; i < G_N_ELEMENTS (texts); i++)
    for (int most = 50; most < 600; most += 61)
      check_fit (texts[i], most);
  vectors_foreach ("naughty.tsv", check_fits, NULL);
}

/* -- links ----------------------------------------------------------------------------------------------------------- */

static void
opened_cb (GSimpleAction *action, GVariant *parameter, char **uri)
{
  *uri = g_variant_dup_string (parameter, NULL);
}

/* All links of a message are in its menu, by their targets; those to people stay here (S-88). */
static void
test_links (void)
{
  GtkWidget *window = gtk_window_new (), *self = stonechat_message_text_new ();
  g_autoptr (GSimpleActionGroup) group = g_simple_action_group_new ();
  g_autoptr (GSimpleAction) action = g_simple_action_new ("open-uri", G_VARIANT_TYPE_STRING);
  g_autoptr (GMenu) menu = g_menu_new ();
  g_autoptr (GMenuModel) links = NULL;
  g_autofree char *opened = NULL, *label = NULL, *name = NULL;
  guint target;

  g_signal_connect (action, "activate", G_CALLBACK (opened_cb), &opened);
  g_action_map_add_action (G_ACTION_MAP (group), G_ACTION (action));
  gtk_widget_insert_action_group (window, "win", G_ACTION_GROUP (group));
  gtk_window_set_child (GTK_WINDOW (window), self);
  stonechat_message_text_set (STONECHAT_MESSAGE_TEXT (self), "https://a.example/_x and Xmpp:romeo@example.org, `tel:+1`", "14:32");
  g_assert_cmpstr (stonechat_message_text_get_link (STONECHAT_MESSAGE_TEXT (self), 0), ==, "https://a.example/_x");
  g_assert_cmpstr (stonechat_message_text_get_link (STONECHAT_MESSAGE_TEXT (self), 1), ==, "Xmpp:romeo@example.org");
  g_assert_null (stonechat_message_text_get_link (STONECHAT_MESSAGE_TEXT (self), 2));
  stonechat_message_text_open (self, stonechat_message_text_get_link (STONECHAT_MESSAGE_TEXT (self), 1));
  g_assert_cmpstr (opened, ==, "Xmpp:romeo@example.org");
  stonechat_message_text_add_to_menu (STONECHAT_MESSAGE_TEXT (self), menu);
  links = g_menu_model_get_item_link (G_MENU_MODEL (menu), 0, G_MENU_LINK_SUBMENU);
  g_assert_cmpint (g_menu_model_get_n_items (links), ==, 2);
  g_assert_true (g_menu_model_get_item_attribute (links, 0, G_MENU_ATTRIBUTE_LABEL, "s", &label));
  g_assert_cmpstr (label, ==, "\u2068https://a.example/__x\u2069");
  g_assert_true (g_menu_model_get_item_attribute (links, 1, G_MENU_ATTRIBUTE_ACTION, "s", &name));
  g_assert_cmpstr (name, ==, "message.open-link");
  g_assert_true (g_menu_model_get_item_attribute (links, 1, G_MENU_ATTRIBUTE_TARGET, "u", &target));
  g_assert_cmpuint (target, ==, 1);
  gtk_window_destroy (GTK_WINDOW (window));
}

/* -- what was found -------------------------------------------------------------------------------------------------- */

static guint
count_areas (GskRenderNode *node, const GdkRGBA *color)
{
  guint n = 0;

  switch (gsk_render_node_get_node_type (node)) {
  case GSK_COLOR_NODE:
    return gdk_rgba_equal (gsk_color_node_get_color (node), color);
  case GSK_TRANSFORM_NODE:
    return count_areas (gsk_transform_node_get_child (node), color);
  case GSK_CONTAINER_NODE:
    for (guint i = 0; i < gsk_container_node_get_n_children (node); i++)
      n += count_areas (gsk_container_node_get_child (node, i), color);
    return n;
  default:
    return 0;
  }
}

static guint
count_drawn (GtkWidget *widget, const char *name)
{
  GtkSnapshot *snapshot = gtk_snapshot_new ();
  g_autoptr (GskRenderNode) node = NULL;
  GdkRGBA color;

  g_assert_true (gtk_style_context_lookup_color (gtk_widget_get_style_context (widget), name, &color));
  GTK_WIDGET_GET_CLASS (widget)->snapshot (widget, snapshot);
  node = gtk_snapshot_free_to_node (snapshot);
  return count_areas (node, &color);
}

/* What was found is marked wherever it stands, in each part that it reaches into, and the current one differs. */
static void
test_found (void)
{
  const StonechatTextRange ranges[] = { { 2, 5 }, { 10, 20 }, { 500, 600 } };
  GtkWidget *window = gtk_window_new (), *self = stonechat_message_text_new ();
  g_autoptr (GArray) found = g_array_new (FALSE, FALSE, sizeof (StonechatTextRange));
  GtkCssProvider *provider = gtk_css_provider_new ();
  int height;

  g_array_append_vals (found, ranges, G_N_ELEMENTS (ranges));
  gtk_css_provider_load_from_resource (provider, "/im/stonechat/Stonechat/style.css");
  gtk_style_context_add_provider_for_display (gtk_widget_get_display (window), GTK_STYLE_PROVIDER (provider), GTK_STYLE_PROVIDER_PRIORITY_APPLICATION);
  gtk_window_set_child (GTK_WINDOW (window), self);
  stonechat_message_text_set (STONECHAT_MESSAGE_TEXT (self), "> one two\nthree four", "14:32");
  gtk_widget_measure (self, GTK_ORIENTATION_VERTICAL, 300, &height, NULL, NULL, NULL);
  gtk_widget_allocate (self, 300, height, -1, NULL);
  g_assert_cmpuint (count_drawn (self, "found_color"), ==, 0);
  stonechat_message_text_highlight (STONECHAT_MESSAGE_TEXT (self), found, -1);
  g_assert_cmpuint (count_drawn (self, "found_color"), ==, 2);
  stonechat_message_text_highlight (STONECHAT_MESSAGE_TEXT (self), found, 1);
  g_assert_cmpuint (count_drawn (self, "found_color"), ==, 1);
  g_assert_cmpuint (count_drawn (self, "found_current_color"), ==, 1);
  g_array_index (found, StonechatTextRange, 1).start = 5;
  g_assert_cmpuint (count_drawn (self, "found_current_color"), ==, 2);
  stonechat_message_text_highlight (STONECHAT_MESSAGE_TEXT (self), NULL, -1);
  g_assert_cmpuint (count_drawn (self, "found_current_color"), ==, 0);
  stonechat_message_text_highlight (STONECHAT_MESSAGE_TEXT (self), found, 1);
  stonechat_message_text_set (STONECHAT_MESSAGE_TEXT (self), "> one two\nthree five", "14:32");
  g_assert_cmpuint (count_drawn (self, "found_current_color"), ==, 0);
  gtk_style_context_remove_provider_for_display (gtk_widget_get_display (window), GTK_STYLE_PROVIDER (provider));
  g_object_unref (provider);
  gtk_window_destroy (GTK_WINDOW (window));
}

/* -- what it answers ------------------------------------------------------------------------------------------------- */

static void
gone_cb (GSimpleAction *action, GVariant *parameter, gint64 *message)
{
  *message = g_variant_get_int64 (parameter);
}

static int
height_of (GtkWidget *widget)
{
  int height;

  gtk_widget_measure (widget, GTK_ORIENTATION_VERTICAL, 300, &height, NULL, NULL, NULL);
  return height;
}

/* A quote stands above the text, leads to its origin, and goes again; one whose origin is not here leads nowhere. */
static void
test_quote (void)
{
  GtkWidget *window = gtk_window_new (), *self = stonechat_message_text_new (), *quote;
  g_autoptr (GSimpleActionGroup) group = g_simple_action_group_new ();
  g_autoptr (GSimpleAction) action = g_simple_action_new ("go-to", G_VARIANT_TYPE_INT64);
  g_autoptr (GMenu) menu = g_menu_new ();
  g_autofree char *long_text = g_strnfill (5000, 'w');
  gint64 gone = 0;
  int before;

  g_signal_connect (action, "activate", G_CALLBACK (gone_cb), &gone);
  g_action_map_add_action (G_ACTION_MAP (group), G_ACTION (action));
  gtk_widget_insert_action_group (window, "conversation", G_ACTION_GROUP (group));
  gtk_window_set_child (GTK_WINDOW (window), self);
  stonechat_message_text_set (STONECHAT_MESSAGE_TEXT (self), "😀", "14:32");
  g_assert_true (gtk_widget_has_css_class (self, "emoji"));
  before = height_of (self);
  stonechat_message_text_set_quote (STONECHAT_MESSAGE_TEXT (self), 7, "Ro\xffmeo", "romeo@verona.test", long_text);
  g_assert_false (gtk_widget_has_css_class (self, "emoji"));
  g_assert_cmpint (height_of (self), >, before + 30);
  g_assert_cmpint (height_of (self), <, before + 90);
  quote = gtk_widget_get_first_child (self);
  g_assert_true (gtk_widget_get_focusable (quote));
  g_assert_true (gtk_widget_activate_action (quote, "quote.go", NULL));
  g_assert_cmpint (gone, ==, 7);
  stonechat_message_text_add_to_menu (STONECHAT_MESSAGE_TEXT (self), menu);
  g_assert_cmpint (g_menu_model_get_n_items (G_MENU_MODEL (menu)), ==, 1);
  stonechat_message_text_set_quote (STONECHAT_MESSAGE_TEXT (self), 8, "Romeo", "romeo@verona.test", NULL);
  gtk_test_accessible_assert_property (GTK_ACCESSIBLE (quote), GTK_ACCESSIBLE_PROPERTY_LABEL, "Go to the Answered Message");
  stonechat_message_text_set_quote (STONECHAT_MESSAGE_TEXT (self), 0, NULL, "", "<b>what</b>");
  gtk_test_accessible_assert_property (GTK_ACCESSIBLE (quote), GTK_ACCESSIBLE_PROPERTY_LABEL, "<b>what</b>");
  gtk_test_accessible_assert_state (GTK_ACCESSIBLE (quote), GTK_ACCESSIBLE_STATE_HIDDEN, TRUE);
  g_assert_false (gtk_widget_get_focusable (quote));
  g_assert_true (gtk_widget_activate_action (quote, "quote.go", NULL));
  g_assert_cmpint (gone, ==, 7);
  stonechat_message_text_set_quote (STONECHAT_MESSAGE_TEXT (self), 0, NULL, NULL, NULL);
  g_assert_true (gtk_widget_has_css_class (self, "emoji"));
  g_assert_cmpint (height_of (self), ==, before);
  gtk_window_destroy (GTK_WINDOW (window));
}

int
main (int argc, char *argv[])
{
  gtk_test_init (&argc, &argv, NULL);
  adw_init ();
  g_test_add_func ("/message-text/S-89/S-90/naughty", test_naughty);
  g_test_add_func ("/message-text/S-91/bytes", test_bytes);
  g_test_add_func ("/message-text/S-91/many-parts", test_many_parts);
  g_test_add_func ("/message-text/code", test_code);
  g_test_add_func ("/message-text/long-code", test_long_code);
  g_test_add_func ("/message-text/styled", test_styled);
  g_test_add_func ("/message-text/emoji", test_emoji);
  g_test_add_func ("/message-text/fits", test_fits);
  g_test_add_func ("/message-text/S-88/links", test_links);
  g_test_add_func ("/message-text/S-89/quote", test_quote);
  g_test_add_func ("/message-text/found", test_found);
  return g_test_run ();
}
