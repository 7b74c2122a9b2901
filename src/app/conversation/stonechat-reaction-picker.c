/* SPDX-License-Identifier: GPL-3.0-or-later
 * SPDX-FileCopyrightText: The Stonechat authors */
#include "stonechat-reaction-picker.h"
#include "stonechat-emoji.h"
#include "stonechat-reactions.h"

#include <glib/gi18n.h>

#define KEY "recent-reactions"

struct _StonechatReactionPicker {
  GtkPopover parent_instance;
  GSettings *settings;
  GtkWidget *row, *all;
  GtkWidget *chooser;       /* made when first needed */
};

G_DEFINE_FINAL_TYPE (StonechatReactionPicker, stonechat_reaction_picker, GTK_TYPE_POPOVER)

static guint picked_signal;

/* The one that was used comes first; one that is long not used goes. */
static void
remember (StonechatReactionPicker *self, const char *emoji)
{
  g_auto (GStrv) before = g_settings_get_strv (self->settings, KEY);
  g_autoptr (GPtrArray) after = g_ptr_array_new ();

  g_ptr_array_add (after, (char *) emoji);
  for (guint i = 0; before[i] && after->len < STONECHAT_REACTION_PICKER_LAST; i++)
    if (!g_str_equal (before[i], emoji))
      g_ptr_array_add (after, before[i]);
  g_ptr_array_add (after, NULL);
  g_settings_set_strv (self->settings, KEY, (const char *const *) after->pdata);
}

static void
pick (StonechatReactionPicker *self, const char *emoji, gboolean on)
{
  g_autofree char *copy = g_strdup (emoji);     /* its button may go */

  gtk_popover_popdown (GTK_POPOVER (self));
  if (on)
    remember (self, copy);
  g_signal_emit (self, picked_signal, 0, copy, on);
}

static void
clicked_cb (GtkWidget *button, StonechatReactionPicker *self)
{
  pick (self, gtk_button_get_label (GTK_BUTTON (button)), !gtk_widget_has_css_class (button, "own"));
}

static void
chosen_cb (GtkEmojiChooser *chooser, const char *emoji, StonechatReactionPicker *self)
{
  pick (self, emoji, TRUE);
}

static void
all_cb (StonechatReactionPicker *self)
{
  if (!self->chooser) {
    self->chooser = gtk_emoji_chooser_new ();
    gtk_widget_set_parent (self->chooser, self->all);
    g_signal_connect (self->chooser, "emoji-picked", G_CALLBACK (chosen_cb), self);
  }
  gtk_popover_popup (GTK_POPOVER (self->chooser));
}

static void
add (StonechatReactionPicker *self, const char *emoji, gboolean own)
{
  GtkWidget *button = gtk_button_new_with_label (emoji);
  const char *name = stonechat_emoji_get_name (emoji);
  /* Translators: the name of an emoji, and that oneself has chosen it */
  g_autofree char *words = own ? g_strdup_printf (_("%s, yours"), name) : g_strdup (name);

  gtk_widget_add_css_class (button, "flat");
  if (own)
    gtk_widget_add_css_class (button, "own");
  gtk_widget_set_tooltip_text (button, words);
  gtk_accessible_update_property (GTK_ACCESSIBLE (button), GTK_ACCESSIBLE_PROPERTY_LABEL, words, -1);
  g_signal_connect (button, "clicked", G_CALLBACK (clicked_cb), self);
  gtk_box_append (GTK_BOX (self->row), button);
}

static StonechatReaction *
find (GPtrArray *reactions, const char *emoji)
{
  for (guint i = 0; i < reactions->len; i++)
    if (g_str_equal (((StonechatReaction *) reactions->pdata[i])->emoji, emoji))
      return reactions->pdata[i];
  return NULL;
}

void
stonechat_reaction_picker_show (StonechatReactionPicker *self, const char *reactions)
{
  g_autoptr (GPtrArray) there = stonechat_reactions_parse (reactions);
  g_auto (GStrv) last = g_settings_get_strv (self->settings, KEY);
  GtkWidget *child;

  while ((child = gtk_widget_get_first_child (self->row)))
    gtk_box_remove (GTK_BOX (self->row), child);
  for (guint i = 0; i < there->len; i++) {
    StonechatReaction *reaction = there->pdata[i];

    if (reaction->own && !g_strv_contains ((const char *const *) last, reaction->emoji))
      add (self, reaction->emoji, TRUE);
  }
  for (guint i = 0; last[i] && i < STONECHAT_REACTION_PICKER_LAST; i++) {
    StonechatReaction *reaction = find (there, last[i]);

    add (self, last[i], reaction && reaction->own);
  }
  gtk_popover_popup (GTK_POPOVER (self));
  child = gtk_widget_get_first_child (self->row);
  gtk_widget_grab_focus (child ? child : self->all);
}

GtkWidget *
stonechat_reaction_picker_new (GSettings *settings)
{
  StonechatReactionPicker *self = g_object_new (STONECHAT_TYPE_REACTION_PICKER, NULL);

  self->settings = g_object_ref (settings);
  return GTK_WIDGET (self);
}

static void
stonechat_reaction_picker_dispose (GObject *object)
{
  StonechatReactionPicker *self = STONECHAT_REACTION_PICKER (object);

  g_clear_pointer (&self->chooser, gtk_widget_unparent);
  g_clear_object (&self->settings);
  G_OBJECT_CLASS (stonechat_reaction_picker_parent_class)->dispose (object);
}

static void
stonechat_reaction_picker_class_init (StonechatReactionPickerClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = stonechat_reaction_picker_dispose;
  picked_signal = g_signal_new ("picked", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 2,
                                G_TYPE_STRING, G_TYPE_BOOLEAN);
}

static void
stonechat_reaction_picker_init (StonechatReactionPicker *self)
{
  GtkWidget *box = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 0);

  self->row = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 0);
  self->all = gtk_button_new_from_icon_name ("view-more-horizontal-symbolic");
  gtk_widget_add_css_class (self->all, "flat");
  gtk_widget_set_tooltip_text (self->all, _("All Emojis"));
  gtk_accessible_update_property (GTK_ACCESSIBLE (self->all), GTK_ACCESSIBLE_PROPERTY_LABEL, _("All Emojis"), -1);
  g_signal_connect_swapped (self->all, "clicked", G_CALLBACK (all_cb), self);
  gtk_box_append (GTK_BOX (box), self->row);
  gtk_box_append (GTK_BOX (box), self->all);
  gtk_popover_set_child (GTK_POPOVER (self), box);
  gtk_widget_add_css_class (GTK_WIDGET (self), "reaction-picker");
  gtk_accessible_update_property (GTK_ACCESSIBLE (self), GTK_ACCESSIBLE_PROPERTY_LABEL, _("React"), -1);
}
