/*
 * One run, from the words on the command line to the outcome. Start reading here.
 *
 *	pipeline_settings   the tree (--root), agent.yaml, which profiles; then we shut ourselves in (cmd/fence)
 *	pipeline_desired    profiles -> layers -> one requirement per key, for this host
 *	pipeline_observed   /proc/sys and the sysctl files -> what is, and what the next boot would make of it
 *	pipeline_judged     desired against observed -> a status per key, the counts, the verdict
 *
 * Each step needs the one before. A command calls as many as it needs (cmd/check.c, cmd/plan.c, ...) and prints. A step
 * that cannot go on complains on stderr and returns false with run->exit set.
 */
#ifndef HOLDFAST_CMD_PIPELINE_H
#define HOLDFAST_CMD_PIPELINE_H

#include "../change/lock.h"
#include "../core/config.h"
#include "../core/desired.h"
#include "../core/findings.h"
#include "../core/observed.h"
#include "../core/outcome.h"
#include "../core/plan.h"
#include "../system/forecast.h"
#include "../system/proc_sys.h"
#include "options.h"

struct effect;

struct run {
	struct arena *arena;
	const struct options *options;
	int64_t started_ms, now_ms;
	enum exit_code exit; /* of a step that could not go on */

	struct lock lock;        /* of a changing command (cmd/recovery) */
	struct text_list errors; /* what went wrong besides the parameters, for the report */
	bool audit;              /* drift is only reported: by agent.yaml or the rollout; pipeline_settings */
	const char *trigger;     /* what started it, for the report; NULL = somebody's hand */
	bool keeps;              /* the report goes to the spool (cmd/spooling) */
	bool told;               /* cmd/output has told of the outcome, and kept the report where it is to be kept */
	bool terse;              /* for a mail of cron: a line for each thing that is worth one */
	bool outside;            /* the rollout has not come to this host yet: its drift is no news */

	bool fenced; /* shut in (cmd/fence) */
	int prober;  /* where the probe of `apply --confirm --probe` is asked for (system/probe), -1 = none */

	struct effect *effect; /* what an apply does to sockets (cmd/effect); NULL = not looked at */

	struct tree tree; /* pipeline_settings */
	struct config config;
	bool config_read;
	struct facts facts;
	struct text_list profile_words;
	bool words_given;       /* not by agent.yaml or by default */
	bool words_of_settings; /* files among them are of the tree, as all that agent.yaml names */

	struct loader loader; /* pipeline_desired */
	struct proc_sys proc_sys;
	struct profile_layers layers;
	struct desired_expansions expansions;
	struct desired desired;

	struct sysctl_files files; /* pipeline_observed */
	struct observed observed;

	struct outcome outcome;   /* pipeline_judged */
	struct findings findings; /* of all steps */
	bool waivers_told;        /* the expired ones are among them */
	size_t findings_told;     /* how many of them stand on stderr already */
};

bool pipeline_settings(struct run *run) MUST_CHECK;
/* The tree alone, for a command that must work whatever agent.yaml says, which is shut in then. */
bool pipeline_tree(struct run *run) MUST_CHECK;
/* Once; part of both. False: we are not shut in, and must not go on. */
bool pipeline_shut_in(struct run *run) MUST_CHECK;
/* The tree and agent.yaml alone, for what must be done before we are shut in: the caller sees to that. */
bool pipeline_config(struct run *run) MUST_CHECK;
/* Loader and /proc/sys alone, for a command that can do without profiles; part of pipeline_desired. */
bool pipeline_host(struct run *run) MUST_CHECK;
/* After it. Whether the kernel can be looked at, as it must be on a host; only another tree (--root) may have none. */
bool pipeline_kernel(struct run *run) MUST_CHECK;
bool pipeline_desired(struct run *run) MUST_CHECK;
bool pipeline_observed(struct run *run) MUST_CHECK;
void pipeline_judged(struct run *run);
/* The sysctl files and the forecast of them. Which 3.x or 4.x a procps is, is asked only where it matters. */
bool pipeline_files(struct run *run, struct forecast *forecast, struct error *err) MUST_CHECK;
/* The first three and the judgement. */
bool pipeline_all(struct run *run) MUST_CHECK;

/* The exit status that the outcome stands for. */
enum exit_code pipeline_exit(const struct run *run);
/* Prints what has been found since the last time, and fails if there are errors among it. */
bool pipeline_tell(struct run *run) MUST_CHECK;
/* One line on stderr, without anything that steers a terminal. */
void pipeline_complain(const char *text);
/* Says on stderr what failed and returns the exit status for it: EXIT_DENIED when the system did not permit it. */
enum exit_code pipeline_fail(const struct error *err);
/* The same for a profile or settings that could not be read: what has another cause than the system is not valid. */
enum exit_code pipeline_unread(int cause);
void pipeline_close(struct run *run);

#endif
