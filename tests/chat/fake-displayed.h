/* SPDX-License-Identifier: GPL-3.0-or-later
 * SPDX-FileCopyrightText: The Stonechat authors */
#pragma once

#include "xmpp-displayed-module.h"

G_BEGIN_DECLS

/* Keeps what is published about reading, and says what the tests want other devices to have said. It takes the place of the
 * real module in the linking, and there is none that knows what the server can do. */
typedef struct _XmppDisplayedModule FakeDisplayed;

FakeDisplayed *fake_displayed_new         (void);
GPtrArray     *fake_displayed_get         (FakeDisplayed *self);    /* of char *: "chat id" */
void           fake_displayed_set_missing (FakeDisplayed *self);    /* the server can't keep it */
void           fake_displayed_say         (FakeDisplayed *self, XmppJid *chat, const char *archive_id);

G_END_DECLS
