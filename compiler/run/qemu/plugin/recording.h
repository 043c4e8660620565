/*
 * The file of samples. It is a row of records of 16 bytes, in the host's byte order (little-endian everywhere that this is built):
 *   u32 kind, u32 node, u64 value
 *   kind 0x6d617a61 ("azam"): the first; node is the version of this format, value is N
 *   kind 1: a new node of the tree of calls, numbered from 1 in order; node is its parent (0: none), value the address
 *   kind 2: a sample at that node; value is the number of instructions before it
 *   kind 3: the last; value is the number of instructions in all
 */
#ifndef AZ_RECORDING_H
#define AZ_RECORDING_H

#include "qemu_api.h"

enum {
    FORMAT_MAGIC = 0x6d617a61,
    FORMAT_VERSION = 1,
    RECORD_NODE = 1,
    RECORD_SAMPLE = 2,
    RECORD_END = 3,
};

static FILE *out;

static struct node {
    u64 address;
    u32 parent, number;
} *nodes;
static u32 node_count, node_room;

static void *must(void *memory)
{
    if (!memory)
        abort();
    return memory;
}

static void emit(u32 kind, u32 node, u64 value)
{
    struct {
        u32 kind, node;
        u64 value;
    } record = {kind, node, value};
    fwrite(&record, sizeof record, 1, out);
}

/* The tree of calls: an open hash table by parent and address. */

static u32 hash_of(u32 parent, u64 address)
{
    u64 hash = (address ^ ((u64)parent << 40) ^ parent) * 0x9e3779b97f4a7c15u;
    return (u32)(hash >> 32);
}

static struct node *place_of(struct node *table, u32 room, u32 parent, u64 address)
{
    u32 at = hash_of(parent, address) & (room - 1);
    while (table[at].number && (table[at].parent != parent || table[at].address != address))
        at = (at + 1) & (room - 1);
    return &table[at];
}

static u32 child(u32 parent, u64 address)
{
    if (node_count * 2 >= node_room) {
        u32 room = node_room ? node_room * 2 : 4096;
        struct node *table = must(calloc(room, sizeof *table));
        for (u32 i = 0; i < node_room; i++)
            if (nodes[i].number)
                *place_of(table, room, nodes[i].parent, nodes[i].address) = nodes[i];
        free(nodes);
        nodes = table;
        node_room = room;
    }
    struct node *node = place_of(nodes, node_room, parent, address);
    if (!node->number) {
        *node = (struct node){address, parent, ++node_count};
        emit(RECORD_NODE, parent, address);
    }
    return node->number;
}

#endif
