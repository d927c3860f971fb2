/*
 * Which transaction is meant.
 */
#ifndef HOLDFAST_CMD_TRANSACTIONS_H
#define HOLDFAST_CMD_TRANSACTIONS_H

#include "../core/entry.h"
#include "pipeline.h"

/*
 * The entry whose id begins with the word that the command was given; without one the newest apply that stands. False: there
 * is none, or more than one; run->exit is set.
 */
bool transactions_choose(struct run *run, const struct entries *entries, size_t *index) MUST_CHECK;
/* The newest apply that is done and not taken back; false when there is none. */
bool transactions_standing(const struct entries *entries, size_t *index) MUST_CHECK;
/* With --json, the entry as `history --json` lists it, in an empty list where it is NULL. Else nothing. */
bool transactions_print(struct run *run, const struct entry *entry, struct error *err) MUST_CHECK;

#endif
