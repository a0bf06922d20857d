/* Runs a collector over bytes and keeps what it pushed as records of the exchange format,
 * so that tests look at them by name. */
#ifndef IX_TESTS_SUPPORT_COLLECTED_H
#define IX_TESTS_SUPPORT_COLLECTED_H

#include "base/json.h"
#include "collectors/collector.h"

/* What a test program tests; it defines this. */
extern const struct tested {
    const struct ix_collector *collector;
    const char *fixtures;   /* the folder below tests/fixtures */
    const char *usual_name; /* of a file, where a test does not say one */
} tested;

struct collected {
    struct ix_arena arena;
    struct ix_recognised recognised;
    enum ix_code code; /* of collect; IX_OK when it was not run */
    struct ix_err err;
    struct ix_buf lines;
    struct ix_buf sources;   /* "NAME (KIND)" of each that was begun, a line each */
    bool one_source;         /* as if the user had named it */
    struct ix_json *records; /* an array */
};

/* Recognises, and collects when the claim is READ. Ends with collected_done. */
void collect_bytes(struct collected *c, const char *path, struct ix_sv bytes);
/* The same with a source that the user named: `test`. */
void collect_as_one_source(struct collected *c, struct ix_sv bytes);
/* The file changes after it was looked at: `later` is collected. */
void collect_changed(struct collected *c, struct ix_sv bytes, struct ix_sv later);
/* A file of the fixtures; the test aborts when there is none. */
void collect_fixture(struct collected *c, const char *name);
/* The same under the usual name: what comes of two files can be compared. */
void collect_unnamed(struct collected *c, const char *name);
struct ix_sv fixture_bytes(struct ix_arena *arena, const char *name);
/* A sample; false, with a message, when the samples are not there. */
bool sample_bytes(struct ix_arena *arena, const char *name, struct ix_sv *ret_bytes);
void collected_done(struct collected *c);

bool text_is(const struct ix_json *record, const char *member, const char *expected);
size_t count_records(const struct collected *c, const char *record);
/* By address and variant ("" for the one that counts); NULL when there is none. */
const struct ix_json *find_resource(const struct collected *c, const char *address,
                                    const char *variant);
/* The first of that type, NULL when there is none; `to` is an address or an id, NULL any. */
const struct ix_json *find_relation(const struct collected *c, const char *type, const char *from,
                                    const char *to);
const struct ix_json *find_scope(const struct collected *c); /* the first */
/* How many relations there are; NULL for a member stands for any. `path` "" is none. */
size_t count_relations(const struct collected *c, const char *type, const char *from,
                       const char *to, const char *path);
bool has_flag(const struct ix_json *resource, const char *flag);
bool has_note(const struct collected *c, const char *words);
/* The compact JSON of a member of `properties`; "" when there is none. Good until the next call. */
const char *property(const struct ix_json *resource, const char *name);
bool has_dependency(const struct collected *c, const char *from, const char *to);

#endif
