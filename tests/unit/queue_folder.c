#include "queue_folder.h"

#include <fcntl.h>
#include <inttypes.h>
#include <unistd.h>

#include "base/fd.h"
#include "base/text.h"

int queue_folder_open(struct unit *unit, const char *path)
{
	unit_make_folder(unit, path);
	int folder = open(unit_path(unit, path), O_RDONLY | O_DIRECTORY | O_CLOEXEC);

	HOLDS(unit, path, folder >= 0);
	return folder;
}

const char *queue_folder_id(struct unit *unit, int64_t ms, unsigned number)
{
	uint64_t bits = (uint64_t)ms & 0xffffffffffffu;

	return arena_printf(&unit->arena, "%08" PRIx64 "-%04" PRIx64 "-7000-8000-%012x", bits >> 16, bits & 0xffff,
			    number);
}

void queue_folder_write(struct unit *unit, int folder, const char *name, const char *bytes, size_t length)
{
	CLEANUP(fd_close) int fd = openat(folder, name, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);

	HOLDS(unit, name, fd >= 0 && fd_write_all(fd, bytes, length));
}

void queue_folder_put(struct unit *unit, int folder, const char *id, const char *fields)
{
	const char *comma = fields[0] != '\0' ? "," : "";
	const char *json = arena_printf(&unit->arena, "{\"id\":\"%s\"%s%s}", id, comma, fields);
	struct gzip_bytes packed;
	struct error err;

	if (HOLDS(unit, id, gzip_pack(&unit->arena, json, strlen(json), &packed, &err)))
		queue_folder_write(unit, folder, queue_name(&unit->arena, id), packed.items, packed.length);
}

bool queue_folder_has(int folder, const char *name)
{
	struct stat status;

	return fstatat(folder, name, &status, AT_SYMLINK_NOFOLLOW) == 0;
}

const char *queue_folder_numbers(struct unit *unit, int folder)
{
	struct text text = {.arena = &unit->arena};
	struct queue_files files;
	struct error err;

	if (!HOLDS(unit, "list", queue_list(&unit->arena, folder, &files, &err)))
		return NULL;
	for (size_t i = 0; i < files.count; i++) {
		const char *digits = files.items[i].name + QUEUE_ID_LENGTH - strlen("000000000000");
		unsigned number = 0;

		for (const char *c = digits; c < files.items[i].name + QUEUE_ID_LENGTH; c++)
			number = number * 16 + (unsigned)(*c <= '9' ? *c - '0' : *c - 'a' + 10);
		text_format(&text, "%s%u", i > 0 ? " " : "", number);
	}
	return text.length > 0 ? text.bytes : "";
}
