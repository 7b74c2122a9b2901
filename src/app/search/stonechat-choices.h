/* SPDX-License-Identifier: GPL-3.0-or-later
 * SPDX-FileCopyrightText: The Stonechat authors */
#pragma once

#include "chat-profile.h"
#include "stonechat-choice.h"

G_BEGIN_DECLS

/* What the palette offers, the best first: before anything is typed what needs attention, what was used last, and some actions;
 * then what fits best of all people, chats, actions and settings. A GListModel of StonechatChoice, never a long one. What was
 * used is remembered while the program runs and written nowhere. */
#define STONECHAT_TYPE_CHOICES (stonechat_choices_get_type ())
G_DECLARE_FINAL_TYPE (StonechatChoices, stonechat_choices, STONECHAT, CHOICES, GObject)

StonechatChoices *stonechat_choices_new   (ChatProfile *profile);
/* Begins anew, with nothing typed; shown: the chat that is open, nullable. Chats and contacts are collected by and by; what is
 * typed before they all are is looked for in those that are, and in the rest when it is there. */
void              stonechat_choices_begin (StonechatChoices *self, ChatConversation *shown);
void              stonechat_choices_type  (StonechatChoices *self, const char *text);
void              stonechat_choices_use   (StonechatChoices *self, StonechatChoice *choice);
/* Nothing is missing any more: somebody chooses. */
void              stonechat_choices_finish (StonechatChoices *self);
/* Lets go of what begin () collected. */
void              stonechat_choices_end   (StonechatChoices *self);

G_END_DECLS
