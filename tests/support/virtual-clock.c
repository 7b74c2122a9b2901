/* SPDX-License-Identifier: GPL-3.0-or-later
 * SPDX-FileCopyrightText: The Stonechat authors */
#include "virtual-clock.h"

#include <fcntl.h>
#include <poll.h>
#include <stdio.h>
#include <string.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

static gint64 offset;           /* ns, atomic: other threads read the clock too */
static gint64 begun;
static pid_t main_thread;       /* 0: it has not begun */
static gboolean held;

int
clock_gettime (clockid_t clock, struct timespec *spec)
{
  gint64 add = __atomic_load_n (&offset, __ATOMIC_RELAXED);
  int result = syscall (SYS_clock_gettime, clock, spec);

  if (result == 0 && clock == CLOCK_MONOTONIC && add > 0) {
    add += spec->tv_nsec;
    spec->tv_sec += add / 1000000000;
    spec->tv_nsec = add % 1000000000;
  }
  return result;
}

static char
get_thread_state (const char *id)
{
  char path[64], text[256] = "";
  const char *end;
  int fd;

  snprintf (path, sizeof path, "/proc/self/task/%s/stat", id);
  fd = open (path, O_RDONLY | O_CLOEXEC);
  if (fd < 0)
    return 'S';
  if (read (fd, text, sizeof text - 1) < 0)
    *text = '\0';
  close (fd);
  end = strrchr (text, ')');
  return end && end[1] ? end[2] : 'S';
}

/* No other thread runs, wants to run, or waits for a disk. */
static gboolean
are_others_asleep (void)
{
  g_autoptr (GDir) dir = g_dir_open ("/proc/self/task", 0, NULL);

  for (const char *name; dir && (name = g_dir_read_name (dir)) != NULL;) {
    if (atoi (name) != main_thread && strchr ("RD", get_thread_state (name)))
      return FALSE;
  }
  return TRUE;
}

static int
real_poll (struct pollfd *fds, nfds_t n, int timeout)
{
  struct timespec spec = { timeout / 1000, timeout % 1000 * 1000000 };

  return syscall (SYS_ppoll, fds, n, timeout < 0 ? NULL : &spec, NULL, 0);
}

int
poll (struct pollfd *fds, nfds_t n, int timeout)
{
  int result;

  if (main_thread == 0 || held || timeout <= 0 || syscall (SYS_gettid) != main_thread)
    return real_poll (fds, n, timeout);
  for (int left = timeout; left > 0; left--) {
    /* Twice, for one may have woken another that had been looked at; and what they left for us is looked for last. */
    gboolean idle = are_others_asleep () && are_others_asleep ();

    result = real_poll (fds, n, idle ? 0 : 1);
    if (result != 0)
      return result;
    if (idle) {
      __atomic_add_fetch (&offset, left * 1000000ll, __ATOMIC_RELAXED);
      return 0;
    }
  }
  return 0;
}

void
virtual_clock_start (void)
{
  main_thread = syscall (SYS_gettid);
  begun = g_get_monotonic_time ();
}

void
virtual_clock_hold (gboolean hold)
{
  held = hold;
}

double
virtual_clock_get (void)
{
  return (g_get_monotonic_time () - begun) / 1e6;
}
