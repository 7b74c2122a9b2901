/* SPDX-License-Identifier: GPL-3.0-or-later
 * SPDX-FileCopyrightText: The Stonechat authors */
#include "chat-credentials.h"
#include "chat-error.h"

#include <glib/gi18n-lib.h>
#include <libsecret/secret.h>

#define PATIENCE_S 25      /* as long as a person may need to unlock the keyring */

static const SecretSchema schema = {
  "im.stonechat.Stonechat.Password", SECRET_SCHEMA_NONE,
  { { "account", SECRET_SCHEMA_ATTRIBUTE_STRING }, { NULL, 0 } }
};

/* One call to the service, with a cancellable of its own that the patience ends. */
typedef struct {
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
begin (GCancellable *cancellable, GAsyncReadyCallback callback, gpointer user_data, Call **out)
{
  GTask *task = g_task_new (NULL, cancellable, callback, user_data);
  Call *call = g_new0 (Call, 1);

  call->cancellable = g_cancellable_new ();
  call->timer = g_timeout_add_seconds (PATIENCE_S, late_cb, call);
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

static void
looked_up_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = user_data;
  GError *error = NULL;
  g_autoptr (SecretValue) value = secret_password_lookup_binary_finish (result, &error);

  if (error) {
    fail (task, error);
  } else if (value == NULL) {
    g_task_return_pointer (task, NULL, NULL);
  } else {
    gsize size;
    const char *data = secret_value_get (value, &size);

    g_task_return_pointer (task, xmpp_secret_new (data, size), (GDestroyNotify) xmpp_secret_unref);
  }
}

void
chat_credentials_lookup_async (const char *address, GCancellable *cancellable, GAsyncReadyCallback callback, gpointer user_data)
{
  Call *call;
  GTask *task = begin (cancellable, callback, user_data, &call);

  secret_password_lookup (&schema, call->cancellable, looked_up_cb, task, "account", address, NULL);
}

XmppSecret *
chat_credentials_lookup_finish (GAsyncResult *result, GError **error)
{
  return g_task_propagate_pointer (G_TASK (result), error);
}

static void
stored_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = user_data;
  GError *error = NULL;

  if (secret_password_store_finish (result, &error))
    g_task_return_boolean (task, TRUE);
  else
    fail (task, error);
}

void
chat_credentials_store_async (const char *address, XmppSecret *password, GCancellable *cancellable,
                              GAsyncReadyCallback callback, gpointer user_data)
{
  Call *call;
  GTask *task = begin (cancellable, callback, user_data, &call);
  g_autofree char *label = g_strdup_printf (_("Stonechat password for %s"), address);

  call->value = secret_value_new (xmpp_secret_get_text (password), xmpp_secret_get_size (password), "text/plain");
  secret_password_store_binary (&schema, SECRET_COLLECTION_DEFAULT, label, call->value, call->cancellable, stored_cb, task,
                                "account", address, NULL);
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
    g_task_return_boolean (task, TRUE);
}

void
chat_credentials_clear_async (const char *address, GCancellable *cancellable, GAsyncReadyCallback callback, gpointer user_data)
{
  Call *call;
  GTask *task = begin (cancellable, callback, user_data, &call);

  secret_password_clear (&schema, call->cancellable, cleared_cb, task, "account", address, NULL);
}

gboolean
chat_credentials_finish (GAsyncResult *result, GError **error)
{
  return g_task_propagate_boolean (G_TASK (result), error);
}
