/* A wall clock that is CLOCK_SKEW_S seconds wrong, for the processes that preload this library.
 *
 * The monotonic clock stays right, as on a machine whose clock was set wrongly. libfaketime 0.9.10
 * cannot do that for Python 3.11: time.sleep, which sleeps until a monotonic moment, then fails. */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <stdlib.h>
#include <sys/time.h>
#include <time.h>

static time_t skew_s(void) {
    const char *told = getenv("CLOCK_SKEW_S");
    return told ? atol(told) : 0;
}

int clock_gettime(clockid_t clock, struct timespec *now) {
    int (*honest)(clockid_t, struct timespec *) = dlsym(RTLD_NEXT, "clock_gettime");
    int failed = honest(clock, now);
    if (!failed && clock == CLOCK_REALTIME)
        now->tv_sec += skew_s();
    return failed;
}

int gettimeofday(struct timeval *restrict now, void *restrict zone) {
    struct timespec exact;
    (void)zone;
    clock_gettime(CLOCK_REALTIME, &exact);
    now->tv_sec = exact.tv_sec;
    now->tv_usec = exact.tv_nsec / 1000;
    return 0;
}

time_t time(time_t *into) {
    struct timespec exact;
    clock_gettime(CLOCK_REALTIME, &exact);
    if (into)
        *into = exact.tv_sec;
    return exact.tv_sec;
}
