#include "report.h"

const struct profile *report_profile(const struct report *report)
{
	return report->layers->count == 0 ? NULL : report->layers->items[report->layers->count - 1];
}

bool report_is_secret(const struct desired_item *item)
{
	return item->row != NULL && item->row->hazard == HAZARD_SECRET;
}

bool report_hides(const struct plan_step *step)
{
	return step->path != NULL && catalogue_is_secret(step->path);
}
