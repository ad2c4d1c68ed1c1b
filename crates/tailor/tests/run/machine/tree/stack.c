// SPDX-License-Identifier: Apache-2.0
int stack_works(void)
{
	return 1;
}
