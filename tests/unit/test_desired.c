#include "core/desired.h"

#include "base/text.h"
#include "load/load_profile.h"
#include "unit.h"

/* The keys that wildcards can find on the host of these tests, in byte order. */
static const char *const existing[] = {
	"net/ipv4/conf/all/forwarding",     "net/ipv4/conf/all/rp_filter",   "net/ipv4/conf/default/rp_filter",
	"net/ipv4/conf/eth0.100/rp_filter", "net/ipv4/conf/eth0/forwarding", "net/ipv4/conf/eth0/rp_filter",
	"net/ipv4/conf/lo/rp_filter",       "net/ipv4/conf/veth1/rp_filter",
};

static const struct {
	const char *name;
	const char *layers[3]; /* the lines of `parameters`, below each other in the order of the layers */
	const char *wanted;    /* a line for each item: path = value (layer, line of the file) */
} cases[] = {
	{"one layer", {"kernel.panic: 5\n"}, "kernel/panic = 5 (a 4)\n"},
	{"sorted by path",
	 {"vm.swappiness: 1\nnet.core.somaxconn: 2\nkernel.panic: 3\n"},
	 "kernel/panic = 3 (a 6)\nnet/core/somaxconn = 2 (a 5)\nvm/swappiness = 1 (a 4)\n"},
	{"the later layer wins", {"kernel.panic: 5\n", "kernel.panic: 6\n"}, "kernel/panic = 6 (b 4)\n"},
	{"in either spelling", {"kernel.panic: 5\n", "kernel/panic: 6\n"}, "kernel/panic = 6 (b 4)\n"},
	{"the last of three",
	 {"kernel.panic: 5\n", "kernel.panic: 6\n", "kernel.panic: 7\n"},
	 "kernel/panic = 7 (c 4)\n"},
	{"layers add up",
	 {"kernel.panic: 5\n", "vm.swappiness: 6\n"},
	 "kernel/panic = 5 (a 4)\nvm/swappiness = 6 (b 4)\n"},
	{"the whole requirement is replaced",
	 {"net.core.somaxconn: {min: 4096}\n", "net.core.somaxconn: {max: 9000}\n"},
	 "net/core/somaxconn = <= 9000 (b 4)\n"},
	{"unmanaged drops", {"kernel.panic: 5\n", "kernel.panic: {unmanaged: true}\n"}, ""},
	{"unmanaged, then asked for again",
	 {"kernel.panic: 5\n", "kernel.panic: {unmanaged: true}\n", "kernel.panic: 7\n"},
	 "kernel/panic = 7 (c 4)\n"},
	{"unmanaged below is no obstacle",
	 {"kernel.panic: {unmanaged: true}\n", "kernel.panic: 7\n"},
	 "kernel/panic = 7 (b 4)\n"},
	{"unmanaged elsewhere",
	 {"kernel.panic: 5\n", "kernel.panic: {unmanaged: true, when: {host: other}}\n"},
	 "kernel/panic = 5 (a 4)\n"},
	{"a condition that is false leaves the layer below",
	 {"kernel.panic: 5\n", "kernel.panic: {value: 6, when: {host: other}}\n"},
	 "kernel/panic = 5 (a 4)\n"},
	{"a condition that is true",
	 {"kernel.panic: 5\n", "kernel.panic: {value: 6, when: {host: web-*}}\n"},
	 "kernel/panic = 6 (b 4)\n"},
	{"no condition holds", {"kernel.panic: {value: 6, when: {host: other}}\n"}, "kernel/panic not now (a 4)\n"},
	{"no condition holds in any layer",
	 {"kernel.panic: {value: 6, when: {host: x}}\n", "kernel.panic: {value: 7, when: {host: y}}\n"},
	 "kernel/panic not now (b 4)\n"},
	{"a wildcard",
	 {"net.ipv4.conf.*.forwarding: 1\n"},
	 "net/ipv4/conf/eth0/forwarding = 1 (a 4)\nnet/ipv4/ip_forward = 1 (a 4)\n"},
	{"a wildcard but for some",
	 {"net.ipv4.conf.*.rp_filter: {value: 1, except: [lo, \"eth*\", all]}\n"},
	 "net/ipv4/conf/default/rp_filter = 1 (a 4)\nnet/ipv4/conf/veth1/rp_filter = 1 (a 4)\n"},
	{"a part of the name", {"net.ipv4.conf.eth0/*.rp_filter: 1\n"}, "net/ipv4/conf/eth0.100/rp_filter = 1 (a 4)\n"},
	{"the concrete key is stronger, first",
	 {"net.ipv4.conf.veth1.rp_filter: 2\nnet.ipv4.conf.v*.rp_filter: 1\n"},
	 "net/ipv4/conf/veth1/rp_filter = 2 (a 4)\n"},
	{"the concrete key is stronger, last",
	 {"net.ipv4.conf.v*.rp_filter: 1\nnet.ipv4.conf.veth1.rp_filter: 2\n"},
	 "net/ipv4/conf/veth1/rp_filter = 2 (a 5)\n"},
	{"the longer wildcard is stronger",
	 {"net.ipv4.conf.veth*.rp_filter: 2\nnet.ipv4.conf.v*.rp_filter: 1\n"},
	 "net/ipv4/conf/veth1/rp_filter = 2 (a 4)\n"},
	{"of equal wildcards the later line",
	 {"net.ipv4.conf.v*.rp_filter: 2\nnet.ipv4.conf.*1.rp_filter: 1\n"},
	 "net/ipv4/conf/veth1/rp_filter = 1 (a 5)\n"},
	{"a wildcard of a later layer is stronger than a key below",
	 {"net.ipv4.conf.veth1.rp_filter: 2\n", "net.ipv4.conf.v*.rp_filter: 1\n"},
	 "net/ipv4/conf/veth1/rp_filter = 1 (b 4)\n"},
	{"what a later wildcard excepts stays with the layer below",
	 {"net.ipv4.conf.lo.rp_filter: 2\n", "net.ipv4.conf.l*.rp_filter: {value: 1, except: [lo]}\n"},
	 "net/ipv4/conf/l*/rp_filter nowhere (b 4)\nnet/ipv4/conf/lo/rp_filter = 2 (a 4)\n"},
	{"unmanaged by wildcard",
	 {"net.ipv4.conf.veth1.rp_filter: 2\nkernel.panic: 5\n", "net.ipv4.conf.*.rp_filter: {unmanaged: true}\n"},
	 "kernel/panic = 5 (a 5)\n"},
	{"a wildcard for nothing",
	 {"net.ipv4.conf.ppp*.rp_filter: 1\n"},
	 "net/ipv4/conf/ppp*/rp_filter nowhere (a 4)\n"},
	{"a wildcard for nothing, dropped above",
	 {"net.ipv4.conf.ppp*.rp_filter: 1\n", "net.ipv4.conf.ppp*.rp_filter: {unmanaged: true}\n"},
	 ""},
	{"two names of one storage",
	 {"net.ipv4.ip_forward: 0\n", "net.ipv4.conf.all.forwarding: 1\n"},
	 "net/ipv4/ip_forward = 1 (b 4)\n"},
	{"a wildcard reaches the other name",
	 {"net.ipv4.ip_forward: 0\nnet.ipv4.conf.a*.forwarding: 1\n"},
	 "net/ipv4/ip_forward = 0 (a 4)\n"},
	{"a scale", {"net.core.somaxconn: {scale: {of: cpus, ratio: 1024}}\n"}, "net/core/somaxconn = 4096 (a 4)\n"},
	{"a scale of what is not known",
	 {"net.core.somaxconn: {scale: {of: memory, ratio: 1/4}}\n"},
	 "net/core/somaxconn not now (a 4)\n"},
	{"an unknown key is an item too", {"kernel.nosuch: x\n"}, "kernel/nosuch = x (a 4)\n"},
	{"nothing but dropped keys", {"kernel.panic: {unmanaged: true}\n"}, ""},
};

static void lay(struct unit *unit, const char *const texts[3], struct profile_layers *layers)
{
	static const char *const names[] = {"a", "b", "c"};

	for (size_t i = 0; i < 3 && texts[i] != NULL; i++) {
		struct profile *profile = arena_alloc(&unit->arena, sizeof(*profile));
		struct findings findings = {.arena = &unit->arena};
		struct text text = {.arena = &unit->arena};

		text_format(&text, "profile: %s\nversion: 1\nparameters:\n", names[i]);
		for (const char *line = texts[i]; *line != '\0'; line += strcspn(line, "\n") + 1)
			text_format(&text, "  %.*s\n", (int)strcspn(line, "\n"), line);
		bool good = load_profile(&unit->arena, "x.yaml", text.bytes, text.length, &findings, profile);
		if (!HOLDS(unit, findings.count > 0 ? findings.items[0].text : "load", good))
			return;
		*ARRAY_ADD(&unit->arena, layers) = profile;
	}
}

static void build(struct unit *unit, const char *const texts[3], struct desired *desired)
{
	static const struct facts facts = {.host_name = "web-07", .cpus = 4};
	struct profile_layers layers = {0};
	struct desired_expansions expansions = {0};

	lay(unit, texts, &layers);
	desired_globs(&unit->arena, &layers, &expansions);
	for (size_t i = 0; i < expansions.count; i++) {
		for (size_t j = 0; j < COUNT_OF(existing); j++) {
			if (key_matches(expansions.items[i].glob, existing[j]))
				*ARRAY_ADD(&unit->arena, &expansions.items[i]) = existing[j];
		}
	}
	desired_build(&unit->arena, &layers, &expansions, &facts, desired);
}

static const char *described(struct unit *unit, const struct desired *desired)
{
	struct text text = {.arena = &unit->arena};

	text_string(&text, "");
	for (size_t i = 0; i < desired->count; i++) {
		const struct desired_item *item = &desired->items[i];

		text_string(&text, item->path);
		if (item->state == DESIRED_WANTED)
			text_format(&text, " = %s", wanted_text(&unit->arena, &item->wanted));
		else
			text_string(&text, item->state == DESIRED_NO_INSTANCE ? " nowhere" : " not now");
		text_format(&text, " (%s %u)\n", item->layer->name, item->requirement->source.line);
	}
	return text.bytes;
}

static void layers_become_one_requirement_a_key(struct unit *unit)
{
	for (size_t i = 0; i < COUNT_OF(cases); i++) {
		struct desired desired = {0};

		build(unit, cases[i].layers, &desired);
		SAME_TEXT(unit, cases[i].name, described(unit, &desired), cases[i].wanted);
		for (size_t j = 0; j < desired.count; j++) {
			const struct desired_item *item = &desired.items[j];

			HOLDS(unit, cases[i].name, j == 0 || strcmp(desired.items[j - 1].path, item->path) < 0);
			HOLDS(unit, cases[i].name, desired_find(&desired, item->path) == item);
			HOLDS(unit, cases[i].name, item->row == catalogue_find(item->path));
		}
		HOLDS(unit, cases[i].name,
		      desired_find(&desired, "zz/nosuch") == NULL && desired_find(&desired, "") == NULL);
	}
}

static void wildcards_are_asked_for_once(struct unit *unit)
{
	const char *const texts[3] = {"net.ipv4.conf.*.rp_filter: 1\nnet.ipv4.conf.v*.rp_filter: 1\n",
				      "net/ipv4/conf/*/rp_filter: 2\nkernel.panic: 5\n"};
	struct profile_layers layers = {0};
	struct desired_expansions expansions = {0};

	lay(unit, texts, &layers);
	desired_globs(&unit->arena, &layers, &expansions);
	SAME_NUMBER(unit, "distinct", expansions.count, 2);
}

static void patterns_are_those_that_decide(struct unit *unit)
{
	static const struct {
		const char *name;
		const char *layers[3];
		size_t count;
		const char *path;
	} rows[] = {
		{"one", {"net.ipv4.conf.*.rp_filter: 1\n"}, 1, "net/ipv4/conf/*/rp_filter"},
		{"beaten everywhere", {"net.ipv4.conf.v*.rp_filter: 1\nnet.ipv4.conf.veth1.rp_filter: 2\n"}, 0, NULL},
		{"the layer below is covered",
		 {"net.ipv4.conf.*.rp_filter: 1\n", "net.ipv4.conf.*.rp_filter: 2\n"},
		 1,
		 "net/ipv4/conf/*/rp_filter"},
		{"condition false", {"net.ipv4.conf.*.rp_filter: {value: 1, when: {host: x}}\n"}, 0, NULL},
		{"no wildcard", {"kernel.panic: 1\n"}, 0, NULL},
	};

	for (size_t i = 0; i < COUNT_OF(rows); i++) {
		struct desired desired = {0};

		build(unit, rows[i].layers, &desired);
		if (SAME_NUMBER(unit, rows[i].name, desired.patterns.count, rows[i].count) && rows[i].count > 0)
			SAME_TEXT(unit, rows[i].name, desired.patterns.items[0].path, rows[i].path);
	}
}

static void equal_wishes_have_equal_digests_and_others_have_not(struct unit *unit)
{
	static const struct {
		const char *name, *one, *other;
		bool equal;
	} rows[] = {
		{"the same", "kernel.panic: 5\n", "kernel.panic: 5\n", true},
		{"other spelling and order", "kernel.panic: 5\nvm.swappiness: 1\n",
		 "vm/swappiness: 1\nkernel/panic: 5\n", true},
		{"a reason changes nothing", "kernel.panic: 5\n", "kernel.panic: {value: 5, why: because}\n", true},
		{"other value", "kernel.panic: 5\n", "kernel.panic: 6\n", false},
		{"other key", "kernel.panic: 5\n", "kernel.panic_on_oops: 5\n", false},
		{"one key more", "kernel.panic: 5\n", "kernel.panic: 5\nvm.swappiness: 1\n", false},
		{"live only", "kernel.panic: 5\n", "kernel.panic: {value: 5, manage: [live]}\n", false},
		{"not now", "kernel.panic: 5\n", "kernel.panic: {value: 5, when: {host: x}}\n", false},
		{"a bound is no value", "kernel.nosuch: \">= 5\"\n", "kernel.nosuch: {min: 5}\n", false},
		{"a choice is no value", "kernel.nosuch: a or b\n", "kernel.nosuch: {one_of: [a, b]}\n", false},
		{"other choices", "kernel.nosuch: {one_of: [a or b, c]}\n", "kernel.nosuch: {one_of: [a, b or c]}\n",
		 false},
	};

	for (size_t i = 0; i < COUNT_OF(rows); i++) {
		const char *const one[3] = {rows[i].one}, *const other[3] = {rows[i].other};
		struct desired left = {0}, right = {0};

		build(unit, one, &left);
		build(unit, other, &right);
		const char *a = desired_digest(&unit->arena, &left), *b = desired_digest(&unit->arena, &right);
		HOLDS(unit, rows[i].name, strlen(a) == 64 && (strcmp(a, b) == 0) == rows[i].equal);
	}
}

static const struct CMUnitTest tests[] = {
	UNIT(layers_become_one_requirement_a_key),
	UNIT(wildcards_are_asked_for_once),
	UNIT(patterns_are_those_that_decide),
	UNIT(equal_wishes_have_equal_digests_and_others_have_not),
};

int main(void)
{
	return cmocka_run_group_tests(tests, NULL, NULL);
}
