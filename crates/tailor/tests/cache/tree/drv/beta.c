// SPDX-License-Identifier: Apache-2.0
int beta(void)
{
	return 2;
}
