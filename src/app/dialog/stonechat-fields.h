/* SPDX-License-Identifier: GPL-3.0-or-later
 * SPDX-FileCopyrightText: The Stonechat authors */
#pragma once

#include <adwaita.h>

G_BEGIN_DECLS

/* What the forms share. */
char       *stonechat_field_dup_text (GtkWidget *row);                   /* without space around it */
/* For the eye and for screen readers. */
void        stonechat_field_mark     (GtkWidget *row, gboolean wrong);
/* The sentence of a problem, under the fields; NULL takes it away. */
void        stonechat_field_say      (GtkWidget *label, const char *text);

/* Gives the lists and rows in there, which libadwaita leaves without a name for screen readers, those of their groups and titles;
 * title: of groups that have none. */
void        stonechat_fields_name    (GtkWidget *form, const char *title);
/* The button that takes a drop-down's focus has no name: it gets this one, and what is chosen. */
void        stonechat_field_name_drop_down (GtkWidget *drop_down, const char *name);

/* Host and port as they were typed, both may be empty. NULL when they are right, else a sentence; *at_port tells at which
 * of the two it belongs. *number is 0 for no port. */
const char *stonechat_server_check   (const char *host, const char *port, guint *number, gboolean *at_port);

G_END_DECLS
