/* SPDX-License-Identifier: GPL-3.0-or-later
 * SPDX-FileCopyrightText: The Stonechat authors */
#include "xmpp-reader.h"
#include "xmpp-element-private.h"
#include "xmpp-error.h"
#include "xmpp-ns.h"

#include <libxml/parser.h>
#include <libxml/parserInternals.h>
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
/* Markup that libxml2 has not taken yet: it takes a tag when it is whole, and compares each attribute with each. */
#define MAX_TAG_BYTES (64 * 1024)
#define N_CACHED_NS 16

const XmppReaderLimits xmpp_reader_default_limits = { 10 * 1024 * 1024, 100000, 64, 100 };

typedef enum { EVENT_OPENED, EVENT_STANZA, EVENT_CLOSED } EventKind;

typedef struct {
  EventKind kind;
  XmppElement *element;
  gsize end;              /* offset of the byte after it */
} Event;

struct _XmppReader {
  XmppReaderLimits limits;
  XmppReaderCallbacks callbacks;
  gpointer user_data;

  xmlParserCtxt *parser;
  const xmlChar *stream_ns;   /* as libxml2's dictionary has it */
  GPtrArray *open;            /* of XmppElement, borrowed from the stanza, which is the first */
  XmppElement *stanza;
  GString *text;
  guint depth;                /* of open tags, the stream's too */
  guint n_elements;
  gsize stanza_start;
  struct { const xmlChar *key; const char *ns; } cached_ns[N_CACHED_NS];

  guint8 partial[4];          /* of a character that is not whole yet */
  guint n_partial;
  gsize fed;                  /* bytes given to this parser, the partial ones too, and skipped ones */
  gsize skipped;              /* white space before the first tag */
  gboolean begun;

  GArray *events;             /* of Event */
  guint next_event;
  GByteArray *rest;           /* bytes after the last event delivered, while paused */
  gsize rest_start;
  guint generation;
  gboolean paused;
  gboolean delivering;
  GError *error;
};

static void
set_error (XmppReader *self, XmppStreamError code, const char *message)
{
  if (self->error == NULL)
    self->error = g_error_new_literal (XMPP_STREAM_ERROR, code, message);
  self->parser->disableSAX = 1;
}

static void
set_limit_error (XmppReader *self, const char *message)
{
  if (self->error == NULL)
    self->error = g_error_new_literal (XMPP_ERROR, XMPP_ERROR_LIMIT, message);
  self->parser->disableSAX = 1;
}

static gsize
get_offset (XmppReader *self)
{
  long consumed = xmlByteConsumed (self->parser);

  return self->skipped + (consumed > 0 ? (gsize) consumed : 0);
}

static void
add_event (XmppReader *self, EventKind kind, XmppElement *element)
{
  Event event = { kind, element, get_offset (self) };

  g_array_append_val (self->events, event);
  self->stanza_start = event.end;
  self->n_elements = 0;
}

static void
clear_event (gpointer data)
{
  Event *event = data;

  g_clear_pointer (&event->element, xmpp_element_unref);
}

/* libxml2 gives equal namespaces the same pointer, so most questions are one comparison. */
static const char *
intern_ns (XmppReader *self, const xmlChar *uri)
{
  guint slot;

  if (uri == NULL)
    return "";

  slot = ((guintptr) uri >> 4) % N_CACHED_NS;
  if (self->cached_ns[slot].key != uri) {
    self->cached_ns[slot].key = uri;
    self->cached_ns[slot].ns = xmpp_intern_ns ((const char *) uri);
  }

  return self->cached_ns[slot].ns;
}

static XmppElement *
make_element (XmppReader *self, XmppElement *parent, const xmlChar *name, const xmlChar *uri)
{
  const char *ns = intern_ns (self, uri);

  if (parent == NULL)
    return xmpp_element_new_root (ns, (const char *) uri, (const char *) name);

  /* Namespaces of others are kept once where parent and child share them. */
  if (ns == NULL && strcmp (xmpp_element_get_ns (parent), (const char *) uri) == 0)
    ns = xmpp_element_get_ns (parent);

  return xmpp_element_append (parent, ns, (const char *) uri, (const char *) name);
}

static void
add_attributes (XmppReader *self, XmppElement *element, int n, const xmlChar **attributes)
{
  if (n == 0)
    return;

  xmpp_element_reserve_attributes (element, n);
  for (int i = 0; i < n; i++, attributes += 5)
    xmpp_element_append_attribute (element, intern_ns (self, attributes[2]), (const char *) attributes[2],
                                   (const char *) attributes[0], (const char *) attributes[3],
                                   attributes[4] - attributes[3]);
}

static void
flush_text (XmppReader *self)
{
  if (self->text->len == 0)
    return;

  xmpp_element_append_text (g_ptr_array_index (self->open, self->open->len - 1), self->text->str, self->text->len);
  g_string_truncate (self->text, 0);
}

static gboolean
is_stream_ns (const xmlChar *uri)
{
  return uri != NULL && strcmp ((const char *) uri, XMPP_NS_STREAM) == 0;
}

/* RFC 6120 §4.8: the root is <stream/> of the stream namespace, and the content namespace, if it is said, is ours. */
static void
check_header (XmppReader *self, XmppElement *header, int n_namespaces, const xmlChar **namespaces)
{
  const char *version = xmpp_element_get_attribute (header, "version");

  if (!xmpp_element_is (header, XMPP_NS_STREAM, NULL)) {
    set_error (self, XMPP_STREAM_ERROR_INVALID_NAMESPACE, "The stream has another namespace than XMPP’s");
    return;
  }
  if (!xmpp_element_is (header, NULL, "stream")) {
    set_error (self, XMPP_STREAM_ERROR_BAD_FORMAT, "The stream begins with another element than <stream/>");
    return;
  }
  for (int i = 0; i < n_namespaces; i++) {
    const char *uri = (const char *) namespaces[2 * i + 1];

    if (namespaces[2 * i] == NULL && g_strcmp0 (uri, XMPP_NS_CLIENT) != 0 && g_strcmp0 (uri, XMPP_NS_STREAM) != 0)
      set_error (self, XMPP_STREAM_ERROR_INVALID_NAMESPACE, "The content of the stream is not for clients");
  }
  if (version != NULL && g_ascii_strtoull (version, NULL, 10) < 1)
    set_error (self, XMPP_STREAM_ERROR_UNSUPPORTED_VERSION, "The stream’s version is not supported");
}

/* RFC 6120 §4.9.3.24; a second header, wherever it is, is how stanzas are smuggled (S-62). */
static gboolean
check_element (XmppReader *self, const xmlChar *name, const xmlChar *uri)
{
  if (!is_stream_ns (uri))
    return TRUE;

  if (strcmp ((const char *) name, "stream") == 0)
    set_error (self, XMPP_STREAM_ERROR_BAD_FORMAT, "A stream begins inside the stream");
  else if (self->depth == 1 && strcmp ((const char *) name, "features") != 0 && strcmp ((const char *) name, "error") != 0)
    set_error (self, XMPP_STREAM_ERROR_UNSUPPORTED_STANZA_TYPE, "The stream holds an unknown element");

  return self->error == NULL;
}

static gboolean
check_limits (XmppReader *self, int n_attributes)
{
  if ((guint) n_attributes > self->limits.max_attributes)
    set_limit_error (self, "An element has too many attributes");
  else if (self->depth >= self->limits.max_depth)
    set_limit_error (self, "Elements are nested too deep");
  else if (++self->n_elements > self->limits.max_elements)
    set_limit_error (self, "A stanza has too many elements");

  return self->error == NULL;
}

static void
start_element_cb (void           *user_data,
                  const xmlChar  *name,
                  const xmlChar  *prefix,
                  const xmlChar  *uri,
                  int             n_namespaces,
                  const xmlChar **namespaces,
                  int             n_attributes,
                  int             n_defaulted,
                  const xmlChar **attributes)
{
  XmppReader *self = user_data;
  XmppElement *element;

  if (self->error != NULL || !check_limits (self, n_attributes + n_namespaces))
    return;

  if (self->depth == 0) {
    element = make_element (self, NULL, name, uri);
    add_attributes (self, element, n_attributes, attributes);
    check_header (self, element, n_namespaces, namespaces);
    self->depth = 1;
    if (self->error == NULL)
      add_event (self, EVENT_OPENED, element);
    else
      xmpp_element_unref (element);
    return;
  }

  if (!check_element (self, name, uri))
    return;

  if (self->depth == 1) {
    element = self->stanza = make_element (self, NULL, name, uri);
  } else {
    flush_text (self);
    element = make_element (self, g_ptr_array_index (self->open, self->open->len - 1), name, uri);
  }
  add_attributes (self, element, n_attributes, attributes);
  g_ptr_array_add (self->open, element);
  self->depth++;
}

static void
end_element_cb (void *user_data, const xmlChar *name, const xmlChar *prefix, const xmlChar *uri)
{
  XmppReader *self = user_data;

  if (self->error != NULL)
    return;

  if (--self->depth == 0) {
    add_event (self, EVENT_CLOSED, NULL);
    return;
  }

  flush_text (self);
  xmpp_element_seal (g_ptr_array_index (self->open, self->open->len - 1));
  g_ptr_array_set_size (self->open, self->open->len - 1);
  if (self->depth == 1) {
    if (get_offset (self) - self->stanza_start > self->limits.max_stanza_bytes)
      set_limit_error (self, "A stanza is too large");
    else
      add_event (self, EVENT_STANZA, g_steal_pointer (&self->stanza));
  }
}

static void
characters_cb (void *user_data, const xmlChar *text, int length)
{
  XmppReader *self = user_data;

  if (self->error != NULL)
    return;

  if (self->depth > 1) {
    g_string_append_len (self->text, (const char *) text, length);
    return;
  }

  /* Between stanzas there is only white space, which keeps the connection alive (RFC 6120 §4.6.1) and counts for none. */
  for (int i = 0; i < length; i++) {
    if (strchr (" \t\r\n", text[i]) == NULL) {
      set_error (self, XMPP_STREAM_ERROR_BAD_FORMAT, "There is text between the stanzas");
      return;
    }
  }
  self->stanza_start = get_offset (self);
}

/* The declaration of XML, read or left out. RFC 6120 §11.6: UTF-8 only. */
static void
start_document_cb (void *user_data)
{
  XmppReader *self = user_data;
  const char *encoding = (const char *) self->parser->encoding;

  if (encoding != NULL && g_ascii_strcasecmp (encoding, "UTF-8") != 0)
    set_error (self, XMPP_STREAM_ERROR_UNSUPPORTED_ENCODING, "The stream is not in UTF-8");
  else if (self->parser->version != NULL && strcmp ((const char *) self->parser->version, "1.0") != 0)
    set_error (self, XMPP_STREAM_ERROR_NOT_WELL_FORMED, "The stream is in another version of XML than 1.0");
}

static void
restricted (XmppReader *self)
{
  set_error (self, XMPP_STREAM_ERROR_RESTRICTED_XML, "The stream holds XML that XMPP forbids");
}

static void
comment_cb (void *user_data, const xmlChar *text)
{
  restricted (user_data);
}

static void
processing_instruction_cb (void *user_data, const xmlChar *target, const xmlChar *data)
{
  restricted (user_data);
}

static void
subset_cb (void *user_data, const xmlChar *name, const xmlChar *external_id, const xmlChar *system_id)
{
  restricted (user_data);
}

static void
reference_cb (void *user_data, const xmlChar *name)
{
  restricted (user_data);
}

/* Asked for all but the five predefined entities. */
static xmlEntity *
get_entity_cb (void *user_data, const xmlChar *name)
{
  restricted (user_data);
  return NULL;
}

static xmlParserInput *
resolve_entity_cb (void *user_data, const xmlChar *public_id, const xmlChar *system_id)
{
  restricted (user_data);
  return NULL;
}

static void
error_cb (void *user_data, xmlError *error)
{
  XmppReader *self = user_data;

  switch (error->code) {
  /* Names of namespaces are compared, never fetched: "vcard-temp" and worse are in use. */
  case XML_WAR_NS_URI:
  case XML_WAR_NS_URI_RELATIVE:
  case XML_WAR_LANG_VALUE:
  case XML_WAR_SPACE_VALUE:
    return;
  case XML_WAR_UNKNOWN_VERSION:
    return;   /* start_document_cb () refuses it */
  case XML_ERR_UNSUPPORTED_ENCODING:
  case XML_ERR_INVALID_ENCODING:
  case XML_ERR_UNKNOWN_ENCODING:
    set_error (self, XMPP_STREAM_ERROR_UNSUPPORTED_ENCODING, "The stream is not in UTF-8");
    return;
  case XML_NS_ERR_UNDEFINED_NAMESPACE:
    set_error (self, XMPP_STREAM_ERROR_BAD_NAMESPACE_PREFIX, "The stream uses a prefix that it did not declare");
    return;
  default:
    set_error (self, XMPP_STREAM_ERROR_NOT_WELL_FORMED, "The stream is not well-formed");
  }
}

static xmlSAXHandler sax = {
  .initialized = XML_SAX2_MAGIC,
  .startDocument = start_document_cb,
  .startElementNs = start_element_cb,
  .endElementNs = end_element_cb,
  .characters = characters_cb,
  .ignorableWhitespace = characters_cb,
  .cdataBlock = characters_cb,
  .comment = comment_cb,
  .processingInstruction = processing_instruction_cb,
  .internalSubset = subset_cb,
  .externalSubset = subset_cb,
  .reference = reference_cb,
  .getEntity = get_entity_cb,
  .getParameterEntity = get_entity_cb,
  .resolveEntity = resolve_entity_cb,
  .serror = error_cb,
};

static void
make_parser (XmppReader *self)
{
  self->parser = xmlCreatePushParserCtxt (&sax, self, NULL, 0, NULL);
  if (self->parser == NULL)
    g_error ("Out of memory for an XML parser");
  xmlCtxtUseOptions (self->parser, XML_PARSE_NONET);
  /* Without it libxml2 hands out "&#38;" for every "&amp;" in an attribute, for a tree to resolve later. There is nothing
   * else to replace: no handler takes a declaration, and get_entity_cb () knows none (S-65). */
  self->parser->replaceEntities = 1;
}

static void
forget_parser (XmppReader *self)
{
  if (self->parser->myDoc != NULL)
    xmlFreeDoc (self->parser->myDoc);
  self->parser->myDoc = NULL;
  g_clear_pointer (&self->parser, xmlFreeParserCtxt);
  g_clear_pointer (&self->stanza, xmpp_element_unref);
  g_ptr_array_set_size (self->open, 0);
  g_string_truncate (self->text, 0);
  g_array_set_size (self->events, 0);
  memset (self->cached_ns, 0, sizeof self->cached_ns);
  g_clear_error (&self->error);
}

XmppReader *
xmpp_reader_new (const XmppReaderLimits *limits, const XmppReaderCallbacks *callbacks, gpointer user_data)
{
  XmppReader *self = g_new0 (XmppReader, 1);

  g_return_val_if_fail (callbacks != NULL, NULL);

  xmlInitParser ();
  self->limits = limits != NULL ? *limits : xmpp_reader_default_limits;
  self->callbacks = *callbacks;
  self->user_data = user_data;
  self->open = g_ptr_array_new ();
  self->text = g_string_sized_new (1024);
  self->events = g_array_new (FALSE, FALSE, sizeof (Event));
  g_array_set_clear_func (self->events, clear_event);
  self->rest = g_byte_array_new ();
  make_parser (self);

  return self;
}

void
xmpp_reader_free (XmppReader *self)
{
  g_return_if_fail (self != NULL);
  g_assert (!self->delivering);

  forget_parser (self);
  g_ptr_array_unref (self->open);
  g_string_free (self->text, TRUE);
  g_array_unref (self->events);
  g_byte_array_unref (self->rest);
  g_free (self);
}

/* Inside a callback the bytes after the event at hand are read by the new parser. Outside, bytes that waited are too. */
void
xmpp_reader_reset (XmppReader *self)
{
  g_return_if_fail (self != NULL);

  forget_parser (self);
  self->depth = self->n_elements = self->n_partial = self->next_event = 0;
  self->fed = self->skipped = self->stanza_start = self->rest_start = 0;
  self->begun = FALSE;
  self->generation++;
  make_parser (self);
}

/* How many bytes the character at p has, by table 3-7 of Unicode; 0: it is not whole yet; -1: it never will be. GLib's
 * answers to this are no help: it takes a NUL for the end, and waits for the fifth byte of what was once UTF-8. */
static int
measure_character (const guint8 *p, gsize available)
{
  guint8 low = 0x80, high = 0xBF;
  gsize length;

  if (*p < 0x80)
    return *p != 0 ? 1 : -1;
  if (*p < 0xC2 || *p > 0xF4)
    return -1;

  length = *p < 0xE0 ? 2 : *p < 0xF0 ? 3 : 4;
  if (*p == 0xE0)
    low = 0xA0;
  else if (*p == 0xED)
    high = 0x9F;
  else if (*p == 0xF0)
    low = 0x90;
  else if (*p == 0xF4)
    high = 0x8F;

  for (gsize i = 1; i < MIN (length, available); i++) {
    if (p[i] < low || p[i] > high)
      return -1;
    low = 0x80;
    high = 0xBF;
  }

  return available < length ? 0 : (int) length;
}

/* The number of bytes from p that are whole, legal characters; *bad: what follows them can't become one. At most three
 * bytes are left over without being bad. */
static gsize
check_utf8 (const guint8 *p, gsize length, gboolean *bad)
{
  const guint8 *start = p, *end = p + length;

  *bad = FALSE;
  while (p < end) {
    guint64 eight;
    int n;

    if (end - p >= 8 && (memcpy (&eight, p, 8), (eight & 0x8080808080808080u) == 0) &&
        ((eight - 0x0101010101010101u) & ~eight & 0x8080808080808080u) == 0) {
      p += 8;
      continue;
    }
    n = measure_character (p, end - p);
    if (n <= 0) {
      *bad = n < 0;
      break;
    }
    p += n;
  }

  return p - start;
}

/* Comments, instructions and document types are refused by their first bytes, not when they end (S-61). */
static void
check_pending_markup (XmppReader *self)
{
  const xmlParserInput *input = self->parser->input;
  gsize pending;

  if (self->error != NULL || input == NULL)
    return;

  pending = input->end - input->cur;
  if (pending > MAX_TAG_BYTES)
    set_limit_error (self, "A tag is too long");
  else if (pending >= 3 && input->cur[0] == '<' && input->cur[1] == '!' && input->cur[2] != '[' &&
           self->parser->instate != XML_PARSER_CDATA_SECTION)
    restricted (self);
  if (self->fed - self->stanza_start > self->limits.max_stanza_bytes)
    set_limit_error (self, "A stanza is too large");
}

static void
push (XmppReader *self, const guint8 *data, gsize length)
{
  if (length == 0 || self->error != NULL)
    return;

  /* Servers send white space while we negotiate; before the first tag XML allows none when it declares itself. */
  if (!self->begun) {
    while (length > 0 && memchr (" \t\r\n", *data, 4) != NULL) {
      self->skipped++;
      data++;
      length--;
    }
    if (length == 0)
      return;
    self->begun = TRUE;
    if (*data != '<') {
      set_error (self, XMPP_STREAM_ERROR_NOT_WELL_FORMED, "The stream is not XML");
      return;
    }
  }

  xmlParseChunk (self->parser, (const char *) data, length, 0);
  if (!self->parser->wellFormed)
    set_error (self, XMPP_STREAM_ERROR_NOT_WELL_FORMED, "The stream is not well-formed");
}

/* Gives a slice to libxml2, with the bytes of a character that the last one ended in. */
static void
parse_slice (XmppReader *self, const guint8 *data, gsize length)
{
  gboolean bad = FALSE;
  gsize whole;

  self->fed += length;
  while (self->n_partial > 0 && length > 0) {
    self->partial[self->n_partial++] = *data++;
    length--;
    whole = check_utf8 (self->partial, self->n_partial, &bad);
    if (whole > 0) {
      push (self, self->partial, self->n_partial);
      self->n_partial = 0;
    } else if (bad) {
      break;
    }
  }

  if (!bad) {
    whole = check_utf8 (data, length, &bad);
    push (self, data, whole);
    if (!bad && length > whole) {
      memcpy (self->partial, data + whole, length - whole);
      self->n_partial = length - whole;
    }
  }
  if (bad)
    set_error (self, XMPP_STREAM_ERROR_NOT_WELL_FORMED, "The stream is not in UTF-8");
  check_pending_markup (self);
}

static void
call (XmppReader *self, Event *event)
{
  if (event->kind == EVENT_OPENED && self->callbacks.opened != NULL)
    self->callbacks.opened (event->element, self->user_data);
  else if (event->kind == EVENT_STANZA && self->callbacks.stanza != NULL)
    self->callbacks.stanza (event->element, self->user_data);
  else if (event->kind == EVENT_CLOSED && self->callbacks.closed != NULL)
    self->callbacks.closed (self->user_data);
}

/* Calls back until the events are through or a callback paused or reset the reader. *end is the offset after the last
 * event delivered, in the bytes of the parser that found it. */
static void
deliver (XmppReader *self, gsize *end)
{
  guint generation = self->generation;

  self->delivering = TRUE;
  while (generation == self->generation && !self->paused && self->next_event < self->events->len) {
    Event *slot = &g_array_index (self->events, Event, self->next_event++);
    Event event = *slot;

    slot->element = NULL;
    *end = event.end;
    call (self, &event);
    clear_event (&event);
  }
  self->delivering = FALSE;

  if (generation == self->generation && self->next_event == self->events->len) {
    g_array_set_size (self->events, 0);
    self->next_event = 0;
  }
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
  gsize base = self->fed - parsed;  /* offset of data[0] */

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
    if (self->error != NULL) {
      if (error != NULL)
        *error = g_error_copy (self->error);
      return FALSE;
    }
    if (position == length)
      return TRUE;

    gsize n = MIN (SLICE, length - position);
    parse_slice (self, data + position, n);
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
  gsize parsed;

  g_return_val_if_fail (self != NULL, FALSE);
  g_assert (!self->delivering);

  if (!self->paused)
    return TRUE;

  self->paused = FALSE;
  rest = self->rest;
  self->rest = g_byte_array_new ();
  parsed = self->fed > self->rest_start ? self->fed - self->rest_start : 0;

  return run (self, rest->data, rest->len, MIN (parsed, rest->len), error);
}

gboolean
xmpp_reader_has_rest (XmppReader *self)
{
  g_return_val_if_fail (self != NULL, FALSE);

  return self->rest->len > 0;
}

void
xmpp_reader_drop_rest (XmppReader *self)
{
  g_return_if_fail (self != NULL);

  g_byte_array_set_size (self->rest, 0);
  self->rest_start = self->fed;
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

  if (element == NULL || reader->depth != 1) {
    g_set_error_literal (error, XMPP_ERROR, XMPP_ERROR_INVALID_XML, "This is not one whole XML element");
    return NULL;
  }

  return g_steal_pointer (&element);
}
