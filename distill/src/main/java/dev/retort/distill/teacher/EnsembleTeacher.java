package dev.retort.distill.teacher;

import static java.util.Objects.requireNonNull;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;

import dev.retort.distill.fingerprint.Fingerprint;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.OptionalLong;
import java.util.stream.Collectors;

/**
 * Several teachers as one, by a weighted mean of what they say: Hinton, Vinyals and Dean,
 * "Distilling the Knowledge in a Neural Network" (2015), section 3, for both kinds of mean. It
 * gives logits, and owns its members.
 */
public final class EnsembleTeacher implements Teacher {
    /** What the mean is taken of. */
    public enum Mean {
        /** Of probabilities: the arithmetic mean of the distributions. */
        PROBABILITIES("arithmetic"),

        /** Of logits: the geometric mean of the distributions, normalised. */
        LOGITS("geometric");

        private final String label;

        Mean(String label) {
            this.label = label;
        }
    }

    private final List<Teacher> members;
    private final double[] weights;
    private final Mean mean;

    /**
     * Creates an ensemble.
     *
     * @param members the teachers, at least one; owned by the ensemble from now on
     * @param weights a weight for each, above 0; they are divided by their sum
     * @param mean what the mean is taken of
     * @throws IllegalArgumentException if the weights do not fit, or tables among the teachers are
     *     of data sets of different sizes
     */
    public EnsembleTeacher(List<Teacher> members, double[] weights, Mean mean) {
        this.members = List.copyOf(members);
        this.mean = requireNonNull(mean, "mean is null");
        if (members.isEmpty() || weights.length != members.size()) {
            throw new IllegalArgumentException(
                    "expected at least 1 teacher and a weight for each, found %d and %d weights"
                            .formatted(members.size(), weights.length));
        }
        for (double weight : weights) {
            if (!(weight > 0 && Double.isFinite(weight))) {
                throw new IllegalArgumentException(
                        "expected weights of teachers above 0, found " + weight);
            }
        }
        long[] sizes = sizes(this.members);
        if (sizes.length > 1) {
            throw new IllegalArgumentException(
                    "expected teachers for one number of samples, found " + Arrays.toString(sizes));
        }
        double sum = Arrays.stream(weights).sum();
        this.weights = Arrays.stream(weights).map(weight -> weight / sum).toArray();
    }

    /**
     * An ensemble of equals, by the mean of their probabilities.
     *
     * @param members the teachers, at least one; owned by the ensemble from now on
     * @return the ensemble
     */
    public static EnsembleTeacher of(List<Teacher> members) {
        double[] weights = new double[members.size()];
        Arrays.fill(weights, 1);
        return new EnsembleTeacher(members, weights, Mean.PROBABILITIES);
    }

    private static long[] sizes(List<Teacher> members) {
        return members.stream()
                .map(Teacher::samples)
                .flatMapToLong(OptionalLong::stream)
                .distinct()
                .toArray();
    }

    @Override
    public OptionalLong samples() {
        return Arrays.stream(sizes(members)).findFirst();
    }

    @Override
    public String description() {
        return members.stream()
                .map(Teacher::description)
                .collect(
                        Collectors.joining(
                                ", ",
                                "%s mean of ".formatted(mean.label),
                                members.size() == 1 ? " alone" : ""));
    }

    @Override
    public TeacherOutput output() {
        return TeacherOutput.LOGITS;
    }

    @Override
    public NDArray outputs(NDList data, long[] positions, NDManager owner) {
        try (NDManager scope = owner.newSubManager()) {
            List<NDArray> all = new ArrayList<>(members.size());
            for (Teacher member : members) {
                NDArray logits = member.logits(data, positions, scope);
                requireShape(member, logits.getShape(), all);
                all.add(logits);
            }
            NDArray result = mean == Mean.LOGITS ? meanOfLogits(all) : meanOfProbabilities(all);
            result.attach(owner);
            return result;
        }
    }

    private void requireShape(Teacher member, Shape shape, List<NDArray> before) {
        if (!before.isEmpty() && !before.getFirst().getShape().equals(shape)) {
            throw new TeacherException(
                    "expected outputs of shape %s from %s as from %s, found %s"
                            .formatted(
                                    before.getFirst().getShape(),
                                    member.description(),
                                    members.getFirst().description(),
                                    shape));
        }
    }

    private NDArray meanOfLogits(List<NDArray> all) {
        NDArray sum = all.getFirst().mul(weights[0]);
        for (int i = 1; i < all.size(); i++) {
            sum = sum.add(all.get(i).mul(weights[i]));
        }
        return sum;
    }

    /** ln of the sum of w p, from logarithms, so that small probabilities keep their digits. */
    private NDArray meanOfProbabilities(List<NDArray> all) {
        List<NDArray> parts = new ArrayList<>(all.size());
        NDArray largest = null;
        for (int i = 0; i < all.size(); i++) {
            NDArray part = all.get(i).logSoftmax(1).add(Math.log(weights[i]));
            parts.add(part);
            largest = largest == null ? part : largest.maximum(part);
        }
        NDArray top = requireNonNull(largest, "there is a member");
        NDArray sum = null;
        for (NDArray part : parts) {
            NDArray power = part.sub(top).exp();
            sum = sum == null ? power : sum.add(power);
        }
        return requireNonNull(sum, "there is a member").log().add(top);
    }

    @Override
    public Fingerprint fingerprint() {
        List<String> words = new ArrayList<>();
        words.add(mean.label);
        for (int i = 0; i < members.size(); i++) {
            words.add(Double.toString(weights[i]));
            words.add(members.get(i).output().label());
            words.add(members.get(i).fingerprint().hex());
        }
        return Fingerprint.of(words);
    }

    /** Closes the members. */
    @Override
    public void close() {
        members.forEach(Teacher::close);
    }
}
