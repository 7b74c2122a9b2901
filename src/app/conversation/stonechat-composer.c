/* SPDX-License-Identifier: GPL-3.0-or-later
 * SPDX-FileCopyrightText: The Stonechat authors */
#include "stonechat-composer.h"
#include "stonechat-attaching.h"
#include "stonechat-completion.h"
#include "stonechat-draft-strip.h"
#include "stonechat-formatting.h"
#include "stonechat-spelling.h"

#include <glib/gi18n.h>
#include <string.h>

#define TYPING_PAUSE_S 5
#define NO_LANGUAGE "off"
#define LIMIT_NEAR 1000          /* bytes that are left */
#define MEASURED_MIN 1000        /* no server refuses what is shorter */
#define HEIGHT_MIN 120          /* of the field, however low the window is */

/* What is written is the conversation's draft at once, so nothing is lost when another chat is opened or the program ends.
 * Sending takes the draft, and that empties the field; what was refused or could not be kept comes back the same way. */

struct _StonechatComposer {
  GtkWidget parent_instance;
  ChatProfile *profile;
  ChatConversation *conversation;
  GSettings *settings;
  GtkWidget *box, *account, *limit, *strip, *scrolled, *text, *emoji;
  StonechatCompletion *completion;
  StonechatSpelling *spelling;
  gboolean putting_in;       /* the draft */
  gboolean warned;           /* plain text beside encrypted was agreed to */
  guint typing_source;
};

enum { PROP_0, PROP_PROFILE, PROP_SETTINGS };
enum { SENT, N_SIGNALS };

static guint signals[N_SIGNALS];

G_DEFINE_FINAL_TYPE (StonechatComposer, stonechat_composer, GTK_TYPE_WIDGET)

/* -- text ------------------------------------------------------------------------------------------------------------ */

static char *
get_text (StonechatComposer *self)
{
  GtkTextBuffer *buffer = gtk_text_view_get_buffer (GTK_TEXT_VIEW (self->text));
  GtkTextIter start, end;

  gtk_text_buffer_get_bounds (buffer, &start, &end);
  return gtk_text_buffer_get_text (buffer, &start, &end, FALSE);
}

static gboolean
is_empty (StonechatComposer *self)
{
  return gtk_text_buffer_get_char_count (gtk_text_view_get_buffer (GTK_TEXT_VIEW (self->text))) == 0;
}

static gboolean
paused_cb (gpointer user_data)
{
  StonechatComposer *self = user_data;

  self->typing_source = 0;
  chat_conversation_set_composing (self->conversation, FALSE);
  return G_SOURCE_REMOVE;
}

/* How much the server still takes, when that is not much any more; nobody is told so only after writing. */
static void
update_limit (StonechatComposer *self, const char *text)
{
  gint64 room = self->conversation && strlen (text) >= MEASURED_MIN ? chat_conversation_get_room (self->conversation, text) : G_MAXINT64;
  g_autofree char *sentence = NULL;
  g_autoptr (GError) error = NULL;

  if (room < 0 && !chat_conversation_check_text (self->conversation, text, &error))
    sentence = g_strdup (error->message);
  else if (room < LIMIT_NEAR)
    sentence = g_strdup_printf (ngettext ("%d byte left", "%d bytes left", room), (int) room);
  else if (room == G_MAXINT64 && strlen (text) >= MEASURED_MIN)
    sentence = chat_conversation_warn_text (self->conversation, text);
  if (room < 0)
    gtk_widget_add_css_class (self->limit, "error");
  else
    gtk_widget_remove_css_class (self->limit, "error");
  gtk_label_set_text (GTK_LABEL (self->limit), sentence ? sentence : "");
  gtk_widget_set_visible (self->limit, sentence != NULL);
}

static void
text_changed_cb (StonechatComposer *self)
{
  g_autofree char *text = get_text (self);

  update_limit (self, text);
  gtk_widget_action_set_enabled (GTK_WIDGET (self), "composer.send", *text != '\0');
  if (self->putting_in || !self->conversation)
    return;
  stonechat_completion_update (self->completion);
  chat_conversation_set_draft (self->conversation, text);
  g_clear_handle_id (&self->typing_source, g_source_remove);
  if (*text)
    self->typing_source = g_timeout_add_seconds (TYPING_PAUSE_S, paused_cb, self);
  chat_conversation_set_composing (self->conversation, *text != '\0');
}

static void
set_text (StonechatComposer *self, const char *text)
{
  stonechat_completion_hide (self->completion);
  self->putting_in = TRUE;
  gtk_text_buffer_set_text (gtk_text_view_get_buffer (GTK_TEXT_VIEW (self->text)), text ? text : "", -1);
  self->putting_in = FALSE;
}

/* -- answers and edits ----------------------------------------------------------------------------------------------- */

static ChatDraftTarget
get_target (StonechatComposer *self)
{
  return self->conversation ? chat_conversation_get_draft_target (self->conversation, NULL) : CHAT_DRAFT_NONE;
}

/* A half-made edit is not given up for something else: it is said, and one goes on with it. */
static gboolean
is_busy_with_other (StonechatComposer *self, gint64 message, ChatDraftTarget target)
{
  gint64 edited = 0;
  ChatDraftTarget now = chat_conversation_get_draft_target (self->conversation, &edited);
  g_autoptr (ChatMessage) before = stonechat_draft_strip_get_message (STONECHAT_DRAFT_STRIP (self->strip));
  const char *draft = chat_conversation_get_draft (self->conversation);

  if (now != CHAT_DRAFT_EDIT || (target == CHAT_DRAFT_EDIT && edited == message) || !draft
      || (before && g_str_equal (chat_message_get_text (before), draft)))
    return FALSE;
  gtk_widget_activate_action (GTK_WIDGET (self), "win.toast", "s", _("Send your edit first, or leave it with Esc"));
  gtk_widget_grab_focus (self->text);
  return TRUE;
}

void
stonechat_composer_reply (StonechatComposer *self, gint64 message)
{
  if (!self->conversation || is_busy_with_other (self, message, CHAT_DRAFT_REPLY))
    return;
  chat_conversation_set_draft_target (self->conversation, CHAT_DRAFT_REPLY, message);
  gtk_widget_grab_focus (self->text);
}

static void
begin_edit (StonechatComposer *self, ChatMessage *message)
{
  if (is_busy_with_other (self, chat_message_get_id (message), CHAT_DRAFT_EDIT))
    return;
  chat_conversation_set_draft_target (self->conversation, CHAT_DRAFT_EDIT, chat_message_get_id (message));
  if (!chat_conversation_get_draft (self->conversation))
    chat_conversation_set_draft (self->conversation, chat_message_get_text (message));
  gtk_widget_grab_focus (self->text);
}

void
stonechat_composer_edit (StonechatComposer *self, gint64 id)
{
  ChatTimeline *timeline = self->conversation ? chat_conversation_get_timeline (self->conversation) : NULL;
  guint position = timeline ? chat_timeline_find (timeline, id) : G_MAXUINT;
  g_autoptr (ChatMessage) message = position != G_MAXUINT ? g_list_model_get_item (G_LIST_MODEL (timeline), position) : NULL;

  if (message && chat_conversation_may_edit (self->conversation, message))
    begin_edit (self, message);
}

static gboolean
edit_last (StonechatComposer *self)
{
  g_autoptr (ChatMessage) message = self->conversation && get_target (self) != CHAT_DRAFT_EDIT ? chat_conversation_get_last_own (self->conversation) : NULL;

  if (message)
    begin_edit (self, message);
  return message != NULL;
}

/* An edit, then the message that is answered. */
static void
leave_action (GtkWidget *widget, const char *name, GVariant *parameter)
{
  StonechatComposer *self = STONECHAT_COMPOSER (widget);

  if (get_target (self) == CHAT_DRAFT_NONE)
    return;
  chat_conversation_set_draft_target (self->conversation, CHAT_DRAFT_NONE, 0);
  gtk_widget_grab_focus (self->text);
}

static void
strip_cb (StonechatComposer *self)
{
  g_autofree char *words = NULL;

  g_object_get (self->strip, "words", &words, NULL);
  gtk_accessible_update_property (GTK_ACCESSIBLE (self->text), GTK_ACCESSIBLE_PROPERTY_DESCRIPTION, words ? words : "", -1);
}

/* -- sending --------------------------------------------------------------------------------------------------------- */

/* Takes the draft, which empties the field, unless it refuses. */
static void
send_message (StonechatComposer *self, const char *text, ChatMessage *to)
{
  chat_conversation_send_reply (self->conversation, text, to);
  g_signal_emit (self, signals[SENT], 0);
}

static void
send_edit (StonechatComposer *self, const char *text, ChatMessage *message)
{
  g_autoptr (GError) error = NULL;

  if (!chat_conversation_check_text (self->conversation, text, &error)) {
    gtk_widget_activate_action (GTK_WIDGET (self), "win.toast", "s", error->message);
    return;
  }
  if (g_strcmp0 (chat_message_get_text (message), text) != 0)
    chat_conversation_edit (self->conversation, message, text);
  chat_conversation_set_composing (self->conversation, FALSE);
  chat_conversation_set_draft_target (self->conversation, CHAT_DRAFT_NONE, 0);
}

static void
send_now (StonechatComposer *self)
{
  g_autoptr (ChatMessage) message = stonechat_draft_strip_get_message (STONECHAT_DRAFT_STRIP (self->strip));
  g_autofree char *text = get_text (self);
  ChatDraftTarget target = get_target (self);

  g_strstrip (text);
  if (!*text)
    return;
  if (target != CHAT_DRAFT_NONE && (!message || chat_message_get_retracted (message))) {
    gtk_widget_activate_action (GTK_WIDGET (self), "win.toast", "s",
                                target == CHAT_DRAFT_EDIT ? _("The message that you edit is not there any more") : _("The message that you answer is not there any more"));
    return;
  }
  g_clear_handle_id (&self->typing_source, g_source_remove);
  if (target == CHAT_DRAFT_EDIT)
    send_edit (self, text, message);
  else
    send_message (self, text, message);
  gtk_widget_grab_focus (self->text);
}

static void
warned_cb (AdwMessageDialog *dialog, const char *response, StonechatComposer *self)
{
  if (g_str_equal (response, "send")) {
    self->warned = TRUE;
    send_now (self);
  }
}

static void
send_action (GtkWidget *widget, const char *name, GVariant *parameter)
{
  StonechatComposer *self = STONECHAT_COMPOSER (widget);
  gboolean encrypted = FALSE;
  GtkWidget *dialog;

  if (!self->conversation)
    return;
  g_object_get (self->conversation, "encrypted-hint", &encrypted, NULL);
  if (!encrypted || self->warned) {
    send_now (self);
    return;
  }
  dialog = adw_message_dialog_new (GTK_WINDOW (gtk_widget_get_root (widget)), _("Send Without Encryption?"),
                                   _("The messages here were encrypted. Stonechat can’t encrypt yet, so the servers will be able to read yours."));
  adw_message_dialog_add_responses (ADW_MESSAGE_DIALOG (dialog), "cancel", _("_Cancel"), "send", _("_Send"), NULL);
  g_signal_connect_object (dialog, "response", G_CALLBACK (warned_cb), self, 0);
  gtk_window_present (GTK_WINDOW (dialog));
}

static gboolean
key_cb (GtkEventControllerKey *controller, guint key, guint code, GdkModifierType state, StonechatComposer *self)
{
  gboolean with_control = self->settings && g_settings_get_boolean (self->settings, "send-with-ctrl-enter");

  if (stonechat_completion_key (self->completion, key, state))
    return TRUE;
  if (key == GDK_KEY_Menu || (key == GDK_KEY_F10 && (state & GDK_SHIFT_MASK)))
    stonechat_spelling_prepare_menu (self->spelling);
  if (key == GDK_KEY_Escape && get_target (self) != CHAT_DRAFT_NONE) {
    gtk_widget_activate_action (GTK_WIDGET (self), "composer.leave", NULL);
    return TRUE;
  }
  if ((key == GDK_KEY_Up || key == GDK_KEY_KP_Up) && !(state & (GDK_SHIFT_MASK | GDK_CONTROL_MASK | GDK_ALT_MASK)) && is_empty (self))
    return edit_last (self);
  if (key != GDK_KEY_Return && key != GDK_KEY_KP_Enter && key != GDK_KEY_ISO_Enter)
    return FALSE;
  if ((state & GDK_SHIFT_MASK) || !!(state & GDK_CONTROL_MASK) != with_control)
    return FALSE;
  gtk_widget_activate_action (GTK_WIDGET (self), "composer.send", NULL);
  return TRUE;
}

static void
emoji_cb (StonechatComposer *self, const char *emoji)
{
  gtk_text_buffer_insert_at_cursor (gtk_text_view_get_buffer (GTK_TEXT_VIEW (self->text)), emoji, -1);
  gtk_widget_grab_focus (self->text);
}

static void
format_action (GtkWidget *widget, const char *name, GVariant *parameter)
{
  StonechatComposer *self = STONECHAT_COMPOSER (widget);

  stonechat_formatting_toggle (gtk_text_view_get_buffer (GTK_TEXT_VIEW (self->text)), *g_variant_get_string (parameter, NULL));
}

static void
attach_cb (GPtrArray *files, gpointer user_data)
{
  gtk_widget_activate_action (user_data, "win.toast", "s", files ? _("Files can’t be sent yet") : _("Pictures can’t be sent yet"));
}

/* It fills itself with two thousand buttons, so it waits until it is wanted. */
static void
make_emoji_chooser (GtkMenuButton *button, gpointer user_data)
{
  GtkWidget *chooser;

  if (gtk_menu_button_get_popover (button))
    return;
  chooser = gtk_emoji_chooser_new ();
  g_signal_connect_swapped (chooser, "emoji-picked", G_CALLBACK (emoji_cb), user_data);
  gtk_menu_button_set_popover (button, chooser);
}

/* -- spelling -------------------------------------------------------------------------------------------------------- */

/* That of the chat, else that of all chats, else the system's. */
static void
load_language (StonechatComposer *self)
{
  g_autofree char *general = self->settings ? g_settings_get_string (self->settings, "spelling-language") : NULL;
  const char *language = self->conversation ? chat_conversation_get_language (self->conversation) : NULL;

  if (!language && general && *general)
    language = general;
  stonechat_spelling_set_language (self->spelling, g_strcmp0 (language, NO_LANGUAGE) == 0 ? "" : language);
}

static void
language_cb (StonechatComposer *self)
{
  g_autofree char *language = NULL;

  g_object_get (self->spelling, "language", &language, NULL);
  if (self->conversation)
    chat_conversation_set_language (self->conversation, language && *language ? language : NO_LANGUAGE);
}

static void
for_all_cb (StonechatComposer *self)
{
  const char *language = stonechat_spelling_get_language (self->spelling);

  if (self->settings)
    g_settings_set_string (self->settings, "spelling-language", *language ? language : NO_LANGUAGE);
  if (self->conversation)
    chat_conversation_set_language (self->conversation, NULL);
  load_language (self);
}

/* -- the conversation ------------------------------------------------------------------------------------------------ */

static void
draft_cb (StonechatComposer *self)
{
  g_autofree char *text = get_text (self);
  const char *draft = chat_conversation_get_draft (self->conversation);

  if (g_strcmp0 (draft ? draft : "", text) != 0)
    set_text (self, draft);
}

/* Announcements can't be answered. With several accounts it is said who writes (W-22). */
static void
update (StonechatComposer *self)
{
  gboolean several = self->profile && g_list_model_get_n_items (chat_profile_get_accounts (self->profile)) > 1, announcement;
  g_autofree char *text = NULL;

  if (!self->conversation)
    return;
  g_object_get (self->conversation, "announcement", &announcement, NULL);
  gtk_widget_set_visible (GTK_WIDGET (self), !announcement);
  gtk_widget_set_visible (self->account, several);
  if (!several)
    return;
  /* Translators: the account from which messages of this chat are sent */
  text = g_strdup_printf (_("You write as %s"), chat_account_get_name (chat_conversation_get_account (self->conversation)));
  gtk_label_set_text (GTK_LABEL (self->account), text);
}

void
stonechat_composer_set_conversation (StonechatComposer *self, ChatConversation *conversation)
{
  if (self->conversation == conversation)
    return;
  if (self->conversation) {
    if (self->typing_source)
      chat_conversation_set_composing (self->conversation, FALSE);
    g_clear_handle_id (&self->typing_source, g_source_remove);
    g_signal_handlers_disconnect_by_data (self->conversation, self);
  }
  g_set_object (&self->conversation, conversation);
  self->warned = FALSE;
  stonechat_draft_strip_set_conversation (STONECHAT_DRAFT_STRIP (self->strip), conversation);
  load_language (self);
  set_text (self, conversation ? chat_conversation_get_draft (conversation) : NULL);
  if (!conversation)
    return;
  g_signal_connect_object (conversation, "notify", G_CALLBACK (update), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (conversation, "notify::draft", G_CALLBACK (draft_cb), self, G_CONNECT_SWAPPED);
  update (self);
}

/* The field grows to a third of the window. */
static void
layout_cb (GdkSurface *surface, int width, int height, StonechatComposer *self)
{
  gtk_scrolled_window_set_max_content_height (GTK_SCROLLED_WINDOW (self->scrolled), MAX (HEIGHT_MIN, height / 3));
}

static void
stonechat_composer_realize (GtkWidget *widget)
{
  GTK_WIDGET_CLASS (stonechat_composer_parent_class)->realize (widget);
  g_signal_connect_object (gtk_native_get_surface (gtk_widget_get_native (widget)), "layout", G_CALLBACK (layout_cb), widget, 0);
}

static void
stonechat_composer_unrealize (GtkWidget *widget)
{
  g_signal_handlers_disconnect_by_data (gtk_native_get_surface (gtk_widget_get_native (widget)), widget);
  GTK_WIDGET_CLASS (stonechat_composer_parent_class)->unrealize (widget);
}

static gboolean
stonechat_composer_grab_focus (GtkWidget *widget)
{
  return gtk_widget_grab_focus (STONECHAT_COMPOSER (widget)->text);
}

static void
stonechat_composer_set_property (GObject *object, guint id, const GValue *value, GParamSpec *pspec)
{
  StonechatComposer *self = STONECHAT_COMPOSER (object);

  switch (id) {
  case PROP_PROFILE: g_set_object (&self->profile, g_value_get_object (value)); break;
  case PROP_SETTINGS:
    if (g_set_object (&self->settings, g_value_get_object (value)) && self->settings)
      g_signal_connect_object (self->settings, "changed::spelling-language", G_CALLBACK (load_language), self, G_CONNECT_SWAPPED);
    break;
  default: G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
  }
}

static void
stonechat_composer_dispose (GObject *object)
{
  StonechatComposer *self = STONECHAT_COMPOSER (object);

  if (self->box)
    stonechat_composer_set_conversation (self, NULL);
  g_clear_object (&self->completion);
  g_clear_object (&self->spelling);
  g_clear_pointer (&self->box, gtk_widget_unparent);
  g_clear_object (&self->profile);
  g_clear_object (&self->settings);
  G_OBJECT_CLASS (stonechat_composer_parent_class)->dispose (object);
}

static void
stonechat_composer_class_init (StonechatComposerClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  object_class->set_property = stonechat_composer_set_property;
  object_class->dispose = stonechat_composer_dispose;
  widget_class->realize = stonechat_composer_realize;
  widget_class->unrealize = stonechat_composer_unrealize;
  widget_class->grab_focus = stonechat_composer_grab_focus;
  g_object_class_install_property (object_class, PROP_PROFILE,
    g_param_spec_object ("profile", NULL, NULL, CHAT_TYPE_PROFILE, G_PARAM_WRITABLE | G_PARAM_STATIC_STRINGS));
  g_object_class_install_property (object_class, PROP_SETTINGS,
    g_param_spec_object ("settings", NULL, NULL, G_TYPE_SETTINGS, G_PARAM_WRITABLE | G_PARAM_STATIC_STRINGS));
  signals[SENT] = g_signal_new ("sent", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 0);
  g_type_ensure (STONECHAT_TYPE_DRAFT_STRIP);
  gtk_widget_class_set_template_from_resource (widget_class, "/im/stonechat/Stonechat/ui/stonechat-composer.ui");
#define BIND(child) gtk_widget_class_bind_template_child (widget_class, StonechatComposer, child)
  BIND (box); BIND (account); BIND (limit); BIND (strip); BIND (scrolled); BIND (text); BIND (emoji);
#undef BIND
  gtk_widget_class_install_action (widget_class, "composer.send", NULL, send_action);
  gtk_widget_class_install_action (widget_class, "composer.leave", NULL, leave_action);
  gtk_widget_class_install_action (widget_class, "composer.format", "s", format_action);
  gtk_widget_class_add_binding_action (widget_class, GDK_KEY_b, GDK_CONTROL_MASK, "composer.format", "s", "*");
  gtk_widget_class_add_binding_action (widget_class, GDK_KEY_i, GDK_CONTROL_MASK, "composer.format", "s", "_");
  gtk_widget_class_add_binding_action (widget_class, GDK_KEY_x, GDK_CONTROL_MASK | GDK_SHIFT_MASK, "composer.format", "s", "~");
  gtk_widget_class_add_binding_action (widget_class, GDK_KEY_m, GDK_CONTROL_MASK, "composer.format", "s", "`");
}

static void
stonechat_composer_init (StonechatComposer *self)
{
  GtkEventController *keys = gtk_event_controller_key_new ();

  gtk_widget_init_template (GTK_WIDGET (self));
  gtk_event_controller_set_propagation_phase (keys, GTK_PHASE_CAPTURE);
  g_signal_connect (keys, "key-pressed", G_CALLBACK (key_cb), self);
  gtk_widget_add_controller (self->text, keys);
  g_signal_connect_swapped (self->strip, "notify::words", G_CALLBACK (strip_cb), self);
  self->completion = stonechat_completion_new (GTK_WIDGET (self), GTK_TEXT_VIEW (self->text));
  self->spelling = stonechat_spelling_new (GTK_TEXT_VIEW (self->text));
  g_signal_connect_swapped (self->spelling, "notify::language", G_CALLBACK (language_cb), self);
  g_signal_connect_swapped (self->spelling, "for-all", G_CALLBACK (for_all_cb), self);
  stonechat_attaching_watch (GTK_TEXT_VIEW (self->text), attach_cb, self);
  g_signal_connect_swapped (gtk_text_view_get_buffer (GTK_TEXT_VIEW (self->text)), "changed", G_CALLBACK (text_changed_cb), self);
  gtk_menu_button_set_create_popup_func (GTK_MENU_BUTTON (self->emoji), make_emoji_chooser, self, NULL);
  gtk_widget_action_set_enabled (GTK_WIDGET (self), "composer.send", FALSE);
}
