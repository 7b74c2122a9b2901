/* SPDX-License-Identifier: GPL-3.0-or-later
 * SPDX-FileCopyrightText: The Stonechat authors */
#include "xmpp-stream-management.h"
#include "xmpp-datetime.h"
#include "xmpp-ns.h"

#define NS_STATE "urn:stonechat:stream-state"

typedef struct {
  XmppElement *stanza;
  gint64 time;            /* of the first sending, µs of real time */
} Pending;

struct _XmppStreamManagement {
  gboolean enabled;
  char *id, *location;
  guint max;              /* seconds; 0: not said */
  gint64 lost;            /* 0: it is there */
  guint32 acknowledged;   /* the server's h */
  GQueue pending;         /* of Pending: sent, not acknowledged */
  guint64 received;       /* stanzas ever: tickets of an earlier stream never pass for one of this */
  guint64 base;           /* of them, before this <enabled/>; h is the difference modulo 2^32 */
  GTree *held;            /* of guint64 *: tickets that are not released, in order; the value: whether it is being committed */
};

static int
compare_tickets (gconstpointer a, gconstpointer b, gpointer user_data)
{
  const guint64 *one = a, *two = b;

  return *one < *two ? -1 : *one > *two;
}

static void
pending_free (Pending *pending)
{
  xmpp_element_unref (pending->stanza);
  g_free (pending);
}

XmppStreamManagement *
xmpp_stream_management_new (void)
{
  XmppStreamManagement *self = g_new0 (XmppStreamManagement, 1);

  g_queue_init (&self->pending);
  self->held = g_tree_new_full (compare_tickets, NULL, g_free, NULL);
  return self;
}

void
xmpp_stream_management_free (XmppStreamManagement *self)
{
  g_queue_clear_full (&self->pending, (GDestroyNotify) pending_free);
  g_tree_unref (self->held);
  g_free (self->id);
  g_free (self->location);
  g_free (self);
}

void
xmpp_stream_management_disable (XmppStreamManagement *self)
{
  g_queue_clear_full (&self->pending, (GDestroyNotify) pending_free);
  g_tree_remove_all (self->held);
  g_clear_pointer (&self->id, g_free);
  g_clear_pointer (&self->location, g_free);
  self->enabled = FALSE;
  self->max = 0;
  self->lost = 0;
  self->acknowledged = 0;
  self->base = self->received;
}

void
xmpp_stream_management_enable (XmppStreamManagement *self, const char *id, const char *location, guint max)
{
  xmpp_stream_management_disable (self);
  self->enabled = TRUE;
  self->id = g_strdup (id);
  self->location = g_strdup (location);
  self->max = max;
}

gboolean
xmpp_stream_management_get_enabled (XmppStreamManagement *self)
{
  return self->enabled;
}

const char *
xmpp_stream_management_get_id (XmppStreamManagement *self)
{
  return self->id;
}

const char *
xmpp_stream_management_get_location (XmppStreamManagement *self)
{
  return self->location;
}

void
xmpp_stream_management_resumed (XmppStreamManagement *self, guint32 h)
{
  g_tree_remove_all (self->held);
  self->lost = 0;
  self->base = self->received - h;
}

void
xmpp_stream_management_lost (XmppStreamManagement *self, gint64 now)
{
  self->lost = now;
}

gboolean
xmpp_stream_management_can_resume (XmppStreamManagement *self, gint64 now)
{
  if (!self->enabled || !self->id)
    return FALSE;
  return self->max == 0 || (now >= self->lost && now - self->lost <= self->max * (gint64) G_USEC_PER_SEC);
}

void
xmpp_stream_management_sent (XmppStreamManagement *self, XmppElement *stanza, gint64 now)
{
  Pending *pending;

  if (!self->enabled)
    return;
  pending = g_new0 (Pending, 1);
  pending->stanza = xmpp_element_ref (stanza);
  pending->time = now;
  g_queue_push_tail (&self->pending, pending);
}

gboolean
xmpp_stream_management_acknowledge (XmppStreamManagement *self, guint32 h, GPtrArray **acknowledged)
{
  guint32 n = h - self->acknowledged;   /* modulo 2^32 */

  *acknowledged = g_ptr_array_new_with_free_func ((GDestroyNotify) xmpp_element_unref);
  if (n > g_queue_get_length (&self->pending))
    return FALSE;
  for (; n > 0; n--) {
    Pending *pending = g_queue_pop_head (&self->pending);

    g_ptr_array_add (*acknowledged, xmpp_element_ref (pending->stanza));
    pending_free (pending);
  }
  self->acknowledged = h;
  return TRUE;
}

guint32
xmpp_stream_management_get_sent (XmppStreamManagement *self)
{
  return self->acknowledged + g_queue_get_length (&self->pending);
}

guint
xmpp_stream_management_get_n_pending (XmppStreamManagement *self)
{
  return g_queue_get_length (&self->pending);
}

static XmppElement *
with_delay (Pending *pending)
{
  XmppElement *copy = xmpp_element_copy (pending->stanza);

  if (xmpp_element_is (copy, XMPP_NS_CLIENT, "message") && !xmpp_element_find_child (copy, XMPP_NS_DELAY, "delay")) {
    g_autofree char *stamp = xmpp_datetime_format (pending->time);

    xmpp_element_set_attribute (xmpp_element_add_child (copy, XMPP_NS_DELAY, "delay"), "stamp", stamp);
  }
  return copy;
}

GPtrArray *
xmpp_stream_management_dup_pending (XmppStreamManagement *self)
{
  GPtrArray *stanzas = g_ptr_array_new_with_free_func ((GDestroyNotify) xmpp_element_unref);

  for (GList *link = self->pending.head; link; link = link->next)
    g_ptr_array_add (stanzas, with_delay (link->data));
  return stanzas;
}

GPtrArray *
xmpp_stream_management_take_pending (XmppStreamManagement *self)
{
  GPtrArray *stanzas = xmpp_stream_management_dup_pending (self);

  g_queue_clear_full (&self->pending, (GDestroyNotify) pending_free);
  return stanzas;
}

guint64
xmpp_stream_management_received (XmppStreamManagement *self)
{
  return ++self->received;
}

void
xmpp_stream_management_hold (XmppStreamManagement *self, guint64 ticket)
{
  guint64 *key = g_new (guint64, 1);

  *key = ticket;
  g_tree_insert (self->held, key, NULL);
}

void
xmpp_stream_management_release (XmppStreamManagement *self, guint64 ticket)
{
  g_tree_remove (self->held, &ticket);
}

static guint64
get_released (XmppStreamManagement *self)
{
  GTreeNode *first = g_tree_node_first (self->held);

  return first ? *(guint64 *) g_tree_node_key (first) - 1 : self->received;
}

guint32
xmpp_stream_management_get_handled (XmppStreamManagement *self)
{
  return get_released (self) - self->base;
}

void
xmpp_stream_management_commit (XmppStreamManagement *self, guint64 ticket, gboolean commit)
{
  guint64 *key;

  if (!g_tree_lookup_extended (self->held, &ticket, NULL, NULL))
    return;
  key = g_new (guint64, 1);
  *key = ticket;
  g_tree_insert (self->held, key, GINT_TO_POINTER (commit));
}

guint64
xmpp_stream_management_get_mark (XmppStreamManagement *self)
{
  for (GTreeNode *node = g_tree_node_first (self->held); node; node = g_tree_node_next (node))
    if (!GPOINTER_TO_INT (g_tree_node_value (node)))
      return *(guint64 *) g_tree_node_key (node) - 1;
  return self->received;
}

guint32
xmpp_stream_management_get_kept (XmppStreamManagement *self, guint64 mark)
{
  return MIN (mark, get_released (self)) - self->base;
}

XmppElement *
xmpp_stream_management_to_element (XmppStreamManagement *self, const char *jid)
{
  XmppElement *state;
  struct { const char *name; guint64 value; } numbers[] = {
    { "max", self->max }, { "acknowledged", self->acknowledged },
    { "handled", (guint32) (xmpp_stream_management_get_mark (self) - self->base) }, { "time", self->lost ? self->lost : g_get_real_time () },
  };

  if (!self->enabled || !self->id)
    return NULL;
  state = xmpp_element_new (NS_STATE, "state");
  xmpp_element_set_attribute (state, "jid", jid);
  xmpp_element_set_attribute (state, "id", self->id);
  xmpp_element_set_attribute (state, "location", self->location);
  for (guint i = 0; i < G_N_ELEMENTS (numbers); i++) {
    g_autofree char *text = g_strdup_printf ("%" G_GUINT64_FORMAT, numbers[i].value);

    xmpp_element_set_attribute (state, numbers[i].name, text);
  }
  for (GList *link = self->pending.head; link; link = link->next) {
    Pending *pending = link->data;
    g_autofree char *time = g_strdup_printf ("%" G_GINT64_FORMAT, pending->time);
    XmppElement *one = xmpp_element_add_child (state, NS_STATE, "sent");

    xmpp_element_set_attribute (one, "time", time);
    xmpp_element_take_child (one, xmpp_element_copy (pending->stanza));
  }
  return state;
}

static gboolean
read_number (XmppElement *state, const char *name, guint64 max, guint64 *value)
{
  const char *text = xmpp_element_get_attribute (state, name);

  return text && g_ascii_string_to_unsigned (text, 10, 0, max, value, NULL);
}

/* One that is left out would put all later acknowledgements to the wrong stanzas. */
static gboolean
is_whole (XmppElement *state)
{
  guint64 sent;

  for (guint i = 0; i < xmpp_element_get_n_children (state); i++) {
    XmppElement *one = xmpp_element_get_child (state, i);

    if (!xmpp_element_is (one, NS_STATE, "sent") || !read_number (one, "time", G_MAXINT64, &sent) ||
        xmpp_element_get_n_children (one) != 1)
      return FALSE;
  }
  return TRUE;
}

gboolean
xmpp_stream_management_from_element (XmppStreamManagement *self, XmppElement *state, const char *jid)
{
  guint64 max, acknowledged, handled, time;
  const char *id = xmpp_element_get_attribute (state, "id");

  if (!xmpp_element_is (state, NS_STATE, "state") || !id || g_strcmp0 (xmpp_element_get_attribute (state, "jid"), jid) != 0 ||
      !read_number (state, "max", G_MAXUINT32, &max) || !read_number (state, "acknowledged", G_MAXUINT32, &acknowledged) ||
      !read_number (state, "handled", G_MAXUINT32, &handled) || !read_number (state, "time", G_MAXINT64, &time) ||
      !is_whole (state))
    return FALSE;
  xmpp_stream_management_enable (self, id, xmpp_element_get_attribute (state, "location"), max);
  self->acknowledged = acknowledged;
  self->base = self->received - handled;
  self->lost = time;
  for (guint i = 0; i < xmpp_element_get_n_children (state); i++) {
    XmppElement *one = xmpp_element_get_child (state, i);
    guint64 sent = 0;

    read_number (one, "time", G_MAXINT64, &sent);
    xmpp_stream_management_sent (self, xmpp_element_get_child (one, 0), sent);
  }
  return TRUE;
}
