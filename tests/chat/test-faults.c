/* SPDX-License-Identifier: GPL-3.0-or-later
 * SPDX-FileCopyrightText: The Stonechat authors */
#include "fault-test.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* The plain stream of log-in, first messages both ways, their acknowledgements and pages of the archive, struck at a byte in one direction; then
 * everything has to be there once and in order, without anybody doing anything. STONECHAT_LONG=1 tries every byte, with
 * STONECHAT_PART=I/N every Nth from the Ith (0 to N - 1); else it is a sample, which STONECHAT_SEED repeats. */

#define SAMPLE 12             /* bytes for each kind of fault, direction and memory */
#define SAMPLE_TRICKLE 4      /* of which each takes long */

typedef struct {
  FaultFixture base;
  guint step;                 /* how much of the talk was said */
  guint n_struck;
  double struck;              /* when, last */
  gsize log_in[2];            /* bytes until it was online */
  gboolean logging_in;        /* when it struck */
  gboolean unsent;            /* the same, or something was not acknowledged */
} Fixture;

/* Says what comes next when it is time for it; TRUE: all was said, and everything is where it belongs. */
static gboolean
go_on (Fixture *fixture)
{
  if (fixture->n_struck < fault_server_get_n_struck (fixture->base.server)) {
    fixture->n_struck = fault_server_get_n_struck (fixture->base.server);
    fixture->struck = virtual_clock_get ();
    fixture->base.back = 0;
    fixture->logging_in = !fault_is_online (&fixture->base);
  }
  if (virtual_clock_get () < fixture->struck + 1)
    fixture->unsent = !fault_is_online (&fixture->base) ||
                      chat_profile_count_waiting (fixture->base.profile, fixture->base.account) > 0;
  if (fixture->step == 0 && fault_is_online (&fixture->base)) {
    fixture->log_in[0] = fault_server_get_bytes (fixture->base.server, FALSE);
    fixture->log_in[1] = fault_server_get_bytes (fixture->base.server, TRUE);
    chat_conversation_send (fixture->base.romeo, "two");
    fixture->step = 1;
  }
  if (fixture->step == 1 && fault_has_taken (&fixture->base, "one")) {
    fault_server_say (fixture->base.server, "m2", "theirs two");
    fixture->step = 2;
  }
  return fixture->step == 2 && fault_has_taken (&fixture->base, "two") && fault_is_online (&fixture->base) &&
         fault_server_get_n_unacked (fixture->base.server) == 0 &&
         chat_profile_count_waiting (fixture->base.profile, fixture->base.account) == 0;
}

static void
check_taken (Fixture *fixture)
{
  GPtrArray *taken = fault_server_get_taken (fixture->base.server);
  g_autofree char *all = NULL;

  g_ptr_array_add (taken, NULL);
  all = g_strjoinv ("|", (char **) taken->pdata);
  g_ptr_array_remove_index (taken, taken->len - 1);
  g_assert_cmpstr (all, ==, "one|two|end");
}

static void
check_rows (Fixture *fixture, FaultMemory memory)
{
  g_autofree char *mine = query_text (fixture->base.folder, "SELECT group_concat (text, '|') FROM (SELECT text FROM message WHERE own ORDER BY position)");
  g_autofree char *theirs = query_text (fixture->base.folder, "SELECT group_concat (text, '|') FROM (SELECT text FROM message WHERE NOT own ORDER BY position)");

  g_assert_cmpstr (mine, ==, "one|two|end");
  g_assert_cmpstr (theirs, ==, memory == FAULT_SERVER_HAS_NOTHING ? "theirs one|theirs two|theirs end"
                                                                  : "old one|old two|theirs one|theirs two|theirs end");
  g_assert_cmpint (fault_count_rows (&fixture->base, "own AND state NOT IN (3, 4, 5)"), ==, 0);
}

/* A sign brings it back within ten seconds; silence within ten of noticing it, which takes at most twenty when something was
 * sent or a log-in is under way, else ninety. */
static double
get_limit (Fixture *fixture, const Fault *fault)
{
  return fault->kind != FAULT_SILENCE ? 10 : fixture->unsent ? 30 : 100;
}

typedef struct { gsize all[2], log_in[2]; } Lengths;      /* down, up */

static void
run_case (FaultMemory memory, const Fault *fault, guint n_faulty, Lengths *lengths)
{
  double patience = fault->kind == FAULT_TRICKLE ? 4 * 3600 : 300;  /* a byte a second is slow, not dead */
  Fixture fixture = { 0 };

  fault_begin (&fixture.base, memory, fault, n_faulty);
  fault_server_archive (fixture.base.server, "m-2", "old one");
  fault_server_archive (fixture.base.server, "m-1", "old two");
  /* Offline, both. */
  chat_conversation_send (fixture.base.romeo, "one");
  fault_server_say (fixture.base.server, "m1", "theirs one");
  wait_long (go_on (&fixture), patience);
  for (guint up = 0; lengths && up < 2; up++) {
    lengths->all[up] = fault_server_get_bytes (fixture.base.server, up);
    lengths->log_in[up] = fixture.log_in[up];
  }
  /* What stands still is noticed, also where nothing more was to be said. */
  if (fixture.n_struck > 0 && fault->kind != FAULT_TRICKLE) {
    wait_long (go_on (&fixture) && fixture.base.back > 0, patience);
    g_assert_cmpfloat (fixture.base.back - fixture.struck, <=, get_limit (&fixture, fault));
  }
  /* But nobody waits for a log-in for longer than its steps may take. */
  if (fault->kind == FAULT_TRICKLE && fixture.logging_in && fixture.base.back > 0)
    g_assert_cmpfloat (fixture.base.back - fixture.struck, <=, 60 + 10);
  chat_conversation_send (fixture.base.romeo, "end");
  fault_server_say (fixture.base.server, "m3", "theirs end");
  wait_long (go_on (&fixture) && fault_has_taken (&fixture.base, "end"), patience);
  wait_long (fault_count_rows (&fixture.base, "NOT own AND text = 'theirs end'") == 1, patience);
  wait_long (fault_count_rows (&fixture.base, "text LIKE 'old %'") == (memory == FAULT_SERVER_HAS_NOTHING ? 0 : 2), patience);
  wait_long (fault_count_rows (&fixture.base, "own AND state IN (1, 2)") == 0, patience);
  wait_long (fault_server_get_n_open (fixture.base.server) == 1, 10);
  check_taken (&fixture);
  check_rows (&fixture, memory);
  fault_end (&fixture.base);
}

/* -- which bytes ------------------------------------------------------------------------------------------------------ */

static guint32
get_seed (void)
{
  static guint32 seed;
  const char *text = g_getenv ("STONECHAT_SEED");

  if (seed == 0) {
    seed = text ? (guint32) strtoul (text, NULL, 10) : 1 + g_random_int () % G_MAXINT;
    g_test_message ("STONECHAT_SEED=%u", seed);
  }
  return seed;
}

/* How long the talk is where nothing goes wrong. */
static const Lengths *
get_lengths (FaultMemory memory)
{
  static Lengths lengths[N_FAULT_MEMORIES];
  Fault none = { FAULT_NONE };

  if (lengths[memory].all[0] == 0)
    run_case (memory, &none, 0, &lengths[memory]);
  return &lengths[memory];
}

/* Also twice in a row; but a message after which the connection ended twice is not sent a third time. */
static guint
get_n_faulty (FaultMemory memory, const Fault *fault)
{
  gboolean ends = fault->kind == FAULT_FIN || fault->kind == FAULT_RST;

  return ends && fault->byte > get_lengths (memory)->log_in[fault->up] ? 1 : 1 + fault->byte % 2;
}

static void
try_byte (FaultMemory memory, FaultKind kind, gboolean up, gsize byte)
{
  Fault fault = { kind, up, byte };

  g_test_message ("STONECHAT_FAULT=\"%u %u %u %" G_GSIZE_FORMAT "\"", memory, kind, up, byte);
  run_case (memory, &fault, get_n_faulty (memory, &fault), NULL);
}

static void
get_part (guint *part, guint *n_parts)
{
  const char *text = g_getenv ("STONECHAT_PART");

  if (text)
    g_assert_cmpint (sscanf (text, "%u/%u", part, n_parts), ==, 2);
  g_assert_cmpuint (*part, <, *n_parts);
}

static void
test_kind (gconstpointer data)
{
  FaultMemory memory = GPOINTER_TO_UINT (data) / N_FAULTS;
  FaultKind kind = GPOINTER_TO_UINT (data) % N_FAULTS;
  g_autoptr (GRand) rand = g_rand_new_with_seed (get_seed () + GPOINTER_TO_UINT (data));
  gboolean all = g_strcmp0 (g_getenv ("STONECHAT_LONG"), "1") == 0;
  guint part = 0, n_parts = 1, n = 0;

  get_part (&part, &n_parts);
  for (guint up = 0; up < 2; up++) {
    gsize length = get_lengths (memory)->all[up];

    for (gsize i = 0; i < (all ? length : kind == FAULT_TRICKLE ? SAMPLE_TRICKLE : SAMPLE); i++) {
      if (all && i % n_parts != part)
        continue;
      try_byte (memory, kind, up, all ? i : (gsize) g_rand_int_range (rand, 0, length));
      n++;
    }
  }
  g_test_message ("%u cases", n);
}

/* STONECHAT_FAULT="MEMORY KIND UP BYTE" tries one alone. */
static void
test_one (void)
{
  guint memory, kind, up, byte;

  g_assert_cmpint (sscanf (g_getenv ("STONECHAT_FAULT"), "%u %u %u %u", &memory, &kind, &up, &byte), ==, 4);
  try_byte (memory, kind, up, byte);
}

int
main (int argc, char **argv)
{
  static const char *const kinds[] = { "none", "fin", "rst", "garbage", "silence/R-17", "trickle" };
  static const char *const memories[] = { "resumed/R-04", "in-the-archive/R-27", "forgotten/R-08" };
  int status;

  g_test_init (&argc, &argv, NULL);
  fault_test_init ();
  if (g_getenv ("STONECHAT_FAULT"))
    g_test_add_func ("/faults/one", test_one);
  for (guint memory = 0; memory < N_FAULT_MEMORIES; memory++) {
    for (guint kind = FAULT_FIN; kind < N_FAULTS; kind++) {
      g_autofree char *path = g_strdup_printf ("/faults/%s/%s/W-01/R-26", memories[memory], kinds[kind]);
      g_test_add_data_func (path, GUINT_TO_POINTER (memory * N_FAULTS + kind), test_kind);
    }
  }
  status = g_test_run ();
  fault_test_clear ();
  return status;
}
