/* SPDX-License-Identifier: GPL-3.0-or-later
 * SPDX-FileCopyrightText: The Stonechat authors */
#include "stonechat-message-text-part.h"
#include "stonechat-links.h"

#include <string.h>

#define MOST_PARTS 64        /* what comes after them is one plain part */
#define MOST_BARS 6          /* quotations further in are drawn as deep as that */
#define BAR 3
#define PART_GAP 4
#define CODE_PADDING 8
#define CODE_HEAD 28
#define CODE_WIDTH 120       /* at least: its button stands above it */
#define CODE_SCALE 0.94
#define EMOJI_SCALE 2.6
#define QUIET 0xa800         /* opacity of the marks, 0.66: at least 4.5:1 on both bubbles */
#define QUOTED 0xc000
#define GROUND 0.07
#define NOT_LAID_OUT -2

/* -- cutting up ------------------------------------------------------------------------------------------------------ */

static void
part_clear (gpointer data)
{
  StonechatTextPart *part = data;

  g_clear_object (&part->layout);
  g_free (part->language);
}

static StonechatTextPart *
add_part (GArray *parts, guint start, guint end, guint depth, gboolean code)
{
  StonechatTextPart part = { .start = start, .end = end, .depth = MIN (depth, MOST_BARS), .code = code, .natural = -1 };

  g_array_append_val (parts, part);
  return &g_array_index (parts, StonechatTextPart, parts->len - 1);
}

/* A fence and what follows it until its end. Gives the number of lines. An empty one shows its fence, so that nothing is hidden. */
static guint
add_code (GArray *parts, const StonechatTextSource *source, guint at)
{
  const StonechatLine *lines = (const StonechatLine *) source->styling->lines->data, *fence = lines + at;
  guint n = source->styling->lines->len, last = at;
  StonechatTextPart *part;

  while (last + 1 < n && lines[last + 1].kind == STONECHAT_LINE_CODE)
    last++;
  if (last == at) {
    add_part (parts, fence->start, fence->end, fence->depth, TRUE);
  } else {
    part = add_part (parts, lines[at + 1].start, lines[last].end, fence->depth, TRUE);
    part->language = g_strndup (source->text + fence->text + 3, fence->end - fence->text - 3);
    g_strstrip (part->language);
    if (*part->language == '\0')
      g_clear_pointer (&part->language, g_free);
  }
  if (last + 1 < n && lines[last + 1].kind == STONECHAT_LINE_CODE_END)
    last++;
  return last - at + 1;
}

GArray *
stonechat_text_parts_new (const StonechatTextSource *source)
{
  GArray *parts = g_array_new (FALSE, FALSE, sizeof (StonechatTextPart));
  const StonechatLine *lines = source->styling ? (const StonechatLine *) source->styling->lines->data : NULL;
  guint n = lines ? source->styling->lines->len : 0, i = 0, length = strlen (source->text);

  g_array_set_clear_func (parts, part_clear);
  while (i < n && parts->len < MOST_PARTS) {
    guint first = i;

    if (lines[i].kind != STONECHAT_LINE_PLAIN) {
      i += add_code (parts, source, i);
      continue;
    }
    while (i < n && lines[i].kind == STONECHAT_LINE_PLAIN && lines[i].depth == lines[first].depth)
      i++;
    add_part (parts, lines[first].start, lines[i - 1].end, lines[first].depth, FALSE);
  }
  if (i < n || parts->len == 0)
    add_part (parts, i < n ? lines[i].start : 0, length, 0, FALSE);
  return parts;
}

/* -- attributes ------------------------------------------------------------------------------------------------------ */

static int
compare_attributes (gconstpointer a, gconstpointer b)
{
  const PangoAttribute *one = *(PangoAttribute *const *) a, *other = *(PangoAttribute *const *) b;

  return one->start_index < other->start_index ? -1 : one->start_index > other->start_index;
}

/* For these bytes of the text. */
static void
add (GPtrArray *attributes, const StonechatTextPart *part, guint start, guint end, PangoAttribute *attribute)
{
  attribute->start_index = stonechat_text_part_to_layout (part, start);
  attribute->end_index = stonechat_text_part_to_layout (part, end);
  g_ptr_array_add (attributes, attribute);
}

/* For all of it. */
static void
add_overall (GPtrArray *attributes, PangoAttribute *attribute)
{
  g_ptr_array_add (attributes, attribute);
}

static void
add_spans (GPtrArray *attributes, const StonechatTextPart *part, const StonechatTextSource *source)
{
  for (guint i = 0; i < source->styling->spans->len; i++) {
    const StonechatSpan *span = &g_array_index (source->styling->spans, StonechatSpan, i);

    if (span->start < part->start || span->end > part->end)
      continue;
    switch (span->kind) {
    case STONECHAT_SPAN_STRONG:
      add (attributes, part, span->start, span->end, pango_attr_weight_new (PANGO_WEIGHT_BOLD));
      break;
    case STONECHAT_SPAN_EMPHASIS:
      add (attributes, part, span->start, span->end, pango_attr_style_new (source->actor ? PANGO_STYLE_NORMAL : PANGO_STYLE_ITALIC));
      break;
    case STONECHAT_SPAN_STRIKE:
      add (attributes, part, span->start, span->end, pango_attr_strikethrough_new (TRUE));
      break;
    case STONECHAT_SPAN_CODE:
    case STONECHAT_N_SPANS:
    default:
      add (attributes, part, span->start, span->end, pango_attr_family_new ("monospace"));
      add (attributes, part, span->start, span->end, pango_attr_scale_new (CODE_SCALE));
    }
    add (attributes, part, span->start, span->start + 1, pango_attr_foreground_alpha_new (QUIET));
    add (attributes, part, span->end - 1, span->end, pango_attr_foreground_alpha_new (QUIET));
  }
}

/* The bar stands for the marks of a quotation: they take no place, but they are there when it is selected and copied. */
static void
hide_marks (GPtrArray *attributes, const StonechatTextPart *part, const StonechatTextSource *source)
{
  static const PangoRectangle nothing = { 0, 0, 0, 0 };

  for (guint i = 0; i < source->styling->lines->len; i++) {
    const StonechatLine *line = &g_array_index (source->styling->lines, StonechatLine, i);

    if (line->start < part->start || line->end > part->end || line->text == line->start)
      continue;
    add (attributes, part, line->start, line->text, pango_attr_shape_new (&nothing, &nothing));
  }
}

static void
add_links (GPtrArray *attributes, const StonechatTextPart *part, const StonechatTextSource *source, GtkWidget *widget)
{
  GdkRGBA color;
  gboolean has_color = gtk_style_context_lookup_color (gtk_widget_get_style_context (widget), "link_on_bubble", &color);

  for (guint i = 0; i < source->links->len; i++) {
    const StonechatLink *link = &g_array_index (source->links, StonechatLink, i);

    if (link->start < part->start || link->end > part->end)
      continue;
    add (attributes, part, link->start, link->end, pango_attr_underline_new (PANGO_UNDERLINE_SINGLE));
    if (has_color)
      add (attributes, part, link->start, link->end,
           pango_attr_foreground_new (color.red * 0xffff, color.green * 0xffff, color.blue * 0xffff));
  }
}

/* NULL: none, as in most texts. */
static PangoAttrList *
make_attributes (const StonechatTextPart *part, const StonechatTextSource *source, GtkWidget *widget)
{
  g_autoptr (GPtrArray) attributes = NULL;
  PangoAttrList *list;

  if (!source->styling && !source->links && !source->actor && !source->emoji)
    return NULL;
  attributes = g_ptr_array_new ();
  if (part->depth > 0)
    add_overall (attributes, pango_attr_foreground_alpha_new (QUOTED));
  if (part->code) {
    add_overall (attributes, pango_attr_family_new ("monospace"));
    add_overall (attributes, pango_attr_scale_new (CODE_SCALE));
  }
  if (source->actor)
    add_overall (attributes, pango_attr_style_new (PANGO_STYLE_ITALIC));
  if (source->emoji)
    add_overall (attributes, pango_attr_scale_new (EMOJI_SCALE));
  if (source->styling)
    add_spans (attributes, part, source);
  if (part->depth > 0)
    hide_marks (attributes, part, source);
  if (source->links)
    add_links (attributes, part, source, widget);
  /* The list takes them one by one; only at its end that is quick. */
  g_ptr_array_sort (attributes, compare_attributes);
  list = pango_attr_list_new ();
  for (guint i = 0; i < attributes->len; i++)
    pango_attr_list_insert (list, attributes->pdata[i]);
  return list;
}

/* -- layout ---------------------------------------------------------------------------------------------------------- */

guint
stonechat_text_part_to_text (const StonechatTextPart *part, guint index)
{
  return index < part->shown ? part->start : MIN (part->end, part->start + part->skipped + index - part->shown);
}

guint
stonechat_text_part_to_layout (const StonechatTextPart *part, guint index)
{
  if (index <= part->start)
    return 0;
  return part->shown + MAX (part->start + part->skipped, MIN (index, part->end)) - part->start - part->skipped;
}

static void
set_text (StonechatTextPart *part, const StonechatTextSource *source)
{
  g_autoptr (GString) text = NULL;

  if (!source->actor || part->start > 0) {
    pango_layout_set_text (part->layout, source->text + part->start, part->end - part->start);
    return;
  }
  /* S-90: a name does not turn around what stands beside it. */
  text = g_string_new (NULL);
  g_string_append_printf (text, "\u2068%s\u2069", source->actor);
  part->shown = text->len;
  part->skipped = strlen ("/me");
  g_string_append_len (text, source->text + part->skipped, part->end - part->skipped);
  pango_layout_set_text (part->layout, text->str, text->len);
}

static void
make_layout (StonechatTextPart *part, GtkWidget *widget, const StonechatTextSource *source)
{
  PangoContext *context = gtk_widget_create_pango_context (widget);
  PangoAttrList *attributes;

  /* Each paragraph goes to its own side, whatever the direction of the window: from left to right, and flipped if it is not. */
  pango_context_set_base_dir (context, PANGO_DIRECTION_LTR);
  part->layout = pango_layout_new (context);
  g_object_unref (context);
  set_text (part, source);
  attributes = make_attributes (part, source, widget);
  pango_layout_set_attributes (part->layout, attributes);
  g_clear_pointer (&attributes, pango_attr_list_unref);
  pango_layout_set_wrap (part->layout, PANGO_WRAP_WORD_CHAR);
  pango_layout_set_auto_dir (part->layout, !part->code);
  part->natural = -1;
  part->width = NOT_LAID_OUT;
}

static int
indent (const StonechatTextPart *part)
{
  return part->depth * STONECHAT_QUOTE_INDENT;
}

static gboolean
fits (const StonechatTextPart *part, int width)
{
  return part->natural >= 0 && (width < 0 || width >= part->natural);
}

/* What is not wrapped says how wide it would like to be. */
static void
learn (StonechatTextPart *part)
{
  int widest = 0;

  part->rtl = part->ltr = FALSE;
  for (const GSList *line = pango_layout_get_lines_readonly (part->layout); line; line = line->next) {
    gboolean rtl = pango_layout_line_get_resolved_direction (line->data) == PANGO_DIRECTION_RTL;

    part->rtl = part->rtl || rtl;
    part->ltr = part->ltr || !rtl;
  }
  if (part->width >= 0 && pango_layout_is_wrapped (part->layout))
    return;
  pango_layout_get_pixel_size (part->layout, &part->natural, NULL);
  if (!part->rtl || !part->ltr)
    return;
  /* Those of both sides reach over all of the width. */
  for (const GSList *line = pango_layout_get_lines_readonly (part->layout); line; line = line->next) {
    PangoRectangle extents;

    pango_layout_line_get_pixel_extents (line->data, NULL, &extents);
    widest = MAX (widest, extents.width);
  }
  part->natural = widest;
}

/* Laying out is what a row costs most: once it is done without a line that is wrapped, it serves for each width that is wide
 * enough, unless lines stand at both sides. Gives how far all stands further to the right then. */
static int
set_width (StonechatTextPart *part, int width)
{
  gboolean new = part->width == NOT_LAID_OUT;

  /* Pango calls a line wrapped that ends with such a separator, so it says nothing of the width. */
  if (new && width >= 0 && strstr (pango_layout_get_text (part->layout), "\u2028")) {
    set_width (part, -1);
    new = FALSE;
  }
  if (!new && fits (part, width) && fits (part, part->width) && !(part->rtl && part->ltr))
    return part->rtl ? (width < 0 ? part->natural : width) - (part->width < 0 ? part->natural : part->width) : 0;
  if (part->width != width) {
    pango_layout_set_width (part->layout, width < 0 ? -1 : width * PANGO_SCALE);
    part->width = width;
  }
  if (new || part->natural < 0)
    learn (part);
  return 0;
}

/* Gives the width that the part needs. */
static int
lay_out (StonechatTextPart *part, GtkWidget *widget, const StonechatTextSource *source, int width, int y)
{
  int around = indent (part) + (part->code ? 2 * CODE_PADDING : 0), inner = width < 0 ? -1 : MAX (1, width - around);
  int height, shift;

  if (!part->layout)
    make_layout (part, widget, source);
  shift = set_width (part, inner);
  pango_layout_get_pixel_size (part->layout, NULL, &height);
  part->x = (part->rtl ? shift : indent (part)) + (part->code ? CODE_PADDING : 0);
  part->y = y + (part->code ? CODE_HEAD : 0);
  part->height = height + (part->code ? CODE_HEAD + CODE_PADDING : 0);
  return MAX (fits (part, inner) ? part->natural : inner, part->code ? CODE_WIDTH : 0) + around;
}

void
stonechat_text_parts_lay_out (GArray *parts, GtkWidget *widget, const StonechatTextSource *source, int width, int top, int *needed, int *bottom)
{
  *needed = 0;
  *bottom = top;
  for (guint i = 0; i < parts->len; i++) {
    StonechatTextPart *part = &g_array_index (parts, StonechatTextPart, i);
    int one;

    /* The bars of quotations that go on have no gaps. */
    if (i > 0 && (part[-1].depth == 0 || part->depth == 0 || part->code || part[-1].code))
      *bottom += PART_GAP;
    one = lay_out (part, widget, source, width, *bottom);
    *needed = MAX (*needed, one);
    *bottom += part->height;
  }
}

void
stonechat_text_parts_forget (GArray *parts)
{
  for (guint i = 0; i < parts->len; i++)
    g_clear_object (&g_array_index (parts, StonechatTextPart, i).layout);
}

StonechatTextPart *
stonechat_text_parts_at (GArray *parts, double y)
{
  for (guint i = 0; i < parts->len; i++) {
    StonechatTextPart *part = &g_array_index (parts, StonechatTextPart, i);

    if (y < stonechat_text_part_get_head (part, NULL) + part->height || i == parts->len - 1)
      return part;
  }
  g_assert_not_reached ();
}

PangoLayoutLine *
stonechat_text_part_get_last_line (StonechatTextPart *part)
{
  return pango_layout_get_line_readonly (part->layout, pango_layout_get_line_count (part->layout) - 1);
}

int
stonechat_text_part_get_head (const StonechatTextPart *part, int *height)
{
  if (height)
    *height = part->code ? CODE_HEAD : 0;
  return part->y - (part->code ? CODE_HEAD : 0);
}

char *
stonechat_text_part_dup_code (const StonechatTextPart *part, const StonechatTextSource *source)
{
  GString *code = g_string_new (NULL);

  for (guint i = 0; i < source->styling->lines->len; i++) {
    const StonechatLine *line = &g_array_index (source->styling->lines, StonechatLine, i);

    if (line->start < part->start || line->end > part->end || line->kind != STONECHAT_LINE_CODE)
      continue;
    g_string_append_len (code, source->text + line->text, line->end - line->text);
    g_string_append_c (code, '\n');
  }
  return g_string_free (code, FALSE);
}

/* -- drawing --------------------------------------------------------------------------------------------------------- */

static void
snapshot_code_ground (StonechatTextPart *part, GtkSnapshot *snapshot, int width, const GdkRGBA *color)
{
  int x = part->rtl ? 0 : indent (part);
  graphene_rect_t bounds = GRAPHENE_RECT_INIT (x, stonechat_text_part_get_head (part, NULL), width - indent (part), part->height);
  GskRoundedRect shape;
  GdkRGBA ground = *color;

  ground.alpha *= GROUND;
  gsk_rounded_rect_init_from_rect (&shape, &bounds, 8);
  gtk_snapshot_push_rounded_clip (snapshot, &shape);
  gtk_snapshot_append_color (snapshot, &ground, &bounds);
  gtk_snapshot_pop (snapshot);
}

/* A bar goes on to the next part where that stands in the same quotation. */
static void
snapshot_bars (StonechatTextPart *part, const StonechatTextPart *next, GtkSnapshot *snapshot, int width, const GdkRGBA *color)
{
  int top = stonechat_text_part_get_head (part, NULL);
  GdkRGBA bar = *color;

  bar.alpha *= 0.35;
  for (guint i = 0; i < part->depth; i++) {
    int bottom = next && i < next->depth ? stonechat_text_part_get_head (next, NULL) : top + part->height;
    int x = i * STONECHAT_QUOTE_INDENT;

    gtk_snapshot_append_color (snapshot, &bar, &GRAPHENE_RECT_INIT (part->rtl ? width - x - BAR : x, top, BAR, bottom - top));
  }
}

void
stonechat_text_parts_snapshot_grounds (GArray *parts, GtkSnapshot *snapshot, int width, const GdkRGBA *color)
{
  for (guint i = 0; i < parts->len; i++) {
    StonechatTextPart *part = &g_array_index (parts, StonechatTextPart, i);

    if (part->code)
      snapshot_code_ground (part, snapshot, width, color);
    if (part->depth > 0)
      snapshot_bars (part, i + 1 < parts->len ? part + 1 : NULL, snapshot, width, color);
  }
}

void
stonechat_text_parts_snapshot (GArray *parts, GtkSnapshot *snapshot, const GdkRGBA *color)
{
  for (guint i = 0; i < parts->len; i++) {
    StonechatTextPart *part = &g_array_index (parts, StonechatTextPart, i);

    gtk_snapshot_save (snapshot);
    gtk_snapshot_translate (snapshot, &GRAPHENE_POINT_INIT (part->x, part->y));
    gtk_snapshot_append_layout (snapshot, part->layout, color);
    gtk_snapshot_restore (snapshot);
  }
}
