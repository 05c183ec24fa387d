/* Which sanitizer is this built with? gcc and clang say so in different
 * words. */
#ifndef PROBE_SANITIZERS_H
#define PROBE_SANITIZERS_H

#if defined __has_feature
#define SANITIZERS_HAS(name) __has_feature(name)
#else
#define SANITIZERS_HAS(name) 0
#endif

#if defined __SANITIZE_ADDRESS__ || SANITIZERS_HAS(address_sanitizer)
enum { UNDER_ASAN = 1 };
#else
enum { UNDER_ASAN = 0 };
#endif

#if defined __SANITIZE_THREAD__ || SANITIZERS_HAS(thread_sanitizer)
enum { UNDER_TSAN = 1 };
#else
enum { UNDER_TSAN = 0 };
#endif

#endif
