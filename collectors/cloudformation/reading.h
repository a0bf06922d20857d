/* ix_cfn_reading: one input on its way from bytes to pushed records.
 *
 * Every document of CloudFormation is an object with a few members that matter: a template has
 * `Resources`, an answer of the API has one list. A table of members says which ones, and how their
 * values are taken apart; the same table drives a JSON stream (one element in memory at a time) and
 * a tree (YAML, a template inside an answer). So what an element means is written once.
 *
 * Not public: included by the files of this folder alone.
 */
#ifndef IX_COLLECTORS_CLOUDFORMATION_READING_H
#define IX_COLLECTORS_CLOUDFORMATION_READING_H

#include "base/json_reader.h"
#include "base/map.h"
#include "collectors/collector.h"

enum {
    IX_CFN_RESOURCES_MAX = 100000, /* of one template; CloudFormation itself allows 500 */
    IX_CFN_ELEMENT_MAX = 1 << 30,  /* bytes in memory of one element */
    IX_CFN_DOCUMENT_MAX = 1 << 30, /* bytes in memory of a YAML document, or of a TemplateBody */
    IX_CFN_IDS_MAX = 64 << 20, /* bytes in memory of the logical ids and exports of one template */
};

/* member, whether it was left out, what is counted: each becomes one note when it is not zero. */
#define IX_CFN_COUNTS(ROW)                                                                         \
    ROW(unresolved, false,                                                                         \
        "resources with functions (Ref, Fn::...) that only a deployment resolves")                 \
    ROW(conditional, false, "resources that are made only under a condition")                      \
    ROW(loops, true, "Fn::ForEach loops in Resources, not expanded")                               \
    ROW(transforms, true, "Fn::Transform entries in Resources, not expanded")                      \
    ROW(malformed, true, "entries of Resources without a name or a Type")                          \
    ROW(odd_properties, true, "Properties that are no object")                                     \
    ROW(repeated, true, "entries whose logical id comes again further down")                       \
    ROW(tag_functions, true, "tags whose key or value only a deployment resolves")                 \
    ROW(deleted, true, "deleted entries (DELETE_COMPLETE)")                                        \
    ROW(nameless, true, "entries without a name (StackName, LogicalResourceId) or a type")         \
    ROW(test_stacks, true, "recorded moments of test stacks")                                      \
    ROW(foreign, true, "documents that are nothing of CloudFormation")

struct ix_cfn_counts {
#define IX_CFN_COUNT_MEMBER(name, skipped, text) int64_t name;
    IX_CFN_COUNTS(IX_CFN_COUNT_MEMBER)
#undef IX_CFN_COUNT_MEMBER
};

struct ix_cfn_reading {
    const struct ix_collect_env *env;
    struct ix_sink *sink;
    struct ix_arena arena;     /* of one element; emptied after it */
    struct ix_arena document;  /* a YAML document, or a template that came inside an answer */
    struct ix_arena ids;       /* what `logical_ids` stands on */
    struct ix_map logical_ids; /* of the template at hand: how often each is still to come */
    struct ix_map exports;     /* of the template at hand, by logical id: an array of names */
    struct ix_cfn_counts counts;
    struct ix_sv address_prefix; /* in front of every address: the test of a recording */
    bool document_read;          /* a member of the document at hand had a meaning */
    int64_t resources;
    int64_t listed;      /* entries of StackResources */
    bool has_more_pages; /* a NextToken was seen */
};

enum ix_cfn_shape {
    IX_CFN_INSIDE,       /* an object whose members are looked up in the same table */
    IX_CFN_ONE,          /* the value itself */
    IX_CFN_EACH_ELEMENT, /* of an array */
    IX_CFN_EACH_MEMBER,  /* of an object */
    IX_CFN_EACH_NAME,    /* of an object, its values passed over; `node` is NULL */
};

/* `node` lives in r->arena and may be changed; `key` is the member's name, of an array's element
 * the name of the row. */
typedef enum ix_code ix_cfn_read_fn(struct ix_cfn_reading *r, struct ix_sv key,
                                    struct ix_json *node, struct ix_err *err);

struct ix_cfn_member {
    const char *name; /* "*": every member; NULL ends the table */
    enum ix_cfn_shape shape;
    ix_cfn_read_fn *read; /* NULL for INSIDE */
};

/* Walks all documents of the JSON input. */
IX_MUST_CHECK enum ix_code ix_cfn_walk_stream(struct ix_cfn_reading *r,
                                              const struct ix_cfn_member *members,
                                              struct ix_err *err);
/* Walks one tree, which stays as it is: callbacks get copies. */
IX_MUST_CHECK enum ix_code ix_cfn_walk_tree(struct ix_cfn_reading *r,
                                            const struct ix_cfn_member *members,
                                            const struct ix_json *tree, struct ix_err *err);

/* Pushes, with the source, its kind, the prefix and what is common filled in. */
IX_MUST_CHECK enum ix_code ix_cfn_push(struct ix_cfn_reading *r, struct ix_resource *resource,
                                       struct ix_err *err);
/* A declared relation from `from`; the far end by address when `to_id` is empty. */
IX_MUST_CHECK enum ix_code ix_cfn_relate(struct ix_cfn_reading *r, struct ix_relation *relation,
                                         struct ix_err *err);
IX_MUST_CHECK enum ix_code ix_cfn_note(struct ix_cfn_reading *r, struct ix_sv reason, bool skipped,
                                       struct ix_err *err);
/* One note for each count that is not zero. */
IX_MUST_CHECK enum ix_code ix_cfn_note_counts(struct ix_cfn_reading *r, struct ix_err *err);

/* Tags of a list of {Key, Value} or of a map. What is no literal is counted and left out. */
void ix_cfn_read_tags(struct ix_cfn_reading *r, const struct ix_json *tags,
                      struct ix_resource *resource);

#endif
