package dev.retort.distill.train;

import ai.djl.training.tracker.Tracker;

/** How the learning rate moves over a training. Immutable. */
public sealed interface LearningRate {
    /** The share of the peak that a {@link Cosine} ends at. */
    float FLOOR_SHARE = 0.01f;

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
            if (!(warmUpShare >= 0 && warmUpShare < 1)) {
                throw new IllegalArgumentException(
                        "expected a warm-up share from 0 to below 1, found " + warmUpShare);
            }
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

    private static void requireRate(float rate) {
        if (!(rate > 0 && Float.isFinite(rate))) {
            throw new IllegalArgumentException(
                    "expected a finite learning rate above 0, found " + rate);
        }
    }
}
