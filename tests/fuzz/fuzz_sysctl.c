/*
 * Sysctl files from anybody, as each loader reads them. The input is one file, or several with the byte 0x1e between them.
 * Held to: a line that wins or loses stands where it is said to stand; the value is what stands there; and when the value
 * of the winning line is replaced by a good one, the forecast is that one (this is how holdfast edits foreign files).
 */
#include "core/persist.h"
#include "core/value.h"
#include "fuzz.h"
#include "sysctl_input.h"
#include "system/forecast.h"

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

/*
 * The winning line says `good` instead, until that is what the key gets. Once is enough for most; two names of one storage
 * take turns, since for systemd a line that says what an earlier one said stands where that one stood.
 */
static void edit(struct arena *arena, const struct loader *loader, const struct sysctl_files *files, size_t key)
{
	enum { TURNS = 64 };
	const struct catalogue_row *row = catalogue_find(keys[key].path);
	struct sysctl_files now = *files;
	struct forecast forecast;
	struct observed_boot boot;

	for (int turn = 0; turn < TURNS; turn++) {
		forecast_build(arena, loader, &now, &forecast);
		forecast_key(arena, &forecast, keys[key].path, &boot);
		HOLD(boot.winner != NULL);
		if (value_equal(row, keys[key].good, boot.winner->value))
			return;
		struct sysctl_file changed = now.items[boot.winner->file];
		changed.bytes = persist_edit(arena, changed.bytes, &changed.length, boot.winner, keys[key].good);
		now = sysctl_files_with(arena, loader, &now, &changed);
		HOLD(now.count == files->count);
	}
	fprintf(stderr, "%s %u: %s stays '%s', by %s:%u\n", loader_name(loader), loader->major, keys[key].path,
		boot.winner->value, boot.winner->source.file, boot.winner->source.line);
	HOLD(!"the edits come to an end");
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
			edit(arena, loader, files, i);
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
