/* SPDX-License-Identifier: GPL-3.0-or-later
 * SPDX-FileCopyrightText: The Stonechat authors */
#pragma once

/* Says once, in the log domain "stonechat-timing", how many milliseconds after the process began something came. */
void stonechat_timing_mark (const char *what);
