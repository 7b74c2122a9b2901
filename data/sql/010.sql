-- SPDX-License-Identifier: GPL-3.0-or-later
-- SPDX-FileCopyrightText: The Stonechat authors
--
-- The few that are pinned are found at once.
CREATE INDEX message_pinned ON message (conversation, position) WHERE pinned;
