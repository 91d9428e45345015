#ifndef CDC_CEXECUTORS_H
#define CDC_CEXECUTORS_H
#ifndef _GNU_SOURCE
#define _GNU_SOURCE
#endif
#include <pthread.h>

/// Names the calling thread, at most 15 characters. Swift's Glibc module leaves out GNU-only functions.
static inline void cdc_set_thread_name(const char *name) { pthread_setname_np(pthread_self(), name); }
#endif
