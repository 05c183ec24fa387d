/* Memory that parent and children see alike, and the gate at which workers
 * wait for a common start. Everything here exists before the first worker
 * does, so that one code path serves processes and threads. */
#ifndef PROBE_SHARED_H
#define PROBE_SHARED_H

#include <stdatomic.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Two cache lines: the adjacent-line prefetcher pairs them on x86. */
enum { SHARED_PADDING = 128 };

/* Zeroed, touched MAP_SHARED memory of at least `bytes` bytes; NULL with errno
 * set (ENOMEM, EAGAIN) when the system has none. Freed by the process's end:
 * a probe measures once and exits. fork does not copy its page tables. */
void *shared_map(size_t bytes);

enum gate_state { GATE_WAIT = 0, GATE_GO = 1, GATE_ABORT = 2 };

struct gate {
    _Alignas(SHARED_PADDING) _Atomic uint32_t state; /* enum gate_state */
    _Alignas(SHARED_PADDING) _Atomic uint32_t arrived;
};

/* A worker's side: report as arrived, sleep until the gate is opened or the
 * run is called off. Returns GATE_GO or GATE_ABORT. */
enum gate_state gate_pass(struct gate *gate);

/* The parent's side: sleep until `workers` have arrived. False when some never
 * will, since a child process has ended before its time. */
bool gate_await(struct gate *gate, uint32_t workers);

/* The parent's side: let everybody go, or send everybody home. */
void gate_set(struct gate *gate, enum gate_state state);

#endif
