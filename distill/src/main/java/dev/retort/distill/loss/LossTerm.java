package dev.retort.distill.loss;

import static java.util.Objects.requireNonNull;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;

import java.util.function.DoubleFunction;

/** One part of a {@link CombinedLoss}: a name, a loss, and the weight it has in each step. */
public sealed interface LossTerm {
    /**
     * The name in the breakdown.
     *
     * @return a word or two
     */
    String name();

    /**
     * The weight by step. In a step in which it is 0 the term costs nothing.
     *
     * @return the schedule
     */
    Schedule weight();

    /**
     * The weighted value.
     *
     * @param labels the classes, the teacher's logits, and the teacher's features in their order
     * @param predictions the student's logits, and its features in their order
     * @param step the step, from 1
     * @param totalSteps the steps of the training
     * @param weight the weight in this step
     * @return a scalar
     */
    NDArray evaluate(NDList labels, NDList predictions, long step, long totalSteps, double weight);

    /**
     * What some of the samples of a batch add to the weighted value.
     *
     * @param labels as above, of these samples
     * @param predictions as above, of these samples
     * @param whole as the labels, of all samples of the batch
     * @param step the step, from 1
     * @param totalSteps the steps of the training
     * @param weight the weight in this step
     * @return a scalar
     */
    NDArray evaluatePart(
            NDList labels,
            NDList predictions,
            NDList whole,
            long step,
            long totalSteps,
            double weight);

    /**
     * The fewest samples that can be evaluated together.
     *
     * @return at least 1
     */
    int minimumSamples();

    /**
     * A loss of logits with a constant weight.
     *
     * @param name the name in the breakdown
     * @param loss the loss
     * @param weight its weight, at least 0
     * @return the term
     */
    static LossTerm of(String name, LogitLoss loss, double weight) {
        return of(name, loss, Schedule.constant(Checks.notNegative("a weight", weight)));
    }

    /**
     * A loss of logits.
     *
     * @param name the name in the breakdown
     * @param loss the loss
     * @param weight its weight by step
     * @return the term
     */
    static LossTerm of(String name, LogitLoss loss, Schedule weight) {
        requireNonNull(loss, "loss is null");
        return new OfLogits(name, _ -> loss, Schedule.constant(1), weight);
    }

    /**
     * A loss of features.
     *
     * @param name the name in the breakdown
     * @param loss the loss
     * @param place which features it is of, from 0
     * @param weight its weight by step
     * @return the term
     */
    static LossTerm of(String name, FeatureLoss loss, int place, Schedule weight) {
        return new OfFeatures(name, loss, place, weight);
    }

    /**
     * A loss of logits whose temperature moves.
     *
     * @param name the name in the breakdown
     * @param loss makes the loss for a temperature, as {@code KullbackLeibler::forward} does
     * @param temperature the temperature by step
     * @param weight the weight by step
     */
    record OfLogits(
            String name, DoubleFunction<LogitLoss> loss, Schedule temperature, Schedule weight)
            implements LossTerm {
        /** Checks the components. */
        public OfLogits {
            requireNonNull(name, "name is null");
            requireNonNull(loss, "loss is null");
            requireNonNull(temperature, "temperature is null");
            requireNonNull(weight, "weight is null");
        }

        @Override
        public NDArray evaluate(
                NDList labels, NDList predictions, long step, long totalSteps, double weight) {
            return loss.apply(temperature.at(step, totalSteps))
                    .evaluate(predictions.get(0), labels.get(1), labels.get(0), weight);
        }

        @Override
        public NDArray evaluatePart(
                NDList labels,
                NDList predictions,
                NDList whole,
                long step,
                long totalSteps,
                double weight) {
            return loss.apply(temperature.at(step, totalSteps))
                    .evaluatePart(
                            predictions.get(0), labels.get(1), labels.get(0), whole.get(0), weight);
        }

        @Override
        public int minimumSamples() {
            return loss.apply(temperature.at(1, 1)).minimumSamples();
        }
    }

    /**
     * A loss of features.
     *
     * @param name the name in the breakdown
     * @param loss the loss
     * @param place which features it is of, from 0
     * @param weight the weight by step
     */
    record OfFeatures(String name, FeatureLoss loss, int place, Schedule weight)
            implements LossTerm {
        /** Checks the components. */
        public OfFeatures {
            requireNonNull(name, "name is null");
            requireNonNull(loss, "loss is null");
            requireNonNull(weight, "weight is null");
            if (place < 0) {
                throw new IllegalArgumentException(
                        "expected a place of features of at least 0, found " + place);
            }
        }

        @Override
        public NDArray evaluate(
                NDList labels, NDList predictions, long step, long totalSteps, double weight) {
            if (predictions.size() <= 1 + place || labels.size() <= 2 + place) {
                throw new IllegalArgumentException(
                        "expected features %d of student and teacher for %s, found %d and %d"
                                .formatted(
                                        place,
                                        name,
                                        predictions.size() - 1,
                                        Math.max(0, labels.size() - 2)));
            }
            return loss.evaluate(predictions.get(1 + place), labels.get(2 + place), weight);
        }

        @Override
        public NDArray evaluatePart(
                NDList labels,
                NDList predictions,
                NDList whole,
                long step,
                long totalSteps,
                double weight) {
            double share = (double) predictions.get(0).size(0) / whole.get(0).size(0);
            return evaluate(labels, predictions, step, totalSteps, weight * share);
        }

        @Override
        public int minimumSamples() {
            return loss.minimumSamples();
        }
    }
}
