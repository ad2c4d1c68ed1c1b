/* SPDX-License-Identifier: Apache-2.0 */
static inline int shared(void)
{
	return 1;
}
