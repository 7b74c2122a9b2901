/* SPDX-License-Identifier: GPL-3.0-or-later
 * SPDX-FileCopyrightText: The Stonechat authors */
#include "xmpp-login-private.h"

#include <glib/gi18n-lib.h>
#include <gnutls/gnutls.h>
#include <string.h>

#include "xmpp-element-private.h"
#include "xmpp-error.h"
#include "xmpp-id.h"
#include "xmpp-ns.h"
#include "xmpp-tls.h"

/* What is said on the stream until it is bound: one handler a step, and nothing that is not due is understood. Before TLS
 * the only thing ever sent is <starttls/> (S-30). */

#define MOST_EARLY 100      /* stanzas, before <enabled/> */

static void
fail_protocol (XmppLogin *self, const char *what)
{
  g_autofree char *text = NULL;

  /* Translators: %s is a technical reason in English. */
  text = g_strdup_printf (_("The server doesn’t speak XMPP as it should (%s)"), what);
  xmpp_login_fail (self, XMPP_ERROR_PROTOCOL, text);
}

/* RFC 6120 §4.7.5: a server without a version knows neither TLS nor SASL. */
void
xmpp_negotiator_opened (XmppLogin *self, XmppElement *header)
{
  const char *version = xmpp_element_get_attribute (header, "version");
  const char *id = xmpp_element_get_attribute (header, "id");

  if (!xmpp_element_is (header, XMPP_NS_STREAM, "stream"))
    fail_protocol (self, "no stream");
  else if (!version || g_ascii_strtoull (version, NULL, 10) < 1)
    fail_protocol (self, "version older than 1.0");
  else if (!id || !*id)
    fail_protocol (self, "stream without id");
  else if (self->is_encrypted && !self->is_authenticated)
    xmpp_login_set_step (self, XMPP_STEP_FEATURES);
}

/* Before TLS. */

static void
take_clear_features (XmppLogin *self, XmppElement *features)
{
  g_autoptr (XmppElement) request = NULL;

  if (!xmpp_element_is (features, XMPP_NS_STREAM, "features")) {
    fail_protocol (self, "no features");
    return;
  }
  if (!xmpp_element_find_child (features, XMPP_NS_TLS, "starttls")) {
    xmpp_login_fail (self, XMPP_ERROR_TLS_UNAVAILABLE, _("The server offers no encryption, so the password was not sent"));
    return;
  }
  request = xmpp_element_new (XMPP_NS_TLS, "starttls");
  xmpp_login_set_step (self, XMPP_STEP_STARTTLS);
  xmpp_stream_write (self->stream, request);
}

static void
take_starttls_answer (XmppLogin *self, XmppElement *element)
{
  if (xmpp_element_is (element, XMPP_NS_TLS, "proceed"))
    xmpp_login_start_tls (self);
  else if (xmpp_element_is (element, XMPP_NS_TLS, "failure"))
    xmpp_login_fail (self, XMPP_ERROR_TLS_UNAVAILABLE, _("The server refused to encrypt, so the password was not sent"));
  else
    fail_protocol (self, "no answer to starttls");
}

/* SASL, RFC 6120 §6. */

static XmppElement *
make_sasl_element (const char *name, XmppSecret *data)
{
  XmppElement *element = xmpp_element_new (XMPP_NS_SASL, name);
  g_autofree char *encoded = g_base64_encode (xmpp_secret_get_data (data), xmpp_secret_get_size (data));

  xmpp_element_add_text (element, encoded);
  xmpp_secret_wipe (encoded, strlen (encoded));
  return element;
}

/* PLAIN's text is the password, so nothing of it stays behind in the element (S-50). */
static void
write_sasl (XmppLogin *self, XmppElement *element)
{
  guint n;
  const XmppNode *nodes = xmpp_element_get_nodes (element, &n);

  xmpp_stream_write (self->stream, element);
  for (guint i = 0; i < n; i++)
    xmpp_secret_wipe ((char *) nodes[i].text, strlen (nodes[i].text));
}

static gboolean
choose (XmppLogin *self, XmppSaslChoice *choice, GError **error)
{
  GIOStream *tls = xmpp_stream_get_io (self->stream);
  g_autofree const char **available = xmpp_tls_list_bindings (tls);
  XmppSaslOffer offer = {
    .mechanisms = (const char *const *) self->mechanisms,
    .bindings = (const char *const *) self->bindings,
    .available = available,
    .has_tls_1_3 = xmpp_tls_is_1_3 (tls),
    .has_certificate = self->client_certificate != NULL,
    .has_password = self->password != NULL,
    .allow_plain = self->allow_plain,
    .known = self->known_strength,
  };

  gboolean chosen = xmpp_sasl_choose (&offer, choice, error);

  self->offered = choice->strength;
  return chosen;
}

static XmppSasl *
make_sasl (XmppLogin *self, const XmppSaslChoice *choice, GError **error)
{
  GIOStream *tls = xmpp_stream_get_io (self->stream);
  g_autoptr (GBytes) binding = choice->binding ? xmpp_tls_get_binding (tls, choice->binding) : NULL;
  g_autofree char *input = xmpp_sasl_get_downgrade_input ((const char *const *) self->mechanisms,
                                                          (const char *const *) self->bindings);
  const char *local = xmpp_jid_get_local (self->jid);
  XmppSaslCredentials credentials = {
    .username = local ? local : "",
    .password = self->password,
    .binding = binding,
    .downgrade_input = input,
    .tls_version = xmpp_tls_is_1_3 (tls) ? "0304" : "0303",
  };

  return xmpp_sasl_new (choice, &credentials, error);
}

static void
start_sasl (XmppLogin *self)
{
  XmppSaslChoice choice;
  GError *error = NULL;
  g_autoptr (XmppSecret) response = NULL;
  g_autoptr (XmppElement) element = NULL;

  g_assert (self->is_encrypted);
  if (choose (self, &choice, &error))
    self->sasl = make_sasl (self, &choice, &error);
  if (self->sasl)
    response = xmpp_sasl_start (self->sasl, &error);
  if (!response) {
    xmpp_login_finish (self, error);
    return;
  }
  g_debug ("SASL: %s, %s", choice.mechanism, choice.binding ? choice.binding : "no channel binding");
  self->chosen = choice.lasting;
  element = make_sasl_element ("auth", response);
  if (xmpp_secret_get_size (response) == 0)
    xmpp_element_add_text (element, "=");
  xmpp_element_set_attribute (element, "mechanism", choice.mechanism);
  xmpp_login_set_step (self, XMPP_STEP_SASL);
  write_sasl (self, element);
}

static void
take_first_features (XmppLogin *self, XmppElement *features)
{
  if (!xmpp_element_is (features, XMPP_NS_STREAM, "features")) {
    fail_protocol (self, "no features");
    return;
  }
  g_clear_pointer (&self->mechanisms, g_strfreev);
  g_clear_pointer (&self->bindings, g_strfreev);
  self->mechanisms = xmpp_sasl_parse_mechanisms (features);
  self->bindings = xmpp_sasl_parse_bindings (features);
  if (!self->mechanisms || !self->mechanisms[0])
    xmpp_login_fail (self, XMPP_ERROR_NO_MECHANISM, _("The server offers no way to log in"));
  else
    start_sasl (self);
}

/* Text in base64, "=" for empty; NULL: not valid. */
static GBytes *
decode (XmppElement *element)
{
  const char *text = xmpp_element_get_text (element);
  gsize length = strlen (text), size;
  guchar *data;

  if (length == 0 || strcmp (text, "=") == 0)
    return g_bytes_new (NULL, 0);
  if (length % 4 != 0 || strspn (text, "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/=") != length)
    return NULL;
  data = g_base64_decode (text, &size);
  return g_bytes_new_take (data, size);
}

static void
answered_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (XmppLogin) self = user_data;
  GError *error = NULL;
  g_autoptr (XmppSecret) response = xmpp_sasl_challenge_finish (XMPP_SASL (source), result, &error);
  g_autoptr (XmppElement) element = NULL;

  if (self->sasl != XMPP_SASL (source)) {
    g_clear_error (&error);
    return;
  }
  if (!response) {
    xmpp_login_finish (self, error);
    return;
  }
  element = make_sasl_element ("response", response);
  write_sasl (self, element);
}

static GError *
parse_failure (XmppElement *failure)
{
  const char *condition = "";
  const char *text = xmpp_element_get_child_text (failure, XMPP_NS_SASL, "text");
  int code;

  for (guint i = 0; i < xmpp_element_get_n_children (failure); i++) {
    XmppElement *child = xmpp_element_get_child (failure, i);

    if (xmpp_element_is (child, XMPP_NS_SASL, NULL) && !xmpp_element_is (child, NULL, "text")) {
      condition = xmpp_element_get_name (child);
      break;
    }
  }
  code = xmpp_error_from_condition (XMPP_SASL_ERROR, condition);
  if (text && *text)
    return g_error_new_literal (XMPP_SASL_ERROR, code, text);
  return g_error_new_literal (XMPP_SASL_ERROR, code, code == XMPP_SASL_ERROR_NOT_AUTHORIZED
                              ? _("Wrong address or password") : _("The server refused the log-in"));
}

static void
take_success (XmppLogin *self, XmppElement *element)
{
  g_autoptr (GBytes) data = decode (element);
  GError *error = NULL;

  if (!data) {
    fail_protocol (self, "success is not base64");
    return;
  }
  if (!xmpp_sasl_success (self->sasl, data, &error)) {
    xmpp_login_finish (self, error);
    return;
  }
  g_clear_object (&self->sasl);
  self->strength = self->chosen;
  self->is_authenticated = TRUE;
  xmpp_login_set_step (self, XMPP_STEP_FEATURES);
  xmpp_stream_open (self->stream, xmpp_jid_get_bare_string (self->jid), self->domain, self->lang);
}

static void
take_sasl (XmppLogin *self, XmppElement *element)
{
  g_autoptr (GBytes) data = NULL;

  if (xmpp_element_is (element, XMPP_NS_SASL, "challenge")) {
    data = decode (element);
    if (data)
      xmpp_sasl_challenge_async (self->sasl, data, self->operation, answered_cb, g_object_ref (self));
    else
      fail_protocol (self, "challenge is not base64");
  } else if (xmpp_element_is (element, XMPP_NS_SASL, "success")) {
    take_success (self, element);
  } else if (xmpp_element_is (element, XMPP_NS_SASL, "failure")) {
    xmpp_login_finish (self, parse_failure (element));
  } else {
    fail_protocol (self, "no answer to the log-in");
  }
}

/* After authentication: resumption (XEP-0198 §5) or binding (RFC 6120 §7). */

static gboolean
parse_count (const char *text, guint64 max, guint64 *value)
{
  return text && g_ascii_string_to_unsigned (text, 10, 0, max, value, NULL);
}

static void
send_resume (XmppLogin *self)
{
  g_autoptr (XmppElement) resume = xmpp_element_new (XMPP_NS_SM, "resume");
  g_autofree char *h = g_strdup_printf ("%u", self->resume_h);

  xmpp_element_set_attribute (resume, "previd", self->resume_id);
  xmpp_element_set_attribute (resume, "h", h);
  xmpp_login_set_step (self, XMPP_STEP_RESUME);
  xmpp_stream_write (self->stream, resume);
}

static void
send_bind (XmppLogin *self)
{
  g_autoptr (XmppElement) iq = xmpp_element_new (XMPP_NS_CLIENT, "iq");
  XmppElement *bind = xmpp_element_add_child (iq, XMPP_NS_BIND, "bind");

  g_free (self->iq_id);
  self->iq_id = xmpp_id_new ();
  xmpp_element_set_attribute (iq, "type", "set");
  xmpp_element_set_attribute (iq, "id", self->iq_id);
  if (self->resource && *self->resource && !self->without_resource)
    xmpp_element_add_text_child (bind, XMPP_NS_BIND, "resource", self->resource);
  xmpp_login_set_step (self, XMPP_STEP_BIND);
  xmpp_stream_write (self->stream, iq);
}

static void
take_second_features (XmppLogin *self, XmppElement *features)
{
  if (!xmpp_element_is (features, XMPP_NS_STREAM, "features")) {
    fail_protocol (self, "no features");
    return;
  }
  g_clear_pointer (&self->features, xmpp_element_unref);
  self->features = xmpp_element_ref (features);
  if (self->resume_id && !self->was_restarted && xmpp_element_find_child (features, XMPP_NS_SM, "sm"))
    send_resume (self);
  else if (xmpp_element_find_child (features, XMPP_NS_BIND, "bind"))
    send_bind (self);
  else
    fail_protocol (self, "no resource binding");
}

static void
take_h (XmppLogin *self, XmppElement *element)
{
  guint64 h;

  self->has_resume_h = parse_count (xmpp_element_get_attribute (element, "h"), G_MAXUINT32, &h);
  if (self->has_resume_h)
    self->server_h = h;
}

static void
take_resumed (XmppLogin *self, XmppElement *element)
{
  take_h (self, element);
  if (self->has_resume_h && g_strcmp0 (xmpp_element_get_attribute (element, "previd"), self->resume_id) == 0) {
    self->resumed = TRUE;
    self->sm_enabled = TRUE;
    xmpp_login_finish (self, NULL);
    return;
  }
  /* Not our session, or one of unknown state: begin a fresh one, on a fresh stream. */
  self->has_resume_h = FALSE;
  self->was_restarted = TRUE;
  xmpp_login_restart (self, NULL);
}

static void
take_resume_answer (XmppLogin *self, XmppElement *element)
{
  if (xmpp_element_is (element, XMPP_NS_SM, "resumed")) {
    take_resumed (self, element);
  } else if (xmpp_element_is (element, XMPP_NS_SM, "failed")) {
    take_h (self, element);
    if (xmpp_element_find_child (self->features, XMPP_NS_BIND, "bind"))
      send_bind (self);
    else
      fail_protocol (self, "no resource binding");
  } else {
    fail_protocol (self, "no answer to resume");
  }
}

static void
bound (XmppLogin *self)
{
  g_autoptr (XmppElement) enable = NULL;

  if (!xmpp_element_find_child (self->features, XMPP_NS_SM, "sm")) {
    xmpp_login_finish (self, NULL);
    return;
  }
  enable = xmpp_element_new (XMPP_NS_SM, "enable");
  xmpp_element_set_attribute (enable, "resume", "true");
  xmpp_login_set_step (self, XMPP_STEP_ENABLE);
  xmpp_stream_write (self->stream, enable);
}

static void
take_bind_result (XmppLogin *self, XmppElement *iq)
{
  XmppElement *bind = xmpp_element_find_child (iq, XMPP_NS_BIND, "bind");
  const char *text = bind ? xmpp_element_get_child_text (bind, XMPP_NS_BIND, "jid") : NULL;
  g_autoptr (XmppJid) jid = text ? xmpp_jid_new_lenient (text, NULL) : NULL;

  if (!jid || xmpp_jid_is_bare (jid)) {
    fail_protocol (self, "no address bound");
    return;
  }
  self->bound_jid = g_steal_pointer (&jid);
  bound (self);
}

static GError *
parse_stanza_error (XmppElement *iq)
{
  XmppElement *element = xmpp_element_find_child (iq, XMPP_NS_CLIENT, "error");
  const char *condition = "undefined-condition";
  const char *text = element ? xmpp_element_get_child_text (element, XMPP_NS_STANZAS, "text") : NULL;

  for (guint i = 0; element && i < xmpp_element_get_n_children (element); i++) {
    XmppElement *child = xmpp_element_get_child (element, i);

    if (xmpp_element_is (child, XMPP_NS_STANZAS, NULL) && !xmpp_element_is (child, NULL, "text")) {
      condition = xmpp_element_get_name (child);
      break;
    }
  }
  return g_error_new_literal (XMPP_STANZA_ERROR, xmpp_error_from_condition (XMPP_STANZA_ERROR, condition),
                              text && *text ? text : _("The server gave this device no address"));
}

static void
take_bind_error (XmppLogin *self, XmppElement *iq)
{
  GError *error = parse_stanza_error (iq);

  /* Ours is taken: let the server choose one (RFC 6120 §7.7.2.2). */
  if (g_error_matches (error, XMPP_STANZA_ERROR, XMPP_STANZA_ERROR_CONFLICT) && self->resource && *self->resource
      && !self->without_resource) {
    g_error_free (error);
    self->without_resource = TRUE;
    send_bind (self);
    return;
  }
  xmpp_login_finish (self, error);
}

static void
take_bind_answer (XmppLogin *self, XmppElement *element)
{
  const char *type = xmpp_element_get_attribute (element, "type");

  if (!xmpp_element_is (element, XMPP_NS_CLIENT, "iq")
      || g_strcmp0 (xmpp_element_get_attribute (element, "id"), self->iq_id) != 0)
    fail_protocol (self, "no answer to bind");
  else if (g_strcmp0 (type, "result") == 0)
    take_bind_result (self, element);
  else if (g_strcmp0 (type, "error") == 0)
    take_bind_error (self, element);
  else
    fail_protocol (self, "no answer to bind");
}

static void
take_enabled (XmppLogin *self, XmppElement *element)
{
  const char *resume = xmpp_element_get_attribute (element, "resume");
  const char *id = xmpp_element_get_attribute (element, "id");
  guint64 max;

  self->sm_enabled = TRUE;
  if (id && *id && (g_strcmp0 (resume, "true") == 0 || g_strcmp0 (resume, "1") == 0)) {
    self->sm_id = g_strdup (id);
    self->sm_location = g_strdup (xmpp_element_get_attribute (element, "location"));
    if (parse_count (xmpp_element_get_attribute (element, "max"), G_MAXUINT, &max))
      self->sm_max = max;
  }
  xmpp_login_finish (self, NULL);
}

/* The session is bound, so others may write to it already. */
static void
take_early (XmppLogin *self, XmppElement *element)
{
  if (!self->early)
    self->early = g_ptr_array_new_with_free_func ((GDestroyNotify) xmpp_element_unref);
  if (self->early->len >= MOST_EARLY)
    fail_protocol (self, "no answer to enable");
  else
    g_ptr_array_add (self->early, xmpp_element_ref (element));
}

static void
take_enable_answer (XmppLogin *self, XmppElement *element)
{
  if (xmpp_element_is (element, XMPP_NS_SM, "enabled"))
    take_enabled (self, element);
  else if (xmpp_element_is (element, XMPP_NS_SM, "failed"))
    xmpp_login_finish (self, NULL);
  else if (xmpp_element_is (element, XMPP_NS_CLIENT, NULL))
    take_early (self, element);
}

void
xmpp_negotiator_element (XmppLogin *self, XmppElement *element)
{
  switch (self->step) {
  case XMPP_STEP_OPEN:
    take_clear_features (self, element);
    break;
  case XMPP_STEP_STARTTLS:
    take_starttls_answer (self, element);
    break;
  case XMPP_STEP_FEATURES:
    if (self->is_authenticated)
      take_second_features (self, element);
    else
      take_first_features (self, element);
    break;
  case XMPP_STEP_SASL:
    take_sasl (self, element);
    break;
  case XMPP_STEP_RESUME:
    take_resume_answer (self, element);
    break;
  case XMPP_STEP_BIND:
    take_bind_answer (self, element);
    break;
  case XMPP_STEP_ENABLE:
    take_enable_answer (self, element);
    break;
  default:
    fail_protocol (self, "out of turn");
  }
}
