// Processor-specific copies of a function, chosen when the program is loaded.
#pragma once

// The resolvers that target_clones emits run before the thread sanitizer is set up and crash there.
#if defined(__has_feature)
#if __has_feature(thread_sanitizer)
#define WINNOW_NO_CLONES 1
#endif
#endif
#if !defined(WINNOW_NO_CLONES) && defined(__x86_64__) && defined(__linux__)
#define WINNOW_CLONES \
    __attribute__((target_clones("default", "arch=x86-64-v3", "arch=x86-64-v4")))
#else
#define WINNOW_CLONES
#endif
