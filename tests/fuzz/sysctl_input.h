/* One fuzz input as several sysctl files, with the byte 0x1e between them. */
#ifndef HOLDFAST_TESTS_FUZZ_SYSCTL_INPUT_H
#define HOLDFAST_TESTS_FUZZ_SYSCTL_INPUT_H

#include "system/sysctl_files.h"

enum { SEPARATOR = 0x1e, FILES = 4 };

static const char *const paths[FILES] = {"/usr/lib/sysctl.d/10-a.conf", "/etc/sysctl.d/50-b.conf",
					 "/etc/sysctl.d/99-zz-holdfast.conf", "/etc/sysctl.conf"};

static void split(struct arena *arena, const uint8_t *data, size_t size, struct sysctl_files *files)
{
	const char *bytes = arena_copy(arena, (const char *)data, size), *end = bytes + size;

	for (size_t i = 0; i < FILES; i++) {
		const char *next = i + 1 < FILES ? memchr(bytes, SEPARATOR, (size_t)(end - bytes)) : NULL;
		size_t length = (size_t)((next != NULL ? next : end) - bytes);

		*ARRAY_ADD(arena, files) = (struct sysctl_file){.path = paths[i],
								.bytes = arena_copy(arena, bytes, length),
								.length = length,
								.present = true,
								.inode = i + 1};
		if (next == NULL)
			return;
		bytes = next + 1;
	}
}

#endif
