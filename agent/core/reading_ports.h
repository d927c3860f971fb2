/*
 * Readings of the port headroom: towards whom ports run out, what would free some, and who binds before it connects.
 */
#ifndef HOLDFAST_CORE_READING_PORTS_H
#define HOLDFAST_CORE_READING_PORTS_H

#include "reading.h"

/* Only of a detailed census. */
void reading_ports(const struct reading_draft *draft);

#endif
