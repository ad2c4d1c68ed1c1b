// SPDX-License-Identifier: Apache-2.0
static struct pci_driver disk_driver = {
	.name = "disk",
};

int disk_read(void)
{
	return disk_driver.name[0];
}
