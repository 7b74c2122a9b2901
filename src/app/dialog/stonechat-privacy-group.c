/* SPDX-License-Identifier: GPL-3.0-or-later
 * SPDX-FileCopyrightText: The Stonechat authors */
#include "stonechat-privacy-group.h"

struct _StonechatPrivacyGroup {
  AdwPreferencesGroup parent_instance;
  ChatProfile *profile;
  ChatAccount *account;             /* nullable */
  ChatConversation *conversation;   /* nullable */
  GtkWidget *receipts, *read_marks, *typing;
};

G_DEFINE_FINAL_TYPE (StonechatPrivacyGroup, stonechat_privacy_group, ADW_TYPE_PREFERENCES_GROUP)

static gboolean
get (StonechatPrivacyGroup *self, ChatPrivacy what)
{
  if (self->conversation)
    return chat_conversation_get_privacy (self->conversation, what);
  return chat_profile_get_privacy (self->profile, self->account, what);
}

static void
set (StonechatPrivacyGroup *self, ChatPrivacy what, GtkWidget *widget)
{
  gboolean allowed = gtk_switch_get_active (GTK_SWITCH (widget));

  if (self->conversation)
    chat_conversation_set_privacy (self->conversation, what, allowed);
  else
    chat_profile_set_privacy (self->profile, self->account, what, allowed);
}

static void
receipts_cb (StonechatPrivacyGroup *self)
{
  set (self, CHAT_PRIVACY_RECEIPTS, self->receipts);
}

static void
read_marks_cb (StonechatPrivacyGroup *self)
{
  set (self, CHAT_PRIVACY_READ_MARKS, self->read_marks);
}

static void
typing_cb (StonechatPrivacyGroup *self)
{
  set (self, CHAT_PRIVACY_TYPING, self->typing);
}

void
stonechat_privacy_group_set_scope (StonechatPrivacyGroup *self, ChatProfile *profile, ChatAccount *account, XmppJid *jid)
{
  g_return_if_fail (self->profile == NULL);
  self->profile = g_object_ref (profile);
  g_set_object (&self->account, account);
  if (jid)
    self->conversation = g_object_ref (chat_profile_open_conversation (profile, account, jid));
  gtk_switch_set_active (GTK_SWITCH (self->receipts), get (self, CHAT_PRIVACY_RECEIPTS));
  gtk_switch_set_active (GTK_SWITCH (self->read_marks), get (self, CHAT_PRIVACY_READ_MARKS));
  gtk_switch_set_active (GTK_SWITCH (self->typing), get (self, CHAT_PRIVACY_TYPING));
  g_signal_connect_swapped (self->receipts, "notify::active", G_CALLBACK (receipts_cb), self);
  g_signal_connect_swapped (self->read_marks, "notify::active", G_CALLBACK (read_marks_cb), self);
  g_signal_connect_swapped (self->typing, "notify::active", G_CALLBACK (typing_cb), self);
}

static void
stonechat_privacy_group_dispose (GObject *object)
{
  StonechatPrivacyGroup *self = STONECHAT_PRIVACY_GROUP (object);

  g_clear_object (&self->profile);
  g_clear_object (&self->account);
  g_clear_object (&self->conversation);
  G_OBJECT_CLASS (stonechat_privacy_group_parent_class)->dispose (object);
}

static void
stonechat_privacy_group_class_init (StonechatPrivacyGroupClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = stonechat_privacy_group_dispose;
  gtk_widget_class_set_template_from_resource (widget_class, "/im/stonechat/Stonechat/ui/stonechat-privacy-group.ui");
  gtk_widget_class_bind_template_child (widget_class, StonechatPrivacyGroup, receipts);
  gtk_widget_class_bind_template_child (widget_class, StonechatPrivacyGroup, read_marks);
  gtk_widget_class_bind_template_child (widget_class, StonechatPrivacyGroup, typing);
}

static void
stonechat_privacy_group_init (StonechatPrivacyGroup *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
}
