/* What collectors push: what one source says of one thing, and how things hang together.
 *
 * Every slice and node is borrowed: good only during the call it is passed to. Empty text means
 * unknown. The first part is filled by the collector; the part below "derived" is filled by
 * normalisation (indexer/normalise) and stays zero before it.
 */
#ifndef IX_INDEXER_MODEL_RESOURCE_H
#define IX_INDEXER_MODEL_RESOURCE_H

#include "base/hash.h"
#include "base/json.h"
#include "base/time.h"

/* What stands in the place of a dropped secret. */
#define IX_SECRET_MARKER "[secret]"

enum {
    IX_PROPERTIES_MAX = 64 << 20, /* bytes of one thing's properties as JSON */
    IX_TAGS_MAX = 4096,           /* tags of one thing */
    IX_NAME_MAX = 4096,           /* bytes of a name, id, address, tag key */
    IX_TAG_VALUE_MAX = 64 << 10,
};

enum ix_tag_class {
    IX_TAG,        /* cloud tags; Google labels too, as that is what its users call tags */
    IX_LABEL,      /* Kubernetes labels */
    IX_ANNOTATION, /* Kubernetes annotations */
    IX_TAG_CLASS_COUNT
};

struct ix_tag {
    enum ix_tag_class class_;
    struct ix_sv key, value;
};

/* Facts about an observation that are neither properties nor tags. Names: model/flag.def. */
enum ix_flag {
#define IX_FLAG_ROW(symbol, bit, name, help) IX_FLAG_##symbol = 1u << (bit),
#include "indexer/model/flag.def"
#undef IX_FLAG_ROW
};

enum ix_tristate { IX_UNKNOWN = 0, IX_NO = 1, IX_YES = 2 };

struct ix_resource {
    /* where it was said */
    struct ix_sv source;      /* the source's name, unique in a warehouse */
    struct ix_sv source_kind; /* terraform, opentofu, pulumi, cloudformation, kubernetes, ndjson,
                                 "plan" for what is only planned */
    struct ix_sv address;     /* its name inside the source */
    struct ix_sv variant;     /* tells apart several at one address: "deposed:4a5b", "delete:1";
                                 empty for the one that counts */
    struct ix_sv scope; /* the slice of the source it belongs to (see ix_scope); may be empty */

    /* what it is */
    struct ix_sv native_type; /* as the source spells it */
    struct ix_sv provider;    /* aws, azure, gcp, kubernetes, github, random, ... (short name) */
    struct ix_sv provider_address; /* as written: registry.terraform.io/hashicorp/aws */
    struct ix_sv provider_version;
    struct ix_sv native_id; /* the provider's id: ARN, Azure id, self link, uid, i-0abc */
    struct ix_sv name, account, region, zone;
    struct ix_sv stack, project;     /* of the code that made it */
    int64_t created_ms, modified_ms; /* IX_TIME_UNKNOWN when not said */
    uint32_t flags;                  /* of enum ix_flag */

    const struct ix_json *properties; /* an object or NULL */
    const struct ix_tag *tags;
    size_t tag_count;

    /* derived */
    struct ix_sv uid;        /* identity (docs/STORAGE.md): the same real thing, the same uid */
    struct ix_sv type;       /* canonical: aws.s3.bucket */
    struct ix_sv kind;       /* cloud-neutral: bucket; empty when no word fits */
    struct ix_sv category;   /* storage; empty when unknown */
    struct ix_sv service;    /* s3 */
    struct ix_sv managed_by; /* terraform, pulumi, helm, ...; empty: nobody is known to */
    enum ix_tristate encrypted, public_;
};

enum ix_basis { IX_DECLARED, IX_INFERRED };

/* A directed, typed edge. The far end is named by exactly one of the two `to_` members; it need
 * not be known yet. */
struct ix_relation {
    struct ix_sv source;
    struct ix_sv scope;
    struct ix_sv from_address, from_variant; /* within the same source */
    struct ix_sv type; /* of enum words in model/relation.def: depends_on, parent, ... */
    enum ix_basis basis;
    struct ix_sv to_address; /* within the same source */
    struct ix_sv to_id;      /* a uid or native id, in any source */
    struct ix_sv path;       /* the property that says so, when one does */
};

/* A slice of a source that is collected as one: a file, or account x region x type. Only what
 * finished whole may retire what it no longer contains. */
enum ix_scope_outcome { IX_SCOPE_WHOLE, IX_SCOPE_PARTIAL, IX_SCOPE_FAILED };

struct ix_scope {
    struct ix_sv source, name;
    enum ix_scope_outcome outcome;
    enum ix_code error; /* IX_OK unless partial or failed */
    struct ix_sv text;  /* one line for people */
};

/* Something that was left out or needs a word; counted and shown, never silent. */
struct ix_note {
    struct ix_sv source;
    struct ix_sv path;   /* file, with place where known: "a.json:12" */
    struct ix_sv reason; /* one line: "backup of terraform.tfstate" */
    bool skipped;        /* true: what `path` names was left out; false: a remark */
};

/* "protected" for IX_FLAG_PROTECTED ...; NULL for a bit that is no flag. */
const char *ix_flag_name(uint32_t bit);
/* 0 when no flag has this name. */
uint32_t ix_flag_parse(struct ix_sv name);
const char *ix_tag_class_name(enum ix_tag_class tag_class); /* tag, label, annotation */
bool ix_tag_class_parse(struct ix_sv name, enum ix_tag_class *ret_class);

#endif
