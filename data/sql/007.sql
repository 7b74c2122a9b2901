-- SPDX-License-Identifier: GPL-3.0-or-later
-- SPDX-FileCopyrightText: The Stonechat authors
--
-- What the index for searching, which is a file of its own, has yet to follow. New messages are found by their ids, so
-- adding one costs nothing here.

-- what: a message with another text; or -1 less a block of messages (id >> 14) that lost a text.
CREATE TABLE search_change (
  id               INTEGER PRIMARY KEY AUTOINCREMENT,
  what             INTEGER NOT NULL UNIQUE
) STRICT;

CREATE TRIGGER message_text_changed AFTER UPDATE OF text ON message WHEN NEW.text IS NOT OLD.text AND NEW.text IS NOT NULL BEGIN
  DELETE FROM search_change WHERE what = NEW.id;
  INSERT INTO search_change (what) VALUES (NEW.id);
END;

CREATE TRIGGER message_text_gone AFTER UPDATE OF text ON message WHEN NEW.text IS NULL AND OLD.text IS NOT NULL BEGIN
  DELETE FROM search_change WHERE what = -1 - (NEW.id >> 14);
  INSERT INTO search_change (what) VALUES (-1 - (NEW.id >> 14));
END;

CREATE TRIGGER message_gone AFTER DELETE ON message BEGIN
  DELETE FROM search_change WHERE what = -1 - (OLD.id >> 14);
  INSERT INTO search_change (what) VALUES (-1 - (OLD.id >> 14));
END;
