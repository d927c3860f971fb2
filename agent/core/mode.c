#include "mode.h"

#include "rollout.h"

const char *const mode_why_names[MODE_WHYS] = {
	[MODE_ENFORCED] = "enforced", [MODE_IN_SHARE] = "in_share",         [MODE_AUDIT_SAID] = "audit_said",
	[MODE_NOT_TOLD] = "not_told", [MODE_OUT_OF_SHARE] = "out_of_share", [MODE_NO_IDENTITY] = "no_identity",
};

enum { EVERYBODY = 100 };

static enum mode_why why(struct arena *arena, const struct config *config, const struct facts *facts,
			 const struct mode *mode)
{
	if (config->audit)
		return MODE_AUDIT_SAID;
	/* Who has rules means the hosts that they fit: one that was forgotten is not to be changed to `default`. */
	if (config_profiles(config, facts)->count == 0 && (!config->enforce || config->assign.count > 0))
		return MODE_NOT_TOLD;
	if (config->rollout_percent >= EVERYBODY)
		return MODE_ENFORCED;
	if (mode->host == NULL)
		return MODE_NO_IDENTITY;
	return rollout_includes(arena, config->rollout_percent, config->rollout_seed, mode->host) ? MODE_IN_SHARE
												  : MODE_OUT_OF_SHARE;
}

void mode_decide(struct arena *arena, const struct config *config, const struct facts *facts, struct mode *mode)
{
	*mode = (struct mode){.host = facts->host_id != NULL ? facts->host_id : facts->host_name};
	if (mode->host != NULL)
		mode->place = rollout_place(arena, config->rollout_seed, mode->host);
	mode->why = why(arena, config, facts, mode);
	mode->audit = mode->why != MODE_ENFORCED && mode->why != MODE_IN_SHARE;
}
