#include "diag_reply.h"

#include <netinet/in.h>

void diag_reply_put(struct diag_reply *answer, uint32_t says, uint16_t type, uint16_t flags, uint32_t sequence,
		    const void *payload, size_t length)
{
	const struct nlmsghdr head = {
		.nlmsg_len = says, .nlmsg_type = type, .nlmsg_flags = flags, .nlmsg_seq = sequence};

	memcpy(answer->bytes + answer->length, &head, sizeof(head));
	answer->length += sizeof(head);
	if (length > 0)
		memcpy(answer->bytes + answer->length, payload, length);
	answer->length += length;
}

void diag_reply_whole(struct diag_reply *answer, uint16_t type, uint16_t flags, const void *payload, size_t length)
{
	diag_reply_put(answer, (uint32_t)(sizeof(struct nlmsghdr) + length), type, flags, DIAG_REPLY_SEQUENCE, payload,
		       length);
}

struct inet_diag_msg diag_reply_record(uint8_t family, uint8_t state)
{
	struct inet_diag_msg record = {.idiag_family = family,
				       .idiag_state = state,
				       .idiag_timer = 3,
				       .idiag_expires = 59000,
				       .idiag_rqueue = 5,
				       .idiag_wqueue = 128,
				       .id.idiag_sport = htons(40000),
				       .id.idiag_dport = htons(8080)};
	static const uint8_t source[16] = {10, 0, 0, 1, 1}, destination[16] = {10, 0, 0, 5, 2};

	memcpy(record.id.idiag_src, source, sizeof(source));
	memcpy(record.id.idiag_dst, destination, sizeof(destination));
	return record;
}

struct diag_walk diag_reply_walk(const struct diag_reply *answer)
{
	return (struct diag_walk){.bytes = answer->bytes, .length = answer->length, .sequence = DIAG_REPLY_SEQUENCE};
}
