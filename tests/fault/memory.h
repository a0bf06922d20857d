/* A memory that runs out: every allocation of infradex's own code (through the linker's --wrap) and
 * of SQLite (through its configuration) is counted, and the n-th finds nothing. Other libraries
 * (zlib, PCRE2, libyaml) get their memory from libc and always find some. One thread. */
#ifndef IX_TESTS_FAULT_MEMORY_H
#define IX_TESTS_FAULT_MEMORY_H

#include <stdbool.h>
#include <stdint.h>

struct fault_memory_plan {
    int64_t at;   /* 1: the first from now on; 0: none fails, they are only counted */
    bool lasting; /* all that follow fail too */
};

void fault_memory_install(void); /* before the first use of SQLite; again: nothing */
void fault_memory_begin(struct fault_memory_plan plan);
int64_t fault_memory_end(void); /* nothing fails any more; how many were counted */

#endif
