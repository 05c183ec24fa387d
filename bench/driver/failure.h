/* How a module says what went wrong: it returns -errno and leaves one line
 * here, which main prints. The first failure stays; later ones are its
 * consequences. */
#ifndef DRIVER_FAILURE_H
#define DRIVER_FAILURE_H

struct failure {
    char text[1024]; /* empty: nothing went wrong */
};

/* Notes the line, unless there is one. Returns rc, for `return failure_note(`.
 * A negative rc other than -EINVAL adds what the system says about it. */
__attribute__((format(printf, 3, 4))) int failure_note(struct failure *failure,
                                                       int rc,
                                                       const char *format, ...);

#endif
