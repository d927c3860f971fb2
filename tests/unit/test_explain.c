#include "core/explain.h"

#include "base/text.h"
#include "unit.h"

/* pages: the dotted names with a blank between; NULL: not found. */
static const struct {
	const char *word, *pages, *guess, *path;
} words[] = {
	{"net.ipv4.tcp_fin_timeout", "net.ipv4.tcp_fin_timeout", NULL, NULL},
	{"net/ipv4/tcp_fin_timeout", "net.ipv4.tcp_fin_timeout", NULL, NULL},
	{"tcp_fin_timeout", "net.ipv4.tcp_fin_timeout", NULL, NULL},
	{"rp_filter", "net.ipv4.conf.<if>.rp_filter", NULL, NULL},
	{"net.ipv4.conf.<if>.rp_filter", "net.ipv4.conf.<if>.rp_filter", NULL, NULL},
	{"net/ipv4/conf/<if>/rp_filter", "net.ipv4.conf.<if>.rp_filter", NULL, NULL},
	{"net.ipv4.conf.eth0.rp_filter", "net.ipv4.conf.eth0.rp_filter", NULL, NULL},
	{"net.ipv4.conf.eth0/7.rp_filter", "net.ipv4.conf.eth0/7.rp_filter", NULL, NULL},
	{"net/ipv4/conf/eth0.7/rp_filter", "net.ipv4.conf.eth0/7.rp_filter", NULL, NULL},
	{"net.ipv4.conf.all.forwarding", "net.ipv4.conf.all.forwarding", NULL, NULL},
	{"net.ipv4.tcp_tw_reu*", "net.ipv4.tcp_tw_reuse net.ipv4.tcp_tw_reuse_delay", NULL, NULL},
	{"net/ipv4/tcp_tw_reu*", "net.ipv4.tcp_tw_reuse net.ipv4.tcp_tw_reuse_delay", NULL, NULL},
	{"tcp_tw_reus?", "net.ipv4.tcp_tw_reuse", NULL, NULL},
	{"net.ipv4.conf.*.rp_filter", "net.ipv4.conf.<if>.rp_filter", NULL, NULL},
	{"swappines[rst]", "vm.swappiness", NULL, NULL},
	{"net.ipv4.tcp_fin_timeuot", "net.ipv4.tcp_fin_timeout", "this is net.ipv4.tcp_fin_timeout",
	 "net/ipv4/tcp_fin_timeuot"},
	{"tcp_fin_timeuot", "net.ipv4.tcp_fin_timeout", "this is tcp_fin_timeout", NULL},
	{"net.ipv4.conf.eth0.rp_fliter", "net.ipv4.conf.eth0.rp_filter", "this is net.ipv4.conf.eth0.rp_filter",
	 "net/ipv4/conf/eth0/rp_fliter"},
	{"no.such.key", NULL, NULL, "no/such/key"},
	{"no/such.key", NULL, NULL, "no/such.key"},
	{"nonsenseword", NULL, NULL, NULL},
	{"zz*", NULL, NULL, NULL},
	{"", NULL, NULL, NULL},
	{".", NULL, NULL, NULL},
	{"/", NULL, NULL, NULL},
	{"net..x", NULL, NULL, NULL},
	{"net/../x", NULL, NULL, NULL},
	{"a b.c", NULL, NULL, NULL},
	{"[", NULL, NULL, NULL},
};

static const char *names_of(struct arena *arena, const struct explain_pages *pages)
{
	struct text text = {.arena = arena};

	for (size_t i = 0; i < pages->count; i++)
		text_format(&text, "%s%s", i > 0 ? " " : "", key_name(arena, pages->items[i].path));
	return text.bytes != NULL ? text.bytes : "";
}

static void finds_what_is_meant(struct unit *unit)
{
	for (size_t i = 0; i < COUNT_OF(words); i++) {
		struct explain_pages pages = {0};
		const char *guess = "untouched", *path = "untouched";
		struct error err = {0};
		bool found = explain_find(&unit->arena, words[i].word, &pages, &guess, &path, &err);

		HOLDS(unit, words[i].word, found == (words[i].pages != NULL));
		SAME_TEXT(unit, words[i].word, names_of(&unit->arena, &pages), found ? words[i].pages : "");
		SAME_TEXT(unit, words[i].word, guess, words[i].guess);
		SAME_TEXT(unit, words[i].word, path, words[i].path);
		HOLDS(unit, words[i].word, found || err.text[0] != '\0');
		for (size_t j = 0; j < pages.count; j++)
			HOLDS(unit, words[i].word, pages.items[j].row == catalogue_find(pages.items[j].path));
	}
}

static void each_page_comes_once(struct unit *unit)
{
	static const char *const same[] = {"vm.swappiness", "swappiness", "vm/swappiness",
					   "vm.swapp*",     "swappines",  "vm.swappiness"};
	struct explain_pages pages = {0};
	const char *guess, *path;
	struct error err;

	for (size_t i = 0; i < COUNT_OF(same); i++)
		HOLDS(unit, same[i], explain_find(&unit->arena, same[i], &pages, &guess, &path, &err));
	SAME_TEXT(unit, "one page", names_of(&unit->arena, &pages), "vm.swappiness");
	HOLDS(unit, "all", explain_find(&unit->arena, "*", &pages, &guess, &path, &err));
	SAME_NUMBER(unit, "all rows", pages.count, catalogue_row_count);
	SAME_TEXT(unit, "the first stays first", pages.items[0].path, "vm/swappiness");
	HOLDS(unit, "not found", !explain_find(&unit->arena, "no.such.key", &pages, &guess, &path, &err));
	SAME_NUMBER(unit, "nothing is added", pages.count, catalogue_row_count);
}

/* Every row is found by its name in either spelling, and by its last part among others. */
static void finds_every_row(struct unit *unit)
{
	for (size_t i = 0; i < catalogue_row_count; i++) {
		const char *key = catalogue_rows[i].key;
		const char *forms[] = {key, key_name(&unit->arena, key), strrchr(key, '/') + 1};

		for (size_t j = 0; j < COUNT_OF(forms); j++) {
			struct explain_pages pages = {0};
			const char *guess, *path;
			struct error err;
			bool there = false;

			if (!HOLDS(unit, forms[j], explain_find(&unit->arena, forms[j], &pages, &guess, &path, &err)))
				continue;
			for (size_t k = 0; k < pages.count; k++)
				there = there || strcmp(pages.items[k].path, key) == 0;
			HOLDS(unit, forms[j], there && guess == NULL);
		}
	}
}

static void makes_wildcards(struct unit *unit)
{
	SAME_TEXT(unit, "row", explain_wildcard(&unit->arena, "net/ipv4/conf/<if>/rp_filter"),
		  "net/ipv4/conf/*/rp_filter");
	SAME_TEXT(unit, "key", explain_wildcard(&unit->arena, "vm/swappiness"), "vm/swappiness");
	SAME_TEXT(unit, "at the end", explain_wildcard(&unit->arena, "a/<if>"), "a/*");
}

static const struct CMUnitTest tests[] = {
	UNIT(finds_what_is_meant),
	UNIT(each_page_comes_once),
	UNIT(finds_every_row),
	UNIT(makes_wildcards),
};

int main(void)
{
	return cmocka_run_group_tests(tests, NULL, NULL);
}
