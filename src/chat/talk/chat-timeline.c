/* SPDX-License-Identifier: GPL-3.0-or-later
 * SPDX-FileCopyrightText: The Stonechat authors */
#include "chat-timeline-private.h"

#include "chat-message-private.h"

#include <string.h>

/* Of every row an entry of 16 bytes is in memory: enough for heights, for runs of one sender and for days across all
 * borders. Whole messages come in blocks when someone asks, and go again, the oldest block first, unless a row of the view
 * holds them.
 *
 *   entries   [ unknown … unknown | known … known ]      the index comes in parts, from the end backwards
 *   messages  id ─► ChatMessage, not owned                what is alive anywhere
 *   blocks    the last BLOCKS_MAX lots that were read, owned; tail: what came since
 *
 * All that changes comes through append, change_state and remove, after the commit. The reader may have seen the database a
 * little earlier or later than that; what it brings is matched by id, and states told while it was on its way win. */

#define BLOCK 128
#define BLOCKS_MAX 16
#define INDEX_PART 16384
#define RUN_GAP (10 * 60)

struct _ChatTimeline {
  GObject parent_instance;
  ChatStore *store;
  GCancellable *cancellable;
  gint64 conversation;
  char *sender_name;
  GTimeZone *zone;

  GArray *entries;          /* of ChatIndexEntry, oldest first */
  guint unknown;            /* of them, at the front, still without an id */
  gint64 known_length;      /* sum over the known ones */
  GHashTable *messages;     /* of Life to ChatMessage, not owned */
  GQueue blocks;            /* of GPtrArray of ChatMessage */
  GPtrArray *tail;
  GHashTable *pending;      /* ids that are being read */
  GHashTable *wanted;       /* numbers of blocks asked for before their ids were known */

  gboolean loaded;
  gboolean indexing;
  guint n_reads;            /* under way */
  GPtrArray *early;         /* rows appended before the first part came */
  GHashTable *changes;      /* id to ChatMessageRow: states told while something is read */
  GHashTable *removed;      /* ids deleted while the index is read */
  gint64 unread_start;
};

static void list_model_init (GListModelInterface *iface);
static void read_index (ChatTimeline *self, gint64 position);

G_DEFINE_FINAL_TYPE_WITH_CODE (ChatTimeline, chat_timeline, G_TYPE_OBJECT,
                               G_IMPLEMENT_INTERFACE (G_TYPE_LIST_MODEL, list_model_init))

enum { PROP_0, PROP_LOADED, N_PROPS };
static GParamSpec *props[N_PROPS];

static ChatIndexEntry *
entry_at (ChatTimeline *self, guint position)
{
  return &g_array_index (self->entries, ChatIndexEntry, position);
}

/* Ids grow with positions, but where an archive put older ones in between. */
static guint
find (ChatTimeline *self, gint64 id)
{
  guint low = self->unknown, high = self->entries->len;

  if (id == 0)
    return G_MAXUINT;
  while (low < high) {
    guint middle = low + (high - low) / 2;
    if (entry_at (self, middle)->id < id)
      low = middle + 1;
    else
      high = middle;
  }
  if (low < self->entries->len && entry_at (self, low)->id == id)
    return low;
  for (guint i = self->entries->len; i > self->unknown; i--) {
    if (entry_at (self, i - 1)->id == id)
      return i - 1;
  }
  return G_MAXUINT;
}

/* -- messages alive ------------------------------------------------------------------------------------------------- */

typedef struct { gint64 id; ChatTimeline *timeline; } Life;

static void
message_gone_cb (gpointer data, GObject *message)
{
  g_hash_table_remove (((Life *) data)->timeline->messages, &((Life *) data)->id);
}

static ChatMessage *
lookup (ChatTimeline *self, gint64 id)
{
  Life *life = NULL;
  gpointer message = NULL;

  if (!g_hash_table_lookup_extended (self->messages, &id, (gpointer *) &life, &message))
    return NULL;
  return message;
}

static gint64
local_day (ChatTimeline *self, guint32 time)
{
  int interval = g_time_zone_find_interval (self->zone, G_TIME_TYPE_UNIVERSAL, time);
  return ((gint64) time + g_time_zone_get_offset (self->zone, interval)) / 86400;
}

static gboolean
starts_day (ChatTimeline *self, guint position)
{
  if (position <= self->unknown)
    return position == 0;
  return local_day (self, entry_at (self, position)->time) != local_day (self, entry_at (self, position - 1)->time);
}

static gboolean
starts_run (ChatTimeline *self, guint position)
{
  const ChatIndexEntry *entry = entry_at (self, position);
  const ChatIndexEntry *before;

  if (position <= self->unknown || entry->id == self->unread_start)
    return TRUE;
  before = entry_at (self, position - 1);
  return entry->own != before->own || entry->kind != before->kind || entry->time > (gint64) before->time + RUN_GAP
         || starts_day (self, position);
}

static ChatMessageFlags
flags_at (ChatTimeline *self, guint position)
{
  ChatMessageFlags flags = 0;

  if (starts_run (self, position))
    flags |= CHAT_MESSAGE_HEAD;
  if (position + 1 == self->entries->len || starts_run (self, position + 1))
    flags |= CHAT_MESSAGE_TAIL;
  if (starts_day (self, position))
    flags |= CHAT_MESSAGE_DAY_START;
  if (entry_at (self, position)->id == self->unread_start)
    flags |= CHAT_MESSAGE_UNREAD_START;
  return flags;
}

static void
refresh_flags (ChatTimeline *self, guint position)
{
  ChatMessage *message;

  if (position < self->unknown || position >= self->entries->len)
    return;
  message = lookup (self, entry_at (self, position)->id);
  if (message != NULL)
    chat_message_set_flags (message, flags_at (self, position));
}

/* The one at position came, went or changed its part. position may be one past the end. */
static void
refresh_around (ChatTimeline *self, guint position)
{
  if (position > 0)
    refresh_flags (self, position - 1);
  refresh_flags (self, position);
  refresh_flags (self, position + 1);
}

/* Transfer full. */
static ChatMessage *
make_message (ChatTimeline *self, const ChatMessageRow *row, guint position)
{
  ChatMessageRow *change = g_hash_table_lookup (self->changes, &row->id);
  ChatMessage *message = chat_message_new (row, self->sender_name, flags_at (self, position));
  Life *life = g_new0 (Life, 1);

  if (change != NULL)
    chat_message_set_state (message, change->state, change->error);
  life->id = row->id;
  life->timeline = self;
  g_object_weak_ref (G_OBJECT (message), message_gone_cb, life);
  g_hash_table_insert (self->messages, life, message);
  return message;
}

static void
keep_block (ChatTimeline *self, GPtrArray *block)
{
  g_queue_push_tail (&self->blocks, block);
  if (self->blocks.length > BLOCKS_MAX)
    g_ptr_array_unref (g_queue_pop_head (&self->blocks));
}

/* The last message is always in tail, so that what comes next finds its neighbour. */
static void
keep_in_tail (ChatTimeline *self, ChatMessage *message)
{
  if (self->tail->len >= BLOCK) {
    keep_block (self, self->tail);
    self->tail = g_ptr_array_new_with_free_func (g_object_unref);
  }
  g_ptr_array_add (self->tail, message);
}

/* -- reading blocks ------------------------------------------------------------------------------------------------- */

static int
compare_positions (gconstpointer a, gconstpointer b)
{
  return *(const guint *) a < *(const guint *) b ? -1 : *(const guint *) a > *(const guint *) b;
}

/* positions: sorted. Told in runs, so that nobody binds a row again that did not change. */
static void
tell_filled (ChatTimeline *self, GArray *positions)
{
  guint start = 0;

  for (guint i = 1; i <= positions->len; i++) {
    guint first = g_array_index (positions, guint, start);
    if (i < positions->len && g_array_index (positions, guint, i) == first + (i - start))
      continue;
    g_list_model_items_changed (G_LIST_MODEL (self), first, i - start, i - start);
    start = i;
  }
}

static void
end_read (ChatTimeline *self)
{
  if (--self->n_reads == 0)
    g_hash_table_remove_all (self->changes);
}

static void
take_rows (ChatTimeline *self, GPtrArray *rows, GArray *positions)
{
  GPtrArray *block = g_ptr_array_new_with_free_func (g_object_unref);

  for (guint i = 0; i < rows->len; i++) {
    ChatMessageRow *row = g_ptr_array_index (rows, i);
    guint position = find (self, row->id);
    if (position == G_MAXUINT || lookup (self, row->id) != NULL)
      continue;
    g_ptr_array_add (block, make_message (self, row, position));
    g_array_append_val (positions, position);
  }
  g_array_sort (positions, compare_positions);
  keep_block (self, block);
}

typedef struct { ChatTimeline *timeline; GArray *ids; } BlockRead;

static void
messages_read_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autofree BlockRead *read = user_data;
  g_autoptr (ChatTimeline) self = read->timeline;
  g_autoptr (GArray) ids = read->ids;
  g_autoptr (GArray) positions = g_array_new (FALSE, FALSE, sizeof (guint));
  g_autoptr (GPtrArray) rows = chat_store_load_messages_finish (CHAT_STORE (source), result, NULL);

  for (guint i = 0; i < ids->len; i++)
    g_hash_table_remove (self->pending, &g_array_index (ids, gint64, i));
  if (rows != NULL && !g_cancellable_is_cancelled (self->cancellable))
    take_rows (self, rows, positions);
  end_read (self);
  tell_filled (self, positions);
}

static void
read_block (ChatTimeline *self, guint number)
{
  GArray *ids = g_array_new (FALSE, FALSE, sizeof (gint64));
  guint end = MIN ((number + 1) * BLOCK, self->entries->len);
  BlockRead *read;

  for (guint i = MAX (number * BLOCK, self->unknown); i < end; i++) {
    gint64 id = entry_at (self, i)->id;
    if (g_hash_table_contains (self->messages, &id) || g_hash_table_contains (self->pending, &id))
      continue;
    g_array_append_val (ids, id);
    g_hash_table_add (self->pending, g_memdup2 (&id, sizeof id));
  }
  if (ids->len == 0) {
    g_array_unref (ids);
    return;
  }
  read = g_new0 (BlockRead, 1);
  read->timeline = g_object_ref (self);
  read->ids = ids;
  self->n_reads++;
  chat_store_load_messages_async (self->store, ids, self->cancellable, messages_read_cb, read);
}

/* -- the index ------------------------------------------------------------------------------------------------------ */

/* Fills in what part knows, backwards from the last unknown entry. Gives how many did not fit. */
static guint
fill_index (ChatTimeline *self, const ChatIndexPart *part)
{
  guint left_over = 0;

  for (guint i = 0; i < part->entries->len; i++) {
    const ChatIndexEntry *entry = &g_array_index (part->entries, ChatIndexEntry, i);
    if (g_hash_table_contains (self->removed, &entry->id))
      continue;
    if (self->unknown == 0) {
      g_array_prepend_val (self->entries, *entry);
      left_over++;
    } else {
      *entry_at (self, --self->unknown) = *entry;
    }
    self->known_length += entry->length;
  }
  return left_over;
}

static void
read_wanted (ChatTimeline *self)
{
  GHashTableIter iter;
  gpointer number;

  g_hash_table_iter_init (&iter, self->wanted);
  while (g_hash_table_iter_next (&iter, &number, NULL)) {
    if ((GPOINTER_TO_UINT (number) + 1) * BLOCK <= self->unknown)
      continue;
    read_block (self, GPOINTER_TO_UINT (number));
    if (GPOINTER_TO_UINT (number) * BLOCK >= self->unknown)
      g_hash_table_iter_remove (&iter);
  }
}

/* The counter and the rows should agree; where they don't, the rows are right. */
static void
end_index (ChatTimeline *self)
{
  guint surplus = self->unknown;

  self->indexing = FALSE;
  g_hash_table_remove_all (self->removed);
  if (surplus == 0)
    return;
  g_array_remove_range (self->entries, 0, surplus);
  self->unknown = 0;
  refresh_flags (self, 0);
  g_list_model_items_changed (G_LIST_MODEL (self), 0, surplus, 0);
}

static void
take_early (ChatTimeline *self)
{
  g_autoptr (GPtrArray) early = g_steal_pointer (&self->early);

  for (guint i = 0; i < early->len; i++)
    chat_timeline_append (self, g_ptr_array_index (early, i));
}

static void
take_first_part (ChatTimeline *self, ChatIndexPart *part)
{
  gboolean all = part->entries->len < INDEX_PART;

  g_array_set_size (self->entries, all ? part->entries->len : MAX (part->n_messages, part->entries->len));
  self->unknown = self->entries->len;
  fill_index (self, part);
  if (all && self->unknown > 0) {
    g_array_remove_range (self->entries, 0, self->unknown);
    self->unknown = 0;
  }
  for (guint i = part->messages->len; i > 0; i--) {
    ChatMessageRow *row = g_ptr_array_index (part->messages, i - 1);
    guint position = find (self, row->id);
    if (position != G_MAXUINT)
      keep_in_tail (self, make_message (self, row, position));
  }
  self->loaded = TRUE;
  if (self->entries->len > 0)
    g_list_model_items_changed (G_LIST_MODEL (self), 0, 0, self->entries->len);
  take_early (self);
  g_object_notify_by_pspec (G_OBJECT (self), props[PROP_LOADED]);
}

static void
take_part (ChatTimeline *self, ChatIndexPart *part)
{
  guint border = self->unknown;
  guint left_over = fill_index (self, part);

  refresh_around (self, border);
  if (left_over > 0)
    g_list_model_items_changed (G_LIST_MODEL (self), 0, 0, left_over);
}

static void
index_read_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (ChatTimeline) self = user_data;
  g_autoptr (ChatIndexPart) part = chat_store_load_index_finish (CHAT_STORE (source), result, NULL);

  if (part == NULL || g_cancellable_is_cancelled (self->cancellable)) {
    self->indexing = FALSE;
    end_read (self);
    return;
  }
  if (!self->loaded)
    take_first_part (self, part);
  else
    take_part (self, part);
  read_wanted (self);
  if (part->entries->len < INDEX_PART)
    end_index (self);
  else
    read_index (self, part->position);
  end_read (self);
}

static void
read_index (ChatTimeline *self, gint64 position)
{
  self->indexing = TRUE;
  self->n_reads++;
  chat_store_load_index_async (self->store, self->conversation, position, INDEX_PART, self->loaded ? 0 : BLOCK,
                               self->cancellable, index_read_cb, g_object_ref (self));
}

/* -- changes after a commit ----------------------------------------------------------------------------------------- */

void
chat_timeline_append (ChatTimeline *self, const ChatMessageRow *row)
{
  ChatIndexEntry entry = {
    .id = row->id,
    .time = CLAMP (row->time / G_USEC_PER_SEC, 0, G_MAXUINT32),
    .length = row->text != NULL ? MIN (strlen (row->text), (1 << 27) - 1) : 0,
    .own = row->own,
    .kind = row->kind,
  };
  guint position = self->entries->len;

  if (!self->loaded || self->early != NULL) {
    g_ptr_array_add (self->early, chat_message_row_copy (row));
    return;
  }
  if (find (self, row->id) != G_MAXUINT)
    return;
  self->conversation = row->conversation;
  if (row->own)
    chat_timeline_set_unread_start (self, 0);
  g_array_append_val (self->entries, entry);
  self->known_length += entry.length;
  keep_in_tail (self, make_message (self, row, position));
  g_list_model_items_changed (G_LIST_MODEL (self), position, 0, 1);
  refresh_around (self, position);
}

void
chat_timeline_change_state (ChatTimeline *self, gint64 id, ChatMessageState state, const char *error)
{
  ChatMessage *message = lookup (self, id);

  if (message != NULL)
    chat_message_set_state (message, state, error);
  if (self->n_reads > 0) {
    ChatMessageRow *change = g_new0 (ChatMessageRow, 1);
    change->id = id;
    change->state = state;
    change->error = g_strdup (error);
    g_hash_table_replace (self->changes, &change->id, change);
  }
}

void
chat_timeline_remove (ChatTimeline *self, gint64 id)
{
  ChatMessage *message = lookup (self, id);
  guint position = find (self, id);

  if (self->indexing)
    g_hash_table_add (self->removed, g_memdup2 (&id, sizeof id));
  for (guint i = 0; self->early != NULL && i < self->early->len; i++) {
    if (((ChatMessageRow *) g_ptr_array_index (self->early, i))->id == id)
      g_ptr_array_remove_index (self->early, i--);
  }
  if (position == G_MAXUINT)
    return;
  self->known_length -= entry_at (self, position)->length;
  g_array_remove_index (self->entries, position);
  if (message != NULL)
    g_ptr_array_remove (self->tail, message);
  g_list_model_items_changed (G_LIST_MODEL (self), position, 1, 0);
  refresh_around (self, position);
}

void
chat_timeline_set_sender_name (ChatTimeline *self, const char *name)
{
  GHashTableIter iter;
  gpointer message;

  g_free (self->sender_name);
  self->sender_name = g_strdup (name);
  g_hash_table_iter_init (&iter, self->messages);
  while (g_hash_table_iter_next (&iter, NULL, &message))
    chat_message_set_sender_name (message, name);
}

void
chat_timeline_set_unread_start (ChatTimeline *self, gint64 id)
{
  guint before = find (self, self->unread_start);
  guint now = find (self, id);

  if (self->unread_start == id)
    return;
  self->unread_start = id;
  if (before != G_MAXUINT)
    refresh_around (self, before);
  if (now != G_MAXUINT)
    refresh_around (self, now);
}

/* -- what others see ------------------------------------------------------------------------------------------------ */

static GType
get_item_type (GListModel *model)
{
  return CHAT_TYPE_MESSAGE;
}

static guint
get_n_items (GListModel *model)
{
  return CHAT_TIMELINE (model)->entries->len;
}

static gpointer
get_item (GListModel *model, guint position)
{
  ChatTimeline *self = CHAT_TIMELINE (model);
  ChatMessage *message;

  if (position >= self->entries->len)
    return NULL;
  if (position < self->unknown) {
    g_hash_table_add (self->wanted, GUINT_TO_POINTER (position / BLOCK));
    return NULL;
  }
  message = lookup (self, entry_at (self, position)->id);
  if (message != NULL)
    return g_object_ref (message);
  read_block (self, position / BLOCK);
  return NULL;
}

static void
list_model_init (GListModelInterface *iface)
{
  iface->get_item_type = get_item_type;
  iface->get_n_items = get_n_items;
  iface->get_item = get_item;
}

guint
chat_timeline_get_estimated_length (ChatTimeline *self, guint position)
{
  guint known = self->entries->len - self->unknown;

  if (position >= self->entries->len)
    return 0;
  if (position >= self->unknown)
    return entry_at (self, position)->length;
  return known > 0 ? self->known_length / known : 0;
}

gboolean
chat_timeline_get_loaded (ChatTimeline *self)
{
  return self->loaded;
}

guint
chat_timeline_get_first_unread (ChatTimeline *self)
{
  return find (self, self->unread_start);
}

guint
chat_timeline_find (ChatTimeline *self, gint64 message)
{
  return find (self, message);
}

guint
chat_timeline_get_n_in_memory (ChatTimeline *self)
{
  return g_hash_table_size (self->messages);
}

/* -- the object ----------------------------------------------------------------------------------------------------- */

static void
chat_timeline_dispose (GObject *object)
{
  ChatTimeline *self = CHAT_TIMELINE (object);
  GHashTableIter iter;
  gpointer life, message;

  g_cancellable_cancel (self->cancellable);
  g_hash_table_iter_init (&iter, self->messages);
  while (g_hash_table_iter_next (&iter, &life, &message)) {
    g_object_weak_unref (message, message_gone_cb, life);
    g_hash_table_iter_remove (&iter);
  }
  g_queue_clear_full (&self->blocks, (GDestroyNotify) g_ptr_array_unref);
  g_clear_pointer (&self->tail, g_ptr_array_unref);
  g_clear_object (&self->store);
  G_OBJECT_CLASS (chat_timeline_parent_class)->dispose (object);
}

static void
chat_timeline_finalize (GObject *object)
{
  ChatTimeline *self = CHAT_TIMELINE (object);

  g_object_unref (self->cancellable);
  g_free (self->sender_name);
  g_time_zone_unref (self->zone);
  g_array_unref (self->entries);
  g_hash_table_unref (self->messages);
  g_hash_table_unref (self->pending);
  g_hash_table_unref (self->wanted);
  g_hash_table_unref (self->changes);
  g_hash_table_unref (self->removed);
  g_clear_pointer (&self->early, g_ptr_array_unref);
  G_OBJECT_CLASS (chat_timeline_parent_class)->finalize (object);
}

static void
chat_timeline_get_property (GObject *object, guint id, GValue *value, GParamSpec *pspec)
{
  switch (id) {
  case PROP_LOADED:
    g_value_set_boolean (value, CHAT_TIMELINE (object)->loaded);
    break;
  default:
    G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
  }
}

static void
chat_timeline_class_init (ChatTimelineClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->dispose = chat_timeline_dispose;
  object_class->finalize = chat_timeline_finalize;
  object_class->get_property = chat_timeline_get_property;
  props[PROP_LOADED] = g_param_spec_boolean ("loaded", NULL, NULL, FALSE, G_PARAM_READABLE | G_PARAM_STATIC_STRINGS);
  g_object_class_install_properties (object_class, N_PROPS, props);
}

static void
chat_timeline_init (ChatTimeline *self)
{
  self->cancellable = g_cancellable_new ();
  self->zone = g_time_zone_new_local ();
  self->entries = g_array_new (FALSE, TRUE, sizeof (ChatIndexEntry));
  self->messages = g_hash_table_new_full (g_int64_hash, g_int64_equal, g_free, NULL);
  self->tail = g_ptr_array_new_with_free_func (g_object_unref);
  self->pending = g_hash_table_new_full (g_int64_hash, g_int64_equal, g_free, NULL);
  self->wanted = g_hash_table_new (NULL, NULL);
  self->changes = g_hash_table_new_full (g_int64_hash, g_int64_equal, NULL, (GDestroyNotify) chat_message_row_free);
  self->removed = g_hash_table_new_full (g_int64_hash, g_int64_equal, g_free, NULL);
  g_queue_init (&self->blocks);
}

ChatTimeline *
chat_timeline_new (ChatStore *store, gint64 conversation, const char *sender_name)
{
  ChatTimeline *self = g_object_new (CHAT_TYPE_TIMELINE, NULL);

  self->store = g_object_ref (store);
  self->conversation = conversation;
  self->sender_name = g_strdup (sender_name);
  if (conversation == 0) {
    self->loaded = TRUE;
    return self;
  }
  self->early = g_ptr_array_new_with_free_func ((GDestroyNotify) chat_message_row_free);
  read_index (self, G_MAXINT64);
  return self;
}
