/* SPDX-License-Identifier: GPL-3.0-or-later
 * SPDX-FileCopyrightText: The Stonechat authors */
#include "chat-credentials.h"
#include "chat-error.h"

#include <glib/gi18n-lib.h>
#include <libsecret/secret.h>

/* An item is found by its account and its profile. The first version's had no profile, so that two profiles with the same
 * account shared one: such an item becomes the property of the profile that finds it first. */

static const SecretSchema schema = {
  "im.stonechat.Stonechat.Account", SECRET_SCHEMA_NONE,
  { { "account", SECRET_SCHEMA_ATTRIBUTE_STRING }, { "profile", SECRET_SCHEMA_ATTRIBUTE_STRING }, { NULL, 0 } }
};
static const SecretSchema shared_schema = {
  "im.stonechat.Stonechat.Password", SECRET_SCHEMA_NONE,
  { { "account", SECRET_SCHEMA_ATTRIBUTE_STRING }, { NULL, 0 } }
};

struct _ChatCredentials {
  GObject parent_instance;
  char *profile;
  guint patience_ms;
};

G_DEFINE_FINAL_TYPE (ChatCredentials, chat_credentials, G_TYPE_OBJECT)

/* One call to the service, with a cancellable of its own that the patience ends. */
typedef struct {
  char *address;
  GCancellable *cancellable;
  GCancellable *outer;
  gulong outer_handler;
  guint timer;
  gboolean late;
  SecretValue *value;
} Call;

static void
call_free (Call *call)
{
  g_clear_handle_id (&call->timer, g_source_remove);
  if (call->outer)
    g_cancellable_disconnect (call->outer, call->outer_handler);
  g_clear_object (&call->outer);
  g_clear_object (&call->cancellable);
  g_clear_pointer (&call->value, secret_value_unref);
  g_free (call->address);
  g_free (call);
}

static gboolean
late_cb (gpointer user_data)
{
  Call *call = user_data;

  call->timer = 0;
  call->late = TRUE;
  g_cancellable_cancel (call->cancellable);
  return G_SOURCE_REMOVE;
}

static void
outer_cancelled_cb (GCancellable *outer, GCancellable *inner)
{
  g_cancellable_cancel (inner);
}

static GTask *
begin (ChatCredentials *self, const char *address, GCancellable *cancellable, GAsyncReadyCallback callback, gpointer user_data,
       Call **out)
{
  GTask *task = g_task_new (self, cancellable, callback, user_data);
  Call *call = g_new0 (Call, 1);

  call->address = g_strdup (address);
  call->cancellable = g_cancellable_new ();
  call->timer = g_timeout_add (self->patience_ms, late_cb, call);
  if (cancellable) {
    call->outer = g_object_ref (cancellable);
    call->outer_handler = g_cancellable_connect (cancellable, G_CALLBACK (outer_cancelled_cb), call->cancellable, NULL);
  }
  g_task_set_task_data (task, call, (GDestroyNotify) call_free);
  *out = call;
  return task;
}

/* Turns what libsecret says into one of our two errors. */
static void
fail (GTask *task, GError *error)
{
  Call *call = g_task_get_task_data (task);
  gboolean denied = g_error_matches (error, SECRET_ERROR, SECRET_ERROR_IS_LOCKED) ||
                    (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED) && !call->late);

  if (call->outer && g_cancellable_is_cancelled (call->outer))
    g_task_return_error (task, g_error_copy (error));
  else if (denied)
    g_task_return_new_error (task, CHAT_ERROR, CHAT_ERROR_SECRET_DENIED, _("The keyring is locked."));
  else
    g_task_return_new_error (task, CHAT_ERROR, CHAT_ERROR_SECRET_UNAVAILABLE, _("The keyring can’t be used: %s"), error->message);
  g_error_free (error);
}

/* -- looking up ------------------------------------------------------------------------------------------------------ */

static void
return_value (GTask *task, SecretValue *value)
{
  gsize size;
  const char *data = secret_value_get (value, &size);

  g_task_return_pointer (task, xmpp_secret_new (data, size), (GDestroyNotify) xmpp_secret_unref);
}

static void
shared_looked_up_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = user_data;
  Call *call = g_task_get_task_data (task);
  GError *error = NULL;
  g_autoptr (SecretValue) value = secret_password_lookup_binary_finish (result, &error);

  if (error) {
    fail (task, error);
  } else if (value) {
    gsize size;
    const char *data = secret_value_get (value, &size);
    g_autoptr (XmppSecret) password = xmpp_secret_new (data, size);

    chat_credentials_store_async (g_task_get_source_object (task), call->address, password, NULL, NULL, NULL);
    return_value (task, value);
  } else {
    g_task_return_pointer (task, NULL, NULL);
  }
}

static void
looked_up_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = user_data;
  Call *call = g_task_get_task_data (task);
  GError *error = NULL;
  g_autoptr (SecretValue) value = secret_password_lookup_binary_finish (result, &error);

  if (error)
    fail (task, error);
  else if (value)
    return_value (task, value);
  else
    secret_password_lookup (&shared_schema, call->cancellable, shared_looked_up_cb, g_steal_pointer (&task),
                            "account", call->address, NULL);
}

void
chat_credentials_lookup_async (ChatCredentials *self, const char *address, GCancellable *cancellable, GAsyncReadyCallback callback,
                               gpointer user_data)
{
  Call *call;
  GTask *task = begin (self, address, cancellable, callback, user_data, &call);

  secret_password_lookup (&schema, call->cancellable, looked_up_cb, task, "account", address, "profile", self->profile, NULL);
}

XmppSecret *
chat_credentials_lookup_finish (ChatCredentials *self, GAsyncResult *result, GError **error)
{
  return g_task_propagate_pointer (G_TASK (result), error);
}

/* -- storing and clearing -------------------------------------------------------------------------------------------- */

static void
shared_cleared_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = user_data;
  Call *call = g_task_get_task_data (task);
  GError *error = NULL;

  secret_password_clear_finish (result, &error);
  if (error && !call->value) {
    fail (task, error);
    return;
  }
  g_clear_error (&error);      /* the new one is stored all the same */
  g_task_return_boolean (task, TRUE);
}

static void
clear_shared (GTask *task)
{
  Call *call = g_task_get_task_data (task);

  secret_password_clear (&shared_schema, call->cancellable, shared_cleared_cb, task, "account", call->address, NULL);
}

static void
stored_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = user_data;
  GError *error = NULL;

  if (secret_password_store_finish (result, &error))
    clear_shared (g_steal_pointer (&task));
  else
    fail (task, error);
}

void
chat_credentials_store_async (ChatCredentials *self, const char *address, XmppSecret *password, GCancellable *cancellable,
                              GAsyncReadyCallback callback, gpointer user_data)
{
  Call *call;
  GTask *task = begin (self, address, cancellable, callback, user_data, &call);
  g_autofree char *label = g_strdup_printf (_("Stonechat password for %s"), address);

  call->value = secret_value_new (xmpp_secret_get_text (password), xmpp_secret_get_size (password), "text/plain");
  secret_password_store_binary (&schema, SECRET_COLLECTION_DEFAULT, label, call->value, call->cancellable, stored_cb, task,
                                "account", address, "profile", self->profile, NULL);
}

static void
cleared_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = user_data;
  GError *error = NULL;

  secret_password_clear_finish (result, &error);
  if (error)
    fail (task, error);
  else
    clear_shared (g_steal_pointer (&task));
}

void
chat_credentials_clear_async (ChatCredentials *self, const char *address, GCancellable *cancellable, GAsyncReadyCallback callback,
                              gpointer user_data)
{
  Call *call;
  GTask *task = begin (self, address, cancellable, callback, user_data, &call);

  secret_password_clear (&schema, call->cancellable, cleared_cb, task, "account", address, "profile", self->profile, NULL);
}

gboolean
chat_credentials_finish (ChatCredentials *self, GAsyncResult *result, GError **error)
{
  return g_task_propagate_boolean (G_TASK (result), error);
}

ChatCredentials *
chat_credentials_new (const char *profile, guint patience_ms)
{
  ChatCredentials *self = g_object_new (CHAT_TYPE_CREDENTIALS, NULL);

  self->profile = g_strdup (profile);
  self->patience_ms = patience_ms;
  return self;
}

static void
chat_credentials_finalize (GObject *object)
{
  g_free (CHAT_CREDENTIALS (object)->profile);
  G_OBJECT_CLASS (chat_credentials_parent_class)->finalize (object);
}

static void
chat_credentials_class_init (ChatCredentialsClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = chat_credentials_finalize;
}

static void
chat_credentials_init (ChatCredentials *self)
{
}
