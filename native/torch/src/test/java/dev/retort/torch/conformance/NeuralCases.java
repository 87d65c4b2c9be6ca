package dev.retort.torch.conformance;

import static dev.retort.torch.conformance.Tolerance.COMPOSED;
import static dev.retort.torch.conformance.Tolerance.EXACT;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.internal.NDArrayEx;
import ai.djl.ndarray.types.Shape;

import org.jspecify.annotations.Nullable;

import java.util.List;

/** Convolution, deconvolution, pooling and normalisation. */
final class NeuralCases {
    private NeuralCases() {}

    static List<Case> cases() {
        Cases cases = new Cases("neural");
        convolution(cases);
        deconvolution(cases);
        pooling(cases);
        globalPooling(cases);
        batchNorm(cases);
        layerNorm(cases);
        return cases.list();
    }

    private static NDArrayEx ex(Operands in) {
        return in.floats(1).getNDArrayInternal();
    }

    private static void convolution(Cases cases) {
        for (int dims = 1; dims <= 3; dims++) {
            int n = dims;
            for (long stride : List.of(1L, 2L)) {
                for (long padding : List.of(0L, 1L)) {
                    for (long dilation : List.of(1L, 2L)) {
                        cases.add(
                                "convolution",
                                n
                                        + "-D stride "
                                        + stride
                                        + " padding "
                                        + padding
                                        + " dilation "
                                        + dilation,
                                COMPOSED,
                                in ->
                                        ex(in).convolution(
                                                        in.floats(cube(2, 4, 7, n)),
                                                        in.floats(cube(6, 4, 3, n)),
                                                        in.floats(6),
                                                        all(stride, n),
                                                        all(padding, n),
                                                        all(dilation, n),
                                                        1));
                    }
                }
            }
            cases.add("convolution", n + "-D groups", COMPOSED, in -> conv(in, n, 4, 2, 2, true));
            cases.add(
                    "convolution", n + "-D depthwise", COMPOSED, in -> conv(in, n, 4, 1, 4, true));
            cases.add("convolution", n + "-D no bias", COMPOSED, in -> conv(in, n, 4, 4, 1, false));
            cases.add(
                    "convolution",
                    n + "-D channels differ",
                    EXACT,
                    in -> conv(in, n, 4, 3, 1, true));
        }
        cases.add(
                "convolution",
                "doubles",
                COMPOSED,
                in ->
                        ex(in).convolution(
                                        in.doubles(1, 2, 5, 5),
                                        in.doubles(3, 2, 3, 3),
                                        in.doubles(3),
                                        all(1, 2),
                                        all(0, 2),
                                        all(1, 2),
                                        1));
        cases.add(
                "convolution",
                "kernel too large",
                EXACT,
                in ->
                        ex(in).convolution(
                                        in.floats(1, 2, 3, 3),
                                        in.floats(3, 2, 5, 5),
                                        in.floats(3),
                                        all(1, 2),
                                        all(0, 2),
                                        all(1, 2),
                                        1));
    }

    private static NDList conv(
            Operands in, int n, int channels, int perGroup, int groups, boolean biased) {
        @Nullable NDArray bias = biased ? in.floats(4) : null;
        return ex(in).convolution(
                        in.floats(cube(2, channels, 5, n)),
                        in.floats(cube(4, perGroup, 3, n)),
                        bias,
                        all(1, n),
                        all(0, n),
                        all(1, n),
                        groups);
    }

    private static void deconvolution(Cases cases) {
        for (int dims = 1; dims <= 3; dims++) {
            int n = dims;
            cases.add(
                    "deconvolution",
                    n + "-D",
                    COMPOSED,
                    in ->
                            ex(in).deconvolution(
                                            in.floats(cube(2, 4, 5, n)),
                                            in.floats(cube(3, 4, 3, n)),
                                            in.floats(3),
                                            all(2, n),
                                            all(1, n),
                                            all(1, n),
                                            all(1, n),
                                            1));
        }
    }

    private static void pooling(Cases cases) {
        for (int dims = 1; dims <= 3; dims++) {
            int n = dims;
            for (boolean ceil : new boolean[] {false, true}) {
                for (long padding : List.of(0L, 1L)) {
                    String variant = n + "-D ceil " + ceil + " padding " + padding;
                    cases.add(
                            "maxPool",
                            variant,
                            EXACT,
                            in ->
                                    in.floats(cube(2, 3, 6, n))
                                            .getNDArrayInternal()
                                            .maxPool(all(3, n), all(2, n), all(padding, n), ceil));
                    for (boolean counted : new boolean[] {true, false}) {
                        cases.add(
                                "avgPool",
                                variant + " counted " + counted,
                                COMPOSED,
                                in ->
                                        in.floats(cube(2, 3, 6, n))
                                                .getNDArrayInternal()
                                                .avgPool(
                                                        all(3, n),
                                                        all(2, n),
                                                        all(padding, n),
                                                        ceil,
                                                        counted));
                    }
                }
                for (float p : new float[] {1, 2, 3}) {
                    cases.add(
                            "lpPool",
                            n + "-D ceil " + ceil + " p " + p,
                            COMPOSED,
                            in ->
                                    in.positive(cube(2, 3, 6, n))
                                            .getNDArrayInternal()
                                            .lpPool(p, all(3, n), all(2, n), all(0, n), ceil));
                }
            }
            cases.add(
                    "lpPool",
                    n + "-D negative",
                    COMPOSED,
                    in ->
                            in.floats(cube(2, 3, 6, n))
                                    .getNDArrayInternal()
                                    .lpPool(2, all(2, n), all(2, n), all(0, n), false));
            cases.add(
                    "lpPool",
                    n + "-D padded",
                    COMPOSED,
                    in ->
                            in.positive(cube(2, 3, 6, n))
                                    .getNDArrayInternal()
                                    .lpPool(2, all(2, n), all(2, n), all(1, n), false));
            cases.add(
                    "maxPool",
                    n + "-D too much padding",
                    EXACT,
                    in ->
                            in.floats(cube(2, 3, 6, n))
                                    .getNDArrayInternal()
                                    .maxPool(all(2, n), all(2, n), all(2, n), false));
            cases.add(
                    "avgPool",
                    n + "-D kernel too large",
                    EXACT,
                    in ->
                            in.floats(cube(2, 3, 2, n))
                                    .getNDArrayInternal()
                                    .avgPool(all(5, n), all(2, n), all(0, n), false, true));
        }
    }

    private static void globalPooling(Cases cases) {
        long[][] shapes = {{2, 3, 5}, {2, 3, 5, 4}, {2, 3, 4, 3, 2}, {2, 3}, {1, 1, 1, 1, 1, 1}};
        for (long[] shape : shapes) {
            String variant = new Shape(shape).toString();
            cases.add(
                    "globalMaxPool",
                    variant,
                    EXACT,
                    in -> in.floats(shape).getNDArrayInternal().globalMaxPool());
            cases.add(
                    "globalAvgPool",
                    variant,
                    COMPOSED,
                    in -> in.floats(shape).getNDArrayInternal().globalAvgPool());
            for (float p : new float[] {1, 2}) {
                cases.add(
                        "globalLpPool",
                        variant + " p " + p,
                        COMPOSED,
                        in -> in.positive(shape).getNDArrayInternal().globalLpPool(p));
            }
        }
    }

    private static void batchNorm(Cases cases) {
        long[][] shapes = {{4, 3}, {4, 3, 5}, {4, 3, 5, 2}};
        for (long[] shape : shapes) {
            for (boolean training : new boolean[] {false, true}) {
                cases.add(
                        "batchNorm",
                        new Shape(shape) + " training " + training,
                        COMPOSED,
                        in -> batchNorm(in, in.floats(shape), -1, 3, training));
            }
        }
        for (int axis : List.of(0, 1, 2)) {
            cases.add(
                    "batchNorm",
                    "axis " + axis,
                    COMPOSED,
                    in -> batchNorm(in, in.floats(2, 4, 5), axis, new int[] {2, 4, 5}[axis], true));
        }
        cases.add(
                "batchNorm",
                "channels differ",
                EXACT,
                in -> batchNorm(in, in.floats(4, 3), -1, 5, true));
        cases.add(
                "batchNorm", "one value", EXACT, in -> batchNorm(in, in.floats(1, 3), -1, 3, true));
        cases.add("batchNorm", "vector", EXACT, in -> batchNorm(in, in.floats(3), -1, 3, true));
    }

    private static Object batchNorm(
            Operands in, NDArray input, int axis, long channels, boolean training) {
        NDArray mean = in.floats(channels);
        NDArray variance = in.positive(channels);
        NDList result =
                ex(in).batchNorm(
                                input,
                                mean,
                                variance,
                                in.floats(channels),
                                in.floats(channels),
                                axis,
                                0.9f,
                                1e-5f,
                                training);
        return List.of(result, mean, variance);
    }

    private static void layerNorm(Cases cases) {
        long[][] normalized = {{4}, {3, 4}, {2, 3, 4}, {3}, {}};
        for (long[] shape : normalized) {
            cases.add(
                    "layerNorm",
                    new Shape(shape).toString(),
                    COMPOSED,
                    in ->
                            ex(in).layerNorm(
                                            in.floats(2, 3, 4),
                                            new Shape(shape),
                                            in.floats(shape),
                                            in.floats(shape),
                                            1e-5f));
        }
        cases.add(
                "layerNorm",
                "gamma differs",
                EXACT,
                in ->
                        ex(in).layerNorm(
                                        in.floats(2, 4),
                                        new Shape(4),
                                        in.floats(3),
                                        in.floats(4),
                                        1e-5f));
    }

    private static Shape all(long value, int dims) {
        long[] shape = new long[dims];
        java.util.Arrays.fill(shape, value);
        return new Shape(shape);
    }

    private static long[] cube(long first, long second, long edge, int dims) {
        return new Shape(first, second).addAll(all(edge, dims)).getShape();
    }
}
