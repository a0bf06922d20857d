/* Addresses of resource instances, written as Terraform and OpenTofu write them:
 *
 *   module.a["k"].module.b[0].data.aws_ami.x["key"]
 *
 * Sources: Terraform's "Resource Address Reference" (configuration language, internals) for the
 * form, its legacy state format (version 3 and before) for dotted keys such as
 * `aws_instance.web.0`. An address without any instance key is a block address: it names all
 * instances of a resource block, through all instances of the modules around it.
 */
#ifndef IX_COLLECTORS_TERRAFORM_ADDRESS_H
#define IX_COLLECTORS_TERRAFORM_ADDRESS_H

#include "base/json.h"

/* `[0]`, `["key"]` with the escapes of a quoted HCL string, or empty for no key. */
struct ix_sv ix_tf_address_key(struct ix_arena *arena, const struct ix_json *key);

/* `module` may be empty; `key` as ix_tf_address_key gives it. */
struct ix_sv ix_tf_address_join(struct ix_arena *arena, struct ix_sv module, bool data,
                                struct ix_sv type, struct ix_sv name, struct ix_sv key);

/* From a dotted key of a state before version 4: `aws_instance.web.0` becomes
 * `aws_instance.web[0]`, under `module`. The `.*` of a dependency names the block. */
struct ix_sv ix_tf_address_legacy(struct ix_arena *arena, struct ix_sv module, struct ix_sv key);

/* Its last part, with the key: `web[0]`. Borrows from `address`. */
struct ix_sv ix_tf_address_last(struct ix_sv address);

/* Takes `module.NAME`, with the key it may have, off the front of an address; NAME comes without
 * the key. False, and nothing taken, where no module stands. */
bool ix_tf_address_module(struct ix_sv *address, struct ix_sv *ret_name);

/* The address of the block behind an instance or a reference to one: without any keys, and without
 * what follows `type.name`. A module's output stays as it is. */
struct ix_sv ix_tf_address_block(struct ix_arena *arena, struct ix_sv address);

/* What a dependency names. */
enum ix_tf_dependency {
    IX_TF_DEPENDENCY_RESOURCE, /* a block or an instance */
    IX_TF_DEPENDENCY_MODULE,   /* a whole module, or one of its outputs */
    IX_TF_DEPENDENCY_VALUE,    /* a variable, a local value: nothing that exists */
};

/* `dependency` relative to its module or absolute: both begin alike. */
enum ix_tf_dependency ix_tf_address_dependency(struct ix_sv dependency);

#endif
