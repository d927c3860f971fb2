#include "linting.h"

#include "../base/text.h"
#include "../system/host.h"
#include "layers.h"

/* --- what the rules may ask --------------------------------------------------------------------------------------- */

static enum lint_presence ask_present(void *context, const char *path)
{
	struct linting *linting = context;
	struct run *run = linting->run;
	struct observed_live live = {0};

	if (run->proc_sys.fd < 0 || run->options->kernel != NULL)
		return LINT_NOT_KNOWN;
	proc_sys_read(run->arena, &run->proc_sys, path, &live);
	if (live.state == LIVE_MISSING)
		return LINT_ABSENT;
	return proc_sys_read_only(&run->proc_sys, path) ? LINT_READ_ONLY : LINT_PRESENT;
}

static const char *ask_live(void *context, const char *path)
{
	const struct linting *linting = context;
	const struct run *run = linting->run;
	struct observed_live live = {0};

	/* A file may be meant for any host: only what is looked at as a host tells of one. */
	if (run->proc_sys.fd < 0 || run->options->kernel != NULL || run->options->operands.count > 0)
		return NULL;
	proc_sys_read(run->arena, &run->proc_sys, path, &live);
	return live.state == LIVE_READ ? live.value : NULL;
}

void linting_begin(struct linting *linting, struct run *run)
{
	*linting = (struct linting){.run = run};
	linting->findings = (struct findings){.arena = run->arena, .most = FINDINGS_LISTED_BY_LINT};
	if (run->options->kernel != NULL) {
		run->facts.kernel = run->options->kernel;
		run->facts.kernel_version = facts_version_read(run->options->kernel);
	}
	linting->lint = (struct lint){
		.arena = run->arena,
		.findings = &linting->findings,
		.kernel = run->facts.kernel_version,
		.systemd = run->loader.kind == LOADER_SYSTEMD,
		.wildcards = run->loader.kind == LOADER_SYSTEMD || run->loader.major >= 4,
		.context = linting,
		.present = ask_present,
		.live = ask_live,
	};
}

void linting_add_file(struct linting *linting, const char *path)
{
	for (size_t i = 0; i < linting->files.count; i++) {
		if (strcmp(linting->files.items[i], path) == 0)
			return;
	}
	*ARRAY_ADD(linting->run->arena, &linting->files) = path;
}

/* --- profiles ----------------------------------------------------------------------------------------------------- */

static void add_requirement(struct linting *linting, struct lint_settings *settings, const struct desired_item *item)
{
	const struct requirement *requirement = item->requirement;
	const char *path = requirement->key.path;
	const char *value = NULL;

	/* A wildcard is one setting, though it stands for many keys here. */
	for (size_t i = 0; i < settings->count; i++) {
		if (settings->items[i].requirement == requirement)
			return;
	}
	if (item->state == DESIRED_CONDITION_FALSE)
		return;
	if (requirement->kind == REQUIREMENT_VALUE || requirement->kind == REQUIREMENT_BOUNDS ||
	    requirement->kind == REQUIREMENT_ONE_OF)
		value = wanted_target(linting->run->arena, item->row, &item->wanted, NULL);
	*ARRAY_ADD(linting->run->arena, settings) = (struct lint_setting){
		.path = path,
		.canonical = catalogue_canonical(path),
		.glob = requirement->key.glob,
		.value = value,
		.source = requirement->source,
		.requirement = requirement,
		.wins = true,
	};
}

static int by_source(const void *left, const void *right)
{
	const struct lint_setting *a = left, *b = right;

	if (a->source.line != b->source.line)
		return a->source.line < b->source.line ? -1 : 1;
	return (a->source.column > b->source.column) - (a->source.column < b->source.column);
}

/* Only what the profile itself says is told; what it stands on is told when that is looked at. */
static void check_layers(struct linting *linting, const struct profile_layers *layers, const char *file)
{
	struct run *run = linting->run;
	struct lint_settings settings = {0};
	struct desired_expansions none = {0};
	struct desired desired = {0};
	struct findings all = {.arena = run->arena, .most = FINDINGS_LISTED_BY_LINT};
	struct lint lint = linting->lint;

	host_facts(run->arena, &run->tree, profile_needs(layers), &run->facts);
	if (run->options->kernel != NULL)
		run->facts.kernel_version = facts_version_read(run->options->kernel);
	desired_globs(run->arena, layers, &none);
	desired_build(run->arena, layers, &none, &run->facts, &desired);
	for (size_t i = 0; i < desired.count; i++)
		add_requirement(linting, &settings, &desired.items[i]);
	if (settings.count == 0)
		return;
	qsort(settings.items, settings.count, sizeof(*settings.items), by_source);
	lint.findings = &all;
	for (size_t i = 0; i < settings.count; i++)
		lint_value(&lint, &settings.items[i]);
	if (settings.count <= LINT_SETTINGS_MOST)
		lint_set(&lint, &settings);
	for (size_t i = 0; i < all.count; i++) {
		if (strcmp(all.items[i].source.file, file) == 0)
			findings_add(&linting->findings, &all.items[i]);
	}
}

void linting_profile(struct linting *linting, const char *word)
{
	struct layers_case given = {.tree = &linting->run->tree, .lenient = true};
	struct text_list words = {0};
	struct profile_layers layers = {0};
	struct findings found = {.arena = linting->run->arena, .most = FINDINGS_LISTED_BY_LINT};
	int cause = 0;

	*ARRAY_ADD(linting->run->arena, &words) = word;
	bool loaded = layers_load(linting->run->arena, &given, &words, &found, &layers, &cause);
	linting->unread = cause != 0 ? cause : linting->unread;
	linting->unreadable = linting->unreadable || !loaded;
	const char *file = layers.count > 0 ? layers.items[layers.count - 1]->file : word;
	linting_add_file(linting, file);
	for (size_t i = 0; i < found.count; i++) {
		/* What is nowhere, such as a missing file, is told of the word. */
		if (found.items[i].source.file == NULL)
			found.items[i].source.file = word;
		linting_add_file(linting, found.items[i].source.file);
		findings_add(&linting->findings, &found.items[i]);
	}
	if (loaded && layers.count > 0)
		check_layers(linting, &layers, file);
}

/* --- order -------------------------------------------------------------------------------------------------------- */

/* What a finding is sorted by, beside its place in the list. */
struct placed {
	struct finding finding;
	size_t file, index;
};

static int by_place(const void *left, const void *right)
{
	const struct placed *a = left, *b = right;

	if (a->file != b->file)
		return a->file < b->file ? -1 : 1;
	if (a->finding.source.line != b->finding.source.line)
		return a->finding.source.line < b->finding.source.line ? -1 : 1;
	if (a->finding.severity != b->finding.severity)
		return a->finding.severity < b->finding.severity ? -1 : 1;
	return a->index < b->index ? -1 : a->index > b->index;
}

/* The same line has a finding that says of the value itself what the myth says in general. */
static bool told_better(const struct placed *placed, size_t count, size_t index)
{
	const struct placed *myth = &placed[index];

	/* They stand together, by file and line. */
	for (size_t i = index; i > 0 && placed[i - 1].file == myth->file &&
			       placed[i - 1].finding.source.line == myth->finding.source.line;)
		index = --i;
	for (size_t i = index;
	     i < count && placed[i].file == myth->file && placed[i].finding.source.line == myth->finding.source.line;
	     i++) {
		if (placed[i].finding.rule == RULE_NO_EFFECT || placed[i].finding.rule == RULE_BELOW_DEMAND ||
		    placed[i].finding.rule == RULE_TRAP_VALUE)
			return true;
	}
	return false;
}

void linting_end(struct linting *linting)
{
	struct findings *findings = &linting->findings;
	struct placed *placed = arena_array(linting->run->arena, findings->count + 1, sizeof(*placed));

	for (size_t i = 0; i < findings->count; i++) {
		placed[i] = (struct placed){.finding = findings->items[i], .index = i, .file = linting->files.count};
		for (size_t j = 0; j < linting->files.count; j++) {
			if (findings->items[i].source.file != NULL &&
			    strcmp(linting->files.items[j], findings->items[i].source.file) == 0)
				placed[i].file = j;
		}
	}
	if (findings->count == 0)
		return;
	qsort(placed, findings->count, sizeof(*placed), by_place);
	size_t kept = 0, count = findings->count;
	for (size_t i = 0; i < count; i++) {
		if (placed[i].finding.rule != RULE_MYTH || !told_better(placed, count, i))
			findings->items[kept++] = placed[i].finding;
		else
			findings->of[placed[i].finding.severity]--;
	}
	findings->count = kept;
}
