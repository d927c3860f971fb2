/* load_profile: what must not slip through, whatever it is written as. */
#include "base/text.h"
#include "core/wanted.h"
#include "load/load_profile.h"
#include "unit.h"

#define HEAD "profile: web\nversion: 1\nparameters:\n  "

/* accept_hazard helps with none of the first, and with all of the second kind. */
static const struct {
	const char *name, *parameter, *value, *words;
	bool acceptable;
} dangers[] = {
	{"an action", "vm.drop_caches", "3", "action", false},
	{"an action that acts on reading", "vm.stat_refresh", "1", "action", false},
	{"an action by slashes", "net/ipv4/route/flush", "1", "action", false},
	{"an action behind a wildcard", "vm.drop_cache?", "3", "", false},
	{"an action behind a wildcard in the middle", "net.*.route.flush", "1", "", false},
	{"an action behind a set", "vm.[d]rop_caches", "3", "", false},
	{"what can only be read", "net.netfilter.nf_conntrack_count", "5", "read", false},
	{"code as root", "kernel.core_pattern", "\"|/tmp/x\"", "accept_hazard", true},
	{"code as root, kernel.modprobe", "kernel.modprobe", "/tmp/x", "accept_hazard", true},
	{"code as root behind a wildcard", "kernel.core_patter?", "\"|/tmp/x\"", "", true},
	{"code as root behind a star", "kernel.modprob*", "/tmp/x", "", true},
	{"one way", "kernel.modules_disabled", "1", "accept_hazard", true},
	{"one way, by value", "kernel.yama.ptrace_scope", "3", "accept_hazard", true},
	{"one way, in hexadecimal", "kernel.yama.ptrace_scope", "0x3", "accept_hazard", true},
	{"one way, quoted", "kernel.yama.ptrace_scope", "'3'", "accept_hazard", true},
	{"one way behind a wildcard", "kernel.yama.ptrace_*", "3", "", true},
	{"breaks clients", "net.ipv4.tcp_tw_recycle", "1", "accept_hazard", true},
	{"a secret", "net.ipv6.conf.all.stable_secret", "'::1'", "accept_hazard", true},
	{"a secret behind a wildcard", "net.ipv6.conf.*.stable_secret", "'::1'", "accept_hazard", true},
	{"one way, as a choice", "kernel.yama.ptrace_scope", "{one_of: [1, 3]}", "accept_hazard", true},
	{"one way, as a bound", "kernel.yama.ptrace_scope", "{min: 3}", "accept_hazard", true},
	{"one way, live only", "kernel.modules_disabled", "{value: 1, manage: [live]}", "accept_hazard", true},
	{"one way, on some hosts", "kernel.modules_disabled", "{value: 1, when: {tag: x}}", "accept_hazard", true},
	{"one way, scaled", "kernel.yama.ptrace_scope", "{scale: {of: cpus, ratio: 3}}", "accept_hazard", true},
};

static bool load(struct unit *unit, const char *parameter, const char *value, bool accept, struct findings *findings)
{
	struct profile profile;
	struct text text = {.arena = &unit->arena};

	*findings = (struct findings){.arena = &unit->arena};
	text_format(&text, HEAD "%s: ", parameter);
	if (value[0] == '{')
		text_format(&text, "%.*s%s}\n", (int)strlen(value) - 1, value, accept ? ", accept_hazard: true" : "");
	else
		text_format(&text, "{value: %s%s}\n", value, accept ? ", accept_hazard: true" : "");
	return load_profile(&unit->arena, "web.yaml", text.bytes, text.length, findings, &profile);
}

static void dangers_are_refused_unless_they_are_accepted(struct unit *unit)
{
	for (size_t i = 0; i < COUNT_OF(dangers); i++) {
		struct findings findings;

		HOLDS(unit, dangers[i].name, !load(unit, dangers[i].parameter, dangers[i].value, false, &findings));
		if (findings.count > 0)
			HAS_TEXT(unit, dangers[i].name, findings.items[0].text, dangers[i].words);
		HOLDS(unit, dangers[i].name,
		      load(unit, dangers[i].parameter, dangers[i].value, true, &findings) == dangers[i].acceptable);
	}
}

/* A value that several writes carry out is corrupted by both loaders (semantics.md 2). */
static void long_values_are_for_the_running_kernel_alone(struct unit *unit)
{
	static const struct {
		const char *name, *before, *behind;
		size_t digits;
		bool good;
	} cases[] = {
		{"one page less one", "'", "'", 4095, true},
		{"one page", "'", "'", 4096, false},
		{"one page, live only", "{value: '", "', manage: [live]}", 4096, true},
		{"thirty thousand", "'", "'", 30000, false},
		{"thirty thousand, live only", "{value: '", "', manage: [live]}", 30000, true},
		{"thirty thousand, the first of a choice", "{one_of: ['", "', '1']}", 30000, false},
	};

	for (size_t i = 0; i < COUNT_OF(cases); i++) {
		struct text text = {.arena = &unit->arena};
		struct findings findings = {.arena = &unit->arena};
		struct profile profile;
		char *ports = arena_alloc(&unit->arena, cases[i].digits + 1);

		/* "1,1,1,1", as long as is asked for. */
		for (size_t j = 0; j < cases[i].digits; j++)
			ports[j] = j % 2 == 0 ? '1' : ',';
		text_format(&text, HEAD "net.ipv4.ip_local_reserved_ports: %s%s%s\n", cases[i].before, ports,
			    cases[i].behind);
		HOLDS(unit, cases[i].name,
		      load_profile(&unit->arena, "web.yaml", text.bytes, text.length, &findings, &profile) ==
			      cases[i].good);
	}
}

/* A line of one field would set one field of three (semantics.md 2). */
static void what_is_persisted_for_a_vector_is_whole(struct unit *unit)
{
	static const char *const parameters[] = {
		"net.ipv4.tcp_rmem: {min: 8192}",
		"net.ipv4.tcp_rmem: {max: 8388608}",
		"net.ipv4.tcp_rmem: {min: 8192, max: 8388608}",
		"net.ipv4.tcp_rmem: {min: [4096, 131072, 4194304]}",
		"net.ipv4.ip_local_port_range: {max: 60999}",
	};

	for (size_t i = 0; i < COUNT_OF(parameters); i++) {
		struct findings findings = {.arena = &unit->arena};
		struct profile profile;
		struct wanted wanted;
		struct error err;
		const char *text = arena_printf(&unit->arena, HEAD "%s\n", parameters[i]);

		if (!HOLDS(unit, parameters[i],
			   load_profile(&unit->arena, "web.yaml", text, strlen(text), &findings, &profile)))
			continue;
		if (!HOLDS(unit, parameters[i],
			   wanted_resolve(&unit->arena, &profile.items[0], &(struct facts){0}, &wanted)))
			continue;
		const char *target =
			wanted_target(&unit->arena, catalogue_find(profile.items[0].key.path), &wanted, NULL);
		if (!HOLDS(unit, parameters[i],
			   value_check(catalogue_find(profile.items[0].key.path), target, NULL, &err)))
			SAME_TEXT(unit, parameters[i], target, err.text);
	}
}

static const struct CMUnitTest tests[] = {
	UNIT(dangers_are_refused_unless_they_are_accepted),
	UNIT(long_values_are_for_the_running_kernel_alone),
	UNIT(what_is_persisted_for_a_vector_is_whole),
};

int main(void)
{
	return cmocka_run_group_tests(tests, NULL, NULL);
}
