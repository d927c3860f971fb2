/*
 * Sysctl files from anybody, as each loader reads them. The input is one file, or several with the byte 0x1e between them.
 * Held to: a line that wins or loses stands where it is said to stand; the value is what stands there; and when the value
 * of the winning line is replaced by a good one, the forecast is that one (this is how holdfast edits foreign files).
 */
#include "core/persist.h"
#include "core/value.h"
#include "fuzz.h"
#include "system/forecast.h"

enum { SEPARATOR = 0x1e, FILES = 4 };

static const char *const paths[FILES] = {"/usr/lib/sysctl.d/10-a.conf", "/etc/sysctl.d/50-b.conf",
					 "/etc/sysctl.d/99-zz-holdfast.conf", "/etc/sysctl.conf"};

static const struct {
	const char *path, *good; /* a value that the kernel would take; NULL for a wildcard */
} keys[] = {
	{"net/ipv4/tcp_fin_timeout", "30"},
	{"net/ipv4/ip_forward", "1"},
	{"net/ipv4/conf/all/forwarding", "1"},
	{"net/ipv4/conf/eth0.100/rp_filter", "1"},
	{"net/ipv4/conf/*/rp_filter", NULL},
	{"net/ipv4/ip_local_port_range", "1024 65535"},
	{"net/ipv4/ip_local_reserved_ports", "8080,9000-9010"},
	{"net/ipv4/tcp_congestion_control", "cubic"},
	{"kernel/core_pattern", "core"},
	{"a/b", "x"},
};

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

static void look_at(const struct sysctl_files *files, const struct boot_line *line)
{
	HOLD(line->file < files->count);
	const struct sysctl_file *file = &files->items[line->file];
	unsigned lines = 1;

	for (size_t i = 0; i < file->length; i++)
		lines += file->bytes[i] == '\n';
	HOLD(line->source.file == file->path);
	HOLD(line->source.line >= 1 && line->source.line <= lines);
	HOLD(line->value != NULL && strpbrk(line->value, "\n") == NULL);
	HOLD(line->value_start <= line->value_end && line->value_end <= file->length);
	HOLD(strlen(line->value) == line->value_end - line->value_start);
	HOLD(memcmp(line->value, file->bytes + line->value_start, strlen(line->value)) == 0);
}

/* The winning line says `good` instead. */
static void edit(struct arena *arena, const struct loader *loader, const struct sysctl_files *files, size_t key,
		 const struct boot_line *winner)
{
	struct sysctl_file changed = files->items[winner->file];
	struct forecast forecast;
	struct observed_boot boot;

	changed.bytes = persist_edit(arena, changed.bytes, &changed.length, winner, keys[key].good);
	struct sysctl_files after = sysctl_files_with(arena, files, &changed);
	HOLD(after.count == files->count);
	forecast_build(arena, loader, &after, &forecast);
	forecast_key(arena, &forecast, keys[key].path, &boot);
	HOLD(boot.winner != NULL);
	HOLD(boot.winner->source.line == winner->source.line && boot.winner->file == winner->file);
	HOLD(value_equal(catalogue_find(keys[key].path), boot.winner->value, keys[key].good));
}

static void forecast_all(struct arena *arena, const struct loader *loader, const struct sysctl_files *files)
{
	struct forecast forecast;
	struct observed_boot boot;

	forecast_build(arena, loader, files, &forecast);
	for (size_t i = 0; i < COUNT_OF(keys); i++) {
		forecast_key(arena, &forecast, keys[i].path, &boot);
		(void)forecast_names(arena, &forecast, keys[i].path);
		for (size_t j = 0; j < boot.shadowed_count; j++)
			look_at(files, boot.shadowed[j]);
		if (boot.winner == NULL)
			continue;
		look_at(files, boot.winner);
		if (keys[i].good != NULL)
			edit(arena, loader, files, i, boot.winner);
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const struct loader loaders[] = {
		{.kind = LOADER_SYSTEMD},
		{.kind = LOADER_PROCPS, .major = 4, .minor = 0, .patch = 2},
		{.kind = LOADER_PROCPS, .major = 4, .minor = 0, .patch = 5},
		{.kind = LOADER_PROCPS, .major = 3, .minor = 3, .patch = 17},
	};
	struct arena arena = {0};
	struct sysctl_files files = {0};

	split(&arena, data, size, &files);
	for (size_t i = 0; i < COUNT_OF(loaders); i++)
		forecast_all(&arena, &loaders[i], &files);
	arena_free(&arena);
	return 0;
}
