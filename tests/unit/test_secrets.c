#include "send/secrets.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/fd.h"
#include "unit.h"

static int open_root(struct unit *unit)
{
	(void)unit_tree(unit);
	int root = open(unit_path(unit, ""), O_RDONLY | O_DIRECTORY | O_CLOEXEC);

	HOLDS(unit, "root", root >= 0);
	return root;
}

static void put(struct unit *unit, const char *path, const char *text, mode_t mode)
{
	unit_write(unit, path, text);
	HOLDS(unit, path, chmod(unit_path(unit, path), mode) == 0);
}

static const struct {
	const char *name, *text;
	mode_t mode;
	const char *header;    /* NULL: refused */
	const char *complaint; /* NULL: none */
} tokens[] = {
	{"a token", "abc.DEF-123_~+/=", 0600, "Authorization: Bearer abc.DEF-123_~+/=", NULL},
	{"with a newline", "abc\n", 0600, "Authorization: Bearer abc", NULL},
	{"with a line end of DOS", "abc\r\n", 0600, "Authorization: Bearer abc", NULL},
	{"with empty lines behind", "abc\n\n\n", 0600, "Authorization: Bearer abc", NULL},
	{"for the group to read", "abc\n", 0640, "Authorization: Bearer abc", NULL},
	{"only to read", "abc\n", 0400, "Authorization: Bearer abc", NULL},
	{"only for the group to read", "abc\n", 0440, "Authorization: Bearer abc", NULL},
	{"for all to read", "abc\n", 0644, NULL, "mode 0644): chmod 0600 or 0640"},
	{"for others alone", "abc\n", 0604, NULL, "mode 0604)"},
	{"for others to write", "abc\n", 0602, NULL, "mode 0602)"},
	{"for others to execute", "abc\n", 0601, NULL, "mode 0601)"},
	{"for the group to write", "abc\n", 0660, NULL, "mode 0660)"},
	{"a program", "abc\n", 0700, NULL, "mode 0700)"},
	{"two lines", "abc\ndef\n", 0600, NULL, "more than one line"},
	{"a header of its own", "abc\r\nX-Admin: yes\r\n", 0600, NULL, "more than one line"},
	{"a second line behind empty ones", "abc\n\n\nd", 0600, NULL, "more than one line"},
	{"a lone carriage return within", "abc\rdef", 0600, NULL, "more than one line"},
	{"a blank in front", " abc\n", 0600, NULL, "a character that no token has"},
	{"a blank behind", "abc \n", 0600, NULL, "a character that no token has"},
	{"a blank within", "Bearer abc\n", 0600, NULL, "a character that no token has"},
	{"a tab", "abc\tdef\n", 0600, NULL, "a character that no token has"},
	{"no ASCII", "abc\xc3\xa4\n", 0600, NULL, "a character that no token has"},
	{"DEL", "abc\x7f\n", 0600, NULL, "a character that no token has"},
	{"empty", "", 0600, NULL, "is empty"},
	{"only a newline", "\n", 0600, NULL, "is empty"},
	{"an empty first line", "\nabc\n", 0600, NULL, "more than one line"},
};

static void a_token_is_one_line_for_nobody_else_to_read(struct unit *unit)
{
	CLEANUP(fd_close) int root = open_root(unit);
	const struct settings_destination destination = {.name = "a", .url = "https://a/", .token_file = "/etc/token"};

	for (size_t i = 0; i < COUNT_OF(tokens); i++) {
		const char *name = tokens[i].name;
		struct secrets secrets;
		struct error err = {.text = ""};

		put(unit, "etc/token", tokens[i].text, tokens[i].mode);
		bool read = secrets_read(&unit->arena, root, &destination, &secrets, &err);
		SAME_NUMBER(unit, name, read, tokens[i].header != NULL);
		if (read)
			SAME_TEXT(unit, name, secrets.authorization, tokens[i].header);
		else if (HAS_TEXT(unit, name, err.text, tokens[i].complaint))
			/* The complaint ends up in logs. */
			HOLDS(unit, name, strstr(err.text, "abc") == NULL && strstr(err.text, "/etc/token") != NULL);
		unit_clear(unit);
	}
	unit_write_bytes(unit, "etc/token", "abc\0def", 7);
	HOLDS(unit, "chmod", chmod(unit_path(unit, "etc/token"), 0600) == 0);
	struct secrets secrets;
	struct error err = {.text = ""};
	HOLDS(unit, "a NUL within", !secrets_read(&unit->arena, root, &destination, &secrets, &err));
	char *large = arena_alloc(&unit->arena, (64 << 10) + 2);
	memset(large, 'x', (64 << 10) + 1);
	put(unit, "etc/token", large, 0600);
	HOLDS(unit, "more than 64 KiB", !secrets_read(&unit->arena, root, &destination, &secrets, &err));
	HAS_TEXT(unit, "more than 64 KiB", err.text, "more than 65536 bytes");
}

static void certificates_may_be_read_by_all_and_keys_may_not(struct unit *unit)
{
	CLEANUP(fd_close) int root = open_root(unit);
	const struct settings_destination destination = {
		.name = "a", .url = "https://a/", .ca_file = "/ca", .cert_file = "/cert", .key_file = "/key"};
	struct secrets secrets;
	struct error err = {.text = ""};

	put(unit, "ca", "the ca", 0644);
	put(unit, "cert", "the certificate", 0644);
	put(unit, "key", "the key", 0640);
	if (HOLDS(unit, "read", secrets_read(&unit->arena, root, &destination, &secrets, &err))) {
		SAME_TEXT(unit, "ca", secrets.ca.bytes, "the ca");
		SAME_NUMBER(unit, "certificate", secrets.cert.length, strlen("the certificate"));
		SAME_TEXT(unit, "key", secrets.key.bytes, "the key");
		SAME_TEXT(unit, "no token", secrets.authorization, NULL);
	}
	put(unit, "key", "the key", 0644);
	HOLDS(unit, "a key for all", !secrets_read(&unit->arena, root, &destination, &secrets, &err));
	HAS_TEXT(unit, "a key for all", err.text, "/key may be read by others");
	/* Without a key file the certificate holds the key, and is as secret. */
	const struct settings_destination both = {.name = "a", .url = "https://a/", .cert_file = "/both"};
	static const struct {
		const char *name, *text;
		mode_t mode;
		const char *complaint; /* NULL: it is good */
	} cases[] = {
		{"with its key", "CERTIFICATE\n-----BEGIN PRIVATE KEY-----\n", 0600, NULL},
		{"with its key, for the group", "-----BEGIN EC PRIVATE KEY-----\n", 0640, NULL},
		{"without a key", "CERTIFICATE\n", 0600,
		 "/both has no private key; name the file that has it in 'key_file'"},
		{"without a key, for all", "CERTIFICATE\n", 0644, "'key_file'"},
		{"with its key, for all", "-----BEGIN PRIVATE KEY-----\n", 0644, "/both may be read by others"},
	};
	for (size_t i = 0; i < COUNT_OF(cases); i++) {
		put(unit, "both", cases[i].text, cases[i].mode);
		SAME_NUMBER(unit, cases[i].name, secrets_read(&unit->arena, root, &both, &secrets, &err),
			    cases[i].complaint == NULL);
		if (cases[i].complaint != NULL)
			HAS_TEXT(unit, cases[i].name, err.text, cases[i].complaint);
	}
	put(unit, "key", "", 0600);
	HOLDS(unit, "an empty key", !secrets_read(&unit->arena, root, &destination, &secrets, &err));
	const struct settings_destination none = {.name = "a", .url = "https://a/"};
	HOLDS(unit, "nothing to read", secrets_read(&unit->arena, root, &none, &secrets, &err));
	HOLDS(unit, "nothing to read", secrets.authorization == NULL && secrets.ca.bytes == NULL);
}

static const struct {
	const char *name, *target; /* of the link /etc/token */
	bool good;
} links[] = {
	{"a link within", "real", true},
	{"a link from the root on", "/etc/real", true},
	{"a link that climbs ends at the root", "../../../../etc/real", true},
	{"a link out of it", "/etc/passwd", false},
	{"a link to nowhere", "nowhere", false},
	{"a link to itself", "token", false},
	{"a descriptor", "/proc/self/fd/0", false},
	{"a folder", "/etc", false},
};

static void no_path_leads_out_of_the_root(struct unit *unit)
{
	CLEANUP(fd_close) int root = open_root(unit);
	const struct settings_destination destination = {.name = "a", .url = "https://a/", .token_file = "/etc/token"};
	struct secrets secrets;
	struct error err = {.text = ""};

	HOLDS(unit, "missing", !secrets_read(&unit->arena, root, &destination, &secrets, &err));
	HAS_TEXT(unit, "missing", err.text, "open /etc/token");
	SAME_NUMBER(unit, "missing", err.number, ENOENT);
	for (size_t i = 0; i < COUNT_OF(links); i++) {
		put(unit, "etc/real", "abc\n", 0600);
		unit_link(unit, "etc/token", links[i].target);
		SAME_NUMBER(unit, links[i].name, secrets_read(&unit->arena, root, &destination, &secrets, &err),
			    links[i].good);
		unit_clear(unit);
	}
	unit_make_folder(unit, "etc");
	HOLDS(unit, "fifo", mkfifo(unit_path(unit, "etc/token"), 0600) == 0);
	HOLDS(unit, "fifo", !secrets_read(&unit->arena, root, &destination, &secrets, &err));
	HAS_TEXT(unit, "fifo", err.text, "is no file");
}

static const struct CMUnitTest tests[] = {
	UNIT(a_token_is_one_line_for_nobody_else_to_read),
	UNIT(certificates_may_be_read_by_all_and_keys_may_not),
	UNIT(no_path_leads_out_of_the_root),
};

int main(void)
{
	return cmocka_run_group_tests(tests, NULL, NULL);
}
