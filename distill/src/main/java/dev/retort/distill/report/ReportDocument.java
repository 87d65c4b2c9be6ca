package dev.retort.distill.report;

import com.fasterxml.jackson.annotation.JsonInclude;

import dev.retort.device.Reading;
import dev.retort.distill.PairedDifference;
import dev.retort.distill.loss.LogitLossKind;
import dev.retort.distill.tap.Hint;
import dev.retort.distill.train.LearningRate;
import dev.retort.distill.train.TrainingPlan;
import dev.retort.efficiency.report.Numbers;

import org.jspecify.annotations.Nullable;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.StringJoiner;
import java.util.function.DoubleFunction;

/**
 * What a report says, as plain values: the schema of {@code report.json}. Shares run from 0 to 1,
 * units stand in the names.
 *
 * @param schema the version of this schema
 * @param created when, in ISO 8601
 * @param machine where
 * @param task what was done
 * @param comparison what may be said
 * @param models one entry a role: teacher, student alone, student distilled
 * @param seeds one entry a seed
 * @param softLabelsSeconds mean time of the teacher's pass over the training samples
 * @param measuring what the measuring itself cost
 */
public record ReportDocument(
        int schema,
        String created,
        Machine machine,
        Task task,
        Comparison comparison,
        List<ModelEntry> models,
        List<SeedEntry> seeds,
        double softLabelsSeconds,
        Measuring measuring) {
    /**
     * The machine and the software that ran.
     *
     * @param processor the processor's name
     * @param cores processors that the JVM may use
     * @param system operating system and architecture
     * @param java version and vendor of the JVM
     * @param engine DJL's engine and its version
     * @param engineThreads threads of an engine operation; {@code null} for the engine's own choice
     * @param retort version of Retort
     */
    @JsonInclude(JsonInclude.Include.NON_NULL)
    public record Machine(
            String processor,
            int cores,
            String system,
            String java,
            String engine,
            @Nullable Integer engineThreads,
            String retort) {}

    /**
     * What was distilled.
     *
     * @param data the data set's name
     * @param source where it came from and how it was split
     * @param trainSamples samples that were trained on
     * @param validationSamples samples that chose the epoch
     * @param testSamples samples that judged
     * @param labels labels that the students saw; {@code null} for all
     * @param objective what the distilled student was trained to
     * @param teacherPlan how the teacher was trained
     * @param studentPlan how both students were trained; its epochs are those of the distilled one
     */
    @JsonInclude(JsonInclude.Include.NON_NULL)
    public record Task(
            String data,
            String source,
            int trainSamples,
            int validationSamples,
            int testSamples,
            @Nullable Integer labels,
            Objective objective,
            Plan teacherPlan,
            Plan studentPlan) {}

    /**
     * What a student was trained to.
     *
     * @param loss the name of the loss against the teacher
     * @param description what it is and where it comes from
     * @param temperature its temperature; {@code null} for a loss that has none
     * @param hardWeight weight of the labels
     * @param softWeight weight of the loss against the teacher
     * @param standardised whether that loss saw standardised logits
     * @param settings its other settings
     * @param hints what layers of the teacher told layers of the student beside it, in words;
     *     {@code null} for nothing
     */
    @JsonInclude(JsonInclude.Include.NON_NULL)
    public record Objective(
            String loss,
            String description,
            @Nullable Double temperature,
            double hardWeight,
            double softWeight,
            boolean standardised,
            Map<String, Double> settings,
            @Nullable List<String> hints) {
        static Objective of(dev.retort.distill.loss.Objective objective, List<Hint> hints) {
            return new Objective(
                    objective.kind().label(),
                    objective.kind().description(),
                    objective.temperature().isPresent()
                            ? objective.temperature().getAsDouble()
                            : null,
                    decimal(objective.hardWeight()),
                    objective.softWeight(),
                    objective.standardised(),
                    objective.settings(),
                    hints.isEmpty() ? null : hints.stream().map(Hint::words).toList());
        }

        /**
         * The loss with all its settings, as part of a sentence.
         *
         * @return a few words
         */
        public String words() {
            StringJoiner words = new StringJoiner(", ");
            words.add(description);
            if (standardised) {
                words.add("on standardised logits (Sun et al. 2024)");
            }
            if (temperature != null) {
                words.add("temperature " + temperature);
            }
            settings.forEach(
                    (name, value) -> {
                        if (value != 0 || !name.equals(LogitLossKind.WARM_UP)) {
                            words.add(name + " " + value);
                        }
                    });
            words.add("weight " + softWeight);
            String logits = words + "; weight of the labels " + hardWeight;
            return hints == null ? logits : logits + "; " + String.join("; ", hints);
        }

        /** 0.1 and not 0.09999999999999998, which is 1 - 0.9. */
        private static double decimal(double value) {
            return Math.round(value * 1e12) / 1e12;
        }
    }

    /**
     * The settings of a training.
     *
     * @param epochs the most epochs it may take
     * @param batchSize samples a step
     * @param learningRate the schedule, such as {@code cosine}
     * @param peakLearningRate its highest value
     * @param warmUpShare the share of the steps that the warm-up takes
     * @param weightDecay decoupled weight decay
     * @param clipNorm largest global norm of the gradients; {@code null} for no clipping
     * @param patience epochs without a better validation loss that end it; 0 for never
     * @param microBatches parts that a batch goes through the model in; {@code null} for whole ones
     * @param averageDecay decay of the moving average of the parameters; {@code null} for none
     */
    @JsonInclude(JsonInclude.Include.NON_NULL)
    public record Plan(
            int epochs,
            int batchSize,
            String learningRate,
            double peakLearningRate,
            double warmUpShare,
            double weightDecay,
            @Nullable Double clipNorm,
            int patience,
            @Nullable Integer microBatches,
            @Nullable Double averageDecay) {
        static Plan of(TrainingPlan plan) {
            LearningRate rate = plan.learningRate();
            return new Plan(
                    plan.epochs(),
                    plan.batchSize(),
                    rate.label(),
                    decimal(rate.peak()),
                    decimal(rate.warmUpShare()),
                    decimal(plan.weightDecay()),
                    Double.isInfinite(plan.clipNorm()) ? null : plan.clipNorm(),
                    plan.patience(),
                    plan.microBatches() == 1 ? null : plan.microBatches(),
                    plan.averageDecay() == 0 ? null : plan.averageDecay());
        }

        /** 0.1 and not 0.10000000149. */
        private static double decimal(float value) {
            return Double.parseDouble(Float.toString(value));
        }
    }

    /**
     * The comparison over the paired seeds.
     *
     * @param distilledMinusAlone difference in test accuracy to the student without a teacher
     * @param distilledMinusTeacher difference in test accuracy to the teacher
     * @param sentences what may be said, for a person
     */
    public record Comparison(
            Difference distilledMinusAlone,
            Difference distilledMinusTeacher,
            List<String> sentences) {}

    /**
     * A mean of paired differences in accuracy.
     *
     * @param mean the mean
     * @param low the lower end of the 95 % interval; {@code null} with one pair
     * @param high the upper end
     * @param pairs the number of pairs
     * @param finding what may be said
     */
    @JsonInclude(JsonInclude.Include.NON_NULL)
    public record Difference(
            double mean,
            @Nullable Double low,
            @Nullable Double high,
            int pairs,
            PairedDifference.Finding finding) {
        static Difference of(PairedDifference difference) {
            Optional<PairedDifference.Interval> interval = difference.interval();
            return new Difference(
                    difference.mean(),
                    interval.map(PairedDifference.Interval::low).orElse(null),
                    interval.map(PairedDifference.Interval::high).orElse(null),
                    difference.pairs(),
                    difference.finding());
        }
    }

    /**
     * A role over all seeds.
     *
     * @param role the role's name
     * @param testAccuracy mean test accuracy with the parameters of the best epoch
     * @param testAccuracyLast mean test accuracy with the parameters of the last epoch
     * @param agreementWithTeacher mean share of test samples with the teacher's choice; {@code
     *     null} for the teacher
     * @param network its blocks with their shapes, a line each
     * @param parameters numbers in the model
     * @param bytes their size
     * @param latencies times of a forward pass
     * @param cost mean cost of one training
     */
    @JsonInclude(JsonInclude.Include.NON_NULL)
    public record ModelEntry(
            String role,
            double testAccuracy,
            double testAccuracyLast,
            @Nullable Double agreementWithTeacher,
            List<String> network,
            long parameters,
            long bytes,
            List<Latency> latencies,
            Cost cost) {}

    /**
     * The time of a forward pass.
     *
     * @param batch samples a pass
     * @param p50Micros median in microseconds
     * @param p95Micros 95th percentile in microseconds
     * @param passes passes that were timed
     */
    public record Latency(int batch, double p50Micros, double p95Micros, int passes) {}

    /**
     * What one training cost.
     *
     * @param wallSeconds elapsed time
     * @param regionSeconds the same time by region; the parts sum to the whole
     * @param steps optimiser steps
     * @param samplesPerSecond samples over the time outside evaluation
     * @param cpuUtilisation CPU time of the process over elapsed time and cores
     * @param peakResidentBytes largest resident memory seen while it ran
     * @param joules energy
     * @param hookSeconds what the hooks themselves cost, estimated
     */
    public record Cost(
            double wallSeconds,
            Map<String, Double> regionSeconds,
            double steps,
            double samplesPerSecond,
            Figure cpuUtilisation,
            Figure peakResidentBytes,
            Figure joules,
            double hookSeconds) {}

    /**
     * A figure that may be absent.
     *
     * @param value the value, or {@code null}
     * @param source where it comes from, or {@code null}
     * @param absent why there is none, or {@code null}
     */
    @JsonInclude(JsonInclude.Include.NON_NULL)
    public record Figure(@Nullable Double value, @Nullable String source, @Nullable String absent) {
        static Figure of(Reading reading) {
            return switch (reading) {
                case Reading.Measured(double value, String source, long _) ->
                        new Figure(value, source, null);
                case Reading.Absent(String reason) -> new Figure(null, null, reason);
            };
        }

        /**
         * The figure in its unit, or a dash where it is absent.
         *
         * @param format formats its value
         * @return the formatted value
         */
        public String shown(DoubleFunction<String> format) {
            return value == null ? Numbers.ABSENT : format.apply(value);
        }
    }

    /**
     * One seed.
     *
     * @param seed the seed
     * @param trainings its three trainings
     */
    public record SeedEntry(long seed, List<Training> trainings) {}

    /**
     * One training.
     *
     * @param role the role's name
     * @param bestEpoch the epoch with the lowest validation loss
     * @param testAccuracy test accuracy with the parameters of that epoch
     * @param testAccuracyLast test accuracy with the parameters of the last epoch
     * @param testLoss test cross-entropy with the parameters of the best epoch, in nats
     * @param wallSeconds elapsed time
     * @param epochs the curve
     */
    public record Training(
            String role,
            int bestEpoch,
            double testAccuracy,
            double testAccuracyLast,
            double testLoss,
            double wallSeconds,
            List<Epoch> epochs) {}

    /**
     * A point of a curve.
     *
     * @param epoch the epoch, from 1
     * @param trainLoss mean training loss; those of the distilled student are of another loss
     * @param validationLoss cross-entropy on the validation samples, in nats
     * @param validationAccuracy accuracy on the validation samples
     */
    public record Epoch(
            int epoch, double trainLoss, double validationLoss, double validationAccuracy) {}

    /**
     * The cost of measuring.
     *
     * @param samplerCpuSeconds CPU time of the sampling thread
     * @param samplerCoreShare the same as a share of one core; {@code null} if no time went by
     * @param samplerTicks how often it sampled
     */
    @JsonInclude(JsonInclude.Include.NON_NULL)
    public record Measuring(
            double samplerCpuSeconds, @Nullable Double samplerCoreShare, long samplerTicks) {}
}
