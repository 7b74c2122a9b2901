-- SPDX-License-Identifier: GPL-3.0-or-later
-- SPDX-FileCopyrightText: The Stonechat authors
--
-- The first schema. Times are microseconds since 1970 in UTC. Addresses are normalised and bare. Enumerations are kept as
-- the numbers of ChatMessageState, ChatMessageKind, XmppSubscription and XmppAvailability, which therefore never change.

CREATE TABLE account (
  id               INTEGER PRIMARY KEY AUTOINCREMENT,
  jid              TEXT    NOT NULL UNIQUE,
  alias            TEXT,
  enabled          INTEGER NOT NULL DEFAULT 1,
  host             TEXT,
  port             INTEGER NOT NULL DEFAULT 0,
  direct_tls       INTEGER NOT NULL DEFAULT 0,
  pin_sha256       TEXT,
  client_certificate TEXT,
  resource         TEXT,
  remember         INTEGER NOT NULL DEFAULT 1,
  known_strength   INTEGER NOT NULL DEFAULT 0,
  allow_plain      INTEGER NOT NULL DEFAULT 0,
  availability     INTEGER NOT NULL DEFAULT 4,
  status_text      TEXT,
  priority         INTEGER NOT NULL DEFAULT 0,
  roster_version   TEXT
) STRICT;

-- Stream management: apart from the account, for it is written with every burst of messages.
CREATE TABLE stream_state (
  account          INTEGER PRIMARY KEY REFERENCES account ON DELETE CASCADE,
  state            TEXT    NOT NULL,
  time             INTEGER NOT NULL
) STRICT;

CREATE TABLE contact (
  account          INTEGER NOT NULL REFERENCES account ON DELETE CASCADE,
  jid              TEXT    NOT NULL,
  name             TEXT,
  subscription     INTEGER NOT NULL DEFAULT 0,
  ask              INTEGER NOT NULL DEFAULT 0,
  approved         INTEGER NOT NULL DEFAULT 0,
  PRIMARY KEY (account, jid)
) STRICT, WITHOUT ROWID;

CREATE TABLE contact_group (
  account          INTEGER NOT NULL,
  jid              TEXT    NOT NULL,
  name             TEXT    NOT NULL,
  PRIMARY KEY (account, jid, name),
  FOREIGN KEY (account, jid) REFERENCES contact ON DELETE CASCADE
) STRICT, WITHOUT ROWID;

-- What people's presence was when it was last seen: the first picture after a start.
CREATE TABLE presence (
  account          INTEGER NOT NULL REFERENCES account ON DELETE CASCADE,
  jid              TEXT    NOT NULL,
  availability     INTEGER NOT NULL,
  status_text      TEXT,
  last_seen        INTEGER NOT NULL DEFAULT 0,
  PRIMARY KEY (account, jid)
) STRICT, WITHOUT ROWID;

-- Who asks to see our status and waits for an answer.
CREATE TABLE request (
  account          INTEGER NOT NULL REFERENCES account ON DELETE CASCADE,
  jid              TEXT    NOT NULL,
  text             TEXT,
  time             INTEGER NOT NULL,
  PRIMARY KEY (account, jid)
) STRICT, WITHOUT ROWID;

-- n_messages, last_message and activity are kept by the triggers below. activity orders the list of chats: it grows with
-- every message that arrives or is written, whatever the clock says.
CREATE TABLE conversation (
  id               INTEGER PRIMARY KEY AUTOINCREMENT,
  account          INTEGER NOT NULL REFERENCES account ON DELETE CASCADE,
  jid              TEXT    NOT NULL,
  activity         INTEGER NOT NULL DEFAULT 0,
  n_messages       INTEGER NOT NULL DEFAULT 0,
  last_message     INTEGER,
  unread           INTEGER NOT NULL DEFAULT 0,
  first_unread     INTEGER,
  draft            TEXT,
  UNIQUE (account, jid)
) STRICT;

-- position orders the messages of a conversation. New ones come at the end, 65,536 apart, so that what an archive has in
-- between finds room. length is that of the text in bytes, for heights of rows that are not loaded.
CREATE TABLE message (
  id               INTEGER PRIMARY KEY AUTOINCREMENT,
  conversation     INTEGER NOT NULL REFERENCES conversation ON DELETE CASCADE,
  position         INTEGER NOT NULL,
  kind             INTEGER NOT NULL DEFAULT 0,
  own              INTEGER NOT NULL,
  state            INTEGER NOT NULL,
  time             INTEGER NOT NULL,
  length           INTEGER NOT NULL DEFAULT 0,
  text             TEXT,
  stanza_id        TEXT,              -- the id of the stanza, chosen by its sender; our own are the origin-id too
  archive_id       TEXT,              -- given by our own server
  error            TEXT
) STRICT;

-- Covers what the timeline knows of rows that it has not loaded.
CREATE INDEX message_position ON message (conversation, position, own, kind, time, length);
-- Duplicates, and errors that name an earlier message.
CREATE INDEX message_stanza ON message (conversation, stanza_id) WHERE stanza_id IS NOT NULL;
-- The outbox: queued (1) and written (2).
CREATE INDEX message_outbox ON message (state, id) WHERE state IN (1, 2);

CREATE TRIGGER message_added AFTER INSERT ON message BEGIN
  UPDATE conversation SET
    n_messages = n_messages + 1,
    activity = NEW.id,
    last_message = CASE
      WHEN last_message IS NULL OR NEW.position > (SELECT position FROM message WHERE id = last_message) THEN NEW.id
      ELSE last_message END
  WHERE id = NEW.conversation;
END;

CREATE TRIGGER message_removed AFTER DELETE ON message BEGIN
  UPDATE conversation SET n_messages = n_messages - 1 WHERE id = OLD.conversation;
  UPDATE conversation SET
    last_message = (SELECT id FROM message WHERE conversation = OLD.conversation ORDER BY position DESC LIMIT 1)
  WHERE id = OLD.conversation AND last_message = OLD.id;
END;

-- Settings, asked in this order: of the conversation, of the account, of the application (both NULL).
CREATE TABLE setting (
  account          INTEGER REFERENCES account ON DELETE CASCADE,
  conversation     INTEGER REFERENCES conversation ON DELETE CASCADE,
  key              TEXT    NOT NULL,
  value            TEXT    NOT NULL
) STRICT;
CREATE UNIQUE INDEX setting_key ON setting (ifnull (account, 0), ifnull (conversation, 0), key);
