/* Functions that do next to nothing, in the two shapes that most driver calls have. */
#ifndef RETORT_TRIVIAL_H
#define RETORT_TRIVIAL_H

#ifdef __cplusplus
extern "C" {
#endif

/* x + 1. */
int trivial_value(int x);

/* Writes x + 1 where the pointer leads; 0 for success. */
int trivial_out(int *out, int x);

#ifdef __cplusplus
}
#endif

#endif
