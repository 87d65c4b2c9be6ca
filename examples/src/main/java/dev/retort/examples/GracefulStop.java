package dev.retort.examples;

import org.jline.utils.Signals;

import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/**
 * Has something stop in its own time when a signal ends the process, which waits for it, but no
 * longer than until the user interrupts it a second time.
 */
public final class GracefulStop {
    /**
     * What comes a second time within it is meant once: {@code timeout} sends each signal twice.
     */
    private static final long ONCE_MILLIS = 1000;

    /** That of a shell for what SIGINT ended. */
    private static final int INTERRUPTED = 128 + 2;

    private final Runnable ask;
    private final Duration most;
    private final CountDownLatch over = new CountDownLatch(1);
    private volatile boolean stopped;

    /**
     * For something that is about to begin.
     *
     * @param ask has it stop soon; called by another thread
     * @param most how long it is waited for
     */
    public GracefulStop(Runnable ask, Duration most) {
        this.ask = ask;
        this.most = most;
    }

    /** What is said of something that stopped and may go on. */
    static String words(String command) {
        return "Stopped. Go on with: " + command;
    }

    /** It ends since it was asked to; to be said before it is {@linkplain #over over}. */
    public void stopped() {
        stopped = true;
    }

    /** It is over, in whatever way. */
    public void over() {
        over.countDown();
    }

    /**
     * Asks it to stop, waits until it is over, and says so if it stopped for that; called by the
     * hook that a signal starts. A SIGINT that comes a second or more later ends the process at
     * once.
     *
     * @param command what has it go on
     */
    public void stop(String command) {
        ask.run();
        long patience = Math.min(ONCE_MILLIS, most.toMillis());
        try {
            boolean ended = over.await(patience, TimeUnit.MILLISECONDS);
            if (!ended) {
                Signals.register("INT", () -> endAtOnce(command));
                ended = over.await(most.toMillis() - patience, TimeUnit.MILLISECONDS);
            }
            if (ended && stopped) {
                System.err.println(words(command));
            }
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
    }

    /** As if it had been killed: what it started ends with it. */
    private static void endAtOnce(String command) {
        System.err.printf(
                "Ended at once: what was not saved is lost. Go on from the last checkpoint with:"
                        + " %s%n",
                command);
        Runtime.getRuntime().halt(INTERRUPTED);
    }
}
