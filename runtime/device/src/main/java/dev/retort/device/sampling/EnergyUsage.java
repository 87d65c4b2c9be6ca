package dev.retort.device.sampling;

import dev.retort.device.Reading;

/**
 * The energy of one device over a window.
 *
 * @param device the device's identity
 * @param joules the energy, idle power and all programs included
 * @param errorBoundJoules how far it can be off, by the rules of its method
 * @param scope what the energy is of
 * @param method how it was found
 */
public record EnergyUsage(
        String device, Reading joules, Reading errorBoundJoules, Scope scope, Method method) {

    /** What an energy is of. */
    public enum Scope {
        /** The processor packages, without memory modules. */
        PACKAGES,
        /** One GPU board. */
        BOARD,
        /** A module of processor and GPU, which one counter covers, as on GH200. */
        MODULE
    }

    /** How an energy was found. */
    public enum Method {
        /**
         * By a counter of the device. The bound is the counter's own period times the power limit,
         * and what is unknown because the ends of the window lie between samples.
         */
        COUNTER,
        /**
         * By integrating samples of the power, as the device has no counter. The bound holds if the
         * power between two samples stays between them; bursts shorter than that are missed.
         */
        POWER_INTEGRAL,
        /** Not at all. */
        NONE
    }
}
