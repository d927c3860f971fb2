/*
 * The commands: one file each, one function each. What they print goes to stdout, complaints to stderr.
 */
#ifndef HOLDFAST_CMD_COMMANDS_H
#define HOLDFAST_CMD_COMMANDS_H

#include "options.h"

enum exit_code check_command(struct run *run);
enum exit_code plan_command(struct run *run);
enum exit_code apply_command(struct run *run);
enum exit_code confirm_command(struct run *run);
enum exit_code rollback_command(struct run *run);
enum exit_code recover_command(struct run *run);
enum exit_code history_command(struct run *run);
enum exit_code verify_command(struct run *run);
enum exit_code show_command(struct run *run);
enum exit_code lint_command(struct run *run);
enum exit_code explain_command(struct run *run);
enum exit_code capture_command(struct run *run);
enum exit_code tcp_command(struct run *run);
enum exit_code report_command(struct run *run);
enum exit_code run_command(struct run *run);

#endif
