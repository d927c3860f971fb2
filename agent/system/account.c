#include "account.h"

#include "../base/number.h"
#include "../base/text.h"

enum { PASSWD_MOST = 4 << 20, NOBODY = 65534 };

/* "name:x:UID:GID:..." */
static bool read_line(const char *line, const char *name, struct account *account)
{
	size_t length = strlen(name);
	uint64_t user, group;

	if (strncmp(line, name, length) != 0 || line[length] != ':')
		return false;
	const char *field = line + length + 1;
	field += strcspn(field, ":\n");
	if (*field != ':')
		return false;
	size_t digits = strspn(++field, "0123456789");
	if (!number_decimal(field, digits, UINT32_MAX - 1, &user) || user == 0 || field[digits] != ':')
		return false;
	field += digits + 1;
	if (!number_decimal(field, strspn(field, "0123456789"), UINT32_MAX - 1, &group) || group == 0)
		return false;
	*account = (struct account){(uid_t)user, (gid_t)group};
	return true;
}

static bool find(const char *passwd, const char *name, struct account *account)
{
	for (const char *line = passwd; line != NULL && *line != '\0'; line += line[0] == '\n') {
		if (read_line(line, name, account))
			return true;
		line += strcspn(line, "\n");
	}
	return false;
}

static const char *passwd_of(struct arena *arena, const struct tree *tree)
{
	return tree_read_text(arena, tree, "/etc/passwd", PASSWD_MOST);
}

struct account account_find(struct arena *arena, const struct tree *tree)
{
	struct account account;

	return find(passwd_of(arena, tree), "holdfast", &account) ? account : account_nobody(arena, tree);
}

struct account account_nobody(struct arena *arena, const struct tree *tree)
{
	struct account account = {NOBODY, NOBODY};

	(void)find(passwd_of(arena, tree), "nobody", &account);
	return account;
}
