package dev.retort.experiment.schedule;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.api.Test;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.logging.Handler;
import java.util.logging.LogRecord;
import java.util.logging.Logger;

/** The thread of a scheduler outlives what its actions throw. */
final class SystemTimeTest {
    private final List<String> logged = new ArrayList<>();

    @Test
    void whatAnActionThrowsIsLoggedAndTheNextOneRuns() throws Exception {
        Logger logger = Logger.getLogger(SystemTime.class.getName());
        Handler handler = new Keeping();
        logger.addHandler(handler);
        logger.setUseParentHandlers(false);
        SystemTime time = new SystemTime();
        try {
            CountDownLatch next = new CountDownLatch(1);
            time.execute(
                    () -> {
                        throw new OutOfMemoryError("unable to create native thread");
                    });
            time.execute(next::countDown);
            next.await();
        } finally {
            time.stop();
            logger.removeHandler(handler);
            logger.setUseParentHandlers(true);
        }
        assertEquals(List.of("java.lang.OutOfMemoryError: unable to create native thread"), logged);
    }

    private final class Keeping extends Handler {
        @Override
        public void publish(LogRecord entry) {
            logged.add(String.valueOf(entry.getThrown()));
        }

        @Override
        public void flush() {}

        @Override
        public void close() {}
    }
}
