/* SPDX-License-Identifier: GPL-3.0-or-later
 * SPDX-FileCopyrightText: The Stonechat authors */
#include "stonechat-preferences.h"
#include "stonechat-account-row.h"
#include "stonechat-dictionary.h"
#include "stonechat-fields.h"
#include "stonechat-privacy-group.h"

#include <glib/gi18n.h>

struct _StonechatPreferences {
  AdwPreferencesWindow parent_instance;
  ChatProfile *profile;        /* nullable */
  GtkWidget *accounts_group, *accounts, *privacy;
  GtkWidget *notifications, *notification_text, *sound, *send_with_ctrl_enter, *keep_running, *color_scheme, *spelling;
};

G_DEFINE_FINAL_TYPE (StonechatPreferences, stonechat_preferences, ADW_TYPE_PREFERENCES_WINDOW)

/* In the order of the template's list. */
static const char *const schemes[] = { "system", "light", "dark" };

static gboolean
scheme_to_position (GValue *value, GVariant *variant, gpointer user_data)
{
  for (guint i = 0; i < G_N_ELEMENTS (schemes); i++)
    if (g_str_equal (g_variant_get_string (variant, NULL), schemes[i]))
      g_value_set_uint (value, i);
  return TRUE;
}

static GVariant *
position_to_scheme (const GValue *value, const GVariantType *type, gpointer user_data)
{
  return g_variant_new_string (schemes[MIN (g_value_get_uint (value), G_N_ELEMENTS (schemes) - 1)]);
}

static gboolean
language_to_position (GValue *value, GVariant *variant, gpointer user_data)
{
  GStrv languages = user_data;

  for (guint i = 0; languages[i]; i++)
    if (g_str_equal (g_variant_get_string (variant, NULL), languages[i]))
      g_value_set_uint (value, i);
  return TRUE;
}

static GVariant *
position_to_language (const GValue *value, const GVariantType *type, gpointer user_data)
{
  GStrv languages = user_data;
  guint position = g_value_get_uint (value);

  return position < g_strv_length (languages) ? g_variant_new_string (languages[position]) : NULL;
}

/* That of the system, none, and those of which there is a dictionary. */
static void
bind_language (StonechatPreferences *self, GSettings *settings)
{
  g_auto (GStrv) tags = stonechat_dictionary_list ();
  g_autoptr (GStrvBuilder) builder = g_strv_builder_new ();
  g_autoptr (GtkStringList) names = gtk_string_list_new (NULL);

  g_strv_builder_add_many (builder, "", "off", NULL);
  gtk_string_list_append (names, _("Like the System"));
  gtk_string_list_append (names, _("Off"));
  for (guint i = 0; tags[i]; i++) {
    g_strv_builder_add (builder, tags[i]);
    gtk_string_list_take (names, stonechat_dictionary_name (tags[i]));
  }
  adw_combo_row_set_model (ADW_COMBO_ROW (self->spelling), G_LIST_MODEL (names));
  gtk_widget_set_visible (self->spelling, stonechat_dictionary_is_built_in ());
  g_settings_bind_with_mapping (settings, "spelling-language", self->spelling, "selected", G_SETTINGS_BIND_DEFAULT,
                                language_to_position, position_to_language, g_strv_builder_end (builder), (GDestroyNotify) g_strfreev);
}

GtkWidget *
stonechat_preferences_new (GtkWindow *parent, GSettings *settings)
{
  StonechatPreferences *self = g_object_new (STONECHAT_TYPE_PREFERENCES, "transient-for", parent, NULL);

  g_settings_bind (settings, "notifications", self->notifications, "active", G_SETTINGS_BIND_DEFAULT);
  g_settings_bind (settings, "notification-text", self->notification_text, "active", G_SETTINGS_BIND_DEFAULT);
  g_settings_bind (settings, "sound", self->sound, "active", G_SETTINGS_BIND_DEFAULT);
  g_settings_bind (settings, "send-with-ctrl-enter", self->send_with_ctrl_enter, "active", G_SETTINGS_BIND_DEFAULT);
  g_settings_bind (settings, "keep-running", self->keep_running, "active", G_SETTINGS_BIND_DEFAULT);
  g_settings_bind_with_mapping (settings, "color-scheme", self->color_scheme, "selected", G_SETTINGS_BIND_DEFAULT,
                                scheme_to_position, position_to_scheme, NULL, NULL);
  bind_language (self, settings);
  return GTK_WIDGET (self);
}

static GtkWidget *
new_account_row (gpointer item, gpointer user_data)
{
  return stonechat_account_row_new (STONECHAT_PREFERENCES (user_data)->profile, item);
}

void
stonechat_preferences_set_profile (StonechatPreferences *self, ChatProfile *profile)
{
  g_return_if_fail (self->profile == NULL);
  self->profile = g_object_ref (profile);
  gtk_list_box_bind_model (GTK_LIST_BOX (self->accounts), chat_profile_get_accounts (profile), new_account_row, self, NULL);
  gtk_widget_set_visible (self->accounts_group, TRUE);
  stonechat_privacy_group_set_scope (STONECHAT_PRIVACY_GROUP (self->privacy), profile, NULL, NULL);
  gtk_widget_set_visible (self->privacy, TRUE);
}

void
stonechat_preferences_go_to (StonechatPreferences *self, const char *row)
{
  GObject *widget = gtk_widget_get_template_child (GTK_WIDGET (self), STONECHAT_TYPE_PREFERENCES, row);

  if (GTK_IS_WIDGET (widget) && !gtk_widget_grab_focus (GTK_WIDGET (widget)))
    gtk_widget_child_focus (GTK_WIDGET (widget), GTK_DIR_TAB_FORWARD);
}

/* The window has that dialog; two of them over it would be one too many. */
static void
add_account_action (GtkWidget *widget, const char *action, GVariant *parameter)
{
  GtkWindow *parent = gtk_window_get_transient_for (GTK_WINDOW (widget));

  gtk_window_close (GTK_WINDOW (widget));
  if (parent)
    gtk_widget_activate_action (GTK_WIDGET (parent), "win.add-account", NULL);
}

static void
stonechat_preferences_dispose (GObject *object)
{
  g_clear_object (&STONECHAT_PREFERENCES (object)->profile);
  G_OBJECT_CLASS (stonechat_preferences_parent_class)->dispose (object);
}

static void
stonechat_preferences_class_init (StonechatPreferencesClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = stonechat_preferences_dispose;
  g_type_ensure (STONECHAT_TYPE_PRIVACY_GROUP);
  gtk_widget_class_set_template_from_resource (widget_class, "/im/stonechat/Stonechat/ui/stonechat-preferences.ui");
#define BIND(child) gtk_widget_class_bind_template_child (widget_class, StonechatPreferences, child)
  BIND (accounts_group); BIND (accounts); BIND (privacy); BIND (notifications); BIND (notification_text); BIND (sound);
  BIND (send_with_ctrl_enter); BIND (keep_running); BIND (color_scheme); BIND (spelling);
#undef BIND
  gtk_widget_class_install_action (widget_class, "preferences.add-account", NULL, add_account_action);
}

static void
stonechat_preferences_init (StonechatPreferences *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
  stonechat_fields_name (GTK_WIDGET (self), _("Preferences"));
}
