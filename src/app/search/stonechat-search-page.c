/* SPDX-License-Identifier: GPL-3.0-or-later
 * SPDX-FileCopyrightText: The Stonechat authors */
#include "stonechat-search-page.h"
#include "stonechat-date-range.h"
#include "stonechat-fields.h"
#include "stonechat-hit-row.h"
#include "stonechat-narrow.h"
#include "stonechat-stack.h"

#include <glib/gi18n.h>

struct _StonechatSearchPage {
  GtkWidget parent_instance;
  ChatProfile *profile;
  GtkWidget *box, *header, *back, *entry, *person, *no_person, *chat, *no_chat, *time, *no_time, *has_link, *mine, *stack, *list, *scrolled, *said,
    *nothing, *server, *spinner, *server_said, *ask_server;
  ChatSearch *search;
  GListModel *results;       /* of ChatSearchHit: what is here and what is on the servers, the latest first */
  gboolean filling;          /* it is not the user who chooses */
  gboolean ask_soon;         /* the servers, once it is known what is here */
  GPtrArray *people;         /* of XmppJid, as in the list of people from its second entry */
  GPtrArray *chats;          /* of ChatConversation, as in the list of chats */
};

enum { PROP_0, PROP_PROFILE, PROP_FOLDED };

G_DEFINE_FINAL_TYPE (StonechatSearchPage, stonechat_search_page, GTK_TYPE_WIDGET)

/* -- what is asked for ----------------------------------------------------------------------------------------------- */

static gpointer
get_chosen (GtkWidget *drop_down, GPtrArray *items)
{
  guint chosen = gtk_drop_down_get_selected (GTK_DROP_DOWN (drop_down));

  return chosen > 0 && chosen <= items->len ? items->pdata[chosen - 1] : NULL;
}

static gboolean
has_range (StonechatSearchPage *self)
{
  return stonechat_date_range_get_from (STONECHAT_DATE_RANGE (self->time)) || stonechat_date_range_get_to (STONECHAT_DATE_RANGE (self->time));
}

static void
ask (StonechatSearchPage *self)
{
  ChatConversation *chat = get_chosen (self->chat, self->chats);
  XmppJid *person = get_chosen (self->person, self->people);
  ChatSearchQuery query = { .text = (char *) gtk_editable_get_text (GTK_EDITABLE (self->entry)), .from = stonechat_date_range_get_from (STONECHAT_DATE_RANGE (self->time)),
                            .to = stonechat_date_range_get_to (STONECHAT_DATE_RANGE (self->time)),
                            .conversation = chat ? chat_conversation_get_id (chat) : 0,
                            .person = person ? (char *) xmpp_jid_get_bare_string (person) : NULL,
                            .has_link = gtk_toggle_button_get_active (GTK_TOGGLE_BUTTON (self->has_link)),
                            .mine = gtk_toggle_button_get_active (GTK_TOGGLE_BUTTON (self->mine)) };

  chat_search_set_query (self->search, &query);
}

static gboolean
asks_for_nothing (StonechatSearchPage *self)
{
  return !*gtk_editable_get_text (GTK_EDITABLE (self->entry)) && !get_chosen (self->chat, self->chats) && !get_chosen (self->person, self->people) &&
         !has_range (self) && !gtk_toggle_button_get_active (GTK_TOGGLE_BUTTON (self->has_link)) &&
         !gtk_toggle_button_get_active (GTK_TOGGLE_BUTTON (self->mine));
}

/* -- what was found -------------------------------------------------------------------------------------------------- */

/* Below all that was found, whether there is more on the servers. Where none of them searches there is nothing to say. */
static void
update_server (StonechatSearchPage *self)
{
  guint n = g_list_model_get_n_items (chat_search_get_archive_hits (self->search));
  gboolean can_ask, asking, asked, more, failed;
  g_autofree char *found = NULL;

  g_object_get (self->search, "can-ask", &can_ask, "asking", &asking, "asked", &asked, "ask-more", &more, "ask-failed", &failed, NULL);
  gtk_widget_set_visible (self->server, can_ask && *gtk_editable_get_text (GTK_EDITABLE (self->entry)));
  gtk_widget_set_visible (self->spinner, asking);
  gtk_spinner_set_spinning (GTK_SPINNER (self->spinner), asking);
  gtk_widget_set_visible (self->ask_server, !asking && (!asked || more || failed));
  gtk_button_set_label (GTK_BUTTON (self->ask_server), asked && more && !failed ? _("Search Further Back") : _("Search the Server’s Archive Too"));
  found = g_strdup_printf (ngettext ("%u more message on the server", "%u more messages on the server", n), n);
  gtk_label_set_text (GTK_LABEL (self->server_said),
                      asking ? _("Searching the server’s archive…") : failed ? _("The server didn’t answer. Please try again.")
                      : !asked ? "" : n ? found : more ? _("Nothing more so far") : _("Nothing more on the server"));
}

static void
ask_server_cb (StonechatSearchPage *self)
{
  chat_search_ask_servers (self->search);
}

static void
update (StonechatSearchPage *self)
{
  guint n = g_list_model_get_n_items (self->results), n_here = g_list_model_get_n_items (G_LIST_MODEL (self->search));
  gboolean busy, incomplete, more;
  gint64 total;
  g_autofree char *problem = NULL, *said = NULL;

  g_object_get (self->search, "busy", &busy, "incomplete", &incomplete, "more", &more, "total", &total, "problem", &problem, NULL);
  /* What was found before stands until it is known what comes. */
  if (n)
    gtk_stack_set_visible_child_name (GTK_STACK (self->stack), "list");
  else if (asks_for_nothing (self))
    gtk_stack_set_visible_child_name (GTK_STACK (self->stack), "rest");
  else if (!busy)
    gtk_stack_set_visible_child_name (GTK_STACK (self->stack), "nothing");
  if (problem)
    said = g_strdup (problem);
  else if (n_here && incomplete)
    said = g_strdup (_("Older messages can’t be searched yet"));
  else if (n_here && (total >= 0 || !more))
    said = g_strdup_printf (ngettext ("%u message", "%u messages", MAX (n_here, total)), (guint) MAX (n_here, total));
  gtk_label_set_text (GTK_LABEL (self->said), said ? said : "");
  gtk_widget_set_visible (self->said, said != NULL);
  adw_status_page_set_description (ADW_STATUS_PAGE (self->nothing), incomplete ? _("Older messages can’t be searched yet.")
                                                                             : _("Try another word, or fewer of them."));
  update_server (self);
  if (self->ask_soon && !busy) {
    self->ask_soon = FALSE;
    chat_search_ask_servers (self->search);
  }
}

/* What is chosen is in the name, and can be taken away. */
static void
update_chip (GtkWidget *drop_down, GtkWidget *remove, const char *name)
{
  GtkStringObject *chosen = gtk_drop_down_get_selected_item (GTK_DROP_DOWN (drop_down));
  g_autofree char *label = chosen ? g_strdup_printf ("%s: %s", name, gtk_string_object_get_string (chosen)) : g_strdup (name);

  gtk_accessible_update_property (GTK_ACCESSIBLE (drop_down), GTK_ACCESSIBLE_PROPERTY_LABEL, label, -1);
  gtk_widget_set_visible (remove, chosen && gtk_drop_down_get_selected (GTK_DROP_DOWN (drop_down)) > 0);
}

static void
update_chips (StonechatSearchPage *self)
{
  update_chip (self->person, self->no_person, _("By Whom"));
  update_chip (self->chat, self->no_chat, _("In Which Chat"));
  gtk_widget_set_visible (self->no_time, has_range (self));
}

static void
remove_cb (StonechatSearchPage *self, GtkWidget *button)
{
  GtkWidget *filter = gtk_widget_get_prev_sibling (button);

  if (STONECHAT_IS_DATE_RANGE (filter))
    stonechat_date_range_clear (STONECHAT_DATE_RANGE (filter));
  else
    gtk_drop_down_set_selected (GTK_DROP_DOWN (filter), 0);
  gtk_widget_grab_focus (self->entry);
}

static void
changed_cb (StonechatSearchPage *self)
{
  if (self->filling)
    return;
  self->ask_soon = FALSE;
  update_chips (self);
  ask (self);
  update (self);
}

static void
scrolled_cb (StonechatSearchPage *self, GtkAdjustment *adjustment)
{
  double below = gtk_adjustment_get_upper (adjustment) - gtk_adjustment_get_value (adjustment) - gtk_adjustment_get_page_size (adjustment);

  if (below < gtk_adjustment_get_page_size (adjustment))
    chat_search_load_more (self->search);
}

static void
open_cb (StonechatSearchPage *self, guint position)
{
  g_autoptr (ChatSearchHit) hit = g_list_model_get_item (self->results, position);
  ChatConversation *chat = hit ? chat_search_hit_get_conversation (hit) : NULL;
  ChatMessage *message = hit ? chat_search_hit_get_message (hit) : NULL;
  const char *id = hit ? chat_search_hit_get_archive_id (hit) : NULL;

  if (chat && !chat_message_get_id (message))
    gtk_widget_activate_action (GTK_WIDGET (self), "win.open-archived", "(ssxs)", chat_account_get_address (chat_conversation_get_account (chat)),
                                xmpp_jid_get_bare_string (chat_conversation_get_jid (chat)), chat_message_get_time (message), id ? id : "");
  else if (chat)
    gtk_widget_activate_action (GTK_WIDGET (self), "win.open-message", "(ssx)", chat_account_get_address (chat_conversation_get_account (chat)),
                                xmpp_jid_get_bare_string (chat_conversation_get_jid (chat)),
                                chat_message_get_id (message));
}

static void
setup_cb (StonechatSearchPage *self, GtkListItem *item)
{
  gtk_list_item_set_child (item, stonechat_hit_row_new ());
}

static void
bind_cb (StonechatSearchPage *self, GtkListItem *item)
{
  stonechat_hit_row_set_hit (STONECHAT_HIT_ROW (gtk_list_item_get_child (item)), gtk_list_item_get_item (item));
}

/* -- whom and where -------------------------------------------------------------------------------------------------- */

static int
compare_contacts (gconstpointer a, gconstpointer b)
{
  return g_utf8_collate (chat_contact_get_name (*(ChatContact **) a), chat_contact_get_name (*(ChatContact **) b));
}

static void
fill_people (StonechatSearchPage *self)
{
  GListModel *contacts = chat_profile_get_contacts (self->profile);
  g_autoptr (GtkStringList) names = gtk_string_list_new ((const char *[]) { _("Anybody"), NULL });
  g_autoptr (GPtrArray) sorted = g_ptr_array_new_with_free_func (g_object_unref);

  for (guint i = 0; i < g_list_model_get_n_items (contacts); i++)
    g_ptr_array_add (sorted, g_list_model_get_item (contacts, i));
  g_ptr_array_sort (sorted, compare_contacts);
  g_ptr_array_set_size (self->people, 0);
  for (guint i = 0; i < sorted->len; i++) {
    gtk_string_list_append (names, chat_contact_get_name (sorted->pdata[i]));
    g_ptr_array_add (self->people, xmpp_jid_ref (chat_contact_get_jid (sorted->pdata[i])));
  }
  gtk_drop_down_set_model (GTK_DROP_DOWN (self->person), G_LIST_MODEL (names));
}

static void
fill_chats (StonechatSearchPage *self)
{
  GListModel *chats = chat_profile_get_conversations (self->profile);
  g_autoptr (GtkStringList) names = gtk_string_list_new ((const char *[]) { _("All Chats"), NULL });

  g_ptr_array_set_size (self->chats, 0);
  for (guint i = 0; i < g_list_model_get_n_items (chats); i++) {
    g_autoptr (ChatConversation) chat = g_list_model_get_item (chats, i);

    gtk_string_list_append (names, chat_conversation_get_name (chat));
    g_ptr_array_add (self->chats, g_object_ref (chat));
  }
  gtk_drop_down_set_model (GTK_DROP_DOWN (self->chat), G_LIST_MODEL (names));
}

/* The lists are those of the moment when one comes to search, but for what was chosen. */
void
stonechat_search_page_focus (StonechatSearchPage *self)
{
  /* What was found stays, here and on the servers. */
  self->filling = TRUE;
  if (!get_chosen (self->person, self->people))
    fill_people (self);
  if (!get_chosen (self->chat, self->chats))
    fill_chats (self);
  self->filling = FALSE;
  gtk_widget_grab_focus (self->entry);
  gtk_editable_select_region (GTK_EDITABLE (self->entry), 0, -1);
}

void
stonechat_search_page_search_in (StonechatSearchPage *self, ChatConversation *chat, const char *text)
{
  guint position;

  self->filling = TRUE;
  stonechat_date_range_clear (STONECHAT_DATE_RANGE (self->time));
  gtk_drop_down_set_selected (GTK_DROP_DOWN (self->person), 0);
  fill_chats (self);
  if (g_ptr_array_find (self->chats, chat, &position))
    gtk_drop_down_set_selected (GTK_DROP_DOWN (self->chat), position + 1);
  gtk_editable_set_text (GTK_EDITABLE (self->entry), text);
  self->filling = FALSE;
  changed_cb (self);
  self->ask_soon = TRUE;
}

static void
name_filter (GtkWidget *drop_down, const char *name)
{
  g_autoptr (GtkExpression) expression = gtk_property_expression_new (GTK_TYPE_STRING_OBJECT, NULL, "string");

  gtk_drop_down_set_expression (GTK_DROP_DOWN (drop_down), expression);
  stonechat_field_name_drop_down (drop_down, name);
}

/* -- life ------------------------------------------------------------------------------------------------------------ */

/* From the field down to what was found. */
static gboolean
key_cb (StonechatSearchPage *self, guint key)
{
  if (key != GDK_KEY_Down && key != GDK_KEY_KP_Down)
    return FALSE;
  return gtk_widget_child_focus (self->list, GTK_DIR_TAB_FORWARD);
}

static void
activate_cb (StonechatSearchPage *self)
{
  changed_cb (self);
  gtk_widget_child_focus (self->list, GTK_DIR_TAB_FORWARD);
}

static void
stop_cb (StonechatSearchPage *self)
{
  gtk_widget_activate_action (GTK_WIDGET (self), "win.back", NULL);
}

static int
compare_hits (gconstpointer a, gconstpointer b, gpointer user_data)
{
  gint64 one = chat_message_get_time (chat_search_hit_get_message ((ChatSearchHit *) a));
  gint64 other = chat_message_get_time (chat_search_hit_get_message ((ChatSearchHit *) b));

  return one > other ? GTK_ORDERING_SMALLER : one < other ? GTK_ORDERING_LARGER : GTK_ORDERING_EQUAL;
}

static GListModel *
join_results (ChatSearch *search)
{
  GListStore *both = g_list_store_new (G_TYPE_LIST_MODEL);

  g_list_store_append (both, search);
  g_list_store_append (both, chat_search_get_archive_hits (search));
  return G_LIST_MODEL (gtk_sort_list_model_new (G_LIST_MODEL (gtk_flatten_list_model_new (G_LIST_MODEL (both))),
                                                GTK_SORTER (gtk_custom_sorter_new (compare_hits, NULL, NULL))));
}

static void
stonechat_search_page_constructed (GObject *object)
{
  StonechatSearchPage *self = STONECHAT_SEARCH_PAGE (object);
  g_autoptr (GtkNoSelection) selection = NULL;

  G_OBJECT_CLASS (stonechat_search_page_parent_class)->constructed (object);
  /* Not where only the template is looked at. */
  if (!self->profile)
    return;
  self->search = chat_profile_new_search (self->profile);
  self->results = join_results (self->search);
  selection = gtk_no_selection_new (g_object_ref (self->results));
  gtk_list_view_set_model (GTK_LIST_VIEW (self->list), GTK_SELECTION_MODEL (selection));
  g_signal_connect_object (self->results, "items-changed", G_CALLBACK (update), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (self->search, "notify", G_CALLBACK (update), self, G_CONNECT_SWAPPED);
}

static void
stonechat_search_page_set_property (GObject *object, guint id, const GValue *value, GParamSpec *pspec)
{
  StonechatSearchPage *self = STONECHAT_SEARCH_PAGE (object);

  switch (id) {
  case PROP_PROFILE: self->profile = g_value_dup_object (value); break;
  case PROP_FOLDED:
    gtk_widget_set_visible (self->back, g_value_get_boolean (value));
    stonechat_narrow_set (ADW_HEADER_BAR (self->header), g_value_get_boolean (value));
    break;
  default: G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
  }
}

static void
stonechat_search_page_dispose (GObject *object)
{
  StonechatSearchPage *self = STONECHAT_SEARCH_PAGE (object);

  g_clear_pointer (&self->box, gtk_widget_unparent);
  g_clear_object (&self->results);
  g_clear_object (&self->search);
  g_clear_pointer (&self->people, g_ptr_array_unref);
  g_clear_pointer (&self->chats, g_ptr_array_unref);
  g_clear_object (&self->profile);
  G_OBJECT_CLASS (stonechat_search_page_parent_class)->dispose (object);
}

static void
stonechat_search_page_class_init (StonechatSearchPageClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  object_class->constructed = stonechat_search_page_constructed;
  object_class->set_property = stonechat_search_page_set_property;
  object_class->dispose = stonechat_search_page_dispose;
  g_object_class_install_property (object_class, PROP_PROFILE,
    g_param_spec_object ("profile", NULL, NULL, CHAT_TYPE_PROFILE, G_PARAM_WRITABLE | G_PARAM_CONSTRUCT_ONLY | G_PARAM_STATIC_STRINGS));
  g_object_class_install_property (object_class, PROP_FOLDED,
    g_param_spec_boolean ("folded", NULL, NULL, FALSE, G_PARAM_WRITABLE | G_PARAM_STATIC_STRINGS));
  g_type_ensure (STONECHAT_TYPE_DATE_RANGE);
  gtk_widget_class_set_template_from_resource (widget_class, "/im/stonechat/Stonechat/ui/stonechat-search-page.ui");
#define BIND(child) gtk_widget_class_bind_template_child (widget_class, StonechatSearchPage, child)
  BIND (box); BIND (header); BIND (back); BIND (entry); BIND (person); BIND (chat); BIND (time); BIND (has_link); BIND (mine); BIND (stack); BIND (list);
  BIND (scrolled); BIND (said); BIND (nothing); BIND (no_person); BIND (no_chat); BIND (no_time); BIND (server); BIND (spinner); BIND (server_said);
  BIND (ask_server);
#undef BIND
}

static void
stonechat_search_page_init (StonechatSearchPage *self)
{
  g_autoptr (GtkListItemFactory) factory = gtk_signal_list_item_factory_new ();
  GtkEventController *keys = gtk_event_controller_key_new ();

  gtk_widget_init_template (GTK_WIDGET (self));
  self->people = g_ptr_array_new_with_free_func ((GDestroyNotify) xmpp_jid_unref);
  self->chats = g_ptr_array_new_with_free_func (g_object_unref);
  stonechat_stack_tell_shown (GTK_STACK (self->stack));
  name_filter (self->person, _("By Whom"));
  name_filter (self->chat, _("In Which Chat"));
  update_chips (self);
  g_signal_connect_swapped (factory, "setup", G_CALLBACK (setup_cb), self);
  g_signal_connect_swapped (factory, "bind", G_CALLBACK (bind_cb), self);
  gtk_list_view_set_factory (GTK_LIST_VIEW (self->list), factory);
  gtk_event_controller_set_propagation_phase (keys, GTK_PHASE_CAPTURE);
  g_signal_connect_swapped (keys, "key-pressed", G_CALLBACK (key_cb), self);
  gtk_widget_add_controller (self->entry, keys);
  g_signal_connect_swapped (self->entry, "search-changed", G_CALLBACK (changed_cb), self);
  g_signal_connect_swapped (self->entry, "activate", G_CALLBACK (activate_cb), self);
  g_signal_connect_swapped (self->entry, "stop-search", G_CALLBACK (stop_cb), self);
  g_signal_connect_swapped (self->person, "notify::selected", G_CALLBACK (changed_cb), self);
  g_signal_connect_swapped (self->chat, "notify::selected", G_CALLBACK (changed_cb), self);
  g_signal_connect_swapped (self->time, "changed", G_CALLBACK (changed_cb), self);
  g_signal_connect_swapped (self->no_person, "clicked", G_CALLBACK (remove_cb), self);
  g_signal_connect_swapped (self->no_chat, "clicked", G_CALLBACK (remove_cb), self);
  g_signal_connect_swapped (self->no_time, "clicked", G_CALLBACK (remove_cb), self);
  g_signal_connect_swapped (self->ask_server, "clicked", G_CALLBACK (ask_server_cb), self);
  g_signal_connect_swapped (self->has_link, "toggled", G_CALLBACK (changed_cb), self);
  g_signal_connect_swapped (self->mine, "toggled", G_CALLBACK (changed_cb), self);
  g_signal_connect_swapped (self->list, "activate", G_CALLBACK (open_cb), self);
  g_signal_connect_swapped (gtk_scrolled_window_get_vadjustment (GTK_SCROLLED_WINDOW (self->scrolled)), "value-changed", G_CALLBACK (scrolled_cb), self);
}
