/* SPDX-License-Identifier: GPL-3.0-or-later
 * SPDX-FileCopyrightText: The Stonechat authors */
#include "stonechat-message-row.h"
#include "stonechat-message-parts.h"
#include "stonechat-message-text.h"
#include "stonechat-reactions.h"
#include "stonechat-state-mark.h"
#include "stonechat-time.h"

#include <glib/gi18n.h>
#include <string.h>

#define MARGIN 14            /* at both sides of the column */
#define COLUMN 860           /* as wide as it gets */
#define SHARE 0.80           /* of the column, for one bubble */
#define RUN_GAP 2            /* within a run of one sender */
#define GAP 8

struct _StonechatMessageRow {
  GtkWidget parent_instance;
  ChatMessage *item;
  GtkWidget *day, *text;
  GtkWidget *gap, *unread, *reactions, *failure;   /* made when first needed */
  gboolean selected;
};

G_DEFINE_FINAL_TYPE (StonechatMessageRow, stonechat_message_row, GTK_TYPE_WIDGET)

/* A line of ours in place of what was said. */
static gboolean
is_calm (ChatMessage *item)
{
  return chat_message_get_kind (item) != CHAT_MESSAGE_TEXT || chat_message_get_retracted (item);
}

/* ", in reply to Romeo: What light", where it is an answer. */
static void
describe_reply (ChatMessage *item, GString *words)
{
  const char *name = chat_message_get_reply_name (item), *text = chat_message_get_reply_text (item);

  if (!name && !text)
    return;
  if (name)
    /* Translators: said by a screen reader of a message that answers one of this person */
    g_string_append_printf (words, _(", in reply to %s"), name);
  else
    g_string_append (words, _(", in reply"));
  if (text)
    g_string_append_printf (words, ": %s", text);
}

char *
stonechat_message_row_describe (ChatMessage *item)
{
  g_autofree char *time = stonechat_time_of_day (chat_message_get_time (item));
  g_autofree char *reactions = stonechat_reactions_describe (chat_message_get_reactions (item), chat_message_get_peer_name (item));
  ChatMessageState state = chat_message_get_state (item);
  const char *word = stonechat_state_mark_get_word (chat_message_get_shown_state (item));
  const char *text = chat_message_get_text (item);
  GString *words = g_string_new (chat_message_get_sender_name (item));

  g_string_append_printf (words, ", %s, ", time);
  if (!is_calm (item) && g_str_has_prefix (text, "/me "))
    g_string_append_printf (words, "%s%s", chat_message_get_actor (item), text + strlen ("/me"));
  else
    g_string_append (words, text);
  if (chat_message_get_edited (item) && !chat_message_get_retracted (item))
    g_string_append_printf (words, ", %s", _("edited"));
  if (!is_calm (item))
    describe_reply (item, words);
  if (chat_message_get_pinned (item))
    g_string_append_printf (words, ", %s", _("pinned"));
  if (reactions)
    g_string_append_printf (words, ", %s", reactions);
  if (word)
    g_string_append_printf (words, ", %s", word);
  if (state == CHAT_MESSAGE_FAILED)
    g_string_append_printf (words, ": %s", stonechat_message_failure_get_reason (item));
  return g_string_free (words, FALSE);
}

static void
set_class (GtkWidget *widget, const char *name, gboolean on)
{
  if (on)
    gtk_widget_add_css_class (widget, name);
  else
    gtk_widget_remove_css_class (widget, name);
}

/* Gives the widget if it is to be shown, made if it is needed for the first time. */
static GtkWidget *
want (StonechatMessageRow *self, GtkWidget **place, GtkWidget *(*make) (void), gboolean wanted)
{
  if (!*place && wanted) {
    *place = make ();
    gtk_widget_set_parent (*place, GTK_WIDGET (self));
  }
  if (*place)
    gtk_widget_set_visible (*place, wanted);
  return wanted ? *place : NULL;
}

/* "pinned, edited 14:32"; what was taken back needs no more than the time. */
static char *
make_meta (ChatMessage *item)
{
  g_autofree char *time = stonechat_time_of_day (chat_message_get_time (item));
  gboolean edited = chat_message_get_edited (item), pinned = chat_message_get_pinned (item);

  if (chat_message_get_retracted (item) || (!edited && !pinned))
    return g_steal_pointer (&time);
  return g_strdup_printf ("%s%s%s %s", pinned ? _("pinned") : "", pinned && edited ? ", " : "", edited ? _("edited") : "", time);
}

static void
update_text (StonechatMessageRow *self)
{
  StonechatMessageText *text = STONECHAT_MESSAGE_TEXT (self->text);
  ChatMessageState state = chat_message_get_state (self->item);
  g_autofree char *meta = make_meta (self->item), *full = stonechat_time_full (chat_message_get_time (self->item));
  const char *word = stonechat_state_mark_get_word (chat_message_get_shown_state (self->item));
  g_autofree char *tip = g_strdup_printf (word ? "%s · %s" : "%s", full, word);

  if (is_calm (self->item)) {
    stonechat_message_text_set_manner (text, NULL, FALSE);
    stonechat_message_text_set_quote (text, 0, NULL, NULL, NULL);
  } else {
    stonechat_message_text_set_manner (text, chat_message_get_actor (self->item), !chat_message_get_unstyled (self->item));
    stonechat_message_text_set_quote (text, chat_message_get_reply_id (self->item), chat_message_get_reply_name (self->item),
                                      chat_message_get_reply_address (self->item),
                                      chat_message_get_reply_text (self->item));
  }
  stonechat_message_text_set (text, chat_message_get_text (self->item), meta);
  stonechat_message_text_set_state (text, state, tip);
  set_class (self->text, "failed", state == CHAT_MESSAGE_FAILED);
}

/* The chips go before what is around them, so that one of them can give the focus back. */
static void
update_reactions (StonechatMessageRow *self)
{
  const char *reactions = chat_message_get_reactions (self->item);
  gboolean any = reactions && *reactions;

  if (any)
    want (self, &self->reactions, stonechat_reactions_new, TRUE);
  if (self->reactions)
    stonechat_reactions_set (STONECHAT_REACTIONS (self->reactions), self->item);
  want (self, &self->reactions, NULL, any);
}

static void
update_state (StonechatMessageRow *self)
{
  g_autofree char *description = stonechat_message_row_describe (self->item);
  GtkWidget *part;

  update_text (self);
  if ((part = want (self, &self->failure, stonechat_message_failure_new, chat_message_get_state (self->item) == CHAT_MESSAGE_FAILED)))
    stonechat_message_failure_set (part, stonechat_message_failure_get_reason (self->item));
  update_reactions (self);
  gtk_accessible_update_property (GTK_ACCESSIBLE (self), GTK_ACCESSIBLE_PROPERTY_LABEL, description, -1);
}

static GtkWidget *
new_unread (void)
{
  GtkWidget *label = gtk_label_new (_("New messages"));

  gtk_widget_add_css_class (label, "unread-line");
  return label;
}

static void
update_flags (StonechatMessageRow *self)
{
  gboolean own = chat_message_get_own (self->item);

  set_class (self->text, "own", own);
  set_class (self->text, "calm", is_calm (self->item));
  set_class (self->text, "head", chat_message_get_head (self->item));
  set_class (self->text, "tail", chat_message_get_tail (self->item));
  gtk_widget_set_visible (self->day, chat_message_get_day_start (self->item));
  if (chat_message_get_day_start (self->item)) {
    g_autofree char *day = stonechat_time_day (chat_message_get_time (self->item));

    gtk_label_set_text (GTK_LABEL (self->day), day);
  }
  want (self, &self->gap, stonechat_message_gap_new, chat_message_get_gap_before (self->item));
  if (self->gap)
    stonechat_message_gap_set_message (self->gap, chat_message_get_id (self->item));
  want (self, &self->unread, new_unread, chat_message_get_unread_start (self->item));
}

static void
item_notify_cb (ChatMessage *item, GParamSpec *pspec, StonechatMessageRow *self)
{
  update_flags (self);
  update_state (self);
}

void
stonechat_message_row_set_item (StonechatMessageRow *self, ChatMessage *item)
{
  if (self->item == item && item)
    return;
  if (self->item)
    g_signal_handlers_disconnect_by_data (self->item, self);
  g_set_object (&self->item, item);
  gtk_widget_set_visible (self->text, item != NULL);
  if (!item) {
    gtk_widget_set_visible (self->day, FALSE);
    want (self, &self->gap, NULL, FALSE);
    want (self, &self->unread, NULL, FALSE);
    want (self, &self->reactions, NULL, FALSE);
    want (self, &self->failure, NULL, FALSE);
    gtk_accessible_update_property (GTK_ACCESSIBLE (self), GTK_ACCESSIBLE_PROPERTY_LABEL, _("Loading…"), -1);
    return;
  }
  g_signal_connect (item, "notify", G_CALLBACK (item_notify_cb), self);
  update_flags (self);
  update_state (self);
}

ChatMessage *
stonechat_message_row_get_item (StonechatMessageRow *self)
{
  return self->item;
}

static void
show_selected (StonechatMessageRow *self, gboolean selected, gboolean whole, int start, int end)
{
  stonechat_message_text_select (STONECHAT_MESSAGE_TEXT (self->text), start, end);
  set_class (GTK_WIDGET (self), "selected", whole);
  if (self->selected == selected)
    return;
  self->selected = selected;
  gtk_accessible_update_state (GTK_ACCESSIBLE (self), GTK_ACCESSIBLE_STATE_SELECTED, selected, -1);
}

void
stonechat_message_row_select (StonechatMessageRow *self, int start, int end)
{
  show_selected (self, TRUE, end < 0, end < 0 ? 0 : start, MAX (end, 0));
}

void
stonechat_message_row_unselect (StonechatMessageRow *self)
{
  show_selected (self, FALSE, FALSE, 0, 0);
}

void
stonechat_message_row_highlight (StonechatMessageRow *self, GArray *ranges, gboolean current)
{
  stonechat_message_text_highlight (STONECHAT_MESSAGE_TEXT (self->text), ranges, current ? 0 : -1);
}

int
stonechat_message_row_get_index (StonechatMessageRow *self, double x, double y)
{
  gtk_widget_translate_coordinates (GTK_WIDGET (self), self->text, x, y, &x, &y);
  return stonechat_message_text_get_index (STONECHAT_MESSAGE_TEXT (self->text), x, y);
}

/* -- layout ---------------------------------------------------------------------------------------------------------- */

static int
height_of (GtkWidget *widget, int width)
{
  int minimum, natural;

  gtk_widget_measure (widget, GTK_ORIENTATION_VERTICAL, width, &minimum, &natural, NULL, NULL);
  return MAX (minimum, natural);
}

static void
place (GtkWidget *widget, int x, int y, int width, int height)
{
  gtk_widget_allocate (widget, width, height, -1, gsk_transform_translate (NULL, &GRAPHENE_POINT_INIT (x, y)));
}

/* A line as wide as the column, if it is shown; the height that it takes. */
static int
walk_line (GtkWidget *line, int x, int y, int width, int space, gboolean allocate)
{
  int height;

  if (!line || !gtk_widget_get_visible (line))
    return 0;
  height = height_of (line, width);
  if (allocate)
    place (line, x, y + space, width, height);
  return height + space;
}

static int
get_column (int width)
{
  return MAX (80, MIN (COLUMN, width - 2 * MARGIN));
}

/* What stands above the bubble. */
static int
walk_above (StonechatMessageRow *self, int left, int column, gboolean allocate)
{
  int y = 0;

  y += walk_line (self->gap, left, y, column, GAP, allocate);
  y += walk_line (self->day, left, y, column, GAP, allocate);
  y += walk_line (self->unread, left, y, column, GAP, allocate);
  return y + (chat_message_get_head (self->item) ? GAP : RUN_GAP);
}

gboolean
stonechat_message_row_is_at_end (StonechatMessageRow *self)
{
  gboolean own = self->item && chat_message_get_own (self->item);

  return own != (gtk_widget_get_direction (GTK_WIDGET (self)) == GTK_TEXT_DIR_RTL);
}

/* One walk for measuring and for placing, so that the two can't disagree. */
static int
walk (StonechatMessageRow *self, int width, gboolean allocate)
{
  int column = get_column (width), left = (width - column) / 2, y, minimum, natural, bubble, height;
  gboolean at_end = stonechat_message_row_is_at_end (self);

  if (!self->item)
    return 40;
  y = walk_above (self, left, column, allocate);
  bubble = stonechat_message_text_fit (STONECHAT_MESSAGE_TEXT (self->text), column * SHARE);
  height = height_of (self->text, bubble);
  if (allocate)
    place (self->text, at_end ? left + column - bubble : left, y, bubble, height);
  y += height;
  if (self->reactions && gtk_widget_get_visible (self->reactions)) {
    gtk_widget_measure (self->reactions, GTK_ORIENTATION_HORIZONTAL, -1, &minimum, &natural, NULL, NULL);
    bubble = MAX (minimum, MIN (natural, (int) (column * SHARE)));
    y += walk_line (self->reactions, at_end ? left + column - bubble : left, y, bubble, RUN_GAP, allocate);
  }
  return y + walk_line (self->failure, left, y, column, 0, allocate);
}

int
stonechat_message_row_get_bubble_y (StonechatMessageRow *self, int width)
{
  return walk_above (self, 0, get_column (width), FALSE);
}

static void
stonechat_message_row_measure (GtkWidget *widget, GtkOrientation orientation, int for_size, int *minimum, int *natural,
                               int *minimum_baseline, int *natural_baseline)
{
  *minimum_baseline = *natural_baseline = -1;
  if (orientation == GTK_ORIENTATION_HORIZONTAL) {
    *minimum = 200;
    *natural = 600;
  } else {
    *minimum = *natural = walk (STONECHAT_MESSAGE_ROW (widget), for_size > 0 ? for_size : 600, FALSE);
  }
}

static void
stonechat_message_row_size_allocate (GtkWidget *widget, int width, int height, int baseline)
{
  walk (STONECHAT_MESSAGE_ROW (widget), width, TRUE);
  /* A menu gets its lines between sections a moment later, and needs to be asked how high it is now. */
  for (GtkWidget *child = gtk_widget_get_first_child (widget); child; child = gtk_widget_get_next_sibling (child))
    if (GTK_IS_POPOVER (child))
      gtk_popover_present (GTK_POPOVER (child));
}

static GtkSizeRequestMode
stonechat_message_row_get_request_mode (GtkWidget *widget)
{
  return GTK_SIZE_REQUEST_HEIGHT_FOR_WIDTH;
}

/* -- actions --------------------------------------------------------------------------------------------------------- */

static void
copy_action (GtkWidget *widget, const char *name, GVariant *parameter)
{
  StonechatMessageRow *self = STONECHAT_MESSAGE_ROW (widget);

  if (self->selected)
    gtk_widget_activate_action (widget, "timeline.copy", NULL);
  else if (self->item)
    gdk_clipboard_set_text (gtk_widget_get_clipboard (widget), chat_message_get_text (self->item));
}

static void
open_link_action (GtkWidget *widget, const char *name, GVariant *parameter)
{
  StonechatMessageRow *self = STONECHAT_MESSAGE_ROW (widget);
  const char *link = stonechat_message_text_get_link (STONECHAT_MESSAGE_TEXT (self->text), g_variant_get_uint32 (parameter));

  if (link)
    stonechat_message_text_open (widget, link);
  else if (self->item && chat_message_get_reply_id (self->item))
    gtk_widget_activate_action (widget, "conversation.go-to", "x", chat_message_get_reply_id (self->item));
}

static void
copy_code_action (GtkWidget *widget, const char *name, GVariant *parameter)
{
  g_autofree char *code = stonechat_message_text_dup_code (STONECHAT_MESSAGE_TEXT (STONECHAT_MESSAGE_ROW (widget)->text));

  if (code)
    gdk_clipboard_set_text (gtk_widget_get_clipboard (widget), code);
}

/* What is done to a message is done by those who know its chat. */
static const struct { const char *name, *action; guint key; GdkModifierType modifiers; } deeds[] = {
  { "message.menu", "conversation.menu", GDK_KEY_Menu, 0 },
  { "message.menu", "conversation.menu", GDK_KEY_F10, GDK_SHIFT_MASK },
  { "message.reply", "conversation.reply", GDK_KEY_r, 0 },
  { "message.react", "conversation.pick-reaction", GDK_KEY_plus, 0 },
  { "message.react", "conversation.pick-reaction", GDK_KEY_KP_Add, 0 },
  { "message.edit", "conversation.edit", GDK_KEY_e, 0 },
  { "message.forward", "conversation.forward", GDK_KEY_f, 0 },
  { "message.pin", "conversation.pin-message", GDK_KEY_p, 0 },
  { "message.mark-unread", "conversation.mark-unread-from", GDK_KEY_u, 0 },
  { "message.details", "conversation.message-details", GDK_KEY_Return, GDK_ALT_MASK },
  { "message.retract", "conversation.retract", GDK_KEY_Delete, 0 },
  { "message.hide", "conversation.hide", GDK_KEY_Delete, GDK_SHIFT_MASK },
  { "message.retry", "conversation.retry", 0, 0 },
  { "message.delete", "conversation.delete", 0, 0 },
};

static void
deed_action (GtkWidget *widget, const char *name, GVariant *parameter)
{
  StonechatMessageRow *self = STONECHAT_MESSAGE_ROW (widget);

  for (guint i = 0; self->item && i < G_N_ELEMENTS (deeds); i++)
    if (g_str_equal (name, deeds[i].name)) {
      gtk_widget_activate_action (widget, deeds[i].action, "x", chat_message_get_id (self->item));
      return;
    }
}

void
stonechat_message_row_add_to_menu (StonechatMessageRow *self, GMenu *menu)
{
  stonechat_message_text_add_to_menu (STONECHAT_MESSAGE_TEXT (self->text), menu);
}

void
stonechat_message_row_adopt (StonechatMessageRow *self, GtkWidget *popover)
{
  graphene_rect_t bubble;

  /* Of the row, not of the bubble, whose parts are none for a screen reader. */
  gtk_widget_set_parent (popover, GTK_WIDGET (self));
  if (gtk_widget_compute_bounds (self->text, GTK_WIDGET (self), &bubble))
    gtk_popover_set_pointing_to (GTK_POPOVER (popover), &(GdkRectangle) { bubble.origin.x, bubble.origin.y, bubble.size.width, bubble.size.height });
}

gboolean
stonechat_message_row_get_bubble (StonechatMessageRow *self, GtkWidget *target, graphene_rect_t *bubble)
{
  return self->item && gtk_widget_compute_bounds (self->text, target, bubble);
}

GtkWidget *
stonechat_message_row_new (void)
{
  return g_object_new (STONECHAT_TYPE_MESSAGE_ROW, NULL);
}

static void
stonechat_message_row_dispose (GObject *object)
{
  StonechatMessageRow *self = STONECHAT_MESSAGE_ROW (object);

  if (self->item)
    g_signal_handlers_disconnect_by_data (self->item, self);
  g_clear_object (&self->item);
  g_clear_pointer (&self->day, gtk_widget_unparent);
  g_clear_pointer (&self->gap, gtk_widget_unparent);
  g_clear_pointer (&self->unread, gtk_widget_unparent);
  g_clear_pointer (&self->reactions, gtk_widget_unparent);
  g_clear_pointer (&self->text, gtk_widget_unparent);
  g_clear_pointer (&self->failure, gtk_widget_unparent);
  G_OBJECT_CLASS (stonechat_message_row_parent_class)->dispose (object);
}

static void
stonechat_message_row_class_init (StonechatMessageRowClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = stonechat_message_row_dispose;
  widget_class->measure = stonechat_message_row_measure;
  widget_class->size_allocate = stonechat_message_row_size_allocate;
  widget_class->get_request_mode = stonechat_message_row_get_request_mode;
  gtk_widget_class_set_css_name (widget_class, "messagerow");
  gtk_widget_class_set_accessible_role (widget_class, GTK_ACCESSIBLE_ROLE_LIST_ITEM);
  gtk_widget_class_install_action (widget_class, "message.copy", NULL, copy_action);
  gtk_widget_class_install_action (widget_class, "message.open-link", "u", open_link_action);
  gtk_widget_class_install_action (widget_class, "message.copy-code", NULL, copy_code_action);
  gtk_widget_class_add_binding_action (widget_class, GDK_KEY_Return, 0, "message.open-link", "u", 0);
  for (guint i = 0; i < G_N_ELEMENTS (deeds); i++) {
    if (i == 0 || !g_str_equal (deeds[i].name, deeds[i - 1].name))
      gtk_widget_class_install_action (widget_class, deeds[i].name, NULL, deed_action);
    if (deeds[i].key)
      gtk_widget_class_add_binding_action (widget_class, deeds[i].key, deeds[i].modifiers, deeds[i].name, NULL);
  }
}

static void
stonechat_message_row_init (StonechatMessageRow *self)
{
  gtk_widget_set_focusable (GTK_WIDGET (self), TRUE);
  self->day = gtk_label_new (NULL);
  gtk_widget_add_css_class (self->day, "day");
  gtk_widget_set_parent (self->day, GTK_WIDGET (self));
  self->text = stonechat_message_text_new ();
  gtk_widget_set_parent (self->text, GTK_WIDGET (self));
}
