/*
 * A transaction from the text that entry_json has written.
 *
 * The file is held to account before anything is done with it: only keys that a profile could name, only the two sysctl
 * files that holdfast writes, only copies that lie in the journal's folder under the entry's own name.
 */
#ifndef HOLDFAST_CHANGE_ENTRY_PARSE_H
#define HOLDFAST_CHANGE_ENTRY_PARSE_H

#include "../core/entry.h"

/* False: err says what is wrong with it, without naming the file. */
bool entry_parse(struct arena *arena, const char *bytes, size_t length, struct entry *entry, struct error *err)
	MUST_CHECK;

#endif
