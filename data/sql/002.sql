-- SPDX-License-Identifier: GPL-3.0-or-later
-- SPDX-FileCopyrightText: The Stonechat authors
--
-- What versions of clients can do (XEP-0115), proved by their hash, so that nobody needs to be asked again. Of no account
-- and of no person.

CREATE TABLE caps (
  hash             TEXT    NOT NULL,
  ver              TEXT    NOT NULL,
  info             TEXT    NOT NULL,              -- the answer to disco#info, XML
  used             INTEGER NOT NULL,
  PRIMARY KEY (hash, ver)
) STRICT, WITHOUT ROWID;
