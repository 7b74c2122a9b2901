/* SPDX-License-Identifier: GPL-3.0-or-later
 * SPDX-FileCopyrightText: The Stonechat authors */
#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

/* A certificate authority made at the test's start, and certificates of any kind and fault signed by it. */
typedef struct _TestAuthority TestAuthority;

typedef struct {
  const char *cn;             /* nullable */
  const char *names;          /* "dns:a.test srv:_xmpp-client.a.test xmpp:a.test ip:127.0.0.1", "" for none */
  int from_days, until_days;  /* from today; both 0: valid for a month */
  gboolean self_signed;
} TestCertificate;

TestAuthority   *test_authority_new          (void);
void             test_authority_free         (TestAuthority *self);
GTlsDatabase    *test_authority_get_database (TestAuthority *self);   /* borrowed: trusts this authority alone */
GTlsCertificate *test_authority_issue        (TestAuthority *self, const TestCertificate *wanted);   /* with its key */

G_END_DECLS
