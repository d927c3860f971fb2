#include "reading_ports.h"

#include <string.h>

#include "../base/text.h"

/* How many peers and local addresses get a line. */
enum { LINES_MOST = 3 };
/* A range of so many ports can hardly be made wider. */
enum { WIDE_RANGE = 50000 };
/* So few sockets that were bound early say nothing. */
enum { FEW_SOCKETS = 8 };

/* In percent. A port that only bind() takes, the last of an odd range, is not among those taken. */
static unsigned share_of(uint64_t part, uint64_t whole)
{
	return part >= whole ? 100 : (unsigned)(part * 100 / whole);
}

/* What would free ports of the tuple; *setting is CATALOGUE_TCPS when no parameter would. */
static const char *port_remedy(const struct reading_draft *draft, const struct headroom_tuple *tuple,
			       enum catalogue_tcp *setting, const char **value)
{
	const struct tcp_settings *settings = draft->given->settings;
	const struct headroom *headroom = &draft->given->census->headroom;
	bool waiting = tuple->waiting > 0 && tuple->waiting >= tuple->taken / 4;
	int64_t delay_ms = settings->numbers[CATALOGUE_TCP_REUSE_DELAY];

	*value = "1";
	if (waiting && settings->numbers[CATALOGUE_TCP_TIMESTAMPS] == 0) {
		*setting = CATALOGUE_TCP_TIMESTAMPS;
		return arena_printf(draft->arena, "%s = 1 is needed at both ends before %s can free any",
				    reading_key(draft, *setting), reading_key(draft, CATALOGUE_TCP_REUSE));
	}
	if (waiting && !tuple->reuses) {
		*setting = CATALOGUE_TCP_REUSE;
		return arena_printf(draft->arena, "%s = 1 would free those after %g s; both ends need timestamps",
				    reading_key(draft, *setting), (double)delay_ms / 1000);
	}
	*value = NULL;
	*setting = CATALOGUE_TCPS;
	if (headroom->held > 0 && headroom->held >= tuple->taken / 4)
		return "programs bind before they connect: IP_BIND_ADDRESS_NO_PORT there would help, no parameter does";
	if (headroom->room < WIDE_RANGE) {
		*setting = CATALOGUE_TCP_RANGE;
		return arena_printf(
			draft->arena,
			"a wider %s gives more, kept-alive connections or more addresses of the peer save more",
			reading_key(draft, *setting));
	}
	return "kept-alive connections or more addresses and ports of the peer help, no parameter does";
}

static void read_tuple(const struct reading_draft *draft, const struct headroom_tuple *tuple)
{
	const struct headroom *headroom = &draft->given->census->headroom;
	const struct tcp_end peer = {.address = tuple->destination, .port = (uint16_t)tuple->destination_port};
	unsigned percent = headroom_percent(headroom, tuple);
	struct text text = {.arena = draft->arena};
	enum catalogue_tcp setting;
	const char *value;

	text_format(&text, "%u %% of the ports towards %s from %s are taken (%s of %s", percent,
		    tcp_end_text(draft->arena, &peer), tcp_address_text(draft->arena, &tuple->source),
		    reading_count(draft, tuple->taken), reading_count(draft, headroom->room));
	if (headroom->held > 0)
		text_format(&text, ", %s of them held by bind()", reading_count(draft, headroom->held));
	text_string(&text, ")");
	if (tuple->waiting > 0)
		text_format(&text, ", %u %% of them TIME-WAIT", share_of(tuple->waiting, tuple->taken));
	const char *remedy = port_remedy(draft, tuple, &setting, &value);
	text_format(&text, ": %s", remedy);
	if (headroom_is_unclear(headroom, tuple))
		text_string(&text,
			    ". Should the program bind before it connects, these ports are lost towards every other "
			    "peer too");
	reading_add(draft, READING_PORTS, percent >= HEADROOM_WARN ? FINDING_ERROR : FINDING_WARNING, text.bytes);
	if (setting != CATALOGUE_TCPS)
		reading_add_key(draft, setting, value);
}

/* No matter to connect(), which shares a port among peers; but who binds first could not know. */
static void note_full_source(const struct reading_draft *draft, const struct headroom_source *source)
{
	const struct headroom *headroom = &draft->given->census->headroom;

	reading_add(
		draft, READING_SOURCE_PORTS, FINDING_NOTE,
		arena_printf(
			draft->arena,
			"%s of %s ports of %s are used towards somebody: a program that binds before it connects finds "
			"%s, unless it sets IP_BIND_ADDRESS_NO_PORT",
			reading_count(draft, source->used), reading_count(draft, headroom->room),
			tcp_address_text(draft->arena, &source->address),
			source->used < headroom->room ? "only the others" : "none"));
}

/* Who binds first needs a port that nobody uses from that address, towards whomever. */
static bool read_sources(const struct reading_draft *draft)
{
	bool any = false;
	const struct headroom *headroom = &draft->given->census->headroom;
	size_t count;
	const struct headroom_source **top = headroom_top_sources(draft->arena, headroom, LINES_MOST, &count);

	for (size_t i = 0; i < count; i++) {
		uint64_t early = top[i]->bound;
		unsigned percent = headroom_source_percent(headroom, top[i]);

		for (size_t j = 0; j < headroom->tuples.count; j++) {
			const struct headroom_tuple *tuple = tally_item(&headroom->tuples, j);

			if (memcmp(&tuple->source, &top[i]->address, sizeof(tuple->source)) == 0)
				early += tuple->early;
		}
		bool many = early >= FEW_SOCKETS && early >= top[i]->used / 10;
		if (percent >= HEADROOM_WARN && !many && headroom->room > 0)
			note_full_source(draft, top[i]);
		if (percent < HEADROOM_NOTICE || !many)
			continue;
		any = true;
		reading_add(
			draft, READING_SOURCE_PORTS, percent >= HEADROOM_WARN ? FINDING_ERROR : FINDING_WARNING,
			arena_printf(
				draft->arena,
				"%u %% of the ports of %s are used (%s of %s), and %s sockets look as if they were bound before "
				"they were connected: bind() there finds only ports that are free towards everybody; the "
				"program's IP_BIND_ADDRESS_NO_PORT would help, no parameter does",
				percent, tcp_address_text(draft->arena, &top[i]->address),
				reading_count(draft, top[i]->used), reading_count(draft, headroom->room),
				reading_count(draft, early)));
	}
	return any;
}

/* What a peer that is yet to come would meet. */
static void read_room(const struct reading_draft *draft, bool told)
{
	const struct headroom *headroom = &draft->given->census->headroom;
	unsigned percent = share_of(headroom->held, headroom->room);

	if (headroom->room == 0) {
		reading_add(
			draft, READING_PORTS, FINDING_ERROR,
			arena_printf(draft->arena,
				     "no port is left for connect(): all of %s, %u-%u, are reserved or have a listener",
				     reading_key(draft, CATALOGUE_TCP_RANGE), draft->given->settings->range_first,
				     draft->given->settings->range_last));
		reading_add_key(draft, CATALOGUE_TCP_RANGE, NULL);
	} else if (!told && percent >= HEADROOM_NOTICE) {
		reading_add(
			draft, READING_SOURCE_PORTS, percent >= HEADROOM_WARN ? FINDING_ERROR : FINDING_WARNING,
			arena_printf(
				draft->arena,
				"bind() holds %u %% of the ports (%s of %s), and connect() passes those over towards "
				"everybody: IP_BIND_ADDRESS_NO_PORT in the programs would help, no parameter does",
				percent, reading_count(draft, headroom->held), reading_count(draft, headroom->room)));
	}
}

/* Whether the peer is worth a line: one with a few connections suffers from what others hold, and those have a line. */
static bool is_short(const struct headroom *headroom, const struct headroom_tuple *tuple)
{
	return headroom_percent(headroom, tuple) >= HEADROOM_NOTICE && tuple->used >= headroom->room / 10;
}

/* Those worth a line, the fullest first; returns how many there are in all. */
static size_t find_short(const struct headroom *headroom, const struct headroom_tuple *found[LINES_MOST + 1])
{
	size_t count = 0;

	for (size_t i = 0; i < headroom->tuples.count; i++) {
		const struct headroom_tuple *tuple = tally_item(&headroom->tuples, i);
		size_t at = count < LINES_MOST ? count : LINES_MOST;

		if (!is_short(headroom, tuple))
			continue;
		for (; at > 0 && headroom_order(tuple, found[at - 1]) < 0; at--)
			found[at] = found[at - 1];
		found[at] = tuple;
		count++;
	}
	return count;
}

/*
 * Whether a peer stamps its segments is in no socket; without that tcp_tw_reuse frees nothing, and its counter stands still.
 */
static void read_unproven(const struct reading_draft *draft)
{
	const struct headroom *headroom = &draft->given->census->headroom;
	const struct tcp_counters *counters = draft->given->counters;
	const struct headroom_tuple *most = NULL;

	for (size_t i = 0; i < headroom->tuples.count; i++) {
		const struct headroom_tuple *tuple = tally_item(&headroom->tuples, i);

		if (tuple->reuses && !is_short(headroom, tuple) && (most == NULL || tuple->used > most->used))
			most = tuple;
	}
	if (most == NULL || share_of(most->used, headroom->room) < HEADROOM_WARN ||
	    !counters->known[TCP_COUNTER_TW_RECYCLED] || counters->values[TCP_COUNTER_TW_RECYCLED] > 0)
		return;
	const struct tcp_end peer = {.address = most->destination, .port = (uint16_t)most->destination_port};
	reading_add(
		draft, READING_PORTS, FINDING_WARNING,
		arena_printf(
			draft->arena,
			"%s of %s ports towards %s from %s are used, and count as free only because of %s, which has "
			"never given one back so far (%s 0): it needs timestamps at the peer too, and does not for ports that bind() took",
			reading_count(draft, most->used), reading_count(draft, headroom->room),
			tcp_end_text(draft->arena, &peer), tcp_address_text(draft->arena, &most->source),
			reading_key(draft, CATALOGUE_TCP_REUSE), tcp_counter_rows[TCP_COUNTER_TW_RECYCLED].name));
}

void reading_ports(const struct reading_draft *draft)
{
	const struct headroom *headroom = &draft->given->census->headroom;
	const struct headroom_tuple *found[LINES_MOST + 1];
	size_t count = find_short(headroom, found), more = count > LINES_MOST ? count - LINES_MOST : 0;

	for (size_t i = 0; i + more < count; i++)
		read_tuple(draft, found[i]);
	if (more > 0)
		reading_add(draft, READING_PORTS, FINDING_WARNING,
			    arena_printf(draft->arena, "towards %zu more peer%s %d %% of the ports or more are taken",
					 more, more == 1 ? "" : "s", HEADROOM_NOTICE));
	read_unproven(draft);
	read_room(draft, read_sources(draft));
}
