#include "arena.h"

#include <stdint.h>
#include <sys/mman.h>
#include <unistd.h>

enum { ARENA_BLOCK = 256 * 1024, ARENA_ALIGN = 16 };

struct arena_block {
	struct arena_block *older;
	size_t size;
	_Alignas(ARENA_ALIGN) unsigned char bytes[];
};

NO_RETURN static void out_of_memory(void)
{
	static const char text[] = "holdfast: out of memory; nothing further was changed\n";

	(void)!write(STDERR_FILENO, text, sizeof(text) - 1);
	_exit(1);
}

void arena_free(struct arena *arena)
{
	while (arena->block != NULL) {
		struct arena_block *older = arena->block->older;

		munmap(arena->block, sizeof(*arena->block) + arena->block->size);
		arena->block = older;
	}
	arena->used = 0;
}

void *arena_alloc(struct arena *arena, size_t size)
{
	if (size > SIZE_MAX / 2)
		out_of_memory();
	size = (size + ARENA_ALIGN - 1) & ~(size_t)(ARENA_ALIGN - 1);
	if (arena->block == NULL || arena->block->size - arena->used < size) {
		/* Straight from the kernel: zeroed, and a page costs nothing until it is touched. */
		size_t room = size > ARENA_BLOCK ? size : ARENA_BLOCK;
		struct arena_block *block =
			mmap(NULL, sizeof(*block) + room, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

		if (block == MAP_FAILED)
			out_of_memory();
		block->size = room;
		block->older = arena->block;
		arena->block = block;
		arena->used = 0;
	}
	void *result = arena->block->bytes + arena->used;
	arena->used += size;
	return result;
}

void *arena_array(struct arena *arena, size_t count, size_t size)
{
	size_t total;

	if (__builtin_mul_overflow(count, size, &total))
		out_of_memory();
	return arena_alloc(arena, total);
}

char *arena_copy(struct arena *arena, const char *text, size_t length)
{
	char *copy = arena_alloc(arena, length + 1);

	if (length > 0)
		memcpy(copy, text, length);
	return copy;
}

char *arena_string(struct arena *arena, const char *text)
{
	return arena_copy(arena, text, strlen(text));
}

char *arena_vprintf(struct arena *arena, const char *format, va_list arguments)
{
	va_list again;

	va_copy(again, arguments);
	int length = vsnprintf(NULL, 0, format, again);
	va_end(again);
	if (length < 0)
		out_of_memory();
	char *text = arena_alloc(arena, (size_t)length + 1);
	vsnprintf(text, (size_t)length + 1, format, arguments);
	return text;
}

char *arena_printf(struct arena *arena, const char *format, ...)
{
	va_list arguments;

	va_start(arguments, format);
	char *text = arena_vprintf(arena, format, arguments);
	va_end(arguments);
	return text;
}
