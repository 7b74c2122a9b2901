/* SPDX-License-Identifier: GPL-3.0-or-later
 * SPDX-FileCopyrightText: The Stonechat authors */
#include "stonechat-date-popover.h"
#include "chat-search.h"

#include <glib/gi18n.h>

struct _StonechatDatePopover {
  GtkPopover parent_instance;
  GtkWidget *calendar;
  ChatConversation *conversation;
  gint64 wanted;                   /* the beginning of the day that was chosen last */
  char *problem;                   /* why the archive was silent; NULL: it was not */
  GCancellable *cancellable;       /* of the marks; ends when another month is shown */
};

G_DEFINE_FINAL_TYPE (StonechatDatePopover, stonechat_date_popover, GTK_TYPE_POPOVER)

static gint64
to_time (GDateTime *date)
{
  return g_date_time_to_unix (date) * G_TIME_SPAN_SECOND;
}

static gboolean
has_day (GArray *days, guint day)
{
  for (guint i = 0; days && i < days->len; i++)
    if (g_date_get_day (&g_array_index (days, ChatDay, i).date) == day)
      return TRUE;
  return FALSE;
}

/* GTK 4.8 keeps a calendar's own marks, but shows none of them. */
static void
mark_days (GtkWidget *widget, GArray *days, guint *day)
{
  if (gtk_widget_has_css_class (widget, "day-number") && !gtk_widget_has_css_class (widget, "other-month") && has_day (days, ++*day))
    gtk_widget_add_css_class (widget, "has-messages");
  else
    gtk_widget_remove_css_class (widget, "has-messages");
  for (GtkWidget *child = gtk_widget_get_first_child (widget); child; child = gtk_widget_get_next_sibling (child))
    mark_days (child, days, day);
}

static void
days_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (StonechatDatePopover) self = user_data;
  g_autoptr (GError) error = NULL;
  g_autoptr (GArray) days = chat_conversation_days_finish (CHAT_CONVERSATION (source), result, &error);

  guint day = 0;

  if (days)
    mark_days (self->calendar, days, &day);
}

static void
mark_month (StonechatDatePopover *self)
{
  guint day = 0;
  g_autoptr (GDateTime) shown = gtk_calendar_get_date (GTK_CALENDAR (self->calendar)), next = NULL;
  g_autoptr (GDateTime) first = g_date_time_new_local (g_date_time_get_year (shown), g_date_time_get_month (shown), 1, 0, 0, 0);

  g_cancellable_cancel (self->cancellable);
  g_clear_object (&self->cancellable);
  mark_days (self->calendar, NULL, &day);
  if (!self->conversation)
    return;
  next = g_date_time_add_months (first, 1);
  self->cancellable = g_cancellable_new ();
  chat_conversation_days_async (self->conversation, to_time (first), to_time (next), self->cancellable, days_cb, g_object_ref (self));
}

static gboolean
is_wanted (StonechatDatePopover *self, GArray *days)
{
  g_autoptr (GDateTime) start = g_date_time_new_from_unix_local (self->wanted / G_TIME_SPAN_SECOND);
  const GDate *first = days->len ? &g_array_index (days, ChatDay, 0).date : NULL;

  return first && g_date_get_day (first) == g_date_time_get_day_of_month (start) && (int) g_date_get_month (first) == g_date_time_get_month (start)
         && g_date_get_year (first) == g_date_time_get_year (start);
}

static void
chosen_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (StonechatDatePopover) self = user_data;
  g_autoptr (GError) error = NULL;
  g_autoptr (GArray) days = chat_conversation_days_finish (CHAT_CONVERSATION (source), result, &error);

  if (CHAT_CONVERSATION (source) != self->conversation || !days)
    return;
  if (self->problem && !is_wanted (self, days))
    gtk_widget_activate_action (GTK_WIDGET (self), "win.toast", "s", self->problem);
  gtk_popover_popdown (GTK_POPOVER (self));
  g_signal_emit_by_name (self, "chosen", days->len ? g_array_index (days, ChatDay, 0).first : 0);
}

static gint64
get_start (StonechatDatePopover *self)
{
  g_autoptr (GDateTime) day = gtk_calendar_get_date (GTK_CALENDAR (self->calendar));
  g_autoptr (GDateTime) start = g_date_time_new_local (g_date_time_get_year (day), g_date_time_get_month (day), g_date_time_get_day_of_month (day), 0, 0, 0);

  return to_time (start);
}

/* What is here is gone to, even if the archive was silent. */
static void
fetched_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (StonechatDatePopover) self = user_data;
  g_autoptr (GError) error = NULL;

  g_clear_pointer (&self->problem, g_free);
  if (!chat_conversation_fetch_finish (CHAT_CONVERSATION (source), result, &error))
    self->problem = g_strdup (error->message);
  if (CHAT_CONVERSATION (source) == self->conversation)
    chat_conversation_days_async (self->conversation, self->wanted, 0, NULL, chosen_cb, g_object_ref (self));
}

/* The first message of that day, or the next after it; from the archive, where that day is not here. */
static void
go (StonechatDatePopover *self)
{
  if (!self->conversation)
    return;
  self->wanted = get_start (self);
  chat_conversation_fetch_async (self->conversation, self->wanted, NULL, fetched_cb, g_object_ref (self));
}

/* A calendar's own keys choose a day; Enter goes there. */
static gboolean
key_cb (StonechatDatePopover *self, guint key)
{
  if (key != GDK_KEY_Return && key != GDK_KEY_KP_Enter)
    return FALSE;
  go (self);
  return TRUE;
}

static void
pressed_cb (StonechatDatePopover *self, int n)
{
  if (n == 2)
    go (self);
}

void
stonechat_date_popover_open (StonechatDatePopover *self, ChatConversation *conversation)
{
  g_set_object (&self->conversation, conversation);
  mark_month (self);
  gtk_popover_popup (GTK_POPOVER (self));
  gtk_widget_grab_focus (self->calendar);
}

static void
closed_cb (StonechatDatePopover *self)
{
  g_cancellable_cancel (self->cancellable);
}

GtkWidget *
stonechat_date_popover_new (void)
{
  return g_object_new (STONECHAT_TYPE_DATE_POPOVER, NULL);
}

static void
stonechat_date_popover_dispose (GObject *object)
{
  StonechatDatePopover *self = STONECHAT_DATE_POPOVER (object);

  g_cancellable_cancel (self->cancellable);
  g_clear_object (&self->cancellable);
  g_clear_object (&self->conversation);
  g_clear_pointer (&self->problem, g_free);
  G_OBJECT_CLASS (stonechat_date_popover_parent_class)->dispose (object);
}

static void
stonechat_date_popover_class_init (StonechatDatePopoverClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = stonechat_date_popover_dispose;
  g_signal_new ("chosen", STONECHAT_TYPE_DATE_POPOVER, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 1, G_TYPE_INT64);
}

static void
stonechat_date_popover_init (StonechatDatePopover *self)
{
  GtkWidget *box = gtk_box_new (GTK_ORIENTATION_VERTICAL, 6), *button = gtk_button_new_with_label (_("Go to This Day"));
  GtkEventController *keys = gtk_event_controller_key_new (), *click = GTK_EVENT_CONTROLLER (gtk_gesture_click_new ());

  self->calendar = gtk_calendar_new ();
  gtk_accessible_update_property (GTK_ACCESSIBLE (self->calendar), GTK_ACCESSIBLE_PROPERTY_LABEL, _("Go to a Day"), -1);
  gtk_accessible_update_property (GTK_ACCESSIBLE (self), GTK_ACCESSIBLE_PROPERTY_LABEL, _("Go to a Day"), -1);
  gtk_box_append (GTK_BOX (box), self->calendar);
  gtk_box_append (GTK_BOX (box), button);
  gtk_popover_set_child (GTK_POPOVER (self), box);
  gtk_popover_set_has_arrow (GTK_POPOVER (self), FALSE);
  gtk_event_controller_set_propagation_phase (keys, GTK_PHASE_CAPTURE);
  g_signal_connect_swapped (keys, "key-pressed", G_CALLBACK (key_cb), self);
  gtk_widget_add_controller (self->calendar, keys);
  g_signal_connect_swapped (click, "pressed", G_CALLBACK (pressed_cb), self);
  gtk_widget_add_controller (self->calendar, click);
  g_signal_connect_swapped (button, "clicked", G_CALLBACK (go), self);
  g_signal_connect_swapped (self->calendar, "notify::month", G_CALLBACK (mark_month), self);
  g_signal_connect_swapped (self->calendar, "notify::year", G_CALLBACK (mark_month), self);
  g_signal_connect (self, "closed", G_CALLBACK (closed_cb), NULL);
}
