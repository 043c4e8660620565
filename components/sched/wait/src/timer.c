/*
 * Timers in a pairing heap (Fredman, Sedgewick, Sleator, Tarjan 1986): a tree whose root is due first. `child` is the first
 * child, `next` the next sibling, `link` whatever points at this timer, so that it can be taken out of the middle. A timer whose
 * `link` is NULL is not running.
 */
#include "timer.h"

static struct az_timer *root;

/* Joins two trees without siblings. Of two that are due together `a` stays on top. */
static struct az_timer *meld(struct az_timer *a, struct az_timer *b)
{
    if (!a)
        return b;
    if (!b)
        return a;
    if (b->deadline < a->deadline) {
        struct az_timer *swap = a;
        a = b;
        b = swap;
    }
    b->next = a->child;
    if (b->next)
        b->next->link = &b->next;
    b->link = &a->child;
    a->child = b;
    return a;
}

static void set_root(struct az_timer *timer)
{
    root = timer;
    if (root) {
        root->next = NULL;
        root->link = &root;
    }
}

/* Joins a list of siblings to one tree: pairs from left to right, then the pairs from right to left. */
static struct az_timer *meld_siblings(struct az_timer *first)
{
    struct az_timer *pairs = NULL;
    while (first) {
        struct az_timer *second = first->next;
        struct az_timer *rest = second ? second->next : NULL;
        first->next = NULL;
        if (second)
            second->next = NULL;
        struct az_timer *pair = meld(first, second);
        pair->next = pairs;
        pairs = pair;
        first = rest;
    }
    struct az_timer *tree = NULL;
    while (pairs) {
        struct az_timer *rest = pairs->next;
        pairs->next = NULL;
        tree = meld(pairs, tree);
        pairs = rest;
    }
    return tree;
}

void az_timer_cancel(struct az_timer *timer)
{
    if (!timer->link)
        return;
    *timer->link = timer->next;
    if (timer->next)
        timer->next->link = timer->link;
    timer->link = NULL;
    timer->next = NULL;
    if (timer->child) {
        struct az_timer *tree = meld_siblings(timer->child);
        timer->child = NULL;
        set_root(meld(tree, root));
    }
}

void az_timer_set(struct az_timer *timer, az_time deadline)
{
    az_timer_cancel(timer);
    timer->deadline = deadline;
    timer->next = NULL;
    timer->child = NULL;
    set_root(meld(root, timer));
}

az_time az_timers_next(void)
{
    return root ? root->deadline : AZ_TIME_NEVER;
}

bool az_timers_run(az_time now)
{
    /* A due timer keeps a `link` into this list, so that one of them can still cancel another. */
    struct az_timer *due = NULL, **end = &due;
    while (root && root->deadline <= now) {
        struct az_timer *timer = root;
        az_timer_cancel(timer);
        timer->link = end;
        *end = timer;
        end = &timer->next;
    }
    if (!due)
        return false;
    while (due) {
        struct az_timer *timer = due;
        az_timer_cancel(timer);
        timer->expired(timer);
    }
    return true;
}
