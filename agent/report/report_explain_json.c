#include "report_explain_json.h"

#include "catalogue_words.h"
#include "report_json.h"

static void set_text(json_t *object, const char *name, const char *text)
{
	if (text != NULL && text[0] != '\0')
		json_object_set_new(object, name, report_json_text(text));
}

static void set_key(struct arena *arena, json_t *object, const char *name, const char *path)
{
	if (path[0] != '\0')
		set_text(object, name, key_name(arena, path));
}

static void set_keys(struct arena *arena, json_t *object, const char *name, const char *paths)
{
	char path[KEY_LONGEST];
	bool inverted; /* told in the page for people only */

	if (paths[0] == '\0')
		return;
	json_t *array = json_array();
	while (catalogue_next_reset(&paths, path, &inverted))
		json_array_append_new(array, report_json_text(key_name(arena, path)));
	json_object_set_new(object, name, array);
}

static void set_bound(json_t *object, const char *name, struct catalogue_bound bound)
{
	switch (bound.kind) {
	case BOUND_ABSENT:
		break;
	case BOUND_NUMBER:
		json_object_set_new(object, name, json_integer(bound.number));
		break;
	case BOUND_SECONDS_IN_TICKS:
		set_text(object, name, bound.number < 0 ? "-INT_MAX/HZ" : "INT_MAX/HZ");
		break;
	}
}

static void set_range(json_t *object, const char *name, const struct catalogue_range *range)
{
	if (range->min.kind == BOUND_ABSENT && range->max.kind == BOUND_ABSENT)
		return;
	json_t *bounds = json_object();
	set_bound(bounds, "min", range->min);
	set_bound(bounds, "max", range->max);
	json_object_set_new(object, name, bounds);
}

static void set_words(struct arena *arena, json_t *object, const struct catalogue_row *row)
{
	const char *lines = catalogue_text(row)->words, *meaning;
	char value[KEY_LONGEST];

	if (lines[0] == '\0')
		return;
	json_t *words = json_object();
	while (catalogue_next_word(arena, &lines, value, &meaning))
		set_text(words, value, meaning);
	json_object_set_new(object, row->bits ? "bits" : "words", words);
}

static void set_couplings(struct arena *arena, json_t *object, const struct catalogue_row *row)
{
	set_key(arena, object, "alias", row->alias);
	set_key(arena, object, "twin", row->twin);
	set_key(arena, object, "finer", row->finer);
	if (row->combine != COMBINE_NONE)
		set_text(object, "combine", catalogue_combine_words[row->combine].word);
	if (row->readback != READBACK_AS_WRITTEN)
		set_text(object, "readback", catalogue_readback_words[row->readback].word);
	if (row->ceiling[0] != '\0') {
		json_t *ceiling = json_pack("{s:i}", "element", row->ceiling_element);

		set_key(arena, ceiling, "key", row->ceiling);
		if (row->ceiling_checks)
			json_object_set_new(ceiling, "checks", json_true());
		json_object_set_new(object, "ceiling", ceiling);
	}
	set_keys(arena, object, "resets", catalogue_text(row)->resets);
	set_keys(arena, object, "related", catalogue_text(row)->related);
}

static json_t *row_json(struct arena *arena, const struct catalogue_row *row)
{
	const struct catalogue_text *text = catalogue_text(row);
	json_t *object = json_pack("{s:s}", "class", catalogue_class_words[row->class].word);

	if (row->arity > 0)
		json_object_set_new(object, "arity", json_integer(row->arity));
	if (row->ascending)
		json_object_set_new(object, "ascending", json_true());
	set_text(object, "none", row->none);
	set_text(object, "unit", row->unit);
	set_text(object, "scope", catalogue_scope_words[row->scope].word);
	set_text(object, "access", catalogue_access_words[row->access].word);
	set_text(object, "effect", catalogue_effect_words[row->effect].word);
	set_text(object, "since", catalogue_version_text(arena, row->since));
	set_text(object, "removed", catalogue_version_text(arena, row->removed));
	set_text(object, "module", row->module);
	set_range(object, "range", &row->kernel);
	set_range(object, "latest_range", &row->latest);
	set_range(object, "sane_range", &row->sane);
	set_words(arena, object, row);
	set_couplings(arena, object, row);
	if (row->hazard != HAZARD_NONE) {
		json_t *hazard = json_pack("{s:s}", "kind", catalogue_hazard_words[row->hazard].word);

		set_text(hazard, "note", text->hazard_note);
		set_range(hazard, "range", &row->hazardous);
		set_text(hazard, "start", row->hazardous_start);
		json_object_set_new(object, "hazard", hazard);
	}
	if (catalogue_initial(row) != NULL)
		json_object_set_new(object, "initial", report_json_text(catalogue_initial(row)));
	set_text(object, "initial_since", catalogue_version_text(arena, row->initial_since));
	set_text(object, "initial_note", text->initial_note);
	set_text(object, "help", text->help);
	set_text(object, "note", text->note);
	set_text(object, "myth", text->myth);
	set_text(object, "source", text->source);
	return object;
}

static json_t *line_json(const struct boot_line *line, bool secret)
{
	json_t *object =
		json_pack("{s:o, s:i}", "file", report_json_text(line->source.file), "line", (int)line->source.line);

	if (!secret)
		set_text(object, "value", line->value);
	return object;
}

static json_t *instance_json(struct arena *arena, const struct explain_instance *here, bool secret)
{
	static const char *const states[] = {
		[LIVE_UNASKED] = "unasked",
		[LIVE_READ] = "read",
		[LIVE_MISSING] = "missing",
		[LIVE_UNREADABLE] = "unreadable",
	};
	json_t *object = json_object(), *live = json_pack("{s:s}", "state", states[here->live.state]);

	set_key(arena, object, "key", here->path);
	if (here->live.state == LIVE_READ && !secret)
		set_text(live, "value", here->live.value);
	json_object_set_new(object, "live", live);
	if (here->boot.winner != NULL)
		json_object_set_new(object, "boot", line_json(here->boot.winner, secret));
	if (here->boot.shadowed_count > 0) {
		json_t *shadowed = json_array();

		for (size_t i = 0; i < here->boot.shadowed_count; i++)
			json_array_append_new(shadowed, line_json(here->boot.shadowed[i], secret));
		json_object_set_new(object, "shadowed", shadowed);
	}
	if (here->desired != NULL && !secret && here->desired->state == DESIRED_WANTED)
		json_object_set_new(object, "wanted", report_json_wanted(&here->desired->wanted));
	if (here->desired != NULL)
		json_object_set_new(object, "source",
				    json_pack("{s:o, s:i}", "file",
					      report_json_text(here->desired->requirement->source.file), "line",
					      (int)here->desired->requirement->source.line));
	return object;
}

bool report_explain_json(struct text *out, const struct explain_pages *pages, const struct explain_host *host,
			 struct error *err)
{
	json_t *parameters = json_array();

	for (size_t i = 0; i < pages->count; i++) {
		const struct explain_page *page = &pages->items[i];
		bool secret = page->row != NULL && page->row->hazard == HAZARD_SECRET;
		json_t *object = json_object(), *here = json_array();

		set_key(out->arena, object, "key", page->path);
		json_object_set_new(object, "catalogue",
				    page->row != NULL ? row_json(out->arena, page->row) : json_null());
		for (size_t j = 0; j < page->here.count; j++)
			json_array_append_new(here, instance_json(out->arena, &page->here.items[j], secret));
		json_object_set_new(object, "here", here);
		json_array_append_new(parameters, object);
	}
	json_t *document = json_pack("{s:s, s:o, s:o, s:s, s:o, s:o}", "schema", "holdfast.explain/1", "latest",
				     report_json_text(catalogue_version_text(out->arena, catalogue_latest)), "kernel",
				     report_json_text(host->facts->kernel), "loader", host->loader, "profile",
				     report_json_text(host->profile), "parameters", parameters);
	return report_json_print(out, document, err);
}
