/* SPDX-License-Identifier: GPL-3.0-or-later
 * SPDX-FileCopyrightText: The Stonechat authors */
#include "xmpp-writer.h"
#include "xmpp-element-private.h"
#include "xmpp-ns.h"

#include <string.h>

/* Elements become bytes here and nowhere else. Prefixes are avoided, as many peers compare names with prefixes: an
 * element declares its namespace as the default where it differs from its parent's. The one exception is the prefix
 * "stream", which the header of the stream declares (RFC 6120 §4.8.5).
 *
 * The walk keeps its own stack, so depth costs memory, never the stack of the thread (S-64). */

typedef struct {
  const XmppElement *element;
  const char *ns;           /* default namespace inside it */
  guint next;               /* node to write next */
} Open;

typedef struct {
  GString *out;
  GArray *stack;            /* of Open */
  gboolean in_stream;       /* the prefix "stream" is declared */
  gboolean redact;
} Writer;

/* Characters to escape are rare: copies runs of the others whole. */
static void
append_escaped (GString *out, const char *text, const char *special)
{
  for (;;) {
    gsize run = strcspn (text, special);

    g_string_append_len (out, text, run);
    text += run;
    switch (*text++) {
    case '\0': return;
    case '&': g_string_append (out, "&amp;"); break;
    case '<': g_string_append (out, "&lt;"); break;
    case '>': g_string_append (out, "&gt;"); break;
    case '\'': g_string_append (out, "&apos;"); break;
    case '\t': g_string_append (out, "&#9;"); break;
    case '\n': g_string_append (out, "&#10;"); break;
    case '\r': g_string_append (out, "&#13;"); break;
    default: g_assert_not_reached ();
    }
  }
}

static void
append_text (GString *out, const char *text)
{
  append_escaped (out, text, "&<>\r");
}

/* A reader would turn plain line ends and tabs in an attribute into spaces (XML 1.0 §3.3.3). */
static void
append_attribute (GString *out, const char *name, const char *value)
{
  g_string_append_c (out, ' ');
  g_string_append (out, name);
  g_string_append (out, "='");
  append_escaped (out, value, "&<>'\t\n\r");
  g_string_append_c (out, '\'');
}

static gboolean
is_secret_attribute (const XmppAttribute *attribute)
{
  return strcmp (attribute->name, "token") == 0 || strcmp (attribute->name, "secret") == 0;
}

/* What logs a user in: SASL and its successors, tokens (XEP-0484), passwords in a form or in XEP-0077 and XEP-0078. */
static gboolean
is_secret_element (const XmppElement *element)
{
  static const char *const namespaces[] = { XMPP_NS_SASL, "urn:xmpp:sasl:2", "urn:xmpp:fast:0", "urn:xmpp:sasl:1" };
  static const char *const names[] = { "password", "digest", "token", "secret" };

  for (gsize i = 0; i < G_N_ELEMENTS (namespaces); i++)
    if (xmpp_element_is (element, namespaces[i], NULL) && strcmp (xmpp_element_get_name (element), "mechanism") != 0)
      return TRUE;
  for (gsize i = 0; i < G_N_ELEMENTS (names); i++)
    if (xmpp_element_is (element, NULL, names[i]))
      return TRUE;

  return FALSE;
}

static void
append_attributes (Writer *writer, const XmppElement *element)
{
  guint n, n_prefixes = 0;
  const XmppAttribute *attributes = xmpp_element_get_attributes (element, &n);

  for (guint i = 0; i < n; i++) {
    const XmppAttribute *a = &attributes[i];
    const char *value = writer->redact && is_secret_attribute (a) ? "[redacted]" : a->value;

    if (*a->ns == '\0') {
      append_attribute (writer->out, a->name, value);
    } else if (strcmp (a->ns, XMPP_NS_XML) == 0) {
      g_autofree char *name = g_strconcat ("xml:", a->name, NULL);

      append_attribute (writer->out, name, value);
    } else {
      g_autofree char *declaration = g_strdup_printf ("xmlns:a%u", n_prefixes);
      g_autofree char *name = g_strdup_printf ("a%u:%s", n_prefixes++, a->name);

      append_attribute (writer->out, declaration, a->ns);
      append_attribute (writer->out, name, value);
    }
  }
}

static gboolean
has_stream_prefix (Writer *writer, const XmppElement *element)
{
  return writer->in_stream && strcmp (xmpp_element_get_ns (element), XMPP_NS_STREAM) == 0;
}

static void
append_name (Writer *writer, const XmppElement *element)
{
  if (has_stream_prefix (writer, element))
    g_string_append (writer->out, "stream:");
  g_string_append (writer->out, xmpp_element_get_name (element));
}

/* Writes the start tag, and pushes the element if it has content. */
static void
open_element (Writer *writer, const XmppElement *element, const char *default_ns)
{
  const char *ns = xmpp_element_get_ns (element);
  guint n_nodes;

  g_string_append_c (writer->out, '<');
  append_name (writer, element);
  if (!has_stream_prefix (writer, element) && strcmp (ns, default_ns) != 0) {
    append_attribute (writer->out, "xmlns", ns);
    default_ns = ns;
  }
  append_attributes (writer, element);

  xmpp_element_get_nodes (element, &n_nodes);
  if (n_nodes == 0) {
    g_string_append (writer->out, "/>");
  } else {
    g_string_append_c (writer->out, '>');
    g_array_append_val (writer->stack, ((Open) { element, default_ns, 0 }));
  }
}

static void
close_element (Writer *writer, const XmppElement *element)
{
  g_string_append (writer->out, "</");
  append_name (writer, element);
  g_string_append_c (writer->out, '>');
}

static void
write_element (Writer *writer, const XmppElement *element, const char *default_ns)
{
  g_autoptr (GArray) stack = g_array_new (FALSE, FALSE, sizeof (Open));

  writer->stack = stack;
  open_element (writer, element, default_ns);
  while (stack->len > 0) {
    Open *open = &g_array_index (stack, Open, stack->len - 1);
    guint n_nodes;
    const XmppNode *nodes = xmpp_element_get_nodes (open->element, &n_nodes);

    if (open->next == n_nodes) {
      close_element (writer, open->element);
      g_array_set_size (stack, stack->len - 1);
    } else if (nodes[open->next].element != NULL) {
      open_element (writer, nodes[open->next++].element, open->ns);
    } else if (writer->redact && is_secret_element (open->element)) {
      g_string_append (writer->out, "[redacted]");
      open->next++;
    } else {
      append_text (writer->out, nodes[open->next++].text);
    }
  }
}

/* default_ns: what is declared around it; with that of a stream the prefix "stream" is declared too. NULL: nothing is. */
void
xmpp_writer_append_element (GString *out, const XmppElement *element, const char *default_ns)
{
  Writer writer = { out, NULL, default_ns != NULL, FALSE };

  g_return_if_fail (out != NULL);
  g_return_if_fail (element != NULL);

  write_element (&writer, element, default_ns != NULL ? default_ns : "");
}

void
xmpp_writer_append_stream_open (GString *out, const char *from, const char *to, const char *lang)
{
  g_return_if_fail (out != NULL);

  g_string_append (out, "<?xml version='1.0'?><stream:stream xmlns='" XMPP_NS_CLIENT "' xmlns:stream='" XMPP_NS_STREAM
                        "' version='1.0'");
  if (from != NULL)
    append_attribute (out, "from", from);
  if (to != NULL)
    append_attribute (out, "to", to);
  if (lang != NULL)
    append_attribute (out, "xml:lang", lang);
  g_string_append_c (out, '>');
}

void
xmpp_writer_append_stream_close (GString *out)
{
  g_return_if_fail (out != NULL);

  g_string_append (out, "</stream:stream>");
}

char *
xmpp_writer_redacted (const XmppElement *element)
{
  GString *out = g_string_new (NULL);
  Writer writer = { out, NULL, TRUE, TRUE };

  write_element (&writer, element, XMPP_NS_CLIENT);

  return g_string_free (out, FALSE);
}

char *
xmpp_element_to_string (const XmppElement *self)
{
  GString *out;

  g_return_val_if_fail (self != NULL, NULL);

  out = g_string_new (NULL);
  xmpp_writer_append_element (out, self, NULL);

  return g_string_free (out, FALSE);
}
