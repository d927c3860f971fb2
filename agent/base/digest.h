/*
 * SHA-256 and the identifiers made from it or from chance. The hash itself is libmd's.
 */
#ifndef HOLDFAST_BASE_DIGEST_H
#define HOLDFAST_BASE_DIGEST_H

#include <stdint.h>

#include "arena.h"
#include "error.h"

/* 64 lower-case hex digits. */
const char *digest_hex(struct arena *arena, const void *bytes, size_t length);
/* The first `digits` of that, at most 15, as a number: for spreading things evenly, always alike. */
uint64_t digest_number(struct arena *arena, const char *text, unsigned digits);
/* A UUID of version 8 (RFC 9562) from the first 128 bits of SHA-256 over key and text: equal in, equal out. */
const char *digest_uuid(struct arena *arena, const char *key, const char *text);
/* A UUID of version 7 (RFC 9562): sorts by time_ms, the rest is from the kernel's random numbers. */
bool digest_uuid7(struct arena *arena, int64_t time_ms, const char **uuid, struct error *err) MUST_CHECK;

#endif
