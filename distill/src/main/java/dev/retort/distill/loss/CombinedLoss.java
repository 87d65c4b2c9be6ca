package dev.retort.distill.loss;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDArrays;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.index.NDIndex;
import ai.djl.ndarray.types.Shape;
import ai.djl.training.loss.Loss;

import dev.retort.distill.train.PartwiseLoss;
import dev.retort.distill.train.StepDependent;

import org.jspecify.annotations.Nullable;

import java.util.ArrayList;
import java.util.List;

/**
 * Several losses with weights, as one DJL loss.
 *
 * <p>Labels are a list of the classes, {@code INT64} of shape (batch) with -1 for a sample without
 * one; the teacher's logits of shape (batch, classes); and, for losses of features, the teacher's
 * features in their order. Predictions are the student's logits and its features in the same order.
 * The result is a scalar, the sum of the weighted terms.
 *
 * <p>Weights and temperatures move with the steps of a training. Our loop says which step it is; in
 * DJL's it counts its evaluations, but for those that a DJL listener makes for its own accounts. So
 * it serves one training, on one thread.
 *
 * <p>On request it adds up on the device what each term came to, which costs four small operations
 * a step and reads nothing from it until {@link #read} is called.
 */
public final class CombinedLoss extends Loss implements StepDependent, PartwiseLoss {
    private static final NDIndex EVERYTHING = new NDIndex("...");

    private final List<LossTerm> terms;
    private final long totalSteps;
    private final double[] weights;
    private final @Nullable Sums sums;
    private long steps;
    private boolean counting = true;
    private boolean told;

    /**
     * Creates a loss that keeps no account of its terms.
     *
     * @param terms the terms, at least one, with different names
     * @param totalSteps the steps of the training, by which weights and temperatures move; after
     *     them they keep their last values
     */
    public CombinedLoss(List<LossTerm> terms, long totalSteps) {
        this(terms, totalSteps, null);
    }

    /**
     * Creates a loss.
     *
     * @param terms the terms, at least one, with different names
     * @param totalSteps the steps of the training, by which weights and temperatures move; after
     *     them they keep their last values
     * @param breakdown owns a few scalars on the device in which the terms are added up; {@code
     *     null} for no breakdown
     */
    public CombinedLoss(List<LossTerm> terms, long totalSteps, @Nullable NDManager breakdown) {
        super("CombinedLoss");
        this.terms = List.copyOf(terms);
        if (this.terms.isEmpty()) {
            throw new IllegalArgumentException("expected at least 1 term of the loss, found 0");
        }
        long names = this.terms.stream().map(LossTerm::name).distinct().count();
        if (names != this.terms.size()) {
            throw new IllegalArgumentException(
                    "expected terms with different names, found "
                            + this.terms.stream().map(LossTerm::name).toList());
        }
        if (totalSteps < 1) {
            throw new IllegalArgumentException("expected at least 1 step, found " + totalSteps);
        }
        this.totalSteps = totalSteps;
        weights = new double[this.terms.size()];
        sums = breakdown == null ? null : new Sums(breakdown, this.terms.size());
    }

    @Override
    public NDArray evaluate(NDList labels, NDList predictions) {
        return evaluate(labels, predictions, null);
    }

    @Override
    public NDArray evaluatePart(NDList labels, NDList predictions, NDList whole) {
        return evaluate(labels, predictions, whole);
    }

    @Override
    public int minimumSamples() {
        return terms.stream().mapToInt(LossTerm::minimumSamples).max().orElse(1);
    }

    /** Of a whole mini-batch, or of a part of the one that is given. */
    private NDArray evaluate(NDList labels, NDList predictions, @Nullable NDList whole) {
        if (labels.size() < 2 || predictions.isEmpty()) {
            throw new IllegalArgumentException(
                    ("expected the classes and the teacher's logits as labels and the student's"
                                    + " logits as prediction, found %d and %d arrays")
                            .formatted(labels.size(), predictions.size()));
        }
        long step = counting && !told ? ++steps : Math.max(1, steps);
        step = Math.min(step, totalSteps);
        NDArray loss = null;
        List<@Nullable NDArray> values = new ArrayList<>(terms.size());
        for (int i = 0; i < terms.size(); i++) {
            weights[i] = terms.get(i).weight().at(step, totalSteps);
            NDArray value = weights[i] == 0 ? null : value(i, labels, predictions, whole, step);
            values.add(value);
            if (value != null) {
                loss = loss == null ? value : loss.add(value);
            }
        }
        if (loss == null) {
            throw new IllegalArgumentException(
                    "expected a term with a weight other than 0 in step %d, found none"
                            .formatted(step));
        }
        if (sums != null && counting) {
            sums.add(values, predictions.get(0), (whole == null ? labels : whole).get(0).size(0));
        }
        return loss;
    }

    private NDArray value(
            int i, NDList labels, NDList predictions, @Nullable NDList whole, long step) {
        LossTerm term = terms.get(i);
        return whole == null
                ? term.evaluate(labels, predictions, step, totalSteps, weights[i])
                : term.evaluatePart(labels, predictions, whole, step, totalSteps, weights[i]);
    }

    @Override
    public void stepBegins(long step) {
        if (sums != null) {
            if (!told) {
                // A training that was resumed has steps behind it which this object did not see.
                sums.stepsRead = step - 1;
            } else if (step == steps) {
                // It did not fit into memory and is made again.
                sums.forgetStep();
            } else {
                sums.addStep();
            }
        }
        told = true;
        steps = step;
    }

    /** DJL's listeners evaluate the loss once more, on training and on validation batches. */
    @Override
    public void updateAccumulators(String[] keys, NDList labels, NDList predictions) {
        counting = false;
        try {
            super.updateAccumulators(keys, labels, predictions);
        } finally {
            counting = true;
        }
    }

    /**
     * Whether a read would find no step: none was made since the last one, or since a training was
     * resumed.
     *
     * @return whether {@link #read} would throw
     */
    public boolean isRead() {
        return sums == null || sums.samples + sums.stepSamples == 0;
    }

    /**
     * What each term came to since the last read, or since the beginning. Synchronises the device.
     *
     * @return the breakdown
     * @throws IllegalStateException if no breakdown was asked for, or no step was made
     */
    public LossBreakdown read() {
        if (sums == null) {
            throw new IllegalStateException(
                    "expected a loss that was created with a manager for its breakdown, found"
                            + " none");
        }
        return sums.read();
    }

    /** Weighted terms times the size of their batch, added up on the device. */
    private final class Sums {
        private final NDArray totals;
        private NDArray batchSize;
        private long lastSize = 1;
        private @Nullable NDArray step;
        private long stepSamples;
        private long samples;
        private long stepsRead;

        Sums(NDManager owner, int count) {
            // One array, so that a step adds all terms at once.
            totals = owner.create(new double[count]);
            // With an axis, so that the product has 64 bits, whatever the type of the terms.
            batchSize = owner.create(new double[] {1});
        }

        /**
         * Adds values of a mini-batch, or of a part of one.
         *
         * @param size the samples of the mini-batch
         */
        void add(List<@Nullable NDArray> values, NDArray student, long size) {
            if (size != lastSize) {
                NDArray old = batchSize;
                batchSize = totals.getManager().create(new double[] {size});
                lastSize = size;
                old.close();
            }
            NDList row = new NDList(values.size());
            for (NDArray value : values) {
                row.add(value == null ? zero(student) : value);
            }
            // Cut off from the graph, which would otherwise grow from step to step.
            NDArray part = NDArrays.stack(row).stopGradient().mul(batchSize);
            if (step == null) {
                part.attach(totals.getManager());
                step = part;
            } else {
                step.addi(part);
            }
            stepSamples += student.size(0);
        }

        /**
         * Adds the step that is over; without a loop that says so it is all since the last read.
         */
        void addStep() {
            if (step != null) {
                totals.addi(step);
                samples += stepSamples;
                forgetStep();
            }
        }

        void forgetStep() {
            if (step != null) {
                step.close();
                step = null;
            }
            stepSamples = 0;
        }

        /** Of the step's manager, to which what is made of it goes. */
        private static NDArray zero(NDArray student) {
            return student.getManager().zeros(new Shape(), Constants.wideType(student));
        }

        LossBreakdown read() {
            addStep();
            if (samples == 0) {
                throw new IllegalStateException("expected a step since the last read, found none");
            }
            double[] values = totals.toDoubleArray();
            List<LossBreakdown.Part> parts = new ArrayList<>();
            for (int i = 0; i < values.length; i++) {
                parts.add(
                        new LossBreakdown.Part(
                                terms.get(i).name(), weights[i], values[i] / samples));
            }
            LossBreakdown breakdown = new LossBreakdown(steps - stepsRead, parts);
            // Not totals - totals, which keeps what is not a number.
            try (NDArray zeros = totals.zerosLike()) {
                totals.set(EVERYTHING, zeros);
            }
            samples = 0;
            stepsRead = steps;
            return breakdown;
        }
    }
}
