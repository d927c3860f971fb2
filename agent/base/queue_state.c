#include "queue_state.h"

#include <errno.h>
#include <fcntl.h>
#include <jansson.h>
#include <sys/stat.h>

#include "digest.h"
#include "fd.h"
#include "queue.h"
#include "text.h"

static const char name[] = "state.json";

enum { STATE_MOST = 64 << 10, ERROR_MOST = 1000 };
/* Whatever is counted or dated there is below this: 2^53, as far as JSON's readers agree. */
static const int64_t number_most = (int64_t)1 << 53;

static int64_t number_of(const json_t *object, const char *field)
{
	const json_t *found = json_object_get(object, field);

	int64_t value = json_integer_value(found);

	return json_is_integer(found) && value >= 0 && value < number_most ? value : 0;
}

static const char *text_of(struct arena *arena, const json_t *object, const char *field)
{
	const char *found = json_string_value(json_object_get(object, field));

	return found != NULL && found[0] != '\0' ? arena_string(arena, found) : NULL;
}

void queue_state_read(struct arena *arena, int folder, const char *url, struct queue_state *state)
{
	char *bytes;
	size_t length;
	CLEANUP(fd_close) int fd = openat(folder, name, O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK | O_NOCTTY);

	const char *digest = digest_hex(arena, url, strlen(url));

	*state = (struct queue_state){.url_digest = digest};
	if (fd < 0 || fd_read_all(arena, fd, STATE_MOST, &bytes, &length) != FD_DONE)
		return;
	json_t *object = json_loadb(bytes, length, JSON_REJECT_DUPLICATES, NULL);
	const char *whose = text_of(arena, object, "url_digest");
	struct queue_state found = {
		.url_digest = digest,
		.next_try = number_of(object, "next_try"),
		.decided = number_of(object, "decided"),
		.failures = number_of(object, "failures"),
		.fault = json_is_true(json_object_get(object, "fault")),
		.plain = json_is_true(json_object_get(object, "plain")),
		.fingerprint = text_of(arena, object, "fingerprint"),
		.last_full = number_of(object, "last_full"),
		.last_delivery = number_of(object, "last_delivery"),
		.last_status = number_of(object, "last_status"),
		.last_error = text_of(arena, object, "last_error"),
		.refused = number_of(object, "refused"),
		.last_refused = text_of(arena, object, "last_refused"),
	};
	json_decref(object);
	if (whose != NULL && strcmp(whose, digest) == 0)
		*state = found;
}

/* Cut where it is too long. */
static json_t *words(struct arena *arena, const char *text)
{
	return json_string(text == NULL ? "" : text_repaired(arena, arena_printf(arena, "%.*s", ERROR_MOST, text)));
}

static json_t *state_json(struct arena *arena, const struct queue_state *state)
{
	json_t *object = json_object();
	const struct {
		const char *name;
		json_t *value;
	} fields[] = {
		{"url_digest", words(arena, state->url_digest)},
		{"next_try", json_integer(state->next_try)},
		{"decided", json_integer(state->decided)},
		{"failures", json_integer(state->failures)},
		{"fault", json_boolean(state->fault)},
		{"plain", json_boolean(state->plain)},
		{"fingerprint", words(arena, state->fingerprint)},
		{"last_full", json_integer(state->last_full)},
		{"last_delivery", json_integer(state->last_delivery)},
		{"last_status", json_integer(state->last_status)},
		{"last_error", words(arena, state->last_error)},
		{"refused", json_integer(state->refused)},
		{"last_refused", words(arena, state->last_refused)},
	};

	for (size_t i = 0; i < COUNT_OF(fields); i++)
		json_object_set_new(object, fields[i].name, fields[i].value);
	return object;
}

bool queue_state_write(struct arena *arena, int folder, const struct queue_state *state, bool synced, struct error *err)
{
	json_t *object = state_json(arena, state);
	char *text = json_dumps(object, JSON_INDENT(2));

	json_decref(object);
	if (text == NULL)
		return error_set(err, "the state cannot be written as JSON");
	bool written = synced ? queue_write(folder, name, text, strlen(text), err)
			      : queue_write_lightly(folder, name, text, strlen(text), err);
	free(text);
	return written;
}

bool queue_state_is_due(const struct queue_state *state, int64_t now_ms)
{
	const int64_t most_ms = (int64_t)QUEUE_WAIT_MOST_S * 1000;

	return now_ms >= state->next_try || now_ms < state->decided || state->next_try - now_ms > most_ms;
}
