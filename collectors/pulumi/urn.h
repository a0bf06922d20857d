/* Pulumi's resource names (URNs), taken apart.
 *
 *   urn:pulumi:STACK::PROJECT::PARENT_TYPE$...$TYPE::NAME
 *
 * Stack, project and types cannot hold "::", names may, so the name is everything after the third
 * separator. Source: pulumi/pulumi, sdk/go/common/resource/urn (docs: Concepts > Resources >
 * Names, "URNs").
 */
#ifndef IX_COLLECTORS_PULUMI_URN_H
#define IX_COLLECTORS_PULUMI_URN_H

#include "base/arena.h"

struct ix_pulumi_urn { /* slices of the text that was parsed */
    struct ix_sv stack, project;
    struct ix_sv type_chain; /* with the types of the parents */
    struct ix_sv type;       /* the last of the chain */
    struct ix_sv name;
};

/* False, and *ret_urn untouched, when the text is no URN. An empty name is one (old states). */
bool ix_pulumi_urn_parse(struct ix_sv text, struct ix_pulumi_urn *ret_urn);

/* A provider reference is "<urn of the provider>::<its id>", split at the last "::". False when
 * what is in front is no URN. */
bool ix_pulumi_provider_parse(struct ix_sv reference, struct ix_sv *ret_urn, struct ix_sv *ret_id);

/* "project/stack": what names a stack within its organisation, of which a state says nothing. */
struct ix_sv ix_pulumi_stack_name(struct ix_arena *arena, struct ix_sv project, struct ix_sv stack);
/* The same of the name in a stack reference, "organisation/project/stack", or "stack" of `project`.
 * Empty for "organisation/stack", which leaves the project open. */
struct ix_sv ix_pulumi_stack_referred(struct ix_arena *arena, struct ix_sv project,
                                      struct ix_sv name);

#endif
