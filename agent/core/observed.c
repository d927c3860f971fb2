#include "observed.h"

#include "../base/text.h"

bool observed_expressible(const struct boot_ability *ability, const struct requirement *requirement)
{
	if (!ability->wildcards)
		return false;
	for (size_t i = 0; i < requirement->except.count; i++) {
		if (text_is_glob(requirement->except.items[i]) && !ability->exclusion_patterns)
			return false;
	}
	return true;
}
