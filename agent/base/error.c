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

/* Always in English; strerror(3) of the C library of glibc asks for the locale. */
static const char *text_of_errno(int cause)
{
#ifdef __GLIBC__
	return strerrordesc_np(cause);
#else
	return strerror(cause);
#endif
}

bool error_system(struct error *err, int cause, const char *format, ...)
{
	va_list arguments;
	const char *meaning = text_of_errno(cause);

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
