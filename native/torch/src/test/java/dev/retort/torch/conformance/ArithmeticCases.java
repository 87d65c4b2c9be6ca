package dev.retort.torch.conformance;

import static dev.retort.torch.conformance.Tolerance.EXACT;
import static dev.retort.torch.conformance.Tolerance.ROUNDED;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;

import java.util.List;
import java.util.function.BiFunction;
import java.util.function.BinaryOperator;

/** Functions of two arrays, and of an array and a number: arithmetic, comparison, logic. */
final class ArithmeticCases {
    /** Numbers as users pass them. */
    static final List<Number> NUMBERS =
            List.of(2, -3L, 0.5f, 2.5, (byte) 3, 0, Double.NaN, Float.POSITIVE_INFINITY);

    private static final long[][][] SHAPES = {
        {{3, 4}, {4}},
        {{4}, {3, 4}},
        {{3, 1}, {1, 4}},
        {{2, 1, 4}, {3, 1}},
        {{}, {3, 4}},
        {{3, 4}, {}},
        {{}, {}},
        {{1}, {}},
        {{0}, {0}},
        {{0, 4}, {4}},
        {{0}, {1}},
        {{3, 4}, {3}},
        {{2}, {0}},
        {{1031}, {1031}},
    };

    private static final DataType[][] MIXED = {
        {DataType.FLOAT32, DataType.FLOAT64},
        {DataType.INT32, DataType.FLOAT32},
        {DataType.INT64, DataType.INT32},
        {DataType.UINT8, DataType.INT8},
        {DataType.BOOLEAN, DataType.INT32},
        {DataType.BOOLEAN, DataType.FLOAT32},
        {DataType.INT64, DataType.FLOAT16},
        {DataType.FLOAT16, DataType.FLOAT32},
    };

    private ArithmeticCases() {}

    static List<Case> cases() {
        Cases cases = new Cases("arithmetic");
        operator(cases, "add", EXACT, NDArray::add, NDArray::add);
        operator(cases, "sub", EXACT, NDArray::sub, NDArray::sub);
        operator(cases, "mul", EXACT, NDArray::mul, NDArray::mul);
        operator(cases, "div", ROUNDED, NDArray::div, NDArray::div);
        operator(cases, "mod", EXACT, NDArray::mod, NDArray::mod);
        operator(cases, "pow", ROUNDED, NDArray::pow, NDArray::pow);
        operator(cases, "maximum", EXACT, NDArray::maximum, NDArray::maximum);
        operator(cases, "minimum", EXACT, NDArray::minimum, NDArray::minimum);
        operator(cases, "eq", EXACT, NDArray::eq, NDArray::eq);
        operator(cases, "neq", EXACT, NDArray::neq, NDArray::neq);
        operator(cases, "gt", EXACT, NDArray::gt, NDArray::gt);
        operator(cases, "gte", EXACT, NDArray::gte, NDArray::gte);
        operator(cases, "lt", EXACT, NDArray::lt, NDArray::lt);
        operator(cases, "lte", EXACT, NDArray::lte, NDArray::lte);
        binary(cases, "atan2", ROUNDED, NDArray::atan2);
        binary(cases, "xlogy", ROUNDED, NDArray::xlogy);
        binary(cases, "logicalAnd", EXACT, NDArray::logicalAnd);
        binary(cases, "logicalOr", EXACT, NDArray::logicalOr);
        binary(cases, "logicalXor", EXACT, NDArray::logicalXor);
        inPlace(cases, "addi", EXACT, NDArray::addi, NDArray::addi);
        inPlace(cases, "subi", EXACT, NDArray::subi, NDArray::subi);
        inPlace(cases, "muli", EXACT, NDArray::muli, NDArray::muli);
        inPlace(cases, "divi", ROUNDED, NDArray::divi, NDArray::divi);
        inPlace(cases, "modi", EXACT, NDArray::modi, NDArray::modi);
        inPlace(cases, "powi", ROUNDED, NDArray::powi, NDArray::powi);
        reversed(cases);
        equality(cases);
        return cases.list();
    }

    private static void operator(
            Cases cases,
            String name,
            Tolerance tolerance,
            BinaryOperator<NDArray> function,
            BiFunction<NDArray, Number, NDArray> withNumber) {
        binary(cases, name, tolerance, function);
        numbers(cases, name, tolerance, withNumber);
    }

    private static void binary(
            Cases cases, String name, Tolerance tolerance, BinaryOperator<NDArray> function) {
        for (DataType type : Cases.TYPES) {
            for (Domain domain : List.of(Domain.PLAIN, Domain.SPECIAL, Domain.POSITIVE)) {
                pair(cases, name, tolerance, function, type, type, domain);
            }
        }
        for (DataType[] types : MIXED) {
            pair(cases, name, tolerance, function, types[0], types[1], Domain.PLAIN);
            pair(cases, name, tolerance, function, types[1], types[0], Domain.PLAIN);
        }
        for (long[][] shapes : SHAPES) {
            String variant = new Shape(shapes[0]) + " with " + new Shape(shapes[1]);
            cases.add(
                    name,
                    variant,
                    tolerance,
                    in -> function.apply(in.floats(shapes[0]), in.floats(shapes[1])));
            cases.add(
                    name,
                    "INT32 " + variant,
                    tolerance,
                    in ->
                            function.apply(
                                    in.array(DataType.INT32, Domain.POSITIVE, new Shape(shapes[0])),
                                    in.array(
                                            DataType.INT32,
                                            Domain.POSITIVE,
                                            new Shape(shapes[1]))));
        }
        for (Layout left : List.of(Layout.TRANSPOSED, Layout.ROWS, Layout.BROADCAST)) {
            for (Layout right : List.of(Layout.STRIDED, Layout.TRANSPOSED, Layout.BROADCAST)) {
                cases.add(
                        name,
                        left + " with " + right,
                        tolerance,
                        in ->
                                function.apply(
                                        in.array(DataType.FLOAT32, Domain.PLAIN, left),
                                        in.array(DataType.FLOAT32, Domain.PLAIN, right)));
            }
        }
        cases.add(
                name,
                "itself",
                tolerance,
                in -> {
                    NDArray x = in.floats(2, 3);
                    return function.apply(x, x);
                });
    }

    private static void pair(
            Cases cases,
            String name,
            Tolerance tolerance,
            BinaryOperator<NDArray> function,
            DataType left,
            DataType right,
            Domain domain) {
        cases.add(
                name,
                left + " with " + right + "/" + domain,
                tolerance,
                in ->
                        function.apply(
                                in.array(left, domain, Layout.CUBE),
                                in.array(right, domain, Layout.MATRIX)));
    }

    private static void numbers(
            Cases cases,
            String name,
            Tolerance tolerance,
            BiFunction<NDArray, Number, NDArray> function) {
        for (Number number : NUMBERS) {
            String variant = " with " + number.getClass().getSimpleName() + " " + number;
            for (DataType type : Cases.TYPES) {
                cases.add(
                        name,
                        type + variant,
                        tolerance,
                        in -> function.apply(in.array(type, Domain.PLAIN, Layout.MATRIX), number));
            }
            for (Layout layout : List.of(Layout.SCALAR, Layout.EMPTY, Layout.TRANSPOSED)) {
                cases.add(
                        name,
                        layout + variant,
                        tolerance,
                        in ->
                                function.apply(
                                        in.array(DataType.FLOAT32, Domain.SPECIAL, layout),
                                        number));
            }
        }
    }

    private static void inPlace(
            Cases cases,
            String name,
            Tolerance tolerance,
            BinaryOperator<NDArray> function,
            BiFunction<NDArray, Number, NDArray> withNumber) {
        // On their own first: the result of an in-place operation must be the array itself.
        BinaryOperator<NDArray> watched =
                (a, b) -> {
                    NDArray result = function.apply(a, b);
                    if (result != a) {
                        throw new AssertionError(name + " returned another array");
                    }
                    return a;
                };
        binary(cases, name, tolerance, watched);
        numbers(cases, name, tolerance, withNumber);
        for (DataType type : Cases.TYPES) {
            cases.add(
                    name,
                    type + "/through-a-view",
                    tolerance,
                    in -> {
                        NDArray base = in.array(type, Domain.POSITIVE, new Shape(4, 3));
                        NDArray view = base.transpose();
                        NDArray operand = in.array(type, Domain.POSITIVE, new Shape(4));
                        return List.of(base, watched.apply(view, operand));
                    });
        }
    }

    private static void reversed(Cases cases) {
        for (DataType type : Cases.TYPES) {
            for (Number number : NUMBERS) {
                String variant = type + " with " + number.getClass().getSimpleName() + " " + number;
                ofNumber(cases, "rdiv", variant, type, a -> a.getNDArrayInternal().rdiv(number));
                ofNumber(cases, "rsub", variant, type, a -> a.getNDArrayInternal().rsub(number));
                ofNumber(cases, "rmod", variant, type, a -> a.getNDArrayInternal().rmod(number));
                ofNumber(cases, "rpow", variant, type, a -> a.getNDArrayInternal().rpow(number));
                ofNumber(cases, "rdivi", variant, type, a -> a.getNDArrayInternal().rdivi(number));
                ofNumber(cases, "rsubi", variant, type, a -> a.getNDArrayInternal().rsubi(number));
                ofNumber(cases, "rmodi", variant, type, a -> a.getNDArrayInternal().rmodi(number));
                ofNumber(cases, "rpowi", variant, type, a -> a.getNDArrayInternal().rpowi(number));
            }
            ofArray(cases, "rdiv", type, (a, b) -> a.getNDArrayInternal().rdiv(b));
            ofArray(cases, "rsub", type, (a, b) -> a.getNDArrayInternal().rsub(b));
            ofArray(cases, "rmod", type, (a, b) -> a.getNDArrayInternal().rmod(b));
            ofArray(cases, "rdivi", type, (a, b) -> a.getNDArrayInternal().rdivi(b));
            ofArray(cases, "rsubi", type, (a, b) -> a.getNDArrayInternal().rsubi(b));
            ofArray(cases, "rmodi", type, (a, b) -> a.getNDArrayInternal().rmodi(b));
        }
    }

    private static void ofNumber(
            Cases cases,
            String name,
            String variant,
            DataType type,
            java.util.function.UnaryOperator<NDArray> function) {
        cases.add(
                name,
                variant,
                ROUNDED,
                in -> function.apply(in.array(type, Domain.POSITIVE, Layout.MATRIX)));
    }

    private static void ofArray(
            Cases cases, String name, DataType type, BinaryOperator<NDArray> function) {
        cases.add(
                name,
                type + " with " + type,
                ROUNDED,
                in ->
                        function.apply(
                                in.array(type, Domain.POSITIVE, Layout.MATRIX),
                                in.array(type, Domain.POSITIVE, Layout.TRANSPOSED)));
    }

    private static void equality(Cases cases) {
        for (DataType type : Cases.TYPES) {
            cases.add(
                    "contentEquals",
                    type.toString(),
                    EXACT,
                    in -> {
                        NDArray a = in.array(type, Domain.PLAIN, Layout.MATRIX);
                        NDArray special = in.array(type, Domain.SPECIAL, Layout.LONG);
                        return List.of(
                                a.contentEquals(a.duplicate()),
                                a.contentEquals(in.array(type, Domain.PLAIN, Layout.MATRIX)),
                                a.contentEquals(a.reshape(12)),
                                a.equals(a.transpose().transpose()),
                                special.contentEquals(special.duplicate()),
                                a.contentEquals(a.toType(DataType.FLOAT64, true)),
                                a.shapeEquals(special));
                    });
            cases.add(
                    "allClose",
                    type.toString(),
                    EXACT,
                    in -> {
                        NDArray a = in.array(type, Domain.SPECIAL, Layout.MATRIX);
                        return List.of(
                                a.allClose(a.duplicate()),
                                a.allClose(a.duplicate(), 1e-5, 1e-8, true),
                                a.allClose(a.reshape(12)));
                    });
        }
        cases.add(
                "contentEquals",
                "number",
                EXACT,
                in ->
                        List.of(
                                in.manager().create(3f).contentEquals(3f),
                                in.manager().create(3f).contentEquals(3),
                                in.manager().create(new float[] {3, 3}).contentEquals(3f)));
        cases.add(
                "contentEquals",
                "null",
                EXACT,
                in -> {
                    NDArray a = in.floats(2);
                    Object text = "text";
                    return List.of(a.contentEquals((NDArray) null), a.equals(text));
                });
    }
}
