/* What -fsanitize=thread makes the compiler call: its names, our hook. Macros,
 * since C has no other way to write one function for five sizes. A stop comes
 * before the access; the atomic ones are then done as the strongest order. */
#include "hook.h"

#include <stddef.h>
#include <string.h>

/* Declared here, since no header knows them. */
#define PLAIN(name)           \
    void name(void *address); \
    void name(void *address)  \
    {                         \
        (void)address;        \
        hook_here();          \
    }

#define PLAIN_SIZE(bytes)                \
    PLAIN(__tsan_read##bytes)            \
    PLAIN(__tsan_write##bytes)           \
    PLAIN(__tsan_volatile_read##bytes)   \
    PLAIN(__tsan_volatile_write##bytes)  \
    PLAIN(__tsan_unaligned_read##bytes)  \
    PLAIN(__tsan_unaligned_write##bytes) \
    PLAIN(__tsan_read_write##bytes)      \
    PLAIN(__tsan_unaligned_read_write##bytes)

PLAIN_SIZE(1)
PLAIN_SIZE(2)
PLAIN_SIZE(4)
PLAIN_SIZE(8)
PLAIN_SIZE(16)

#define UPDATE(bits, type, operation)                                     \
    type __tsan_atomic##bits##_##operation(volatile type *at, type value, \
                                           int order);                    \
    type __tsan_atomic##bits##_##operation(volatile type *at, type value, \
                                           int order)                     \
    {                                                                     \
        (void)order;                                                      \
        hook_here();                                                      \
        return __atomic_##operation(at, value, __ATOMIC_SEQ_CST);         \
    }

#define EXCHANGE_IF(bits, type, strength, weak)                               \
    int __tsan_atomic##bits##_compare_exchange_##strength(                    \
        volatile type *at, type *expected, type value, int order, int other); \
    int __tsan_atomic##bits##_compare_exchange_##strength(                    \
        volatile type *at, type *expected, type value, int order, int other)  \
    {                                                                         \
        (void)order;                                                          \
        (void)other;                                                          \
        hook_here();                                                          \
        return __atomic_compare_exchange_n(                                   \
            at, expected, value, weak, __ATOMIC_SEQ_CST, __ATOMIC_SEQ_CST);   \
    }

#define ATOMIC(bits, type)                                                     \
    UPDATE(bits, type, fetch_add)                                              \
    UPDATE(bits, type, fetch_sub)                                              \
    UPDATE(bits, type, fetch_and)                                              \
    UPDATE(bits, type, fetch_or)                                               \
    UPDATE(bits, type, fetch_xor)                                              \
    UPDATE(bits, type, fetch_nand)                                             \
    EXCHANGE_IF(bits, type, strong, 0)                                         \
    EXCHANGE_IF(bits, type, weak, 1)                                           \
    type __tsan_atomic##bits##_exchange(volatile type *at, type value,         \
                                        int order);                            \
    type __tsan_atomic##bits##_exchange(volatile type *at, type value,         \
                                        int order)                             \
    {                                                                          \
        (void)order;                                                           \
        hook_here();                                                           \
        return __atomic_exchange_n(at, value, __ATOMIC_SEQ_CST);               \
    }                                                                          \
    type __tsan_atomic##bits##_load(const volatile type *at, int order);       \
    type __tsan_atomic##bits##_load(const volatile type *at, int order)        \
    {                                                                          \
        (void)order;                                                           \
        hook_here();                                                           \
        return __atomic_load_n(at, __ATOMIC_SEQ_CST);                          \
    }                                                                          \
    void __tsan_atomic##bits##_store(volatile type *at, type value,            \
                                     int order);                               \
    void __tsan_atomic##bits##_store(volatile type *at, type value, int order) \
    {                                                                          \
        (void)order;                                                           \
        hook_here();                                                           \
        __atomic_store_n(at, value, __ATOMIC_SEQ_CST);                         \
    }                                                                          \
    type __tsan_atomic##bits##_compare_exchange_val(                           \
        volatile type *at, type expected, type value, int order, int other);   \
    type __tsan_atomic##bits##_compare_exchange_val(                           \
        volatile type *at, type expected, type value, int order, int other)    \
    {                                                                          \
        (void)__tsan_atomic##bits##_compare_exchange_strong(                   \
            at, &expected, value, order, other);                               \
        return expected;                                                       \
    }

ATOMIC(8, unsigned char)
ATOMIC(16, unsigned short)
ATOMIC(32, unsigned)
ATOMIC(64, unsigned long long)

#define QUIET(name, ...)    \
    void name(__VA_ARGS__); \
    void name(__VA_ARGS__)

QUIET(__tsan_init, void)
{
}

QUIET(__tsan_func_entry, void *caller)
{
    (void)caller;
}

QUIET(__tsan_func_exit, void)
{
}

QUIET(__tsan_atomic_thread_fence, int order)
{
    (void)order;
    __atomic_thread_fence(__ATOMIC_SEQ_CST);
}

QUIET(__tsan_atomic_signal_fence, int order)
{
    (void)order;
}

QUIET(__tsan_read_range, void *address, size_t bytes)
{
    (void)address;
    (void)bytes;
    hook_here();
}

QUIET(__tsan_write_range, void *address, size_t bytes)
{
    (void)address;
    (void)bytes;
    hook_here();
}

/* clang sends these three here, gcc calls the C library's. */
void *__tsan_memcpy(void *to, const void *from, size_t bytes);
void *__tsan_memcpy(void *to, const void *from, size_t bytes)
{
    hook_here();
    return memcpy(to, from, bytes);
}

void *__tsan_memmove(void *to, const void *from, size_t bytes);
void *__tsan_memmove(void *to, const void *from, size_t bytes)
{
    hook_here();
    return memmove(to, from, bytes);
}

void *__tsan_memset(void *to, int byte, size_t bytes);
void *__tsan_memset(void *to, int byte, size_t bytes)
{
    hook_here();
    return memset(to, byte, bytes);
}
