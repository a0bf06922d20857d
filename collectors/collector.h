/* ix_collector: reads one kind of source and pushes what it finds into a sink.
 *
 * A collector is a row of constant data and two functions. It sees nothing of the world but its
 * environment: the input, an arena, a clock reading, a cancel flag. So each one runs in a test from
 * recorded input, byte for byte. It never logs, never prints, never opens files by itself.
 *
 * Recognition looks at content: an outline of the first document (base/json_reader.h), the first
 * bytes, and only last the name. Exactly one collector should claim an input; when several do, the
 * highest `confidence` wins.
 *
 * To write a new one: a folder with a meson.build, one word in collectors/meson.build, tests in
 * tests/collectors/. collectors/ndjson is the smallest to copy. docs/COLLECTORS.md walks through
 * it.
 */
#ifndef IX_COLLECTORS_COLLECTOR_H
#define IX_COLLECTORS_COLLECTOR_H

#include "base/arena.h"
#include "base/json.h"
#include "base/stream.h"
#include "indexer/model/sink.h"

enum ix_input_form {
    IX_FORM_EMPTY,  /* no bytes, or white space alone */
    IX_FORM_JSON,   /* begins as JSON (a sequence of documents included) */
    IX_FORM_YAML,   /* text that is YAML with a mapping or sequence at its top */
    IX_FORM_TEXT,   /* other text (CSV, HCL, ...) */
    IX_FORM_BINARY, /* not text */
};

/* One input: a file, standard input, or bytes of a test. Opened as often as needed: recognition
 * and collection each read it from its beginning. */
struct ix_input {
    struct ix_sv path;      /* as shown to people; "-" is standard input */
    struct ix_sv base_name; /* last part of the path, without .gz or .zst */
    enum ix_input_form form;
    struct ix_sv head;       /* the first bytes, expanded (up to IX_INPUT_HEAD) */
    struct ix_json *outline; /* of the first (non-empty) document; NULL unless JSON or YAML */
    struct ix_sv fault;      /* why there is no outline though the form is JSON or YAML: the
                                syntax error, with line and column; why it is no text though the
                                form is BINARY; else empty */
    size_t fault_byte;
    enum ix_code (*open)(const struct ix_input *input, struct ix_stream **ret_stream,
                         struct ix_err *err);
    void *open_context;
};

enum { IX_INPUT_HEAD = 64 << 10 };

static inline IX_MUST_CHECK enum ix_code
ix_input_open(const struct ix_input *input, struct ix_stream **ret_stream, struct ix_err *err) {
    return input->open(input, ret_stream, err);
}

enum ix_claim {
    IX_CLAIM_NONE,   /* not mine */
    IX_CLAIM_READ,   /* mine: collect it */
    IX_CLAIM_IGNORE, /* mine, and rightly nothing to index: a backup, a lock file. `reason` says so
                      */
    IX_CLAIM_REFUSE, /* mine, and cannot be read: encrypted, unknown version. `reason` says why and
                        what to do */
};

enum { IX_CONFIDENCE_WEAK = 10, IX_CONFIDENCE_LIKELY = 50, IX_CONFIDENCE_SURE = 100 };

struct ix_recognised {
    enum ix_claim claim;
    int confidence;
    const char *format;       /* "terraform state v4": constant text */
    struct ix_sv source_kind; /* what sources of this input are called: terraform, opentofu, plan */
    struct ix_sv reason;      /* for IGNORE and REFUSE; in the arena */
    bool names_sources;       /* its records say themselves which source they are of */
};

struct ix_collect_env {
    const struct ix_input *input;
    const struct ix_recognised *recognised;
    struct ix_sv source; /* the source's name, to be put into everything that is pushed */
    /* For an input that names its sources: called before the first record of each, which then
     * carries that name; what came before it was the whole of the source before. NULL: everything
     * belongs to `source`. */
    enum ix_code (*begin_source)(void *context, struct ix_sv source, struct ix_sv source_kind,
                                 struct ix_err *err);
    void *begin_source_context;
    int64_t now_ms;
    bool strict;           /* what could be left out and noted is an error */
    const bool *cancelled; /* looked at between elements; NULL: never */
    void (*progress)(void *context, int64_t resources); /* may be NULL */
    void *progress_context;
    const void *settings; /* of the collector's option table */
};

/* Which whole a file is part of, as its path tells. */
struct ix_delivery {
    struct ix_sv source;  /* all deliveries of one thing have the same */
    struct ix_sv period;  /* a newer delivery stands in the place of an older of the same period */
    struct ix_sv version; /* of that period; may be empty */
    bool in_time;         /* a version that comes later in the order of bytes is a newer one */
};

typedef enum ix_code ix_take_name(void *context, struct ix_sv name, struct ix_err *err);

struct ix_parting {
    /* `path` is absolute. False: the file stands by itself. Errors of memory stay in the arena.
     * NULL: files do so unless they are given one name. */
    bool (*find)(struct ix_arena *arena, struct ix_sv path, struct ix_delivery *ret_delivery);
    /* Calls `take` with the name of each file that a manifest in the folder says is a part; without
     * a manifest never. `folder` ends in a slash, or is empty: the current one. The error is
     * take's, or says that a manifest cannot be read. NULL: there are none. */
    enum ix_code (*each_named)(struct ix_sv folder, ix_take_name *take, void *context,
                               struct ix_err *err);
};

struct ix_option;

struct ix_collector {
    const char *name;    /* "terraform" */
    const char *summary; /* one line: what it reads */
    /* Inputs of one source are parts of a whole, kept together or not at all, and hold nothing but
     * lines of bills. Several are read at a time, each by a thread of its own. NULL: each by
     * itself. */
    const struct ix_parting *parting;
    const struct ix_option *options; /* NULL: none */
    size_t settings_size;
    const char *const *formats; /* what it reads, NULL at the end; for help and docs */
    /* May not fail: what cannot be told is IX_CLAIM_NONE. `arena` holds ret->reason. */
    void (*recognise)(const struct ix_input *input, struct ix_arena *arena,
                      struct ix_recognised *ret_recognised);
    /* Pushes everything, then the outcome of each scope. An error means: nothing of this input
     * counts. Memory does not grow with the input. */
    enum ix_code (*collect)(const struct ix_collect_env *env, struct ix_sink *sink,
                            struct ix_err *err);
};

/* All collectors built in, NULL at the end (collectors/registry.c, written by meson). */
extern const struct ix_collector *const ix_collectors[];

#endif
