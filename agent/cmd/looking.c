#include "looking.h"

#include <errno.h>
#include <sys/random.h>
#include <unistd.h>

#include "../base/clock.h"
#include "../core/reading_rules.h"
#include "../system/host.h"
#include "../system/netns.h"
#include "../system/proc_net.h"

bool looking_prepare(struct run *run, enum look_depth depth)
{
	struct error err;

	if (run->options->namespace != NULL && !netns_enter(run->options->namespace, &err)) {
		run->exit = pipeline_fail(&err);
		return false;
	}
	if (!pipeline_tree(run))
		return false;
	host_facts(run->arena, &run->tree, 0, &run->facts);
	if (depth == LOOK_TIME_WAIT || proc_sys_open(&run->tree, &run->proc_sys, &err))
		return true;
	run->exit = pipeline_fail(&err);
	return false;
}

static void read_settings(struct arena *arena, const struct run *run, struct tcp_settings *settings)
{
	tcp_settings_defaults(settings, run->facts.kernel_version);
	for (unsigned i = 0; i < CATALOGUE_TCPS && run->proc_sys.fd >= 0; i++) {
		struct observed_live live = {0};

		proc_sys_read(arena, &run->proc_sys, catalogue_tcp_keys[i], &live);
		if (live.state == LIVE_READ)
			tcp_settings_take(settings, (enum catalogue_tcp)i, live.value);
	}
}

/* Among fewer sockets than so every question is cheap; fewer than this part of the ports do not matter. */
enum { CHEAP = 10000, FEW_PART = 50 };

static void add(void *context, const struct tcp_socket *socket)
{
	census_add(context, socket);
}

static void mark(void *context, const struct tcp_socket *socket)
{
	census_mark(context, socket);
}

/* Netlink on this machine; where that is not to be had, and on any other, /proc/net. */
struct lister {
	const struct tree *tree;
	struct sock_diag diag;
	struct sock_visitor visitor;
	struct census *census;
	const struct tcp_sockstat *sockstat;
};

static bool list(struct lister *lister, uint32_t states, struct error *err)
{
	bool whole = true;
	bool listed = lister->census->source == CENSUS_SOCK_DIAG
			      ? sock_diag_list(&lister->diag, states, &lister->visitor, &whole, err)
			      : proc_net_list(lister->tree, states, &lister->visitor, &whole, err);

	lister->census->whole = lister->census->whole && whole;
	return listed;
}

/*
 * Whether to ask for sockets that are only bound: the kernel goes through all that have a port for it. There can be no more of
 * them than there are sockets that the listing did not show.
 */
static bool wants_bound(const struct lister *lister)
{
	const struct census *census = lister->census;
	const struct tcp_sockstat *sockstat = lister->sockstat;

	if (census->source != CENSUS_SOCK_DIAG)
		return false;
	uint64_t unseen = sockstat->sockets > census->owned ? sockstat->sockets - census->owned : 0;
	return !sockstat->known || census_total(census) < CHEAP || unseen * FEW_PART >= census->headroom.room;
}

/* Ports that bind() holds: of sockets that are only bound, and of those that were bound before they connected. */
static bool find_bound(struct lister *lister, uint32_t states, struct error *err)
{
	struct census *census = lister->census;

	census_end(census);
	census->bound_known = wants_bound(lister);
	if (census->bound_known && !list(lister, DIAG_BOUND, err))
		return false;
	census_end(census);
	if (!headroom_wants_marks(&census->headroom))
		return true;
	lister->visitor.visit = mark;
	return list(lister, states, err);
}

/* Who listens comes first: the listing of nothing else costs microseconds, and tells who accepts. */
static bool list_all(struct lister *lister, enum look_depth depth, struct error *err)
{
	const uint32_t listening = 1u << TCP_STATE_LISTEN, waiting = 1u << TCP_STATE_TIME_WAIT;

	if (depth == LOOK_TOTALS)
		return list(lister, lister->sockstat->known ? DIAG_ALL & ~waiting : DIAG_ALL, err);
	if (!list(lister, listening, err) || !list(lister, DIAG_ALL & ~listening, err))
		return false;
	return find_bound(lister, DIAG_ALL & ~listening, err);
}

static bool take_census(struct lister *lister, enum look_depth depth, struct error *err)
{
	struct census *census = lister->census;

	census->source = CENSUS_PROC;
	if (lister->tree->is_host && sock_diag_open(&lister->diag, err))
		census->source = CENSUS_SOCK_DIAG;
	if (list_all(lister, depth, err))
		return true;
	/* A kernel without tcp_diag says so at the first question, before anything was counted. */
	if (census->source == CENSUS_PROC || census_total(census) > 0)
		return false;
	census->source = CENSUS_PROC;
	census->whole = true;
	return list_all(lister, depth, err);
}

bool looking_take(struct arena *arena, const struct run *run, enum look_depth depth, struct look *look,
		  struct error *err)
{
	uint64_t seed = 0;

	*look = (struct look){.arena = arena, .now_ms = clock_now_ms(), .steady_ms = clock_steady_ms()};
	look->time = clock_text(arena, look->now_ms);
	if (getrandom(&seed, sizeof(seed), GRND_NONBLOCK) != sizeof(seed))
		seed = (uint64_t)look->now_ms * 0x9e3779b97f4a7c15u + (uint64_t)getpid();
	read_settings(arena, run, &look->settings);
	census_begin(arena, &look->settings, seed, &look->census);
	look->census.detailed = depth == LOOK_ALL;
	proc_net_sockstat(arena, &run->tree, &look->sockstat);
	if (depth == LOOK_TIME_WAIT) {
		look->census.source = CENSUS_SOCKSTAT;
		look->census.time_wait = look->sockstat.time_wait;
		return look->sockstat.known ||
		       error_set(err, "/proc/net/sockstat does not tell the sockets in TIME-WAIT");
	}
	proc_net_counters(arena, &run->tree, &look->counters);
	struct lister lister = {
		.tree = &run->tree,
		.diag = {.fd = -1},
		.visitor = {.visit = add, .context = &look->census},
		.census = &look->census,
		.sockstat = &look->sockstat,
	};
	bool taken = take_census(&lister, depth, err);
	fd_close(&lister.diag.fd);
	if (!taken)
		return false;
	census_end(&look->census);
	/* sockstat counts the orphans in FIN-WAIT-2 with those in TIME-WAIT. */
	uint64_t orphans = look->census.orphans;
	if (depth == LOOK_TOTALS && look->sockstat.known)
		look->census.time_wait = look->sockstat.time_wait > orphans ? look->sockstat.time_wait - orphans : 0;
	return true;
}

static struct reading_case seen(const struct look *look, const struct look *before)
{
	return (struct reading_case){
		.census = &look->census,
		.settings = &look->settings,
		.counters = &look->counters,
		.before = before == NULL ? NULL : &before->counters,
		.seconds = before == NULL ? 0 : (double)(look->steady_ms - before->steady_ms) / 1000,
		.sockstat = &look->sockstat,
		.page_bytes = (uint64_t)sysconf(_SC_PAGESIZE),
	};
}

void looking_read(struct look *look, const struct look *before)
{
	const struct reading_case given = seen(look, before);

	reading_make(look->arena, &given, &look->readings);
}

void looking_report(const struct run *run, const struct look *look, const struct look *before,
		    struct report_tcp *report)
{
	*report = (struct report_tcp){
		.time = look->time,
		.facts = &run->facts,
		.namespace = run->options->namespace,
		.seen = seen(look, before),
		.readings = &look->readings,
		.top = run->options->top,
	};
}
