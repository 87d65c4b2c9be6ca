package dev.retort.device.gpu;

import dev.retort.cuda.standin.StandInExtension;

import org.junit.jupiter.api.extension.ExtendWith;

/** The contract on the stand-in. */
@ExtendWith(StandInExtension.class)
class StandInOccupancyTest extends OccupancyContract {}
