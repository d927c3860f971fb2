#include "trial.h"

/* No comment of ours begins with two signs, so no reason in a profile can look like the end. */
static const char block_begin[] = "## begin holdfast: replaced as a whole, do not edit",
		  block_end[] = "## end holdfast";

enum { ROUNDS = 5 };

static void forecast_all(struct run *run, const struct forecast *forecast, struct observed_boot *boot)
{
	for (size_t i = 0; i < run->desired.count; i++) {
		boot[i] = (struct observed_boot){0};
		if (run->desired.items[i].requirement->manage_boot)
			forecast_key(run->arena, forecast, run->desired.items[i].path, &boot[i]);
	}
}

/* The line that is exactly this, from text on; NULL when there is none. */
static const char *find_line(const char *text, const char *line)
{
	size_t length = strlen(line);

	for (; *text != '\0'; text += strcspn(text, "\n"), text += *text == '\n') {
		if (strncmp(text, line, length) == 0 && (text[length] == '\n' || text[length] == '\0'))
			return text;
	}
	return NULL;
}

/* The bytes of our block in the main file, with its lines; false when there is none. */
static bool find_block(const char *text, size_t *start, size_t *end)
{
	const char *begin = find_line(text, block_begin);
	const char *last = begin == NULL ? NULL : find_line(begin, block_end);

	/* The one nearest to the end is ours; a stray one before it, and what stands between, is not. */
	for (const char *next = begin; last != NULL && next != NULL && next < last;) {
		begin = next;
		next = find_line(next + strlen(block_begin), block_begin);
	}
	if (last == NULL)
		return false;
	*start = (size_t)(begin - text);
	*end = (size_t)(last - text) + strlen(block_end);
	*end += text[*end] == '\n';
	return true;
}

static struct sysctl_file with_text(const struct sysctl_file *file, const char *bytes, size_t length)
{
	struct sysctl_file changed = *file;

	changed.bytes = bytes;
	changed.length = length;
	return changed;
}

/* What the loader would see without our part, corrections included. */
static void forecast_foreign(struct trial *trial)
{
	struct run *run = trial->run;
	struct sysctl_file empty = with_text(&trial->drop_in, "", 0);
	struct sysctl_file main = with_text(&trial->main, trial->main_text, trial->main_length);

	trial->foreign_files = run->files;
	/* Even when it is not there yet: once it is, it replaces files of the same name in lower folders. */
	if (!trial->main_is_target || trial->drop_in.present)
		trial->foreign_files = sysctl_files_with(run->arena, &run->loader, &trial->foreign_files, &empty);
	if (trial->main.present)
		trial->foreign_files = sysctl_files_with(run->arena, &run->loader, &trial->foreign_files, &main);
	forecast_build(run->arena, &run->loader, &trial->foreign_files, &trial->foreign);
	forecast_all(run, &trial->foreign, trial->foreign_boot);
}

/* The head comment of our part. */
static const char *head_of(struct run *run)
{
	struct text text = {.arena = run->arena};

	for (size_t i = 0; i < run->layers.count; i++)
		text_format(&text, "%s%s %lld", i > 0 ? ", " : "", run->layers.items[i]->name,
			    (long long)run->layers.items[i]->version);
	return arena_printf(
		run->arena,
		"Written by holdfast for the profile %s, and replaced as a whole: change the profile, not this.",
		text.bytes != NULL ? text.bytes : "");
}

struct sysctl_file trial_own_file(const struct trial *trial)
{
	struct run *run = trial->run;
	struct text text = {.arena = run->arena};
	const char *own = persist_text(run->arena, &trial->lines, head_of(run));

	if (!trial->main_is_target)
		return with_text(&trial->drop_in, own, strlen(own));
	text_add(&text, trial->main_text, trial->main_length);
	if (trial->lines.count > 0) {
		if (text.length > 0 && text.bytes[text.length - 1] != '\n')
			text_string(&text, "\n");
		text_format(&text, "%s\n%s%s\n", block_begin, own, block_end);
	}
	return with_text(&trial->main, text.bytes, text.length);
}

static void forecast_with(struct trial *trial)
{
	struct run *run = trial->run;
	struct sysctl_file own = trial_own_file(trial);
	struct sysctl_files files = sysctl_files_with(run->arena, &run->loader, &trial->foreign_files, &own);
	struct forecast forecast;

	forecast_build(run->arena, &run->loader, &files, &forecast);
	forecast_all(run, &forecast, trial->with_boot);
}

static bool named_by_others(void *context, const char *path)
{
	struct trial *trial = context;

	return forecast_names(trial->run->arena, &trial->foreign, path);
}

static struct persist_case case_of(struct trial *trial)
{
	struct run *run = trial->run;

	return (struct persist_case){
		.outcome = &run->outcome,
		.desired = &run->desired,
		.expansions = &run->expansions,
		.foreign = trial->foreign_boot,
		.own = trial->own_boot,
		.ability = &run->observed.ability,
		.context = trial,
		.named = named_by_others,
	};
}

static bool is_main_file(const struct trial *trial, const char *path)
{
	if (strcmp(path, persist_main_file) == 0)
		return true;
	for (size_t i = 0; i < trial->run->files.count; i++) {
		const struct sysctl_file *file = &trial->run->files.items[i];

		/* An alias, such as /etc/sysctl.d/99-sysctl.conf. */
		if (strcmp(file->path, path) == 0)
			return file->present && trial->main.present && file->device == trial->main.device &&
			       file->inode == trial->main.inode;
	}
	return false;
}

/* Corrects one line of the main file; later ones first, so that the places of the others stay. */
static void edit(struct trial *trial, const struct outcome_parameter *parameter, const struct boot_line *line)
{
	struct run *run = trial->run;
	const char *target = wanted_target(run->arena, parameter->item->row, &parameter->item->wanted, line->value);

	trial->main_text = persist_edit(run->arena, trial->main_text, &trial->main_length, line, target);
	*ARRAY_ADD(run->arena, &trial->edits) = (struct plan_step){
		.kind = PLAN_EDIT_LINE,
		.path = parameter->item->path,
		.file = persist_main_file,
		.line = line->source.line,
		.from = line->value,
		.to = target,
		.note = trial->main_is_target ? NULL : "it would win over the drop-in",
		.parameter = &run->outcome.items[parameter - run->outcome.items],
	};
}

/* A line to correct, and for which key. */
struct correction {
	const struct outcome_parameter *parameter;
	const struct boot_line *line;
};

static int last_first(const void *left, const void *right)
{
	const struct correction *a = left, *b = right;

	return (a->line->value_start < b->line->value_start) - (a->line->value_start > b->line->value_start);
}

/*
 * Corrects the lines of the main file that stand against us, the last one first, so that the places of the others stay
 * valid; true when there were any. In the drop-in mode: lines that win over ours. In the other: wherever the last word
 * on a needed key is there. Never a wildcard, which speaks of other keys too: a line of our own is stronger.
 */
static bool correct_main(struct trial *trial, const struct persist_case *given)
{
	struct run *run = trial->run;
	const struct observed_boot *boot = trial->main_is_target ? trial->foreign_boot : trial->with_boot;
	struct {
		struct correction *items;
		size_t count, capacity;
	} list = {0};
	size_t made = 0;

	for (size_t i = 0; i < run->outcome.count; i++) {
		const struct outcome_parameter *parameter = &run->outcome.items[i];
		const struct boot_line *winner = boot[i].winner;

		if (winner != NULL && !winner->glob && persist_needed(given, i) &&
		    is_main_file(trial, winner->source.file) &&
		    !wanted_satisfied(parameter->item->row, &parameter->item->wanted, winner->value))
			*ARRAY_ADD(run->arena, &list) = (struct correction){parameter, winner};
	}
	if (list.count > 0)
		qsort(list.items, list.count, sizeof(*list.items), last_first);
	for (size_t i = 0; i < list.count; i++) {
		if (i > 0 && list.items[i].line->value_start == list.items[i - 1].line->value_start)
			continue;
		edit(trial, list.items[i].parameter, list.items[i].line);
		made++;
	}
	return made > 0;
}

void trial_settle(struct trial *trial)
{
	size_t most = trial->run->desired.count + ROUNDS;

	for (size_t round = 0; round < most; round++) {
		forecast_foreign(trial);
		struct persist_case given = case_of(trial);
		if (trial->main_is_target && correct_main(trial, &given))
			continue;
		trial->lines = (struct persist_lines){0};
		persist_choose(trial->run->arena, &given, &trial->lines);
		forecast_with(trial);
		if (persist_add_missed(trial->run->arena, &given, trial->with_boot, &trial->lines))
			forecast_with(trial);
		if (trial->main_is_target || !correct_main(trial, &given))
			return;
	}
}

static bool main_is_read(const struct trial *trial)
{
	for (size_t i = 0; i < trial->run->files.count; i++) {
		if (is_main_file(trial, trial->run->files.items[i].path))
			return true;
	}
	return trial->run->loader.kind == LOADER_PROCPS;
}

void trial_read_own(struct trial *trial, struct assignments *own)
{
	struct run *run = trial->run;
	struct sysctl_files files = {0};
	struct forecast forecast;
	size_t start, end;

	if (!trial->main_is_target && trial->drop_in.present) {
		*ARRAY_ADD(run->arena, &files) = trial->drop_in;
	} else if (trial->main_is_target && find_block(trial->main.bytes, &start, &end)) {
		struct sysctl_file block = with_text(
			&trial->main, arena_copy(run->arena, trial->main.bytes + start, end - start), end - start);

		*ARRAY_ADD(run->arena, &files) = block;
	}
	forecast_build(run->arena, &run->loader, &files, &forecast);
	forecast_all(run, &forecast, trial->own_boot);
	*own = forecast.all;
}

bool trial_open(struct run *run, struct trial *trial, struct error *err)
{
	size_t start, end, count = run->desired.count;

	*trial = (struct trial){
		.run = run,
		.main_is_target = run->config.persist_in_sysctl_conf,
		.foreign_boot = arena_array(run->arena, count, sizeof(struct observed_boot)),
		.own_boot = arena_array(run->arena, count, sizeof(struct observed_boot)),
		.with_boot = arena_array(run->arena, count, sizeof(struct observed_boot)),
	};
	if (!sysctl_file_read(run->arena, &run->tree, persist_drop_in, &trial->drop_in, err) ||
	    !sysctl_file_read(run->arena, &run->tree, persist_main_file, &trial->main, err))
		return false;
	trial->main_text = trial->main.bytes;
	trial->main_length = trial->main.length;
	trial->had_block = find_block(trial->main.bytes, &start, &end);
	if (trial->had_block) {
		struct text text = {.arena = run->arena};

		text_add(&text, trial->main.bytes, start);
		text_add(&text, trial->main.bytes + end, trial->main.length - end);
		trial->main_text = text.bytes;
		trial->main_length = text.length;
	}
	bool linked = tree_link(run->arena, &run->tree, persist_drop_in) != NULL;
	if (linked)
		return error_set(
			err,
			"%s is a link; holdfast owns that file whole and does not write through it: remove the link",
			persist_drop_in);
	if (trial->main_is_target && !main_is_read(trial))
		return error_set(
			err,
			"%s: persist.target is sysctl.conf, but systemd does not read /etc/sysctl.conf on this host; "
			"take drop-in, or link /etc/sysctl.d/99-sysctl.conf to it",
			run->config.file);
	return true;
}
