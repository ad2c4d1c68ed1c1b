// SPDX-License-Identifier: Apache-2.0
int tiny_works(void)
{
	return 1;
}
