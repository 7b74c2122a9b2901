/* SPDX-License-Identifier: GPL-3.0-or-later
 * SPDX-FileCopyrightText: The Stonechat authors */
#include "stonechat-calm-model.h"

/* A move comes from the other list as a removal and an insertion, so what is gone is known only when both are over: that is
 * looked at in an idle moment. */

struct _StonechatCalmModel {
  GObject parent_instance;
  GListModel *model;
  GPtrArray *items;            /* in the order shown */
  gboolean held, changed;
  guint idle;
};

static void list_model_init (GListModelInterface *iface);

G_DEFINE_FINAL_TYPE_WITH_CODE (StonechatCalmModel, stonechat_calm_model, G_TYPE_OBJECT,
                               G_IMPLEMENT_INTERFACE (G_TYPE_LIST_MODEL, list_model_init))

static GPtrArray *
list_items (GListModel *model)
{
  GPtrArray *items = g_ptr_array_new_with_free_func (g_object_unref);

  for (guint i = 0; i < g_list_model_get_n_items (model); i++)
    g_ptr_array_add (items, g_list_model_get_item (model, i));
  return items;
}

/* One change from the first item that differs to the last. */
static void
take (StonechatCalmModel *self, GPtrArray *items)
{
  g_autoptr (GPtrArray) before = self->items;
  guint start = 0, end = 0;

  while (start < MIN (before->len, items->len) && before->pdata[start] == items->pdata[start])
    start++;
  while (end < MIN (before->len, items->len) - start && before->pdata[before->len - 1 - end] == items->pdata[items->len - 1 - end])
    end++;
  self->items = items;
  if (start + end < before->len || start + end < items->len)
    g_list_model_items_changed (G_LIST_MODEL (self), start, before->len - start - end, items->len - start - end);
}

static void
drop_gone (StonechatCalmModel *self)
{
  g_autoptr (GPtrArray) now = list_items (self->model);
  g_autoptr (GHashTable) there = g_hash_table_new (NULL, NULL);
  GPtrArray *kept = g_ptr_array_new_with_free_func (g_object_unref);

  for (guint i = 0; i < now->len; i++)
    g_hash_table_add (there, now->pdata[i]);
  for (guint i = 0; i < self->items->len; i++) {
    if (g_hash_table_contains (there, self->items->pdata[i]))
      g_ptr_array_add (kept, g_object_ref (self->items->pdata[i]));
  }
  take (self, kept);
}

static gboolean
idle_cb (gpointer user_data)
{
  StonechatCalmModel *self = user_data;

  self->idle = 0;
  if (self->changed)
    drop_gone (self);
  return G_SOURCE_REMOVE;
}

static void
changed_cb (StonechatCalmModel *self, guint position, guint removed, guint added)
{
  if (self->held) {
    self->changed = TRUE;
    if (!self->idle)
      self->idle = g_idle_add (idle_cb, self);
    return;
  }
  g_ptr_array_remove_range (self->items, position, removed);
  for (guint i = 0; i < added; i++)
    g_ptr_array_insert (self->items, position + i, g_list_model_get_item (self->model, position + i));
  g_list_model_items_changed (G_LIST_MODEL (self), position, removed, added);
}

void
stonechat_calm_model_set_held (StonechatCalmModel *self, gboolean held)
{
  self->held = held;
  if (held || !self->changed)
    return;
  self->changed = FALSE;
  take (self, list_items (self->model));
}

static GType
get_item_type (GListModel *model)
{
  return g_list_model_get_item_type (STONECHAT_CALM_MODEL (model)->model);
}

static guint
get_n_items (GListModel *model)
{
  return STONECHAT_CALM_MODEL (model)->items->len;
}

static gpointer
get_item (GListModel *model, guint position)
{
  StonechatCalmModel *self = STONECHAT_CALM_MODEL (model);

  return position < self->items->len ? g_object_ref (self->items->pdata[position]) : NULL;
}

static void
list_model_init (GListModelInterface *iface)
{
  iface->get_item_type = get_item_type;
  iface->get_n_items = get_n_items;
  iface->get_item = get_item;
}

static void
stonechat_calm_model_dispose (GObject *object)
{
  StonechatCalmModel *self = STONECHAT_CALM_MODEL (object);

  g_clear_handle_id (&self->idle, g_source_remove);
  g_clear_object (&self->model);
  g_clear_pointer (&self->items, g_ptr_array_unref);
  G_OBJECT_CLASS (stonechat_calm_model_parent_class)->dispose (object);
}

static void
stonechat_calm_model_class_init (StonechatCalmModelClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = stonechat_calm_model_dispose;
}

static void
stonechat_calm_model_init (StonechatCalmModel *self)
{
}

StonechatCalmModel *
stonechat_calm_model_new (GListModel *model)
{
  StonechatCalmModel *self = g_object_new (STONECHAT_TYPE_CALM_MODEL, NULL);

  self->model = g_object_ref (model);
  self->items = list_items (model);
  g_signal_connect_object (model, "items-changed", G_CALLBACK (changed_cb), self, G_CONNECT_SWAPPED);
  return self;
}
