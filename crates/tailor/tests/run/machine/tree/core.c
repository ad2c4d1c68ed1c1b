// SPDX-License-Identifier: Apache-2.0
int core_works(void)
{
	return 1;
}
