package dev.retort.experiment.schedule;

import org.jspecify.annotations.Nullable;

/**
 * What a scheduler shares with others of its machine, whatever store they work on: the devices, and
 * the processes of attempts. Used by the thread of the loop. A simulation has its own.
 */
interface Machine {
    /**
     * Takes a device for this scheduler, until it is given back or its process ends.
     *
     * @param device the device by its index
     * @return {@code null} if it was taken, else why not: one sentence without a full stop
     */
    @Nullable String take(int device);

    /** Gives a device back that was taken. */
    void giveBack(int device);

    /**
     * Whether a process is there.
     *
     * @param process what tells it from all others of this machine, as {@link HostProcess#process}
     */
    boolean isAlive(String process);

    /** Ends a process and those that it started, at once; not one that has its number by chance. */
    void kill(String process);
}
