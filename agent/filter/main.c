/*
 * print-filters: the filters of base/calls as C, on standard output. Started by the Makefile when the programs are built.
 */
#include <stdio.h>
#include <stdlib.h>

#include "assemble.h"

static void print_filter(const char *name, const struct assemble_code *code)
{
	if (code->count == 0) {
		printf("\nconst struct calls_filter %s = {NULL, 0};\n", name);
		return;
	}
	printf("\nstatic const struct sock_filter %s_code[] = {\n", name);
	for (unsigned short i = 0; i < code->count; i++) {
		const struct sock_filter *at = &code->instructions[i];

		printf("\t{0x%02x, %u, %u, 0x%08x},\n", at->code, at->jt, at->jf, at->k);
	}
	printf("};\nconst struct calls_filter %s = {%s_code, sizeof(%s_code) / sizeof(%s_code[0])};\n", name, name,
	       name, name);
}

int main(void)
{
	static const struct {
		const char *name;
		const struct rules *rules;
	} filters[] = {
		{"calls_reading", &rules_reading},
		{"calls_changing", &rules_changing},
		{"calls_sending", &rules_sending},
	};
	struct assemble_code code;
	struct error err;

	printf("/* By agent/filter, from its lists. */\n#include <stddef.h>\n\n#include \"agent/base/calls.h\"\n");
	for (size_t i = 0; i < COUNT_OF(filters); i++) {
		if (!assemble(filters[i].rules, &code, &err)) {
			fprintf(stderr, "print-filters: %s: %s\n", filters[i].name, err.text);
			return EXIT_FAILURE;
		}
		print_filter(filters[i].name, &code);
	}
	if (!assemble_no_socketcall(&code, &err)) {
		fprintf(stderr, "print-filters: calls_no_socketcall: %s\n", err.text);
		return EXIT_FAILURE;
	}
	print_filter("calls_no_socketcall", &code);
	return fflush(stdout) == 0 && ferror(stdout) == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
