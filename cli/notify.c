/* One datagram to a Unix socket. The name begins with '/', or with '@' for one that lies in no
 * folder. */
#include "cli/notify.h"

#include <stddef.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

void ix_notify(const char *state) {
    struct sockaddr_un to = {.sun_family = AF_UNIX};
    const char *name = getenv("NOTIFY_SOCKET");
    size_t size = name ? strlen(name) : 0;
    if (size < 2 || size >= sizeof to.sun_path || (name[0] != '/' && name[0] != '@')) {
        return;
    }
    memcpy(to.sun_path, name, size);
    if (name[0] == '@') {
        to.sun_path[0] = '\0';
    }
    int fd = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);
    if (fd >= 0) {
        socklen_t to_size = (socklen_t)(offsetof(struct sockaddr_un, sun_path) + size);
        (void)!sendto(fd, state, strlen(state), MSG_NOSIGNAL, (const struct sockaddr *)&to,
                      to_size);
        close(fd);
    }
}
