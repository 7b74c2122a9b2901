/* SPDX-License-Identifier: GPL-3.0-or-later
 * SPDX-FileCopyrightText: The Stonechat authors */
#include "stonechat-progress.h"

#include <glib/gi18n.h>

#define DELAY_MS 1500     /* what takes no longer is not worth a line */

struct _StonechatProgress {
  GtkWidget parent_instance;
  ChatAccount *account;
  ChatHistory *history;
  GtkWidget *label, *button;
  guint source;
};

G_DEFINE_FINAL_TYPE (StonechatProgress, stonechat_progress, GTK_TYPE_WIDGET)

char *
stonechat_progress_line (gboolean paused, int n_left)
{
  const char *doing = paused ? _("Catching up is paused") : _("Catching up");
  g_autofree char *left = NULL;

  if (n_left <= 0)
    return g_strdup (doing);
  /* Translators: so many messages are still to come */
  left = g_strdup_printf (_("about %d left"), n_left);
  return g_strdup_printf ("%s · %s", doing, left);
}

static gboolean
show_cb (gpointer user_data)
{
  StonechatProgress *self = user_data;

  self->source = 0;
  gtk_widget_set_visible (GTK_WIDGET (self), TRUE);
  return G_SOURCE_REMOVE;
}

static void
problem_cb (StonechatProgress *self)
{
  const char *problem = chat_history_get_problem (self->history);

  if (problem)
    gtk_widget_activate_action (GTK_WIDGET (self), "win.toast", "s", problem);
}

static void
update (StonechatProgress *self)
{
  gboolean paused = chat_history_get_paused (self->history);
  g_autofree char *line = stonechat_progress_line (paused, chat_history_get_n_left (self->history));

  if (paused || !chat_history_get_running (self->history)) {
    g_clear_handle_id (&self->source, g_source_remove);
    gtk_widget_set_visible (GTK_WIDGET (self), paused);
  } else if (!self->source && !gtk_widget_get_visible (GTK_WIDGET (self))) {
    self->source = g_timeout_add (DELAY_MS, show_cb, self);
  }
  gtk_label_set_text (GTK_LABEL (self->label), line);
  gtk_widget_set_tooltip_text (self->label, line);
  gtk_button_set_label (GTK_BUTTON (self->button), paused ? _("Go On") : _("Pause"));
}

static void
clicked_cb (StonechatProgress *self)
{
  chat_history_set_paused (self->history, !chat_history_get_paused (self->history));
}

static void
stonechat_progress_dispose (GObject *object)
{
  StonechatProgress *self = STONECHAT_PROGRESS (object);

  g_clear_handle_id (&self->source, g_source_remove);
  g_clear_pointer (&self->label, gtk_widget_unparent);
  g_clear_pointer (&self->button, gtk_widget_unparent);
  g_clear_object (&self->account);
  g_clear_object (&self->history);
  G_OBJECT_CLASS (stonechat_progress_parent_class)->dispose (object);
}

static void
stonechat_progress_class_init (StonechatProgressClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = stonechat_progress_dispose;
  gtk_widget_class_set_layout_manager_type (GTK_WIDGET_CLASS (klass), GTK_TYPE_BOX_LAYOUT);
}

static void
stonechat_progress_init (StonechatProgress *self)
{
  self->label = gtk_label_new (NULL);
  gtk_label_set_xalign (GTK_LABEL (self->label), 0);
  gtk_label_set_ellipsize (GTK_LABEL (self->label), PANGO_ELLIPSIZE_END);
  gtk_widget_set_hexpand (self->label, TRUE);
  gtk_widget_set_parent (self->label, GTK_WIDGET (self));
  self->button = gtk_button_new ();
  gtk_widget_add_css_class (self->button, "flat");
  g_signal_connect_swapped (self->button, "clicked", G_CALLBACK (clicked_cb), self);
  gtk_widget_set_parent (self->button, GTK_WIDGET (self));
  gtk_widget_add_css_class (GTK_WIDGET (self), "state-line");
}

ChatAccount *
stonechat_progress_get_account (StonechatProgress *self)
{
  return self->account;
}

GtkWidget *
stonechat_progress_new (ChatAccount *account)
{
  StonechatProgress *self = g_object_new (STONECHAT_TYPE_PROGRESS, NULL);
  ChatHistory *history = chat_account_get_history (account);

  self->account = g_object_ref (account);
  self->history = g_object_ref (history);
  g_signal_connect_object (history, "notify", G_CALLBACK (update), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (history, "notify::problem", G_CALLBACK (problem_cb), self, G_CONNECT_SWAPPED);
  gtk_widget_set_visible (GTK_WIDGET (self), FALSE);
  update (self);
  return GTK_WIDGET (self);
}
