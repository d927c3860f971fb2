/*
 * Capabilities (capabilities(7)) that a process gives up for good. What it has not can be neither kept nor won back: no program
 * that it starts, and no file, brings new ones.
 */
#ifndef HOLDFAST_BASE_CAPABILITIES_H
#define HOLDFAST_BASE_CAPABILITIES_H

#include <linux/capability.h>
#include <stdint.h>

#include "error.h"

#define CAPABILITY(number) (UINT64_C(1) << (number))

/* Keeps those of `kept` (bits made by CAPABILITY) that we have, and no other; 0 = none. */
bool capabilities_keep(uint64_t kept, struct error *err) MUST_CHECK;

#endif
