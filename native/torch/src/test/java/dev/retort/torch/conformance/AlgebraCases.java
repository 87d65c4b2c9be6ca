package dev.retort.torch.conformance;

import static dev.retort.torch.conformance.Tolerance.ACCUMULATED;
import static dev.retort.torch.conformance.Tolerance.COMPOSED;
import static dev.retort.torch.conformance.Tolerance.EXACT;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;

import java.util.Arrays;
import java.util.List;

/** Products of matrices, inverses, Fourier transforms, complex numbers, differences. */
final class AlgebraCases {
    private static final long[][][] PRODUCTS = {
        {{3, 4}, {4, 2}},
        {{4}, {4}},
        {{3, 4}, {4}},
        {{4}, {4, 2}},
        {{2, 3, 4}, {4, 2}},
        {{2, 3, 4}, {2, 4, 5}},
        {{1, 3, 4}, {2, 4, 5}},
        {{2, 1, 3, 4}, {5, 4, 2}},
        {{3, 4}, {3, 4}},
        {{}, {3}},
        {{0, 4}, {4, 2}},
        {{3, 0}, {0, 2}},
        {{2, 3, 4}, {3, 4, 5}},
        {{33, 65}, {65, 17}},
    };

    private AlgebraCases() {}

    static List<Case> cases() {
        Cases cases = new Cases("algebra");
        products(cases);
        inverse(cases);
        fourier(cases);
        complex(cases);
        diff(cases);
        return cases.list();
    }

    private static void products(Cases cases) {
        for (long[][] shapes : PRODUCTS) {
            String variant = new Shape(shapes[0]) + " by " + new Shape(shapes[1]);
            cases.add(
                    "matMul",
                    variant,
                    ACCUMULATED,
                    in -> in.floats(shapes[0]).matMul(in.floats(shapes[1])));
            cases.add(
                    "dot",
                    variant,
                    ACCUMULATED,
                    in -> in.floats(shapes[0]).dot(in.floats(shapes[1])));
            cases.add(
                    "batchMatMul",
                    variant,
                    ACCUMULATED,
                    in -> in.floats(shapes[0]).batchMatMul(in.floats(shapes[1])));
            cases.add(
                    "batchDot",
                    variant,
                    ACCUMULATED,
                    in -> in.floats(shapes[0]).batchDot(in.floats(shapes[1])));
        }
        for (DataType type : Cases.TYPES) {
            Tolerance tolerance = type == DataType.FLOAT16 ? COMPOSED : ACCUMULATED;
            cases.add(
                    "matMul",
                    type.toString(),
                    tolerance,
                    in ->
                            in.array(type, Domain.PLAIN, new Shape(3, 4))
                                    .matMul(in.array(type, Domain.PLAIN, new Shape(4, 2))));
            cases.add(
                    "dot",
                    type.toString(),
                    tolerance,
                    in ->
                            in.array(type, Domain.PLAIN, new Shape(4))
                                    .dot(in.array(type, Domain.PLAIN, new Shape(4))));
        }
        cases.add(
                "matMul",
                "views",
                ACCUMULATED,
                in -> in.floats(4, 3).transpose().matMul(in.floats(2, 4).transpose()));
        cases.add(
                "matMul",
                "NaN and infinities",
                ACCUMULATED,
                in ->
                        in.array(DataType.FLOAT32, Domain.SPECIAL, new Shape(3, 4))
                                .matMul(in.floats(4, 2)));
        cases.add("matMul", "types differ", EXACT, in -> in.floats(3, 4).matMul(in.doubles(4, 2)));
        cases.add("matMul", "scalar", EXACT, in -> in.floats(3, 4).matMul(in.floats()));
        cases.add("dot", "scalars", EXACT, in -> in.floats().dot(in.floats()));
    }

    private static void inverse(Cases cases) {
        for (DataType type : List.of(DataType.FLOAT32, DataType.FLOAT64)) {
            cases.add(
                    "inverse",
                    type.toString(),
                    COMPOSED,
                    in -> diagonallyDominant(in, type, 4).inverse());
        }
        cases.add(
                "inverse",
                "batch",
                COMPOSED,
                in ->
                        diagonallyDominant(in, DataType.FLOAT64, 3)
                                .stack(diagonallyDominant(in, DataType.FLOAT64, 3))
                                .inverse());
        cases.add(
                "inverse", "singular", EXACT, in -> in.manager().zeros(new Shape(2, 2)).inverse());
        cases.add("inverse", "not square", EXACT, in -> in.floats(2, 3).inverse());
        cases.add("inverse", "vector", EXACT, in -> in.floats(3).inverse());
        cases.add("inverse", "integers", EXACT, in -> in.indices(5, 2, 2).inverse());
    }

    private static NDArray diagonallyDominant(Operands in, DataType type, int size) {
        NDArray diagonal = in.manager().eye(size).mul(8).toType(type, false);
        return in.array(type, Domain.UNIT, new Shape(size, size)).add(diagonal);
    }

    private static void fourier(Cases cases) {
        for (long length : List.of(8L, 5L, 12L, 1L)) {
            String variant = "length " + length;
            cases.add("fft", variant, COMPOSED, in -> in.floats(8).fft(length));
            cases.add("rfft", variant, COMPOSED, in -> in.floats(8).rfft(length));
            cases.add("ifft", variant, COMPOSED, in -> in.floats(8).ifft(length));
            cases.add("irfft", variant, COMPOSED, in -> in.floats(8).rfft(8).irfft(length));
            for (int axis : List.of(0, 1, -1, 2)) {
                String along = variant + " axis " + axis;
                cases.add("fft", along, COMPOSED, in -> in.floats(4, 6).fft(length, axis));
                cases.add("rfft", along, COMPOSED, in -> in.floats(4, 6).rfft(length, axis));
                cases.add("ifft", along, COMPOSED, in -> in.floats(4, 6).ifft(length, axis));
                cases.add(
                        "irfft",
                        along,
                        COMPOSED,
                        in -> in.floats(4, 6).rfft(6, 1).irfft(length, axis));
            }
        }
        for (long[] sizes : List.of(new long[] {4, 6}, new long[] {3, 3}, new long[] {4})) {
            String variant = Arrays.toString(sizes);
            cases.add("fft2", variant, COMPOSED, in -> in.floats(4, 6).fft2(sizes));
            cases.add("ifft2", variant, COMPOSED, in -> in.floats(4, 6).ifft2(sizes));
            cases.add(
                    "fft2",
                    "axes " + variant,
                    COMPOSED,
                    in -> in.floats(2, 4, 6).fft2(sizes, new long[] {0, 2}));
            cases.add(
                    "ifft2",
                    "axes " + variant,
                    COMPOSED,
                    in -> in.floats(2, 4, 6).ifft2(sizes, new long[] {0, 2}));
        }
        for (boolean center : new boolean[] {false, true}) {
            for (boolean normalize : new boolean[] {false, true}) {
                String variant = "center " + center + " normalize " + normalize;
                cases.add(
                        "stft",
                        variant,
                        COMPOSED,
                        in ->
                                in.floats(64)
                                        .stft(
                                                16,
                                                4,
                                                center,
                                                in.manager().hanningWindow(16),
                                                normalize,
                                                true));
                cases.add(
                        "stft",
                        variant + " default",
                        COMPOSED,
                        in ->
                                in.floats(2, 64)
                                        .stft(
                                                16,
                                                8,
                                                center,
                                                in.manager().hanningWindow(16),
                                                normalize));
            }
        }
    }

    private static void complex(Cases cases) {
        cases.add("complex", "pairs", EXACT, in -> in.floats(3, 2).complex());
        cases.add("complex", "not pairs", EXACT, in -> in.floats(3, 3).complex());
        cases.add("complex", "integers", EXACT, in -> in.indices(4, 3, 2).complex());
        cases.add("real", "of complex", EXACT, in -> in.floats(3, 2).complex().real());
        cases.add("real", "of real", EXACT, in -> in.floats(3, 2).real());
        cases.add(
                "conj", "of complex", EXACT, in -> in.floats(3, 2).complex().conj().mul(1).real());
        cases.add("conj", "bytes of complex", EXACT, in -> in.floats(3, 2).complex().conj());
        cases.add("conj", "of real", EXACT, in -> in.floats(3).conj());
        cases.add(
                "complex",
                "product",
                ACCUMULATED,
                in -> in.floats(3, 2).complex().mul(in.floats(3, 2).complex()).real());
        cases.add("complex", "abs", ACCUMULATED, in -> in.floats(3, 2).complex().abs());
    }

    private static void diff(Cases cases) {
        for (int n : List.of(0, 1, 2, 5)) {
            for (int axis : List.of(0, 1, -1, 2)) {
                cases.add(
                        "diff",
                        "n " + n + " axis " + axis,
                        ACCUMULATED,
                        in -> in.floats(3, 4).diff(n, axis));
            }
        }
        cases.add("diff", "negative n", EXACT, in -> in.floats(3).diff(-1, 0));
        cases.add("diff", "integers", EXACT, in -> in.indices(9, 5).diff(1, 0));
        cases.add("diff", "booleans", EXACT, in -> in.booleans(5).diff(1, 0));
        cases.add("diff", "scalar", EXACT, in -> in.floats().diff(1, 0));
    }
}
