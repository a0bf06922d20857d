/* One state or plan being read: what the readers of its forms share.
 *
 * Each reader (state_v4.c, state_legacy.c, show.c) walks the document with the JSON reader, takes
 * one element after another as a tree, and describes each instance it finds as an
 * ix_tf_instance; ix_tf_reading_push makes a resource and its relations of that.
 */
#ifndef IX_COLLECTORS_TERRAFORM_READING_H
#define IX_COLLECTORS_TERRAFORM_READING_H

#include "base/json_reader.h"
#include "collectors/collector.h"
#include "collectors/terraform/modules.h"

/* What a walk over the document is for. */
enum ix_tf_take {
    IX_TF_TAKE_ALL,          /* resources and their dependencies */
    IX_TF_TAKE_DEPENDENCIES, /* of what is pushed elsewhere: nothing but those */
    IX_TF_TAKE_MODULES,      /* a further walk: relations to what is in modules depended upon */
    IX_TF_TAKE_BEFORE,       /* of a plan, a walk before: drift, and the code's references */
};

struct ix_tf_reading {
    const struct ix_collect_env *env;
    struct ix_sink *sink;
    struct ix_json_reader *reader;
    struct ix_arena element;  /* one element of the document; its reader resets it */
    struct ix_arena instance; /* one instance inside it; reset after each push */
    enum ix_tf_take take;
    uint32_t flags; /* of every instance, beside its own */
    int64_t resources;
    int64_t failing_checks;
    struct ix_arena keep;       /* of the whole document */
    struct ix_sv failing_check; /* the first one's name */
    struct ix_map drift;        /* of a plan, see plan.c */
    struct ix_map references;   /* of a plan, by block: see configuration.h */
    bool errored;               /* a plan that was not made to its end */
    struct ix_tf_modules modules;
};

struct ix_tf_instance {
    struct ix_sv address, variant;
    struct ix_sv type;
    struct ix_sv provider;      /* as written; may be empty */
    struct ix_sv id;            /* where the form gives one beside the attributes */
    bool data;                  /* a data source: referenced, not managed */
    uint32_t flags;             /* of enum ix_flag, beside the one for data sources */
    struct ix_json *attributes; /* secrets hidden; NULL: none known */
    const struct ix_json
        *identity; /* what the provider tells it apart by (Terraform 1.12); or NULL */
    /* Two lists of strings, either may be NULL. Those of `relative` are dotted and relative to
     * `module`; those of `absolute` begin at the root. */
    const struct ix_json *absolute, *relative;
    struct ix_sv module;
};

/* Pushes one resource, and a depends_on relation for each of its dependencies (reading->take says
 * otherwise at times). A dependency names a
 * block more often than an instance: such a to_address has no instance keys at all and means every
 * instance of the block, in every instance of its modules. Whoever stores relations resolves it:
 * here it would need all addresses of a document in memory. Those on whole modules are resolved
 * here, see modules.h. */
IX_MUST_CHECK enum ix_code ix_tf_reading_push(struct ix_tf_reading *reading,
                                              const struct ix_tf_instance *instance,
                                              struct ix_err *err);

/* Called for each member; takes or skips its value. `key` is good until the reader is used. */
typedef enum ix_code ix_tf_member_fn(struct ix_tf_reading *reading, struct ix_sv key, void *context,
                                     struct ix_err *err);

/* The members of the object entered last, to its end. */
IX_MUST_CHECK enum ix_code ix_tf_reading_members(struct ix_tf_reading *reading,
                                                 ix_tf_member_fn *each, void *context,
                                                 struct ix_err *err);
/* The members of the object that is a key's value. null has none; anything else is an error that
 * names `what`. */
IX_MUST_CHECK enum ix_code ix_tf_reading_object(struct ix_tf_reading *reading, const char *what,
                                                ix_tf_member_fn *each, void *context,
                                                struct ix_err *err);
/* Calls `each` inside every object of the array that is a key's value, as above; it reads to that
 * object's end. */
IX_MUST_CHECK enum ix_code ix_tf_reading_objects(struct ix_tf_reading *reading, const char *what,
                                                 enum ix_code (*each)(struct ix_tf_reading *reading,
                                                                      void *context,
                                                                      struct ix_err *err),
                                                 void *context, struct ix_err *err);

/* Whether `node` is of that kind, null or missing: other kinds are faults of the file, and read as
 * nothing they would retire what is there. */
bool ix_tf_reading_fits(const struct ix_json *node, enum ix_json_kind kind);

/* IX_INVALID with the line the reader is at. */
enum ix_code ix_tf_reading_fault(struct ix_tf_reading *reading, const char *what,
                                 struct ix_err *err);

/* `check_results` of a state, `checks` of show -json: counts what does not pass. */
IX_MUST_CHECK enum ix_code ix_tf_reading_checks(struct ix_tf_reading *reading, struct ix_err *err);

/* Calls `each` with every element of the array that is a key's value, as a tree in
 * reading->element. */
IX_MUST_CHECK enum ix_code
ix_tf_reading_elements(struct ix_tf_reading *reading, const char *what,
                       enum ix_code (*each)(struct ix_tf_reading *reading, struct ix_json *element,
                                            void *context, struct ix_err *err),
                       void *context, struct ix_err *err);

/* Flags what a plan says changed outside of Terraform, and names which of its attributes did. */
void ix_tf_plan_mark_drift(struct ix_tf_reading *reading, struct ix_tf_instance *instance);

/* Text for a note, which becomes a remark of the source. */
IX_MUST_CHECK enum ix_code ix_tf_reading_remark(struct ix_tf_reading *reading, struct ix_sv text,
                                                struct ix_err *err);

/* The readers. The reader stands inside the document's outer object, at its end afterwards. */
IX_MUST_CHECK enum ix_code ix_tf_state_v4_read(struct ix_tf_reading *reading, struct ix_err *err);
IX_MUST_CHECK enum ix_code ix_tf_state_legacy_read(struct ix_tf_reading *reading,
                                                   struct ix_err *err);
IX_MUST_CHECK enum ix_code ix_tf_show_state_read(struct ix_tf_reading *reading, struct ix_err *err);
IX_MUST_CHECK enum ix_code ix_tf_plan_read(struct ix_tf_reading *reading, struct ix_err *err);

#endif
