package dev.retort.efficiency.export;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.retort.efficiency.Anomaly;
import dev.retort.efficiency.Bucket;
import dev.retort.efficiency.Outcome;
import dev.retort.efficiency.Region;
import dev.retort.efficiency.RunAccount;
import dev.retort.efficiency.RunTrace.Mark;
import dev.retort.efficiency.RunTrace.Segment;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.DoublePredicate;
import java.util.stream.LongStream;

/** What a destination costs the others and the training that fails, is slow or hangs. */
@Timeout(60)
class ExportTroubleTest {
    private static final Duration NEVER = Duration.ofHours(1);

    private final Runs run = new Runs();

    private final Runs.Kept kept = new Runs.Kept();

    @TempDir Path folder;

    @AfterEach
    void close() {
        run.close();
    }

    /** Fails in one way or another. */
    private static final class Failing implements Destination {
        private final boolean opens;

        Failing(boolean opens) {
            this.opens = opens;
        }

        @Override
        public String name() {
            return "failing";
        }

        @Override
        public void open(RunAccount run) throws IOException {
            if (!opens) {
                throw new IOException("no");
            }
        }

        @Override
        public void accept(Interval interval) {
            throw new IllegalStateException("no");
        }

        @Override
        public void close() throws IOException {
            throw new IOException("no");
        }
    }

    @Test
    void aDestinationThatFailsIsCountedAndHurtsNoOther() {
        RunExport export =
                ExportOptions.of(run.meter)
                        .to(new Failing(true))
                        .to(new Failing(false))
                        .to(kept)
                        .every(NEVER)
                        .start();
        run.step();
        export.flush();
        RunAccount account = run.meter.finish();
        assertEquals(Outcome.SUCCEEDED, account.outcome());
        assertEquals(3, kept.intervals.size());
        // Three intervals of the first and its close; three times the second could not be opened.
        assertEquals(Map.of(Anomaly.EXPORT_FAILED, 3L + 1 + 3), run.meter.snapshot().anomalies());
    }

    /** An error that nobody expects of a destination. */
    private static final class Broken implements Destination {
        private int asked;

        @Override
        public String name() {
            return "broken";
        }

        @Override
        public void open(RunAccount run) {}

        @Override
        public void accept(Interval interval) {
            asked++;
            throw new AssertionError("broken");
        }

        @Override
        public void close() {
            throw new StackOverflowError("broken");
        }
    }

    @Test
    void anErrorOfADestinationIsCountedAndEndsNoExport() throws Exception {
        Broken broken = new Broken();
        CountDownLatch three = new CountDownLatch(3);
        Destination last =
                new Destination() {
                    @Override
                    public String name() {
                        return "last";
                    }

                    @Override
                    public void open(RunAccount run) {}

                    @Override
                    public void accept(Interval interval) {
                        three.countDown();
                    }

                    @Override
                    public void close() {}
                };
        ExportOptions.of(run.meter)
                .to(broken)
                .to(kept)
                .to(last)
                .every(Duration.ofMillis(10))
                .start();
        assertTrue(three.await(30, TimeUnit.SECONDS), "the schedule goes on");
        run.meter.finish();
        assertEquals(1, kept.closed);
        assertEquals(
                broken.asked + 1L, run.meter.snapshot().anomalies().get(Anomaly.EXPORT_FAILED));
    }

    @Test
    void aDestinationThatBecomesWritableIsWrittenTo() throws IOException {
        Path blocked = folder.resolve("blocked");
        Files.writeString(blocked, "a file where a folder should be");
        Path file = blocked.resolve("figures.jsonl");
        RunExport export = ExportOptions.of(run.meter).to(JsonLines.to(file)).every(NEVER).start();
        assertEquals(Map.of(Anomaly.EXPORT_FAILED, 1L), run.meter.snapshot().anomalies());
        Files.delete(blocked);
        run.step();
        assertTrue(export.flush());
        assertEquals(1, Files.readAllLines(file).size());
        run.meter.finish();
        assertEquals(2, Files.readAllLines(file).size());
    }

    /** Hangs in its second interval until it is released, and keeps what it gets. */
    private static final class Hanging implements Destination {
        private final CountDownLatch entered = new CountDownLatch(1);
        private final CountDownLatch release = new CountDownLatch(1);
        private final List<Interval> intervals = new CopyOnWriteArrayList<>();
        private volatile boolean closed;

        @Override
        public String name() {
            return "hanging";
        }

        @Override
        public void open(RunAccount run) {}

        @Override
        public void accept(Interval interval) throws IOException {
            intervals.add(interval);
            if (intervals.size() == 2) {
                hang(entered, release);
            }
        }

        @Override
        public void close() {
            closed = true;
        }
    }

    private static void hang(CountDownLatch entered, CountDownLatch release) throws IOException {
        entered.countDown();
        try {
            release.await();
        } catch (InterruptedException e) {
            throw new IOException(e);
        }
    }

    /** Keeps the figures, for a test that looks at them while it goes on. */
    private static final class Watched implements Destination {
        private final BlockingQueue<Interval> intervals = new LinkedBlockingQueue<>();

        @Override
        public String name() {
            return "watched";
        }

        @Override
        public void open(RunAccount run) {}

        @Override
        public void accept(Interval interval) {
            intervals.add(interval);
        }

        @Override
        public void close() {}

        /** Waits for a figure that is as asked for. */
        void await(String name, String destination, DoublePredicate asked) throws Exception {
            while (true) {
                Interval next = intervals.poll(30, TimeUnit.SECONDS);
                if (next == null) {
                    throw new AssertionError("no interval came for 30 s");
                }
                for (Figure figure : next.figures()) {
                    if (figure.name().equals(name)
                            && destination.equals(figure.labels().get("destination"))
                            && asked.test(figure.value().orElseThrow())) {
                        return;
                    }
                }
            }
        }
    }

    @Test
    void aDestinationThatHangsHoldsBackNeitherTheTrainingNorTheOthers() throws Exception {
        Hanging hanging = new Hanging();
        Watched watched = new Watched();
        ExportOptions.of(run.meter).to(hanging).to(watched).every(Duration.ofMillis(10)).start();
        assertTrue(hanging.entered.await(30, TimeUnit.SECONDS));
        for (int i = 0; i < 100_000; i++) {
            run.step();
        }
        // The others get their figures, which tell who does not, and for how long.
        watched.await("meter.export.dropped", "hanging", dropped -> dropped >= 5);
        watched.await("meter.export.busy", "hanging", seconds -> seconds > 0.02);
        Map<Anomaly, Long> hangingNow = run.meter.snapshot().anomalies();
        assertTrue(hangingNow.getOrDefault(Anomaly.EXPORT_DROPPED, 0L) >= 5, hangingNow::toString);
        assertEquals(100_000, run.meter.snapshot().steps());
        assertEquals(2, hanging.intervals.size());
        hanging.release.countDown();
        watched.await("meter.export.busy", "hanging", seconds -> seconds == 0);
        assertEquals(100_000, run.meter.finish().steps());
        assertTrue(hanging.closed);
        // What came meanwhile reached it as one interval: no time is missing between two.
        long at = 0;
        for (Interval interval : hanging.intervals) {
            assertEquals(at, interval.fromNanos());
            at = interval.toNanos();
        }
        assertEquals(run.meter.trace().toNanos(), at);
        assertTrue(hanging.intervals.getLast().last());
        long joined = hanging.intervals.get(2).number() - hanging.intervals.get(1).number();
        assertTrue(joined > 5, "intervals that were joined: " + joined);
        assertTrue(hanging.intervals.get(2).missingNanos() > 0, "more than are remembered");
    }

    @Test
    void whoeverStopsAnExportWaitsForItsEnd() throws Exception {
        Hanging hanging = new Hanging();
        RunExport export = ExportOptions.of(run.meter).to(hanging).every(NEVER).start();
        Thread first = Thread.ofPlatform().daemon().start(export::stop);
        assertTrue(hanging.entered.await(30, TimeUnit.SECONDS));
        AtomicBoolean early = new AtomicBoolean();
        Thread second =
                Thread.ofPlatform()
                        .daemon()
                        .start(
                                () -> {
                                    long begin = System.nanoTime();
                                    export.stop();
                                    // It may give up, but not before its 5 s are over.
                                    early.set(
                                            !hanging.closed
                                                    && System.nanoTime() - begin < 5_000_000_000L);
                                });
        long limit = System.nanoTime() + 30_000_000_000L;
        while (second.getState() != Thread.State.TIMED_WAITING && second.isAlive()) {
            assertTrue(System.nanoTime() < limit, "it neither waits nor ends");
            Thread.onSpinWait();
        }
        hanging.release.countDown();
        first.join();
        second.join();
        assertFalse(early.get(), "it came back before the last figures were out");
        assertEquals(2, hanging.intervals.size(), "the last figures came once");
        assertTrue(hanging.intervals.getLast().last());
    }

    /** Waits twice for as long as an export does. */
    @Test
    @Tag("slow")
    void aDestinationThatCannotBeOpenedForEverHoldsUpTheBeginAndTheEndForSeconds() {
        CountDownLatch entered = new CountDownLatch(1);
        CountDownLatch release = new CountDownLatch(1);
        Destination never =
                new Destination() {
                    @Override
                    public String name() {
                        return "never";
                    }

                    @Override
                    public void open(RunAccount account) throws IOException {
                        hang(entered, release);
                    }

                    @Override
                    public void accept(Interval interval) {}

                    @Override
                    public void close() {}
                };
        RunExport export = ExportOptions.of(run.meter).to(never).to(kept).every(NEVER).start();
        assertEquals(0, entered.getCount());
        assertEquals(1, kept.intervals.size(), "the other one was not held up");
        run.step();
        run.meter.finish();
        run.meter.close();
        assertEquals(2, kept.intervals.size());
        assertEquals(1, kept.closed);
        assertFalse(export.flush());
        release.countDown();
    }

    @Test
    void joinedIntervalsForgetTheEarliestAndSaySo() {
        Interval like = run.interval(List.of());
        List<Mark> marks = List.of(new Mark(Mark.Kind.COMMIT, 7, 1, ""));
        Interval first = interval(like, 1, 0, 600_000, steps(0, 60_000), marks, 5);
        List<Segment> later = steps(60_000, 10_000);
        Interval both = first.followedBy(interval(like, 2, 600_000, 700_000, later, marks, 0));
        assertEquals(2, both.number());
        assertEquals(0, both.fromNanos());
        assertEquals(700_000, both.toNanos());
        assertEquals(1 << 16, both.segments().size());
        assertEquals(later.getLast(), both.segments().getLast());
        long forgotten = 70_000 - (1 << 16);
        assertEquals(10 * forgotten, both.segments().getFirst().fromNanos());
        assertEquals(10 * forgotten + 5, both.missingNanos());
        assertEquals(2, both.marks().size());
    }

    private static List<Segment> steps(int from, int count) {
        return LongStream.range(from, from + count)
                .mapToObj(i -> new Segment(Region.STEP, Bucket.PENDING, 10 * i, 10 * i + 10, i))
                .toList();
    }

    private static Interval interval(
            Interval like,
            long number,
            long from,
            long to,
            List<Segment> segments,
            List<Mark> marks,
            long missing) {
        return new Interval(
                number,
                like.origin(),
                like.originNanoTime(),
                from,
                to,
                false,
                like.account(),
                like.figures(),
                like.verdict(),
                segments,
                List.of(),
                marks,
                missing,
                like.sampler());
    }
}
