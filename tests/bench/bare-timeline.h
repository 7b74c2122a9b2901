/* SPDX-License-Identifier: GPL-3.0-or-later
 * SPDX-FileCopyrightText: The Stonechat authors */
#pragma once

#include <gtk/gtk.h>

G_BEGIN_DECLS

/* What scrolling texts costs at least: a scrollable of own rows, of which each is one PangoLayout on a background, and exists only
 * near the view. No store, no times, no marks, no selection, no keys, nothing that changes. For a figure to hold ours against. */
#define BARE_TYPE_TIMELINE (bare_timeline_get_type ())
G_DECLARE_FINAL_TYPE (BareTimeline, bare_timeline, BARE, TIMELINE, GtkWidget)

/* text: of a row, owned by the caller until the next call. It opens at the end. */
GtkWidget *bare_timeline_new (guint n, const char *(*text) (guint position));

G_END_DECLS
