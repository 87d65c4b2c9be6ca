/* Just enough of NVRTC to be recognised as it, for the tests of the library search. */
#include "standin.h"

EXPORT int nvrtcVersion(int *major, int *minor) {
    ENTER();
    *major = 13;
    *minor = 0;
    return 0;
}
