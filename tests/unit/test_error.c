#include "base/error.h"

#include <errno.h>

#include "unit.h"

static void failures_carry_a_sentence_and_the_cause(struct unit *unit)
{
	struct error err;

	HOLDS(unit, "set", !error_set(&err, "wants %d numbers, found %s", 3, "'2'"));
	SAME_TEXT(unit, "set", err.text, "wants 3 numbers, found '2'");
	SAME_NUMBER(unit, "set", err.number, 0);
	HOLDS(unit, "system", !error_system(&err, ENOENT, "open %s", "/etc/x"));
	SAME_TEXT(unit, "system", err.text, "open /etc/x: No such file or directory");
	SAME_NUMBER(unit, "system", err.number, ENOENT);
	HOLDS(unit, "wrapped", !error_wrap(&err, "profile %s", "web"));
	SAME_TEXT(unit, "wrapped", err.text, "profile web: open /etc/x: No such file or directory");
	SAME_NUMBER(unit, "the cause stays", err.number, ENOENT);
	HOLDS(unit, "wrapped again", !error_wrap(&err, "%s", "load"));
	SAME_TEXT(unit, "wrapped again", err.text, "load: profile web: open /etc/x: No such file or directory");
	HOLDS(unit, "set anew", !error_set(&err, "%s", "x"));
	SAME_NUMBER(unit, "no cause any more", err.number, 0);
	SAME_TEXT(unit, "set anew", err.text, "x");
}

static void unknown_causes_are_named_as_such(struct unit *unit)
{
	static const int causes[] = {0, -1, 4095, 99999, INT32_MAX, INT32_MIN};

	for (size_t i = 0; i < COUNT_OF(causes); i++) {
		struct error err;
		const char *name = arena_printf(&unit->arena, "errno %d", causes[i]);

		HOLDS(unit, name, !error_system(&err, causes[i], "open"));
		HOLDS(unit, name, strncmp(err.text, "open: ", 6) == 0 && err.text[6] != '\0');
		SAME_NUMBER(unit, name, err.number, causes[i]);
	}
}

static void user_text_is_no_format(struct unit *unit)
{
	struct error err;

	error_set(&err, "'%s' %%", "%n%s%d");
	SAME_TEXT(unit, "per cent signs", err.text, "'%n%s%d' %");
	error_wrap(&err, "%s", "%s");
	SAME_TEXT(unit, "wrapped per cent signs", err.text, "%s: '%n%s%d' %");
}

static void texts_of_any_length_are_cut_and_never_overrun(struct unit *unit)
{
	static const int lengths[] = {0, 1, 900, 1020, 1021, 1022, 1023, 1024, 1025, 5000};

	for (size_t i = 0; i < COUNT_OF(lengths); i++) {
		struct {
			struct error err;
			unsigned char guard[64];
		} room;
		const char *name = arena_printf(&unit->arena, "%d bytes", lengths[i]);
		char *text = arena_alloc(&unit->arena, (size_t)lengths[i] + 1);
		size_t kept = (size_t)lengths[i] < sizeof(room.err.text) ? (size_t)lengths[i]
									 : sizeof(room.err.text) - 1;

		memset(text, 'x', (size_t)lengths[i]);
		memset(&room, 0xaa, sizeof(room));
		error_set(&room.err, "%s", text);
		SAME_NUMBER(unit, name, strlen(room.err.text), kept);
		error_wrap(&room.err, "in");
		HOLDS(unit, name, strncmp(room.err.text, "in: ", 4) == 0);
		SAME_NUMBER(unit, name, strlen(room.err.text), kept + 4 < 1023 ? kept + 4 : 1023);
		error_wrap(&room.err, "%s", text);
		HOLDS(unit, name,
		      strncmp(room.err.text, text, kept) == 0 && strlen(room.err.text) < sizeof(room.err.text));
		error_system(&room.err, EPERM, "%s", text);
		HOLDS(unit, name,
		      strncmp(room.err.text, text, kept) == 0 && strlen(room.err.text) < sizeof(room.err.text));
		SAME_NUMBER(unit, name, room.err.number, EPERM);
		for (size_t j = 0; j < sizeof(room.guard); j++) {
			if (room.guard[j] != 0xaa)
				HOLDS(unit, name, false);
		}
	}
}

static const struct CMUnitTest tests[] = {
	UNIT(failures_carry_a_sentence_and_the_cause),
	UNIT(unknown_causes_are_named_as_such),
	UNIT(user_text_is_no_format),
	UNIT(texts_of_any_length_are_cut_and_never_overrun),
};

int main(void)
{
	return cmocka_run_group_tests(tests, NULL, NULL);
}
