/* SPDX-License-Identifier: GPL-3.0-or-later
 * SPDX-FileCopyrightText: The Stonechat authors */
#include "stonechat-find-bar.h"
#include "chat-search.h"

#include <glib/gi18n.h>

struct _StonechatFindBar {
  GtkWidget parent_instance;
  GtkWidget *box, *entry, *count, *older, *newer, *server;
  ChatProfile *profile;               /* nullable */
  StonechatTimelineView *view;        /* not owned */
  ChatConversation *conversation;
  GCancellable *cancellable;
  GArray *found;                      /* of ChatFoundPlace, oldest first; NULL: nothing was looked for yet */
  guint here;                         /* counted from the newest */
  gboolean counting;                  /* found has only the newest */
  GtkWidget *focus;                   /* weak: where it was */
};

G_DEFINE_FINAL_TYPE (StonechatFindBar, stonechat_find_bar, GTK_TYPE_WIDGET)

static gint64
get_here (StonechatFindBar *self)
{
  return self->found && self->found->len ? g_array_index (self->found, ChatFoundPlace, self->found->len - 1 - self->here).id : 0;
}

static void
show (StonechatFindBar *self)
{
  const char *text = gtk_editable_get_text (GTK_EDITABLE (self->entry));
  guint n = self->found ? self->found->len : 0;
  g_autofree char *count = NULL;

  if (n && self->counting)
    /* Translators: the newest of the messages that were found; how many there are is not known yet */
    count = g_strdup (_("1 of …"));
  else if (n)
    /* Translators: of the messages that were found, which one is looked at */
    count = g_strdup_printf (_("%u of %u"), self->here + 1, n);
  else
    count = g_strdup (self->found ? _("Not found") : "");
  gtk_label_set_text (GTK_LABEL (self->count), count);
  gtk_widget_set_visible (self->server, *text && self->conversation && self->profile && chat_conversation_get_lacking (self->conversation)
                                          && chat_profile_can_search_archive (self->profile, chat_conversation_get_account (self->conversation)));
  gtk_widget_set_sensitive (self->older, n > 0);
  gtk_widget_set_sensitive (self->newer, n > 0);
  stonechat_timeline_view_mark (self->view, n ? text : NULL, get_here (self));
  if (n)
    stonechat_timeline_view_go_to (self->view, get_here (self), FALSE);
}

static void
forget (StonechatFindBar *self)
{
  g_cancellable_cancel (self->cancellable);
  g_clear_object (&self->cancellable);
  g_clear_pointer (&self->found, g_array_unref);
  self->here = 0;
  self->counting = FALSE;
}

/* FALSE: nobody wants it any more. */

/* NULL: nobody wants it any more. */
static GArray *
take (StonechatFindBar *self, GObject *source, GAsyncResult *result)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GArray) found = chat_conversation_find_finish (CHAT_CONVERSATION (source), result, &error);

  if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED) || !gtk_widget_get_visible (GTK_WIDGET (self)))
    return NULL;
  return found ? g_steal_pointer (&found) : g_array_new (FALSE, FALSE, sizeof (ChatFoundPlace));
}

static void
newest_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (StonechatFindBar) self = user_data;
  g_autoptr (GArray) found = take (self, source, result);

  /* Where nothing is near the end, what was found before stands until all is known. */
  if (!found || found->len == 0)
    return;
  self->found = g_steal_pointer (&found);
  self->counting = TRUE;
  show (self);
}

static void
found_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (StonechatFindBar) self = user_data;
  g_autoptr (GArray) found = take (self, source, result);

  if (!found)
    return;
  g_clear_pointer (&self->found, g_array_unref);
  self->found = g_steal_pointer (&found);
  self->here = 0;
  self->counting = FALSE;
  show (self);
}

static void
changed_cb (StonechatFindBar *self)
{
  const char *text = gtk_editable_get_text (GTK_EDITABLE (self->entry));

  forget (self);
  if (!*text || !self->conversation) {
    show (self);
    return;
  }
  self->cancellable = g_cancellable_new ();
  chat_conversation_find_async (self->conversation, text, TRUE, self->cancellable, newest_cb, g_object_ref (self));
  chat_conversation_find_async (self->conversation, text, FALSE, self->cancellable, found_cb, g_object_ref (self));
}

void
stonechat_find_bar_step (StonechatFindBar *self, int step)
{
  guint n = self->found ? self->found->len : 0;

  if (!gtk_widget_get_visible (GTK_WIDGET (self)))
    stonechat_find_bar_open (self);
  if (n == 0)
    return;
  self->here = (self->here + n + step) % n;
  show (self);
}

static void
leave (StonechatFindBar *self)
{
  forget (self);
  if (self->view)
    stonechat_timeline_view_mark (self->view, NULL, 0);
  gtk_widget_set_visible (GTK_WIDGET (self), FALSE);
  if (self->focus)
    gtk_widget_grab_focus (self->focus);
  g_clear_weak_pointer (&self->focus);
}

void
stonechat_find_bar_open (StonechatFindBar *self)
{
  GtkWidget *focus = gtk_root_get_focus (gtk_widget_get_root (GTK_WIDGET (self)));

  if (!focus || !gtk_widget_is_ancestor (focus, GTK_WIDGET (self)))
    g_set_weak_pointer (&self->focus, focus);
  if (!gtk_widget_get_visible (GTK_WIDGET (self))) {
    gtk_widget_set_visible (GTK_WIDGET (self), TRUE);
    changed_cb (self);
  }
  gtk_widget_grab_focus (self->entry);
  gtk_editable_select_region (GTK_EDITABLE (self->entry), 0, -1);
}

void
stonechat_find_bar_set_profile (StonechatFindBar *self, ChatProfile *profile)
{
  g_set_object (&self->profile, profile);
}

void
stonechat_find_bar_set_view (StonechatFindBar *self, StonechatTimelineView *view)
{
  self->view = view;
}

void
stonechat_find_bar_set_conversation (StonechatFindBar *self, ChatConversation *conversation)
{
  g_clear_weak_pointer (&self->focus);
  if (gtk_widget_get_visible (GTK_WIDGET (self)))
    leave (self);
  g_set_object (&self->conversation, conversation);
}

static gboolean
key_cb (StonechatFindBar *self, guint key, guint code, GdkModifierType modifiers)
{
  if (key != GDK_KEY_Return && key != GDK_KEY_KP_Enter && key != GDK_KEY_ISO_Enter)
    return FALSE;
  stonechat_find_bar_step (self, modifiers & GDK_SHIFT_MASK ? -1 : 1);
  return TRUE;
}

static void
older_cb (StonechatFindBar *self)
{
  stonechat_find_bar_step (self, 1);
}

static void
newer_cb (StonechatFindBar *self)
{
  stonechat_find_bar_step (self, -1);
}

static void
server_cb (StonechatFindBar *self)
{
  gtk_widget_activate_action (GTK_WIDGET (self), "win.search-in", "s", gtk_editable_get_text (GTK_EDITABLE (self->entry)));
}

static void
close_action (GtkWidget *widget, const char *name, GVariant *parameter)
{
  leave (STONECHAT_FIND_BAR (widget));
}

static void
stonechat_find_bar_dispose (GObject *object)
{
  StonechatFindBar *self = STONECHAT_FIND_BAR (object);

  forget (self);
  g_clear_weak_pointer (&self->focus);
  g_clear_object (&self->conversation);
  g_clear_object (&self->profile);
  g_clear_pointer (&self->box, gtk_widget_unparent);
  G_OBJECT_CLASS (stonechat_find_bar_parent_class)->dispose (object);
}

static void
stonechat_find_bar_class_init (StonechatFindBarClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = stonechat_find_bar_dispose;
  gtk_widget_class_set_template_from_resource (widget_class, "/im/stonechat/Stonechat/ui/stonechat-find-bar.ui");
#define BIND(child) gtk_widget_class_bind_template_child (widget_class, StonechatFindBar, child)
  BIND (box); BIND (entry); BIND (count); BIND (older); BIND (newer); BIND (server);
#undef BIND
  gtk_widget_class_install_action (widget_class, "find.close", NULL, close_action);
  gtk_widget_class_add_binding_action (widget_class, GDK_KEY_Escape, 0, "find.close", NULL);
}

static void
stonechat_find_bar_init (StonechatFindBar *self)
{
  GtkEventController *keys = gtk_event_controller_key_new ();

  gtk_widget_init_template (GTK_WIDGET (self));
  gtk_event_controller_set_propagation_phase (keys, GTK_PHASE_CAPTURE);
  g_signal_connect_swapped (keys, "key-pressed", G_CALLBACK (key_cb), self);
  gtk_widget_add_controller (self->entry, keys);
  g_signal_connect_swapped (self->entry, "changed", G_CALLBACK (changed_cb), self);
  g_signal_connect_swapped (self->older, "clicked", G_CALLBACK (older_cb), self);
  g_signal_connect_swapped (self->server, "clicked", G_CALLBACK (server_cb), self);
  g_signal_connect_swapped (self->newer, "clicked", G_CALLBACK (newer_cb), self);
}
