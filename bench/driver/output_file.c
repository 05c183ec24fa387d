/* A temporary name, and a rename when all is on the disk. */
#define _GNU_SOURCE /* mkostemp */
#include "output_file.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

static const char *advice(int rc)
{
    switch (rc) {
    case -ENOSPC:
    case -EDQUOT:
        return "free some space, or give another folder with --output; ";
    case -EACCES:
    case -EPERM:
    case -EROFS:
        return "give a folder that you may write to with --output; ";
    default:
        return "";
    }
}

int output_refused(struct failure *failure, int rc, const char *path)
{
    return failure_note(failure, rc,
                        "cannot write %s (%sno other folder was "
                        "touched)",
                        path, advice(rc));
}

int output_file_begin(const struct output *output, const char *name,
                      struct output_file *file, struct failure *failure)
{
    int length = snprintf(file->final, sizeof(file->final), "%s/%s",
                          output->folder, name);
    int rc = snprintf(file->temporary, sizeof(file->temporary), "%s/.%s.XXXXXX",
                      output->folder, name);
    if (length >= PATH_MAX || rc >= PATH_MAX)
        return output_refused(failure, -ENAMETOOLONG, name);

    int fd = mkostemp(file->temporary, O_CLOEXEC);
    if (fd < 0)
        return output_refused(failure, -errno, file->final);
    file->error = 0;
    file->stream = fdopen(fd, "w");
    if (file->stream == NULL) {
        rc = -errno;
        close(fd);
        unlink(file->temporary);
        return output_refused(failure, rc, file->final);
    }
    return 0;
}

/* Makes it whole: everything on the disk, readable, under its own name. */
int output_file_end(struct output_file *file, struct failure *failure)
{
    mode_t mask = umask(0);
    int rc = -file->error;

    umask(mask);
    if (rc != 0) {
        fclose(file->stream);
        unlink(file->temporary);
        return output_refused(failure, rc, file->final);
    }
    if (fflush(file->stream) != 0 || ferror(file->stream) != 0 ||
        fchmod(fileno(file->stream), 0666 & ~mask) != 0 ||
        fsync(fileno(file->stream)) != 0)
        rc = errno != 0 ? -errno : -EIO;
    if (fclose(file->stream) != 0 && rc == 0)
        rc = -errno;
    if (rc == 0 && rename(file->temporary, file->final) != 0)
        rc = -errno;
    if (rc == 0)
        return 0;
    unlink(file->temporary);
    return output_refused(failure, rc, file->final);
}
