#include "base/arena.h"

#include <fcntl.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/array.h"
#include "unit.h"

static void memory_is_zeroed_aligned_and_apart(struct unit *unit)
{
	static const size_t sizes[] = {0, 1, 7, 15, 16, 17, 255, 4096, 32768, 32769, 100000, 1, 3};
	unsigned char *before = NULL;
	size_t before_size = 0;

	for (size_t i = 0; i < COUNT_OF(sizes) * 8; i++) {
		size_t size = sizes[i % COUNT_OF(sizes)];
		unsigned char *room = arena_alloc(&unit->arena, size);
		const char *name = arena_printf(&unit->arena, "%zu bytes", size);

		HOLDS(unit, name, ((uintptr_t)room & 15) == 0);
		for (size_t j = 0; j < size; j++) {
			if (room[j] != 0)
				HOLDS(unit, name, false);
		}
		memset(room, 0xff, size);
		for (size_t j = 0; j < before_size; j++) {
			if (before[j] != 0xff)
				HOLDS(unit, name, false);
		}
		before = room;
		before_size = size;
	}
}

static void freed_arenas_are_empty_and_start_again(struct unit *unit)
{
	struct arena arena = {0};

	arena_free(&arena);
	HOLDS(unit, "nothing in it", arena.block == NULL && arena.used == 0);
	for (int round = 0; round < 3; round++) {
		for (int i = 0; i < 100; i++)
			memset(arena_alloc(&arena, 1000), 1, 1000);
		arena_free(&arena);
		HOLDS(unit, "freed", arena.block == NULL && arena.used == 0);
		arena_free(&arena);
		unsigned char *fresh = arena_alloc(&arena, 1000);
		HOLDS(unit, "zeroed again", fresh[0] == 0 && fresh[999] == 0);
	}
	arena_free(&arena);
}

static void copies_are_terminated_and_may_hold_nuls(struct unit *unit)
{
	char *copy = arena_copy(&unit->arena, "a\0b|", 3);

	HOLDS(unit, "a NUL within", memcmp(copy, "a\0b", 4) == 0);
	SAME_TEXT(unit, "nothing", arena_copy(&unit->arena, "abc", 0), "");
	SAME_TEXT(unit, "a part", arena_copy(&unit->arena, "abc", 2), "ab");
	SAME_TEXT(unit, "a string", arena_string(&unit->arena, "abc"), "abc");
	SAME_TEXT(unit, "an empty string", arena_string(&unit->arena, ""), "");
	char *text = arena_printf(&unit->arena, "%s-%d", "x", 5);
	SAME_TEXT(unit, "a format", text, "x-5");
	SAME_NUMBER(unit, "a long format", strlen(arena_printf(&unit->arena, "%70000s", "")), 70000);
	SAME_TEXT(unit, "an empty format", arena_printf(&unit->arena, "%s", ""), "");
}

/* The exit status of a child that runs the function, -1 when it did not end by itself. */
static int status_of(void (*run)(struct arena *arena))
{
	pid_t child = fork();
	int status;

	if (child == 0) {
		struct arena arena = {0};
		int quiet = open("/dev/null", O_WRONLY);

		dup2(quiet, STDERR_FILENO);
		run(&arena);
		_exit(42);
	}
	if (child < 0 || waitpid(child, &status, 0) != child || !WIFEXITED(status))
		return -1;
	return WEXITSTATUS(status);
}

static void ask_for_too_many(struct arena *arena)
{
	(void)arena_array(arena, SIZE_MAX / 8 + 1, 16);
}

static void ask_for_all(struct arena *arena)
{
	(void)arena_alloc(arena, SIZE_MAX);
}

static void ask_for_nearly_all(struct arena *arena)
{
	(void)arena_alloc(arena, SIZE_MAX - 14);
}

static void ask_for_an_endless_copy(struct arena *arena)
{
	(void)arena_copy(arena, "x", SIZE_MAX - 1);
}

static void ask_for_a_wrapping_array(struct arena *arena)
{
	struct {
		int *items;
		size_t count, capacity;
	} list = {NULL, SIZE_MAX / 8, SIZE_MAX / 8};

	*ARRAY_ADD(arena, &list) = 1;
}

static void exits_when_there_is_no_memory(struct unit *unit)
{
	static const struct {
		const char *name;
		void (*run)(struct arena *arena);
	} cases[] = {
		{"count times size overflows", ask_for_too_many},      {"everything", ask_for_all},
		{"rounding up would wrap", ask_for_nearly_all},        {"a copy without end", ask_for_an_endless_copy},
		{"a list that cannot grow", ask_for_a_wrapping_array},
	};

	for (size_t i = 0; i < COUNT_OF(cases); i++)
		SAME_NUMBER(unit, cases[i].name, status_of(cases[i].run), 1);
}

static void arrays_of_nothing_are_there(struct unit *unit)
{
	HOLDS(unit, "no items", arena_array(&unit->arena, 0, 8) != NULL);
	HOLDS(unit, "no size", arena_array(&unit->arena, SIZE_MAX, 0) != NULL);
	unsigned char *items = arena_array(&unit->arena, 1000, 3);
	HOLDS(unit, "a thousand", items[0] == 0 && items[2999] == 0);
}

static void lists_keep_their_items_while_they_grow(struct unit *unit)
{
	struct {
		struct {
			size_t number;
			const char *text;
		} * items;
		size_t count, capacity;
	} list = {0};

	for (size_t i = 0; i < 10000; i++) {
		__typeof__(list.items) item = ARRAY_ADD(&unit->arena, &list);

		if (item->number != 0 || item->text != NULL || item != &list.items[i])
			HOLDS(unit, "a new item is zeroed and the last", false);
		item->number = i + 1;
		item->text = "x";
		/* Something else in between, so that growing cannot lean on the end of the block. */
		memset(arena_alloc(&unit->arena, 5), 0xff, 5);
	}
	SAME_NUMBER(unit, "count", list.count, 10000);
	HOLDS(unit, "capacity", list.capacity >= list.count);
	for (size_t i = 0; i < list.count; i++) {
		if (list.items[i].number != i + 1)
			HOLDS(unit, arena_printf(&unit->arena, "item %zu", i), false);
	}
}

static const struct CMUnitTest tests[] = {
	UNIT(memory_is_zeroed_aligned_and_apart),
	UNIT(freed_arenas_are_empty_and_start_again),
	UNIT(copies_are_terminated_and_may_hold_nuls),
	UNIT(exits_when_there_is_no_memory),
	UNIT(arrays_of_nothing_are_there),
	UNIT(lists_keep_their_items_while_they_grow),
};

int main(void)
{
	return cmocka_run_group_tests(tests, NULL, NULL);
}
