/* SPDX-License-Identifier: GPL-3.0-or-later
 * SPDX-FileCopyrightText: The Stonechat authors */
#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

/* A Secret Service with one collection, on a session bus of its own: as good or as bad as it is told to be. Make it before
 * anything touches the session bus, one for a process. */
typedef struct _MockSecrets MockSecrets;

typedef enum {
  MOCK_SECRETS_GOOD,
  MOCK_SECRETS_LOCKED,       /* and the question for the keyring's password is dismissed */
  MOCK_SECRETS_DENIED,       /* an error for every call */
  MOCK_SECRETS_SILENT,       /* calls are kept, and answered when the mode changes */
  MOCK_SECRETS_ABSENT,       /* nobody on the bus has the name */
} MockSecretsMode;

MockSecrets *mock_secrets_new      (void);
void         mock_secrets_free     (MockSecrets *self);
/* Without items, and as if the client had just started. */
void         mock_secrets_reset    (MockSecrets *self, MockSecretsMode mode);
void         mock_secrets_set_mode (MockSecrets *self, MockSecretsMode mode);
/* profile NULL: an item as the first version wrote it. */
void         mock_secrets_add      (MockSecrets *self, const char *account, const char *profile, const char *password);
guint        mock_secrets_count    (MockSecrets *self);
/* The password of the first item whose attribute has this value, nullable. */
const char  *mock_secrets_find     (MockSecrets *self, const char *attribute, const char *value);
const char  *mock_secrets_get_attribute (MockSecrets *self, guint item, const char *attribute);
guint        mock_secrets_get_n_prompts (MockSecrets *self);

G_END_DECLS
