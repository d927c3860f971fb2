#include "help_json.h"

#include <jansson.h>

#include "../base/capabilities.h"
#include "../report/report_json.h"
#include "rights.h"

enum { CAPABILITIES = 64 };

static json_t *capabilities(unsigned rights)
{
	json_t *names = json_array();
	uint64_t kept = rights_capabilities(rights);

	for (unsigned i = 0; i < CAPABILITIES; i++) {
		if ((kept & CAPABILITY(i)) != 0)
			json_array_append_new(names, report_json_text(rights_capability_name(i)));
	}
	return names;
}

static json_t *rights_of(unsigned rights)
{
	json_t *words = json_array();

	for (size_t i = 0; i < right_row_count; i++) {
		if ((rights & right_rows[i].right) != 0)
			json_array_append_new(words, json_string(right_rows[i].word));
	}
	return json_pack("{s:o, s:o, s:s}", "may", words, "capabilities", capabilities(rights), "system_calls",
			 (rights & RIGHTS_CALLS) != 0 ? "changing" : "reading");
}

static json_t *command_of(const struct command *command)
{
	json_t *words = json_array();

	for (size_t i = 0; i < option_row_count; i++) {
		if (command_takes(command, &option_rows[i]))
			json_array_append_new(words, json_string(option_rows[i].word));
	}
	return json_pack("{s:s, s:o, s:s, s:b, s:o, s:o}", "name", command->name, "operand",
			 report_json_text(command->operand), "summary", command->summary, "changes", command->changes,
			 "options", words, "rights", rights_of(command->rights));
}

static json_t *option_of(const struct option_row *row)
{
	const char letter[] = {row->letter, '\0'};

	return json_pack("{s:s, s:o, s:o, s:s}", "word", row->word, "letter",
			 row->letter == '\0' ? json_null() : json_string(letter), "argument",
			 report_json_text(row->argument), "help", row->help);
}

bool help_json(struct text *out, const struct commands *commands, const struct command *command, struct error *err)
{
	json_t *listed = json_array(), *options = json_array(), *rights = json_array();

	for (size_t i = 0; i < commands->count; i++) {
		if (command == NULL || command == &commands->items[i])
			json_array_append_new(listed, command_of(&commands->items[i]));
	}
	for (size_t i = 0; i < option_row_count; i++) {
		if (command == NULL || command_takes(command, &option_rows[i]))
			json_array_append_new(options, option_of(&option_rows[i]));
	}
	for (size_t i = 0; i < right_row_count; i++) {
		json_array_append_new(rights,
				      json_pack("{s:s, s:s}", "word", right_rows[i].word, "help", right_rows[i].help));
	}
	return report_json_print(out,
				 json_pack("{s:s, s:s, s:o, s:o, s:o}", "program", "holdfast", "version",
					   HOLDFAST_VERSION, "commands", listed, "options", options, "rights", rights),
				 err);
}
