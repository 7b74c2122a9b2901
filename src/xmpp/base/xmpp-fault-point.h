/* SPDX-License-Identifier: GPL-3.0-or-later
 * SPDX-FileCopyrightText: The Stonechat authors */
#pragma once

/* Places at which a test lets the program be killed, to see that nothing is lost then, and nothing is there twice. They are
 * in a build with -Dfault_points=true only. STONECHAT_FAULT_POINT="NAME COUNT" says where, and at which passing. */
#ifdef STONECHAT_FAULT_POINTS
#include <glib.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>

#define XMPP_FAULT_POINT(name) \
  G_STMT_START { \
    static int passed; \
    const char *wanted = g_getenv ("STONECHAT_FAULT_POINT"); \
    if (wanted && g_str_has_prefix (wanted, name " ") && g_atomic_int_add (&passed, 1) + 1 == atoi (wanted + strlen (name))) \
      raise (SIGKILL); \
  } G_STMT_END
#else
#define XMPP_FAULT_POINT(name)
#endif
