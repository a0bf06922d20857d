/* Two lists under one lock. A condition variable hands out single wake-ups; closing wakes all. */
#include "api/server_queue.h"

#include "base/sv.h"

void ix_queue_init(struct ix_queue *queue, size_t fresh_max) {
    *queue = (struct ix_queue){.fresh_max = fresh_max};
    pthread_mutex_init(&queue->lock, NULL);
    pthread_cond_init(&queue->filled, NULL);
}

void ix_queue_done(struct ix_queue *queue) {
    pthread_mutex_destroy(&queue->lock);
    pthread_cond_destroy(&queue->filled);
}

static void append(struct ix_job_list *list, struct ix_job *job) {
    job->next = NULL;
    if (list->last) {
        list->last->next = job;
    } else {
        list->first = job;
    }
    list->last = job;
    list->count++;
}

static struct ix_job *remove_first(struct ix_job_list *list) {
    struct ix_job *job = list->first;
    list->first = job->next;
    list->last = list->first ? list->last : NULL;
    list->count--;
    return job;
}

static bool add_to(struct ix_queue *queue, struct ix_job_list *list, size_t most,
                   struct ix_job *job) {
    pthread_mutex_lock(&queue->lock);
    bool taken = !queue->closed && list->count < most;
    if (taken) {
        append(list, job);
        pthread_cond_signal(&queue->filled);
    }
    pthread_mutex_unlock(&queue->lock);
    return taken;
}

bool ix_queue_add(struct ix_queue *queue, struct ix_job *job) {
    return add_to(queue, &queue->fresh, queue->fresh_max, job);
}

bool ix_queue_add_going_on(struct ix_queue *queue, struct ix_job *job) {
    return add_to(queue, &queue->going_on, SIZE_MAX, job);
}

static struct ix_job_list *list_in_turn(struct ix_queue *queue) {
    bool going_on = queue->going_on.first && (queue->going_on_is_next || !queue->fresh.first);
    queue->going_on_is_next = !going_on;
    return going_on ? &queue->going_on : &queue->fresh;
}

struct ix_job *ix_queue_take(struct ix_queue *queue) {
    pthread_mutex_lock(&queue->lock);
    while (!queue->closed && !queue->fresh.first && !queue->going_on.first) {
        pthread_cond_wait(&queue->filled, &queue->lock);
    }
    struct ix_job *job = queue->closed ? NULL : remove_first(list_in_turn(queue));
    pthread_mutex_unlock(&queue->lock);
    return job;
}

struct ix_job *ix_queue_take_left(struct ix_queue *queue) {
    pthread_mutex_lock(&queue->lock);
    bool any = queue->fresh.first || queue->going_on.first;
    struct ix_job *job = any ? remove_first(list_in_turn(queue)) : NULL;
    pthread_mutex_unlock(&queue->lock);
    return job;
}

void ix_queue_close(struct ix_queue *queue) {
    pthread_mutex_lock(&queue->lock);
    queue->closed = true;
    pthread_cond_broadcast(&queue->filled);
    pthread_mutex_unlock(&queue->lock);
}

size_t ix_queue_length(struct ix_queue *queue) {
    pthread_mutex_lock(&queue->lock);
    size_t length = queue->fresh.count + queue->going_on.count;
    pthread_mutex_unlock(&queue->lock);
    return length;
}
