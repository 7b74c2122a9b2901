/* SPDX-License-Identifier: GPL-3.0-or-later
 * SPDX-FileCopyrightText: The Stonechat authors */
#include "chat-history-struct.h"

#include "chat-conversation-private.h"
#include "chat-error.h"
#include "xmpp-error.h"
#include "xmpp-server-module.h"

/* What is fetched when. */

#define PAGE_SIZE 250
#define FIRST_WAIT_S 5
#define LONGEST_WAIT_S 600
#define MOST_FAILURES 3      /* before it is told */
#define MOST_TRIES 10        /* on one stream: some forty minutes */
#define SMALL_PAGE_SIZE 50

/* -- errands -------------------------------------------------------------------------------------------------------- */

void
chat_history_end_errand (Errand *errand)
{
  ChatHistory *self = errand->history;

  chat_history_drop_pages (self, errand);
  if (errand->kind == ERRAND_FILL || errand->kind == ERRAND_DATE)
    chat_conversation_set_filling (errand->conversation, FALSE);
  g_ptr_array_remove (self->errands, errand);
}

void
chat_history_errand_free (Errand *errand)
{
  g_clear_pointer (&errand->walk, chat_walk_free);
  g_clear_object (&errand->conversation);
  if (errand->lookup != NULL)
    g_cancellable_cancel (errand->lookup);
  g_clear_object (&errand->lookup);
  if (errand->task != NULL)
    g_task_return_boolean (errand->task, TRUE);
  g_clear_object (&errand->task);
  g_free (errand->before);
  g_free (errand);
}

static Errand *
find_errand (ChatHistory *self, ErrandKind kind, ChatConversation *conversation)
{
  for (guint i = 0; i < self->errands->len; i++) {
    Errand *errand = g_ptr_array_index (self->errands, i);
    if (errand->kind == kind && errand->conversation == conversation)
      return errand;
  }
  return NULL;
}

Errand *
chat_history_find_errand_by_task (ChatHistory *self, GAsyncResult *result)
{
  for (guint i = 0; i < self->errands->len; i++) {
    Errand *errand = g_ptr_array_index (self->errands, i);
    if (errand->lookup != NULL && errand->lookup == g_task_get_cancellable (G_TASK (result)))
      return errand;
  }
  return NULL;
}

Errand *
chat_history_add_errand (ChatHistory *self, ErrandKind kind, ChatConversation *conversation)
{
  Errand *errand = g_new0 (Errand, 1);

  errand->history = self;
  errand->kind = kind;
  errand->position = G_MAXINT64;
  errand->conversation = conversation != NULL ? g_object_ref (conversation) : NULL;
  g_ptr_array_add (self->errands, errand);
  return errand;
}

static void
page_cb (ChatWalk *walk, XmppArchivePage *page, ChatPage *place, gpointer user_data)
{
  Errand *errand = user_data;

  if (errand->kind == ERRAND_SHOWN)
    chat_walk_finish (walk);
  chat_history_keep (errand, page, place);
}

static void ended_cb (ChatWalk *walk, const GError *error, gpointer user_data);

static void
lost_cb (ChatWalk *walk, gboolean before, gpointer user_data)
{
  Errand *errand = user_data;

  chat_store_lose_border_async (errand->history->store, errand->gap, before, NULL, NULL, NULL);
}

static const ChatWalkFuncs walk_funcs = { page_cb, lost_cb, ended_cb };

/* before and after come from the gap, but for a chat of which more is known than of the whole. */
static void
set_out (Errand *errand, const ChatGapRow *gap, const char *before, gint64 before_time, gint64 floor)
{
  ChatHistory *self = errand->history;
  ChatConversation *conversation = errand->conversation;
  ChatWalkPlan plan = { .gap = gap->id, .before = before, .before_time = before_time, .after = gap->after,
                        .after_time = gap->after_time, .floor = floor, .max = self->page_size, .timeout_ms = self->timeout_ms };

  if (conversation != NULL) {
    plan.with = chat_conversation_get_jid (conversation);
    plan.patient = TRUE;
  }
  errand->gap = gap->id;
  errand->walk = chat_walk_new (self->archive, &plan, &walk_funcs, errand);
  chat_walk_go (errand->walk);
}

/* -- the sweep ------------------------------------------------------------------------------------------------------ */

/* 0: everything is wanted. */
static gint64
get_floor (ChatHistory *self)
{
  switch (chat_history_get_range (self)) {
  case CHAT_HISTORY_YEAR:
    return g_get_real_time () - 365 * G_TIME_SPAN_DAY;
  case CHAT_HISTORY_MONTH:
    return g_get_real_time () - 30 * G_TIME_SPAN_DAY;
  case CHAT_HISTORY_NOTHING:
    return G_MAXINT64;
  default:
    return 0;
  }
}

static ChatGapRow *
find_gap_to_sweep (ChatHistory *self)
{
  gint64 floor = get_floor (self);

  for (guint i = 0; i < self->gaps->len && floor != G_MAXINT64; i++) {
    ChatGapRow *gap = g_ptr_array_index (self->gaps, i);
    gboolean in_range = floor == 0 || gap->before == NULL || gap->before_time == 0 || gap->before_time > floor;
    if (in_range && !g_hash_table_contains (self->left_alone, &gap->id))
      return gap;
  }
  return NULL;
}

static void
sweep (ChatHistory *self)
{
  ChatGapRow *gap = find_gap_to_sweep (self);

  if (gap != NULL)
    set_out (chat_history_add_errand (self, ERRAND_SWEEP, NULL), gap, gap->before, gap->before_time, get_floor (self));
  else
    chat_history_set_problem (self, NULL);
}

void
chat_history_end_sweep (ChatHistory *self)
{
  Errand *errand = find_errand (self, ERRAND_SWEEP, NULL);

  g_clear_handle_id (&self->timer, g_source_remove);
  self->gave_up = FALSE;
  self->n_failures = 0;
  if (errand != NULL)
    chat_history_end_errand (errand);
}

/* -- the chat that is shown ----------------------------------------------------------------------------------------- */

static void
look_at_shown (ChatHistory *self)
{
  ChatConversation *shown = chat_conversation_list_get_shown (self->conversations);
  ChatGapRow *gap = self->gaps->len > 0 ? g_ptr_array_index (self->gaps, 0) : NULL;

  if (self->looked_at_shown)
    return;
  self->looked_at_shown = TRUE;
  if (shown != NULL && chat_conversation_get_account_id (shown) == self->account && gap != NULL && gap->before == NULL)
    set_out (chat_history_add_errand (self, ERRAND_SHOWN, shown), gap, NULL, 0, 0);
}

/* -- what is older in a chat ---------------------------------------------------------------------------------------- */

/* The next one above the place where somebody is. */
static ChatGapRow *
find_gap_above (GPtrArray *gaps, gint64 position)
{
  for (guint i = 0; i < gaps->len; i++) {
    ChatGapRow *gap = g_ptr_array_index (gaps, i);
    if (gap->position <= position)
      return gap;
  }
  return NULL;
}

static void
chat_gaps_loaded_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (ChatHistory) self = user_data;
  g_autoptr (GPtrArray) gaps = chat_store_load_chat_gaps_finish (CHAT_STORE (source), result, NULL);
  Errand *errand = chat_history_find_errand_by_task (self, result);
  ChatGapRow *gap = errand != NULL && gaps != NULL ? find_gap_above (gaps, errand->position) : NULL;

  if (errand == NULL)
    return;
  if (gap != NULL) {
    set_out (errand, gap, gap->before, gap->before_time, errand->until);
    return;
  }
  if (gaps != NULL && gaps->len == 0)
    chat_conversation_set_complete (errand->conversation, TRUE);
  chat_history_end_errand (errand);
}

/* Over the newest gap that is left for this chat, there and above; the next one, where nothing came of that. */
static void
fill_further (Errand *errand)
{
  ChatHistory *self = errand->history;

  g_clear_pointer (&errand->walk, chat_walk_free);
  g_clear_object (&errand->lookup);
  errand->lookup = g_cancellable_new ();
  chat_store_load_chat_gaps_async (self->store, self->account, xmpp_jid_get_string (chat_conversation_get_jid (errand->conversation)),
                                   errand->lookup, chat_gaps_loaded_cb, g_object_ref (self));
}

gboolean
chat_history_can_fill (ChatHistory *self, GError **error)
{
  if (self->stream == NULL)
    g_set_error_literal (error, XMPP_ERROR, XMPP_ERROR_NOT_CONNECTED, "Offline");
  return self->stream != NULL && (self->gaps != NULL || self->opened || !self->bound);
}

void
chat_history_fill (ChatHistory *self, ChatConversation *conversation, gint64 position)
{
  g_autoptr (GError) error = NULL;
  Errand *errand = find_errand (self, ERRAND_FILL, conversation);

  if (errand != NULL)
    return;
  if (!chat_history_can_fill (self, &error)) {
    g_autoptr (ChatProblem) problem = error != NULL ? chat_problem_new_for_history (error) : NULL;
    if (problem != NULL)
      chat_history_set_problem (self, problem->text);
    else
      chat_conversation_set_complete (conversation, TRUE);
    chat_conversation_set_filling (conversation, FALSE);
    return;
  }
  chat_conversation_set_filling (conversation, TRUE);
  chat_history_add_errand (self, ERRAND_FILL, conversation)->position = position;
  chat_history_go (self);
}

void
chat_history_fill_instead (Errand *errand, gboolean down_to_time)
{
  g_clear_object (&errand->lookup);
  errand->kind = ERRAND_FILL;
  errand->until = down_to_time ? errand->time : 0;
  chat_history_go (errand->history);
}

static void
begin_fills (ChatHistory *self)
{
  for (guint i = 0; i < self->errands->len; i++) {
    Errand *errand = g_ptr_array_index (self->errands, i);
    if (errand->kind == ERRAND_FILL && errand->lookup == NULL)
      fill_further (errand);
  }
}

/* -- what comes next ------------------------------------------------------------------------------------------------ */

void
chat_history_go (ChatHistory *self)
{
  if (self->stream != NULL && self->gaps != NULL && xmpp_archive_module_get_available (self->archive)) {
    look_at_shown (self);
    chat_history_begin_dates (self);
    begin_fills (self);
    if (find_errand (self, ERRAND_SWEEP, NULL) == NULL && self->timer == 0 && !self->paused && !self->gave_up)
      sweep (self);
  }
  chat_history_set_running (self, self->opening || self->timer != 0 || find_errand (self, ERRAND_SWEEP, NULL) != NULL);
}

static void
ended_cb (ChatWalk *walk, const GError *error, gpointer user_data)
{
  Errand *errand = user_data;
  ChatHistory *self = errand->history;

  if (error != NULL) {
    chat_history_errand_failed (errand, error);
    return;
  }
  if (errand->kind == ERRAND_FILL && !errand->found && errand->task == NULL) {
    fill_further (errand);
    return;
  }
  /* It ended within its gap: what is left is older than is wanted. */
  if (errand->kind == ERRAND_SWEEP && chat_history_find_gap (self, errand->gap) != NULL)
    g_hash_table_add (self->left_alone, g_memdup2 (&errand->gap, sizeof errand->gap));
  chat_history_end_errand (errand);
  chat_history_go (self);
}

static gboolean
waited_cb (gpointer user_data)
{
  ChatHistory *self = user_data;

  self->timer = 0;
  chat_history_go (self);
  return G_SOURCE_REMOVE;
}

/* Ever longer: a server that limits what it gives is not asked again and again. */
static void
sweep_failed (ChatHistory *self, const GError *error, const ChatProblem *problem)
{
  gboolean of_store = error->domain == CHAT_ERROR && error->code <= CHAT_ERROR_STORE;
  guint wait = FIRST_WAIT_S << MIN (self->n_failures, 8);

  self->n_failures++;
  self->page_size = SMALL_PAGE_SIZE;
  self->gave_up = problem->action == CHAT_PROBLEM_GIVE_UP || (problem->action == CHAT_PROBLEM_ASK && self->n_failures > MOST_TRIES);
  if (!self->gave_up)
    self->timer = g_timeout_add (MIN (wait, LONGEST_WAIT_S) * self->second_ms, waited_cb, self);
  /* What the store has to say it says itself. */
  if (!of_store && (self->gave_up || self->n_failures > MOST_FAILURES))
    chat_history_set_problem (self, problem->text);
}

static void
fail_task (Errand *errand, const ChatProblem *problem)
{
  if (errand->task != NULL)
    g_task_return_new_error (errand->task, CHAT_ERROR, CHAT_ERROR_ARCHIVE, "%s", problem->text);
  g_clear_object (&errand->task);
}

void
chat_history_errand_failed (Errand *errand, const GError *error)
{
  ChatHistory *self = errand->history;
  g_autoptr (ChatProblem) problem = chat_problem_new_for_history (error);
  ErrandKind kind = errand->kind;
  gint64 gap = errand->gap;

  g_debug ("The archive of account %" G_GINT64_FORMAT ": %s", self->account, error->message);
  if (errand->kind == ERRAND_DATE && g_error_matches (error, CHAT_ERROR, CHAT_ERROR_NOT_POSSIBLE)) {
    chat_history_fill_instead (errand, TRUE);
    return;
  }
  fail_task (errand, problem);
  chat_history_end_errand (errand);
  /* The link went, or the account was removed: there is nothing to tell. */
  if (self->stream == NULL || g_error_matches (error, XMPP_ERROR, XMPP_ERROR_NOT_CONNECTED))
    return;
  if (g_error_matches (error, CHAT_ERROR, CHAT_ERROR_NOT_POSSIBLE))
    g_hash_table_add (self->left_alone, g_memdup2 (&gap, sizeof gap));
  else if (kind == ERRAND_SWEEP)
    sweep_failed (self, error, problem);
  else if (kind == ERRAND_FILL || kind == ERRAND_DATE)
    chat_history_set_problem (self, problem->text);
  chat_history_go (self);
}

/* -- the stream ----------------------------------------------------------------------------------------------------- */

static void
gaps_loaded_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (ChatHistory) self = user_data;
  g_autoptr (GError) error = NULL;
  g_autoptr (GPtrArray) gaps = chat_store_load_gaps_finish (CHAT_STORE (source), result, &error);

  if (self->stream == NULL || self->stream != g_task_get_cancellable (G_TASK (result)))
    return;
  self->opening = FALSE;
  g_clear_pointer (&self->gaps, g_ptr_array_unref);
  self->gaps = g_steal_pointer (&gaps);
  chat_conversation_list_gaps_changed (self->conversations, self->account);
  chat_history_go (self);
}

void
chat_history_load_gaps (ChatHistory *self)
{
  self->opening = TRUE;
  chat_store_load_gaps_async (self->store, self->account, self->stream, gaps_loaded_cb, g_object_ref (self));
}

typedef struct { ChatHistory *history; GCancellable *stream; } Opening;

static Opening *
opening_new (ChatHistory *self)
{
  Opening *opening = g_new0 (Opening, 1);

  self->opening = TRUE;
  opening->history = g_object_ref (self);
  opening->stream = g_object_ref (self->stream);
  return opening;
}

static void
opening_done (Opening *opening)
{
  if (opening->history->stream == opening->stream)
    chat_history_load_gaps (opening->history);
  g_object_unref (opening->history);
  g_object_unref (opening->stream);
  g_free (opening);
}

static void
gap_opened_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GError) error = NULL;
  G_GNUC_UNUSED g_autoptr (ChatGapRow) gap = chat_store_open_gap_finish (CHAT_STORE (source), result, &error);

  opening_done (user_data);
}

/* Before anything that comes live on this stream is stored, for that stands behind what is missing. Also where the stream is
 * lost at once: what resumes it goes on with this gap. */
static void
open_gap (ChatHistory *self)
{
  self->opened = TRUE;
  chat_store_open_gap_async (self->store, self->account, NULL, gap_opened_cb, opening_new (self));
}

static void
resumed_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  opening_done (user_data);
}

void
chat_history_begin (ChatHistory *self, gboolean resumed)
{
  XmppServerModule *server = xmpp_session_get_module (self->session, XMPP_TYPE_SERVER_MODULE);
  gboolean known = xmpp_server_module_get_known (server);

  self->stream = g_cancellable_new ();
  self->bound = !resumed;
  self->opened = self->gave_up = self->looked_at_shown = FALSE;
  self->page_size = PAGE_SIZE;
  self->n_failures = 0;
  if (known && !xmpp_archive_module_get_available (self->archive))
    return;
  /* What was typed offline opened a gap that is none any more. */
  if (resumed)
    chat_store_resumed_async (self->store, self->account, NULL, resumed_cb, opening_new (self));
  else
    open_gap (self);
  chat_history_go (self);
}

/* What an earlier log-in knew of the server may not hold any more. */
void
chat_history_features_known (ChatHistory *self)
{
  gboolean available = xmpp_archive_module_get_available (self->archive);

  if (self->stream == NULL)
    return;
  if (available == (self->opened || !self->bound)) {
    chat_history_go (self);
    return;
  }
  if (available) {
    open_gap (self);
    return;
  }
  chat_history_end (self);
  chat_store_drop_live_gap_async (self->store, self->account, NULL, NULL, NULL);
}

void
chat_history_end (ChatHistory *self)
{
  g_autoptr (GError) error = g_error_new_literal (XMPP_ERROR, XMPP_ERROR_NOT_CONNECTED, "Offline");
  g_autoptr (ChatProblem) problem = chat_problem_new_for_history (error);

  if (self->stream == NULL)
    return;
  g_cancellable_cancel (self->stream);
  g_clear_object (&self->stream);
  g_clear_handle_id (&self->timer, g_source_remove);
  chat_history_drop_pages (self, NULL);
  while (self->errands->len > 0) {
    fail_task (g_ptr_array_index (self->errands, 0), problem);
    chat_history_end_errand (g_ptr_array_index (self->errands, 0));
  }
  g_clear_pointer (&self->gaps, g_ptr_array_unref);
  self->opening = FALSE;
  chat_history_set_n_left (self, -1);
  chat_history_set_running (self, FALSE);
}
