/*
 * Answers of the kernel's, made byte by byte: for the tests of system/diag_message.
 */
#ifndef HOLDFAST_TESTS_DIAG_REPLY_H
#define HOLDFAST_TESTS_DIAG_REPLY_H

#include <linux/inet_diag.h>
#include <linux/netlink.h>

#include "system/diag_message.h"
#include "unit.h"

enum { DIAG_REPLY_SEQUENCE = 7, DIAG_REPLY_ROOM = 1024 };

/* Answers as the kernel writes them, one behind the other. */
struct diag_reply {
	_Alignas(struct nlmsghdr) uint8_t bytes[DIAG_REPLY_ROOM];
	size_t length;
};

/* A message whose head says `says` bytes, with the payload behind it and nothing to fill it up. */
void diag_reply_put(struct diag_reply *answer, uint32_t says, uint16_t type, uint16_t flags, uint32_t sequence,
		    const void *payload, size_t length);
void diag_reply_whole(struct diag_reply *answer, uint16_t type, uint16_t flags, const void *payload, size_t length);
struct inet_diag_msg diag_reply_record(uint8_t family, uint8_t state);
struct diag_walk diag_reply_walk(const struct diag_reply *answer);

#endif
