#include "reading.h"

#include "key.h"

const char *const reading_kind_names[READING_KINDS] = {
	[READING_PORTS] = "ports",
	[READING_SOURCE_PORTS] = "source_ports",
	[READING_ACCEPT_QUEUE] = "accept_queue",
	[READING_SYN_QUEUE] = "syn_queue",
	[READING_TIME_WAIT_MOST] = "time_wait_limit",
	[READING_ORPHANS] = "orphans",
	[READING_MEMORY] = "memory",
	[READING_CLOSE_WAIT] = "close_wait",
	[READING_FIN_WAIT_2] = "fin_wait_2",
	[READING_SYN_SENT] = "syn_sent",
	[READING_ACCEPTING] = "accepting_side",
	[READING_CONNECTING] = "connecting_side",
	[READING_WELL] = "well",
};

void reading_add(const struct reading_draft *draft, enum reading_kind kind, enum finding_severity severity,
		 const char *text)
{
	*ARRAY_ADD(draft->arena, draft->readings) = (struct reading){.kind = kind, .severity = severity, .text = text};
}

void reading_add_key(const struct reading_draft *draft, enum catalogue_tcp setting, const char *value)
{
	struct reading *last = &draft->readings->items[draft->readings->count - 1];

	last->key = catalogue_tcp_keys[setting];
	last->value = value;
}

const char *reading_key(const struct reading_draft *draft, enum catalogue_tcp setting)
{
	return key_name(draft->arena, catalogue_tcp_keys[setting]);
}

const char *reading_count(const struct reading_draft *draft, uint64_t value)
{
	return number_grouped(draft->arena, value);
}
