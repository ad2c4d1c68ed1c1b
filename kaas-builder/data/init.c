/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The only program of a boot test: says on the console what works, and switches off.
 * A line for each check: `kaas-boot-test: NAME ok`, or `NAME failed: WHY`.
 * The command line says what is checked: kaas.disk=FSTYPE (or `raw`), kaas.net=1, kaas.time=SECONDS.
 */
#include <arpa/inet.h>
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/if.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mount.h>
#include <sys/reboot.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/time.h>
#include <time.h>
#include <unistd.h>

#define DISK "/dev/vda"
#define MARK "kaas\n"

/* Of the emulator's server for files (RFC 1350): a question for one, and its first block. */
#define REQUEST "\0\1mark\0octet"
#define ANSWER "\0\3\0\1" MARK

static char words[4096];

static void say(const char *format, ...)
{
	va_list values;

	va_start(values, format);
	printf("kaas-boot-test: ");
	vprintf(format, values);
	printf("\n");
	fflush(stdout);
	va_end(values);
}

static void told(const char *name, const char *failure)
{
	if (!failure)
		say("%s ok", name);
	else
		say("%s failed: %s (%s)", name, failure, strerror(errno));
}

/* The value of a word of the command line, or nothing. */
static const char *given(const char *name)
{
	static char value[128];
	char *at = strstr(words, name);
	size_t length;

	if (!at)
		return NULL;
	at += strlen(name);
	length = strcspn(at, " \n");
	if (length >= sizeof(value))
		return NULL;
	memcpy(value, at, length);
	value[length] = 0;
	return value;
}

static void pause_for(long milliseconds)
{
	struct timespec time = { milliseconds / 1000, milliseconds % 1000 * 1000000 };

	nanosleep(&time, NULL);
}

static void surroundings(void)
{
	int fd;

	mkdir("/proc", 0755);
	mkdir("/sys", 0755);
	mkdir("/dev", 0755);
	mkdir("/disk", 0755);
	mount("proc", "/proc", "proc", 0, NULL);
	mount("sysfs", "/sys", "sysfs", 0, NULL);
	mount("devtmpfs", "/dev", "devtmpfs", 0, NULL);
	fd = open("/dev/console", O_RDWR);
	if (fd >= 0) {
		dup2(fd, 0);
		dup2(fd, 1);
		dup2(fd, 2);
	}
	fd = open("/proc/cmdline", O_RDONLY);
	if (fd >= 0 && read(fd, words, sizeof(words) - 1) < 0)
		words[0] = 0;
}

/* Modules lie in the order in which they have to be loaded: /modules/0, /modules/1, ... */
static void modules(void)
{
	char path[32];
	int fd;

	for (int number = 0; number < 256; number++) {
		snprintf(path, sizeof(path), "/modules/%d", number);
		fd = open(path, O_RDONLY);
		if (fd < 0)
			return;
		if (syscall(SYS_finit_module, fd, "", 0) && errno != EEXIST)
			say("module %d: %s", number, strerror(errno));
		close(fd);
	}
}

static const char *disk(const char *kind)
{
	char text[16] = "";
	int fd = -1;

	for (int tries = 0; tries < 100 && access(DISK, F_OK); tries++)
		pause_for(100);
	if (!strcmp(kind, "raw")) {
		fd = open(DISK, O_RDONLY);
		return fd >= 0 && read(fd, text, sizeof(text)) == sizeof(text) ? NULL : "can't be read";
	}
	/* Where it is the root file system already, there is nothing to mount. */
	if (access("/mark", F_OK)) {
		if (mount(DISK, "/disk", kind, 0, NULL))
			return "can't be mounted";
		if (chdir("/disk"))
			return "no folder";
	}
	fd = open("mark", O_RDONLY);
	if (fd < 0 || read(fd, text, sizeof(text)) <= 0 || strcmp(text, MARK))
		return "its file can't be read";
	fd = open("written", O_CREAT | O_RDWR, 0644);
	if (fd < 0 || write(fd, MARK, 5) != 5 || fsync(fd))
		return "no file can be written";
	return NULL;
}

static int interface(char *name)
{
	DIR *folder = opendir("/sys/class/net");
	struct dirent *entry;
	int found = 0;

	while (folder && (entry = readdir(folder))) {
		if (entry->d_name[0] == '.' || !strncmp(entry->d_name, "lo", 3) ||
		    strlen(entry->d_name) >= IFNAMSIZ)
			continue;
		strcpy(name, entry->d_name);
		found = 1;
	}
	if (folder)
		closedir(folder);
	return found;
}

static const char *network(void)
{
	struct ifreq request = { 0 };
	struct sockaddr_in address = { .sin_family = AF_INET };
	struct timeval patience = { .tv_sec = 2 };
	char text[16] = "";
	int fd;

	for (int tries = 0; tries < 100 && !interface(request.ifr_name); tries++)
		pause_for(100);
	fd = socket(AF_INET, SOCK_DGRAM, 0);
	if (fd < 0)
		return "no socket";
	inet_pton(AF_INET, "10.0.2.15", &address.sin_addr);
	memcpy(&request.ifr_addr, &address, sizeof(address));
	if (ioctl(fd, SIOCSIFADDR, &request))
		return "the interface takes no address";
	inet_pton(AF_INET, "255.255.255.0", &address.sin_addr);
	memcpy(&request.ifr_netmask, &address, sizeof(address));
	ioctl(fd, SIOCSIFNETMASK, &request);
	request.ifr_flags = IFF_UP | IFF_RUNNING;
	if (ioctl(fd, SIOCSIFFLAGS, &request))
		return "the interface does not come up";
	inet_pton(AF_INET, "10.0.2.2", &address.sin_addr);
	address.sin_port = htons(69);
	setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof(patience));
	for (int tries = 0; tries < 5; tries++) {
		if (sendto(fd, REQUEST, sizeof(REQUEST), 0, (struct sockaddr *)&address, sizeof(address)) < 0)
			return "nothing can be sent";
		if (recv(fd, text, sizeof(text), 0) >= (long)sizeof(ANSWER) - 1)
			return memcmp(text, ANSWER, sizeof(ANSWER) - 1) ? "another answer" : NULL;
	}
	return "nobody answers";
}

static const char *clocks(const char *expected)
{
	struct timespec before, after;
	long difference = time(NULL) - atol(expected);

	clock_gettime(CLOCK_MONOTONIC, &before);
	pause_for(50);
	clock_gettime(CLOCK_MONOTONIC, &after);
	if (after.tv_sec == before.tv_sec && after.tv_nsec - before.tv_nsec < 40000000)
		return "it does not go on";
	if (labs(difference) > 86400)
		return "it is another day";
	return NULL;
}

int main(void)
{
	const char *kind;

	surroundings();
	told("console", NULL);
	modules();
	kind = given("kaas.disk=");
	if (kind)
		told("disk", disk(kind));
	if (given("kaas.net="))
		told("network", network());
	kind = given("kaas.time=");
	if (kind)
		told("time", clocks(kind));
	say("done");
	sync();
	reboot(RB_POWER_OFF);
	for (;;)
		pause_for(1000);
}
