/* SPDX-License-Identifier: GPL-3.0-or-later
 * SPDX-FileCopyrightText: The Stonechat authors */
#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

typedef enum {
  STONECHAT_CHOICE_REQUEST,
  STONECHAT_CHOICE_CHAT,
  STONECHAT_CHOICE_PERSON,
  STONECHAT_CHOICE_WRITE,       /* to an address that was typed */
  STONECHAT_CHOICE_ACTION,
  STONECHAT_CHOICE_SETTING,
} StonechatChoiceKind;

/* Something that the palette offers. */
#define STONECHAT_TYPE_CHOICE (stonechat_choice_get_type ())
G_DECLARE_FINAL_TYPE (StonechatChoice, stonechat_choice, STONECHAT, CHOICE, GObject)

struct _StonechatChoice {
  GObject parent_instance;
  StonechatChoiceKind kind;
  char *title, *detail;         /* detail: nullable */
  char *key;                    /* nullable: an accelerator as GTK writes it */
  GObject *item;                /* nullable: the ChatConversation, ChatContact or ChatRequest */
  char *action;
  GVariant *target;             /* nullable */
  char *words, *address;        /* folded; address: nullable */
  int score;
  guint order;                  /* where it was before anything was typed */
};

/* Texts are copied, item is referenced. */
StonechatChoice *stonechat_choice_new         (StonechatChoiceKind kind, const char *title, const char *detail, gpointer item,
                                               const char *action, GVariant *target);
/* Once, before it is matched. */
void             stonechat_choice_fold        (StonechatChoice *self);
/* Takes over score; FALSE: it does not fit what was typed (folded). */
gboolean         stonechat_choice_match       (StonechatChoice *self, const char *typed);
/* The same thing, also of another palette. */
gboolean         stonechat_choice_equal       (StonechatChoice *self, StonechatChoice *other);
guint            stonechat_choice_get_unread  (StonechatChoice *self);
/* All of it for a screen reader; to be freed. */
char            *stonechat_choice_describe    (StonechatChoice *self);
/* What kind of thing it is, in a word. */
const char      *stonechat_choice_get_word    (StonechatChoice *self);

/* Adds the actions, those of a chat where one is open, and the settings. */
void             stonechat_commands_add       (GPtrArray *choices, gboolean chat_open);

G_END_DECLS
