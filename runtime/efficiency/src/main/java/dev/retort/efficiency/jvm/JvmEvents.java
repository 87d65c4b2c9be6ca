package dev.retort.efficiency.jvm;

import jdk.jfr.consumer.RecordedEvent;
import jdk.jfr.consumer.RecordingStream;

import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;

/**
 * Follows the flight recorder of this JVM. What happened is told about a second later, in order of
 * its end, on a thread of the recorder; {@link #close} tells what is left before it returns.
 *
 * <p>A safepoint lasts from the request to stop the threads until they are let go, which is what
 * {@code -Xlog:safepoint} calls its total; the pauses of a collector lie within safepoints.
 */
public final class JvmEvents implements AutoCloseable {
    private static final Duration KEPT = Duration.ofSeconds(10);

    private final RecordingStream stream = new RecordingStream();
    private final Listener listener;

    // Confined to the recorder's thread.
    private final Map<Long, Instant> safepointBegins = new HashMap<>();
    private final List<Happening> waiting = new ArrayList<>();
    private OptionalLong nanoTimeAtEpoch = OptionalLong.empty();

    /** What is told. */
    public interface Listener {
        /**
         * Something happened.
         *
         * @param kind what
         * @param fromNanoTime when it began, on the {@link System#nanoTime()} time line
         * @param toNanoTime when it ended
         */
        void happened(Kind kind, long fromNanoTime, long toNanoTime);
    }

    /** What can happen. */
    public enum Kind {
        /** A garbage collector stopped the threads. */
        GC_PAUSE,
        /** The threads were stopped, for whatever reason. */
        SAFEPOINT,
        /** A compiler worked, beside the threads. */
        COMPILATION
    }

    private record Happening(Kind kind, Instant from, Instant to) {}

    private JvmEvents(Listener listener) {
        this.listener = listener;
        for (String name :
                List.of(
                        "jdk.GCPhasePause",
                        "jdk.SafepointBegin",
                        "jdk.SafepointEnd",
                        "jdk.Compilation")) {
            stream.enable(name).withoutThreshold().withoutStackTrace();
        }
        stream.enable(ClockMark.class);
        stream.setMaxAge(KEPT);
        stream.onEvent("jdk.GCPhasePause", event -> add(Kind.GC_PAUSE, event));
        stream.onEvent("jdk.Compilation", event -> add(Kind.COMPILATION, event));
        stream.onEvent(
                "jdk.SafepointBegin",
                event -> safepointBegins.put(event.getLong("safepointId"), event.getStartTime()));
        stream.onEvent("jdk.SafepointEnd", this::endSafepoint);
        stream.onEvent("dev.retort.ClockMark", this::tie);
        stream.onFlush(this::tell);
    }

    /**
     * Starts to follow.
     *
     * @param listener is told what happens; must not wait for a thread that closes this
     * @return the recording, to be closed by the caller
     * @throws RuntimeException if the flight recorder cannot be started, such as in a JVM without
     *     it
     */
    public static JvmEvents follow(Listener listener) {
        JvmEvents events = new JvmEvents(listener);
        events.stream.startAsync();
        ClockMark.emit();
        return events;
    }

    /** Compares the clocks once more; to be called every second or so. */
    public void tick() {
        ClockMark.emit();
    }

    @Override
    public void close() {
        ClockMark.emit();
        stream.stop();
        stream.close();
    }

    private void add(Kind kind, RecordedEvent event) {
        waiting.add(new Happening(kind, event.getStartTime(), event.getEndTime()));
    }

    private void endSafepoint(RecordedEvent event) {
        Instant begin = safepointBegins.remove(event.getLong("safepointId"));
        if (begin != null) {
            // Its start: the event itself ends after the threads were let go, and later still on a
            // busy machine.
            waiting.add(new Happening(Kind.SAFEPOINT, begin, event.getStartTime()));
        }
    }

    private void tie(RecordedEvent event) {
        nanoTimeAtEpoch =
                OptionalLong.of(event.getLong("nanoTime") - epochNanos(event.getStartTime()));
    }

    private void tell() {
        if (nanoTimeAtEpoch.isEmpty()) {
            return;
        }
        long offset = nanoTimeAtEpoch.getAsLong();
        for (Happening happening : waiting) {
            listener.happened(
                    happening.kind(),
                    epochNanos(happening.from()) + offset,
                    epochNanos(happening.to()) + offset);
        }
        waiting.clear();
    }

    private static long epochNanos(Instant instant) {
        return ChronoUnit.NANOS.between(Instant.EPOCH, instant);
    }
}
