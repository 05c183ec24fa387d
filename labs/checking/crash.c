/* A signal handler that only takes notes: where the instruction was and who
 * had called. Then the instruction runs again, without a handler, and the
 * process ends as it would have ended. The judge asks addr2line for the line:
 * the trial is a fork of the judge, so its addresses are the judge's, too. */
#define _GNU_SOURCE /* dl_iterate_phdr, REG_RIP, REG_EIP, gettid by syscall */
#include "crash.h"

#include <fcntl.h>
#include <inttypes.h>
#include <link.h>
#include <signal.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/syscall.h>
#include <ucontext.h>
#include <unistd.h>
#if defined __GLIBC__
#include <execinfo.h>
#endif

static void *instruction(const void *context)
{
    const ucontext_t *u = context;
#if defined __x86_64__
    return (void *)u->uc_mcontext.gregs[REG_RIP];
#elif defined __i386__
    return (void *)u->uc_mcontext.gregs[REG_EIP];
#elif defined __aarch64__
    return (void *)u->uc_mcontext.pc;
#elif defined __arm__
    return (void *)u->uc_mcontext.arm_pc;
#else
    (void)u;
    return NULL;
#endif
}

/* The callers are wanted for a crash in the C library: strlen(NULL). */
static int walk_stack(void **frames, void *pc)
{
    frames[0] = pc;
#if defined __GLIBC__
    void *stack[STAGE_FRAMES];
    int depth = backtrace(stack, STAGE_FRAMES), first = 0;
    while (first < depth && stack[first] != pc)
        first++;
    if (first < depth) {
        depth -= first;
        memcpy(frames, stack + first, (size_t)depth * sizeof stack[0]);
        return depth;
    }
#endif
    return 1;
}

static void take_note(int signal_number, siginfo_t *info, void *context)
{
    pid_t nobody = 0, me = (pid_t)syscall(SYS_gettid);

    if (atomic_compare_exchange_strong(&stage_now->crash.tid, &nobody, me)) {
        stage_now->crash.pid = getpid();
        stage_now->crash.address = info->si_addr;
        stage_now->crash.code = info->si_code;
        stage_now->crash.signal = signal_number;
        /* Last: from a call that led nowhere, to walk is to crash again. */
        stage_now->crash.n_frames =
            walk_stack(stage_now->crash.frames, instruction(context));
    }
    /* Sent by kill, raise or abort: no instruction will bring it again. */
    if (info->si_code <= 0)
        raise(signal_number);
}

/* Endless recursion leaves no stack for a handler. A sanitizer has seen to
 * that already. */
static void lend_stack(void)
{
    enum { STACK_BYTES = 64 * 1024 };
    static char stack[STACK_BYTES]; /* of the child, for as long as it lives */
    stack_t now;

    if (sigaltstack(NULL, &now) == 0 && (now.ss_flags & SS_DISABLE) != 0) {
        stack_t ours = { .ss_sp = stack, .ss_size = sizeof stack };
        sigaltstack(&ours, NULL);
    }
}

void crash_arm(void)
{
    static const int signals[] = { SIGSEGV, SIGBUS, SIGFPE, SIGILL, SIGABRT };
    struct sigaction note = { .sa_sigaction = take_note };

    lend_stack();
    note.sa_flags = (int)(SA_SIGINFO | SA_RESETHAND | SA_ONSTACK);
    for (size_t i = 0; i < sizeof signals / sizeof signals[0]; i++)
        sigaction(signals[i], &note, NULL);
#if defined __GLIBC__
    void *frame;
    backtrace(&frame, 1); /* loads its library now, not in the handler */
#endif
}

/* Where the executable was loaded, and where its code ends. */
struct image {
    uintptr_t base, start, end;
};

static int note_image(struct dl_phdr_info *info, size_t size, void *arg)
{
    struct image *image = arg;

    (void)size;
    image->base = info->dlpi_addr;
    for (int i = 0; i < info->dlpi_phnum; i++) {
        const ElfW(Phdr) *part = &info->dlpi_phdr[i];
        if (part->p_type != PT_LOAD || (part->p_flags & PF_X) == 0)
            continue;
        image->start = info->dlpi_addr + part->p_vaddr;
        image->end = image->start + part->p_memsz;
    }
    return 1; /* the first is the executable: enough */
}

/* A caller's address is where it will go on: one back is still its call. */
static int add_addresses(const struct stage *stage, char *command, size_t size)
{
    struct image image = { 0 };
    size_t used = strlen(command);
    int found = 0;

    dl_iterate_phdr(note_image, &image);
    for (int i = 0; i < stage->crash.n_frames && size - used > 32; i++) {
        uintptr_t at = (uintptr_t)stage->crash.frames[i] - (i > 0);
        if (at < image.start || at >= image.end)
            continue;
        used += (size_t)snprintf(command + used, size - used, " %#" PRIxPTR,
                                 at - image.base);
        found++;
    }
    return found;
}

/* The innermost frame with a known line. Without addr2line: none. */
static void name_line(const struct stage *stage, char *where, size_t size)
{
    char command[STAGE_FRAMES * 20 + 80], line[256];

    where[0] = '\0';
    /* A handle that addr2line inherits: nobody else may look at the judge. */
    const int program = open("/proc/self/exe", O_RDONLY);
    if (program < 0)
        return;
    snprintf(command, sizeof command, "addr2line -s -e /proc/self/fd/%d",
             program);
    FILE *lines = NULL;
    if (add_addresses(stage, command, sizeof command - 16) > 0)
        lines = popen(strcat(command, " 2>/dev/null"), "r");
    close(program);
    if (lines == NULL)
        return;
    while (fgets(line, sizeof line, lines) != NULL)
        if (where[0] == '\0' && strchr(line, '?') == NULL)
            snprintf(where, size, "%.*s", (int)strcspn(line, " \n"), line);
    pclose(lines);
}

void crash_read(struct stage *stage, struct crash *ret_crash)
{
    *ret_crash = (struct crash){ .signal = stage->crash.signal };
    if (ret_crash->signal == 0)
        return;

    ret_crash->in_child = stage->crash.pid != stage->root;
    ret_crash->in_main = stage->crash.tid == stage->crash.pid;
    ret_crash->address = stage->crash.address;
    ret_crash->no_address = stage->crash.code == SI_KERNEL;
    name_line(stage, ret_crash->where, sizeof ret_crash->where);
}
