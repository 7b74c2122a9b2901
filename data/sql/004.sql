-- SPDX-License-Identifier: GPL-3.0-or-later
-- SPDX-FileCopyrightText: The Stonechat authors
--
-- What was deleted here, so that the archive does not bring it back.

-- What the archive has at or below this position in the order was deleted with the chat.
ALTER TABLE conversation ADD COLUMN horizon INTEGER NOT NULL DEFAULT -9000000000000000000;

-- Ids of single ones that were deleted, and of those of a deleted chat that came since the archive was read to its end: their
-- copies in it are still to come, above the horizon. archive: the id is the archive's, else the stanza's.
CREATE TABLE forgotten (
  conversation     INTEGER NOT NULL REFERENCES conversation ON DELETE CASCADE,
  own              INTEGER NOT NULL,
  archive          INTEGER NOT NULL,
  id               TEXT    NOT NULL,
  PRIMARY KEY (conversation, archive, id, own)
) STRICT, WITHOUT ROWID;
