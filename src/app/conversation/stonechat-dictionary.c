/* SPDX-License-Identifier: GPL-3.0-or-later
 * SPDX-FileCopyrightText: The Stonechat authors */
#include "stonechat-dictionary.h"

#include <glib/gi18n.h>
#include <string.h>
#ifdef HAVE_ENCHANT
#include <enchant.h>
#endif

static const struct { const char *code, *name; } names[] = {
  { "ar", N_("Arabic") }, { "bg", N_("Bulgarian") }, { "ca", N_("Catalan") }, { "cs", N_("Czech") }, { "da", N_("Danish") }, { "de", N_("German") },
  { "el", N_("Greek") }, { "en", N_("English") }, { "eo", N_("Esperanto") }, { "es", N_("Spanish") }, { "et", N_("Estonian") }, { "eu", N_("Basque") },
  { "fa", N_("Persian") }, { "fi", N_("Finnish") }, { "fr", N_("French") }, { "he", N_("Hebrew") }, { "hr", N_("Croatian") }, { "hu", N_("Hungarian") },
  { "is", N_("Icelandic") }, { "it", N_("Italian") }, { "ko", N_("Korean") }, { "lt", N_("Lithuanian") }, { "lv", N_("Latvian") }, { "nb", N_("Norwegian") },
  { "nl", N_("Dutch") }, { "pl", N_("Polish") }, { "pt", N_("Portuguese") }, { "ro", N_("Romanian") }, { "ru", N_("Russian") }, { "sk", N_("Slovak") },
  { "sl", N_("Slovenian") }, { "sr", N_("Serbian") }, { "sv", N_("Swedish") }, { "tr", N_("Turkish") }, { "uk", N_("Ukrainian") }, { "vi", N_("Vietnamese") },
};

/* Of languages whose countries have dictionaries of their own. */
static const char *const by_country[] = { "en", "de", "pt" };

static gsize
language_length (const char *tag)
{
  return strcspn (tag, "_-.@");
}

static gboolean
is_language (const char *tag, const char *code)
{
  gsize length = language_length (tag);

  return length == strlen (code) && g_ascii_strncasecmp (tag, code, length) == 0;
}

char *
stonechat_dictionary_choose (const char *const *all, const char *tag)
{
  g_autofree char *bare = g_strndup (tag, strcspn (tag, ".@")), *code = g_strndup (tag, language_length (tag));

  if (g_strv_contains (all, bare))
    return g_steal_pointer (&bare);
  for (guint i = 0; all[i]; i++)
    if (is_language (all[i], code))
      return g_strdup (all[i]);
  return NULL;
}

char *
stonechat_dictionary_name (const char *tag)
{
  const char *country = tag + language_length (tag);

  for (guint i = 0; i < G_N_ELEMENTS (names); i++)
    if (is_language (tag, names[i].code))
      return *country ? g_strdup_printf ("%s (%s)", _(names[i].name), country + 1) : g_strdup (_(names[i].name));
  return g_strdup (tag);
}

char *
stonechat_dictionary_package (const char *tag)
{
  g_autofree char *code = g_ascii_strdown (tag, language_length (tag)), *whole = g_ascii_strdown (tag, strcspn (tag, ".@"));

  if (g_str_equal (whole, "en"))
    return g_strdup ("hunspell-en-us");
  for (guint i = 0; i < G_N_ELEMENTS (by_country); i++)
    if (g_str_equal (code, by_country[i]) && strchr (whole, '_'))
      return g_strdup_printf ("hunspell-%s", g_strdelimit (whole, "_", '-'));
  return g_strdup_printf ("hunspell-%s", code);
}

gboolean
stonechat_dictionary_is_built_in (void)
{
#ifdef HAVE_ENCHANT
  return TRUE;
#else
  return FALSE;
#endif
}

#ifdef HAVE_ENCHANT
struct _StonechatDictionary { EnchantDict *dict; };

static EnchantBroker *broker;
static GHashTable *opened;       /* tag -> StonechatDictionary, NULL for what can't be read */

static EnchantBroker *
get_broker (void)
{
  if (!broker) {
    broker = enchant_broker_init ();
    opened = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  }
  return broker;
}

static void
listed_cb (const char *tag, const char *name, const char *description, const char *file, void *user_data)
{
  g_ptr_array_add (user_data, g_strdup (tag));
}

static int
compare (gconstpointer a, gconstpointer b)
{
  return strcmp (*(const char *const *) a, *(const char *const *) b);
}

GStrv
stonechat_dictionary_list (void)
{
  g_autoptr (GPtrArray) tags = g_ptr_array_new ();

  enchant_broker_list_dicts (get_broker (), listed_cb, tags);
  g_ptr_array_sort (tags, compare);
  /* Several providers have the same. */
  for (guint i = tags->len; i-- > 1;)
    if (g_str_equal (tags->pdata[i], tags->pdata[i - 1]))
      g_free (g_ptr_array_remove_index (tags, i));
  g_ptr_array_add (tags, NULL);
  return (GStrv) g_ptr_array_free (g_steal_pointer (&tags), FALSE);
}

StonechatDictionary *
stonechat_dictionary_open (const char *tag)
{
  StonechatDictionary *self = NULL;
  EnchantDict *dict;

  get_broker ();
  if (g_hash_table_lookup_extended (opened, tag, NULL, (gpointer *) &self))
    return self;
  dict = enchant_broker_request_dict (broker, tag);
  if (dict) {
    self = g_new (StonechatDictionary, 1);
    self->dict = dict;
  }
  g_hash_table_insert (opened, g_strdup (tag), self);
  return self;
}

gboolean
stonechat_dictionary_check (StonechatDictionary *self, const char *word, gssize length)
{
  /* Below zero: it could not be checked. */
  return enchant_dict_check (self->dict, word, length) <= 0;
}

GStrv
stonechat_dictionary_suggest (StonechatDictionary *self, const char *word, guint most)
{
  gsize n = 0;
  char **all = enchant_dict_suggest (self->dict, word, -1, &n);
  GStrv best = g_new0 (char *, MIN (n, most) + 1);

  for (gsize i = 0; i < MIN (n, most); i++)
    best[i] = g_strdup (all[i]);
  if (all)
    enchant_dict_free_string_list (self->dict, all);
  return best;
}

void
stonechat_dictionary_add (StonechatDictionary *self, const char *word)
{
  enchant_dict_add (self->dict, word, -1);
}

void
stonechat_dictionary_ignore (StonechatDictionary *self, const char *word)
{
  enchant_dict_add_to_session (self->dict, word, -1);
}
#else
GStrv
stonechat_dictionary_list (void)
{
  return g_new0 (char *, 1);
}

StonechatDictionary *
stonechat_dictionary_open (const char *tag)
{
  return NULL;
}

gboolean
stonechat_dictionary_check (StonechatDictionary *self, const char *word, gssize length)
{
  return TRUE;
}

GStrv
stonechat_dictionary_suggest (StonechatDictionary *self, const char *word, guint most)
{
  return g_new0 (char *, 1);
}

void
stonechat_dictionary_add (StonechatDictionary *self, const char *word)
{
}

void
stonechat_dictionary_ignore (StonechatDictionary *self, const char *word)
{
}
#endif
