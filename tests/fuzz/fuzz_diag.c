/*
 * Answers of netlink from anybody. The input is what recv(2) would bring, piece by piece: two bytes of length, low byte first, and
 * so many bytes. Held to: nothing is read behind a piece (each has memory of its own), every answer but the last moves on,
 * a socket has a state and a family, and no other answer writes one.
 */
#include "fuzz.h"
#include "system/diag_message.h"

/* What the seeds have in their heads. */
enum { SEQUENCE = 1 };

static void look_at(const struct tcp_socket *socket)
{
	HOLD(socket->state > TCP_STATE_NONE && socket->state < TCP_STATES);
	HOLD(socket->ipv6 || (tcp_address_is_v4(&socket->local.address) && tcp_address_is_v4(&socket->remote.address)));
	HOLD(socket->bound == (socket->state == TCP_STATE_CLOSED && socket->local.port != 0));
	HOLD(socket->ownerless || socket->expires_ms == 0);
	HOLD(socket->backlog_known == (socket->state == TCP_STATE_LISTEN));
	HOLD(socket->state == TCP_STATE_LISTEN || (socket->queue == 0 && socket->backlog == 0));
}

/* As system/sock_diag goes through a piece; false: the dump is over. */
static bool walk_on(struct diag_walk *walk)
{
	for (;;) {
		struct tcp_socket socket, untouched;
		size_t before = walk->at;
		bool interrupted = walk->interrupted;

		memset(&socket, 0xa5, sizeof(socket));
		untouched = socket;
		enum diag_answer answer = diag_message_next(walk, &socket);
		HOLD(walk->at >= before && walk->at <= walk->length);
		HOLD(walk->interrupted || !interrupted);
		HOLD(answer == DIAG_SOCKET || memcmp(&socket, &untouched, sizeof(socket)) == 0);
		switch (answer) {
		case DIAG_SOCKET:
			look_at(&socket);
			HOLD(walk->at > before);
			break;
		case DIAG_OTHER:
			HOLD(walk->at > before);
			break;
		case DIAG_EMPTY:
			HOLD(walk->at == walk->length);
			return true;
		case DIAG_REFUSED:
			HOLD(walk->number > 0);
			return false;
		case DIAG_DONE:
		case DIAG_BROKEN:
			return false;
		}
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct diag_walk walk = {.sequence = SEQUENCE};
	bool more = true;

	while (more && size >= 2) {
		size_t length = (size_t)data[0] | (size_t)data[1] << 8;

		data += 2;
		size -= 2;
		length = length < size ? length : size;
		uint8_t *piece = malloc(length > 0 ? length : 1);
		HOLD(piece != NULL);
		memcpy(piece, data, length);
		walk.bytes = piece;
		walk.length = length;
		walk.at = 0;
		more = walk_on(&walk);
		free(piece);
		data += length;
		size -= length;
	}
	return 0;
}
