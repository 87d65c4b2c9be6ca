package dev.retort.device.kernels;

import org.junit.jupiter.api.Tag;

/** On the first device of this machine. */
@Tag("gpu")
class HardwareTopLogitsTest extends TopLogitsContract {}
