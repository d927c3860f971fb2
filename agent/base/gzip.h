/*
 * gzip, as files of the spool and bodies of requests have it (RFC 1952). The work is zlib's.
 */
#ifndef HOLDFAST_BASE_GZIP_H
#define HOLDFAST_BASE_GZIP_H

#include "arena.h"
#include "error.h"

/* Bytes of either kind. */
struct gzip_bytes {
	char *items; /* NUL-terminated, when unpacked */
	size_t length;
};

/* Equal in, equal out: no time and no name is stored. */
bool gzip_pack(struct arena *arena, const char *bytes, size_t length, struct gzip_bytes *packed, struct error *err)
	MUST_CHECK;
/* One whole gzip member and nothing behind it, to at most `most` bytes: a bomb is refused, not unpacked. */
bool gzip_unpack(struct arena *arena, const struct gzip_bytes *packed, size_t most, struct gzip_bytes *plain,
		 struct error *err) MUST_CHECK;

#endif
