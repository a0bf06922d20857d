/* A pipe can be looked at before it is read, and an exchange stream is not kept whole. */
#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "collectors/standard_input.h"
#include "tests/collectors/run/folder.h"

static struct ix_sv read_all(const struct ix_input *input, struct ix_buf *buf) {
    struct ix_stream *stream = NULL;
    struct ix_err err = {0};
    size_t got = 1;
    ix_buf_clear(buf);
    cr_assert_eq(ix_input_open(input, &stream, &err), IX_OK, "%s", err.text);
    while (got > 0) {
        char *room = ix_buf_reserve(buf, 4096);
        cr_assert_eq(ix_stream_read(stream, room, 4096, &got, &err), IX_OK, "%s", err.text);
        buf->size += got;
    }
    ix_stream_close(stream);
    return ix_buf_sv(buf);
}

static struct ix_standard_input *attach(int fd, struct ix_input *input) {
    struct ix_standard_input *in = NULL;
    struct ix_err err = {0};
    *input = (struct ix_input){.path = IX_SV("-")};
    cr_assert_eq(ix_standard_input_new(fd, &in, &err), IX_OK, "%s", err.text);
    ix_standard_input_attach(in, input);
    return in;
}

Test(standard_input, can_be_read_as_often_as_wanted) {
    const struct ix_sv text = IX_SV("{\"version\": 4,\n\"resources\": []}");
    struct ix_input input;
    struct ix_buf buf = {0};
    int fd = pipe_of(text);
    struct ix_standard_input *in = attach(fd, &input);
    for (int i = 0; i < 3; i++) {
        cr_assert(ix_sv_eq(read_all(&input, &buf), text));
        ix_standard_input_resume(in);
    }
    ix_standard_input_free(in);
    ix_buf_done(&buf);
    close(fd);
}

/* More lines than the head holds, through a file as through a pipe. */
Test(standard_input, gives_an_exchange_stream_from_its_beginning_to_its_end_once) {
    struct folder folder;
    struct ix_buf lines = {0};
    struct ix_buf buf = {0};
    struct ix_input input;
    folder_init(&folder);
    while (lines.size < 3 * IX_INPUT_HEAD) {
        ix_buf_printf(&lines, "{\"record\":\"note\",\"reason\":\"%zu\"}\n", lines.size);
    }
    folder_write(&folder, "lines", ix_buf_sv(&lines));
    FILE *file = fopen(folder_path(&folder, "lines"), "rb");
    struct ix_standard_input *in = attach(fileno(file), &input);
    struct ix_sv head = read_all(&input, &buf);
    cr_assert_lt(head.size, lines.size);
    cr_assert(ix_sv_starts(ix_buf_sv(&lines), head));
    ix_standard_input_resume(in);
    cr_assert(ix_sv_eq(read_all(&input, &buf), ix_buf_sv(&lines)));
    struct ix_stream *stream = NULL;
    struct ix_err err = {0};
    cr_assert_eq(ix_input_open(&input, &stream, &err), IX_INVALID);
    ix_standard_input_free(in);
    fclose(file);
    ix_buf_done(&lines);
    ix_buf_done(&buf);
    folder_done(&folder);
}

Test(standard_input, may_be_empty) {
    struct ix_input input;
    struct ix_buf buf = {0};
    int fd = pipe_of(IX_SV(""));
    struct ix_standard_input *in = attach(fd, &input);
    cr_assert_eq(read_all(&input, &buf).size, 0);
    ix_standard_input_free(in);
    ix_buf_done(&buf);
    close(fd);
}
