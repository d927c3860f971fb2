/*
 * One POST of one report: the only code that talks to an endpoint, by libcurl. Whatever comes back is bounded in time (20
 * s) and in size (64 KiB of headers and as much of a body), and never followed to another place.
 */
#ifndef HOLDFAST_SEND_REQUEST_H
#define HOLDFAST_SEND_REQUEST_H

#include <curl/curl.h>
#include <jansson.h>

#include "../base/gzip.h"
#include "secrets.h"

/* A connection to one destination, used again for each request. */
struct request_line {
	CURL *curl;
	const char *url;
	const struct secrets *secrets;
};

bool request_open(const char *url, const struct secrets *secrets, struct request_line *line, struct error *err)
	MUST_CHECK;
void request_close(struct request_line *line);

/* How far a request came before it failed. */
enum request_stage { REQUEST_NAME, REQUEST_CONNECT, REQUEST_TLS, REQUEST_ANSWER, REQUEST_STAGES };

struct request_result {
	long status;           /* 0: none has come */
	int64_t retry_after_s; /* 0: none asked for */
	bool need_full;        /* the body said {"need":"full"} */
	bool is_page;          /* the body is HTML: a server in front answers, and has not read the report */
	const char *failure;   /* what libcurl says when no status has come; NULL = one has */
	enum request_stage stage;
	double name_ms, connect_ms, tls_ms, total_ms; /* since the start; 0 = not come to, or not needed */
};

/* body: as it is sent; packed: with Content-Encoding: gzip. The document is where the headers come from. */
struct request {
	const struct gzip_bytes *body;
	bool packed;
	const json_t *document;
	long timeout_ms;
};
bool request_send(struct arena *arena, const struct request_line *line, const struct request *request,
		  struct request_result *result, struct error *err) MUST_CHECK;

#endif
