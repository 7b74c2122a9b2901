/* SPDX-License-Identifier: GPL-3.0-or-later
 * SPDX-FileCopyrightText: The Stonechat authors */
#include "chat-search-tokens.h"

#include <string.h>

#define MAX_WORDS 24             /* of an expression: more narrow nothing down */

/* -- of a text ------------------------------------------------------------------------------------------------------ */

typedef int (*TokenFunc) (void *context, int flags, const char *token, int length, int start, int end);

/* Where we are in a folded text. */
typedef struct {
  void *context;
  TokenFunc func;
  const char *text, *end;
  const char *letters[3];    /* the last ones, none dense, without a space between; [2] is the last */
  guint n_letters;
  const char *dense;         /* the character before, where that is dense */
  gunichar before;
} Walk;

static int
emit (Walk *walk, const char *from, const char *to)
{
  return walk->func (walk->context, 0, from, to - from, from - walk->text, to - walk->text);
}

static gboolean
is_letter (const Walk *walk, const char *p)
{
  return p < walk->end && *p != ' ' && !chat_search_char_is_dense (g_utf8_get_char (p));
}

static int
walk_letter (Walk *walk, const char *p, gunichar c)
{
  const char *next = g_utf8_next_char (p);
  int code = SQLITE_OK;

  walk->dense = NULL;
  if (chat_search_starts (walk->before, c)) {
    code = emit (walk, p, next);
    if (code == SQLITE_OK && is_letter (walk, next))
      code = emit (walk, p, g_utf8_next_char (next));
  }
  walk->letters[0] = walk->letters[1];
  walk->letters[1] = walk->letters[2];
  walk->letters[2] = p;
  if (++walk->n_letters >= 3 && code == SQLITE_OK)
    code = emit (walk, walk->letters[0], next);
  return code;
}

/* The last one of a run stands alone, so that each begins something. */
static int
walk_dense (Walk *walk, const char *p)
{
  const char *next = g_utf8_next_char (p), *before = walk->dense;
  int code = before != NULL ? emit (walk, before, next) : SQLITE_OK;

  walk->n_letters = 0;
  walk->dense = p;
  if (code == SQLITE_OK && (next >= walk->end || !chat_search_char_is_dense (g_utf8_get_char (next))))
    code = emit (walk, p, next);
  return code;
}

static int
walk_text (Walk *walk)
{
  int code = SQLITE_OK;

  for (const char *p = walk->text; p < walk->end && code == SQLITE_OK; p = g_utf8_next_char (p)) {
    gunichar c = g_utf8_get_char (p);
    if (c == ' ') {
      walk->n_letters = 0;
      walk->dense = NULL;
    } else if (chat_search_char_is_dense (c)) {
      code = walk_dense (walk, p);
    } else {
      code = walk_letter (walk, p, c);
    }
    walk->before = c;
  }
  return code;
}

static int
walk_list (Walk *walk)
{
  const char *p = walk->text;
  int code = SQLITE_OK;

  while (p < walk->end && code == SQLITE_OK) {
    const char *space = memchr (p, ' ', walk->end - p);
    const char *to = space != NULL ? space : walk->end;
    code = emit (walk, p, to);
    p = to + 1;
  }
  return code;
}

/* -- for SQLite: https://sqlite.org/fts5.html §7 --------------------------------------------------------------------- */

/* All tables of a connection share one. */
static int
create_cb (void *data, const char **args, int n_args, Fts5Tokenizer **tokenizer)
{
  *tokenizer = data;
  return SQLITE_OK;
}

static void
delete_cb (Fts5Tokenizer *tokenizer)
{
}

static int
tokenize_cb (Fts5Tokenizer *tokenizer, void *context, int flags, const char *text, int length, TokenFunc func)
{
  ChatFolded *folded = (ChatFolded *) tokenizer;
  Walk walk = { .context = context, .func = func, .text = text, .end = text + length };

  /* Our queries are made of words that are in the index. */
  if (flags & FTS5_TOKENIZE_QUERY)
    return func (context, 0, text, length, 0, length);
  if (length > 0 && text[0] == '\1')
    return walk_list (&walk);
  chat_folded_set (folded, text, length, FALSE);
  walk.text = folded->text->str;
  walk.end = walk.text + folded->text->len;
  return walk_text (&walk);
}

static void
folded_free (void *data)
{
  chat_folded_clear (data);
  g_free (data);
}

static fts5_api *
get_api (ChatDb *db, GError **error)
{
  fts5_api *api = NULL;
  sqlite3_stmt *s = chat_db_query (db, error, "SELECT fts5 (?)", "");

  if (s == NULL)
    return NULL;
  sqlite3_bind_pointer (s, 1, &api, "fts5_api_ptr", NULL);
  if (chat_db_step (db, s, error) > 0)
    sqlite3_reset (s);
  return api;
}

gboolean
chat_search_register_tokenizer (ChatDb *db, GError **error)
{
  fts5_tokenizer methods = { create_cb, delete_cb, tokenize_cb };
  fts5_api *api = get_api (db, error);
  int code;

  if (api == NULL)
    return FALSE;
  code = api->xCreateTokenizer (api, CHAT_SEARCH_TOKENIZER, g_new0 (ChatFolded, 1), &methods, folded_free);
  return code == SQLITE_OK || chat_db_set_error (error, code, sqlite3_errstr (code));
}

/* -- of a query ----------------------------------------------------------------------------------------------------- */

typedef struct { GString *expression; guint n; } Terms;

static void
add_word (Terms *terms, const char *word, gsize length, gboolean prefix)
{
  if (++terms->n > MAX_WORDS)
    return;
  if (terms->expression->len > 0)
    g_string_append (terms->expression, " AND ");
  g_string_append_c (terms->expression, '"');
  for (gsize i = 0; i < length; i++) {
    if (word[i] == '"')
      g_string_append_c (terms->expression, '"');
    g_string_append_c (terms->expression, word[i]);
  }
  g_string_append_c (terms->expression, '"');
  if (prefix)
    g_string_append_c (terms->expression, '*');
}

/* Every n characters that follow one another. */
static void
add_grams (Terms *terms, const char *p, const char *end, guint n)
{
  const char *to = p;

  for (guint i = 0; i < n; i++)
    to = g_utf8_next_char (to);
  for (; to <= end; p = g_utf8_next_char (p), to = g_utf8_next_char (to)) {
    add_word (terms, p, to - p, FALSE);
    if (to == end)
      break;
  }
}

/* Characters that are all dense or all not. starts: in every text something begins where it begins. */
static void
add_run (Terms *terms, const char *p, const char *end, gboolean dense, gboolean starts)
{
  guint n = g_utf8_strlen (p, end - p);

  if (dense && n == 1)
    add_word (terms, p, end - p, TRUE);
  else if (dense)
    add_grams (terms, p, end, 2);
  else if (n >= 3)
    add_grams (terms, p, end, 3);
  else if (starts)
    add_word (terms, p, end - p, FALSE);
}

static void
add_term (Terms *terms, const char *term)
{
  gboolean starts = chat_pattern_is_start (term);

  for (const char *p = term; *p != '\0'; ) {
    const char *run = p;
    gboolean dense = chat_search_char_is_dense (g_utf8_get_char (p));
    if (*p == ' ') {
      starts = TRUE;
      p++;
      continue;
    }
    while (*p != '\0' && *p != ' ' && chat_search_char_is_dense (g_utf8_get_char (p)) == dense)
      p = g_utf8_next_char (p);
    add_run (terms, run, p, dense, starts);
    starts = dense;
  }
}

void
chat_search_add_pattern (GString *expression, ChatPattern *pattern)
{
  Terms terms = { expression, 0 };

  for (const char *const *term = chat_pattern_get_terms (pattern); *term != NULL; term++)
    add_term (&terms, *term);
}

void
chat_search_add_word (GString *expression, const char *word)
{
  Terms terms = { expression, 0 };

  add_word (&terms, word, strlen (word), FALSE);
}
