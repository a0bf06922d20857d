/* Writing records. The member lists of the header make the code, so that what is written and what
 * is read cannot drift apart. */
#include "indexer/model/record.h"

static void member_or_null(struct ix_json_writer *w, const char *name, struct ix_sv value) {
    ix_jw_key(w, name);
    if (ix_sv_empty(value)) {
        ix_jw_null(w);
    } else {
        ix_jw_string(w, value);
    }
}

void ix_record_write_time(struct ix_json_writer *w, int64_t ms) {
    char text[IX_TIME_TEXT_SIZE];
    if (ms == IX_TIME_UNKNOWN) {
        ix_jw_null(w);
    } else {
        ix_jw_string(w, ix_time_format(ms, text));
    }
}

void ix_record_write_flags(struct ix_json_writer *w, uint32_t flags) {
    ix_jw_array_begin(w);
    for (uint32_t bit = 1; bit; bit <<= 1) {
        if ((flags & bit) && ix_flag_name(bit)) {
            ix_jw_string(w, ix_sv_cstr(ix_flag_name(bit)));
        }
    }
    ix_jw_array_end(w);
}

void ix_record_write_tags(struct ix_json_writer *w, const struct ix_tag *tags, size_t count,
                          enum ix_tag_class tag_class) {
    ix_jw_object_begin(w);
    for (size_t i = 0; i < count; i++) {
        if (tags[i].class_ == tag_class) {
            ix_jw_key_sv(w, tags[i].key);
            ix_jw_string(w, tags[i].value);
        }
    }
    ix_jw_object_end(w);
}

static bool has_class(const struct ix_resource *r, enum ix_tag_class tag_class) {
    for (size_t i = 0; i < r->tag_count; i++) {
        if (r->tags[i].class_ == tag_class) {
            return true;
        }
    }
    return false;
}

static void write_all_tags(struct ix_json_writer *w, const struct ix_resource *r) {
    static const char *const names[IX_TAG_CLASS_COUNT] = {"tags", "labels", "annotations"};
    for (size_t i = 0; i < IX_TAG_CLASS_COUNT; i++) {
        if (i == IX_TAG || has_class(r, (enum ix_tag_class)i)) {
            ix_jw_key(w, names[i]);
            ix_record_write_tags(w, r->tags, r->tag_count, (enum ix_tag_class)i);
        }
    }
}

static void write_tristate(struct ix_json_writer *w, const char *name, enum ix_tristate value) {
    if (value != IX_UNKNOWN) {
        ix_jw_member_bool(w, name, value == IX_YES);
    }
}

void ix_record_write_resource(struct ix_buf *buf, const struct ix_resource *r) {
    struct ix_json_writer w;
    ix_jw_init(&w, buf, 0);
    ix_jw_object_begin(&w);
    ix_jw_member_string(&w, "record", IX_SV("resource"));
#define ROW(name, member) member_or_null(&w, #name, r->member);
    IX_RECORD_MEMBERS(ROW)
#undef ROW
    ix_jw_key(&w, "created");
    ix_record_write_time(&w, r->created_ms);
    ix_jw_key(&w, "modified");
    ix_record_write_time(&w, r->modified_ms);
    ix_jw_key(&w, "flags");
    ix_record_write_flags(&w, r->flags);
    write_all_tags(&w, r);
#define ROW(name, member) ix_jw_member_optional(&w, #name, r->member);
    IX_RECORD_OPTIONAL_MEMBERS(ROW)
    IX_RECORD_DERIVED_MEMBERS(ROW)
#undef ROW
    write_tristate(&w, "encrypted", r->encrypted);
    write_tristate(&w, "public", r->public_);
    ix_jw_key(&w, "properties");
    ix_jw_node(&w, r->properties);
    ix_jw_object_end(&w);
}

void ix_record_write_relation(struct ix_buf *buf, const struct ix_relation *r,
                              struct ix_sv source_kind) {
    struct ix_json_writer w;
    ix_jw_init(&w, buf, 0);
    ix_jw_object_begin(&w);
    ix_jw_member_string(&w, "record", IX_SV("relation"));
    ix_jw_member_string(&w, "source", r->source);
    ix_jw_member_optional(&w, "source_kind", source_kind);
    ix_jw_member_optional(&w, "scope", r->scope);
    ix_jw_member_string(&w, "from", r->from_address);
    ix_jw_member_optional(&w, "from_variant", r->from_variant);
    ix_jw_member_string(&w, "type", r->type);
    ix_jw_member_string(&w, "basis",
                        r->basis == IX_INFERRED ? IX_SV("inferred") : IX_SV("declared"));
    ix_jw_member_optional(&w, "to", r->to_address);
    ix_jw_member_optional(&w, "to_id", r->to_id);
    ix_jw_member_optional(&w, "path", r->path);
    ix_jw_object_end(&w);
}

static const char *const scope_outcomes[] = {
    [IX_SCOPE_WHOLE] = "whole",
    [IX_SCOPE_PARTIAL] = "partial",
    [IX_SCOPE_FAILED] = "failed",
};

static void write_amounts(struct ix_json_writer *w, const struct ix_cost_line *line) {
    char text[IX_MONEY_TEXT_SIZE];
    for (int m = 0; m < IX_COST_METRIC_COUNT; m++) {
        if (line->cost_known[m]) {
            ix_jw_key(w, ix_focus_columns[ix_cost_metric_column((enum ix_cost_metric)m)].name);
            ix_jw_string(w, ix_money_format(line->cost[m], text));
        }
    }
}

static void write_known_time(struct ix_json_writer *w, enum ix_focus_column column, int64_t ms) {
    if (ms != IX_TIME_UNKNOWN) {
        ix_jw_key(w, ix_focus_columns[column].name);
        ix_record_write_time(w, ms);
    }
}

static void write_plain_tags(struct ix_json_writer *w, struct ix_sv tags) {
    struct ix_sv key;
    struct ix_sv value;
    ix_jw_key(w, "Tags");
    ix_jw_object_begin(w);
    while (ix_cost_tags_next(&tags, &key, &value)) {
        ix_jw_key_sv(w, key);
        ix_jw_string(w, value);
    }
    ix_jw_object_end(w);
}

void ix_record_write_cost(struct ix_buf *buf, const struct ix_cost_line *line) {
    struct ix_json_writer w;
    ix_jw_init(&w, buf, 0);
    ix_jw_object_begin(&w);
    ix_jw_member_string(&w, "record", IX_SV("cost"));
    ix_jw_member_string(&w, "source", line->source);
    ix_jw_member_optional(&w, "source_kind", line->source_kind);
    ix_jw_member_string(&w, "basis",
                        line->basis == IX_COST_ESTIMATE ? IX_SV("estimate") : IX_SV("bill"));
    write_known_time(&w, IX_FOCUS_BillingPeriodStart, line->billing_start_ms);
    write_known_time(&w, IX_FOCUS_BillingPeriodEnd, line->billing_end_ms);
    write_known_time(&w, IX_FOCUS_ChargePeriodStart, line->charge_start_ms);
    write_known_time(&w, IX_FOCUS_ChargePeriodEnd, line->charge_end_ms);
    write_amounts(&w, line);
    for (int c = 0; c < IX_FOCUS_COUNT; c++) {
        if (line->text[c].data) {
            ix_jw_member_string(&w, ix_focus_columns[c].name, line->text[c]);
        }
    }
    if (line->tags) {
        ix_jw_key(&w, "Tags");
        ix_jw_node(&w, line->tags);
    } else if (line->tags_text.data) {
        write_plain_tags(&w, line->tags_text);
    }
    if (line->extra) {
        ix_jw_key(&w, "extra");
        ix_jw_node(&w, line->extra);
    }
    ix_jw_object_end(&w);
}

void ix_record_write_scope(struct ix_buf *buf, const struct ix_scope *scope,
                           struct ix_sv source_kind) {
    struct ix_json_writer w;
    ix_jw_init(&w, buf, 0);
    ix_jw_object_begin(&w);
    ix_jw_member_string(&w, "record", IX_SV("scope"));
    ix_jw_member_string(&w, "source", scope->source);
    ix_jw_member_optional(&w, "source_kind", source_kind);
    ix_jw_member_string(&w, "scope", scope->name);
    ix_jw_member_string(&w, "outcome", ix_sv_cstr(scope_outcomes[scope->outcome]));
    ix_jw_member_optional(&w, "text", scope->text);
    ix_jw_object_end(&w);
}

void ix_record_write_note(struct ix_buf *buf, const struct ix_note *note,
                          struct ix_sv source_kind) {
    struct ix_json_writer w;
    ix_jw_init(&w, buf, 0);
    ix_jw_object_begin(&w);
    ix_jw_member_string(&w, "record", IX_SV("note"));
    ix_jw_member_string(&w, "source", note->source);
    ix_jw_member_optional(&w, "source_kind", source_kind);
    ix_jw_member_optional(&w, "path", note->path);
    ix_jw_member_string(&w, "reason", note->reason);
    ix_jw_member_bool(&w, "skipped", note->skipped);
    ix_jw_object_end(&w);
}

/* ---- the sink ---- */

static enum ix_code write_line(struct ix_record_sink *s, struct ix_err *err) {
    ix_buf_add_char(&s->line, '\n');
    enum ix_code code = ix_buf_check(&s->line, err);
    code = code == IX_OK ? ix_buf_check(&s->kind, err) : code;
    if (code == IX_OK) {
        code = s->write(s->context, ix_buf_sv(&s->line), err);
    }
    ix_buf_clear(&s->line);
    ix_buf_clear(&s->kind);
    return code;
}

static enum ix_code sink_resource(struct ix_sink *sink, const struct ix_resource *resource,
                                  struct ix_err *err) {
    struct ix_record_sink *s = (struct ix_record_sink *)sink;
    ix_record_write_resource(&s->line, resource);
    return write_line(s, err);
}

static enum ix_code sink_relation(struct ix_sink *sink, const struct ix_relation *relation,
                                  struct ix_err *err) {
    struct ix_record_sink *s = (struct ix_record_sink *)sink;
    ix_record_write_relation(&s->line, relation, ix_buf_sv(&s->kind));
    return write_line(s, err);
}

static enum ix_code sink_scope(struct ix_sink *sink, const struct ix_scope *scope,
                               struct ix_err *err) {
    struct ix_record_sink *s = (struct ix_record_sink *)sink;
    ix_record_write_scope(&s->line, scope, ix_buf_sv(&s->kind));
    return write_line(s, err);
}

static enum ix_code sink_cost(struct ix_sink *sink, const struct ix_cost_line *line,
                              struct ix_err *err) {
    struct ix_record_sink *s = (struct ix_record_sink *)sink;
    ix_record_write_cost(&s->line, line);
    return write_line(s, err);
}

static enum ix_code sink_note(struct ix_sink *sink, const struct ix_note *note,
                              struct ix_err *err) {
    struct ix_record_sink *s = (struct ix_record_sink *)sink;
    ix_record_write_note(&s->line, note, ix_buf_sv(&s->kind));
    return write_line(s, err);
}

void ix_record_sink_init(struct ix_record_sink *sink,
                         enum ix_code (*write)(void *context, struct ix_sv line,
                                               struct ix_err *err),
                         void *context) {
    *sink = (struct ix_record_sink){
        .sink = {.resource = sink_resource,
                 .relation = sink_relation,
                 .scope = sink_scope,
                 .note = sink_note,
                 .cost = sink_cost},
        .write = write,
        .context = context,
    };
}

void ix_record_sink_begin(struct ix_record_sink *sink, struct ix_sv source_kind) {
    ix_buf_clear(&sink->kind);
    ix_buf_add(&sink->kind, source_kind);
}

void ix_record_sink_done(struct ix_record_sink *sink) {
    ix_buf_done(&sink->line);
    ix_buf_done(&sink->kind);
}
