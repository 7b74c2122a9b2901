/* SPDX-License-Identifier: GPL-3.0-or-later
 * SPDX-FileCopyrightText: The Stonechat authors */
#pragma once

#include "xmpp-archive-module.h"

/* An archive that keeps every question until the test answers it. It takes the place of the real module in the linking. */
typedef struct _XmppArchiveModule FakeArchive;

FakeArchive *fake_archive_new      (void);
guint        fake_archive_n_asked  (FakeArchive *self);                 /* questions so far */
guint        fake_archive_n_open   (FakeArchive *self);                 /* of them not answered yet */
void         fake_archive_set_searches (FakeArchive *self, gboolean searches);
/* The oldest open question: "with after start", each as it was asked, or "-"; and what was searched for. */
char        *fake_archive_describe (FakeArchive *self);
/* Answers it with a page of messages, each an XML text and "" for one that was removed; their ids in the archive are
 * "prefix-0" and so on. */
void         fake_archive_answer   (FakeArchive *self, const char *prefix, gboolean complete, const char *const *messages);
void         fake_archive_refuse   (FakeArchive *self, GQuark domain, int code);
