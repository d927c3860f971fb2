#include "catalogue_words.h"

#include "../core/value.h"

const struct catalogue_words catalogue_class_words[] = {
	[VALUE_UNKNOWN] = {"unknown", "text or numbers"},
	[VALUE_INTEGER] = {"integer", "a number"},
	[VALUE_VECTOR] = {"vector", "numbers"},
	[VALUE_RANGE_SET] = {"ranges", "a list of numbers and ranges, such as 8080,9000-9010"},
	[VALUE_MASK] = {"mask", "a hexadecimal mask"},
	[VALUE_STRING] = {"string", "a text, taken as it is"},
	[VALUE_WORDS] = {"words", "words in any order"},
};
const struct catalogue_words catalogue_scope_words[] = {
	[SCOPE_HOST] = {"host", "the whole host"},
	[SCOPE_NETWORK] = {"network", "each network namespace for itself"},
	[SCOPE_IPC] = {"ipc", "each IPC namespace for itself"},
	[SCOPE_UTS] = {"uts", "each UTS namespace for itself"},
	[SCOPE_USER] = {"user", "each user namespace for itself"},
	[SCOPE_PID] = {"pid", "each PID namespace for itself"},
};
const struct catalogue_words catalogue_access_words[] = {
	[ACCESS_READ_WRITE] = {"read-write", NULL},
	[ACCESS_READ_ONLY] = {"read-only", "it can only be read"},
	[ACCESS_WRITE_ONLY] = {"write-only", "it can only be written"},
	[ACCESS_ACTION] = {"action", "an action: writing it does something at once and keeps nothing"},
};
const struct catalogue_words catalogue_effect_words[] = {
	[EFFECT_NOW] = {"now", "at once"},
	[EFFECT_NEXT_LISTEN] = {"next_listen", "at the next listen(): restart the listening services"},
	[EFFECT_NEW_SOCKETS] = {"new_sockets", "for sockets that are made after it"},
	[EFFECT_NEW_INTERFACES] = {"new_interfaces", "for interfaces that come after it"},
	[EFFECT_NEW_NAMESPACES] = {"new_namespaces", "for namespaces that are made after it"},
	[EFFECT_NEW_PROCESSES] = {"new_processes", "for processes that start after it"},
};
const struct catalogue_words catalogue_hazard_words[] = {
	[HAZARD_NONE] = {"none", NULL},
	[HAZARD_ONE_WAY] = {"one_way", "cannot be taken back before the next boot"},
	[HAZARD_CODE_EXECUTION] = {"code_execution", "whoever sets it runs code as root"},
	[HAZARD_BREAKS_CLIENTS] = {"breaks_clients", "known to break real traffic"},
	[HAZARD_SECRET] = {"secret", "a secret: shown by its state alone"},
};
const struct catalogue_words catalogue_combine_words[] = {
	[COMBINE_NONE] = {"none", NULL},
	[COMBINE_MAX] = {"max", "the greater of conf.all and the interface's own value holds"},
	[COMBINE_OR] = {"or", "it is on where conf.all or the interface's own value is"},
	[COMBINE_AND] = {"and", "it is on only where both conf.all and the interface's own value are"},
	[COMBINE_AND_IF_FORWARDING] =
		{"and_if_forwarding",
		 "with forwarding both conf.all and the interface must be on, without it either is "
		 "enough"},
};
const struct catalogue_words catalogue_readback_words[] = {
	[READBACK_AS_WRITTEN] = {"as_written", NULL},
	[READBACK_TICKS] = {"ticks", "rounded up to a tick of the kernel's timer: 101 ms read 104 at 250 Hz"},
	[READBACK_CLOCK_TICKS] = {"clock_ticks", "rounded down to a tick of the kernel's timer: 33 reads 32 at 250 Hz"},
	[READBACK_ONE] = {"one", "any number but 0 reads 1"},
	[READBACK_POWER_OF_TWO] = {"power_of_two", "rounded up to a power of two"},
	[READBACK_MULTIPLE] = {"multiple", "rounded up to a multiple of 512"},
	[READBACK_POSSIBLE] = {"possible", "reads what could be had, which may be less"},
	[READBACK_DRIFTS] = {"drifts", "the kernel changes it by itself"},
};

const char *catalogue_version_text(struct arena *arena, struct catalogue_version version)
{
	return version.major == 0 ? NULL : arena_printf(arena, "%u.%u", version.major, version.minor);
}

const char *catalogue_range_text(struct arena *arena, const struct catalogue_row *row,
				 const struct catalogue_range *range)
{
	char room[64];

	if (range->min.kind == BOUND_ABSENT && range->max.kind == BOUND_ABSENT)
		return NULL;
	value_describe_range(range, room, sizeof(room));
	if (range->min.kind == BOUND_NUMBER && range->max.kind == BOUND_NUMBER &&
	    range->min.number == range->max.number)
		return arena_printf(arena, "only %lld", (long long)range->min.number);
	if (range->min.kind == BOUND_SECONDS_IN_TICKS || range->max.kind == BOUND_SECONDS_IN_TICKS)
		return arena_printf(arena, "INT_MAX / HZ seconds to either side of 0 (%s at 100 Hz)", room);
	bool plain = range->min.kind == BOUND_NUMBER && range->min.number == INT32_MIN &&
		     range->max.kind == BOUND_NUMBER && range->max.number == INT32_MAX;
	bool flag = range->min.kind == BOUND_NUMBER && range->min.number == 0 && range->max.kind == BOUND_NUMBER &&
		    range->max.number == 1;
	return plain                           ? "whatever fits into an int"
	       : row->unit[0] != '\0' && !flag ? arena_printf(arena, "%s %s", room, row->unit)
					       : arena_string(arena, room);
}
