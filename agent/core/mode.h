/*
 * What `holdfast run` does on this host, and why: change what differs, or only look.
 */
#ifndef HOLDFAST_CORE_MODE_H
#define HOLDFAST_CORE_MODE_H

#include "config.h"

enum mode_why {
	MODE_ENFORCED,   /* the settings want it, and everybody is in */
	MODE_IN_SHARE,   /* the settings want it, and the host is within the share of the rollout */
	MODE_AUDIT_SAID, /* mode: audit */
	MODE_NOT_TOLD, /* no profile for this host, and rules for others or no mode: what it falls back to changes nothing */
	MODE_OUT_OF_SHARE,
	MODE_NO_IDENTITY, /* a host without an id and a name stays out until everybody is in */
	MODE_WHYS,
};
extern const char *const mode_why_names[MODE_WHYS]; /* for JSON */

struct mode {
	bool audit; /* only look */
	enum mode_why why;
	const char *host; /* what its place is made of: the host's id, else its name; NULL = there is neither */
	unsigned place;   /* core/rollout; means nothing without host */
};

/* facts with FACTS_IDENTITY, and what config_needs() asks for. */
void mode_decide(struct arena *arena, const struct config *config, const struct facts *facts, struct mode *mode);

#endif
