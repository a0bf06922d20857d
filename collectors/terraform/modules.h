/* Dependencies on whole modules (`depends_on = [module.network]`): they mean everything in the
 * module.
 *
 * Which resources that are is known only when all have passed, so those that depend are kept by the
 * module they name, and the document is walked once more: each instance in such a module is then
 * related to. Memory follows the dependencies on modules, of which there are few, not the file.
 */
#ifndef IX_COLLECTORS_TERRAFORM_MODULES_H
#define IX_COLLECTORS_TERRAFORM_MODULES_H

#include "base/map.h"
#include "indexer/model/resource.h"

enum {
    IX_TF_MODULES_MEMORY_MAX = 64 << 20,  /* bytes of those that depend */
    IX_TF_MODULE_RELATIONS_MAX = 1000000, /* made in one document */
};

struct ix_tf_dependant {
    struct ix_tf_dependant *next;
    struct ix_sv address, variant;
};

struct ix_tf_modules {
    struct ix_arena arena;
    struct ix_map dependants; /* by the module's address without keys: struct ix_tf_dependant */
    int64_t relations;
    int64_t left_out; /* dependencies, and relations that they would have made */
};

void ix_tf_modules_init(struct ix_tf_modules *modules);
void ix_tf_modules_done(struct ix_tf_modules *modules);

/* `dependency` names a module or one of its outputs, relative to `module` when that is not empty.
 */
void ix_tf_modules_keep(struct ix_tf_modules *modules, struct ix_sv address, struct ix_sv variant,
                        struct ix_sv module, struct ix_sv dependency);

/* Calls `relate` for everything that depends on a module around `address`. `scratch` is for the
 * time of the call. */
IX_MUST_CHECK enum ix_code
ix_tf_modules_each(struct ix_tf_modules *modules, struct ix_arena *scratch, struct ix_sv address,
                   enum ix_code (*relate)(void *context, const struct ix_tf_dependant *from,
                                          struct ix_sv to, struct ix_err *err),
                   void *context, struct ix_err *err);

#endif
