/* SPDX-License-Identifier: GPL-3.0-or-later
 * SPDX-FileCopyrightText: The Stonechat authors */
#include "model-server.h"

#include "xmpp-datetime.h"
#include "xmpp-ns.h"
#include "xmpp-reader.h"
#include "xmpp-session-link.h"

#include <string.h>

#define ACCOUNT "juliet@a.test"
#define HEADER "<?xml version='1.0'?><stream:stream xmlns='jabber:client' xmlns:stream='" XMPP_NS_STREAM "' version='1.0' id='s1'>"

static void
message_free (ModelMessage *message)
{
  g_free (message->id);
  g_free (message->stanza_id);
  g_free (message->peer);
  g_free (message->text);
  g_free (message);
}

XmppJid *
model_server_dup_account (void)
{
  return xmpp_jid_new (ACCOUNT, NULL);
}

static char *
make_id (ModelServer *self)
{
  return g_strdup_printf ("a%u", ++self->n_ids);
}

/* -- saying and hearing --------------------------------------------------------------------------------------------- */

static void
said_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_output_stream_write_all_finish (G_OUTPUT_STREAM (source), result, NULL, NULL);
  (*(guint *) user_data)--;
}

/* text: taken. */
static void
write_out (ModelServer *self, char *text, gsize length)
{
  GOutputStream *output = g_io_stream_get_output_stream (self->server);

  self->n_writing++;
  g_output_stream_write_all_async (output, text, length, 0, NULL, said_cb, &self->n_writing);
  while (self->n_writing > 0)
    g_main_context_iteration (NULL, FALSE);
  g_free (text);
}

G_GNUC_PRINTF (2, 3)
static void
queue_stanza (ModelServer *self, const char *format, ...)
{
  va_list args;

  va_start (args, format);
  g_queue_push_tail (&self->down, g_strdup_vprintf (format, args));
  va_end (args);
}

static void
take_acknowledgement (ModelServer *self, const char *h)
{
  guint32 n = (guint32) g_ascii_strtoull (h, NULL, 10) - self->acknowledged;

  g_assert_cmpuint (n, <=, self->unacknowledged.length);
  for (; n > 0; n--, self->acknowledged++)
    g_free (g_queue_pop_head (&self->unacknowledged));
}

static void
stanza_cb (XmppElement *stanza, gpointer user_data)
{
  ModelServer *self = user_data;

  if (xmpp_element_is (stanza, XMPP_NS_SM, "a"))
    take_acknowledgement (self, xmpp_element_get_attribute (stanza, "h"));
  else
    g_queue_push_tail (&self->up, xmpp_element_ref (stanza));
}

static const XmppReaderCallbacks reader_callbacks = { .stanza = stanza_cb };

static void
read_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  ModelServer *self = user_data;
  gssize n = g_input_stream_read_finish (G_INPUT_STREAM (source), result, NULL);

  self->reading = FALSE;
  if (n <= 0 || !self->online)
    return;
  g_assert_true (xmpp_reader_feed (self->reader, (guint8 *) self->buffer, n, NULL));
  self->reading = TRUE;
  g_input_stream_read_async (G_INPUT_STREAM (source), self->buffer, sizeof self->buffer, 0, NULL, read_cb, self);
}

/* -- the archive ---------------------------------------------------------------------------------------------------- */

static char *
make_message (const ModelMessage *message, const char *more)
{
  g_autofree char *id = message->stanza_id != NULL ? g_strdup_printf (" id='%s'", message->stanza_id) : g_strdup ("");

  return g_strdup_printf ("<message xmlns='jabber:client' type='chat' from='%s' to='%s'%s><body>%s</body>%s</message>",
                          message->own ? ACCOUNT "/other" : message->peer, message->own ? message->peer : ACCOUNT, id,
                          message->text, more);
}

static char *
make_result (const ModelMessage *message, const char *queryid)
{
  g_autofree char *inner = make_message (message, "");
  g_autofree char *stamp = xmpp_datetime_format (message->time);

  return g_strdup_printf ("<message to='" ACCOUNT "/balcony' from='" ACCOUNT "'><result xmlns='" XMPP_NS_MAM "' queryid='%s' id='%s'>"
                          "<forwarded xmlns='" XMPP_NS_FORWARD "'><delay xmlns='" XMPP_NS_DELAY "' stamp='%s'/>%s</forwarded>"
                          "</result></message>", queryid, message->id, stamp, inner);
}

/* In the order of the archive: how many stand before the message with this id. FALSE: there is none. */
static gboolean
find_id (ModelServer *self, const char *id, guint *index)
{
  for (*index = 0; *index < self->messages->len; (*index)++) {
    ModelMessage *message = g_ptr_array_index (self->messages, *index);
    if (strcmp (message->id, id) == 0)
      return !message->purged || self->knows_all_ids;
  }
  return FALSE;
}

typedef struct { const char *with, *before, *after, *queryid; gint64 start, end; guint max; } Query;

static const char *
get_field (XmppElement *form, const char *var)
{
  for (guint i = 0; form != NULL && i < xmpp_element_get_n_children (form); i++) {
    XmppElement *field = xmpp_element_get_child (form, i);
    if (g_strcmp0 (xmpp_element_get_attribute (field, "var"), var) == 0)
      return xmpp_element_get_child_text (field, NULL, "value");
  }
  return NULL;
}

static void
read_query (XmppElement *payload, Query *query)
{
  XmppElement *form = xmpp_element_find_child (payload, XMPP_NS_DATA_FORM, "x");
  XmppElement *set = xmpp_element_find_child (payload, XMPP_NS_RSM, "set");
  const char *max = set != NULL ? xmpp_element_get_child_text (set, NULL, "max") : NULL;
  const char *start = get_field (form, "start"), *end = get_field (form, "end");

  query->queryid = xmpp_element_get_attribute (payload, "queryid");
  query->with = get_field (form, "with");
  query->before = set != NULL ? xmpp_element_get_child_text (set, NULL, "before") : NULL;
  query->after = set != NULL ? xmpp_element_get_child_text (set, NULL, "after") : NULL;
  query->max = max != NULL ? g_ascii_strtoull (max, NULL, 10) : 1000;
  g_assert_true (start == NULL || xmpp_datetime_parse (start, &query->start));
  g_assert_true (end == NULL || xmpp_datetime_parse (end, &query->end));
}

/* Of ModelMessage: what matches, cut to a page. FALSE: before or after is not known. */
static gboolean
find_page (ModelServer *self, const Query *query, GPtrArray *page, gboolean *complete)
{
  guint from = 0, to = self->messages->len, max = query->max;

  if (query->before != NULL && *query->before != '\0' && !find_id (self, query->before, &to))
    return FALSE;
  if (query->after != NULL && !find_id (self, query->after, &from))
    return FALSE;
  from += query->after != NULL;
  to += (self->lies & LIE_INCLUSIVE) != 0 && query->before != NULL && *query->before != '\0';
  for (; from < to; from++) {
    ModelMessage *message = g_ptr_array_index (self->messages, from);
    if (!message->purged && (query->with == NULL || strcmp (query->with, message->peer) == 0)
        && message->time >= query->start && (query->end == 0 || message->time <= query->end))
      g_ptr_array_add (page, message);
  }
  if (self->page_limit != 0)
    max = MIN (max, self->page_limit);
  *complete = page->len <= max;
  if (*complete)
    return TRUE;
  if (query->before != NULL)
    g_ptr_array_remove_range (page, 0, page->len - max);
  else
    g_ptr_array_set_size (page, max);
  return TRUE;
}

static void
queue_error (ModelServer *self, XmppElement *iq, const char *condition)
{
  queue_stanza (self, "<iq type='error' id='%s'><error type='wait'><%s xmlns='" XMPP_NS_STANZAS "'/></error></iq>",
                xmpp_element_get_attribute (iq, "id"), condition);
}

static void
queue_fin (ModelServer *self, XmppElement *iq, GPtrArray *page, gboolean complete, guint n_in_all)
{
  g_autoptr (GString) fin = g_string_new (NULL);

  g_string_append_printf (fin, "<fin xmlns='" XMPP_NS_MAM "'%s>", complete ? " complete='true'" : "");
  if ((self->lies & LIE_NO_SET) == 0)
    g_string_append (fin, "<set xmlns='" XMPP_NS_RSM "'>");
  if ((self->lies & LIE_NO_SET) == 0 && page->len > 0)
    g_string_append_printf (fin, "<first>%s</first><last>%s</last>",
                            (self->lies & LIE_WRONG_SET) != 0 ? "nobody" : ((ModelMessage *) page->pdata[0])->id,
                            (self->lies & LIE_WRONG_SET) != 0 ? "a1" : ((ModelMessage *) page->pdata[page->len - 1])->id);
  if ((self->lies & LIE_NO_SET) == 0 && self->counts)
    g_string_append_printf (fin, "<count>%u</count>", (self->lies & LIE_COUNT) != 0 ? self->n_pages * 7919 % 1000 : n_in_all);
  g_string_append (fin, (self->lies & LIE_NO_SET) == 0 ? "</set></fin>" : "</fin>");
  queue_stanza (self, "<iq type='result' from='" ACCOUNT "' id='%s'>%s</iq>", xmpp_element_get_attribute (iq, "id"), fin->str);
}

static void
queue_page (ModelServer *self, const Query *query, GPtrArray *page)
{
  for (guint i = 0; i < page->len; i++) {
    ModelMessage *message = page->pdata[(self->lies & LIE_FLIP) != 0 ? page->len - 1 - i : i];
    g_queue_push_tail (&self->down, make_result (message, query->queryid));
    if ((self->lies & LIE_TWICE) != 0)
      g_queue_push_tail (&self->down, make_result (message, query->queryid));
  }
}

static void
queue_stranger (ModelServer *self, const char *queryid)
{
  ModelMessage stranger = { "s1", "stranger", "mallory@evil.test", "never said", g_get_real_time (), FALSE, FALSE, 0 };

  g_queue_push_tail (&self->down, make_result (&stranger, queryid));
}

/* Who is told twice that there is nothing may believe it. */
static gboolean
lie_once (ModelServer *self, const char *before)
{
  return g_hash_table_add (self->lied_about, g_strdup (before != NULL ? before : ""));
}

static void
answer_query (ModelServer *self, XmppElement *iq, XmppElement *payload)
{
  g_autoptr (GPtrArray) page = g_ptr_array_new ();
  Query query = { 0 };
  gboolean complete;
  guint n_in_all = 0;

  read_query (payload, &query);
  self->n_queries++;
  g_ptr_array_add (self->asked, xmpp_element_to_string (payload));
  if (self->n_refusals > 0) {
    self->n_refusals--;
    queue_error (self, iq, self->refusal);
    return;
  }
  if ((self->lies & LIE_SILENT) != 0)
    return;
  if ((self->lies & LIE_REPEAT) != 0 && query.before != NULL)
    query.before = "";
  if (!find_page (self, &query, page, &complete)) {
    queue_error (self, iq, "item-not-found");
    return;
  }
  for (guint i = 0; i < self->messages->len; i++)
    n_in_all += !((ModelMessage *) self->messages->pdata[i])->purged;
  self->n_pages++;
  if (((self->lies & LIE_EMPTY) != 0 && self->n_pages % 2 == 0 && lie_once (self, query.before))
      || ((self->lies & LIE_ALWAYS_EMPTY) != 0 && query.before != NULL && (*query.before != '\0' || query.end != 0)))
    g_ptr_array_set_size (page, 0), complete = FALSE;
  if ((self->lies & LIE_NO_COMPLETE) != 0)
    complete = FALSE;
  if ((self->lies & LIE_COMPLETE) != 0)
    complete = TRUE;
  if ((self->lies & LIE_STRANGERS) != 0)
    queue_stranger (self, "other");
  queue_page (self, &query, page);
  if ((self->lies & LIE_NO_FIN) == 0)
    queue_fin (self, iq, page, complete, n_in_all);
  if ((self->lies & LIE_STRANGERS) != 0)
    queue_stranger (self, query.queryid);
}

/* -- what comes up -------------------------------------------------------------------------------------------------- */

/* Its clock. */
static gint64
get_now (ModelServer *self)
{
  gint64 last = self->messages->len > 0 ? ((ModelMessage *) self->messages->pdata[self->messages->len - 1])->time : 0;

  return MAX (g_get_real_time (), last + self->tick);
}

static ModelMessage *
add_message (ModelServer *self, const char *peer, gboolean own, const char *stanza_id, const char *text, gint64 time)
{
  ModelMessage *message = g_new0 (ModelMessage, 1);

  message->id = make_id (self);
  message->peer = g_strdup (peer);
  message->own = own;
  message->stanza_id = g_strdup (stanza_id);
  message->text = g_strdup (text);
  message->time = time;
  g_ptr_array_add (self->messages, message);
  return message;
}

/* From our client; whoever gets it shows two copies. */
static void
take_message (ModelServer *self, XmppElement *stanza)
{
  const char *body = xmpp_element_get_child_text (stanza, NULL, "body"), *id = xmpp_element_get_attribute (stanza, "id");

  if (body == NULL)
    return;
  for (guint i = 0; i < self->messages->len; i++) {
    ModelMessage *message = g_ptr_array_index (self->messages, i);
    if (message->own && g_strcmp0 (message->stanza_id, id) == 0)
      message->n_copies++;
  }
  add_message (self, xmpp_element_get_attribute (stanza, "to"), TRUE, id, body, get_now (self))->n_copies = 1;
}

/* Every second change is refused. */
static void
answer_prefs (ModelServer *self, XmppElement *iq, XmppElement *payload)
{
  if (g_strcmp0 (xmpp_element_get_attribute (iq, "type"), "set") == 0) {
    if (self->n_prefs_set++ % 2 == 1) {
      queue_error (self, iq, "not-allowed");
      return;
    }
    g_free (self->prefs);
    self->prefs = xmpp_element_to_string (payload);
  }
  queue_stanza (self, "<iq type='result' id='%s'>%s</iq>", xmpp_element_get_attribute (iq, "id"), self->prefs);
}

#define FEATURE(name) "<feature var='" name "'/>"
static void
take_iq (ModelServer *self, XmppElement *iq)
{
  XmppElement *payload = xmpp_element_get_n_children (iq) > 0 ? xmpp_element_get_child (iq, 0) : NULL;
  const char *id = xmpp_element_get_attribute (iq, "id"), *to = xmpp_element_get_attribute (iq, "to");
  gboolean of_account = to == NULL || strcmp (to, ACCOUNT) == 0;

  if (payload == NULL || g_strcmp0 (xmpp_element_get_attribute (iq, "type"), "result") == 0)
    return;
  if (xmpp_element_is (payload, XMPP_NS_MAM, "query") && self->has_archive)
    answer_query (self, iq, payload);
  else if (xmpp_element_is (payload, XMPP_NS_MAM, "prefs") && self->prefs != NULL)
    answer_prefs (self, iq, payload);
  else if (xmpp_element_is (payload, XMPP_NS_DISCO_INFO, "query"))
    queue_stanza (self, "<iq type='result' from='%s' id='%s'><query xmlns='" XMPP_NS_DISCO_INFO "'>%s%s</query></iq>",
                  of_account ? ACCOUNT : to, id, of_account && self->has_archive ? FEATURE (XMPP_NS_MAM) : "",
                  of_account ? FEATURE (XMPP_NS_SID) : FEATURE (XMPP_NS_CARBONS));
  else if (xmpp_element_is (payload, XMPP_NS_CARBONS, "enable") || xmpp_element_is (payload, XMPP_NS_PING, "ping"))
    queue_stanza (self, "<iq type='result'%s%s%s id='%s'/>", to != NULL ? " from='" : "", to != NULL ? to : "",
                  to != NULL ? "'" : "", id);
  else
    queue_error (self, iq, "service-unavailable");
  self->carbons = self->carbons || xmpp_element_is (payload, XMPP_NS_CARBONS, "enable");
}

gboolean
model_server_take (ModelServer *self)
{
  g_autoptr (XmppElement) stanza = g_queue_pop_head (&self->up);

  if (stanza == NULL || !self->online)
    return FALSE;
  if (xmpp_element_is (stanza, XMPP_NS_SM, "r")) {
    write_out (self, g_strdup_printf ("<a xmlns='" XMPP_NS_SM "' h='%u'/>", self->handled), strlen ("<a xmlns='' h=''/>")
               + strlen (XMPP_NS_SM) + g_snprintf (NULL, 0, "%u", self->handled));
    return TRUE;
  }
  if (!xmpp_element_is (stanza, XMPP_NS_CLIENT, NULL))
    return TRUE;
  self->handled++;
  if (xmpp_element_is (stanza, NULL, "message"))
    take_message (self, stanza);
  else if (xmpp_element_is (stanza, NULL, "iq"))
    take_iq (self, stanza);
  return TRUE;
}

gboolean
model_server_say (ModelServer *self)
{
  char *text = self->online ? g_queue_pop_head (&self->down) : NULL;

  if (text == NULL)
    return FALSE;
  g_queue_push_tail (&self->unacknowledged, g_strdup (text));
  write_out (self, text, strlen (text));
  return TRUE;
}

void
model_server_flow (ModelServer *self)
{
  do {
    while (g_main_context_iteration (NULL, FALSE))
      ;
  } while (model_server_take (self) || model_server_say (self));
}

/* -- the link ------------------------------------------------------------------------------------------------------- */

static void
connect_stream (ModelServer *self, XmppSession *session, gboolean resumed)
{
  g_autoptr (XmppStream) stream = NULL;

  g_clear_object (&self->client);
  while (self->reading)
    g_main_context_iteration (NULL, TRUE);
  g_clear_object (&self->server);
  g_clear_pointer ((XmppReader **) &self->reader, xmpp_reader_free);
  joined_streams_new (&self->client, &self->server);
  self->reader = xmpp_reader_new (&xmpp_reader_default_limits, &reader_callbacks, self);
  self->session = session;
  self->online = self->session_kept = self->reading = TRUE;
  g_input_stream_read_async (g_io_stream_get_input_stream (self->server), self->buffer, sizeof self->buffer, 0, NULL, read_cb, self);
  stream = xmpp_stream_new (self->client);
  xmpp_stream_open (stream, NULL, "a.test", NULL);
  write_out (self, g_strdup (HEADER), strlen (HEADER));
  xmpp_session_begin (session, stream, resumed);
}

void
model_server_bind (ModelServer *self, XmppSession *session)
{
  g_autoptr (XmppJid) full = xmpp_jid_new (ACCOUNT "/balcony", NULL);

  model_server_forget (self);
  xmpp_session_set_jid (session, full);
  xmpp_session_link_give_up (session);
  xmpp_stream_management_enable (xmpp_session_get_stream_management (session), "sm", NULL, 300);
  connect_stream (self, session, FALSE);
}

gboolean
model_server_resume (ModelServer *self, XmppSession *session)
{
  XmppStreamManagement *sm = xmpp_session_get_stream_management (session);
  g_autofree char *h = g_strdup_printf ("%u", xmpp_stream_management_get_handled (sm));

  if (!self->session_kept || !xmpp_stream_management_can_resume (sm, g_get_real_time ()))
    return FALSE;
  take_acknowledgement (self, h);
  g_assert_true (xmpp_session_link_settle (session, self->handled));
  xmpp_stream_management_resumed (sm, g_ascii_strtoull (h, NULL, 10));
  /* Again, and then what came meanwhile. */
  while (self->unacknowledged.length > 0)
    g_queue_push_head (&self->down, g_queue_pop_tail (&self->unacknowledged));
  connect_stream (self, session, TRUE);
  return TRUE;
}

void
model_server_cut (ModelServer *self, gboolean half)
{
  const char *next = g_queue_peek_head (&self->down);

  if (!self->online)
    return;
  if (half && next != NULL)
    write_out (self, g_strdup (next), strlen (next) / 2);
  self->online = FALSE;
  g_queue_clear_full (&self->up, (GDestroyNotify) xmpp_element_unref);
  g_io_stream_close (self->server, NULL, NULL);
  xmpp_session_abort (self->session);
}

void
model_server_forget (ModelServer *self)
{
  g_queue_clear_full (&self->down, g_free);
  g_queue_clear_full (&self->unacknowledged, g_free);
  g_queue_clear_full (&self->up, (GDestroyNotify) xmpp_element_unref);
  self->handled = self->acknowledged = 0;
  self->carbons = self->session_kept = FALSE;
}

/* -- what happens --------------------------------------------------------------------------------------------------- */

ModelMessage *
model_server_message (ModelServer *self, const char *peer, gboolean own, const char *stanza_id, const char *text)
{
  ModelMessage *message = add_message (self, peer, own, stanza_id, text, get_now (self));
  g_autofree char *mark = self->gives_ids ? g_strdup_printf ("<stanza-id xmlns='" XMPP_NS_SID "' by='" ACCOUNT "' id='%s'/>", message->id)
                                          : g_strdup ("");
  g_autofree char *text_of_it = make_message (message, mark);

  /* While the link is away it waits with the session. */
  if (!self->session_kept || (own && !self->carbons))
    return message;
  if (own)
    queue_stanza (self, "<message from='" ACCOUNT "' to='" ACCOUNT "/balcony'><sent xmlns='" XMPP_NS_CARBONS "'>"
                  "<forwarded xmlns='" XMPP_NS_FORWARD "'>%s</forwarded></sent></message>", text_of_it);
  else
    queue_stanza (self, "%s", text_of_it);
  return message;
}

ModelMessage *
model_server_seed (ModelServer *self, const char *peer, gboolean own, const char *text, gint64 ago)
{
  g_autofree char *stanza_id = g_strdup_printf ("seed%u", self->n_ids);

  return add_message (self, peer, own, stanza_id, text, g_get_real_time () - ago);
}

void
model_server_purge (ModelServer *self, guint n)
{
  for (guint i = 0; i < self->messages->len && n > 0; i++) {
    ModelMessage *message = g_ptr_array_index (self->messages, i);
    n -= !message->purged;
    message->purged = TRUE;
  }
}

void
model_server_renumber (ModelServer *self)
{
  for (guint i = 0; i < self->messages->len; i++) {
    ModelMessage *message = g_ptr_array_index (self->messages, i);
    g_free (message->id);
    message->id = make_id (self);
  }
}

ModelServer *
model_server_new (void)
{
  ModelServer *self = g_new0 (ModelServer, 1);

  self->messages = g_ptr_array_new_with_free_func ((GDestroyNotify) message_free);
  self->asked = g_ptr_array_new_with_free_func (g_free);
  self->lied_about = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  self->tick = G_TIME_SPAN_SECOND;
  self->gives_ids = self->counts = self->has_archive = TRUE;
  return self;
}

void
model_server_free (ModelServer *self)
{
  model_server_cut (self, FALSE);
  model_server_forget (self);
  g_clear_object (&self->client);
  while (self->reading)
    g_main_context_iteration (NULL, TRUE);
  g_clear_object (&self->server);
  g_clear_pointer ((XmppReader **) &self->reader, xmpp_reader_free);
  g_ptr_array_unref (self->messages);
  g_ptr_array_unref (self->asked);
  g_free (self->prefs);
  g_hash_table_unref (self->lied_about);
  g_free (self);
}
