/* A manifest is small; it is read whole. */
#include "collectors/bills/manifest.h"

#include <dirent.h>

enum { PIECE_BYTES = 64 << 10 };

bool ix_bill_is_manifest(const struct ix_json *document) {
    bool azure = ix_json_get(document, "blobs") && ix_json_get(document, "exportConfig");
    return azure || (ix_json_get(document, "reportKeys") && ix_json_get(document, "assemblyId"));
}

static bool has_its_name(struct ix_sv name) {
    return ix_sv_eq_cstr(name, "manifest.json") || ix_sv_ends(name, IX_SV("-Manifest.json"));
}

static enum ix_code read_whole(const char *path, struct ix_buf *bytes, struct ix_err *err) {
    struct ix_stream *stream = NULL;
    size_t size = 1;
    enum ix_code code = ix_stream_open_file(path, &stream, err);
    while (code == IX_OK && size > 0) {
        char *to = ix_buf_reserve(bytes, PIECE_BYTES);
        code = to ? ix_stream_read(stream, to, PIECE_BYTES, &size, err) : ix_buf_check(bytes, err);
        bytes->size += code == IX_OK ? size : 0;
    }
    ix_stream_close(stream);
    return code;
}

static struct ix_sv last_part(struct ix_sv path) {
    size_t slash = ix_sv_rfind_char(path, '/');
    return slash == IX_SV_NPOS ? path : ix_sv_from(path, slash + 1);
}

struct walk {
    ix_take_name *take;
    void *context;
};

static enum ix_code walk_names(const struct walk *walk, const struct ix_json *manifest,
                               struct ix_err *err) {
    const struct ix_json *parts = ix_json_get(manifest, "reportKeys");
    parts = parts ? parts : ix_json_get(manifest, "blobs");
    enum ix_code code = IX_OK;
    for (const struct ix_json *part = ix_json_first(parts); code == IX_OK && part;
         part = ix_json_next(part)) {
        bool text = ix_json_kind(part) == IX_JSON_STRING;
        struct ix_sv path = text ? ix_json_string(part) : ix_json_get_string(part, "blobName");
        code = walk->take(walk->context, last_part(path), err);
    }
    return code;
}

static enum ix_code walk_file(const struct walk *walk, const char *path, struct ix_err *err) {
    struct ix_buf bytes = {.limit = IX_BILL_MANIFEST_BYTES_MAX};
    struct ix_arena arena;
    struct ix_json *manifest = NULL;
    ix_arena_init(&arena, 0);
    enum ix_code code = read_whole(path, &bytes, err);
    code = code == IX_OK ? ix_json_parse(&arena, ix_buf_sv(&bytes), &manifest, err) : code;
    if (code != IX_OK) {
        ix_err_wrap(err, "%s", path);
    } else if (ix_bill_is_manifest(manifest)) {
        code = walk_names(walk, manifest, err);
    }
    ix_arena_done(&arena);
    ix_buf_done(&bytes);
    return code;
}

enum ix_code ix_bill_each_named(struct ix_sv folder, ix_take_name *take, void *context,
                                struct ix_err *err) {
    const struct walk walk = {take, context};
    struct ix_buf path = {0};
    ix_buf_add(&path, ix_sv_empty(folder) ? IX_SV("./") : folder);
    size_t size = path.size;
    DIR *entries = opendir(ix_buf_cstr(&path));
    enum ix_code code = IX_OK;
    for (struct dirent *entry; entries && code == IX_OK && (entry = readdir(entries));) {
        if (has_its_name(ix_sv_cstr(entry->d_name))) {
            path.size = size;
            ix_buf_add_cstr(&path, entry->d_name);
            code = ix_buf_check(&path, err);
            code = code == IX_OK ? walk_file(&walk, ix_buf_cstr(&path), err) : code;
        }
    }
    if (entries) {
        closedir(entries);
    }
    code = code == IX_OK ? ix_buf_check(&path, err) : code;
    ix_buf_done(&path);
    return code;
}
