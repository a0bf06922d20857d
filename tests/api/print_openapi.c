/* Prints the description of the interface as a server would give it: for the documents' check, and
 * for tools that test by it. */
#include <stdio.h>

#include "api/api.h"

static int print(struct ix_api_worker *worker) {
    const struct ix_api_request request = {
        .method = IX_SV("GET"),
        .path = IX_SV("/api/v1/openapi.json"),
    };
    struct ix_api_response response;
    ix_api_dispatch(worker, &request, &response);
    bool done = response.status == 200 &&
                fwrite(response.body.data, 1, response.body.size, stdout) == response.body.size;
    ix_api_response_done(&response);
    return done ? 0 : 1;
}

int main(void) {
    const struct ix_api_options options = {.folder = ".", .version = "0"};
    struct ix_api *api;
    struct ix_api_worker *worker;
    struct ix_err err = {0};
    if (ix_api_open(&options, &api, &err) != IX_OK) {
        return 1;
    }
    int exit_code = 1;
    if (ix_api_worker_open(api, &worker, &err) == IX_OK) {
        exit_code = print(worker);
        ix_api_worker_close(worker);
    }
    ix_api_close(api);
    return exit_code;
}
