/* Lists by deadline with one timer each. New nodes mostly belong at the end, so that is where the search starts. */
#include "tcp_parts.h"

void tcp_fifo_add(struct tcp_fifo_link *head, struct az_timer *timer, struct tcp_fifo_link *link, az_time deadline)
{
    if (!head->next) {
        head->next = head->previous = head;
        head->deadline = 0;
    }
    struct tcp_fifo_link *before = head->previous;
    while (before->deadline > deadline)
        before = before->previous;
    link->deadline = deadline;
    link->previous = before;
    link->next = before->next;
    before->next->previous = link;
    before->next = link;
    if (link->previous == head)
        az_timer_set(timer, deadline);
}

/* The timer may then come once for nothing; it sets itself for what is left. */
void tcp_fifo_remove(struct tcp_fifo_link *link)
{
    link->previous->next = link->next;
    link->next->previous = link->previous;
}
