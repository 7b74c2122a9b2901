/* SPDX-License-Identifier: GPL-3.0-or-later
 * SPDX-FileCopyrightText: The Stonechat authors */
#include "bare-timeline.h"

#include <math.h>

#define OVERSCAN 400
#define PADDING 8
#define GUESS 60            /* px, of a row: for the scroll bar only */

/* -- a row ----------------------------------------------------------------------------------------------------------- */

#define BARE_TYPE_ROW (bare_row_get_type ())
G_DECLARE_FINAL_TYPE (BareRow, bare_row, BARE, ROW, GtkWidget)

struct _BareRow { GtkWidget parent_instance; PangoLayout *layout; int height; };

G_DEFINE_FINAL_TYPE (BareRow, bare_row, GTK_TYPE_WIDGET)

static void
bare_row_set (BareRow *self, const char *text, int width)
{
  int height;

  g_clear_object (&self->layout);
  self->layout = gtk_widget_create_pango_layout (GTK_WIDGET (self), text);
  pango_layout_set_wrap (self->layout, PANGO_WRAP_WORD_CHAR);
  pango_layout_set_width (self->layout, (width - 2 * PADDING) * PANGO_SCALE);
  pango_layout_get_pixel_size (self->layout, NULL, &height);
  self->height = height + 2 * PADDING;
}

static void
bare_row_measure (GtkWidget *widget, GtkOrientation orientation, int for_size, int *minimum, int *natural, int *minimum_baseline,
                  int *natural_baseline)
{
  *minimum_baseline = *natural_baseline = -1;
  *minimum = *natural = orientation == GTK_ORIENTATION_VERTICAL ? BARE_ROW (widget)->height : 0;
}

static void
bare_row_snapshot (GtkWidget *widget, GtkSnapshot *snapshot)
{
  const GdkRGBA text = { 0.1, 0.1, 0.1, 1 }, background = { 0.9, 0.9, 0.95, 1 };

  gtk_snapshot_append_color (snapshot, &background,
    &GRAPHENE_RECT_INIT (2, 2, gtk_widget_get_width (widget) - 4, gtk_widget_get_height (widget) - 4));
  gtk_snapshot_translate (snapshot, &GRAPHENE_POINT_INIT (PADDING, PADDING));
  gtk_snapshot_append_layout (snapshot, BARE_ROW (widget)->layout, &text);
}

static void
bare_row_dispose (GObject *object)
{
  g_clear_object (&BARE_ROW (object)->layout);
  G_OBJECT_CLASS (bare_row_parent_class)->dispose (object);
}

static void
bare_row_class_init (BareRowClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = bare_row_dispose;
  GTK_WIDGET_CLASS (klass)->measure = bare_row_measure;
  GTK_WIDGET_CLASS (klass)->snapshot = bare_row_snapshot;
}

static void
bare_row_init (BareRow *self)
{
}

/* -- the view -------------------------------------------------------------------------------------------------------- */

struct _BareTimeline {
  GtkWidget parent_instance;
  const char *(*text) (guint position);
  guint n, first;
  GPtrArray *rows, *pool;
  double y;                 /* of the first row that exists */
  GtkAdjustment *adjustments[2];
  double value;
  gboolean configuring;
};

enum { PROP_0, PROP_HADJUSTMENT, PROP_VADJUSTMENT, PROP_HSCROLL_POLICY, PROP_VSCROLL_POLICY };

G_DEFINE_FINAL_TYPE_WITH_CODE (BareTimeline, bare_timeline, GTK_TYPE_WIDGET, G_IMPLEMENT_INTERFACE (GTK_TYPE_SCROLLABLE, NULL))

static BareRow *
take (BareTimeline *self, guint position, int width)
{
  GtkWidget *row = self->pool->len ? g_ptr_array_steal_index_fast (self->pool, self->pool->len - 1) : NULL;

  if (!row) {
    row = g_object_new (BARE_TYPE_ROW, NULL);
    gtk_widget_set_parent (row, GTK_WIDGET (self));
  }
  gtk_widget_set_child_visible (row, TRUE);
  bare_row_set (BARE_ROW (row), self->text (position), width);
  return BARE_ROW (row);
}

static void
give_back (BareTimeline *self, guint i)
{
  GtkWidget *row = g_ptr_array_steal_index (self->rows, i);

  gtk_widget_set_child_visible (row, FALSE);
  g_ptr_array_add (self->pool, row);
}

static int
height_of (BareTimeline *self, guint i)
{
  return BARE_ROW (self->rows->pdata[i])->height;
}

static double
fill (BareTimeline *self, int width, int height)
{
  double bottom = self->y;

  if (self->rows->len == 0 && self->n > 0) {
    self->first = self->n - 1;
    g_ptr_array_add (self->rows, take (self, self->first, width));
    self->y = bottom = height - height_of (self, 0);
  }
  for (guint i = 0; i < self->rows->len; i++)
    bottom += height_of (self, i);
  for (; self->y > -OVERSCAN && self->first > 0; self->y -= height_of (self, 0))
    g_ptr_array_insert (self->rows, 0, take (self, --self->first, width));
  for (; bottom < height + OVERSCAN && self->first + self->rows->len < self->n; bottom += height_of (self, self->rows->len - 1))
    g_ptr_array_add (self->rows, take (self, self->first + self->rows->len, width));
  for (; self->y + height_of (self, 0) < -2 * OVERSCAN; self->first++) {
    self->y += height_of (self, 0);
    give_back (self, 0);
  }
  for (; bottom - height_of (self, self->rows->len - 1) > height + 2 * OVERSCAN; give_back (self, self->rows->len - 1))
    bottom -= height_of (self, self->rows->len - 1);
  return bottom;
}

static gboolean
tick_cb (GtkWidget *widget, GdkFrameClock *clock, gpointer user_data)
{
  fill (BARE_TIMELINE (widget), gtk_widget_get_width (widget), gtk_widget_get_height (widget));
  gtk_widget_queue_allocate (widget);
  return G_SOURCE_REMOVE;
}

static void
value_changed_cb (GtkAdjustment *adjustment, BareTimeline *self)
{
  double value = gtk_adjustment_get_value (adjustment);

  if (self->configuring)
    return;
  self->y -= value - self->value;
  self->value = value;
  gtk_widget_add_tick_callback (GTK_WIDGET (self), tick_cb, NULL, NULL);
}

static void
bare_timeline_measure (GtkWidget *widget, GtkOrientation orientation, int for_size, int *minimum, int *natural,
                       int *minimum_baseline, int *natural_baseline)
{
  *minimum_baseline = *natural_baseline = -1;
  *minimum = *natural = 200;
}

static void
bare_timeline_size_allocate (GtkWidget *widget, int width, int height, int baseline)
{
  BareTimeline *self = BARE_TIMELINE (widget);
  double bottom = fill (self, width, height), y = floor (self->y + 0.5);

  for (guint i = 0; i < self->rows->len; i++) {
    gtk_widget_allocate (self->rows->pdata[i], width, height_of (self, i), -1, gsk_transform_translate (NULL, &GRAPHENE_POINT_INIT (0, y)));
    y += height_of (self, i);
  }
  self->configuring = TRUE;
  gtk_adjustment_configure (self->adjustments[1], self->value, self->value + self->y - (double) self->first * GUESS,
    self->value + bottom + (double) (self->n - self->first - self->rows->len) * GUESS, height * 0.1, height * 0.9, height);
  self->value = gtk_adjustment_get_value (self->adjustments[1]);
  self->configuring = FALSE;
}

static void
set_adjustment (BareTimeline *self, guint i, GtkAdjustment *adjustment)
{
  if (self->adjustments[i]) {
    g_signal_handlers_disconnect_by_data (self->adjustments[i], self);
    g_clear_object (&self->adjustments[i]);
  }
  self->adjustments[i] = g_object_ref_sink (adjustment ? adjustment : gtk_adjustment_new (0, 0, 0, 0, 0, 0));
  if (i == 1)
    g_signal_connect (self->adjustments[i], "value-changed", G_CALLBACK (value_changed_cb), self);
}

static void
bare_timeline_set_property (GObject *object, guint id, const GValue *value, GParamSpec *pspec)
{
  if (id == PROP_HADJUSTMENT || id == PROP_VADJUSTMENT)
    set_adjustment (BARE_TIMELINE (object), id == PROP_VADJUSTMENT, g_value_get_object (value));
}

static void
bare_timeline_get_property (GObject *object, guint id, GValue *value, GParamSpec *pspec)
{
  if (id == PROP_HADJUSTMENT || id == PROP_VADJUSTMENT)
    g_value_set_object (value, BARE_TIMELINE (object)->adjustments[id == PROP_VADJUSTMENT]);
}

static void
bare_timeline_dispose (GObject *object)
{
  BareTimeline *self = BARE_TIMELINE (object);
  GtkWidget *row;

  while ((row = gtk_widget_get_first_child (GTK_WIDGET (self))))
    gtk_widget_unparent (row);
  g_clear_pointer (&self->rows, g_ptr_array_unref);
  g_clear_pointer (&self->pool, g_ptr_array_unref);
  for (guint i = 0; i < 2; i++) {
    if (self->adjustments[i])
      g_signal_handlers_disconnect_by_data (self->adjustments[i], self);
    g_clear_object (&self->adjustments[i]);
  }
  G_OBJECT_CLASS (bare_timeline_parent_class)->dispose (object);
}

static void
bare_timeline_class_init (BareTimelineClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->set_property = bare_timeline_set_property;
  object_class->get_property = bare_timeline_get_property;
  object_class->dispose = bare_timeline_dispose;
  GTK_WIDGET_CLASS (klass)->measure = bare_timeline_measure;
  GTK_WIDGET_CLASS (klass)->size_allocate = bare_timeline_size_allocate;
  g_object_class_override_property (object_class, PROP_HADJUSTMENT, "hadjustment");
  g_object_class_override_property (object_class, PROP_VADJUSTMENT, "vadjustment");
  g_object_class_override_property (object_class, PROP_HSCROLL_POLICY, "hscroll-policy");
  g_object_class_override_property (object_class, PROP_VSCROLL_POLICY, "vscroll-policy");
}

static void
bare_timeline_init (BareTimeline *self)
{
  self->rows = g_ptr_array_new ();
  self->pool = g_ptr_array_new ();
  gtk_widget_set_overflow (GTK_WIDGET (self), GTK_OVERFLOW_HIDDEN);
}

GtkWidget *
bare_timeline_new (guint n, const char *(*text) (guint position))
{
  BareTimeline *self = g_object_new (BARE_TYPE_TIMELINE, NULL);

  self->n = n;
  self->text = text;
  return GTK_WIDGET (self);
}
