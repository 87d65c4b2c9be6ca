package dev.retort.device.gpu;

import org.junit.jupiter.api.Tag;

/** The contract on the devices of this machine. */
@Tag("gpu")
class HardwareOccupancyTest extends OccupancyContract {}
