#include "catalogue.h"

const struct catalogue_version catalogue_latest = {6, 18};

/* Plain integers without limits of their own: what fits into an int. */
#define ANY_INT CATALOGUE_FROM_TO(INT32_MIN, INT32_MAX)
#define FLAG CATALOGUE_FROM_TO(0, 1)

/* clang-format off */
#define CATALOGUE_ROW(...) {__VA_ARGS__},
#define CATALOGUE_TEXT(...)
const struct catalogue_row catalogue_rows[] = {
#include "catalogue_table.h"
};
#undef CATALOGUE_ROW
#undef CATALOGUE_TEXT

#define CATALOGUE_ROW(...)
#define CATALOGUE_TEXT(...) {__VA_ARGS__},
const struct catalogue_text catalogue_texts[] = {
#include "catalogue_table.h"
};
#undef CATALOGUE_ROW
#undef CATALOGUE_TEXT
/* clang-format on */

const size_t catalogue_row_count = COUNT_OF(catalogue_rows);

const struct catalogue_family catalogue_families[] = {
	{.prefix = "net/bridge", .kind = FAMILY_MODULE, .module = "br_netfilter"},
	{.prefix = "net/ipv4/conf", .kind = FAMILY_INSTANCES, .ordered = true},
	{.prefix = "net/ipv4/neigh", .kind = FAMILY_INSTANCES},
	{.prefix = "net/ipv6", .kind = FAMILY_STACK},
	{.prefix = "net/ipv6/conf", .kind = FAMILY_INSTANCES, .ordered = true},
	{.prefix = "net/ipv6/neigh", .kind = FAMILY_INSTANCES},
	{.prefix = "net/mptcp", .kind = FAMILY_STACK},
	{.prefix = "net/netfilter", .kind = FAMILY_MODULE, .module = "nf_conntrack"},
};
const size_t catalogue_family_count = COUNT_OF(catalogue_families);

const char *const catalogue_tcp_keys[CATALOGUE_TCPS] = {
	[CATALOGUE_TCP_RANGE] = "net/ipv4/ip_local_port_range",
	[CATALOGUE_TCP_RESERVED] = "net/ipv4/ip_local_reserved_ports",
	[CATALOGUE_TCP_REUSE] = "net/ipv4/tcp_tw_reuse",
	[CATALOGUE_TCP_REUSE_DELAY] = "net/ipv4/tcp_tw_reuse_delay",
	[CATALOGUE_TCP_TIMESTAMPS] = "net/ipv4/tcp_timestamps",
	[CATALOGUE_TCP_TIME_WAIT_MOST] = "net/ipv4/tcp_max_tw_buckets",
	[CATALOGUE_TCP_ORPHANS_MOST] = "net/ipv4/tcp_max_orphans",
	[CATALOGUE_TCP_FIN_TIMEOUT] = "net/ipv4/tcp_fin_timeout",
	[CATALOGUE_TCP_BACKLOG] = "net/core/somaxconn",
	[CATALOGUE_TCP_SYNCOOKIES] = "net/ipv4/tcp_syncookies",
	[CATALOGUE_TCP_MEMORY] = "net/ipv4/tcp_mem",
};
