package dev.retort.examples;

import dev.retort.distill.train.LearningRate;
import dev.retort.distill.train.ScheduleKind;
import dev.retort.distill.train.TrainingPlan;

import org.jspecify.annotations.Nullable;

import picocli.CommandLine;
import picocli.CommandLine.Option;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.stream.Collectors;

/** The options of a command that say how its trainings step. */
final class LoopOptions {
    @Option(
            names = "--schedule",
            paramLabel = "NAME",
            converter = ScheduleConverter.class,
            completionCandidates = ScheduleNames.class,
            description =
                    "Learning rate schedule, one of ${COMPLETION-CANDIDATES}; default the recipe's. Cosine and"
                            + " linear warm up for a tenth of the steps.")
    private @Nullable ScheduleKind schedule;

    @Option(
            names = "--accumulate",
            paramLabel = "N",
            description =
                    "Split each batch into N parts and add up their gradients: the memory of one part;"
                            + " default the recipe's. Into fewer where the loss compares samples and needs more of"
                            + " them. What does not fit is split further by itself.")
    private @Nullable Integer accumulate;

    @Option(
            names = "--ema",
            paramLabel = "DECAY",
            description =
                    "Use an exponential moving average of the parameters, such as 0.999, 0 for none;"
                            + " default the recipe's.")
    private @Nullable Double ema;

    /**
     * A plan with what the options change.
     *
     * @param plan the plan
     * @param peakRate another highest learning rate, or {@code null}
     * @throws IllegalArgumentException if a value is out of range
     */
    TrainingPlan change(TrainingPlan plan, @Nullable Float peakRate) {
        LearningRate rate = plan.learningRate();
        rate = peakRate == null ? rate : rate.withPeak(peakRate);
        rate = schedule == null ? rate : schedule.of(rate.peak());
        TrainingPlan changed = plan.withLearningRate(rate);
        changed = accumulate == null ? changed : changed.withMicroBatches(accumulate);
        return ema == null ? changed : changed.withAverageDecay(ema);
    }

    /** Reads the name a user types. */
    static final class ScheduleConverter implements CommandLine.ITypeConverter<ScheduleKind> {
        @Override
        public ScheduleKind convert(String value) {
            for (ScheduleKind kind : ScheduleKind.values()) {
                if (kind.label().equals(value)) {
                    return kind;
                }
            }
            throw new CommandLine.TypeConversionException(
                    "expected one of %s, found %s"
                            .formatted(
                                    Arrays.stream(ScheduleKind.values())
                                            .map(ScheduleKind::label)
                                            .collect(Collectors.joining(", ")),
                                    value));
        }
    }

    /** The names for the help text. */
    static final class ScheduleNames extends ArrayList<String> {
        private static final long serialVersionUID = 1L;

        ScheduleNames() {
            for (ScheduleKind kind : ScheduleKind.values()) {
                add(kind.label());
            }
        }
    }
}
