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

    /** Over the width this is the highest learning rate: the best of three at widths 32 and 96. */
    private static final double ATTENTION_RATE = 0.256;

    private static final double STATE_SPACE_RATE = 0.384;

    /** The bytes that the training sees; those of different windows are nearly always different. */
    long tokens() {
        return steps * WINDOWS * LENGTH;
    }

    float peakRate() {
        double scale = shape.mixer() == Mixer.ATTENTION ? ATTENTION_RATE : STATE_SPACE_RATE;
        return (float) (scale / shape.width());
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
