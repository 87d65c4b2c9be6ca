package dev.retort.examples;

import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/** Has something stop in its own time when a signal ends the process, which waits for it. */
public final class GracefulStop {
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
     * hook that a signal starts.
     *
     * @param command what has it go on
     */
    public void stop(String command) {
        ask.run();
        try {
            if (over.await(most.toMillis(), TimeUnit.MILLISECONDS) && stopped) {
                System.err.println(words(command));
            }
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
    }
}
