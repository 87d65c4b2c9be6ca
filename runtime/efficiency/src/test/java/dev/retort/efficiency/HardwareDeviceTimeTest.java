package dev.retort.efficiency;

import org.junit.jupiter.api.Tag;

/** The contract on a device of this machine. */
@Tag("gpu")
class HardwareDeviceTimeTest extends DeviceTimeContract {}
