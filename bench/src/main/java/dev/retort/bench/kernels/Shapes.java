package dev.retort.bench.kernels;

import dev.retort.device.kernels.ElementType;

/** Names for the reader. */
final class Shapes {
    private Shapes() {}

    static String name(ElementType type) {
        return switch (type) {
            case FLOAT32 -> "f32";
            case FLOAT16 -> "f16";
            case BFLOAT16 -> "bf16";
        };
    }
}
