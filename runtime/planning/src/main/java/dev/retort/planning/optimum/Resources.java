package dev.retort.planning.optimum;

import java.util.OptionalDouble;

/**
 * What work takes.
 *
 * @param flops FLOPs
 * @param deviceHours hours of one device
 * @param seconds the time until it is done, on all devices
 * @param joules the energy; empty where the power is not known
 * @param money the money in the user's currency; empty where the price is not known
 */
public record Resources(
        double flops,
        double deviceHours,
        double seconds,
        OptionalDouble joules,
        OptionalDouble money) {}
