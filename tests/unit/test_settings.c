#include "send/settings.h"

#include <errno.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/fd.h"
#include "queue_folder.h"
#include "report/destinations.h"

static bool read_text(struct unit *unit, int spool, const char *json, struct settings *settings, struct error *err)
{
	queue_folder_write(unit, spool, "destinations.json", json, strlen(json));
	return settings_read(&unit->arena, spool, settings, err);
}

static struct config_report reports[] = {
	{.name = "central",
	 .url = "https://compliance.example/v1/reports?tenant=7",
	 .token_file = "/etc/holdfast/token",
	 .ca_file = "/etc/holdfast/ca.pem",
	 .cert_file = "/etc/holdfast/cert.pem",
	 .key_file = "/etc/holdfast/key.pem",
	 .changes_only = true},
	{.name = "local", .url = "http://127.0.0.1:8080/\xc3\xa4\"\\", .insecure = true},
};

static void the_sender_reads_what_the_agent_has_written(struct unit *unit)
{
	CLEANUP(fd_close) int spool = queue_folder_open(unit, "spool");
	static const char *const ids[] = {"88e1e575-62f4-8cb7-a882-7e436d3600f1", NULL};

	for (size_t count = 0; count <= COUNT_OF(reports); count++) {
		const char *name = arena_printf(&unit->arena, "%zu destinations", count);
		const struct config config = {.reports = {reports, count, COUNT_OF(reports)}};
		const char *id = ids[count % 2];
		struct text text = {.arena = &unit->arena};
		struct settings settings;
		struct error err = {.text = ""};

		if (!HOLDS(unit, name, destinations_print(&text, &config, id, &err)) ||
		    !HOLDS(unit, name, read_text(unit, spool, text.bytes, &settings, &err)))
			continue;
		SAME_TEXT(unit, name, settings.host_id, id);
		if (!SAME_NUMBER(unit, name, settings.destinations.count, count))
			continue;
		for (size_t i = 0; i < count; i++) {
			const struct settings_destination *found = &settings.destinations.items[i];

			SAME_TEXT(unit, name, found->name, reports[i].name);
			SAME_TEXT(unit, name, found->url, reports[i].url);
			SAME_TEXT(unit, name, found->token_file, reports[i].token_file);
			SAME_TEXT(unit, name, found->ca_file, reports[i].ca_file);
			SAME_TEXT(unit, name, found->cert_file, reports[i].cert_file);
			SAME_TEXT(unit, name, found->key_file, reports[i].key_file);
		}
	}
}

#define URL ",\"url\":\"https://a/\""

static const struct {
	const char *name, *json;
	bool good;
} texts[] = {
	{"none", "{\"destinations\":[]}", true},
	{"one", "{\"destinations\":[{\"name\":\"a\"" URL "}]}", true},
	{"fields of a later release", "{\"destinations\":[{\"name\":\"a\"" URL ",\"x\":1}],\"y\":2}", true},
	{"nothing", "", false},
	{"cut", "{\"destinations\":[{\"name\":\"a\"", false},
	{"a list", "[{\"name\":\"a\"" URL "}]", false},
	{"no list", "{\"host_id\":\"h\"}", false},
	{"a map for the list", "{\"destinations\":{}}", false},
	{"a field twice", "{\"destinations\":[],\"destinations\":[]}", false},
	{"without a name", "{\"destinations\":[{\"url\":\"https://a/\"}]}", false},
	{"without an address", "{\"destinations\":[{\"name\":\"a\"}]}", false},
	{"a name that is a number", "{\"destinations\":[{\"name\":7" URL "}]}", false},
	{"an empty name", "{\"destinations\":[{\"name\":\"\"" URL "}]}", false},
	{"a name that leaves the spool", "{\"destinations\":[{\"name\":\"../x\"" URL "}]}", false},
	{"a name below", "{\"destinations\":[{\"name\":\"a/b\"" URL "}]}", false},
	{"the spool itself", "{\"destinations\":[{\"name\":\".\"" URL "}]}", false},
	{"the folder above", "{\"destinations\":[{\"name\":\"..\"" URL "}]}", false},
	{"a whole path", "{\"destinations\":[{\"name\":\"/etc\"" URL "}]}", false},
	{"a hidden one", "{\"destinations\":[{\"name\":\".a\"" URL "}]}", false},
	{"texts for destinations", "{\"destinations\":[\"a\"]}", false},
	{"the second is damaged", "{\"destinations\":[{\"name\":\"a\"" URL "},{}]}", false},
};

static void what_is_damaged_is_refused_whole(struct unit *unit)
{
	CLEANUP(fd_close) int spool = queue_folder_open(unit, "spool");

	for (size_t i = 0; i < COUNT_OF(texts); i++) {
		struct settings settings;
		struct error err = {.text = ""};

		SAME_NUMBER(unit, texts[i].name, read_text(unit, spool, texts[i].json, &settings, &err), texts[i].good);
		if (!texts[i].good)
			HAS_TEXT(unit, texts[i].name, err.text, "destinations.json of the spool is damaged");
	}
	struct settings settings;
	struct error err;
	char *large = arena_printf(&unit->arena, "{\"destinations\":[],\"x\":\"%*s\"}", 1 << 20, "");
	HOLDS(unit, "more than a MiB", !read_text(unit, spool, large, &settings, &err));
	HAS_TEXT(unit, "more than a MiB", err.text, "cannot be read");
}

static void only_a_file_of_root_or_ours_is_believed(struct unit *unit)
{
	enum { SOMEBODY = 12345 };
	CLEANUP(fd_close) int spool = queue_folder_open(unit, "spool");
	struct settings settings;
	struct error err = {0};

	HOLDS(unit, "nothing there", !settings_read(&unit->arena, spool, &settings, &err));
	SAME_NUMBER(unit, "nothing there", err.number, ENOENT);
	queue_folder_write(unit, spool, "other", texts[1].json, strlen(texts[1].json));
	HOLDS(unit, "link", symlinkat("other", spool, "destinations.json") == 0);
	HOLDS(unit, "link", !settings_read(&unit->arena, spool, &settings, &err) && err.number == ELOOP);
	HOLDS(unit, "unlink", unlinkat(spool, "destinations.json", 0) == 0);
	HOLDS(unit, "fifo", mkfifoat(spool, "destinations.json", 0600) == 0);
	HOLDS(unit, "fifo", !settings_read(&unit->arena, spool, &settings, &err));
	HOLDS(unit, "unlink", unlinkat(spool, "destinations.json", 0) == 0);
	HOLDS(unit, "ours", read_text(unit, spool, texts[1].json, &settings, &err));
	if (geteuid() == 0 && fchownat(spool, "destinations.json", SOMEBODY, SOMEBODY, 0) == 0) {
		HOLDS(unit, "another user's", !settings_read(&unit->arena, spool, &settings, &err));
		HAS_TEXT(unit, "another user's", err.text, "belongs to another user");
	}
}

static void an_address_is_shown_without_what_may_be_secret(struct unit *unit)
{
	static const struct {
		const char *url, *shown;
	} cases[] = {
		{"https://a.example/v1", "https://a.example/v1"},
		{"https://a.example/v1?token=abc", "https://a.example/v1"},
		{"https://a.example?token=abc/d", "https://a.example"},
		{"https://a.example/v1#token", "https://a.example/v1"},
		{"https://a.example/\x1b[2J", "https://a.example/\\x1b[2J"},
		{"", ""},
	};

	for (size_t i = 0; i < COUNT_OF(cases); i++)
		SAME_TEXT(unit, cases[i].url, settings_shown_url(&unit->arena, cases[i].url), cases[i].shown);
}

static const struct CMUnitTest tests[] = {
	UNIT(the_sender_reads_what_the_agent_has_written),
	UNIT(what_is_damaged_is_refused_whole),
	UNIT(only_a_file_of_root_or_ours_is_believed),
	UNIT(an_address_is_shown_without_what_may_be_secret),
};

int main(void)
{
	return cmocka_run_group_tests(tests, NULL, NULL);
}
