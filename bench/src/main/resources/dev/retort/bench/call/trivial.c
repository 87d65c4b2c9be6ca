#include "trivial.h"

int trivial_value(int x) { return x + 1; }

int trivial_out(int *out, int x) {
    *out = x + 1;
    return 0;
}
