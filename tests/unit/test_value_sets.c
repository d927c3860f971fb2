#include "core/value_sets.h"

#include "unit.h"

#define LARGEST INT64_MAX
#define TWO_TO_62 ((int64_t)1 << 62)

/* catalogue.h says what each kind is; the numbers of ticks, clock ticks and powers were measured at 100, 250, 300, 1000 Hz. */
static const struct {
	const char *name;
	enum catalogue_readback readback;
	int64_t written, shown;
	bool may;
} rounded[] = {
	{"as written, same", READBACK_AS_WRITTEN, 7, 7, true},
	{"as written, other", READBACK_AS_WRITTEN, 7, 8, false},
	{"as written, least", READBACK_AS_WRITTEN, INT64_MIN, INT64_MIN, true},
	{"as written, ends", READBACK_AS_WRITTEN, INT64_MIN, LARGEST, false},
	{"possible, same", READBACK_POSSIBLE, 7, 7, true},
	{"possible, less", READBACK_POSSIBLE, 7, 6, false},
	{"drifts, same", READBACK_DRIFTS, 7, 7, true},
	{"drifts, other", READBACK_DRIFTS, 7, 8, false},

	{"ticks, none", READBACK_TICKS, 0, 0, true},
	{"ticks, zero stays", READBACK_TICKS, 0, 10, false},
	{"ticks, same", READBACK_TICKS, 101, 101, true},
	{"ticks, 100 Hz", READBACK_TICKS, 101, 110, true},
	{"ticks, 250 Hz", READBACK_TICKS, 101, 104, true},
	{"ticks, 300 Hz", READBACK_TICKS, 101, 103, true},
	{"ticks, never down", READBACK_TICKS, 101, 100, false},
	{"ticks, between", READBACK_TICKS, 101, 105, false},
	{"ticks, two of them", READBACK_TICKS, 101, 120, false},
	{"ticks, one at 100 Hz", READBACK_TICKS, 1, 10, true},
	{"ticks, whole", READBACK_TICKS, 1000, 1000, true},
	{"ticks, whole and one more", READBACK_TICKS, 1000, 1010, false},
	{"ticks, negative", READBACK_TICKS, -1, -1, true},
	{"ticks, negative to none", READBACK_TICKS, -1, 0, false},
	{"ticks, negative up", READBACK_TICKS, -101, -100, false},
	{"ticks, largest", READBACK_TICKS, LARGEST, LARGEST, true},
	{"ticks, largest to negative", READBACK_TICKS, LARGEST, INT64_MIN, false},
	{"ticks, largest to none", READBACK_TICKS, LARGEST, 0, false},
	{"ticks, least", READBACK_TICKS, INT64_MIN, INT64_MIN, true},

	{"clock, 100 Hz", READBACK_CLOCK_TICKS, 33, 33, true},
	{"clock, 250 Hz", READBACK_CLOCK_TICKS, 33, 32, true},
	{"clock, never up", READBACK_CLOCK_TICKS, 33, 34, false},
	{"clock, two less", READBACK_CLOCK_TICKS, 33, 31, false},
	{"clock, one is none at 250 Hz", READBACK_CLOCK_TICKS, 1, 0, true},
	{"clock, two", READBACK_CLOCK_TICKS, 2, 2, true},
	{"clock, two is some", READBACK_CLOCK_TICKS, 2, 0, false},
	{"clock, none", READBACK_CLOCK_TICKS, 0, 0, true},
	{"clock, negative", READBACK_CLOCK_TICKS, -1, 0, false},
	{"clock, negative same", READBACK_CLOCK_TICKS, -1, -1, true},
	{"clock, largest", READBACK_CLOCK_TICKS, LARGEST, LARGEST, true},
	{"clock, largest to none", READBACK_CLOCK_TICKS, LARGEST, 0, false},

	{"one, none", READBACK_ONE, 0, 0, true},
	{"one, one", READBACK_ONE, 1, 1, true},
	{"one, two", READBACK_ONE, 2, 1, true},
	{"one, kept", READBACK_ONE, 2, 2, true},
	{"one, other", READBACK_ONE, 2, 3, false},
	{"one, to none", READBACK_ONE, 2, 0, false},
	{"one, from none", READBACK_ONE, 0, 1, false},
	{"one, negative", READBACK_ONE, -1, 1, true},
	{"one, negative to none", READBACK_ONE, -1, 0, false},
	{"one, largest", READBACK_ONE, LARGEST, 1, true},

	{"power, one", READBACK_POWER_OF_TWO, 1, 1, true},
	{"power, three", READBACK_POWER_OF_TWO, 3, 4, true},
	{"power, three is not two", READBACK_POWER_OF_TWO, 3, 2, false},
	{"power, three is not eight", READBACK_POWER_OF_TWO, 3, 8, false},
	{"power, four", READBACK_POWER_OF_TWO, 4, 4, true},
	{"power, four is not eight", READBACK_POWER_OF_TWO, 4, 8, false},
	{"power, a page at least", READBACK_POWER_OF_TWO, 3, 4096, true},
	{"power, a page", READBACK_POWER_OF_TWO, 4096, 4096, true},
	{"power, more than a page", READBACK_POWER_OF_TWO, 4097, 4096, false},
	{"power, more than a page, up", READBACK_POWER_OF_TWO, 4097, 8192, true},
	{"power, a million", READBACK_POWER_OF_TWO, 1000000, 1048576, true},
	{"power, zero", READBACK_POWER_OF_TWO, 0, 0, true},
	{"power, zero is off and one is not", READBACK_POWER_OF_TWO, 0, 1, false},
	{"power, negative is not one", READBACK_POWER_OF_TWO, -1, 1, false},
	{"power, negative is not a page", READBACK_POWER_OF_TWO, -1, 4096, false},
	{"power, most of 32 bits", READBACK_POWER_OF_TWO, 2147483647, 2147483648, true},
	{"power, 2^62", READBACK_POWER_OF_TWO, TWO_TO_62, TWO_TO_62, true},
	{"power, never down", READBACK_POWER_OF_TWO, TWO_TO_62 + 1, TWO_TO_62, false},
	{"power, largest", READBACK_POWER_OF_TWO, LARGEST, LARGEST, true},
	{"power, largest never down", READBACK_POWER_OF_TWO, LARGEST, TWO_TO_62, false},
	{"power, least", READBACK_POWER_OF_TWO, INT64_MIN, INT64_MIN, true},

	{"multiple, one", READBACK_MULTIPLE, 1, 512, true},
	{"multiple, whole", READBACK_MULTIPLE, 512, 512, true},
	{"multiple, whole is not more", READBACK_MULTIPLE, 512, 1024, false},
	{"multiple, one more", READBACK_MULTIPLE, 513, 1024, true},
	{"multiple, never down", READBACK_MULTIPLE, 513, 512, false},
	{"multiple, none", READBACK_MULTIPLE, 0, 0, true},
	{"multiple, none is not some", READBACK_MULTIPLE, 0, 512, false},
	{"multiple, negative", READBACK_MULTIPLE, -1, -1, true},
	{"multiple, negative to none", READBACK_MULTIPLE, -1, 0, false},
	{"multiple, largest", READBACK_MULTIPLE, LARGEST, LARGEST, true},
	{"multiple, largest to negative", READBACK_MULTIPLE, LARGEST, INT64_MIN, false},
};

static void rounds_as_the_kernel(struct unit *unit)
{
	for (size_t i = 0; i < COUNT_OF(rounded); i++)
		HOLDS(unit, rounded[i].name,
		      value_rounds_to(rounded[i].readback, rounded[i].written, rounded[i].shown) == rounded[i].may);
}

/* Beyond 64 bits nothing wraps: number has 128. */
static void rounds_the_largest_numbers(struct unit *unit)
{
	static const enum catalogue_readback kinds[] = {READBACK_AS_WRITTEN,   READBACK_TICKS,
							READBACK_CLOCK_TICKS,  READBACK_ONE,
							READBACK_POWER_OF_TWO, READBACK_MULTIPLE,
							READBACK_POSSIBLE,     READBACK_DRIFTS};
#ifdef __SIZEOF_INT128__
	static const number ends[] = {INT64_MIN, -1, 0, 1, INT64_MAX, UINT64_MAX};
#else
	static const number ends[] = {-INT64_MAX, -1, 0, 1, INT64_MAX};
#endif

	for (size_t i = 0; i < COUNT_OF(kinds); i++) {
		for (size_t j = 0; j < COUNT_OF(ends); j++) {
			HOLDS(unit, "itself", value_rounds_to(kinds[i], ends[j], ends[j]));
			HOLDS(unit, "the other sign",
			      ends[j] == 0 || kinds[i] == READBACK_ONE ||
				      !value_rounds_to(kinds[i], ends[j], -ends[j]));
		}
		HOLDS(unit, "the most is not -1",
		      kinds[i] == READBACK_ONE || !value_rounds_to(kinds[i], (number)NUMBER_MOST, -1));
	}
#ifdef __SIZEOF_INT128__
	HOLDS(unit, "up from the most of 64 bits",
	      value_rounds_to(READBACK_MULTIPLE, UINT64_MAX, (number)UINT64_MAX + 1));
#endif
}

static const struct {
	const char *a, *b;
	bool equal;
} words[] = {
	{"", "", true},
	{"", " \t\n", true},
	{"cubic reno", "reno cubic", true},
	{"cubic reno", " reno\tcubic\n", true},
	{"cubic cubic reno", "reno cubic", true},
	{"cubic", "cubic reno", false},
	{"cubic reno", "cubic", false},
	{"cubic", "", false},
	{"", "cubic", false},
	{"cub", "cubic", false},
	{"cubic", "cub", false},
	{"cubi creno", "cubic reno", false},
	{"a b c", "c a b", true},
	{"a b c", "c a d", false},
	{"a a a", "a", true},
	{"a", "a b a", false},
	{"a,b", "a b", false},
	{"A", "a", false},
	{"a\vb\fc\rd", "d c b a", true},
};

static void words_are_a_set(struct unit *unit)
{
	for (size_t i = 0; i < COUNT_OF(words); i++) {
		HOLDS(unit, words[i].a, value_words_equal(words[i].a, words[i].b) == words[i].equal);
		HOLDS(unit, words[i].b, value_words_equal(words[i].b, words[i].a) == words[i].equal);
	}
}

static const struct {
	const char *text;
	bool ports, mask;
} kinds[] = {
	{"", true, false},
	{"0", true, true},
	{"65535", true, true},
	{"65536", false, true},
	{"0-65535", true, false},
	{"2-1", false, false},
	{"1,2-3,", true, false},
	{",", false, false},
	{"1 2", false, false},
	{"-1", false, false},
	{"1-", false, false},
	{"f", false, true},
	{"0xff", true, true},
	{"0x", false, false},
	{"ffffffff,ffffffff", false, true},
	{"1ffffffff,0", false, false},
	{"1ffffffff", false, true},
	{"1,,2", false, false},
	{" 3\n", true, true},
	{"3 4", false, false},
};

static void ports_and_masks(struct unit *unit)
{
	for (size_t i = 0; i < COUNT_OF(kinds); i++) {
		HOLDS(unit, kinds[i].text, value_is_ports(kinds[i].text) == kinds[i].ports);
		HOLDS(unit, kinds[i].text, value_is_mask(kinds[i].text) == kinds[i].mask);
		HOLDS(unit, kinds[i].text, value_ports_equal(kinds[i].text, kinds[i].text) == kinds[i].ports);
		HOLDS(unit, kinds[i].text, value_masks_equal(kinds[i].text, kinds[i].text) == kinds[i].mask);
	}
	HOLDS(unit, "no port is no mask", !value_masks_equal("", "0"));
}

static const struct {
	const char *text;
	bool good;
	size_t count;
	uint16_t within[4]; /* ports of the set, 0 = no more of them to look at */
	uint16_t without;   /* a port that is none of it */
} port_lists[] = {
	{"", true, 0, {0}, 1},
	{"\n", true, 0, {0}, 8080},
	{"8080", true, 1, {8080}, 8081},
	{"0x10,010", true, 2, {16, 8}, 10},
	{"1-9", true, 9, {1, 8, 9}, 10},
	{"7-8", true, 2, {7, 8}, 9},
	{"8-15", true, 8, {8, 15}, 16},
	{"1-65535", true, 65535, {1, 32768, 65535}, 0},
	{"3,1-4,2", true, 4, {1, 2, 3, 4}, 5},
	{" 8080, 9000\n", false, 0, {0}, 0},
	{"8080,9000\n", true, 2, {8080, 9000}, 8081},
	{"65536", false, 0, {0}, 0},
	{"5-4", false, 0, {0}, 0},
	{"1,x", false, 0, {0}, 0},
	{"1-", false, 0, {0}, 0},
};

static void port_lists_are_read_as_bits(struct unit *unit)
{
	for (size_t i = 0; i < COUNT_OF(port_lists); i++) {
		const char *row = port_lists[i].text;
		uint8_t ports[VALUE_SET_SIZE / 8];
		size_t count = 0;

		memset(ports, 0xa5, sizeof(ports));
		HOLDS(unit, row, value_ports_read(row, ports) == port_lists[i].good);
		for (size_t port = 0; port < VALUE_SET_SIZE; port++)
			count += ports[port / 8] >> (port % 8) & 1;
		/* Untouched when it is none: half of the bits of 0xa5 are set. */
		SAME_NUMBER(unit, row, count, port_lists[i].good ? port_lists[i].count : VALUE_SET_SIZE / 2);
		if (!port_lists[i].good) {
			HOLDS(unit, row, ports[0] == 0xa5 && ports[sizeof(ports) - 1] == 0xa5);
			continue;
		}
		for (size_t j = 0; j < COUNT_OF(port_lists[i].within) && port_lists[i].within[j] != 0; j++) {
			uint16_t port = port_lists[i].within[j];

			HOLDS(unit, row, (ports[port / 8] >> (port % 8) & 1) == 1);
		}
		HOLDS(unit, row, (ports[port_lists[i].without / 8] >> (port_lists[i].without % 8) & 1) == 0);
	}
}

static const struct CMUnitTest tests[] = {
	UNIT(rounds_as_the_kernel), UNIT(rounds_the_largest_numbers),  UNIT(words_are_a_set),
	UNIT(ports_and_masks),      UNIT(port_lists_are_read_as_bits),
};

int main(void)
{
	return cmocka_run_group_tests(tests, NULL, NULL);
}
