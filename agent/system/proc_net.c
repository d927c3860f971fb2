#include "proc_net.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

#include "../base/number.h"

enum { FILE_MOST = 1 << 20, CHUNK = 65536, TICK_MS = 10 };

void proc_net_counters(struct arena *arena, const struct tree *tree, struct tcp_counters *counters)
{
	const char *read = "";

	*counters = (struct tcp_counters){0};
	for (unsigned i = 0; i < TCP_COUNTERS; i++) {
		const char *file = tcp_counter_rows[i].file;
		const char *text = strcmp(file, read) == 0 ? NULL : tree_read_text(arena, tree, file, FILE_MOST);

		read = file;
		if (text != NULL)
			tcp_counters_take(counters, file, text);
	}
}

void proc_net_sockstat(struct arena *arena, const struct tree *tree, struct tcp_sockstat *sockstat)
{
	const char *text = tree_read_text(arena, tree, "/proc/net/sockstat", FILE_MOST);

	*sockstat = (struct tcp_sockstat){0};
	if (text != NULL)
		(void)tcp_sockstat_take(sockstat, text);
}

/* --- /proc/net/tcp ------------------------------------------------------------------------------------------------- */

/* What is left of a line. */
struct cursor {
	const char *at, *end;
};

static bool hex_number(struct cursor *cursor, unsigned most_digits, uint32_t *value)
{
	uint32_t result = 0;
	unsigned digits = 0;

	for (; cursor->at < cursor->end && digits < most_digits; digits++, cursor->at++) {
		char c = *cursor->at;

		if (c >= '0' && c <= '9')
			result = result << 4 | (uint32_t)(c - '0');
		else if (c >= 'A' && c <= 'F')
			result = result << 4 | (uint32_t)(c - 'A' + 10);
		else if (c >= 'a' && c <= 'f')
			result = result << 4 | (uint32_t)(c - 'a' + 10);
		else
			break;
	}
	*value = result;
	return digits > 0;
}

static bool skip(struct cursor *cursor, char c)
{
	if (cursor->at == cursor->end || *cursor->at != c)
		return false;
	cursor->at++;
	return true;
}

static void skip_blanks(struct cursor *cursor)
{
	while (cursor->at < cursor->end && *cursor->at == ' ')
		cursor->at++;
}

static void skip_word(struct cursor *cursor)
{
	while (cursor->at < cursor->end && *cursor->at != ' ')
		cursor->at++;
	skip_blanks(cursor);
}

/* The kernel prints each 32-bit word of an address as the number that it is in memory. */
static bool read_end(struct cursor *cursor, bool ipv6, struct tcp_end *end)
{
	uint8_t bytes[16];
	uint32_t word, port;

	for (unsigned i = 0; i < (ipv6 ? 4u : 1u); i++) {
		const char *start = cursor->at;

		if (!hex_number(cursor, 8, &word) || cursor->at - start != 8)
			return false;
		memcpy(bytes + (size_t)i * 4, &word, sizeof(word));
	}
	if (!skip(cursor, ':') || !hex_number(cursor, 4, &port))
		return false;
	if (ipv6)
		memcpy(end->address.bytes, bytes, sizeof(bytes));
	else
		tcp_address_v4(&end->address, bytes);
	end->port = (uint16_t)port;
	return skip(cursor, ' ');
}

/* "0: 0100007F:1F90 0100007F:9C40 06 00000000:00000000 03:0000176E ..." */
bool proc_net_line(const char *line, size_t length, bool ipv6, struct tcp_socket *socket)
{
	struct cursor cursor = {.at = line, .end = line + length};
	struct tcp_socket found = {.ipv6 = ipv6};
	uint32_t state, sending, receiving, timer, ticks;

	skip_blanks(&cursor);
	skip_word(&cursor); /* the number of the line */
	if (!read_end(&cursor, ipv6, &found.local) || !read_end(&cursor, ipv6, &found.remote) ||
	    !hex_number(&cursor, 2, &state) || !skip(&cursor, ' ') || !hex_number(&cursor, 8, &sending) ||
	    !skip(&cursor, ':') || !hex_number(&cursor, 8, &receiving) || !skip(&cursor, ' ') ||
	    !hex_number(&cursor, 2, &timer) || !skip(&cursor, ':') || !hex_number(&cursor, 8, &ticks))
		return false;
	if (state == TCP_STATE_NONE || state >= TCP_STATES)
		return false;
	found.state = (enum tcp_state)state;
	found.ownerless = timer == DIAG_TIMER_OWNERLESS;
	if (found.ownerless)
		found.expires_ms = ticks > UINT32_MAX / TICK_MS ? UINT32_MAX : ticks * TICK_MS;
	if (found.state == TCP_STATE_LISTEN)
		found.queue = receiving;
	*socket = found;
	return true;
}

/* A listing being read: the bytes of the file that make no whole line yet lie at the start of the buffer. */
struct listing {
	uint32_t states;
	const struct sock_visitor *visitor;
	bool ipv6, headed; /* the line of titles has been passed */
	bool whole;
};

static void take_line(struct listing *listing, const char *line, size_t length)
{
	struct tcp_socket socket;

	if (!listing->headed) {
		listing->headed = true;
	} else if (!proc_net_line(line, length, listing->ipv6, &socket)) {
		listing->whole = false;
	} else if ((listing->states >> socket.state & 1) != 0) {
		listing->visitor->visit(listing->visitor->context, &socket);
	}
}

/* Hands the whole lines on; returns how many bytes they took. */
static size_t take_lines(struct listing *listing, const char *bytes, size_t length)
{
	size_t taken = 0;
	const char *end;

	while ((end = memchr(bytes + taken, '\n', length - taken)) != NULL) {
		take_line(listing, bytes + taken, (size_t)(end - bytes) - taken);
		taken = (size_t)(end - bytes) + 1;
	}
	return taken;
}

static bool list_file(int fd, struct listing *listing, const char *path, struct error *err)
{
	char bytes[CHUNK];
	size_t held = 0;

	for (;;) {
		ssize_t got = read(fd, bytes + held, sizeof(bytes) - held);

		if (got < 0 && errno == EINTR)
			continue;
		if (got < 0)
			return error_system(err, errno, "read %s", path);
		if (got == 0)
			break;
		held += (size_t)got;
		size_t taken = take_lines(listing, bytes, held);
		if (taken == 0 && held == sizeof(bytes))
			return error_set(err, "%s has a line that no kernel would write", path);
		memmove(bytes, bytes + taken, held - taken);
		held -= taken;
	}
	listing->whole = listing->whole && listing->headed && held == 0;
	return true;
}

bool proc_net_list(const struct tree *tree, uint32_t states, const struct sock_visitor *visitor, bool *whole,
		   struct error *err)
{
	static const char *const paths[] = {"/proc/net/tcp", "/proc/net/tcp6"};

	const char *folder = tree->is_host ? "" : tree->path;

	*whole = true;
	for (unsigned i = 0; i < COUNT_OF(paths); i++) {
		struct listing listing = {.states = states, .visitor = visitor, .ipv6 = i == 1, .whole = true};
		struct stat status;
		CLEANUP(fd_close) int fd = tree_open_file(tree, paths[i], O_RDONLY);

		if (fd < 0 && i == 1 && errno == ENOENT)
			break;
		if (fd < 0)
			return error_system(err, errno, "read %s%s", folder, paths[i]);
		if (fstat(fd, &status) != 0 || !S_ISREG(status.st_mode))
			return error_set(err, "%s%s is no file", folder, paths[i]);
		if (!list_file(fd, &listing, paths[i], err))
			return tree->is_host ? false : error_wrap(err, "%s", tree->path);
		*whole = *whole && listing.whole;
	}
	return true;
}
