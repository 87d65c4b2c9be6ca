/* Just enough of CUPTI to be recognised as it, for the tests of the library search. */
#include "standin.h"

EXPORT int cuptiGetVersion(uint32_t *version) {
    ENTER();
    *version = 130000;
    return 0;
}
