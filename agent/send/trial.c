#include "trial.h"

#include "../base/clock.h"
#include "../base/digest.h"
#include "../base/document.h"
#include "../base/text.h"
#include "answer.h"

enum { TRIAL_MS = 20000, ENCODING_NOT_TAKEN = 415 };

static const struct {
	const char *word, *advice;
} stages[REQUEST_STAGES] = {
	[REQUEST_NAME] = {"name", "look at 'url' in agent.yaml, and at /etc/resolv.conf"},
	[REQUEST_CONNECT] = {"connection", "is the receiver up, and no firewall between?"},
	[REQUEST_TLS] = {"TLS", "look at 'ca_file', 'cert_file' and 'key_file', and at the receiver's certificate"},
	[REQUEST_ANSWER] = {"answer", "something listens there that does not speak HTTP, or not in time"},
};

struct verdict {
	bool good;
	const char *error, *advice; /* NULL: none */
};

static struct verdict judge(struct arena *arena, const struct request_result *result)
{
	if (result->status == 0)
		return (struct verdict){false, text_printable(arena, result->failure),
					strstr(result->failure, "wrong version number") != NULL
						? "it does not speak TLS on that port: is it http, or another port?"
						: stages[result->stage].advice};
	const struct answer_case given = {result->status, result->need_full, result->is_page};
	const struct answer answer = answer_of(&given);
	/* That it wants more than a sign of life is an answer of one that works. */
	bool good = answer.action == ANSWER_TAKEN || answer.action == ANSWER_FULL;
	/* What was tried lies nowhere. */
	const char *advice = answer.action == ANSWER_NEVER ? "ask who runs it why" : answer.advice;
	return (struct verdict){good, good ? NULL : answer.meaning, good ? NULL : advice};
}

static void print_json(const struct trial *trial, const struct request_result *result, const struct verdict *verdict)
{
	json_t *object = json_pack("{s:s, s:s, s:b, s:I}", "destination", trial->name, "url", trial->shown_url, "ok",
				   (int)verdict->good, "status", (json_int_t)(result != NULL ? result->status : 0));

	if (result != NULL) {
		json_object_set_new(object, "name_ms", json_real(result->name_ms));
		json_object_set_new(object, "connect_ms", json_real(result->connect_ms));
		json_object_set_new(object, "tls_ms", json_real(result->tls_ms));
		json_object_set_new(object, "total_ms", json_real(result->total_ms));
		if (result->status == 0)
			json_object_set_new(object, "failed_at", json_string(stages[result->stage].word));
	}
	if (verdict->error != NULL)
		json_object_set_new(object, "error", json_string(verdict->error));
	if (verdict->advice != NULL)
		json_object_set_new(object, "advice", json_string(verdict->advice));
	char *text = json_dumps(object, JSON_COMPACT | JSON_REAL_PRECISION(6));
	printf("%s\n", text != NULL ? text : "{}");
	free(text);
	json_decref(object);
}

static void print_stage(struct text *out, const char *word, double since_ms, double until_ms)
{
	text_format(out, "  %-11s ok  %6.1f ms\n", word, until_ms > since_ms ? until_ms - since_ms : 0);
}

static void print_text(struct arena *arena, const struct trial *trial, const struct request_result *result,
		       const struct verdict *verdict)
{
	struct text out = {.arena = arena};
	enum request_stage came = result == NULL ? REQUEST_NAME : result->status != 0 ? REQUEST_STAGES : result->stage;

	text_format(&out, "%s  %s\n", trial->name, trial->shown_url);
	if (came > REQUEST_NAME)
		print_stage(&out, stages[REQUEST_NAME].word, 0, result->name_ms);
	if (came > REQUEST_CONNECT)
		print_stage(&out, stages[REQUEST_CONNECT].word, result->name_ms, result->connect_ms);
	if (came > REQUEST_TLS && result->tls_ms > 0)
		print_stage(&out, stages[REQUEST_TLS].word, result->connect_ms, result->tls_ms);
	if (result != NULL && result->status != 0)
		text_format(&out, "  %-11s %ld %s%s\n", stages[REQUEST_ANSWER].word, result->status,
			    verdict->good ? "ok" : "FAILED: ", verdict->good ? "" : verdict->error);
	else
		text_format(&out, "  %-11s FAILED: %s\n", result != NULL ? stages[came].word : "settings",
			    verdict->error);
	if (verdict->advice != NULL)
		text_format(&out, "  what to do: %s\n", verdict->advice);
	fputs(out.bytes, stdout);
	fflush(stdout);
}

static void print(struct arena *arena, const struct trial *trial, const struct request_result *result,
		  const struct verdict *verdict)
{
	if (trial->json)
		print_json(trial, result, verdict);
	else
		print_text(arena, trial, result, verdict);
}

static bool send_heartbeat(struct arena *arena, json_t *last, const struct request_line *line,
			   struct request_result *result, struct error *err)
{
	struct gzip_bytes plain, packed;
	const char *id;

	if (!digest_uuid7(arena, clock_now_ms(), &id, err))
		return false;
	json_t *heartbeat = document_heartbeat(last, id), *run = json_copy(json_object_get(last, "run"));
	json_object_set_new(run, "trigger", json_string("test"));
	json_object_set_new(heartbeat, "run", run);
	struct request request = {.body = &packed, .packed = true, .document = heartbeat, .timeout_ms = TRIAL_MS};
	bool sent = document_pack(arena, heartbeat, &plain, &packed, err) &&
		    request_send(arena, line, &request, result, err);
	/* As a delivery does it. */
	if (sent && result->status == ENCODING_NOT_TAKEN) {
		request.body = &plain;
		request.packed = false;
		sent = request_send(arena, line, &request, result, err);
	}
	json_decref(heartbeat);
	return sent;
}

bool trial_run(struct arena *arena, const struct trial *trial, const struct request_line *line)
{
	struct request_result result;
	struct error err = {0};

	if (trial->last == NULL) {
		trial_fail(arena, trial, "no report has been kept yet; 'holdfast run' makes one");
		return false;
	}
	if (!send_heartbeat(arena, trial->last, line, &result, &err)) {
		trial_fail(arena, trial, err.text);
		return false;
	}
	const struct verdict verdict = judge(arena, &result);
	print(arena, trial, &result, &verdict);
	return verdict.good;
}

void trial_fail(struct arena *arena, const struct trial *trial, const char *why)
{
	const struct verdict verdict = {.error = text_printable(arena, why),
					.advice = "look at what agent.yaml says of this destination"};

	print(arena, trial, NULL, &verdict);
}
