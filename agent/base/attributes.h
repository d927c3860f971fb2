/*
 * Compiler attributes under readable names. Nothing here makes code; everything here makes the compiler look harder.
 */
#ifndef HOLDFAST_BASE_ATTRIBUTES_H
#define HOLDFAST_BASE_ATTRIBUTES_H

#include "banned.h"

/* The result decides what happens next; dropping it is an error. */
#define MUST_CHECK __attribute__((warn_unused_result))
/* The compiler checks the arguments against the format. Both counts start at 1. */
#define PRINTF_LIKE(template, first) __attribute__((format(printf, template, first)))
/* Runs function(&variable) when the variable leaves its scope. */
#define CLEANUP(function) __attribute__((cleanup(function)))
#define NO_RETURN __attribute__((noreturn))
#define RETURNS_NONNULL __attribute__((returns_nonnull))

#define COUNT_OF(array) (sizeof(array) / sizeof((array)[0]))

#endif
