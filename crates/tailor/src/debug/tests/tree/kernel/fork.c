// SPDX-License-Identifier: Apache-2.0
__attribute__((cold)) int fork_early(int number) { return number * 3; }

int fork_late(int number) { return number - 7; }
