#include "core/tcp_socket.h"

#include "unit.h"

static const struct {
	const char *name;
	uint8_t bytes[16];
	const char *text;
	bool v4, loopback, any;
} addresses[] = {
	{"IPv4", {[10] = 0xff, 0xff, 10, 0, 0, 5}, "10.0.0.5", true, false, false},
	{"IPv4, largest", {[10] = 0xff, 0xff, 255, 255, 255, 255}, "255.255.255.255", true, false, false},
	{"IPv4, any", {[10] = 0xff, 0xff}, "0.0.0.0", true, false, true},
	{"IPv4, not any by its last byte", {[10] = 0xff, 0xff, 0, 0, 0, 1}, "0.0.0.1", true, false, false},
	{"IPv4, first of loopback", {[10] = 0xff, 0xff, 127, 0, 0, 0}, "127.0.0.0", true, true, false},
	{"IPv4, last of loopback", {[10] = 0xff, 0xff, 127, 255, 255, 255}, "127.255.255.255", true, true, false},
	{"IPv4, below loopback", {[10] = 0xff, 0xff, 126, 0, 0, 1}, "126.0.0.1", true, false, false},
	{"IPv4, above loopback", {[10] = 0xff, 0xff, 128, 0, 0, 1}, "128.0.0.1", true, false, false},
	{"IPv4, 127 in the wrong place", {[10] = 0xff, 0xff, 10, 127, 0, 1}, "10.127.0.1", true, false, false},

	/* RFC 5952, 4: no leading zeros, the longest run of zeros as ::, the first of equal ones, never a single one. */
	{"any", {0}, "::", false, false, true},
	{"loopback", {[15] = 1}, "::1", false, true, false},
	{"not loopback", {[15] = 2}, "::2", false, false, false},
	{"one in another byte", {[14] = 1}, "::100", false, false, false},
	{"loopback's last bit and another", {[0] = 1, [15] = 1}, "100::1", false, false, false},
	{"zeros at the end", {0x20, 0x01, 0x0d, 0xb8}, "2001:db8::", false, false, false},
	{"zeros within", {0x20, 0x01, 0x0d, 0xb8, [15] = 1}, "2001:db8::1", false, false, false},
	{"only the first group", {0x00, 0x01}, "1::", false, false, false},
	{"a single zero group stays",
	 {0x20, 1, 0x0d, 0xb8, 0, 0, 0, 1, 0, 1, 0, 1, 0, 1, 0, 1},
	 "2001:db8:0:1:1:1:1:1",
	 false,
	 false,
	 false},
	{"a single zero group at the start stays", {0, 0, 0, 1, 0, 2, 0, 3, 0, 4, 0, 5, 0, 6, 0, 7}, "0:1:2:3:4:5:6:7"},
	{"a single zero group at the end stays", {0, 1, 0, 2, 0, 3, 0, 4, 0, 5, 0, 6, 0, 7, 0, 0}, "1:2:3:4:5:6:7:0"},
	{"single ones only", {0, 0, 0, 1, 0, 0, 0, 2, 0, 0, 0, 3, 0, 0, 0, 4}, "0:1:0:2:0:3:0:4"},
	{"two at the start", {0, 0, 0, 0, 0, 2, 0, 3, 0, 4, 0, 5, 0, 6, 0, 7}, "::2:3:4:5:6:7"},
	{"two at the end", {0, 1, 0, 2, 0, 3, 0, 4, 0, 5, 0, 6, 0, 0, 0, 0}, "1:2:3:4:5:6::"},
	{"the first of equal runs", {0x20, 1, 0x0d, 0xb8, [9] = 1, [15] = 1}, "2001:db8::1:0:0:1"},
	{"the longer run is the later", {0x20, 1, [7] = 1, [15] = 1}, "2001:0:0:1::1"},
	{"the longer run is the earlier", {0x20, 1, [9] = 1, [15] = 1}, "2001::1:0:0:1"},
	{"no zeros, leading ones dropped",
	 {0x20, 1, 0x0d, 0xb8, 0xaa, 0xaa, 0, 0x0b, 0x0c, 0xcc, 0, 0xdd, 0xee, 0, 0xff, 0xff},
	 "2001:db8:aaaa:b:ccc:dd:ee00:ffff"},
	{"link-local", {0xfe, 0x80, [8] = 0x02, 0x11, 0x22, 0xff, 0xfe, 0x33, 0x44, 0x55}, "fe80::211:22ff:fe33:4455"},
	{"IPv4-compatible is none", {[12] = 10, 0, 0, 5}, "::a00:5", false, false, false},
	{"compatible 127 is no loopback", {[12] = 127, 0, 0, 1}, "::7f00:1", false, false, false},
	{"almost mapped, before", {[9] = 1, 0xff, 0xff, 10, 0, 0, 5}, "::1:ffff:a00:5", false, false, false},
	{"almost mapped, within", {[10] = 0xff, 0xfe, 127, 0, 0, 1}, "::fffe:7f00:1", false, false, false},
	{"translated", {[8] = 0xff, 0xff, 0, 0, 10, 0, 0, 5}, "::ffff:0:a00:5", false, false, false},
};

static void addresses_are_written_as_rfc_5952_says(struct unit *unit)
{
	for (size_t i = 0; i < COUNT_OF(addresses); i++) {
		struct tcp_address address;

		memcpy(address.bytes, addresses[i].bytes, sizeof(address.bytes));
		SAME_TEXT(unit, addresses[i].name, tcp_address_text(&unit->arena, &address), addresses[i].text);
		HOLDS(unit, addresses[i].name, tcp_address_is_v4(&address) == addresses[i].v4);
		HOLDS(unit, addresses[i].name, tcp_address_is_loopback(&address) == addresses[i].loopback);
		HOLDS(unit, addresses[i].name, tcp_address_is_any(&address) == addresses[i].any);
	}
}

static void an_ipv4_address_is_one_however_it_came(struct unit *unit)
{
	static const uint8_t bytes[4] = {192, 0, 2, 33};
	static const uint8_t mapped[16] = {[10] = 0xff, 0xff, 192, 0, 2, 33};
	struct tcp_address address;

	memset(address.bytes, 0xa5, sizeof(address.bytes));
	tcp_address_v4(&address, bytes);
	HOLDS(unit, "every byte is written", memcmp(address.bytes, mapped, sizeof(mapped)) == 0);
}

static void ends_are_written_so_that_the_port_can_be_told(struct unit *unit)
{
	static const struct {
		const char *wanted;
		struct tcp_end end;
	} cases[] = {
		{"10.0.0.5:8080", {.address = {{[10] = 0xff, 0xff, 10, 0, 0, 5}}, .port = 8080}},
		{"[2001:db8::1]:8080", {.address = {{0x20, 1, 0x0d, 0xb8, [15] = 1}}, .port = 8080}},
		{"[::1]:65535", {.address = {{[15] = 1}}, .port = 65535}},
		{"[1::]:1", {.address = {{0, 1}}, .port = 1}},
		{"*:80", {.port = 80}},
		{"*:0", {.address = {{[10] = 0xff, 0xff}}}},
	};

	for (size_t i = 0; i < COUNT_OF(cases); i++)
		SAME_TEXT(unit, cases[i].wanted, tcp_end_text(&unit->arena, &cases[i].end), cases[i].wanted);
}

static void states_have_the_numbers_and_names_of_the_kernel(struct unit *unit)
{
	/* include/net/tcp_states.h, net-tools' tcp_state[], RFC 9293. */
	static const struct {
		unsigned number;
		const char *netstat, *standard;
	} cases[] = {
		{1, "ESTABLISHED", "ESTABLISHED"},
		{2, "SYN_SENT", "SYN-SENT"},
		{3, "SYN_RECV", "SYN-RECEIVED"},
		{4, "FIN_WAIT1", "FIN-WAIT-1"},
		{5, "FIN_WAIT2", "FIN-WAIT-2"},
		{6, "TIME_WAIT", "TIME-WAIT"},
		{7, "CLOSE", "CLOSED"},
		{8, "CLOSE_WAIT", "CLOSE-WAIT"},
		{9, "LAST_ACK", "LAST-ACK"},
		{10, "LISTEN", "LISTEN"},
		{11, "CLOSING", "CLOSING"},
	};

	SAME_NUMBER(unit, "how many", COUNT_OF(cases) + 1, TCP_STATES);
	for (size_t i = 0; i < COUNT_OF(cases); i++) {
		const struct tcp_state_name *name = &tcp_state_names[cases[i].number];

		SAME_TEXT(unit, cases[i].netstat, name->netstat, cases[i].netstat);
		SAME_TEXT(unit, cases[i].netstat, name->standard, cases[i].standard);
		HOLDS(unit, cases[i].netstat, name->meaning[0] != '\0');
	}
}

static void every_state_is_shown_once(struct unit *unit)
{
	unsigned seen = 0;

	for (size_t i = 0; i < TCP_STATES_SHOWN; i++)
		seen |= 1u << tcp_state_order[i];
	SAME_NUMBER(unit, "all but none", seen, (1u << TCP_STATES) - 2);
	SAME_NUMBER(unit, "first", tcp_state_order[0], TCP_STATE_LISTEN);
	SAME_NUMBER(unit, "last", tcp_state_order[TCP_STATES_SHOWN - 1], TCP_STATE_CLOSED);
}

static const struct CMUnitTest tests[] = {
	UNIT(addresses_are_written_as_rfc_5952_says),
	UNIT(an_ipv4_address_is_one_however_it_came),
	UNIT(ends_are_written_so_that_the_port_can_be_told),
	UNIT(states_have_the_numbers_and_names_of_the_kernel),
	UNIT(every_state_is_shown_once),
};

int main(void)
{
	return cmocka_run_group_tests(tests, NULL, NULL);
}
