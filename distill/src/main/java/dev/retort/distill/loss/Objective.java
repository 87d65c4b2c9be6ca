package dev.retort.distill.loss;

import static java.util.Objects.requireNonNull;

import ai.djl.ndarray.NDManager;

import org.jspecify.annotations.Nullable;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.TreeMap;

/**
 * What a student is trained to by logits and labels: {@code hardWeight} times the cross-entropy of
 * the labels, plus {@code softWeight} times a loss against the teacher. Immutable.
 *
 * @param kind the loss against the teacher
 * @param temperature its temperature, above 0; empty for a loss that has none
 * @param hardWeight weight of the labels, at least 0
 * @param softWeight weight of the loss against the teacher, at least 0
 * @param standardised whether the logits are {@linkplain StandardisedLogits standardised} for that
 *     loss
 * @param settings the loss's other settings, all of them, by name
 */
public record Objective(
        LogitLossKind kind,
        OptionalDouble temperature,
        double hardWeight,
        double softWeight,
        boolean standardised,
        Map<String, Double> settings) {
    private static final double STANDARDISED_TEMPERATURE = 2;
    private static final double STANDARDISED_WEIGHT = 9;

    /** Checks the components. */
    public Objective {
        requireNonNull(kind, "kind is null");
        if (temperature.isPresent() != kind.temperature().isPresent()) {
            throw new IllegalArgumentException(
                    temperature.isPresent()
                            ? "expected no temperature with %s, which has none, found %s"
                                    .formatted(kind.label(), temperature.getAsDouble())
                            : "expected a temperature for %s, found none".formatted(kind.label()));
        }
        Checks.notNegative("a weight of the labels", hardWeight);
        Checks.notNegative("a weight of the loss against the teacher", softWeight);
        if (hardWeight + softWeight == 0) {
            throw new IllegalArgumentException(
                    "expected a weight above 0 for the labels or the teacher, found 0 for both");
        }
        Map<String, Double> usual = kind.settings();
        if (!usual.keySet().equals(settings.keySet())) {
            throw new IllegalArgumentException(
                    "expected the settings %s for %s, found %s"
                            .formatted(
                                    String.join(", ", usual.keySet()),
                                    kind.label(),
                                    String.join(", ", new TreeMap<>(settings).keySet())));
        }
        settings = Collections.unmodifiableMap(new TreeMap<>(settings));
        // Its own checks.
        kind.create(temperature.orElse(1), settings);
        Schedule.warmUp(settings.getOrDefault(LogitLossKind.WARM_UP, 0.0), Schedule.constant(1));
    }

    /**
     * A loss as its authors use it.
     *
     * @param kind the loss
     * @return the objective
     */
    public static Objective of(LogitLossKind kind) {
        return new Objective(
                kind,
                kind.temperature(),
                kind.hardWeight(),
                kind.softWeight(),
                false,
                kind.settings());
    }

    /**
     * Hinton's loss.
     *
     * @param temperature the temperature, above 0
     * @param softWeight the weight of the teacher, from 0 to 1; the labels get the rest
     * @return the objective
     */
    public static Objective hinton(double temperature, double softWeight) {
        return of(LogitLossKind.HINTON).withTemperature(temperature).withSoftWeight(softWeight);
    }

    /**
     * The same with another temperature.
     *
     * @param temperature the temperature, above 0
     * @return the objective
     */
    public Objective withTemperature(double temperature) {
        return new Objective(
                kind,
                OptionalDouble.of(temperature),
                hardWeight,
                softWeight,
                standardised,
                settings);
    }

    /**
     * The same with weights that sum to 1.
     *
     * @param share the weight of the loss against the teacher, from 0 to 1; the labels get the rest
     * @return the objective
     */
    public Objective withSoftWeight(double share) {
        if (!(share >= 0 && share <= 1)) {
            throw new IllegalArgumentException(
                    "expected a weight of the soft labels from 0 to 1, found " + share);
        }
        return new Objective(kind, temperature, 1 - share, share, standardised, settings);
    }

    /**
     * The same with some of the loss's settings changed.
     *
     * @param changes the new values by name
     * @return the objective
     */
    public Objective withSettings(Map<String, Double> changes) {
        Map<String, Double> all = new TreeMap<>(settings);
        changes.forEach(
                (name, value) -> {
                    if (!settings.containsKey(name)) {
                        throw new IllegalArgumentException(
                                "expected a setting of %s, %s, found %s"
                                        .formatted(
                                                kind.label(),
                                                String.join(" or ", settings.keySet()),
                                                name));
                    }
                    all.put(name, value);
                });
        return new Objective(kind, temperature, hardWeight, softWeight, standardised, all);
    }

    /**
     * The same on standardised logits. Hinton's loss gets the temperature 2 and the weights 0.1 and
     * 9 of the authors of that; other losses keep theirs.
     *
     * @return the objective
     */
    public Objective withStandardisedLogits() {
        boolean usual = kind == LogitLossKind.HINTON;
        return new Objective(
                kind,
                usual ? OptionalDouble.of(STANDARDISED_TEMPERATURE) : temperature,
                hardWeight,
                usual ? STANDARDISED_WEIGHT : softWeight,
                true,
                settings);
    }

    /**
     * The fewest samples that a batch may have.
     *
     * @return at least 1
     */
    public int minimumSamples() {
        return softWeight == 0 ? 1 : loss().minimumSamples();
    }

    /**
     * The loss of one training.
     *
     * @param totalSteps the steps of the training
     * @param breakdown as in {@link CombinedLoss}
     * @return a loss for one training
     */
    public CombinedLoss over(long totalSteps, @Nullable NDManager breakdown) {
        return new CombinedLoss(terms(), totalSteps, breakdown);
    }

    /**
     * The parts of the loss, to be combined with others.
     *
     * @return one or two terms
     */
    public List<LossTerm> terms() {
        List<LossTerm> terms = new ArrayList<>();
        if (softWeight > 0) {
            double warmUp = settings.getOrDefault(LogitLossKind.WARM_UP, 0.0);
            terms.add(
                    LossTerm.of(
                            kind.label(),
                            loss(),
                            Schedule.warmUp(warmUp, Schedule.constant(softWeight))));
        }
        if (hardWeight > 0) {
            terms.add(LossTerm.of("labels", new CrossEntropy(), hardWeight));
        }
        return terms;
    }

    private LogitLoss loss() {
        LogitLoss loss = kind.create(temperature.orElse(1), settings);
        return standardised ? new StandardisedLogits(loss) : loss;
    }
}
