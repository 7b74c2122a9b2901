/* SPDX-License-Identifier: GPL-3.0-or-later
 * SPDX-FileCopyrightText: The Stonechat authors */
#include "fault-server.h"

#include <string.h>

#include "fault-archive.h"
#include "scripted-scram.h"
#include "xmpp-ns.h"

#define JID "user@a.test"
#define HEADER "<?xml version='1.0'?><stream:stream xmlns='jabber:client' xmlns:stream='http://etherx.jabber.org/streams'" \
  " from='a.test' id='s%u' version='1.0'>"
#define SM "xmlns='" XMPP_NS_SM "'"

/* One stream of stanzas, which may outlive its connections. */
typedef struct {
  char *id;
  gboolean counts;            /* stream management is enabled */
  gboolean available;         /* said presence */
  guint32 h;                  /* stanzas taken */
  guint32 acknowledged;       /* of ours */
  GQueue unacked;             /* of char * */
} Session;

struct _FaultServer {
  GObject parent_instance;
  GSocketListener *listener;
  GTlsCertificate *certificate;
  GCancellable *cancellable;
  char *password;
  guint16 port;
  FaultMemory memory;
  Fault fault;
  guint n_faulty, n_links, n_open, n_struck, n_sessions;

  FaultLink *link;            /* the newest */
  gboolean authenticated;
  ScriptedScram *scram;
  Session *session;           /* NULL: none is bound */
  gboolean attached;          /* to the link */

  const char *ignored;        /* namespace of requests that get no answer, n_ignored times */
  guint n_ignored;

  FaultArchive *archive;
  GHashTable *ids;            /* of taken */
  GQueue offline;             /* of char *: stanzas for the next session */
  GPtrArray *taken;
};

G_DEFINE_FINAL_TYPE (FaultServer, fault_server, G_TYPE_OBJECT)

static void G_GNUC_PRINTF (2, 3)
answer (FaultServer *self, const char *format, ...)
{
  g_autofree char *text = NULL;
  va_list args;

  va_start (args, format);
  text = g_strdup_vprintf (format, args);
  va_end (args);
  fault_link_write (self->link, text);
}

/* -- sessions --------------------------------------------------------------------------------------------------------- */

/* Messages that the client never acknowledged wait for the next. */
static void
drop_session (FaultServer *self)
{
  Session *session = g_steal_pointer (&self->session);

  self->attached = FALSE;
  if (!session)
    return;
  for (char *stanza; (stanza = g_queue_pop_tail (&session->unacked)) != NULL;) {
    if (g_str_has_prefix (stanza, "<message") && !strstr (stanza, "queryid="))
      g_queue_push_head (&self->offline, stanza);
    else
      g_free (stanza);
  }
  g_free (session->id);
  g_free (session);
}

static void
send_stanza (FaultServer *self, char *stanza)
{
  if (self->session->counts)
    g_queue_push_tail (&self->session->unacked, stanza);
  if (self->attached)
    answer (self, "%s%s", stanza, self->session->counts ? "<r " SM "/>" : "");
  if (!self->session->counts)
    g_free (stanza);
}

static void
deliver_offline (FaultServer *self)
{
  for (char *stanza; (stanza = g_queue_pop_head (&self->offline)) != NULL;)
    send_stanza (self, stanza);
}

static gboolean
settle (FaultServer *self, XmppElement *element)
{
  const char *text = xmpp_element_get_attribute (element, "h");
  guint32 h = text ? strtoul (text, NULL, 10) : 0;

  g_assert_nonnull (text);
  g_assert_cmpuint (h - self->session->acknowledged, <=, self->session->unacked.length);
  for (; self->session->acknowledged != h; self->session->acknowledged++)
    g_free (g_queue_pop_head (&self->session->unacked));
  return TRUE;
}

static void
bind (FaultServer *self, const char *id)
{
  drop_session (self);
  self->session = g_new0 (Session, 1);
  g_queue_init (&self->session->unacked);
  self->session->id = g_strdup_printf ("sm%u", ++self->n_sessions);
  self->attached = TRUE;
  answer (self, "<iq type='result' id='%s'><bind xmlns='" XMPP_NS_BIND "'><jid>" JID "/x</jid></bind></iq>", id);
}

static void
resume (FaultServer *self, XmppElement *element)
{
  if (!self->session || !self->session->counts || g_strcmp0 (xmpp_element_get_attribute (element, "previd"), self->session->id) != 0) {
    drop_session (self);
    answer (self, "<failed " SM "><item-not-found xmlns='" XMPP_NS_STANZAS "'/></failed>");
    return;
  }
  settle (self, element);
  self->attached = TRUE;
  answer (self, "<resumed " SM " previd='%s' h='%u'/>", self->session->id, self->session->h);
  for (GList *l = self->session->unacked.head; l; l = l->next)
    answer (self, "%s<r " SM "/>", (char *) l->data);
}

/* -- stanzas ---------------------------------------------------------------------------------------------------------- */

static void
take_message (FaultServer *self, XmppElement *stanza)
{
  const char *body = xmpp_element_get_child_text (stanza, XMPP_NS_CLIENT, "body");

  if (!body || (!g_hash_table_add (self->ids, g_strdup (xmpp_element_get_attribute (stanza, "id"))) &&
                self->memory == FAULT_SERVER_HAS_NOTHING))
    return;
  g_ptr_array_add (self->taken, g_strdup (body));
  xmpp_element_set_attribute (stanza, "from", JID "/x");
  g_free (fault_archive_add (self->archive, xmpp_element_get_attribute (stanza, "to"), stanza));
}

static gboolean
has_archive (FaultServer *self)
{
  return self->memory != FAULT_SERVER_HAS_NOTHING;
}

static void
take_iq (FaultServer *self, XmppElement *iq)
{
  const char *id = xmpp_element_get_attribute (iq, "id"), *type = xmpp_element_get_attribute (iq, "type");
  XmppElement *child = xmpp_element_get_n_children (iq) > 0 ? xmpp_element_get_child (iq, 0) : NULL;

  if (g_strcmp0 (type, "get") != 0 && g_strcmp0 (type, "set") != 0)
    return;
  if (xmpp_element_is (child, XMPP_NS_BIND, "bind")) {
    bind (self, id);
    return;
  }
  g_assert_nonnull (self->session);
  if (self->n_ignored > 0 && xmpp_element_is (child, self->ignored, NULL)) {
    self->n_ignored--;
  } else if (xmpp_element_is (child, XMPP_NS_ROSTER, "query")) {
    send_stanza (self, g_strdup_printf ("<iq type='result' id='%s'><query xmlns='" XMPP_NS_ROSTER "'>"
                                        "<item jid='romeo@a.test' subscription='both'/></query></iq>", id));
  } else if (xmpp_element_is (child, XMPP_NS_DISCO_INFO, "query")) {
    send_stanza (self, g_strdup_printf ("<iq type='result' id='%s' from='%s'><query xmlns='" XMPP_NS_DISCO_INFO "'>"
      "<identity category='account' type='registered'/><feature var='urn:xmpp:carbons:2'/>%s</query></iq>", id,
      xmpp_element_get_attribute (iq, "to") ?: JID,
      has_archive (self) ? "<feature var='" XMPP_NS_MAM "'/><feature var='" XMPP_NS_SID "'/>" : ""));
  } else if (has_archive (self) && xmpp_element_is (child, XMPP_NS_MAM, "query")) {
    g_autoptr (GPtrArray) page = fault_archive_query (self->archive, iq);

    for (guint i = 0; i < page->len; i++)
      send_stanza (self, g_strdup (page->pdata[i]));
  } else if (xmpp_element_is (child, XMPP_NS_CARBONS, NULL) || xmpp_element_is (child, XMPP_NS_PING, NULL)) {
    send_stanza (self, g_strdup_printf ("<iq type='result' id='%s'/>", id));
  } else {
    send_stanza (self, g_strdup_printf ("<iq type='error' id='%s' from='%s'><error type='cancel'><service-unavailable "
      "xmlns='" XMPP_NS_STANZAS "'/></error></iq>", id, xmpp_element_get_attribute (iq, "to") ?: JID));
  }
}

static void
take_stanza (FaultServer *self, XmppElement *stanza)
{
  if (self->session && self->session->counts)
    self->session->h++;
  if (xmpp_element_is (stanza, NULL, "iq")) {
    take_iq (self, stanza);
  } else if (xmpp_element_is (stanza, NULL, "message")) {
    take_message (self, stanza);
  } else if (!xmpp_element_get_attribute (stanza, "to") && !self->session->available) {
    self->session->available = TRUE;
    deliver_offline (self);
  }
}

static void
take_nonza (FaultServer *self, XmppElement *element)
{
  if (xmpp_element_is (element, NULL, "resume")) {
    resume (self, element);
  } else if (xmpp_element_is (element, NULL, "enable")) {
    self->session->counts = TRUE;
    answer (self, "<enabled " SM " id='%s' resume='true' max='300'/>", self->session->id);
  } else if (xmpp_element_is (element, NULL, "r")) {
    answer (self, "<a " SM " h='%u'/>", self->session->h);
  } else if (xmpp_element_is (element, NULL, "a")) {
    settle (self, element);
  }
}

/* -- a connection ----------------------------------------------------------------------------------------------------- */

static void
take_sasl (FaultServer *self, XmppElement *element)
{
  g_autofree char *failure = NULL, *reply = NULL;
  gboolean last = FALSE;

  if (!self->scram) {
    g_autofree char *arguments = g_strdup_printf ("SHA-1 %s", self->password);

    self->scram = scripted_scram_new (arguments, FALSE, fault_link_get_io (self->link), "");
  }
  reply = scripted_scram_step (self->scram, element, &last, &failure);
  g_assert_cmpstr (failure, ==, NULL);
  answer (self, "%s", reply);
  if (!last)
    return;
  g_clear_pointer (&self->scram, scripted_scram_free);
  self->authenticated = TRUE;
  fault_link_restart (self->link);
}

static void
opened_cb (FaultLink *link, gpointer data)
{
  FaultServer *self = data;

  if (link != self->link)
    return;
  answer (self, HEADER "<stream:features>%s</stream:features>", self->n_links,
          self->authenticated ? "<bind xmlns='" XMPP_NS_BIND "'/><sm " SM "/>" :
          fault_link_is_secure (link) ? "<mechanisms xmlns='" XMPP_NS_SASL "'><mechanism>SCRAM-SHA-1</mechanism></mechanisms>" :
          "<starttls xmlns='" XMPP_NS_TLS "'><required/></starttls>");
}

static void
element_cb (FaultLink *link, XmppElement *element, gpointer data)
{
  FaultServer *self = data;

  if (link != self->link)
    return;
  if (xmpp_element_is (element, XMPP_NS_TLS, "starttls")) {
    answer (self, "<proceed xmlns='" XMPP_NS_TLS "'/>");
    fault_link_start_tls (link, self->certificate);
  } else if (xmpp_element_is (element, XMPP_NS_SASL, NULL)) {
    take_sasl (self, element);
  } else if (xmpp_element_is (element, XMPP_NS_SM, NULL)) {
    take_nonza (self, element);
  } else if (xmpp_element_is (element, XMPP_NS_CLIENT, NULL)) {
    take_stanza (self, element);
  }
}

/* It says goodbye: there is nothing to be resumed. */
static void
closed_cb (FaultLink *link, gpointer data)
{
  FaultServer *self = data;

  if (link == self->link) {
    drop_session (self);
    answer (self, "</stream:stream>");
  }
  fault_link_close (link);
}

static void
struck_cb (FaultLink *link, gpointer data)
{
  ((FaultServer *) data)->n_struck++;
}

static void
gone_cb (FaultLink *link, gpointer data)
{
  FaultServer *self = data;

  self->n_open--;
  if (link == self->link) {
    self->attached = FALSE;
    if (self->memory != FAULT_SERVER_RESUMES)
      drop_session (self);
  }
  g_object_unref (self);
}

static const FaultLinkCallbacks callbacks = { opened_cb, element_cb, closed_cb, struck_cb, gone_cb };

static void
accepted_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (FaultServer) self = user_data;
  g_autoptr (GSocketConnection) connection = g_socket_listener_accept_finish (G_SOCKET_LISTENER (source), result, NULL, NULL);
  Fault none = { FAULT_NONE };

  if (!connection)
    return;
  /* A server knows one connection of a session; the other may be a dead one that nobody has noticed. */
  self->attached = FALSE;
  if (self->memory != FAULT_SERVER_RESUMES)
    drop_session (self);
  self->authenticated = FALSE;
  g_clear_pointer (&self->scram, scripted_scram_free);
  g_clear_object (&self->link);
  self->n_open++;
  self->link = fault_link_new (connection, self->n_links++ < self->n_faulty ? &self->fault : &none, &callbacks, g_object_ref (self));
  g_socket_listener_accept_async (self->listener, self->cancellable, accepted_cb, g_object_ref (self));
}

/* -- for the test ----------------------------------------------------------------------------------------------------- */

guint16
fault_server_get_port (FaultServer *self)
{
  return self->port;
}

guint
fault_server_get_n_open (FaultServer *self)
{
  return self->n_open;
}

guint
fault_server_get_n_links (FaultServer *self)
{
  return self->n_links;
}

guint
fault_server_get_n_struck (FaultServer *self)
{
  return self->n_struck;
}

gsize
fault_server_get_bytes (FaultServer *self, gboolean up)
{
  return self->link ? fault_link_get_bytes (self->link, up) : 0;
}

GPtrArray *
fault_server_get_taken (FaultServer *self)
{
  return self->taken;
}

guint
fault_server_get_n_unacked (FaultServer *self)
{
  return self->offline.length + (self->session ? self->session->unacked.length : 0);
}

static char *
archive (FaultServer *self, const char *id, const char *body)
{
  g_autofree char *text = g_strdup_printf ("<message xmlns='jabber:client' from='romeo@a.test/r' to='" JID "' type='chat' id='%s'>"
                                           "<body>%s</body></message>", id, body);
  g_autoptr (XmppElement) stanza = xmpp_element_parse (text, -1, NULL);

  return fault_archive_add (self->archive, "romeo@a.test", stanza);
}

void
fault_server_archive (FaultServer *self, const char *id, const char *body)
{
  g_free (archive (self, id, body));
}

void
fault_server_say (FaultServer *self, const char *id, const char *body)
{
  char *stanza = archive (self, id, body);

  if (self->session && self->session->available)
    send_stanza (self, stanza);
  else
    g_queue_push_tail (&self->offline, stanza);
}

static void
listen_on (FaultServer *self)
{
  g_autoptr (GInetAddress) loopback = g_inet_address_new_loopback (G_SOCKET_FAMILY_IPV4);
  g_autoptr (GSocketAddress) address = g_inet_socket_address_new (loopback, self->port), bound = NULL;
  g_autoptr (GError) error = NULL;

  g_clear_object (&self->cancellable);
  self->cancellable = g_cancellable_new ();
  g_clear_object (&self->listener);
  self->listener = g_socket_listener_new ();
  g_socket_listener_add_address (self->listener, address, G_SOCKET_TYPE_STREAM, G_SOCKET_PROTOCOL_TCP, NULL, &bound, &error);
  g_assert_no_error (error);
  self->port = g_inet_socket_address_get_port (G_INET_SOCKET_ADDRESS (bound));
  g_socket_listener_accept_async (self->listener, self->cancellable, accepted_cb, g_object_ref (self));
}

FaultServer *
fault_server_new (GTlsCertificate *certificate, const char *password, FaultMemory memory, const Fault *fault, guint n_faulty)
{
  FaultServer *self = g_object_new (FAULT_TYPE_SERVER, NULL);
  self->certificate = g_object_ref (certificate);
  self->password = g_strdup (password);
  self->memory = memory;
  self->fault = *fault;
  self->n_faulty = n_faulty;
  listen_on (self);
  return self;
}

void
fault_server_strike (FaultServer *self, FaultKind kind)
{
  fault_link_strike (self->link, kind);
}

void
fault_server_set_certificate (FaultServer *self, GTlsCertificate *certificate)
{
  g_set_object (&self->certificate, certificate);
}

void
fault_server_ignore (FaultServer *self, const char *ns, guint n)
{
  self->ignored = ns;
  self->n_ignored = n;
}

guint
fault_server_get_n_ignored (FaultServer *self)
{
  return self->n_ignored;
}

void
fault_server_set_down (FaultServer *self, gboolean down)
{
  if (!down) {
    listen_on (self);
    return;
  }
  fault_server_stop (self);
  g_clear_object (&self->listener);
  fault_server_strike (self, FAULT_RST);
}

void
fault_server_stop (FaultServer *self)
{
  g_cancellable_cancel (self->cancellable);
  g_socket_listener_close (self->listener);
}

static void
fault_server_finalize (GObject *object)
{
  FaultServer *self = FAULT_SERVER (object);

  drop_session (self);
  g_queue_clear_full (&self->offline, g_free);
  g_clear_pointer (&self->scram, scripted_scram_free);
  g_clear_object (&self->link);
  g_clear_object (&self->listener);
  g_object_unref (self->certificate);
  g_object_unref (self->cancellable);
  g_free (self->password);
  fault_archive_free (self->archive);
  g_ptr_array_unref (self->taken);
  g_hash_table_unref (self->ids);
  G_OBJECT_CLASS (fault_server_parent_class)->finalize (object);
}

static void
fault_server_class_init (FaultServerClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = fault_server_finalize;
}

static void
fault_server_init (FaultServer *self)
{
  self->archive = fault_archive_new (JID);
  self->taken = g_ptr_array_new_with_free_func (g_free);
  self->ids = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  g_queue_init (&self->offline);
}
