package dev.retort.efficiency.export.jfr;

import dev.retort.device.Reading;
import dev.retort.efficiency.RunAccount;
import dev.retort.efficiency.RunTrace.Late;
import dev.retort.efficiency.RunTrace.Mark;
import dev.retort.efficiency.RunTrace.Segment;
import dev.retort.efficiency.StepTimes;
import dev.retort.efficiency.export.Destination;
import dev.retort.efficiency.export.Figure;
import dev.retort.efficiency.export.FreshFile;
import dev.retort.efficiency.export.Interval;
import dev.retort.efficiency.verdict.Bottleneck;
import dev.retort.efficiency.verdict.Verdict;

import jdk.jfr.Event;
import jdk.jfr.Recording;

import org.jspecify.annotations.Nullable;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;

/**
 * Events of the flight recorder, which JDK Mission Control shows below Retort, beside what the JVM
 * records of itself: {@code dev.retort.RunStarted} and {@code RunEnded}, {@code StepStatistics} and
 * {@code Figure} once per interval, {@code RegionSegment} for what took at least the threshold,
 * {@code LateTime} for pauses, {@code Moment} for commits and failures, {@code VerdictChanged}, and
 * {@code FigureAbsent} with the reason.
 *
 * <p>They are committed by the export's thread when an interval ends; the time that something began
 * is a field. The training allocates nothing for them, whether they are recorded or not; an event
 * that no recording has enabled is not made.
 */
public final class JfrEvents implements Destination {
    /** Below this a segment is not worth an event of its own. */
    public static final Duration DEFAULT_THRESHOLD = Duration.ofMillis(10);

    private final @Nullable Path wanted;
    private final Duration threshold;
    private final Map<String, String> absent = new HashMap<>();
    private @Nullable Recording recording;
    private @Nullable Path file;
    private boolean started;
    private @Nullable Bottleneck shown;

    private JfrEvents(@Nullable Path wanted, Duration threshold) {
        this.wanted = wanted;
        this.threshold = threshold;
    }

    /**
     * Events for whatever recordings there are, such as by {@code -XX:StartFlightRecording}.
     *
     * @return the destination
     */
    public static JfrEvents committed() {
        return new JfrEvents(null, DEFAULT_THRESHOLD);
    }

    /**
     * Events in a recording of their own, which leaves those of the JVM out.
     *
     * @param file the file, which gets the next free number if it exists, as in {@code a.2.jfr};
     *     complete when the export has ended, or the process has exited in an orderly way
     * @return the destination
     */
    public static JfrEvents into(Path file) {
        return new JfrEvents(Objects.requireNonNull(file, "file is null"), DEFAULT_THRESHOLD);
    }

    /**
     * The same with another threshold.
     *
     * @param shortest the shortest segment of a region that is an event
     * @return another destination
     */
    public JfrEvents withThreshold(Duration shortest) {
        return new JfrEvents(wanted, Objects.requireNonNull(shortest, "shortest is null"));
    }

    /**
     * The file.
     *
     * @return the file of the own recording once it is open
     */
    public Optional<Path> file() {
        return Optional.ofNullable(file);
    }

    @Override
    public String name() {
        return wanted == null ? "flight recorder" : "flight recording in " + wanted;
    }

    @Override
    public void open(RunAccount run) throws IOException {
        if (wanted == null) {
            return;
        }
        Path folder = wanted.toAbsolutePath().getParent();
        if (folder != null) {
            Files.createDirectories(folder);
        }
        Path free = FreshFile.of(wanted);
        Recording own = new Recording();
        try {
            own.setName("retort: " + run.name());
            own.setDestination(free);
            // A process that exits without the end of its run.
            own.setDumpOnExit(true);
            for (Class<? extends Event> event : RunEvents.ALL) {
                own.enable(event);
            }
            own.start();
        } catch (IOException | RuntimeException e) {
            own.close();
            throw e;
        }
        file = free;
        recording = own;
    }

    @Override
    public void accept(Interval interval) {
        RunAccount account = interval.account();
        if (!started) {
            started = true;
            start(interval, account);
        }
        interval.segments().forEach(segment -> segment(interval, segment));
        interval.late().forEach(late -> late(interval, late));
        interval.marks().forEach(mark -> moment(interval, mark));
        interval.verdict().ifPresent(verdict -> verdict(account, verdict));
        steps(account);
        interval.figures().forEach(figure -> figure(account, figure));
        if (interval.last()) {
            end(account);
        }
    }

    @Override
    public void close() throws IOException {
        Recording own = recording;
        if (own == null) {
            return;
        }
        try (own) {
            // With a destination, stop() writes the file and keeps trouble to itself.
            own.setDestination(null);
            own.stop();
            own.dump(Objects.requireNonNull(file, "it is open"));
        }
    }

    private static void commit(RunEvents.OfRun event, String run) {
        event.run = run;
        event.commit();
    }

    private static void start(Interval interval, RunAccount account) {
        var event = new RunEvents.RunStarted();
        if (event.shouldCommit()) {
            event.tags = text(account.tags());
            event.attempt = account.attempts();
            event.begin = interval.origin().toEpochMilli();
            commit(event, account.name());
        }
    }

    private static void end(RunAccount account) {
        var event = new RunEvents.RunEnded();
        if (event.shouldCommit()) {
            event.outcome = account.outcome().name();
            event.steps = account.steps();
            event.elapsed = account.ledger().elapsedNanos();
            event.goodput = account.ledger().goodput();
            commit(event, account.name());
        }
    }

    private static void steps(RunAccount account) {
        var event = new RunEvents.StepStatistics();
        StepTimes times = account.stepTimes();
        if (times.count() > 0 && event.shouldCommit()) {
            event.steps = account.steps();
            event.items = account.items();
            event.mean = nanos(times.mean());
            event.p50 = nanos(times.percentile(50));
            event.p90 = nanos(times.percentile(90));
            event.p99 = nanos(times.percentile(99));
            event.longest = nanos(times.max());
            event.goodput = account.ledger().goodput();
            commit(event, account.name());
        }
    }

    private static long nanos(Optional<Duration> time) {
        return time.orElseThrow().toNanos();
    }

    private void segment(Interval interval, Segment segment) {
        if (segment.nanos() < threshold.toNanos()) {
            return;
        }
        var event = new RunEvents.RegionSegment();
        if (event.shouldCommit()) {
            event.region = segment.region().name();
            event.bucket = segment.bucket().name();
            event.step = segment.step();
            event.begin = interval.at(segment.fromNanos()).toEpochMilli();
            event.length = segment.nanos();
            commit(event, interval.account().name());
        }
    }

    private static void late(Interval interval, Late late) {
        var event = new RunEvents.LateTime();
        if (event.shouldCommit()) {
            event.bucket = late.bucket().name();
            event.begin = interval.at(late.fromNanos()).toEpochMilli();
            event.length = late.toNanos() - late.fromNanos();
            commit(event, interval.account().name());
        }
    }

    private static void moment(Interval interval, Mark mark) {
        var event = new RunEvents.Moment();
        if (event.shouldCommit()) {
            event.kind = mark.kind().name();
            event.step = mark.step();
            event.begin = interval.at(mark.nanos()).toEpochMilli();
            event.message = mark.text();
            commit(event, interval.account().name());
        }
    }

    private void verdict(RunAccount account, Verdict verdict) {
        var event = new RunEvents.VerdictChanged();
        if (shown != verdict.bottleneck() && event.shouldCommit()) {
            shown = verdict.bottleneck();
            event.bottleneck = verdict.bottleneck().name();
            event.severity = verdict.severity().name();
            event.share = verdict.share();
            event.evidence = verdict.evidence();
            commit(event, account.name());
        }
    }

    private void figure(RunAccount account, Figure figure) {
        switch (figure.reading()) {
            case Reading.Measured(double value, _, _) -> {
                var event = new RunEvents.FigureValue();
                if (event.shouldCommit()) {
                    event.figure = figure.name();
                    event.labels = text(figure.labels());
                    event.unit = figure.unit().ucum();
                    event.value = value;
                    commit(event, account.name());
                }
            }
            case Reading.Absent(String reason) -> {
                var event = new RunEvents.FigureAbsent();
                String labels = text(figure.labels());
                if (event.shouldCommit()
                        && !reason.equals(absent.put(figure.name() + labels, reason))) {
                    event.figure = figure.name();
                    event.labels = labels;
                    event.reason = reason;
                    commit(event, account.name());
                }
            }
        }
    }

    private static String text(Map<String, String> labels) {
        StringBuilder text = new StringBuilder();
        labels.forEach((key, value) -> text.append(' ').append(key).append('=').append(value));
        return text.substring(Math.min(1, text.length()));
    }
}
