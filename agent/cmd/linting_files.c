#include "linting_files.h"

#include <errno.h>

#include "../base/text.h"
#include "../system/unread.h"
#include "input.h"
#include "owners.h"

static void tell_unreadable(struct linting *linting, const char *path, const struct error *err)
{
	findings_error(&linting->findings, (struct source){.file = path}, "%s", err->text);
	linting_add_file(linting, path);
	linting->unreadable = true;
	linting->unread = err->number != 0 ? err->number : linting->unread;
}

/* --- sysctl files ------------------------------------------------------------------------------------------------- */

static bool is_vendor(const char *path)
{
	return text_starts(path, "/usr/lib/") || text_starts(path, "/lib/") || text_starts(path, "/usr/local/lib/");
}

/* The same line of the same file, which a loader may read under two names. */
static bool is_line(const struct forecast *forecast, const struct assignment *winner,
		    const struct assignment *assignment)
{
	if (winner == NULL || winner->line != assignment->line)
		return false;
	const struct sysctl_file *a = &forecast->files->items[winner->file];
	const struct sysctl_file *b = &forecast->files->items[assignment->file];

	return a == b || (a->inode != 0 && a->inode == b->inode && a->device == b->device);
}

/* Each wildcard is held against each; of more than these nobody should ask. */
enum { GLOBS_MOST = 300 };

/* Whether the wildcard has the last word on a key of this host; without a kernel it may. */
static bool glob_wins(struct linting *linting, const struct forecast *forecast, const struct assignment *assignment,
		      size_t *matches)
{
	struct run *run = linting->run;
	struct desired_expansions expansions = {0};
	struct error err;
	struct key key;
	bool wins = false;

	*matches = 1;
	if (run->proc_sys.fd < 0 || run->options->kernel != NULL || forecast->glob_count > GLOBS_MOST ||
	    !key_parse(run->arena, assignment->path, strlen(assignment->path), &key, &err))
		return true;
	ARRAY_ADD(run->arena, &expansions)->glob = assignment->path;
	if (!proc_sys_expand(run->arena, &run->proc_sys, &expansions, &err))
		return true;
	*matches = expansions.items[0].count;
	for (size_t i = 0; i < *matches && !wins; i++) {
		const char *path = catalogue_canonical(expansions.items[0].items[i]);
		struct arena scratch = {0};

		wins = is_line(forecast, forecast_winner(&scratch, forecast, path), assignment);
		arena_free(&scratch);
	}
	return wins;
}

/* Where reading has come to in a file: assignments come in the order of their lines. */
struct cursor {
	size_t file, offset;
	unsigned line;
};

/* The column in which the assignment's line begins to say something. */
static unsigned column_of(struct cursor *cursor, const struct sysctl_file *file, const struct assignment *assignment)
{
	if (cursor->file != assignment->file || cursor->line == 0)
		*cursor = (struct cursor){.file = assignment->file, .line = 1};
	for (; cursor->line < assignment->line && cursor->offset < file->length; cursor->line++) {
		const char *start = file->bytes + cursor->offset;
		const char *newline = memchr(start, '\n', file->length - cursor->offset);

		cursor->offset = newline != NULL ? (size_t)(newline - file->bytes) + 1 : file->length;
	}
	size_t column = cursor->offset;
	while (column < file->length && strchr(" \t", file->bytes[column]) != NULL && file->bytes[column] != '\0')
		column++;
	return (unsigned)(column - cursor->offset) + 1;
}

/* What adding one assignment after the other goes on from. */
struct adding {
	struct cursor cursor;
	const struct assignment **winners;
};

static void add_assignment(struct linting *linting, const struct forecast *forecast,
			   const struct assignment *assignment, struct adding *adding, struct lint_settings *settings)
{
	struct arena *arena = linting->run->arena;
	const struct sysctl_file *file = &forecast->files->items[assignment->file];
	struct lint_setting *setting = ARRAY_ADD(arena, settings);
	size_t matches = 1;

	*setting = (struct lint_setting){
		.path = assignment->path,
		.canonical = catalogue_canonical(assignment->path),
		.glob = assignment->glob,
		.value = assignment->value,
		.exclusion = assignment->value == NULL,
		.vendor = is_vendor(file->path),
		.source = {.file = file->path,
			   .line = assignment->line,
			   .column = column_of(&adding->cursor, file, assignment)},
	};
	if (setting->exclusion)
		return;
	if (!setting->glob) {
		setting->wins = is_line(forecast, adding->winners[assignment - forecast->all.items], assignment);
		return;
	}
	setting->wins = glob_wins(linting, forecast, assignment, &matches);
	if (matches == 0 && !setting->vendor)
		lint_add(&linting->lint,
			 &(struct finding){.source = setting->source,
					   .rule = RULE_GLOB_WITHOUT_MATCH,
					   .severity = FINDING_NOTE,
					   .remedy = "Leave it for interfaces that come later, or delete it."},
			 setting->path, "the wildcard stands for no parameter of this kernel");
}

/* What the other loader would make of the same files. */
static void compare_loaders(struct linting *linting, const struct forecast *forecast,
			    const struct lint_settings *settings)
{
	bool systemd = forecast->loader->kind == LOADER_SYSTEMD;
	const struct loader other_loader = {.kind = systemd ? LOADER_PROCPS : LOADER_SYSTEMD, .major = 4, .minor = 0};
	struct arena *arena = linting->run->arena;
	struct forecast other;

	forecast_build(arena, &other_loader, forecast->files, &other);
	for (size_t i = 0; i < settings->count; i++) {
		const struct lint_setting *setting = &settings->items[i];
		struct finding finding = {
			.source = setting->source,
			.rule = RULE_LOADERS_DIFFER,
			.severity = FINDING_WARNING,
			.remedy = "Set the key on one line only, under its own name.",
		};

		if (!setting->wins || setting->glob || setting->value == NULL)
			continue;
		const struct catalogue_row *row = catalogue_find(setting->canonical);
		const struct assignment *winner = forecast_winner(arena, &other, setting->canonical);
		if (winner != NULL && value_equal(row, setting->value, winner->value))
			continue;
		if (winner != NULL)
			lint_add(&linting->lint, &finding, setting->path, "%s would go by another line: %s:%u sets %s",
				 loader_name(&other_loader), forecast->files->items[winner->file].path, winner->line,
				 lint_quoted(&linting->lint, row, winner->value));
		else
			lint_add(&linting->lint, &finding, setting->path, "%s would not set it from these files",
				 loader_name(&other_loader));
	}
}

static bool seen_before(const struct sysctl_files *files, size_t index)
{
	const struct sysctl_file *file = &files->items[index];

	for (size_t i = 0; i < index; i++) {
		const struct sysctl_file *earlier = &files->items[i];

		if (earlier->present && file->present && earlier->inode != 0 && earlier->device == file->device &&
		    earlier->inode == file->inode)
			return true;
	}
	return false;
}

static void add_assignments(struct linting *linting, const struct forecast *forecast, struct lint_settings *settings)
{
	const struct sysctl_files *files = forecast->files;
	struct adding adding = {.winners = forecast_winners(linting->run->arena, forecast)};
	for (size_t i = 0; i < forecast->all.count; i++) {
		const struct assignment *assignment = &forecast->all.items[i];

		if (!seen_before(files, assignment->file))
			add_assignment(linting, forecast, assignment, &adding, settings);
	}
}

static void check_files(struct linting *linting, const struct forecast *forecast, struct lint_settings *settings)
{
	const struct sysctl_files *files = forecast->files;

	for (size_t i = 0; i < files->count; i++) {
		linting_add_file(linting, files->items[i].path);
		if (!seen_before(files, i))
			lint_lines(&linting->lint, files->items[i].path, files->items[i].bytes, files->items[i].length);
	}
	if (forecast->all.count > LINT_SETTINGS_MOST) {
		findings_warning(&linting->findings, (struct source){.file = files->items[0].path},
				 "there are more than %d assignments; only how they are written was looked at",
				 LINT_SETTINGS_MOST);
		return;
	}
	add_assignments(linting, forecast, settings);
	for (size_t i = 0; i < settings->count; i++) {
		if (!settings->items[i].exclusion)
			lint_value(&linting->lint, &settings->items[i]);
	}
	lint_set(&linting->lint, settings);
	lint_losers(&linting->lint, settings);
	compare_loaders(linting, forecast, settings);
}

static void tell_unread(struct linting *linting, const struct unread_file *file)
{
	findings_add(&linting->findings, &(struct finding){
						 .source = {.file = file->path},
						 .severity = FINDING_WARNING,
						 .rule = RULE_NOT_READ_AT_BOOT,
						 .text = file->why,
						 .remedy = file->remedy,
					 });
	linting_add_file(linting, file->path);
}

static bool given_before(const struct text_list *paths, size_t index)
{
	for (size_t i = 0; i < index; i++) {
		if (strcmp(paths->items[i], paths->items[index]) == 0)
			return true;
	}
	return false;
}

void linting_files(struct linting *linting, const struct text_list *paths)
{
	struct run *run = linting->run;
	struct sysctl_files *files = arena_alloc(run->arena, sizeof(*files));
	struct lint_settings settings = {0};
	struct unread_file unread;
	struct forecast forecast;

	for (size_t i = 0; i < paths->count; i++) {
		struct input input;
		struct error err;

		if (given_before(paths, i))
			continue;
		linting_add_file(linting, paths->items[i]);
		switch (input_read(run->arena, NULL, paths->items[i], false, &input, &err)) {
		case INPUT_READ:
			break;
		case INPUT_ABSENT:
			error_set(&err, "there is no such file");
			tell_unreadable(linting, paths->items[i], &err);
			continue;
		case INPUT_REFUSED:
			tell_unreadable(linting, paths->items[i], &err);
			continue;
		}
		*ARRAY_ADD(run->arena, files) = (struct sysctl_file){
			.path = paths->items[i], .bytes = input.bytes, .length = input.length, .present = true};
		if (unread_name(&run->loader, paths->items[i], &unread))
			tell_unread(linting, &unread);
	}
	forecast_build(run->arena, &run->loader, files, &forecast);
	if (files->count > 0)
		check_files(linting, &forecast, &settings);
}

/* --- the host ----------------------------------------------------------------------------------------------------- */

static void tell_owner(struct linting *linting, const struct owned *owned, const struct lint_setting *setting)
{
	/* A value is shown only of a key that is known to be no secret. */
	const struct catalogue_row *row = catalogue_find(owned->path);
	bool shown = owned->value != NULL && row != NULL && row->hazard != HAZARD_SECRET;
	bool differs = owned->value != NULL && setting->value != NULL &&
		       !value_equal(row, setting->value, owned->value);
	const struct finding finding = {
		.source = setting->source,
		.rule = RULE_OTHER_OWNER,
		.severity = differs || owned->value == NULL ? FINDING_WARNING : FINDING_NOTE,
		.remedy = "Let one of the two set it.",
	};

	lint_add(&linting->lint, &finding, setting->path, "%s %s%s%s (%s%s)", owned->owner, owned->text,
		 shown ? ": to " : "", shown ? lint_quoted(&linting->lint, row, owned->value) : "", owned->source.file,
		 owned->source.line > 0 ? arena_printf(linting->run->arena, ":%u", owned->source.line) : "");
}

/* Each is held against each setting. */
enum { OWNED_MOST = 2000 };

static void check_owners(struct linting *linting, const struct lint_settings *settings)
{
	struct owners owners = {0};

	owners_find(linting->run->arena, &linting->run->tree, &owners);
	for (size_t i = 0; i < owners.count && i < OWNED_MOST; i++) {
		const char *canonical = catalogue_canonical(owners.items[i].path);

		for (size_t j = 0; j < settings->count; j++) {
			const struct lint_setting *setting = &settings->items[j];

			if (setting->wins && !setting->exclusion &&
			    (strcmp(setting->canonical, canonical) == 0 ||
			     (setting->glob && key_matches(setting->path, owners.items[i].path))))
				tell_owner(linting, &owners.items[i], setting);
		}
	}
}

/* What stands in a file that is not read is looked at all the same, line by line: somebody thought that it counts. */
static void check_unread(struct linting *linting, const char *path)
{
	struct run *run = linting->run;
	struct sysctl_files *files = arena_alloc(run->arena, sizeof(*files));
	struct lint_settings settings = {0};
	struct forecast forecast;
	struct error unheard;

	if (!sysctl_file_read(run->arena, &run->tree, path, ARRAY_ADD(run->arena, files), &unheard))
		return;
	lint_lines(&linting->lint, path, files->items[0].bytes, files->items[0].length);
	forecast_build(run->arena, &run->loader, files, &forecast);
	if (forecast.all.count > LINT_SETTINGS_MOST)
		return;
	add_assignments(linting, &forecast, &settings);
	for (size_t i = 0; i < settings.count; i++) {
		if (!settings.items[i].exclusion)
			lint_value(&linting->lint, &settings.items[i]);
	}
}

bool linting_host(struct linting *linting, struct error *err)
{
	struct run *run = linting->run;
	struct lint_settings settings = {0};
	struct unread_files unread = {0};
	struct forecast forecast;

	if (!pipeline_files(run, &forecast, err))
		return false;
	for (size_t i = 0; i < run->findings.count; i++) {
		struct finding finding = run->findings.items[i];
		size_t root = run->tree.is_host ? 0 : strlen(run->tree.path);

		/* Other findings name files as the host does. */
		while (root > 0 && run->tree.path[root - 1] == '/')
			root--;
		if (finding.source.file != NULL && root > 0 &&
		    strncmp(finding.source.file, run->tree.path, root) == 0 && finding.source.file[root] == '/')
			finding.source.file += root;
		findings_add(&linting->findings, &finding);
	}
	run->findings_told = run->findings.count;
	check_files(linting, &forecast, &settings);
	unread_find(run->arena, &run->tree, &run->loader, &run->files, &unread);
	for (size_t i = 0; i < unread.count; i++) {
		tell_unread(linting, &unread.items[i]);
		if (text_ends(unread.items[i].path, ".conf"))
			check_unread(linting, unread.items[i].path);
	}
	if (settings.count > 0)
		check_owners(linting, &settings);
	return true;
}
