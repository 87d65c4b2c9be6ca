package dev.retort.torch.conformance;

import static dev.retort.torch.conformance.Tolerance.EXACT;
import static dev.retort.torch.conformance.Tolerance.ROUNDED;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.DataType;

import java.util.List;
import java.util.function.UnaryOperator;

/** Functions of one element. */
final class ElementwiseCases {
    private ElementwiseCases() {}

    static List<Case> cases() {
        Cases cases = new Cases("elementwise");
        exact(cases);
        rounded(cases);
        inPlace(cases);
        clip(cases);
        return cases.list();
    }

    private static void exact(Cases cases) {
        cases.unary("neg", EXACT, NDArray::neg);
        cases.unary("abs", EXACT, NDArray::abs);
        cases.unary("sign", EXACT, NDArray::sign);
        cases.unary("square", EXACT, NDArray::square);
        cases.unary("floor", EXACT, NDArray::floor);
        cases.unary("ceil", EXACT, NDArray::ceil);
        cases.unary("round", EXACT, NDArray::round);
        cases.unary("trunc", EXACT, NDArray::trunc);
        cases.unary("isNaN", EXACT, NDArray::isNaN);
        cases.unary("isInfinite", EXACT, NDArray::isInfinite);
        cases.unary("logicalNot", EXACT, NDArray::logicalNot);
        cases.unary("stopGradient", EXACT, NDArray::stopGradient);
        cases.unary("duplicate", EXACT, NDArray::duplicate);
    }

    private static void rounded(Cases cases) {
        cases.unary("sqrt", ROUNDED, NDArray::sqrt);
        cases.unary("cbrt", ROUNDED, NDArray::cbrt);
        cases.unary("exp", ROUNDED, NDArray::exp);
        cases.unary("gammaln", Tolerance.ACCUMULATED, NDArray::gammaln);
        cases.unary("log", ROUNDED, NDArray::log);
        cases.unary("log10", ROUNDED, NDArray::log10);
        cases.unary("log2", ROUNDED, NDArray::log2);
        cases.unary("sin", ROUNDED, NDArray::sin);
        cases.unary("cos", ROUNDED, NDArray::cos);
        cases.unary("tan", ROUNDED, NDArray::tan);
        cases.unary("asin", ROUNDED, NDArray::asin);
        cases.unary("acos", ROUNDED, NDArray::acos);
        cases.unary("atan", ROUNDED, NDArray::atan);
        cases.unary("sinh", ROUNDED, NDArray::sinh);
        cases.unary("cosh", ROUNDED, NDArray::cosh);
        cases.unary("tanh", ROUNDED, NDArray::tanh);
        cases.unary("asinh", ROUNDED, NDArray::asinh);
        cases.unary("acosh", ROUNDED, NDArray::acosh);
        cases.unary("atanh", ROUNDED, NDArray::atanh);
        cases.unary("toDegrees", ROUNDED, NDArray::toDegrees);
        cases.unary("toRadians", ROUNDED, NDArray::toRadians);
        // Another polynomial from libtorch 2.8 on.
        cases.unary("erf", Tolerance.ACCUMULATED, NDArray::erf);
        cases.unary("erfinv", ROUNDED, NDArray::erfinv);
        unitInterval(cases, "asin", NDArray::asin);
        unitInterval(cases, "acos", NDArray::acos);
        unitInterval(cases, "atanh", NDArray::atanh);
        unitInterval(cases, "erfinv", NDArray::erfinv);
    }

    /** Functions with most of their domain in the open unit interval. */
    private static void unitInterval(Cases cases, String name, UnaryOperator<NDArray> function) {
        for (DataType type : List.of(DataType.FLOAT32, DataType.FLOAT64)) {
            cases.add(
                    name,
                    type + "/UNIT",
                    ROUNDED,
                    in -> function.apply(in.array(type, Domain.UNIT, Layout.LONG)));
        }
    }

    private static void inPlace(Cases cases) {
        cases.unary("negi", EXACT, NDArray::negi);
        cases.unary("signi", EXACT, NDArray::signi);
        for (DataType type : Cases.TYPES) {
            cases.add(
                    "negi",
                    type + "/through-a-view",
                    EXACT,
                    in -> {
                        NDArray base = in.array(type, Domain.PLAIN, Layout.CUBE);
                        NDArray view = base.transpose(2, 0, 1);
                        NDArray result = view.negi();
                        return List.of(result, view, base, result == view);
                    });
        }
    }

    private static void clip(Cases cases) {
        for (DataType type : Cases.TYPES) {
            for (Domain domain : List.of(Domain.PLAIN, Domain.SPECIAL)) {
                String variant = type + "/" + domain;
                cases.add(
                        "clip",
                        variant + "/int",
                        EXACT,
                        in -> in.array(type, domain, Layout.MATRIX).clip(-1, 2));
                cases.add(
                        "clip",
                        variant + "/float",
                        EXACT,
                        in -> in.array(type, domain, Layout.STRIDED).clip(-0.5f, 1.25f));
                cases.add(
                        "clip",
                        variant + "/double",
                        EXACT,
                        in -> in.array(type, domain, Layout.CUBE).clip(-0.1, 0.1));
            }
        }
        clipByWideBounds(cases);
        cases.add("clip", "reversed", EXACT, in -> in.floats(3, 4).clip(1, -1));
        cases.add("clip", "long", EXACT, in -> in.floats(5).clip(-1L, 1L));
        cases.add("clip", "mixed", EXACT, in -> in.doubles(5).clip(-1, 0.5));
        cases.add("clip", "scalar", EXACT, in -> in.floats().clip(0, 1));
        cases.add("clip", "empty", EXACT, in -> in.floats(0, 3).clip(0, 1));
    }

    /** Bounds at the ends of what a type holds, and beyond. */
    private static void clipByWideBounds(Cases cases) {
        for (DataType type :
                List.of(DataType.INT8, DataType.UINT8, DataType.INT32, DataType.INT64)) {
            for (long[] bounds :
                    new long[][] {
                        {-128, 127},
                        {0, 128},
                        {-129, 0},
                        {0, 255},
                        {-255, 1},
                        {0, 256},
                        {-256, 1},
                        {Integer.MIN_VALUE, Integer.MAX_VALUE},
                        {0, 1L + Integer.MAX_VALUE},
                        {-1L + Integer.MIN_VALUE, 0},
                        {Long.MIN_VALUE, Long.MAX_VALUE}
                    }) {
                cases.add(
                        "clip",
                        type + "/" + bounds[0] + " to " + bounds[1],
                        EXACT,
                        in ->
                                in.array(type, Domain.SPECIAL, Layout.MATRIX)
                                        .clip(bounds[0], bounds[1]));
            }
        }
        cases.add(
                "clip",
                "empty, too wide",
                EXACT,
                in -> in.array(DataType.INT8, Domain.PLAIN, Layout.EMPTY).clip(-200, 200));
    }
}
