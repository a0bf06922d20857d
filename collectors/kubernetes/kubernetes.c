/* Kubernetes: manifests, lists, answers of the API server and watch events, in YAML and JSON.
 *
 * The walk takes wrappings apart (documents, lists, sequences, events) until single objects are
 * left, and gives each to object.c. Items of a JSON list are pulled out of the stream one by one,
 * whatever the size of the list; since kubectl sorts members by name, `kind` stands behind `items`
 * there and is taken from the outline. A file of watch events is walked twice: first to learn which
 * event is the last one of each object, as only that one counts.
 */
#include "base/json_reader.h"
#include "base/yaml.h"
#include "collectors/kubernetes/document.h"
#include "collectors/kubernetes/object.h"
#include "collectors/kubernetes/reading.h"
#include "collectors/kubernetes/recognise.h"

/* What the items of a list are when they do not say it themselves. */
struct list {
    struct ix_sv kind, api_version; /* empty: not in a list, or in one of mixed kinds */
};

static enum ix_code read_tree(struct ix_k8s_reading *r, struct ix_json *node, struct list list,
                              struct ix_err *err);

/* ---- lists ---- */

/* The items of a PodList are Pods; those of a List say it themselves. */
static struct list list_of(const struct ix_json *node) {
    struct ix_sv kind = ix_json_get_string(node, "kind");
    kind.size -= ix_sv_ends(kind, IX_SV("List")) ? strlen("List") : 0;
    struct list list = {.kind = kind, .api_version = ix_json_get_string(node, "apiVersion")};
    return ix_sv_empty(kind) ? (struct list){0} : list;
}

static void complete_item(struct ix_k8s_reading *r, struct ix_json *item, struct list list) {
    if (ix_json_kind(item) != IX_JSON_OBJECT || ix_sv_empty(list.kind)) {
        return;
    }
    if (ix_sv_empty(ix_json_get_string(item, "kind"))) {
        ix_json_set_string(&r->document, item, "kind", list.kind);
    }
    if (ix_sv_empty(ix_json_get_string(item, "apiVersion"))) {
        ix_json_set_string(&r->document, item, "apiVersion", list.api_version);
    }
}

static void read_list_metadata(struct ix_k8s_reading *r, const struct ix_json *metadata) {
    int64_t remaining = 0;
    r->paged |= !ix_sv_empty(ix_json_get_string(metadata, "continue"));
    if (ix_json_int64(ix_json_get(metadata, "remainingItemCount"), &remaining) && remaining > 0) {
        r->remaining = remaining;
        r->paged = true;
    }
}

static enum ix_code read_elements(struct ix_k8s_reading *r, const struct ix_json *array,
                                  struct list list, struct ix_err *err) {
    enum ix_code code = IX_OK;
    for (struct ix_json *e = ix_json_first(array); e && code == IX_OK; e = ix_json_next(e)) {
        code = read_tree(r, e, list, err);
    }
    return code;
}

/* ---- watch events ---- */

static enum ix_code read_event(struct ix_k8s_reading *r, struct ix_json *event,
                               struct ix_err *err) {
    struct ix_json *object = ix_json_get(event, "object");
    struct ix_sv type = ix_json_get_string(event, "type");
    if (ix_sv_eq(type, IX_SV("BOOKMARK"))) {
        return IX_OK;
    }
    if (ix_k8s_document_of(object).shape != IX_K8S_OBJECT) {
        return ix_k8s_leave_out(r, IX_SV("a watch event without an object"), err);
    }
    r->event++;
    if (r->counting) {
        return ix_k8s_count_event(r, object, err);
    }
    if (!ix_k8s_is_last_event(r, object)) {
        r->superseded++;
        return IX_OK;
    }
    if (ix_sv_eq(type, IX_SV("DELETED"))) {
        r->deleted++;
        return IX_OK;
    }
    return ix_k8s_read_object(r, object, err);
}

/* ---- any document ---- */

static enum ix_code leave_out(struct ix_k8s_reading *r, const struct ix_json *node,
                              struct ix_sv reason, struct ix_err *err) {
    struct ix_sv kind = ix_sv_sub(ix_json_get_string(node, "kind"), 0, IX_K8S_MESSAGE_MAX);
    struct ix_sv message = ix_k8s_status_message(node);
    struct ix_sv words = ix_arena_printf(&r->arena, "%.*s%s%.*s%s%.*s", IX_SV_FMT(kind),
                                         ix_sv_empty(kind) ? "" : ": ", IX_SV_FMT(reason),
                                         ix_sv_empty(message) ? "" : ": ", IX_SV_FMT(message));
    return ix_k8s_leave_out(r, words, err);
}

static enum ix_code check_cancelled(const struct ix_k8s_reading *r, struct ix_err *err) {
    bool cancelled = r->env->cancelled && *r->env->cancelled;
    return cancelled ? ix_err_set(err, IX_CANCELLED, "stopped on request") : IX_OK;
}

static enum ix_code read_tree(struct ix_k8s_reading *r, struct ix_json *node, struct list list,
                              struct ix_err *err) {
    enum ix_code code = check_cancelled(r, err);
    code = code == IX_OK ? ix_arena_check(&r->arena, err) : code;
    if (code != IX_OK) {
        return code;
    }
    ix_arena_reset(&r->arena);
    complete_item(r, node, list);
    struct ix_k8s_document document = ix_k8s_document_of(node);
    switch (document.shape) {
    case IX_K8S_EMPTY:
        return IX_OK;
    case IX_K8S_OBJECT:
        return r->counting ? IX_OK : ix_k8s_read_object(r, node, err);
    case IX_K8S_LIST:
        read_list_metadata(r, ix_json_get(node, "metadata"));
        return read_elements(r, ix_json_get(node, "items"), list_of(node), err);
    case IX_K8S_EVENT:
        return read_event(r, node, err);
    case IX_K8S_SEQUENCE:
        return read_elements(r, node, (struct list){0}, err);
    default:
        return leave_out(r, node, document.reason, err);
    }
}

/* ---- YAML ---- */

static enum ix_code read_yaml(struct ix_k8s_reading *r, struct ix_stream *stream,
                              struct ix_err *err) {
    struct ix_yaml_reader *reader = NULL;
    struct ix_json *node = NULL;
    enum ix_code code = ix_yaml_reader_open(stream, NULL, NULL, &reader, err);
    while (code == IX_OK) {
        ix_arena_reset(&r->document);
        code = ix_yaml_reader_next(reader, &r->document, &node, &r->line, err);
        if (code != IX_OK || !node) {
            break;
        }
        code = ix_arena_check(&r->document, err);
        if (code == IX_OK) {
            code = read_tree(r, node, (struct list){0}, err);
        }
    }
    ix_yaml_reader_close(reader);
    return code;
}

/* ---- JSON ---- */

/* The next value as a document; *ret_more false at the end of the array or input. */
static enum ix_code read_value(struct ix_k8s_reading *r, struct ix_json_reader *reader,
                               struct list list, bool *ret_more, struct ix_err *err) {
    struct ix_json *node = NULL;
    ix_arena_reset(&r->document);
    r->line = ix_json_reader_line(reader);
    enum ix_code code = ix_json_reader_value(reader, &r->document, &node, err);
    *ret_more = node != NULL;
    if (code == IX_OK) {
        code = ix_arena_check(&r->document, err);
    }
    return code == IX_OK && node ? read_tree(r, node, list, err) : code;
}

/* An array, its elements one by one. */
static enum ix_code read_array(struct ix_k8s_reading *r, struct ix_json_reader *reader,
                               struct list list, struct ix_err *err) {
    struct ix_json_event begin;
    bool more = true;
    enum ix_code code = ix_json_reader_next(reader, &begin, err);
    while (code == IX_OK && more) {
        code = read_value(r, reader, list, &more, err);
    }
    return code;
}

static enum ix_code read_list_member(struct ix_k8s_reading *r, struct ix_json_reader *reader,
                                     struct ix_sv key, struct list list, struct ix_err *err) {
    enum ix_json_kind kind;
    bool items = ix_sv_eq(key, IX_SV("items"));
    bool metadata = ix_sv_eq(key, IX_SV("metadata"));
    enum ix_code code = ix_json_reader_peek(reader, &kind, err);
    if (code != IX_OK) {
        return code;
    }
    if (items && kind == IX_JSON_ARRAY) {
        return read_array(r, reader, list, err);
    }
    if (!metadata) {
        return ix_json_reader_skip(reader, err);
    }
    struct ix_json *node = NULL;
    ix_arena_reset(&r->document);
    code = ix_json_reader_value(reader, &r->document, &node, err);
    read_list_metadata(r, node);
    return code;
}

/* A list as the outermost object of the input. */
static enum ix_code read_list(struct ix_k8s_reading *r, struct ix_json_reader *reader,
                              struct ix_err *err) {
    struct list list = list_of(r->env->input->outline);
    struct ix_json_event event;
    enum ix_code code = ix_json_reader_next(reader, &event, err);
    while (code == IX_OK) {
        code = ix_json_reader_next(reader, &event, err);
        if (code != IX_OK || event.kind != IX_JSON_EVENT_KEY) {
            break;
        }
        code = read_list_member(r, reader, event.text, list, err);
    }
    return code;
}

static enum ix_code read_json(struct ix_k8s_reading *r, struct ix_stream *stream,
                              struct ix_err *err) {
    struct ix_json_reader *reader = NULL;
    bool list = ix_k8s_document_of(r->env->input->outline).shape == IX_K8S_LIST;
    bool more = true;
    enum ix_code code = ix_json_reader_open(stream, &reader, err);
    for (bool first = true; code == IX_OK && more; first = false) {
        enum ix_json_kind kind;
        code = ix_json_reader_peek(reader, &kind, err);
        if (code != IX_OK || kind == IX_JSON_NONE) {
            break;
        }
        if (kind == IX_JSON_ARRAY) {
            code = read_array(r, reader, (struct list){0}, err);
        } else if (first && list && kind == IX_JSON_OBJECT) {
            code = read_list(r, reader, err);
        } else {
            code = read_value(r, reader, (struct list){0}, &more, err);
        }
    }
    ix_json_reader_close(reader);
    return code;
}

/* ---- the whole ---- */

static enum ix_code walk(struct ix_k8s_reading *r, struct ix_err *err) {
    struct ix_stream *stream = NULL;
    enum ix_code code = ix_input_open(r->env->input, &stream, err);
    if (code == IX_OK) {
        bool yaml = r->env->input->form == IX_FORM_YAML;
        code = yaml ? read_yaml(r, stream, err) : read_json(r, stream, err);
    }
    ix_stream_close(stream);
    return code;
}

/* Events stand alone or in a sequence. */
static bool has_events(const struct ix_json *outline) {
    if (ix_json_kind(outline) == IX_JSON_ARRAY) {
        outline = ix_json_first(outline);
    }
    return ix_k8s_document_of(outline).shape == IX_K8S_EVENT;
}

static enum ix_code read_input(struct ix_k8s_reading *r, struct ix_err *err) {
    enum ix_code code = IX_OK;
    if (has_events(r->env->input->outline)) {
        r->counting = true;
        code = walk(r, err);
        r->counting = false;
        r->event = 0;
    }
    if (code == IX_OK) {
        code = walk(r, err);
    }
    if (code == IX_OK) {
        code = ix_k8s_select_resolve(r, err);
    }
    return code == IX_OK ? ix_k8s_finish(r, err) : code;
}

static enum ix_code collect(const struct ix_collect_env *env, struct ix_sink *sink,
                            struct ix_err *err) {
    struct ix_k8s_reading r = {.env = env, .sink = sink};
    ix_arena_init(&r.document, IX_K8S_DOCUMENT_MAX);
    ix_arena_init(&r.arena, IX_K8S_OBJECT_MAX);
    ix_arena_init(&r.seen_arena, IX_K8S_SEEN_MAX);
    ix_map_init(&r.seen, &r.seen_arena);
    ix_map_init(&r.events, &r.seen_arena);
    ix_k8s_selection_init(&r.selection, IX_K8S_SELECT_MAX);
    enum ix_code code = read_input(&r, err);
    ix_k8s_selection_done(&r.selection);
    ix_arena_done(&r.seen_arena);
    ix_arena_done(&r.arena);
    ix_arena_done(&r.document);
    return code;
}

static const char *const formats[] = {
    "manifests in YAML (several documents) and JSON (several documents, sequences)",
    "lists: kubectl get -o yaml|json, raw answers of the API server",
    "watch events",
    NULL,
};

const struct ix_collector ix_collector_kubernetes = {
    .name = "kubernetes",
    .summary = "Kubernetes manifests, lists and watch events",
    .formats = formats,
    .recognise = ix_k8s_recognise,
    .collect = collect,
};
