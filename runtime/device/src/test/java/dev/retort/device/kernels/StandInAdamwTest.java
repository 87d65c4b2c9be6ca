package dev.retort.device.kernels;

import dev.retort.cuda.standin.StandInExtension;
import dev.retort.cuda.standin.StandInKernels;

import org.junit.jupiter.api.extension.ExtendWith;

/** On the stand-in, which runs the kernels compiled for the host. */
@ExtendWith({StandInExtension.class, StandInKernels.class})
class StandInAdamwTest extends AdamwContract {}
