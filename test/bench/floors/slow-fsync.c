/* Loaded before the C library (LD_PRELOAD): each fsync takes FSYNC_US microseconds more. */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <stdlib.h>
#include <time.h>

static void pause_first(void) {
  long us = atol(getenv("FSYNC_US"));
  struct timespec rest = {us / 1000000, us % 1000000 * 1000};
  nanosleep(&rest, NULL);
}

int fsync(int file) {
  pause_first();
  return ((int (*)(int))dlsym(RTLD_NEXT, "fsync"))(file);
}

int fdatasync(int file) {
  pause_first();
  return ((int (*)(int))dlsym(RTLD_NEXT, "fdatasync"))(file);
}
