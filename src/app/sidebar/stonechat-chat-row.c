/* SPDX-License-Identifier: GPL-3.0-or-later
 * SPDX-FileCopyrightText: The Stonechat authors */
#include "stonechat-chat-row.h"
#include "chat-conversation.h"
#include "stonechat-avatar.h"
#include "stonechat-group-model.h"
#include "stonechat-time.h"

#include <adwaita.h>
#include <glib/gi18n.h>

/* A list view makes two hundred rows however few are seen. So a row is one widget that draws its texts itself: with a widget for
 * each of them, ten times as many, starting took half as long again and 10 MB more. */

#define GAP 10
#define INNER_GAP 6

struct _StonechatChatRow {
  GtkWidget parent_instance;
  GObject *item;
  char *name, *account, *stamp, *mark, *preview, *count;
  gboolean unread, mark_is_accent, preview_is_accent, show_account;
  int avatar;                      /* its size, 0: a heading */
  gboolean show_presence;
  XmppAvailability availability;
  GtkWidget *menu;                 /* made when it is asked for */
};

G_DEFINE_FINAL_TYPE (StonechatChatRow, stonechat_chat_row, GTK_TYPE_WIDGET)

/* -- what it says ---------------------------------------------------------------------------------------------------- */

static const char *
state_mark (ChatMessageState state)
{
  switch (state) {
  case CHAT_MESSAGE_QUEUED:
  case CHAT_MESSAGE_WRITTEN: return "◷";
  case CHAT_MESSAGE_SENT: return "✓";
  case CHAT_MESSAGE_DELIVERED:
  case CHAT_MESSAGE_READ: return "✓✓";
  case CHAT_MESSAGE_FAILED: return "!";
  case CHAT_MESSAGE_RECEIVED:
  default: return NULL;
  }
}

static void
forget (StonechatChatRow *self)
{
  g_clear_pointer (&self->name, g_free);
  g_clear_pointer (&self->account, g_free);
  g_clear_pointer (&self->stamp, g_free);
  g_clear_pointer (&self->mark, g_free);
  g_clear_pointer (&self->preview, g_free);
  g_clear_pointer (&self->count, g_free);
  self->unread = self->mark_is_accent = self->preview_is_accent = FALSE;
}

static void
take_conversation (StonechatChatRow *self, ChatConversation *conversation)
{
  gint64 time = chat_conversation_get_last_time (conversation);
  guint unread = chat_conversation_get_unread (conversation);
  const char *draft = chat_conversation_get_draft (conversation);
  ChatMessageState state;
  gboolean own, composing, to_self;

  g_object_get (conversation, "preview", &self->preview, "preview-own", &own, "preview-state", &state, "availability",
                &self->availability, "peer-composing", &composing, "note-to-self", &to_self, NULL);
  if (composing) {
    g_free (self->preview);
    self->preview = g_strdup (_("writing…"));
  } else if (draft && *draft) {
    g_free (self->preview);
    self->preview = g_strdelimit (g_strdup (draft), "\n", ' ');
    self->mark = g_strdup (_("Draft:"));
  } else if (own) {
    self->mark = g_strdup (state_mark (state));
  }
  self->mark_is_accent = draft && *draft;
  self->preview_is_accent = composing;
  self->name = g_strdup (chat_conversation_get_name (conversation));
  self->stamp = time ? stonechat_time_short (time) : NULL;
  self->count = unread > 999 ? g_strdup ("999+") : unread ? g_strdup_printf ("%u", unread) : NULL;
  self->unread = unread > 0;
  self->avatar = 42;
  self->show_presence = !to_self;
  if (self->show_account)
    self->account = g_strdup (chat_account_get_name (chat_conversation_get_account (conversation)));
}

static void
take_contact (StonechatChatRow *self, ChatContact *contact)
{
  self->name = g_strdup (chat_contact_get_name (contact));
  self->preview = g_strdup (chat_contact_get_presence_line (contact));
  self->availability = chat_contact_get_availability (contact);
  self->avatar = 34;
  self->show_presence = TRUE;
  if (self->show_account)
    self->account = g_strdup (chat_account_get_name (chat_contact_get_account (contact)));
}

static void
take_group (StonechatChatRow *self, StonechatGroup *group)
{
  self->name = g_strdup (stonechat_group_get_name (group));
  /* Translators: how many of a group of contacts are online, and how many there are */
  self->stamp = g_strdup_printf (_("%u of %u"), stonechat_group_get_online (group), stonechat_group_get_total (group));
  self->mark = g_strdup (stonechat_group_get_folded (group) ? "▸" : "▾");
  self->avatar = 0;
}

char *
stonechat_chat_row_describe (StonechatChatRow *self)
{
  GString *text = g_string_new (self->name);
  guint unread = CHAT_IS_CONVERSATION (self->item) ? chat_conversation_get_unread (CHAT_CONVERSATION (self->item)) : 0;

  if (self->account)
    g_string_append_printf (text, ", %s", self->account);
  if (STONECHAT_IS_GROUP (self->item))
    g_string_append_printf (text, ", %s, %s", self->stamp,
                            stonechat_group_get_folded (STONECHAT_GROUP (self->item)) ? _("folded") : _("unfolded"));
  if (CHAT_IS_CONVERSATION (self->item) && self->show_presence)
    g_string_append_printf (text, ", %s", stonechat_availability_word (self->availability));
  if (unread) {
    g_autofree char *count = g_strdup_printf (ngettext ("%u unread message", "%u unread messages", unread), unread);

    g_string_append_printf (text, ", %s", count);
  }
  if (self->preview && *self->preview)
    g_string_append_printf (text, ", %s%s%s", self->mark_is_accent ? self->mark : "", self->mark_is_accent ? " " : "", self->preview);
  return g_string_free (text, FALSE);
}

static void
update (StonechatChatRow *self)
{
  GtkWidget *parent = gtk_widget_get_parent (GTK_WIDGET (self));
  int avatar = self->avatar;
  g_autofree char *description = NULL;

  forget (self);
  if (CHAT_IS_CONVERSATION (self->item))
    take_conversation (self, CHAT_CONVERSATION (self->item));
  else if (CHAT_IS_CONTACT (self->item))
    take_contact (self, CHAT_CONTACT (self->item));
  else
    take_group (self, STONECHAT_GROUP (self->item));
  if (avatar != self->avatar)
    gtk_widget_queue_resize (GTK_WIDGET (self));
  gtk_widget_queue_draw (GTK_WIDGET (self));
  description = stonechat_chat_row_describe (self);
  gtk_accessible_update_property (GTK_ACCESSIBLE (self), GTK_ACCESSIBLE_PROPERTY_LABEL, description, -1);
  if (parent)
    gtk_accessible_update_property (GTK_ACCESSIBLE (parent), GTK_ACCESSIBLE_PROPERTY_LABEL, description, -1);
}

static void
item_notify_cb (StonechatChatRow *self, GParamSpec *pspec)
{
  static const char *const unseen[] = { "waiting-reason", "encrypted-hint", "timeline", "contact", "presence-line", NULL };

  /* All chats of an account get another reason for waiting at once. */
  if (!CHAT_IS_CONVERSATION (self->item) || !g_strv_contains (unseen, pspec->name))
    update (self);
}

void
stonechat_chat_row_set_item (StonechatChatRow *self, gpointer item)
{
  if (self->item)
    g_signal_handlers_disconnect_by_data (self->item, self);
  g_set_object (&self->item, item);
  if (item) {
    g_signal_connect_swapped (item, "notify", G_CALLBACK (item_notify_cb), self);
    update (self);
  }
}

void
stonechat_chat_row_set_show_account (StonechatChatRow *self, gboolean show)
{
  if (self->show_account == show)
    return;
  self->show_account = show;
  if (self->item)
    update (self);
}

/* -- how it looks ---------------------------------------------------------------------------------------------------- */

static PangoLayout *
new_layout (StonechatChatRow *self, const char *text, double scale, PangoWeight weight, gboolean digits)
{
  PangoLayout *layout = gtk_widget_create_pango_layout (GTK_WIDGET (self), text);
  PangoAttrList *attributes = pango_attr_list_new ();

  pango_attr_list_insert (attributes, pango_attr_weight_new (weight));
  if (scale != 1)
    pango_attr_list_insert (attributes, pango_attr_scale_new (scale));
  if (digits)
    pango_attr_list_insert (attributes, pango_attr_font_features_new ("tnum"));
  pango_layout_set_attributes (layout, attributes);
  pango_layout_set_single_paragraph_mode (layout, TRUE);
  pango_layout_set_ellipsize (layout, PANGO_ELLIPSIZE_END);
  pango_attr_list_unref (attributes);
  return layout;
}

/* Draws a text in a part of the row that is given from its start side; the width that it took. */
static int
draw_text (StonechatChatRow *self, GtkSnapshot *snapshot, PangoLayout *layout, const GdkRGBA *color, double alpha, int start, int most,
           int y, int height)
{
  gboolean rtl = gtk_widget_get_direction (GTK_WIDGET (self)) == GTK_TEXT_DIR_RTL;
  GdkRGBA shade = *color;
  int width, tall;

  if (most <= 0)
    return 0;
  pango_layout_get_pixel_size (layout, &width, NULL);
  if (width > most)
    pango_layout_set_width (layout, most * PANGO_SCALE);
  pango_layout_get_pixel_size (layout, &width, &tall);
  shade.alpha *= alpha;
  gtk_snapshot_save (snapshot);
  gtk_snapshot_translate (snapshot, &GRAPHENE_POINT_INIT (rtl ? gtk_widget_get_width (GTK_WIDGET (self)) - start - width : start,
                                                          y + (height - tall) / 2));
  gtk_snapshot_append_layout (snapshot, layout, &shade);
  gtk_snapshot_restore (snapshot);
  return width;
}

static int
layout_width (PangoLayout *layout)
{
  int width;

  pango_layout_get_pixel_size (layout, &width, NULL);
  return width;
}

/* Of the list's font, asked once for all its rows. */
static int
line_height (GtkWidget *widget)
{
  GtkWidget *list = gtk_widget_get_ancestor (widget, GTK_TYPE_LIST_VIEW);
  PangoContext *context = gtk_widget_get_pango_context (list ? list : widget);
  guint serial = pango_context_get_serial (context);

  if (GPOINTER_TO_UINT (g_object_get_data (G_OBJECT (context), "stonechat-serial")) != serial) {
    PangoFontMetrics *metrics = pango_context_get_metrics (context, NULL, NULL);
    int height = PANGO_PIXELS_CEIL (pango_font_metrics_get_height (metrics));

    pango_font_metrics_unref (metrics);
    g_object_set_data (G_OBJECT (context), "stonechat-serial", GUINT_TO_POINTER (serial));
    g_object_set_data (G_OBJECT (context), "stonechat-line-height", GINT_TO_POINTER (height));
  }
  return GPOINTER_TO_INT (g_object_get_data (G_OBJECT (context), "stonechat-line-height"));
}

static void
get_color (StonechatChatRow *self, const char *name, GdkRGBA *color)
{
  GtkStyleContext *style = gtk_widget_get_style_context (GTK_WIDGET (self));

  if (!name || !gtk_style_context_lookup_color (style, name, color))
    gtk_style_context_get_color (style, color);
}

/* A number in the accent's colour at the end of the second line; the room that it took. */
static int
draw_count (StonechatChatRow *self, GtkSnapshot *snapshot, int y, int height)
{
  g_autoptr (PangoLayout) layout = new_layout (self, self->count, 0.82, PANGO_WEIGHT_BOLD, TRUE);
  gboolean rtl = gtk_widget_get_direction (GTK_WIDGET (self)) == GTK_TEXT_DIR_RTL;
  int whole = gtk_widget_get_width (GTK_WIDGET (self)), width = MAX (layout_width (layout) + 12, height);
  graphene_rect_t bounds = GRAPHENE_RECT_INIT (rtl ? 0 : whole - width, y, width, height);
  GskRoundedRect pill;
  GdkRGBA ground, text;

  get_color (self, "accent_bg_color", &ground);
  get_color (self, "accent_fg_color", &text);
  gsk_rounded_rect_init_from_rect (&pill, &bounds, height / 2.0);
  gtk_snapshot_push_rounded_clip (snapshot, &pill);
  gtk_snapshot_append_color (snapshot, &ground, &bounds);
  gtk_snapshot_pop (snapshot);
  draw_text (self, snapshot, layout, &text, 1, whole - width + (width - layout_width (layout)) / 2, width, y, height);
  return width + INNER_GAP;
}

static void
draw_person (StonechatChatRow *self, GtkSnapshot *snapshot)
{
  gboolean rtl = gtk_widget_get_direction (GTK_WIDGET (self)) == GTK_TEXT_DIR_RTL;
  XmppJid *jid = CHAT_IS_CONTACT (self->item) ? chat_contact_get_jid (CHAT_CONTACT (self->item))
                                              : chat_conversation_get_jid (CHAT_CONVERSATION (self->item));
  int width = gtk_widget_get_width (GTK_WIDGET (self)), height = gtk_widget_get_height (GTK_WIDGET (self)), x = rtl ? width - self->avatar : 0;

  stonechat_avatar_draw (GTK_WIDGET (self), snapshot, x, (height - self->avatar) / 2, self->avatar, self->name, xmpp_jid_get_bare_string (jid));
  if (self->show_presence)
    stonechat_avatar_draw_badge (GTK_WIDGET (self), snapshot, x, (height - self->avatar) / 2, self->avatar, self->availability);
}

static void
draw_first_line (StonechatChatRow *self, GtkSnapshot *snapshot, int start, int width, int y, int line)
{
  g_autoptr (PangoLayout) name = new_layout (self, self->name, 1, PANGO_WEIGHT_BOLD, FALSE);
  GdkRGBA color;

  get_color (self, NULL, &color);
  if (self->stamp) {
    g_autoptr (PangoLayout) stamp = new_layout (self, self->stamp, 0.82, PANGO_WEIGHT_NORMAL, TRUE);
    int taken = layout_width (stamp);

    draw_text (self, snapshot, stamp, &color, 0.65, start + width - taken, taken, y, line);
    width -= taken + INNER_GAP;
  }
  if (self->account) {
    g_autoptr (PangoLayout) account = new_layout (self, self->account, 0.82, PANGO_WEIGHT_NORMAL, FALSE);
    int taken = MIN (layout_width (account), MAX (width - layout_width (name) - INNER_GAP, width / 3));
    int at = draw_text (self, snapshot, name, &color, 1, start, width - taken - INNER_GAP, y, line);

    draw_text (self, snapshot, account, &color, 0.65, start + at + INNER_GAP, taken, y + 1, line);
  } else {
    draw_text (self, snapshot, name, &color, 1, start, width, y, line);
  }
}

static void
draw_second_line (StonechatChatRow *self, GtkSnapshot *snapshot, int start, int width, int y, int line)
{
  GdkRGBA color, accent;

  get_color (self, NULL, &color);
  get_color (self, "accent_color", &accent);
  if (self->count)
    width -= draw_count (self, snapshot, y, line);
  if (self->mark) {
    g_autoptr (PangoLayout) mark = new_layout (self, self->mark, 1, PANGO_WEIGHT_NORMAL, FALSE);
    int taken = draw_text (self, snapshot, mark, self->mark_is_accent ? &accent : &color, self->mark_is_accent ? 1 : 0.7, start, width, y, line) + 4;

    start += taken;
    width -= taken;
  }
  if (self->preview && *self->preview) {
    g_autoptr (PangoLayout) preview = new_layout (self, self->preview, 1, PANGO_WEIGHT_NORMAL, FALSE);

    draw_text (self, snapshot, preview, self->preview_is_accent ? &accent : &color, self->preview_is_accent ? 1 : self->unread ? 0.95 : 0.7,
               start, width, y, line);
  }
}

static void
draw_heading (StonechatChatRow *self, GtkSnapshot *snapshot)
{
  int width = gtk_widget_get_width (GTK_WIDGET (self)), height = gtk_widget_get_height (GTK_WIDGET (self));
  g_autoptr (PangoLayout) mark = new_layout (self, self->mark, 0.82, PANGO_WEIGHT_NORMAL, FALSE);
  g_autoptr (PangoLayout) name = new_layout (self, self->name, 0.82, PANGO_WEIGHT_BOLD, FALSE);
  g_autoptr (PangoLayout) count = new_layout (self, self->stamp, 0.82, PANGO_WEIGHT_NORMAL, TRUE);
  int taken = layout_width (count);
  GdkRGBA color;

  get_color (self, NULL, &color);
  draw_text (self, snapshot, mark, &color, 0.7, 2, 20, 6, height - 6);
  draw_text (self, snapshot, name, &color, 0.7, 22, width - 22 - taken - INNER_GAP, 6, height - 6);
  draw_text (self, snapshot, count, &color, 0.6, width - taken, taken, 6, height - 6);
}

static void
stonechat_chat_row_snapshot (GtkWidget *widget, GtkSnapshot *snapshot)
{
  StonechatChatRow *self = STONECHAT_CHAT_ROW (widget);
  int line, start, width, y;

  if (!self->item)
    return;
  if (!self->avatar) {
    draw_heading (self, snapshot);
    return;
  }
  line = line_height (widget);
  start = self->avatar + GAP;
  width = gtk_widget_get_width (widget) - start;
  y = (gtk_widget_get_height (widget) - 2 * line - 1) / 2;
  draw_person (self, snapshot);
  draw_first_line (self, snapshot, start, width, y, line);
  draw_second_line (self, snapshot, start, width, y + line + 1, line);
}

static void
stonechat_chat_row_measure (GtkWidget *widget, GtkOrientation orientation, int for_size, int *minimum, int *natural,
                            int *minimum_baseline, int *natural_baseline)
{
  StonechatChatRow *self = STONECHAT_CHAT_ROW (widget);

  *minimum_baseline = *natural_baseline = -1;
  if (orientation == GTK_ORIENTATION_HORIZONTAL)
    *minimum = 120, *natural = 280;
  else
    *minimum = *natural = self->avatar ? MAX (self->avatar, 2 * line_height (widget) + 1) : line_height (widget) + 6;
}

/* Over the picture the presence in words, elsewhere what may have been cut off. */
static gboolean
stonechat_chat_row_query_tooltip (GtkWidget *widget, int x, int y, gboolean keyboard, GtkTooltip *tooltip)
{
  StonechatChatRow *self = STONECHAT_CHAT_ROW (widget);
  g_autofree char *text = NULL;
  gboolean rtl = gtk_widget_get_direction (widget) == GTK_TEXT_DIR_RTL;

  if (!self->item || !self->avatar)
    return FALSE;
  if (self->show_presence && (rtl ? gtk_widget_get_width (widget) - x : x) < self->avatar)
    text = g_strdup (stonechat_availability_word (self->availability));
  else if (CHAT_IS_CONTACT (self->item))
    text = g_strdup_printf ("%s\n%s", self->name, self->preview);
  else
    return FALSE;
  gtk_tooltip_set_text (tooltip, text);
  return TRUE;
}

/* -- life ------------------------------------------------------------------------------------------------------------ */

/* NULL for a heading. */
static ChatAccount *
get_whom (StonechatChatRow *self, XmppJid **jid)
{
  if (CHAT_IS_CONTACT (self->item)) {
    *jid = chat_contact_get_jid (CHAT_CONTACT (self->item));
    return chat_contact_get_account (CHAT_CONTACT (self->item));
  }
  if (CHAT_IS_CONVERSATION (self->item)) {
    *jid = chat_conversation_get_jid (CHAT_CONVERSATION (self->item));
    return chat_conversation_get_account (CHAT_CONVERSATION (self->item));
  }
  return NULL;
}

/* For screen readers too, which know a row by its actions. */
static void
open_action (GtkWidget *widget, const char *name, GVariant *parameter)
{
  StonechatChatRow *self = STONECHAT_CHAT_ROW (widget);
  XmppJid *jid;
  ChatAccount *account = get_whom (self, &jid);

  if (STONECHAT_IS_GROUP (self->item))
    gtk_widget_activate_action (widget, "sidebar.toggle-group", "s", self->name);
  else if (account)
    gtk_widget_activate_action (widget, "win.open-conversation", "(ss)", chat_account_get_address (account), xmpp_jid_get_bare_string (jid));
}

static void
copy_action (GtkWidget *widget, const char *name, GVariant *parameter)
{
  StonechatChatRow *self = STONECHAT_CHAT_ROW (widget);
  XmppJid *jid;

  if (get_whom (self, &jid))
    gdk_clipboard_set_text (gtk_widget_get_clipboard (widget), xmpp_jid_get_bare_string (jid));
}

static void
mark_read_action (GtkWidget *widget, const char *name, GVariant *parameter)
{
  StonechatChatRow *self = STONECHAT_CHAT_ROW (widget);

  if (CHAT_IS_CONVERSATION (self->item))
    chat_conversation_mark_read (CHAT_CONVERSATION (self->item));
}

static void
add_for_person (GMenu *menu, const char *label, const char *action, ChatAccount *account, XmppJid *jid)
{
  g_autoptr (GMenuItem) item = g_menu_item_new (label, NULL);

  g_menu_item_set_action_and_target (item, action, "(ss)", chat_account_get_address (account), xmpp_jid_get_bare_string (jid));
  g_menu_append_item (menu, item);
}

static GMenuModel *
new_menu (StonechatChatRow *self, ChatAccount *account, XmppJid *jid)
{
  GMenu *menu = g_menu_new ();
  ChatContact *contact = CHAT_IS_CONTACT (self->item) ? CHAT_CONTACT (self->item)
                                                      : chat_conversation_get_contact (CHAT_CONVERSATION (self->item));

  g_menu_append (menu, CHAT_IS_CONTACT (self->item) ? _("_Write") : _("_Open"), "row.open");
  if (self->unread)
    g_menu_append (menu, _("Mark as _Read"), "row.mark-read");
  if (contact)
    add_for_person (menu, _("_Contact Details"), "win.contact-details", account, jid);
  else if (self->show_presence)
    add_for_person (menu, _("_Add to Contacts"), "win.add-contact-for", account, jid);
  g_menu_append (menu, _("Copy _Address"), "row.copy-address");
  return G_MENU_MODEL (menu);
}

static void
menu_closed_cb (GtkPopover *menu)
{
  /* The chosen action is activated after this. */
  GtkWidget *row = gtk_widget_get_parent (GTK_WIDGET (menu));

  if (row && gtk_widget_get_parent (row))
    gtk_widget_grab_focus (gtk_widget_get_parent (row));
}

static void
pop_up (StonechatChatRow *self, double x, double y)
{
  XmppJid *jid;
  ChatAccount *account = get_whom (self, &jid);
  g_autoptr (GMenuModel) model = account ? new_menu (self, account, jid) : NULL;

  if (!model)
    return;
  g_clear_pointer (&self->menu, gtk_widget_unparent);
  self->menu = gtk_popover_menu_new_from_model (model);
  gtk_widget_set_parent (self->menu, GTK_WIDGET (self));
  gtk_popover_set_has_arrow (GTK_POPOVER (self->menu), FALSE);
  gtk_popover_set_pointing_to (GTK_POPOVER (self->menu), &(GdkRectangle) { x, y, 1, 1 });
  gtk_widget_set_halign (self->menu, GTK_ALIGN_START);
  g_signal_connect (self->menu, "closed", G_CALLBACK (menu_closed_cb), NULL);
  gtk_popover_popup (GTK_POPOVER (self->menu));
}

static void
menu_action (GtkWidget *widget, const char *name, GVariant *parameter)
{
  pop_up (STONECHAT_CHAT_ROW (widget), gtk_widget_get_width (widget) / 2, gtk_widget_get_height (widget) / 2);
}

static void
pressed_cb (GtkGesture *gesture, int n, double x, double y, StonechatChatRow *self)
{
  gtk_gesture_set_state (gesture, GTK_EVENT_SEQUENCE_CLAIMED);
  pop_up (self, x, y);
}

static void
held_cb (GtkGesture *gesture, double x, double y, StonechatChatRow *self)
{
  gtk_gesture_set_state (gesture, GTK_EVENT_SEQUENCE_CLAIMED);
  pop_up (self, x, y);
}

static void
stonechat_chat_row_size_allocate (GtkWidget *widget, int width, int height, int baseline)
{
  StonechatChatRow *self = STONECHAT_CHAT_ROW (widget);

  if (self->menu)
    gtk_popover_present (GTK_POPOVER (self->menu));
}

GtkWidget *
stonechat_chat_row_new (void)
{
  return g_object_new (STONECHAT_TYPE_CHAT_ROW, NULL);
}

static void
stonechat_chat_row_dispose (GObject *object)
{
  StonechatChatRow *self = STONECHAT_CHAT_ROW (object);

  stonechat_chat_row_set_item (self, NULL);
  forget (self);
  g_clear_pointer (&self->menu, gtk_widget_unparent);
  G_OBJECT_CLASS (stonechat_chat_row_parent_class)->dispose (object);
}

static void
stonechat_chat_row_class_init (StonechatChatRowClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = stonechat_chat_row_dispose;
  widget_class->snapshot = stonechat_chat_row_snapshot;
  widget_class->measure = stonechat_chat_row_measure;
  widget_class->query_tooltip = stonechat_chat_row_query_tooltip;
  widget_class->size_allocate = stonechat_chat_row_size_allocate;
  gtk_widget_class_install_action (widget_class, "row.open", NULL, open_action);
  gtk_widget_class_install_action (widget_class, "row.mark-read", NULL, mark_read_action);
  gtk_widget_class_install_action (widget_class, "row.copy-address", NULL, copy_action);
  gtk_widget_class_install_action (widget_class, "row.menu", NULL, menu_action);
  gtk_widget_class_set_css_name (widget_class, "chatrow");
}

static void
stonechat_chat_row_init (StonechatChatRow *self)
{
  GtkGesture *press = gtk_gesture_click_new (), *hold = gtk_gesture_long_press_new ();

  gtk_gesture_single_set_button (GTK_GESTURE_SINGLE (press), GDK_BUTTON_SECONDARY);
  gtk_gesture_single_set_touch_only (GTK_GESTURE_SINGLE (hold), TRUE);
  g_signal_connect (press, "pressed", G_CALLBACK (pressed_cb), self);
  g_signal_connect (hold, "pressed", G_CALLBACK (held_cb), self);
  gtk_widget_add_controller (GTK_WIDGET (self), GTK_EVENT_CONTROLLER (press));
  gtk_widget_add_controller (GTK_WIDGET (self), GTK_EVENT_CONTROLLER (hold));
  gtk_widget_set_has_tooltip (GTK_WIDGET (self), TRUE);
}
