/* SPDX-License-Identifier: GPL-3.0-or-later
 * SPDX-FileCopyrightText: The Stonechat authors */
#include "joined-stream.h"
#include "xmpp-error.h"
#include "xmpp-id.h"
#include "xmpp-ns.h"
#include "xmpp-router.h"
#include "xmpp-stanza.h"

#include <string.h>

/* The router alone: who may say what, what is answered, and how a request ends. */

#define ACCOUNT "romeo@montague.example"
#define OWN ACCOUNT "/orchard"

typedef struct {
  XmppRouter *router;
  XmppModule *module;
  GString *answers;             /* "TYPE TO ID CONDITION\n" */
} Fixture;

static GString *handled;        /* "NAME FROM\n" of what reached a handler */

/* -- a module with a handler for every rule --------------------------------------------------------------------------- */

#define TEST_TYPE_MODULE (test_module_get_type ())
G_DECLARE_FINAL_TYPE (TestModule, test_module, TEST, MODULE, XmppModule)
struct _TestModule { XmppModule parent_instance; };
G_DEFINE_FINAL_TYPE (TestModule, test_module, XMPP_TYPE_MODULE)

static gboolean
handle_cb (XmppModule *module, XmppElement *stanza, XmppElement *payload, XmppJid *from)
{
  g_string_append_printf (handled, "%s %s\n", payload != NULL ? xmpp_element_get_name (payload) : "any",
                          from != NULL ? xmpp_jid_get_string (from) : "-");
  return TRUE;
}

static gboolean
pass_cb (XmppModule *module, XmppElement *stanza, XmppElement *payload, XmppJid *from)
{
  g_string_append (handled, "passed\n");
  return FALSE;
}

#define ROWS(kind) \
  { kind, "anyone", "t", XMPP_FROM_ANYONE, handle_cb }, { kind, "account", "t", XMPP_FROM_ACCOUNT, handle_cb }, \
  { kind, "server", "t", XMPP_FROM_SERVER, handle_cb }, { kind, "contact", "t", XMPP_FROM_CONTACT, handle_cb }

static void
test_module_class_init (TestModuleClass *klass)
{
  static const XmppHandler handlers[] = {
    ROWS (XMPP_IQ_GET), ROWS (XMPP_IQ_SET), ROWS (XMPP_MESSAGE), ROWS (XMPP_PRESENCE),
    { XMPP_IQ_GET, "twice", "t", XMPP_FROM_ANYONE, pass_cb },
    { XMPP_IQ_GET, "twice", "t", XMPP_FROM_ANYONE, handle_cb },
    { XMPP_IQ_GET, "refused", "t", XMPP_FROM_ANYONE, pass_cb },
    { XMPP_MESSAGE, NULL, NULL, XMPP_FROM_SERVER, handle_cb },
    { 0 }
  };

  XMPP_MODULE_CLASS (klass)->handlers = handlers;
}

static void
test_module_init (TestModule *self)
{
}

/* -- fixture ---------------------------------------------------------------------------------------------------------- */

static void
send_cb (XmppElement *stanza, gpointer user_data)
{
  Fixture *f = user_data;
  g_autoptr (GError) error = xmpp_stanza_error_parse (stanza);

  g_assert_true (xmpp_element_is (stanza, XMPP_NS_CLIENT, "iq"));
  g_string_append_printf (f->answers, "%s %s %s %s\n", xmpp_element_get_attribute (stanza, "type"),
                          xmpp_element_get_attribute (stanza, "to") ? xmpp_element_get_attribute (stanza, "to") : "-",
                          xmpp_element_get_attribute (stanza, "id") ? xmpp_element_get_attribute (stanza, "id") : "-",
                          error != NULL ? xmpp_error_to_condition (XMPP_STANZA_ERROR, error->code) : "-");
}

static gboolean
is_contact (XmppJid *from, gpointer user_data)
{
  return g_str_equal (xmpp_jid_get_bare_string (from), "juliet@capulet.example");
}

static void
set_up (Fixture *f, gconstpointer data)
{
  g_autoptr (XmppJid) account = xmpp_jid_new (ACCOUNT, NULL);
  g_autoptr (XmppJid) own = xmpp_jid_new (OWN, NULL);

  handled = g_string_new (NULL);
  f->answers = g_string_new (NULL);
  f->router = xmpp_router_new (account, send_cb, f);
  f->module = g_object_new (TEST_TYPE_MODULE, NULL);
  xmpp_router_set_jid (f->router, own);
  xmpp_router_set_contact_func (f->router, is_contact, NULL);
  xmpp_router_add_module (f->router, f->module);
}

static void
tear_down (Fixture *f, gconstpointer data)
{
  if (f->router != NULL)
    xmpp_router_free (f->router);
  g_assert_finalize_object (f->module);
  g_string_free (f->answers, TRUE);
  g_string_free (handled, TRUE);
}

static XmppElement *
parse (const char *format, ...) G_GNUC_PRINTF (1, 2);

static XmppElement *
parse (const char *format, ...)
{
  g_autofree char *text = NULL;
  g_autoptr (GError) error = NULL;
  XmppElement *element;
  va_list args;

  va_start (args, format);
  text = g_strdup_vprintf (format, args);
  va_end (args);
  element = xmpp_element_parse (text, -1, &error);
  g_assert_no_error (error);
  return element;
}

static void
dispatch (Fixture *f, const char *xml)
{
  g_autoptr (XmppElement) stanza = parse ("%s", xml);

  xmpp_router_dispatch (f->router, stanza);
}

static void
assert_came (Fixture *f, const char *expected_handled, const char *expected_answers)
{
  g_assert_cmpstr (handled->str, ==, expected_handled);
  g_assert_cmpstr (f->answers->str, ==, expected_answers);
  g_string_truncate (handled, 0);
  g_string_truncate (f->answers, 0);
}

/* -- who may say it --------------------------------------------------------------------------------------------------- */

static const struct {
  const char *from;
  const char *rules;            /* which it satisfies */
} senders[] = {
  { NULL, "anyone account server contact" },
  { ACCOUNT, "anyone account server contact" },
  { "Romeo@MONTAGUE.example", "anyone account server contact" },
  { OWN, "anyone contact" },
  { ACCOUNT "/other", "anyone contact" },
  { "montague.example", "anyone server" },
  { "montague.example/admin", "anyone" },
  { "evil.montague.example", "anyone" },
  { "example", "anyone" },
  { "romeo@montague.example.evil.example", "anyone" },
  { "juliet@capulet.example", "anyone contact" },
  { "juliet@capulet.example/balcony", "anyone contact" },
  { "capulet.example", "anyone" },
  { "tybalt@capulet.example/sword", "anyone" },
};

static void
check_sender (Fixture *f, const char *kind, const char *type, const char *from, const char *rule, gboolean may)
{
  g_autofree char *sender = from != NULL ? g_strdup_printf ("from='%s'", from) : g_strdup ("");
  g_autoptr (XmppElement) stanza = parse ("<%s xmlns='jabber:client' %s %s id='i'><%s xmlns='t'/></%s>", kind, type, sender,
                                          rule, kind);
  gboolean is_iq = g_str_equal (kind, "iq"), reached;
  guint n_dropped = xmpp_router_get_n_dropped (f->router);

  g_test_message ("%s %s of %s: %d", kind, rule, from, may);
  xmpp_router_dispatch (f->router, stanza);
  reached = g_str_has_prefix (handled->str, rule);
  g_assert_cmpint (reached, ==, may);
  g_assert_cmpint (f->answers->len > 0, ==, is_iq && !may);
  if (is_iq && !may)
    g_assert_nonnull (strstr (f->answers->str, " i service-unavailable\n"));
  g_assert_cmpuint (xmpp_router_get_n_dropped (f->router) - n_dropped, ==, handled->len == 0 && !is_iq ? 1 : 0);
  g_string_truncate (handled, 0);
  g_string_truncate (f->answers, 0);
}

static void
test_senders (Fixture *f, gconstpointer data)
{
  static const char *const rules[] = { "anyone", "account", "server", "contact" };
  static const char *const kinds[][2] = { { "iq", "type='get'" }, { "iq", "type='set'" }, { "message", "" }, { "presence", "" } };

  for (guint i = 0; i < G_N_ELEMENTS (senders); i++) {
    g_auto (GStrv) words = g_strsplit (senders[i].rules, " ", -1);

    for (guint j = 0; j < G_N_ELEMENTS (rules); j++)
      for (guint k = 0; k < G_N_ELEMENTS (kinds); k++)
        check_sender (f, kinds[k][0], kinds[k][1], senders[i].from, rules[j],
                      g_strv_contains ((const char *const *) words, rules[j]));
  }
}

/* Where nobody says who is a contact, nobody is one but our own devices. */
static void
test_no_contacts (Fixture *f, gconstpointer data)
{
  xmpp_router_set_contact_func (f->router, NULL, NULL);
  check_sender (f, "presence", "", "juliet@capulet.example", "contact", FALSE);
  check_sender (f, "presence", "", ACCOUNT "/other", "contact", TRUE);
}

static void
test_rule_is_mandatory (void)
{
  if (g_test_subprocess ()) {
    static const XmppHandler rows[] = { { XMPP_MESSAGE, NULL, NULL, XMPP_FROM_NOBODY, handle_cb }, { 0 } };
    g_autoptr (XmppJid) account = xmpp_jid_new (ACCOUNT, NULL);
    XmppModule *module = g_object_new (TEST_TYPE_MODULE, NULL);

    XMPP_MODULE_GET_CLASS (module)->handlers = rows;
    xmpp_router_add_module (xmpp_router_new (account, send_cb, NULL), module);
    return;
  }
  g_test_trap_subprocess (NULL, 0, 0);
  g_test_trap_assert_failed ();
  g_test_trap_assert_stderr ("*handler->from != XMPP_FROM_NOBODY*");
}

static void
test_order (Fixture *f, gconstpointer data)
{
  dispatch (f, "<iq xmlns='jabber:client' type='get' id='i'><twice xmlns='t'/></iq>");
  assert_came (f, "passed\ntwice -\n", "");
  dispatch (f, "<iq xmlns='jabber:client' type='get' id='i'><refused xmlns='t'/></iq>");
  assert_came (f, "passed\n", "error - i service-unavailable\n");
  /* The handler of a payload before that of any message, and one is enough. */
  dispatch (f, "<message xmlns='jabber:client'><x xmlns='u'/><account xmlns='t'/><server xmlns='t'/></message>");
  assert_came (f, "account -\n", "");
  dispatch (f, "<message xmlns='jabber:client'><x xmlns='u'/></message>");
  assert_came (f, "any -\n", "");
}

/* -- what is answered ------------------------------------------------------------------------------------------------- */

static void
test_unknown (Fixture *f, gconstpointer data)
{
  static const struct { const char *stanza, *answer; } rows[] = {
    { "<iq xmlns='jabber:client' type='get' id='1' from='a@b.example/c'><query xmlns='u'/></iq>", "error a@b.example/c 1 service-unavailable\n" },
    { "<iq xmlns='jabber:client' type='set' id='1' from='a@b.example/c'><query xmlns='u'/></iq>", "error a@b.example/c 1 service-unavailable\n" },
    { "<iq xmlns='jabber:client' type='set' id='1'><query xmlns='u'/></iq>", "error - 1 service-unavailable\n" },
    { "<iq xmlns='jabber:client' type='get' id='1'><anyone xmlns='u'/></iq>", "error - 1 service-unavailable\n" },
    { "<iq xmlns='jabber:client' type='get' id='1'><anyone/></iq>", "error - 1 service-unavailable\n" },
    { "<iq xmlns='jabber:client' type='get' id='1'><x xmlns='t anyone'/></iq>", "error - 1 service-unavailable\n" },
    { "<iq xmlns='jabber:client' type='get' id='1'/>", "error - 1 bad-request\n" },
    { "<iq xmlns='jabber:client' type='get' id='1'>text</iq>", "error - 1 bad-request\n" },
    { "<iq xmlns='jabber:client' type='get' id='1'><anyone xmlns='t'/><anyone xmlns='t'/></iq>", "error - 1 bad-request\n" },
    { "<iq xmlns='jabber:client' type='get'><anyone xmlns='t'/></iq>", "error - - bad-request\n" },
    { "<iq xmlns='jabber:client' type='GET' id='1'><anyone xmlns='t'/></iq>", "error - 1 bad-request\n" },
    { "<iq xmlns='jabber:client' id='1' from='a@b.example'><anyone xmlns='t'/></iq>", "error a@b.example 1 bad-request\n" },
    { "<iq xmlns='jabber:client' type='get' id='1' from='@b'><anyone xmlns='t'/></iq>", "error @b 1 jid-malformed\n" },
    { "<iq xmlns='jabber:client' type='result' id='1'><anyone xmlns='t'/></iq>", "" },
    { "<iq xmlns='jabber:client' type='error' id='1'/>", "" },
    { "<iq xmlns='jabber:client' type='error' id='1' from='@b'/>", "" },
    { "<iq xmlns='jabber:client' type='result' from='a@b.example'/>", "" },
    { "<message xmlns='jabber:client' from='a@b.example'><query xmlns='u'/></message>", "" },
    { "<message xmlns='jabber:client' from='@b'><anyone xmlns='t'/></message>", "" },
    { "<presence xmlns='jabber:client' from='a@b.example'/>", "" },
    { "<presence xmlns='jabber:client' from='@b'><anyone xmlns='t'/></presence>", "" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (rows); i++) {
    g_test_message ("%s", rows[i].stanza);
    dispatch (f, rows[i].stanza);
    assert_came (f, "", rows[i].answer);
  }
}

static void
test_dropped (Fixture *f, gconstpointer data)
{
  static const char *const stanzas[] = {
    "<message xmlns='jabber:client' from='@'><anyone xmlns='t'/></message>",
    "<iq xmlns='jabber:client' from='@' type='get' id='1'><anyone xmlns='t'/></iq>",
    "<iq xmlns='jabber:client' type='result' id='1'/>",
    "<presence xmlns='jabber:client' from='a@b.example'/>",
  };

  for (guint i = 0; i < G_N_ELEMENTS (stanzas); i++) {
    dispatch (f, stanzas[i]);
    g_assert_cmpuint (xmpp_router_get_n_dropped (f->router), ==, i + 1);
  }
  dispatch (f, "<message xmlns='jabber:client'><anyone xmlns='t'/></message>");
  g_assert_cmpuint (xmpp_router_get_n_dropped (f->router), ==, G_N_ELEMENTS (stanzas));
}

/* -- requests --------------------------------------------------------------------------------------------------------- */

typedef struct {
  guint n;
  XmppElement *answer;
  GError *error;
  Fixture *free_router;         /* in the callback */
} Outcome;

static void
outcome_clear (Outcome *outcome)
{
  g_clear_pointer (&outcome->answer, xmpp_element_unref);
  g_clear_error (&outcome->error);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Outcome, outcome_clear)

static void
answered_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  Outcome *outcome = user_data;

  outcome->n++;
  outcome->answer = g_task_propagate_pointer (G_TASK (result), &outcome->error);
  if (outcome->free_router != NULL)
    g_clear_pointer (&outcome->free_router->router, xmpp_router_free);
}

static void
expect (Fixture *f, const char *to, const char *id, guint timeout_ms, GCancellable *cancellable, Outcome *outcome)
{
  g_autoptr (GTask) task = g_task_new (NULL, cancellable, answered_cb, outcome);
  g_autoptr (XmppElement) iq = xmpp_element_new (XMPP_NS_CLIENT, "iq");

  xmpp_element_set_attribute (iq, "to", to);
  xmpp_element_set_attribute (iq, "id", id);
  xmpp_router_expect (f->router, iq, timeout_ms, task);
}

static void
dispatch_answer (Fixture *f, const char *type, const char *id, const char *from)
{
  g_autofree char *sender = from != NULL ? g_strdup_printf ("from='%s'", from) : g_strdup ("");
  g_autofree char *xml = g_strdup_printf (
    "<iq xmlns='jabber:client' type='%s' id='%s' %s>%s</iq>", type, id, sender, g_str_equal (type, "error")
    ? "<error type='cancel'><forbidden xmlns='urn:ietf:params:xml:ns:xmpp-stanzas'/></error>" : "");

  dispatch (f, xml);
}

static void
run_idle (void)
{
  while (g_main_context_iteration (NULL, FALSE))
    ;
}

/* Which senders may answer a request, by whom it was sent to; '+' may, '-' may not. */
static void
test_answers (Fixture *f, gconstpointer data)
{
  static const char *const askeds[] = { NULL, ACCOUNT, "montague.example", OWN, ACCOUNT "/other", "juliet@capulet.example/balcony",
                                        "juliet@capulet.example", "capulet.example", "montague.example/admin" };
  static const struct { const char *from, *may; } rows[] = {
    { NULL, "+++------" }, { ACCOUNT, "+++------" }, { "montague.example", "+++------" }, { OWN, "++++-----" },
    { ACCOUNT "/other", "----+----" }, { "juliet@capulet.example/balcony", "-----+---" },
    { "juliet@capulet.example", "------+--" }, { "capulet.example", "-------+-" }, { "montague.example/admin", "--------+" },
    { "juliet@capulet.example/Balcony", "---------" }, { "evil@montague.example", "---------" },
    { "JULIET@capulet.EXAMPLE/balcony", "-----+---" }, { "@", "---------" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (rows); i++) {
    for (guint j = 0; j < G_N_ELEMENTS (askeds); j++) {
      g_auto (Outcome) outcome = { 0 };

      g_test_message ("%s asked, %s answers", askeds[j], rows[i].from);
      expect (f, askeds[j], "q", 60000, NULL, &outcome);
      dispatch_answer (f, "result", "r", askeds[j]);
      dispatch_answer (f, (i + j) % 2 ? "result" : "error", "q", rows[i].from);
      run_idle ();
      g_assert_cmpuint (outcome.n, ==, rows[i].may[j] == '+' ? 1 : 0);
      dispatch_answer (f, "result", "q", askeds[j]);
      run_idle ();
      g_assert_cmpuint (outcome.n, ==, 1);
    }
  }
  assert_came (f, "", "");
}

static void
test_result (Fixture *f, gconstpointer data)
{
  g_auto (Outcome) outcome = { 0 };

  expect (f, NULL, "q", 60000, NULL, &outcome);
  dispatch_answer (f, "result", "q", NULL);
  dispatch_answer (f, "error", "q", NULL);
  run_idle ();
  g_assert_cmpuint (outcome.n, ==, 1);
  g_assert_no_error (outcome.error);
  g_assert_cmpstr (xmpp_element_get_attribute (outcome.answer, "type"), ==, "result");
  g_assert_cmpuint (xmpp_router_get_n_dropped (f->router), ==, 1);
}

static void
test_error (Fixture *f, gconstpointer data)
{
  g_auto (Outcome) outcome = { 0 }, bare = { 0 };

  expect (f, NULL, "q", 60000, NULL, &outcome);
  dispatch_answer (f, "error", "q", NULL);
  dispatch_answer (f, "result", "q", NULL);
  expect (f, NULL, "p", 60000, NULL, &bare);
  dispatch (f, "<iq xmlns='jabber:client' type='error' id='p'/>");
  run_idle ();
  g_assert_cmpuint (outcome.n, ==, 1);
  g_assert_error (outcome.error, XMPP_STANZA_ERROR, XMPP_STANZA_ERROR_FORBIDDEN);
  g_assert_error (bare.error, XMPP_STANZA_ERROR, XMPP_STANZA_ERROR_UNDEFINED_CONDITION);
}

static void
test_timeout (Fixture *f, gconstpointer data)
{
  g_autoptr (GCancellable) cancellable = g_cancellable_new ();
  g_auto (Outcome) outcome = { 0 };

  expect (f, NULL, "q", 1, cancellable, &outcome);
  dispatch_answer (f, "result", "q", "evil@x.example");
  iterate_until (outcome.n > 0);
  g_assert_error (outcome.error, XMPP_ERROR, XMPP_ERROR_TIMEOUT);
  dispatch_answer (f, "result", "q", NULL);
  g_cancellable_cancel (cancellable);
  run_idle ();
  g_assert_cmpuint (outcome.n, ==, 1);
}

static void
test_disconnected (Fixture *f, gconstpointer data)
{
  g_autoptr (GError) lost = g_error_new_literal (XMPP_ERROR, XMPP_ERROR_NOT_CONNECTED, "lost");
  g_autoptr (GCancellable) cancellable = g_cancellable_new ();
  g_auto (Outcome) one = { 0 }, two = { 0 };

  expect (f, NULL, "q", 1, cancellable, &one);
  expect (f, "a@b.example", "p", 60000, NULL, &two);
  xmpp_router_fail_all (f->router, lost);
  xmpp_router_fail_all (f->router, lost);
  g_cancellable_cancel (cancellable);
  dispatch_answer (f, "result", "q", NULL);
  iterate_until (two.n > 0);
  run_idle ();
  g_assert_cmpuint (one.n, ==, 1);
  g_assert_cmpuint (two.n, ==, 1);
  g_assert_error (two.error, XMPP_ERROR, XMPP_ERROR_NOT_CONNECTED);
}

static void
test_cancelled (Fixture *f, gconstpointer data)
{
  g_autoptr (GCancellable) cancellable = g_cancellable_new ();
  g_auto (Outcome) outcome = { 0 }, answered = { 0 };

  expect (f, NULL, "q", 60000, cancellable, &outcome);
  expect (f, NULL, "p", 60000, cancellable, &answered);
  g_cancellable_cancel (cancellable);
  /* An answer in the same breath. */
  dispatch_answer (f, "result", "p", NULL);
  iterate_until (outcome.n > 0 && answered.n > 0);
  dispatch_answer (f, "result", "q", NULL);
  run_idle ();
  g_assert_cmpuint (outcome.n, ==, 1);
  g_assert_cmpuint (answered.n, ==, 1);
  g_assert_error (outcome.error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
}

static void
test_owner_gone (Fixture *f, gconstpointer data)
{
  g_autoptr (GCancellable) cancellable = g_cancellable_new ();
  g_auto (Outcome) outcome = { 0 };

  expect (f, NULL, "q", 1, cancellable, &outcome);
  g_clear_pointer (&f->router, xmpp_router_free);
  g_cancellable_cancel (cancellable);
  iterate_until (outcome.n > 0);
  run_idle ();
  g_assert_cmpuint (outcome.n, ==, 1);
}

/* The callback of one request ends the router while the others are still pending. */
static void
test_freed_in_callback (Fixture *f, gconstpointer data)
{
  g_auto (Outcome) one = { .free_router = f }, two = { 0 };

  expect (f, NULL, "q", 1, NULL, &one);
  expect (f, NULL, "p", 60000, NULL, &two);
  iterate_until (two.n > 0);
  g_assert_cmpuint (one.n, ==, 1);
  g_assert_cmpuint (two.n, ==, 1);
  g_assert_error (two.error, XMPP_ERROR, XMPP_ERROR_NOT_CONNECTED);
}

/* S-08: nobody can guess them. */
static void
test_ids (void)
{
  g_autoptr (GHashTable) seen = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  guint n_ones[128] = { 0 };

  for (guint i = 0; i < 1000; i++) {
    char *id = xmpp_id_new ();
    g_autofree char *padded = g_strconcat (id, "==", NULL);
    g_autofree guchar *bytes = NULL;
    gsize length;

    /* RFC 4648 §5 */
    bytes = g_base64_decode (g_strdelimit (g_strdelimit (padded, "-", '+'), "_", '/'), &length);
    g_assert_cmpuint (strlen (id), ==, 22);
    g_assert_cmpuint (length, ==, 16);
    for (guint bit = 0; bit < 128; bit++)
      n_ones[bit] += bytes[bit / 8] >> (bit % 8) & 1;
    g_assert_true (g_hash_table_add (seen, id));
  }
  /* No bit stands still: far from the middle by ten deviations and more is no chance. */
  for (guint bit = 0; bit < 128; bit++) {
    g_assert_cmpuint (n_ones[bit], >, 340);
    g_assert_cmpuint (n_ones[bit], <, 660);
  }
}

#define ADD(path, func) g_test_add ("/router/" path, Fixture, NULL, set_up, func, tear_down)

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  ADD ("S-06/who-may-say-it", test_senders);
  ADD ("S-06/no-contacts", test_no_contacts);
  g_test_add_func ("/router/S-06/rule-is-mandatory", test_rule_is_mandatory);
  ADD ("order", test_order);
  ADD ("S-25/answers", test_unknown);
  ADD ("S-71/dropped", test_dropped);
  ADD ("S-07/who-may-answer", test_answers);
  ADD ("S-07/result", test_result);
  ADD ("S-07/error", test_error);
  ADD ("S-07/timeout", test_timeout);
  ADD ("S-07/disconnected", test_disconnected);
  ADD ("S-07/cancelled", test_cancelled);
  ADD ("S-07/owner-gone", test_owner_gone);
  ADD ("S-07/freed-in-callback", test_freed_in_callback);
  g_test_add_func ("/router/S-08/ids", test_ids);
  return g_test_run ();
}
