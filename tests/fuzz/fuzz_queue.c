/*
 * A file of a queue from anybody, as it is and packed: read, or spoiled with a reason, in bounded memory. What was read is made
 * into the shorter forms of it. Held to: the report itself stays what it was, a sign of life lacks what it stands for, a shorter
 * form lacks only what is in line and says how much, and what is packed comes back.
 */
#include "base/document.h"
#include "base/queue.h"
#include "fuzz_folder.h"

static const char id[] = "01a204f9-53ae-734a-8c52-f7826d871244",
		  name[] = "01a204f9-53ae-734a-8c52-f7826d871244.json.gz";
static const char other_id[] = "01a204f9-53ae-7000-8000-000000000001";

static char *dumped(const json_t *value)
{
	char *text = json_dumps(value, JSON_COMPACT | JSON_SORT_KEYS | JSON_REAL_PRECISION(15));

	HOLD(text != NULL);
	return text;
}

static const char *text_of(const json_t *object, const char *field)
{
	const char *text = json_string_value(json_object_get(object, field));

	return text != NULL ? text : "";
}

static void use_heartbeat(json_t *document)
{
	static const char *const gone[] = {"parameters", "parameters_left_out", "changes", "tcp", "tcp_before"};
	json_t *heartbeat = document_heartbeat(document, other_id);

	for (size_t i = 0; i < COUNT_OF(gone); i++)
		HOLD(json_object_get(heartbeat, gone[i]) == NULL);
	HOLD(strcmp(text_of(heartbeat, "id"), other_id) == 0 && strcmp(text_of(heartbeat, "kind"), "heartbeat") == 0);
	HOLD(!document_has_changes(heartbeat));
	json_decref(heartbeat);
}

static void use_shorter(json_t *document)
{
	json_t *shorter = document_shorter(document), *kept = json_object_get(shorter, "parameters");
	json_int_t left_out = json_integer_value(json_object_get(shorter, "parameters_left_out"));
	const json_t *one;
	size_t i;

	HOLD(json_is_array(kept) && strcmp(text_of(shorter, "id"), id) == 0);
	HOLD((json_int_t)json_array_size(kept) + left_out ==
	     (json_int_t)json_array_size(json_object_get(document, "parameters")));
	json_array_foreach(kept, i, one) HOLD(strcmp(text_of(one, "status"), "compliant") != 0);
	json_decref(shorter);
}

static void use_shortest(json_t *document)
{
	json_t *shortest = document_counts_only(document);

	HOLD(json_array_size(json_object_get(shortest, "parameters")) == 0 && !document_has_changes(shortest));
	HOLD(json_integer_value(json_object_get(shortest, "parameters_left_out")) ==
	     (json_int_t)json_array_size(json_object_get(document, "parameters")));
	HOLD(strcmp(text_of(shortest, "id"), id) == 0 && json_object_get(shortest, "tcp") == NULL);
	json_decref(shortest);
}

static void use_packed(struct arena *arena, const json_t *document)
{
	struct gzip_bytes plain, packed, again;
	struct error err = {.text = ""};

	if (!document_pack(arena, document, &plain, &packed, &err)) {
		HOLD(err.text[0] != '\0');
		return;
	}
	HOLD(packed.length <= QUEUE_PACKED_MOST && plain.length <= QUEUE_PLAIN_MOST);
	HOLD(memchr(plain.items, '\n', plain.length) == NULL);
	HOLD(gzip_unpack(arena, &packed, QUEUE_PLAIN_MOST, &again, &err));
	HOLD(again.length == plain.length && memcmp(again.items, plain.items, plain.length) == 0);
}

static void use(struct arena *arena, json_t *document)
{
	char *before = dumped(document);

	(void)document_has_changes(document);
	use_heartbeat(document);
	use_shorter(document);
	use_shortest(document);
	use_packed(arena, document);
	char *after = dumped(document);
	HOLD(strcmp(before, after) == 0);
	free(before);
	free(after);
}

static void read_file(const void *bytes, size_t length)
{
	struct arena arena = {0};
	struct queue_report report;
	struct error err = {.text = ""};

	fuzz_folder_write(name, bytes, length);
	switch (queue_read(&arena, fuzz_folder(), name, &report, &err)) {
	case QUEUE_READ:
		HOLD(report.packed.length == length && report.plain.length <= QUEUE_PLAIN_MOST);
		HOLD(strcmp(text_of(report.document, "id"), id) == 0);
		use(&arena, report.document);
		json_decref(report.document);
		break;
	case QUEUE_SPOILED:
		HOLD(err.text[0] != '\0');
		break;
	case QUEUE_GONE:
	case QUEUE_FAILED:
		HOLD(!"a file that is there can be read");
	}
	fuzz_folder_take_away(name);
	arena_free(&arena);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct arena arena = {0};
	struct gzip_bytes packed;
	struct error err;

	read_file(data, size);
	HOLD(gzip_pack(&arena, (const char *)data, size, &packed, &err));
	read_file(packed.items, packed.length);
	arena_free(&arena);
	return 0;
}
