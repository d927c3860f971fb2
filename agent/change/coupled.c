#include "coupled.h"

#include "../base/text.h"

static bool is_known(const struct entry *entry, const char *path)
{
	for (size_t i = 0; i < entry->plan->count; i++) {
		if (entry->plan->items[i].kind == PLAN_WRITE_LIVE && strcmp(entry->plan->items[i].path, path) == 0)
			return true;
	}
	for (size_t i = 0; i < entry->coupled.count; i++) {
		if (strcmp(entry->coupled.items[i].path, path) == 0)
			return true;
	}
	return false;
}

static const char *value_now(struct arena *arena, const struct proc_sys *proc_sys, const char *path)
{
	struct observed_live live;

	proc_sys_read(arena, proc_sys, path, &live);
	return live.state == LIVE_READ ? live.value : NULL;
}

struct search {
	struct arena *arena;
	const struct proc_sys *proc_sys;
	struct entry *entry;
	const struct plan_step *step;
};

static bool add(const struct search *search, const char *path, const char *asked, struct error *err)
{
	struct observed_live now;

	/* Two names of one storage are one key. */
	path = catalogue_canonical(path);
	if (is_known(search->entry, path))
		return true;
	proc_sys_read(search->arena, search->proc_sys, path, &now);
	if (now.state == LIVE_UNREADABLE)
		return error_system(err, now.number, "read %s, which the kernel may change along with %s",
				    key_name(search->arena, path), key_name(search->arena, search->step->path));
	if (now.state != LIVE_READ)
		return true;
	*ARRAY_ADD(search->arena, &search->entry->coupled) = (struct entry_coupled){
		.path = path, .by = arena_string(search->arena, search->step->path), .from = now.value, .asked = asked};
	return true;
}

/* Each instance that there is, but for the one named `but`. */
static bool add_instances(const struct search *search, const char *glob, const char *but, const char *asked,
			  struct error *err)
{
	struct desired_expansion expansion = {.glob = glob};
	struct desired_expansions one = {.items = &expansion, .count = 1};

	if (!proc_sys_expand(search->arena, search->proc_sys, &one, err))
		return false;
	for (size_t i = 0; i < expansion.count; i++) {
		if (!text_equal(but, key_instance(search->arena, glob, expansion.items[i])) &&
		    !add(search, expansion.items[i], asked, err))
			return false;
	}
	return true;
}

static bool add_resets(const struct search *search, const char *resets, struct error *err)
{
	static const char gap[] = "<if>";
	char pattern[KEY_LONGEST];
	bool inverted;

	while (catalogue_next_reset(&resets, pattern, &inverted)) {
		number value = 0;
		bool zero = value_element(search->step->to, 0, &value) && value == 0;
		const char *asked = !inverted ? search->step->to : zero ? "1" : "0";
		const char *at = strstr(pattern, gap);

		bool done = at == NULL ? add(search, arena_string(search->arena, pattern), asked, err)
				       : add_instances(search,
						       arena_printf(search->arena, "%.*s*%s", (int)(at - pattern),
								    pattern, at + strlen(gap)),
						       NULL, asked, err);
		if (!done)
			return false;
	}
	return true;
}

/* net/ipv4/conf/default/x: interfaces that were never set for x follow it; `all` is none. */
static bool add_followers(const struct search *search, struct error *err)
{
	static const char instance[] = "/default/";
	const char *path = search->step->path;
	const struct catalogue_family *family = catalogue_family_of(path, FAMILY_INSTANCES);
	size_t length = family == NULL ? 0 : strlen(family->prefix);

	if (family == NULL || !family->ordered || !text_starts(path + length, instance))
		return true;
	return add_instances(search,
			     arena_printf(search->arena, "%s/*/%s", family->prefix, path + length + strlen(instance)),
			     "all", search->step->to, err);
}

/* The finer name of the same instance: it differs from the step's in the last component alone. */
static bool add_finer(const struct search *search, const struct catalogue_row *row, struct error *err)
{
	const char *path = search->step->path, *name = strrchr(row->finer, '/');

	return name == NULL ||
	       add(search, arena_printf(search->arena, "%.*s%s", (int)(strrchr(path, '/') - path), path, name), NULL,
		   err);
}

bool coupled_find(struct arena *arena, const struct proc_sys *proc_sys, struct entry *entry, size_t first,
		  struct error *err)
{
	for (size_t i = first; i < entry->plan->count; i++) {
		const struct plan_step *step = &entry->plan->items[i];
		const struct search search = {.arena = arena, .proc_sys = proc_sys, .entry = entry, .step = step};
		const struct catalogue_row *row = catalogue_find(step->path);

		if (step->kind != PLAN_WRITE_LIVE || row == NULL)
			continue;
		if (!add_resets(&search, catalogue_text(row)->resets, err) || !add_followers(&search, err) ||
		    (row->twin[0] != '\0' && !add(&search, row->twin, "0", err)) || !add_finer(&search, row, err))
			return false;
	}
	return true;
}

void coupled_look(struct arena *arena, const struct proc_sys *proc_sys, struct entry *entry)
{
	for (size_t i = 0; i < entry->coupled.count; i++)
		entry->coupled.items[i].found = value_now(arena, proc_sys, entry->coupled.items[i].path);
	for (size_t i = 0; i < entry->plan->count; i++) {
		struct plan_step *step = &entry->plan->items[i];

		if (step->kind == PLAN_WRITE_LIVE && (step->result == PLAN_CHANGED || step->result == PLAN_ALREADY))
			step->found = value_now(arena, proc_sys, step->path);
	}
}
