/*
 * The root's directories. They are not stored: a directory is a path, and what is in it are the files of all trees whose paths
 * begin with it. Trees are sorted, so a look-up is a binary search in each.
 */
#include "root.h"

#include <errno.h>
#include <string.h>

#include <az/heap.h>

#define ROOT_DEVICE 1

struct root_dir {
    struct az_node node; /* first */
    size_t length;       /* of path, which has no '/' at its end: 0 for the root */
    char path[];
};

static struct az_tree *trees, **last_tree = &trees;

void az_tree_add(struct az_tree *tree)
{
    tree->next = NULL;
    *last_tree = tree;
    last_tree = &tree->next;
}

static struct root_dir *dir_of(struct az_node *node)
{
    return AZ_CONTAINER_OF(node, struct root_dir, node);
}

/* A path in three parts: dir, '/', name, and with `below` another '/'. */
struct key {
    const char *dir, *name;
    size_t dir_length, name_length;
    bool below;
};

static size_t key_length(const struct key *key)
{
    return key->dir_length + 1 + key->name_length + key->below;
}

static char key_byte(const struct key *key, size_t at)
{
    if (at < key->dir_length)
        return key->dir[at];
    at -= key->dir_length;
    return at == 0 || at > key->name_length ? '/' : key->name[at - 1];
}

/* Below 0, 0, above 0: the path sorts before the key, begins with it, after it. */
static int compare(const char *path, const struct key *key)
{
    const size_t length = key_length(key);
    for (size_t i = 0; i < length; i++) {
        const int difference = (unsigned char)path[i] - (unsigned char)key_byte(key, i);
        if (difference)
            return difference;
    }
    return 0;
}

/* The first path of the tree that begins with the key or sorts after it. */
static uint32_t lower_bound(const struct az_tree *tree, const struct key *key)
{
    uint32_t low = 0, high = tree->count;
    while (low < high) {
        const uint32_t middle = low + (high - low) / 2;
        if (compare(tree->path(middle), key) < 0)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

static bool begins_with(const struct az_tree *tree, uint32_t index, const struct key *key)
{
    return index < tree->count && compare(tree->path(index), key) == 0;
}

static uint64_t hash(const struct key *key)
{
    uint64_t value = 0xcbf29ce484222325u; /* FNV-1a */
    for (size_t i = 0; i < key_length(key); i++)
        value = (value ^ (unsigned char)key_byte(key, i)) * 0x100000001b3u;
    return value;
}

static const struct az_node_ops dir_ops;

static int make_dir(const struct key *key, struct az_node **out)
{
    const size_t length = key_length(key);
    struct root_dir *dir = az_heap_alloc(sizeof(*dir) + length);
    if (!dir)
        return -ENOMEM;
    dir->node = (struct az_node){&dir_ops, 1, S_IFDIR | 0755, hash(key), ROOT_DEVICE};
    dir->length = length;
    for (size_t i = 0; i < length; i++)
        dir->path[i] = key_byte(key, i);
    *out = &dir->node;
    return 0;
}

/* The index of the file in the tree, or -ENOENT. `out_dir`: it is a directory between files. */
static int find_in(const struct az_tree *tree, const struct key *key, bool *out_dir, uint32_t *out_index)
{
    const uint32_t at = lower_bound(tree, key);
    *out_dir = false;
    *out_index = at;
    if (begins_with(tree, at, key) && tree->path(at)[key_length(key)] == '\0')
        return 0;
    struct key below = *key;
    below.below = true;
    *out_dir = begins_with(tree, lower_bound(tree, &below), &below);
    return *out_dir ? 0 : -ENOENT;
}

static int lookup(struct az_node *node, const char *name, size_t length, struct az_node **out)
{
    const struct root_dir *dir = dir_of(node);
    const struct key key = {dir->path, name, dir->length, length, false};
    bool any_dir = false;
    for (const struct az_tree *tree = trees; tree; tree = tree->next) {
        bool is_dir;
        uint32_t index;
        if (find_in(tree, &key, &is_dir, &index) == 0 && !is_dir)
            return tree->node(index, out);
        any_dir |= is_dir;
    }
    return any_dir ? make_dir(&key, out) : -ENOENT;
}

static int parent(struct az_node *node, struct az_node **out)
{
    const struct root_dir *dir = dir_of(node);
    size_t length = dir->length;
    while (length > 0 && dir->path[length - 1] != '/')
        length--;
    if (length <= 1) {
        *out = az_root_get();
        return 0;
    }
    size_t start = length - 1;
    while (dir->path[start - 1] != '/')
        start--;
    const struct key key = {dir->path, dir->path + start, start - 1, length - 1 - start, false};
    return make_dir(&key, out);
}

static int path_of(struct az_node *node, char *out, size_t bytes)
{
    const struct root_dir *dir = dir_of(node);
    const size_t length = AZ_MAX(dir->length, 1u);
    if (length >= bytes)
        return -ERANGE;
    memcpy(out, dir->length > 0 ? dir->path : "/", length);
    out[length] = '\0';
    return 0;
}

/* Whether a tree before `end` has the name too, so that it was listed already. */
static bool listed_before(const struct az_tree *end, const struct key *key)
{
    for (const struct az_tree *tree = trees; tree != end; tree = tree->next) {
        bool is_dir;
        uint32_t index;
        if (find_in(tree, key, &is_dir, &index) == 0)
            return true;
    }
    return false;
}

/* The first name at or after `index` that the tree has in the directory; moves `*index` behind all paths of that name. */
static bool next_name(const struct az_tree *tree, const struct root_dir *dir, uint32_t *index, struct key *out)
{
    const struct key within = {dir->path, NULL, dir->length, 0, false};
    *index = AZ_MAX(*index, lower_bound(tree, &within));
    if (!begins_with(tree, *index, &within))
        return false;
    const char *name = tree->path(*index) + dir->length + 1;
    *out = (struct key){dir->path, name, dir->length, (size_t)(strchrnul(name, '/') - name), false};
    struct key below = *out;
    below.below = name[out->name_length] == '/';
    while (begins_with(tree, *index, &below) && (below.below || !tree->path(*index)[key_length(&below)]))
        ++*index;
    return true;
}

static int describe(const struct az_tree *tree, uint32_t index, const struct key *key, struct az_dir_entry *out)
{
    out->inode = hash(key);
    out->type = S_IFDIR;
    memcpy(out->name, key->name, key->name_length);
    out->name[key->name_length] = '\0';
    if (key->name[key->name_length] == '/')
        return 0;
    struct az_node *node;
    int error = tree->node(index, &node);
    if (error)
        return error;
    out->inode = node->inode;
    out->type = node->mode & S_IFMT;
    az_node_unref(node);
    return 0;
}

/* The cursor counts trees in its upper half and paths of that tree in its lower. */
static int entry(struct az_node *node, uint64_t *cursor, struct az_dir_entry *out)
{
    uint32_t number = 0;
    for (const struct az_tree *tree = trees; tree; tree = tree->next, number++) {
        if (number < *cursor >> 32)
            continue;
        uint32_t index = number == *cursor >> 32 ? (uint32_t)*cursor : 0;
        struct key key;
        while (next_name(tree, dir_of(node), &index, &key)) {
            *cursor = (uint64_t)number << 32 | index;
            if (!listed_before(tree, &key))
                return describe(tree, index - 1, &key, out);
        }
    }
    return -ENOENT;
}

static void release(struct az_node *node)
{
    az_heap_free(node, sizeof(struct root_dir) + dir_of(node)->length);
}

static const struct az_node_ops dir_ops = {
    .lookup = lookup,
    .parent = parent,
    .path = path_of,
    .entry = entry,
    .release = release,
};

struct az_node *az_root_get(void)
{
    /* One reference stays, so it is never released. */
    static struct root_dir root = {.node = {&dir_ops, 1, S_IFDIR | 0755, 1, ROOT_DEVICE}};
    az_node_ref(&root.node);
    return &root.node;
}
