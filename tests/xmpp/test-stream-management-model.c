/* SPDX-License-Identifier: GPL-3.0-or-later
 * SPDX-FileCopyrightText: The Stonechat authors */
#include "xmpp-ns.h"
#include "xmpp-stream-management.h"

#include <stdlib.h>

/* Stream management against a model of a server, with a link that breaks, restarts and counters about to wrap, by chance.
 * Whatever happens: the server gets each stanza once and in order, what counts as acknowledged it has, nothing is both
 * acknowledged and given up, and what it sent is handled at last. */

#define JID "romeo@montague.example/orchard"
#define ROUNDS 400
#define STEPS 120

typedef struct {
  gboolean is_count;
  guint32 value;            /* h, or the number of a stanza */
} Word;

typedef struct {
  XmppStreamManagement *sm;
  GArray *held;             /* of Held */
  GHashTable *committed;    /* numbers of what the server sent and we have dealt with */
  GHashTable *acknowledged, *given_up;
  guint32 n_sent;

  guint32 server_handled;
  GArray *server_got;       /* of guint32, in order */
  guint32 server_acked;     /* our h, as it knows it */
  GQueue server_pending;    /* numbers */
  guint32 n_server_sent;

  GQueue up, down;          /* of Word *: on the wire */
} World;

typedef struct {
  guint64 ticket;
  guint32 number;
} Held;

static void
put (GQueue *wire, gboolean is_count, guint32 value)
{
  Word *word = g_new (Word, 1);

  word->is_count = is_count;
  word->value = value;
  g_queue_push_tail (wire, word);
}

static void
client_send (World *w)
{
  g_autoptr (XmppElement) message = xmpp_element_new (XMPP_NS_CLIENT, "message");
  g_autofree char *id = g_strdup_printf ("%u", ++w->n_sent);

  xmpp_element_set_attribute (message, "id", id);
  xmpp_stream_management_sent (w->sm, message, g_get_real_time ());
  put (&w->up, FALSE, w->n_sent);
}

static void
server_send (World *w)
{
  g_queue_push_tail (&w->server_pending, GUINT_TO_POINTER (++w->n_server_sent));
  put (&w->down, FALSE, w->n_server_sent);
}

/* The server would end the stream, were it told more than it sent. */
static void
server_settle (World *w, guint32 h)
{
  guint32 n = h - w->server_acked;

  g_assert_cmpuint (n, <=, g_queue_get_length (&w->server_pending));
  for (; n > 0; n--)
    g_assert_true (g_hash_table_contains (w->committed, g_queue_pop_head (&w->server_pending)));
  w->server_acked = h;
}

static void
server_read (World *w)
{
  g_autofree Word *word = g_queue_pop_head (&w->up);

  if (word == NULL)
    return;
  if (word->is_count) {
    server_settle (w, word->value);
  } else {
    w->server_handled++;
    g_array_append_val (w->server_got, word->value);
  }
}

static gboolean
server_has (World *w, guint32 number)
{
  for (guint i = 0; i < w->server_got->len; i++)
    if (g_array_index (w->server_got, guint32, i) == number)
      return TRUE;
  return FALSE;
}

static void
client_settle (World *w, guint32 h)
{
  g_autoptr (GPtrArray) stanzas = NULL;

  g_assert_true (xmpp_stream_management_acknowledge (w->sm, h, &stanzas));
  for (guint i = 0; i < stanzas->len; i++) {
    guint32 number = atoi (xmpp_element_get_attribute (stanzas->pdata[i], "id"));

    g_assert_true (server_has (w, number));
    g_assert_true (g_hash_table_add (w->acknowledged, GUINT_TO_POINTER (number)));
  }
}

static void
client_read (World *w)
{
  g_autofree Word *word = g_queue_pop_head (&w->down);
  Held held;

  if (word == NULL)
    return;
  if (word->is_count) {
    client_settle (w, word->value);
    return;
  }
  held.ticket = xmpp_stream_management_received (w->sm);
  held.number = word->value;
  if (g_test_rand_bit ()) {
    xmpp_stream_management_hold (w->sm, held.ticket);
    g_array_append_val (w->held, held);
  } else {
    g_hash_table_add (w->committed, GUINT_TO_POINTER (held.number));
  }
}

static void
client_release (World *w)
{
  guint i;
  Held held;

  if (w->held->len == 0)
    return;
  i = g_test_rand_int_range (0, w->held->len);
  held = g_array_index (w->held, Held, i);
  g_array_remove_index (w->held, i);
  g_hash_table_add (w->committed, GUINT_TO_POINTER (held.number));
  xmpp_stream_management_release (w->sm, held.ticket);
}

static void
restart (World *w)
{
  g_autoptr (XmppElement) state = xmpp_stream_management_to_element (w->sm, JID);

  xmpp_stream_management_free (w->sm);
  w->sm = xmpp_stream_management_new ();
  g_assert_true (xmpp_stream_management_from_element (w->sm, state, JID));
  g_array_set_size (w->held, 0);
}

static void
lose (World *w)
{
  g_queue_clear_full (&w->up, g_free);
  g_queue_clear_full (&w->down, g_free);
  xmpp_stream_management_lost (w->sm, g_get_real_time ());
  if (g_test_rand_int_range (0, 4) == 0)
    restart (w);
}

static void
resend (World *w)
{
  g_autoptr (GPtrArray) again = xmpp_stream_management_dup_pending (w->sm);

  for (guint i = 0; i < again->len; i++)
    put (&w->up, FALSE, atoi (xmpp_element_get_attribute (again->pdata[i], "id")));
  for (GList *l = w->server_pending.head; l != NULL; l = l->next)
    put (&w->down, FALSE, GPOINTER_TO_UINT (l->data));
}

static void
resume (World *w)
{
  guint32 told = xmpp_stream_management_get_handled (w->sm);

  client_release (w);       /* while the answer is under way */
  server_settle (w, told);
  client_settle (w, w->server_handled);
  xmpp_stream_management_resumed (w->sm, told);
  resend (w);
}

/* The server forgot the session: what it still had is stored, and comes first on the next. */
static void
begin_anew (World *w)
{
  g_autoptr (GPtrArray) unknown = NULL;

  if (g_test_rand_bit ())
    client_settle (w, w->server_handled);
  unknown = xmpp_stream_management_take_pending (w->sm);
  for (guint i = 0; i < unknown->len; i++)
    g_hash_table_add (w->given_up, GUINT_TO_POINTER (atoi (xmpp_element_get_attribute (unknown->pdata[i], "id"))));
  xmpp_stream_management_enable (w->sm, "again", NULL, 300);
  w->server_handled = w->server_acked = 0;
  resend (w);
}

static void
step (World *w)
{
  switch (g_test_rand_int_range (0, 16)) {
  case 0: case 1: case 2: client_send (w); break;
  case 3: case 4: case 5: server_read (w); break;
  case 6: case 7: server_send (w); break;
  case 8: case 9: case 10: client_read (w); break;
  case 11: client_release (w); break;
  case 12: put (&w->up, TRUE, xmpp_stream_management_get_handled (w->sm)); break;
  case 13: put (&w->down, TRUE, w->server_handled); break;
  default:
    if (g_test_rand_int_range (0, 6) > 0)
      break;
    lose (w);
    if (g_test_rand_int_range (0, 4) > 0)
      resume (w);
    else
      begin_anew (w);
  }
}

static void
drain (World *w)
{
  while (!g_queue_is_empty (&w->up) || !g_queue_is_empty (&w->down) || w->held->len > 0) {
    server_read (w);
    client_read (w);
    client_release (w);
  }
  client_settle (w, w->server_handled);
  server_settle (w, xmpp_stream_management_get_handled (w->sm));
}

static void
check (World *w)
{
  for (guint i = 1; i < w->server_got->len; i++)
    g_assert_cmpuint (g_array_index (w->server_got, guint32, i - 1), <, g_array_index (w->server_got, guint32, i));
  for (guint32 i = 1; i <= w->n_sent; i++)
    g_assert_cmpint (g_hash_table_contains (w->acknowledged, GUINT_TO_POINTER (i)), !=,
                     g_hash_table_contains (w->given_up, GUINT_TO_POINTER (i)));
  g_assert_cmpuint (g_hash_table_size (w->committed), ==, w->n_server_sent);
  g_assert_cmpuint (g_queue_get_length (&w->server_pending), ==, 0);
  g_assert_cmpuint (xmpp_stream_management_get_n_pending (w->sm), ==, 0);
}

/* Counters shortly before the end of their range. */
static void
begin (World *w, guint32 count)
{
  g_autofree char *text = g_strdup_printf (
    "<state xmlns='urn:stonechat:stream-state' jid='" JID "' id='i' max='300' acknowledged='%u' handled='%u' time='%" G_GINT64_FORMAT "'/>",
    count, count, g_get_real_time ());
  g_autoptr (XmppElement) state = xmpp_element_parse (text, -1, NULL);

  w->sm = xmpp_stream_management_new ();
  w->held = g_array_new (FALSE, FALSE, sizeof (Held));
  w->server_got = g_array_new (FALSE, FALSE, sizeof (guint32));
  w->committed = g_hash_table_new (NULL, NULL);
  w->acknowledged = g_hash_table_new (NULL, NULL);
  w->given_up = g_hash_table_new (NULL, NULL);
  w->server_handled = w->server_acked = count;
  g_assert_true (xmpp_stream_management_from_element (w->sm, state, JID));
}

static void
end (World *w)
{
  xmpp_stream_management_free (w->sm);
  g_array_unref (w->held);
  g_array_unref (w->server_got);
  g_hash_table_unref (w->committed);
  g_hash_table_unref (w->acknowledged);
  g_hash_table_unref (w->given_up);
}

static void
test_model (gconstpointer count)
{
  for (guint round = 0; round < ROUNDS; round++) {
    World w = { 0 };

    begin (&w, GPOINTER_TO_UINT (count));
    for (guint i = 0; i < STEPS; i++)
      step (&w);
    drain (&w);
    check (&w);
    end (&w);
  }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_data_func ("/stream-management-model/R-13/from-zero", GUINT_TO_POINTER (0), test_model);
  g_test_add_data_func ("/stream-management-model/R-02/wrap", GUINT_TO_POINTER (G_MAXUINT32 - 7), test_model);
  return g_test_run ();
}
