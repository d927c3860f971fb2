#include "findings.h"

PRINTF_LIKE(4, 0)
static void add(struct findings *findings, enum finding_severity severity, struct source source, const char *format,
		va_list arguments)
{
	if (severity == FINDING_ERROR)
		findings->errors++;
	if (findings->count >= FINDINGS_LISTED) {
		findings->unlisted++;
		return;
	}
	*ARRAY_ADD(findings->arena, findings) = (struct finding){
		.source = source,
		.severity = severity,
		.text = arena_vprintf(findings->arena, format, arguments),
	};
}

void findings_error(struct findings *findings, struct source source, const char *format, ...)
{
	va_list arguments;

	va_start(arguments, format);
	add(findings, FINDING_ERROR, source, format, arguments);
	va_end(arguments);
}

void findings_warning(struct findings *findings, struct source source, const char *format, ...)
{
	va_list arguments;

	va_start(arguments, format);
	add(findings, FINDING_WARNING, source, format, arguments);
	va_end(arguments);
}
