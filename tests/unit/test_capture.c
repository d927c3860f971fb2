#include "core/capture.h"

#include "base/text.h"
#include "core/catalogue.h"
#include "unit.h"

static const struct facts_version linux_4_4 = {4, 4, 0, 2}, linux_6_1 = {6, 1, 0, 2};

/* kept: the value that stands in the profile; NULL: refused, and said: why. */
static const struct {
	const char *name, *key, *value;
	enum capture_form form;
	const char *path, *kept, *said;
} lines[] = {
	{"integer", "net.ipv4.tcp_fin_timeout", "30", CAPTURE_VALUE, "net/ipv4/tcp_fin_timeout", "30", NULL},
	{"path", "net/ipv4/tcp_fin_timeout", "30", CAPTURE_VALUE, "net/ipv4/tcp_fin_timeout", "30", NULL},
	{"blanks", "vm.swappiness", " \t10 \t", CAPTURE_VALUE, "vm/swappiness", "10", NULL},
	{"carriage return", "vm.swappiness", "10\r", CAPTURE_VALUE, "vm/swappiness", "10", NULL},
	{"comment", "vm.swappiness", "10 # ten", CAPTURE_VALUE, "vm/swappiness", "10", NULL},
	{"comment by a semicolon", "vm.swappiness", "10\t;ten", CAPTURE_VALUE, "vm/swappiness", "10", NULL},
	{"comment of a text", "kernel.domainname", "a # b", CAPTURE_VALUE, "kernel/domainname", "a # b", NULL},
	{"comment that sticks", "vm.swappiness", "10#ten", CAPTURE_VALUE, NULL, NULL, "wants an integer"},
	{"notation stays", "vm.swappiness", "0x0a", CAPTURE_VALUE, "vm/swappiness", "0x0a", NULL},
	{"vector", "net.ipv4.tcp_rmem", "1 2\t3", CAPTURE_VALUE, "net/ipv4/tcp_rmem", "1 2\t3", NULL},
	{"vector, short", "net.ipv4.tcp_rmem", "1 2", CAPTURE_VALUE, NULL, NULL, "wants 3 numbers"},
	{"vector, long", "net.ipv4.tcp_rmem", "1 2 3 4", CAPTURE_VALUE, NULL, NULL, "wants 3 numbers"},
	{"vector, descending", "net.ipv4.tcp_rmem", "3 2 1", CAPTURE_VALUE, NULL, NULL, "ascending"},
	{"outside", "vm.swappiness", "201", CAPTURE_VALUE, NULL, NULL, "0 to 200"},
	{"text for a number", "vm.swappiness", "ten", CAPTURE_VALUE, NULL, NULL, "wants an integer"},
	{"empty number", "vm.swappiness", "", CAPTURE_VALUE, NULL, NULL, "empty"},
	{"blank number", "vm.swappiness", " \t", CAPTURE_VALUE, NULL, NULL, "empty"},
	{"empty of an unknown key", "a.b", "", CAPTURE_VALUE, NULL, NULL, "empty"},
	{"empty list of ports", "net.ipv4.ip_local_reserved_ports", "", CAPTURE_VALUE,
	 "net/ipv4/ip_local_reserved_ports", "", NULL},
	{"control character", "kernel.domainname", "a\x01z", CAPTURE_VALUE, NULL, NULL, "it holds"},
	{"delete", "kernel.domainname", "a\x7f", CAPTURE_VALUE, NULL, NULL, "it holds"},
	{"newline", "kernel.domainname", "a\nvm.swappiness: 200", CAPTURE_VALUE, NULL, NULL, "it holds"},
	{"C1", "kernel.domainname", "a\xc2\x9bz", CAPTURE_VALUE, "kernel/domainname", "a\xc2\x9bz", NULL},
	{"next line", "kernel.domainname", "a\xc2\x85z", CAPTURE_VALUE, "kernel/domainname", "a\xc2\x85z", NULL},
	{"no UTF-8", "kernel.domainname", "\xff", CAPTURE_VALUE, NULL, NULL, ""},
	{"no UTF-8 within", "a.b", "x\xc3(y", CAPTURE_VALUE, NULL, NULL, ""},
	{"no character", "kernel.domainname", "\xef\xbf\xbe", CAPTURE_VALUE, "kernel/domainname", "\xef\xbf\xbe", NULL},
	{"UTF-8", "kernel.domainname", "\xc3\xa9", CAPTURE_VALUE, "kernel/domainname", "\xc3\xa9", NULL},
	{"tab within", "kernel.domainname", "a\tb", CAPTURE_VALUE, "kernel/domainname", "a\tb", NULL},
	{"unknown key", "a.b", "x y", CAPTURE_VALUE, "a/b", "x y", NULL},
	{"read only", "fs.file-nr", "1 2 3", CAPTURE_VALUE, NULL, NULL, "only be read"},
	{"action", "vm.drop_caches", "3", CAPTURE_VALUE, NULL, NULL, "action"},
	{"secret", "net.ipv4.tcp_fastopen_key", "1-2-3-4", CAPTURE_VALUE, NULL, NULL, "secret"},
	{"secret of an interface", "net.ipv6.conf.eth0.stable_secret", "::1", CAPTURE_VALUE, NULL, NULL, "secret"},
	{"gone", "net.ipv4.tcp_tw_recycle", "1", CAPTURE_VALUE, NULL, NULL, "4.12"},
	{"one part", "swappiness", "1", CAPTURE_VALUE, NULL, NULL, "two components"},
	{"blank in key", "vm. swappiness", "1", CAPTURE_VALUE, NULL, NULL, "blank"},
	{"parent", "net/../vm/swappiness", "1", CAPTURE_VALUE, NULL, NULL, "'..'"},
	{"empty key", "", "1", CAPTURE_VALUE, NULL, NULL, "empty"},
	{"wildcard", "net.ipv4.conf.*.rp_filter", "1", CAPTURE_VALUE, "net/ipv4/conf/*/rp_filter", "1", NULL},
	{"two wildcards", "net.*.conf.*.rp_filter", "1", CAPTURE_VALUE, NULL, NULL, "one component"},
	{"wildcard of an action", "net.ipv4.route.*", "1", CAPTURE_VALUE, NULL, NULL, ""},
	{"wildcard of a secret", "net.ipv6.conf.*.stable_secret", "::1", CAPTURE_VALUE, NULL, NULL, "secret"},
	{"least", "vm.swappiness", "10", CAPTURE_MIN, "vm/swappiness", "10", NULL},
	{"most", "vm.swappiness", "10", CAPTURE_MAX, "vm/swappiness", "10", NULL},
	{"least of a vector", "net.ipv4.tcp_rmem", "1 2 3", CAPTURE_MIN, "net/ipv4/tcp_rmem", "1 2 3", NULL},
	{"least of a text", "kernel.domainname", "a", CAPTURE_MIN, NULL, NULL, "no number"},
	{"most of ports", "net.ipv4.ip_local_reserved_ports", "8080", CAPTURE_MAX, NULL, NULL, "no number"},
	{"least of an unknown text", "a.b", "x", CAPTURE_MIN, NULL, NULL, ""},
};

static struct capture begin(struct unit *unit, struct facts_version kernel)
{
	return (struct capture){.arena = &unit->arena, .kernel = kernel};
}

static void takes_or_refuses(struct unit *unit)
{
	for (size_t i = 0; i < COUNT_OF(lines); i++) {
		struct capture capture = begin(unit, linux_6_1);
		const struct capture_line line = {.key = lines[i].key,
						  .value = lines[i].value,
						  .form = lines[i].form,
						  .source = {.file = "a.conf", .line = 7}};
		struct capture_item *item = capture_add(&capture, &line);

		if (!HOLDS(unit, lines[i].name, (item != NULL) == (lines[i].kept != NULL)))
			continue;
		SAME_NUMBER(unit, lines[i].name, capture.count, item != NULL);
		SAME_NUMBER(unit, lines[i].name, capture.refused.count, item == NULL);
		if (item != NULL) {
			SAME_TEXT(unit, lines[i].name, item->key.path, lines[i].path);
			SAME_TEXT(unit, lines[i].name, item->value, lines[i].kept);
			HOLDS(unit, lines[i].name, item->row == catalogue_find(item->key.path));
			HOLDS(unit, lines[i].name, item->form == lines[i].form && item->manage == CAPTURE_BOTH);
			SAME_NUMBER(unit, lines[i].name, item->source.line, 7);
		} else {
			const struct capture_refusal *refusal = &capture.refused.items[0];

			HAS_TEXT(unit, lines[i].name, refusal->why, lines[i].said);
			HOLDS(unit, lines[i].name, refusal->why[0] != '\0');
			HAS_TEXT(unit, lines[i].name, refusal->text, lines[i].key);
			SAME_NUMBER(unit, lines[i].name, refusal->source.line, 7);
		}
	}
}

static void secrets_are_not_repeated(struct unit *unit)
{
	struct capture capture = begin(unit, linux_6_1);

	(void)capture_add(&capture, &(struct capture_line){.key = "net.ipv4.tcp_fastopen_key", .value = "5ec2e7"});
	if (SAME_NUMBER(unit, "refused", capture.refused.count, 1))
		SAME_TEXT(unit, "text", capture.refused.items[0].text, "net.ipv4.tcp_fastopen_key = (secret)");
}

static void kernels_decide_what_is_gone(struct unit *unit)
{
	const struct capture_line line = {.key = "net.ipv4.tcp_tw_recycle", .value = "1"};
	struct capture old = begin(unit, linux_4_4), unknown = begin(unit, (struct facts_version){0});

	HOLDS(unit, "4.4 has it", capture_add(&old, &line) != NULL);
	HOLDS(unit, "an unknown one may", capture_add(&unknown, &line) != NULL);
}

static void later_lines_win(struct unit *unit)
{
	static const struct {
		const char *name, *first, *second;
		size_t count;
		const char *path;
	} pairs[] = {
		{"same", "vm.swappiness", "vm.swappiness", 1, "vm/swappiness"},
		{"other spelling", "vm.swappiness", "vm/swappiness", 1, "vm/swappiness"},
		{"alias", "net.ipv4.conf.all.forwarding", "net.ipv4.ip_forward", 1, "net/ipv4/ip_forward"},
		{"alias, later", "net.ipv4.ip_forward", "net.ipv4.conf.all.forwarding", 1,
		 "net/ipv4/conf/all/forwarding"},
		{"two keys", "vm.swappiness", "vm.dirty_ratio", 2, "vm/dirty_ratio"},
		{"wildcard and key", "net.ipv4.conf.*.rp_filter", "net.ipv4.conf.all.rp_filter", 2,
		 "net/ipv4/conf/all/rp_filter"},
	};

	for (size_t i = 0; i < COUNT_OF(pairs); i++) {
		struct capture capture = begin(unit, linux_6_1);

		(void)capture_add(&capture, &(struct capture_line){.key = pairs[i].first, .value = "1"});
		(void)capture_add(&capture, &(struct capture_line){.key = pairs[i].second, .value = "2"});
		capture_finish(&capture);
		SAME_NUMBER(unit, pairs[i].name, capture.count, pairs[i].count);
		for (size_t j = 0; j < capture.count; j++) {
			bool second = strcmp(capture.items[j].key.path, pairs[i].path) == 0;

			SAME_TEXT(unit, pairs[i].name, capture.items[j].value, second ? "2" : "1");
			HOLDS(unit, pairs[i].name, second || pairs[i].count == 2);
		}
	}
}

/* A refused line leaves what an earlier one said. */
static void refused_lines_change_nothing(struct unit *unit)
{
	struct capture capture = begin(unit, linux_6_1);

	(void)capture_add(&capture, &(struct capture_line){.key = "vm.swappiness", .value = "10"});
	HOLDS(unit, "refused",
	      capture_add(&capture, &(struct capture_line){.key = "vm.swappiness", .value = "x"}) == NULL);
	capture_finish(&capture);
	if (SAME_NUMBER(unit, "one", capture.count, 1))
		SAME_TEXT(unit, "value", capture.items[0].value, "10");
}

static void hazards_are_remarked(struct unit *unit)
{
	struct capture capture = begin(unit, linux_6_1);
	const struct capture_item *item =
		capture_add(&capture, &(struct capture_line){.key = "kernel.yama.ptrace_scope", .value = "3"});

	if (PRESENT(unit, "3", item))
		HAS_TEXT(unit, "3", item->remark, "hazardous");
	item = capture_add(&capture, &(struct capture_line){.key = "kernel.yama.ptrace_scope", .value = "2"});
	if (PRESENT(unit, "2", item))
		SAME_TEXT(unit, "2", item->remark, NULL);
}

/* except: the parts with a blank between; NULL: the exclusion is refused. */
static const struct {
	const char *name, *wildcard, *excluded;
	bool patterns;
	const char *except;
} exclusions[] = {
	{"instance", "net.ipv4.conf.*.rp_filter", "net.ipv4.conf.eth0.rp_filter", false, "eth0"},
	{"other spelling", "net/ipv4/conf/*/rp_filter", "net.ipv4.conf.eth0.rp_filter", false, "eth0"},
	{"name with a dot", "net.ipv4.conf.*.rp_filter", "net/ipv4/conf/eth0.7/rp_filter", false, "eth0.7"},
	{"part of a name", "net.ipv4.conf.eth*.rp_filter", "net.ipv4.conf.eth0.rp_filter", false, "eth0"},
	{"not reached", "net.ipv4.conf.eth*.rp_filter", "net.ipv4.conf.lo.rp_filter", false, NULL},
	{"other key", "net.ipv4.conf.*.rp_filter", "net.ipv4.conf.eth0.arp_filter", false, NULL},
	{"no wildcard", "vm.swappiness", "vm.swappiness", false, NULL},
	{"pattern that does nothing", "net.ipv4.conf.*.rp_filter", "net.ipv4.conf.eth*.rp_filter", false, NULL},
	{"pattern", "net.ipv4.conf.*.rp_filter", "net.ipv4.conf.eth*.rp_filter", true, "eth*"},
	{"pattern of another key", "net.ipv4.conf.*.rp_filter", "net.ipv4.conf.eth*.arp_filter", true, NULL},
	{"pattern elsewhere", "net.ipv4.conf.*.rp_filter", "net.*.conf", true, NULL},
	{"no key", "net.ipv4.conf.*.rp_filter", "x", true, NULL},
};

static void excludes_instances(struct unit *unit)
{
	for (size_t i = 0; i < COUNT_OF(exclusions); i++) {
		struct capture capture = begin(unit, linux_6_1);
		struct text text = {.arena = &unit->arena};

		capture.exclusion_patterns = exclusions[i].patterns;
		(void)capture_add(&capture, &(struct capture_line){.key = exclusions[i].wildcard, .value = "1"});
		capture_exclude(&capture, exclusions[i].excluded, (struct source){.file = "a.conf", .line = 9});
		capture_finish(&capture);
		for (size_t j = 0; j < capture.items[0].except.count; j++)
			text_format(&text, "%s%s", j > 0 ? " " : "", capture.items[0].except.items[j]);
		SAME_TEXT(unit, exclusions[i].name, text.bytes, exclusions[i].except);
		SAME_NUMBER(unit, exclusions[i].name, capture.refused.count, exclusions[i].except == NULL);
		if (capture.refused.count == 1)
			SAME_NUMBER(unit, exclusions[i].name, capture.refused.items[0].source.line, 9);
	}
}

static void exclusions_last_and_are_told_once(struct unit *unit)
{
	struct capture capture = begin(unit, linux_6_1);
	const struct capture_line line = {.key = "net.ipv4.conf.*.rp_filter", .value = "2"};

	(void)capture_add(&capture, &line);
	for (size_t i = 0; i < 3; i++)
		capture_exclude(&capture, "net.ipv4.conf.eth0.rp_filter", (struct source){0});
	(void)capture_add(&capture, &line);
	capture_finish(&capture);
	if (SAME_NUMBER(unit, "one wildcard", capture.count, 1))
		SAME_NUMBER(unit, "excluded once", capture.items[0].except.count, 1);
	SAME_NUMBER(unit, "refused", capture.refused.count, 0);
}

static void items_end_up_in_order(struct unit *unit)
{
	static const char *const keys[] = {"vm.swappiness", "a.b", "net.ipv4.conf.*.rp_filter",
					   "net.ipv4.conf.all.rp_filter", "a.a"};
	struct capture capture = begin(unit, linux_6_1);

	capture_finish(&capture);
	SAME_NUMBER(unit, "nothing", capture.count, 0);
	for (size_t i = 0; i < COUNT_OF(keys); i++)
		(void)capture_add(&capture, &(struct capture_line){.key = keys[i], .value = "1"});
	capture_finish(&capture);
	for (size_t i = 1; i < capture.count; i++)
		HOLDS(unit, capture.items[i].key.path,
		      strcmp(capture.items[i - 1].key.path, capture.items[i].key.path) < 0);
	SAME_NUMBER(unit, "all", capture.count, COUNT_OF(keys));
}

static const struct CMUnitTest tests[] = {
	UNIT(takes_or_refuses),   UNIT(secrets_are_not_repeated),          UNIT(kernels_decide_what_is_gone),
	UNIT(later_lines_win),    UNIT(refused_lines_change_nothing),      UNIT(hazards_are_remarked),
	UNIT(excludes_instances), UNIT(exclusions_last_and_are_told_once), UNIT(items_end_up_in_order),
};

int main(void)
{
	return cmocka_run_group_tests(tests, NULL, NULL);
}
