/* SPDX-License-Identifier: GPL-3.0-or-later
 * SPDX-FileCopyrightText: The Stonechat authors */
#include "mock-secret-service.h"

#include "test-bus.h"

#include <libsecret/secret.h>
#include <string.h>

#define ROOT "/org/freedesktop/secrets"
#define COLLECTION ROOT "/aliases/default"
#define SESSION ROOT "/session/one"
#define PROMPT ROOT "/prompt/one"
#define NOTHING "/"

static const char xml[] =
  "<node>"
  "<interface name='org.freedesktop.Secret.Service'>"
  "  <method name='OpenSession'><arg type='s' direction='in'/><arg type='v' direction='in'/>"
  "    <arg type='v' direction='out'/><arg type='o' direction='out'/></method>"
  "  <method name='SearchItems'><arg type='a{ss}' direction='in'/><arg type='ao' direction='out'/><arg type='ao' direction='out'/></method>"
  "  <method name='Unlock'><arg type='ao' direction='in'/><arg type='ao' direction='out'/><arg type='o' direction='out'/></method>"
  "  <method name='GetSecrets'><arg type='ao' direction='in'/><arg type='o' direction='in'/><arg type='a{o(oayays)}' direction='out'/></method>"
  "  <property name='Collections' type='ao' access='read'/>"
  "</interface>"
  "<interface name='org.freedesktop.Secret.Collection'>"
  "  <method name='CreateItem'><arg type='a{sv}' direction='in'/><arg type='(oayays)' direction='in'/><arg type='b' direction='in'/>"
  "    <arg type='o' direction='out'/><arg type='o' direction='out'/></method>"
  "</interface>"
  "<interface name='org.freedesktop.Secret.Session'><method name='Close'/></interface>"
  "<interface name='org.freedesktop.Secret.Prompt'>"
  "  <method name='Prompt'><arg type='s' direction='in'/></method><method name='Dismiss'/>"
  "  <signal name='Completed'><arg type='b'/><arg type='v'/></signal>"
  "</interface>"
  "<interface name='org.freedesktop.Secret.Item'><method name='Delete'><arg type='o' direction='out'/></method></interface>"
  "</node>";

typedef struct {
  char *path;
  guint registration;
  GHashTable *attributes;
  char *password;
} Item;

/* It is never freed, as it would wait for the session bus, which libsecret keeps. */
static TestBus *session_bus;

struct _MockSecrets {
  GDBusConnection *bus;
  GDBusNodeInfo *info;
  MockSecretsMode mode;
  GPtrArray *items;
  GQueue kept;              /* of GDBusMethodInvocation */
  guint n_made, n_prompts;
};

static void call_cb (GDBusConnection *bus, const char *sender, const char *path, const char *interface, const char *method,
                     GVariant *parameters, GDBusMethodInvocation *invocation, gpointer user_data);

static GVariant *
get_property_cb (GDBusConnection *bus, const char *sender, const char *path, const char *interface, const char *name, GError **error,
                 gpointer user_data)
{
  return g_variant_new_objv (NULL, 0);
}

static const GDBusInterfaceVTable vtable = { call_cb, get_property_cb, NULL, { 0 } };

static guint
put (MockSecrets *self, const char *path, const char *interface)
{
  g_autoptr (GError) error = NULL;
  guint id = g_dbus_connection_register_object (self->bus, path, g_dbus_node_info_lookup_interface (self->info, interface), &vtable,
                                                self, NULL, &error);

  g_assert_no_error (error);
  return id;
}

/* -- items ----------------------------------------------------------------------------------------------------------- */

static void
item_free (Item *item)
{
  g_free (item->path);
  g_hash_table_unref (item->attributes);
  g_free (item->password);
  g_free (item);
}

static Item *
item_new (MockSecrets *self, GHashTable *attributes, const char *password, gsize length)
{
  Item *item = g_new0 (Item, 1);

  item->path = g_strdup_printf (ROOT "/collection/one/%u", ++self->n_made);
  item->attributes = attributes;
  item->password = g_strndup (password, length);
  item->registration = put (self, item->path, "org.freedesktop.Secret.Item");
  g_ptr_array_add (self->items, item);
  return item;
}

static GHashTable *
read_attributes (GVariant *variant)
{
  GHashTable *attributes = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);
  GVariantIter iter;
  char *name, *value;

  g_variant_iter_init (&iter, variant);
  while (g_variant_iter_next (&iter, "{ss}", &name, &value))
    g_hash_table_insert (attributes, name, value);
  return attributes;
}

static gboolean
matches (Item *item, GHashTable *wanted)
{
  GHashTableIter iter;
  gpointer name, value;

  g_hash_table_iter_init (&iter, wanted);
  while (g_hash_table_iter_next (&iter, &name, &value))
    if (g_strcmp0 (g_hash_table_lookup (item->attributes, name), value) != 0)
      return FALSE;
  return TRUE;
}

static Item *
find_path (MockSecrets *self, const char *path)
{
  for (guint i = 0; i < self->items->len; i++)
    if (strcmp (((Item *) self->items->pdata[i])->path, path) == 0)
      return self->items->pdata[i];
  return NULL;
}

/* -- calls ----------------------------------------------------------------------------------------------------------- */

static void
open_session (GVariant *parameters, GDBusMethodInvocation *invocation)
{
  const char *algorithm;

  g_variant_get (parameters, "(&sv)", &algorithm, NULL);
  if (strcmp (algorithm, "plain") == 0)
    g_dbus_method_invocation_return_value (invocation, g_variant_new ("(vo)", g_variant_new_string (""), SESSION));
  else
    g_dbus_method_invocation_return_error_literal (invocation, G_DBUS_ERROR, G_DBUS_ERROR_NOT_SUPPORTED, "plain only");
}

static void
search (MockSecrets *self, GVariant *parameters, GDBusMethodInvocation *invocation)
{
  g_autoptr (GVariant) variant = g_variant_get_child_value (parameters, 0);
  g_autoptr (GHashTable) wanted = read_attributes (variant);
  g_autoptr (GPtrArray) found = g_ptr_array_new ();
  GVariant *some, *none = g_variant_new_objv (NULL, 0);
  gboolean locked = self->mode == MOCK_SECRETS_LOCKED;

  for (guint i = 0; i < self->items->len; i++)
    if (matches (self->items->pdata[i], wanted))
      g_ptr_array_add (found, ((Item *) self->items->pdata[i])->path);
  some = g_variant_new_objv ((const char *const *) found->pdata, found->len);
  g_dbus_method_invocation_return_value (invocation, g_variant_new ("(@ao@ao)", locked ? none : some, locked ? some : none));
}

static void
unlock (MockSecrets *self, GVariant *parameters, GDBusMethodInvocation *invocation)
{
  g_autoptr (GVariant) paths = g_variant_get_child_value (parameters, 0);

  if (self->mode == MOCK_SECRETS_LOCKED)
    g_dbus_method_invocation_return_value (invocation, g_variant_new ("(@aoo)", g_variant_new_objv (NULL, 0), PROMPT));
  else
    g_dbus_method_invocation_return_value (invocation, g_variant_new ("(@aoo)", paths, NOTHING));
}

static void
get_secrets (MockSecrets *self, GVariant *parameters, GDBusMethodInvocation *invocation)
{
  g_autofree const char **paths = NULL;
  GVariantBuilder builder;

  g_variant_get (parameters, "(^a&o&o)", &paths, NULL);
  g_variant_builder_init (&builder, G_VARIANT_TYPE ("a{o(oayays)}"));
  for (guint i = 0; paths[i]; i++) {
    Item *item = find_path (self, paths[i]);

    if (item)
      g_variant_builder_add (&builder, "{o(o@ay@ays)}", item->path, SESSION, g_variant_new_fixed_array (G_VARIANT_TYPE_BYTE, "", 0, 1),
                             g_variant_new_fixed_array (G_VARIANT_TYPE_BYTE, item->password, strlen (item->password), 1), "text/plain");
  }
  g_dbus_method_invocation_return_value (invocation, g_variant_new ("(a{o(oayays)})", &builder));
}

static void
create_item (MockSecrets *self, GVariant *parameters, GDBusMethodInvocation *invocation)
{
  g_autoptr (GVariant) properties = g_variant_get_child_value (parameters, 0);
  g_autoptr (GVariant) attributes = g_variant_lookup_value (properties, "org.freedesktop.Secret.Item.Attributes", G_VARIANT_TYPE ("a{ss}"));
  g_autoptr (GVariant) secret = g_variant_get_child_value (parameters, 1);
  g_autoptr (GVariant) value = g_variant_get_child_value (secret, 2);
  g_autoptr (GHashTable) wanted = read_attributes (attributes);
  gsize length;
  const char *password = g_variant_get_fixed_array (value, &length, 1);
  Item *item = NULL;

  if (self->mode == MOCK_SECRETS_LOCKED) {
    g_dbus_method_invocation_return_dbus_error (invocation, "org.freedesktop.Secret.Error.IsLocked", "locked");
    return;
  }
  for (guint i = 0; i < self->items->len && !item; i++)
    if (matches (self->items->pdata[i], wanted))
      item = self->items->pdata[i];
  if (item) {
    g_free (item->password);
    item->password = g_strndup (password, length);
  } else {
    item = item_new (self, g_steal_pointer (&wanted), password, length);
  }
  g_dbus_method_invocation_return_value (invocation, g_variant_new ("(oo)", item->path, NOTHING));
}

static void
delete_item (MockSecrets *self, const char *path, GDBusMethodInvocation *invocation)
{
  Item *item = find_path (self, path);

  g_dbus_method_invocation_return_value (invocation, g_variant_new ("(o)", NOTHING));
  g_dbus_connection_unregister_object (self->bus, item->registration);
  g_ptr_array_remove (self->items, item);
}

static void
dismiss (MockSecrets *self, GDBusMethodInvocation *invocation)
{
  self->n_prompts++;
  g_dbus_method_invocation_return_value (invocation, NULL);
  g_dbus_connection_emit_signal (self->bus, NULL, PROMPT, "org.freedesktop.Secret.Prompt", "Completed",
                                 g_variant_new ("(bv)", TRUE, g_variant_new_objv (NULL, 0)), NULL);
}

static void
answer (MockSecrets *self, GDBusMethodInvocation *invocation)
{
  const char *method = g_dbus_method_invocation_get_method_name (invocation);
  GVariant *parameters = g_dbus_method_invocation_get_parameters (invocation);

  if (self->mode == MOCK_SECRETS_DENIED)
    g_dbus_method_invocation_return_error_literal (invocation, G_DBUS_ERROR, G_DBUS_ERROR_ACCESS_DENIED, "denied");
  else if (strcmp (method, "OpenSession") == 0)
    open_session (parameters, invocation);
  else if (strcmp (method, "SearchItems") == 0)
    search (self, parameters, invocation);
  else if (strcmp (method, "Unlock") == 0)
    unlock (self, parameters, invocation);
  else if (strcmp (method, "GetSecrets") == 0)
    get_secrets (self, parameters, invocation);
  else if (strcmp (method, "CreateItem") == 0)
    create_item (self, parameters, invocation);
  else if (strcmp (method, "Delete") == 0)
    delete_item (self, g_dbus_method_invocation_get_object_path (invocation), invocation);
  else if (strcmp (method, "Prompt") == 0)
    dismiss (self, invocation);
  else
    g_dbus_method_invocation_return_value (invocation, NULL);
}

static void
call_cb (GDBusConnection *bus, const char *sender, const char *path, const char *interface, const char *method, GVariant *parameters,
         GDBusMethodInvocation *invocation, gpointer user_data)
{
  MockSecrets *self = user_data;

  if (self->mode == MOCK_SECRETS_SILENT)
    g_queue_push_tail (&self->kept, invocation);
  else
    answer (self, invocation);
}

/* -- from outside ---------------------------------------------------------------------------------------------------- */

static void
own_name (MockSecrets *self, gboolean own)
{
  g_autoptr (GError) error = NULL;
  G_GNUC_UNUSED g_autoptr (GVariant) reply = g_dbus_connection_call_sync (self->bus, "org.freedesktop.DBus",
    "/org/freedesktop/DBus", "org.freedesktop.DBus", own ? "RequestName" : "ReleaseName",
    own ? g_variant_new ("(su)", "org.freedesktop.secrets", 0) : g_variant_new ("(s)", "org.freedesktop.secrets"),
    NULL, G_DBUS_CALL_FLAGS_NONE, -1, NULL, &error);

  g_assert_no_error (error);
}

MockSecrets *
mock_secrets_new (void)
{
  MockSecrets *self = g_new0 (MockSecrets, 1);
  g_autoptr (GError) error = NULL;

  session_bus = test_bus_new ();
  g_setenv ("DBUS_SESSION_BUS_ADDRESS", test_bus_get_address (session_bus), TRUE);
  self->bus = test_bus_join (session_bus);
  self->info = g_dbus_node_info_new_for_xml (xml, &error);
  g_assert_no_error (error);
  self->items = g_ptr_array_new_with_free_func ((GDestroyNotify) item_free);
  put (self, ROOT, "org.freedesktop.Secret.Service");
  put (self, COLLECTION, "org.freedesktop.Secret.Collection");
  put (self, SESSION, "org.freedesktop.Secret.Session");
  put (self, PROMPT, "org.freedesktop.Secret.Prompt");
  own_name (self, TRUE);
  return self;
}

void
mock_secrets_free (MockSecrets *self)
{
  mock_secrets_reset (self, MOCK_SECRETS_GOOD);
  g_dbus_connection_close_sync (self->bus, NULL, NULL);
  g_object_unref (self->bus);
  g_dbus_node_info_unref (self->info);
  g_ptr_array_unref (self->items);
  g_unsetenv ("DBUS_SESSION_BUS_ADDRESS");
  g_clear_pointer (&session_bus, test_bus_free);
  g_free (self);
}

void
mock_secrets_set_mode (MockSecrets *self, MockSecretsMode mode)
{
  if ((self->mode == MOCK_SECRETS_ABSENT) != (mode == MOCK_SECRETS_ABSENT))
    own_name (self, mode != MOCK_SECRETS_ABSENT);
  self->mode = mode;
  while (mode != MOCK_SECRETS_SILENT && !g_queue_is_empty (&self->kept))
    answer (self, g_queue_pop_head (&self->kept));
}

void
mock_secrets_reset (MockSecrets *self, MockSecretsMode mode)
{
  for (guint i = 0; i < self->items->len; i++)
    g_dbus_connection_unregister_object (self->bus, ((Item *) self->items->pdata[i])->registration);
  g_ptr_array_set_size (self->items, 0);
  self->n_prompts = 0;
  secret_service_disconnect ();
  mock_secrets_set_mode (self, mode);
}

void
mock_secrets_add (MockSecrets *self, const char *account, const char *profile, const char *password)
{
  GHashTable *attributes = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);
  const char *schema = profile ? "im.stonechat.Stonechat.Account" : "im.stonechat.Stonechat.Password";

  g_hash_table_insert (attributes, g_strdup ("xdg:schema"), g_strdup (schema));
  g_hash_table_insert (attributes, g_strdup ("account"), g_strdup (account));
  if (profile)
    g_hash_table_insert (attributes, g_strdup ("profile"), g_strdup (profile));
  item_new (self, attributes, password, strlen (password));
}

guint
mock_secrets_count (MockSecrets *self)
{
  return self->items->len;
}

const char *
mock_secrets_find (MockSecrets *self, const char *attribute, const char *value)
{
  for (guint i = 0; i < self->items->len; i++) {
    Item *item = self->items->pdata[i];

    if (g_strcmp0 (g_hash_table_lookup (item->attributes, attribute), value) == 0)
      return item->password;
  }
  return NULL;
}

const char *
mock_secrets_get_attribute (MockSecrets *self, guint item, const char *attribute)
{
  return g_hash_table_lookup (((Item *) self->items->pdata[item])->attributes, attribute);
}

guint
mock_secrets_get_n_prompts (MockSecrets *self)
{
  return self->n_prompts;
}
