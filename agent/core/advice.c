#include "advice.h"

#include "../base/attributes.h"

const struct advice advice_rows[] = {
	{
		.key = "net/ipv4/tcp_fin_timeout",
		.range = CATALOGUE_FROM_TO(61, 119),
		.rule = RULE_TRAP_VALUE,
		.severity = FINDING_WARNING,
		.text = "an orphan then stays in FIN-WAIT-2 only twice the excess over 60 seconds: 2 s at 61, 30 s at "
			"75, 60 s at 90",
		.remedy = "Take 60 or less.",
	},
	{
		.key = "net/ipv4/tcp_tw_reuse",
		.range = CATALOGUE_FROM(1),
		.test = ADVICE_OTHER_WITHIN,
		.other = "net/ipv4/tcp_timestamps",
		.other_range = CATALOGUE_TO(0),
		.rule = RULE_NO_EFFECT,
		.severity = FINDING_WARNING,
		.text = "without net.ipv4.tcp_timestamps no port in TIME-WAIT is ever taken again, and nothing says so",
		.remedy = "Set net.ipv4.tcp_timestamps = 1, here and at the peers.",
	},
	{
		.key = "net/ipv4/tcp_tw_reuse_delay",
		.test = ADVICE_OTHER_WITHIN,
		.other = "net/ipv4/tcp_tw_reuse",
		.other_range = CATALOGUE_TO(0),
		.rule = RULE_NO_EFFECT,
		.severity = FINDING_WARNING,
		.text = "with net.ipv4.tcp_tw_reuse = 0 there is nothing to delay",
		.remedy = "Set net.ipv4.tcp_tw_reuse too, or drop this.",
	},
	{
		.key = "net/ipv4/tcp_max_syn_backlog",
		.test = ADVICE_OTHER_WITHIN,
		.other = "net/ipv4/tcp_syncookies",
		.other_range = CATALOGUE_FROM(1),
		.rule = RULE_NO_EFFECT,
		.severity = FINDING_NOTE,
		.text = "with net.ipv4.tcp_syncookies on, the queue of half-open connections is bounded by the backlog "
			"of each listener, and this is hardly looked at",
		.remedy = "Raise net.core.somaxconn and the services' own backlogs instead.",
	},
	{
		.key = "net/core/somaxconn",
		.range = CATALOGUE_TO(510),
		.rule = RULE_BELOW_DEMAND,
		.severity = FINDING_WARNING,
		.text = "nginx, Apache httpd and Redis ask for a backlog of 511 and get this much",
		.remedy = "Take 4096, which is the kernel's default since 5.4.",
	},
	{
		.key = "net/core/rmem_max",
		.test = ADVICE_OTHER_LESS,
		.other = "net/ipv4/tcp_rmem",
		.other_element = 2,
		.rule = RULE_NO_EFFECT,
		.severity = FINDING_NOTE,
		.text = "this bounds what programs ask for with SO_RCVBUF; TCP sizes its buffers up to the third "
			"number of net.ipv4.tcp_rmem, which is less",
		.remedy = "Raise the third number of net.ipv4.tcp_rmem, if it is TCP that is meant.",
	},
	{
		.key = "net/core/wmem_max",
		.test = ADVICE_OTHER_LESS,
		.other = "net/ipv4/tcp_wmem",
		.other_element = 2,
		.rule = RULE_NO_EFFECT,
		.severity = FINDING_NOTE,
		.text = "this bounds what programs ask for with SO_SNDBUF; TCP sizes its buffers up to the third "
			"number of net.ipv4.tcp_wmem, which is less",
		.remedy = "Raise the third number of net.ipv4.tcp_wmem, if it is TCP that is meant.",
	},
	{
		.key = "net/ipv4/ip_local_port_range",
		.range = CATALOGUE_TO(32767),
		.test = ADVICE_OTHER_EMPTY,
		.other = "net/ipv4/ip_local_reserved_ports",
		.rule = RULE_TRAP_VALUE,
		.severity = FINDING_NOTE,
		.text = "outgoing connections may now take the ports of local services before those start",
		.remedy = "List the services' ports in net.ipv4.ip_local_reserved_ports, and set that first.",
	},
	{
		.key = "net/ipv6/conf/all/forwarding",
		.range = CATALOGUE_FROM(1),
		.test = ADVICE_OTHER_WITHIN,
		.other = "net/ipv6/conf/default/accept_ra",
		.other_range = CATALOGUE_TO(1),
		.rule = RULE_TRAP_VALUE,
		.severity = FINDING_NOTE,
		.text = "a forwarding host drops router advertisements, and with them a default route that came from one",
		.remedy = "Set accept_ra = 2 on the interfaces that get their routes from advertisements.",
	},
	{
		.key = "kernel/perf_event_max_sample_rate",
		.test = ADVICE_OTHER_OUTSIDE,
		.other = "kernel/perf_cpu_time_max_percent",
		.other_range = CATALOGUE_FROM_TO(1, 99),
		.rule = RULE_IMPOSSIBLE_ORDER,
		.severity = FINDING_ERROR,
		.text = "the kernel refuses it while kernel.perf_cpu_time_max_percent is 0 or 100",
		.remedy = "Set kernel.perf_cpu_time_max_percent to 1 to 99, on an earlier line.",
	},
	{
		.key = "vm/overcommit_ratio",
		.test = ADVICE_OTHER_WITHIN,
		.other = "vm/overcommit_memory",
		.other_range = CATALOGUE_TO(1),
		.rule = RULE_NO_EFFECT,
		.severity = FINDING_NOTE,
		.text = "the commit limit counts only with vm.overcommit_memory = 2",
		.remedy = "Drop it, or set vm.overcommit_memory = 2 on a later line.",
	},
	{
		.key = "vm/overcommit_kbytes",
		.range = CATALOGUE_FROM(1),
		.test = ADVICE_OTHER_WITHIN,
		.other = "vm/overcommit_memory",
		.other_range = CATALOGUE_TO(1),
		.rule = RULE_NO_EFFECT,
		.severity = FINDING_NOTE,
		.text = "the commit limit counts only with vm.overcommit_memory = 2",
		.remedy = "Drop it, or set vm.overcommit_memory = 2 on a later line.",
	},
	{
		.key = "vm/dirty_background_ratio",
		.range = CATALOGUE_FROM(1),
		.test = ADVICE_OTHER_LESS,
		.other = "vm/dirty_ratio",
		.rule = RULE_TRAP_VALUE,
		.severity = FINDING_WARNING,
		.text = "it lies above vm.dirty_ratio, so the kernel works with half of that instead",
		.remedy = "Keep it well below vm.dirty_ratio.",
	},
	{
		.key = "net/ipv4/neigh/default/gc_thresh1",
		.test = ADVICE_OTHER_LESS,
		.other = "net/ipv4/neigh/default/gc_thresh2",
		.rule = RULE_TRAP_VALUE,
		.severity = FINDING_WARNING,
		.text = "it lies above gc_thresh2: entries are cut at the lower one, and this never counts",
		.remedy = "Raise all three: gc_thresh1 below gc_thresh2 below gc_thresh3.",
	},
	{
		.key = "net/ipv4/neigh/default/gc_thresh2",
		.test = ADVICE_OTHER_LESS,
		.other = "net/ipv4/neigh/default/gc_thresh3",
		.rule = RULE_TRAP_VALUE,
		.severity = FINDING_WARNING,
		.text = "it lies above gc_thresh3, the hard limit, and never counts",
		.remedy = "Raise all three: gc_thresh1 below gc_thresh2 below gc_thresh3.",
	},
};
const size_t advice_row_count = COUNT_OF(advice_rows);

static const char *const docker_keys[] = {
	"net/ipv4/ip_forward",
	"net/ipv6/conf/all/forwarding",
	"net/bridge/bridge-nf-call-iptables",
	"net/bridge/bridge-nf-call-ip6tables",
	NULL,
};
static const char *const kubelet_keys[] = {
	"vm/overcommit_memory", "vm/panic_on_oom", "kernel/panic", "kernel/panic_on_oops", NULL,
};
static const char *const kube_proxy_keys[] = {
	"net/netfilter/nf_conntrack_max",
	"net/netfilter/nf_conntrack_tcp_timeout_established",
	"net/netfilter/nf_conntrack_tcp_timeout_close_wait",
	NULL,
};

const struct advice_owner advice_owners[] = {
	{"Docker", "/var/run/docker.sock", docker_keys, "turns it on when its daemon starts"},
	{"the kubelet", "/var/lib/kubelet/config.yaml", kubelet_keys, "sets it to a value of its own when it starts"},
	{"kube-proxy", "/var/lib/kube-proxy", kube_proxy_keys, "sets it from its own configuration"},
};
const size_t advice_owner_count = COUNT_OF(advice_owners);
