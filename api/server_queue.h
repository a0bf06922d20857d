/* The bounded queue between the threads that read sockets and those that run SQL.
 *
 * New work is bounded and refused when there is too much of it. Work that goes on (the next piece
 * of a stream) is always taken: it was admitted before, and there is at most one of it for each
 * connection. Both are served in turn, so that neither starves. Jobs are intrusive and stay their
 * owner's: nothing is allocated here.
 */
#ifndef IX_API_SERVER_QUEUE_H
#define IX_API_SERVER_QUEUE_H

#include <pthread.h>
#include <stdbool.h>
#include <stddef.h>

struct ix_job { /* the first member of what is queued; in one queue at a time */
    struct ix_job *next;
};

struct ix_job_list {
    struct ix_job *first, *last;
    size_t count;
};

struct ix_queue {
    pthread_mutex_t lock;
    pthread_cond_t filled;
    struct ix_job_list fresh, going_on;
    size_t fresh_max;
    bool going_on_is_next, closed;
};

void ix_queue_init(struct ix_queue *queue, size_t fresh_max);
void ix_queue_done(struct ix_queue *queue); /* after it was closed and nobody waits any more */

/* False when it is full or closed: the job is still the caller's. */
bool ix_queue_add(struct ix_queue *queue, struct ix_job *job);
/* The same for work that goes on: false only when the queue is closed. */
bool ix_queue_add_going_on(struct ix_queue *queue, struct ix_job *job);
/* Waits for a job; NULL once the queue is closed, whatever was left in it. */
struct ix_job *ix_queue_take(struct ix_queue *queue);
/* What was left when the queue was closed, one after another; NULL: no more. */
struct ix_job *ix_queue_take_left(struct ix_queue *queue);
/* Wakes all who wait. */
void ix_queue_close(struct ix_queue *queue);
size_t ix_queue_length(struct ix_queue *queue);

#endif
