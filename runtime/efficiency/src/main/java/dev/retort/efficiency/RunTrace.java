package dev.retort.efficiency;

import java.time.Instant;
import java.util.Collections;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/**
 * What a run did when, in this process: the time line that the {@link Ledger} is the sum of, as far
 * back as it is remembered. Immutable.
 *
 * <p>All times are nanoseconds since the meter of this process was opened, which is the moment
 * {@link #origin}; they never go back. The segments lie one behind the other without gap or overlap
 * from {@link #fromNanos} to {@link #toNanos}. A meter remembers the latest 65,536 changes of what
 * is done, which are some seconds of a loop with steps of a millisecond and days of one with steps
 * of a minute.
 *
 * @param run the name of the run
 * @param origin the time of day at time 0
 * @param originNanoTime the {@link System#nanoTime()} at time 0, by which samples of devices are
 *     laid over the trace; after the clock leapt back it holds for what came since
 * @param askedFromNanos from when on it was asked for; 0 is the beginning
 * @param fromNanos from when on it is known: later than it was asked for if the trace is
 *     {@linkplain #isTruncated truncated}
 * @param toNanos until when it is known: the moment of asking, or the end of the run
 * @param segments what was done, in order of time
 * @param late what became known after it happened, such as pauses of the JVM, in order of time; the
 *     segments contain it already
 * @param marks commits and failures, in order of time
 * @param forgotten 0 if no late time and no mark of the trace's own time is missing; else how many
 *     of the run are, since there were too many to remember, so at least as many as of the trace
 * @param anomalies how often the meter of this process was misused up to now, by kind; one that did
 *     not occur is missing
 */
public record RunTrace(
        String run,
        Instant origin,
        long originNanoTime,
        long askedFromNanos,
        long fromNanos,
        long toNanos,
        List<Segment> segments,
        List<Late> late,
        List<Mark> marks,
        long forgotten,
        Map<Anomaly, Long> anomalies) {

    /**
     * A stretch of time in which one thing was done.
     *
     * @param region what was done
     * @param bucket what it was worth; training is {@link Bucket#PENDING} whatever became of it
     * @param fromNanos when it began
     * @param toNanos when it ended, later than it began
     * @param step the steps that the run had finished, so that all segments of one number are the
     *     step after it; steps that a restart went back behind do not count
     */
    public record Segment(Region region, Bucket bucket, long fromNanos, long toNanos, long step) {
        /** Checks the components. */
        public Segment {
            Objects.requireNonNull(region, "region is null");
            Objects.requireNonNull(bucket, "bucket is null");
            if (toNanos <= fromNanos) {
                throw new IllegalArgumentException(
                        "expected an end after %d ns, found %d ns".formatted(fromNanos, toNanos));
            }
        }

        /** {@return its length in nanoseconds} */
        public long nanos() {
            return toNanos - fromNanos;
        }

        /**
         * Whether another segment is its continuation, which an interval of asking cut off.
         *
         * @param next the other one
         * @return whether it begins where this one ends and is of the same thing
         */
        public boolean goesOnIn(Segment next) {
            return region == next.region
                    && bucket == next.bucket
                    && step == next.step
                    && toNanos == next.fromNanos;
        }

        /**
         * The two in one.
         *
         * @param next one that this one {@linkplain #goesOnIn goes on in}
         * @return the segment from the begin of this one to the end of the other
         */
        public Segment with(Segment next) {
            return new Segment(region, bucket, fromNanos, next.toNanos, step);
        }
    }

    /**
     * Time that turned out later to have been something else, whether a segment gave it up for that
     * or not: a pause while waiting for input stays waiting.
     *
     * @param bucket what it was
     * @param fromNanos when it began
     * @param toNanos when it ended
     */
    public record Late(Bucket bucket, long fromNanos, long toNanos) {
        /** Checks the component. */
        public Late {
            Objects.requireNonNull(bucket, "bucket is null");
        }
    }

    /**
     * A moment.
     *
     * @param kind of what
     * @param nanos when it was told
     * @param step the step of the checkpoint, or the steps that were finished when it failed
     * @param text of a failure its class and message, such as {@code NUMERIC: the loss is NaN};
     *     empty of a commit
     */
    public record Mark(Kind kind, long nanos, long step, String text) {
        /** What a moment can be of. */
        public enum Kind {
            /** A checkpoint became durable. */
            COMMIT,
            /** Something went wrong. */
            FAILURE
        }

        /** Checks the components. */
        public Mark {
            Objects.requireNonNull(kind, "kind is null");
            Objects.requireNonNull(text, "text is null");
        }
    }

    /** Checks and copies the components. */
    public RunTrace {
        Objects.requireNonNull(run, "run is null");
        Objects.requireNonNull(origin, "origin is null");
        segments = List.copyOf(segments);
        late = List.copyOf(late);
        marks = List.copyOf(marks);
        Map<Anomaly, Long> copy = new EnumMap<>(Anomaly.class);
        copy.putAll(anomalies);
        anomalies = Collections.unmodifiableMap(copy);
    }

    /** {@return whether a part of the time that was asked for is not known any more} */
    public boolean isTruncated() {
        return fromNanos > askedFromNanos || forgotten > 0;
    }

    /**
     * The time of day of a moment.
     *
     * @param nanos a time of this trace
     * @return the same as time of day
     */
    public Instant at(long nanos) {
        return origin.plusNanos(nanos);
    }
}
