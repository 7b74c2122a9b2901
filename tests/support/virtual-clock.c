/* SPDX-License-Identifier: GPL-3.0-or-later
 * SPDX-FileCopyrightText: The Stonechat authors */
#include "virtual-clock.h"

#include <dirent.h>
#include <fcntl.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
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

/* The others. Their files in /proc stay open, for they are looked at before each jump. */
static DIR *task_dir;
static int threads[256];
static guint n_threads;
static nlink_t n_links;         /* of the folder of threads, when it was read */

static void
forget_threads (void)
{
  for (guint i = 0; i < n_threads; i++)
    close (threads[i]);
  n_threads = 0;
}

static nlink_t
count_links (void)
{
  struct stat info;

  return fstat (dirfd (task_dir), &info) == 0 ? info.st_nlink : 0;
}

static void
read_threads (void)
{
  forget_threads ();
  n_links = count_links ();
  rewinddir (task_dir);
  for (struct dirent *entry; (entry = readdir (task_dir)) != NULL;) {
    char path[64];
    int id = atoi (entry->d_name), file;
    if (id == 0 || id == main_thread)
      continue;
    snprintf (path, sizeof path, "%d/stat", id);
    file = openat (dirfd (task_dir), path, O_RDONLY | O_CLOEXEC);
    g_assert_cmpuint (n_threads, <, G_N_ELEMENTS (threads));
    if (file >= 0)
      threads[n_threads++] = file;
  }
}

/* '\0': it has ended. */
static char
get_thread_state (int file)
{
  char text[256];
  ssize_t length = pread (file, text, sizeof text - 1, 0);
  const char *end;

  if (length <= 0)
    return '\0';
  text[length] = '\0';
  end = strrchr (text, ')');
  return end && end[1] ? end[2] : '\0';
}

/* No other thread runs, wants to run, or waits for a disk. */
static gboolean
are_others_asleep (void)
{
  if (!task_dir)
    task_dir = opendir ("/proc/self/task");
  if (count_links () != n_links)
    read_threads ();
  for (guint i = 0; i < n_threads; i++) {
    char state = get_thread_state (threads[i]);
    if (state == '\0')
      n_links = 0;              /* another may have begun, so that there are as many */
    if (state == '\0' || state == 'R' || state == 'D')
      return FALSE;
  }
  return count_links () == n_links;
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
