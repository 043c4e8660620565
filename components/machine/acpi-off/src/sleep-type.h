/* The sleep types of S5. */
#ifndef SLEEP_TYPE_H
#define SLEEP_TYPE_H

#include <az/base.h>

/* Stores what PM1a and PM1b are to be written for S5, at most 7 each; false when the AML in `aml` does not say. */
bool sleep_type_find(const uint8_t *aml, size_t bytes, uint8_t out[2]);

#endif
