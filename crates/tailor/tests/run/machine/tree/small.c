// SPDX-License-Identifier: Apache-2.0
int small_works(void)
{
	return 1;
}
