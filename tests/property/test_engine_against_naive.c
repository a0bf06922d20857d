/* Random small worlds and random queries: the engine and the naive evaluator must find the same. A
 * difference names the seed, the query, and who found what. IX_PROPERTY_ROUNDS asks for more. */
#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "base/time.h"
#include "naive.h"
#include "query/run.h"

enum { THINGS = 40, EDGES = 50, QUERIES = 250, WORLDS = 24, QUERY_SIZE = 2048 };

/* ---- chance ---- */

static uint64_t state;

static unsigned below(unsigned n) {
    state = state * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
    return (unsigned)((state >> 33) % n);
}

#define PICK(array) (array)[below(sizeof(array) / sizeof *(array))]

/* ---- worlds ---- */

static const char *const names[] = {"alpha", "beta-1", "gammaDelta", "alpha-beta", "x.y", "Größe"};
static const char *const regions[] = {"", "eu-1", "eu-2", "US-1"};
static const char *const kinds[] = {"", "volume", "bucket", "instance"};
static const char *const types[] = {"aws_ebs_volume", "aws:s3/bucketV2:BucketV2", "x_thing"};
static const char *const keys[] = {"a", "b", "c", "od.d"};
static const char *const texts[] = {"red",        "Red",  "5", "7.5",    "true",
                                    "2024-05-06", "null", "",  "red fox"};
static const char *const odd_texts[] = {"1.2.3", "v1.10.0-rc.1", "10.1.2.3", "10.0.0.0/8", "2.0"};
static const char *const tag_keys[] = {"env", "owner", "app/x"};
static const char *const tag_values[] = {"prod", "PROD", "dev", "", "a b"};

static struct ix_json *random_value(struct ix_arena *a, int depth) {
    static const char *const numbers[] = {"7.50", "9007199254740992", "9007199254740993",
                                          "9007199254740994"};
    unsigned kind = below(depth > 0 ? 8 : 5);
    if (kind == 5 || kind == 6) {
        struct ix_json *object = ix_json_new_object(a);
        for (unsigned n = below(4); n > 0; n--) {
            ix_json_set(a, object, ix_sv_cstr(PICK(keys)), random_value(a, depth - 1));
        }
        return object;
    }
    if (kind == 7) {
        struct ix_json *array = ix_json_new_array(a);
        for (unsigned n = below(4); n > 0; n--) {
            ix_json_append(array, random_value(a, depth - 1));
        }
        return array;
    }
    return kind == 0       ? ix_json_new_bool(a, below(2))
           : kind == 1     ? ix_json_new_null(a)
           : kind == 2     ? ix_json_new_int64(a, (int64_t)below(10))
           : below(6) == 0 ? ix_json_new_string(a, ix_sv_cstr(PICK(odd_texts)))
           : kind == 3     ? ix_json_new_number(a, ix_sv_cstr(PICK(numbers)))
                           : ix_json_new_string(a, ix_sv_cstr(PICK(texts)));
}

static void random_thing(struct ix_arena *a, struct naive_thing *t, size_t number) {
    struct ix_json *props = ix_json_new_object(a);
    for (unsigned n = below(4); n > 0; n--) {
        ix_json_set(a, props, ix_sv_cstr(PICK(keys)), random_value(a, 3));
    }
    struct ix_sv type = ix_sv_cstr(PICK(types));
    t->resource = (struct ix_resource){
        .source = IX_SV("s"),
        .source_kind = IX_SV("ndjson"),
        .address = ix_arena_printf(a, "addr.%zu", number),
        .native_type = type,
        .native_id = ix_arena_printf(a, "id-%zu", number),
        .uid = ix_arena_printf(a, "uid:%zu", number),
        .name = ix_sv_cstr(PICK(names)),
        .provider = below(2) ? IX_SV("aws") : IX_SV("x"),
        .region = ix_sv_cstr(PICK(regions)),
        .kind = ix_sv_cstr(PICK(kinds)),
        .type = below(2) ? type : IX_SV("aws.s3.bucket"),
        .managed_by = below(2) ? IX_SV("terraform") : (struct ix_sv){0},
        .created_ms =
            below(3) ? INT64_C(1700000000000) + (int64_t)below(400) * IX_DAY_MS : IX_TIME_UNKNOWN,
        .modified_ms = IX_TIME_UNKNOWN,
        .flags = below(4) ? 0 : IX_FLAG_PROTECTED | (below(2) ? IX_FLAG_TAINTED : 0),
        .encrypted = (enum ix_tristate)below(3),
        .properties = props,
        .tags = t->tags,
    };
    for (size_t k = 0; k < sizeof tag_keys / sizeof *tag_keys; k++) {
        if (below(2)) {
            t->tags[t->resource.tag_count++] =
                (struct ix_tag){below(4) ? IX_TAG : IX_LABEL, ix_sv_cstr(tag_keys[k]),
                                ix_sv_cstr(PICK(tag_values))};
        }
    }
}

static struct naive_world random_world(struct ix_arena *a) {
    static const struct ix_sv edge_types[] = {{"depends_on", 10}, {"uses", 4}};
    struct naive_world w = {.count = THINGS, .edge_count = EDGES, .arena = a};
    w.things = ix_arena_array(a, THINGS, sizeof *w.things);
    w.edges = ix_arena_array(a, EDGES, sizeof *w.edges);
    for (size_t i = 0; i < THINGS; i++) {
        random_thing(a, &w.things[i], i);
        w.things[i].deleted = below(8) == 0;
    }
    for (size_t i = 0; i < EDGES; i++) {
        size_t from = below(THINGS);
        size_t to = (from + 1 + below(THINGS - 1)) % THINGS;
        bool alive = !w.things[from].deleted && !w.things[to].deleted;
        w.edges[i] = (struct naive_edge){from, to, edge_types[below(2)]};
        i -= !alive; /* what is gone has no relations any more */
    }
    return w;
}

static void must(enum ix_code code, const struct ix_err *err) {
    cr_assert_eq(code, IX_OK, "%s", err->text);
}

static void push(struct ix_warehouse *warehouse, const struct naive_world *w, bool with_deleted) {
    struct ix_err err = {0};
    struct ix_sink *sink;
    struct ix_run_result result;
    const struct ix_run_info info = {IX_SV("s"), IX_SV("ndjson"), IX_SV("memory"), 1000};
    const struct ix_scope whole = {.source = IX_SV("s")};
    must(ix_warehouse_run_begin(warehouse, &info, &sink, &err), &err);
    for (size_t i = 0; i < w->count; i++) {
        if (with_deleted || !w->things[i].deleted) {
            must(ix_sink_resource(sink, &w->things[i].resource, &err), &err);
        }
    }
    for (size_t i = 0; i < w->edge_count; i++) {
        const struct ix_relation relation = {
            .source = IX_SV("s"),
            .from_address = w->things[w->edges[i].from].resource.address,
            .to_address = w->things[w->edges[i].to].resource.address,
            .type = w->edges[i].type,
        };
        must(ix_sink_relation(sink, &relation, &err), &err);
    }
    must(ix_sink_scope(sink, &whole, &err), &err);
    must(ix_warehouse_run_publish(warehouse, 2000, &result, &err), &err);
}

/* ---- queries ---- */

static void add(char *q, const char *format, ...) __attribute__((format(printf, 2, 3)));

static void add(char *q, const char *format, ...) {
    size_t size = strlen(q);
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(q + size, QUERY_SIZE - size, format, arguments);
    va_end(arguments);
}

static void random_path(char *q) {
    static const char *const middles[] = {".", "[*].", ".**."};
    static const char *const keys_written[] = {"a", "b", "c", "[\"od.d\"]"};
    const char *first = PICK(keys_written);
    add(q, "%s%s", first[0] == '[' ? "" : below(8) ? "." : ".**.", first);
    if (first[0] == '[') { /* an odd key first: .["od.d"] */
        q[strlen(q) - strlen(first)] = '\0';
        add(q, ".b");
    }
    if (below(3) == 0) {
        add(q, "%s%s", PICK(middles), below(2) ? "b" : "c");
    } else if (below(8) == 0) {
        add(q, "[0]");
    }
}

static void random_match(char *q) {
    static const char *const matches[] = {":red",
                                          "=red",
                                          ":5",
                                          "=5",
                                          ">4",
                                          "<=7.5",
                                          ":\"5\"",
                                          ":true",
                                          ":null",
                                          ":r*",
                                          ":",
                                          ":2..7",
                                          ":/^r/",
                                          "!=red",
                                          ":(red, 5)",
                                          ":>2024-01-01",
                                          "=true",
                                          ":\"red fox\"",
                                          ":[* to 5]",
                                          ":9007199254740993",
                                          "<9007199254740993",
                                          ">9007199254740993",
                                          ">=9007199254740994",
                                          "<=9007199254740992",
                                          "!=9007199254740992"};
    add(q, "%s", PICK(matches));
}

static void random_operand(char *q) {
    static const char *const operands[] = {
        ".a", ".b",   ".c",      ".a[*].b", ".**.c",      "2",       "7.5",  "\"5\"", "\"red\"",
        "1d", "name", "created", "age",     "2024-05-06", "tag.env", "true", "now"};
    add(q, "%s", PICK(operands));
}

static void random_call(char *q, int depth) {
    static const char *const one[] = {"len",   "lower", "upper", "abs",
                                      "round", "day",   "month", "semver"};
    static const char *const two[] = {"contains", "startswith", "endswith", "cidr_contains",
                                      "coalesce"};
    static const char *const parts[] = {".a", "lower(.b)", "name", "tag.owner", ".**.c"};
    static const char *const texts_written[] = {"\"re\"", "\"D\"", "\"10.0.0.0/8\"", ".b", "name"};
    switch (below(depth > 0 ? 7 : 6)) {
    case 4:
        add(q, below(2) ? "split(%s, \"%s\")" : "split(%s, \"%s\", -1)", PICK(parts),
            below(2) ? "e" : "1");
        break;
    case 5:
        add(q, below(4) ? "bin(" : "json(.b");
        if (q[strlen(q) - 1] == '(') {
            random_operand(q);
            add(q, below(2) ? ", 3" : ", 7d");
        }
        add(q, ")");
        break;
    case 6:
        add(q, "if(%s, ", below(2) ? "tag.env:prod" : ".a>3 OR NOT kind:bucket");
        random_call(q, depth - 1);
        add(q, ", ");
        random_operand(q);
        add(q, ")");
        break;
    case 0:
        add(q, "%s(%s, %s)", PICK(two), PICK(parts), PICK(texts_written));
        break;
    case 1:
        add(q, "replace(%s, \"%s\", \"%s\")", PICK(parts), below(2) ? "r" : "a",
            below(2) ? "" : "xx");
        break;
    default:
        add(q, "%s(", PICK(one));
        random_operand(q);
        if (depth > 0 && below(2)) {
            static const char *const operators[] = {" + ", " - ", " * ", " / ", " % "};
            add(q, "%s", PICK(operators));
            if (below(3) == 0) {
                random_call(q, depth - 1);
            } else {
                random_operand(q);
            }
        }
        add(q, ")");
    }
}

static void random_function(char *q) {
    static const char *const compares[] = {" = ", " != ", " > ", " >= ", " < ", " <= "};
    static const char *const rights[] = {"1",       "3",     "5",      "30d",     "red",
                                         "\"red\"", "1.2.3", "1.10.0", "2024-05", "2023-11-14",
                                         ".b",      ".c",    "name",   "created", "7.5"};
    random_call(q, 2);
    if (below(5) > 0) {
        add(q, "%s%s", PICK(compares), PICK(rights));
    }
}

static void random_query(char *q, int depth);

static void random_relation(char *q) {
    static const char *const hops[] = {"-->",
                                       "<--",
                                       "-[uses]->",
                                       "<-[depends_on]-",
                                       "-[depends_on*1..3]->",
                                       "-[uses*0..2]->",
                                       "-[uses*2..3]->",
                                       "<-[depends_on,uses*1..2]-",
                                       "<-[uses*2..4]-"};
    static const char *const wheres[] = {"", " kind:volume", " name:alpha", " region:eu-*"};
    unsigned form = below(3);
    const char *hop = PICK(hops);
    const char *second = below(4) == 0 ? PICK(hops) : "";
    add(q, "%s(%s%s%s)", form == 0 ? "has" : form == 1 ? "no" : "count", hop, second, PICK(wheres));
    if (form == 2) {
        add(q, "%s%u", below(2) ? ">" : "=", below(3));
    }
}

static void random_atom(char *q, int depth) {
    static const char *const plain[] = {"alpha",
                                        "beta",
                                        "\"alpha beta\"",
                                        "red",
                                        "al*",
                                        "delta",
                                        "eu",
                                        "volume",
                                        "uid",
                                        "name:alpha",
                                        "name=alpha",
                                        "name:gammaDelta",
                                        "name:g*",
                                        "name:/a$/",
                                        "-name:beta",
                                        "region:eu-1",
                                        "region:us-1",
                                        "region=us-1",
                                        "region:eu-*",
                                        "region:",
                                        "-region:",
                                        "region!=eu-1",
                                        "kind:volume",
                                        "kind:(volume, bucket)",
                                        "kind in (bucket, instance)",
                                        "provider:aws",
                                        "managed_by:terraform",
                                        "-managed_by:",
                                        "type:bucket",
                                        "type:aws_s3_bucket",
                                        "type:volume",
                                        "created:>2024-03-01",
                                        "created:2024",
                                        "-created:",
                                        "encrypted:true",
                                        "encrypted:unknown",
                                        "is:encrypted",
                                        "-encrypted:false",
                                        "flag:protected",
                                        "is:tainted",
                                        "tag.env:prod",
                                        "tag.env=PROD",
                                        "tag.env:",
                                        "-tag.owner:",
                                        "tag:none",
                                        "tag:env=dev",
                                        "tag.app/x:\"a b\"",
                                        "label.env:prod",
                                        "tag.key:owner",
                                        "is:untagged",
                                        "address:\"addr.7\"",
                                        "id:id-3",
                                        "id=id-3",
                                        "deleted:any",
                                        "managed:false",
                                        "drifted:unknown",
                                        "-idle:",
                                        "orphan:false",
                                        "default:unknown"};
    switch (below(10)) {
    case 8:
    case 9:
        random_function(q);
        break;
    case 0:
    case 1:
    case 2:
        add(q, "%s", PICK(plain));
        break;
    case 3:
    case 4:
        random_path(q);
        random_match(q);
        break;
    case 5:
        add(q, "%s ", below(3) == 0 ? "any" : below(2) ? "all" : "none");
        random_path(q);
        random_match(q);
        break;
    case 6:
        if (below(2)) {
            add(q, "len(.%s)%s%u", PICK(keys) == keys[0] ? "a" : "b", below(2) ? ">" : "=",
                below(4));
        } else {
            add(q, ".%s[*]{ %s%s %s %s%s }", below(2) ? "a" : "b", below(2) ? "a" : "c",
                below(2) ? ":5" : ">2", below(2) ? "AND" : "OR", below(2) ? "b" : "c",
                below(2) ? ":red" : "");
            if (q[strlen(q) - 3] == 'b' || q[strlen(q) - 3] == 'c') {
                q[strlen(q) - 2] = '\0';
                add(q, ": }");
            }
        }
        break;
    default:
        if (depth > 0) {
            add(q, "%s(", below(2) ? "NOT " : "");
            random_query(q, depth - 1);
            add(q, ")");
        } else {
            random_relation(q);
        }
    }
}

static void random_query(char *q, int depth) {
    random_atom(q, depth);
    for (unsigned n = below(3); n > 0; n--) {
        add(q, "%s", below(2) ? " " : below(2) ? " OR " : " AND ");
        random_atom(q, depth);
    }
}

static void random_stages(char *q) {
    static const char *const stages[] = {" | <-[uses*0..2]-", " | -->", " | where kind:volume",
                                         " | -[depends_on*1..3]-> region:", " | where -.a:5"};
    if (below(4) == 0) {
        add(q, "%s", PICK(stages));
    }
}

/* ---- the comparison ---- */

static bool engine_finds(struct ix_warehouse *warehouse, struct ix_arena *a, struct ix_sv text,
                         bool *found, struct ix_err *err) {
    const struct ix_run_query_settings settings = {.now_ms = INT64_C(1750000000000)};
    struct ix_answer *answer;
    if (ix_query_run(warehouse, text, &settings, &answer, err) != IX_OK) {
        return false;
    }
    memset(found, 0, THINGS * sizeof *found);
    for (struct ix_json *row;;) {
        must(ix_answer_next(answer, a, &row, err), err);
        if (!row) {
            break;
        }
        size_t number = (size_t)atol(ix_json_get_string(row, "uid").data + 4);
        cr_assert(!found[number], "%s: a row came twice", text.data);
        found[number] = true;
    }
    ix_answer_close(answer);
    return true;
}

/* Queries in which expressions were compared and found some, but not all. */
static size_t function_queries;

static bool has_compare(const struct ix_pred *pred) {
    bool list = pred->kind == IX_PRED_AND || pred->kind == IX_PRED_OR;
    for (size_t i = 0; list && i < pred->list.count; i++) {
        if (has_compare(pred->list.items[i])) {
            return true;
        }
    }
    return pred->kind == IX_PRED_COMPARE || (pred->kind == IX_PRED_NOT && has_compare(pred->inner));
}

static void count_functions(const struct ix_plan *plan, const bool *found) {
    size_t count = 0;
    for (size_t i = 0; i < THINGS; i++) {
        count += found[i];
    }
    function_queries += has_compare(plan->search) && count > 0 && count < THINGS / 2;
}

static void compare(struct ix_warehouse *warehouse, struct naive_world *world, const char *text,
                    uint64_t seed, size_t *ret_compared) {
    struct ix_arena a;
    struct ix_err err = {0};
    struct ix_query query;
    struct ix_plan plan;
    const struct ix_query_settings settings = {.now_ms = INT64_C(1750000000000)};
    bool by_engine[THINGS];
    bool by_naive[THINGS];
    ix_arena_init(&a, 0);
    world->arena = &a;
    if (ix_query_parse(&a, ix_sv_cstr(text), &query, &err) == IX_OK &&
        ix_query_check(&a, &query, &settings, &plan, &err) == IX_OK &&
        naive_find(world, &plan, by_naive)) {
        bool answered = engine_finds(warehouse, &a, ix_sv_cstr(text), by_engine, &err);
        cr_assert(answered, "%s: %s", text, err.text);
        struct ix_buf printed = {0};
        ix_plan_print(&printed, &plan);
        for (size_t i = 0; i < THINGS; i++) {
            struct ix_buf props = {0};
            ix_json_write(&props, world->things[i].resource.properties);
            cr_assert_eq(by_engine[i], by_naive[i],
                         "seed %llu\n%s\n%s\nthing %zu: engine %d, naive %d\n%.*s",
                         (unsigned long long)seed, text, ix_buf_cstr(&printed), i, by_engine[i],
                         by_naive[i], IX_SV_FMT(ix_buf_sv(&props)));
            ix_buf_done(&props);
        }
        ix_buf_done(&printed);
        count_functions(&plan, by_engine);
        ++*ret_compared;
    }
    ix_arena_done(&a);
}

static void one_world(uint64_t seed, size_t *compared) {
    char folder[] = "/tmp/infradex-property-XXXXXX";
    char command[128];
    struct ix_arena a;
    struct ix_err err = {0};
    struct ix_warehouse *warehouse;
    const struct ix_open_options options = {.mode = IX_OPEN_WRITE};
    ix_arena_init(&a, 0);
    state = seed;
    struct naive_world world = random_world(&a);
    cr_assert(mkdtemp(folder));
    must(ix_warehouse_open(folder, &options, &warehouse, &err), &err);
    push(warehouse, &world, true);
    push(warehouse, &world, false);
    for (int i = 0; i < QUERIES; i++) {
        char text[QUERY_SIZE] = "";
        random_query(text, 2);
        random_stages(text);
        compare(warehouse, &world, text, seed, compared);
    }
    ix_warehouse_close(warehouse);
    snprintf(command, sizeof command, "rm -rf %s", folder);
    cr_assert_eq(system(command), 0);
    ix_arena_done(&a);
}

Test(property, the_engine_finds_what_a_scan_finds) {
    size_t compared = 0;
    const char *asked = getenv("IX_PROPERTY_ROUNDS");
    int rounds = asked ? atoi(asked) : WORLDS;
    for (int i = 1; i <= rounds; i++) {
        one_world((uint64_t)i * 7919, &compared);
    }
    cr_assert_gt(compared, (size_t)rounds * QUERIES / 2, "too few queries were valid: %zu",
                 compared);
    cr_assert_gt(function_queries, (size_t)rounds * 4, "too few functions: %zu", function_queries);
}
