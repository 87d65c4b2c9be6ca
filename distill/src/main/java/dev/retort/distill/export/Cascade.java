package dev.retort.distill.export;

import ai.djl.ndarray.NDManager;

import dev.retort.distill.ClassResult;
import dev.retort.distill.data.LabelledData;
import dev.retort.distill.teacher.Teacher;
import dev.retort.efficiency.report.Numbers;

import org.jspecify.annotations.Nullable;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.stream.IntStream;

/**
 * A student that answers where it is sure, and a teacher that is asked where it is not. The
 * temperature and the threshold are chosen on validation samples; the curve is drawn on others.
 *
 * @param confidence how sure the student is
 * @param threshold the least confidence with which the student answers
 * @param onValidation the cascade on the validation samples, which chose the threshold
 * @param curveOnTest the cascade on test samples, from the student alone to the teacher alone, by
 *     the share of the requests that went on to the teacher; requests of the same confidence go on
 *     together or not at all
 * @param onTest the cascade with the threshold on the test samples
 */
public record Cascade(
        Confidence confidence,
        double threshold,
        CascadePoint onValidation,
        List<CascadePoint> curveOnTest,
        CascadePoint onTest) {
    private static final int POINTS = 20;

    /** Copies the list. */
    public Cascade {
        curveOnTest = List.copyOf(curveOnTest);
    }

    /**
     * The two networks and what a request of each takes.
     *
     * @param student the student; borrowed
     * @param studentSeconds the time of its pass of one sample
     * @param teacher the teacher; borrowed
     * @param teacherSeconds the time of its pass of one sample
     */
    public record Stages(
            Teacher student, double studentSeconds, Teacher teacher, double teacherSeconds) {}

    /**
     * Builds a cascade.
     *
     * @param stages the networks
     * @param validation samples that choose the threshold: the lowest one with which the cascade is
     *     right on them as often as the teacher alone
     * @param test other samples, which judge
     * @param manager what is made lives in a sub-manager of it
     * @return the cascade
     */
    public static Cascade of(
            Stages stages, LabelledData validation, LabelledData test, NDManager manager) {
        Answers chooser = Answers.of(stages, validation, manager, null);
        Answers judge = Answers.of(stages, test, manager, chooser.confidence);
        int asked = fewestAsked(chooser);
        double threshold = chooser.threshold(asked);
        List<CascadePoint> curve = new ArrayList<>();
        for (int i = 0; i <= POINTS; i++) {
            int share = (int) ((long) i * judge.size() / POINTS);
            curve.add(judge.point(judge.threshold(share), stages));
        }
        return new Cascade(
                chooser.confidence,
                threshold,
                chooser.point(threshold, stages),
                curve,
                judge.point(threshold, stages));
    }

    /**
     * What the threshold comes to, for a person; also where it makes the cascade pointless.
     *
     * @return one sentence
     */
    public String summary() {
        String tested = asked(onTest);
        if (onValidation.askedShare() == 1) {
            return String.format(
                    Locale.ROOT,
                    "The teacher is asked about %s of the test samples: with fewer the cascade was less often right on the validation samples than the teacher alone, so it saves nothing.",
                    tested);
        }
        if (onValidation.askedShare() == 0) {
            return String.format(
                    Locale.ROOT,
                    "The teacher is asked about none of the validation samples and %s of the test samples, below a confidence of %.4f (temperature %.3f): the student alone was right at least as often, so it needs no teacher.",
                    tested,
                    threshold,
                    confidence.temperature());
        }
        return String.format(
                Locale.ROOT,
                "The teacher is asked below a confidence of %.4f (temperature %.3f), about %s of the test samples.",
                threshold,
                confidence.temperature(),
                tested);
    }

    private static String asked(CascadePoint point) {
        if (point.askedShare() == 0) {
            return "none";
        }
        return point.askedShare() == 1 ? "all" : Numbers.percent(point.askedShare(), 1);
    }

    private static int fewestAsked(Answers answers) {
        int all = answers.hits[answers.size()];
        for (int asked = 0; asked < answers.size(); asked++) {
            if (answers.isCut(asked) && answers.hits[asked] >= all) {
                return asked;
            }
        }
        return answers.size();
    }

    /** What both said of some samples, the least sure of the student first. */
    private static final class Answers {
        private final Confidence confidence;
        private final double[] sorted;
        // How many answers are right if the teacher is asked about the first so many.
        private final int[] hits;

        private Answers(Confidence confidence, double[] sorted, int[] hits) {
            this.confidence = confidence;
            this.sorted = sorted;
            this.hits = hits;
        }

        static Answers of(
                Stages stages, LabelledData data, NDManager manager, @Nullable Confidence known) {
            int classes = data.classes();
            int[] labels = IntStream.range(0, data.size()).map(data::label).toArray();
            float[] student = OnnxExport.logits(stages.student(), data, manager);
            float[] teacher = OnnxExport.logits(stages.teacher(), data, manager);
            Confidence confidence =
                    known == null ? Confidence.fitted(student, labels, classes) : known;
            double[] sure = new double[labels.length];
            Arrays.setAll(sure, i -> confidence.of(student, i, classes));
            List<Integer> order =
                    IntStream.range(0, labels.length)
                            .boxed()
                            .sorted(Comparator.comparingDouble(i -> sure[i]))
                            .toList();
            int[] hits = new int[labels.length + 1];
            for (int i = 0; i < labels.length; i++) {
                hits[0] += ClassResult.chosen(student, i, classes) == labels[i] ? 1 : 0;
            }
            for (int n = 0; n < labels.length; n++) {
                int i = order.get(n);
                int before = ClassResult.chosen(student, i, classes) == labels[i] ? 1 : 0;
                int after = ClassResult.chosen(teacher, i, classes) == labels[i] ? 1 : 0;
                hits[n + 1] = hits[n] + after - before;
            }
            double[] sorted = order.stream().mapToDouble(i -> sure[i]).toArray();
            return new Answers(confidence, sorted, hits);
        }

        int size() {
            return sorted.length;
        }

        /** Whether a threshold asks about just so many: equal confidences stay together. */
        boolean isCut(int asked) {
            return asked == 0 || asked == size() || sorted[asked - 1] < sorted[asked];
        }

        /** The least confidence that is still answered if the first so many are asked about. */
        double threshold(int asked) {
            return asked < size() ? sorted[asked] : Math.nextUp(1.0);
        }

        int askedBelow(double threshold) {
            int asked = 0;
            while (asked < size() && sorted[asked] < threshold) {
                asked++;
            }
            return asked;
        }

        CascadePoint point(double threshold, Stages stages) {
            int asked = askedBelow(threshold);
            double share = (double) asked / size();
            return new CascadePoint(
                    threshold,
                    share,
                    (double) hits[asked] / size(),
                    stages.studentSeconds() + share * stages.teacherSeconds());
        }
    }
}
