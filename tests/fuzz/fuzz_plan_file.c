/* A saved plan from anybody: read or refused with a reason; what was read is complete. */
#include "fuzz.h"
#include "load/load_plan.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct arena arena = {0};
	struct findings findings = {.arena = &arena};
	struct load_plan plan = {0};
	char *text = arena_copy(&arena, (const char *)data, size);

	if (load_plan(&arena, "plan.json", text, size, &findings, &plan)) {
		HOLD(findings.errors == 0);
		HOLD(plan.host_name != NULL && plan.digest != NULL && plan.loader != NULL && plan.time != NULL);
		for (size_t i = 0; i < plan.profiles.count; i++)
			HOLD(plan.profiles.items[i] != NULL);
		for (size_t i = 0; i < plan.steps.count; i++)
			HOLD(plan.steps.items[i].kind != NULL);
		for (size_t i = 0; i < plan.files.count; i++)
			HOLD(plan.files.items[i].file != NULL);
	} else {
		fuzz_refused(&findings);
	}
	arena_free(&arena);
	return 0;
}
