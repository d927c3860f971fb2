/*
 * Numbers from text, strictly and without overflow. The only place that turns digits into a number.
 *
 * 128 bits hold every value that the kernel prints, from INT64_MIN to UINT64_MAX, so comparing never wraps. Where the
 * compiler has no such type (32 bits), numbers end at INT64_MAX: an unsigned long of such a kernel has 32 bits.
 */
#ifndef HOLDFAST_BASE_NUMBER_H
#define HOLDFAST_BASE_NUMBER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "arena.h"

#ifdef __SIZEOF_INT128__
__extension__ typedef __int128 number;
#define NUMBER_MOST UINT64_MAX
#else
typedef int64_t number;
#define NUMBER_MOST ((uint64_t)INT64_MAX)
#endif

/*
 * Reads one number as the kernel does (base 0: 0x1e is 30, 036 is 30, 08 is none): an optional minus, then digits,
 * all of the length bytes. A plus, a fraction, blanks or more than 64 bits are refused. *result is untouched then.
 */
bool number_read(const char *text, size_t length, number *result) MUST_CHECK;
/* A whole decimal number from 0 to most: for versions, options and sizes. Leading zeros are digits, not octal. */
bool number_decimal(const char *text, size_t length, uint64_t most, uint64_t *result) MUST_CHECK;
const char *number_text(struct arena *arena, number value);
/* For people: 12,000; 3.0 MiB. */
const char *number_grouped(struct arena *arena, uint64_t value);
const char *number_bytes(struct arena *arena, uint64_t bytes);

#endif
