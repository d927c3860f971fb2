#include "reading.h"

#include <string.h>

#include "../base/text.h"
#include "key.h"

/* How many tuples and sources get a line, and from how many sockets on a state is worth one. */
enum { LINES_MOST = 3, MANY = 100, MANY_ORPHANS = 1000, NEAR = 80, WIDE_RANGE = 50000 };
/* Below so many ports the percentage says nothing. */
enum { FEW_PORTS = 8 };

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

/* What is being made. */
struct draft {
	struct arena *arena;
	const struct reading_case *given;
	struct readings *readings;
};

static void add(const struct draft *draft, enum reading_kind kind, enum finding_severity severity, const char *text)
{
	*ARRAY_ADD(draft->arena, draft->readings) = (struct reading){.kind = kind, .severity = severity, .text = text};
}

/* The parameter that the last reading is about. */
static void add_key(const struct draft *draft, enum tcp_setting setting, const char *value)
{
	struct reading *last = &draft->readings->items[draft->readings->count - 1];

	last->key = tcp_setting_keys[setting];
	last->value = value;
}

static const char *name_of(const struct draft *draft, enum tcp_setting setting)
{
	return key_name(draft->arena, tcp_setting_keys[setting]);
}

static const char *grouped(const struct draft *draft, uint64_t value)
{
	return number_grouped(draft->arena, value);
}

/* --- ports --------------------------------------------------------------------------------------------------------- */

/* What would free ports of the tuple; *setting is TCP_SETTINGS when no parameter would. */
static const char *port_remedy(const struct draft *draft, const struct headroom_tuple *tuple, enum tcp_setting *setting,
			       const char **value)
{
	const struct tcp_settings *settings = draft->given->settings;
	const struct headroom *headroom = &draft->given->census->headroom;
	bool waiting = tuple->time_wait > 0 && tuple->time_wait >= tuple->used / 4;
	int64_t delay_ms = settings->numbers[TCP_SETTING_REUSE_DELAY];

	*value = "1";
	if (waiting && settings->numbers[TCP_SETTING_TIMESTAMPS] == 0) {
		*setting = TCP_SETTING_TIMESTAMPS;
		return arena_printf(draft->arena, "%s = 1 is needed at both ends before %s can free any",
				    name_of(draft, *setting), name_of(draft, TCP_SETTING_REUSE));
	}
	if (waiting && !tuple->reuses) {
		*setting = TCP_SETTING_REUSE;
		return arena_printf(draft->arena, "%s = 1 would free those after %g s; both ends need timestamps",
				    name_of(draft, *setting), (double)delay_ms / 1000);
	}
	*value = NULL;
	*setting = TCP_SETTINGS;
	if (tuple->early >= tuple->used / 4 && tuple->early > 0)
		return "the program binds before it connects: IP_BIND_ADDRESS_NO_PORT there would help, no parameter does";
	if (headroom->capacity < WIDE_RANGE) {
		*setting = TCP_SETTING_RANGE;
		return arena_printf(
			draft->arena,
			"a wider %s gives more, kept-alive connections or more addresses of the peer save more",
			name_of(draft, *setting));
	}
	return "kept-alive connections or more addresses and ports of the peer help, no parameter does";
}

static void read_tuple(const struct draft *draft, const struct headroom_tuple *tuple)
{
	const struct headroom *headroom = &draft->given->census->headroom;
	const struct tcp_end peer = {.address = tuple->destination, .port = (uint16_t)tuple->destination_port};
	unsigned percent = headroom_percent(headroom, tuple);
	struct text text = {.arena = draft->arena};
	enum tcp_setting setting;
	const char *value;

	text_format(&text, "%u %% of the ports towards %s from %s are %s (%s of %s)", percent,
		    tcp_end_text(draft->arena, &peer), tcp_address_text(draft->arena, &tuple->source),
		    tuple->reuses ? "taken" : "used", grouped(draft, tuple->taken), grouped(draft, headroom->capacity));
	if (tuple->time_wait > 0)
		text_format(&text, ", %u %% of %s TIME-WAIT",
			    (unsigned)((uint64_t)tuple->time_wait * 100 / tuple->used),
			    tuple->reuses ? "all sockets there" : "them");
	const char *remedy = port_remedy(draft, tuple, &setting, &value);
	text_format(&text, ": %s", remedy);
	add(draft, READING_PORTS, percent >= HEADROOM_WARN ? FINDING_ERROR : FINDING_WARNING, text.bytes);
	if (setting != TCP_SETTINGS)
		add_key(draft, setting, value);
}

/* Who binds first needs a port that nobody uses from that address, towards whomever. */
static void read_sources(const struct draft *draft)
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
		if (percent < HEADROOM_NOTICE || early < FEW_PORTS || early < top[i]->used / 10)
			continue;
		add(draft, READING_SOURCE_PORTS, percent >= HEADROOM_WARN ? FINDING_ERROR : FINDING_WARNING,
		    arena_printf(
			    draft->arena,
			    "%u %% of the ports of %s are used (%s of %s), and %s sockets look as if they were bound before "
			    "they were connected: bind() there finds only ports that are free towards everybody; the "
			    "program's IP_BIND_ADDRESS_NO_PORT would help, no parameter does",
			    percent, tcp_address_text(draft->arena, &top[i]->address), grouped(draft, top[i]->used),
			    grouped(draft, headroom->capacity), grouped(draft, early)));
	}
}

static void read_ports(const struct draft *draft)
{
	const struct headroom *headroom = &draft->given->census->headroom;
	size_t count;
	const struct headroom_tuple **top = headroom_top(draft->arena, headroom, LINES_MOST, &count);

	for (size_t i = 0; i < count && headroom_percent(headroom, top[i]) >= HEADROOM_NOTICE; i++)
		read_tuple(draft, top[i]);
	read_sources(draft);
}

/* --- queues and limits --------------------------------------------------------------------------------------------- */

/* How often something happened: since the earlier look, or since the namespace was made. */
static uint64_t happened(const struct draft *draft, enum tcp_counter counter)
{
	const struct reading_case *given = draft->given;

	if (given->before != NULL)
		return tcp_counters_grown(given->before, given->counters, counter);
	return given->counters->known[counter] ? given->counters->values[counter] : 0;
}

/* "120 times in 10 s", "120 times since the start" */
static const char *how_often(const struct draft *draft, uint64_t times)
{
	const char *period = draft->given->before == NULL
				     ? "since the start (--interval tells whether it goes on)"
				     : arena_printf(draft->arena, "in %g s", draft->given->seconds);

	return arena_printf(draft->arena, "%s time%s %s", grouped(draft, times), times == 1 ? "" : "s", period);
}

/* What counts from the start only may be long over. */
static enum finding_severity grave_if_now(const struct draft *draft)
{
	return draft->given->before != NULL ? FINDING_ERROR : FINDING_WARNING;
}

static void read_accept_queues(const struct draft *draft)
{
	const struct census *census = draft->given->census;
	uint64_t overflows = happened(draft, TCP_COUNTER_LISTEN_OVERFLOWS);
	int64_t bound = draft->given->settings->numbers[TCP_SETTING_BACKLOG];
	const struct census_service *worst = NULL;

	for (size_t i = 0; i < census->services.count; i++) {
		const struct census_service *service = tally_item(&census->services, i);

		if (census_is_full(service) && (worst == NULL || service->queue > worst->queue))
			worst = service;
	}
	if (worst != NULL) {
		const struct tcp_end end = {.address = worst->address, .port = (uint16_t)worst->port};
		bool capped = draft->given->settings->known[TCP_SETTING_BACKLOG] && (int64_t)worst->backlog >= bound;

		add(draft, READING_ACCEPT_QUEUE, FINDING_ERROR,
		    arena_printf(
			    draft->arena,
			    "the accept queue of %s is full (%s wait, the backlog is %s): the program is too slow to accept%s",
			    tcp_end_text(draft->arena, &end), grouped(draft, worst->queue),
			    grouped(draft, worst->backlog),
			    capped ? arena_printf(draft->arena, "; a higher %s and a restart give it more room",
						  name_of(draft, TCP_SETTING_BACKLOG))
				   : ", or asks for too short a backlog when it calls listen()"));
		if (capped)
			add_key(draft, TCP_SETTING_BACKLOG, NULL);
	} else if (overflows > 0) {
		add(draft, READING_ACCEPT_QUEUE, grave_if_now(draft),
		    arena_printf(
			    draft->arena,
			    "the accept queue of a listener was full, %s: raise its backlog and %s, or let it accept faster",
			    how_often(draft, overflows), name_of(draft, TCP_SETTING_BACKLOG)));
		add_key(draft, TCP_SETTING_BACKLOG, NULL);
	}
}

static void read_syn_queues(const struct draft *draft)
{
	uint64_t drops = happened(draft, TCP_COUNTER_SYN_QUEUE_DROPS);
	uint64_t cookies = happened(draft, TCP_COUNTER_SYN_QUEUE_COOKIES);

	if (drops > 0) {
		add(draft, READING_SYN_QUEUE, grave_if_now(draft),
		    arena_printf(
			    draft->arena,
			    "new connections were dropped because too many were half open, %s: %s = 1 answers them all the same",
			    how_often(draft, drops), name_of(draft, TCP_SETTING_SYNCOOKIES)));
		add_key(draft, TCP_SETTING_SYNCOOKIES, "1");
	} else if (cookies > 0) {
		add(draft, READING_SYN_QUEUE, FINDING_WARNING,
		    arena_printf(
			    draft->arena,
			    "too many connections were half open, and cookies helped out, %s: a flood, or a backlog that is too "
			    "short (the program's own, and %s)",
			    how_often(draft, cookies), name_of(draft, TCP_SETTING_BACKLOG)));
		add_key(draft, TCP_SETTING_BACKLOG, NULL);
	}
}

static void read_time_wait_most(const struct draft *draft)
{
	const struct tcp_settings *settings = draft->given->settings;
	uint64_t overflows = happened(draft, TCP_COUNTER_TW_OVERFLOW), kept = draft->given->census->time_wait;
	int64_t most = settings->numbers[TCP_SETTING_TIME_WAIT_MOST];
	bool near = settings->known[TCP_SETTING_TIME_WAIT_MOST] && most > 0 && kept * 100 >= (uint64_t)most * NEAR;

	if (!near && overflows == 0)
		return;
	struct text text = {.arena = draft->arena};
	if (near)
		text_format(&text, "%s sockets in TIME-WAIT, and %s = %s is the most", grouped(draft, kept),
			    name_of(draft, TCP_SETTING_TIME_WAIT_MOST), grouped(draft, (uint64_t)most));
	if (overflows > 0)
		text_format(&text, "%ssockets were closed without TIME-WAIT, %s", near ? "; " : "",
			    how_often(draft, overflows));
	text_format(&text, ": raise %s, %d B each", name_of(draft, TCP_SETTING_TIME_WAIT_MOST), TCP_TIME_WAIT_BYTES);
	add(draft, READING_TIME_WAIT_MOST, near ? FINDING_ERROR : grave_if_now(draft), text.bytes);
	add_key(draft, TCP_SETTING_TIME_WAIT_MOST, NULL);
}

static void read_host_limits(const struct draft *draft)
{
	const struct tcp_settings *settings = draft->given->settings;
	const struct tcp_sockstat *sockstat = draft->given->sockstat;
	int64_t orphans = settings->numbers[TCP_SETTING_ORPHANS_MOST], pages = settings->numbers[TCP_SETTING_MEMORY];

	if (!sockstat->known)
		return;
	if (settings->known[TCP_SETTING_ORPHANS_MOST] && orphans > 0 &&
	    sockstat->orphans * 100 >= (uint64_t)orphans * HEADROOM_NOTICE) {
		add(draft, READING_ORPHANS, FINDING_ERROR,
		    arena_printf(
			    draft->arena,
			    "%s closed sockets still have data to deliver, and from %s = %s on (peers that do not answer: half of "
			    "it) they are reset: look for peers that do not read",
			    grouped(draft, sockstat->orphans), name_of(draft, TCP_SETTING_ORPHANS_MOST),
			    grouped(draft, (uint64_t)orphans)));
		add_key(draft, TCP_SETTING_ORPHANS_MOST, NULL);
	}
	if (settings->known[TCP_SETTING_MEMORY] && pages > 0 && sockstat->pages * 100 >= (uint64_t)pages * NEAR) {
		add(draft, READING_MEMORY, FINDING_ERROR,
		    arena_printf(draft->arena,
				 "TCP's buffers hold %s of the %s that %s allows: from there on connections are reset",
				 number_bytes(draft->arena, sockstat->pages * draft->given->page_bytes),
				 number_bytes(draft->arena, (uint64_t)pages * draft->given->page_bytes),
				 name_of(draft, TCP_SETTING_MEMORY)));
		add_key(draft, TCP_SETTING_MEMORY, NULL);
	}
}

/* --- states -------------------------------------------------------------------------------------------------------- */

static void read_states(const struct draft *draft)
{
	const struct census *census = draft->given->census;
	uint64_t close_wait = census_count(census, TCP_STATE_CLOSE_WAIT);
	uint64_t syn_sent = census_count(census, TCP_STATE_SYN_SENT);

	if (close_wait >= MANY)
		add(draft, READING_CLOSE_WAIT, FINDING_WARNING,
		    arena_printf(
			    draft->arena,
			    "%s in CLOSE-WAIT: their peers have closed, the programs here have not; no parameter ends them",
			    grouped(draft, close_wait)));
	if (census->orphans >= MANY_ORPHANS) {
		add(draft, READING_FIN_WAIT_2, FINDING_WARNING,
		    arena_printf(
			    draft->arena,
			    "%s closed sockets wait in FIN-WAIT-2 for peers that do not close: a lower %s ends them sooner, from "
			    "60 s down to 30",
			    grouped(draft, census->orphans), name_of(draft, TCP_SETTING_FIN_TIMEOUT)));
		add_key(draft, TCP_SETTING_FIN_TIMEOUT, "30");
	}
	if (syn_sent >= MANY)
		add(draft, READING_SYN_SENT, FINDING_WARNING,
		    arena_printf(
			    draft->arena,
			    "%s connections are being opened and not answered: a peer is away, or a filter drops them",
			    grouped(draft, syn_sent)));
}

static void read_waits(const struct draft *draft)
{
	const struct census *census = draft->given->census;
	uint64_t accepting = census->waits[CENSUS_ACCEPTS], connecting = census->waits[CENSUS_CONNECTS];
	size_t count;

	if (accepting >= MANY)
		add(draft, READING_ACCEPTING, FINDING_NOTE,
		    arena_printf(
			    draft->arena, "%s TIME-WAIT on the accepting side: costs %s, no capacity; nothing to do",
			    grouped(draft, accepting), number_bytes(draft->arena, accepting * TCP_TIME_WAIT_BYTES)));
	if (connecting < MANY)
		return;
	const struct headroom_tuple **top = headroom_top(draft->arena, &census->headroom, 1, &count);
	unsigned percent = count == 0 ? 0 : headroom_percent(&census->headroom, top[0]);
	if (percent < HEADROOM_NOTICE)
		add(draft, READING_CONNECTING, FINDING_NOTE,
		    arena_printf(draft->arena,
				 "%s TIME-WAIT on the connecting side: %s of the ports towards any peer; nothing to do",
				 grouped(draft, connecting),
				 percent == 0 ? "less than 1 %"
					      : arena_printf(draft->arena, "at most %u %%", percent)));
}

static void sort_by_severity(struct readings *readings)
{
	for (size_t i = 1; i < readings->count; i++) {
		struct reading moved = readings->items[i];
		size_t at = i;

		for (; at > 0 && readings->items[at - 1].severity > moved.severity; at--)
			readings->items[at] = readings->items[at - 1];
		readings->items[at] = moved;
	}
}

void reading_make(struct arena *arena, const struct reading_case *given, struct readings *readings)
{
	const struct draft draft = {.arena = arena, .given = given, .readings = readings};

	*readings = (struct readings){0};
	if (given->census->detailed)
		read_ports(&draft);
	read_accept_queues(&draft);
	read_syn_queues(&draft);
	read_time_wait_most(&draft);
	read_host_limits(&draft);
	read_states(&draft);
	if (given->census->detailed)
		read_waits(&draft);
	sort_by_severity(readings);
	if (readings->count == 0)
		add(&draft, READING_WELL, FINDING_NOTE, "nothing stands out");
}
