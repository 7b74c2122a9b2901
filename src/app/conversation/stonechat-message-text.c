/* SPDX-License-Identifier: GPL-3.0-or-later
 * SPDX-FileCopyrightText: The Stonechat authors */
#include "stonechat-message-text.h"
#include "stonechat-big-emoji.h"
#include "stonechat-links.h"
#include "stonechat-message-meta.h"
#include "stonechat-message-parts.h"
#include "stonechat-message-quote.h"
#include "stonechat-message-text-part.h"

#include <glib/gi18n.h>
#include <string.h>

#define LONGEST_STYLED (64 * 1024)   /* beyond it all is plain */
#define GAP 10       /* between the last line and the time */
#define CODE_GAP 3   /* between preformatted text and the time below it */
#define QUOTE_GAP 4  /* below what it answers */

struct _StonechatMessageText {
  GtkWidget parent_instance;
  char *text, *tip, *actor;
  StonechatMessageMeta meta;
  gboolean styled, stale;
  StonechatTextSource source;
  GArray *parts;        /* of StonechatTextPart */
  GtkWidget *quote;     /* of what it answers, made when first needed */
  GPtrArray *heads;     /* of the preformatted ones, owned by the widget as children */
  GArray *found;        /* of StonechatTextRange, nullable */
  int current;
  int selected[2];      /* bytes, from and to */
  guint serial;         /* of GTK's Pango context for it, as it was last seen */
  int most;             /* px, of what is in it: as wide as it was allowed to be, -1: no one said it */
};

G_DEFINE_FINAL_TYPE (StonechatMessageText, stonechat_message_text, GTK_TYPE_WIDGET)

static void
forget_layouts (StonechatMessageText *self)
{
  stonechat_text_parts_forget (self->parts);
  stonechat_message_meta_forget (&self->meta);
}

static gboolean
has_quote (StonechatMessageText *self)
{
  return self->quote && gtk_widget_get_visible (self->quote);
}

/* Where the text begins: below what it answers. */
static int
get_top (StonechatMessageText *self, int width)
{
  int height;

  if (!has_quote (self))
    return 0;
  gtk_widget_measure (self->quote, GTK_ORIENTATION_VERTICAL, width, &height, NULL, NULL, NULL);
  return height + QUOTE_GAP;
}

/* As it stands in the widget: a measure for another width, or a change of fonts, may have come since. */
static void
settle (StonechatMessageText *self)
{
  int width = gtk_widget_get_width (GTK_WIDGET (self)), needed, bottom;

  stonechat_text_parts_lay_out (self->parts, GTK_WIDGET (self), &self->source, width, get_top (self, width), &needed, &bottom);
}

static StonechatTextPart *
get_last_part (StonechatMessageText *self)
{
  return &g_array_index (self->parts, StonechatTextPart, self->parts->len - 1);
}

/* The last line ends here, seen from where it begins; the time does not stand on the ground of preformatted text. */
static int
get_last_end (StonechatMessageText *self, int width)
{
  StonechatTextPart *last = get_last_part (self);
  PangoRectangle extents;

  if (last->code)
    return width < 0 ? 0 : width;
  pango_layout_line_get_pixel_extents (stonechat_text_part_get_last_line (last), NULL, &extents);
  return extents.width + last->depth * STONECHAT_QUOTE_INDENT;
}

static void
get_sizes (StonechatMessageText *self, int width, int *text_width, int *text_height, int *last_end, int *meta_width, int *meta_height)
{
  stonechat_text_parts_lay_out (self->parts, GTK_WIDGET (self), &self->source, width, get_top (self, width), text_width, text_height);
  *last_end = get_last_end (self, width);
  stonechat_message_meta_get_size (&self->meta, GTK_WIDGET (self), meta_width, meta_height);
}

/* The width for which it is laid out first is the widest that it may have: with that, one layout is enough. */
static int
get_natural (StonechatMessageText *self, int *minimum)
{
  int width, height, last, meta_width, meta_height, natural;

  get_sizes (self, self->most, &width, &height, &last, &meta_width, &meta_height);
  *minimum = MIN (60, meta_width);
  natural = MAX (*minimum, MAX (width, (get_last_part (self)->code ? 0 : last) + GAP + meta_width));
  if (has_quote (self)) {
    gtk_widget_measure (self->quote, GTK_ORIENTATION_HORIZONTAL, -1, NULL, &width, NULL, NULL);
    natural = MAX (natural, width);
  }
  return natural;
}

int
stonechat_message_text_fit (StonechatMessageText *self, int most)
{
  GtkBorder padding;
  int minimum, natural, around;

  gtk_style_context_get_padding (gtk_widget_get_style_context (GTK_WIDGET (self)), &padding);
  around = padding.left + padding.right;
  self->most = MAX (1, most - around);
  natural = get_natural (self, &minimum);
  return MAX (minimum, MIN (natural, self->most)) + around;
}

static void
stonechat_message_text_measure (GtkWidget *widget, GtkOrientation orientation, int for_size, int *minimum, int *natural,
                                int *minimum_baseline, int *natural_baseline)
{
  StonechatMessageText *self = STONECHAT_MESSAGE_TEXT (widget);
  int width, height, last, meta_width, meta_height;

  *minimum_baseline = *natural_baseline = -1;
  if (orientation == GTK_ORIENTATION_HORIZONTAL) {
    *natural = get_natural (self, minimum);
    return;
  }
  get_sizes (self, for_size, &width, &height, &last, &meta_width, &meta_height);
  if (for_size < 0 || last + GAP + meta_width <= for_size)
    *minimum = *natural = MAX (height, meta_height);
  else
    *minimum = *natural = height + meta_height + (get_last_part (self)->code ? CODE_GAP : 0);
}

static void
stonechat_message_text_size_allocate (GtkWidget *widget, int width, int height, int baseline)
{
  StonechatMessageText *self = STONECHAT_MESSAGE_TEXT (widget);

  settle (self);
  if (has_quote (self))
    gtk_widget_allocate (self->quote, width, get_top (self, width) - QUOTE_GAP, -1, NULL);
  for (guint i = 0, n = 0; n < self->heads->len; i++) {
    StonechatTextPart *part = &g_array_index (self->parts, StonechatTextPart, i);
    int y, head, x = part->rtl ? 0 : part->depth * STONECHAT_QUOTE_INDENT;

    if (!part->code)
      continue;
    y = stonechat_text_part_get_head (part, &head);
    gtk_widget_allocate (self->heads->pdata[n++], MAX (1, width - (int) part->depth * STONECHAT_QUOTE_INDENT), head, -1,
                         gsk_transform_translate (NULL, &GRAPHENE_POINT_INIT (x, y)));
  }
}

static GtkSizeRequestMode
stonechat_message_text_get_request_mode (GtkWidget *widget)
{
  return GTK_SIZE_REQUEST_HEIGHT_FOR_WIDTH;
}

static void
snapshot_range (StonechatMessageText *self, GtkSnapshot *snapshot, guint start, guint end, const GdkRGBA *color)
{
  for (guint i = 0; i < self->parts->len; i++) {
    StonechatTextPart *part = &g_array_index (self->parts, StonechatTextPart, i);
    int range[2] = { stonechat_text_part_to_layout (part, start), stonechat_text_part_to_layout (part, end) };
    cairo_region_t *region;

    if (end <= part->start || start >= part->end || range[0] >= range[1])
      continue;
    region = gdk_pango_layout_get_clip_region (part->layout, part->x, part->y, range, 1);
    for (int j = 0; j < cairo_region_num_rectangles (region); j++) {
      cairo_rectangle_int_t area;

      cairo_region_get_rectangle (region, j, &area);
      gtk_snapshot_append_color (snapshot, color, &GRAPHENE_RECT_INIT (area.x, area.y, area.width, area.height));
    }
    cairo_region_destroy (region);
  }
}

static void
snapshot_selection (StonechatMessageText *self, GtkSnapshot *snapshot)
{
  GdkRGBA color;

  if (self->selected[0] == self->selected[1] ||
      !gtk_style_context_lookup_color (gtk_widget_get_style_context (GTK_WIDGET (self)), "accent_bg_color", &color))
    return;
  color.alpha = 0.4;
  snapshot_range (self, snapshot, self->selected[0], self->selected[1], &color);
}

static void
snapshot_found (StonechatMessageText *self, GtkSnapshot *snapshot)
{
  GtkStyleContext *style = gtk_widget_get_style_context (GTK_WIDGET (self));
  GdkRGBA found, current;

  if (!self->found || !gtk_style_context_lookup_color (style, "found_color", &found) ||
      !gtk_style_context_lookup_color (style, "found_current_color", &current))
    return;
  for (guint i = 0; i < self->found->len; i++) {
    const StonechatTextRange *range = &g_array_index (self->found, StonechatTextRange, i);

    snapshot_range (self, snapshot, range->start, range->end, (int) i == self->current ? &current : &found);
  }
}

static gboolean
is_rtl (StonechatMessageText *self)
{
  StonechatTextPart *last = get_last_part (self);

  return !last->code && pango_layout_line_get_resolved_direction (stonechat_text_part_get_last_line (last)) == PANGO_DIRECTION_RTL;
}

static void
stonechat_message_text_snapshot (GtkWidget *widget, GtkSnapshot *snapshot)
{
  StonechatMessageText *self = STONECHAT_MESSAGE_TEXT (widget);
  GdkRGBA color;

  settle (self);
  gtk_style_context_get_color (gtk_widget_get_style_context (widget), &color);
  if (self->source.styling)
    stonechat_text_parts_snapshot_grounds (self->parts, snapshot, gtk_widget_get_width (widget), &color);
  snapshot_found (self, snapshot);
  snapshot_selection (self, snapshot);
  stonechat_text_parts_snapshot (self->parts, snapshot, &color);
  stonechat_message_meta_snapshot (&self->meta, widget, snapshot, is_rtl (self), &color);
  if (has_quote (self))
    gtk_widget_snapshot_child (widget, self->quote, snapshot);
  for (guint i = 0; i < self->heads->len; i++)
    gtk_widget_snapshot_child (widget, self->heads->pdata[i], snapshot);
}

static void
stonechat_message_text_css_changed (GtkWidget *widget, GtkCssStyleChange *change)
{
  StonechatMessageText *self = STONECHAT_MESSAGE_TEXT (widget);
  guint serial;

  GTK_WIDGET_CLASS (stonechat_message_text_parent_class)->css_changed (widget, change);
  /* Another ground is no reason to lay the text out again: GTK's own context changes with the font. Links have a colour in it. */
  serial = pango_context_get_serial (gtk_widget_get_pango_context (widget));
  if (serial != self->serial || self->source.links)
    forget_layouts (self);
  self->serial = serial;
}

static void
stonechat_message_text_direction_changed (GtkWidget *widget, GtkTextDirection previous)
{
  forget_layouts (STONECHAT_MESSAGE_TEXT (widget));
}

/* -- links ----------------------------------------------------------------------------------------------------------- */

static StonechatLink *
link_at (StonechatMessageText *self, double x, double y)
{
  StonechatTextPart *part;
  int index, trailing;
  guint byte;

  if (!self->source.links)
    return NULL;
  settle (self);
  part = stonechat_text_parts_at (self->parts, y);
  if (!pango_layout_xy_to_index (part->layout, (x - part->x) * PANGO_SCALE, (y - part->y) * PANGO_SCALE, &index, &trailing))
    return NULL;
  byte = stonechat_text_part_to_text (part, index);
  for (guint i = 0; i < self->source.links->len; i++) {
    StonechatLink *link = &g_array_index (self->source.links, StonechatLink, i);

    if (byte >= link->start && byte < link->end)
      return link;
  }
  return NULL;
}

void
stonechat_message_text_open (GtkWidget *widget, const char *uri)
{
  if (g_ascii_strncasecmp (uri, "xmpp:", strlen ("xmpp:")) == 0)
    gtk_widget_activate_action (widget, "win.open-uri", "s", uri);
  else
    gtk_show_uri (GTK_WINDOW (gtk_widget_get_root (widget)), uri, GDK_CURRENT_TIME);
}

static void
released_cb (GtkGestureClick *gesture, int n, double x, double y, StonechatMessageText *self)
{
  StonechatLink *link = link_at (self, x, y);

  if (link && n == 1) {
    gtk_gesture_set_state (GTK_GESTURE (gesture), GTK_EVENT_SEQUENCE_CLAIMED);
    stonechat_message_text_open (GTK_WIDGET (self), link->uri);
  }
}

static void
motion_cb (GtkEventControllerMotion *controller, double x, double y, StonechatMessageText *self)
{
  gtk_widget_set_cursor_from_name (GTK_WIDGET (self), link_at (self, x, y) ? "pointer" : "text");
}

static gboolean
stonechat_message_text_query_tooltip (GtkWidget *widget, int x, int y, gboolean by_keyboard, GtkTooltip *tooltip)
{
  StonechatMessageText *self = STONECHAT_MESSAGE_TEXT (widget);
  StonechatLink *link = by_keyboard ? NULL : link_at (self, x, y);
  int width, height, from_end;

  if (link) {
    g_autofree char *target = stonechat_links_describe (link->uri);

    gtk_tooltip_set_text (tooltip, target);
    return TRUE;
  }
  if (!self->tip || by_keyboard)
    return FALSE;
  settle (self);
  stonechat_message_meta_get_size (&self->meta, GTK_WIDGET (self), &width, &height);
  from_end = is_rtl (self) ? x : gtk_widget_get_width (widget) - x;
  if (from_end > width + GAP || y < gtk_widget_get_height (widget) - height)
    return FALSE;
  gtk_tooltip_set_text (tooltip, self->tip);
  return TRUE;
}

int
stonechat_message_text_get_index (StonechatMessageText *self, double x, double y)
{
  StonechatTextPart *part;
  const char *shown;
  int index, trailing;

  settle (self);
  part = stonechat_text_parts_at (self->parts, y);
  shown = pango_layout_get_text (part->layout);
  pango_layout_xy_to_index (part->layout, (x - part->x) * PANGO_SCALE, (y - part->y) * PANGO_SCALE, &index, &trailing);
  return stonechat_text_part_to_text (part, g_utf8_offset_to_pointer (shown + index, trailing) - shown);
}

void
stonechat_message_text_select (StonechatMessageText *self, int start, int end)
{
  if (self->selected[0] == start && self->selected[1] == end)
    return;
  self->selected[0] = start;
  self->selected[1] = end;
  gtk_widget_queue_draw (GTK_WIDGET (self));
}

void
stonechat_message_text_highlight (StonechatMessageText *self, GArray *ranges, int current)
{
  if (!ranges && !self->found)
    return;
  if (ranges)
    g_array_ref (ranges);
  g_clear_pointer (&self->found, g_array_unref);
  self->found = ranges;
  self->current = current;
  gtk_widget_queue_draw (GTK_WIDGET (self));
}

/* -- what it shows --------------------------------------------------------------------------------------------------- */

static void
copy_cb (StonechatMessageText *self, GtkWidget *button)
{
  GtkWidget *head = gtk_widget_get_parent (button);

  for (guint i = 0, n = 0; i < self->parts->len; i++) {
    StonechatTextPart *part = &g_array_index (self->parts, StonechatTextPart, i);

    if (part->code && self->heads->pdata[n++] == head) {
      g_autofree char *code = stonechat_text_part_dup_code (part, &self->source);

      gdk_clipboard_set_text (gtk_widget_get_clipboard (GTK_WIDGET (self)), code);
      return;
    }
  }
}

static void
make_heads (StonechatMessageText *self)
{
  g_ptr_array_set_size (self->heads, 0);
  for (guint i = 0; i < self->parts->len; i++) {
    StonechatTextPart *part = &g_array_index (self->parts, StonechatTextPart, i);
    GtkWidget *head;

    if (!part->code)
      continue;
    head = stonechat_message_code_new (part->language, G_CALLBACK (copy_cb), self);
    gtk_widget_set_parent (head, GTK_WIDGET (self));
    g_ptr_array_add (self->heads, head);
  }
}

static void
clear_source (StonechatTextSource *source)
{
  g_clear_pointer (&source->styling, stonechat_styling_free);
  g_clear_pointer (&source->links, g_array_unref);
}

/* Big emoji stand on no bubble, unless there is something else to hold together. */
static void
show_ground (StonechatMessageText *self)
{
  gboolean bare = self->source.emoji && !has_quote (self);

  if (bare != gtk_widget_has_css_class (GTK_WIDGET (self), "emoji"))
    (bare ? gtk_widget_add_css_class : gtk_widget_remove_css_class) (GTK_WIDGET (self), "emoji");
}

/* Looks into the text, once for all that is done with it. */
static void
read_text (StonechatMessageText *self)
{
  StonechatTextSource *source = &self->source;

  clear_source (source);
  g_clear_pointer (&self->found, g_array_unref);
  source->text = self->text;
  source->actor = self->actor && g_str_has_prefix (self->text, "/me ") ? self->actor : NULL;
  if (self->styled && strlen (self->text) <= LONGEST_STYLED)
    source->styling = stonechat_styling_parse (self->text);
  source->links = stonechat_links_find (self->text, source->styling);
  source->emoji = stonechat_big_emoji_match (self->text);
  g_array_unref (self->parts);
  self->parts = stonechat_text_parts_new (source);
  make_heads (self);
  show_ground (self);
}

void
stonechat_message_text_set_quote (StonechatMessageText *self, gint64 message, const char *name, const char *address, const char *text)
{
  gboolean wanted = message || name || text;

  if (wanted && !self->quote) {
    self->quote = stonechat_message_quote_new ();
    gtk_widget_insert_after (self->quote, GTK_WIDGET (self), NULL);
  }
  if (!self->quote)
    return;
  gtk_widget_set_visible (self->quote, wanted);
  if (wanted)
    stonechat_message_quote_set (STONECHAT_MESSAGE_QUOTE (self->quote), message, name, address, text);
  show_ground (self);
}

void
stonechat_message_text_set_manner (StonechatMessageText *self, const char *actor, gboolean styled)
{
  if (self->styled == styled && g_strcmp0 (self->actor, actor) == 0)
    return;
  g_free (self->actor);
  self->actor = g_strdup (actor);
  self->styled = styled;
  self->stale = TRUE;
}

void
stonechat_message_text_set (StonechatMessageText *self, const char *text, const char *meta)
{
  g_autofree char *valid = g_utf8_make_valid (text ? text : "", -1);
  gboolean same = !self->stale && g_str_equal (valid, self->text);

  if (!stonechat_message_meta_set (&self->meta, meta) && same)
    return;
  if (!same) {
    g_free (self->text);
    self->text = g_steal_pointer (&valid);
    self->stale = FALSE;
    read_text (self);
  }
  gtk_widget_queue_resize (GTK_WIDGET (self));
}

void
stonechat_message_text_set_state (StonechatMessageText *self, ChatMessageState state, const char *tip)
{
  g_free (self->tip);
  self->tip = g_strdup (tip);
  if (self->meta.state == state)
    return;
  self->meta.state = state;
  gtk_widget_queue_resize (GTK_WIDGET (self));
}

const char *
stonechat_message_text_get_text (StonechatMessageText *self)
{
  return self->text;
}

char *
stonechat_message_text_dup_shown (StonechatMessageText *self)
{
  GString *shown = g_string_new (NULL);
  int width, height;

  stonechat_text_parts_lay_out (self->parts, GTK_WIDGET (self), &self->source, -1, 0, &width, &height);
  for (guint i = 0; i < self->parts->len; i++) {
    if (i > 0)
      g_string_append_c (shown, '\n');
    g_string_append (shown, pango_layout_get_text (g_array_index (self->parts, StonechatTextPart, i).layout));
  }
  return g_string_free (shown, FALSE);
}

const char *
stonechat_message_text_get_link (StonechatMessageText *self, guint i)
{
  return self->source.links && i < self->source.links->len ? g_array_index (self->source.links, StonechatLink, i).uri : NULL;
}

char *
stonechat_message_text_dup_code (StonechatMessageText *self)
{
  GString *code = NULL;

  for (guint i = 0; i < self->parts->len; i++) {
    StonechatTextPart *part = &g_array_index (self->parts, StonechatTextPart, i);

    if (part->code) {
      g_autofree char *one = stonechat_text_part_dup_code (part, &self->source);

      code = code ? code : g_string_new (NULL);
      g_string_append (code, one);
    }
  }
  return code ? g_string_free (code, FALSE) : NULL;
}

void
stonechat_message_text_add_to_menu (StonechatMessageText *self, GMenu *menu)
{
  gint64 quoted = has_quote (self) ? stonechat_message_quote_get_message (STONECHAT_MESSAGE_QUOTE (self->quote)) : 0;

  if (quoted) {
    g_autofree char *action = g_strdup_printf ("conversation.go-to(int64 %" G_GINT64_FORMAT ")", quoted);

    g_menu_append (menu, _("_Go to Quoted Message"), action);
  }
  if (self->source.links)
    stonechat_links_add_to_menu (self->source.links, menu);
  if (self->heads->len > 0)
    g_menu_append (menu, _("Copy C_ode"), "message.copy-code");
}

GtkWidget *
stonechat_message_text_new (void)
{
  return g_object_new (STONECHAT_TYPE_MESSAGE_TEXT, NULL);
}

static void
stonechat_message_text_dispose (GObject *object)
{
  StonechatMessageText *self = STONECHAT_MESSAGE_TEXT (object);

  g_ptr_array_set_size (self->heads, 0);
  g_clear_pointer (&self->quote, gtk_widget_unparent);
  G_OBJECT_CLASS (stonechat_message_text_parent_class)->dispose (object);
}

static void
stonechat_message_text_finalize (GObject *object)
{
  StonechatMessageText *self = STONECHAT_MESSAGE_TEXT (object);

  stonechat_message_meta_clear (&self->meta);
  clear_source (&self->source);
  g_clear_pointer (&self->found, g_array_unref);
  g_array_unref (self->parts);
  g_ptr_array_unref (self->heads);
  g_free (self->text);
  g_free (self->tip);
  g_free (self->actor);
  G_OBJECT_CLASS (stonechat_message_text_parent_class)->finalize (object);
}

static void
stonechat_message_text_class_init (StonechatMessageTextClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = stonechat_message_text_dispose;
  G_OBJECT_CLASS (klass)->finalize = stonechat_message_text_finalize;
  widget_class->measure = stonechat_message_text_measure;
  widget_class->size_allocate = stonechat_message_text_size_allocate;
  widget_class->snapshot = stonechat_message_text_snapshot;
  widget_class->get_request_mode = stonechat_message_text_get_request_mode;
  widget_class->query_tooltip = stonechat_message_text_query_tooltip;
  widget_class->css_changed = stonechat_message_text_css_changed;
  widget_class->direction_changed = stonechat_message_text_direction_changed;
  gtk_widget_class_set_css_name (widget_class, "bubble");
  gtk_widget_class_set_accessible_role (widget_class, GTK_ACCESSIBLE_ROLE_GENERIC);
}

static void
stonechat_message_text_init (StonechatMessageText *self)
{
  GtkGesture *click = gtk_gesture_click_new ();
  GtkEventController *motion = gtk_event_controller_motion_new ();

  self->text = g_strdup ("");
  self->most = -1;
  stonechat_message_meta_set (&self->meta, "");
  self->styled = TRUE;
  self->source.text = self->text;
  self->parts = stonechat_text_parts_new (&self->source);
  self->heads = g_ptr_array_new_with_free_func ((GDestroyNotify) gtk_widget_unparent);
  gtk_widget_set_has_tooltip (GTK_WIDGET (self), TRUE);
  g_signal_connect (click, "released", G_CALLBACK (released_cb), self);
  gtk_widget_add_controller (GTK_WIDGET (self), GTK_EVENT_CONTROLLER (click));
  g_signal_connect (motion, "motion", G_CALLBACK (motion_cb), self);
  gtk_widget_add_controller (GTK_WIDGET (self), motion);
}
