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
