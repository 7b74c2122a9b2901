/* SPDX-License-Identifier: GPL-3.0-or-later
 * SPDX-FileCopyrightText: The Stonechat authors */
#include "fault-test.h"

#include <malloc.h>
#include <stdio.h>
#include <stdlib.h>

/* A day of a bad network in a minute: the connection ends again and again, in every way, and a message goes out each time.
 * What is there after the first cycles and what is there at the end is told; nothing of it may grow. That no
 * object is left over is seen when all is closed: fault_end () asserts it. */

#define CYCLES 500
#define WARM_UP 50
#define PER_CYCLE 1200    /* bytes: the server of the test keeps each message and its copies */

typedef struct { guint descriptors, sources; gsize memory; } Figures;

static guint
count_descriptors (void)
{
  g_autoptr (GDir) dir = g_dir_open ("/proc/self/fd", 0, NULL);
  guint n = 0;

  while (g_dir_read_name (dir))
    n++;
  return n;
}

/* Those of the main context; ids are given in order. */
static guint
count_sources (void)
{
  guint next = g_idle_add (nothing_cb, NULL), n = 0;

  g_source_remove (next);
  for (guint id = 1; id < next; id++)
    n += g_main_context_find_source_by_id (NULL, id) != NULL;
  return n;
}

static Figures
measure (const char *when)
{
  Figures now = { count_descriptors (), count_sources () };
  struct mallinfo2 info = mallinfo2 ();

  now.memory = info.uordblks + info.hblkhd;
  printf ("soak: %s: %u descriptors, %u sources, %.2f MiB\n", when, now.descriptors, now.sources, now.memory / 1048576.0);
  fflush (stdout);
  return now;
}

static void
cycle (FaultFixture *fixture, guint i)
{
  g_autofree char *text = g_strdup_printf ("message %u", i);

  fixture->back = 0;
  fault_server_strike (fixture->server, FAULT_FIN + i % FAULT_SILENCE);
  chat_conversation_send (fixture->romeo, text);
  wait_long (fixture->back > 0 && fault_has_taken (fixture, text), 200);
  wait_long (chat_profile_count_waiting (fixture->profile, fixture->account) == 0, 200);
}

int
main (int argc, char **argv)
{
  Fault none = { FAULT_NONE };
  FaultFixture fixture;
  Figures before = { 0 }, after;
  gboolean grown;

  fault_test_init ();
  fault_begin (&fixture, FAULT_SERVER_RESUMES, &none, 0);
  wait_long (fault_is_online (&fixture), 60);
  for (guint i = 0; i < WARM_UP + CYCLES; i++) {
    if (i == WARM_UP)
      before = measure ("after the first cycles");
    cycle (&fixture, i);
  }
  after = measure ("500 cycles later");
  g_assert_cmpuint (fault_server_get_taken (fixture.server)->len, ==, WARM_UP + CYCLES);
  g_assert_cmpuint (fault_server_get_n_open (fixture.server), ==, 1);
  fault_end (&fixture);
  fault_test_clear ();
  grown = after.descriptors > before.descriptors || after.sources > before.sources || after.memory > before.memory + CYCLES * PER_CYCLE;
  printf ("soak: %s\n", grown ? "IT GROWS" : "no growth");
  return grown;
}
