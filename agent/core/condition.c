#include "condition.h"

#include "../base/number.h"
#include "../base/text.h"

const char *const condition_names[CONDITION_SUBJECTS] = {
	[CONDITION_KERNEL] = "kernel",
	[CONDITION_MEMORY] = "memory",
	[CONDITION_CPUS] = "cpus",
	[CONDITION_HOST] = "host",
	[CONDITION_OS] = "os",
	[CONDITION_ARCH] = "arch",
	[CONDITION_VIRTUALIZATION] = "virtualization",
	[CONDITION_MODULE] = "module",
	[CONDITION_INTERFACE] = "interface",
	[CONDITION_TAG] = "tag",
};

/* What a comparison is made on: kernel versions part by part, or one number. */
struct operand {
	struct facts_version version;
	uint64_t number;
};

static bool sign_fits(const char *sign, size_t length, int order)
{
	if (length == 2 && sign[0] == '<')
		return order <= 0;
	if (length == 2 && sign[0] == '>')
		return order >= 0;
	if (length == 1 && sign[0] == '<')
		return order < 0;
	if (length == 1 && sign[0] == '>')
		return order > 0;
	return order == 0;
}

static size_t sign_length(const char *text)
{
	if ((text[0] == '<' || text[0] == '>' || text[0] == '=') && text[1] == '=')
		return 2;
	return text[0] == '<' || text[0] == '>' || text[0] == '=';
}

static bool memory_read(const char *text, size_t length, uint64_t *bytes)
{
	static const struct {
		const char *unit;
		unsigned shift;
	} units[] = {{"TiB", 40}, {"GiB", 30}, {"MiB", 20}, {"KiB", 10}, {"B", 0}};
	size_t digits = strspn(text, "0123456789");
	size_t gap = strspn(text + digits, " ");

	for (size_t i = 0; i < COUNT_OF(units); i++) {
		size_t unit = strlen(units[i].unit);

		if (length == digits + gap + unit && memcmp(text + digits + gap, units[i].unit, unit) == 0) {
			uint64_t amount;

			if (!number_decimal(text, digits, UINT64_MAX >> units[i].shift, &amount))
				return false;
			*bytes = amount << units[i].shift;
			return true;
		}
	}
	return false;
}

static bool operand_read(enum condition_subject subject, const char *text, size_t length, struct operand *operand)
{
	char room[32];

	if (subject == CONDITION_MEMORY)
		return memory_read(text, length, &operand->number);
	if (subject == CONDITION_CPUS)
		return number_decimal(text, length, 1 << 20, &operand->number);
	if (length == 0 || length >= sizeof(room))
		return false;
	memcpy(room, text, length);
	room[length] = '\0';
	operand->version = facts_version_read(room);
	size_t dots = 0;
	for (size_t i = 0; i < length; i++)
		dots += room[i] == '.';
	return operand->version.parts >= 2 && dots + 1 == operand->version.parts &&
	       strspn(room, "0123456789.") == length;
}

/*
 * Walks the comparisons of text, ">= 4.12, < 6.14". With facts, *holds says whether all are true; false means that the
 * text is not well-formed.
 */
static bool walk(enum condition_subject subject, const char *text, const struct facts *facts, bool *holds)
{
	bool all = true;

	for (;;) {
		struct operand wanted = {0};
		int order;

		text += strspn(text, " ");
		size_t sign = sign_length(text);
		const char *value = text + sign + strspn(text + sign, " ");
		size_t length = strcspn(value, ",");
		const char *next = value + length;
		while (length > 0 && value[length - 1] == ' ')
			length--;
		if (sign == 0 || !operand_read(subject, value, length, &wanted))
			return false;
		if (facts != NULL) {
			uint64_t known = subject == CONDITION_MEMORY ? facts->memory_bytes : facts->cpus;
			bool unknown = subject == CONDITION_KERNEL ? facts->kernel_version.parts == 0 : known == 0;

			order = subject == CONDITION_KERNEL
					? facts_version_compare(facts->kernel_version, wanted.version)
					: (known > wanted.number) - (known < wanted.number);
			all = all && !unknown && sign_fits(text, sign, order);
		}
		if (*next == '\0')
			break;
		text = next + 1;
	}
	*holds = all;
	return true;
}

bool condition_check(enum condition_subject subject, const char *text, struct error *err)
{
	bool holds;

	switch (subject) {
	case CONDITION_KERNEL:
		return walk(subject, text, NULL, &holds) ||
		       error_set(err, "wants comparisons such as '>= 4.12, < 6.14'");
	case CONDITION_MEMORY:
		return walk(subject, text, NULL, &holds) ||
		       error_set(err, "wants a comparison such as '>= 8 GiB' (B, KiB, MiB, GiB or TiB)");
	case CONDITION_CPUS:
		return walk(subject, text, NULL, &holds) || error_set(err, "wants a comparison such as '>= 4'");
	case CONDITION_VIRTUALIZATION:
		return text_equal(text, "none") || text_equal(text, "vm") || text_equal(text, "container") ||
		       error_set(err, "is none, vm or container");
	case CONDITION_HOST:
	case CONDITION_OS:
	case CONDITION_ARCH:
	case CONDITION_MODULE:
	case CONDITION_INTERFACE:
	case CONDITION_TAG:
	case CONDITION_SUBJECTS:
		break;
	}
	return text[0] != '\0' || error_set(err, "is empty");
}

static bool any_matches(const char *glob, const struct facts_names *names)
{
	for (size_t i = 0; i < names->count; i++) {
		if (text_matches(glob, names->items[i]))
			return true;
	}
	return false;
}

/* The kernel writes the names of modules with '_', people with either; in a [range] the dash stays. */
static bool any_module_matches(const char *glob, const struct facts_names *names)
{
	char room[256];
	bool range = false;

	snprintf(room, sizeof(room), "%s", glob);
	for (char *c = room; *c != '\0'; c++) {
		range = *c == '[' || (range && *c != ']');
		*c = *c == '-' && !range ? '_' : *c;
	}
	return any_matches(room, names);
}

static bool test_holds(enum condition_subject subject, const char *text, const struct facts *facts)
{
	bool holds = false;
	const char *known = NULL;

	switch (subject) {
	case CONDITION_KERNEL:
	case CONDITION_MEMORY:
	case CONDITION_CPUS:
		return walk(subject, text, facts, &holds) && holds;
	case CONDITION_HOST:
		known = facts->host_name;
		break;
	case CONDITION_OS:
		known = facts->os_id;
		break;
	case CONDITION_ARCH:
		known = facts->arch;
		break;
	case CONDITION_VIRTUALIZATION:
		known = facts->virtualization;
		break;
	case CONDITION_MODULE:
		return any_module_matches(text, &facts->modules);
	case CONDITION_INTERFACE:
		return any_matches(text, &facts->interfaces);
	case CONDITION_TAG:
		return any_matches(text, &facts->tags);
	case CONDITION_SUBJECTS:
		break;
	}
	return known != NULL && text_matches(text, known);
}

bool condition_holds(const struct condition *condition, const struct facts *facts)
{
	for (size_t i = 0; i < condition->count; i++) {
		const struct condition_entry *entry = &condition->items[i];
		bool any = false;

		for (size_t j = 0; j < entry->count && !any; j++)
			any = test_holds(entry->subject, entry->items[j], facts);
		if (!any)
			return false;
	}
	return true;
}

unsigned condition_needs(const struct condition *condition)
{
	static const unsigned parts[CONDITION_SUBJECTS] = {
		[CONDITION_MEMORY] = FACTS_MEMORY,  [CONDITION_CPUS] = FACTS_CPUS,
		[CONDITION_OS] = FACTS_OS,          [CONDITION_VIRTUALIZATION] = FACTS_VIRTUALIZATION,
		[CONDITION_MODULE] = FACTS_MODULES, [CONDITION_INTERFACE] = FACTS_INTERFACES,
	};
	unsigned needs = 0;

	for (size_t i = 0; i < condition->count; i++)
		needs |= parts[condition->items[i].subject];
	return needs;
}

const char *condition_text(struct arena *arena, const struct condition *condition)
{
	struct text text = {.arena = arena};

	for (size_t i = 0; i < condition->count; i++) {
		const struct condition_entry *entry = &condition->items[i];

		text_format(&text, "%s%s", i > 0 ? ", " : "", condition_names[entry->subject]);
		for (size_t j = 0; j < entry->count; j++)
			text_format(&text, "%s %s", j > 0 ? " or" : "", entry->items[j]);
	}
	return text.bytes != NULL ? text.bytes : "";
}
