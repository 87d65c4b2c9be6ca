package dev.retort.examples;

import com.fasterxml.jackson.annotation.JsonIgnore;
import com.fasterxml.jackson.annotation.JsonInclude;

import dev.retort.efficiency.status.RunStatus;

import org.jspecify.annotations.Nullable;

import java.util.List;

/**
 * What a machine does at a moment: what {@code retort top --json} prints. A figure that is absent
 * is left out. Lists are not to be changed.
 *
 * @param time the time of day, ISO 8601
 * @param machine the processor and its memory
 * @param gpus the GPUs
 * @param gpusAbsent why there are none, or some are missing
 * @param runs the runs of this user
 * @param folder where runs show themselves
 * @param runsAbsent why they cannot be read
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
record TopSnapshot(
        String time,
        Machine machine,
        List<Gpu> gpus,
        @Nullable String gpusAbsent,
        List<Run> runs,
        String folder,
        @Nullable String runsAbsent) {
    /**
     * The processor and its memory.
     *
     * @param processor its name
     * @param cores the cores that this process may use
     * @param busy the share of the time that all cores worked, for any process
     * @param coresBusy the same core by core, those of other containers included
     * @param memoryAvailableBytes what programs could still get
     * @param memoryBytes the memory that this process could use at most
     */
    @JsonInclude(JsonInclude.Include.NON_NULL)
    record Machine(
            String processor,
            int cores,
            @Nullable Double busy,
            List<Double> coresBusy,
            @Nullable Long memoryAvailableBytes,
            @Nullable Long memoryBytes) {}

    /**
     * A GPU, or an instance of one.
     *
     * @param name its name
     * @param uuid its identity
     * @param lost why it is not seen any more, or {@code null}
     * @param busy the share of the time in which any kernel ran
     * @param memoryUsedBytes what is allocated, by all processes
     * @param memoryBytes what there is
     * @param watts the power of the board
     * @param wattsLimit the limit in force
     * @param celsius the temperature
     * @param smHertz the clock of the multiprocessors
     * @param memoryHertz the clock of the memory
     * @param clockEventReasons why the clocks are not at their highest
     */
    @JsonInclude(JsonInclude.Include.NON_NULL)
    record Gpu(
            String name,
            String uuid,
            @Nullable String lost,
            @Nullable Double busy,
            @Nullable Double memoryUsedBytes,
            @Nullable Double memoryBytes,
            @Nullable Double watts,
            @Nullable Double wattsLimit,
            @Nullable Double celsius,
            @Nullable Double smHertz,
            @Nullable Double memoryHertz,
            List<String> clockEventReasons) {}

    /**
     * A run.
     *
     * @param state {@code RUNNING}, {@code ENDED} or {@code LOST}
     * @param secondsSinceWritten the age of its status
     * @param secondsSinceCommit the age of its last commit
     * @param goodput the share of its time in which training went on that survived; absent before
     *     any time passed
     * @param pending the share in which training went on that no checkpoint holds
     * @param biggestLoss the bucket of bad time that is the largest, absent if there is none
     * @param biggestLossShare its share
     * @param status what it published
     */
    @JsonInclude(JsonInclude.Include.NON_NULL)
    record Run(
            String state,
            double secondsSinceWritten,
            @Nullable Double secondsSinceCommit,
            @Nullable Double goodput,
            @Nullable Double pending,
            @Nullable String biggestLoss,
            @Nullable Double biggestLossShare,
            RunStatus status) {
        /** A run shows itself once a second; a busy machine or disk may make it some seconds. */
        private static final double SILENT_SECONDS = 5;

        /** Whether it says that it goes on, but has not done so for a while. */
        @JsonIgnore
        boolean isSilent() {
            return state.equals("RUNNING") && secondsSinceWritten > SILENT_SECONDS;
        }
    }
}
