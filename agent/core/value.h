/*
 * Values as the kernel understands them.
 *
 * A value is text; it is normalised only to compare, never to write. The rules were measured on Linux 6.18 and stand in
 * docs/values.md: integers are read with base 0 and end at the first blank; a vector takes fewer fields than it has and
 * ignores more; range lists are sets; strings are verbatim.
 */
#ifndef HOLDFAST_CORE_VALUE_H
#define HOLDFAST_CORE_VALUE_H

#include <stdbool.h>
#include <stddef.h>

#include "../base/error.h"
#include "../base/number.h"
#include "catalogue.h"
#include "facts.h"
#include "rule.h"

/* Nearly every /proc/sys file holds less; a list of many ports may hold more (system/proc_sys). */
enum { VALUE_LONGEST = 64 * 1024, VALUE_FIELDS = 64 };

/*
 * Whether the kernel, given the text `written`, holds what it prints as `shown`: equal in meaning. Either may come from
 * a file, /proc or a profile. row may be NULL (an unknown key).
 */
bool value_equal(const struct catalogue_row *row, const char *written, const char *shown);

/*
 * Whether text is a value that a profile may ask for: complete (a vector has all its fields), in the kernel's range, in
 * its grammar. The error says what is wanted and what was found; *rule (NULL: nobody asks) how lint calls it.
 */
bool value_check(const struct catalogue_row *row, const char *text, enum rule *rule, struct error *err) MUST_CHECK;

/*
 * Whether the value lies in the range that was measured on the latest kernel that was looked at. Another kernel may take
 * more or less: value_is_latest says whether the word is law here.
 */
bool value_check_latest(const struct catalogue_row *row, const char *text, struct error *err) MUST_CHECK;
bool value_is_latest(struct facts_version kernel);

/* Whether the range, where it has bounds, has room for value. */
bool value_in_range(const struct catalogue_range *range, number value);
/* "0 to 65535", "at least 1", "at most 255". Only for a range that something can be outside of. */
void value_describe_range(const struct catalogue_range *range, char *room, size_t size);

/*
 * How long the value is without what its author meant for a comment: a # or ; with a blank before it. No loader takes it
 * away; the kernel stops reading a number at the blank.
 */
size_t value_before_comment(const char *text, size_t length);

/* Whether the row is known to hold one number or several. */
bool value_is_numeric(const struct catalogue_row *row);

/* Whether setting the value is one of the things that the catalogue calls hazardous. */
bool value_hazardous(const struct catalogue_row *row, const char *text);

/*
 * What a boot loader writes in one piece, less the newline. Of a longer value, procps loses the rest and systemd makes
 * several writes, and the kernel stores something else (docs/values.md): it can only be managed live.
 */
enum { VALUE_ONE_PIECE = 4095 };

/* Whether the kernel would take the text at all, as a write from a boot loader: a short vector is taken, "abc" is not.
   true when the class is not known. */
bool value_accepted(const struct catalogue_row *row, const char *text);

/*
 * The numbers of text, blanks between. Integers of kernel files may carry text after a blank; `whole` refuses that.
 * False when a field is no number or there are more than VALUE_FIELDS.
 */
bool value_numbers(const char *text, bool whole, number numbers[VALUE_FIELDS], size_t *count) MUST_CHECK;

/*
 * Whether each number of text is at least that of min and at most that of max (either may be NULL). A bound of one number
 * holds for each field. Fields beyond what the key has do not count; too few are not within anything. False too when text is not numbers or has another number of fields than the bound.
 */
bool value_within(const struct catalogue_row *row, const char *text, const char *min, const char *max);

/* Element `index` of a vector, or the integer itself for index 0. */
bool value_element(const char *text, size_t index, number *result) MUST_CHECK;

#endif
