#define _GNU_SOURCE
#include "CLibrdkafka.h"

#include <dlfcn.h>
#include <stdio.h>

static _Thread_local char missing[128];

const char *cdc_rdkafka_load(const char *name, cdc_rdkafka *table) {
  void *library = dlopen(name, RTLD_NOW | RTLD_LOCAL);
  if (library == NULL) return dlerror();
#define CDC_FIND(function)                                                                                             \
  *(void **)(&table->function) = dlsym(library, #function);                                                            \
  if (table->function == NULL) {                                                                                       \
    snprintf(missing, sizeof missing, "it has no function %s", #function);                                             \
    dlclose(library);                                                                                                  \
    return missing;                                                                                                    \
  }
  CDC_RDKAFKA(CDC_FIND)
#undef CDC_FIND
  return NULL;
}
