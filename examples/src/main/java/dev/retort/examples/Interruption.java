package dev.retort.examples;

/** Does something if the process is ended by a signal before this is closed. */
public final class Interruption implements AutoCloseable {
    private final Thread hook;

    /**
     * From now on.
     *
     * @param action what is done, by a thread of its own; the process ends after it
     */
    public Interruption(Runnable action) {
        hook = new Thread(action, "retort-interrupted");
        Runtime.getRuntime().addShutdownHook(hook);
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
