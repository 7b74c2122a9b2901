/* SPDX-License-Identifier: GPL-3.0-or-later
 * SPDX-FileCopyrightText: The Stonechat authors */
#include "stonechat-attaching.h"

typedef struct {
  GtkTextView *view;         /* not owned: it has this as its data */
  StonechatAttachFunc attach;
  gpointer user_data;
} Watch;

/* TRUE: they are files. Links to other places come as files, too, and are only text. */
static gboolean
take_list (Watch *watch, GdkFileList *list)
{
  g_autoptr (GSList) files = gdk_file_list_get_files (list);
  g_autoptr (GPtrArray) local = g_ptr_array_new ();

  for (GSList *l = files; l; l = l->next)
    if (!g_file_has_uri_scheme (l->data, "http") && !g_file_has_uri_scheme (l->data, "https") && !g_file_has_uri_scheme (l->data, "xmpp")
        && !g_file_has_uri_scheme (l->data, "mailto"))
      g_ptr_array_add (local, l->data);
  if (!local->len)
    return FALSE;
  watch->attach (local, watch->user_data);
  return TRUE;
}

static gboolean
has_files (GdkContentFormats *formats)
{
  return gdk_content_formats_contain_gtype (formats, GDK_TYPE_FILE_LIST);
}

/* Text that comes with a picture of itself is text. */
static gboolean
is_picture (GdkContentFormats *formats)
{
  return gdk_content_formats_contain_gtype (formats, GDK_TYPE_TEXTURE) && !gdk_content_formats_contain_gtype (formats, G_TYPE_STRING);
}

/* -- paste ----------------------------------------------------------------------------------------------------------- */

static void
list_read_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GtkTextView) view = user_data;
  Watch *watch = g_object_get_data (G_OBJECT (view), "stonechat-attaching");
  const GValue *value = gdk_clipboard_read_value_finish (GDK_CLIPBOARD (source), result, NULL);
  GtkTextBuffer *buffer = gtk_text_view_get_buffer (view);

  if (!watch || (value && g_value_get_boxed (value) && take_list (watch, g_value_get_boxed (value))))
    return;
  gtk_text_buffer_paste_clipboard (buffer, GDK_CLIPBOARD (source), NULL, gtk_text_view_get_editable (view));
}

static void
paste_cb (GtkTextView *view, Watch *watch)
{
  GdkClipboard *clipboard = gtk_widget_get_clipboard (GTK_WIDGET (view));
  g_autoptr (GdkContentFormats) formats = gdk_content_formats_union_deserialize_gtypes (gdk_content_formats_ref (gdk_clipboard_get_formats (clipboard)));

  if (has_files (formats)) {
    g_signal_stop_emission_by_name (view, "paste-clipboard");
    gdk_clipboard_read_value_async (clipboard, GDK_TYPE_FILE_LIST, G_PRIORITY_DEFAULT, NULL, list_read_cb, g_object_ref (view));
  } else if (is_picture (formats)) {
    g_signal_stop_emission_by_name (view, "paste-clipboard");
    watch->attach (NULL, watch->user_data);
  }
}

/* -- drop ------------------------------------------------------------------------------------------------------------ */

static gboolean
accept_cb (GtkDropTarget *target, GdkDrop *drop, gpointer user_data)
{
  g_autoptr (GdkContentFormats) formats = gdk_content_formats_union_deserialize_gtypes (gdk_content_formats_ref (gdk_drop_get_formats (drop)));

  return has_files (formats) || is_picture (formats);
}

static gboolean
drop_cb (GtkDropTarget *target, const GValue *value, double x, double y, Watch *watch)
{
  GtkTextBuffer *buffer = gtk_text_view_get_buffer (watch->view);
  g_autoptr (GSList) files = NULL;

  if (!G_VALUE_HOLDS (value, GDK_TYPE_FILE_LIST)) {
    watch->attach (NULL, watch->user_data);
    return TRUE;
  }
  if (take_list (watch, g_value_get_boxed (value)))
    return TRUE;
  files = gdk_file_list_get_files (g_value_get_boxed (value));
  for (GSList *l = files; l; l = l->next) {
    g_autofree char *uri = g_file_get_uri (l->data);

    gtk_text_buffer_insert_at_cursor (buffer, uri, -1);
    gtk_text_buffer_insert_at_cursor (buffer, " ", -1);
  }
  return TRUE;
}

void
stonechat_attaching_watch (GtkTextView *view, StonechatAttachFunc attach, gpointer user_data)
{
  GtkDropTarget *target = gtk_drop_target_new (G_TYPE_INVALID, GDK_ACTION_COPY);
  GType types[] = { GDK_TYPE_FILE_LIST, GDK_TYPE_TEXTURE };
  Watch *watch = g_new (Watch, 1);

  *watch = (Watch) { view, attach, user_data };
  g_object_set_data_full (G_OBJECT (view), "stonechat-attaching", watch, g_free);
  gtk_drop_target_set_gtypes (target, types, G_N_ELEMENTS (types));
  gtk_event_controller_set_propagation_phase (GTK_EVENT_CONTROLLER (target), GTK_PHASE_CAPTURE);
  g_signal_connect (target, "accept", G_CALLBACK (accept_cb), NULL);
  g_signal_connect (target, "drop", G_CALLBACK (drop_cb), watch);
  gtk_widget_add_controller (GTK_WIDGET (view), GTK_EVENT_CONTROLLER (target));
  g_signal_connect (view, "paste-clipboard", G_CALLBACK (paste_cb), watch);
}
