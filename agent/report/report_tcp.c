#include "report_tcp.h"

enum { BAR_WIDEST = 30, PERCENT_BAR = 10 };

static const char *grouped(struct text *out, uint64_t value)
{
	return number_grouped(out->arena, value);
}

/* part of whole as a bar of at most `widest` columns, in eighths of one where the terminal can show them. */
static const char *bar(struct text *out, const struct table_style *style, uint64_t part, uint64_t whole,
		       unsigned widest)
{
	static const char *const eighths[] = {"", "▏", "▎", "▍", "▌", "▋", "▊", "▉"};
	const unsigned steps = style->ascii ? 1 : COUNT_OF(eighths);
	struct text text = {.arena = out->arena};
	uint64_t units = whole == 0 ? 0 : (uint64_t)((double)part / (double)whole * widest * steps + 0.5);

	/* What is there at all is to be seen. */
	if (part > 0 && units == 0)
		units = 1;
	text_string(&text, "");
	for (uint64_t i = 0; i < units / steps; i++)
		text_string(&text, style->ascii ? "#" : "█");
	text_string(&text, eighths[units % steps]);
	return text.bytes;
}

static void print_table(struct text *out, const struct table *table, const struct table_style *style)
{
	if (table->count == 0)
		return;
	table_print(out, table, style);
	text_string(out, "\n");
}

/* A sentence below a table. */
static void print_line(struct text *out, const struct table_style *style, const char *text)
{
	text_string(out, "  ");
	table_paragraph(out, style, 2, text);
	text_string(out, "\n");
}

/* --- states -------------------------------------------------------------------------------------------------------- */

static void print_states(struct text *out, const struct report_tcp *report, const struct table_style *style, bool all)
{
	static const struct table_column columns[] = {
		{"STATE", false, 0, false},   {"SOCKETS", true, 0, false}, {"IPV4", true, 0, false},
		{"IPV6", true, 0, false},     {"", false, 4, false},       {"NETSTAT", false, 0, false},
		{"MEANING", false, 8, false},
	};
	struct table table = {.columns = columns, .column_count = all ? COUNT_OF(columns) : COUNT_OF(columns) - 2};
	const struct census *census = report->seen.census;
	uint64_t most = 0;

	for (unsigned i = 0; i < TCP_STATES_SHOWN; i++) {
		uint64_t count = census_count(census, tcp_state_order[i]);

		most = count > most ? count : most;
	}
	for (unsigned i = 0; i < TCP_STATES_SHOWN; i++) {
		enum tcp_state state = tcp_state_order[i];
		const struct census_count *count = &census->states[state];
		uint64_t total = census_count(census, state);
		bool told_apart = state != TCP_STATE_TIME_WAIT || census->detailed;

		if (total == 0 && !all)
			continue;
		*ARRAY_ADD(out->arena, &table) = (struct table_row){
			.mark = " ",
			.colour = total == 0 ? TABLE_DIM : TABLE_PLAIN,
			.cells = {tcp_state_names[state].standard, grouped(out, total),
				  told_apart ? grouped(out, count->ipv4) : NULL,
				  told_apart ? grouped(out, count->ipv6) : NULL,
				  bar(out, style, total, most, BAR_WIDEST), tcp_state_names[state].netstat,
				  tcp_state_names[state].meaning},
		};
	}
	print_table(out, &table, style);
}

/* --- who ----------------------------------------------------------------------------------------------------------- */

static void print_left_out(struct text *out, const struct tally *tally, const char *what)
{
	if (tally->left_out > 0)
		text_format(out, "  The table of %s is full: %s sockets of others are not in it.\n\n", what,
			    grouped(out, tally->left_out));
}

static void print_peers(struct text *out, const struct report_tcp *report, const struct table_style *style)
{
	static const struct table_column columns[] = {
		{"TIME-WAIT BY PEER", false, 12, true},
		{"THIS SIDE", false, 0, false},
		{"TIME-WAIT", true, 0, false},
		{"SOCKETS", true, 0, false},
		{"", false, 4, false},
	};
	struct table table = {.columns = columns, .column_count = COUNT_OF(columns)};
	size_t count;
	const struct census_peer **top = census_top_peers(out->arena, report->seen.census, report->top, &count);

	for (size_t i = 0; i < count; i++) {
		const struct tcp_end end = {.address = top[i]->address, .port = (uint16_t)top[i]->port};
		bool connects = top[i]->side == CENSUS_CONNECTS;

		*ARRAY_ADD(out->arena, &table) = (struct table_row){
			.mark = " ",
			.cells = {connects ? tcp_end_text(out->arena, &end)
					   : tcp_address_text(out->arena, &top[i]->address),
				  census_side_names[top[i]->side], grouped(out, top[i]->time_wait),
				  grouped(out, top[i]->sockets),
				  bar(out, style, top[i]->time_wait, report->seen.census->time_wait, PERCENT_BAR)},
		};
	}
	print_table(out, &table, style);
	print_left_out(out, &report->seen.census->peers, "peers");
}

static void print_services(struct text *out, const struct report_tcp *report, const struct table_style *style)
{
	static const struct table_column columns[] = {
		{"LOCAL SERVICE", false, 12, true},
		{"TIME-WAIT", true, 0, false},
		{"SOCKETS", true, 0, false},
		{"ACCEPT QUEUE", true, 0, false},
	};
	struct table table = {.columns = columns, .column_count = COUNT_OF(columns)};
	size_t count;
	const struct census_service **top = census_top_services(out->arena, report->seen.census, report->top, &count);

	for (size_t i = 0; i < count; i++) {
		const struct tcp_end end = {.address = top[i]->address, .port = (uint16_t)top[i]->port};
		bool full = census_is_full(top[i]);
		const char *queue = NULL;

		if (top[i]->backlog_known)
			queue = arena_printf(out->arena, "%s of %s", grouped(out, top[i]->queue),
					     grouped(out, top[i]->backlog));
		else if (top[i]->listeners == 0)
			queue = "not listening";
		*ARRAY_ADD(out->arena, &table) = (struct table_row){
			.mark = full ? "!" : " ",
			.colour = full ? TABLE_RED : TABLE_PLAIN,
			.cells = {tcp_end_text(out->arena, &end), grouped(out, top[i]->time_wait),
				  grouped(out, top[i]->sockets), queue},
		};
	}
	print_table(out, &table, style);
	print_left_out(out, &report->seen.census->services, "services");
}

/* --- ports --------------------------------------------------------------------------------------------------------- */

static void print_range(struct text *out, const struct report_tcp *report, const struct table_style *style)
{
	const struct headroom *headroom = &report->seen.census->headroom;
	const struct tcp_settings *settings = report->seen.settings;
	struct text text = {.arena = out->arena};
	uint32_t size = settings->range_last - settings->range_first + 1u;

	text_format(&text, "%s ports for connect() towards each peer: %u-%u", grouped(out, headroom->capacity),
		    settings->range_first, settings->range_last);
	size -= size > 1 ? size % 2 : 0; /* the last port of an odd range is passed over (core/headroom.h) */
	if (size > headroom->room)
		text_format(&text, " less %s reserved or listening", grouped(out, size - headroom->room));
	if (headroom->held > 0)
		text_format(&text, " less %s held by bind()", grouped(out, headroom->held));
	text_format(&text, "; %s %lld", catalogue_tcp_word(CATALOGUE_TCP_REUSE),
		    (long long)settings->numbers[CATALOGUE_TCP_REUSE]);
	if (settings->numbers[CATALOGUE_TCP_TIMESTAMPS] == 0)
		text_format(&text, ", and %s is off", catalogue_tcp_word(CATALOGUE_TCP_TIMESTAMPS));
	text_string(&text, ".");
	print_line(out, style, text.bytes);
}

static enum table_colour fullness(unsigned percent)
{
	return percent >= HEADROOM_WARN ? TABLE_RED : percent >= HEADROOM_NOTICE ? TABLE_YELLOW : TABLE_PLAIN;
}

/* Without timestamps no socket ever gets reusable, whatever its age. */
static const char *reusable_cell(struct text *out, const struct tcp_settings *settings,
				 const struct headroom_tuple *tuple)
{
	const char *count = grouped(out, tuple->ripe);

	if (settings->numbers[CATALOGUE_TCP_TIMESTAMPS] == 0)
		return NULL;
	return tuple->reuses || tuple->ripe == 0 ? count : arena_printf(out->arena, "%s if on", count);
}

static void print_ports(struct text *out, const struct report_tcp *report, const struct table_style *style, bool all)
{
	static const struct table_column columns[] = {
		{"PORTS TOWARDS", false, 12, true}, {"FROM", false, 9, true},        {"TAKEN", false, 0, false},
		{"USED", true, 0, false},           {"TIME-WAIT", true, 0, false},   {"REUSABLE", true, 0, false},
		{"BY HALVES", true, 0, false},      {"BOUND EARLY", true, 0, false},
	};
	struct table table = {.columns = columns, .column_count = all ? COUNT_OF(columns) : COUNT_OF(columns) - 2};
	const struct headroom *headroom = &report->seen.census->headroom;
	size_t count;
	const struct headroom_tuple **top = headroom_top(out->arena, headroom, report->top, &count);

	for (size_t i = 0; i < count; i++) {
		const struct tcp_end peer = {.address = top[i]->destination,
					     .port = (uint16_t)top[i]->destination_port};
		unsigned percent = headroom_percent(headroom, top[i]);

		*ARRAY_ADD(out->arena, &table) = (struct table_row){
			.mark = percent >= HEADROOM_NOTICE ? "!" : " ",
			.colour = fullness(percent),
			.cells = {tcp_end_text(out->arena, &peer), tcp_address_text(out->arena, &top[i]->source),
				  arena_printf(out->arena, "%3u %% %s", percent,
					       bar(out, style, top[i]->taken, headroom->room, PERCENT_BAR)),
				  grouped(out, top[i]->used), grouped(out, top[i]->time_wait),
				  reusable_cell(out, report->seen.settings, top[i]),
				  arena_printf(out->arena, "%s + %s", grouped(out, top[i]->first_half),
					       grouped(out, top[i]->used - top[i]->first_half)),
				  top[i]->early > 0 ? grouped(out, top[i]->early) : NULL},
		};
	}
	print_table(out, &table, style);
	if (count > 0)
		print_range(out, report, style);
	print_left_out(out, &headroom->tuples, "peers to connect to");
	print_left_out(out, &headroom->sources, "local addresses");
}

/* --- counters ------------------------------------------------------------------------------------------------------ */

static void print_counters(struct text *out, const struct report_tcp *report, const struct table_style *style, bool all)
{
	static const struct table_column columns[] = {
		{"COUNTER", false, 8, false},
		{"SINCE START", true, 0, false},
		{"PER SECOND", true, 0, false},
		{"MEANING", false, 8, false},
	};
	static const struct table_column plain[] = {
		{"COUNTER", false, 8, false},
		{"SINCE START", true, 0, false},
		{"MEANING", false, 8, false},
	};
	bool rates = report->seen.before != NULL;
	struct table table = {.columns = rates ? columns : plain,
			      .column_count = rates ? COUNT_OF(columns) : COUNT_OF(plain)};

	for (unsigned i = 0; i < TCP_COUNTERS; i++) {
		const struct tcp_counters *now = report->seen.counters;
		const struct tcp_counter_row *row = &tcp_counter_rows[i];

		if (!now->known[i] || (now->values[i] == 0 && !all))
			continue;
		const char *rate = NULL;
		if (rates)
			rate = arena_printf(out->arena, "%.1f",
					    (double)tcp_counters_grown(report->seen.before, now, (enum tcp_counter)i) /
						    report->seen.seconds);
		struct table_row line = {.mark = " ", .cells = {row->name, grouped(out, now->values[i])}};
		line.cells[2] = rates ? rate : row->meaning;
		line.cells[3] = rates ? row->meaning : NULL;
		*ARRAY_ADD(out->arena, &table) = line;
	}
	print_table(out, &table, style);
}

/* --- readings ------------------------------------------------------------------------------------------------------ */

static const char *profiles_of(struct text *out, const struct reading *reading)
{
	struct text text = {.arena = out->arena};

	text_string(&text, "");
	for (size_t i = 0; i < reading->profiles.count; i++)
		text_format(&text, "%s%s",
			    i == 0                             ? ""
			    : i + 1 == reading->profiles.count ? " and "
							       : ", ",
			    reading->profiles.items[i]);
	if (reading->profiles.count > 0)
		text_format(&text, " %s it", reading->profiles.count == 1 ? "sets" : "set");
	return text.bytes;
}

static void print_readings(struct text *out, const struct report_tcp *report, const struct table_style *style)
{
	for (size_t i = 0; i < report->readings->count; i++) {
		const struct reading *reading = &report->readings->items[i];
		bool note = reading->severity == FINDING_NOTE;
		enum table_colour colour = note                                   ? TABLE_PLAIN
					   : reading->severity == FINDING_WARNING ? TABLE_YELLOW
										  : TABLE_RED;
		const char *mark = note ? (style->ascii ? "." : "·") : "!";
		const char *profiles = profiles_of(out, reading);
		const char *text = profiles[0] == '\0' ? arena_printf(out->arena, "%s.", reading->text)
						       : arena_printf(out->arena, "%s (%s).", reading->text, profiles);

		text_format(out, "%s ", table_coloured(out->arena, style, colour, mark));
		table_paragraph(out, style, 2, text);
	}
}

static void print_head(struct text *out, const struct report_tcp *report, const struct table_style *style)
{
	const struct census *census = report->seen.census;
	const char *dot = style->ascii ? "|" : "·";
	const char *host = text_printable(out->arena, facts_shown(report->facts->host_name));

	uint64_t total = census_total(census);
	text_format(out, "%s TCP socket%s on %s", table_coloured(out->arena, style, TABLE_BOLD, grouped(out, total)),
		    total == 1 ? "" : "s", host);
	if (report->namespace != NULL)
		text_format(out, " %s namespace %s", dot, text_printable(out->arena, report->namespace));
	text_format(out, " %s Linux %s", dot, text_printable(out->arena, facts_shown(report->facts->kernel)));
	if (report->seen.before != NULL)
		text_format(out, " %s rates over %.1f s", dot, report->seen.seconds);
	text_string(out, "\n\n");
}

static void print_memory(struct text *out, const struct report_tcp *report, const struct table_style *style)
{
	const struct census *census = report->seen.census;
	struct text text = {.arena = out->arena};

	text_format(&text, "TIME-WAIT takes %s of memory",
		    number_bytes(out->arena, census->time_wait * TCP_TIME_WAIT_BYTES));
	if (report->seen.settings->known[CATALOGUE_TCP_TIME_WAIT_MOST])
		text_format(&text, " and may be %s (%s)",
			    grouped(out, (uint64_t)report->seen.settings->numbers[CATALOGUE_TCP_TIME_WAIT_MOST]),
			    catalogue_tcp_word(CATALOGUE_TCP_TIME_WAIT_MOST));
	if (census->orphans > 0)
		text_format(&text, "; %s of FIN-WAIT-2 are orphans", grouped(out, census->orphans));
	if (census->bound > 0)
		text_format(&text, "; %s more sockets are bound and not connected", grouped(out, census->bound));
	text_string(&text, ".");
	print_line(out, style, text.bytes);
}

void report_tcp(struct text *out, const struct report_tcp *report, const struct table_style *style, bool all)
{
	print_head(out, report, style);
	print_states(out, report, style, all);
	print_memory(out, report, style);
	if (report->seen.census->detailed && report->top > 0) {
		print_peers(out, report, style);
		print_services(out, report, style);
		print_ports(out, report, style, all);
	}
	print_counters(out, report, style, all);
	if (!report->seen.census->whole)
		text_string(out, "! The list of sockets was disturbed while it was read: the counts may be off.\n");
	print_readings(out, report, style);
}
