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

/* Host and port as they were typed, both may be empty. NULL when they are right, else a sentence; *at_port tells at which
 * of the two it belongs. *number is 0 for no port. */
const char *stonechat_server_check   (const char *host, const char *port, guint *number, gboolean *at_port);

G_END_DECLS
