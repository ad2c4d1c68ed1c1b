// SPDX-License-Identifier: Apache-2.0
__attribute__((cold)) int slub_early(int number) { return number / 3; }

__attribute__((section(".init.text"))) int slub_init(int number) { return number % 3; }

int slub_late(int number) { return slub_init(number) - 9; }
