#include "owners.h"

#include <strings.h>

#include "../base/array.h"
#include "../base/text.h"
#include "../core/advice.h"
#include "../core/key.h"
#include "../system/loader_procps.h"
#include "tuned.h"

/* tuned merges a few profiles at the most. */
enum { CMDLINE_LONGEST = 64 << 10, ACTIVE_MOST = 4 };

static void add(struct arena *arena, struct owners *owners, const char *key, const struct owned *what)
{
	struct owned owned = *what;
	char *path = arena_string(arena, key);

	key_swap(path);
	owned.path = path;
	*ARRAY_ADD(arena, owners) = owned;
}

static void find_tuned(struct arena *arena, const struct tree *tree, struct owners *owners)
{
	const char *names = tuned_active(arena, tree);
	struct findings unheard = {.arena = arena};
	struct tuned_layers layers = {0};

	if (names == NULL)
		return;
	size_t count = 0;
	for (const char *name = names + strspn(names, " \t"); *name != '\0' && count++ < ACTIVE_MOST;
	     name += strspn(name, " \t")) {
		size_t length = strcspn(name, " \t");

		tuned_add(arena, tree, arena_copy(arena, name, length), &unheard, &layers);
		name += length;
	}
	for (size_t i = 0; i < layers.count; i++) {
		for (size_t j = 0; j < layers.items[i].count && !layers.items[i].disabled; j++) {
			const struct tuned_setting *setting = &layers.items[i].items[j];

			if (setting->dropped)
				continue;
			add(arena, owners, setting->key,
			    &(struct owned){
				    .value = setting->form == TUNED_VALUE ? setting->value : NULL,
				    .owner = arena_printf(arena, "tuned (active profile %s)", names),
				    .text = "sets it when its daemon starts",
				    .source = setting->source,
			    });
		}
	}
}

/* Whether a line of shell-like settings says name=word, in any case, quoted or not. */
static bool says(const char *text, const char *name, const char *word)
{
	for (const char *line = text; line != NULL && *line != '\0'; line += strspn(line, "\n")) {
		size_t length = strcspn(line, "\n");
		const char *value = line + strspn(line, " \t");

		if (strncmp(value, name, strlen(name)) == 0 && value[strlen(name)] == '=') {
			value += strlen(name) + 1;
			value += strspn(value, "\"' \t");
			if (strncasecmp(value, word, strlen(word)) == 0 &&
			    strchr("\"' \t\r\n", value[strlen(word)]) != NULL)
				return true;
		}
		line += length;
	}
	return false;
}

static void find_ufw(struct arena *arena, const struct tree *tree, struct owners *owners)
{
	static const char path[] = "/etc/ufw/sysctl.conf";
	const struct loader procps = {.kind = LOADER_PROCPS, .major = 4};
	struct assignments assignments = {0};
	struct sysctl_file file;
	struct error err;

	if (!says(tree_read_text(arena, tree, "/etc/ufw/ufw.conf", CMDLINE_LONGEST), "ENABLED", "yes") ||
	    !sysctl_file_read(arena, tree, path, &file, &err) || !file.present)
		return;
	loader_procps_parse(arena, &procps, &file, 0, &assignments);
	for (size_t i = 0; i < assignments.count; i++) {
		if (assignments.items[i].value == NULL)
			continue;
		*ARRAY_ADD(arena, owners) = (struct owned){
			.path = assignments.items[i].path,
			.value = assignments.items[i].value,
			.owner = "ufw",
			.text = "sets it when the firewall starts",
			.source = {.file = path, .line = assignments.items[i].line},
		};
	}
}

/* sysctl.KEY=VALUE, as the kernel itself sets them before init runs. */
static void find_command_line(struct arena *arena, const struct tree *tree, struct owners *owners)
{
	static const char prefix[] = "sysctl.";
	const char *word = tree_read_text(arena, tree, "/proc/cmdline", CMDLINE_LONGEST);

	for (; word != NULL && *word != '\0'; word += strspn(word, " \t\n")) {
		size_t length = strcspn(word, " \t\n");
		const char *equals = memchr(word, '=', length);

		if (text_starts(word, prefix) && equals != NULL) {
			const char *key = word + strlen(prefix);

			add(arena, owners, arena_copy(arena, key, (size_t)(equals - key)),
			    &(struct owned){
				    .value = arena_copy(arena, equals + 1, (size_t)(word + length - equals - 1)),
				    .owner = "the kernel command line",
				    .text = "sets it before the sysctl files are read",
				    .source = {.file = "/proc/cmdline"},
			    });
		}
		word += length;
	}
}

void owners_find(struct arena *arena, const struct tree *tree, struct owners *owners)
{
	find_tuned(arena, tree, owners);
	find_ufw(arena, tree, owners);
	find_command_line(arena, tree, owners);
	for (size_t i = 0; i < advice_owner_count; i++) {
		const struct advice_owner *owner = &advice_owners[i];

		for (size_t j = 0; owner->keys[j] != NULL && tree_exists(tree, owner->marker); j++)
			*ARRAY_ADD(arena, owners) = (struct owned){
				.path = owner->keys[j],
				.owner = owner->name,
				.text = owner->text,
				.source = {.file = owner->marker},
			};
	}
}
