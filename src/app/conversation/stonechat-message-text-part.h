/* SPDX-License-Identifier: GPL-3.0-or-later
 * SPDX-FileCopyrightText: The Stonechat authors */
#pragma once

#include <gtk/gtk.h>
#include "stonechat-styling.h"

G_BEGIN_DECLS

/* What a message says, as it is to be seen. Plain text is one part with one PangoLayout; each quotation and each
 * preformatted text is a part of its own, for it stands further in or on a ground of its own. */

#define STONECHAT_QUOTE_INDENT 11    /* px for each quotation around */

/* All that is known of a text by itself, without a font. */
typedef struct {
  const char *text;            /* valid UTF-8 */
  const char *actor;           /* who does what the text says (XEP-0245), NULL: it is no action */
  StonechatStyling *styling;   /* nullable */
  GArray *links;               /* of StonechatLink, nullable */
  gboolean emoji;              /* nothing but one to three emoji */
} StonechatTextSource;

typedef struct {
  guint start, end;            /* the bytes of the text that it shows */
  guint depth;                 /* in how many quotations it stands */
  gboolean code;
  char *language;              /* what stands behind the fence, NULL: nothing */
  guint shown, skipped;        /* so many bytes at the layout's start stand for so many of the text */
  PangoLayout *layout;         /* made when it is first asked for */
  int natural;                 /* its width where nothing is wrapped, in px; -1: not known, it has only been laid out wrapped */
  int width;                   /* the one it is laid out for, -1: not wrapped */
  gboolean rtl, ltr;           /* a paragraph of it goes from right to left; from left to right */
  int x, y, height;            /* where its layout stands, and how high it is, as it was laid out last */
} StonechatTextPart;

/* Of StonechatTextPart, at least one. */
GArray     *stonechat_text_parts_new       (const StonechatTextSource *source);
/* Lays all of them out below one another, from top on; width -1: as wide as they like. Gives how wide a place they need, all of the
 * width where something is wrapped, and where they end. */
void        stonechat_text_parts_lay_out   (GArray *parts, GtkWidget *widget, const StonechatTextSource *source, int width, int top,
                                            int *needed, int *bottom);
/* Fonts or colours have changed. */
void        stonechat_text_parts_forget    (GArray *parts);
/* Grounds and bars, then the letters. */
void        stonechat_text_parts_snapshot_grounds (GArray *parts, GtkSnapshot *snapshot, int width, const GdkRGBA *color);
void        stonechat_text_parts_snapshot  (GArray *parts, GtkSnapshot *snapshot, const GdkRGBA *color);
/* The part at a height, or the one nearest to it. */
StonechatTextPart *stonechat_text_parts_at (GArray *parts, double y);
/* The byte of the text that a byte of the layout shows, and the other way round. */
guint       stonechat_text_part_to_text    (const StonechatTextPart *part, guint index);
guint       stonechat_text_part_to_layout  (const StonechatTextPart *part, guint index);
PangoLayoutLine *stonechat_text_part_get_last_line (StonechatTextPart *part);
/* Preformatted text without the marks of the quotations around it; to be freed. */
char       *stonechat_text_part_dup_code   (const StonechatTextPart *part, const StonechatTextSource *source);
/* The top of the line above preformatted text, in which its button stands, and that line's height. */
int         stonechat_text_part_get_head   (const StonechatTextPart *part, int *height);

G_END_DECLS
