/*
 * What the unit tests share: an arena, a temporary host folder, and checks that name the failing row and go on, so that
 * one run shows every row that is wrong. Checks return whether they held, for rows that make no sense after a failure.
 *
 *	static void reads_numbers(struct unit *unit) { ... SAME_NUMBER(unit, row->name, found, row->wanted); }
 *	static const struct CMUnitTest tests[] = {UNIT(reads_numbers)};
 *	int main(void) { return cmocka_run_group_tests(tests, NULL, NULL); }
 */
#ifndef HOLDFAST_TESTS_UNIT_H
#define HOLDFAST_TESTS_UNIT_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/arena.h"
#include "system/tree.h"

struct unit {
	struct arena arena;
	const char *folder; /* of the temporary host, NULL until one is asked for; removed at the end */
	struct tree tree;   /* of the temporary host once unit_tree was called */
	unsigned checks, failures;
};
typedef void unit_function(struct unit *unit);

/* A test of no checks fails: it could not have failed otherwise. */
#define UNIT(function) \
	{ \
#function, unit_run, NULL, NULL, _Generic((function), unit_function * : (void *)(function)) \
	}
void unit_run(void **function);

#define HOLDS(unit, row, condition) unit_holds((unit), (row), (condition), #condition, __FILE__, __LINE__)
/* As HOLDS(pointer != NULL), in a form that lets the compiler see that the pointer is there when it says true. */
#define PRESENT(unit, row, pointer) \
	((pointer) != NULL ? true : (unit_holds((unit), (row), false, #pointer " is there", __FILE__, __LINE__), false))
#define SAME_TEXT(unit, row, found, wanted) unit_same_text((unit), (row), (found), (wanted), __FILE__, __LINE__)
#define SAME_NUMBER(unit, row, found, wanted) \
	unit_same_number((unit), (row), (long long)(found), (long long)(wanted), __FILE__, __LINE__)
/* found has the words of wanted in it; wanted NULL: found is NULL. */
#define HAS_TEXT(unit, row, found, wanted) unit_has_text((unit), (row), (found), (wanted), __FILE__, __LINE__)

bool unit_holds(struct unit *unit, const char *row, bool condition, const char *what, const char *file, int line);
/* Either may be NULL. */
bool unit_same_text(struct unit *unit, const char *row, const char *found, const char *wanted, const char *file,
		    int line);
bool unit_has_text(struct unit *unit, const char *row, const char *found, const char *wanted, const char *file,
		   int line);
bool unit_same_number(struct unit *unit, const char *row, long long found, long long wanted, const char *file,
		      int line);

/* The temporary host; paths below are "etc/sysctl.conf", folders on the way are made. */
const struct tree *unit_tree(struct unit *unit);
void unit_write(struct unit *unit, const char *path, const char *text);
void unit_write_bytes(struct unit *unit, const char *path, const char *bytes, size_t length);
void unit_link(struct unit *unit, const char *path, const char *target);
void unit_make_folder(struct unit *unit, const char *path);
/* "/tmp/holdfast.XXXXXX/etc/sysctl.conf" */
const char *unit_path(struct unit *unit, const char *path);
/* Empties the temporary host, for the next row. */
void unit_clear(struct unit *unit);

#endif
