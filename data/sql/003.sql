-- SPDX-License-Identifier: GPL-3.0-or-later
-- SPDX-FileCopyrightText: The Stonechat authors
--
-- The archive on the server, and what may be missing of it here. Positions are from now on one order for all messages of an
-- account, so that a gap, which lies between two messages of any chats, has a place in it.

-- In each chat the newest had the highest, so the order of their arrival is one for all.
UPDATE message SET position = id << 16;

-- position: the last one that was given to something live or typed. cursor: the id of the last message that the archive
-- itself gave when it was read up to its end; never that of a live one.
CREATE TABLE history (
  account          INTEGER PRIMARY KEY REFERENCES account ON DELETE CASCADE,
  position         INTEGER NOT NULL,
  cursor           TEXT,
  cursor_time      INTEGER NOT NULL DEFAULT 0
) STRICT;

INSERT INTO history (account, position)
  SELECT a.id, ifnull (max (m.position), 0)
  FROM account a LEFT JOIN conversation c ON c.account = a.id LEFT JOIN message m ON m.conversation = c.id GROUP BY a.id;

-- What the archive may have between after_id and before_id. after_id NULL: from the beginning; before_id NULL: up to its
-- end, nothing was read yet. What is found goes to positions below position, which falls. top: position at the beginning;
-- first_row: messages with a higher id came later. fresh: opened while there was no stream, so that a resumption closes it.
-- import: nothing was known before, so nothing in it is news. lost: one of its ids is not in the archive any more, so that
-- the times count.
CREATE TABLE gap (
  id               INTEGER PRIMARY KEY AUTOINCREMENT,
  account          INTEGER NOT NULL REFERENCES account ON DELETE CASCADE,
  after_id         TEXT,
  after_time       INTEGER NOT NULL DEFAULT 0,
  before_id        TEXT,
  before_time      INTEGER NOT NULL DEFAULT 0,
  position         INTEGER NOT NULL,
  top              INTEGER NOT NULL,
  first_row        INTEGER NOT NULL,
  fresh            INTEGER NOT NULL DEFAULT 0,
  import           INTEGER NOT NULL DEFAULT 0,
  lost             INTEGER NOT NULL DEFAULT 0
) STRICT;
CREATE INDEX gap_account ON gap (account, position);

-- The same for one chat that was filled ahead of the others.
CREATE TABLE gap_chat (
  gap              INTEGER NOT NULL REFERENCES gap ON DELETE CASCADE,
  conversation     INTEGER NOT NULL REFERENCES conversation ON DELETE CASCADE,
  before_id        TEXT,
  before_time      INTEGER NOT NULL DEFAULT 0,
  position         INTEGER NOT NULL,
  complete         INTEGER NOT NULL DEFAULT 0,
  PRIMARY KEY (gap, conversation)
) STRICT, WITHOUT ROWID;
CREATE INDEX gap_chat_conversation ON gap_chat (conversation);

-- read_position: what the others wrote is read up to here, on one of our devices. told: up to here they and our other
-- devices were told so.
ALTER TABLE conversation ADD COLUMN read_position INTEGER NOT NULL DEFAULT -9000000000000000000;
ALTER TABLE conversation ADD COLUMN told INTEGER NOT NULL DEFAULT -9000000000000000000;
UPDATE conversation SET read_position = ifnull (
  (SELECT position - 1 FROM message WHERE id = first_unread),
  ifnull ((SELECT max (position) FROM message WHERE conversation = conversation.id), -9000000000000000000));
UPDATE conversation SET told = read_position;

-- activity is from now on the time of the last message, but for live ones always more than any before.
UPDATE conversation SET activity = ifnull ((SELECT time FROM message WHERE id = last_message), activity);
CREATE INDEX conversation_activity ON conversation (activity);

-- A lot counts what it adds once for each chat: for each row it cost more than the rows.
DROP TRIGGER message_added;

-- markable: the sender asks for a displayed marker. cursor, written: the account's cursor and the time when it was first
-- handed to a stream. edited: the time of the last correction. reactions: a line for each sender, "own" or "peer", a tab,
-- and emojis with spaces between.
ALTER TABLE message ADD COLUMN markable INTEGER NOT NULL DEFAULT 0;
ALTER TABLE message ADD COLUMN cursor TEXT;
ALTER TABLE message ADD COLUMN written INTEGER NOT NULL DEFAULT 0;
ALTER TABLE message ADD COLUMN edited INTEGER NOT NULL DEFAULT 0;
ALTER TABLE message ADD COLUMN retracted INTEGER NOT NULL DEFAULT 0;
ALTER TABLE message ADD COLUMN reactions TEXT;
-- Others are found by their stanza's id: ids of archives have no order, and each index of such costs a third of a message.
CREATE INDEX message_archive ON message (conversation, archive_id) WHERE archive_id IS NOT NULL AND stanza_id IS NULL;
CREATE INDEX message_without_id ON message (conversation, time) WHERE stanza_id IS NULL;
-- Own ones that can still become delivered or read.
CREATE INDEX message_unread ON message (conversation, position) WHERE own AND state IN (3, 4);

-- What a message said before, and the corrections that were applied. stanza_id NULL: the first text.
CREATE TABLE message_version (
  message          INTEGER NOT NULL REFERENCES message ON DELETE CASCADE,
  stanza_id        TEXT,
  time             INTEGER NOT NULL,
  text             TEXT
) STRICT;
CREATE INDEX message_version_message ON message_version (message, stanza_id);

CREATE TABLE reaction (
  message          INTEGER NOT NULL REFERENCES message ON DELETE CASCADE,
  own              INTEGER NOT NULL,
  time             INTEGER NOT NULL,
  emojis           TEXT    NOT NULL,
  PRIMARY KEY (message, own)
) STRICT, WITHOUT ROWID;

-- What came before the message that it changes. position: where it is shown as a message, should that never come.
CREATE TABLE pending_change (
  id               INTEGER PRIMARY KEY AUTOINCREMENT,
  account          INTEGER NOT NULL REFERENCES account ON DELETE CASCADE,
  jid              TEXT    NOT NULL,
  type             INTEGER NOT NULL,
  own              INTEGER NOT NULL,
  target           TEXT    NOT NULL,
  target_in_archive INTEGER NOT NULL,
  time             INTEGER NOT NULL,
  position         INTEGER NOT NULL,
  text             TEXT,
  stanza_id        TEXT,
  archive_id       TEXT
) STRICT;
CREATE INDEX pending_change_target ON pending_change (account, jid, target);

-- Stanzas as they came, for a week.
CREATE TABLE raw (
  message          INTEGER PRIMARY KEY REFERENCES message ON DELETE CASCADE,
  time             INTEGER NOT NULL,
  stanza           TEXT    NOT NULL
) STRICT;
CREATE INDEX raw_time ON raw (time);
