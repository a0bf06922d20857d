/* Everything that can be made again from one resource: its entry in the text index, and in the
 * batch its property terms, tags, numbers, and the ids that it refers to. Taking out uses the same
 * texts as putting in, so the two cannot disagree; it must happen before the row changes. */
#include "base/ip.h"
#include "indexer/model/property.h"
#include "indexer/warehouse/sqlite/batch.h"
#include "indexer/warehouse/sqlite/facts.h"
#include "indexer/warehouse/sqlite/intake.h"
#include "indexer/warehouse/sqlite/own_name.h"
#include "indexer/warehouse/sqlite/text.h"

/* A resource's texts, as the view search_text has them, and its documents. */
struct subject {
    int64_t rid;
    struct ix_sv uid, id, name, ids, type, facts, props, tags;
};

struct derivation {
    struct ix_sqlite *e;
    const struct subject *subject;
    bool add;
    struct ix_said *said; /* whose texts are gathered ahead */
    struct ix_buf term;
    struct ix_err *err;
};

static bool well(const struct derivation *d) {
    return d->err->code == IX_OK;
}

/* For calls that can say no more than d->err, which keeps the first error. */
static void keep(enum ix_code code) {
    (void)code;
}

static void run(struct derivation *d, sqlite3_stmt *s) {
    if (s) {
        keep(ix_sqlite_run_statement(d->e, s, d->err));
    }
}

/* ---- text ---- */

/* What to do with the five texts of a subject. */
typedef enum ix_code text_fn(struct derivation *d, const struct ix_sv columns[IX_TEXT_COLUMNS]);

static void with_texts(struct derivation *d, text_fn *use) {
    const struct subject *subject = d->subject;
    struct ix_buf tag_words = {0};
    struct ix_buf body = {0};
    ix_buf_add(&body, subject->facts);
    bool read = ix_property_words(&tag_words, subject->tags, d->err) == IX_OK &&
                ix_property_words(&body, subject->props, d->err) == IX_OK;
    const struct ix_sv columns[IX_TEXT_COLUMNS] = {
        subject->name, subject->ids, subject->type, ix_buf_sv(&tag_words), ix_buf_sv(&body),
    };
    if (read) {
        keep(use(d, columns));
    }
    ix_buf_done(&tag_words);
    ix_buf_done(&body);
}

static enum ix_code put_texts(struct derivation *d, const struct ix_sv columns[IX_TEXT_COLUMNS]) {
    return (d->add ? ix_text_add : ix_text_remove)(d->e, d->subject->rid, columns, d->err);
}

static enum ix_code gather_texts(struct derivation *d,
                                 const struct ix_sv columns[IX_TEXT_COLUMNS]) {
    return ix_text_gather(d->e, columns, &d->said->words, d->err);
}

/* ---- tags ---- */

static void derive_tag(struct derivation *d, enum ix_tag_class class_, const struct ix_json *tag) {
    int64_t key = 0;
    if (!well(d) || ix_sqlite_word(d->e, "tag_key", ix_json_key(tag), &key, d->err) != IX_OK) {
        return;
    }
    if (d->add) {
        keep(ix_batch_tag(d->e, d->subject->rid, key, ix_json_string(tag), class_, d->err));
        return;
    }
    sqlite3_stmt *s = ix_sqlite_statement(d->e, IX_STATEMENT_TAG_REMOVE, d->err);
    if (s) {
        sqlite3_bind_int64(s, 1, key);
        ix_sqlite_bind_text(s, 2, ix_json_string(tag));
        sqlite3_bind_int64(s, 3, d->subject->rid);
        sqlite3_bind_int(s, 4, class_);
        run(d, s);
    }
}

static void derive_tags(struct derivation *d) {
    struct ix_arena arena;
    struct ix_json *tags = NULL;
    ix_arena_init(&arena, 0);
    if (d->subject->tags.size) {
        keep(ix_json_parse(&arena, d->subject->tags, &tags, d->err));
    }
    for (int c = 0; c < IX_TAG_CLASS_COUNT; c++) {
        const struct ix_json *of_class = ix_json_get(tags, ix_tag_class_name((enum ix_tag_class)c));
        for (const struct ix_json *t = ix_json_first(of_class); t; t = ix_json_next(t)) {
            derive_tag(d, (enum ix_tag_class)c, t);
        }
    }
    ix_arena_done(&arena);
}

/* ---- properties ---- */

static enum ix_code find_path(struct derivation *d, struct ix_sv path, struct ix_sv example,
                              int64_t *ret_pid) {
    struct ix_sqlite *e = d->e;
    bool row = false;
    sqlite3_stmt *s = ix_sqlite_statement(e, IX_STATEMENT_PATH_FIND, d->err);
    if (!s) {
        return d->err->code;
    }
    ix_sqlite_bind_text(s, 1, path);
    enum ix_code code = ix_sqlite_step(e, s, &row, d->err);
    *ret_pid = row ? sqlite3_column_int64(s, 0) : 0;
    sqlite3_reset(s);
    if (code != IX_OK || row) {
        return code;
    }
    s = ix_sqlite_statement(e, IX_STATEMENT_PATH_ADD, d->err);
    if (!s) {
        return d->err->code;
    }
    ix_sqlite_bind_text(s, 1, path);
    ix_sqlite_bind_text(s, 2, ix_sv_sub(example, 0, IX_PROPERTY_VALUE_MAX));
    code = ix_sqlite_run_statement(e, s, d->err);
    *ret_pid = sqlite3_last_insert_rowid(e->db);
    return code;
}

static int64_t path_number(struct derivation *d, const struct ix_property *property) {
    bool added = false;
    union ix_map_value *known = ix_map_put(&d->e->run.paths, property->path, &added);
    if (!known) {
        keep(ix_err_nomem(d->err));
        return 0;
    }
    if (added && find_path(d, property->path, property->text, &known->number) != IX_OK) {
        return 0;
    }
    return known->number;
}

static void derive_number(struct derivation *d, int64_t pid, enum ix_number_class class_,
                          double number) {
    int64_t key = pid * IX_NUMBER_CLASSES + class_;
    if (d->add) {
        keep(ix_batch_number(d->e, d->subject->rid, key, number, d->err));
        return;
    }
    sqlite3_stmt *s = ix_sqlite_statement(d->e, IX_STATEMENT_NUM_REMOVE, d->err);
    if (s) {
        sqlite3_bind_int64(s, 1, key);
        sqlite3_bind_double(s, 2, number);
        sqlite3_bind_int64(s, 3, d->subject->rid);
        run(d, s);
    }
}

/* A double tells apart all decimals of so many digits. */
static enum ix_number_class class_of(struct ix_sv text) {
    enum { DIGITS_EXACT = 15 };
    size_t digits = 0;
    for (size_t i = 0; i < text.size && text.data[i] != 'e' && text.data[i] != 'E'; i++) {
        digits += text.data[i] >= '0' && text.data[i] <= '9';
    }
    return digits <= DIGITS_EXACT ? IX_NUMBER_SHORT : IX_NUMBER_LONG;
}

enum { REFERENCE_MIN = 8, REFERENCE_MAX = 512 };

static bool is_id_tail(struct ix_sv text) {
    size_t hex = 0;
    while (hex < text.size && strchr("0123456789abcdef", text.data[hex]) && text.data[hex]) {
        hex++;
    }
    return hex == text.size && hex >= REFERENCE_MIN;
}

/* Looks like an id of something: an ARN, an Azure id, a Google name, or "vpc-0a1b2c3d". Short and
 * plain words never are: two things of one name are not one thing. */
static bool looks_like_id(struct ix_sv text) {
    if (text.size < REFERENCE_MIN || text.size > REFERENCE_MAX ||
        ix_sv_find_char(text, ' ') != IX_SV_NPOS) {
        return false;
    }
    size_t dash = ix_sv_rfind_char(text, '-');
    return ix_sv_starts(text, IX_SV("arn:")) ||
           ix_sv_starts_nocase(text, IX_SV("/subscriptions/")) ||
           ix_sv_starts(text, IX_SV("projects/")) || ix_sv_starts(text, IX_SV("//")) ||
           ix_sv_starts(text, IX_SV("https://www.googleapis.com/")) ||
           (dash != IX_SV_NPOS && dash > 0 && dash <= 12 && is_id_tail(ix_sv_from(text, dash + 1)));
}

/* A name that others know the thing itself by; relate.c finds it by that. */
static bool is_own_name(const struct ix_property *property) {
    static const struct ix_sv paths[] = {IX_SQLITE_NAME_PATHS(IX_SQLITE_PATH_TEXT)
                                             IX_SQLITE_EXPORT_PATHS(IX_SQLITE_PATH_TEXT)};
    bool fits = property->text.size > 0 && property->text.size <= REFERENCE_MAX;
    for (size_t i = 0; fits && i < sizeof paths / sizeof *paths; i++) {
        if (ix_sv_eq(property->path, paths[i])) {
            return true;
        }
    }
    return false;
}

static void derive_reference(struct derivation *d, int64_t pid,
                             const struct ix_property *property) {
    const struct subject *subject = d->subject;
    struct ix_sv value = property->text;
    bool counts = looks_like_id(value) || is_own_name(property);
    if (!counts || ix_sv_eq_nocase(value, subject->uid) || ix_sv_eq_nocase(value, subject->id)) {
        return;
    }
    if (d->add) {
        keep(ix_batch_reference(d->e, subject->rid, pid, value, d->err));
        return;
    }
    sqlite3_stmt *s = ix_sqlite_statement(d->e, IX_STATEMENT_REF_REMOVE, d->err);
    if (s) {
        ix_sqlite_bind_text(s, 1, value);
        sqlite3_bind_int64(s, 2, subject->rid);
        sqlite3_bind_int64(s, 3, pid);
        run(d, s);
    }
}

static void derive_address(struct derivation *d, struct ix_sv text) {
    struct ix_ip_range ip;
    char bytes[2 * sizeof ip.first.bytes];
    if (!ix_ip_parse(text, &ip)) {
        return;
    }
    memcpy(bytes, ip.first.bytes, sizeof ip.first.bytes);
    memcpy(bytes + sizeof ip.first.bytes, ip.last.bytes, sizeof ip.last.bytes);
    bool one = ix_ip_cmp(ip.first, ip.last) == 0;
    struct ix_sv range = ix_sv_of(bytes, one ? sizeof ip.first.bytes : sizeof bytes);
    if (d->add) {
        keep(ix_batch_address(d->e, d->subject->rid, range, d->err));
        return;
    }
    sqlite3_stmt *s = ix_sqlite_statement(d->e, IX_STATEMENT_ADDRESS_REMOVE, d->err);
    if (s) {
        sqlite3_bind_blob(s, 1, range.data, (int)range.size, SQLITE_STATIC);
        sqlite3_bind_int64(s, 2, d->subject->rid);
        run(d, s);
    }
}

/* Numbers and texts that read as numbers, texts that read as times, ids. */
static void derive_value(struct derivation *d, int64_t pid, const struct ix_property *property) {
    struct ix_sv text = property->text;
    double number;
    int64_t ms;
    char first = text.size ? text.data[0] : '\0';
    if (first == '-' || (first >= '0' && first <= '9')) {
        if (ix_sv_to_double(text, &number)) {
            derive_number(d, pid, class_of(text), number);
        }
        if (property->kind == IX_JSON_STRING && ix_time_parse(text, &ms)) {
            derive_number(d, pid, IX_NUMBER_TIME, (double)ms);
        }
    }
    if (property->kind == IX_JSON_STRING && well(d)) {
        derive_reference(d, pid, property);
    }
    if (property->kind == IX_JSON_STRING && well(d)) {
        derive_address(d, text);
    }
}

static enum ix_code derive_term(void *context, struct ix_sv term, struct ix_err *err) {
    struct derivation *d = context;
    return ix_batch_term(d->e, d->subject->rid, term, err);
}

/* What is taken out of the property index is void as a whole, not term by term. */
static enum ix_code derive_property(void *context, const struct ix_property *property,
                                    struct ix_err *err) {
    struct derivation *d = context;
    int64_t pid = path_number(d, property);
    if (well(d) && d->add) {
        keep(ix_property_terms(property, &d->term, derive_term, d, err));
    }
    if (well(d) && property->kind != IX_JSON_OBJECT) {
        derive_value(d, pid, property);
    }
    return err->code;
}

static void withdraw(struct derivation *d) {
    if (ix_postings_void(d->e, d->subject->rid, d->err) == IX_OK) {
        keep(ix_batch_withdraw(d->e, d->subject->rid, d->err));
    }
}

/* ---- all of one resource ---- */

static enum ix_code derive_beside_text(struct derivation *d) {
    derive_tags(d);
    if (well(d)) {
        keep(ix_property_visit(d->subject->props, derive_property, d, d->err));
    }
    ix_buf_done(&d->term);
    return d->err->code;
}

static enum ix_code derive(struct ix_sqlite *e, const struct subject *subject, bool add,
                           struct ix_err *err) {
    struct derivation d = {.e = e, .subject = subject, .add = add, .err = err};
    if (!add) {
        withdraw(&d);
    }
    if (well(&d)) {
        with_texts(&d, put_texts);
    }
    return well(&d) ? derive_beside_text(&d) : err->code;
}

/* From the warehouse's rows. */
static enum ix_code read_subject(struct ix_sqlite *e, int64_t rid, struct ix_arena *arena,
                                 struct subject *subject, struct ix_err *err) {
    bool row = false;
    sqlite3_stmt *s = ix_sqlite_statement(e, IX_STATEMENT_SUBJECT, err);
    if (!s) {
        return err->code;
    }
    sqlite3_bind_int64(s, 1, rid);
    enum ix_code code = ix_sqlite_step(e, s, &row, err);
    *subject = (struct subject){.rid = rid};
    struct ix_sv *texts[] = {&subject->uid,  &subject->id,    &subject->name,  &subject->ids,
                             &subject->type, &subject->facts, &subject->props, &subject->tags};
    for (int i = 0; row && i < (int)(sizeof texts / sizeof *texts); i++) {
        *texts[i] = ix_arena_copy(arena, ix_sqlite_text(s, i));
    }
    sqlite3_reset(s);
    if (code == IX_OK && !row) {
        return ix_err_set(err, IX_CORRUPT,
                          "a resource has lost its document; restore a backup, or index again");
    }
    return code == IX_OK ? ix_arena_check(arena, err) : code;
}

static enum ix_code derive_stored(struct ix_sqlite *e, int64_t rid, bool add, struct ix_err *err) {
    struct subject subject;
    struct ix_arena arena;
    ix_arena_init(&arena, 0);
    enum ix_code code = read_subject(e, rid, &arena, &subject, err);
    code = code == IX_OK ? derive(e, &subject, add, err) : code;
    ix_arena_done(&arena);
    return code;
}

enum ix_code ix_sqlite_derive(struct ix_sqlite *e, int64_t rid, struct ix_err *err) {
    return derive_stored(e, rid, true, err);
}

enum ix_code ix_sqlite_underive(struct ix_sqlite *e, int64_t rid, struct ix_err *err) {
    return derive_stored(e, rid, false, err);
}

enum ix_code ix_sqlite_derive_rows(struct ix_sqlite *e, sqlite3_stmt *row, struct ix_err *err) {
    const struct subject subject = {
        .rid = sqlite3_column_int64(row, 0),
        .uid = ix_sqlite_text(row, 1),
        .id = ix_sqlite_text(row, 2),
        .props = ix_sqlite_text(row, 3),
        .tags = ix_sqlite_text(row, 4),
    };
    struct derivation d = {.e = e, .subject = &subject, .add = true, .err = err};
    return derive_beside_text(&d);
}

/* ---- a new resource, from what is in memory ---- */

static struct ix_sv ids_of(struct ix_arena *arena, const struct ix_resource *r) {
    bool id = !ix_sv_empty(r->native_id);
    bool same = ix_sv_eq(r->native_id, r->uid);
    bool address = !ix_sv_eq(r->address, r->uid) && !ix_sv_eq(r->address, r->native_id);
    struct ix_sv none = {0};
    return ix_arena_printf(arena, "%.*s%s%.*s%s%.*s", IX_SV_FMT(r->uid), id && !same ? " " : "",
                           IX_SV_FMT(same ? none : r->native_id), address ? " " : "",
                           IX_SV_FMT(address ? r->address : none));
}

static struct ix_sv facts_of(struct ix_arena *arena, const struct ix_resource *r) {
    const struct ix_facts facts = ix_facts_of(r);
    struct ix_buf text = {0};
    for (int i = IX_FACT_kind; i < IX_FACT_WORD_COUNT; i++) {
        if (!ix_sv_empty(facts.words[i])) {
            ix_buf_add(&text, facts.words[i]);
            ix_buf_add_char(&text, ' ');
        }
    }
    struct ix_sv copy = ix_arena_copy(arena, ix_buf_sv(&text));
    arena->failed |= text.failed;
    ix_buf_done(&text);
    return copy;
}

static struct subject subject_of(const struct ix_said *said, int64_t rid) {
    const struct ix_resource *r = &said->resource;
    return (struct subject){
        .rid = rid,
        .uid = r->uid,
        .id = r->native_id,
        .name = r->name,
        .props = said->props,
        .tags = said->tags,
    };
}

static void add_texts(struct subject *subject, const struct ix_said *said, struct ix_arena *arena) {
    const struct ix_resource *r = &said->resource;
    subject->ids = ids_of(arena, r);
    subject->type =
        ix_arena_printf(arena, "%.*s %.*s", IX_SV_FMT(r->type), IX_SV_FMT(r->native_type));
    subject->facts = facts_of(arena, r);
}

enum ix_code ix_sqlite_gather(struct ix_sqlite *e, struct ix_said *said, struct ix_arena *arena,
                              struct ix_err *err) {
    struct subject subject = subject_of(said, 0);
    struct derivation d = {.e = e, .subject = &subject, .said = said, .err = err};
    add_texts(&subject, said, arena);
    if (ix_arena_check(arena, err) == IX_OK) {
        with_texts(&d, gather_texts);
    }
    return err->code;
}

enum ix_code ix_sqlite_derive_new(struct ix_sqlite *e, int64_t rid, const struct ix_said *said,
                                  struct ix_err *err) {
    struct subject subject = subject_of(said, rid);
    if (said->words) { /* its texts are there already */
        struct derivation d = {.e = e, .subject = &subject, .add = true, .err = err};
        return derive_beside_text(&d);
    }
    add_texts(&subject, said, &e->run.scratch);
    enum ix_code code = ix_arena_check(&e->run.scratch, err);
    return code == IX_OK ? derive(e, &subject, true, err) : code;
}
