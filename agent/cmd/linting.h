/*
 * Brings profiles and sysctl files before lint's rules: reads them, forecasts which lines win, asks the kernel what it
 * has. Findings come back in the order of the files and their lines.
 */
#ifndef HOLDFAST_CMD_LINTING_H
#define HOLDFAST_CMD_LINTING_H

#include "../core/lint.h"
#include "pipeline.h"

struct linting {
	struct run *run;
	struct lint lint;
	struct findings findings;
	struct text_list files; /* as they were looked at; also those that could not be read */
	bool unreadable;        /* one of them, or a profile that is none */
	int unread;             /* errno of the last file that could not be read, 0 for none */
};

/* After pipeline_host. */
void linting_begin(struct linting *linting, struct run *run);
/* A profile by name or file, with the layers below it; findings are of the profile itself. */
void linting_profile(struct linting *linting, const char *word);
/* Remembers a file, for the order of the findings. */
void linting_add_file(struct linting *linting, const char *path);
/* Puts the findings in order. */
void linting_end(struct linting *linting);

#endif
