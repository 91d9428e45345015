#include "CExecutors.h"
