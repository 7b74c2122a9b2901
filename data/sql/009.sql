-- SPDX-License-Identifier: GPL-3.0-or-later
-- SPDX-FileCopyrightText: The Stonechat authors
--
-- What a draft is for. draft_reply: row of the message that it answers, 0: none. edited: row of the message that is edited, 0:
-- none; edit_text: what is to be said there, beside the plain draft. The message may have gone since.
ALTER TABLE conversation ADD COLUMN draft_reply INTEGER NOT NULL DEFAULT 0;
ALTER TABLE conversation ADD COLUMN edited INTEGER NOT NULL DEFAULT 0;
ALTER TABLE conversation ADD COLUMN edit_text TEXT;
