package dev.retort.cuda;

import java.util.OptionalInt;
import java.util.OptionalLong;

/**
 * A process that has a context on a device. In a container the number may be the host's, which
 * means nothing inside.
 *
 * @param pid the process, as the driver numbers it
 * @param memoryBytes the device memory it uses; empty where the driver does not tell
 * @param gpuInstance the MIG GPU instance it runs in, if any
 * @param computeInstance the MIG compute instance it runs in, if any
 */
public record GpuProcess(
        int pid, OptionalLong memoryBytes, OptionalInt gpuInstance, OptionalInt computeInstance) {}
