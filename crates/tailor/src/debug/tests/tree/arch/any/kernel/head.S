/* SPDX-License-Identifier: Apache-2.0 */
/* The image's first instructions, the same on all machines. */
	.text
	.globl head_start
	.type head_start, %function
head_start:
	nop
	nop
	.size head_start, . - head_start
	.section .note.GNU-stack, "", %progbits
