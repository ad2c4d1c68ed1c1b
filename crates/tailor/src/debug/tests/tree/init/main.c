// SPDX-License-Identifier: Apache-2.0
int fork_early(int);
int fork_late(int);
int slub_early(int);
int slub_late(int);

int main_late(int number) { return slub_late(number) + fork_late(number); }

/* Nobody calls it: the linker drops it. */
int main_dropped(int number) { return number + 3; }

__attribute__((cold)) int main_start(int number)
{
	return main_late(number) + fork_early(number) + slub_early(number);
}
