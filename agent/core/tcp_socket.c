#include "tcp_socket.h"

#include <string.h>

#include "../base/text.h"

const struct tcp_state_name tcp_state_names[TCP_STATES] = {
	[TCP_STATE_NONE] = {"", "", ""},
	[TCP_STATE_ESTABLISHED] = {"ESTABLISHED", "ESTABLISHED", "open in both directions"},
	[TCP_STATE_SYN_SENT] = {"SYN-SENT", "SYN_SENT", "connect() was called, no answer yet"},
	[TCP_STATE_SYN_RECEIVED] = {"SYN-RECEIVED", "SYN_RECV", "half open: the handshake's last part is missing"},
	[TCP_STATE_FIN_WAIT_1] = {"FIN-WAIT-1", "FIN_WAIT1", "closed here, the peer has not confirmed it"},
	[TCP_STATE_FIN_WAIT_2] = {"FIN-WAIT-2", "FIN_WAIT2", "closed here, the peer has not closed yet"},
	[TCP_STATE_TIME_WAIT] = {"TIME-WAIT", "TIME_WAIT", "over; waits so that old segments cannot do harm"},
	[TCP_STATE_CLOSED] = {"CLOSED", "CLOSE", "not connected"},
	[TCP_STATE_CLOSE_WAIT] = {"CLOSE-WAIT", "CLOSE_WAIT", "the peer has closed, the program here has not"},
	[TCP_STATE_LAST_ACK] = {"LAST-ACK", "LAST_ACK", "closed by both, the peer has not confirmed it"},
	[TCP_STATE_LISTEN] = {"LISTEN", "LISTEN", "waits for connections"},
	[TCP_STATE_CLOSING] = {"CLOSING", "CLOSING", "both closed at the same time"},
};

const enum tcp_state tcp_state_order[TCP_STATES_SHOWN] = {
	TCP_STATE_LISTEN,     TCP_STATE_SYN_SENT,   TCP_STATE_SYN_RECEIVED, TCP_STATE_ESTABLISHED,
	TCP_STATE_FIN_WAIT_1, TCP_STATE_FIN_WAIT_2, TCP_STATE_CLOSING,      TCP_STATE_TIME_WAIT,
	TCP_STATE_CLOSE_WAIT, TCP_STATE_LAST_ACK,   TCP_STATE_CLOSED,
};

static const uint8_t mapped[12] = {0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff};

void tcp_address_v4(struct tcp_address *address, const uint8_t bytes[4])
{
	memcpy(address->bytes, mapped, sizeof(mapped));
	memcpy(address->bytes + sizeof(mapped), bytes, 4);
}

bool tcp_address_is_v4(const struct tcp_address *address)
{
	return memcmp(address->bytes, mapped, sizeof(mapped)) == 0;
}

bool tcp_address_is_loopback(const struct tcp_address *address)
{
	static const uint8_t one[16] = {[15] = 1};

	return (tcp_address_is_v4(address) && address->bytes[12] == 127) ||
	       memcmp(address->bytes, one, sizeof(one)) == 0;
}

bool tcp_address_is_any(const struct tcp_address *address)
{
	static const uint8_t none[16] = {0};

	return memcmp(address->bytes, none, sizeof(none)) == 0 ||
	       (tcp_address_is_v4(address) && memcmp(address->bytes + 12, none, 4) == 0);
}

/* The longest run of two or more zero groups, which "::" stands for (RFC 5952); the first of equal ones. */
static unsigned longest_gap(const unsigned groups[8], unsigned *length)
{
	unsigned start = 8, run = 0;

	*length = 1;
	for (unsigned i = 0; i < 8; i++) {
		run = groups[i] == 0 ? run + 1 : 0;
		if (run > *length) {
			*length = run;
			start = i + 1 - run;
		}
	}
	return start;
}

const char *tcp_address_text(struct arena *arena, const struct tcp_address *address)
{
	const uint8_t *bytes = address->bytes;
	struct text text = {.arena = arena};
	unsigned groups[8], gap_length;

	if (tcp_address_is_v4(address))
		return arena_printf(arena, "%u.%u.%u.%u", bytes[12], bytes[13], bytes[14], bytes[15]);
	for (size_t i = 0; i < 8; i++)
		groups[i] = (unsigned)bytes[i * 2] << 8 | bytes[i * 2 + 1];
	unsigned gap = longest_gap(groups, &gap_length);
	for (unsigned i = 0; i < 8;) {
		if (i == gap) {
			text_string(&text, "::");
			i += gap_length;
			continue;
		}
		text_format(&text, "%s%x", i > 0 && i != gap + gap_length ? ":" : "", groups[i]);
		i++;
	}
	return text.bytes;
}

const char *tcp_end_text(struct arena *arena, const struct tcp_end *end)
{
	const char *address = tcp_address_is_any(&end->address) ? "*" : tcp_address_text(arena, &end->address);

	return arena_printf(arena, strchr(address, ':') != NULL ? "[%s]:%u" : "%s:%u", address, end->port);
}
