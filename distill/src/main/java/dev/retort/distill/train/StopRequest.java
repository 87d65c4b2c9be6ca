package dev.retort.distill.train;

/**
 * Asks a training to save and stop, from any thread. The training heeds it after the step, or the
 * validation, that it is in.
 *
 * <p>SIGTERM runs the shutdown hooks of the JVM, which ends when they return, whatever other
 * threads do. A hook must therefore wait for the training: {@code
 * trainer.join(Duration.ofMinutes(1))} with the thread that trains, or a latch that it counts down.
 */
public final class StopRequest {
    private volatile boolean requested;

    /** Asks. To ask again changes nothing. */
    public void request() {
        requested = true;
    }

    /**
     * Whether somebody asked.
     *
     * @return true from then on
     */
    public boolean isRequested() {
        return requested;
    }
}
