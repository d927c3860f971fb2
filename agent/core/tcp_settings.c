#include "tcp_settings.h"

#include <string.h>

#include "../base/attributes.h"

const char *const tcp_setting_keys[TCP_SETTINGS] = {
	[TCP_SETTING_RANGE] = "net/ipv4/ip_local_port_range",
	[TCP_SETTING_RESERVED] = "net/ipv4/ip_local_reserved_ports",
	[TCP_SETTING_REUSE] = "net/ipv4/tcp_tw_reuse",
	[TCP_SETTING_REUSE_DELAY] = "net/ipv4/tcp_tw_reuse_delay",
	[TCP_SETTING_TIMESTAMPS] = "net/ipv4/tcp_timestamps",
	[TCP_SETTING_TIME_WAIT_MOST] = "net/ipv4/tcp_max_tw_buckets",
	[TCP_SETTING_ORPHANS_MOST] = "net/ipv4/tcp_max_orphans",
	[TCP_SETTING_FIN_TIMEOUT] = "net/ipv4/tcp_fin_timeout",
	[TCP_SETTING_BACKLOG] = "net/core/somaxconn",
	[TCP_SETTING_SYN_BACKLOG] = "net/ipv4/tcp_max_syn_backlog",
	[TCP_SETTING_SYNCOOKIES] = "net/ipv4/tcp_syncookies",
	[TCP_SETTING_MEMORY] = "net/ipv4/tcp_mem",
};

/* What all other parameters of TCP begin with; IPv6 has them in the same place. */
static const char family[] = "net/ipv4/tcp_";

const char *tcp_setting_word(enum tcp_setting setting)
{
	const char *slash = strrchr(tcp_setting_keys[setting], '/');

	return slash == NULL ? tcp_setting_keys[setting] : slash + 1;
}

bool tcp_setting_concerns(const char *path)
{
	for (unsigned i = 0; i < TCP_SETTINGS; i++) {
		if (strcmp(tcp_setting_keys[i], path) == 0)
			return true;
	}
	return strncmp(path, family, sizeof(family) - 1) == 0;
}

/* What the answers are reckoned with where a kernel, or an image without one, does not tell. */
static const int64_t defaults[TCP_SETTINGS] = {
	[TCP_SETTING_RANGE] = 32768,  [TCP_SETTING_REUSE_DELAY] = TCP_REUSE_DELAY_MS,
	[TCP_SETTING_TIMESTAMPS] = 1, [TCP_SETTING_FIN_TIMEOUT] = 60,
	[TCP_SETTING_SYNCOOKIES] = 1,
};
enum { RANGE_LAST = 60999 };
/* No parameter here means anything beyond it, and a hundred times as much still fits into 64 bits. */
static const number magnitude_most = (number)1 << 48;

void tcp_settings_defaults(struct tcp_settings *settings)
{
	*settings =
		(struct tcp_settings){.range_first = (uint16_t)defaults[TCP_SETTING_RANGE], .range_last = RANGE_LAST};
	memcpy(settings->numbers, defaults, sizeof(defaults));
}

/* The numbers of a text, blanks between; how many there are, at most `most` are kept. */
static size_t numbers_of(const char *text, number *numbers, size_t most)
{
	static const char blanks[] = " \t\n";
	size_t count = 0;

	for (text += strspn(text, blanks); *text != '\0'; text += strspn(text, blanks)) {
		size_t length = strcspn(text, blanks);

		if (count == most || !number_read(text, length, &numbers[count]))
			return 0;
		count++;
		text += length;
	}
	return count;
}

void tcp_settings_take(struct tcp_settings *settings, enum tcp_setting setting, const char *text)
{
	number numbers[3];
	size_t count;

	if (setting == TCP_SETTING_RESERVED) {
		settings->known[setting] = value_ports_read(text, settings->reserved);
		return;
	}
	count = numbers_of(text, numbers, COUNT_OF(numbers));
	for (size_t i = 0; i < count; i++) {
		if (numbers[i] < -magnitude_most || numbers[i] > magnitude_most)
			return;
	}
	if (count == 0)
		return;
	if (setting == TCP_SETTING_RANGE) {
		if (count != 2 || numbers[0] < 1 || numbers[1] < numbers[0] || numbers[1] > UINT16_MAX)
			return;
		settings->range_first = (uint16_t)numbers[0];
		settings->range_last = (uint16_t)numbers[1];
	}
	settings->numbers[setting] = (int64_t)numbers[0];
	/* Of net.ipv4.tcp_mem the last number is the limit, in pages. */
	if (setting == TCP_SETTING_MEMORY && count == 3)
		settings->numbers[setting] = (int64_t)numbers[2];
	settings->known[setting] = true;
}

bool tcp_settings_reuse(const struct tcp_settings *settings, bool loopback)
{
	int64_t reuse = settings->numbers[TCP_SETTING_REUSE];

	return settings->numbers[TCP_SETTING_TIMESTAMPS] != 0 && (reuse == 1 || (reuse == 2 && loopback));
}
