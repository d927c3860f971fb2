#include "request.h"

#include "../base/number.h"
#include "../base/text.h"

enum { CONNECT_MS = 5000, REPLY_MOST = 64 << 10 };
/* The status line: its three digits stand behind the first blank. */
enum { STATUS_AT = 9, STATUS_DIGITS = 3, FINAL_STATUS = 200, MOST_STATUS = 999 };

static const char schema_address[] = "https://holdfast.example/schema/report.schema.json";

/* What has come back so far. */
struct reply {
	long status; /* of the last status line that is not 1xx; libcurl's own can be that of the transfer before */
	bool whole;  /* the line that ends its headers has come */
	size_t header_bytes;
	size_t length;
	size_t sent_length; /* of the body that was sent */
	const char *words;  /* what libcurl says of a failure */
	char body[REPLY_MOST + 1];
};

static size_t on_header(char *bytes, size_t size, size_t count, void *context)
{
	struct reply *reply = context;
	uint64_t status;

	/* "HTTP/1.1 202 Accepted", without an end */
	const char *digits = size * count > STATUS_AT + STATUS_DIGITS && memcmp(bytes, "HTTP/", 5) == 0
				     ? memchr(bytes, ' ', STATUS_AT)
				     : NULL;
	if (digits != NULL && number_decimal(digits + 1, STATUS_DIGITS, MOST_STATUS, &status) && status >= FINAL_STATUS)
		reply->status = (long)status;
	reply->whole = reply->status != 0 && size * count <= 2 && bytes[0] <= '\r';
	reply->header_bytes += size * count;
	return reply->header_bytes > REPLY_MOST ? 0 : size * count;
}

/* More than fits ends the transfer; the status has been said by then. */
static size_t on_body(char *bytes, size_t size, size_t count, void *context)
{
	struct reply *reply = context;
	size_t length = size * count;

	if (length > REPLY_MOST - reply->length)
		return 0;
	memcpy(reply->body + reply->length, bytes, length);
	reply->length += length;
	return length;
}

static CURLcode set_blob(CURL *curl, CURLoption option, const struct secrets_file *file)
{
	struct curl_blob blob = {.data = file->bytes, .len = file->length, .flags = CURL_BLOB_NOCOPY};

	return file->bytes == NULL ? CURLE_OK : curl_easy_setopt(curl, option, &blob);
}

/* libcurl's setopt is a macro that checks types where it can; each line is one decision. */
static bool set_up(CURL *curl, const char *url, const struct secrets *secrets)
{
	return curl_easy_setopt(curl, CURLOPT_URL, url) == CURLE_OK &&
	       curl_easy_setopt(curl, CURLOPT_PROTOCOLS_STR, "http,https") == CURLE_OK &&
	       curl_easy_setopt(curl, CURLOPT_FOLLOWLOCATION, 0L) == CURLE_OK &&
	       curl_easy_setopt(curl, CURLOPT_UNRESTRICTED_AUTH, 0L) == CURLE_OK &&
	       curl_easy_setopt(curl, CURLOPT_NETRC, (long)CURL_NETRC_IGNORED) == CURLE_OK &&
	       curl_easy_setopt(curl, CURLOPT_PROXY, "") == CURLE_OK &&
	       curl_easy_setopt(curl, CURLOPT_NOSIGNAL, 1L) == CURLE_OK &&
	       curl_easy_setopt(curl, CURLOPT_HTTP_VERSION, (long)CURL_HTTP_VERSION_1_1) == CURLE_OK &&
	       curl_easy_setopt(curl, CURLOPT_SSLVERSION, (long)CURL_SSLVERSION_TLSv1_2) == CURLE_OK &&
	       curl_easy_setopt(curl, CURLOPT_CONNECTTIMEOUT_MS, (long)CONNECT_MS) == CURLE_OK &&
	       curl_easy_setopt(curl, CURLOPT_USERAGENT, "holdfast/" HOLDFAST_VERSION) == CURLE_OK &&
	       curl_easy_setopt(curl, CURLOPT_POST, 1L) == CURLE_OK &&
	       curl_easy_setopt(curl, CURLOPT_HEADERFUNCTION, on_header) == CURLE_OK &&
	       curl_easy_setopt(curl, CURLOPT_WRITEFUNCTION, on_body) == CURLE_OK &&
	       /* A key that wants a password is refused; asking for one would wait for ever. */
	       curl_easy_setopt(curl, CURLOPT_KEYPASSWD, "") == CURLE_OK &&
	       set_blob(curl, CURLOPT_CAINFO_BLOB, &secrets->ca) == CURLE_OK &&
	       /* With authorities of its own the system's do not count: libcurl would still look into its folder. */
	       (secrets->ca.bytes == NULL || curl_easy_setopt(curl, CURLOPT_CAPATH, NULL) == CURLE_OK) &&
	       set_blob(curl, CURLOPT_SSLCERT_BLOB, &secrets->cert) == CURLE_OK &&
	       set_blob(curl, CURLOPT_SSLKEY_BLOB, secrets->key.bytes != NULL ? &secrets->key : &secrets->cert) ==
		       CURLE_OK;
}

bool request_open(const char *url, const struct secrets *secrets, struct request_line *line, struct error *err)
{
	CURL *curl = curl_easy_init();

	if (curl == NULL)
		return error_set(err, "libcurl does not start");
	*line = (struct request_line){.curl = curl, .url = url, .secrets = secrets};
	if (set_up(curl, url, secrets))
		return true;
	request_close(line);
	return error_set(err, "libcurl does not take the settings of this destination");
}

void request_close(struct request_line *line)
{
	curl_easy_cleanup(line->curl);
	line->curl = NULL;
}

/* --- headers ------------------------------------------------------------------------------------------------------ */

/* A field of the report as a header; what could break out of one line is not sent. */
static const char *header_text(const json_t *object, const char *field)
{
	const char *text = json_string_value(json_object_get(object, field));
	static const char allowed[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-:.+_";

	return text != NULL && text[0] != '\0' && strspn(text, allowed) == strlen(text) ? text : "unknown";
}

static bool add(struct curl_slist **list, const char *header)
{
	struct curl_slist *longer = header != NULL ? curl_slist_append(*list, header) : *list;

	if (longer != NULL)
		*list = longer;
	return longer != NULL || header == NULL;
}

/* full, heartbeat, or test: so that a receiver without code can tell them apart. */
static const char *kind_of(const json_t *document)
{
	const char *trigger = json_string_value(json_object_get(json_object_get(document, "run"), "trigger"));

	return trigger != NULL && strcmp(trigger, "test") == 0 ? "test" : header_text(document, "kind");
}

/* The report is an event of CloudEvents 1.0, bound to HTTP in binary mode: the body stays what it is. */
static bool add_headers(struct arena *arena, const struct request_line *line, const struct request *request,
			struct curl_slist **list)
{
	const json_t *document = request->document;
	const char *id = header_text(document, "id");

	return add(list, "Content-Type: application/json") &&
	       add(list, request->packed ? "Content-Encoding: gzip" : NULL) && add(list, "Expect:") &&
	       add(list, "ce-specversion: 1.0") && add(list, "ce-type: org.holdfast.report.v1") &&
	       add(list, arena_printf(arena, "ce-id: %s", id)) &&
	       add(list, arena_printf(arena, "ce-source: urn:holdfast:host:%s",
				      header_text(json_object_get(document, "host"), "id"))) &&
	       add(list, arena_printf(arena, "ce-time: %s", header_text(document, "time"))) &&
	       add(list, arena_printf(arena, "ce-kind: %s", kind_of(document))) &&
	       add(list, arena_printf(arena, "ce-dataschema: %s", schema_address)) &&
	       add(list, arena_printf(arena, "Idempotency-Key: \"%s\"", id)) && add(list, line->secrets->authorization);
}

/* --- the answer --------------------------------------------------------------------------------------------------- */

static bool says_full(const struct reply *reply)
{
	json_t *document = json_loadb(reply->body, reply->length, 0, NULL);
	const char *need = json_string_value(json_object_get(document, "need"));
	bool full = need != NULL && strcmp(need, "full") == 0;

	json_decref(document);
	return full;
}

static enum request_stage stage_of(CURLcode code)
{
	switch ((int)code) {
	case CURLE_COULDNT_RESOLVE_HOST:
	case CURLE_URL_MALFORMAT:
		return REQUEST_NAME;
	case CURLE_COULDNT_CONNECT:
		return REQUEST_CONNECT;
	case CURLE_SSL_CONNECT_ERROR:
	case CURLE_PEER_FAILED_VERIFICATION:
	case CURLE_SSL_CERTPROBLEM:
	case CURLE_SSL_CIPHER:
	case CURLE_SSL_CACERT_BADFILE:
	case CURLE_SSL_ISSUER_ERROR:
	case CURLE_SSL_INVALIDCERTSTATUS:
		return REQUEST_TLS;
	default:
		return REQUEST_ANSWER;
	}
}

static double time_ms(CURL *curl, CURLINFO info)
{
	curl_off_t us = 0;

	return curl_easy_getinfo(curl, info, &us) == CURLE_OK ? (double)us / 1000 : 0;
}

static void take_result(struct arena *arena, CURL *curl, CURLcode code, const struct reply *reply,
			struct request_result *result)
{
	curl_off_t after = 0, uploaded = 0, length = (curl_off_t)reply->sent_length;
	const char *type = NULL;

	/* A half answer, or one to a report that was not even sent whole, is none: it costs nothing to send it again. */
	bool sent = curl_easy_getinfo(curl, CURLINFO_SIZE_UPLOAD_T, &uploaded) == CURLE_OK && uploaded == length;
	bool taken = reply->status >= 200 && reply->status < 300;
	*result = (struct request_result){
		.status = taken && !(sent && reply->whole) ? 0 : reply->status,
		.stage = REQUEST_ANSWER,
		.name_ms = time_ms(curl, CURLINFO_NAMELOOKUP_TIME_T),
		.connect_ms = time_ms(curl, CURLINFO_CONNECT_TIME_T),
		.tls_ms = time_ms(curl, CURLINFO_APPCONNECT_TIME_T),
		.total_ms = time_ms(curl, CURLINFO_TOTAL_TIME_T),
	};
	if (result->status != 0 && curl_easy_getinfo(curl, CURLINFO_RETRY_AFTER, &after) == CURLE_OK && after > 0)
		result->retry_after_s = after;
	if (result->status != 0 && curl_easy_getinfo(curl, CURLINFO_CONTENT_TYPE, &type) == CURLE_OK && type != NULL)
		result->is_page = strncasecmp(type, "text/html", strlen("text/html")) == 0;
	if (result->status == 409)
		result->need_full = says_full(reply);
	if (result->status != 0)
		return;
	result->stage = stage_of(code);
	/* A time-out has no code of its own for where it struck, and a handshake counts as connecting. */
	if (code == CURLE_OPERATION_TIMEDOUT && result->connect_ms <= 0)
		result->stage = strstr(reply->words, "SSL") != NULL ? REQUEST_TLS
				: result->name_ms <= 0              ? REQUEST_NAME
								    : REQUEST_CONNECT;
	result->failure = arena_string(arena, reply->words[0] != '\0' ? reply->words
								      : (code == CURLE_OK ? "the answer was cut off"
											  : curl_easy_strerror(code)));
}

bool request_send(struct arena *arena, const struct request_line *line, const struct request *request,
		  struct request_result *result, struct error *err)
{
	struct curl_slist *headers = NULL;
	struct reply *reply = arena_alloc(arena, sizeof(*reply));
	char words[CURL_ERROR_SIZE] = "";

	reply->sent_length = request->body->length;
	CURL *curl = line->curl;

	bool ready = add_headers(arena, line, request, &headers) &&
		     curl_easy_setopt(curl, CURLOPT_HTTPHEADER, headers) == CURLE_OK &&
		     curl_easy_setopt(curl, CURLOPT_POSTFIELDS, request->body->items) == CURLE_OK &&
		     curl_easy_setopt(curl, CURLOPT_POSTFIELDSIZE_LARGE, (curl_off_t)request->body->length) ==
			     CURLE_OK &&
		     curl_easy_setopt(curl, CURLOPT_TIMEOUT_MS, request->timeout_ms) == CURLE_OK &&
		     curl_easy_setopt(curl, CURLOPT_HEADERDATA, reply) == CURLE_OK &&
		     curl_easy_setopt(curl, CURLOPT_WRITEDATA, reply) == CURLE_OK &&
		     curl_easy_setopt(curl, CURLOPT_ERRORBUFFER, words) == CURLE_OK;
	if (ready) {
		CURLcode code = curl_easy_perform(curl);
		reply->words = words;
		take_result(arena, curl, code, reply, result);
	}
	(void)curl_easy_setopt(curl, CURLOPT_ERRORBUFFER, NULL);
	(void)curl_easy_setopt(curl, CURLOPT_HTTPHEADER, NULL);
	curl_slist_free_all(headers);
	return ready || error_set(err, "libcurl does not take the request");
}
