package dev.retort.distill.train;

import ai.djl.training.tracker.Tracker;

import java.util.List;

/** How the learning rate moves over a training. Immutable. */
public sealed interface LearningRate {
    /** The share of the peak that a {@link Cosine} ends at. */
    float FLOOR_SHARE = 0.01f;

    /**
     * The name that the field has for the schedule.
     *
     * @return a word
     */
    String label();

    /**
     * The highest learning rate.
     *
     * @return above 0
     */
    float peak();

    /**
     * The share of the steps that a linear warm-up takes.
     *
     * @return from 0, which is none, to below 1
     */
    default float warmUpShare() {
        return 0;
    }

    /**
     * The same schedule with another peak.
     *
     * @param peak the highest learning rate, above 0
     * @return the schedule
     */
    default LearningRate withPeak(float peak) {
        return switch (this) {
            case Constant _ -> constant(peak);
            case Cosine cosine -> cosine(peak, cosine.warmUpShare());
            case Linear linear -> linear(peak, linear.warmUpShare());
            case OneCycle _ -> oneCycle(peak);
            case Steps steps -> steps(peak, steps.factor(), steps.shares());
        };
    }

    /**
     * The schedule for a training of the given length.
     *
     * @param totalSteps the number of optimiser steps that are planned
     * @return the learning rate by step, from step 1
     */
    Tracker over(long totalSteps);

    /**
     * The same learning rate at every step.
     *
     * @param rate the learning rate, above 0
     * @return the schedule
     */
    static LearningRate constant(float rate) {
        return new Constant(rate);
    }

    /**
     * A linear warm-up from 0 to the peak, then half a cosine down to a hundredth of the peak.
     *
     * @param peak the highest learning rate, above 0
     * @param warmUpShare the share of the steps that the warm-up takes, from 0 to below 1
     * @return the schedule
     */
    static LearningRate cosine(float peak, float warmUpShare) {
        return new Cosine(peak, warmUpShare);
    }

    /**
     * A linear warm-up from 0 to the peak, then a straight line down to 0 after the last step.
     *
     * @param peak the highest learning rate, above 0
     * @param warmUpShare the share of the steps that the warm-up takes, from 0 to below 1
     * @return the schedule
     */
    static LearningRate linear(float peak, float warmUpShare) {
        return new Linear(peak, warmUpShare);
    }

    /**
     * The one-cycle policy (Smith, Topin, "Super-convergence", 2018) with the defaults of PyTorch's
     * {@code OneCycleLR}: half a cosine from a 25th of the peak up to it in three tenths of the
     * steps, and half a cosine down to a 250,000th of it.
     *
     * @param peak the highest learning rate, above 0
     * @return the schedule
     */
    static LearningRate oneCycle(float peak) {
        return new OneCycle(peak);
    }

    /**
     * The peak, multiplied by a factor at some places, as PyTorch's {@code MultiStepLR} does it.
     *
     * @param peak the highest learning rate, above 0
     * @param factor what it is multiplied by each time, above 0 and below 1
     * @param shares the places in ascending order, as shares of the steps, above 0 and below 1
     * @return the schedule
     */
    static LearningRate steps(float peak, double factor, List<Double> shares) {
        return new Steps(peak, factor, shares);
    }

    /**
     * The same learning rate at every step.
     *
     * @param rate the learning rate, above 0
     */
    record Constant(float rate) implements LearningRate {
        /** Checks the rate. */
        public Constant {
            requireRate(rate);
        }

        @Override
        public String label() {
            return "constant";
        }

        @Override
        public float peak() {
            return rate;
        }

        @Override
        public Tracker over(long totalSteps) {
            return Tracker.fixed(rate);
        }
    }

    /**
     * A linear warm-up from 0 to the peak, then half a cosine down to a hundredth of the peak.
     *
     * @param peak the highest learning rate, above 0
     * @param warmUpShare the share of the steps that the warm-up takes, from 0 to below 1
     */
    record Cosine(float peak, float warmUpShare) implements LearningRate {
        /** Checks the components. */
        public Cosine {
            requireRate(peak);
            requireWarmUp(warmUpShare);
        }

        @Override
        public String label() {
            return "cosine";
        }

        @Override
        public Tracker over(long totalSteps) {
            int warmUp = (int) (warmUpShare * totalSteps);
            Tracker decay =
                    Tracker.cosine()
                            .setBaseValue(peak)
                            .optFinalValue(peak * FLOOR_SHARE)
                            .setMaxUpdates(Math.toIntExact(totalSteps - warmUp))
                            .build();
            return warmUp == 0
                    ? decay
                    : Tracker.warmUp().optWarmUpSteps(warmUp).setMainTracker(decay).build();
        }
    }

    /**
     * See {@link #linear}.
     *
     * @param peak the highest learning rate, above 0
     * @param warmUpShare the share of the steps that the warm-up takes, from 0 to below 1
     */
    record Linear(float peak, float warmUpShare) implements LearningRate {
        /** Checks the components. */
        public Linear {
            requireRate(peak);
            requireWarmUp(warmUpShare);
        }

        @Override
        public String label() {
            return "linear";
        }

        @Override
        public Tracker over(long totalSteps) {
            long warmUp = (long) (warmUpShare * totalSteps);
            return step -> {
                double share =
                        step <= warmUp
                                ? (double) step / warmUp
                                : (double) (totalSteps - step + 1) / (totalSteps - warmUp);
                return (float) (peak * Math.max(0, share));
            };
        }
    }

    /**
     * See {@link #oneCycle}.
     *
     * @param peak the highest learning rate, above 0
     */
    record OneCycle(float peak) implements LearningRate {
        private static final double RISE = 0.3;
        private static final double INITIAL_DIVISOR = 25;
        private static final double FINAL_DIVISOR = 1e4;

        /** Checks the rate. */
        public OneCycle {
            requireRate(peak);
        }

        @Override
        public String label() {
            return "one-cycle";
        }

        @Override
        public Tracker over(long totalSteps) {
            double initial = peak / INITIAL_DIVISOR;
            double top = RISE * totalSteps - 1;
            return step -> {
                double done = Math.min(step, totalSteps) - 1.0;
                return (float)
                        (done <= top
                                ? halfCosine(initial, peak, top == 0 ? 1 : done / top)
                                : halfCosine(
                                        peak,
                                        initial / FINAL_DIVISOR,
                                        (done - top) / (totalSteps - 1 - top)));
            };
        }

        private static double halfCosine(double from, double to, double share) {
            return to + (from - to) / 2 * (1 + Math.cos(Math.PI * share));
        }
    }

    /**
     * See {@link #steps}.
     *
     * @param peak the highest learning rate, above 0
     * @param factor what it is multiplied by each time, above 0 and below 1
     * @param shares the places in ascending order, as shares of the steps, above 0 and below 1
     */
    record Steps(float peak, double factor, List<Double> shares) implements LearningRate {
        /** Checks the components. */
        public Steps {
            requireRate(peak);
            shares = List.copyOf(shares);
            if (!(factor > 0 && factor < 1)) {
                throw new IllegalArgumentException(
                        "expected a factor above 0 and below 1, found " + factor);
            }
            double last = 0;
            for (double share : shares) {
                if (!(share > last && share < 1)) {
                    throw new IllegalArgumentException(
                            "expected ascending shares of the steps above 0 and below 1, found "
                                    + shares);
                }
                last = share;
            }
        }

        @Override
        public String label() {
            return "step";
        }

        @Override
        public Tracker over(long totalSteps) {
            return step -> {
                double rate = peak;
                for (double share : shares) {
                    // The first step that has so many behind it.
                    rate *= step - 1 >= share * totalSteps ? factor : 1;
                }
                return (float) rate;
            };
        }
    }

    private static void requireWarmUp(float share) {
        if (!(share >= 0 && share < 1)) {
            throw new IllegalArgumentException(
                    "expected a warm-up share from 0 to below 1, found " + share);
        }
    }

    private static void requireRate(float rate) {
        if (!(rate > 0 && Float.isFinite(rate))) {
            throw new IllegalArgumentException(
                    "expected a finite learning rate above 0, found " + rate);
        }
    }
}
