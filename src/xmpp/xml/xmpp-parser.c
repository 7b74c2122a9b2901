/* SPDX-License-Identifier: GPL-3.0-or-later
 * SPDX-FileCopyrightText: The Stonechat authors */
#include "xmpp-parser.h"
#include "xmpp-element-private.h"
#include "xmpp-error.h"
#include "xmpp-ns.h"
#include "xmpp-utf8.h"

#include <libxml/parser.h>
#include <libxml/parserInternals.h>
#include <string.h>

/* Markup that libxml2 has not taken yet: it takes a tag when it is whole, and compares each attribute with each. */
#define MAX_TAG_BYTES (64 * 1024)
#define N_CACHED_NS 16

struct _XmppParser {
  XmppReaderLimits limits;
  xmlParserCtxt *context;
  GPtrArray *open;            /* of XmppElement, borrowed from the stanza, which is the first */
  XmppElement *stanza;
  GString *text;
  guint depth;                /* of open tags, the stream's too */
  guint n_elements;
  gsize stanza_start;
  struct { const xmlChar *key; const char *ns; } cached_ns[N_CACHED_NS];

  guint8 partial[4];          /* of a character that is not whole yet */
  guint n_partial;
  gsize fed;                  /* bytes given, the partial ones too, and skipped ones */
  gsize skipped;              /* white space before the first tag */
  gboolean begun;

  GArray *events;             /* of XmppParserEvent */
  guint next_event;
  GError *error;
};

static void
set_error (XmppParser *self, XmppStreamError code, const char *message)
{
  if (self->error == NULL)
    self->error = g_error_new_literal (XMPP_STREAM_ERROR, code, message);
  self->context->disableSAX = 1;
}

static void
set_limit_error (XmppParser *self, const char *message)
{
  if (self->error == NULL)
    self->error = g_error_new_literal (XMPP_ERROR, XMPP_ERROR_LIMIT, message);
  self->context->disableSAX = 1;
}

static gsize
get_offset (XmppParser *self)
{
  long consumed = xmlByteConsumed (self->context);

  return self->skipped + (consumed > 0 ? (gsize) consumed : 0);
}

static void
add_event (XmppParser *self, XmppParserEventKind kind, XmppElement *element)
{
  XmppParserEvent event = { kind, element, get_offset (self) };

  g_array_append_val (self->events, event);
  self->stanza_start = event.end;
  self->n_elements = 0;
}

static void
clear_event (gpointer data)
{
  XmppParserEvent *event = data;

  g_clear_pointer (&event->element, xmpp_element_unref);
}

/* libxml2 gives equal namespaces the same pointer, so most questions are one comparison. */
static const char *
intern_ns (XmppParser *self, const xmlChar *uri)
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
make_element (XmppParser *self, XmppElement *parent, const xmlChar *name, const xmlChar *uri)
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
add_attributes (XmppParser *self, XmppElement *element, int n, const xmlChar **attributes)
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
flush_text (XmppParser *self)
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
check_header (XmppParser *self, XmppElement *header, int n_namespaces, const xmlChar **namespaces)
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
check_element (XmppParser *self, const xmlChar *name, const xmlChar *uri)
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
check_limits (XmppParser *self, int n_attributes)
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
  XmppParser *self = user_data;
  XmppElement *element;

  if (self->error != NULL || !check_limits (self, n_attributes + n_namespaces))
    return;

  if (self->depth == 0) {
    element = make_element (self, NULL, name, uri);
    add_attributes (self, element, n_attributes, attributes);
    check_header (self, element, n_namespaces, namespaces);
    self->depth = 1;
    if (self->error == NULL)
      add_event (self, XMPP_PARSER_OPENED, element);
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
  XmppParser *self = user_data;

  if (self->error != NULL)
    return;

  if (--self->depth == 0) {
    add_event (self, XMPP_PARSER_CLOSED, NULL);
    return;
  }

  flush_text (self);
  xmpp_element_seal (g_ptr_array_index (self->open, self->open->len - 1));
  g_ptr_array_set_size (self->open, self->open->len - 1);
  if (self->depth == 1) {
    if (get_offset (self) - self->stanza_start > self->limits.max_stanza_bytes)
      set_limit_error (self, "A stanza is too large");
    else
      add_event (self, XMPP_PARSER_STANZA, g_steal_pointer (&self->stanza));
  }
}

static void
characters_cb (void *user_data, const xmlChar *text, int length)
{
  XmppParser *self = user_data;

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
  XmppParser *self = user_data;
  const char *encoding = (const char *) self->context->encoding;

  if (encoding != NULL && g_ascii_strcasecmp (encoding, "UTF-8") != 0)
    set_error (self, XMPP_STREAM_ERROR_UNSUPPORTED_ENCODING, "The stream is not in UTF-8");
  else if (self->context->version != NULL && strcmp ((const char *) self->context->version, "1.0") != 0)
    set_error (self, XMPP_STREAM_ERROR_NOT_WELL_FORMED, "The stream is in another version of XML than 1.0");
}

static void
restricted (XmppParser *self)
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
  XmppParser *self = user_data;

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
make_context (XmppParser *self)
{
  self->context = xmlCreatePushParserCtxt (&sax, self, NULL, 0, NULL);
  if (self->context == NULL)
    g_error ("Out of memory for an XML parser");
  xmlCtxtUseOptions (self->context, XML_PARSE_NONET);
  /* Without it libxml2 hands out "&#38;" for every "&amp;" in an attribute, for a tree to resolve later. There is nothing
   * else to replace: no handler takes a declaration, and get_entity_cb () knows none (S-65). */
  self->context->replaceEntities = 1;
}

static void
forget_context (XmppParser *self)
{
  if (self->context->myDoc != NULL)
    xmlFreeDoc (self->context->myDoc);
  self->context->myDoc = NULL;
  g_clear_pointer (&self->context, xmlFreeParserCtxt);
  g_clear_pointer (&self->stanza, xmpp_element_unref);
  g_ptr_array_set_size (self->open, 0);
  g_string_truncate (self->text, 0);
  g_array_set_size (self->events, 0);
  memset (self->cached_ns, 0, sizeof self->cached_ns);
  g_clear_error (&self->error);
}

XmppParser *
xmpp_parser_new (const XmppReaderLimits *limits)
{
  XmppParser *self = g_new0 (XmppParser, 1);

  xmlInitParser ();
  self->limits = *limits;
  self->open = g_ptr_array_new ();
  self->text = g_string_sized_new (1024);
  self->events = g_array_new (FALSE, FALSE, sizeof (XmppParserEvent));
  g_array_set_clear_func (self->events, clear_event);
  make_context (self);

  return self;
}

void
xmpp_parser_free (XmppParser *self)
{
  forget_context (self);
  g_ptr_array_unref (self->open);
  g_string_free (self->text, TRUE);
  g_array_unref (self->events);
  g_free (self);
}

void
xmpp_parser_reset (XmppParser *self)
{
  forget_context (self);
  self->depth = self->n_elements = self->n_partial = self->next_event = 0;
  self->fed = self->skipped = self->stanza_start = 0;
  self->begun = FALSE;
  make_context (self);
}

/* Comments, instructions and document types are refused by their first bytes, not when they end (S-61). */
static void
check_pending_markup (XmppParser *self)
{
  const xmlParserInput *input = self->context->input;
  gsize pending;

  if (self->error != NULL || input == NULL)
    return;

  pending = input->end - input->cur;
  if (pending > MAX_TAG_BYTES)
    set_limit_error (self, "A tag is too long");
  else if (pending >= 3 && input->cur[0] == '<' && input->cur[1] == '!' && input->cur[2] != '[' &&
           self->context->instate != XML_PARSER_CDATA_SECTION)
    restricted (self);
  if (self->fed - self->stanza_start > self->limits.max_stanza_bytes)
    set_limit_error (self, "A stanza is too large");
}

static void
push (XmppParser *self, const guint8 *data, gsize length)
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

  xmlParseChunk (self->context, (const char *) data, length, 0);
  if (!self->context->wellFormed)
    set_error (self, XMPP_STREAM_ERROR_NOT_WELL_FORMED, "The stream is not well-formed");
}

void
xmpp_parser_feed (XmppParser *self, const guint8 *data, gsize length)
{
  gboolean bad = FALSE;
  gsize whole;

  self->fed += length;
  while (self->n_partial > 0 && length > 0) {
    self->partial[self->n_partial++] = *data++;
    length--;
    whole = xmpp_utf8_check (self->partial, self->n_partial, &bad);
    if (whole > 0) {
      push (self, self->partial, self->n_partial);
      self->n_partial = 0;
    } else if (bad) {
      break;
    }
  }

  if (!bad) {
    whole = xmpp_utf8_check (data, length, &bad);
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

gboolean
xmpp_parser_take_event (XmppParser *self, XmppParserEvent *event)
{
  XmppParserEvent *slot;

  if (self->next_event == self->events->len)
    return FALSE;

  slot = &g_array_index (self->events, XmppParserEvent, self->next_event++);
  *event = *slot;
  slot->element = NULL;
  if (self->next_event == self->events->len) {
    g_array_set_size (self->events, 0);
    self->next_event = 0;
  }

  return TRUE;
}

gsize
xmpp_parser_get_fed (XmppParser *self)
{
  return self->fed;
}

gboolean
xmpp_parser_is_inside (XmppParser *self)
{
  return self->depth == 1;
}

const GError *
xmpp_parser_get_error (XmppParser *self)
{
  return self->error;
}
