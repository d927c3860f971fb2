#include "reading_ports.h"

#include <string.h>

#include "../base/text.h"

/* How many peers and local addresses get a line. */
enum { LINES_MOST = 3 };
/* A range of so many ports can hardly be made wider. */
enum { WIDE_RANGE = 50000 };
/* So few sockets that were bound early say nothing. */
enum { FEW_SOCKETS = 8 };

/* Those in TIME-WAIT that keep their ports as things are. */
static uint32_t waiting_of(const struct headroom_tuple *tuple)
{
	return tuple->time_wait - (tuple->reuses ? tuple->ripe : 0);
}

/* In percent. A port that only bind() takes, the last of an odd range, is not among those taken. */
static unsigned share_of(uint64_t part, uint64_t whole)
{
	return part >= whole ? 100 : (unsigned)(part * 100 / whole);
}

/* What would free ports of the tuple; *setting is TCP_SETTINGS when no parameter would. */
static const char *port_remedy(const struct reading_draft *draft, const struct headroom_tuple *tuple,
			       enum tcp_setting *setting, const char **value)
{
	const struct tcp_settings *settings = draft->given->settings;
	const struct headroom *headroom = &draft->given->census->headroom;
	uint32_t waits = waiting_of(tuple);
	bool waiting = waits > 0 && waits >= tuple->taken / 4;
	int64_t delay_ms = settings->numbers[TCP_SETTING_REUSE_DELAY];

	*value = "1";
	if (waiting && settings->numbers[TCP_SETTING_TIMESTAMPS] == 0) {
		*setting = TCP_SETTING_TIMESTAMPS;
		return arena_printf(draft->arena, "%s = 1 is needed at both ends before %s can free any",
				    reading_key(draft, *setting), reading_key(draft, TCP_SETTING_REUSE));
	}
	if (waiting && !tuple->reuses) {
		*setting = TCP_SETTING_REUSE;
		return arena_printf(draft->arena, "%s = 1 would free those after %g s; both ends need timestamps",
				    reading_key(draft, *setting), (double)delay_ms / 1000);
	}
	*value = NULL;
	*setting = TCP_SETTINGS;
	if (headroom->held > 0 && headroom->held >= tuple->taken / 4)
		return "programs bind before they connect: IP_BIND_ADDRESS_NO_PORT there would help, no parameter does";
	if (headroom->room < WIDE_RANGE) {
		*setting = TCP_SETTING_RANGE;
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
	enum tcp_setting setting;
	const char *value;

	text_format(&text, "%u %% of the ports towards %s from %s are used (%s of %s", percent,
		    tcp_end_text(draft->arena, &peer), tcp_address_text(draft->arena, &tuple->source),
		    reading_count(draft, tuple->taken), reading_count(draft, headroom->room));
	if (headroom->held > 0)
		text_format(&text, ", %s of them held by bind()", reading_count(draft, headroom->held));
	text_string(&text, ")");
	if (waiting_of(tuple) > 0)
		text_format(&text, ", %u %% of them TIME-WAIT", share_of(waiting_of(tuple), tuple->taken));
	const char *remedy = port_remedy(draft, tuple, &setting, &value);
	text_format(&text, ": %s", remedy);
	reading_add(draft, READING_PORTS, percent >= HEADROOM_WARN ? FINDING_ERROR : FINDING_WARNING, text.bytes);
	if (setting != TCP_SETTINGS)
		reading_add_key(draft, setting, value);
}

/* Who binds first needs a port that nobody uses from that address, towards whomever. */
static void read_sources(const struct reading_draft *draft)
{
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
		if (percent < HEADROOM_NOTICE || early < FEW_SOCKETS || early < top[i]->used / 10)
			continue;
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

void reading_ports(const struct reading_draft *draft)
{
	const struct headroom *headroom = &draft->given->census->headroom;
	const struct headroom_tuple *found[LINES_MOST + 1];
	size_t count = find_short(headroom, found), more = count > LINES_MOST ? count - LINES_MOST : 0;

	for (size_t i = 0; i + more < count; i++)
		read_tuple(draft, found[i]);
	if (more > 0)
		reading_add(draft, READING_PORTS, FINDING_WARNING,
			    arena_printf(draft->arena, "towards %zu more peer%s %d %% of the ports or more are used",
					 more, more == 1 ? "" : "s", HEADROOM_NOTICE));
	read_sources(draft);
}
