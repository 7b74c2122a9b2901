/* SPDX-License-Identifier: GPL-3.0-or-later
 * SPDX-FileCopyrightText: The Stonechat authors */
#include "stonechat-choice.h"
#include "chat-conversation.h"
#include "stonechat-fuzzy.h"

#include <glib/gi18n.h>
#include <gtk/gtk.h>

#define ADDRESS_OFF 100         /* who types a name means it more than a part of an address */

G_DEFINE_FINAL_TYPE (StonechatChoice, stonechat_choice, G_TYPE_OBJECT)

StonechatChoice *
stonechat_choice_new (StonechatChoiceKind kind, const char *title, const char *detail, gpointer item, const char *action, GVariant *target)
{
  StonechatChoice *self = g_object_new (STONECHAT_TYPE_CHOICE, NULL);

  self->kind = kind;
  self->title = g_strdup (title);
  self->detail = g_strdup (detail);
  self->item = item ? g_object_ref (item) : NULL;
  self->action = g_strdup (action);
  self->target = target ? g_variant_ref_sink (target) : NULL;
  return self;
}

void
stonechat_choice_fold (StonechatChoice *self)
{
  self->words = stonechat_fuzzy_fold (self->title);
  self->address = stonechat_fuzzy_fold (self->detail);
}

gboolean
stonechat_choice_match (StonechatChoice *self, const char *typed)
{
  self->score = self->words ? stonechat_fuzzy_score (self->words, typed) : 0;
  if (self->address)
    self->score = MAX (self->score, stonechat_fuzzy_score (self->address, typed) - ADDRESS_OFF);
  return self->score > 0;
}

gboolean
stonechat_choice_equal (StonechatChoice *self, StonechatChoice *other)
{
  return g_str_equal (self->action, other->action) &&
         (self->target && other->target ? g_variant_equal (self->target, other->target) : self->target == other->target);
}

guint
stonechat_choice_get_unread (StonechatChoice *self)
{
  return CHAT_IS_CONVERSATION (self->item) ? chat_conversation_get_unread (CHAT_CONVERSATION (self->item)) : 0;
}

const char *
stonechat_choice_get_word (StonechatChoice *self)
{
  static const char *const words[] = { N_("Request"), N_("Chat"), N_("Contact"), N_("New Chat"), N_("Action"), N_("Setting") };

  return _(words[self->kind]);
}

char *
stonechat_choice_describe (StonechatChoice *self)
{
  GString *text = g_string_new (self->title);
  guint unread = stonechat_choice_get_unread (self);

  if (unread) {
    g_autofree char *count = g_strdup_printf (ngettext ("%u unread message", "%u unread messages", unread), unread);

    g_string_append_printf (text, ", %s", count);
  }
  if (self->detail)
    g_string_append_printf (text, ", %s", self->detail);
  g_string_append_printf (text, ", %s", stonechat_choice_get_word (self));
  if (self->key) {
    GdkModifierType modifiers;
    guint key;
    g_autofree char *label = gtk_accelerator_parse (self->key, &key, &modifiers) ? gtk_accelerator_get_label (key, modifiers) : NULL;

    if (label)
      g_string_append_printf (text, ", %s", label);
  }
  return g_string_free (text, FALSE);
}

static void
stonechat_choice_finalize (GObject *object)
{
  StonechatChoice *self = STONECHAT_CHOICE (object);

  g_free (self->title);
  g_free (self->detail);
  g_free (self->key);
  g_free (self->action);
  g_free (self->words);
  g_free (self->address);
  g_clear_object (&self->item);
  g_clear_pointer (&self->target, g_variant_unref);
  G_OBJECT_CLASS (stonechat_choice_parent_class)->finalize (object);
}

static void
stonechat_choice_class_init (StonechatChoiceClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = stonechat_choice_finalize;
}

static void
stonechat_choice_init (StonechatChoice *self)
{
}
