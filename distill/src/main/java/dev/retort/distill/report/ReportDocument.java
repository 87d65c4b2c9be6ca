package dev.retort.distill.report;

import com.fasterxml.jackson.annotation.JsonInclude;

import dev.retort.device.Reading;
import dev.retort.distill.PairedDifference;
import dev.retort.distill.PairedDifference.Interval;
import dev.retort.distill.Verdict;
import dev.retort.distill.recipe.HintSettings;
import dev.retort.distill.recipe.LossSettings;
import dev.retort.distill.recipe.Provenance;
import dev.retort.distill.recipe.Recipe;
import dev.retort.distill.recipe.TrainingSettings;
import dev.retort.efficiency.report.Numbers;

import org.jspecify.annotations.Nullable;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
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
 * @param paybackInJoules by energy
 * @param paybackInMoney by prices that were named, in their currency
 * @param measuring what the measuring itself cost
 * @param origin what makes the same run again; {@code null} where no recipe was used
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
public record ReportDocument(
        int schema,
        String created,
        Machine machine,
        Task task,
        Comparison comparison,
        List<ModelEntry> models,
        List<SeedEntry> seeds,
        double softLabelsSeconds,
        Payback paybackInJoules,
        Payback paybackInMoney,
        Measuring measuring,
        @Nullable Origin origin) {
    /**
     * The same report with what makes the run again.
     *
     * @param recipe all settings
     * @param provenance versions and hashes
     * @return the report
     */
    public ReportDocument madeBy(Recipe recipe, Provenance provenance) {
        return new ReportDocument(
                schema,
                created,
                machine,
                task,
                comparison,
                models,
                seeds,
                softLabelsSeconds,
                paybackInJoules,
                paybackInMoney,
                measuring,
                new Origin(recipe, provenance));
    }

    /**
     * The machine and the software that ran.
     *
     * @param processor the processor's name
     * @param cores processors that the JVM may use
     * @param system operating system and architecture
     * @param java version and vendor of the JVM
     * @param engine DJL's engine, its version, and its BLAS where there is a choice
     * @param engineThreads threads of an engine operation; {@code null} if the engine does not tell
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
     * @param sha256 the hash of all its samples
     * @param trainSamples samples that were trained on
     * @param validationSamples samples that chose the epoch
     * @param testSamples samples that judged
     * @param labels labels that the students saw; {@code null} for all
     * @param loss what the distilled student was trained to
     * @param objective the same in words, hints included
     * @param hints what layers of the teacher told layers of the student beside it
     * @param teacher where the teacher came from, in words
     * @param teacherTraining how the teacher was trained; {@code null} if that was before
     * @param studentTraining how both students were trained; its epochs are those of the distilled
     *     one
     */
    @JsonInclude(JsonInclude.Include.NON_NULL)
    public record Task(
            String data,
            String source,
            String sha256,
            int trainSamples,
            int validationSamples,
            int testSamples,
            @Nullable Integer labels,
            LossSettings loss,
            String objective,
            List<HintSettings> hints,
            String teacher,
            @Nullable TrainingSettings teacherTraining,
            TrainingSettings studentTraining) {}

    /**
     * What makes the same run again.
     *
     * @param recipe all settings
     * @param provenance versions and hashes
     */
    public record Origin(Recipe recipe, Provenance provenance) {}

    /**
     * The comparison over the paired seeds.
     *
     * @param verdict what is said of the distilled student beside the student without a teacher
     * @param distilledMinusAlone difference in test accuracy to the student without a teacher
     * @param distilledMinusTeacher difference in test accuracy to the teacher
     * @param classes the difference to the student without a teacher, by class
     * @param sentences what may be said, for a person
     */
    public record Comparison(
            Verdict verdict,
            Difference distilledMinusAlone,
            Difference distilledMinusTeacher,
            List<ClassEntry> classes,
            List<String> sentences) {}

    /**
     * A mean of paired differences in accuracy, and the tests on it.
     *
     * @param mean the mean
     * @param low the lower end of the 95 % interval; {@code null} with one pair, and where all
     *     pairs differ by the same
     * @param high the upper end
     * @param pairs the number of pairs
     * @param pValue of the two-sided paired t-test; {@code null} where there is no interval
     * @param margin the margin of equivalence
     * @param equivalenceLow the lower end of the 90 % interval, which a tie has within the margin
     * @param equivalenceHigh the upper end
     * @param detectable the smallest true difference that so many pairs show with a probability of
     *     0.8
     * @param furtherPairs pairs that it takes more until a difference of the margin shows, or none
     *     as a tie, with a probability of 0.8; {@code null} where that is not known
     * @param verdict what may be said
     */
    @JsonInclude(JsonInclude.Include.NON_NULL)
    public record Difference(
            double mean,
            @Nullable Double low,
            @Nullable Double high,
            int pairs,
            @Nullable Double pValue,
            double margin,
            @Nullable Double equivalenceLow,
            @Nullable Double equivalenceHigh,
            @Nullable Double detectable,
            @Nullable Integer furtherPairs,
            Verdict verdict) {
        static Difference of(PairedDifference difference) {
            Optional<Interval> interval = difference.interval();
            Optional<Interval> narrow = difference.equivalenceInterval();
            return new Difference(
                    difference.mean(),
                    interval.map(Interval::low).orElse(null),
                    interval.map(Interval::high).orElse(null),
                    difference.pairs(),
                    boxed(difference.pValue()),
                    difference.margin(),
                    narrow.map(Interval::low).orElse(null),
                    narrow.map(Interval::high).orElse(null),
                    boxed(difference.detectable()),
                    difference.furtherPairs().isPresent()
                            ? difference.furtherPairs().getAsInt()
                            : null,
                    difference.verdict());
        }

        private static @Nullable Double boxed(OptionalDouble value) {
            return value.isPresent() ? value.getAsDouble() : null;
        }
    }

    /**
     * A class of the data: mean recall over the seeds.
     *
     * @param label the class, from 0
     * @param samples its test samples
     * @param alone the share of them that the student without a teacher finds
     * @param distilled the share that the distilled student finds
     * @param teacher the share that the teacher finds
     */
    public record ClassEntry(
            int label, int samples, double alone, double distilled, double teacher) {}

    /**
     * A role over all seeds.
     *
     * @param role the role's name
     * @param testAccuracy mean test accuracy with the parameters of the best epoch
     * @param testAccuracyLast mean test accuracy with the parameters of the last epoch
     * @param agreementWithTeacher mean share of test samples with the teacher's choice; {@code
     *     null} for the teacher
     * @param calibration means over the seeds
     * @param network its blocks with their shapes, a line each
     * @param parameters numbers in the model; 0 where it cannot be looked into
     * @param bytes their size; 0 where that is not known
     * @param flops operations of a forward pass of one sample; {@code null} where not known
     * @param joulesPerRequest energy of one
     * @param latencies times of a forward pass
     * @param cost mean cost of one training; {@code null} for one made before, or without a ledger
     */
    @JsonInclude(JsonInclude.Include.NON_NULL)
    public record ModelEntry(
            String role,
            double testAccuracy,
            double testAccuracyLast,
            @Nullable Double agreementWithTeacher,
            Calibration calibration,
            List<String> network,
            long parameters,
            long bytes,
            @Nullable Double flops,
            Figure joulesPerRequest,
            List<Latency> latencies,
            @Nullable Cost cost) {}

    /**
     * What probabilities are worth.
     *
     * @param expectedError expected calibration error
     * @param bins bins of equal width that it is over
     * @param brierScore mean squared distance to the true class, summed over the classes
     * @param negativeLogLikelihood mean of minus the logarithm of the true class's probability,
     *     nats
     */
    public record Calibration(
            double expectedError, int bins, double brierScore, double negativeLogLikelihood) {}

    /**
     * After how many requests the distillation has paid for itself.
     *
     * @param spent what the distilled student took: its training and the teacher's pass
     * @param perTeacherRequest what a pass of the teacher for one sample takes
     * @param perStudentRequest what one of the student takes
     * @param requests after how many the student has saved as much
     */
    public record Payback(
            Figure spent, Figure perTeacherRequest, Figure perStudentRequest, Figure requests) {
        static Payback of(dev.retort.distill.Payback payback) {
            return new Payback(
                    Figure.of(payback.spent()),
                    Figure.of(payback.perTeacherRequest()),
                    Figure.of(payback.perStudentRequest()),
                    Figure.of(payback.requests()));
        }
    }

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
     * @param wallSeconds elapsed time, with recovery: from a kill to the next start
     * @param regionSeconds the same time by region, with the regions of the other trainings too;
     *     the parts sum to the whole
     * @param steps optimiser steps
     * @param samplesPerSecond samples over the time outside evaluation and recovery
     * @param cpuUtilisation CPU time of its processes over the time in which they were at work, and
     *     cores
     * @param peakResidentBytes largest resident memory seen while it ran
     * @param joules energy
     * @param hookSeconds what the hooks themselves cost, estimated
     * @param resumed whether one was resumed, so that times hold the start of each process
     */
    public record Cost(
            double wallSeconds,
            Map<String, Double> regionSeconds,
            double steps,
            double samplesPerSecond,
            Figure cpuUtilisation,
            Figure peakResidentBytes,
            Figure joules,
            Figure hookSeconds,
            boolean resumed) {}

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
     * @param wallSeconds elapsed time; {@code null} where its ledger was cut or lost
     * @param epochs the curve
     */
    @JsonInclude(JsonInclude.Include.NON_NULL)
    public record Training(
            String role,
            int bestEpoch,
            double testAccuracy,
            double testAccuracyLast,
            double testLoss,
            @Nullable Double wallSeconds,
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
