/* SPDX-License-Identifier: GPL-3.0-or-later
 * SPDX-FileCopyrightText: The Stonechat authors */
#include "stonechat-date-range.h"

#include <glib/gi18n.h>

enum { FROM, UNTIL, N_ENDS };

struct _StonechatDateRange {
  GtkWidget parent_instance;
  GtkWidget *button, *popover, *ends[N_ENDS], *calendar, *clear;
  GDateTime *days[N_ENDS];        /* midnight of the first day and of the last; NULL: open */
  gboolean showing;               /* it is not the user who turns the calendar */
};

G_DEFINE_FINAL_TYPE (StonechatDateRange, stonechat_date_range, GTK_TYPE_WIDGET)

static const struct { const char *label; int days; } presets[] = {
  { N_("Today"), 1 }, { N_("Last 7 Days"), 7 }, { N_("Last Month"), 31 }, { N_("Last Year"), 366 },
};

/* -- what is chosen -------------------------------------------------------------------------------------------------- */

static gint64
to_time (GDateTime *day)
{
  return day ? g_date_time_to_unix (day) * G_TIME_SPAN_SECOND : 0;
}

gint64
stonechat_date_range_get_from (StonechatDateRange *self)
{
  return to_time (self->days[FROM]);
}

gint64
stonechat_date_range_get_to (StonechatDateRange *self)
{
  g_autoptr (GDateTime) end = self->days[UNTIL] ? g_date_time_add_days (self->days[UNTIL], 1) : NULL;

  return to_time (end);
}

static GDateTime *
midnight (GDateTime *time)
{
  return g_date_time_new_local (g_date_time_get_year (time), g_date_time_get_month (time), g_date_time_get_day_of_month (time), 0, 0, 0);
}

static char *
describe (GDateTime *day)
{
  return day ? g_date_time_format (day, "%x") : g_strdup (_("Any Day"));
}

static char *
describe_range (StonechatDateRange *self)
{
  g_autofree char *from = describe (self->days[FROM]), *until = describe (self->days[UNTIL]);

  if (self->days[FROM] && self->days[UNTIL])
    return g_date_time_equal (self->days[FROM], self->days[UNTIL]) ? g_strdup (from) : g_strdup_printf ("%s – %s", from, until);
  if (self->days[FROM])
    /* Translators: %s is a date; of messages, in a filter */
    return g_strdup_printf (_("Since %s"), from);
  if (self->days[UNTIL])
    /* Translators: %s is a date; of messages, in a filter */
    return g_strdup_printf (_("Until %s"), until);
  return g_strdup (_("Any Time"));
}

static void
update (StonechatDateRange *self)
{
  g_autofree char *range = describe_range (self), *name = g_strdup_printf ("%s: %s", _("When"), range);
  g_autofree char *from = describe (self->days[FROM]), *until = describe (self->days[UNTIL]);
  /* Translators: of two buttons that show a date each */
  g_autofree char *from_label = g_strdup_printf (_("From: %s"), from), *until_label = g_strdup_printf (_("Until: %s"), until);

  gtk_menu_button_set_label (GTK_MENU_BUTTON (self->button), range);
  gtk_accessible_update_property (GTK_ACCESSIBLE (self->button), GTK_ACCESSIBLE_PROPERTY_LABEL, name, -1);
  gtk_button_set_label (GTK_BUTTON (self->ends[FROM]), from_label);
  gtk_button_set_label (GTK_BUTTON (self->ends[UNTIL]), until_label);
  gtk_widget_set_sensitive (self->clear, self->days[FROM] || self->days[UNTIL]);
}

/* day: transfer full, nullable. What the other end would contradict follows. */
static void
set_day (StonechatDateRange *self, int end, GDateTime *day)
{
  int other = end == FROM ? UNTIL : FROM;

  g_clear_pointer (&self->days[end], g_date_time_unref);
  self->days[end] = day;
  if (self->days[FROM] && self->days[UNTIL] && g_date_time_compare (self->days[FROM], self->days[UNTIL]) > 0) {
    g_date_time_unref (self->days[other]);
    self->days[other] = g_date_time_ref (day);
  }
}

static void
tell (StonechatDateRange *self)
{
  update (self);
  g_signal_emit_by_name (self, "changed");
}

void
stonechat_date_range_clear (StonechatDateRange *self)
{
  if (!self->days[FROM] && !self->days[UNTIL])
    return;
  set_day (self, FROM, NULL);
  set_day (self, UNTIL, NULL);
  tell (self);
}

/* -- choosing -------------------------------------------------------------------------------------------------------- */

static int
get_end (StonechatDateRange *self)
{
  return gtk_toggle_button_get_active (GTK_TOGGLE_BUTTON (self->ends[UNTIL])) ? UNTIL : FROM;
}

static void
show_end (StonechatDateRange *self)
{
  int end = get_end (self);
  g_autoptr (GDateTime) now = g_date_time_new_now_local ();

  self->showing = TRUE;
  gtk_calendar_select_day (GTK_CALENDAR (self->calendar), self->days[end] ? self->days[end] : now);
  self->showing = FALSE;
  gtk_accessible_update_property (GTK_ACCESSIBLE (self->calendar), GTK_ACCESSIBLE_PROPERTY_LABEL, end == FROM ? _("First Day") : _("Last Day"), -1);
}

static void
day_cb (StonechatDateRange *self)
{
  g_autoptr (GDateTime) day = self->showing ? NULL : gtk_calendar_get_date (GTK_CALENDAR (self->calendar));

  if (!day)
    return;
  set_day (self, get_end (self), midnight (day));
  tell (self);
}

static void
preset_cb (StonechatDateRange *self, GtkWidget *button)
{
  int days = GPOINTER_TO_INT (g_object_get_data (G_OBJECT (button), "days"));
  g_autoptr (GDateTime) now = g_date_time_new_now_local (), first = g_date_time_add_days (now, 1 - days);

  set_day (self, UNTIL, NULL);
  set_day (self, FROM, midnight (first));
  tell (self);
  gtk_popover_popdown (GTK_POPOVER (self->popover));
}

static void
clear_cb (StonechatDateRange *self)
{
  stonechat_date_range_clear (self);
  gtk_popover_popdown (GTK_POPOVER (self->popover));
}

/* -- life ------------------------------------------------------------------------------------------------------------ */

static GtkWidget *
new_presets (StonechatDateRange *self)
{
  GtkWidget *grid = gtk_grid_new ();

  gtk_grid_set_column_homogeneous (GTK_GRID (grid), TRUE);
  gtk_grid_set_row_spacing (GTK_GRID (grid), 6);
  gtk_grid_set_column_spacing (GTK_GRID (grid), 6);
  for (int i = 0; i < (int) G_N_ELEMENTS (presets); i++) {
    GtkWidget *button = gtk_button_new_with_label (_(presets[i].label));

    g_object_set_data (G_OBJECT (button), "days", GINT_TO_POINTER (presets[i].days));
    g_signal_connect_swapped (button, "clicked", G_CALLBACK (preset_cb), self);
    gtk_grid_attach (GTK_GRID (grid), button, i % 2, i / 2, 1, 1);
  }
  return grid;
}

static GtkWidget *
new_ends (StonechatDateRange *self)
{
  GtkWidget *box = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 0);

  gtk_widget_add_css_class (box, "linked");
  for (int i = 0; i < N_ENDS; i++) {
    self->ends[i] = gtk_toggle_button_new_with_label ("");
    gtk_widget_set_hexpand (self->ends[i], TRUE);
    gtk_box_append (GTK_BOX (box), self->ends[i]);
  }
  gtk_toggle_button_set_group (GTK_TOGGLE_BUTTON (self->ends[UNTIL]), GTK_TOGGLE_BUTTON (self->ends[FROM]));
  gtk_toggle_button_set_active (GTK_TOGGLE_BUTTON (self->ends[FROM]), TRUE);
  g_signal_connect_swapped (self->ends[UNTIL], "toggled", G_CALLBACK (show_end), self);
  return box;
}

static void
stonechat_date_range_dispose (GObject *object)
{
  StonechatDateRange *self = STONECHAT_DATE_RANGE (object);

  g_clear_pointer (&self->button, gtk_widget_unparent);
  for (int i = 0; i < N_ENDS; i++)
    g_clear_pointer (&self->days[i], g_date_time_unref);
  G_OBJECT_CLASS (stonechat_date_range_parent_class)->dispose (object);
}

static void
stonechat_date_range_class_init (StonechatDateRangeClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = stonechat_date_range_dispose;
  gtk_widget_class_set_layout_manager_type (GTK_WIDGET_CLASS (klass), GTK_TYPE_BIN_LAYOUT);
  g_signal_new ("changed", STONECHAT_TYPE_DATE_RANGE, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 0);
}

static void
stonechat_date_range_init (StonechatDateRange *self)
{
  GtkWidget *box = gtk_box_new (GTK_ORIENTATION_VERTICAL, 10);

  self->button = gtk_menu_button_new ();
  self->popover = gtk_popover_new ();
  self->calendar = gtk_calendar_new ();
  self->clear = gtk_button_new_with_label (_("Any Time"));
  gtk_box_append (GTK_BOX (box), new_presets (self));
  gtk_box_append (GTK_BOX (box), new_ends (self));
  gtk_box_append (GTK_BOX (box), self->calendar);
  gtk_box_append (GTK_BOX (box), self->clear);
  gtk_popover_set_child (GTK_POPOVER (self->popover), box);
  gtk_accessible_update_property (GTK_ACCESSIBLE (self->popover), GTK_ACCESSIBLE_PROPERTY_LABEL, _("When"), -1);
  gtk_menu_button_set_popover (GTK_MENU_BUTTON (self->button), self->popover);
  gtk_menu_button_set_always_show_arrow (GTK_MENU_BUTTON (self->button), TRUE);
  gtk_widget_set_parent (self->button, GTK_WIDGET (self));
  g_signal_connect_swapped (self->calendar, "day-selected", G_CALLBACK (day_cb), self);
  /* Another month is another day, too. */
  g_signal_connect_swapped (self->calendar, "notify::month", G_CALLBACK (day_cb), self);
  g_signal_connect_swapped (self->calendar, "notify::year", G_CALLBACK (day_cb), self);
  g_signal_connect_swapped (self->popover, "map", G_CALLBACK (show_end), self);
  g_signal_connect_swapped (self->clear, "clicked", G_CALLBACK (clear_cb), self);
  update (self);
}
