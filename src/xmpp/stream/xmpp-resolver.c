/* SPDX-License-Identifier: GPL-3.0-or-later
 * SPDX-FileCopyrightText: The Stonechat authors */
#include "xmpp-resolver.h"

#include <glib/gi18n-lib.h>
#include <string.h>

#include "xmpp-error.h"

/* SRV records, both kinds at once. g_resolver_lookup_records () and not lookup_service (), because the latter hides a
 * target of ".", which means that there is no service, and which forbids to fall back to the domain itself. */

#define MAX_TARGETS 20

typedef struct {
  guint16 priority, weight;
  XmppTarget *target;
} Record;

typedef struct {
  char *domain;
  GPtrArray *records;    /* of Record */
  guint n_pending;
  gboolean refused;      /* a target of "." was seen */
} Lookup;

XmppTarget *
xmpp_target_new (const char *host, guint16 port, gboolean direct_tls)
{
  XmppTarget *self = g_new0 (XmppTarget, 1);

  self->host = g_strdup (host);
  self->port = port;
  self->direct_tls = direct_tls;
  return self;
}

XmppTarget *
xmpp_target_parse (const char *address, guint16 default_port, gboolean direct_tls)
{
  g_autofree char *host = NULL;
  const char *port = NULL;
  guint64 number = default_port;

  if (!address)
    return NULL;
  if (address[0] == '[') {
    const char *end = strchr (address, ']');

    if (!end || (end[1] != '\0' && end[1] != ':'))
      return NULL;
    host = g_strndup (address + 1, end - address - 1);
    port = end[1] == ':' ? end + 2 : NULL;
    if (!g_hostname_is_ip_address (host))
      return NULL;
  } else {
    const char *colon = strchr (address, ':');

    if (colon && strchr (colon + 1, ':') && g_hostname_is_ip_address (address))
      colon = NULL;
    host = colon ? g_strndup (address, colon - address) : g_strdup (address);
    port = colon ? colon + 1 : NULL;
  }
  if (port && !g_ascii_string_to_unsigned (port, 10, 1, 65535, &number, NULL))
    return NULL;
  if (!*host || strlen (host) > 255 || strpbrk (host, " /@\t\r\n"))
    return NULL;
  return xmpp_target_new (host, number, direct_tls);
}

void
xmpp_target_free (XmppTarget *self)
{
  g_free (self->host);
  g_free (self);
}

static void
record_free (Record *record)
{
  g_clear_pointer (&record->target, xmpp_target_free);
  g_free (record);
}

static void
lookup_free (Lookup *lookup)
{
  g_free (lookup->domain);
  g_ptr_array_unref (lookup->records);
  g_free (lookup);
}

static int
compare_records (gconstpointer a, gconstpointer b)
{
  const Record *x = *(const Record *const *) a;
  const Record *y = *(const Record *const *) b;

  if (x->priority != y->priority)
    return x->priority < y->priority ? -1 : 1;
  /* Those without weight first, as RFC 2782 wants them before the draw. */
  return (x->weight != 0) - (y->weight != 0);
}

/* Draws one of the records of the lowest priority by its weight (RFC 2782), and removes it. */
static Record *
draw (GPtrArray *records)
{
  const Record *first = records->pdata[0];
  guint32 sum = 0, running = 0, ticket;

  for (guint i = 0; i < records->len && ((Record *) records->pdata[i])->priority == first->priority; i++)
    sum += ((Record *) records->pdata[i])->weight;
  ticket = g_random_int_range (0, sum + 1);
  for (guint i = 0; i < records->len; i++) {
    running += ((Record *) records->pdata[i])->weight;
    if (running >= ticket)
      return g_ptr_array_steal_index (records, i);
  }
  g_assert_not_reached ();
}

static GPtrArray *
order (GPtrArray *records)
{
  GPtrArray *targets = g_ptr_array_new_with_free_func ((GDestroyNotify) xmpp_target_free);

  g_ptr_array_sort (records, compare_records);
  while (records->len > 0 && targets->len < MAX_TARGETS) {
    Record *record = draw (records);

    g_ptr_array_add (targets, g_steal_pointer (&record->target));
    record_free (record);
  }
  return targets;
}

static void
finish_one (GTask *task)
{
  Lookup *lookup = g_task_get_task_data (task);
  GPtrArray *targets;

  if (--lookup->n_pending > 0)
    return;
  if (g_task_return_error_if_cancelled (task))
    return;
  if (lookup->records->len == 0 && lookup->refused) {
    g_task_return_new_error (task, XMPP_ERROR, XMPP_ERROR_NO_SERVICE, _("%s has no chat service"), lookup->domain);
    return;
  }
  targets = order (lookup->records);
  if (targets->len == 0)
    g_ptr_array_add (targets, xmpp_target_new (lookup->domain, 5222, FALSE));
  g_task_return_pointer (task, targets, (GDestroyNotify) g_ptr_array_unref);
}

static void
take_record (Lookup *lookup, GVariant *variant, gboolean direct_tls)
{
  guint16 priority, weight, port;
  const char *target;
  Record *record;
  gsize length;

  g_variant_get (variant, "(qqq&s)", &priority, &weight, &port, &target);
  length = strlen (target);
  while (length > 0 && target[length - 1] == '.')
    length--;
  if (length == 0) {
    lookup->refused = TRUE;
    return;
  }
  if (port == 0)
    return;
  record = g_new0 (Record, 1);
  record->priority = priority;
  record->weight = weight;
  record->target = xmpp_target_new (target, port, direct_tls);
  record->target->host[length] = '\0';
  g_ptr_array_add (lookup->records, record);
}

static void
take_records (GTask *task, GResolver *resolver, GAsyncResult *result, gboolean direct_tls)
{
  g_autoptr (GError) error = NULL;
  GList *records = g_resolver_lookup_records_finish (resolver, result, &error);

  /* A resolver that fails is taken as one without records: the domain itself is tried, and says what is wrong. */
  if (error && !g_error_matches (error, G_RESOLVER_ERROR, G_RESOLVER_ERROR_NOT_FOUND))
    g_debug ("SRV: %s", error->message);
  for (GList *l = records; l; l = l->next)
    take_record (g_task_get_task_data (task), l->data, direct_tls);
  g_list_free_full (records, (GDestroyNotify) g_variant_unref);
  finish_one (task);
}

static void
direct_looked_up_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = user_data;

  take_records (task, G_RESOLVER (source), result, TRUE);
}

static void
starttls_looked_up_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = user_data;

  take_records (task, G_RESOLVER (source), result, FALSE);
}

void
xmpp_resolver_lookup_async (GResolver *resolver, const char *domain, GCancellable *cancellable,
                            GAsyncReadyCallback callback, gpointer user_data)
{
  g_autoptr (GTask) task = g_task_new (resolver, cancellable, callback, user_data);
  g_autofree char *direct = g_strconcat ("_xmpps-client._tcp.", domain, NULL);
  g_autofree char *starttls = g_strconcat ("_xmpp-client._tcp.", domain, NULL);
  Lookup *lookup = g_new0 (Lookup, 1);

  lookup->domain = g_strdup (domain);
  lookup->records = g_ptr_array_new_with_free_func ((GDestroyNotify) record_free);
  g_task_set_task_data (task, lookup, (GDestroyNotify) lookup_free);
  g_task_set_source_tag (task, xmpp_resolver_lookup_async);
  if (g_hostname_is_ip_address (domain)) {
    lookup->n_pending = 1;
    finish_one (task);
    return;
  }
  lookup->n_pending = 2;
  g_resolver_lookup_records_async (resolver, direct, G_RESOLVER_RECORD_SRV, cancellable, direct_looked_up_cb,
                                   g_object_ref (task));
  g_resolver_lookup_records_async (resolver, starttls, G_RESOLVER_RECORD_SRV, cancellable, starttls_looked_up_cb,
                                   g_object_ref (task));
}

GPtrArray *
xmpp_resolver_lookup_finish (GAsyncResult *result, GError **error)
{
  g_return_val_if_fail (g_async_result_is_tagged (result, xmpp_resolver_lookup_async), NULL);
  return g_task_propagate_pointer (G_TASK (result), error);
}
