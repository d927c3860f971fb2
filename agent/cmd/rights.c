#include "rights.h"

#include "../base/attributes.h"
#include "../base/capabilities.h"

/* To read what others keep to themselves, and the keys that the kernel shows to its administrator only (bpf_jit_*). */
#define LOOKING (CAPABILITY(CAP_DAC_READ_SEARCH) | CAPABILITY(CAP_SYS_ADMIN))
/*
 * What the kernel asks of whoever writes: NET_ADMIN for net.*, SYS_RESOURCE for user.*, SYS_PTRACE for kernel.yama.*,
 * SYS_RAWIO for vm.mmap_min_addr, MAC_ADMIN for AppArmor's, CHECKPOINT_RESTORE for the next ids, SETPCAP and SYS_MODULE for
 * kernel.usermodehelper.*, SYS_ADMIN for those that restrict the others.
 */
#define WRITING_KEYS \
	(CAPABILITY(CAP_NET_ADMIN) | CAPABILITY(CAP_SYS_RESOURCE) | CAPABILITY(CAP_SYS_PTRACE) | \
	 CAPABILITY(CAP_SYS_RAWIO) | CAPABILITY(CAP_MAC_ADMIN) | CAPABILITY(CAP_CHECKPOINT_RESTORE) | \
	 CAPABILITY(CAP_SETPCAP) | CAPABILITY(CAP_SYS_MODULE) | CAPABILITY(CAP_DAC_OVERRIDE))
/* A new file gets the owner, the mode and the attributes of the old one. */
#define REPLACING \
	(CAPABILITY(CAP_CHOWN) | CAPABILITY(CAP_DAC_OVERRIDE) | CAPABILITY(CAP_FOWNER) | CAPABILITY(CAP_MAC_ADMIN))

const struct right_row right_rows[] = {
	{RIGHT_KERNEL, "kernel", "writes below /proc/sys", WRITING_KEYS},
	{RIGHT_FILES, "files", "replaces /etc/sysctl.d/99-zz-holdfast.conf and /etc/sysctl.conf, in their folders",
	 REPLACING},
	{RIGHT_STATE, "state", "writes the journal in /var/lib/holdfast and the lock in /run/lock",
	 CAPABILITY(CAP_DAC_OVERRIDE) | CAPABILITY(CAP_FOWNER)},
	{RIGHT_SPOOL, "spool", "writes the spool in /var/lib/holdfast and gives queues to the sender's user",
	 CAPABILITY(CAP_CHOWN) | CAPABILITY(CAP_DAC_OVERRIDE) | CAPABILITY(CAP_FOWNER)},
	{RIGHT_TEXTFILE, "textfile", "replaces the metrics file that agent.yaml names, in its folder",
	 CAPABILITY(CAP_DAC_OVERRIDE) | CAPABILITY(CAP_FOWNER)},
	{RIGHT_OUTPUT, "output", "with -o: writes that file", CAPABILITY(CAP_DAC_OVERRIDE)},
	{RIGHT_NETNS, "netns", "with --netns: enters that network namespace, before anything else",
	 CAPABILITY(CAP_SYS_PTRACE)},
	{RIGHT_SENDER, "sender", "starts holdfast-send, from a process that has read agent.yaml and nothing else", 0},
	{RIGHT_PROBE, "probe", "with --probe: a process that was started before, as nobody, runs that command", 0},
};
const size_t right_row_count = COUNT_OF(right_rows);

uint64_t rights_capabilities(unsigned rights)
{
	uint64_t capabilities = LOOKING;

	for (size_t i = 0; i < right_row_count; i++) {
		if ((rights & right_rows[i].right) != 0)
			capabilities |= right_rows[i].capabilities;
	}
	return capabilities;
}

const char *rights_capability_name(unsigned number)
{
	static const char *const names[] = {
		[CAP_CHOWN] = "CAP_CHOWN",
		[CAP_DAC_OVERRIDE] = "CAP_DAC_OVERRIDE",
		[CAP_DAC_READ_SEARCH] = "CAP_DAC_READ_SEARCH",
		[CAP_FOWNER] = "CAP_FOWNER",
		[CAP_SETPCAP] = "CAP_SETPCAP",
		[CAP_NET_ADMIN] = "CAP_NET_ADMIN",
		[CAP_SYS_MODULE] = "CAP_SYS_MODULE",
		[CAP_SYS_RAWIO] = "CAP_SYS_RAWIO",
		[CAP_SYS_PTRACE] = "CAP_SYS_PTRACE",
		[CAP_SYS_ADMIN] = "CAP_SYS_ADMIN",
		[CAP_SYS_RESOURCE] = "CAP_SYS_RESOURCE",
		[CAP_MAC_ADMIN] = "CAP_MAC_ADMIN",
		[CAP_CHECKPOINT_RESTORE] = "CAP_CHECKPOINT_RESTORE",
	};

	return number < COUNT_OF(names) ? names[number] : NULL;
}
