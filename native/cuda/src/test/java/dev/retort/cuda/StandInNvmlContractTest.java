package dev.retort.cuda;

import dev.retort.cuda.standin.StandInExtension;

import org.junit.jupiter.api.extension.ExtendWith;

/** The contract on the simulated NVML. */
@ExtendWith(StandInExtension.class)
class StandInNvmlContractTest extends NvmlContract {}
