/*
 * A saved plan (schema/plan.schema.json). It is a promise, not an order: an apply makes its own plan and carries it out
 * only if it comes to the same. So nothing from the file is ever written anywhere.
 */
#ifndef HOLDFAST_LOAD_LOAD_PLAN_H
#define HOLDFAST_LOAD_LOAD_PLAN_H

#include "../core/findings.h"
#include "../core/profile.h"

struct load_plan_step {
	const char *kind, *key, *file, *from, *to; /* all but kind may be NULL */
	unsigned line;
};
struct load_plan_file {
	const char *file, *digest; /* digest NULL: there was no such file */
};

struct load_plan {
	const char *host_name, *digest, *loader, *time;
	const char *host_id; /* may be NULL */
	struct text_list profiles;
	struct {
		struct load_plan_step *items;
		size_t count, capacity;
	} steps;
	struct {
		struct load_plan_file *items;
		size_t count, capacity;
	} files;
};

bool load_plan(struct arena *arena, const char *file, const char *bytes, size_t length, struct findings *findings,
	       struct load_plan *plan) MUST_CHECK;

#endif
