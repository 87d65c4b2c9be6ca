package dev.retort.efficiency.status;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;

import org.jspecify.annotations.Nullable;

import java.util.Collections;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;

/**
 * How a run stands, as its process published it last. What is not known is {@code null}; the
 * reasons stand beside it where there are several. Immutable.
 *
 * @param name the name of the run, as its user gave it
 * @param tags what it is grouped by
 * @param process who publishes it
 * @param attempt the number of this process among those of the run, from 1
 * @param outcome {@code RUNNING} or how it ended
 * @param beganEpochMillis when this process began with it
 * @param writtenEpochMillis when this was published
 * @param elapsedNanos the time of the run, earlier attempts included
 * @param buckets the nanoseconds of that time by bucket; they sum to it
 * @param steps the steps that were done
 * @param items the items that were consumed
 * @param stepsPerSecond over the last minute, or less while the run is younger; {@code null} before
 *     any time passed
 * @param itemsPerSecond over the same time; {@code null} if no items are counted as well
 * @param verdict what bounds it, or {@code null} while that is not known
 * @param mfu the model FLOPs utilisation over the time of steps
 * @param mfuAbsent why there is none
 * @param jvmShare the share of its time for which the JVM stood still, where it is watched
 * @param lastCommitEpochMillis when a checkpoint was committed last, by this process
 * @param cpuShare the CPU time of the process over that of the cores it may use, lately
 * @param residentBytes the memory of the process
 * @param anomalies how often the meter was misused, by kind
 */
@JsonIgnoreProperties(ignoreUnknown = true)
public record RunStatus(
        String name,
        Map<String, String> tags,
        Publisher process,
        int attempt,
        String outcome,
        long beganEpochMillis,
        long writtenEpochMillis,
        long elapsedNanos,
        Map<String, Long> buckets,
        long steps,
        long items,
        @Nullable Double stepsPerSecond,
        @Nullable Double itemsPerSecond,
        @Nullable Bound verdict,
        @Nullable Double mfu,
        @Nullable String mfuAbsent,
        @Nullable Double jvmShare,
        @Nullable Long lastCommitEpochMillis,
        @Nullable Double cpuShare,
        @Nullable Long residentBytes,
        Map<String, Long> anomalies) {
    /** Checks and copies the components. */
    public RunStatus {
        Objects.requireNonNull(name, "name is null");
        Objects.requireNonNull(process, "process is null");
        Objects.requireNonNull(outcome, "outcome is null");
        tags = Map.copyOf(tags);
        // Sorted, so that two files of one state are the same.
        buckets = Collections.unmodifiableMap(new TreeMap<>(buckets));
        anomalies = Map.copyOf(anomalies);
    }

    /**
     * A process.
     *
     * @param pid its number
     * @param started what tells it from a later process of the same number
     */
    public record Publisher(long pid, String started) {
        /** Checks the components. */
        public Publisher {
            Objects.requireNonNull(started, "started is null");
        }
    }

    /**
     * What bounds a run.
     *
     * @param bottleneck its name, such as {@code INPUT}
     * @param severity its name, such as {@code HIGH}
     * @param share its share of the time
     * @param largestGain at most how many times as fast the run is without it, or {@code null} if
     *     nothing bounds that, since it takes all the time
     * @param evidence one sentence
     */
    public record Bound(
            String bottleneck,
            String severity,
            double share,
            @Nullable Double largestGain,
            String evidence) {
        /** Checks the components. */
        public Bound {
            Objects.requireNonNull(bottleneck, "bottleneck is null");
            Objects.requireNonNull(severity, "severity is null");
            Objects.requireNonNull(evidence, "evidence is null");
        }
    }
}
