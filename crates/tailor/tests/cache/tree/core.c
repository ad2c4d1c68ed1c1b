// SPDX-License-Identifier: Apache-2.0
#include "common.h"
int core(void)
{
	return shared();
}
