#include "digest.h"

#include <errno.h>
#include <sha2.h>
#include <sys/random.h>

const char *digest_hex(struct arena *arena, const void *bytes, size_t length)
{
	char *hex = arena_alloc(arena, SHA256_DIGEST_STRING_LENGTH);

	SHA256Data(bytes, length, hex);
	return hex;
}

uint64_t digest_number(struct arena *arena, const char *text, unsigned digits)
{
	const char *hex = digest_hex(arena, text, strlen(text));
	uint64_t number = 0;

	for (unsigned i = 0; i < digits; i++)
		number = number * 16 + (uint64_t)(hex[i] <= '9' ? hex[i] - '0' : hex[i] - 'a' + 10);
	return number;
}

static const char *uuid_text(struct arena *arena, uint8_t bytes[16], unsigned version)
{
	bytes[6] = (uint8_t)((bytes[6] & 0x0fu) | version << 4);
	bytes[8] = (uint8_t)((bytes[8] & 0x3fu) | 0x80u);
	return arena_printf(arena, "%02x%02x%02x%02x-%02x%02x-%02x%02x-%02x%02x-%02x%02x%02x%02x%02x%02x", bytes[0],
			    bytes[1], bytes[2], bytes[3], bytes[4], bytes[5], bytes[6], bytes[7], bytes[8], bytes[9],
			    bytes[10], bytes[11], bytes[12], bytes[13], bytes[14], bytes[15]);
}

const char *digest_uuid(struct arena *arena, const char *key, const char *text)
{
	SHA2_CTX context;
	uint8_t digest[SHA256_DIGEST_LENGTH];

	SHA256Init(&context);
	SHA256Update(&context, (const uint8_t *)key, strlen(key));
	SHA256Update(&context, (const uint8_t *)text, strlen(text));
	SHA256Final(digest, &context);
	return uuid_text(arena, digest, 8);
}

bool digest_uuid7(struct arena *arena, int64_t time_ms, const char **uuid, struct error *err)
{
	uint8_t bytes[16];

	if (getrandom(bytes, sizeof(bytes), 0) != (ssize_t)sizeof(bytes))
		return error_system(err, errno, "ask the kernel for random numbers");
	for (int i = 0; i < 6; i++)
		bytes[i] = (uint8_t)((uint64_t)time_ms >> (40 - 8 * i));
	*uuid = uuid_text(arena, bytes, 7);
	return true;
}
