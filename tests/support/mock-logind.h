/* SPDX-License-Identifier: GPL-3.0-or-later
 * SPDX-FileCopyrightText: The Stonechat authors */
#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

/* The one that tells of sleep, on a bus of its own. */
typedef struct _MockLogind MockLogind;

MockLogind      *mock_logind_new   (void);
void             mock_logind_free  (MockLogind *self);
/* For the one who listens; borrowed. */
GDBusConnection *mock_logind_get_bus (MockLogind *self);
/* PrepareForSleep: TRUE before, FALSE after; it is in the listener's main context when this returns. From an impostor: by somebody who does not own logind's name. */
void             mock_logind_sleep (MockLogind *self, gboolean going, gboolean impostor);

G_END_DECLS
