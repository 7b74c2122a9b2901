/* SPDX-License-Identifier: GPL-3.0-or-later
 * SPDX-FileCopyrightText: The Stonechat authors */
#include "chat-walk.h"

#include "chat-error.h"
#include "xmpp-error.h"

#include <string.h>

/* What an archive says is not believed where it can be compared. With the first page it is asked what comes after the
 * gap's older end, its foot. That must turn up in a page sooner or later: then nothing is left, and before that no page is
 * the last, whatever it says. Where the archive does not know the older end any more, its word counts, and its stamps. A
 * page is only what is older than all before it; one that has nothing older, or begins where an earlier one began, would
 * never end. */

/* How far the stamps of neighbours may be out of order. */
#define OVERLAP G_TIME_SPAN_MINUTE
#define MOST_UNSTORED 2
#define MOST_LOST 5

/* One question for a page. */
typedef struct {
  ChatWalk *walk;               /* a reference until it is answered */
  GCancellable *cancellable;
  char *before;                 /* NULL: nothing was guessed */
  XmppArchivePage *page;        /* what came, where it was not its turn yet */
  GError *error;
  gboolean answered, dropped;
} Ask;

struct _ChatWalk {
  gatomicrefcount refs;
  XmppArchiveModule *archive;
  GCancellable *cancellable;    /* cancelled: the owner let go of it */
  const ChatWalkFuncs *funcs;
  gpointer data;
  gint64 gap;
  XmppJid *with;
  char *after;
  gint64 after_time, floor;
  guint max, timeout_ms;
  gboolean patient;

  char *border;                 /* the next page ends before this id; NULL: at the end of the archive */
  gint64 border_time;           /* 0: not known */
  GHashTable *firsts;           /* ids of the first item of every page */
  GHashTable *given;            /* ids of the items of the last page */
  char *foot;                   /* what comes after the older end; NULL: not known */
  XmppArchivePage *page;        /* came before the foot was known */
  GError *error;                /* why it ends early */
  Ask *asking;                  /* its page is the next to be handed over; NULL: none is under way */
  Ask *ahead;                   /* the one after it, guessed; NULL: none */
  guint n_unstored, n_lost;
  gboolean asking_foot, paused, done, doubted;
  gboolean wary;                /* a guess was wrong, or refused */
  gboolean by_time;             /* the archive did not know the border's id any more */
  gboolean was_empty;           /* so was the last page, without saying that it is the end */
};

static void ask      (ChatWalk *self);
static void ask_foot (ChatWalk *self);

typedef ChatWalk WalkRef;

static void
ask_free (Ask *ask)
{
  g_object_unref (ask->cancellable);
  g_clear_pointer (&ask->page, xmpp_archive_page_unref);
  g_clear_error (&ask->error);
  g_free (ask->before);
  g_free (ask);
}

G_DEFINE_AUTOPTR_CLEANUP_FUNC (Ask, ask_free)

/* What is under way frees itself when it is answered. */
static void
drop (Ask **place)
{
  Ask *ask = g_steal_pointer (place);

  if (ask == NULL)
    return;
  ask->dropped = TRUE;
  if (ask->answered)
    ask_free (ask);
  else
    g_cancellable_cancel (ask->cancellable);
}

static ChatWalk *
walk_ref (ChatWalk *self)
{
  g_atomic_ref_count_inc (&self->refs);
  return self;
}

static void
walk_unref (ChatWalk *self)
{
  if (!g_atomic_ref_count_dec (&self->refs))
    return;
  g_object_unref (self->archive);
  g_object_unref (self->cancellable);
  g_clear_pointer (&self->with, xmpp_jid_unref);
  g_free (self->after);
  g_free (self->border);
  g_hash_table_unref (self->firsts);
  g_hash_table_unref (self->given);
  g_free (self->foot);
  g_clear_pointer (&self->page, xmpp_archive_page_unref);
  g_clear_error (&self->error);
  g_free (self);
}

G_DEFINE_AUTOPTR_CLEANUP_FUNC (WalkRef, walk_unref)

static void
fail (ChatWalk *self, const GError *error)
{
  self->done = TRUE;
  self->error = g_error_copy (error);
}

/* -- what a page is worth ------------------------------------------------------------------------------------------- */

static const XmppArchiveItem *
item_at (XmppArchivePage *page, guint i)
{
  return g_ptr_array_index (page->items, i);
}

static guint
find_item (XmppArchivePage *page, const char *id)
{
  guint i = 0;

  while (i < page->items->len && g_strcmp0 (item_at (page, i)->id, id) != 0)
    i++;
  return i;
}

/* Takes away what is not older than all that was given before. */
static void
cut_newer (ChatWalk *self, XmppArchivePage *page)
{
  for (guint i = 0; i < page->items->len; i++) {
    const char *id = item_at (page, i)->id;
    if (g_strcmp0 (id, self->border) == 0 || g_hash_table_contains (self->given, id)) {
      g_ptr_array_set_size (page->items, i);
      return;
    }
  }
}

/* Takes away what lies beyond the gap's older end. FALSE: that is not in it. */
static gboolean
cut_older (ChatWalk *self, XmppArchivePage *page)
{
  guint i = find_item (page, self->after);

  if (i == page->items->len)
    i = find_item (page, self->foot);
  if (i == page->items->len)
    return FALSE;
  if (i > 0)
    g_ptr_array_remove_range (page->items, 0, i);
  return TRUE;
}

/* Of the oldest item that has one, or the newest. */
static gint64
find_time (XmppArchivePage *page, gboolean newest, gint64 fallback)
{
  for (guint i = 0; i < page->items->len; i++) {
    gint64 time = item_at (page, newest ? page->items->len - 1 - i : i)->time;
    if (time != 0)
      return time;
  }
  return fallback;
}

static ChatPage *
make_place (ChatWalk *self, XmppArchivePage *page)
{
  ChatPage *place = g_new0 (ChatPage, 1);

  place->gap = self->gap;
  place->with = self->with != NULL ? g_strdup (xmpp_jid_get_string (self->with)) : NULL;
  place->first_time = find_time (page, FALSE, self->border_time);
  place->last_time = find_time (page, TRUE, self->border_time);
  place->reached_end = self->border == NULL && self->with == NULL;
  if (page->items->len == 0)
    return place;
  place->first = g_strdup (item_at (page, 0)->id);
  place->last = g_strdup (item_at (page, page->items->len - 1)->id);
  return place;
}

/* The owner frees it then. */
static void
end_where_done (ChatWalk *self)
{
  G_GNUC_UNUSED g_autoptr (WalkRef) keep = walk_ref (self);

  if (self->done)
    drop (&self->ahead);
  if (self->done && self->asking == NULL && !self->asking_foot && self->n_unstored == 0 && !g_cancellable_is_cancelled (self->cancellable))
    self->funcs->ended (keep, self->error, self->data);
}

static void
move_border (ChatWalk *self, XmppArchivePage *page, gint64 first_time)
{
  if (page->items->len == 0)
    return;
  g_free (self->border);
  self->border = g_strdup (item_at (page, 0)->id);
  self->border_time = first_time;
  self->by_time = self->was_empty = FALSE;
  g_hash_table_add (self->firsts, g_strdup (self->border));
  g_hash_table_remove_all (self->given);
  for (guint i = 0; i < page->items->len; i++)
    g_hash_table_add (self->given, g_strdup (item_at (page, i)->id));
}

static void
hand_over (ChatWalk *self, XmppArchivePage *page, gboolean at_end)
{
  gboolean closes = cut_older (self, page);
  ChatPage *place = make_place (self, page);
  gboolean too_old = self->after_time != 0 && place->first_time != 0 && place->first_time < self->after_time - OVERLAP;

  place->closes = closes || (self->foot == NULL && (at_end || too_old));
  self->done = self->done || place->closes
               || (self->floor != 0 && place->first_time != 0 && place->first_time < self->floor);
  move_border (self, page, place->first_time);
  self->n_unstored++;
  self->funcs->page (self, page, place, self->data);
}

/* An archive may be purged while we walk: once, what comes after the older end is asked for again. */
static void
doubt (ChatWalk *self, XmppArchivePage *page, const char *message)
{
  g_autoptr (GError) error = g_error_new_literal (CHAT_ERROR, CHAT_ERROR_ARCHIVE, message);

  if (self->foot == NULL || self->doubted) {
    fail (self, error);
    return;
  }
  self->doubted = TRUE;
  self->page = xmpp_archive_page_ref (page);
  ask_foot (self);
}

static void
take_page (ChatWalk *self, XmppArchivePage *page)
{
  gboolean is_empty = page->items->len == 0 || (page->items->len == 1 && find_item (page, self->border) == 0);
  gboolean at_end = page->complete || (is_empty && self->was_empty);

  /* It need not be the end: once more. */
  if (is_empty && !at_end) {
    self->was_empty = TRUE;
    return;
  }
  cut_newer (self, page);
  if (page->items->len > 0 && !g_hash_table_contains (self->firsts, item_at (page, 0)->id))
    hand_over (self, page, at_end);
  else if (at_end && self->foot == NULL)
    hand_over (self, page, TRUE);
  else
    doubt (self, page, at_end ? "The end, although there is more" : "The same page again");
}

/* -- asking --------------------------------------------------------------------------------------------------------- */

static void
go_on (ChatWalk *self)
{
  g_autoptr (XmppArchivePage) page = self->asking_foot ? NULL : g_steal_pointer (&self->page);

  if (page != NULL && !self->done)
    take_page (self, page);
  ask (self);
  end_where_done (self);
}

static void
foot_asked_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (WalkRef) self = user_data;
  g_autoptr (GError) error = NULL;
  g_autoptr (XmppArchivePage) answer = xmpp_archive_module_query_finish (XMPP_ARCHIVE_MODULE (source), result, &error);

  self->asking_foot = FALSE;
  if (g_cancellable_is_cancelled (self->cancellable))
    return;
  if (g_error_matches (error, XMPP_STANZA_ERROR, XMPP_STANZA_ERROR_ITEM_NOT_FOUND))
    self->funcs->lost (self, FALSE, self->data);
  else if (answer == NULL)
    fail (self, error);
  /* The ends of a chat are not those of the archive. */
  else if (answer->items->len > 0 && self->with == NULL)
    self->foot = g_strdup (item_at (answer, 0)->id);
  go_on (self);
}

static void
ask_foot (ChatWalk *self)
{
  XmppArchiveQuery query = { .after = self->after, .max = 1 };

  g_clear_pointer (&self->foot, g_free);
  if (self->after == NULL || self->asking_foot)
    return;
  self->asking_foot = TRUE;
  xmpp_archive_module_query_async (self->archive, &query, self->timeout_ms, self->cancellable, foot_asked_cb, walk_ref (self));
}

/* Purged, or numbered anew. What overlaps then comes once more, and is known when it is stored. */
static void
lose_border (ChatWalk *self)
{
  self->by_time = TRUE;
  self->n_lost++;
  g_hash_table_remove_all (self->firsts);
  self->funcs->lost (self, TRUE, self->data);
  ask_foot (self);
}

/* Of the question whose turn it is. */
static void
take_answer (ChatWalk *self)
{
  g_autoptr (Ask) ask = g_steal_pointer (&self->asking);

  if (ask->page != NULL) {
    self->page = g_steal_pointer (&ask->page);
  } else if (ask->before != NULL && ask->error->domain == XMPP_STANZA_ERROR) {
    /* It may be that only a second question was too much. */
    self->wary = TRUE;
  } else if (g_error_matches (ask->error, XMPP_STANZA_ERROR, XMPP_STANZA_ERROR_ITEM_NOT_FOUND) && self->border != NULL
             && !self->by_time && self->n_lost < MOST_LOST) {
    lose_border (self);
  } else {
    fail (self, ask->error);
  }
  go_on (self);
}

static void
asked_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  Ask *ask = user_data;
  g_autoptr (WalkRef) self = g_steal_pointer (&ask->walk);

  ask->page = xmpp_archive_module_query_finish (XMPP_ARCHIVE_MODULE (source), result, &ask->error);
  ask->answered = TRUE;
  if (ask->dropped)
    ask_free (ask);
  else if (ask == self->asking)
    take_answer (self);
}

/* Whether nothing older than this can be wanted: where it is not known, too. */
static gboolean
is_end (ChatWalk *self, const XmppArchiveItem *item)
{
  gint64 oldest = MAX (self->floor, self->after_time);

  if (self->after != NULL && self->after_time == 0)
    return TRUE;
  return (oldest != 0 && (item->time == 0 || item->time <= oldest)) || g_strcmp0 (item->id, self->after) == 0
         || g_strcmp0 (item->id, self->foot) == 0;
}

static Ask *ask_before (ChatWalk *self, const char *guess);

static void
first_cb (const XmppArchiveItem *item, gpointer user_data)
{
  Ask *ask = user_data;
  ChatWalk *self = ask->walk;

  if (ask != self->asking || self->ahead != NULL || self->wary || self->patient || self->paused || self->done || is_end (self, item)
      || g_strcmp0 (item->id, self->border) == 0 || g_hash_table_contains (self->firsts, item->id))
    return;
  self->ahead = ask_before (self, item->id);
}

/* guess: NULL: the border. */
static Ask *
ask_before (ChatWalk *self, const char *guess)
{
  XmppArchiveQuery query = { .with = self->with, .max = self->max, .before = guess != NULL ? guess : self->border, .first = first_cb };
  Ask *ask = g_new0 (Ask, 1);

  if (guess == NULL && (self->border == NULL || self->by_time))
    query.before = "";
  if (guess == NULL && self->by_time && self->border_time != 0)
    query.end = self->border_time + OVERLAP;
  ask->walk = walk_ref (self);
  ask->cancellable = g_cancellable_new ();
  ask->before = g_strdup (guess);
  xmpp_archive_module_query_async (self->archive, &query, self->timeout_ms, ask->cancellable, asked_cb, ask);
  return ask;
}

static void
ask (ChatWalk *self)
{
  if (self->asking != NULL || self->page != NULL || self->paused || self->done || self->n_unstored >= (self->patient ? 1 : MOST_UNSTORED))
    return;
  if (self->ahead != NULL && (self->by_time || g_strcmp0 (self->ahead->before, self->border) != 0)) {
    self->wary = TRUE;
    drop (&self->ahead);
  }
  self->asking = self->ahead != NULL ? g_steal_pointer (&self->ahead) : ask_before (self, NULL);
  if (self->asking->answered)
    take_answer (self);
}

/* -- what the owner calls ------------------------------------------------------------------------------------------- */

ChatWalk *
chat_walk_new (XmppArchiveModule *archive, const ChatWalkPlan *plan, const ChatWalkFuncs *funcs, gpointer user_data)
{
  ChatWalk *self = g_new0 (ChatWalk, 1);

  g_atomic_ref_count_init (&self->refs);
  self->archive = g_object_ref (archive);
  self->cancellable = g_cancellable_new ();
  self->funcs = funcs;
  self->data = user_data;
  self->gap = plan->gap;
  self->with = plan->with != NULL ? xmpp_jid_ref (plan->with) : NULL;
  self->border = g_strdup (plan->before);
  self->border_time = plan->before_time;
  self->after = g_strdup (plan->after);
  self->after_time = plan->after_time;
  self->floor = plan->floor;
  self->max = plan->max;
  self->timeout_ms = plan->timeout_ms;
  self->patient = plan->patient;
  self->firsts = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  self->given = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  return self;
}

void
chat_walk_free (ChatWalk *self)
{
  g_cancellable_cancel (self->cancellable);
  drop (&self->asking);
  drop (&self->ahead);
  walk_unref (self);
}

void
chat_walk_go (ChatWalk *self)
{
  ask (self);
  ask_foot (self);
}

void
chat_walk_pause (ChatWalk *self, gboolean pause)
{
  G_GNUC_UNUSED g_autoptr (WalkRef) keep = walk_ref (self);

  self->paused = pause;
  ask (self);
}

void
chat_walk_stored (ChatWalk *self)
{
  G_GNUC_UNUSED g_autoptr (WalkRef) keep = walk_ref (self);

  g_assert (self->n_unstored > 0);
  self->n_unstored--;
  ask (self);
  end_where_done (self);
}

void
chat_walk_finish (ChatWalk *self)
{
  self->done = TRUE;
  end_where_done (self);
}
