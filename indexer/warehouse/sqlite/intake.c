/* Loads go round: the collector fills one, the thread writes the oldest full one, the others lie
 * between. All are of the same size, so neither side can run far ahead of the other. */
#include "indexer/warehouse/sqlite/intake.h"

#include <pthread.h>
#include <signal.h>
#include <stdlib.h>

#include "base/json_writer.h"
#include "indexer/model/record.h"
#include "indexer/warehouse/sqlite/facts.h"
#include "indexer/warehouse/sqlite/text.h"

enum { LOADS = IX_INTAKE_LOADS + 1, LOAD_BYTES = 1 << 20 }; /* one is being filled */

struct record {
    struct record *next;
    enum { RESOURCE, RELATION, WORK } kind;
    union {
        struct ix_said said;
        struct ix_relation relation;
        struct {
            ix_intake_work *work;
            void *context;
        } work;
    } as;
};

struct load {
    struct ix_arena arena;
    struct record *first, *last;
};

struct ix_intake {
    struct load loads[LOADS];
    size_t filling; /* the collector's, always */
    struct ix_buf text;
    bool threaded;
    pthread_t thread;
    /* between the two sides */
    pthread_mutex_t lock;
    pthread_cond_t changed;
    size_t full; /* loads behind `filling` that wait or are being written */
    bool ending;
    struct ix_err err; /* of the thread; nothing is written after it */
};

/* ---- making ready ---- */

static void write_tags(struct ix_buf *buf, const struct ix_resource *r) {
    struct ix_json_writer w;
    ix_jw_init(&w, buf, 0);
    ix_jw_object_begin(&w);
    for (int c = 0; c < IX_TAG_CLASS_COUNT; c++) {
        bool any = false;
        for (size_t i = 0; i < r->tag_count; i++) {
            any |= r->tags[i].class_ == (enum ix_tag_class)c;
        }
        if (any) {
            ix_jw_key(&w, ix_tag_class_name((enum ix_tag_class)c));
            ix_record_write_tags(&w, r->tags, r->tag_count, (enum ix_tag_class)c);
        }
    }
    ix_jw_object_end(&w);
}

static struct ix_hash hash_of(struct ix_buf *buf, const struct ix_said *said) {
    const struct ix_resource *r = &said->resource;
    const struct ix_facts facts = ix_facts_of(r);
    const struct ix_sv parts[] = {
        r->uid,         r->native_type, r->provider_address, r->provider_version,
        r->source_kind, said->props,    said->tags,
    };
    ix_buf_clear(buf);
    ix_facts_write(buf, &facts);
    for (size_t i = 0; i < sizeof parts / sizeof *parts; i++) {
        ix_facts_write_part(buf, parts[i]);
    }
    return ix_hash_of(ix_buf_sv(buf));
}

static enum ix_code make_texts(struct ix_buf *buf, struct ix_arena *arena,
                               const struct ix_resource *r, struct ix_said *said,
                               struct ix_err *err) {
    buf->limit = IX_PROPERTIES_MAX;
    ix_buf_clear(buf);
    if (r->properties) {
        ix_json_write_canonical(buf, r->properties);
    } else {
        ix_buf_add_cstr(buf, "{}");
    }
    enum ix_code code = ix_buf_check(buf, err); /* clearing forgets that it failed */
    said->props = ix_arena_copy(arena, ix_buf_sv(buf));
    ix_buf_clear(buf);
    write_tags(buf, r);
    code = code == IX_OK ? ix_buf_check(buf, err) : code;
    said->tags = ix_arena_copy(arena, ix_buf_sv(buf));
    buf->limit = 0;
    said->hash = hash_of(buf, said);
    return code == IX_OK ? ix_buf_check(buf, err) : code;
}

static void copy_texts(struct ix_arena *arena, struct ix_sv *const *texts, size_t count) {
    for (size_t i = 0; i < count; i++) {
        if (texts[i]->size > 0) {
            *texts[i] = ix_arena_copy(arena, *texts[i]);
        }
    }
}

#define COPY_TEXTS(arena, ...)                                                                     \
    copy_texts(arena, (struct ix_sv *const[]){__VA_ARGS__},                                        \
               sizeof((struct ix_sv *const[]){__VA_ARGS__}) / sizeof(struct ix_sv *))

static void copy_resource(struct ix_arena *arena, struct ix_resource *r) {
    r->properties = NULL;
    r->tags = NULL;
    r->tag_count = 0;
    COPY_TEXTS(arena, &r->source, &r->source_kind, &r->address, &r->variant, &r->scope,
               &r->native_type, &r->provider, &r->provider_address, &r->provider_version,
               &r->native_id, &r->name, &r->account, &r->region, &r->zone, &r->stack, &r->project,
               &r->uid, &r->type, &r->kind, &r->category, &r->service, &r->managed_by);
}

static void copy_relation(struct ix_arena *arena, struct ix_relation *r) {
    COPY_TEXTS(arena, &r->source, &r->scope, &r->from_address, &r->from_variant, &r->type,
               &r->to_address, &r->to_id, &r->path);
}

/* ---- writing ---- */

static enum ix_code write_record(struct ix_sqlite *e, const struct record *r, struct ix_err *err) {
    switch (r->kind) {
    case RELATION:
        return ix_sqlite_put_relation(e, &r->as.relation, err);
    case WORK:
        return r->as.work.work(e, r->as.work.context, err);
    default:
        return ix_sqlite_observe(e, &r->as.said, err);
    }
}

static enum ix_code write_load(struct ix_sqlite *e, const struct load *load, struct ix_err *err) {
    enum ix_code code = IX_OK;
    for (const struct record *r = load->first; code == IX_OK && r; r = r->next) {
        code = write_record(e, r, err);
    }
    return code;
}

/* What one large record needed is not kept for all loads. */
static void empty_load(struct load *load) {
    if (load->arena.used_bytes < 2 * LOAD_BYTES) {
        ix_arena_reset(&load->arena);
    } else {
        ix_arena_done(&load->arena);
    }
    load->first = load->last = NULL;
}

/* The oldest full load, once there is one; NULL: it is over. */
static struct load *next_full(struct ix_intake *intake) {
    pthread_mutex_lock(&intake->lock);
    while (intake->full == 0 && !intake->ending) {
        pthread_cond_wait(&intake->changed, &intake->lock);
    }
    struct load *load =
        intake->ending ? NULL : &intake->loads[(intake->filling + LOADS - intake->full) % LOADS];
    pthread_mutex_unlock(&intake->lock);
    return load;
}

static void give_back(struct ix_intake *intake, struct load *load) {
    empty_load(load);
    pthread_mutex_lock(&intake->lock);
    intake->full--;
    pthread_cond_broadcast(&intake->changed);
    pthread_mutex_unlock(&intake->lock);
}

static void *write_loads(void *argument) {
    struct ix_sqlite *e = argument;
    struct ix_intake *intake = e->run.intake;
    struct load *load;
    struct ix_err err = {0};
    while ((load = next_full(intake))) {
        if (err.code == IX_OK && write_load(e, load, &err) != IX_OK) {
            pthread_mutex_lock(&intake->lock);
            intake->err = err;
            pthread_mutex_unlock(&intake->lock);
        }
        give_back(intake, load);
    }
    return NULL;
}

/* Signals are for the program's own threads. Without a thread all is written as it comes. */
static void start_thread(struct ix_sqlite *e) {
    sigset_t all;
    sigset_t before;
    sigfillset(&all);
    pthread_sigmask(SIG_SETMASK, &all, &before);
    e->run.intake->threaded = pthread_create(&e->run.intake->thread, NULL, write_loads, e) == 0;
    pthread_sigmask(SIG_SETMASK, &before, NULL);
}

/* The load at hand is full; when this returns, there is an empty one after it, and at most `most`
 * wait or are being written. */
static enum ix_code hand_over(struct ix_intake *intake, size_t most, struct ix_err *err) {
    pthread_mutex_lock(&intake->lock);
    intake->full++;
    intake->filling = (intake->filling + 1) % LOADS;
    pthread_cond_broadcast(&intake->changed);
    while (intake->full > most) {
        pthread_cond_wait(&intake->changed, &intake->lock);
    }
    struct ix_err failed = intake->err;
    pthread_mutex_unlock(&intake->lock);
    return failed.code == IX_OK ? IX_OK : ix_err_set(err, failed.code, "%s", failed.text);
}

static enum ix_code write_here(struct ix_sqlite *e, struct ix_err *err) {
    struct load *load = &e->run.intake->loads[e->run.intake->filling];
    enum ix_code code = write_load(e, load, err);
    empty_load(load);
    return code;
}

static enum ix_code pass_on(struct ix_sqlite *e, size_t most, struct ix_err *err) {
    if (!e->run.intake->threaded) {
        start_thread(e);
    }
    return e->run.intake->threaded ? hand_over(e->run.intake, most, err) : write_here(e, err);
}

/* ---- taking ---- */

static struct record *new_record(struct load *load, int kind) {
    struct record *record = IX_NEW(&load->arena, struct record);
    if (record) {
        record->kind = kind;
    }
    return record;
}

static void append(struct load *load, struct record *record) {
    *(load->last ? &load->last->next : &load->first) = record;
    load->last = record;
}

static enum ix_code take(struct ix_sqlite *e, struct load *load, struct record *record,
                         struct ix_err *err) {
    enum ix_code code = ix_arena_check(&load->arena, err);
    if (code != IX_OK) {
        return code;
    }
    append(load, record);
    return load->arena.used_bytes < LOAD_BYTES ? IX_OK : pass_on(e, IX_INTAKE_LOADS, err);
}

enum ix_code ix_intake_resource(struct ix_sqlite *e, const struct ix_resource *resource,
                                struct ix_err *err) {
    struct ix_intake *intake = e->run.intake;
    bool ahead = !e->run.known_source; /* what is known already is mostly unchanged */
    if (ahead && ix_text_make_room(e, err) != IX_OK) {
        return err->code;
    }
    struct load *load = &intake->loads[intake->filling];
    struct record *record = new_record(load, RESOURCE);
    if (!record) {
        return ix_err_nomem(err);
    }
    struct ix_said *said = &record->as.said;
    said->resource = *resource;
    enum ix_code code = make_texts(&intake->text, &load->arena, resource, said, err);
    copy_resource(&load->arena, &said->resource);
    if (code == IX_OK && ahead) {
        code = ix_sqlite_gather(e, said, &load->arena, err);
    }
    return code == IX_OK ? take(e, load, record, err) : code;
}

enum ix_code ix_intake_relation(struct ix_sqlite *e, const struct ix_relation *relation,
                                struct ix_err *err) {
    struct load *load = &e->run.intake->loads[e->run.intake->filling];
    struct record *record = new_record(load, RELATION);
    if (!record) {
        return ix_err_nomem(err);
    }
    record->as.relation = *relation;
    copy_relation(&load->arena, &record->as.relation);
    return take(e, load, record, err);
}

enum ix_code ix_intake_do(struct ix_sqlite *e, ix_intake_work *work, void *context, size_t most,
                          struct ix_err *err) {
    struct load *load = &e->run.intake->loads[e->run.intake->filling];
    struct record *record = new_record(load, WORK);
    if (!record) {
        return ix_err_nomem(err);
    }
    record->as.work.work = work;
    record->as.work.context = context;
    append(load, record);
    return pass_on(e, most, err);
}

/* ---- a run's intake ---- */

enum ix_code ix_intake_begin(struct ix_sqlite *e, struct ix_err *err) {
    if (e->run.intake) {
        return IX_OK;
    }
    struct ix_intake *intake = e->run.intake = calloc(1, sizeof *intake);
    if (!intake) {
        return ix_err_nomem(err);
    }
    pthread_mutex_init(&intake->lock, NULL);
    pthread_cond_init(&intake->changed, NULL);
    return IX_OK;
}

enum ix_code ix_intake_settle(struct ix_sqlite *e, struct ix_err *err) {
    struct ix_intake *intake = e->run.intake;
    if (!intake->threaded) {
        return write_here(e, err);
    }
    enum ix_code code = hand_over(intake, IX_INTAKE_LOADS, err);
    pthread_mutex_lock(&intake->lock);
    while (intake->full > 0) {
        pthread_cond_wait(&intake->changed, &intake->lock);
    }
    struct ix_err failed = intake->err;
    pthread_mutex_unlock(&intake->lock);
    return code == IX_OK && failed.code != IX_OK ? ix_err_set(err, failed.code, "%s", failed.text)
                                                 : code;
}

static void end_thread(struct ix_intake *intake) {
    pthread_mutex_lock(&intake->lock);
    intake->ending = true;
    pthread_cond_broadcast(&intake->changed);
    pthread_mutex_unlock(&intake->lock);
    pthread_join(intake->thread, NULL);
    intake->ending = intake->threaded = false;
    intake->full = 0;
    intake->err = (struct ix_err){0};
}

void ix_intake_end(struct ix_sqlite *e) {
    struct ix_intake *intake = e->run.intake;
    if (intake && intake->threaded) {
        end_thread(intake);
    }
    for (size_t i = 0; intake && i < LOADS; i++) {
        empty_load(&intake->loads[i]);
    }
}

void ix_intake_done(struct ix_sqlite *e) {
    struct ix_intake *intake = e->run.intake;
    ix_intake_end(e);
    for (size_t i = 0; intake && i < LOADS; i++) {
        ix_arena_done(&intake->loads[i].arena);
    }
    if (intake) {
        ix_buf_done(&intake->text);
        pthread_cond_destroy(&intake->changed);
        pthread_mutex_destroy(&intake->lock);
    }
    free(intake);
    e->run.intake = NULL;
}
