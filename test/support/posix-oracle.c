/*
 * Asks the C library what a POSIX regular expression matches.
 *
 * usage: posix-oracle ere|bre
 *   ere  REG_EXTENDED | REG_ICASE | REG_NOSUB   the language of Kamailio's rule files
 *   bre  REG_NOSUB                              the language of the table "trusted"
 *
 * Reads lines "pattern TAB subject", in which %XX is a byte, and answers one line each:
 * "match", "nomatch" or "error N" with regcomp's error number; "slow" where the library itself needs
 * more than a fifth of a second (repeated groups of anchors can take it hours).
 */
#include <regex.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/time.h>
#include <sys/wait.h>
#include <unistd.h>

#ifndef __GLIBC__
#error "only glibc is the reference: other C libraries read regular expressions differently"
#endif

#define LIMIT_MICROSECONDS 200000

static void decode(char *text)
{
	char *out = text;
	while (*text) {
		if (*text == '%' && text[1] && text[2]) {
			char hex[3] = {text[1], text[2], 0};
			*out++ = (char)strtol(hex, NULL, 16);
			text += 3;
		} else {
			*out++ = *text++;
		}
	}
	*out = 0;
}

static void answer(char *pattern, char *subject, int flags)
{
	regex_t regex;
	decode(pattern);
	decode(subject);
	int error = regcomp(&regex, pattern, flags);
	if (error) {
		printf("error %d\n", error);
		return;
	}
	puts(regexec(&regex, subject, 0, NULL, 0) == 0 ? "match" : "nomatch");
	regfree(&regex);
}

static void answer_line(char *line, int flags)
{
	char *tab = strchr(line, '\t');
	if (tab)
		*tab = 0;
	answer(line, tab ? tab + 1 : line + strlen(line), flags);
}

/* Answers lines until one takes too long: SIGVTALRM then ends this process. */
static void work(char **lines, size_t count, size_t *done, int flags)
{
	struct itimerval limit = {{0, 0}, {0, LIMIT_MICROSECONDS}};
	for (; *done < count; ++*done) {
		setitimer(ITIMER_VIRTUAL, &limit, NULL);
		answer_line(lines[*done], flags);
		fflush(stdout);
	}
	_exit(0);
}

static char **read_lines(size_t *count)
{
	char **lines = NULL;
	char *line = NULL;
	size_t size = 0;
	for (*count = 0; getline(&line, &size, stdin) > 0; ++*count) {
		line[strcspn(line, "\n")] = 0;
		if (*count % 1024 == 0)
			lines = realloc(lines, (*count + 1024) * sizeof *lines);
		lines[*count] = line;
		line = NULL;
	}
	return lines;
}

int main(int argc, char **argv)
{
	int basic = argc > 1 && strcmp(argv[1], "bre") == 0;
	int flags = basic ? REG_NOSUB : REG_EXTENDED | REG_ICASE | REG_NOSUB;
	size_t count;
	char **lines = read_lines(&count);
	/* shared with the workers, so that the next one knows where the last one stopped */
	size_t *done = mmap(NULL, sizeof *done, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	while (*done < count) {
		int status;
		pid_t worker = fork();
		if (worker == 0)
			work(lines, count, done, flags);
		if (worker < 0 || waitpid(worker, &status, 0) < 0)
			return 1;
		if (!WIFSIGNALED(status))
			continue;
		if (WTERMSIG(status) != SIGVTALRM)
			return 1;
		puts("slow");
		fflush(stdout);
		++*done;
	}
	return 0;
}
