package dev.retort.cuda;

import org.junit.jupiter.api.Tag;

/** The contract on the driver and the devices of this machine. */
@Tag("gpu")
class HardwareTest extends DriverContract {}
