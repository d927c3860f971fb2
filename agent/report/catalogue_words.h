/*
 * The words that catalogue rows are printed with, for people (report_explain) and for machines (report_explain_json).
 */
#ifndef HOLDFAST_REPORT_CATALOGUE_WORDS_H
#define HOLDFAST_REPORT_CATALOGUE_WORDS_H

#include "../core/catalogue.h"

/* One of an enum's words: for JSON, and a clause for people (NULL: nothing worth saying). */
struct catalogue_words {
	const char *word, *clause;
};

extern const struct catalogue_words catalogue_class_words[], catalogue_scope_words[], catalogue_access_words[],
	catalogue_effect_words[], catalogue_hazard_words[], catalogue_combine_words[], catalogue_readback_words[];

/* "4.12"; NULL when the version is not known. */
const char *catalogue_version_text(struct arena *arena, struct catalogue_version version);
/* "0 to 255 s", "any int", "-21474836 to 21474836 s, less with a faster tick"; NULL when there is no bound. */
const char *catalogue_range_text(struct arena *arena, const struct catalogue_row *row,
				 const struct catalogue_range *range);

#endif
