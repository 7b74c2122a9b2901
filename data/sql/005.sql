-- SPDX-License-Identifier: GPL-3.0-or-later
-- SPDX-FileCopyrightText: The Stonechat authors
--
-- What is still to be said of a message that was stored, and what its archive can tell of one that failed.

-- Receipts that are owed (XEP-0184): written with the message, taken away with the stream's state that has the receipt in it.
-- jid: full, of who asked. type: an XmppMessageType.
CREATE TABLE receipt (
  id               INTEGER PRIMARY KEY AUTOINCREMENT,
  account          INTEGER NOT NULL REFERENCES account ON DELETE CASCADE,
  jid              TEXT    NOT NULL,
  stanza_id        TEXT    NOT NULL,
  type             INTEGER NOT NULL
) STRICT;
CREATE INDEX receipt_account ON receipt (account);

-- An empty cursor is from now on written when a message comes back, not when it is tried again. Of those that have failed
-- nobody knows any more which did.
UPDATE message SET cursor = '' WHERE state = 6;
