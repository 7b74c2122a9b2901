/* SPDX-License-Identifier: GPL-3.0-or-later
 * SPDX-FileCopyrightText: The Stonechat authors */
#include "stonechat-palette.h"
#include "stonechat-choice-row.h"
#include "stonechat-choices.h"

#include <glib/gi18n.h>

#define WIDTH 560
#define MARGIN 24              /* to the edges of a narrow window */
#define TOP 54
#define PAGE 6

struct _StonechatPalette {
  GtkPopover parent_instance;
  GtkWidget *box, *entry, *scrolled, *list, *nothing, *said;
  StonechatChoices *choices;
  GtkSingleSelection *selection;
  GtkWidget *target, *focus;      /* weak: where actions go, and where the focus was */
};

G_DEFINE_FINAL_TYPE (StonechatPalette, stonechat_palette, GTK_TYPE_POPOVER)

/* -- the list -------------------------------------------------------------------------------------------------------- */

static GtkWidget *
find_row (StonechatPalette *self, StonechatChoice *choice)
{
  for (GtkWidget *child = gtk_widget_get_first_child (self->list); child; child = gtk_widget_get_next_sibling (child)) {
    GtkWidget *row = gtk_widget_get_first_child (child);

    if (STONECHAT_IS_CHOICE_ROW (row) && g_object_get_data (G_OBJECT (row), "choice") == choice)
      return child;
  }
  return NULL;
}

/* The focus stays in the field: a screen reader is told where one is. */
static void
tell_selected (StonechatPalette *self)
{
  StonechatChoice *choice = gtk_single_selection_get_selected_item (self->selection);
  g_autofree char *description = choice ? stonechat_choice_describe (choice) : g_strdup (_("Nothing Found"));
  GtkWidget *row = choice ? find_row (self, choice) : NULL;

  gtk_label_set_text (GTK_LABEL (self->said), description);
  if (row)
    gtk_accessible_update_relation (GTK_ACCESSIBLE (self->entry), GTK_ACCESSIBLE_RELATION_ACTIVE_DESCENDANT, row, -1);
  else
    gtk_accessible_reset_relation (GTK_ACCESSIBLE (self->entry), GTK_ACCESSIBLE_RELATION_ACTIVE_DESCENDANT);
}

static void
select_at (StonechatPalette *self, int position)
{
  int n = g_list_model_get_n_items (G_LIST_MODEL (self->selection));

  if (n == 0)
    return;
  position = CLAMP (position, 0, n - 1);
  gtk_single_selection_set_selected (self->selection, position);
  gtk_widget_activate_action (self->list, "list.scroll-to-item", "u", position);
  tell_selected (self);
}

static void
found_cb (StonechatPalette *self)
{
  gboolean found;

  if (!gtk_widget_get_visible (GTK_WIDGET (self)))
    return;
  found = g_list_model_get_n_items (G_LIST_MODEL (self->choices)) > 0;
  gtk_widget_set_visible (self->scrolled, found);
  gtk_widget_set_visible (self->nothing, !found);
  select_at (self, 0);
  tell_selected (self);
}

static void
typed_cb (StonechatPalette *self)
{
  if (gtk_widget_get_visible (GTK_WIDGET (self)))
    stonechat_choices_type (self->choices, gtk_editable_get_text (GTK_EDITABLE (self->entry)));
}

static void
leave (StonechatPalette *self)
{
  gtk_popover_popdown (GTK_POPOVER (self));
}

static void
choose (StonechatPalette *self, guint position)
{
  g_autoptr (StonechatChoice) choice = g_list_model_get_item (G_LIST_MODEL (self->choices), position);
  g_autoptr (GtkWidget) target = self->target ? g_object_ref (self->target) : NULL;

  if (!choice)
    return;
  stonechat_choices_use (self->choices, choice);
  leave (self);
  /* What it opens has the focus then. */
  if (target)
    gtk_widget_activate_action_variant (target, choice->action, choice->target);
}

static void
choose_cb (StonechatPalette *self)
{
  stonechat_choices_finish (self->choices);
  choose (self, gtk_single_selection_get_selected (self->selection));
}

static gboolean
key_cb (StonechatPalette *self, guint key, guint code, GdkModifierType modifiers)
{
  int here = gtk_single_selection_get_selected (self->selection), n = g_list_model_get_n_items (G_LIST_MODEL (self->selection));

  if (modifiers & (GDK_CONTROL_MASK | GDK_ALT_MASK | GDK_SHIFT_MASK))
    return FALSE;
  switch (key) {
  case GDK_KEY_Up: case GDK_KEY_KP_Up: select_at (self, here > 0 ? here - 1 : n - 1); return TRUE;
  case GDK_KEY_Down: case GDK_KEY_KP_Down: select_at (self, here + 1 < n ? here + 1 : 0); return TRUE;
  case GDK_KEY_Page_Up: case GDK_KEY_KP_Page_Up: select_at (self, here - PAGE); return TRUE;
  case GDK_KEY_Page_Down: case GDK_KEY_KP_Page_Down: select_at (self, here + PAGE); return TRUE;
  default: return FALSE;
  }
}

static void
released_cb (GtkGesture *gesture, int n, double x, double y, GtkListItem *item)
{
  StonechatPalette *self = STONECHAT_PALETTE (gtk_widget_get_ancestor (gtk_list_item_get_child (item), STONECHAT_TYPE_PALETTE));

  choose (self, gtk_list_item_get_position (item));
}

/* A click chooses; the list's own way of that would also select what happens to come under the pointer. */
static void
setup_cb (StonechatPalette *self, GtkListItem *item)
{
  GtkWidget *row = stonechat_choice_row_new ();
  GtkGesture *click = gtk_gesture_click_new ();

  g_signal_connect_object (click, "released", G_CALLBACK (released_cb), item, 0);
  gtk_widget_add_controller (row, GTK_EVENT_CONTROLLER (click));
  gtk_list_item_set_child (item, row);
  gtk_list_item_set_activatable (item, FALSE);
}

static void
bind_cb (StonechatPalette *self, GtkListItem *item)
{
  GtkWidget *row = gtk_list_item_get_child (item);

  g_object_set_data (G_OBJECT (row), "choice", gtk_list_item_get_item (item));
  stonechat_choice_row_set_choice (STONECHAT_CHOICE_ROW (row), gtk_list_item_get_item (item));
}

static void
unbind_cb (StonechatPalette *self, GtkListItem *item)
{
  g_object_set_data (G_OBJECT (gtk_list_item_get_child (item)), "choice", NULL);
}

/* -- opening and closing --------------------------------------------------------------------------------------------- */

void
stonechat_palette_open (StonechatPalette *self, GtkWidget *target, ChatConversation *shown)
{
  GtkWidget *parent = gtk_widget_get_parent (GTK_WIDGET (self));
  int width = gtk_widget_get_width (parent);

  g_set_weak_pointer (&self->target, target);
  g_set_weak_pointer (&self->focus, gtk_root_get_focus (gtk_widget_get_root (parent)));
  gtk_editable_set_text (GTK_EDITABLE (self->entry), "");
  stonechat_choices_begin (self->choices, shown);
  gtk_widget_set_size_request (self->box, CLAMP (width - 2 * MARGIN, 0, WIDTH), -1);
  gtk_popover_set_pointing_to (GTK_POPOVER (self), &(GdkRectangle) { width / 2, TOP, 1, 1 });
  gtk_popover_popup (GTK_POPOVER (self));
  gtk_widget_grab_focus (self->entry);
  typed_cb (self);
}

static void
closed_cb (StonechatPalette *self)
{
  if (self->focus)
    gtk_widget_grab_focus (self->focus);
  g_clear_weak_pointer (&self->focus);
  stonechat_choices_end (self->choices);
}

GtkWidget *
stonechat_palette_new (GtkWidget *parent, ChatProfile *profile)
{
  StonechatPalette *self = g_object_new (STONECHAT_TYPE_PALETTE, NULL);

  self->choices = stonechat_choices_new (profile);
  self->selection = gtk_single_selection_new (g_object_ref (G_LIST_MODEL (self->choices)));
  gtk_list_view_set_model (GTK_LIST_VIEW (self->list), GTK_SELECTION_MODEL (self->selection));
  g_signal_connect_object (self->choices, "items-changed", G_CALLBACK (found_cb), self, G_CONNECT_SWAPPED);
  gtk_widget_set_parent (GTK_WIDGET (self), parent);
  return GTK_WIDGET (self);
}

static void
stonechat_palette_dispose (GObject *object)
{
  StonechatPalette *self = STONECHAT_PALETTE (object);

  g_clear_weak_pointer (&self->target);
  g_clear_weak_pointer (&self->focus);
  g_clear_object (&self->selection);
  g_clear_object (&self->choices);
  G_OBJECT_CLASS (stonechat_palette_parent_class)->dispose (object);
}

static void
stonechat_palette_class_init (StonechatPaletteClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = stonechat_palette_dispose;
  gtk_widget_class_set_template_from_resource (widget_class, "/im/stonechat/Stonechat/ui/stonechat-palette.ui");
#define BIND(child) gtk_widget_class_bind_template_child (widget_class, StonechatPalette, child)
  BIND (box); BIND (entry); BIND (scrolled); BIND (list); BIND (nothing); BIND (said);
#undef BIND
}

static void
stonechat_palette_init (StonechatPalette *self)
{
  g_autoptr (GtkListItemFactory) factory = gtk_signal_list_item_factory_new ();
  GtkEventController *keys = gtk_event_controller_key_new ();

  gtk_widget_init_template (GTK_WIDGET (self));
  g_signal_connect_swapped (factory, "setup", G_CALLBACK (setup_cb), self);
  g_signal_connect_swapped (factory, "bind", G_CALLBACK (bind_cb), self);
  g_signal_connect_swapped (factory, "unbind", G_CALLBACK (unbind_cb), self);
  gtk_list_view_set_factory (GTK_LIST_VIEW (self->list), factory);
  gtk_event_controller_set_propagation_phase (keys, GTK_PHASE_CAPTURE);
  g_signal_connect_swapped (keys, "key-pressed", G_CALLBACK (key_cb), self);
  gtk_widget_add_controller (self->entry, keys);
  g_signal_connect_swapped (self->entry, "changed", G_CALLBACK (typed_cb), self);
  g_signal_connect_swapped (self->entry, "activate", G_CALLBACK (choose_cb), self);
  g_signal_connect_swapped (self->entry, "stop-search", G_CALLBACK (leave), self);
  g_signal_connect (self, "closed", G_CALLBACK (closed_cb), NULL);
}
