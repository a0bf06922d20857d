/* The walk over a document, and what every pushed record has in common. Between two elements the
 * element's arena is checked and emptied, and a wish to stop is heard. */
#include "collectors/cloudformation/reading.h"
#include "collectors/cloudformation/intrinsic.h"

static const struct ix_cfn_member *find_member(const struct ix_cfn_member *members,
                                               struct ix_sv name) {
    for (const struct ix_cfn_member *m = members; m->name; m++) {
        if (strcmp(m->name, "*") == 0 || ix_sv_eq_cstr(name, m->name)) {
            return m;
        }
    }
    return NULL;
}

static enum ix_code element_done(struct ix_cfn_reading *r, struct ix_err *err) {
    enum ix_code code = ix_arena_check(&r->arena, err);
    ix_arena_reset(&r->arena);
    if (code == IX_OK && r->env->cancelled && *r->env->cancelled) {
        return ix_err_set(err, IX_CANCELLED, "stopped on request");
    }
    return code;
}

/* A failed arena comes first: what the callback saw would be wrong. */
static enum ix_code read_element(struct ix_cfn_reading *r, const struct ix_cfn_member *member,
                                 struct ix_sv key, struct ix_json *node, struct ix_err *err) {
    enum ix_code code = ix_arena_check(&r->arena, err);
    if (code == IX_OK) {
        code = member->read(r, key, node, err);
    }
    return code == IX_OK ? element_done(r, err) : code;
}

/* ---- streams ---- */

/* Passes over the rest of a container that was entered. */
static enum ix_code leave(struct ix_json_reader *reader, struct ix_err *err) {
    size_t open = 1;
    while (open > 0) {
        struct ix_json_event event;
        enum ix_code code = ix_json_reader_next(reader, &event, err);
        if (code != IX_OK) {
            return code;
        }
        open += event.kind == IX_JSON_EVENT_OBJECT_BEGIN || event.kind == IX_JSON_EVENT_ARRAY_BEGIN;
        open -= event.kind == IX_JSON_EVENT_OBJECT_END || event.kind == IX_JSON_EVENT_ARRAY_END;
    }
    return IX_OK;
}

/* Enters the container that begins here; anything else is passed over. */
static enum ix_code enter(struct ix_json_reader *reader, enum ix_json_event_kind wanted,
                          bool *ret_entered, struct ix_err *err) {
    struct ix_json_event event;
    enum ix_code code = ix_json_reader_next(reader, &event, err);
    *ret_entered = code == IX_OK && event.kind == wanted;
    bool other_container =
        event.kind == IX_JSON_EVENT_OBJECT_BEGIN || event.kind == IX_JSON_EVENT_ARRAY_BEGIN;
    return code == IX_OK && !*ret_entered && other_container ? leave(reader, err) : code;
}

static enum ix_code stream_value(struct ix_cfn_reading *r, struct ix_json_reader *reader,
                                 const struct ix_cfn_member *member, struct ix_sv key,
                                 bool *ret_more, struct ix_err *err) {
    struct ix_json *node = NULL;
    enum ix_code code = ix_json_reader_value(reader, &r->arena, &node, err);
    *ret_more = code == IX_OK && node;
    return *ret_more ? read_element(r, member, key, node, err) : code;
}

static enum ix_code stream_elements(struct ix_cfn_reading *r, struct ix_json_reader *reader,
                                    const struct ix_cfn_member *member, struct ix_err *err) {
    bool more = false;
    enum ix_code code = enter(reader, IX_JSON_EVENT_ARRAY_BEGIN, &more, err);
    while (code == IX_OK && more) {
        code = stream_value(r, reader, member, ix_sv_cstr(member->name), &more, err);
    }
    return code;
}

static enum ix_code stream_named(struct ix_cfn_reading *r, struct ix_json_reader *reader,
                                 const struct ix_cfn_member *member, struct ix_sv name,
                                 struct ix_err *err) {
    bool more;
    struct ix_sv key = ix_arena_copy(&r->arena, name);
    if (member->shape != IX_CFN_EACH_NAME) {
        return stream_value(r, reader, member, key, &more, err);
    }
    enum ix_code code = ix_json_reader_skip(reader, err);
    return code == IX_OK ? read_element(r, member, key, NULL, err) : code;
}

static enum ix_code stream_members(struct ix_cfn_reading *r, struct ix_json_reader *reader,
                                   const struct ix_cfn_member *member, struct ix_err *err) {
    bool more = false;
    enum ix_code code = enter(reader, IX_JSON_EVENT_OBJECT_BEGIN, &more, err);
    while (code == IX_OK && more) {
        struct ix_json_event event;
        code = ix_json_reader_next(reader, &event, err);
        more = code == IX_OK && event.kind == IX_JSON_EVENT_KEY;
        if (more) {
            code = stream_named(r, reader, member, event.text, err);
        }
    }
    return code;
}

static enum ix_code stream_object(struct ix_cfn_reading *r, struct ix_json_reader *reader,
                                  const struct ix_cfn_member *members, struct ix_err *err);

static enum ix_code stream_member(struct ix_cfn_reading *r, struct ix_json_reader *reader,
                                  const struct ix_cfn_member *members, struct ix_sv name,
                                  struct ix_err *err) {
    const struct ix_cfn_member *member = find_member(members, name);
    bool entered = false;
    enum ix_code code;
    if (!member) {
        return ix_json_reader_skip(reader, err);
    }
    r->document_read |= member->read != NULL;
    switch (member->shape) {
    case IX_CFN_ONE:
        return stream_named(r, reader, member, name, err);
    case IX_CFN_EACH_ELEMENT:
        return stream_elements(r, reader, member, err);
    case IX_CFN_EACH_MEMBER:
    case IX_CFN_EACH_NAME:
        return stream_members(r, reader, member, err);
    case IX_CFN_INSIDE:
        break;
    }
    code = enter(reader, IX_JSON_EVENT_OBJECT_BEGIN, &entered, err);
    return entered ? stream_object(r, reader, members, err) : code;
}

/* The object was entered. */
static enum ix_code stream_object(struct ix_cfn_reading *r, struct ix_json_reader *reader,
                                  const struct ix_cfn_member *members, struct ix_err *err) {
    for (;;) {
        struct ix_json_event event;
        enum ix_code code = ix_json_reader_next(reader, &event, err);
        if (code != IX_OK || event.kind != IX_JSON_EVENT_KEY) {
            return code;
        }
        code = stream_member(r, reader, members, event.text, err);
        if (code != IX_OK) {
            return code;
        }
    }
}

static enum ix_code stream_document(struct ix_cfn_reading *r, struct ix_json_reader *reader,
                                    const struct ix_cfn_member *members, bool *ret_more,
                                    struct ix_err *err) {
    struct ix_json_event event;
    enum ix_code code = ix_json_reader_next(reader, &event, err);
    *ret_more = code == IX_OK && event.kind != IX_JSON_EVENT_END;
    r->document_read = false;
    if (*ret_more && event.kind == IX_JSON_EVENT_OBJECT_BEGIN) {
        code = stream_object(r, reader, members, err);
    } else if (*ret_more && event.kind == IX_JSON_EVENT_ARRAY_BEGIN) {
        code = leave(reader, err);
    }
    r->counts.foreign += *ret_more && !r->document_read;
    return code;
}

/* A template is walked twice: the last walk counts what it does not know. */
static enum ix_code stream_documents(struct ix_cfn_reading *r, struct ix_json_reader *reader,
                                     const struct ix_cfn_member *members, struct ix_err *err) {
    enum ix_code code = IX_OK;
    r->counts.foreign = 0;
    for (bool more = true; more && code == IX_OK;) {
        code = stream_document(r, reader, members, &more, err);
    }
    return code;
}

enum ix_code ix_cfn_walk_stream(struct ix_cfn_reading *r, const struct ix_cfn_member *members,
                                struct ix_err *err) {
    struct ix_stream *stream = NULL;
    struct ix_json_reader *reader = NULL;
    enum ix_code code = ix_input_open(r->env->input, &stream, err);
    if (code == IX_OK) {
        code = ix_json_reader_open(stream, &reader, err);
    }
    if (code == IX_OK) {
        code = stream_documents(r, reader, members, err);
    }
    ix_json_reader_close(reader);
    ix_stream_close(stream);
    return code;
}

/* ---- trees ---- */

static enum ix_code tree_value(struct ix_cfn_reading *r, const struct ix_cfn_member *member,
                               struct ix_sv key, const struct ix_json *value, struct ix_err *err) {
    bool named_only = member->shape == IX_CFN_EACH_NAME;
    struct ix_json *copy = named_only ? NULL : ix_json_clone(&r->arena, value);
    return read_element(r, member, key, copy, err);
}

static enum ix_code tree_children(struct ix_cfn_reading *r, const struct ix_cfn_member *member,
                                  const struct ix_json *parent, struct ix_err *err) {
    enum ix_code code = IX_OK;
    for (struct ix_json *c = ix_json_first(parent); c && code == IX_OK; c = ix_json_next(c)) {
        bool element = member->shape == IX_CFN_EACH_ELEMENT;
        code = tree_value(r, member, element ? ix_sv_cstr(member->name) : ix_json_key(c), c, err);
    }
    return code;
}

static enum ix_code tree_member(struct ix_cfn_reading *r, const struct ix_cfn_member *members,
                                const struct ix_cfn_member *member, const struct ix_json *value,
                                struct ix_err *err) {
    enum ix_json_kind kind = ix_json_kind(value);
    switch (member->shape) {
    case IX_CFN_INSIDE:
        return ix_cfn_walk_tree(r, members, value, err);
    case IX_CFN_ONE:
        return tree_value(r, member, ix_json_key(value), value, err);
    case IX_CFN_EACH_ELEMENT:
        return kind == IX_JSON_ARRAY ? tree_children(r, member, value, err) : IX_OK;
    case IX_CFN_EACH_MEMBER:
    case IX_CFN_EACH_NAME:
        return kind == IX_JSON_OBJECT ? tree_children(r, member, value, err) : IX_OK;
    }
    return IX_OK;
}

enum ix_code ix_cfn_walk_tree(struct ix_cfn_reading *r, const struct ix_cfn_member *members,
                              const struct ix_json *tree, struct ix_err *err) {
    enum ix_code code = IX_OK;
    bool object = ix_json_kind(tree) == IX_JSON_OBJECT;
    for (struct ix_json *m = object ? ix_json_first(tree) : NULL; m && code == IX_OK;
         m = ix_json_next(m)) {
        const struct ix_cfn_member *member = find_member(members, ix_json_key(m));
        code = member ? tree_member(r, members, member, m, err) : IX_OK;
    }
    return code;
}

/* ---- pushing ---- */

static struct ix_sv prefixed(struct ix_cfn_reading *r, struct ix_sv address) {
    if (ix_sv_empty(r->address_prefix) || ix_sv_empty(address)) {
        return address;
    }
    return ix_arena_printf(&r->arena, "%.*s/%.*s", IX_SV_FMT(r->address_prefix),
                           IX_SV_FMT(address));
}

/* Types of others come through the registry under the maker's name: MongoDB::Atlas::Cluster. */
static struct ix_sv provider_of(struct ix_cfn_reading *r, struct ix_sv native_type) {
    struct ix_sv maker = ix_sv_sub(native_type, 0, ix_sv_find_char(native_type, ':'));
    static const char *const amazons[] = {"AWS", "Custom", "Alexa"};
    for (size_t i = 0; i < sizeof amazons / sizeof *amazons; i++) {
        if (ix_sv_eq_cstr(maker, amazons[i])) {
            return IX_SV("aws");
        }
    }
    char *lower = ix_arena_alloc(&r->arena, maker.size + 1);
    for (size_t i = 0; lower && i < maker.size; i++) {
        char c = maker.data[i];
        lower[i] = c >= 'A' && c <= 'Z' ? (char)(c - 'A' + 'a') : c;
    }
    return ix_sv_of(lower, lower ? maker.size : 0);
}

enum ix_code ix_cfn_push(struct ix_cfn_reading *r, struct ix_resource *resource,
                         struct ix_err *err) {
    resource->source = r->env->source;
    resource->source_kind = IX_SV("cloudformation");
    resource->provider = provider_of(r, resource->native_type);
    resource->address = prefixed(r, resource->address);
    enum ix_code code = ix_arena_check(&r->arena, err);
    if (code != IX_OK) {
        return code;
    }
    code = ix_sink_resource(r->sink, resource, err);
    r->resources++;
    if (r->env->progress) {
        r->env->progress(r->env->progress_context, r->resources);
    }
    return code;
}

enum ix_code ix_cfn_relate(struct ix_cfn_reading *r, struct ix_relation *relation,
                           struct ix_err *err) {
    relation->source = r->env->source;
    relation->basis = IX_DECLARED;
    relation->from_address = prefixed(r, relation->from_address);
    relation->to_address = prefixed(r, relation->to_address);
    enum ix_code code = ix_arena_check(&r->arena, err);
    return code == IX_OK ? ix_sink_relation(r->sink, relation, err) : code;
}

enum ix_code ix_cfn_note(struct ix_cfn_reading *r, struct ix_sv reason, bool skipped,
                         struct ix_err *err) {
    struct ix_note note = {
        .source = r->env->source,
        .path = r->env->input->path,
        .reason = reason,
        .skipped = skipped,
    };
    return ix_sink_note(r->sink, &note, err);
}

enum ix_code ix_cfn_note_counts(struct ix_cfn_reading *r, struct ix_err *err) {
    const struct {
        const char *text;
        int64_t count;
        bool skipped;
    } rows[] = {
#define IX_CFN_COUNT_ROW(name, skipped_, text_) {text_, r->counts.name, skipped_},
        IX_CFN_COUNTS(IX_CFN_COUNT_ROW)
#undef IX_CFN_COUNT_ROW
    };
    enum ix_code code = IX_OK;
    for (size_t i = 0; i < sizeof rows / sizeof *rows && code == IX_OK; i++) {
        if (rows[i].count > 0) {
            struct ix_sv reason =
                ix_arena_printf(&r->arena, "%s: %lld", rows[i].text, (long long)rows[i].count);
            code = ix_cfn_note(r, reason, rows[i].skipped, err);
        }
    }
    return code;
}

/* ---- tags ---- */

/* `tag` is {Key, Value} of a list or a member of a map. */
static bool read_tag(struct ix_cfn_reading *r, bool list, const struct ix_json *tag,
                     struct ix_tag *ret_tag) {
    ret_tag->class_ = IX_TAG;
    if (!list) {
        ret_tag->key = ix_json_key(tag);
        return !ix_cfn_is_function_member(tag) &&
               ix_json_scalar_text(&r->arena, tag, &ret_tag->value);
    }
    return ix_json_scalar_text(&r->arena, ix_json_get(tag, "Key"), &ret_tag->key) &&
           ix_json_scalar_text(&r->arena, ix_json_get(tag, "Value"), &ret_tag->value);
}

void ix_cfn_read_tags(struct ix_cfn_reading *r, const struct ix_json *tags,
                      struct ix_resource *resource) {
    enum ix_json_kind kind = ix_json_kind(tags);
    if (kind != IX_JSON_ARRAY && kind != IX_JSON_OBJECT) {
        return;
    }
    struct ix_tag *kept = ix_arena_array(&r->arena, ix_json_count(tags) + 1, sizeof *kept);
    if (!kept) {
        return;
    }
    size_t count = 0;
    for (const struct ix_json *t = ix_json_first(tags); t; t = ix_json_next(t)) {
        bool literal = read_tag(r, kind == IX_JSON_ARRAY, t, &kept[count]);
        count += literal;
        r->counts.tag_functions += !literal;
    }
    resource->tags = kept;
    resource->tag_count = count;
}
