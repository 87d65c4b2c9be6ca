package dev.retort.cuda;

/**
 * A part of a GPU in MIG mode, which programs see as a device of its own.
 *
 * @param handle its handle, for the same calls as that of a GPU
 * @param uuid its identity, with {@code MIG-} before it; a new instance that takes over the numbers
 *     of a destroyed one has another
 * @param gpuInstance the number of its GPU instance, by which GPM tells instances apart
 * @param computeInstance the number of its compute instance
 */
public record MigInstance(long handle, String uuid, int gpuInstance, int computeInstance) {}
