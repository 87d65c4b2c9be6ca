package dev.retort.efficiency.jvm;

import jdk.jfr.Category;
import jdk.jfr.Event;
import jdk.jfr.Label;
import jdk.jfr.Name;
import jdk.jfr.StackTrace;

/**
 * Ties the time stamps of the flight recorder, which has a clock of its own, to {@link
 * System#nanoTime()}: both are read at the same moment.
 */
@Name("dev.retort.ClockMark")
@Label("Clock Mark")
@Category("Retort")
@StackTrace(false)
final class ClockMark extends Event {
    @Label("System.nanoTime")
    private final long nanoTime;

    private ClockMark(long nanoTime) {
        this.nanoTime = nanoTime;
    }

    static void emit() {
        new ClockMark(System.nanoTime()).commit();
    }

    long nanoTime() {
        return nanoTime;
    }
}
