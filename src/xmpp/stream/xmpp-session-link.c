/* SPDX-License-Identifier: GPL-3.0-or-later
 * SPDX-FileCopyrightText: The Stonechat authors */
#include "xmpp-session-link.h"
#include "xmpp-error.h"
#include "xmpp-fault-point.h"
#include "xmpp-ns.h"

/* XEP-0198 on a live stream, and signs of life. Whatever emits a signal does so last: a handler may end the session. */

#define MOST_UNASKED 10           /* stanzas, until we ask without a message */

static void
write_request (XmppSession *self)
{
  g_autoptr (XmppElement) nonza = xmpp_element_new (XMPP_NS_SM, "r");

  xmpp_stream_write (self->stream, nonza);
}

static void
write_answer (XmppSession *self, guint32 handled)
{
  g_autoptr (XmppElement) nonza = xmpp_element_new (XMPP_NS_SM, "a");
  g_autofree char *h = g_strdup_printf ("%u", handled);

  self->acked = handled;
  xmpp_element_set_attribute (nonza, "h", h);
  XMPP_FAULT_POINT ("receive-before-ack");
  xmpp_stream_write (self->stream, nonza);
  XMPP_FAULT_POINT ("receive-after-ack");
}

static guint32
get_kept (XmppSession *self)
{
  return xmpp_stream_management_get_kept (self->sm, self->keep ? self->kept : G_MAXUINT64);
}

static gboolean
is_kept (XmppSession *self)
{
  return get_kept (self) == xmpp_stream_management_get_handled (self->sm);
}

static gboolean
acknowledge_cb (gpointer user_data)
{
  XmppSession *self = user_data;

  self->ack_source = 0;
  if (self->acked != get_kept (self))
    write_answer (self, get_kept (self));
  if (self->keep && (self->unkept || !is_kept (self))) {
    self->unkept = FALSE;
    self->keep (self, self->keep_data);
  }
  return G_SOURCE_REMOVE;
}

/* A little later, so that many are one: our <a/>, and the storing before it. */
static void
acknowledge_soon (XmppSession *self)
{
  if (self->state == XMPP_SESSION_ONLINE && xmpp_stream_management_get_enabled (self->sm) && !self->ack_source)
    self->ack_source = g_timeout_add (self->timeouts.acknowledge, acknowledge_cb, self);
}

static gboolean
kept_cb (gpointer user_data)
{
  XmppSession *self = user_data;

  self->kept_source = 0;
  if (self->acked != get_kept (self))
    write_answer (self, get_kept (self));
  if (!is_kept (self))
    acknowledge_soon (self);
  return G_SOURCE_REMOVE;
}

/* Whoever says other things is there, and only slow. */
static gboolean
is_silent (XmppSession *self, gint64 since)
{
  return xmpp_stream_get_last_read (self->stream) <= since;
}

static gboolean answer_missing_cb (gpointer user_data);

static void
wait_until (XmppSession *self, gint64 since, gint64 until)
{
  gint64 left = until - g_get_monotonic_time ();

  g_clear_handle_id (&self->answer_source, g_source_remove);
  self->asked_at = since;
  self->answer_until = until;
  self->answer_source = g_timeout_add (MAX (1, (left + 999) / 1000), answer_missing_cb, self);
}

/* It has the same time again from its last sign of life, but is not asked again: on a slow link the questions and answers
 * would become more and more. */
static gboolean
answer_missing_cb (gpointer user_data)
{
  XmppSession *self = user_data;
  gint64 last_read = xmpp_stream_get_last_read (self->stream);
  g_autoptr (GError) error = g_error_new_literal (XMPP_ERROR, XMPP_ERROR_TIMEOUT, "The server gives no sign of life");

  self->answer_source = 0;
  if (is_silent (self, self->asked_at))
    xmpp_session_end (self, error);
  else
    wait_until (self, last_read, last_read + self->answer_until - self->asked_at);
  return G_SOURCE_REMOVE;
}

/* The earliest end counts, where several wait. */
static void
wait_for_answer (XmppSession *self, guint timeout_ms)
{
  gint64 now = g_get_monotonic_time (), until = now + timeout_ms * G_TIME_SPAN_MILLISECOND;

  if (!self->answer_source || self->answer_until > until)
    wait_until (self, now, until);
}

void
xmpp_session_link_ask (XmppSession *self, guint timeout_ms)
{
  write_request (self);
  self->n_asked = xmpp_stream_management_get_n_pending (self->sm);
  wait_for_answer (self, timeout_ms);
}

void
xmpp_session_link_sent (XmppSession *self, XmppElement *stanza)
{
  xmpp_stream_management_sent (self->sm, stanza, g_get_real_time ());
  self->unkept = TRUE;
  if (self->keep)
    acknowledge_soon (self);
  if (xmpp_element_is (stanza, XMPP_NS_CLIENT, "message") ||
      xmpp_stream_management_get_n_pending (self->sm) >= self->n_asked + MOST_UNASKED)
    xmpp_session_link_ask (self, self->timeouts.answer);
}

void
xmpp_session_link_part (XmppSession *self)
{
  if (!xmpp_stream_management_get_enabled (self->sm))
    return;
  write_answer (self, xmpp_stream_management_get_handled (self->sm));
  write_request (self);
}

static void
emit_acknowledged (XmppSession *self, GPtrArray *stanzas)
{
  for (guint i = 0; i < stanzas->len; i++) {
    const char *id = xmpp_element_get_attribute (stanzas->pdata[i], "id");

    if (id)
      g_signal_emit_by_name (self, "acknowledged", id);
  }
}

gboolean
xmpp_session_link_settle (XmppSession *self, guint32 h)
{
  g_autoptr (GPtrArray) stanzas = NULL;

  if (!xmpp_stream_management_acknowledge (self->sm, h, &stanzas))
    return FALSE;
  self->n_asked -= MIN (self->n_asked, stanzas->len);
  /* It was the answer to an earlier question. */
  if (self->n_asked > 0 && self->state == XMPP_SESSION_ONLINE)
    wait_for_answer (self, self->timeouts.answer);
  emit_acknowledged (self, stanzas);
  return TRUE;
}

void
xmpp_session_link_give_up (XmppSession *self)
{
  g_autoptr (GPtrArray) stanzas = xmpp_stream_management_take_pending (self->sm);

  xmpp_stream_management_disable (self->sm);
  self->n_asked = 0;
  for (guint i = 0; i < stanzas->len; i++)
    g_signal_emit_by_name (self, "unacknowledged", stanzas->pdata[i]);
}

/* XEP-0198 §6. */
void
xmpp_session_link_refuse (XmppSession *self, XmppStream *stream, guint32 h)
{
  g_autoptr (XmppElement) error = xmpp_element_new (XMPP_NS_STREAM, "error");
  g_autofree char *told = g_strdup_printf ("%u", h);
  g_autofree char *sent = g_strdup_printf ("%u", xmpp_stream_management_get_sent (self->sm));
  XmppElement *reason;

  xmpp_element_add_child (error, XMPP_NS_STREAMS, "undefined-condition");
  reason = xmpp_element_add_child (error, XMPP_NS_SM, "handled-count-too-high");
  xmpp_element_set_attribute (reason, "h", told);
  xmpp_element_set_attribute (reason, "send-count", sent);
  xmpp_stream_write (stream, error);
  xmpp_stream_close (stream, self->timeouts.close);
}

/* Nothing that waits counts as delivered, and the session is not resumed. */
static void
refuse_count (XmppSession *self, guint32 h)
{
  if (self->state == XMPP_SESSION_ONLINE) {
    self->failure = g_error_new_literal (XMPP_STREAM_ERROR, XMPP_STREAM_ERROR_UNDEFINED_CONDITION, "handled-count-too-high");
    xmpp_session_link_refuse (self, self->stream, h);
    xmpp_session_set_state (self, XMPP_SESSION_CLOSING);
  }
  xmpp_session_link_give_up (self);
}

/* At once, also under a backlog: it is a sign of life. What is stored later follows by itself. */
static void
take_request (XmppSession *self)
{
  write_answer (self, get_kept (self));
  if (!is_kept (self))
    acknowledge_soon (self);
}

static void
take_answer (XmppSession *self, XmppElement *element)
{
  const char *text = xmpp_element_get_attribute (element, "h");
  guint64 h;

  if (!text || !g_ascii_string_to_unsigned (text, 10, 0, G_MAXUINT32, &h, NULL))
    return;
  g_clear_handle_id (&self->answer_source, g_source_remove);
  if (!xmpp_session_link_settle (self, h))
    refuse_count (self, h);
}

gboolean
xmpp_session_link_take (XmppSession *self, XmppElement *element)
{
  if (!xmpp_element_is (element, XMPP_NS_SM, NULL))
    return FALSE;
  if (!xmpp_stream_management_get_enabled (self->sm))
    return TRUE;
  if (xmpp_element_is (element, NULL, "r"))
    take_request (self);
  else if (xmpp_element_is (element, NULL, "a"))
    take_answer (self, element);
  return TRUE;
}

static gboolean
idle_cb (gpointer user_data)
{
  XmppSession *self = user_data;
  gint64 silent = (g_get_monotonic_time () - xmpp_stream_get_last_read (self->stream)) / G_TIME_SPAN_MILLISECOND;
  guint idle = self->timeouts.idle;

  self->idle_source = g_timeout_add (silent < idle ? idle - silent : idle, idle_cb, self);
  /* The stored state grows old by its time, which is now. */
  self->unkept = TRUE;
  if (self->keep)
    acknowledge_soon (self);
  if (silent >= idle)
    xmpp_session_probe (self, self->timeouts.idle_answer);
  return G_SOURCE_REMOVE;
}

void
xmpp_session_link_begin (XmppSession *self)
{
  self->acked = xmpp_stream_management_get_handled (self->sm);
  self->kept = xmpp_stream_management_get_mark (self->sm);
  self->idle_source = g_timeout_add (self->timeouts.idle, idle_cb, self);
}

void
xmpp_session_link_clear (XmppSession *self)
{
  g_clear_handle_id (&self->ack_source, g_source_remove);
  g_clear_handle_id (&self->kept_source, g_source_remove);
  g_clear_handle_id (&self->answer_source, g_source_remove);
  g_clear_handle_id (&self->idle_source, g_source_remove);
}

static void
ping_answered_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  XmppSession *self = XMPP_SESSION (source);
  g_autofree gint64 *asked_at = user_data;
  g_autoptr (GError) error = NULL;
  XmppElement *answer = xmpp_session_send_iq_finish (self, result, &error);

  g_clear_pointer (&answer, xmpp_element_unref);
  /* An error is a sign of life too; only silence ends the stream. */
  if (g_error_matches (error, XMPP_ERROR, XMPP_ERROR_TIMEOUT) && self->stream && is_silent (self, *asked_at))
    xmpp_session_end (self, error);
}

/**
 * xmpp_session_probe:
 * @timeout_ms: without a sign of life for so long, the session ends with XMPP_ERROR_TIMEOUT
 *
 * Asks by <r/> (XEP-0198 §4) or, without stream management, by a ping (XEP-0199 §4.2).
 */
void
xmpp_session_probe (XmppSession *self, guint timeout_ms)
{
  g_autoptr (XmppElement) ping = NULL;
  gint64 *asked_at;

  if (self->state != XMPP_SESSION_ONLINE)
    return;
  if (xmpp_stream_management_get_enabled (self->sm)) {
    xmpp_session_link_ask (self, timeout_ms);
    return;
  }
  asked_at = g_new (gint64, 1);
  *asked_at = g_get_monotonic_time ();
  ping = xmpp_element_new (XMPP_NS_CLIENT, "iq");
  xmpp_element_set_attribute (ping, "type", "get");
  xmpp_element_add_child (ping, XMPP_NS_PING, "ping");
  xmpp_session_send_iq_async (self, ping, timeout_ms, NULL, ping_answered_cb, asked_at);
}

/**
 * xmpp_session_hold:
 *
 * Called while a stanza is handed on: it counts as handled (XEP-0198 §4) only after its release.
 *
 * Returns: a ticket for xmpp_session_release ()
 */
guint64
xmpp_session_hold (XmppSession *self)
{
  g_return_val_if_fail (self->ticket != 0, 0);

  if (self->ticket != XMPP_SESSION_UNCOUNTED)
    xmpp_stream_management_hold (self->sm, self->ticket);
  return self->ticket;
}

/**
 * xmpp_session_release:
 * @ticket: from xmpp_session_hold (); one of an earlier stream does no harm
 */
void
xmpp_session_release (XmppSession *self, guint64 ticket)
{
  xmpp_stream_management_release (self->sm, ticket);
  acknowledge_soon (self);
}

/**
 * xmpp_session_set_keeper:
 * @keep: (nullable): stores xmpp_session_dup_sm_state (), then calls xmpp_session_kept ()
 *
 * XEP-0198 §5: the server forgets what was acknowledged, so the h of a <resume/> may not be below that of an <a/> before.
 */
void
xmpp_session_set_keeper (XmppSession *self, XmppSessionKeepFunc keep, gpointer user_data)
{
  self->keep = keep;
  self->keep_data = user_data;
}

/**
 * xmpp_session_get_sm_mark:
 *
 * Returns: for xmpp_session_kept (), once the state that xmpp_session_dup_sm_state () gives now is stored
 */
guint64
xmpp_session_get_sm_mark (XmppSession *self)
{
  return xmpp_stream_management_get_mark (self->sm);
}

/**
 * xmpp_session_kept:
 * @mark: from xmpp_session_get_sm_mark (), also of an earlier stream; 0: it could not be stored
 *
 * Acknowledges as far as that, XEP-0198 §4, once for all that was stored together: what a server has to keep for longer costs
 * it more.
 */
void
xmpp_session_kept (XmppSession *self, guint64 mark)
{
  self->kept = MAX (self->kept, mark);
  if (mark && !self->kept_source && self->state == XMPP_SESSION_ONLINE && xmpp_stream_management_get_enabled (self->sm))
    self->kept_source = g_idle_add_full (G_PRIORITY_DEFAULT, kept_cb, self, NULL);
}

/**
 * xmpp_session_commit:
 * @ticket: from xmpp_session_hold (); one of an earlier stream does no harm
 * @commit: FALSE: it was not stored
 *
 * To be called before xmpp_session_dup_sm_state () for the transaction that stores the stanza.
 */
void
xmpp_session_commit (XmppSession *self, guint64 ticket, gboolean commit)
{
  xmpp_stream_management_commit (self->sm, ticket, commit);
}
