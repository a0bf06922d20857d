/* What is kept beside resources, and the tables of constants. Each is small and shown whole up to
 * its limit; the entity tag is of what is shown, because some of it changes without a new
 * generation. */
#include "api/handlers.h"
#include "indexer/normalise/type.h"
#include "query/listing.h"
#include "query/resource.h"

enum { RELATIONS_SHOWN = 1000 };

/* ---- replies ---- */

/* {"items": …, "count": {"value", "exact"}}, with what the caller has set before. */
static enum ix_code reply_items(struct ix_call *call, struct ix_json *answer, struct ix_json *items,
                                bool more, struct ix_err *err) {
    struct ix_arena *arena = call->arena;
    struct ix_json *count = ix_json_new_object(arena);
    ix_json_set(arena, count, IX_SV("value"),
                ix_json_new_int64(arena, (int64_t)ix_json_count(items)));
    ix_json_set(arena, count, IX_SV("exact"), ix_json_new_bool(arena, !more));
    ix_json_set(arena, answer, IX_SV("items"), items);
    ix_json_set(arena, answer, IX_SV("count"), count);
    return ix_reply_kept_json(call, 0, answer, err);
}

static enum ix_code reply_listing(struct ix_call *call, enum ix_listing listing, struct ix_sv word,
                                  struct ix_err *err) {
    struct ix_warehouse *reader;
    struct ix_json *items;
    bool more = false;
    enum ix_code code = ix_worker_reader(call->worker, call->request->cancelled, &reader, err);
    if (code == IX_OK) {
        code = ix_listing_read(reader, listing, word, call->arguments.limit, call->arena, &items,
                               &more, err);
    }
    return code == IX_OK ? reply_items(call, ix_json_new_object(call->arena), items, more, err)
                         : code;
}

enum ix_code ix_api_sources(struct ix_call *call, struct ix_err *err) {
    return reply_listing(call, IX_LIST_SOURCES, (struct ix_sv){0}, err);
}

enum ix_code ix_api_runs(struct ix_call *call, struct ix_err *err) {
    return reply_listing(call, IX_LIST_RUNS, (struct ix_sv){0}, err);
}

/* ---- one resource ---- */

static enum ix_code find_resource(struct ix_call *call, struct ix_warehouse **ret_reader,
                                  struct ix_json **ret_resource, struct ix_err *err) {
    enum ix_code code = ix_worker_reader(call->worker, call->request->cancelled, ret_reader, err);
    return code == IX_OK ? ix_resource_read(*ret_reader, call->arguments.uid, call->request->now_ms,
                                            call->arena, ret_resource, err)
                         : code;
}

/* The document, as it is or was made; in the response's arena. */
static enum ix_code write_resource(struct ix_call *call, struct ix_warehouse *reader,
                                   struct ix_sv *ret_document, struct ix_err *err) {
    struct ix_json *resource;
    struct ix_buf buf = {0};
    enum ix_code code = ix_resource_read(reader, call->arguments.uid, call->request->now_ms,
                                         call->arena, &resource, err);
    if (code == IX_OK) {
        code = ix_resource_add_relations(reader, call->arguments.uid, RELATIONS_SHOWN, call->arena,
                                         resource, err);
    }
    if (code == IX_OK) {
        ix_json_write(&buf, resource);
        ix_buf_add_char(&buf, '\n');
        code = ix_buf_check(&buf, err);
    }
    *ret_document = ix_arena_copy(call->arena, ix_buf_sv(&buf));
    ix_buf_done(&buf);
    return code == IX_OK ? ix_arena_check(call->arena, err) : code;
}

static enum ix_code document_of_resource(struct ix_call *call, struct ix_warehouse *reader,
                                         struct ix_sv *ret_document, struct ix_err *err) {
    struct ix_answers *answers;
    struct ix_answer_parts parts = {0};
    const struct ix_answer_parts key = {IX_SV("resource "), call->arguments.uid};
    struct ix_sv asked = ix_answer_join(call->arena, &key, (struct ix_sv){0});
    enum ix_code code = ix_worker_answers(call->worker, &answers, err);
    if (code == IX_OK && ix_answers_find(answers, asked, &parts)) {
        *ret_document = ix_answer_join(call->arena, &parts, (struct ix_sv){0});
        return ix_arena_check(call->arena, err);
    }
    code = code == IX_OK ? write_resource(call, reader, ret_document, err) : code;
    if (code == IX_OK) {
        parts.before = *ret_document;
        ix_answers_keep(answers, asked, &parts);
    }
    return code;
}

enum ix_code ix_api_resource(struct ix_call *call, struct ix_err *err) {
    struct ix_warehouse *reader;
    struct ix_sv document;
    int64_t generation = 0;
    enum ix_code code = ix_worker_reader(call->worker, call->request->cancelled, &reader, err);
    code = code == IX_OK ? ix_warehouse_snapshot_begin(reader, err) : code;
    if (code != IX_OK) {
        return code;
    }
    code = document_of_resource(call, reader, &document, err);
    code = code == IX_OK ? ix_warehouse_generation(reader, &generation, err) : code;
    ix_warehouse_snapshot_end(reader);
    if (code == IX_OK && !ix_reply_unchanged(call, generation, document)) {
        ix_reply_text(call, 200, ix_media_content_type(IX_MEDIA_JSON), document);
    }
    return code;
}

static enum ix_code list_of_resource(struct ix_call *call, enum ix_listing listing,
                                     struct ix_err *err) {
    struct ix_warehouse *reader;
    struct ix_json *resource;
    enum ix_code code = find_resource(call, &reader, &resource, err);
    return code == IX_OK ? reply_listing(call, listing, call->arguments.uid, err) : code;
}

enum ix_code ix_api_history(struct ix_call *call, struct ix_err *err) {
    return list_of_resource(call, IX_LIST_HISTORY, err);
}

enum ix_code ix_api_relations(struct ix_call *call, struct ix_err *err) {
    return list_of_resource(call, IX_LIST_RELATIONS, err);
}

/* ---- constants ---- */

static bool holds(const char *text, struct ix_sv word) {
    return ix_sv_empty(word) || ix_sv_find_nocase(ix_sv_cstr(text), word) != IX_SV_NPOS;
}

enum ix_code ix_api_types(struct ix_call *call, struct ix_err *err) {
    struct ix_json *items = ix_json_new_array(call->arena);
    struct ix_sv word = call->arguments.word;
    for (size_t i = 0; i < ix_type_count(); i++) {
        const struct ix_type *type = ix_type_at(i);
        if (holds(type->name, word) || holds(type->spellings, word)) {
            ix_json_append(items, ix_type_row(call->arena, type));
        }
    }
    return reply_items(call, ix_json_new_object(call->arena), items, false, err);
}

/* Property paths are what the warehouse holds, so a word must say which of them. */
static enum ix_code add_paths(struct ix_call *call, struct ix_json *answer, bool *ret_more,
                              struct ix_err *err) {
    struct ix_warehouse *reader;
    struct ix_json *paths = ix_json_new_array(call->arena);
    enum ix_code code = IX_OK;
    if (!ix_sv_empty(call->arguments.word)) {
        code = ix_worker_reader(call->worker, call->request->cancelled, &reader, err);
        if (code == IX_OK) {
            code = ix_listing_read(reader, IX_LIST_PATHS, call->arguments.word,
                                   call->arguments.limit, call->arena, &paths, ret_more, err);
        }
    }
    ix_json_set(call->arena, answer, IX_SV("paths"), paths);
    return code;
}

enum ix_code ix_api_fields(struct ix_call *call, struct ix_err *err) {
    struct ix_json *items = ix_json_new_array(call->arena);
    struct ix_json *answer = ix_json_new_object(call->arena);
    bool more = false;
    for (size_t i = 0; i < IX_FIELD_COUNT; i++) {
        const struct ix_field_info *info = ix_field_info((enum ix_field)i);
        bool named =
            holds(info->name, call->arguments.word) || holds(info->aliases, call->arguments.word);
        if (info->kind != IX_KIND_LATER && named) {
            ix_json_append(items, ix_listing_field(call->arena, info));
        }
    }
    enum ix_code code = add_paths(call, answer, &more, err);
    return code == IX_OK ? reply_items(call, answer, items, more, err) : code;
}
