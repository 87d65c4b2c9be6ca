/* Calls from C to another library, timed as the floor: what a call costs that crosses no border between languages. */
#include "trivial.h"

int floor_value(int calls) {
    int x = 0;
    for (int i = 0; i < calls; i++) x = trivial_value(x);
    return x;
}

int floor_out(int calls) {
    int x = 0;
    for (int i = 0; i < calls; i++) {
        int next;
        trivial_out(&next, x);
        x = next;
    }
    return x;
}
