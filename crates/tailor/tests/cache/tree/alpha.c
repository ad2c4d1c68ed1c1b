// SPDX-License-Identifier: Apache-2.0
#include "common.h"
#define MAKE(name) int name##_made(void)
MAKE(alpha)
{
	return shared();
}
