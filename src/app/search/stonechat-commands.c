/* SPDX-License-Identifier: GPL-3.0-or-later
 * SPDX-FileCopyrightText: The Stonechat authors */
#include "stonechat-choice.h"

#include <glib/gi18n.h>

typedef struct { const char *title, *action, *key; gboolean in_chat; } Command;

static const Command commands[] = {
  { N_("New Chat"), "win.new-chat", "<Control>n", FALSE },
  { N_("Add Contact"), "win.add-contact", "<Control><Shift>n", FALSE },
  { N_("Note to Self"), "win.note-to-self", NULL, FALSE },
  { N_("Preferences"), "win.preferences", "<Control>comma", FALSE },
  { N_("Keyboard Shortcuts"), "win.shortcuts", "<Control>question", FALSE },
  { N_("Next Unread Chat"), "win.next-unread", "<Alt><Shift>Down", FALSE },
  { N_("Search Messages"), "win.search", "<Control><Shift>f", FALSE },
  { N_("Find in Chat"), "conversation.find", "<Control>f", TRUE },
  { N_("Go to Day"), "conversation.go-to-date", NULL, TRUE },
  { N_("Contact Details"), "conversation.details", NULL, TRUE },
  { N_("Mark as Read"), "conversation.mark-read", NULL, TRUE },
  { N_("Back to the Chat Before"), "win.back", "<Alt>Left", FALSE },
  { N_("Forward Again"), "win.forward", "<Alt>Right", FALSE },
  { N_("Previous Unread Chat"), "win.previous-unread", "<Alt><Shift>Up", FALSE },
  { N_("Next Chat"), "win.next-chat", "<Alt>Down", FALSE },
  { N_("Previous Chat"), "win.previous-chat", "<Alt>Up", FALSE },
  { N_("Filter Chats and Contacts"), "win.filter", "<Control>l", FALSE },
  { N_("Add Account"), "win.add-account", NULL, FALSE },
  { N_("About Stonechat"), "win.about", NULL, FALSE },
  { N_("Close the Window"), "window.close", "<Control>w", FALSE },
  { N_("Quit"), "app.quit", "<Control>q", FALSE },
};

/* Titles as they stand in the preferences, with the row that has them. */
static const struct { const char *title, *row; } settings[] = {
  { N_("Accounts"), "accounts" },
  { N_("Show Notifications"), "notifications" },
  { N_("Show Message Text"), "notification_text" },
  { N_("Play a Sound"), "sound" },
  { N_("Say That Messages Arrived"), "privacy" },
  { N_("Say What You Have Read"), "privacy" },
  { N_("Say When You Are Typing"), "privacy" },
  { N_("Send With Ctrl+Enter"), "send_with_ctrl_enter" },
  { N_("Keep Running When Closed"), "keep_running" },
  { N_("Appearance"), "color_scheme" },
};

void
stonechat_commands_add (GPtrArray *choices, gboolean chat_open)
{
  for (guint i = 0; i < G_N_ELEMENTS (commands); i++) {
    StonechatChoice *choice;

    if (commands[i].in_chat && !chat_open)
      continue;
    choice = stonechat_choice_new (STONECHAT_CHOICE_ACTION, _(commands[i].title), NULL, NULL, commands[i].action, NULL);
    choice->key = g_strdup (commands[i].key);
    g_ptr_array_add (choices, choice);
  }
  for (guint i = 0; i < G_N_ELEMENTS (settings); i++)
    g_ptr_array_add (choices, stonechat_choice_new (STONECHAT_CHOICE_SETTING, _(settings[i].title), NULL, NULL, "win.preferences-at",
                                                    g_variant_new_string (settings[i].row)));
}
