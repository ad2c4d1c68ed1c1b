// SPDX-License-Identifier: Apache-2.0
/*
 * popen() and pclose() for the kernel's `conf`, linked with -Wl,--wrap: shell
 * commands are answered from a file (KAAS_SHELL_ANSWERS: no process is started,
 * an unknown command fails) or run and recorded (KAAS_SHELL_RECORD). The file's
 * format is that of crates/kconfig/src/answers.rs.
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

FILE *__real_popen(const char *command, const char *mode);
int __real_pclose(FILE *stream);
FILE *__wrap_popen(const char *command, const char *mode);
int __wrap_pclose(FILE *stream);

static const char heading[] = "# kaas shell answers 1\n";

struct record {
	char *command;
	char *answer;
	size_t length;
};

static struct record *records;
static size_t count;
static int ready;

static void die(const char *what, const char *why)
{
	fprintf(stderr, "replay: %s: %s\n", what, why);
	exit(3);
}

static void *need(void *memory)
{
	if (!memory)
		die("memory", "none left");
	return memory;
}

static void add(char *command, char *answer, size_t length)
{
	if (!(count & (count + 1)))
		records = need(realloc(records, (2 * count + 2) * sizeof(*records)));
	records[count++] = (struct record){ command, answer, length };
}

static struct record *find(const char *command)
{
	for (size_t i = 0; i < count; i++)
		if (!strcmp(records[i].command, command))
			return &records[i];
	return NULL;
}

/* Undoes the two escapes in place; returns the length. */
static size_t unescape(char *text)
{
	char *to = text;

	for (char *from = text; *from; from++) {
		int escaped = from[0] == '\\' && from[1];

		from += escaped;
		*to++ = escaped && *from == 'n' ? '\n' : *from;
	}
	*to = 0;
	return to - text;
}

/* The next line without its prefix ("$ " or "= ") and newline, or NULL at the end. */
static char *line_after(FILE *file, const char *path, const char *prefix)
{
	char *line = NULL;
	size_t size = 0;
	ssize_t length = getline(&line, &size, file);

	if (length < 0) {
		free(line);
		return NULL;
	}
	if (line[length - 1] == '\n')
		line[--length] = 0;
	if (strncmp(line, prefix, 2))
		die(path, "not a file of shell answers");
	return memmove(line, line + 2, length - 1);
}

static void read_answers(const char *path)
{
	char first[sizeof(heading)];
	FILE *file = fopen(path, "r");
	char *command, *answer;

	if (!file)
		die(path, strerror(errno));
	if (!fgets(first, sizeof(first), file) || strcmp(first, heading))
		die(path, "not a file of shell answers");
	while ((command = line_after(file, path, "$ "))) {
		answer = line_after(file, path, "= ");
		if (!answer)
			die(path, "a command without an answer");
		unescape(command);
		add(command, answer, unescape(answer));
	}
	fclose(file);
}

static void write_escaped(FILE *file, const char *prefix, const char *text, size_t length)
{
	fputs(prefix, file);
	for (size_t i = 0; i < length; i++) {
		if (text[i] == '\\')
			fputs("\\\\", file);
		else if (text[i] == '\n')
			fputs("\\n", file);
		else
			putc(text[i], file);
	}
	putc('\n', file);
}

static int by_command(const void *a, const void *b)
{
	return strcmp(((const struct record *)a)->command, ((const struct record *)b)->command);
}

static void write_answers(void)
{
	const char *path = getenv("KAAS_SHELL_RECORD");
	FILE *file = fopen(path, "w");

	if (!file)
		return perror(path);
	fputs(heading, file);
	qsort(records, count, sizeof(*records), by_command);
	for (size_t i = 0; i < count; i++) {
		write_escaped(file, "$ ", records[i].command, strlen(records[i].command));
		write_escaped(file, "= ", records[i].answer, records[i].length);
	}
	fclose(file);
}

static struct record *run(const char *command)
{
	FILE *pipe = __real_popen(command, "r");
	char *answer = NULL;
	size_t length = 0, more;

	if (!pipe)
		return NULL;
	do {
		answer = need(realloc(answer, length + 4096));
		more = fread(answer + length, 1, 4096, pipe);
		length += more;
	} while (more);
	__real_pclose(pipe);
	add(need(strdup(command)), answer, length);
	return &records[count - 1];
}

static void prepare(void)
{
	if (ready++)
		return;
	if (getenv("KAAS_SHELL_ANSWERS"))
		read_answers(getenv("KAAS_SHELL_ANSWERS"));
	if (getenv("KAAS_SHELL_RECORD"))
		atexit(write_answers);
}

FILE *__wrap_popen(const char *command, const char *mode)
{
	struct record *record;

	prepare();
	if (!getenv("KAAS_SHELL_ANSWERS") && !getenv("KAAS_SHELL_RECORD"))
		return __real_popen(command, mode);
	record = find(command);
	if (!record && getenv("KAAS_SHELL_RECORD"))
		record = run(command);
	if (!record) {
		fprintf(stderr, "replay: no answer to '%s'\n", command);
		errno = ENOENT;
		return NULL;
	}
	if (!record->length)
		return fopen("/dev/null", "r");
	return fmemopen(record->answer, record->length, "r");
}

int __wrap_pclose(FILE *stream)
{
	if (!getenv("KAAS_SHELL_ANSWERS") && !getenv("KAAS_SHELL_RECORD"))
		return __real_pclose(stream);
	return fclose(stream);
}
