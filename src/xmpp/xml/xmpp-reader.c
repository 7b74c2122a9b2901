/* SPDX-License-Identifier: GPL-3.0-or-later
 * SPDX-FileCopyrightText: The Stonechat authors */
#include "xmpp-reader.h"
#include "xmpp-error.h"
#include "xmpp-ns.h"
#include "xmpp-parser.h"

#include <string.h>

/* Bytes become elements here and nowhere else.
 *
 *   bytes ─► check UTF-8 ─► libxml2, in slices ─► events ─► callbacks
 *
 * libxml2 gets whole characters in small slices, so that a result never depends on how the bytes came (S-65). What it
 * finds is noted as events, each with the offset at which it ended; they are delivered when libxml2 has returned. So a
 * callback may reset or pause the reader: the bytes after the event at hand are still known, and are read again by the
 * new parser, or kept.
 *
 * The first error is final: every later feed fails with it again. */

#define SLICE 8192

const XmppReaderLimits xmpp_reader_default_limits = { 10 * 1024 * 1024, 100000, 64, 100 };

struct _XmppReader {
  XmppReaderCallbacks callbacks;
  gpointer user_data;
  XmppParser *parser;
  GByteArray *rest;           /* bytes after the last event delivered, while paused */
  gsize rest_start;
  guint generation;
  gboolean paused;
  gboolean delivering;
};

XmppReader *
xmpp_reader_new (const XmppReaderLimits *limits, const XmppReaderCallbacks *callbacks, gpointer user_data)
{
  XmppReader *self = g_new0 (XmppReader, 1);

  g_return_val_if_fail (callbacks != NULL, NULL);

  self->parser = xmpp_parser_new (limits != NULL ? limits : &xmpp_reader_default_limits);
  self->callbacks = *callbacks;
  self->user_data = user_data;
  self->rest = g_byte_array_new ();

  return self;
}

void
xmpp_reader_free (XmppReader *self)
{
  g_return_if_fail (self != NULL);
  g_assert (!self->delivering);

  xmpp_parser_free (self->parser);
  g_byte_array_unref (self->rest);
  g_free (self);
}

/* Inside a callback the bytes after the event at hand are read by the new parser. Outside, bytes that waited are too. */
void
xmpp_reader_reset (XmppReader *self)
{
  g_return_if_fail (self != NULL);

  xmpp_parser_reset (self->parser);
  self->rest_start = 0;
  self->generation++;
}

static void
call (XmppReader *self, const XmppParserEvent *event)
{
  if (event->kind == XMPP_PARSER_OPENED && self->callbacks.opened != NULL)
    self->callbacks.opened (event->element, self->user_data);
  else if (event->kind == XMPP_PARSER_STANZA && self->callbacks.stanza != NULL)
    self->callbacks.stanza (event->element, self->user_data);
  else if (event->kind == XMPP_PARSER_CLOSED && self->callbacks.closed != NULL)
    self->callbacks.closed (self->user_data);
}

/* Calls back until the events are through or a callback paused or reset the reader. *end is the offset after the last
 * event delivered, in the bytes of the parser that found it. */
static void
deliver (XmppReader *self, gsize *end)
{
  guint generation = self->generation;
  XmppParserEvent event;

  self->delivering = TRUE;
  while (generation == self->generation && !self->paused && xmpp_parser_take_event (self->parser, &event)) {
    *end = event.end;
    call (self, &event);
    g_clear_pointer (&event.element, xmpp_element_unref);
  }
  self->delivering = FALSE;
}

static void
keep_rest (XmppReader *self, const guint8 *data, gsize length)
{
  g_byte_array_set_size (self->rest, 0);
  g_byte_array_append (self->rest, data, length);
}

/* Parses and delivers; the bytes after a pause are kept. parsed: so many of the data's first bytes were parsed before. */
static gboolean
run (XmppReader *self, const guint8 *data, gsize length, gsize parsed, GError **error)
{
  gsize position = parsed;          /* in data */
  gsize base = xmpp_parser_get_fed (self->parser) - parsed;  /* offset of data[0] */

  for (;;) {
    guint generation = self->generation;
    gsize end = G_MAXSIZE;

    deliver (self, &end);
    if (generation != self->generation) {
      gsize skip = end - base;

      g_assert (end >= base && skip <= length);
      data += skip;
      length -= skip;
      position = base = 0;
    } else if (end != G_MAXSIZE && self->paused) {
      gsize skip = end - base;

      keep_rest (self, data + skip, length - skip);
      self->rest_start = end;
      return TRUE;
    }
    if (self->paused) {
      keep_rest (self, data, length);
      self->rest_start = base;
      return TRUE;
    }
    if (xmpp_parser_get_error (self->parser) != NULL) {
      if (error != NULL)
        *error = g_error_copy (xmpp_parser_get_error (self->parser));
      return FALSE;
    }
    if (position == length)
      return TRUE;

    gsize n = MIN (SLICE, length - position);
    xmpp_parser_feed (self->parser, data + position, n);
    position += n;
  }
}

gboolean
xmpp_reader_feed (XmppReader *self, const guint8 *data, gsize length, GError **error)
{
  g_return_val_if_fail (self != NULL, FALSE);
  g_assert (!self->delivering);

  if (self->paused) {
    g_byte_array_append (self->rest, data, length);
    return TRUE;
  }

  return run (self, data, length, 0, error);
}

void
xmpp_reader_pause (XmppReader *self)
{
  g_return_if_fail (self != NULL);

  self->paused = TRUE;
}

gboolean
xmpp_reader_resume (XmppReader *self, GError **error)
{
  g_autoptr (GByteArray) rest = NULL;
  gsize fed, parsed;

  g_return_val_if_fail (self != NULL, FALSE);
  g_assert (!self->delivering);

  if (!self->paused)
    return TRUE;

  self->paused = FALSE;
  rest = self->rest;
  self->rest = g_byte_array_new ();
  fed = xmpp_parser_get_fed (self->parser);
  parsed = fed > self->rest_start ? fed - self->rest_start : 0;

  return run (self, rest->data, rest->len, MIN (parsed, rest->len), error);
}

gboolean
xmpp_reader_has_rest (XmppReader *self)
{
  g_return_val_if_fail (self != NULL, FALSE);

  return self->rest->len > 0;
}

static void
parsed_cb (XmppElement *element, gpointer user_data)
{
  XmppElement **result = user_data;

  if (*result == NULL)
    *result = xmpp_element_ref (element);
}

/* Read as the only stanza of a stream of its own, whose default namespace is none. */
XmppElement *
xmpp_element_parse (const char *xml, gssize length, GError **error)
{
  static const char header[] = "<s:stream xmlns:s='" XMPP_NS_STREAM "'>";
  const XmppReaderCallbacks callbacks = { .stanza = parsed_cb };
  g_autoptr (XmppElement) element = NULL;
  g_autoptr (XmppReader) reader = xmpp_reader_new (NULL, &callbacks, &element);

  g_return_val_if_fail (xml != NULL, NULL);

  if (!xmpp_reader_feed (reader, (const guint8 *) header, strlen (header), error) ||
      !xmpp_reader_feed (reader, (const guint8 *) xml, length < 0 ? strlen (xml) : (gsize) length, error))
    return NULL;

  if (element == NULL || !xmpp_parser_is_inside (reader->parser)) {
    g_set_error_literal (error, XMPP_ERROR, XMPP_ERROR_INVALID_XML, "This is not one whole XML element");
    return NULL;
  }

  return g_steal_pointer (&element);
}
