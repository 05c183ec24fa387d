/* Is this a build with a sanitizer? gcc and clang say so in different words.
 * Internal to the library and its tests. */
#ifndef CHECKING_SANITIZED_H
#define CHECKING_SANITIZED_H

#if defined __SANITIZE_ADDRESS__ || defined __SANITIZE_THREAD__
#define SANITIZED 1
#elif defined __has_feature
#if __has_feature(address_sanitizer) || __has_feature(thread_sanitizer) || \
    __has_feature(memory_sanitizer)
#define SANITIZED 1
#endif
#endif
#if !defined SANITIZED
#define SANITIZED 0
#endif

#endif
