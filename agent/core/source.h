/*
 * Where a piece of text stands. Every value that came from text carries one to the end, so that a plan, a report or a
 * refusal can name the line that the user wrote.
 */
#ifndef HOLDFAST_CORE_SOURCE_H
#define HOLDFAST_CORE_SOURCE_H

struct source {
	const char *file; /* as the user knows it; NULL for nowhere */
	unsigned line;    /* from 1; 0 for the file as a whole */
	unsigned column;  /* from 1, in characters; 0 for the line as a whole */
};

#endif
