package dev.retort.examples;

import java.io.IOException;

/** Does something if the process is ended by a signal before this is closed. */
public final class Interruption implements AutoCloseable {
    private final Thread hook;
    private Runnable action;
    private boolean begun;

    /** What is not to be met half done. */
    interface Step {
        /** Does it. */
        void run() throws IOException;
    }

    /**
     * From now on.
     *
     * @param action what is done, by a thread of its own; the process ends after it
     */
    public Interruption(Runnable action) {
        this.action = action;
        hook = new Thread(this::act, "retort-interrupted");
        Runtime.getRuntime().addShutdownHook(hook);
    }

    private void act() {
        begin().run();
    }

    private synchronized Runnable begin() {
        begun = true;
        return action;
    }

    /**
     * From now on does something else instead.
     *
     * @param next what is done, as above
     * @throws StoppedBySignalException if it is too late, as the signal has come
     */
    synchronized void becomes(Runnable next) {
        if (begun) {
            throw new StoppedBySignalException();
        }
        action = next;
    }

    /**
     * Does something that a signal waits for, so that the action finds all of it.
     *
     * @param step what is done, at once; a signal cannot end the process meanwhile
     * @throws StoppedBySignalException if it is too late, as the signal has come
     * @throws IOException that of the step
     */
    synchronized void whole(Step step) throws IOException {
        if (begun) {
            throw new StoppedBySignalException();
        }
        step.run();
    }

    @Override
    public void close() {
        try {
            Runtime.getRuntime().removeShutdownHook(hook);
        } catch (IllegalStateException _) {
            // It runs.
        }
    }
}
