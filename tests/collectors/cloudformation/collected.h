/* Runs the CloudFormation collector over a file or bytes and keeps what it pushed as the lines of
 * the exchange format, so that tests look at records by name. */
#ifndef IX_TESTS_CLOUDFORMATION_COLLECTED_H
#define IX_TESTS_CLOUDFORMATION_COLLECTED_H

#include "base/json.h"
#include "collectors/collector.h"

extern const struct ix_collector ix_collector_cloudformation;

struct collected {
    struct ix_arena arena;
    struct ix_recognised recognised;
    enum ix_code code; /* of collect; IX_OK when it was not run */
    struct ix_err err;
    struct ix_buf lines;
    struct ix_json *records; /* an array */
};

/* Collects when the claim is READ. The caller ends it with collected_done. */
void collect_file(struct collected *c, const char *path);
void collect_bytes(struct collected *c, struct ix_sv bytes);
/* A file of tests/fixtures/cloudformation. */
void collect_fixture(struct collected *c, const char *name);
void collected_done(struct collected *c);

/* The path of a sample, NULL (with a message) when the samples are not there. */
const char *sample_path(const char *name);

size_t count_records(const struct collected *c, const char *record);
/* The resource with this address, NULL when there is none. */
const struct ix_json *find_resource(const struct collected *c, const char *address);
/* `to` is an address or an id; NULL compares nothing. */
const struct ix_json *find_relation(const struct collected *c, const char *from, const char *type,
                                    const char *to);
const struct ix_json *find_note(const struct collected *c, const char *words);
const struct ix_json *find_scope(const struct collected *c);
bool has_flag(const struct ix_json *resource, const char *flag);

#endif
