/*
 * Sysctl files and profiles of tuned from anybody, before lint's rules and capture. The input is one file, or several with
 * the byte 0x1e between them. Held to: a finding stands in the file, with a text and a known rule; what is captured loads as
 * a profile, and whatever is not carried over has its reason.
 */
#include "base/text.h"
#include "core/capture.h"
#include "core/lint.h"
#include "fuzz.h"
#include "load/load_profile.h"
#include "load/load_tuned.h"
#include "report/report_capture.h"
#include "sysctl_input.h"
#include "system/forecast.h"

static void look_at(const struct findings *findings)
{
	for (size_t i = 0; i < findings->count; i++) {
		const struct finding *finding = &findings->items[i];

		HOLD(finding->text != NULL && finding->text[0] != '\0');
		HOLD(finding->rule < RULES && finding->severity < FINDING_SEVERITIES);
		HOLD(finding->source.file != NULL && finding->source.line >= 1);
		HOLD(finding->key == NULL || finding->key[0] != '\0');
	}
}

/* As cmd/linting_files does it, less what asks the host. */
static void lint_all(struct arena *arena, const struct loader *loader, const struct sysctl_files *files,
		     const struct forecast *forecast)
{
	struct findings findings = {.arena = arena, .most = FINDINGS_LISTED_BY_LINT};
	const struct lint lint = {.arena = arena,
				  .findings = &findings,
				  .kernel = {6, 18, 0, 2},
				  .systemd = loader->kind == LOADER_SYSTEMD};
	struct lint_settings settings = {0};

	for (size_t i = 0; i < files->count; i++)
		lint_lines(&lint, files->items[i].path, files->items[i].bytes, files->items[i].length);
	for (size_t i = 0; i < forecast->all.count; i++) {
		const struct assignment *assignment = &forecast->all.items[i];
		const char *canonical = catalogue_canonical(assignment->path);
		struct observed_boot boot;

		forecast_key(arena, forecast, canonical, &boot);
		*ARRAY_ADD(arena, &settings) = (struct lint_setting){
			.path = assignment->path,
			.canonical = canonical,
			.glob = assignment->glob,
			.value = assignment->value,
			.exclusion = assignment->value == NULL,
			.vendor = assignment->file == 0,
			.source = {.file = files->items[assignment->file].path, .line = assignment->line},
			.wins = assignment->value != NULL &&
				(assignment->glob || (boot.winner != NULL && boot.winner->file == assignment->file &&
						      boot.winner->source.line == assignment->line)),
		};
	}
	for (size_t i = 0; i < settings.count; i++) {
		if (!settings.items[i].exclusion)
			lint_value(&lint, &settings.items[i]);
	}
	lint_set(&lint, &settings);
	lint_losers(&lint, &settings);
	look_at(&findings);
}

static void print_and_load(struct arena *arena, struct capture *capture)
{
	struct text text = {.arena = arena};
	struct findings findings = {.arena = arena};
	struct profile profile = {0};

	capture_finish(capture);
	for (size_t i = 0; i < capture->refused.count; i++)
		HOLD(capture->refused.items[i].why[0] != '\0' && capture->refused.items[i].text != NULL);
	report_capture(&text,
		       &(struct report_capture){.capture = capture, .name = "captured", .summary = "x", .head = "y"});
	/* What goes to a terminal has nothing that steers it. */
	for (const char *line = text.bytes; *line != '\0'; line += *line != '\0') {
		size_t length = strcspn(line, "\n");
		const char *copy = arena_copy(arena, line, length);

		HOLD(strcmp(text_printable(arena, copy), copy) == 0 || memchr(copy, '\t', length) != NULL);
		line += length;
	}
	if (load_profile(arena, "captured.yaml", text.bytes, text.length, &findings, &profile)) {
		HOLD(profile.count == capture->count);
		return;
	}
	fprintf(stderr, "%s%s:%u: %s\n", text.bytes, findings.items[0].source.file, findings.items[0].source.line,
		findings.items[0].text);
	HOLD(!"what is captured is a profile");
}

static void capture_all(struct arena *arena, const struct loader *loader, const struct sysctl_files *files,
			const struct forecast *forecast)
{
	struct capture capture = {
		.arena = arena, .kernel = {6, 18, 0, 2}, .exclusion_patterns = loader->kind == LOADER_PROCPS};

	for (size_t i = 0; i < forecast->all.count; i++) {
		const struct assignment *assignment = &forecast->all.items[i];
		const struct source source = {.file = files->items[assignment->file].path, .line = assignment->line};
		const char *key = key_name(arena, assignment->path);

		if (assignment->value == NULL)
			capture_exclude(&capture, key, source);
		else
			(void)capture_add(&capture, &(struct capture_line){
							    .key = key, .value = assignment->value, .source = source});
	}
	print_and_load(arena, &capture);
}

static void tuned(struct arena *arena, const struct sysctl_file *file)
{
	struct findings findings = {.arena = arena};
	struct capture capture = {.arena = arena, .kernel = {6, 18, 0, 2}};
	struct tuned_profile profile;

	load_tuned(arena, file->path, file->bytes, file->length, &findings, &profile);
	look_at(&findings);
	HOLD(findings.errors == 0);
	for (size_t i = 0; i < profile.includes.count; i++)
		HOLD(profile.includes.items[i][0] != '\0');
	for (size_t i = 0; i < profile.count; i++) {
		const struct tuned_setting *setting = &profile.items[i];

		HOLD(setting->key != NULL && setting->value != NULL && setting->source.line >= 1);
		(void)capture_add(&capture, &(struct capture_line){.key = setting->key,
								   .value = setting->value,
								   .form = (enum capture_form)setting->form,
								   .source = setting->source});
	}
	print_and_load(arena, &capture);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const struct loader loaders[] = {
		{.kind = LOADER_SYSTEMD},
		{.kind = LOADER_PROCPS, .major = 4, .minor = 0, .patch = 5},
		{.kind = LOADER_PROCPS, .major = 3, .minor = 3, .patch = 17},
	};
	struct arena arena = {0};
	struct sysctl_files files = {0};

	split(&arena, data, size, &files);
	for (size_t i = 0; i < COUNT_OF(loaders); i++) {
		struct forecast forecast;

		forecast_build(&arena, &loaders[i], &files, &forecast);
		lint_all(&arena, &loaders[i], &files, &forecast);
		capture_all(&arena, &loaders[i], &files, &forecast);
	}
	tuned(&arena, &files.items[0]);
	arena_free(&arena);
	return 0;
}
