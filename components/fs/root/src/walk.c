/* The walk along a path, component by component: path_resolution(7). */
#include "root.h"

#include <errno.h>
#include <limits.h>
#include <string.h>

#include <az/heap.h>

#define LINKS_MAX 40

struct step {
    struct az_node *at; /* where the walk stands, referenced */
    const char *rest;   /* what is left of the path */
    char *expanded;     /* PATH_MAX bytes that `rest` lies in once a link was followed; NULL before */
    unsigned links;     /* followed so far */
};

static bool is_name(const char *name, size_t length, const char *what)
{
    return length == strlen(what) && memcmp(name, what, length) == 0;
}

static void move_to(struct step *step, struct az_node *node)
{
    az_node_unref(step->at);
    step->at = node;
}

/* Puts the target of a link in front of the rest of the path. */
static int follow(struct step *step, struct az_node *link, const char *rest)
{
    if (++step->links > LINKS_MAX)
        return -ELOOP;
    char *expanded = az_heap_alloc(PATH_MAX);
    if (!expanded)
        return -ENOMEM;
    ssize_t length = link->ops->readlink ? link->ops->readlink(link, expanded, PATH_MAX) : -EINVAL;
    const size_t rest_bytes = strlen(rest) + 1;
    int error = length < 0 ? (int)length : length == 0 ? -ENOENT : 0;
    if (!error && (size_t)length + rest_bytes > PATH_MAX)
        error = -ENAMETOOLONG;
    if (!error)
        memcpy(expanded + length, rest, rest_bytes);
    if (error) {
        az_heap_free(expanded, PATH_MAX);
        return error;
    }
    az_heap_free(step->expanded, PATH_MAX);
    step->rest = step->expanded = expanded;
    if (*expanded == '/')
        move_to(step, az_root_get());
    return 0;
}

/* One component that is not the last, or is "." or "..". */
static int enter(struct step *step, struct az_node *node, const char *rest)
{
    int error = 0;
    if (S_ISLNK(node->mode)) {
        error = follow(step, node, rest);
        az_node_unref(node);
        return error;
    }
    move_to(step, node);
    step->rest = rest;
    return 0;
}

/* The component that ends the path. `again` when a link there has to be walked. */
static int finish(struct step *step, struct walk *out, const char *name, size_t length, unsigned flags, bool *again)
{
    struct az_node *node;
    int error = step->at->ops->lookup(step->at, name, length, &node);
    if (error && (error != -ENOENT || !(flags & WALK_PARENT)))
        return error;
    if (!error && S_ISLNK(node->mode) && ((flags & WALK_FOLLOW) || out->slash)) {
        *again = true;
        return enter(step, node, name + length);
    }
    if (!error && out->slash && !az_node_is_directory(node)) {
        az_node_unref(node);
        return -ENOTDIR;
    }
    out->node = error ? NULL : node;
    if (flags & WALK_PARENT) {
        az_node_ref(step->at);
        out->parent = step->at;
        memcpy(out->name, name, length);
        out->length = length;
    }
    return 0;
}

static int walk_rest(struct step *step, struct walk *out, unsigned flags)
{
    for (;;) {
        const char *name = step->rest + strspn(step->rest, "/");
        const size_t length = (size_t)(strchrnul(name, '/') - name);
        const char *rest = name + length;
        const bool last = rest[strspn(rest, "/")] == '\0';
        if (length == 0) {
            az_node_ref(step->at);
            out->node = step->at;
            return 0;
        }
        if (!az_node_is_directory(step->at))
            return -ENOTDIR;
        if (length >= AZ_NAME_BYTES)
            return -ENAMETOOLONG;
        struct az_node *node;
        int error = 0;
        bool again = false;
        if (is_name(name, length, ".")) {
            step->rest = rest;
            continue;
        }
        if (is_name(name, length, ".."))
            error = step->at->ops->parent(step->at, &node);
        else if (!last)
            error = step->at->ops->lookup(step->at, name, length, &node);
        else {
            out->slash = *rest == '/';
            error = finish(step, out, name, length, flags, &again);
            if (error || !again)
                return error;
            continue;
        }
        if (!error)
            error = enter(step, node, rest);
        if (error)
            return error;
    }
}

int az_walk(struct walk *out, struct az_node *start, const char *path, unsigned flags)
{
    out->node = out->parent = NULL;
    out->slash = false;
    out->length = 0;
    if (*path == '\0')
        return -ENOENT;
    struct step step = {.at = *path == '/' ? az_root_get() : start, .rest = path};
    if (*path != '/')
        az_node_ref(start);
    int error = walk_rest(&step, out, flags);
    az_node_unref(step.at);
    az_heap_free(step.expanded, PATH_MAX);
    return error;
}

void az_walk_end(struct walk *walk)
{
    if (walk->node)
        az_node_unref(walk->node);
    if (walk->parent)
        az_node_unref(walk->parent);
}

int az_path_find(const char *path, struct az_node **out)
{
    struct walk walk;
    struct az_node *root = az_root_get();
    int error = az_walk(&walk, root, path, WALK_FOLLOW);
    az_node_unref(root);
    *out = walk.node;
    return error;
}
