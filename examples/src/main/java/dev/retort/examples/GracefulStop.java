package dev.retort.examples;

import dev.retort.distill.train.StopRequest;

import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/** Has a run save its state when a signal ends the process, which waits for it. */
final class GracefulStop {
    private static final int MOST_SECONDS = 60;

    private final StopRequest request = new StopRequest();
    private final CountDownLatch over = new CountDownLatch(1);

    /** What the run heeds. */
    StopRequest request() {
        return request;
    }

    /** The run is over, in whatever way. */
    void over() {
        over.countDown();
    }

    /**
     * Asks the run to stop and waits until it has; called by the hook that a signal starts.
     *
     * @param advice how to go on, or empty for a run that saves nothing and is not waited for
     */
    void stop(Optional<String> advice) {
        if (advice.isEmpty()) {
            return;
        }
        request.request();
        try {
            if (over.await(MOST_SECONDS, TimeUnit.SECONDS)) {
                System.err.printf("Stopped. Go on with: %s%n", advice.get());
            }
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
    }
}
