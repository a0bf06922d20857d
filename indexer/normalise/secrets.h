/* Secrets: what must not be stored, found by the attribute's type, by its name and by its shape.
 *
 * A dropped value leaves IX_SECRET_MARKER in its place, so that the path stays searchable. Texts
 * are dropped, numbers under a narrower choice of names (and where the whole value is known to be
 * secret), and names of members that have a secret's shape; what names a secret without being one
 * (an ARN, a resource id, a digest, an expression) stays.
 */
#ifndef IX_INDEXER_NORMALISE_SECRETS_H
#define IX_INDEXER_NORMALISE_SECRETS_H

#include "indexer/model/resource.h"

/* The text holds a secret that is known by its shape: a private key, a token with a known prefix,
 * a JWT, a key in a connection string. */
bool ix_secret_shape(struct ix_sv text);
/* A value under this name is a secret: db_password, clientSecret. */
bool ix_secret_name(struct ix_sv name);
/* A line of the text gives a value to a secret's name: DB_PASS=x, or password: x among others. */
bool ix_secret_lines(struct ix_sv text);
/* A number under this name is a secret: password, pin. */
bool ix_secret_number_name(struct ix_sv name);
/* The text could be a secret: not empty, no id, digest or expression. */
bool ix_secret_worth(struct ix_sv text);
/* The text as it may be kept: itself, the marker, or itself with the marker in the place of a
 * URL's password. In the arena, constant, or `text`. */
struct ix_sv ix_secret_clean(struct ix_arena *arena, struct ix_sv text);
/* False: ix_secret_clean leaves the text as it is. Told by a glance at pairs of characters; most
 * texts that are true of it hold no secret either. */
bool ix_secret_possible(struct ix_sv text);

/* As ix_secret_clean for addresses, whose other parts tell them apart: the marker stands in the
 * place of the secret and of what follows it, up to the end of a key in quotes ("]) or of the text.
 */
struct ix_sv ix_secret_cut(struct ix_arena *arena, struct ix_sv text);

/* The rows of secrets.def that speak of a type: a bit each. */
struct ix_secret_rules {
    uint64_t rows;
};

/* `type` is canonical. */
struct ix_secret_rules ix_secret_rules_of(struct ix_sv native_type, struct ix_sv type);
/* Drops every secret of a thing's properties, in place. */
void ix_secrets_drop(struct ix_arena *arena, struct ix_json *properties,
                     struct ix_secret_rules rules);

#endif
