package dev.retort.planning.solve;

import dev.retort.planning.FitObserver;

/** Counts the steps of several threads and tells of each, one thread at a time and in order. */
public final class StepCounter {
    private final FitObserver observer;
    private final FitObserver.Step step;
    private final int of;
    private int done;

    /**
     * A counter.
     *
     * @param observer who is told
     * @param step what is counted
     * @param of how many there will be
     */
    public StepCounter(FitObserver observer, FitObserver.Step step, int of) {
        this.observer = observer;
        this.step = step;
        this.of = of;
    }

    /**
     * Counts one that is done.
     *
     * @param result what came of it
     * @param <T> its type
     * @return the same
     */
    public synchronized <T> T counted(T result) {
        done++;
        observer.progressed(step, done, of);
        return result;
    }
}
