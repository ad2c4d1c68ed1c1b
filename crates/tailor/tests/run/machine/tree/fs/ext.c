// SPDX-License-Identifier: Apache-2.0
static struct file_system_type ext_type = {
	.name = "ext",
};

int ext_write(void)
{
	return ext_type.name[0];
}
