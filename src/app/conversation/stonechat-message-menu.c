/* SPDX-License-Identifier: GPL-3.0-or-later
 * SPDX-FileCopyrightText: The Stonechat authors */
#include "stonechat-message-menu.h"
#include "stonechat-links.h"

#include <glib/gi18n.h>

gboolean
stonechat_message_menu_is_text (ChatMessage *message)
{
  return chat_message_get_kind (message) != CHAT_MESSAGE_ENCRYPTED && !chat_message_get_retracted (message);
}

gboolean
stonechat_message_menu_may_reply (ChatConversation *conversation, ChatMessage *message)
{
  gboolean announcement;

  g_object_get (conversation, "announcement", &announcement, NULL);
  return stonechat_message_menu_is_text (message) && chat_message_get_kind (message) == CHAT_MESSAGE_TEXT && !announcement;
}

const char *
stonechat_message_menu_refuse (ChatConversation *conversation, ChatMessage *message, const char *action)
{
  gboolean text = stonechat_message_menu_is_text (message), own = chat_message_get_own (message);

  if (g_str_equal (action, "conversation.reply"))
    return stonechat_message_menu_may_reply (conversation, message) ? NULL : _("This message can’t be answered");
  if (g_str_equal (action, "conversation.pick-reaction"))
    return chat_conversation_may_react (conversation, message) ? NULL : _("You can’t react to this message");
  if (g_str_equal (action, "conversation.edit") && !own)
    return _("Only your own messages can be edited");
  if (g_str_equal (action, "conversation.edit"))
    return chat_conversation_may_edit (conversation, message) ? NULL : _("This message can’t be edited any more");
  if (g_str_equal (action, "conversation.forward"))
    return text ? NULL : _("This message can’t be forwarded");
  if (g_str_equal (action, "conversation.pin-message"))
    return text ? NULL : _("This message can’t be pinned");
  if (g_str_equal (action, "conversation.mark-unread-from"))
    return own ? _("Your own messages are never unread") : NULL;
  return NULL;
}

char *
stonechat_message_menu_dup_links (ChatMessage *message, guint *n)
{
  const char *text = chat_message_get_text (message);
  g_autoptr (StonechatStyling) styling = stonechat_styling_parse (text);
  g_autoptr (GArray) links = stonechat_message_menu_is_text (message) ? stonechat_links_find (text, styling) : NULL;
  GString *lines;

  *n = links ? links->len : 0;
  if (!links)
    return NULL;
  lines = g_string_new (NULL);
  for (guint i = 0; i < links->len; i++)
    g_string_append_printf (lines, "%s%s", i ? "\n" : "", g_array_index (links, StonechatLink, i).uri);
  return g_string_free (lines, FALSE);
}

/* key: nullable, shown beside it. */
static void
add (GMenu *section, const char *label, const char *action, ChatMessage *message, const char *key)
{
  g_autoptr (GMenuItem) item = g_menu_item_new (label, NULL);

  g_menu_item_set_action_and_target (item, action, "x", chat_message_get_id (message));
  if (key)
    g_menu_item_set_attribute (item, "accel", "s", key);
  g_menu_append_item (section, item);
}

static void
end_section (GMenu *menu, GMenu *section)
{
  if (g_menu_model_get_n_items (G_MENU_MODEL (section)) > 0)
    g_menu_append_section (menu, NULL, G_MENU_MODEL (section));
  g_object_unref (section);
}

static GMenu *
new_answers (ChatConversation *conversation, ChatMessage *message)
{
  GMenu *section = g_menu_new ();

  if (stonechat_message_menu_may_reply (conversation, message))
    add (section, _("_Reply"), "conversation.reply", message, "R");
  if (chat_conversation_may_react (conversation, message))
    add (section, _("Rea_ct…"), "conversation.pick-reaction", message, "plus");
  if (chat_conversation_may_edit (conversation, message))
    add (section, _("_Edit"), "conversation.edit", message, "E");
  return section;
}

static GMenu *
new_copies (ChatMessage *message, GMenuModel *parts)
{
  GMenu *section = g_menu_new ();
  guint n;
  G_GNUC_UNUSED g_autofree char *links = stonechat_message_menu_dup_links (message, &n);

  if (stonechat_message_menu_is_text (message))
    add (section, _("Copy _Text"), "conversation.copy-message", message, "<Control>C");
  if (n > 0)
    add (section, n > 1 ? _("Copy _Links") : _("Copy _Link"), "conversation.copy-links", message, NULL);
  for (int i = 0; parts && i < g_menu_model_get_n_items (parts); i++) {
    g_autoptr (GMenuItem) item = g_menu_item_new_from_model (parts, i);

    g_menu_append_item (section, item);
  }
  if (stonechat_message_menu_is_text (message))
    add (section, _("_Forward…"), "conversation.forward", message, "F");
  return section;
}

static GMenu *
new_notes (ChatMessage *message)
{
  GMenu *section = g_menu_new ();

  if (stonechat_message_menu_is_text (message))
    add (section, chat_message_get_pinned (message) ? _("Un_pin") : _("_Pin"), "conversation.pin-message", message, "P");
  if (!chat_message_get_own (message))
    add (section, _("Mark _Unread from Here"), "conversation.mark-unread-from", message, "U");
  add (section, _("Deta_ils"), "conversation.message-details", message, "<Alt>Return");
  return section;
}

static GMenu *
new_ends (ChatConversation *conversation, ChatMessage *message)
{
  ChatMessageState state = chat_message_get_state (message);
  GMenu *section = g_menu_new ();

  if (state == CHAT_MESSAGE_FAILED)
    add (section, _("Re_try"), "conversation.retry", message, NULL);
  if (state == CHAT_MESSAGE_FAILED || state == CHAT_MESSAGE_QUEUED) {
    add (section, _("_Delete"), "conversation.delete", message, NULL);
    return section;
  }
  if (chat_conversation_may_retract (conversation, message))
    add (section, _("_Delete for Everyone…"), "conversation.retract", message, "Delete");
  add (section, _("Delete for _Me…"), "conversation.hide", message, "<Shift>Delete");
  return section;
}

GMenu *
stonechat_message_menu_new (ChatConversation *conversation, ChatMessage *message, GMenuModel *parts)
{
  GMenu *menu = g_menu_new ();

  end_section (menu, new_answers (conversation, message));
  end_section (menu, new_copies (message, parts));
  end_section (menu, new_notes (message));
  end_section (menu, new_ends (conversation, message));
  return menu;
}
