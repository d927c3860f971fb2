#include "reading_rules.h"

#include "../base/text.h"
#include "reading_ports.h"

/* From how many sockets on a state is worth a line, and from how many percent on a limit is near. */
enum { MANY = 100, MANY_ORPHANS = 1000, NEAR = 80 };
/* Seconds; below it slow peers get a RST for what they still send. */
#define FIN_TIMEOUT_LOW_TEXT "30"
enum { FIN_TIMEOUT_LOW = 30 };

/* --- queues and limits --------------------------------------------------------------------------------------------- */

/* How often something happened: since the earlier look, or since the namespace was made. */
static uint64_t happened(const struct reading_draft *draft, enum tcp_counter counter)
{
	const struct reading_case *given = draft->given;

	if (given->before != NULL)
		return tcp_counters_grown(given->before, given->counters, counter);
	return given->counters->known[counter] ? given->counters->values[counter] : 0;
}

/* "120 times in 10 s", "120 times since the start" */
static const char *how_often(const struct reading_draft *draft, uint64_t times)
{
	const char *period = draft->given->before == NULL
				     ? "since the start (--interval tells whether it goes on)"
				     : arena_printf(draft->arena, "in %g s", draft->given->seconds);

	return arena_printf(draft->arena, "%s time%s %s", reading_count(draft, times), times == 1 ? "" : "s", period);
}

/* What counts from the start only may be long over. */
static enum finding_severity grave_if_now(const struct reading_draft *draft)
{
	return draft->given->before != NULL ? FINDING_ERROR : FINDING_WARNING;
}

static void read_accept_queues(const struct reading_draft *draft)
{
	const struct census *census = draft->given->census;
	uint64_t overflows = happened(draft, TCP_COUNTER_LISTEN_OVERFLOWS);
	int64_t bound = draft->given->settings->numbers[CATALOGUE_TCP_BACKLOG];
	const struct census_service *worst = NULL;

	for (size_t i = 0; i < census->services.count; i++) {
		const struct census_service *service = tally_item(&census->services, i);

		if (census_is_full(service) && (worst == NULL || service->queue > worst->queue))
			worst = service;
	}
	if (worst != NULL) {
		const struct tcp_end end = {.address = worst->address, .port = (uint16_t)worst->port};
		bool capped = draft->given->settings->known[CATALOGUE_TCP_BACKLOG] && (int64_t)worst->backlog >= bound;

		reading_add(
			draft, READING_ACCEPT_QUEUE, FINDING_ERROR,
			arena_printf(
				draft->arena,
				"the accept queue of %s is full (%s wait, the backlog is %s): the program is too slow to accept%s",
				tcp_end_text(draft->arena, &end), reading_count(draft, worst->queue),
				reading_count(draft, worst->backlog),
				capped ? arena_printf(draft->arena, "; a higher %s and a restart give it more room",
						      reading_key(draft, CATALOGUE_TCP_BACKLOG))
				       : ", or asks for too short a backlog when it calls listen()"));
		if (capped)
			reading_add_key(draft, CATALOGUE_TCP_BACKLOG, NULL);
	} else if (overflows > 0) {
		reading_add(
			draft, READING_ACCEPT_QUEUE, grave_if_now(draft),
			arena_printf(
				draft->arena,
				"the accept queue of a listener was full, %s: raise its backlog and %s, or let it accept faster",
				how_often(draft, overflows), reading_key(draft, CATALOGUE_TCP_BACKLOG)));
		reading_add_key(draft, CATALOGUE_TCP_BACKLOG, NULL);
	}
}

static void read_syn_queues(const struct reading_draft *draft)
{
	uint64_t drops = happened(draft, TCP_COUNTER_SYN_QUEUE_DROPS);
	uint64_t cookies = happened(draft, TCP_COUNTER_SYN_QUEUE_COOKIES);

	const struct tcp_settings *settings = draft->given->settings;
	bool off = !settings->known[CATALOGUE_TCP_SYNCOOKIES] || settings->numbers[CATALOGUE_TCP_SYNCOOKIES] == 0;

	if (drops > 0) {
		reading_add(draft, READING_SYN_QUEUE, off ? grave_if_now(draft) : FINDING_WARNING,
			    arena_printf(draft->arena,
					 "new connections were dropped because too many were half open, %s: %s",
					 how_often(draft, drops),
					 off ? arena_printf(draft->arena, "%s = 1 answers them all the same",
							    reading_key(draft, CATALOGUE_TCP_SYNCOOKIES))
					     : arena_printf(draft->arena, "%s is on now, and answers them all the same",
							    reading_key(draft, CATALOGUE_TCP_SYNCOOKIES))));
		if (off)
			reading_add_key(draft, CATALOGUE_TCP_SYNCOOKIES, "1");
	} else if (cookies > 0) {
		reading_add(
			draft, READING_SYN_QUEUE, FINDING_WARNING,
			arena_printf(
				draft->arena,
				"too many connections were half open, and cookies helped out, %s: a flood, or a backlog that is too "
				"short (the program's own, and %s)",
				how_often(draft, cookies), reading_key(draft, CATALOGUE_TCP_BACKLOG)));
		reading_add_key(draft, CATALOGUE_TCP_BACKLOG, NULL);
	}
}

static void read_time_wait_most(const struct reading_draft *draft)
{
	const struct tcp_settings *settings = draft->given->settings;
	uint64_t overflows = happened(draft, TCP_COUNTER_TW_OVERFLOW),
		 kept = draft->given->census->time_wait + draft->given->census->orphans;
	int64_t most = settings->numbers[CATALOGUE_TCP_TIME_WAIT_MOST];
	bool near = settings->known[CATALOGUE_TCP_TIME_WAIT_MOST] && most > 0 && kept * 100 >= (uint64_t)most * NEAR;

	if (!near && overflows == 0)
		return;
	struct text text = {.arena = draft->arena};
	if (near)
		text_format(&text, "%s sockets in TIME-WAIT or orphans in FIN-WAIT-2, and %s = %s is the most",
			    reading_count(draft, kept), reading_key(draft, CATALOGUE_TCP_TIME_WAIT_MOST),
			    reading_count(draft, (uint64_t)most));
	if (overflows > 0)
		text_format(&text, "%ssockets were closed without TIME-WAIT, %s", near ? "; " : "",
			    how_often(draft, overflows));
	text_format(&text, ": raise %s, %d B each", reading_key(draft, CATALOGUE_TCP_TIME_WAIT_MOST),
		    TCP_TIME_WAIT_BYTES);
	reading_add(draft, READING_TIME_WAIT_MOST, near ? FINDING_ERROR : grave_if_now(draft), text.bytes);
	reading_add_key(draft, CATALOGUE_TCP_TIME_WAIT_MOST, NULL);
}

static void read_host_limits(const struct reading_draft *draft)
{
	const struct tcp_settings *settings = draft->given->settings;
	const struct tcp_sockstat *sockstat = draft->given->sockstat;
	int64_t orphans = settings->numbers[CATALOGUE_TCP_ORPHANS_MOST],
		pages = settings->numbers[CATALOGUE_TCP_MEMORY];

	if (!sockstat->known)
		return;
	if (settings->known[CATALOGUE_TCP_ORPHANS_MOST] && orphans > 0 &&
	    sockstat->orphans * 100 >= (uint64_t)orphans * HEADROOM_NOTICE) {
		reading_add(
			draft, READING_ORPHANS, FINDING_ERROR,
			arena_printf(
				draft->arena,
				"%s closed sockets still have data to deliver, and from %s = %s on (peers that do not answer: half of "
				"it) they are reset: look for peers that do not read",
				reading_count(draft, sockstat->orphans), reading_key(draft, CATALOGUE_TCP_ORPHANS_MOST),
				reading_count(draft, (uint64_t)orphans)));
		reading_add_key(draft, CATALOGUE_TCP_ORPHANS_MOST, NULL);
	}
	if (settings->known[CATALOGUE_TCP_MEMORY] && pages > 0 && sockstat->pages * 100 >= (uint64_t)pages * NEAR) {
		reading_add(
			draft, READING_MEMORY, FINDING_ERROR,
			arena_printf(
				draft->arena,
				"TCP's buffers hold %s of the %s that %s allows: from there on connections are reset",
				number_bytes(draft->arena, sockstat->pages * draft->given->page_bytes),
				number_bytes(draft->arena, (uint64_t)pages * draft->given->page_bytes),
				reading_key(draft, CATALOGUE_TCP_MEMORY)));
		reading_add_key(draft, CATALOGUE_TCP_MEMORY, NULL);
	}
}

/* --- states -------------------------------------------------------------------------------------------------------- */

static void read_states(const struct reading_draft *draft)
{
	const struct census *census = draft->given->census;
	uint64_t close_wait = census_count(census, TCP_STATE_CLOSE_WAIT);
	uint64_t syn_sent = census_count(census, TCP_STATE_SYN_SENT);

	if (close_wait >= MANY)
		reading_add(
			draft, READING_CLOSE_WAIT, FINDING_WARNING,
			arena_printf(
				draft->arena,
				"%s in CLOSE-WAIT: their peers have closed, the programs here have not; no parameter ends them",
				reading_count(draft, close_wait)));
	int64_t timeout_s = draft->given->settings->numbers[CATALOGUE_TCP_FIN_TIMEOUT];
	bool lower = timeout_s > FIN_TIMEOUT_LOW;
	if (census->orphans >= MANY_ORPHANS)
		reading_add(draft, READING_FIN_WAIT_2, FINDING_WARNING,
			    arena_printf(draft->arena,
					 "%s closed sockets wait in FIN-WAIT-2 for peers that do not close%s",
					 reading_count(draft, census->orphans),
					 lower ? arena_printf(draft->arena, ": %s = %d ends them sooner than %lld",
							      reading_key(draft, CATALOGUE_TCP_FIN_TIMEOUT),
							      FIN_TIMEOUT_LOW, (long long)timeout_s)
					       : "; no parameter should end them sooner than now"));
	if (census->orphans >= MANY_ORPHANS && lower)
		reading_add_key(draft, CATALOGUE_TCP_FIN_TIMEOUT, FIN_TIMEOUT_LOW_TEXT);
	if (syn_sent >= MANY)
		reading_add(
			draft, READING_SYN_SENT, FINDING_WARNING,
			arena_printf(
				draft->arena,
				"%s connections are being opened and not answered: a peer is away, or a filter drops them",
				reading_count(draft, syn_sent)));
}

static void read_waits(const struct reading_draft *draft)
{
	const struct census *census = draft->given->census;
	uint64_t accepting = census->waits[CENSUS_ACCEPTS], connecting = census->waits[CENSUS_CONNECTS];

	if (accepting >= MANY)
		reading_add(draft, READING_ACCEPTING, FINDING_NOTE,
			    arena_printf(draft->arena,
					 "%s TIME-WAIT on the accepting side: costs %s, no capacity; nothing to do",
					 reading_count(draft, accepting),
					 number_bytes(draft->arena, accepting * TCP_TIME_WAIT_BYTES)));
	if (connecting < MANY)
		return;
	unsigned percent = headroom_percent_most(&census->headroom);
	if (percent < HEADROOM_NOTICE)
		reading_add(
			draft, READING_CONNECTING, FINDING_NOTE,
			arena_printf(
				draft->arena,
				"%s TIME-WAIT on the connecting side: %s of the ports towards any peer; nothing to do",
				reading_count(draft, connecting),
				percent == 0 ? "less than 1 %" : arena_printf(draft->arena, "at most %u %%", percent)));
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
	const struct reading_draft draft = {.arena = arena, .given = given, .readings = readings};

	*readings = (struct readings){0};
	if (given->census->detailed)
		reading_ports(&draft);
	read_accept_queues(&draft);
	read_syn_queues(&draft);
	read_time_wait_most(&draft);
	read_host_limits(&draft);
	read_states(&draft);
	if (given->census->detailed)
		read_waits(&draft);
	sort_by_severity(readings);
	if (readings->count == 0)
		reading_add(&draft, READING_WELL, FINDING_NOTE,
			    given->census->detailed ? "nothing stands out"
						    : "nothing stands out; peers and ports were not looked at");
}
