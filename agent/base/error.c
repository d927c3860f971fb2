#include "error.h"

#include <stdarg.h>

bool error_set(struct error *err, const char *format, ...)
{
	va_list arguments;

	va_start(arguments, format);
	vsnprintf(err->text, sizeof(err->text), format, arguments);
	va_end(arguments);
	err->number = 0;
	return false;
}

bool error_system(struct error *err, int cause, const char *format, ...)
{
	va_list arguments;
	const char *meaning = strerrordesc_np(cause);

	va_start(arguments, format);
	int length = vsnprintf(err->text, sizeof(err->text), format, arguments);
	va_end(arguments);
	if (length >= 0 && (size_t)length < sizeof(err->text)) {
		snprintf(err->text + length, sizeof(err->text) - (size_t)length, ": %s",
			 meaning != NULL ? meaning : "unknown error");
	}
	err->number = cause;
	return false;
}

bool error_wrap(struct error *err, const char *format, ...)
{
	char inner[sizeof(err->text)];
	va_list arguments;

	snprintf(inner, sizeof(inner), "%s", err->text);
	va_start(arguments, format);
	int length = vsnprintf(err->text, sizeof(err->text), format, arguments);
	va_end(arguments);
	if (length >= 0 && (size_t)length < sizeof(err->text))
		snprintf(err->text + length, sizeof(err->text) - (size_t)length, ": %s", inner);
	return false;
}
