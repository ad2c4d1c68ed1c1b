// SPDX-License-Identifier: Apache-2.0
static struct file_system_type fat_type = {
	.name = "fat",
};

int fat_init(void)
{
	return fat_type.name[0];
}
