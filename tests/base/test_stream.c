/* Streams: what is expanded, what is refused, lines. */
#include "base/stream.h"

#include <criterion/criterion.h>
#include <stdlib.h>
#include <zlib.h>
#include <zstd.h>

#include "base/buf.h"

static struct ix_stream *stream;
static struct ix_buf packed, out;
static struct ix_err err;

static void end(void) {
    ix_stream_close(stream);
    ix_buf_done(&packed);
    ix_buf_done(&out);
}

TestSuite(stream, .fini = end);

static void pack_gzip(struct ix_sv text) {
    enum { GZIP_FRAMING = 15 + 16, ROOM = 4096 };
    z_stream z = {0};
    char *to = ix_buf_reserve(&packed, text.size + ROOM);
    cr_assert_eq(deflateInit2(&z, 6, Z_DEFLATED, GZIP_FRAMING, 8, Z_DEFAULT_STRATEGY), Z_OK);
    z.next_in = (Bytef *)(uintptr_t)text.data;
    z.avail_in = (uInt)text.size;
    z.next_out = (Bytef *)to;
    z.avail_out = (uInt)(text.size + ROOM);
    cr_assert_eq(deflate(&z, Z_FINISH), Z_STREAM_END);
    packed.size += z.total_out;
    deflateEnd(&z);
}

static void pack_zstd(struct ix_sv text) {
    size_t room = ZSTD_compressBound(text.size);
    char *to = ix_buf_reserve(&packed, room);
    size_t size = ZSTD_compress(to, room, text.data, text.size, 3);
    cr_assert_not(ZSTD_isError(size));
    packed.size += size;
}

static enum ix_code read_all(struct ix_sv bytes, size_t piece) {
    size_t got = 1;
    ix_stream_close(stream);
    ix_buf_clear(&out);
    err = (struct ix_err){0};
    enum ix_code code = ix_stream_open_memory(bytes, &stream, &err);
    while (code == IX_OK && got > 0) {
        code = ix_stream_read(stream, ix_buf_reserve(&out, piece), piece, &got, &err);
        out.size += code == IX_OK ? got : 0;
    }
    return code;
}

static void fill(struct ix_buf *buf, int lines) {
    for (int i = 0; i < lines; i++) {
        ix_buf_printf(buf, "line %d of many\n", i);
    }
}

Test(stream, gives_plain_bytes_as_they_are) {
    cr_expect_eq(read_all(IX_SV("\x1F\x8C no gzip"), 3), IX_OK);
    cr_expect(ix_sv_eq(ix_buf_sv(&out), IX_SV("\x1F\x8C no gzip")));
    cr_expect_eq(read_all((struct ix_sv){0}, 10), IX_OK);
    cr_expect_eq(out.size, 0);
}

Test(stream, expands_several_members_one_after_another) {
    struct ix_buf text = {0};
    fill(&text, 50000);
    for (int zstd = 0; zstd < 2; zstd++) {
        struct ix_sv first = ix_sv_sub(ix_buf_sv(&text), 0, 100000);
        struct ix_sv second = ix_sv_from(ix_buf_sv(&text), 100000);
        ix_buf_clear(&packed);
        if (zstd) {
            pack_zstd(first);
            pack_zstd(second);
        } else {
            pack_gzip(first);
            pack_gzip(second);
        }
        cr_expect_eq(read_all(ix_buf_sv(&packed), 1000), IX_OK, "%s", err.text);
        cr_expect(ix_sv_eq(ix_buf_sv(&out), ix_buf_sv(&text)));
        cr_expect_eq(ix_stream_taken_bytes(stream), (int64_t)packed.size);
    }
    ix_buf_done(&text);
}

Test(stream, never_takes_a_cut_member_for_an_end) {
    struct ix_buf text = {0};
    fill(&text, 200);
    for (int zstd = 0; zstd < 2; zstd++) {
        ix_buf_clear(&packed);
        if (zstd) {
            pack_zstd(ix_buf_sv(&text));
        } else {
            pack_gzip(ix_buf_sv(&text));
        }
        for (size_t size = 5; size < packed.size; size++) {
            cr_assert_eq(read_all(ix_sv_of(packed.data, size), 4096), IX_INVALID,
                         "%zu of %zu bytes", size, packed.size);
        }
        cr_expect_not_null(strstr(err.text, "ends in the middle"), "%s", err.text);
    }
    ix_buf_done(&text);
}

Test(stream, says_that_something_follows_a_member) {
    pack_gzip(IX_SV("text"));
    ix_buf_add_cstr(&packed, "rubbish");
    cr_expect_eq(read_all(ix_buf_sv(&packed), 100), IX_INVALID);
    cr_expect_not_null(strstr(err.text, "followed by something else"), "%s", err.text);
}

Test(stream, says_that_data_is_damaged) {
    pack_gzip(IX_SV("some text that is long enough to be damaged"));
    packed.data[packed.size - 6] ^= 0x55;
    cr_expect_eq(read_all(ix_buf_sv(&packed), 100), IX_INVALID);
    cr_expect_not_null(strstr(err.text, "damaged"), "%s", err.text);
}

Test(stream, believes_no_zstandard_frame_that_declares_more_than_it_holds) {
    /* 253 bytes are declared; one last block of none follows */
    struct ix_sv frame = ix_sv_of("\x28\xB5\x2F\xFD\x20\xFD\x01\x00\x00", 9);
    for (size_t piece = 1; piece <= 100000; piece *= 10) {
        cr_expect_eq(read_all(frame, piece), IX_INVALID, "in pieces of %zu", piece);
    }
}

Test(stream, reads_lines_with_any_line_end) {
    static const char *const lines[] = {"one", "", "two", "three"};
    struct ix_sv line;
    bool more = true;
    cr_assert_eq(ix_stream_open_memory(IX_SV("one\r\n\ntwo\nthree"), &stream, &err), IX_OK);
    for (size_t i = 0; i < 4; i++) {
        cr_assert_eq(ix_stream_line(stream, 100, &line, &more, &err), IX_OK);
        cr_expect(more);
        cr_expect(ix_sv_eq_cstr(line, lines[i]), "%zu", i);
    }
    cr_assert_eq(ix_stream_line(stream, 100, &line, &more, &err), IX_OK);
    cr_expect_not(more);
}

Test(stream, refuses_a_line_beyond_the_limit) {
    struct ix_sv line;
    bool more;
    cr_assert_eq(ix_stream_open_memory(IX_SV("1234\n12345\n"), &stream, &err), IX_OK);
    cr_expect_eq(ix_stream_line(stream, 4, &line, &more, &err), IX_OK);
    cr_expect_eq(ix_stream_line(stream, 4, &line, &more, &err), IX_LIMIT);
}

Test(stream, reads_on_after_bytes_that_were_looked_at) {
    struct ix_stream *rest = NULL;
    char bytes[20];
    size_t got;
    pack_gzip(IX_SV("0123456789"));
    cr_assert_eq(ix_stream_open_memory(ix_buf_sv(&packed), &rest, &err), IX_OK);
    cr_assert_eq(ix_stream_read(rest, bytes, 4, &got, &err), IX_OK);
    cr_assert_eq(ix_stream_open_after(ix_sv_of(bytes, got), rest, &stream, &err), IX_OK);
    char all[20];
    size_t size = 0;
    do {
        cr_assert_eq(ix_stream_read(stream, all + size, sizeof all - size, &got, &err), IX_OK);
        size += got;
    } while (got > 0);
    cr_expect(ix_sv_eq(ix_sv_of(all, size), IX_SV("0123456789")));
}

Test(stream, names_what_cannot_be_opened) {
    cr_expect_eq(ix_stream_open_file("/nowhere/at/all", &stream, &err), IX_NOT_FOUND);
    cr_expect_not_null(strstr(err.text, "/nowhere/at/all"));
    err = (struct ix_err){0};
    cr_expect_eq(ix_stream_open_file("/", &stream, &err), IX_IO);
    cr_expect_not_null(strstr(err.text, "folder"));
}
