/* A random walk that reports its steps. Only the standard library is needed:
 *
 *     cc -o walk walk.c
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* The events of the run around this program; NULL when there is none. */
static FILE *events;

/* A line leaves the buffer when it ends, by one write, so that the lines of
 * several processes do not mix. */
static void open_events(void)
{
	const char *path = getenv("RUNSHELF_EVENTS");

	if (path == NULL)
		return;
	events = fopen(path, "a");
	if (events != NULL)
		setvbuf(events, NULL, _IOLBF, 4096);
}

/* parameter reads a number out of a flat JSON object without white space, as
 * RUNSHELF_PARAMS is one. */
static long parameter(const char *name, long otherwise)
{
	const char *params = getenv("RUNSHELF_PARAMS");
	char key[64];

	snprintf(key, sizeof key, "\"%s\":", name);
	const char *at = params != NULL ? strstr(params, key) : NULL;
	return at != NULL ? strtol(at + strlen(key), NULL, 10) : otherwise;
}

int main(void)
{
	const char *seed = getenv("RUNSHELF_SEED");
	long steps = parameter("steps", 100), position = 0, farthest = 0;

	srand(seed != NULL ? (unsigned)strtoul(seed, NULL, 10) : 1);
	open_events();
	for (long step = 1; step <= steps; step++) {
		position += rand() / (RAND_MAX / 2 + 1) ? 1 : -1;
		if (labs(position) > farthest)
			farthest = labs(position);
		if (events != NULL)
			fprintf(events, "{\"event_type\":\"step\",\"step\":%ld,\"position\":%ld}\n", step, position);
	}
	if (events != NULL)
		fprintf(events, "{\"event_type\":\"metrics\",\"position\":%ld,\"farthest\":%ld}\n", position, farthest);
	printf("walked %ld steps, ended at %ld\n", steps, position);
	return 0;
}
