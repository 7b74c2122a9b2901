/* SPDX-License-Identifier: GPL-3.0-or-later
 * SPDX-FileCopyrightText: The Stonechat authors */
#include "chat-message-private.h"

#include "chat-talk-enums.h"
#include "xmpp-fallback.h"

#include <glib/gi18n-lib.h>

/* One message as it is shown. How far one's own has got and who stands beside it change; so does what it says, where its
 * author corrected it or took it back. */

#define REPLY_MAX 200            /* characters */

struct _ChatMessage {
  GObject parent_instance;
  gint64 id;
  gint64 position;
  gint64 time;
  char *text;
  char *sender_name;
  char *error_text;
  char *reactions;
  char *peer_name;
  char *own_name;           /* NULL: not told */
  char *address;            /* of the other one, NULL: not told */
  char *reply_text;
  gint64 reply_id;
  int reply_own;            /* whose message it answers; -1: not known */
  gboolean answers;
  ChatMessageKind kind;
  ChatMessageState state;
  ChatMessageFlags flags;
  gboolean own, edited, retracted, waiting, unstyled, pinned, has_id;
};

G_DEFINE_FINAL_TYPE (ChatMessage, chat_message, G_TYPE_OBJECT)

enum {
  PROP_0, PROP_ID, PROP_KIND, PROP_OWN, PROP_SENDER_NAME, PROP_TEXT, PROP_TIME, PROP_STATE, PROP_ERROR_TEXT,
  PROP_EDITED, PROP_RETRACTED, PROP_REACTIONS, PROP_REPLY_ID, PROP_REPLY_NAME, PROP_REPLY_TEXT, PROP_UNSTYLED, PROP_PINNED,
  PROP_HEAD, PROP_TAIL, PROP_DAY_START, PROP_UNREAD_START, PROP_GAP_BEFORE, N_PROPS
};
static GParamSpec *props[N_PROPS];

static void
chat_message_finalize (GObject *object)
{
  ChatMessage *self = CHAT_MESSAGE (object);

  g_free (self->text);
  g_free (self->sender_name);
  g_free (self->error_text);
  g_free (self->reactions);
  g_free (self->peer_name);
  g_free (self->own_name);
  g_free (self->address);
  g_free (self->reply_text);
  G_OBJECT_CLASS (chat_message_parent_class)->finalize (object);
}

static void
chat_message_get_property (GObject *object, guint id, GValue *value, GParamSpec *pspec)
{
  ChatMessage *self = CHAT_MESSAGE (object);

  switch (id) {
  case PROP_ID:
    g_value_set_int64 (value, self->id);
    break;
  case PROP_KIND:
    g_value_set_enum (value, self->kind);
    break;
  case PROP_OWN:
    g_value_set_boolean (value, self->own);
    break;
  case PROP_SENDER_NAME:
    g_value_set_string (value, self->sender_name);
    break;
  case PROP_TEXT:
    g_value_set_string (value, self->text);
    break;
  case PROP_TIME:
    g_value_set_int64 (value, self->time);
    break;
  case PROP_STATE:
    g_value_set_enum (value, self->state);
    break;
  case PROP_ERROR_TEXT:
    g_value_set_string (value, self->error_text);
    break;
  case PROP_EDITED:
    g_value_set_boolean (value, self->edited);
    break;
  case PROP_RETRACTED:
    g_value_set_boolean (value, self->retracted);
    break;
  case PROP_REACTIONS:
    g_value_set_string (value, self->reactions);
    break;
  case PROP_REPLY_ID:
    g_value_set_int64 (value, self->reply_id);
    break;
  case PROP_REPLY_NAME:
    g_value_set_string (value, chat_message_get_reply_name (self));
    break;
  case PROP_REPLY_TEXT:
    g_value_set_string (value, self->reply_text);
    break;
  case PROP_UNSTYLED:
    g_value_set_boolean (value, self->unstyled);
    break;
  case PROP_PINNED:
    g_value_set_boolean (value, self->pinned);
    break;
  case PROP_HEAD:
    g_value_set_boolean (value, chat_message_get_head (self));
    break;
  case PROP_TAIL:
    g_value_set_boolean (value, chat_message_get_tail (self));
    break;
  case PROP_DAY_START:
    g_value_set_boolean (value, chat_message_get_day_start (self));
    break;
  case PROP_UNREAD_START:
    g_value_set_boolean (value, chat_message_get_unread_start (self));
    break;
  case PROP_GAP_BEFORE:
    g_value_set_boolean (value, chat_message_get_gap_before (self));
    break;
  default:
    G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
  }
}

static GParamSpec *
flag_property (const char *name)
{
  return g_param_spec_boolean (name, NULL, NULL, FALSE, G_PARAM_READABLE | G_PARAM_STATIC_STRINGS);
}

static void
chat_message_class_init (ChatMessageClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  const GParamFlags flags = G_PARAM_READABLE | G_PARAM_STATIC_STRINGS;

  object_class->finalize = chat_message_finalize;
  object_class->get_property = chat_message_get_property;
  props[PROP_ID] = g_param_spec_int64 ("id", NULL, NULL, 0, G_MAXINT64, 0, flags);
  props[PROP_KIND] = g_param_spec_enum ("kind", NULL, NULL, CHAT_TYPE_MESSAGE_KIND, CHAT_MESSAGE_TEXT, flags);
  props[PROP_OWN] = flag_property ("own");
  props[PROP_SENDER_NAME] = g_param_spec_string ("sender-name", NULL, NULL, NULL, flags);
  props[PROP_TEXT] = g_param_spec_string ("text", NULL, NULL, NULL, flags);
  props[PROP_TIME] = g_param_spec_int64 ("time", NULL, NULL, G_MININT64, G_MAXINT64, 0, flags);
  props[PROP_STATE] = g_param_spec_enum ("state", NULL, NULL, CHAT_TYPE_MESSAGE_STATE, CHAT_MESSAGE_RECEIVED, flags);
  props[PROP_ERROR_TEXT] = g_param_spec_string ("error-text", NULL, NULL, NULL, flags);
  props[PROP_EDITED] = flag_property ("edited");
  props[PROP_RETRACTED] = flag_property ("retracted");
  props[PROP_REACTIONS] = g_param_spec_string ("reactions", NULL, NULL, NULL, flags);
  props[PROP_REPLY_ID] = g_param_spec_int64 ("reply-id", NULL, NULL, 0, G_MAXINT64, 0, flags);
  props[PROP_REPLY_NAME] = g_param_spec_string ("reply-name", NULL, NULL, NULL, flags);
  props[PROP_REPLY_TEXT] = g_param_spec_string ("reply-text", NULL, NULL, NULL, flags);
  props[PROP_UNSTYLED] = flag_property ("unstyled");
  props[PROP_PINNED] = flag_property ("pinned");
  props[PROP_HEAD] = flag_property ("head");
  props[PROP_TAIL] = flag_property ("tail");
  props[PROP_DAY_START] = flag_property ("day-start");
  props[PROP_UNREAD_START] = flag_property ("unread-start");
  props[PROP_GAP_BEFORE] = flag_property ("gap-before");
  g_object_class_install_properties (object_class, N_PROPS, props);
}

static void
chat_message_init (ChatMessage *self)
{
}

static const char *
text_of (const ChatMessageRow *row)
{
  if (row->retracted)
    return row->own ? _("You deleted this message") : _("This message was deleted");
  if (row->kind == CHAT_MESSAGE_ENCRYPTED)
    return _("Encrypted message, can’t be read here yet");
  return row->text != NULL ? row->text : "";
}

/* The beginning of what it answers in one line: as that is now, or else as its sender quoted it. */
static char *
make_reply_text (const ChatMessageRow *row)
{
  g_autofree char *quoted = row->reply_row == 0 && row->quote != NULL ? xmpp_fallback_unquote (row->quote) : NULL;
  const char *text = row->reply_row == 0 ? quoted : row->reply_text;
  char *line;

  if (row->reply_row != 0 && row->reply_kind == CHAT_MESSAGE_ENCRYPTED)
    text = _("Encrypted message, can’t be read here yet");
  if (row->retracted || text == NULL)
    return NULL;
  line = g_utf8_substring (text, 0, MIN (REPLY_MAX, g_utf8_strlen (text, -1)));
  return g_strdelimit (line, "\r\n\t", ' ');
}

ChatMessage *
chat_message_new (const ChatMessageRow *row, const char *sender_name, ChatMessageFlags flags)
{
  ChatMessage *self = g_object_new (CHAT_TYPE_MESSAGE, NULL);

  self->id = row->id;
  self->position = row->position;
  self->kind = row->kind;
  self->own = row->own;
  self->time = row->time;
  self->state = row->state;
  self->flags = flags;
  self->error_text = g_strdup (row->error);
  self->sender_name = g_strdup (row->own ? _("You") : sender_name);
  self->peer_name = g_strdup (sender_name);
  self->answers = row->reply_id != NULL && !row->retracted;
  self->reply_id = row->retracted ? 0 : row->reply_row;
  self->reply_own = row->reply_own;
  self->reply_text = make_reply_text (row);
  self->unstyled = row->unstyled;
  self->pinned = row->pinned;
  self->has_id = row->stanza_id != NULL;
  self->text = g_strdup (text_of (row));
  self->edited = row->edited;
  self->retracted = row->retracted;
  self->reactions = g_strdup (row->reactions);
  return self;
}

static void
set_string (ChatMessage *self, char **place, const char *value, guint prop)
{
  if (g_strcmp0 (*place, value) == 0)
    return;
  g_free (*place);
  *place = g_strdup (value);
  g_object_notify_by_pspec (G_OBJECT (self), props[prop]);
}

static void
set_boolean (ChatMessage *self, gboolean *place, gboolean value, guint prop)
{
  if (*place == value)
    return;
  *place = value;
  g_object_notify_by_pspec (G_OBJECT (self), props[prop]);
}

static void
set_reply (ChatMessage *self, const ChatMessageRow *row)
{
  g_autofree char *text = make_reply_text (row);
  gint64 id = row->retracted ? 0 : row->reply_row;
  gboolean answers = row->reply_id != NULL && !row->retracted;

  if (self->reply_id != id) {
    self->reply_id = id;
    g_object_notify_by_pspec (G_OBJECT (self), props[PROP_REPLY_ID]);
  }
  if (self->reply_own != row->reply_own || self->answers != answers) {
    self->reply_own = row->reply_own;
    self->answers = answers;
    g_object_notify_by_pspec (G_OBJECT (self), props[PROP_REPLY_NAME]);
  }
  set_string (self, &self->reply_text, text, PROP_REPLY_TEXT);
}

void
chat_message_update (ChatMessage *self, const ChatMessageRow *row)
{
  g_object_freeze_notify (G_OBJECT (self));
  self->position = row->position;
  if (self->kind != row->kind) {
    self->kind = row->kind;
    g_object_notify_by_pspec (G_OBJECT (self), props[PROP_KIND]);
  }
  if (self->time != row->time) {
    self->time = row->time;
    g_object_notify_by_pspec (G_OBJECT (self), props[PROP_TIME]);
  }
  set_string (self, &self->text, text_of (row), PROP_TEXT);
  set_boolean (self, &self->edited, row->edited, PROP_EDITED);
  set_boolean (self, &self->retracted, row->retracted, PROP_RETRACTED);
  set_string (self, &self->reactions, row->reactions, PROP_REACTIONS);
  set_boolean (self, &self->unstyled, row->unstyled, PROP_UNSTYLED);
  set_boolean (self, &self->pinned, row->pinned, PROP_PINNED);
  set_reply (self, row);
  chat_message_set_state (self, row->state, row->error);
  g_object_thaw_notify (G_OBJECT (self));
}

void
chat_message_set_state (ChatMessage *self, ChatMessageState state, const char *error_text)
{
  g_object_freeze_notify (G_OBJECT (self));
  if (self->state != state) {
    self->state = state;
    g_object_notify_by_pspec (G_OBJECT (self), props[PROP_STATE]);
  }
  set_string (self, &self->error_text, error_text, PROP_ERROR_TEXT);
  g_object_thaw_notify (G_OBJECT (self));
}

void
chat_message_set_waiting (ChatMessage *self, gboolean waiting)
{
  ChatMessageState before = chat_message_get_shown_state (self);

  self->waiting = waiting;
  if (chat_message_get_shown_state (self) != before)
    g_object_notify_by_pspec (G_OBJECT (self), props[PROP_STATE]);
}

void
chat_message_set_sender_name (ChatMessage *self, const char *name)
{
  if (g_strcmp0 (self->peer_name, name) == 0)
    return;
  g_object_freeze_notify (G_OBJECT (self));
  g_free (self->peer_name);
  self->peer_name = g_strdup (name);
  if (self->answers && self->reply_own == FALSE)
    g_object_notify_by_pspec (G_OBJECT (self), props[PROP_REPLY_NAME]);
  if (!self->own)
    set_string (self, &self->sender_name, name, PROP_SENDER_NAME);
  g_object_thaw_notify (G_OBJECT (self));
}

void
chat_message_set_flags (ChatMessage *self, ChatMessageFlags flags)
{
  ChatMessageFlags changed = self->flags ^ flags;

  if (changed == 0)
    return;
  self->flags = flags;
  g_object_freeze_notify (G_OBJECT (self));
  for (guint i = 0; i <= PROP_GAP_BEFORE - PROP_HEAD; i++) {
    if (changed & (1 << i))
      g_object_notify_by_pspec (G_OBJECT (self), props[PROP_HEAD + i]);
  }
  g_object_thaw_notify (G_OBJECT (self));
}

gint64
chat_message_get_id (ChatMessage *self)
{
  return self->id;
}

gboolean
chat_message_get_has_id (ChatMessage *self)
{
  return self->has_id;
}

gint64
chat_message_get_position (ChatMessage *self)
{
  return self->position;
}

ChatMessageKind
chat_message_get_kind (ChatMessage *self)
{
  return self->kind;
}

gboolean
chat_message_get_own (ChatMessage *self)
{
  return self->own;
}

const char *
chat_message_get_sender_name (ChatMessage *self)
{
  return self->sender_name;
}

const char *
chat_message_get_peer_name (ChatMessage *self)
{
  return self->peer_name;
}

const char *
chat_message_get_text (ChatMessage *self)
{
  return self->text;
}

gint64
chat_message_get_time (ChatMessage *self)
{
  return self->time;
}

ChatMessageState
chat_message_get_state (ChatMessage *self)
{
  return self->state;
}

ChatMessageState
chat_message_get_shown_state (ChatMessage *self)
{
  return self->waiting && self->state == CHAT_MESSAGE_WRITTEN ? CHAT_MESSAGE_QUEUED : self->state;
}

const char *
chat_message_get_error_text (ChatMessage *self)
{
  return self->error_text;
}

gboolean
chat_message_get_edited (ChatMessage *self)
{
  return self->edited;
}

gboolean
chat_message_get_retracted (ChatMessage *self)
{
  return self->retracted;
}

const char *
chat_message_get_reactions (ChatMessage *self)
{
  return self->reactions;
}

gint64
chat_message_get_reply_id (ChatMessage *self)
{
  return self->reply_id;
}

const char *
chat_message_get_reply_name (ChatMessage *self)
{
  if (!self->answers || self->reply_own < 0)
    return NULL;
  return self->reply_own ? _("You") : self->peer_name;
}

void
chat_message_set_own_name (ChatMessage *self, const char *name)
{
  g_free (self->own_name);
  self->own_name = g_strdup (name);
}

void
chat_message_set_address (ChatMessage *self, const char *address)
{
  g_free (self->address);
  self->address = g_strdup (address);
}

const char *
chat_message_get_reply_address (ChatMessage *self)
{
  if (!self->answers || self->reply_own == TRUE)
    return NULL;
  return self->reply_own == FALSE && self->address != NULL ? self->address : "";
}

const char *
chat_message_get_actor (ChatMessage *self)
{
  return self->own && self->own_name ? self->own_name : chat_message_get_sender_name (self);
}

const char *
chat_message_get_reply_text (ChatMessage *self)
{
  return self->reply_text;
}

gboolean
chat_message_get_unstyled (ChatMessage *self)
{
  return self->unstyled;
}

gboolean
chat_message_get_pinned (ChatMessage *self)
{
  return self->pinned;
}

gboolean
chat_message_get_head (ChatMessage *self)
{
  return (self->flags & CHAT_MESSAGE_HEAD) != 0;
}

gboolean
chat_message_get_tail (ChatMessage *self)
{
  return (self->flags & CHAT_MESSAGE_TAIL) != 0;
}

gboolean
chat_message_get_day_start (ChatMessage *self)
{
  return (self->flags & CHAT_MESSAGE_DAY_START) != 0;
}

gboolean
chat_message_get_unread_start (ChatMessage *self)
{
  return (self->flags & CHAT_MESSAGE_UNREAD_START) != 0;
}

gboolean
chat_message_get_gap_before (ChatMessage *self)
{
  return (self->flags & CHAT_MESSAGE_GAP_BEFORE) != 0;
}
