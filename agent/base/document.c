#include "document.h"

#include "queue.h"

enum { REAL_DIGITS = 15 };
/* A list of reserved ports may have 64 KiB, and a report that is sent is read by people. */
enum { VALUE_MOST = 4096 };

static bool is_compliant(const json_t *parameter)
{
	const char *status = json_string_value(json_object_get(parameter, "status"));

	return status != NULL && strcmp(status, "compliant") == 0;
}

/* Cuts every text below that is too long, and says how long it was. */
static void cut_values(struct arena *arena, json_t *value)
{
	const char *name;
	size_t i;
	json_t *part;

	json_object_foreach(value, name, part)
	{
		cut_values(arena, part);
	}
	json_array_foreach(value, i, part)
	{
		cut_values(arena, part);
	}
	if (json_string_length(value) <= VALUE_MOST)
		return;
	const char *text = json_string_value(value);
	size_t kept = VALUE_MOST;
	while (kept > 0 && ((unsigned char)text[kept] & 0xc0u) == 0x80)
		kept--;
	json_string_set(value, arena_printf(arena, "%.*s [cut, %zu bytes]", (int)kept, text, strlen(text)));
}

void document_cut(struct arena *arena, json_t *document)
{
	cut_values(arena, json_object_get(document, "parameters"));
	cut_values(arena, json_object_get(document, "changes"));
}

json_t *document_heartbeat(json_t *full, const char *id)
{
	static const char *const left_out[] = {"parameters", "parameters_left_out", "changes", "tcp", "tcp_before"};
	json_t *document = json_copy(full);

	for (size_t i = 0; i < COUNT_OF(left_out); i++)
		json_object_del(document, left_out[i]);
	json_object_set_new(document, "id", json_string(id));
	json_object_set_new(document, "kind", json_string("heartbeat"));
	return document;
}

json_t *document_shorter(json_t *full)
{
	json_t *document = json_copy(full), *kept = json_array();
	const json_t *parameters = json_object_get(full, "parameters");
	size_t i;
	json_t *one;

	json_array_foreach(parameters, i, one)
	{
		if (!is_compliant(one))
			json_array_append(kept, one);
	}
	json_object_set_new(document, "parameters_left_out",
			    json_integer((json_int_t)(json_array_size(parameters) - json_array_size(kept))));
	json_object_set_new(document, "parameters", kept);
	return document;
}

json_t *document_counts_only(json_t *full)
{
	json_t *document = json_copy(full);
	size_t count = json_array_size(json_object_get(full, "parameters"));

	json_object_set_new(document, "parameters_left_out", json_integer((json_int_t)count));
	json_object_set_new(document, "parameters", json_array());
	json_object_set_new(document, "changes", json_array());
	json_object_del(document, "tcp");
	json_object_del(document, "tcp_before");
	return document;
}

bool document_pack(struct arena *arena, const json_t *document, struct gzip_bytes *plain, struct gzip_bytes *packed,
		   struct error *err)
{
	char *text = json_dumps(document, JSON_COMPACT | JSON_REAL_PRECISION(REAL_DIGITS));

	if (text == NULL)
		return error_set(err, "the report cannot be written as JSON");
	*plain = (struct gzip_bytes){arena_string(arena, text), strlen(text)};
	free(text);
	if (plain->length > QUEUE_PLAIN_MOST)
		return error_set(err, "the report has more than %d bytes", QUEUE_PLAIN_MOST);
	if (!gzip_pack(arena, plain->items, plain->length, packed, err))
		return false;
	return packed->length <= QUEUE_PACKED_MOST ||
	       error_set(err, "the report has more than %d bytes, packed", QUEUE_PACKED_MOST);
}

bool document_has_changes(const json_t *document)
{
	return json_array_size(json_object_get(document, "changes")) > 0;
}
