/* SPDX-License-Identifier: GPL-3.0-or-later
 * SPDX-FileCopyrightText: The Stonechat authors */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* How a text is styled after XEP-0393, as ranges of its bytes: nothing is taken out of the text or put into it. */

typedef enum {
  STONECHAT_LINE_PLAIN,
  STONECHAT_LINE_FENCE,     /* "```" and what may follow it: begins preformatted lines */
  STONECHAT_LINE_CODE,
  STONECHAT_LINE_CODE_END,  /* "```" alone */
} StonechatLineKind;

typedef struct {
  guint start, text, end;   /* bytes: where it begins, what follows the marks of its quotations, its end without the line break */
  guint depth;              /* in how many quotations it stands */
  StonechatLineKind kind;
} StonechatLine;

typedef enum { STONECHAT_SPAN_STRONG, STONECHAT_SPAN_EMPHASIS, STONECHAT_SPAN_STRIKE, STONECHAT_SPAN_CODE, STONECHAT_N_SPANS } StonechatSpanKind;

typedef struct {
  guint start, end;         /* bytes, with the mark at either side, which is one byte */
  StonechatSpanKind kind;
} StonechatSpan;

typedef struct {
  GArray *lines;            /* of StonechatLine, all of the text */
  GArray *spans;            /* of StonechatSpan, by their start; they nest and never overlap */
} StonechatStyling;

/* text: UTF-8. NULL: nothing in it is styled, as in most texts. The time is linear in its length (S-91). */
StonechatStyling *stonechat_styling_parse (const char *text);
void              stonechat_styling_free  (StonechatStyling *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (StonechatStyling, stonechat_styling_free)

G_END_DECLS
