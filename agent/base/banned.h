/*
 * Functions that this code base does not call, each for a reason: no bound (strcpy, sprintf, gets, alloca), no error
 * (atoi, strtol, scanf), hidden state (localtime, gmtime, ctime, signal), a shell (system, popen) or a race (mktemp).
 * Using one is a compile error. Included by attributes.h and so by every module.
 */
#ifndef HOLDFAST_BASE_BANNED_H
#define HOLDFAST_BASE_BANNED_H

/* The C library's own headers first: they declare what is banned below. */
#include <alloca.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#undef alloca
#undef sprintf
#undef vsprintf
#pragma GCC poison strcpy strcat sprintf vsprintf strncpy strncat strtok atoi atol atoll
#pragma GCC poison strtol strtoll strtoul strtoull scanf sscanf fscanf gets mktemp tmpnam system popen
#pragma GCC poison localtime gmtime ctime asctime alloca signal

#endif
