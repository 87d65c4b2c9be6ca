package dev.retort.torch.conformance;

import static dev.retort.torch.conformance.Tolerance.ACCUMULATED;
import static dev.retort.torch.conformance.Tolerance.EXACT;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;

import java.util.Arrays;
import java.util.List;
import java.util.function.BiFunction;
import java.util.function.IntFunction;

/** Reductions over all elements and over axes, cumulative sums, norms and order statistics. */
final class ReductionCases {
    private static final int[][] AXES = {
        {0}, {1}, {2}, {-1}, {-2}, {-3}, {0, 1}, {0, 2}, {-1, 0}, {0, 1, 2}, {3}, {-4}, {0, 0}, {}
    };

    private ReductionCases() {}

    static List<Case> cases() {
        Cases cases = new Cases("reduction");
        all(cases);
        axes(cases, "sum", ACCUMULATED, NDArray::sum, NDArray::sum);
        axes(cases, "prod", ACCUMULATED, NDArray::prod, NDArray::prod);
        axes(cases, "mean", ACCUMULATED, NDArray::mean, NDArray::mean);
        axes(cases, "max", EXACT, NDArray::max, NDArray::max);
        axes(cases, "min", EXACT, NDArray::min, NDArray::min);
        axes(cases, "norm", ACCUMULATED, NDArray::norm, NDArray::norm);
        norms(cases);
        cumulative(cases);
        extremes(cases);
        statistics(cases);
        return cases.list();
    }

    private static void all(Cases cases) {
        cases.unary("sum", ACCUMULATED, NDArray::sum);
        cases.unary("prod", ACCUMULATED, NDArray::prod);
        cases.unary("mean", ACCUMULATED, NDArray::mean);
        cases.unary("max", EXACT, NDArray::max);
        cases.unary("min", EXACT, NDArray::min);
        cases.unary("all", EXACT, NDArray::all);
        cases.unary("any", EXACT, NDArray::any);
        cases.unary("none", EXACT, NDArray::none);
        cases.unary("countNonzero", EXACT, NDArray::countNonzero);
        cases.unary("norm", ACCUMULATED, NDArray::norm);
        cases.unary("trace", EXACT, NDArray::trace);
        cases.unary("cumSum", ACCUMULATED, NDArray::cumSum);
        cases.unary("argMax", EXACT, NDArray::argMax);
        cases.unary("argMin", EXACT, NDArray::argMin);
        cases.unary("median", EXACT, NDArray::median);
        cases.add("all", "true", EXACT, in -> in.positive(3).gt(0).all());
        cases.add("any", "false", EXACT, in -> in.positive(3).lt(0).any());
        cases.add("none", "true", EXACT, in -> in.positive(3).lt(0).none());
    }

    private interface KeepDims {
        NDArray apply(NDArray array, int[] axes, boolean keepDims);
    }

    private static void axes(
            Cases cases,
            String name,
            Tolerance tolerance,
            BiFunction<NDArray, int[], NDArray> reduce,
            KeepDims keeping) {
        for (int[] axes : AXES) {
            String variant = "axes " + Arrays.toString(axes);
            cases.add(name, variant, tolerance, in -> reduce.apply(in.floats(2, 3, 4), axes));
            cases.add(
                    name,
                    variant + " kept",
                    tolerance,
                    in -> keeping.apply(in.floats(2, 3, 4), axes, true));
            cases.add(
                    name,
                    variant + " of a view",
                    tolerance,
                    in -> keeping.apply(in.floats(4, 2, 3).transpose(1, 2, 0), axes, false));
        }
        for (DataType type : Cases.TYPES) {
            for (Domain domain : List.of(Domain.PLAIN, Domain.SPECIAL)) {
                cases.add(
                        name,
                        type + "/axis 1/" + domain,
                        tolerance,
                        in -> reduce.apply(in.array(type, domain, Layout.CUBE), new int[] {1}));
            }
        }
        for (Layout layout :
                List.of(Layout.SCALAR, Layout.EMPTY, Layout.EMPTY_ROWS, Layout.EMPTY_COLUMNS)) {
            for (int axis : List.of(0, -1)) {
                cases.add(
                        name,
                        layout + "/axis " + axis,
                        tolerance,
                        in ->
                                reduce.apply(
                                        in.array(DataType.FLOAT32, Domain.PLAIN, layout),
                                        new int[] {axis}));
            }
        }
    }

    private static void norms(Cases cases) {
        for (int order : List.of(0, 1, 2, 3, -1)) {
            for (int[] axes : List.of(new int[] {0}, new int[] {1}, new int[] {0, 1}, new int[0])) {
                cases.add(
                        "norm",
                        "order " + order + " axes " + Arrays.toString(axes),
                        ACCUMULATED,
                        in -> in.floats(3, 4).norm(order, axes, true));
            }
        }
        cases.add("norm", "kept", ACCUMULATED, in -> in.floats(3, 4).norm(true));
        cases.add(
                "norm",
                "integers",
                ACCUMULATED,
                in -> in.indices(5, 3).norm(1, new int[] {0}, false));
        for (double p : new double[] {1, 2, 3, 0.5}) {
            for (int axis : List.of(0, 1, -1, 2)) {
                cases.add(
                        "normalize",
                        "p " + p + " axis " + axis,
                        ACCUMULATED,
                        in -> in.floats(3, 4).normalize(p, axis));
            }
        }
        cases.unary("normalize", ACCUMULATED, array -> array.normalize(2, -1, 1e-3));
        cases.add("normalize", "default", ACCUMULATED, in -> in.floats(3, 4).normalize());
        cases.add(
                "normalize",
                "zeros",
                ACCUMULATED,
                in -> in.manager().zeros(new Shape(2, 3)).normalize());
    }

    private static void cumulative(Cases cases) {
        axis(cases, "cumSum", ACCUMULATED, axis -> array -> array.cumSum(axis));
        axis(cases, "cumProd", ACCUMULATED, axis -> array -> array.cumProd(axis));
        axis(cases, "countNonzero", EXACT, axis -> array -> array.countNonzero(axis));
        for (DataType type : List.of(DataType.FLOAT64, DataType.FLOAT32, DataType.INT64)) {
            cases.add(
                    "cumProd",
                    "as " + type,
                    ACCUMULATED,
                    in ->
                            in.array(DataType.INT32, Domain.POSITIVE, Layout.MATRIX)
                                    .cumProd(1, type));
        }
    }

    private static void extremes(Cases cases) {
        axis(cases, "argMax", EXACT, axis -> array -> array.argMax(axis));
        axis(cases, "argMin", EXACT, axis -> array -> array.argMin(axis));
        axis(cases, "median", EXACT, axis -> array -> array.median(new int[] {axis}));
        for (int k : List.of(0, 1, 2, 4, 5)) {
            for (int axis : List.of(0, 1, -1, 2)) {
                String variant = "k " + k + " axis " + axis;
                cases.add(
                        "topK",
                        variant,
                        EXACT,
                        in -> in.distinct(DataType.FLOAT32, 4, 4).topK(k, axis));
                cases.add(
                        "topK",
                        variant + " smallest",
                        EXACT,
                        in -> in.distinct(DataType.INT64, 4, 4).topK(k, axis, false, true));
            }
        }
    }

    private static void statistics(Cases cases) {
        for (Number percentile : List.<Number>of(0, 25, 50.0, 99.5f, 100, 101)) {
            cases.add(
                    "percentile",
                    "of vector " + percentile,
                    ACCUMULATED,
                    in -> in.floats(11).percentile(percentile));
            cases.add(
                    "percentile",
                    "of axis " + percentile,
                    ACCUMULATED,
                    in -> in.doubles(3, 4).percentile(percentile, new int[] {0}));
        }
        cases.add(
                "percentile",
                "two axes",
                EXACT,
                in -> in.floats(3, 4).percentile(50, new int[] {0, 1}));
        cases.add("percentile", "integers", EXACT, in -> in.indices(9, 4).percentile(50));
        cases.add("median", "two axes", EXACT, in -> in.floats(3, 4).median(new int[] {0, 1}));
        for (int offset : List.of(0, 1, -1)) {
            cases.add("trace", "offset " + offset, EXACT, in -> in.floats(3, 4).trace(offset));
            cases.add(
                    "trace",
                    "axes, offset " + offset,
                    EXACT,
                    in -> in.floats(2, 3, 4).trace(offset, 1, 2));
        }
    }

    private static void axis(
            Cases cases,
            String name,
            Tolerance tolerance,
            IntFunction<java.util.function.UnaryOperator<NDArray>> function) {
        for (int axis : List.of(0, 1, 2, -1, -3, 3, -4)) {
            cases.add(
                    name,
                    "axis " + axis,
                    tolerance,
                    in -> function.apply(axis).apply(in.distinct(DataType.FLOAT32, 2, 3, 4)));
        }
        cases.unary(name + "-last-axis", tolerance, function.apply(-1));
        cases.unary(name + "-first-axis", tolerance, function.apply(0));
    }
}
