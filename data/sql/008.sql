-- SPDX-License-Identifier: GPL-3.0-or-later
-- SPDX-FileCopyrightText: The Stonechat authors
--
-- What the user changes of messages and the server may not know of yet: corrections, retractions, reactions. And what is done
-- here only.

-- type: a ChatNewType. state: a ChatMessageState, as a message's. text: the new one, or the emojis; before: the emojis until then.
-- after: it goes out after the messages up to this row. cursor, written: as a message's.
CREATE TABLE outgoing (
  id               INTEGER PRIMARY KEY AUTOINCREMENT,
  message          INTEGER NOT NULL REFERENCES message ON DELETE CASCADE,
  type             INTEGER NOT NULL,
  state            INTEGER NOT NULL,
  time             INTEGER NOT NULL,
  stanza_id        TEXT    NOT NULL,
  text             TEXT,
  before           TEXT,
  after            INTEGER NOT NULL,
  cursor           TEXT,
  written          INTEGER NOT NULL DEFAULT 0
) STRICT;
CREATE INDEX outgoing_message ON outgoing (message, type);
CREATE INDEX outgoing_stanza ON outgoing (stanza_id);

-- The user wants to read again from this position on; NULL: no. It lies over read_position, of which others are told.
ALTER TABLE conversation ADD COLUMN unread_from INTEGER;
