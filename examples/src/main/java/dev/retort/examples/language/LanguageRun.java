package dev.retort.examples.language;

import dev.retort.distill.sequence.ByteModelShape;
import dev.retort.distill.sequence.ByteModelShape.Mixer;

import java.util.Locale;

/**
 * One training of a language model of bytes, its learning-rate schedule as long as the training.
 *
 * @param shape the model
 * @param steps optimiser steps
 * @param seed decides the initial parameters and the windows that are drawn
 */
record LanguageRun(ByteModelShape shape, long steps, long seed) {
    /** Windows of a step. */
    static final int WINDOWS = 16;

    /** Bytes of a window. */
    static final int LENGTH = 128;

    /**
     * Over the width this is the highest learning rate: the best of three at widths 32 and 96. So
     * the rate of the held-out run, which is of width 96 with attention, was chosen on its width.
     */
    private static final double ATTENTION_RATE = 0.256;

    private static final double STATE_SPACE_RATE = 0.384;

    /** The bytes that the training sees; those of different windows are nearly always different. */
    long tokens() {
        return steps * WINDOWS * LENGTH;
    }

    float peakRate() {
        return (float) (rateTimesWidth() / shape.width());
    }

    private double rateTimesWidth() {
        return shape.mixer() == Mixer.ATTENTION ? ATTENTION_RATE : STATE_SPACE_RATE;
    }

    /** What the runs of a family share, so that results of others are not taken for theirs. */
    String settings() {
        return String.format(
                Locale.ROOT,
                "%d windows of %d bytes a step, %s of %d, peak rate %s / width",
                WINDOWS,
                LENGTH,
                shape.mixer() == Mixer.ATTENTION ? "heads" : "states",
                shape.headSize(),
                rateTimesWidth());
    }

    /** What tells it from all other runs, such as {@code attention-2x32-d1024000-s1}. */
    String name() {
        return String.format(
                Locale.ROOT,
                "%s-%dx%d-d%d-s%d",
                mixer(),
                shape.layers(),
                shape.width(),
                tokens(),
                seed);
    }

    String mixer() {
        return shape.mixer().name().toLowerCase(Locale.ROOT);
    }
}
