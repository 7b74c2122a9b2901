/* SPDX-License-Identifier: GPL-3.0-or-later
 * SPDX-FileCopyrightText: The Stonechat authors */
#include "chat-conversation-struct.h"

#include "chat-message-private.h"
#include "chat-talk-enums.h"
#include "chat-timeline-private.h"

#include <glib/gi18n-lib.h>

/* A chat with one person, as the list and the view show it: the row of the database, the contact it belongs to, and what
 * is only true now (who is typing, whether someone looks). It exists before anything is stored; id is 0 until then. */

#define PREVIEW_MAX 200

G_DEFINE_FINAL_TYPE (ChatConversation, chat_conversation, G_TYPE_OBJECT)

enum {
  PROP_0, PROP_ACCOUNT, PROP_JID, PROP_ADDRESS, PROP_NAME, PROP_CONTACT, PROP_AVAILABILITY, PROP_PRESENCE_LINE,
  PROP_TIMELINE, PROP_PREVIEW, PROP_PREVIEW_OWN, PROP_PREVIEW_STATE, PROP_LAST_TIME, PROP_UNREAD, PROP_DRAFT, PROP_DRAFT_TARGET,
  PROP_PEER_COMPOSING, PROP_NOTE_TO_SELF, PROP_ENCRYPTED_HINT, PROP_ANNOUNCEMENT, PROP_WAITING_REASON, PROP_FILLING,
  PROP_COMPLETE, PROP_PINNED, PROP_ARCHIVED, PROP_BLOCKED, PROP_MUTED, PROP_MARKED_UNREAD, PROP_HAS_PINS, N_PROPS
};
static GParamSpec *props[N_PROPS];

static void
notify (ChatConversation *self, guint prop)
{
  if (!self->loading)
    g_object_notify_by_pspec (G_OBJECT (self), props[prop]);
}

/* -- the contact and the account ------------------------------------------------------------------------------------ */

static void
update_name (ChatConversation *self)
{
  g_autofree char *name = NULL;

  if (chat_conversation_get_note_to_self (self))
    name = g_strdup (_("Note to Self"));
  else if (self->contact != NULL)
    g_object_get (self->contact, "name", &name, NULL);
  if (name == NULL || *name == '\0') {
    g_free (name);
    name = g_strdup (xmpp_jid_get_string (self->jid));
  }
  if (g_strcmp0 (name, self->name) == 0)
    return;
  g_free (self->name);
  self->name = g_steal_pointer (&name);
  if (self->timeline != NULL)
    chat_timeline_set_sender_name (self->timeline, self->name);
  chat_conversation_rename_pins (self);
  notify (self, PROP_NAME);
}

static XmppAvailability
get_availability (ChatConversation *self)
{
  XmppAvailability availability = XMPP_AVAILABILITY_OFFLINE;

  if (self->contact != NULL)
    g_object_get (self->contact, "availability", &availability, NULL);
  return availability;
}

static char *
dup_presence_line (ChatConversation *self)
{
  char *line = NULL;

  if (self->contact != NULL)
    g_object_get (self->contact, "presence-line", &line, NULL);
  else if (!chat_conversation_get_note_to_self (self))
    line = g_strdup (_("Not in your contacts"));
  return line;
}

static void
contact_changed_cb (ChatConversation *self, GParamSpec *pspec)
{
  if (g_str_equal (pspec->name, "name")) {
    update_name (self);
  } else if (g_str_equal (pspec->name, "availability")) {
    if (get_availability (self) == XMPP_AVAILABILITY_OFFLINE)
      chat_conversation_set_peer_state (self, XMPP_CHAT_STATE_GONE);
    notify (self, PROP_AVAILABILITY);
  } else if (g_str_equal (pspec->name, "presence-line")) {
    notify (self, PROP_PRESENCE_LINE);
  }
}

void
chat_conversation_set_contact (ChatConversation *self, ChatContact *contact)
{
  if (self->contact == contact)
    return;
  if (self->contact != NULL)
    g_signal_handlers_disconnect_by_func (self->contact, contact_changed_cb, self);
  g_set_object (&self->contact, contact);
  if (contact != NULL)
    g_signal_connect_object (contact, "notify", G_CALLBACK (contact_changed_cb), self, G_CONNECT_SWAPPED);
  update_name (self);
  notify (self, PROP_CONTACT);
  notify (self, PROP_ANNOUNCEMENT);
  notify (self, PROP_AVAILABILITY);
  notify (self, PROP_PRESENCE_LINE);
}

static char *
dup_waiting_reason (ChatConversation *self)
{
  ChatAccountState state = CHAT_ACCOUNT_ONLINE;
  char *line = NULL;

  if (self->account == NULL)
    return NULL;
  g_object_get (self->account, "state", &state, NULL);
  if (state == CHAT_ACCOUNT_ONLINE)
    return NULL;
  if (state == CHAT_ACCOUNT_OFFLINE)
    return g_strdup (_("Waiting until you are online"));
  if (state == CHAT_ACCOUNT_ATTENTION)
    return g_strdup (_("Waiting: the account needs your attention"));
  g_object_get (self->account, "status-line", &line, NULL);
  return line;
}

static gboolean
is_waiting (ChatConversation *self)
{
  ChatAccountState state = CHAT_ACCOUNT_ONLINE;

  if (self->account != NULL)
    g_object_get (self->account, "state", &state, NULL);
  return state != CHAT_ACCOUNT_ONLINE;
}

static void
account_changed_cb (ChatConversation *self)
{
  notify (self, PROP_WAITING_REASON);
  if (self->timeline != NULL)
    chat_timeline_set_waiting (self->timeline, is_waiting (self));
  if (self->preview_state == CHAT_MESSAGE_WRITTEN)
    notify (self, PROP_PREVIEW_STATE);
}

/* Only who looks into it asks why something waits; there may be thousands. */
static void
follow_account (ChatConversation *self)
{
  if (self->account == NULL)
    return;
  g_signal_connect_object (self->account, "notify::state", G_CALLBACK (account_changed_cb), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (self->account, "notify::status-line", G_CALLBACK (account_changed_cb), self, G_CONNECT_SWAPPED);
}

/* -- the row -------------------------------------------------------------------------------------------------------- */

/* One line of the first characters. */
static char *
make_preview (const ChatMessageRow *last)
{
  g_autofree char *text = NULL;

  if (last == NULL)
    return NULL;
  if (last->retracted)
    return g_strdup (_("This message was deleted"));
  if (last->kind == CHAT_MESSAGE_ENCRYPTED)
    return g_strdup (_("Encrypted message, can’t be read here yet"));
  text = g_utf8_substring (last->text != NULL ? last->text : "", 0,
                           MIN (PREVIEW_MAX, g_utf8_strlen (last->text != NULL ? last->text : "", -1)));
  g_strdelimit (text, "\r\n\t", ' ');
  return g_steal_pointer (&text);
}

static void
set_preview (ChatConversation *self, const ChatMessageRow *last)
{
  g_autofree char *preview = make_preview (last);

  self->last_id = last != NULL ? last->id : 0;
  if (g_strcmp0 (preview, self->preview) != 0) {
    g_free (self->preview);
    self->preview = g_steal_pointer (&preview);
    notify (self, PROP_PREVIEW);
  }
  self->preview_own = last != NULL && last->own;
  notify (self, PROP_PREVIEW_OWN);
  self->preview_state = last != NULL ? last->state : CHAT_MESSAGE_RECEIVED;
  notify (self, PROP_PREVIEW_STATE);
  self->last_time = last != NULL ? last->time : 0;
  notify (self, PROP_LAST_TIME);
  self->last_is_headline = last != NULL && !last->own && last->kind == CHAT_MESSAGE_HEADLINE;
  notify (self, PROP_ANNOUNCEMENT);
}

/* Reading does not take the line away: whoever reads wants to see where to begin. */
void
chat_conversation_set_unread_start (ChatConversation *self, gint64 message)
{
  self->unread_start = message;
  if (self->timeline != NULL)
    chat_timeline_set_unread_start (self->timeline, message);
}

void
chat_conversation_leave (ChatConversation *self)
{
  self->keeps_unread = FALSE;
  chat_conversation_set_unread_start (self, self->unread > 0 ? self->first_unread : 0);
}

static void
set_encrypted_hint (ChatConversation *self, gboolean hint)
{
  if (self->encrypted_hint == hint)
    return;
  self->encrypted_hint = hint;
  if (self->id != 0)
    chat_store_set_setting (self->store, self->account_id, self->id, "encrypted-hint", hint ? "true" : NULL);
  notify (self, PROP_ENCRYPTED_HINT);
}

void
chat_conversation_set_row (ChatConversation *self, const ChatConversationRow *row)
{
  gboolean first = self->id == 0;

  g_object_freeze_notify (G_OBJECT (self));
  self->id = row->id;
  self->activity = row->activity;
  self->n_messages = row->n_messages;
  set_preview (self, row->last);
  chat_conversation_set_unread (self, row->unread, row->first_unread);
  chat_conversation_set_n_pins (self, row->n_pins);
  if (first) {
    self->encrypted_hint = chat_store_get_setting (self->store, self->account_id, self->id, "encrypted-hint") != NULL;
    chat_conversation_load_place (self);
    chat_conversation_load_language (self);
    notify (self, PROP_ENCRYPTED_HINT);
  }
  if (first && chat_draft_is_empty (&self->draft) && row->draft != NULL) {
    g_autoptr (ChatDraft) draft = chat_draft_copy (row->draft);

    self->draft = *draft;
    *draft = (ChatDraft) { 0 };
    notify (self, PROP_DRAFT);
    notify (self, PROP_DRAFT_TARGET);
  }
  self->draft_saved = row->draft != NULL;
  g_object_thaw_notify (G_OBJECT (self));
}

void
chat_conversation_load_row (ChatConversation *self, const ChatConversationRow *row)
{
  self->loading = TRUE;
  chat_conversation_set_row (self, row);
  self->loading = FALSE;
}

void
chat_conversation_add_rows (ChatConversation *self, GPtrArray *rows)
{
  const ChatMessageRow *newest = g_ptr_array_index (rows, rows->len - 1);

  if (newest->id == self->last_id && (newest->own || newest->announce))
    chat_conversation_return_from_archive (self, newest->own);
  /* What comes in between says nothing of how things stand. */
  if (newest->id == self->last_id && newest->own)
    chat_conversation_set_unread_start (self, 0);
  else if (newest->id == self->last_id)
    set_encrypted_hint (self, newest->kind == CHAT_MESSAGE_ENCRYPTED);
  if (self->timeline != NULL)
    chat_timeline_insert (self->timeline, rows);
}

void
chat_conversation_change_row (ChatConversation *self, const ChatMessageRow *row)
{
  if (self->timeline != NULL)
    chat_timeline_change (self->timeline, row);
  chat_conversation_change_pin (self, row);
}

void
chat_conversation_move_row (ChatConversation *self, const ChatMessageRow *row)
{
  g_autoptr (GPtrArray) rows = g_ptr_array_new_with_free_func ((GDestroyNotify) chat_message_row_free);

  chat_conversation_change_pin (self, row);
  if (self->timeline == NULL)
    return;
  g_ptr_array_add (rows, chat_message_row_copy (row));
  chat_timeline_remove (self->timeline, row->id);
  chat_timeline_insert (self->timeline, rows);
}

gboolean
chat_conversation_take_news (ChatConversation *self, const ChatMessageRow *row)
{
  if (self->shown || self->unread == 0 || row->position <= self->announced_position)
    return FALSE;
  self->announced_position = row->position;
  return !chat_conversation_get_muted (self);
}

ChatMessage *
chat_conversation_make_message (ChatConversation *self, const ChatMessageRow *row)
{
  return chat_message_new (row, self->name, CHAT_MESSAGE_HEAD | CHAT_MESSAGE_TAIL);
}

void
chat_conversation_change_state (ChatConversation *self, const ChatMessageRow *row)
{
  if (row->change != CHAT_NEW_MESSAGE) {
    if (row->state == CHAT_MESSAGE_FAILED)
      chat_conversation_change_failed (self, row);
    return;
  }
  if (self->timeline != NULL)
    chat_timeline_change_state (self->timeline, row->id, row->state, row->error);
  if (row->moved) {
    chat_conversation_move_row (self, row);
    set_preview (self, row);
  }
  if (row->id != self->last_id || self->preview_state == row->state)
    return;
  self->preview_state = row->state;
  notify (self, PROP_PREVIEW_STATE);
}

gboolean
chat_conversation_is_listed (ChatConversation *self)
{
  return !self->blocked && (self->n_messages > 0 || chat_conversation_get_draft (self) != NULL);
}

void
chat_conversation_set_blocked (ChatConversation *self, gboolean blocked)
{
  if (self->blocked == blocked)
    return;
  self->blocked = blocked;
  notify (self, PROP_BLOCKED);
}

gboolean
chat_conversation_get_blocked (ChatConversation *self)
{
  return self->blocked;
}

/* -- the object ----------------------------------------------------------------------------------------------------- */

gint64
chat_conversation_get_id (ChatConversation *self)
{
  return self->id;
}

ChatAccount *
chat_conversation_get_account (ChatConversation *self)
{
  return self->account;
}

gint64
chat_conversation_get_account_id (ChatConversation *self)
{
  return self->account_id;
}

XmppJid *
chat_conversation_get_jid (ChatConversation *self)
{
  return self->jid;
}

const char *
chat_conversation_get_name (ChatConversation *self)
{
  return self->name;
}

ChatContact *
chat_conversation_get_contact (ChatConversation *self)
{
  return self->contact;
}

ChatTimeline *
chat_conversation_get_timeline (ChatConversation *self)
{
  if (self->timeline == NULL) {
    self->timeline = chat_timeline_new (self->store, self->id, self->name);
    chat_timeline_set_people (self->timeline, xmpp_jid_get_local (self->own), xmpp_jid_get_bare_string (self->jid));
    chat_timeline_set_unread_start (self->timeline, self->unread_start);
    follow_account (self);
    chat_timeline_set_waiting (self->timeline, is_waiting (self));
    chat_conversation_gaps_changed (self);
  }
  return self->timeline;
}

guint
chat_conversation_get_unread (ChatConversation *self)
{
  return self->unread;
}

gint64
chat_conversation_get_last_time (ChatConversation *self)
{
  return self->last_time;
}

gint64
chat_conversation_get_activity (ChatConversation *self)
{
  return self->activity;
}

gboolean
chat_conversation_get_note_to_self (ChatConversation *self)
{
  return xmpp_jid_equal (self->jid, self->own);
}

static void
chat_conversation_dispose (GObject *object)
{
  ChatConversation *self = CHAT_CONVERSATION (object);

  g_clear_handle_id (&self->draft_source, g_source_remove);
  g_clear_handle_id (&self->composing_source, g_source_remove);
  g_clear_handle_id (&self->unread_source, g_source_remove);
  g_clear_handle_id (&self->gaps_source, g_source_remove);
  g_clear_handle_id (&self->mute_source, g_source_remove);
  g_clear_weak_pointer (&self->list);
  g_clear_object (&self->timeline);
  g_clear_object (&self->pins);
  g_clear_object (&self->contact);
  g_clear_object (&self->account);
  g_clear_object (&self->store);
  G_OBJECT_CLASS (chat_conversation_parent_class)->dispose (object);
}

static void
chat_conversation_finalize (GObject *object)
{
  ChatConversation *self = CHAT_CONVERSATION (object);

  g_clear_pointer (&self->own, xmpp_jid_unref);
  g_clear_pointer (&self->jid, xmpp_jid_unref);
  g_free (self->name);
  g_free (self->preview);
  chat_draft_clear (&self->draft);
  g_free (self->language);
  G_OBJECT_CLASS (chat_conversation_parent_class)->finalize (object);
}

static void
chat_conversation_set_property (GObject *object, guint id, const GValue *value, GParamSpec *pspec)
{
  switch (id) {
  case PROP_DRAFT:
    chat_conversation_set_draft (CHAT_CONVERSATION (object), g_value_get_string (value));
    break;
  default:
    G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
  }
}

static void
chat_conversation_get_property (GObject *object, guint id, GValue *value, GParamSpec *pspec)
{
  ChatConversation *self = CHAT_CONVERSATION (object);

  switch (id) {
  case PROP_ACCOUNT:
    g_value_set_object (value, self->account);
    break;
  case PROP_JID:
    g_value_set_boxed (value, self->jid);
    break;
  case PROP_ADDRESS:
    g_value_set_string (value, xmpp_jid_get_string (self->jid));
    break;
  case PROP_NAME:
    g_value_set_string (value, self->name);
    break;
  case PROP_CONTACT:
    g_value_set_object (value, self->contact);
    break;
  case PROP_AVAILABILITY:
    g_value_set_enum (value, get_availability (self));
    break;
  case PROP_PRESENCE_LINE:
    g_value_take_string (value, dup_presence_line (self));
    break;
  case PROP_TIMELINE:
    g_value_set_object (value, chat_conversation_get_timeline (self));
    break;
  case PROP_PREVIEW:
    g_value_set_string (value, self->preview);
    break;
  case PROP_PREVIEW_OWN:
    g_value_set_boolean (value, self->preview_own);
    break;
  case PROP_PREVIEW_STATE:
    g_value_set_enum (value, self->preview_state == CHAT_MESSAGE_WRITTEN && is_waiting (self) ? CHAT_MESSAGE_QUEUED : self->preview_state);
    break;
  case PROP_LAST_TIME:
    g_value_set_int64 (value, self->last_time);
    break;
  case PROP_UNREAD:
    g_value_set_uint (value, self->unread);
    break;
  case PROP_DRAFT:
    g_value_set_string (value, chat_conversation_get_draft (self));
    break;
  case PROP_DRAFT_TARGET:
    g_value_set_enum (value, chat_conversation_get_draft_target (self, NULL));
    break;
  case PROP_PEER_COMPOSING:
    g_value_set_boolean (value, self->peer_composing);
    break;
  case PROP_NOTE_TO_SELF:
    g_value_set_boolean (value, chat_conversation_get_note_to_self (self));
    break;
  case PROP_ENCRYPTED_HINT:
    g_value_set_boolean (value, self->encrypted_hint);
    break;
  case PROP_ANNOUNCEMENT:
    g_value_set_boolean (value, self->last_is_headline && self->contact == NULL);
    break;
  case PROP_WAITING_REASON:
    g_value_take_string (value, dup_waiting_reason (self));
    break;
  case PROP_FILLING:
    g_value_set_boolean (value, self->filling);
    break;
  case PROP_COMPLETE:
    g_value_set_boolean (value, self->complete);
    break;
  case PROP_PINNED:
    g_value_set_boolean (value, chat_conversation_get_pinned (self));
    break;
  case PROP_ARCHIVED:
    g_value_set_boolean (value, self->archived);
    break;
  case PROP_BLOCKED:
    g_value_set_boolean (value, self->blocked);
    break;
  case PROP_MUTED:
    g_value_set_boolean (value, chat_conversation_get_muted (self));
    break;
  case PROP_MARKED_UNREAD:
    g_value_set_boolean (value, self->marked_unread);
    break;
  case PROP_HAS_PINS:
    g_value_set_boolean (value, chat_conversation_get_has_pins (self));
    break;
  default:
    G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
  }
}

static void
install_properties (GObjectClass *klass)
{
  const GParamFlags flags = G_PARAM_READABLE | G_PARAM_STATIC_STRINGS;

  props[PROP_ACCOUNT] = g_param_spec_object ("account", NULL, NULL, G_TYPE_OBJECT, flags);
  props[PROP_JID] = g_param_spec_boxed ("jid", NULL, NULL, XMPP_TYPE_JID, flags);
  props[PROP_ADDRESS] = g_param_spec_string ("address", NULL, NULL, NULL, flags);
  props[PROP_NAME] = g_param_spec_string ("name", NULL, NULL, NULL, flags);
  props[PROP_CONTACT] = g_param_spec_object ("contact", NULL, NULL, G_TYPE_OBJECT, flags);
  props[PROP_AVAILABILITY] = g_param_spec_enum ("availability", NULL, NULL, XMPP_TYPE_AVAILABILITY, XMPP_AVAILABILITY_OFFLINE, flags);
  props[PROP_PRESENCE_LINE] = g_param_spec_string ("presence-line", NULL, NULL, NULL, flags);
  props[PROP_TIMELINE] = g_param_spec_object ("timeline", NULL, NULL, CHAT_TYPE_TIMELINE, flags);
  props[PROP_PREVIEW] = g_param_spec_string ("preview", NULL, NULL, NULL, flags);
  props[PROP_PREVIEW_OWN] = g_param_spec_boolean ("preview-own", NULL, NULL, FALSE, flags);
  props[PROP_PREVIEW_STATE] = g_param_spec_enum ("preview-state", NULL, NULL, CHAT_TYPE_MESSAGE_STATE, CHAT_MESSAGE_RECEIVED, flags);
  props[PROP_LAST_TIME] = g_param_spec_int64 ("last-time", NULL, NULL, G_MININT64, G_MAXINT64, 0, flags);
  props[PROP_UNREAD] = g_param_spec_uint ("unread", NULL, NULL, 0, G_MAXUINT, 0, flags);
  props[PROP_DRAFT] = g_param_spec_string ("draft", NULL, NULL, NULL, G_PARAM_READWRITE | G_PARAM_EXPLICIT_NOTIFY | G_PARAM_STATIC_STRINGS);
  props[PROP_DRAFT_TARGET] = g_param_spec_enum ("draft-target", NULL, NULL, CHAT_TYPE_DRAFT_TARGET, CHAT_DRAFT_NONE, flags);
  props[PROP_PEER_COMPOSING] = g_param_spec_boolean ("peer-composing", NULL, NULL, FALSE, flags);
  props[PROP_NOTE_TO_SELF] = g_param_spec_boolean ("note-to-self", NULL, NULL, FALSE, flags);
  props[PROP_ENCRYPTED_HINT] = g_param_spec_boolean ("encrypted-hint", NULL, NULL, FALSE, flags);
  props[PROP_ANNOUNCEMENT] = g_param_spec_boolean ("announcement", NULL, NULL, FALSE, flags);
  props[PROP_WAITING_REASON] = g_param_spec_string ("waiting-reason", NULL, NULL, NULL, flags);
  props[PROP_FILLING] = g_param_spec_boolean ("filling", NULL, NULL, FALSE, flags);
  props[PROP_COMPLETE] = g_param_spec_boolean ("complete", NULL, NULL, FALSE, flags);
  props[PROP_PINNED] = g_param_spec_boolean ("pinned", NULL, NULL, FALSE, flags);
  props[PROP_ARCHIVED] = g_param_spec_boolean ("archived", NULL, NULL, FALSE, flags);
  props[PROP_BLOCKED] = g_param_spec_boolean ("blocked", NULL, NULL, FALSE, flags);
  props[PROP_MUTED] = g_param_spec_boolean ("muted", NULL, NULL, FALSE, flags);
  props[PROP_MARKED_UNREAD] = g_param_spec_boolean ("marked-unread", NULL, NULL, FALSE, flags);
  props[PROP_HAS_PINS] = g_param_spec_boolean ("has-pins", NULL, NULL, FALSE, flags);
  g_object_class_install_properties (klass, N_PROPS, props);
}

static void
chat_conversation_class_init (ChatConversationClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->dispose = chat_conversation_dispose;
  object_class->finalize = chat_conversation_finalize;
  object_class->set_property = chat_conversation_set_property;
  object_class->get_property = chat_conversation_get_property;
  install_properties (object_class);
}

static void
chat_conversation_init (ChatConversation *self)
{
  self->read_position = self->announced_position = G_MININT64;
}

ChatConversation *
chat_conversation_new (ChatConversationList *list, ChatStore *store, gint64 account_id, XmppJid *own, ChatAccount *account,
                       XmppJid *jid)
{
  ChatConversation *self = g_object_new (CHAT_TYPE_CONVERSATION, NULL);

  g_set_weak_pointer (&self->list, list);
  self->store = g_object_ref (store);
  self->account_id = account_id;
  self->own = xmpp_jid_ref (own);
  self->jid = xmpp_jid_ref (jid);
  g_set_object (&self->account, account);
  update_name (self);
  return self;
}
