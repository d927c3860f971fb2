#include "base/digest.h"

#include "unit.h"

/* FIPS 180-2 and its examples; the others by Python's hashlib. */
static const struct {
	const char *name, *bytes;
	size_t length;
	const char *hex;
} hashes[] = {
	{"nothing", "", 0, "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"},
	{"abc", "abc", 3, "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"},
	{"two blocks", "abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq", 56,
	 "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1"},
	{"the length counts", "abcdef", 3, "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"},
	{"a NUL within", "a\0b", 3, "59b271ae1bbcb1d31d41929817f4b16fb439eb4f31520b5ad1d5ce98920a7138"},
};

static void hashes_as_the_standard_says(struct unit *unit)
{
	for (size_t i = 0; i < COUNT_OF(hashes); i++)
		SAME_TEXT(unit, hashes[i].name, digest_hex(&unit->arena, hashes[i].bytes, hashes[i].length),
			  hashes[i].hex);
	char *million = arena_alloc(&unit->arena, 1000000);
	memset(million, 'a', 1000000);
	SAME_TEXT(unit, "a million a", digest_hex(&unit->arena, million, 1000000),
		  "cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0");
}

static bool looks_like_uuid(const char *uuid, char version)
{
	static const char shape[] = "xxxxxxxx-xxxx-xxxx-xxxx-xxxxxxxxxxxx";

	if (strlen(uuid) != strlen(shape))
		return false;
	for (size_t i = 0; shape[i] != '\0'; i++) {
		if (shape[i] == '-' ? uuid[i] != '-' : strchr("0123456789abcdef", uuid[i]) == NULL)
			return false;
	}
	return uuid[14] == version && strchr("89ab", uuid[19]) != NULL;
}

static void derived_uuids_are_equal_for_equal_input_only(struct unit *unit)
{
	const char *one = digest_uuid(&unit->arena, "key:", "text");

	SAME_TEXT(unit, "as computed elsewhere", one, "88e1e575-62f4-8cb7-a882-7e436d3600f1");
	SAME_TEXT(unit, "nothing", digest_uuid(&unit->arena, "", ""), "e3b0c442-98fc-8c14-9afb-f4c8996fb924");
	HOLDS(unit, "shape", looks_like_uuid(one, '8'));
	SAME_TEXT(unit, "again", digest_uuid(&unit->arena, "key:", "text"), one);
	HOLDS(unit, "another text", strcmp(one, digest_uuid(&unit->arena, "key:", "texT")) != 0);
	HOLDS(unit, "another key", strcmp(one, digest_uuid(&unit->arena, "keY:", "text")) != 0);
	for (int i = 0; i < 200; i++) {
		const char *text = arena_printf(&unit->arena, "host %d", i);

		HOLDS(unit, text, looks_like_uuid(digest_uuid(&unit->arena, "k", text), '8'));
	}
}

static void timed_uuids_sort_by_time_and_never_repeat(struct unit *unit)
{
	static const struct {
		const char *name;
		int64_t time_ms;
		const char *start;
	} cases[] = {
		{"the epoch", 0, "00000000-0000-7"},
		{"one millisecond", 1, "00000000-0001-7"},
		{"RFC 9562, A.6", 0x017F22E279B0, "017f22e2-79b0-7"},
		{"the last that fits", 0xffffffffffff, "ffffffff-ffff-7"},
	};
	const char *before = "";
	struct error err;

	for (size_t i = 0; i < COUNT_OF(cases); i++) {
		const char *uuid = "", *again = "";

		HOLDS(unit, cases[i].name, digest_uuid7(&unit->arena, cases[i].time_ms, &uuid, &err));
		HOLDS(unit, cases[i].name, digest_uuid7(&unit->arena, cases[i].time_ms, &again, &err));
		HOLDS(unit, cases[i].name, looks_like_uuid(uuid, '7'));
		SAME_TEXT(unit, cases[i].name, arena_copy(&unit->arena, uuid, strlen(cases[i].start)), cases[i].start);
		HOLDS(unit, cases[i].name, strcmp(uuid, again) != 0);
		HOLDS(unit, cases[i].name, strcmp(before, uuid) < 0);
		before = uuid;
	}
}

static const struct CMUnitTest tests[] = {
	UNIT(hashes_as_the_standard_says),
	UNIT(derived_uuids_are_equal_for_equal_input_only),
	UNIT(timed_uuids_sort_by_time_and_never_repeat),
};

int main(void)
{
	return cmocka_run_group_tests(tests, NULL, NULL);
}
