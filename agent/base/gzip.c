#include "gzip.h"

#include <stdint.h>

/* What is packed is only read. */
#define ZLIB_CONST
#include <zlib.h>

/* A window of 32 KiB, with gzip's header rather than zlib's. */
enum { LEVEL = 6, WINDOW = 15 + 16, MEMORY = 8, FIRST_ROOM = 64 << 10 };

bool gzip_pack(struct arena *arena, const char *bytes, size_t length, struct gzip_bytes *packed, struct error *err)
{
	z_stream stream = {0};

	if (length > UINT32_MAX || deflateInit2(&stream, LEVEL, Z_DEFLATED, WINDOW, MEMORY, Z_DEFAULT_STRATEGY) != Z_OK)
		return error_set(err, "the bytes cannot be packed");
	uLong room = deflateBound(&stream, (uLong)length);
	char *out = arena_alloc(arena, room);
	stream.next_in = (const Bytef *)bytes;
	stream.avail_in = (uInt)length;
	stream.next_out = (Bytef *)out;
	stream.avail_out = (uInt)room;
	int end = deflate(&stream, Z_FINISH);
	size_t packed_length = stream.total_out;
	(void)deflateEnd(&stream);
	if (end != Z_STREAM_END)
		return error_set(err, "the bytes cannot be packed");
	*packed = (struct gzip_bytes){out, packed_length};
	return true;
}

/* Until the end of the member, growing the room; false: it is broken, cut, or larger than `most`. */
static bool inflate_all(struct arena *arena, z_stream *stream, size_t most, struct gzip_bytes *plain)
{
	size_t room = FIRST_ROOM < most ? FIRST_ROOM : most;
	char *out = arena_alloc(arena, room + 1);

	for (;;) {
		stream->next_out = (Bytef *)out + stream->total_out;
		stream->avail_out = (uInt)(room - stream->total_out);
		int end = inflate(stream, Z_NO_FLUSH);
		if (end == Z_STREAM_END)
			break;
		if (end != Z_OK || stream->avail_out > 0 || room == most)
			return false;
		size_t wider_room = room > most / 4 ? most : room * 4;
		char *wider = arena_alloc(arena, wider_room + 1);
		memcpy(wider, out, stream->total_out);
		out = wider;
		room = wider_room;
	}
	if (stream->avail_in > 0)
		return false;
	out[stream->total_out] = '\0';
	*plain = (struct gzip_bytes){out, stream->total_out};
	return true;
}

bool gzip_unpack(struct arena *arena, const struct gzip_bytes *packed, size_t most, struct gzip_bytes *plain,
		 struct error *err)
{
	z_stream stream = {.next_in = (const Bytef *)packed->items, .avail_in = (uInt)packed->length};

	if (packed->length > UINT32_MAX || inflateInit2(&stream, WINDOW) != Z_OK)
		return error_set(err, "it cannot be unpacked");
	bool done = inflate_all(arena, &stream, most, plain);
	(void)inflateEnd(&stream);
	return done || error_set(err, "it is no whole gzip file of at most %zu bytes", most);
}
