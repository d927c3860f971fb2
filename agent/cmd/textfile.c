#include "textfile.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <unistd.h>

#include "../report/report_metrics.h"

/* For all to read: node_exporter is another user. */
enum { TEXTFILE_MODE = 0644 };

/* Beside the file, with a name that the collector does not read. */
static bool write_beside(const struct tree *tree, const char *path, const char *beside, const struct text *text,
			 struct error *err)
{
	CLEANUP(fd_close) int fd = -1;
	const char *slash = strrchr(path, '/');
	char folder_path[PATH_MAX];

	snprintf(folder_path, sizeof(folder_path), "%.*s", (int)(slash - path), path);
	CLEANUP(fd_close)
	int folder = tree_open_file(tree, slash == path ? "/" : folder_path, O_RDONLY | O_DIRECTORY);
	if (folder < 0)
		return error_system(err, errno, "open the folder of %s", path);
	if (unlinkat(folder, beside, 0) != 0 && errno != ENOENT)
		return error_system(err, errno, "remove %s", beside);
	fd = openat(folder, beside, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, TEXTFILE_MODE);
	if (fd < 0)
		return error_system(err, errno, "make %s", beside);
	if (fd_write_all(fd, text->bytes, text->length) && fchmod(fd, TEXTFILE_MODE) == 0 &&
	    renameat(folder, beside, folder, slash + 1) == 0)
		return true;
	int cause = errno;
	(void)unlinkat(folder, beside, 0);
	return error_system(err, cause, "write %s", path);
}

void textfile_write(struct run *run, const json_t *document, const struct metrics_spool *spool)
{
	const char *path = run->config.metrics_textfile;
	struct text text = {.arena = run->arena};
	const struct metrics metrics = {.text = &text};
	struct error err = {0};

	metrics_run(&metrics, document, spool);
	if (json_is_object(json_object_get(document, "tcp")) &&
	    !report_metrics(&metrics, json_object_get(document, "tcp"), &err))
		pipeline_complain(arena_printf(run->arena, "the metrics lack the census: %s", err.text));
	const char *beside = arena_printf(run->arena, ".%s.holdfast", strrchr(path, '/') + 1);
	if (!write_beside(&run->tree, path, beside, &text, &err))
		pipeline_complain(arena_printf(run->arena, "the metrics are not written: %s", err.text));
}
