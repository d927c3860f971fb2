/*
 * Values that are sets: port lists, processor masks, lists of words; and numbers that the kernel rounds. What core/value
 * says of a key rests on these.
 */
#ifndef HOLDFAST_CORE_VALUE_SETS_H
#define HOLDFAST_CORE_VALUE_SETS_H

#include "../base/number.h"
#include "catalogue.h"

/* One past the largest number of a port list. */
enum { VALUE_SET_SIZE = 65536 };

/* Two port lists, "3,1,2" and "1-3": the same set. False when either is none. */
bool value_ports_equal(const char *a, const char *b);
bool value_is_ports(const char *text);
/* The set as bits: bit p % 8 of byte p / 8 is port p. False, and ports untouched, when text is none. */
bool value_ports_read(const char *text, uint8_t ports[VALUE_SET_SIZE / 8]) MUST_CHECK;
/* Two hexadecimal masks, "3" and "00000000,00000003". False when either is none. */
bool value_masks_equal(const char *a, const char *b);
bool value_is_mask(const char *text);
/* The same words, in any order, each once or more. */
bool value_words_equal(const char *a, const char *b);

/*
 * Whether a kernel that was given `written` may show `shown`, as the rule says. The length of a tick is not visible from
 * user space, so any that kernels are built with will do.
 */
bool value_rounds_to(enum catalogue_readback readback, number written, number shown);

#endif
