/*
 * What is known of values together: values that do something else than they seem to, and values that do nothing as long
 * as another parameter is as it is. Data for lint, beside the catalogue: no key stands in lint's code.
 */
#ifndef HOLDFAST_CORE_ADVICE_H
#define HOLDFAST_CORE_ADVICE_H

#include "catalogue.h"
#include "findings.h"

enum advice_test {
	ADVICE_ALWAYS,        /* the value alone is enough */
	ADVICE_OTHER_OUTSIDE, /* the other key's value lies outside of other_range */
	ADVICE_OTHER_WITHIN,  /* the other key's value lies in other_range */
	ADVICE_OTHER_LESS,    /* the other key's value is less than ours */
	ADVICE_OTHER_EMPTY,   /* the other key's value is an empty text */
};

struct advice {
	const char *key;              /* a path, may hold <if> */
	uint8_t element;              /* which number of a vector */
	struct catalogue_range range; /* the values of key that it speaks of; absent: all */
	enum advice_test test;
	const char *other; /* path; not for ADVICE_ALWAYS */
	uint8_t other_element;
	struct catalogue_range other_range;
	enum rule rule;
	enum finding_severity severity;
	const char *text;   /* one sentence without a full stop; the key stands before it */
	const char *remedy; /* a sentence */
};

extern const struct advice advice_rows[];
extern const size_t advice_row_count;

/* Programs that set parameters by themselves, beside the boot loader. */
struct advice_owner {
	const char *name;
	const char *marker;      /* a path of the tree that is there when the program is at work here */
	const char *const *keys; /* paths, NULL at the end */
	const char *text;        /* what it does with them, one sentence */
};
extern const struct advice_owner advice_owners[];
extern const size_t advice_owner_count;

#endif
