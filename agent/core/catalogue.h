/*
 * What is known of the kernel's parameters: one row a key, constant data, sorted by path.
 *
 * The catalogue knows, the code does not: no key name stands in code outside the table and the loaders' own
 * rules. A field that is not known is absent (zero; a text is empty), never guessed. Facts: the kernel's Documentation/
 * and source as each row names it, and what tests measured.
 */
#ifndef HOLDFAST_CORE_CATALOGUE_H
#define HOLDFAST_CORE_CATALOGUE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "../base/arena.h"
#include "key.h"

/* How a value is read and compared. */
enum value_class {
	VALUE_UNKNOWN,   /* token by token: as numbers where both are numbers, else as text */
	VALUE_INTEGER,   /* one number, base 0 */
	VALUE_VECTOR,    /* `arity` numbers, blanks between; the kernel prints tabs */
	VALUE_RANGE_SET, /* a set of numbers as a list of ranges: 3,1,2 and 1-3 are the same */
	VALUE_MASK,      /* hexadecimal bit mask, groups by commas: 3 and 00000000,00000003 are the same */
	VALUE_STRING,    /* verbatim */
	VALUE_WORDS,     /* a set of words, blanks between, in any order */
};

/* One end of a range, for each element of a vector. */
struct catalogue_bound {
	enum {
		BOUND_ABSENT,
		BOUND_NUMBER,           /* exactly .number */
		BOUND_SECONDS_IN_TICKS, /* INT_MAX / HZ with the sign of .number: the kernel keeps seconds as ticks. HZ is
					   not visible from user space, so only what no HZ (100 and up) allows is refused. */
	} kind;
	int64_t number;
};
struct catalogue_range {
	struct catalogue_bound min, max;
};
/* CATALOGUE_FROM_TO(0, 255) and friends, for the rows. */
/* clang-format off */
#define CATALOGUE_FROM(least) {.min = {BOUND_NUMBER, (least)}}
#define CATALOGUE_TO(most) {.max = {BOUND_NUMBER, (most)}}
#define CATALOGUE_FROM_TO(least, most) {.min = {BOUND_NUMBER, (least)}, .max = {BOUND_NUMBER, (most)}}
#define CATALOGUE_SECONDS {.min = {BOUND_SECONDS_IN_TICKS, -1}, .max = {BOUND_SECONDS_IN_TICKS, 1}}
/* clang-format on */

/* Who owns the value: the whole host, or one namespace of the given kind. */
enum catalogue_scope { SCOPE_HOST, SCOPE_NETWORK, SCOPE_IPC, SCOPE_UTS, SCOPE_USER, SCOPE_PID };

/* ACCESS_ACTION: a write (or even a read) does something instead of setting a value; refused in profiles. */
enum catalogue_access { ACCESS_READ_WRITE, ACCESS_READ_ONLY, ACCESS_WRITE_ONLY, ACCESS_ACTION };

/* When a change takes effect, beyond "now". */
enum catalogue_effect {
	EFFECT_NOW,
	EFFECT_NEXT_LISTEN, /* listeners must call listen() again: restart them */
	EFFECT_NEW_SOCKETS,
	EFFECT_NEW_INTERFACES,
	EFFECT_NEW_NAMESPACES,
	EFFECT_NEW_PROCESSES,
};

/* Why a key or a value needs `accept_hazard: true` in a profile. */
enum catalogue_hazard {
	HAZARD_NONE,
	HAZARD_ONE_WAY,        /* cannot be undone before the next boot */
	HAZARD_CODE_EXECUTION, /* whoever sets it runs code as root */
	HAZARD_BREAKS_CLIENTS, /* known to break real traffic */
	HAZARD_SECRET,         /* the value is a secret: reported by state alone */
};

/* How the value that holds for an interface comes from conf/all and conf/<if>. */
enum catalogue_combine {
	COMBINE_NONE,
	COMBINE_MAX,
	COMBINE_OR,
	COMBINE_AND,
	COMBINE_AND_IF_FORWARDING, /* else or */
};

/* What the kernel makes of a value that it takes. The written and the read form then are one value (core/value). */
enum catalogue_readback {
	READBACK_AS_WRITTEN,
	READBACK_TICKS,        /* milliseconds, rounded up to a tick of 1000 / HZ */
	READBACK_CLOCK_TICKS,  /* hundredths of a second, rounded down to a tick */
	READBACK_ONE,          /* any number but 0 reads back 1 */
	READBACK_POWER_OF_TWO, /* rounded up */
	READBACK_MULTIPLE,     /* rounded up to a multiple of 512 (a page of eight-byte buckets) */
	READBACK_POSSIBLE,     /* what could be had, which may be less */
	READBACK_DRIFTS,       /* the kernel changes it by itself */
};

struct catalogue_version {
	uint8_t major, minor; /* 0.0 = not known */
};

/* What the code goes by. Texts are arrays, so that the table needs no relocation; an empty one is absent. */
struct catalogue_row {
	char key[64]; /* path form; the component "<if>" stands for all, default or an interface */
	enum value_class class;
	uint8_t arity;  /* VALUE_VECTOR only; 0: as many as the host makes of it */
	bool ascending; /* the fields of a vector make sense only in this order; the kernel does not look */
	bool bits;      /* the words are bits, to be added up */
	char none[8];   /* the one value out of that order that means something: "1 0", nobody */
	char unit[16];  /* "s", "ms", "bytes", "pages", "packets", ... */
	struct catalogue_range kernel; /* outside: every kernel says EINVAL */
	struct catalogue_range latest; /* where it is narrower in the kernel last looked at (catalogue_latest) */
	struct catalogue_range sane;   /* outside: works, but nobody should want it */
	enum catalogue_scope scope;
	enum catalogue_access access;
	enum catalogue_effect effect;
	struct catalogue_version since, removed;
	char module[16];     /* the key appears when this module is loaded */
	char alias[40];      /* path of the canonical name of the same storage: treat the two as one key */
	char other_name[40]; /* the other way round: the key whose alias this is */
	char twin[32];       /* the kernel sets this key to 0 when ours is written, and the other way round */
	char finer[48];      /* the same storage in a finer unit (pattern with <if>): manage that one */
	enum catalogue_combine combine;
	enum catalogue_readback readback;
	/* A value that reaches above the element `ceiling_element` of the key `ceiling` is EINVAL: the order of two
	   writes follows from it. */
	char ceiling[40];
	bool ceiling_checks; /* so is a ceiling that comes to lie below our value */
	uint8_t ceiling_element;
	int8_t order; /* lower is written earlier; 0 for most */
	enum catalogue_hazard hazard;
	struct catalogue_range hazardous;       /* only these values; absent: every value */
	char hazardous_start[4];                /* only texts that begin so */
	char initial[32];                       /* what an untouched kernel has, as it prints it, blanks for tabs */
	bool initial_empty;                     /* it has an empty text */
	struct catalogue_range myth_range;      /* lint tells the myth only of these values; absent: of every value */
	struct catalogue_version initial_since; /* older kernels have another one; 0.0 = no such change is known */
};

/* What people read, and lists that are rarely walked. */
struct catalogue_text {
	char related[256]; /* what to look at together with it: patterns with <if>, blanks between */
	char words[320];   /* values with a meaning of their own: "0 never\n1 always\n" */
	/* Changing the value makes the kernel set these too (patterns with <if>, blanks between): to the same value, or
	   behind a '!' to whether it is 0. They are written or looked at afterwards. */
	char resets[96];
	char hazard_note[96];   /* what happens, one clause; with a hazard always there */
	char initial_note[136]; /* how the initial value is computed, or who changes it; a clause */
	char help[208];         /* one or two sentences */
	char note[320];         /* traps and side effects */
	char myth[256];         /* what is often believed of it, and is not so */
	char source[112];       /* where the facts are from */
};

/* The table, sorted by key in byte order (a unit test holds it to that). */
extern const struct catalogue_row catalogue_rows[];
extern const struct catalogue_text catalogue_texts[]; /* in the same order */
extern const size_t catalogue_row_count;
/* The kernel on which the rows were measured. */
extern const struct catalogue_version catalogue_latest;

/* A part of /proc/sys that comes and goes as a whole; also for keys that have no row of their own. */
struct catalogue_family {
	const char *prefix; /* path, without a slash at the end */
	enum { FAMILY_STACK, FAMILY_MODULE, FAMILY_INSTANCES } kind;
	const char *module; /* FAMILY_MODULE: what brings it */
	bool ordered;       /* FAMILY_INSTANCES: 'all' is written before 'default', both before interfaces */
};
extern const struct catalogue_family catalogue_families[];
extern const size_t catalogue_family_count;

/* The parameters that say how many ports and connections there is room for: what the census of sockets goes by. */
enum catalogue_tcp {
	CATALOGUE_TCP_RANGE,
	CATALOGUE_TCP_RESERVED,
	CATALOGUE_TCP_REUSE,
	CATALOGUE_TCP_REUSE_DELAY,
	CATALOGUE_TCP_TIMESTAMPS,
	CATALOGUE_TCP_TIME_WAIT_MOST,
	CATALOGUE_TCP_ORPHANS_MOST,
	CATALOGUE_TCP_FIN_TIMEOUT,
	CATALOGUE_TCP_BACKLOG,
	CATALOGUE_TCP_SYNCOOKIES,
	CATALOGUE_TCP_MEMORY,
	CATALOGUE_TCPS,
};
/* Path of each. */
extern const char *const catalogue_tcp_keys[CATALOGUE_TCPS];
/* The last word of the path: "tcp_tw_reuse". */
const char *catalogue_tcp_word(enum catalogue_tcp key) RETURNS_NONNULL;
/* Whether the parameter is one of them, or another of TCP. */
bool catalogue_is_tcp(const char *path);

/* The row of a concrete or glob key path, with any interface name in the place of <if>; NULL when nothing is known. */
const struct catalogue_row *catalogue_find(const char *path);
/* Whether the value of the key, a wildcard too, is a secret: it is never shown and kept nowhere. */
bool catalogue_is_secret(const char *path);
/* The texts of a row of the table. */
const struct catalogue_text *catalogue_text(const struct catalogue_row *row);
/* The next of a list with blanks between, copied to room; false at the end. *list moves behind it. */
bool catalogue_next(const char **list, char room[KEY_LONGEST]) MUST_CHECK;
/* The same for resets; *inverted: a '!' stood before it. */
bool catalogue_next_reset(const char **list, char room[KEY_LONGEST], bool *inverted) MUST_CHECK;
/* The next line of words: its value to room, *meaning in the arena; false at the end. */
bool catalogue_next_word(struct arena *arena, const char **words, char room[KEY_LONGEST], const char **meaning)
	MUST_CHECK;
/* What an untouched kernel has; NULL when that is not known. */
const char *catalogue_initial(const struct catalogue_row *row);
/* The innermost family of the kind that path lies in; NULL when in none. */
const struct catalogue_family *catalogue_family_of(const char *path, int kind);
/* The canonical path of the storage behind path: the alias's target, else path itself. Wildcards have none. */
const char *catalogue_canonical(const char *path);
/* The other name of the storage behind a canonical path, NULL when it has none. */
const char *catalogue_other_name(const char *path);
/*
 * Behind the name of a secret in text, which may be no key at all: a line without '=', another spelling. NULL: it has none.
 * What follows such a name is never shown.
 */
const char *catalogue_secret_end(const char *text);
/* For sorting: which of two keys is written first. By the rows' order, then `all` before `default` before interfaces. */
int catalogue_write_order(const char *left, const char *right);
/* The known key name nearest to path, dotted, or NULL; keeps the interface of path. */
const char *catalogue_nearest(struct arena *arena, const char *path);
/* Whether a wildcard path can stand for a key of the row. */
bool catalogue_glob_reaches(const char *glob_path, const struct catalogue_row *row);
/* Whether `pattern` (with <if>) names path. */
bool catalogue_pattern_matches(const char *pattern, const char *path);

#endif
