/* Telling the service manager how far a long-running command is: what systemd calls Type=notify. */
#ifndef IX_CLI_NOTIFY_H
#define IX_CLI_NOTIFY_H

/* Sends `state` ("READY=1", "STOPPING=1") to the socket that NOTIFY_SOCKET names; nothing without
 * one. That nobody listens there is no error: the manager has its own patience. Source:
 * sd_notify(3), "Standalone Implementations". */
void ix_notify(const char *state);

#endif
