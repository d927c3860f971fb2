/*
 * Numbers from text, strictly and without overflow. The only place that turns digits into a number.
 *
 * 128 bits hold every value that the kernel prints, from INT64_MIN to UINT64_MAX, so comparing never wraps.
 */
#ifndef HOLDFAST_BASE_NUMBER_H
#define HOLDFAST_BASE_NUMBER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "arena.h"

__extension__ typedef __int128 number;

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
