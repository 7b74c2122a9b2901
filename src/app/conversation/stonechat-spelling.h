/* SPDX-License-Identifier: GPL-3.0-or-later
 * SPDX-FileCopyrightText: The Stonechat authors */
#pragma once

#include <gtk/gtk.h>

G_BEGIN_DECLS

/* Marks misspelled words in a text view, a moment after it was written in, and dims the marks of message styling. Suggestions,
 * the dictionary of one's own and the language are in the view's menu.
 * Property: language (string, rw: "de_DE", "" none, as the user chose it; NULL: that of the system; notified when the user chooses).
 * Signal "for-all" (): the user wants this language everywhere. */
#define STONECHAT_TYPE_SPELLING (stonechat_spelling_get_type ())
G_DECLARE_FINAL_TYPE (StonechatSpelling, stonechat_spelling, STONECHAT, SPELLING, GObject)

/* It belongs to the view's owner and must not outlive the view. */
StonechatSpelling *stonechat_spelling_new          (GtkTextView *view);
void               stonechat_spelling_set_language (StonechatSpelling *self, const char *language);
const char        *stonechat_spelling_get_language (StonechatSpelling *self);
/* The menu is about to be opened by a key: it is about the word at the cursor. */
void               stonechat_spelling_prepare_menu (StonechatSpelling *self);
/* Checks at once what waits. */
void               stonechat_spelling_check_now    (StonechatSpelling *self);

G_END_DECLS
