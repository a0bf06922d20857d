/* Two questions in turn: where in the text is the provider's own name, and which cloud is that. */
#include "collectors/terraform/provider.h"

/* Providers that serve the same cloud share its name, so that a search for it finds all. */
static const struct {
    const char *own, *short_name;
} short_names[] = {
    {"awscc", "aws"},          {"azurerm", "azure"},
    {"azuread", "azure"},      {"azapi", "azure"},
    {"azurestack", "azure"},   {"google", "gcp"},
    {"google-beta", "gcp"},    {"kubernetes-alpha", "kubernetes"},
    {"kubectl", "kubernetes"},
};

static struct ix_sv short_name(struct ix_sv own) {
    for (size_t i = 0; i < sizeof short_names / sizeof *short_names; i++) {
        if (ix_sv_eq_cstr(own, short_names[i].own)) {
            return ix_sv_cstr(short_names[i].short_name);
        }
    }
    return own;
}

static struct ix_sv before(struct ix_sv text, char end) {
    size_t at = ix_sv_find_char(text, end);
    return at == IX_SV_NPOS ? text : ix_sv_sub(text, 0, at);
}

static struct ix_sv after_last_slash(struct ix_sv text) {
    size_t slash = ix_sv_rfind_char(text, '/');
    return slash == IX_SV_NPOS ? text : ix_sv_from(text, slash + 1);
}

/* The bytes between `provider["` and the closing quote. */
static bool quoted_address(struct ix_sv text, struct ix_sv *ret_address) {
    struct ix_sv mark = IX_SV("provider[\"");
    size_t at = ix_sv_find(text, mark);
    if (at == IX_SV_NPOS) {
        return false;
    }
    *ret_address = before(ix_sv_from(text, at + mark.size), '"');
    return true;
}

static struct ix_sv own_name(struct ix_sv text) {
    if (ix_sv_find_char(text, '/') != IX_SV_NPOS) {
        return after_last_slash(text);
    }
    struct ix_sv mark = IX_SV("provider.");
    size_t at = ix_sv_find(text, mark);
    return before(at == IX_SV_NPOS ? text : ix_sv_from(text, at + mark.size), '.');
}

struct ix_tf_provider ix_tf_provider_parse(struct ix_sv text, struct ix_sv type) {
    struct ix_tf_provider provider = {.address = text};
    quoted_address(text, &provider.address);
    struct ix_sv own = own_name(provider.address);
    provider.name = short_name(ix_sv_empty(own) ? before(type, '_') : own);
    return provider;
}
