/* SPDX-License-Identifier: GPL-3.0-or-later
 * SPDX-FileCopyrightText: The Stonechat authors */
#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

/* A resolver that knows what it was told, and remembers what it was asked. Unknown names are not found. */
#define TEST_TYPE_RESOLVER (test_resolver_get_type ())
G_DECLARE_FINAL_TYPE (TestResolver, test_resolver, TEST, RESOLVER, GResolver)

TestResolver *test_resolver_new         (void);
/* name: "_xmpp-client._tcp.a.test"; target "." is one of the cases. */
void          test_resolver_add_service (TestResolver *self, const char *name, guint16 priority, guint16 weight,
                                         guint16 port, const char *target);
void          test_resolver_add_host    (TestResolver *self, const char *name, const char *address);
/* Questions for this name are answered only by being cancelled. */
void          test_resolver_hang        (TestResolver *self, const char *name);
/* Questions for this name fail as when there is no DNS. */
void          test_resolver_fail        (TestResolver *self, const char *name);
gboolean      test_resolver_was_asked   (TestResolver *self, const char *name);

G_END_DECLS
