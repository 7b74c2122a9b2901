/* SPDX-License-Identifier: GPL-3.0-or-later
 * SPDX-FileCopyrightText: The Stonechat authors */
#include "stonechat-message-tools.h"
#include "stonechat-forward.h"
#include "stonechat-message-ask.h"
#include "stonechat-message-bar.h"
#include "stonechat-message-details.h"
#include "stonechat-message-menu.h"
#include "stonechat-message-row.h"
#include "stonechat-reaction-picker.h"

struct _StonechatMessageTools {
  GtkWidget parent_instance;
  ChatConversation *conversation;
  GSettings *settings;
  ChatProfile *profile;
  GtkWidget *child;         /* the scrolled window */
  GtkWidget *view;          /* the timeline in it */
  GtkWidget *bar, *picker;  /* made when first needed */
  GtkWidget *menu;          /* the one that is open */
  gint64 shown;             /* message of the bar, 0: none */
  gint64 acted;             /* message of the menu or the picker */
  GdkRectangle place;       /* of the bar */
  gboolean by_pointer;      /* the bar follows it, not the focus */
  double x, y;              /* of the pointer */
  guint look_source;
  gulong focus_handler;
};

enum { PROP_0, PROP_PROFILE, PROP_SETTINGS, PROP_CONVERSATION };

static void buildable_init (GtkBuildableIface *iface);

G_DEFINE_FINAL_TYPE_WITH_CODE (StonechatMessageTools, stonechat_message_tools, GTK_TYPE_WIDGET,
                               G_IMPLEMENT_INTERFACE (GTK_TYPE_BUILDABLE, buildable_init))

/* -- rows ------------------------------------------------------------------------------------------------------------ */

/* The row that a widget of the timeline belongs to, NULL: none. */
static GtkWidget *
to_row (StonechatMessageTools *self, GtkWidget *widget)
{
  while (widget && gtk_widget_get_parent (widget) != self->view)
    widget = gtk_widget_get_parent (widget);
  return widget && STONECHAT_IS_MESSAGE_ROW (widget) && stonechat_message_row_get_item (STONECHAT_MESSAGE_ROW (widget)) ? widget : NULL;
}

static GtkWidget *
row_at (StonechatMessageTools *self, double x, double y)
{
  if (!self->view || !gtk_widget_translate_coordinates (GTK_WIDGET (self), self->view, x, y, &x, &y))
    return NULL;
  return to_row (self, gtk_widget_pick (self->view, x, y, GTK_PICK_DEFAULT));
}

static GtkWidget *
find_row (StonechatMessageTools *self, gint64 message)
{
  GtkWidget *row = self->view && message ? gtk_widget_get_first_child (self->view) : NULL;

  for (; row; row = gtk_widget_get_next_sibling (row)) {
    ChatMessage *item = STONECHAT_IS_MESSAGE_ROW (row) ? stonechat_message_row_get_item (STONECHAT_MESSAGE_ROW (row)) : NULL;

    if (item && chat_message_get_id (item) == message)
      return row;
  }
  return NULL;
}

/* Owned by the caller; NULL: it is not in memory any more. */
static ChatMessage *
find_message (StonechatMessageTools *self, gint64 id)
{
  ChatTimeline *timeline = self->conversation ? chat_conversation_get_timeline (self->conversation) : NULL;
  guint position = timeline ? chat_timeline_find (timeline, id) : G_MAXUINT;

  return position != G_MAXUINT ? g_list_model_get_item (G_LIST_MODEL (timeline), position) : NULL;
}

/* TRUE: it can't be done to it, and that was said. */
static gboolean
refuse (StonechatMessageTools *self, ChatMessage *message, const char *action)
{
  const char *sentence = stonechat_message_menu_refuse (self->conversation, message, action);

  if (sentence)
    gtk_widget_activate_action (GTK_WIDGET (self), "win.toast", "s", sentence);
  return sentence != NULL;
}

/* -- the bar --------------------------------------------------------------------------------------------------------- */

static gboolean
find_place (StonechatMessageTools *self, GdkRectangle *place)
{
  GtkWidget *row = find_row (self, self->shown);
  graphene_rect_t bubble;

  if (!row || !stonechat_message_row_get_bubble (STONECHAT_MESSAGE_ROW (row), GTK_WIDGET (self), &bubble))
    return FALSE;
  return stonechat_message_bar_place (self->bar, &bubble, stonechat_message_row_is_at_end (STONECHAT_MESSAGE_ROW (row)),
                                      gtk_widget_get_width (GTK_WIDGET (self)), gtk_widget_get_height (GTK_WIDGET (self)), place);
}

static void
hide_bar (StonechatMessageTools *self)
{
  self->shown = 0;
  if (self->bar)
    gtk_widget_set_visible (self->bar, FALSE);
}

static void
show_bar (StonechatMessageTools *self, GtkWidget *row, gboolean by_pointer)
{
  ChatMessage *message = row ? stonechat_message_row_get_item (STONECHAT_MESSAGE_ROW (row)) : NULL;

  if (!message || !self->conversation) {
    hide_bar (self);
    return;
  }
  self->by_pointer = by_pointer;
  if (self->shown == chat_message_get_id (message))
    return;
  if (!self->bar) {
    self->bar = stonechat_message_bar_new ();
    gtk_widget_set_parent (self->bar, GTK_WIDGET (self));
  }
  self->shown = chat_message_get_id (message);
  stonechat_message_bar_set (self->bar, self->conversation, message);
  gtk_widget_set_visible (self->bar, TRUE);
  gtk_widget_queue_allocate (GTK_WIDGET (self));
}

/* The row that has the focus, where the user is at the keys. */
static void
show_focused (StonechatMessageTools *self)
{
  GtkRoot *root = gtk_widget_get_root (GTK_WIDGET (self));
  gboolean visible = GTK_IS_WINDOW (root) && gtk_window_get_focus_visible (GTK_WINDOW (root));

  show_bar (self, visible ? to_row (self, gtk_root_get_focus (root)) : NULL, FALSE);
}

static gboolean
is_over_bar (StonechatMessageTools *self, double x, double y)
{
  return self->shown && gdk_rectangle_contains_point (&self->place, x, y);
}

/* GTK tells of a motion, too, when something moves below the pointer that rests: that shows nothing. */
static void
motion_cb (GtkEventControllerMotion *controller, double x, double y, StonechatMessageTools *self)
{
  GdkModifierType state = gtk_event_controller_get_current_event_state (GTK_EVENT_CONTROLLER (controller));

  if (x == self->x && y == self->y)
    return;
  self->x = x;
  self->y = y;
  if (state & (GDK_BUTTON1_MASK | GDK_BUTTON2_MASK | GDK_BUTTON3_MASK))
    hide_bar (self);
  else if (!is_over_bar (self, x, y))
    show_bar (self, row_at (self, x, y), TRUE);
}

static void
leave_cb (GtkEventControllerMotion *controller, StonechatMessageTools *self)
{
  self->x = self->y = -1;
  if (self->by_pointer)
    show_focused (self);
}

static gboolean
look_cb (gpointer user_data)
{
  StonechatMessageTools *self = user_data;
  GtkWidget *row = find_row (self, self->acted);
  GdkRectangle place = { 0 };

  self->look_source = 0;
  if (self->menu && !row)
    gtk_popover_popdown (GTK_POPOVER (self->menu));
  if (!self->shown)
    return G_SOURCE_REMOVE;
  if (!find_place (self, &place) || !gdk_rectangle_equal (&place, &self->place)) {
    if (self->by_pointer)
      hide_bar (self);
    else
      gtk_widget_queue_allocate (GTK_WIDGET (self));
  }
  return G_SOURCE_REMOVE;
}

/* Told in the middle of a frame. Below a pointer that rests the bar goes, with the focus it moves. */
static void
moved_cb (StonechatMessageTools *self)
{
  if ((self->shown || self->menu) && !self->look_source)
    self->look_source = g_idle_add (look_cb, self);
}

static void
focus_cb (StonechatMessageTools *self)
{
  if (!self->by_pointer || !self->shown)
    show_focused (self);
}

/* -- the menu, and the choice of an emoji ---------------------------------------------------------------------------- */

/* Whoever came by keys goes on from the same message. */
static void
return_focus (StonechatMessageTools *self)
{
  GtkWidget *row = find_row (self, self->acted);

  if (row)
    gtk_widget_grab_focus (row);
}

static void
unparent_cb (gpointer popover)
{
  gtk_widget_unparent (popover);
}

/* Later: the action that was chosen runs after the popover has closed. */
static void
menu_closed_cb (GtkWidget *menu, StonechatMessageTools *self)
{
  self->menu = NULL;
  return_focus (self);
  g_idle_add_once (unparent_cb, menu);
}

/* at: in our coordinates, NULL: at the bubble. */
static void
open_menu (StonechatMessageTools *self, GtkWidget *row, const GdkRectangle *at)
{
  ChatMessage *message = stonechat_message_row_get_item (STONECHAT_MESSAGE_ROW (row));
  g_autoptr (GMenu) parts = g_menu_new (), menu = NULL;
  double x, y;

  if (!self->conversation || self->menu)
    return;
  stonechat_message_row_add_to_menu (STONECHAT_MESSAGE_ROW (row), parts);
  menu = stonechat_message_menu_new (self->conversation, message, G_MENU_MODEL (parts));
  self->acted = chat_message_get_id (message);
  self->menu = gtk_popover_menu_new_from_model (G_MENU_MODEL (menu));
  stonechat_message_row_adopt (STONECHAT_MESSAGE_ROW (row), self->menu);
  if (at && gtk_widget_translate_coordinates (GTK_WIDGET (self), gtk_widget_get_parent (self->menu), at->x, at->y, &x, &y)) {
    gtk_popover_set_pointing_to (GTK_POPOVER (self->menu), &(GdkRectangle) { x, y, at->width, at->height });
    gtk_popover_set_has_arrow (GTK_POPOVER (self->menu), FALSE);
    gtk_widget_set_halign (self->menu, GTK_ALIGN_START);
  }
  g_signal_connect (self->menu, "closed", G_CALLBACK (menu_closed_cb), self);
  gtk_popover_popup (GTK_POPOVER (self->menu));
}

static void
menu_action (GtkWidget *widget, const char *name, GVariant *parameter)
{
  StonechatMessageTools *self = STONECHAT_MESSAGE_TOOLS (widget);
  gint64 id = g_variant_get_int64 (parameter);
  GtkWidget *row = find_row (self, id);

  if (row)
    open_menu (self, row, self->shown == id && self->by_pointer ? &self->place : NULL);
}

static void
open_menu_at (StonechatMessageTools *self, GtkGesture *gesture, double x, double y)
{
  GtkWidget *row = is_over_bar (self, x, y) ? NULL : row_at (self, x, y);

  if (!row)
    return;
  gtk_gesture_set_state (gesture, GTK_EVENT_SEQUENCE_CLAIMED);
  open_menu (self, row, &(GdkRectangle) { x, y, 1, 1 });
}

static void
secondary_click_cb (GtkGestureClick *gesture, int n, double x, double y, StonechatMessageTools *self)
{
  open_menu_at (self, GTK_GESTURE (gesture), x, y);
}

static void
long_press_cb (GtkGestureLongPress *gesture, double x, double y, StonechatMessageTools *self)
{
  open_menu_at (self, GTK_GESTURE (gesture), x, y);
}

static void
picked_cb (StonechatReactionPicker *picker, const char *emoji, gboolean on, StonechatMessageTools *self)
{
  g_autoptr (ChatMessage) message = find_message (self, self->acted);

  if (message)
    chat_conversation_react (self->conversation, message, emoji, on);
}

static void
pick_action (GtkWidget *widget, const char *name, GVariant *parameter)
{
  StonechatMessageTools *self = STONECHAT_MESSAGE_TOOLS (widget);
  GtkWidget *row = find_row (self, g_variant_get_int64 (parameter));
  ChatMessage *message = row ? stonechat_message_row_get_item (STONECHAT_MESSAGE_ROW (row)) : NULL;
  graphene_rect_t bubble;

  if (!message || refuse (self, message, name) ||
      !stonechat_message_row_get_bubble (STONECHAT_MESSAGE_ROW (row), widget, &bubble))
    return;
  if (!self->picker) {
    self->picker = stonechat_reaction_picker_new (self->settings);
    gtk_widget_set_parent (self->picker, widget);
    g_signal_connect (self->picker, "picked", G_CALLBACK (picked_cb), self);
    g_signal_connect_swapped (self->picker, "closed", G_CALLBACK (return_focus), self);
  }
  self->acted = chat_message_get_id (message);
  gtk_popover_set_pointing_to (GTK_POPOVER (self->picker), &(GdkRectangle) { bubble.origin.x, CLAMP (bubble.origin.y, 0, gtk_widget_get_height (widget)),
                               bubble.size.width, MIN (bubble.size.height, gtk_widget_get_height (widget)) });
  stonechat_reaction_picker_show (STONECHAT_REACTION_PICKER (self->picker), chat_message_get_reactions (message));
}

/* -- actions --------------------------------------------------------------------------------------------------------- */

static void
react_action (GtkWidget *widget, const char *name, GVariant *parameter)
{
  StonechatMessageTools *self = STONECHAT_MESSAGE_TOOLS (widget);
  g_autoptr (ChatMessage) message = NULL;
  const char *emoji;
  gboolean on;
  gint64 id;

  g_variant_get (parameter, "(x&sb)", &id, &emoji, &on);
  message = find_message (self, id);
  if (message && chat_conversation_may_react (self->conversation, message))
    chat_conversation_react (self->conversation, message, emoji, on);
}

static void
copy_action (GtkWidget *widget, const char *name, GVariant *parameter)
{
  g_autoptr (ChatMessage) message = find_message (STONECHAT_MESSAGE_TOOLS (widget), g_variant_get_int64 (parameter));
  g_autofree char *links = NULL;
  guint n;

  if (!message || !stonechat_message_menu_is_text (message))
    return;
  links = stonechat_message_menu_dup_links (message, &n);
  if (g_str_equal (name, "conversation.copy-message"))
    gdk_clipboard_set_text (gtk_widget_get_clipboard (widget), chat_message_get_text (message));
  else if (links)
    gdk_clipboard_set_text (gtk_widget_get_clipboard (widget), links);
}

static void
local_action (GtkWidget *widget, const char *name, GVariant *parameter)
{
  StonechatMessageTools *self = STONECHAT_MESSAGE_TOOLS (widget);
  g_autoptr (ChatMessage) message = find_message (self, g_variant_get_int64 (parameter));

  if (!message || refuse (self, message, name))
    return;
  if (g_str_equal (name, "conversation.pin-message"))
    chat_conversation_set_message_pinned (self->conversation, message, !chat_message_get_pinned (message));
  else
    chat_conversation_mark_unread_from (self->conversation, message);
}

/* What was not sent has its own end: conversation.delete. */
static void
end_action (GtkWidget *widget, const char *name, GVariant *parameter)
{
  StonechatMessageTools *self = STONECHAT_MESSAGE_TOOLS (widget);
  g_autoptr (ChatMessage) message = find_message (self, g_variant_get_int64 (parameter));
  ChatMessageState state = message ? chat_message_get_state (message) : CHAT_MESSAGE_RECEIVED;

  if (!message)
    return;
  if (state == CHAT_MESSAGE_FAILED || state == CHAT_MESSAGE_QUEUED)
    gtk_widget_activate_action (widget, "conversation.delete", "x", chat_message_get_id (message));
  else
    stonechat_message_ask_delete (GTK_WINDOW (gtk_widget_get_root (widget)), self->conversation, message,
                                  g_str_equal (name, "conversation.retract") && chat_conversation_may_retract (self->conversation, message));
}

static void
window_action (GtkWidget *widget, const char *name, GVariant *parameter)
{
  StonechatMessageTools *self = STONECHAT_MESSAGE_TOOLS (widget);
  g_autoptr (ChatMessage) message = find_message (self, g_variant_get_int64 (parameter));
  GtkWindow *parent = GTK_WINDOW (gtk_widget_get_root (widget));

  if (!message || refuse (self, message, name))
    return;
  if (g_str_equal (name, "conversation.message-details"))
    gtk_window_present (GTK_WINDOW (stonechat_message_details_new (parent, self->conversation, message)));
  else
    gtk_window_present (GTK_WINDOW (stonechat_forward_new (parent, self->profile, chat_message_get_text (message))));
}

/* -- object ---------------------------------------------------------------------------------------------------------- */

void
stonechat_message_tools_set_conversation (StonechatMessageTools *self, ChatConversation *conversation)
{
  if (self->menu)
    gtk_popover_popdown (GTK_POPOVER (self->menu));
  hide_bar (self);
  g_set_object (&self->conversation, conversation);
}

static void
set_child (StonechatMessageTools *self, GtkWidget *child)
{
  GtkWidget *view = child ? gtk_scrolled_window_get_child (GTK_SCROLLED_WINDOW (child)) : NULL;

  self->child = child;
  self->view = view;
  gtk_widget_set_parent (child, GTK_WIDGET (self));
  g_signal_connect_object (view, "moved", G_CALLBACK (moved_cb), self, G_CONNECT_SWAPPED);
}

static void
stonechat_message_tools_add_child (GtkBuildable *buildable, GtkBuilder *builder, GObject *child, const char *type)
{
  set_child (STONECHAT_MESSAGE_TOOLS (buildable), GTK_WIDGET (child));
}

static void
buildable_init (GtkBuildableIface *iface)
{
  iface->add_child = stonechat_message_tools_add_child;
}

static void
stonechat_message_tools_root (GtkWidget *widget)
{
  StonechatMessageTools *self = STONECHAT_MESSAGE_TOOLS (widget);

  GTK_WIDGET_CLASS (stonechat_message_tools_parent_class)->root (widget);
  self->focus_handler = g_signal_connect_swapped (gtk_widget_get_root (widget), "notify::focus-widget", G_CALLBACK (focus_cb), self);
}

static void
stonechat_message_tools_unroot (GtkWidget *widget)
{
  StonechatMessageTools *self = STONECHAT_MESSAGE_TOOLS (widget);

  g_clear_signal_handler (&self->focus_handler, gtk_widget_get_root (widget));
  GTK_WIDGET_CLASS (stonechat_message_tools_parent_class)->unroot (widget);
}

static void
stonechat_message_tools_measure (GtkWidget *widget, GtkOrientation orientation, int for_size, int *minimum, int *natural,
                                 int *minimum_baseline, int *natural_baseline)
{
  gtk_widget_measure (STONECHAT_MESSAGE_TOOLS (widget)->child, orientation, for_size, minimum, natural, minimum_baseline, natural_baseline);
}

static void
stonechat_message_tools_size_allocate (GtkWidget *widget, int width, int height, int baseline)
{
  StonechatMessageTools *self = STONECHAT_MESSAGE_TOOLS (widget);
  gboolean there;

  gtk_widget_allocate (self->child, width, height, baseline, NULL);
  if (self->bar && gtk_widget_get_visible (self->bar)) {
    there = find_place (self, &self->place);
    gtk_widget_set_child_visible (self->bar, there);
    if (there)
      gtk_widget_size_allocate (self->bar, &self->place, -1);
  }
  if (self->picker)
    gtk_popover_present (GTK_POPOVER (self->picker));
}

static void
stonechat_message_tools_set_property (GObject *object, guint id, const GValue *value, GParamSpec *pspec)
{
  StonechatMessageTools *self = STONECHAT_MESSAGE_TOOLS (object);

  switch (id) {
  case PROP_PROFILE: g_set_object (&self->profile, g_value_get_object (value)); break;
  case PROP_SETTINGS: g_set_object (&self->settings, g_value_get_object (value)); break;
  case PROP_CONVERSATION: stonechat_message_tools_set_conversation (self, g_value_get_object (value)); break;
  default: G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
  }
}

static void
stonechat_message_tools_dispose (GObject *object)
{
  StonechatMessageTools *self = STONECHAT_MESSAGE_TOOLS (object);

  g_clear_handle_id (&self->look_source, g_source_remove);
  g_clear_pointer (&self->bar, gtk_widget_unparent);
  g_clear_pointer (&self->picker, gtk_widget_unparent);
  g_clear_pointer (&self->child, gtk_widget_unparent);
  self->view = NULL;
  g_clear_object (&self->conversation);
  g_clear_object (&self->settings);
  g_clear_object (&self->profile);
  G_OBJECT_CLASS (stonechat_message_tools_parent_class)->dispose (object);
}

static void
stonechat_message_tools_class_init (StonechatMessageToolsClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);
  const struct { const char *name, *type; GtkWidgetActionActivateFunc func; } actions[] = {
    { "conversation.menu", "x", menu_action },
    { "conversation.pick-reaction", "x", pick_action },
    { "conversation.react", "(xsb)", react_action },
    { "conversation.copy-message", "x", copy_action },
    { "conversation.copy-links", "x", copy_action },
    { "conversation.pin-message", "x", local_action },
    { "conversation.mark-unread-from", "x", local_action },
    { "conversation.retract", "x", end_action },
    { "conversation.hide", "x", end_action },
    { "conversation.message-details", "x", window_action },
    { "conversation.forward", "x", window_action },
  };

  object_class->set_property = stonechat_message_tools_set_property;
  object_class->dispose = stonechat_message_tools_dispose;
  widget_class->root = stonechat_message_tools_root;
  widget_class->unroot = stonechat_message_tools_unroot;
  widget_class->measure = stonechat_message_tools_measure;
  widget_class->size_allocate = stonechat_message_tools_size_allocate;
  g_object_class_install_property (object_class, PROP_PROFILE,
    g_param_spec_object ("profile", NULL, NULL, CHAT_TYPE_PROFILE, G_PARAM_WRITABLE | G_PARAM_STATIC_STRINGS));
  g_object_class_install_property (object_class, PROP_SETTINGS,
    g_param_spec_object ("settings", NULL, NULL, G_TYPE_SETTINGS, G_PARAM_WRITABLE | G_PARAM_STATIC_STRINGS));
  g_object_class_install_property (object_class, PROP_CONVERSATION,
    g_param_spec_object ("conversation", NULL, NULL, CHAT_TYPE_CONVERSATION, G_PARAM_WRITABLE | G_PARAM_STATIC_STRINGS));
  for (guint i = 0; i < G_N_ELEMENTS (actions); i++)
    gtk_widget_class_install_action (widget_class, actions[i].name, actions[i].type, actions[i].func);
}

static void
stonechat_message_tools_init (StonechatMessageTools *self)
{
  GtkEventController *motion = gtk_event_controller_motion_new ();
  GtkGesture *click = gtk_gesture_click_new (), *press = gtk_gesture_long_press_new ();

  self->x = self->y = -1;
  gtk_widget_set_overflow (GTK_WIDGET (self), GTK_OVERFLOW_HIDDEN);
  g_signal_connect (motion, "motion", G_CALLBACK (motion_cb), self);
  g_signal_connect (motion, "leave", G_CALLBACK (leave_cb), self);
  gtk_widget_add_controller (GTK_WIDGET (self), motion);
  gtk_gesture_single_set_button (GTK_GESTURE_SINGLE (click), GDK_BUTTON_SECONDARY);
  g_signal_connect (click, "pressed", G_CALLBACK (secondary_click_cb), self);
  gtk_widget_add_controller (GTK_WIDGET (self), GTK_EVENT_CONTROLLER (click));
  gtk_gesture_single_set_touch_only (GTK_GESTURE_SINGLE (press), TRUE);
  g_signal_connect (press, "pressed", G_CALLBACK (long_press_cb), self);
  gtk_widget_add_controller (GTK_WIDGET (self), GTK_EVENT_CONTROLLER (press));
}
