// SPDX-License-Identifier: Apache-2.0
int watch_works(void)
{
	return 1;
}
