/*
 * A transaction as the JSON document of schema/journal.schema.json.
 *
 * Values are kept as the kernel printed them, byte by byte (what is no UTF-8 as {"latin1": text}); those of secrets
 * are null. entry_parse reads it back.
 */
#ifndef HOLDFAST_CHANGE_ENTRY_JSON_H
#define HOLDFAST_CHANGE_ENTRY_JSON_H

#include "../base/text.h"
#include "../core/entry.h"

extern const char entry_json_schema[];
/* Adds the document and a newline. */
bool entry_json_write(struct text *out, const struct entry *entry, struct error *err) MUST_CHECK;

#endif
