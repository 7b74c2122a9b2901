-- SPDX-License-Identifier: GPL-3.0-or-later
-- SPDX-FileCopyrightText: The Stonechat authors
--
-- What a message answers, and when one's own became what.

-- origin_id: where its sender gave it another id than the stanza has. reply_id: that of a stanza which this one answers, as
-- its sender named it; reply_own: we wrote that, -1: not said; quote: of it, what came along for those who can't look it up.
-- pinned: here, by the user. sent, delivered, read: when we heard of it; 0: we did not, or it is long ago.
ALTER TABLE message ADD COLUMN origin_id TEXT;
ALTER TABLE message ADD COLUMN reply_id TEXT;
ALTER TABLE message ADD COLUMN reply_own INTEGER NOT NULL DEFAULT -1;
ALTER TABLE message ADD COLUMN quote TEXT;
ALTER TABLE message ADD COLUMN unstyled INTEGER NOT NULL DEFAULT 0;
ALTER TABLE message ADD COLUMN pinned INTEGER NOT NULL DEFAULT 0;
ALTER TABLE message ADD COLUMN sent_time INTEGER NOT NULL DEFAULT 0;
ALTER TABLE message ADD COLUMN delivered_time INTEGER NOT NULL DEFAULT 0;
ALTER TABLE message ADD COLUMN read_time INTEGER NOT NULL DEFAULT 0;
CREATE INDEX message_origin ON message (conversation, origin_id) WHERE origin_id IS NOT NULL;
CREATE INDEX message_reply ON message (conversation, reply_id) WHERE reply_id IS NOT NULL;
CREATE INDEX message_version_stanza ON message_version (stanza_id) WHERE stanza_id IS NOT NULL;
