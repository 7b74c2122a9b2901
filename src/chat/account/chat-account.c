/* SPDX-License-Identifier: GPL-3.0-or-later
 * SPDX-FileCopyrightText: The Stonechat authors */
#include "chat-account-private.h"
#include "chat-account-enums.h"
#include "xmpp-login.h"

#include <glib/gi18n-lib.h>

struct _ChatAccount {
  GObject parent_instance;
  ChatStore *store;
  ChatHistory *history;             /* weak */
  ChatAccountRow *row;
  XmppJid *jid;
  ChatAccountState state;
  ChatAccountNeed need;
  int offered;
  char *status_line, *problem_text, *certificate_text, *certificate_sha256;
};

G_DEFINE_FINAL_TYPE (ChatAccount, chat_account, G_TYPE_OBJECT)

enum {
  PROP_0, PROP_ID, PROP_JID, PROP_ADDRESS, PROP_ALIAS, PROP_NAME, PROP_ENABLED, PROP_STATE, PROP_NEED, PROP_STATUS_LINE,
  PROP_PROBLEM_TEXT, PROP_AVAILABILITY, PROP_STATUS_TEXT, PROP_PRIORITY, PROP_HOST, PROP_PORT, PROP_DIRECT_TLS, PROP_PIN_SHA256,
  PROP_REMEMBER_PASSWORD, PROP_CERTIFICATE_TEXT, PROP_CERTIFICATE_SHA256, N_PROPS
};
static GParamSpec *props[N_PROPS];
enum { CHANGED, RECONNECT, PASSWORD_GIVEN, CERTIFICATE_TRUSTED, NOTICE, N_SIGNALS };
static guint signals[N_SIGNALS];

static void
notify (ChatAccount *self, guint prop)
{
  g_object_notify_by_pspec (G_OBJECT (self), props[prop]);
}

static gboolean
replace (char **text, const char *value)
{
  if (g_strcmp0 (*text, value) == 0)
    return FALSE;
  g_free (*text);
  *text = g_strdup (value);
  return TRUE;
}

ChatAccount *
chat_account_new (ChatStore *store, ChatAccountRow *row)
{
  ChatAccount *self = g_object_new (CHAT_TYPE_ACCOUNT, NULL);

  self->store = g_object_ref (store);
  self->row = row;
  self->jid = xmpp_jid_new_lenient (row->jid, NULL);
  self->status_line = g_strdup (_("Offline"));
  return self;
}

ChatAccountRow *
chat_account_get_row (ChatAccount *self)
{
  return self->row;
}

void
chat_account_replace_row (ChatAccount *self, ChatAccountRow *row)
{
  chat_account_row_free (self->row);
  self->row = row;
  for (guint prop = PROP_ID; prop < N_PROPS; prop++)
    notify (self, prop);
}

void
chat_account_save (ChatAccount *self)
{
  chat_store_save_account_async (self->store, self->row, NULL, NULL, NULL);
}

void
chat_account_set_state (ChatAccount *self, ChatAccountState state, ChatAccountNeed need, const char *status_line, const char *problem_text)
{
  gboolean state_changed = self->state != state, need_changed = self->need != need;

  self->state = state;
  self->need = need;
  if (replace (&self->problem_text, problem_text))
    notify (self, PROP_PROBLEM_TEXT);
  if (replace (&self->status_line, status_line))
    notify (self, PROP_STATUS_LINE);
  if (need_changed)
    notify (self, PROP_NEED);
  if (state_changed)
    notify (self, PROP_STATE);
}

XmppLogin *
chat_account_new_login (const ChatAccountRow *row, XmppJid *jid, XmppSecret *password, const ChatProfileConfig *config)
{
  XmppLogin *login = xmpp_login_new (jid);

  g_object_set (login, "password", password, "host", row->host && *row->host ? row->host : NULL, "port", row->port,
                "direct-tls", row->direct_tls, "pin-sha256", row->pin_sha256, "resource", row->resource,
                "known-strength", row->known_strength, "allow-plain", row->allow_plain,
                "tls-database", config->tls_database, "resolver", config->resolver, NULL);
  if (row->client_certificate) {
    g_autoptr (GTlsCertificate) certificate = g_tls_certificate_new_from_file (row->client_certificate, NULL);

    g_object_set (login, "client-certificate", certificate, NULL);
  }
  return login;
}

static const char *
fault_text (GTlsCertificateFlags faults)
{
  if (faults & G_TLS_CERTIFICATE_UNKNOWN_CA)
    return _("It was signed by nobody whom this computer trusts.");
  if (faults & G_TLS_CERTIFICATE_BAD_IDENTITY)
    return _("It belongs to another server.");
  if (faults & G_TLS_CERTIFICATE_EXPIRED)
    return _("It has expired.");
  if (faults & G_TLS_CERTIFICATE_NOT_ACTIVATED)
    return _("It is not valid yet.");
  if (faults & G_TLS_CERTIFICATE_REVOKED)
    return _("It was revoked.");
  if (faults & G_TLS_CERTIFICATE_INSECURE)
    return _("It uses a method that is not secure any more.");
  return _("It is not the one that was trusted before.");
}

char *
chat_certificate_describe (GTlsCertificate *certificate, GTlsCertificateFlags faults)
{
  g_autofree char *issuer = g_tls_certificate_get_issuer_name (certificate);
  g_autofree char *fingerprint = xmpp_certificate_fingerprint (certificate);
  g_autoptr (GDateTime) begin = g_tls_certificate_get_not_valid_before (certificate);
  g_autoptr (GDateTime) end = g_tls_certificate_get_not_valid_after (certificate);
  g_autofree char *from = begin ? g_date_time_format (begin, "%x") : g_strdup ("?");
  g_autofree char *until = end ? g_date_time_format (end, "%x") : g_strdup ("?");
  g_autoptr (GString) spaced = g_string_new (NULL);

  for (const char *p = fingerprint; *p; p++) {
    if (p != fingerprint && (p - fingerprint) % 4 == 0)
      g_string_append_c (spaced, (p - fingerprint) % 32 == 0 ? '\n' : ' ');
    g_string_append_c (spaced, *p);
  }
  return g_strdup_printf (_("%s\n\nIssued by: %s\nValid from %s until %s\n\nSHA-256:\n%s"), fault_text (faults), issuer ? issuer : "?",
                          from, until, spaced->str);
}

void
chat_account_set_refused (ChatAccount *self, GTlsCertificate *certificate, GTlsCertificateFlags faults)
{
  g_autofree char *text = certificate ? chat_certificate_describe (certificate, faults) : NULL;
  g_autofree char *sha256 = certificate ? xmpp_certificate_fingerprint (certificate) : NULL;

  if (replace (&self->certificate_text, text))
    notify (self, PROP_CERTIFICATE_TEXT);
  if (replace (&self->certificate_sha256, sha256))
    notify (self, PROP_CERTIFICATE_SHA256);
}

void
chat_account_set_offered (ChatAccount *self, int strength)
{
  self->offered = strength;
}

void
chat_account_notice (ChatAccount *self, const char *text)
{
  g_signal_emit (self, signals[NOTICE], 0, text);
}

gint64
chat_account_get_id (ChatAccount *self)
{
  return self->row->id;
}

XmppJid *
chat_account_get_jid (ChatAccount *self)
{
  return self->jid;
}

const char *
chat_account_get_address (ChatAccount *self)
{
  return xmpp_jid_get_bare_string (self->jid);
}

const char *
chat_account_get_name (ChatAccount *self)
{
  return self->row->alias && *self->row->alias ? self->row->alias : chat_account_get_address (self);
}

gboolean
chat_account_get_enabled (ChatAccount *self)
{
  return self->row->enabled;
}

void
chat_account_set_enabled (ChatAccount *self, gboolean enabled)
{
  if (self->row->enabled == !!enabled)
    return;
  self->row->enabled = !!enabled;
  chat_account_save (self);
  notify (self, PROP_ENABLED);
  g_signal_emit (self, signals[CHANGED], 0);
}

ChatAccountState
chat_account_get_state (ChatAccount *self)
{
  return self->state;
}

ChatAccountNeed
chat_account_get_need (ChatAccount *self)
{
  return self->need;
}

const char *
chat_account_get_status_line (ChatAccount *self)
{
  return self->status_line;
}

const char *
chat_account_get_problem_text (ChatAccount *self)
{
  return self->problem_text;
}

ChatHistory *
chat_account_get_history (ChatAccount *self)
{
  return self->history;
}

void
chat_account_set_history (ChatAccount *self, ChatHistory *history)
{
  g_set_weak_pointer (&self->history, history);
}

XmppAvailability
chat_account_get_availability (ChatAccount *self)
{
  return self->row->availability;
}

const char *
chat_account_get_status_text (ChatAccount *self)
{
  return self->row->status_text;
}

int
chat_account_get_priority (ChatAccount *self)
{
  return self->row->priority;
}

void
chat_account_set_presence (ChatAccount *self, XmppAvailability availability, const char *text, int priority)
{
  gboolean changed = replace (&self->row->status_text, text && *text ? text : NULL);

  priority = CLAMP (priority, -128, 127);
  changed |= self->row->availability != (int) availability || self->row->priority != priority;
  if (!changed)
    return;
  self->row->availability = availability;
  self->row->priority = priority;
  chat_account_save (self);
  notify (self, PROP_AVAILABILITY);
  notify (self, PROP_STATUS_TEXT);
  notify (self, PROP_PRIORITY);
  g_signal_emit (self, signals[CHANGED], 0);
}

void
chat_account_reconnect (ChatAccount *self)
{
  g_signal_emit (self, signals[RECONNECT], 0);
}

void
chat_account_set_password (ChatAccount *self, XmppSecret *password, gboolean remember)
{
  if (self->row->remember != !!remember) {
    self->row->remember = !!remember;
    chat_account_save (self);
    notify (self, PROP_REMEMBER_PASSWORD);
  }
  g_signal_emit (self, signals[PASSWORD_GIVEN], 0, password);
}

void
chat_account_trust_certificate (ChatAccount *self)
{
  if (!self->certificate_sha256)
    return;
  replace (&self->row->pin_sha256, self->certificate_sha256);
  chat_account_save (self);
  notify (self, PROP_PIN_SHA256);
  g_signal_emit (self, signals[CERTIFICATE_TRUSTED], 0);
}

void
chat_account_allow_weaker (ChatAccount *self)
{
  if (self->need != CHAT_ACCOUNT_NEEDS_CONSENT)
    return;
  self->row->known_strength = MIN (self->row->known_strength, self->offered);
  self->row->allow_plain |= self->offered == XMPP_STRENGTH_PLAIN;
  chat_account_save (self);
  g_signal_emit (self, signals[RECONNECT], 0);
}

static void
chat_account_get_property (GObject *object, guint id, GValue *value, GParamSpec *pspec)
{
  ChatAccount *self = CHAT_ACCOUNT (object);

  switch (id) {
  case PROP_ID: g_value_set_int64 (value, self->row->id); break;
  case PROP_JID: g_value_set_boxed (value, self->jid); break;
  case PROP_ADDRESS: g_value_set_string (value, chat_account_get_address (self)); break;
  case PROP_ALIAS: g_value_set_string (value, self->row->alias); break;
  case PROP_NAME: g_value_set_string (value, chat_account_get_name (self)); break;
  case PROP_ENABLED: g_value_set_boolean (value, self->row->enabled); break;
  case PROP_STATE: g_value_set_enum (value, self->state); break;
  case PROP_NEED: g_value_set_enum (value, self->need); break;
  case PROP_STATUS_LINE: g_value_set_string (value, self->status_line); break;
  case PROP_PROBLEM_TEXT: g_value_set_string (value, self->problem_text); break;
  case PROP_AVAILABILITY: g_value_set_enum (value, self->row->availability); break;
  case PROP_STATUS_TEXT: g_value_set_string (value, self->row->status_text); break;
  case PROP_PRIORITY: g_value_set_int (value, self->row->priority); break;
  case PROP_HOST: g_value_set_string (value, self->row->host); break;
  case PROP_PORT: g_value_set_uint (value, self->row->port); break;
  case PROP_DIRECT_TLS: g_value_set_boolean (value, self->row->direct_tls); break;
  case PROP_PIN_SHA256: g_value_set_string (value, self->row->pin_sha256); break;
  case PROP_REMEMBER_PASSWORD: g_value_set_boolean (value, self->row->remember); break;
  case PROP_CERTIFICATE_TEXT: g_value_set_string (value, self->certificate_text); break;
  case PROP_CERTIFICATE_SHA256: g_value_set_string (value, self->certificate_sha256); break;
  default: G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
  }
}

static void
chat_account_set_property (GObject *object, guint id, const GValue *value, GParamSpec *pspec)
{
  ChatAccount *self = CHAT_ACCOUNT (object);
  gboolean changed = FALSE;

  switch (id) {
  case PROP_ENABLED:
    chat_account_set_enabled (self, g_value_get_boolean (value));
    return;
  case PROP_ALIAS: changed = replace (&self->row->alias, g_value_get_string (value)); break;
  case PROP_HOST: changed = replace (&self->row->host, g_value_get_string (value)); break;
  case PROP_PIN_SHA256: changed = replace (&self->row->pin_sha256, g_value_get_string (value)); break;
  case PROP_PORT:
    changed = self->row->port != g_value_get_uint (value);
    self->row->port = g_value_get_uint (value);
    break;
  case PROP_DIRECT_TLS:
    changed = self->row->direct_tls != g_value_get_boolean (value);
    self->row->direct_tls = g_value_get_boolean (value);
    break;
  case PROP_REMEMBER_PASSWORD:
    changed = self->row->remember != g_value_get_boolean (value);
    self->row->remember = g_value_get_boolean (value);
    break;
  default:
    G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
  }
  if (!changed)
    return;
  chat_account_save (self);
  notify (self, id);
  if (id == PROP_ALIAS)
    notify (self, PROP_NAME);
  g_signal_emit (self, signals[CHANGED], 0);
}

static void
chat_account_finalize (GObject *object)
{
  ChatAccount *self = CHAT_ACCOUNT (object);

  g_clear_weak_pointer (&self->history);
  g_clear_object (&self->store);
  g_clear_pointer (&self->row, chat_account_row_free);
  g_clear_pointer (&self->jid, xmpp_jid_unref);
  g_free (self->status_line);
  g_free (self->problem_text);
  g_free (self->certificate_text);
  g_free (self->certificate_sha256);
  G_OBJECT_CLASS (chat_account_parent_class)->finalize (object);
}

static void
chat_account_class_init (ChatAccountClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GParamFlags read = G_PARAM_READABLE | G_PARAM_STATIC_STRINGS | G_PARAM_EXPLICIT_NOTIFY;
  GParamFlags both = G_PARAM_READWRITE | G_PARAM_STATIC_STRINGS | G_PARAM_EXPLICIT_NOTIFY;

  object_class->get_property = chat_account_get_property;
  object_class->set_property = chat_account_set_property;
  object_class->finalize = chat_account_finalize;
  props[PROP_ID] = g_param_spec_int64 ("id", NULL, NULL, G_MININT64, G_MAXINT64, 0, read);
  props[PROP_JID] = g_param_spec_boxed ("jid", NULL, NULL, XMPP_TYPE_JID, read);
  props[PROP_ADDRESS] = g_param_spec_string ("address", NULL, NULL, NULL, read);
  props[PROP_ALIAS] = g_param_spec_string ("alias", NULL, NULL, NULL, both);
  props[PROP_NAME] = g_param_spec_string ("name", NULL, NULL, NULL, read);
  props[PROP_ENABLED] = g_param_spec_boolean ("enabled", NULL, NULL, TRUE, both);
  props[PROP_STATE] = g_param_spec_enum ("state", NULL, NULL, CHAT_TYPE_ACCOUNT_STATE, CHAT_ACCOUNT_OFFLINE, read);
  props[PROP_NEED] = g_param_spec_enum ("need", NULL, NULL, CHAT_TYPE_ACCOUNT_NEED, CHAT_ACCOUNT_NEEDS_NOTHING, read);
  props[PROP_STATUS_LINE] = g_param_spec_string ("status-line", NULL, NULL, NULL, read);
  props[PROP_PROBLEM_TEXT] = g_param_spec_string ("problem-text", NULL, NULL, NULL, read);
  props[PROP_AVAILABILITY] = g_param_spec_enum ("availability", NULL, NULL, XMPP_TYPE_AVAILABILITY, XMPP_AVAILABILITY_AVAILABLE, read);
  props[PROP_STATUS_TEXT] = g_param_spec_string ("status-text", NULL, NULL, NULL, read);
  props[PROP_PRIORITY] = g_param_spec_int ("priority", NULL, NULL, -128, 127, 0, read);
  props[PROP_HOST] = g_param_spec_string ("host", NULL, NULL, NULL, both);
  props[PROP_PORT] = g_param_spec_uint ("port", NULL, NULL, 0, 65535, 0, both);
  props[PROP_DIRECT_TLS] = g_param_spec_boolean ("direct-tls", NULL, NULL, FALSE, both);
  props[PROP_PIN_SHA256] = g_param_spec_string ("pin-sha256", NULL, NULL, NULL, both);
  props[PROP_REMEMBER_PASSWORD] = g_param_spec_boolean ("remember-password", NULL, NULL, TRUE, both);
  props[PROP_CERTIFICATE_TEXT] = g_param_spec_string ("certificate-text", NULL, NULL, NULL, read);
  props[PROP_CERTIFICATE_SHA256] = g_param_spec_string ("certificate-sha256", NULL, NULL, NULL, read);
  g_object_class_install_properties (object_class, N_PROPS, props);
  signals[CHANGED] = g_signal_new ("changed", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 0);
  signals[RECONNECT] = g_signal_new ("reconnect", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 0);
  signals[PASSWORD_GIVEN] = g_signal_new ("password-given", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                                          G_TYPE_NONE, 1, XMPP_TYPE_SECRET);
  signals[CERTIFICATE_TRUSTED] = g_signal_new ("certificate-trusted", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST, 0, NULL, NULL,
                                               NULL, G_TYPE_NONE, 0);
  signals[NOTICE] = g_signal_new ("notice", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 1,
                                  G_TYPE_STRING);
}

static void
chat_account_init (ChatAccount *self)
{
}
