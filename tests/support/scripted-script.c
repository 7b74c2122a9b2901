/* SPDX-License-Identifier: GPL-3.0-or-later
 * SPDX-FileCopyrightText: The Stonechat authors */
#include "scripted-script.h"

#include <string.h>

#include "xmpp-element-private.h"
#include "xmpp-ns.h"
#include "xmpp-reader.h"

#define HEADER "<?xml version='1.0'?><stream:stream xmlns='jabber:client' xmlns:stream='" XMPP_NS_STREAM "' "

/* Macros. */

typedef struct {
  GPtrArray *lines;
  const char *domain;
} Script;

static void
line_free (ScriptedLine *line)
{
  g_free (line->text);
  g_free (line);
}

static void
add (GPtrArray *lines, guint number, char *text)
{
  ScriptedLine *line = g_new0 (ScriptedLine, 1);

  line->number = number;
  line->text = g_strstrip (text);
  g_ptr_array_add (lines, line);
}

static void
add_open (Script *script, guint number)
{
  add (script->lines, number, g_strdup ("C: <stream:stream>"));
  add (script->lines, number, g_strdup_printf ("S: " HEADER "from='%s' id='x1' version='1.0'>", script->domain));
}

static void
add_features (Script *script, guint number, const char *content)
{
  add_open (script, number);
  add (script->lines, number, g_strdup_printf ("S: <stream:features>%s</stream:features>", content));
}

static void
add_starttls (Script *script, guint number)
{
  add_features (script, number, "<starttls xmlns='" XMPP_NS_TLS "'><required/></starttls>");
  add (script->lines, number, g_strdup ("C: <starttls xmlns='" XMPP_NS_TLS "'/>"));
  add (script->lines, number, g_strdup ("S: <proceed xmlns='" XMPP_NS_TLS "'/>"));
  add (script->lines, number, g_strdup ("tls"));
}

static void
add_mechanisms (Script *script, guint number, const char *list)
{
  g_auto (GStrv) words = g_strsplit (list, " ", -1);
  g_autoptr (GString) content = g_string_new ("<mechanisms xmlns='" XMPP_NS_SASL "'>");
  const char *bindings = NULL;

  for (guint i = 0; words[i]; i++) {
    if (g_str_has_prefix (words[i], "cb="))
      bindings = words[i] + 3;
    else if (*words[i])
      g_string_append_printf (content, "<mechanism>%s</mechanism>", words[i]);
  }
  g_string_append (content, "</mechanisms>");
  if (bindings) {
    g_auto (GStrv) types = g_strsplit (bindings, ",", -1);

    g_string_append (content, "<sasl-channel-binding xmlns='" XMPP_NS_SASL_CB "'>");
    for (guint i = 0; types[i]; i++)
      g_string_append_printf (content, "<channel-binding type='%s'/>", types[i]);
    g_string_append (content, "</sasl-channel-binding>");
  }
  add_features (script, number, content->str);
}

static void
add_bound (Script *script, guint number, const char *resource)
{
  add_features (script, number, "<bind xmlns='" XMPP_NS_BIND "'/><sm xmlns='" XMPP_NS_SM "'/>");
  add (script->lines, number, g_strdup ("C: <iq type='set' id='$bind'><bind xmlns='" XMPP_NS_BIND "'/></iq>"));
  add (script->lines, number,
       g_strdup_printf ("S: <iq type='result' id='$bind'><bind xmlns='" XMPP_NS_BIND "'><jid>user@%s/%s</jid></bind></iq>",
                        script->domain, *resource ? resource : "bound"));
  add (script->lines, number, g_strdup ("C: <enable xmlns='" XMPP_NS_SM "' resume='true'/>"));
  add (script->lines, number, g_strdup ("S: <enabled xmlns='" XMPP_NS_SM "' id='sm1' resume='true' max='300'/>"));
}

static void
parse_line (Script *script, guint number, const char *text)
{
  const char *space = strchr (text, ' ');
  const char *rest = space ? space + 1 : "";

  if (*text == '\0' || *text == '#') {
    return;
  } else if (g_str_equal (text, "open")) {
    add_open (script, number);
  } else if (g_str_equal (text, "starttls")) {
    add_starttls (script, number);
  } else if (g_str_has_prefix (text, "mechanisms")) {
    add_mechanisms (script, number, rest);
  } else if (g_str_has_prefix (text, "bound")) {
    add_bound (script, number, rest);
  } else if (g_str_has_prefix (text, "login ")) {
    add_starttls (script, number);
    add_mechanisms (script, number, "SCRAM-SHA-1");
    add (script->lines, number, g_strdup_printf ("scram SHA-1 %s", rest));
    add_bound (script, number, "");
  } else {
    add (script->lines, number, g_strdup (text));
  }
}

GPtrArray *
scripted_script_parse (const char *text, guint first_line, const char *domain)
{
  g_auto (GStrv) lines = g_strsplit (text, "\n", -1);
  Script script = { g_ptr_array_new_with_free_func ((GDestroyNotify) line_free), domain };

  add (script.lines, first_line, g_strdup ("accept"));
  for (guint i = 0; lines[i]; i++)
    parse_line (&script, first_line + i, g_strstrip (lines[i]));
  return script.lines;
}

/* Matching. */

static gboolean
match_text (const char *pattern, const char *value, GHashTable *variables)
{
  if (!value)
    return FALSE;
  if (pattern[0] == '$') {
    g_hash_table_insert (variables, g_strdup (pattern + 1), g_strdup (value));
    return TRUE;
  }
  return g_str_equal (pattern, "*") || g_str_equal (pattern, value);
}

static gboolean
match_child (XmppElement *pattern, XmppElement *element, GHashTable *variables)
{
  for (guint i = 0; i < xmpp_element_get_n_children (element); i++) {
    if (scripted_script_match (pattern, xmpp_element_get_child (element, i), variables))
      return TRUE;
  }
  return FALSE;
}

static gboolean
match_attributes (XmppElement *pattern, XmppElement *element, GHashTable *variables)
{
  guint n;
  const XmppAttribute *wanted = xmpp_element_get_attributes (pattern, &n);

  for (guint i = 0; i < n; i++) {
    const char *value = *wanted[i].ns
      ? xmpp_element_get_attribute_ns (element, wanted[i].ns, wanted[i].name)
      : xmpp_element_get_attribute (element, wanted[i].name);

    if (!match_text (wanted[i].value, value, variables))
      return FALSE;
  }
  return TRUE;
}

gboolean
scripted_script_match (XmppElement *pattern, XmppElement *element, GHashTable *variables)
{
  const char *text = xmpp_element_get_text (pattern);

  if (!xmpp_element_is (element, xmpp_element_get_ns (pattern), xmpp_element_get_name (pattern)))
    return FALSE;
  if (*text && !match_text (text, xmpp_element_get_text (element), variables))
    return FALSE;
  for (guint i = 0; i < xmpp_element_get_n_children (pattern); i++) {
    if (!match_child (xmpp_element_get_child (pattern, i), element, variables))
      return FALSE;
  }
  return match_attributes (pattern, element, variables);
}

typedef struct {
  XmppElement *header, *element;
} Parsed;

static void
parsed_header_cb (XmppElement *header, gpointer user_data)
{
  ((Parsed *) user_data)->header = xmpp_element_ref (header);
}

static void
parsed_stanza_cb (XmppElement *stanza, gpointer user_data)
{
  Parsed *parsed = user_data;

  if (!parsed->element)
    parsed->element = xmpp_element_ref (stanza);
}

static void
parsed_closed_cb (gpointer user_data)
{
}

XmppElement *
scripted_script_parse_pattern (const char *text)
{
  static const XmppReaderCallbacks parse_callbacks = { parsed_header_cb, parsed_stanza_cb, parsed_closed_cb };
  Parsed parsed = { NULL, NULL };
  g_autoptr (XmppReader) reader = xmpp_reader_new (&xmpp_reader_default_limits, &parse_callbacks, &parsed);
  gboolean is_header = g_str_has_prefix (text, "<stream:stream");
  g_autofree char *xml = is_header
    ? g_strconcat (HEADER, text + strlen ("<stream:stream"), NULL) : g_strconcat (HEADER, ">", text, NULL);

  xmpp_reader_feed (reader, (const guint8 *) xml, strlen (xml), NULL);
  if (is_header) {
    g_clear_pointer (&parsed.element, xmpp_element_unref);
    return parsed.header;
  }
  g_clear_pointer (&parsed.header, xmpp_element_unref);
  return parsed.element;
}

/* Filling in. */

static void
append_escape (GString *out, const char **p)
{
  if ((*p)[1] == 'n') {
    g_string_append_c (out, '\n');
    *p += 2;
  } else if ((*p)[1] == 'x' && g_ascii_isxdigit ((*p)[2]) && g_ascii_isxdigit ((*p)[3])) {
    g_string_append_c (out, g_ascii_xdigit_value ((*p)[2]) * 16 + g_ascii_xdigit_value ((*p)[3]));
    *p += 4;
  } else {
    g_string_append_c (out, *(*p)++);
  }
}

static void
append_variable (GString *out, const char **p, GHashTable *variables)
{
  const char *end = *p + 1;
  g_autofree char *name = NULL;
  const char *value;

  while (g_ascii_isalnum (*end))
    end++;
  name = g_strndup (*p + 1, end - *p - 1);
  value = g_hash_table_lookup (variables, name);
  if (value) {
    g_autofree char *escaped = g_markup_escape_text (value, -1);

    g_string_append (out, escaped);
    *p = end;
  } else {
    g_string_append_c (out, *(*p)++);
  }
}

GString *
scripted_script_fill (const char *text, GHashTable *variables)
{
  GString *out = g_string_new (NULL);

  for (const char *p = text; *p; ) {
    if (*p == '\\')
      append_escape (out, &p);
    else if (*p == '$')
      append_variable (out, &p, variables);
    else
      g_string_append_c (out, *p++);
  }
  return out;
}
