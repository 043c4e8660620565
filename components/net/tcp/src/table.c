/*
 * Finding things: every tuple in one chained hash table, which doubles as it fills; every bound socket in a small table by port.
 * The hash is keyed, so that nobody outside can aim at one chain.
 */
#include <errno.h>

#include <az/heap.h>

#include "tcp_parts.h"

#define PORT_FIRST 32768u /* as on Linux */
#define PORT_LAST 60999u

struct tcp_stack tcp_stack_0;

static uint32_t tcp_hash(const struct tcp_stack *stack, const struct tcp_tuple *tuple)
{
    uint32_t a = tuple->remote ^ (uint32_t)stack->secret[0];
    uint32_t b = ((uint32_t)tuple->remote_port << 16 | tuple->local_port) ^ (uint32_t)(stack->secret[0] >> 32);
    a = (a ^ a >> 16) * 0x85ebca6bu + tuple->local;
    b = (b ^ b >> 15) * 0xc2b2ae35u + a;
    b = (b ^ b >> 13) * 0x9e3779b1u;
    return b ^ b >> 16;
}

static bool tcp_same_tuple(const struct tcp_tuple *a, const struct tcp_tuple *b)
{
    return a->remote == b->remote && a->remote_port == b->remote_port && a->local_port == b->local_port &&
           a->local == b->local;
}

static void tcp_table_grow(struct tcp_stack *stack)
{
    uint32_t count = stack->bucket_count ? stack->bucket_count * 2 : TCP_BUCKETS_FIRST;
    struct tcp_node **buckets = stack->buckets_first;

    if (stack->bucket_count) {
        buckets = az_heap_zalloc(count * sizeof(*buckets));
        if (!buckets)
            return; /* longer chains will do */
    }
    struct tcp_node **old = stack->buckets;
    uint32_t old_count = stack->bucket_count;
    for (uint32_t i = 0; i < old_count; i++) {
        while (old[i]) {
            struct tcp_node *node = old[i];
            struct tcp_node **bucket = &buckets[tcp_hash(stack, &node->tuple) & (count - 1)];
            old[i] = node->next;
            node->next = *bucket;
            *bucket = node;
        }
    }
    stack->buckets = buckets;
    stack->bucket_count = count;
    if (old && old != stack->buckets_first)
        az_heap_free(old, old_count * sizeof(*old));
}

struct tcp_node *tcp_find(const struct tcp_tuple *tuple)
{
    struct tcp_stack *stack = tcp_stack();
    if (!stack->bucket_count)
        return NULL;
    struct tcp_node *node = stack->buckets[tcp_hash(stack, tuple) & (stack->bucket_count - 1)];
    while (node && !tcp_same_tuple(&node->tuple, tuple))
        node = node->next;
    return node;
}

void tcp_insert(struct tcp_node *node)
{
    struct tcp_stack *stack = tcp_stack();
    if (!stack->seeded)
        (void)tcp_siphash(&node->tuple, 0);
    if (++stack->node_count > stack->bucket_count * 2 || !stack->bucket_count)
        tcp_table_grow(stack);
    struct tcp_node **bucket = &stack->buckets[tcp_hash(stack, &node->tuple) & (stack->bucket_count - 1)];
    node->next = *bucket;
    *bucket = node;
}

void tcp_remove(struct tcp_node *node)
{
    struct tcp_stack *stack = tcp_stack();
    struct tcp_node **link = &stack->buckets[tcp_hash(stack, &node->tuple) & (stack->bucket_count - 1)];
    while (*link != node)
        link = &(*link)->next;
    *link = node->next;
    stack->node_count--;
}

/* One that is bound to the address comes before one bound to any; of several (SO_REUSEPORT) the peer's address and port choose one. */
struct tcp_connection *tcp_find_listener(const struct tcp_tuple *tuple)
{
    struct tcp_stack *stack = tcp_stack();
    struct tcp_connection *found = NULL;
    uint32_t count = 0;
    for (struct tcp_connection *c = stack->bound[tuple->local_port % TCP_BOUND_BUCKETS]; c; c = c->bound_next) {
        bool exact = c->node.tuple.local == tuple->local;
        if (c->state != TCP_LISTEN || c->node.tuple.local_port != tuple->local_port ||
            (!exact && (c->node.tuple.local != AZ_IP4_ANY || (found && found->node.tuple.local != AZ_IP4_ANY))))
            continue;
        if (found && found->node.tuple.local != c->node.tuple.local)
            count = 0;
        if (++count == 1 || tcp_hash(stack, tuple) % count == 0)
            found = c;
    }
    return found;
}

/* Linux's rules: SO_REUSEADDR on both shares a port unless one listens; SO_REUSEPORT on both always does. */
static bool tcp_bind_conflict(const struct tcp_connection *a, const struct tcp_connection *b)
{
    uint32_t both = a->socket.options & b->socket.options;
    if (both & AZ_SO_REUSEPORT)
        return false;
    return !(both & AZ_SO_REUSEADDR) || b->state == TCP_LISTEN;
}

bool tcp_port_taken(const struct tcp_connection *for_whom, az_ip4 local, uint16_t port)
{
    struct tcp_stack *stack = tcp_stack();
    for (const struct tcp_connection *c = stack->bound[port % TCP_BOUND_BUCKETS]; c; c = c->bound_next) {
        if (c != for_whom && c->node.tuple.local_port == port &&
            (!local || !c->node.tuple.local || c->node.tuple.local == local) && tcp_bind_conflict(for_whom, c))
            return true;
    }
    if (for_whom->socket.options & (AZ_SO_REUSEADDR | AZ_SO_REUSEPORT))
        return false; /* what is left of connections does not matter */
    for (uint32_t i = 0; i < stack->bucket_count; i++) {
        for (const struct tcp_node *node = stack->buckets[i]; node; node = node->next) {
            if (node->tuple.local_port == port && (!local || node->tuple.local == local))
                return true;
        }
    }
    return false;
}

void tcp_bind(struct tcp_connection *connection, az_ip4 local, uint16_t port)
{
    struct tcp_connection **bucket = &tcp_stack()->bound[port % TCP_BOUND_BUCKETS];
    connection->node.tuple.local = local;
    connection->node.tuple.local_port = port;
    connection->bound_next = *bucket;
    *bucket = connection;
    connection->bound = true;
}

void tcp_unbind(struct tcp_connection *connection)
{
    if (!connection->bound)
        return;
    struct tcp_connection **link = &tcp_stack()->bound[connection->node.tuple.local_port % TCP_BOUND_BUCKETS];
    while (*link != connection)
        link = &(*link)->bound_next;
    *link = connection->bound_next;
    connection->bound = false;
}

/* RFC 6056, algorithm 3: an offset that depends on the destination, then one after the other. */
int tcp_pick_port(const struct tcp_connection *for_whom, struct tcp_tuple *tuple)
{
    struct tcp_stack *stack = tcp_stack();
    uint32_t count = PORT_LAST - PORT_FIRST + 1;
    uint32_t offset;

    tuple->local_port = 0;
    offset = (uint32_t)tcp_siphash(tuple, 1) + stack->port_offset;
    for (uint32_t i = 0; i < count; i++) {
        tuple->local_port = (uint16_t)(PORT_FIRST + (offset + i) % count);
        bool free = true;
        if (tuple->remote_port) {
            for (struct tcp_connection *c = stack->bound[tuple->local_port % TCP_BOUND_BUCKETS]; c; c = c->bound_next)
                free &= c->node.tuple.local_port != tuple->local_port;
            free = free && !tcp_find(tuple);
        } else {
            free = !tcp_port_taken(for_whom, tuple->local, tuple->local_port);
        }
        if (free) {
            stack->port_offset = (uint16_t)(stack->port_offset + i + 1);
            return 0;
        }
    }
    return tuple->remote_port ? -EADDRNOTAVAIL : -EADDRINUSE;
}
