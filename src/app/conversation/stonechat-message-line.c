/* SPDX-License-Identifier: GPL-3.0-or-later
 * SPDX-FileCopyrightText: The Stonechat authors */
#include "stonechat-message-line.h"

#define TEXT_MAX 200           /* characters of it */

char *
stonechat_message_line (ChatMessage *message)
{
  const char *text = message ? chat_message_get_text (message) : "";
  char *line = g_utf8_substring (text, 0, MIN (TEXT_MAX, g_utf8_strlen (text, -1)));

  return g_strdelimit (line, "\r\n\t", ' ');
}
