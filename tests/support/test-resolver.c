/* SPDX-License-Identifier: GPL-3.0-or-later
 * SPDX-FileCopyrightText: The Stonechat authors */
#include "test-resolver.h"

struct _TestResolver {
  GResolver parent_instance;
  GHashTable *services;    /* of GPtrArray of GVariant */
  GHashTable *hosts;       /* of GPtrArray of GInetAddress */
  GHashTable *hanging, *failing, *asked;
};

G_DEFINE_FINAL_TYPE (TestResolver, test_resolver, G_TYPE_RESOLVER)

static void
cancelled_cb (GCancellable *cancellable, gpointer user_data)
{
  g_task_return_error_if_cancelled (user_data);
}

/* TRUE: it is dealt with. */
static gboolean
answer_badly (TestResolver *self, const char *name, GTask *task)
{
  g_hash_table_add (self->asked, g_strdup (name));
  if (g_hash_table_contains (self->hanging, name)) {
    g_signal_connect_object (g_task_get_cancellable (task), "cancelled", G_CALLBACK (cancelled_cb), task, 0);
    g_object_set_data_full (G_OBJECT (self), name, g_object_ref (task), g_object_unref);
    return TRUE;
  }
  if (g_hash_table_contains (self->failing, name)) {
    g_task_return_new_error (task, G_RESOLVER_ERROR, G_RESOLVER_ERROR_TEMPORARY_FAILURE, "No DNS");
    return TRUE;
  }
  return FALSE;
}

static void
free_list (gpointer list)
{
  g_list_free_full (list, (GDestroyNotify) g_variant_unref);
}

static void
lookup_records_async (GResolver *resolver, const char *name, GResolverRecordType type, GCancellable *cancellable,
                      GAsyncReadyCallback callback, gpointer user_data)
{
  TestResolver *self = TEST_RESOLVER (resolver);
  g_autoptr (GTask) task = g_task_new (self, cancellable, callback, user_data);
  GPtrArray *found = g_hash_table_lookup (self->services, name);
  GList *list = NULL;

  if (answer_badly (self, name, task))
    return;
  for (guint i = 0; found && i < found->len; i++)
    list = g_list_append (list, g_variant_ref (found->pdata[i]));
  if (list)
    g_task_return_pointer (task, list, free_list);
  else
    g_task_return_new_error (task, G_RESOLVER_ERROR, G_RESOLVER_ERROR_NOT_FOUND, "No records of %s", name);
}

static void
lookup_by_name_async (GResolver *resolver, const char *name, GResolverNameLookupFlags flags, GCancellable *cancellable,
                      GAsyncReadyCallback callback, gpointer user_data)
{
  TestResolver *self = TEST_RESOLVER (resolver);
  g_autoptr (GTask) task = g_task_new (self, cancellable, callback, user_data);
  GPtrArray *found = g_hash_table_lookup (self->hosts, name);
  GList *list = NULL;

  if (answer_badly (self, name, task))
    return;
  for (guint i = 0; found && i < found->len; i++) {
    GSocketFamily family = g_inet_address_get_family (found->pdata[i]);

    if ((flags == G_RESOLVER_NAME_LOOKUP_FLAGS_IPV4_ONLY && family != G_SOCKET_FAMILY_IPV4)
        || (flags == G_RESOLVER_NAME_LOOKUP_FLAGS_IPV6_ONLY && family != G_SOCKET_FAMILY_IPV6))
      continue;
    list = g_list_append (list, g_object_ref (found->pdata[i]));
  }
  if (list)
    g_task_return_pointer (task, list, (GDestroyNotify) g_resolver_free_addresses);
  else
    g_task_return_new_error (task, G_RESOLVER_ERROR, G_RESOLVER_ERROR_NOT_FOUND, "No address of %s", name);
}

static void
lookup_by_name_plain_async (GResolver *resolver, const char *name, GCancellable *cancellable,
                            GAsyncReadyCallback callback, gpointer user_data)
{
  lookup_by_name_async (resolver, name, G_RESOLVER_NAME_LOOKUP_FLAGS_DEFAULT, cancellable, callback, user_data);
}

static GList *
finish (GResolver *resolver, GAsyncResult *result, GError **error)
{
  return g_task_propagate_pointer (G_TASK (result), error);
}

static void
test_resolver_finalize (GObject *object)
{
  TestResolver *self = TEST_RESOLVER (object);

  g_hash_table_unref (self->services);
  g_hash_table_unref (self->hosts);
  g_hash_table_unref (self->hanging);
  g_hash_table_unref (self->failing);
  g_hash_table_unref (self->asked);
  G_OBJECT_CLASS (test_resolver_parent_class)->finalize (object);
}

static void
test_resolver_class_init (TestResolverClass *klass)
{
  GResolverClass *resolver_class = G_RESOLVER_CLASS (klass);

  G_OBJECT_CLASS (klass)->finalize = test_resolver_finalize;
  resolver_class->lookup_records_async = lookup_records_async;
  resolver_class->lookup_records_finish = finish;
  resolver_class->lookup_by_name_async = lookup_by_name_plain_async;
  resolver_class->lookup_by_name_finish = finish;
  resolver_class->lookup_by_name_with_flags_async = lookup_by_name_async;
  resolver_class->lookup_by_name_with_flags_finish = finish;
}

static void
test_resolver_init (TestResolver *self)
{
  self->services = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, (GDestroyNotify) g_ptr_array_unref);
  self->hosts = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, (GDestroyNotify) g_ptr_array_unref);
  self->hanging = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  self->failing = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  self->asked = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
}

TestResolver *
test_resolver_new (void)
{
  return g_object_new (TEST_TYPE_RESOLVER, NULL);
}

static GPtrArray *
ensure_list (GHashTable *table, const char *name, GDestroyNotify free_func)
{
  GPtrArray *list = g_hash_table_lookup (table, name);

  if (!list) {
    list = g_ptr_array_new_with_free_func (free_func);
    g_hash_table_insert (table, g_strdup (name), list);
  }
  return list;
}

void
test_resolver_add_service (TestResolver *self, const char *name, guint16 priority, guint16 weight, guint16 port,
                           const char *target)
{
  g_ptr_array_add (ensure_list (self->services, name, (GDestroyNotify) g_variant_unref),
                   g_variant_ref_sink (g_variant_new ("(qqqs)", priority, weight, port, target)));
}

void
test_resolver_add_host (TestResolver *self, const char *name, const char *address)
{
  g_ptr_array_add (ensure_list (self->hosts, name, g_object_unref), g_inet_address_new_from_string (address));
}

void
test_resolver_hang (TestResolver *self, const char *name)
{
  g_hash_table_add (self->hanging, g_strdup (name));
}

void
test_resolver_fail (TestResolver *self, const char *name)
{
  g_hash_table_add (self->failing, g_strdup (name));
}

gboolean
test_resolver_was_asked (TestResolver *self, const char *name)
{
  return g_hash_table_contains (self->asked, name);
}
