#include "command.h"

#include "../base/attributes.h"

const struct option_row option_rows[] = {
	{NAME_PROFILE, 'p', "profile", "NAME|FILE", 0, "the profile, by name or file; of several the later ones win"},
	{NAME_OUTPUT, 'o', "output", "FILE", OPTION_OUTPUT, "save the plan as JSON, for 'holdfast apply FILE'"},
	{NAME_DRY_RUN, 0, "dry-run", NULL, OPTION_DRY_RUN, "print the steps, change nothing"},
	{NAME_CONFIRM, 0, "confirm", "SECONDS", OPTION_CONFIRM,
	 "take it all back after so long, unless 'holdfast confirm' comes"},
	{NAME_PROBE, 0, "probe", "COMMAND", OPTION_PROBE,
	 "with --confirm: take it back when this command fails (as nobody)"},
	{NAME_KEEP_GOING, 0, "keep-going", NULL, OPTION_KEEP_GOING,
	 "a value that the kernel refuses does not take all back"},
	{NAME_FORCE, 0, "force", NULL, OPTION_FORCE, "also take back what another hand has changed since"},
	{NAME_KERNEL, 0, "kernel", "VERSION", OPTION_KERNEL,
	 "judge for this kernel, such as 5.10, instead of the one that runs"},
	{NAME_FAIL_ON, 0, "fail-on", "error|warning|note", OPTION_FAIL_ON,
	 "the least severity that makes the exit status 2 (warning)"},
	{NAME_SARIF, 0, "sarif", NULL, OPTION_SARIF, "print SARIF 2.1.0, for code review"},
	{NAME_LIVE, 0, "live", NULL, OPTION_LIVE, "take the live values that differ from the kernel's defaults"},
	{NAME_NAME, 0, "name", "NAME", OPTION_NAME, "how to call the profile"},
	{NAME_TOP, 0, "top", "N", OPTION_TOP, "lines of each table (10)"},
	{NAME_INTERVAL, 0, "interval", "SECONDS", OPTION_INTERVAL,
	 "look again and again, and tell how fast counters grow"},
	{NAME_COUNT, 0, "count", "N", OPTION_INTERVAL, "with --interval: end after so many"},
	{NAME_TOTALS, 0, "totals", NULL, OPTION_TOTALS,
	 "count states only: three times as fast, no peers and no ports"},
	{NAME_TIME_WAIT, 0, "time-wait", NULL, OPTION_TOTALS,
	 "only how many are in TIME-WAIT, a number, at the cost of a start"},
	{NAME_NETNS, 0, "netns", "NAME|PID", OPTION_NETNS, "look into this network namespace (needs root)"},
	{NAME_FORMAT, 0, "format", "FORMAT", OPTION_FORMAT,
	 "json, hdf (for Heimdall), csv, metrics (Prometheus) or openmetrics"},
	{NAME_CENSUS, 0, "tcp", NULL, OPTION_FORMAT, "with metrics: the census of TCP sockets, taken now"},
	{NAME_FLUSH, 0, "flush", NULL, OPTION_FORMAT, "send what waits, now"},
	{NAME_TEST, 0, "test", NULL, OPTION_FORMAT, "try each destination: name, connection, TLS, answer, what to do"},
	{NAME_SPLAY, 0, "splay", "SECONDS", OPTION_SEND,
	 "deliver within so long, at this host's own moment (agent.yaml: splay)"},
	{NAME_NO_SEND, 0, "no-send", NULL, OPTION_SEND, "leave the report in the spool"},
	{NAME_EXPLAIN, 0, "explain", NULL, OPTION_SEND,
	 "say why this host would be checked or changed, and do neither"},
	{NAME_TIME_LIMIT, 0, "time-limit", "SECONDS", OPTION_SEND, "end the run after so long (300)"},
	{NAME_CONFIG, 0, "config", "FILE", 0, "the agent's settings instead of /etc/holdfast/agent.yaml"},
	{NAME_ROOT, 0, "root", "DIR", 0, "look at the host in this folder instead of this one"},
	{NAME_LOADER, 0, "loader", "auto|systemd|procps[:VERSION]", 0,
	 "who sets sysctls at boot, when looking is not enough"},
	{NAME_JSON, 0, "json", NULL, 0, "print JSON"},
	{NAME_COLOUR, 0, "color", "auto|always|never", 0, "colour the output (NO_COLOR is obeyed)"},
	{NAME_QUIET, 'q', "quiet", NULL, 0, "print nothing but complaints, tell by the exit status"},
	{NAME_VERBOSE, 'v', "verbose", NULL, 0, "show all, not only what is worth a look"},
	{NAME_HELP, 'h', "help", NULL, 0, "print this"},
	{NAME_VERSION, 0, "version", NULL, 0, "print the version"},
};
const size_t option_row_count = COUNT_OF(option_rows);

bool command_takes(const struct command *command, const struct option_row *row)
{
	if ((row->name == NAME_PROFILE && (command->extras & OPTION_NO_PROFILE) != 0) ||
	    (row->name == NAME_JSON && (command->extras & OPTION_NO_JSON) != 0))
		return false;
	return row->extra == 0 || (command->extras & row->extra) != 0;
}

enum { WORD_WIDTH = 24 };

void command_help(struct text *out, const struct commands *commands, const struct command *command)
{
	if (command != NULL) {
		text_format(out, "Usage: holdfast %s%s%s [options]\n%s\n\nOptions:\n", command->name,
			    command->operand != NULL ? " " : "", command->operand != NULL ? command->operand : "",
			    command->summary);
	} else {
		text_string(
			out,
			"Usage: holdfast COMMAND [options]\n"
			"Keeps kernel parameters on the profile that was declared: in /proc/sys and in the sysctl files.\n\nCommands:\n");
		for (size_t i = 0; i < commands->count; i++)
			text_format(out, "  %-10s %s\n", commands->items[i].name, commands->items[i].summary);
		text_string(out, "\nOptions:\n");
	}
	for (size_t i = 0; i < option_row_count; i++) {
		const struct option_row *row = &option_rows[i];

		if (command == NULL ? row->extra != 0 : !command_takes(command, row))
			continue;
		const char *word = arena_printf(out->arena, "--%s%s%s", row->word, row->argument != NULL ? " " : "",
						row->argument != NULL ? row->argument : "");
		if (row->letter != 0)
			text_format(out, "  -%c, %s", row->letter, word);
		else
			text_format(out, "      %s", word);
		if (strlen(word) > WORD_WIDTH)
			text_format(out, "\n%*s%s\n", WORD_WIDTH + 7, "", row->help);
		else
			text_format(out, "%*s%s\n", WORD_WIDTH - (int)strlen(word) + 1, "", row->help);
	}
	text_string(out,
		    "\nExit status: 0 in line, 2 drift or findings, 3 waiting for a module or interface, 1 failed,\n"
		    "64 wrong use, 65 invalid profile or settings, 75 another holdfast is at work, 77 not permitted.\n"
		    "More: man holdfast\n");
}
