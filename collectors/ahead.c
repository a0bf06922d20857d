#include "collectors/ahead.h"

#include <pthread.h>
#include <signal.h>
#include <stdlib.h>

enum { LOADS = 3, LOAD_LINES = 512, LOAD_BYTES = 1 << 20 };

struct load {
    struct ix_arena arena;
    struct ix_cost_line *lines; /* LOAD_LINES of them; malloc'ed when first needed */
    size_t count;
};

struct said { /* in the part's arena */
    struct said *next;
    bool is_note;
    struct ix_note note;
    struct ix_scope scope;
};

struct part {
    struct ix_arena arena;
    struct said *first, *last;
    bool ended; /* all of its lines were passed on */
};

struct run;

/* One part being read; when it has ended the lane takes another. */
struct lane {
    struct ix_sink sink; /* what the collector pushes into */
    struct run *run;
    size_t part;
    bool active; /* there is a thread to be joined */
    pthread_t thread;
    struct load loads[LOADS]; /* a ring: `full` from `first` on are the caller's */
    size_t first, full;
    size_t filling;        /* of the thread */
    bool done;             /* nothing more comes */
    struct ix_err fault;   /* once done */
    bool unwanted;         /* its lines are not taken any more; under the lock */
    struct ix_err refused; /* why */
};

struct run {
    const struct ix_ahead *ahead;
    pthread_mutex_t lock; /* over first, full, done and stopped */
    pthread_cond_t changed;
    size_t stopped; /* parts from here on are not wanted any more */
    struct part *parts;
    size_t next;  /* part to be begun */
    size_t heard; /* parts of which everything was passed on, or that ended by themselves */
    struct ix_err *fault;
    size_t fault_part; /* the first that failed; `ahead->parts`: none did */
    bool given_up;
    struct lane lanes[IX_AHEAD_MAX];
};

/* ---- the thread of a part: lines into loads ---- */

static enum ix_code stop(struct ix_err *err) {
    return ix_err_set(err, IX_CANCELLED, "stopped");
}

/* The load at hand is passed to the caller; there is an empty one after it. */
static enum ix_code hand_over(struct lane *lane, struct ix_err *err) {
    struct run *run = lane->run;
    pthread_mutex_lock(&run->lock);
    lane->full++;
    pthread_cond_broadcast(&run->changed);
    while (lane->full == LOADS && lane->part < run->stopped && !lane->unwanted) {
        pthread_cond_wait(&run->changed, &run->lock);
    }
    bool stopped = lane->part >= run->stopped || lane->unwanted;
    pthread_mutex_unlock(&run->lock);
    lane->filling = (lane->filling + 1) % LOADS;
    return stopped ? stop(err) : IX_OK;
}

static struct ix_sv copy_text(struct ix_arena *arena, struct ix_sv text) {
    return text.data ? ix_arena_copy(arena, text) : text;
}

static void copy_line(struct ix_arena *arena, const struct ix_cost_line *line,
                      struct ix_cost_line *to) {
    *to = *line;
    to->source = copy_text(arena, line->source);
    to->source_kind = copy_text(arena, line->source_kind);
    to->tags_text = copy_text(arena, line->tags_text);
    to->tags = line->tags ? ix_json_clone(arena, line->tags) : NULL;
    to->extra = line->extra ? ix_json_clone(arena, line->extra) : NULL;
    for (size_t i = 0; i < IX_FOCUS_COUNT; i++) {
        to->text[i] = copy_text(arena, line->text[i]);
    }
}

static enum ix_code take_cost(struct ix_sink *sink, const struct ix_cost_line *line,
                              struct ix_err *err) {
    struct lane *lane = (struct lane *)sink;
    struct load *load = &lane->loads[lane->filling];
    if (!load->lines && !(load->lines = malloc(LOAD_LINES * sizeof *load->lines))) {
        return ix_err_nomem(err);
    }
    copy_line(&load->arena, line, &load->lines[load->count++]);
    if (ix_arena_check(&load->arena, err) != IX_OK) {
        return err->code;
    }
    bool full = load->count == LOAD_LINES || load->arena.used_bytes >= LOAD_BYTES;
    return full ? hand_over(lane, err) : IX_OK;
}

static struct said *say(struct lane *lane) {
    struct part *part = &lane->run->parts[lane->part];
    struct said *said = IX_NEW(&part->arena, struct said);
    if (said && part->last) {
        part->last->next = said;
    } else if (said) {
        part->first = said;
    }
    part->last = said ? said : part->last;
    return said;
}

static enum ix_code take_note(struct ix_sink *sink, const struct ix_note *note,
                              struct ix_err *err) {
    struct lane *lane = (struct lane *)sink;
    struct ix_arena *arena = &lane->run->parts[lane->part].arena;
    struct said *said = say(lane);
    if (said) {
        said->is_note = true;
        said->note = *note;
        said->note.source = copy_text(arena, note->source);
        said->note.path = copy_text(arena, note->path);
        said->note.reason = copy_text(arena, note->reason);
    }
    return ix_arena_check(arena, err);
}

static enum ix_code take_scope(struct ix_sink *sink, const struct ix_scope *scope,
                               struct ix_err *err) {
    struct lane *lane = (struct lane *)sink;
    struct ix_arena *arena = &lane->run->parts[lane->part].arena;
    struct said *said = say(lane);
    if (said) {
        said->scope = *scope;
        said->scope.source = copy_text(arena, scope->source);
        said->scope.name = copy_text(arena, scope->name);
        said->scope.text = copy_text(arena, scope->text);
    }
    return ix_arena_check(arena, err);
}

static enum ix_code refuse_resource(struct ix_sink *sink, const struct ix_resource *resource,
                                    struct ix_err *err) {
    (void)sink;
    (void)resource;
    return ix_err_set(err, IX_INVALID, "a bill holds a resource");
}

static enum ix_code refuse_relation(struct ix_sink *sink, const struct ix_relation *relation,
                                    struct ix_err *err) {
    (void)sink;
    (void)relation;
    return ix_err_set(err, IX_INVALID, "a bill holds a relation");
}

static void *read_part(void *context) {
    struct lane *lane = context;
    struct run *run = lane->run;
    struct ix_err fault = {0};
    (void)(run->ahead->read(run->ahead->context, lane->part, &lane->sink, &fault) == IX_OK);
    pthread_mutex_lock(&run->lock);
    /* what stands by itself has all of its lines counted, as it would have been read alone */
    bool counts = fault.code == IX_OK || (run->ahead->end && lane->full < LOADS);
    lane->full += counts && lane->loads[lane->filling].count > 0;
    lane->fault = fault;
    lane->done = true;
    pthread_cond_broadcast(&run->changed);
    pthread_mutex_unlock(&run->lock);
    return NULL;
}

/* ---- the caller ---- */

static void blame(struct run *run, size_t part, const struct ix_err *fault) {
    if (part < run->fault_part && !run->given_up) {
        run->fault_part = part;
        *run->fault = *fault;
    }
    pthread_mutex_lock(&run->lock);
    run->stopped = run->given_up ? 0 : run->fault_part;
    pthread_cond_broadcast(&run->changed);
    pthread_mutex_unlock(&run->lock);
}

/* What the target did not take, no other part will be spared. */
static void give_up(struct run *run, size_t part, const struct ix_err *fault) {
    run->given_up = true;
    run->fault_part = part;
    *run->fault = *fault;
    pthread_mutex_lock(&run->lock);
    run->stopped = 0;
    pthread_cond_broadcast(&run->changed);
    pthread_mutex_unlock(&run->lock);
}

static void begin_part(struct run *run, struct lane *lane) {
    sigset_t all;
    sigset_t before;
    if (run->next == run->ahead->parts || run->fault_part < run->ahead->parts) {
        return;
    }
    lane->part = run->next;
    lane->first = lane->full = lane->filling = 0;
    lane->fault = (struct ix_err){0};
    lane->done = lane->unwanted = false;
    for (size_t i = 0; i < LOADS; i++) {
        lane->loads[i].count = 0;
        ix_arena_reset(&lane->loads[i].arena);
    }
    sigfillset(&all); /* signals are for the program's own threads */
    pthread_sigmask(SIG_SETMASK, &all, &before);
    lane->active = pthread_create(&lane->thread, NULL, read_part, lane) == 0;
    pthread_sigmask(SIG_SETMASK, &before, NULL);
    run->next += lane->active;
}

static enum ix_code pass_lines(struct run *run, const struct lane *lane, const struct load *load,
                               struct ix_err *fault) {
    struct ix_sink *sink = NULL;
    enum ix_code code = run->ahead->sink_of(run->ahead->context, lane->part, &sink, fault);
    for (size_t i = 0; code == IX_OK && i < load->count; i++) {
        code = ix_sink_cost(sink, &load->lines[i], fault);
    }
    return code;
}

/* Of what stands by itself no other part is to blame. */
static void refuse(struct run *run, struct lane *lane, const struct ix_err *fault) {
    lane->refused = *fault;
    pthread_mutex_lock(&run->lock);
    lane->unwanted = true;
    pthread_cond_broadcast(&run->changed);
    pthread_mutex_unlock(&run->lock);
}

/* Of a part that failed, or stands behind one, lines count no more. */
static void take_load(struct run *run, struct lane *lane) {
    struct load *load = &lane->loads[lane->first];
    struct ix_err fault = {0};
    bool wanted = run->fault_part == run->ahead->parts && !lane->unwanted;
    if (wanted && pass_lines(run, lane, load, &fault) != IX_OK) {
        if (run->ahead->end) {
            refuse(run, lane, &fault);
        } else {
            give_up(run, lane->part, &fault);
        }
    }
    load->count = 0;
    ix_arena_reset(&load->arena);
    pthread_mutex_lock(&run->lock);
    lane->first = (lane->first + 1) % LOADS;
    lane->full--;
    pthread_cond_broadcast(&run->changed);
    pthread_mutex_unlock(&run->lock);
}

static enum ix_code pass_said(struct run *run, size_t at, struct ix_err *fault) {
    struct ix_sink *sink = NULL;
    enum ix_code code = run->ahead->sink_of(run->ahead->context, at, &sink, fault);
    for (struct said *s = run->parts[at].first; code == IX_OK && s; s = s->next) {
        code = s->is_note ? ix_sink_note(sink, &s->note, fault)
                          : ix_sink_scope(sink, &s->scope, fault);
    }
    ix_arena_done(&run->parts[at].arena);
    return code;
}

static void hear(struct run *run) {
    while (run->fault_part == run->ahead->parts && run->heard < run->ahead->parts &&
           run->parts[run->heard].ended) {
        struct ix_err fault = {0};
        if (pass_said(run, run->heard, &fault) != IX_OK) {
            give_up(run, run->heard, &fault);
            return;
        }
        run->ahead->ended(run->ahead->context, run->heard++);
    }
}

static void end_by_itself(struct run *run, struct lane *lane) {
    struct ix_err fault = lane->unwanted ? lane->refused : lane->fault;
    struct ix_err err = {0};
    if (run->given_up) {
        return;
    }
    if (fault.code == IX_OK) {
        (void)(pass_said(run, lane->part, &fault) == IX_OK); /* the fault says it */
    }
    ix_arena_done(&run->parts[lane->part].arena);
    run->heard++;
    if (run->ahead->end(run->ahead->context, lane->part, &fault, &err) != IX_OK) {
        give_up(run, lane->part, &err);
    }
}

static void end_part(struct run *run, struct lane *lane) {
    pthread_join(lane->thread, NULL);
    lane->active = false;
    if (run->ahead->end) {
        end_by_itself(run, lane);
        begin_part(run, lane);
        return;
    }
    run->parts[lane->part].ended = lane->fault.code == IX_OK;
    if (lane->fault.code != IX_OK) {
        blame(run, lane->part, &lane->fault);
    }
    hear(run);
    begin_part(run, lane);
}

/* One load of the lane, or its end. */
static void serve(struct run *run, struct lane *lane) {
    pthread_mutex_lock(&run->lock);
    while (lane->full == 0 && !lane->done) {
        pthread_cond_wait(&run->changed, &run->lock);
    }
    bool load = lane->full > 0;
    pthread_mutex_unlock(&run->lock);
    if (load) {
        take_load(run, lane);
    } else {
        end_part(run, lane);
    }
}

/* What stands by itself has its turn when all before it has ended. */
static bool has_turn(const struct run *run, const struct lane *lane) {
    return lane->active && (!run->ahead->end || run->given_up || lane->part == run->heard);
}

static bool serve_all(struct run *run) {
    bool any = false;
    for (size_t i = 0; i < run->ahead->at_a_time; i++) {
        if (has_turn(run, &run->lanes[i])) {
            serve(run, &run->lanes[i]);
            any = true;
        }
    }
    return any;
}

static void init_lane(struct run *run, struct lane *lane) {
    lane->run = run;
    lane->sink = (struct ix_sink){.resource = refuse_resource,
                                  .relation = refuse_relation,
                                  .scope = take_scope,
                                  .note = take_note,
                                  .cost = take_cost};
    for (size_t i = 0; i < LOADS; i++) {
        ix_arena_init(&lane->loads[i].arena, 0);
    }
    begin_part(run, lane);
}

static struct run *new_run(const struct ix_ahead *ahead, struct ix_err *fault) {
    struct run *run = calloc(1, sizeof *run);
    struct part *parts = calloc(ahead->parts, sizeof *parts);
    if (!run || !parts) {
        free(run);
        free(parts);
        ix_err_nomem(fault);
        return NULL;
    }
    for (size_t i = 0; i < ahead->parts; i++) {
        ix_arena_init(&parts[i].arena, 0);
    }
    run->ahead = ahead;
    run->parts = parts;
    run->fault = fault;
    run->stopped = run->fault_part = ahead->parts;
    pthread_mutex_init(&run->lock, NULL);
    pthread_cond_init(&run->changed, NULL);
    return run;
}

static void free_run(struct run *run) {
    for (size_t i = 0; i < run->ahead->parts; i++) {
        ix_arena_done(&run->parts[i].arena);
    }
    for (size_t i = 0; i < run->ahead->at_a_time; i++) {
        for (size_t k = 0; k < LOADS; k++) {
            ix_arena_done(&run->lanes[i].loads[k].arena);
            free(run->lanes[i].loads[k].lines);
        }
    }
    pthread_cond_destroy(&run->changed);
    pthread_mutex_destroy(&run->lock);
    free(run->parts);
    free(run);
}

enum ix_code ix_ahead_run(const struct ix_ahead *ahead, bool *ret_began, size_t *ret_part,
                          struct ix_err *fault) {
    struct run *run = new_run(ahead, fault);
    *ret_began = !run; /* a fault is one all the same */
    *ret_part = 0;
    if (!run) {
        return fault->code;
    }
    for (size_t i = 0; i < ahead->at_a_time; i++) {
        init_lane(run, &run->lanes[i]);
    }
    while (serve_all(run)) {
    }
    *ret_began = run->next > 0;
    if (run->fault_part < ahead->parts) {
        *ret_part = run->fault_part;
    } else if (ahead->end) {
        *ret_part = run->next;
    } else if (*ret_began && run->next < ahead->parts) {
        *ret_part = run->next;
        ix_err_set(fault, IX_LIMIT, "no thread is to be had to read it");
    }
    free_run(run);
    return fault->code;
}
