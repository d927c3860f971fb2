#include "queue_state.h"

#include <errno.h>
#include <fcntl.h>
#include <jansson.h>
#include <sys/stat.h>

#include "fd.h"
#include "queue.h"
#include "text.h"

static const char name[] = "state.json";

enum { STATE_MOST = 8 << 10, ERROR_MOST = 1000 };
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

void queue_state_read(struct arena *arena, int folder, struct queue_state *state)
{
	char *bytes;
	size_t length;
	CLEANUP(fd_close) int fd = openat(folder, name, O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK | O_NOCTTY);

	*state = (struct queue_state){0};
	if (fd < 0 || fd_read_all(arena, fd, STATE_MOST, &bytes, &length) != FD_DONE)
		return;
	json_t *object = json_loadb(bytes, length, JSON_REJECT_DUPLICATES, NULL);
	*state = (struct queue_state){
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
	};
	json_decref(object);
}

bool queue_state_write(struct arena *arena, int folder, const struct queue_state *state, struct error *err)
{
	const char *what = state->last_error == NULL
				   ? ""
				   : text_repaired(arena, arena_printf(arena, "%.*s", ERROR_MOST, state->last_error));
	json_t *object = json_pack("{s:I, s:I, s:I, s:b, s:b, s:s, s:I, s:I, s:I, s:s}", "next_try",
				   (json_int_t)state->next_try, "decided", (json_int_t)state->decided, "failures",
				   (json_int_t)state->failures, "fault", (int)state->fault, "plain", (int)state->plain,
				   "fingerprint", state->fingerprint != NULL ? state->fingerprint : "", "last_full",
				   (json_int_t)state->last_full, "last_delivery", (json_int_t)state->last_delivery,
				   "last_status", (json_int_t)state->last_status, "last_error", what);
	char *text = json_dumps(object, JSON_INDENT(2));

	json_decref(object);
	if (text == NULL)
		return error_set(err, "the state cannot be written as JSON");
	bool written = queue_write_lightly(folder, name, text, strlen(text), err);
	free(text);
	return written;
}

bool queue_state_is_due(const struct queue_state *state, int64_t now_ms)
{
	const int64_t most_ms = (int64_t)QUEUE_WAIT_MOST_S * 1000;

	return now_ms >= state->next_try || now_ms < state->decided || state->next_try - now_ms > most_ms;
}
