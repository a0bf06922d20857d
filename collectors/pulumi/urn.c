/* URNs are cut from the left, where nothing can hold the separator; a provider reference is cut
 * from the right, since the URN in it may have a name with "::" while an id has none. */
#include "collectors/pulumi/urn.h"

static const struct ix_sv separator = {.data = "::", .size = 2};

static bool cut(struct ix_sv *rest, struct ix_sv *ret_head) {
    size_t at = ix_sv_find(*rest, separator);
    if (at == IX_SV_NPOS) {
        return false;
    }
    *ret_head = ix_sv_sub(*rest, 0, at);
    *rest = ix_sv_from(*rest, at + separator.size);
    return true;
}

bool ix_pulumi_urn_parse(struct ix_sv text, struct ix_pulumi_urn *ret_urn) {
    const struct ix_sv prefix = IX_SV("urn:pulumi:");
    if (!ix_sv_starts(text, prefix)) {
        return false;
    }
    struct ix_sv rest = ix_sv_from(text, prefix.size);
    struct ix_pulumi_urn urn = {0};
    if (!cut(&rest, &urn.stack) || !cut(&rest, &urn.project) || !cut(&rest, &urn.type_chain)) {
        return false;
    }
    size_t dollar = ix_sv_rfind_char(urn.type_chain, '$');
    urn.type = ix_sv_from(urn.type_chain, dollar == IX_SV_NPOS ? 0 : dollar + 1);
    urn.name = rest;
    if (ix_sv_empty(urn.type)) {
        return false;
    }
    *ret_urn = urn;
    return true;
}

bool ix_pulumi_provider_parse(struct ix_sv reference, struct ix_sv *ret_urn, struct ix_sv *ret_id) {
    for (size_t at = reference.size; at-- > 0;) {
        if (ix_sv_starts(ix_sv_from(reference, at), separator)) {
            struct ix_pulumi_urn parsed;
            struct ix_sv urn = ix_sv_sub(reference, 0, at);
            if (!ix_pulumi_urn_parse(urn, &parsed)) {
                return false;
            }
            *ret_urn = urn;
            *ret_id = ix_sv_from(reference, at + separator.size);
            return true;
        }
    }
    return false;
}

struct ix_sv ix_pulumi_stack_name(struct ix_arena *arena, struct ix_sv project,
                                  struct ix_sv stack) {
    return ix_arena_printf(arena, "%.*s/%.*s", IX_SV_FMT(project), IX_SV_FMT(stack));
}

struct ix_sv ix_pulumi_stack_referred(struct ix_arena *arena, struct ix_sv project,
                                      struct ix_sv name) {
    size_t first = ix_sv_find_char(name, '/');
    if (ix_sv_empty(name) || first == IX_SV_NPOS) {
        return ix_sv_empty(name) ? name : ix_pulumi_stack_name(arena, project, name);
    }
    return ix_sv_rfind_char(name, '/') == first ? (struct ix_sv){0} : ix_sv_from(name, first + 1);
}
