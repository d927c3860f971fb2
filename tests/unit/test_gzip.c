#include "base/gzip.h"

#include <zlib.h>

#include "unit.h"

/* Bytes that do not repeat: a counter through a multiplication. */
static char *noise(struct unit *unit, size_t length)
{
	char *bytes = arena_alloc(&unit->arena, length + 1);
	uint32_t state = 1;

	for (size_t i = 0; i < length; i++) {
		state = state * 1664525 + 1013904223;
		bytes[i] = (char)(state >> 24);
	}
	return bytes;
}

static const struct {
	const char *name;
	size_t length;
	bool noise; /* else zeros */
} sizes[] = {
	{"nothing", 0, false},
	{"one byte", 1, false},
	{"just below the first room", (64 << 10) - 1, true},
	{"the first room", 64 << 10, true},
	{"just above the first room", (64 << 10) + 1, true},
	{"the second room", 256 << 10, true},
	{"just above the second room", (256 << 10) + 1, true},
	{"zeros, the first room", 64 << 10, false},
	{"a MiB of zeros", 1 << 20, false},
	{"more than a MiB of noise", (1 << 20) + 7, true},
};

static void what_is_packed_comes_back(struct unit *unit)
{
	for (size_t i = 0; i < COUNT_OF(sizes); i++) {
		const char *name = sizes[i].name;
		size_t length = sizes[i].length;
		char *bytes = sizes[i].noise ? noise(unit, length) : arena_alloc(&unit->arena, length + 1);
		struct gzip_bytes packed = {0}, again = {0}, plain = {0};
		struct error err = {0};

		if (!HOLDS(unit, name, gzip_pack(&unit->arena, bytes, length, &packed, &err)) ||
		    !HOLDS(unit, name, gzip_pack(&unit->arena, bytes, length, &again, &err)))
			continue;
		HOLDS(unit, name,
		      packed.length == again.length && memcmp(packed.items, again.items, packed.length) == 0);
		if (!HOLDS(unit, name, gzip_unpack(&unit->arena, &packed, length + 5, &plain, &err)))
			continue;
		SAME_NUMBER(unit, name, plain.length, length);
		HOLDS(unit, name, memcmp(plain.items, bytes, length) == 0 && plain.items[length] == '\0');
	}
}

static void the_bound_is_kept_to_the_byte(struct unit *unit)
{
	for (size_t i = 1; i < COUNT_OF(sizes); i++) {
		const char *name = sizes[i].name;
		size_t length = sizes[i].length;
		char *bytes = sizes[i].noise ? noise(unit, length) : arena_alloc(&unit->arena, length + 1);
		struct gzip_bytes packed = {0}, plain = {0};
		struct error err = {0};

		if (!HOLDS(unit, name, gzip_pack(&unit->arena, bytes, length, &packed, &err)))
			continue;
		HOLDS(unit, name, gzip_unpack(&unit->arena, &packed, length, &plain, &err));
		plain = (struct gzip_bytes){0};
		HOLDS(unit, name, !gzip_unpack(&unit->arena, &packed, length - 1, &plain, &err));
		HAS_TEXT(unit, name, err.text, arena_printf(&unit->arena, "at most %zu bytes", length - 1));
		HOLDS(unit, name, plain.items == NULL && plain.length == 0);
	}
}

/* 64 MiB of zeros, in 64 KiB. */
static void a_bomb_is_refused(struct unit *unit)
{
	enum { LARGE = 64 << 20, MOST = 8 << 20 };
	struct arena arena = {0};
	struct gzip_bytes packed = {0}, plain = {0};
	struct error err = {0};

	if (HOLDS(unit, "packed", gzip_pack(&arena, arena_alloc(&arena, LARGE), LARGE, &packed, &err)))
		HOLDS(unit, "it is one", packed.length < LARGE / 500);
	HOLDS(unit, "bomb", !gzip_unpack(&arena, &packed, MOST, &plain, &err));
	HAS_TEXT(unit, "bomb", err.text, "no whole gzip file of at most 8388608 bytes");
	arena_free(&arena);
}

static bool refused(struct unit *unit, const char *bytes, size_t length)
{
	struct gzip_bytes packed = {(char *)(uintptr_t)bytes, length}, plain = {0};
	struct error err = {.text = ""};
	bool taken = gzip_unpack(&unit->arena, &packed, 1 << 20, &plain, &err);

	return !taken && err.text[0] != '\0' && plain.items == NULL;
}

static const char text[] = "{\"id\":\"01a204f9-53ae-734a-8c52-f7826d871244\",\"kind\":\"full\"}\n";

static void what_is_no_whole_member_is_refused(struct unit *unit)
{
	struct gzip_bytes packed = {0}, plain = {0};
	struct error err = {0};

	if (!HOLDS(unit, "packed", gzip_pack(&unit->arena, text, strlen(text), &packed, &err)))
		return;
	for (size_t length = 0; length < packed.length; length++)
		HOLDS(unit, arena_printf(&unit->arena, "cut after %zu bytes", length),
		      refused(unit, packed.items, length));
	static const char *const behind[] = {"\n", "x", "more"};
	for (size_t i = 0; i < COUNT_OF(behind); i++) {
		char *longer = arena_alloc(&unit->arena, packed.length + strlen(behind[i]));

		memcpy(longer, packed.items, packed.length);
		memcpy(longer + packed.length, behind[i], strlen(behind[i]));
		HOLDS(unit, behind[i], refused(unit, longer, packed.length + strlen(behind[i])));
	}
	char *twice = arena_alloc(&unit->arena, packed.length * 2 + 1);
	memcpy(twice, packed.items, packed.length);
	HOLDS(unit, "a NUL behind it", refused(unit, twice, packed.length + 1));
	memcpy(twice + packed.length, packed.items, packed.length);
	HOLDS(unit, "two members", refused(unit, twice, packed.length * 2));
	/* A byte that is off is seen, or changes nothing that counts (the header has a time and a system). */
	for (size_t i = 0; i < packed.length; i++) {
		char *copy = arena_alloc(&unit->arena, packed.length);
		const char *name = arena_printf(&unit->arena, "byte %zu", i);

		memcpy(copy, packed.items, packed.length);
		copy[i] = (char)(copy[i] ^ 0x55);
		struct gzip_bytes changed = {copy, packed.length};
		bool taken = gzip_unpack(&unit->arena, &changed, 1 << 20, &plain, &err);
		HOLDS(unit, name, !taken || (i < 10 && plain.length == strlen(text) && strcmp(plain.items, text) == 0));
	}
}

static void other_formats_are_refused(struct unit *unit)
{
	char bytes[256];
	uLongf length = sizeof(bytes);

	HOLDS(unit, "text", refused(unit, text, strlen(text)));
	HOLDS(unit, "nothing", refused(unit, "", 0));
	HOLDS(unit, "the magic alone", refused(unit, "\x1f\x8b\x08", 3));
	if (HOLDS(unit, "zlib", compress((Bytef *)bytes, &length, (const Bytef *)text, strlen(text)) == Z_OK))
		HOLDS(unit, "zlib's own header", refused(unit, bytes, length));
}

static const struct CMUnitTest tests[] = {
	UNIT(what_is_packed_comes_back),          UNIT(the_bound_is_kept_to_the_byte), UNIT(a_bomb_is_refused),
	UNIT(what_is_no_whole_member_is_refused), UNIT(other_formats_are_refused),
};

int main(void)
{
	return cmocka_run_group_tests(tests, NULL, NULL);
}
