/*
 * bare_reader LIST: the least that any check of kernel parameters must do. Opens and reads each file that LIST names, one
 * path a line, and says nothing. Linked statically, so that a start costs as little as it can.
 */
#include <fcntl.h>
#include <stddef.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

/* As much as any plain value needs; the kernel clears as much memory as is asked for. */
enum { LONGEST = 256 };

int main(int argc, char **argv)
{
	struct stat status;
	char value[LONGEST];
	int list = argc == 2 ? open(argv[1], O_RDONLY | O_CLOEXEC) : -1;

	if (list < 0 || fstat(list, &status) != 0 || status.st_size == 0)
		return 2;
	/* Private and writable: each newline becomes the end of a path. */
	char *text = mmap(NULL, (size_t)status.st_size, PROT_READ | PROT_WRITE, MAP_PRIVATE, list, 0);
	if (text == MAP_FAILED)
		return 2;
	char *path = text;
	for (char *at = text; at < text + status.st_size; at++) {
		if (*at != '\n')
			continue;
		*at = '\0';
		int fd = open(path, O_RDONLY | O_CLOEXEC);
		if (fd < 0 || read(fd, value, sizeof(value)) <= 0)
			return 1;
		close(fd);
		path = at + 1;
	}
	return 0;
}
