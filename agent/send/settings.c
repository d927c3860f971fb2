#include "settings.h"

#include <errno.h>
#include <fcntl.h>
#include <jansson.h>
#include <sys/stat.h>
#include <unistd.h>

#include "../base/array.h"
#include "../base/fd.h"
#include "../base/text.h"

static const char name[] = "destinations.json";

enum { SETTINGS_MOST = 1 << 20 };

static const char *text_of(struct arena *arena, const json_t *object, const char *field)
{
	const char *text = json_string_value(json_object_get(object, field));

	return text != NULL ? arena_string(arena, text) : NULL;
}

/* A name that is one folder of the spool, whatever wrote it. */
static bool is_folder_name(const char *text)
{
	return text != NULL && text[0] != '\0' && text[0] != '.' && strchr(text, '/') == NULL;
}

static bool take(struct arena *arena, const json_t *document, struct settings *settings)
{
	const json_t *items = json_object_get(document, "destinations"), *one;
	size_t i;

	settings->host_id = text_of(arena, document, "host_id");
	json_array_foreach(items, i, one)
	{
		const struct settings_destination destination = {
			.name = text_of(arena, one, "name"),
			.url = text_of(arena, one, "url"),
			.token_file = text_of(arena, one, "token_file"),
			.ca_file = text_of(arena, one, "ca_file"),
			.cert_file = text_of(arena, one, "cert_file"),
			.key_file = text_of(arena, one, "key_file"),
		};

		if (!is_folder_name(destination.name) || destination.url == NULL)
			return false;
		*ARRAY_ADD(arena, &settings->destinations) = destination;
	}
	return json_is_array(items);
}

bool settings_read(struct arena *arena, int spool, struct settings *settings, struct error *err)
{
	struct stat status;
	char *bytes;
	size_t length;
	CLEANUP(fd_close) int fd = openat(spool, name, O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK | O_NOCTTY);

	*settings = (struct settings){0};
	if (fd < 0 || fstat(fd, &status) != 0)
		return error_system(err, errno, "open %s of the spool", name);
	if (status.st_uid != 0 && status.st_uid != geteuid())
		return error_set(err, "%s of the spool belongs to another user", name);
	if (fd_read_all(arena, fd, SETTINGS_MOST, &bytes, &length) != FD_DONE)
		return error_set(err, "%s of the spool cannot be read", name);
	json_t *document = json_loadb(bytes, length, JSON_REJECT_DUPLICATES, NULL);
	bool whole = take(arena, document, settings);
	json_decref(document);
	return whole || error_set(err, "%s of the spool is damaged; 'holdfast report --flush' writes it anew", name);
}

const char *settings_shown_url(struct arena *arena, const char *url)
{
	return text_printable(arena, arena_copy(arena, url, strcspn(url, "?#")));
}
