#include "change/entry_json.h"

#include "change/entry_parse.h"
#include "unit.h"

#define ID "019ab000-0000-7000-8000-000000000000"
#define DIGEST "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"
#define DROP_IN "/etc/sysctl.d/99-zz-holdfast.conf"

/* One entry with everything that an entry can have. */
static struct entry *full(struct unit *unit)
{
	struct entry *entry = arena_alloc(&unit->arena, sizeof(*entry));
	struct arena *arena = &unit->arena;

	*entry = (struct entry){.id = ID,
				.kind = ENTRY_ROLLBACK,
				.state = ENTRY_WAITING,
				.why = "a reason: \xc3\xa9 \x1b \"",
				.time = "2026-11-23T01:02:03.004Z",
				.ended = "2026-11-23T01:02:04.005Z",
				.boot_id = "0f0e0d0c-0b0a-4908-8706-050403020100",
				.agent_version = "1.2.3",
				.digest = DIGEST,
				.confirm = {60, "2026-11-23T01:03:03.004Z", INT64_MAX, "curl \xff \"$X\""},
				.plan = arena_alloc(arena, sizeof(struct plan))};
	*ARRAY_ADD(arena, &entry->profiles) = "web";
	*ARRAY_ADD(arena, &entry->profiles) = "/home/\xff\xc3.yaml";
	*ARRAY_ADD(arena, &entry->undoes) = "019ab000-0000-7000-8000-000000000001";
	*ARRAY_ADD(arena, &entry->off) = "vm/swappiness";
	*ARRAY_ADD(arena, entry->plan) = (struct plan_step){.path = "kernel/core_pattern",
							    .from = "\xff\x01 \xc3\xa9",
							    .to = "",
							    .result = PLAN_ALTERED,
							    .reason = REASON_VALUE_ALTERED,
							    .found = "\xc0\x80\xfe"};
	*ARRAY_ADD(arena, entry->plan) = (struct plan_step){.kind = PLAN_EDIT_LINE,
							    .path = "net/ipv4/conf/*/rp_filter",
							    .file = "/etc/sysctl.conf",
							    .line = 12,
							    .from = "1"};
	*ARRAY_ADD(arena, entry->plan) = (struct plan_step){
		.path = "net/ipv4/tcp_fastopen_key", .from = "1111-2222", .to = "3333-4444", .found = "3333-4444"};
	*ARRAY_ADD(arena, &entry->coupled) =
		(struct entry_coupled){.path = "vm/dirty_ratio", .by = "vm/dirty_bytes", .from = "20", .asked = "0"};
	struct entry_file *file = ARRAY_ADD(arena, &entry->files);
	*file = (struct entry_file){.path = DROP_IN,
				    .was = {.present = true, .owner = 4294967294U, .group = 7, .mode = 06640},
				    .before = DIGEST,
				    .after = NULL,
				    .copy = ID ".99-zz-holdfast.conf",
				    .next = ID ".99-zz-holdfast.conf.next"};
	*ARRAY_ADD(arena, &file->was.attributes) =
		(struct file_attribute){.name = "security.x", .value = "a\0b\0\xff\0", .length = 6};
	*ARRAY_ADD(arena, &file->was.attributes) =
		(struct file_attribute){.name = "user.text", .value = "plain\0", .length = 6};
	*ARRAY_ADD(arena, &file->was.attributes) =
		(struct file_attribute){.name = "user.none", .value = "", .length = 0};
	*ARRAY_ADD(arena, &entry->kept) = (struct entry_kept){.path = "kernel/modules_disabled", .hold = "one_way"};
	return entry;
}

static const char *written(struct unit *unit, const struct entry *entry)
{
	struct text text = {.arena = &unit->arena};
	struct error err;

	return HOLDS(unit, "write", entry_json_write(&text, entry, &err)) ? text.bytes : "";
}

static void what_is_written_reads_back(struct unit *unit)
{
	struct entry *then = full(unit), now;
	const char *text = written(unit, then);
	struct error err = {0};

	if (!HOLDS(unit, err.text, entry_parse(&unit->arena, text, strlen(text), &now, &err)))
		return;
	SAME_TEXT(unit, "written again", written(unit, &now), text);
	SAME_TEXT(unit, "id", now.id, then->id);
	SAME_NUMBER(unit, "kind", now.kind, then->kind);
	SAME_NUMBER(unit, "state", now.state, then->state);
	SAME_TEXT(unit, "why", now.why, then->why);
	SAME_TEXT(unit, "ended", now.ended, then->ended);
	SAME_NUMBER(unit, "seconds", now.confirm.seconds, 60);
	SAME_NUMBER(unit, "deadline_ms", now.confirm.deadline_ms, INT64_MAX);
	SAME_TEXT(unit, "probe, byte by byte", now.confirm.probe, then->confirm.probe);
	SAME_TEXT(unit, "profile, byte by byte", now.profiles.items[1], then->profiles.items[1]);
	SAME_TEXT(unit, "undoes", now.undoes.items[0], then->undoes.items[0]);
	SAME_TEXT(unit, "off", now.off.items[0], "vm/swappiness");
	SAME_TEXT(unit, "kept", now.kept.items[0].hold, "one_way");
	SAME_TEXT(unit, "coupled", now.coupled.items[0].by, "vm/dirty_bytes");
	SAME_TEXT(unit, "coupled: found", now.coupled.items[0].found, NULL);
}

static void values_are_kept_byte_by_byte(struct unit *unit)
{
	struct entry *then = full(unit), now;
	const char *text = written(unit, then);
	struct error err = {0};

	if (!HOLDS(unit, err.text, entry_parse(&unit->arena, text, strlen(text), &now, &err)) ||
	    !HOLDS(unit, "steps", now.plan->count == 3))
		return;
	for (size_t i = 0; i < 2; i++) {
		SAME_TEXT(unit, "from", now.plan->items[i].from, then->plan->items[i].from);
		SAME_TEXT(unit, "to", now.plan->items[i].to, then->plan->items[i].to);
		SAME_TEXT(unit, "found", now.plan->items[i].found, then->plan->items[i].found);
		SAME_NUMBER(unit, "result", now.plan->items[i].result, then->plan->items[i].result);
		SAME_NUMBER(unit, "reason", now.plan->items[i].reason, then->plan->items[i].reason);
		SAME_NUMBER(unit, "line", now.plan->items[i].line, then->plan->items[i].line);
	}
	const struct file_state *was = &now.files.items[0].was;
	const struct file_state *wanted = &then->files.items[0].was;
	SAME_NUMBER(unit, "owner", was->owner, 4294967294LL);
	SAME_NUMBER(unit, "mode", was->mode, 06640);
	SAME_NUMBER(unit, "attributes", was->attributes.count, 3);
	for (size_t i = 0; i < was->attributes.count; i++) {
		SAME_TEXT(unit, "name", was->attributes.items[i].name, wanted->attributes.items[i].name);
		HOLDS(unit, was->attributes.items[i].name,
		      was->attributes.items[i].length == wanted->attributes.items[i].length &&
			      memcmp(was->attributes.items[i].value, wanted->attributes.items[i].value,
				     was->attributes.items[i].length) == 0);
	}
}

static void secrets_are_not_written(struct unit *unit)
{
	struct entry *then = full(unit), now;
	const char *text = written(unit, then);
	struct error err = {0};

	HOLDS(unit, "old", strstr(text, "1111") == NULL);
	HOLDS(unit, "new", strstr(text, "3333") == NULL);
	if (HOLDS(unit, err.text, entry_parse(&unit->arena, text, strlen(text), &now, &err)))
		SAME_TEXT(unit, "from", now.plan->items[2].from, NULL);
}

/* --- damaged ones --------------------------------------------------------------------------------------------------- */

/* The sound entry has the text `from` once; with `to` instead it is refused, and the word is in what is said. */
static const struct {
	const char *name, *from, *to, *said;
} damages[] = {
	{"no JSON", "{", "", "not JSON"},
	{"a text behind it", "\"off\": []}", "\"off\": []} x", "not JSON"},
	{"a field twice", "\"off\": []}", "\"off\": [], \"id\": \"x\"}", "not JSON"},
	{"another version", "holdfast.journal/1", "holdfast.journal/2", "no journal entry of this version"},
	{"an id that is missing", "\"id\": \"" ID "\",", "", "\"id\""},
	{"an id of no text", "\"id\": \"" ID "\"", "\"id\": 5", "\"id\""},
	{"an unknown kind", "\"kind\": \"apply\"", "\"kind\": \"remove\"", "\"kind\""},
	{"an unknown state", "\"state\": \"done\"", "\"state\": \"finished\"", "\"state\""},
	{"a state that is never on disk", "\"state\": \"done\"", "\"state\": \"planned\"", "\"state\""},
	{"nor that one", "\"state\": \"done\"", "\"state\": \"damaged\"", "\"state\""},
	{"no time", "\"time\": \"t\",", "", "\"time\""},
	{"an end of no text", "\"ended\": \"t\"", "\"ended\": false", "\"ended\""},
	{"profiles of no text", "\"profiles\": []", "\"profiles\": [5]", "\"profiles\""},
	{"profiles that are no list", "\"profiles\": []", "\"profiles\": null", "\"profiles\""},
	{"a profile with a NUL", "\"profiles\": []", "\"profiles\": [\"a\\u0000b\"]", "\"profiles\""},
	{"undoes that are no list", "\"undoes\": []", "\"undoes\": {}", "\"undoes\""},
	{"off that is no list", "\"off\": []", "\"off\": 1", "\"off\""},
	{"a time to confirm that is negative", "\"confirm\": null",
	 "\"confirm\": {\"seconds\": -1, \"deadline_ms\": 1}", "\"seconds\""},
	{"a deadline of no number", "\"confirm\": null", "\"confirm\": {\"seconds\": 1, \"deadline_ms\": \"1\"}",
	 "\"deadline_ms\""},
	{"steps that are no list", "\"steps\": [", "\"steps\": 5, \"x\": [", "\"steps\""},
	{"an unknown kind of step", "\"kind\": \"write_live\"", "\"kind\": \"remove\"", "\"kind\""},
	{"an unknown result", "\"result\": \"changed\"", "\"result\": \"fine\"", "\"result\""},
	{"a path that leads up", "vm/swappiness", "../../etc/x", "\"path\""},
	{"a path that leads up in the middle", "vm/swappiness", "vm/../../x", "\"path\""},
	{"an absolute path", "vm/swappiness", "/etc/x", "\"path\""},
	{"a dotted path", "vm/swappiness", "vm.swappiness", "\"path\""},
	{"an empty path", "vm/swappiness", "", "\"path\""},
	{"a path without a folder", "vm/swappiness", "swappiness", "\"path\""},
	{"a wildcard in a live step", "vm/swappiness", "vm/*", "\"path\""},
	{"a path with a newline", "vm/swappiness", "vm/swap\\npiness", "\"path\""},
	{"a path with a NUL", "vm/swappiness", "vm/swap\\u0000piness", "\"path\""},
	{"a path of no text", "\"vm/swappiness\"", "7", "\"path\""},
	{"a file in a live step", "\"file\": null", "\"file\": \"/etc/sysctl.conf\"", "\"file\""},
	{"a line below 0", "\"line\": 0", "\"line\": -1", "\"line\""},
	{"a line of no number", "\"line\": 0", "\"line\": \"0\"", "\"line\""},
	{"a value of no text", "\"from\": \"60\"", "\"from\": 60", "\"from\""},
	{"a value with a NUL", "\"from\": \"60\"", "\"from\": \"6\\u00000\"", "\"from\""},
	{"bytes of no text", "\"from\": \"60\"", "\"from\": {\"latin1\": 5}", "\"from\""},
	{"bytes by another name", "\"from\": \"60\"", "\"from\": {\"base64\": \"NjA=\"}", "\"from\""},
	{"a coupled key that leads up", "\"coupled\": []",
	 "\"coupled\": [{\"path\": \"../x/y\", \"by\": \"vm/swappiness\"}]", "\"path\""},
	{"a coupled key of nobody", "\"coupled\": []", "\"coupled\": [{\"path\": \"vm/x\"}]", "\"by\""},
	{"another file", DROP_IN, "/etc/passwd", "\"file\""},
	{"another file of the folder", DROP_IN, "/etc/sysctl.d/x.conf", "\"file\""},
	{"a file that leads up", DROP_IN, "/etc/sysctl.d/../passwd", "\"file\""},
	{"a copy elsewhere", "\"copy\": \"" ID ".c\"", "\"copy\": \"../" ID ".c\"", "\"copy\""},
	{"a copy below the id", "\"copy\": \"" ID ".c\"", "\"copy\": \"" ID "/../x\"", "\"copy\""},
	{"a copy of another entry", "\"copy\": \"" ID ".c\"", "\"copy\": \"019ab000-0000-7000-8000-000000000001.c\"",
	 "\"copy\""},
	{"no copy of an old file", "\"copy\": \"" ID ".c\"", "\"copy\": null", "\"copy\""},
	{"a copy of no file", "\"before\": \"" DIGEST "\"", "\"before\": null", "\"copy\""},
	{"a next file elsewhere", "\"next\": null", "\"next\": \"/etc/passwd\"", "\"next\""},
	{"an owner below 0", "\"owner\": 0", "\"owner\": -1", "\"owner\""},
	{"an owner that is no number of 32 bits", "\"owner\": 0", "\"owner\": 4294967296", "\"owner\""},
	{"a mode of more than bits", "\"mode\": 420", "\"mode\": 33188", "\"mode\""},
	{"no mode", "\"mode\": 420", "\"node\": 420", "\"mode\""},
	{"an attribute of no text", "\"attributes\": {}", "\"attributes\": {\"user.x\": 5}", "\"attributes\""},
	{"kept without a reason", "\"kept\": []", "\"kept\": [{\"path\": \"vm/x\"}]", "\"hold\""},
	{"kept that is no list", "\"kept\": []", "\"kept\": null", "\"kept\""},
};

static const char sound[] =
	"{\"schema\": \"holdfast.journal/1\", \"id\": \"" ID
	"\", \"kind\": \"apply\", \"state\": \"done\", \"why\": null, "
	"\"time\": \"t\", \"ended\": \"t\", \"boot_id\": null, \"agent\": \"1\", \"profiles\": [], \"digest\": null, "
	"\"plan_digest\": \"\", \"undoes\": [], \"confirm\": null, "
	"\"steps\": [{\"kind\": \"write_live\", \"path\": \"vm/swappiness\", \"file\": null, \"line\": 0, \"from\": \"60\", "
	"\"to\": \"10\", \"result\": \"changed\", \"reason\": null, \"found\": \"10\"}], \"coupled\": [], "
	"\"files\": [{\"file\": \"" DROP_IN "\", \"before\": \"" DIGEST "\", \"after\": null, \"copy\": \"" ID ".c\", "
	"\"next\": null, \"was\": {\"owner\": 0, \"group\": 0, \"mode\": 420, \"attributes\": {}}}], "
	"\"kept\": [], \"off\": []}";

static void refuses_every_damaged_field(struct unit *unit)
{
	struct entry entry;
	struct error err = {0};

	HOLDS(unit, "the sound one", entry_parse(&unit->arena, sound, strlen(sound), &entry, &err));
	for (size_t i = 0; i < COUNT_OF(damages); i++) {
		const char *at = strstr(sound, damages[i].from);

		if (!HOLDS(unit, damages[i].name, at != NULL))
			continue;
		const char *text = arena_printf(&unit->arena, "%.*s%s%s", (int)(at - sound), sound, damages[i].to,
						at + strlen(damages[i].from));
		err = (struct error){0};
		if (HOLDS(unit, damages[i].name, !entry_parse(&unit->arena, text, strlen(text), &entry, &err)))
			HAS_TEXT(unit, damages[i].name, err.text, damages[i].said);
	}
}

static void refuses_every_text_that_is_cut_off(struct unit *unit)
{
	struct entry entry;
	struct error err;

	for (size_t i = 0; i + 1 < sizeof(sound) - 1; i++) {
		if (entry_parse(&unit->arena, sound, i, &entry, &err))
			HOLDS(unit, arena_printf(&unit->arena, "%zu bytes", i), false);
	}
	HOLDS(unit, "none", !entry_parse(&unit->arena, "", 0, &entry, &err));
	HOLDS(unit, "a NUL", !entry_parse(&unit->arena, "\0", 1, &entry, &err));
}

static const struct CMUnitTest tests[] = {
	UNIT(what_is_written_reads_back),  UNIT(values_are_kept_byte_by_byte),       UNIT(secrets_are_not_written),
	UNIT(refuses_every_damaged_field), UNIT(refuses_every_text_that_is_cut_off),
};

int main(void)
{
	return cmocka_run_group_tests(tests, NULL, NULL);
}
