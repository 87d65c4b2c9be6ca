package dev.retort.distill.train;

/**
 * Asks a training to save and stop, from any thread: a handler of SIGTERM for instance. The
 * training heeds it after the step that it is in.
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
