/* SPDX-License-Identifier: GPL-3.0-or-later
 * SPDX-FileCopyrightText: The Stonechat authors */
#include "xmpp-datetime.h"
#include "xmpp-ns.h"
#include "xmpp-stream-management.h"

#include <stdlib.h>
#include <string.h>

/* The counters and the queue of XEP-0198: the scenarios of tests/data/sm, and what they can't say. */

#define JID "romeo@montague.example/orchard"

typedef struct {
  char *name;
  GPtrArray *steps;
} Scenario;

typedef struct {
  XmppStreamManagement *sm;
  GHashTable *held;         /* name → ticket */
  gint64 lost;
} World;

static void
scenario_free (Scenario *scenario)
{
  g_free (scenario->name);
  g_ptr_array_unref (scenario->steps);
  g_free (scenario);
}

static GPtrArray *
read_scenarios (void)
{
  g_autofree char *path = g_build_filename (g_getenv ("STONECHAT_TEST_DATA"), "sm", "scenarios.txt", NULL);
  g_autofree char *text = NULL;
  g_autoptr (GError) error = NULL;
  g_auto (GStrv) lines = NULL;
  GPtrArray *scenarios = g_ptr_array_new_with_free_func ((GDestroyNotify) scenario_free);
  Scenario *scenario = NULL;

  g_file_get_contents (path, &text, NULL, &error);
  g_assert_no_error (error);
  lines = g_strsplit (text, "\n", -1);
  for (guint i = 0; lines[i] != NULL; i++) {
    if (*lines[i] == '[') {
      scenario = g_new0 (Scenario, 1);
      scenario->name = g_strndup (lines[i] + 1, strlen (lines[i]) - 2);
      scenario->steps = g_ptr_array_new_with_free_func (g_free);
      g_ptr_array_add (scenarios, scenario);
    } else if (*lines[i] != '\0' && *lines[i] != '#' && !g_str_has_prefix (lines[i], "source:")) {
      g_ptr_array_add (scenario->steps, g_strdup (lines[i]));
    }
  }
  return scenarios;
}

static XmppElement *
new_message (const char *id)
{
  XmppElement *message = xmpp_element_new (XMPP_NS_CLIENT, "message");

  xmpp_element_set_attribute (message, "id", id);
  return message;
}

static void
send_message (World *world, const char *id)
{
  g_autoptr (XmppElement) message = new_message (id);

  xmpp_stream_management_sent (world->sm, message, g_get_real_time ());
}

static char *
join_ids (GPtrArray *stanzas)
{
  g_autoptr (GPtrArray) ids = g_ptr_array_new ();

  for (guint i = 0; i < stanzas->len; i++)
    g_ptr_array_add (ids, (gpointer) xmpp_element_get_attribute (stanzas->pdata[i], "id"));
  g_ptr_array_add (ids, NULL);
  return g_strjoinv (" ", (char **) ids->pdata);
}

static void
restore (World *world, char **words)
{
  g_autoptr (GString) text = g_string_new (NULL);
  g_autoptr (XmppElement) state = NULL;

  g_string_printf (text, "<state xmlns='urn:stonechat:stream-state' jid='" JID "' id='restored' max='300' handled='%s' "
                   "acknowledged='%s' time='%" G_GINT64_FORMAT "'>", words[1], words[2], g_get_real_time ());
  for (char **id = words + 3; *id != NULL; id++)
    g_string_append_printf (text, "<sent time='1'><message xmlns='jabber:client' id='%s'/></sent>", *id);
  g_string_append (text, "</state>");
  state = xmpp_element_parse (text->str, -1, NULL);
  g_assert_nonnull (state);
  g_assert_true (xmpp_stream_management_from_element (world->sm, state, JID));
}

static void
restart (World *world)
{
  g_autoptr (XmppElement) state = xmpp_stream_management_to_element (world->sm, JID);
  g_autofree char *text = xmpp_element_to_string (state);
  g_autoptr (XmppElement) read = xmpp_element_parse (text, -1, NULL);

  xmpp_stream_management_free (world->sm);
  world->sm = xmpp_stream_management_new ();
  world->lost = g_get_real_time ();
  g_assert_true (xmpp_stream_management_from_element (world->sm, read, JID));
}

static void
acknowledge (World *world, const char *h, const char *expected)
{
  g_autoptr (GPtrArray) stanzas = NULL;
  guint32 value = strtoul (h, NULL, 10);
  g_autofree char *ids = NULL;

  g_assert_cmpint (xmpp_stream_management_acknowledge (world->sm, value, &stanzas), ==, !g_str_equal (expected, "too-high"));
  ids = join_ids (stanzas);
  g_assert_cmpstr (ids, ==, g_str_equal (expected, "too-high") ? "" : expected);
}

static void
check_failed (World *world, const char *h, const char *expected)
{
  g_autoptr (GPtrArray) acknowledged = NULL, given_up = NULL;
  g_autofree char *ids = NULL;

  if (h != NULL)
    xmpp_stream_management_acknowledge (world->sm, strtoul (h, NULL, 10), &acknowledged);
  given_up = xmpp_stream_management_take_pending (world->sm);
  xmpp_stream_management_disable (world->sm);
  ids = join_ids (given_up);
  g_assert_cmpstr (ids, ==, expected);
  g_assert_cmpuint (xmpp_stream_management_get_n_pending (world->sm), ==, 0);
}

static void
check_pending (World *world, const char *expected)
{
  g_autoptr (GPtrArray) stanzas = xmpp_stream_management_dup_pending (world->sm);
  g_autofree char *ids = join_ids (stanzas);

  g_assert_cmpstr (ids, ==, expected);
  g_assert_cmpuint (xmpp_stream_management_get_n_pending (world->sm), ==, stanzas->len);
}

static void
hold (World *world, const char *name)
{
  guint64 *ticket = g_new (guint64, 1);

  *ticket = xmpp_stream_management_received (world->sm);
  xmpp_stream_management_hold (world->sm, *ticket);
  g_hash_table_replace (world->held, g_strdup (name), ticket);
}

static void
check_resumable (World *world, const char *seconds, const char *expected)
{
  gint64 now = world->lost + atoi (seconds) * (gint64) G_USEC_PER_SEC;

  g_assert_cmpint (xmpp_stream_management_can_resume (world->sm, now), ==, g_str_equal (expected, "yes"));
}

/* One that comes and has been dealt with. */
static void
receive (World *world, const char *number)
{
  for (int n = atoi (number); n > 0; n--)
    xmpp_stream_management_received (world->sm);
}

static void
do_step (World *world, const char *step)
{
  g_auto (GStrv) words = g_strsplit (step, " ", -1);
  guint n = g_strv_length (words);
  const char *colon = strchr (step, ':');
  const char *rest = colon != NULL ? colon + strspn (colon, ": ") : strchr (step, ' ') ? strchr (step, ' ') + 1 : "";

  if (g_str_equal (words[0], "enabled"))
    xmpp_stream_management_enable (world->sm, n > 1 ? words[1] : NULL, NULL, n > 2 ? atoi (words[2]) : 0);
  else if (g_str_equal (words[0], "restore"))
    restore (world, words);
  else if (g_str_equal (words[0], "restart"))
    restart (world);
  else if (g_str_equal (words[0], "a"))
    acknowledge (world, words[1], rest);
  else if (g_str_equal (words[0], "resumed"))
    xmpp_stream_management_resumed (world->sm, strtoul (words[1], NULL, 10));
  else if (g_str_equal (words[0], "failed"))
    check_failed (world, g_str_equal (words[1], ":") ? NULL : words[1], rest);
  else if (g_str_equal (words[0], "pending"))
    check_pending (world, rest);
  else if (g_str_equal (words[0], "receive"))
    receive (world, rest);
  else if (g_str_equal (words[0], "hold"))
    hold (world, rest);
  else if (g_str_equal (words[0], "release"))
    xmpp_stream_management_release (world->sm, *(guint64 *) g_hash_table_lookup (world->held, rest));
  else if (g_str_equal (words[0], "h"))
    g_assert_cmpuint (xmpp_stream_management_get_handled (world->sm), ==, strtoul (words[1], NULL, 10));
  else if (g_str_equal (words[0], "lost"))
    xmpp_stream_management_lost (world->sm, world->lost = g_get_real_time ());
  else if (g_str_equal (words[0], "resumable"))
    check_resumable (world, words[1], words[2]);
  else if (g_str_equal (words[0], "send"))
    for (char **id = words + 1; *id != NULL; id++)
      send_message (world, *id);
  else
    g_assert_not_reached ();
}

static void
test_scenario (gconstpointer data)
{
  const Scenario *scenario = data;
  World world = { xmpp_stream_management_new (), g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free), 0 };

  for (guint i = 0; i < scenario->steps->len; i++) {
    g_test_message ("%s", (char *) scenario->steps->pdata[i]);
    do_step (&world, scenario->steps->pdata[i]);
  }
  xmpp_stream_management_free (world.sm);
  g_hash_table_unref (world.held);
}

/* the same stanza, its id, and the time of its first sending; also after a restart, and only on messages. */

static void
send_xml (XmppStreamManagement *sm, const char *xml, gint64 time)
{
  g_autoptr (XmppElement) stanza = xmpp_element_parse (xml, -1, NULL);

  g_assert_nonnull (stanza);
  xmpp_stream_management_sent (sm, stanza, time);
}

static void
check_again (XmppStreamManagement *sm, const char *const *expected)
{
  g_autoptr (GPtrArray) again = xmpp_stream_management_dup_pending (sm);

  for (guint i = 0; i < again->len; i++) {
    g_autoptr (XmppElement) wanted = xmpp_element_parse (expected[i], -1, NULL);
    g_autofree char *text = xmpp_element_to_string (again->pdata[i]);

    g_test_message ("%s", text);
    g_assert_true (xmpp_element_equal (again->pdata[i], wanted));
  }
  g_assert_cmpuint (again->len, ==, 3);
}

static void
test_delay (void)
{
  static const char *const expected[] = {
    ("<message xmlns='jabber:client' id='m1' to='a@b.example'><body>hi</body><origin-id xmlns='urn:xmpp:sid:0' id='m1'/>"
     "<delay xmlns='urn:xmpp:delay' stamp='2022-03-04T05:06:07Z'/></message>"),
    "<iq xmlns='jabber:client' id='q1' type='get'><ping xmlns='urn:xmpp:ping'/></iq>",
    "<message xmlns='jabber:client' id='m2'><delay xmlns='urn:xmpp:delay' stamp='2020-01-01T00:00:00Z'/></message>",
  };
  XmppStreamManagement *sm = xmpp_stream_management_new ();
  g_autoptr (XmppElement) state = NULL;
  gint64 time;

  g_assert_true (xmpp_datetime_parse ("2022-03-04T05:06:07Z", &time));
  xmpp_stream_management_enable (sm, "x", NULL, 0);
  send_xml (sm, "<message xmlns='jabber:client' id='m1' to='a@b.example'><body>hi</body>"
            "<origin-id xmlns='urn:xmpp:sid:0' id='m1'/></message>", time);
  send_xml (sm, expected[1], time);
  send_xml (sm, expected[2], time);
  check_again (sm, expected);
  check_again (sm, expected);
  state = xmpp_stream_management_to_element (sm, JID);
  g_assert_true (xmpp_stream_management_from_element (sm, state, JID));
  check_again (sm, expected);
  xmpp_stream_management_free (sm);
}

/* a state that is another's, or damaged, changes nothing. */

static void
check_refused (const char *attributes, const char *children, const char *jid)
{
  g_autofree char *text = g_strdup_printf ("<state xmlns='urn:stonechat:stream-state' %s>%s</state>", attributes, children);
  g_autoptr (XmppElement) state = xmpp_element_parse (text, -1, NULL);
  g_autoptr (XmppStreamManagement) sm = xmpp_stream_management_new ();

  g_test_message ("%s", text);
  g_assert_nonnull (state);
  xmpp_stream_management_enable (sm, "kept", "host.example:5223", 10);
  xmpp_stream_management_received (sm);
  g_assert_false (xmpp_stream_management_from_element (sm, state, jid));
  g_assert_cmpstr (xmpp_stream_management_get_id (sm), ==, "kept");
  g_assert_cmpstr (xmpp_stream_management_get_location (sm), ==, "host.example:5223");
  g_assert_cmpuint (xmpp_stream_management_get_handled (sm), ==, 1);
}

#define SENT "<sent time='1'><message xmlns='jabber:client'/></sent>"
#define GOOD "jid='" JID "' id='i' max='0' acknowledged='0' handled='0' time='1'"

static void
test_refused_states (void)
{
  check_refused (GOOD, SENT "<sent><message xmlns='jabber:client'/></sent>", JID);
  check_refused (GOOD, SENT "<sent time='-1'><message xmlns='jabber:client'/></sent>", JID);
  check_refused (GOOD, "<sent time='1'/>" SENT, JID);
  check_refused (GOOD, SENT "<sent time='1'><message xmlns='jabber:client'/><message xmlns='jabber:client'/></sent>", JID);
  check_refused (GOOD, SENT "<x time='1'><message xmlns='jabber:client'/></x>", JID);
  check_refused (GOOD, "", "romeo@montague.example/balcony");
  check_refused (GOOD, "", "juliet@montague.example/orchard");
  check_refused (GOOD, "", "romeo@capulet.example/orchard");
  check_refused ("id='i' max='0' acknowledged='0' handled='0' time='1'", "", JID);
  check_refused ("jid='" JID "' max='0' acknowledged='0' handled='0' time='1'", "", JID);
  check_refused ("jid='" JID "' id='i' max='0' acknowledged='0' time='1'", "", JID);
  check_refused ("jid='" JID "' id='i' max='0' acknowledged='4294967296' handled='0' time='1'", "", JID);
  check_refused ("jid='" JID "' id='i' max='0' acknowledged='0' handled='-1' time='1'", "", JID);
  check_refused ("jid='" JID "' id='i' max='' acknowledged='0' handled='0' time='1'", "", JID);
  check_refused ("jid='" JID "' id='i' max='0' acknowledged='0' handled='0' time='x'", "", JID);
}

static void
test_stale_state (void)
{
  g_autoptr (XmppStreamManagement) sm = xmpp_stream_management_new ();
  g_autoptr (XmppElement) state = xmpp_element_parse (
    "<state xmlns='urn:stonechat:stream-state' jid='" JID "' id='i' max='300' acknowledged='0' handled='0' time='1000000'>"
    "<sent time='1'><message xmlns='jabber:client' id='m1'/></sent></state>", -1, NULL);
  g_autoptr (GPtrArray) given_up = NULL;
  g_autofree char *ids = NULL;

  g_assert_true (xmpp_stream_management_from_element (sm, state, JID));
  g_assert_false (xmpp_stream_management_can_resume (sm, g_get_real_time ()));
  given_up = xmpp_stream_management_take_pending (sm);
  ids = join_ids (given_up);
  g_assert_cmpstr (ids, ==, "m1");
}

static void
test_no_state (void)
{
  g_autoptr (XmppStreamManagement) sm = xmpp_stream_management_new ();

  g_assert_null (xmpp_stream_management_to_element (sm, JID));
  xmpp_stream_management_enable (sm, NULL, NULL, 0);
  g_assert_true (xmpp_stream_management_get_enabled (sm));
  g_assert_null (xmpp_stream_management_to_element (sm, JID));
}

static void
test_location (void)
{
  g_autoptr (XmppStreamManagement) sm = xmpp_stream_management_new ();
  g_autoptr (XmppElement) state = NULL;

  xmpp_stream_management_enable (sm, "i", "[2001:db8::1]:5223", 42);
  state = xmpp_stream_management_to_element (sm, JID);
  xmpp_stream_management_disable (sm);
  g_assert_null (xmpp_stream_management_get_location (sm));
  g_assert_true (xmpp_stream_management_from_element (sm, state, JID));
  g_assert_cmpstr (xmpp_stream_management_get_id (sm), ==, "i");
  g_assert_cmpstr (xmpp_stream_management_get_location (sm), ==, "[2001:db8::1]:5223");
}

int
main (int argc, char **argv)
{
  g_autoptr (GPtrArray) scenarios = NULL;

  g_test_init (&argc, &argv, NULL);
  scenarios = read_scenarios ();
  for (guint i = 0; i < scenarios->len; i++) {
    Scenario *scenario = scenarios->pdata[i];
    g_autofree char *path = g_strdup_printf ("/stream-management/%s", scenario->name);

    g_test_add_data_func (path, scenario, test_scenario);
  }
  g_test_add_func ("/stream-management/R-08/delay-of-the-first-sending", test_delay);
  g_test_add_func ("/stream-management/R-14/foreign-or-damaged-state", test_refused_states);
  g_test_add_func ("/stream-management/R-14/stale-state", test_stale_state);
  g_test_add_func ("/stream-management/R-13/nothing-to-resume", test_no_state);
  g_test_add_func ("/stream-management/R-13/location", test_location);
  return g_test_run ();
}
