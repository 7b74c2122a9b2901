/* SPDX-License-Identifier: GPL-3.0-or-later
 * SPDX-FileCopyrightText: The Stonechat authors */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* 128 random bits from the system's generator as 32 hexadecimal digits: no counter, no time (S-08, S-116). */
char *xmpp_id_new (void);

G_END_DECLS
