/* SPDX-License-Identifier: GPL-3.0-or-later
 * SPDX-FileCopyrightText: The Stonechat authors */
#include "stonechat-reactions.h"
#include "stonechat-emoji.h"

#include <glib/gi18n.h>
#include <string.h>

#define GAP 4

struct _StonechatReactions {
  GtkWidget parent_instance;
};

G_DEFINE_FINAL_TYPE (StonechatReactions, stonechat_reactions, GTK_TYPE_WIDGET)

/* -- what was chosen ------------------------------------------------------------------------------------------------- */

static void
reaction_free (gpointer data)
{
  StonechatReaction *reaction = data;

  g_free (reaction->emoji);
  g_free (reaction);
}

static void
count (GPtrArray *found, GHashTable *known, const char *emojis, gboolean own)
{
  g_auto (GStrv) each = g_strsplit (emojis, " ", -1);

  for (guint i = 0; each[i]; i++) {
    StonechatReaction *reaction = g_hash_table_lookup (known, each[i]);

    if (*each[i] == '\0')
      continue;
    if (!reaction) {
      reaction = g_new0 (StonechatReaction, 1);
      reaction->emoji = g_strdup (each[i]);
      g_hash_table_insert (known, reaction->emoji, reaction);
      g_ptr_array_add (found, reaction);
    }
    reaction->n++;
    reaction->own |= own;
    reaction->peer |= !own;
  }
}

GPtrArray *
stonechat_reactions_parse (const char *reactions)
{
  g_autoptr (GHashTable) known = g_hash_table_new (g_str_hash, g_str_equal);
  GPtrArray *found = g_ptr_array_new_with_free_func (reaction_free);
  g_auto (GStrv) lines = g_strsplit (reactions ? reactions : "", "\n", -1);

  for (guint i = 0; lines[i]; i++) {
    const char *emojis = strchr (lines[i], '\t');

    if (emojis)
      count (found, known, emojis + 1, g_str_has_prefix (lines[i], "own\t"));
  }
  return found;
}

/* "thumbs up, 2, you and Romeo" */
static char *
name_one (const StonechatReaction *reaction, const char *peer)
{
  const char *name = stonechat_emoji_get_name (reaction->emoji);

  if (reaction->own && reaction->peer)
    /* Translators: what a screen reader says of an emoji below a message: its name, how many chose it, and who the other one is */
    return g_strdup_printf (_("%s, %u, you and %s"), name, reaction->n, peer);
  return g_strdup_printf ("%s, %u, %s", name, reaction->n, reaction->own ? _("you") : peer);
}

char *
stonechat_reactions_describe (const char *reactions, const char *peer)
{
  g_autoptr (GPtrArray) found = stonechat_reactions_parse (reactions);
  GString *words;

  if (found->len == 0)
    return NULL;
  /* Translators: what a screen reader says of the emoji that others chose for a message */
  words = g_string_new (_("Reactions:"));
  for (guint i = 0; i < MIN (found->len, STONECHAT_REACTIONS_MOST); i++) {
    g_autofree char *name = name_one (found->pdata[i], peer);

    g_string_append_printf (words, "%s%s", i ? "; " : " ", name);
  }
  return g_string_free (words, FALSE);
}

/* -- chips ----------------------------------------------------------------------------------------------------------- */

static GtkWidget *
new_chip (void)
{
  GtkWidget *chip = gtk_button_new_with_label ("");

  gtk_widget_add_css_class (chip, "reaction");
  gtk_widget_set_focus_on_click (chip, FALSE);
  return chip;
}

static void
set_chip (GtkWidget *chip, ChatMessage *message, const StonechatReaction *reaction)
{
  g_autofree char *name = name_one (reaction, chat_message_get_peer_name (message)), *label = NULL;

  label = reaction->n > 1 ? g_strdup_printf ("%s %u", reaction->emoji, reaction->n) : g_strdup (reaction->emoji);
  gtk_button_set_label (GTK_BUTTON (chip), label);
  gtk_actionable_set_action_target (GTK_ACTIONABLE (chip), "(xsb)", chat_message_get_id (message), reaction->emoji, !reaction->own);
  gtk_actionable_set_action_name (GTK_ACTIONABLE (chip), "conversation.react");
  if (reaction->own)
    gtk_widget_add_css_class (chip, "own");
  else
    gtk_widget_remove_css_class (chip, "own");
  gtk_widget_set_focusable (chip, TRUE);
  gtk_widget_set_tooltip_text (chip, name);
  gtk_accessible_update_property (GTK_ACCESSIBLE (chip), GTK_ACCESSIBLE_PROPERTY_LABEL, name, -1);
  gtk_accessible_update_state (GTK_ACCESSIBLE (chip), GTK_ACCESSIBLE_STATE_PRESSED,
                               reaction->own ? GTK_ACCESSIBLE_TRISTATE_TRUE : GTK_ACCESSIBLE_TRISTATE_FALSE, -1);
}

/* How many more there are: no button. */
static void
set_rest (GtkWidget *chip, guint n)
{
  g_autofree char *more = g_strdup_printf ("+%u", n);

  gtk_actionable_set_action_name (GTK_ACTIONABLE (chip), NULL);
  gtk_button_set_label (GTK_BUTTON (chip), more);
  gtk_widget_remove_css_class (chip, "own");
  gtk_widget_set_focusable (chip, FALSE);
  gtk_widget_set_tooltip_text (chip, NULL);
  gtk_accessible_update_property (GTK_ACCESSIBLE (chip), GTK_ACCESSIBLE_PROPERTY_LABEL, more, -1);
  gtk_accessible_reset_state (GTK_ACCESSIBLE (chip), GTK_ACCESSIBLE_STATE_PRESSED);
}

/* The next chip of those that are there, or a new one. */
static GtkWidget *
take_chip (StonechatReactions *self, GtkWidget **next)
{
  GtkWidget *chip = *next;

  if (chip) {
    *next = gtk_widget_get_next_sibling (chip);
  } else {
    chip = new_chip ();
    gtk_widget_set_parent (chip, GTK_WIDGET (self));
  }
  return chip;
}

/* Whoever took it away by its own key goes on from the one before, or from the message. */
static void
drop_chip (StonechatReactions *self, GtkWidget *chip)
{
  GtkWidget *before = gtk_widget_get_prev_sibling (chip);

  if (gtk_widget_is_focus (chip))
    gtk_widget_grab_focus (before && gtk_widget_get_focusable (before) ? before : gtk_widget_get_parent (GTK_WIDGET (self)));
  gtk_widget_unparent (chip);
}

void
stonechat_reactions_set (StonechatReactions *self, ChatMessage *message)
{
  g_autoptr (GPtrArray) found = stonechat_reactions_parse (chat_message_get_reactions (message));
  GtkWidget *next = gtk_widget_get_first_child (GTK_WIDGET (self));

  for (guint i = 0; i < MIN (found->len, STONECHAT_REACTIONS_MOST); i++)
    set_chip (take_chip (self, &next), message, found->pdata[i]);
  if (found->len > STONECHAT_REACTIONS_MOST)
    set_rest (take_chip (self, &next), found->len - STONECHAT_REACTIONS_MOST);
  while (next) {
    GtkWidget *chip = next;

    next = gtk_widget_get_next_sibling (chip);
    drop_chip (self, chip);
  }
}

/* -- layout ---------------------------------------------------------------------------------------------------------- */

/* One walk for measuring and for placing: lines that are as full as they get. Gives the height. */
static int
walk (StonechatReactions *self, int width, gboolean allocate)
{
  gboolean rtl = gtk_widget_get_direction (GTK_WIDGET (self)) == GTK_TEXT_DIR_RTL;
  int x = 0, y = 0, line = 0;

  for (GtkWidget *chip = gtk_widget_get_first_child (GTK_WIDGET (self)); chip; chip = gtk_widget_get_next_sibling (chip)) {
    GtkRequisition size;

    gtk_widget_get_preferred_size (chip, NULL, &size);
    if (x > 0 && x + size.width > width) {
      y += line + GAP;
      x = line = 0;
    }
    if (allocate)
      gtk_widget_size_allocate (chip, &(GtkAllocation) { rtl ? width - x - size.width : x, y, size.width, size.height }, -1);
    x += size.width + GAP;
    line = MAX (line, size.height);
  }
  return y + line;
}

static void
measure_width (StonechatReactions *self, int *minimum, int *natural)
{
  *minimum = *natural = 0;
  for (GtkWidget *chip = gtk_widget_get_first_child (GTK_WIDGET (self)); chip; chip = gtk_widget_get_next_sibling (chip)) {
    GtkRequisition size;

    gtk_widget_get_preferred_size (chip, NULL, &size);
    *minimum = MAX (*minimum, size.width);
    *natural += size.width + (*natural ? GAP : 0);
  }
}

static void
stonechat_reactions_measure (GtkWidget *widget, GtkOrientation orientation, int for_size, int *minimum, int *natural,
                             int *minimum_baseline, int *natural_baseline)
{
  *minimum_baseline = *natural_baseline = -1;
  if (orientation == GTK_ORIENTATION_HORIZONTAL)
    measure_width (STONECHAT_REACTIONS (widget), minimum, natural);
  else
    *minimum = *natural = walk (STONECHAT_REACTIONS (widget), for_size < 0 ? G_MAXINT : for_size, FALSE);
}

static void
stonechat_reactions_size_allocate (GtkWidget *widget, int width, int height, int baseline)
{
  walk (STONECHAT_REACTIONS (widget), width, TRUE);
}

static GtkSizeRequestMode
stonechat_reactions_get_request_mode (GtkWidget *widget)
{
  return GTK_SIZE_REQUEST_HEIGHT_FOR_WIDTH;
}

/* -- object ---------------------------------------------------------------------------------------------------------- */

GtkWidget *
stonechat_reactions_new (void)
{
  return g_object_new (STONECHAT_TYPE_REACTIONS, NULL);
}

static void
stonechat_reactions_dispose (GObject *object)
{
  GtkWidget *chip;

  while ((chip = gtk_widget_get_first_child (GTK_WIDGET (object))))
    gtk_widget_unparent (chip);
  G_OBJECT_CLASS (stonechat_reactions_parent_class)->dispose (object);
}

static void
stonechat_reactions_class_init (StonechatReactionsClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = stonechat_reactions_dispose;
  widget_class->measure = stonechat_reactions_measure;
  widget_class->size_allocate = stonechat_reactions_size_allocate;
  widget_class->get_request_mode = stonechat_reactions_get_request_mode;
  gtk_widget_class_set_css_name (widget_class, "reactions");
  gtk_widget_class_set_accessible_role (widget_class, GTK_ACCESSIBLE_ROLE_GROUP);
}

static void
stonechat_reactions_init (StonechatReactions *self)
{
  gtk_accessible_update_property (GTK_ACCESSIBLE (self), GTK_ACCESSIBLE_PROPERTY_LABEL, _("Reactions"), -1);
}
