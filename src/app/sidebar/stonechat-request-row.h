/* SPDX-License-Identifier: GPL-3.0-or-later
 * SPDX-FileCopyrightText: The Stonechat authors */
#pragma once

#include <gtk/gtk.h>
#include "chat-contact.h"

G_BEGIN_DECLS

/* Who asks to see our status, with the two answers. */
GtkWidget *stonechat_request_row_new (ChatRequest *request);

G_END_DECLS
