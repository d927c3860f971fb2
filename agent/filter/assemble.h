/*
 * Lists of calls to a filter of seccomp(2), by libseccomp, which knows the numbers of every machine.
 */
#ifndef HOLDFAST_FILTER_ASSEMBLE_H
#define HOLDFAST_FILTER_ASSEMBLE_H

#include <linux/bpf_common.h>
#include <linux/filter.h>

#include "../base/error.h"
#include "rules.h"

struct assemble_code {
	struct sock_filter instructions[BPF_MAXINSNS];
	unsigned short count;
};

/* For the machine that this program runs on. */
bool assemble(const struct rules *rules, struct assemble_code *code, struct error *err) MUST_CHECK;

/* What calls_no_socketcall is; nothing on a machine that has no such call. */
bool assemble_no_socketcall(struct assemble_code *code, struct error *err) MUST_CHECK;

#endif
