/*
 * What is doubtful in profiles and sysctl files. The caller brings each assignment as a setting, whatever it was read
 * from; the rules are three small files: lint_value (one value of one key), lint_set (settings together), lint_lines (how
 * a sysctl file is written). Findings carry a rule, a key and a remedy.
 */
#ifndef HOLDFAST_CORE_LINT_H
#define HOLDFAST_CORE_LINT_H

#include "catalogue.h"
#include "facts.h"
#include "findings.h"
#include "profile.h"

struct lint_setting {
	const char *path;
	const char *canonical; /* of the storage behind path: catalogue_canonical */
	bool glob;
	const char *value;    /* as it stands there; NULL: no single value (a bound, a scale, an exclusion) */
	struct source source; /* of the key */
	const struct requirement *requirement; /* NULL: a line of a sysctl file */
	bool wins;      /* it has the last word at boot, or in the profile; a wildcard: for at least one key */
	bool exclusion; /* `-key`: no assignment at all */
	bool vendor;    /* of a package, not of the administrator */
};
struct lint_settings {
	struct lint_setting *items; /* in the order in which they are read */
	size_t count, capacity;
};

enum lint_presence { LINT_PRESENT, LINT_READ_ONLY, LINT_ABSENT, LINT_NOT_KNOWN };

/* All that lint rests on. */
struct lint {
	struct arena *arena;
	struct findings *findings;
	struct facts_version kernel; /* parts = 0: not known */
	bool systemd;                /* the boot loader; else procps */
	bool wildcards;              /* it knows them in keys */
	void *context;
	/* Whether the kernel looked at has the key, and its value there; NULL where there is no kernel to ask. */
	enum lint_presence (*present)(void *context, const char *path);
	const char *(*live)(void *context, const char *path);
};

/* Adds a finding; key is a path or NULL, remedy may be NULL. */
void lint_add(const struct lint *lint, const struct finding *what, const char *path, const char *format, ...)
	PRINTF_LIKE(4, 5);

/* Rules of many settings compare each with each; of more than this nobody should ask. */
enum { LINT_SETTINGS_MOST = 5000 };

/* The value as a sentence may quote it: cut, and a secret not at all. */
const char *lint_quoted(const struct lint *lint, const struct catalogue_row *row, const char *value);
/* "/etc/sysctl.conf:12" */
const char *lint_place(const struct lint *lint, const struct lint_setting *setting);
bool lint_older(struct facts_version kernel, struct catalogue_version version);
/* Whether the kernel looked at is of a version that has the row's key; true when it is not known. */
bool lint_has(const struct lint *lint, const struct catalogue_row *row);

/* lint_value.c: the setting by itself. */
void lint_value(const struct lint *lint, const struct lint_setting *setting);
/* lint_set.c: what the winners make of each other. */
void lint_set(const struct lint *lint, const struct lint_settings *settings);
/* lint_losers.c: lines of sysctl files that never take effect, and why. */
void lint_losers(const struct lint *lint, const struct lint_settings *settings);
/* lint_lines.c: the text of a sysctl file. */
void lint_lines(const struct lint *lint, const char *file, const char *bytes, size_t length);

#endif
