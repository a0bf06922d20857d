/* Random runs over few things. After each: the indexes agree with the rows, and what is alive is
 * what a fresh warehouse holds that was only told the last word of each source. */
#include <criterion/criterion.h>
#include <stdio.h>

#include "store.h"

enum { SOURCES = 3, THINGS = 4, ROUNDS = 60, SEEDS = 4 };

struct word { /* what a source says of one address */
    bool there, related, other_identity;
    unsigned value, far;
};

struct world {
    struct word words[SOURCES][THINGS];
    unsigned state;
};

static unsigned any(struct world *w, unsigned below) {
    w->state = w->state * 1664525u + 1013904223u;
    return (w->state >> 16) % below;
}

static void change_source(struct world *w, unsigned source) {
    for (unsigned t = 0; t < THINGS; t++) {
        if (any(w, 2) == 0) {
            w->words[source][t] = (struct word){
                .there = any(w, 3) != 0,
                .related = any(w, 2) != 0,
                .other_identity = any(w, 4) == 0,
                .value = any(w, 3),
                .far = any(w, THINGS),
            };
        }
    }
}

static void put_word(struct store *s, const struct word *word, unsigned thing) {
    char address[32];
    char uid[32];
    char id[32];
    char props[160];
    char far[32];
    snprintf(address, sizeof address, "aws_vpc.x[%u]", thing);
    snprintf(uid, sizeof uid, "uid-%u", word->other_identity ? thing + THINGS : thing);
    snprintf(id, sizeof id, "vpc-0000000%u", thing / 2 + (word->other_identity ? 2 : 0));
    snprintf(props, sizeof props, "{\"n\": %u, \"on\": %s, \"peer\": [\"vpc-0000000%u\"]}",
             word->value, word->value ? "true" : "\"true\"", word->far);
    snprintf(far, sizeof far, word->value ? "aws_vpc.x[%u]" : "#uid-%u", word->far);
    const struct ix_tag tags[] = {{IX_TAG, IX_SV("Team"), ix_sv_cstr(id)}};
    const struct ix_resource r = {
        .address = ix_sv_cstr(address),
        .uid = ix_sv_cstr(uid),
        .native_id = ix_sv_cstr(id),
        .tags = tags,
        .tag_count = word->value > 0,
    };
    store_put_more(s, r, props);
    if (word->related) {
        store_relate(s, address, far);
    }
}

static void tell_source(struct store *s, const struct world *w, unsigned source, bool discard) {
    static const char *const names[SOURCES] = {"a", "b", "c"};
    static const char *const kinds[SOURCES] = {"terraform", "aws", "pulumi"};
    store_begin(s, names[source], kinds[source]);
    for (unsigned t = 0; t < THINGS; t++) {
        if (w->words[source][t].there) {
            put_word(s, &w->words[source][t], t);
        }
    }
    if (discard) {
        store_discard(s);
    } else {
        store_publish(s);
    }
}

static const char alive[] =
    "SELECT uid, hex(hash) FROM resource WHERE deleted IS NULL "
    "UNION ALL SELECT r.uid, s.name || o.address || hex(o.hash) FROM observation o "
    "JOIN resource r USING (rid) JOIN source s USING (sid) WHERE o.deleted IS NULL "
    "UNION ALL SELECT f.uid || ' to ' || t.uid, e.basis || w.value || e.path || "
    "coalesce(s.name, '') FROM edge e "
    "JOIN resource f ON f.rid = e.src JOIN resource t ON t.rid = e.dst "
    "JOIN word w ON w.wid = e.type LEFT JOIN source s ON s.sid = e.sid "
    "WHERE f.deleted IS NULL ORDER BY 1, 2";

static void compare_with_fresh(struct store *s, const struct world *w, unsigned seed,
                               unsigned round) {
    static char here[1 << 16];
    struct store fresh;
    snprintf(here, sizeof here, "%s", store_rows(s, alive));
    store_open(&fresh);
    for (unsigned i = SOURCES; i > 0; i--) {
        tell_source(&fresh, w, i - 1, false);
    }
    const char *there = store_rows(&fresh, alive);
    cr_assert_str_eq(here, there, "seed %u, round %u:\n%s\nfresh:\n%s", seed, round, here, there);
    store_done(&fresh);
}

Test(random_runs, keep_the_indexes_in_step_and_equal_a_fresh_warehouse) {
    for (unsigned seed = 1; seed <= SEEDS; seed++) {
        struct world w = {.state = seed};
        struct store s;
        store_open(&s);
        for (unsigned round = 0; round < ROUNDS; round++) {
            struct world before = w;
            unsigned source = any(&w, SOURCES);
            change_source(&w, source);
            bool discard = any(&w, 6) == 0;
            tell_source(&s, &w, source, discard);
            if (discard) {
                memcpy(w.words, before.words, sizeof w.words);
            }
            cr_assert_str_empty(store_broken(&s), "seed %u, round %u", seed, round);
            if (round % 6 == 5) {
                compare_with_fresh(&s, &w, seed, round);
            }
        }
        store_done(&s);
    }
}
