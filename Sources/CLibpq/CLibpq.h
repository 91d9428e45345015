#ifndef CDC_CLIBPQ_H
#define CDC_CLIBPQ_H
#include <libpq-fe.h>
#endif
