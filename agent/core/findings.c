#include "findings.h"

const char *const finding_severity_names[FINDING_SEVERITIES] = {
	[FINDING_ERROR] = "error",
	[FINDING_WARNING] = "warning",
	[FINDING_NOTE] = "note",
};

void findings_add(struct findings *findings, const struct finding *finding)
{
	findings->of[finding->severity]++;
	if (finding->severity == FINDING_ERROR) {
		findings->errors++;
		findings->invalid += finding->rule == RULE_INVALID;
	}
	if (findings->count >= (findings->most > 0 ? findings->most : FINDINGS_LISTED)) {
		findings->unlisted++;
		return;
	}
	*ARRAY_ADD(findings->arena, findings) = *finding;
}

void findings_error(struct findings *findings, struct source source, const char *format, ...)
{
	struct finding finding = {.source = source, .severity = FINDING_ERROR};
	va_list arguments;

	va_start(arguments, format);
	finding.text = arena_vprintf(findings->arena, format, arguments);
	va_end(arguments);
	findings_add(findings, &finding);
}

void findings_ruled(struct findings *findings, enum rule rule, struct source source, const char *format, ...)
{
	struct finding finding = {.source = source, .severity = FINDING_ERROR, .rule = rule};
	va_list arguments;

	va_start(arguments, format);
	finding.text = arena_vprintf(findings->arena, format, arguments);
	va_end(arguments);
	findings_add(findings, &finding);
}

void findings_warning(struct findings *findings, struct source source, const char *format, ...)
{
	struct finding finding = {.source = source, .severity = FINDING_WARNING, .rule = RULE_ODD_FILE};
	va_list arguments;

	va_start(arguments, format);
	finding.text = arena_vprintf(findings->arena, format, arguments);
	va_end(arguments);
	findings_add(findings, &finding);
}
