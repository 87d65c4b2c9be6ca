package dev.retort.torch.conformance;

import static dev.retort.torch.conformance.Tolerance.ACCUMULATED;
import static dev.retort.torch.conformance.Tolerance.EXACT;
import static dev.retort.torch.conformance.Tolerance.ROUNDED;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.ndarray.types.SparseFormat;
import ai.djl.nn.Activation;

import java.util.List;

/** Activations, softmax, linear layers, embeddings, dropout. */
final class ActivationCases {
    private ActivationCases() {}

    static List<Case> cases() {
        Cases cases = new Cases("activation");
        activations(cases);
        softmax(cases);
        linear(cases);
        embedding(cases);
        dropout(cases);
        return cases.list();
    }

    private static void activations(Cases cases) {
        cases.unary("relu", EXACT, x -> x.getNDArrayInternal().relu());
        cases.unary("sigmoid", ROUNDED, x -> x.getNDArrayInternal().sigmoid());
        cases.unary("tanh", ROUNDED, x -> x.getNDArrayInternal().tanh());
        cases.unary("softPlus", ACCUMULATED, x -> x.getNDArrayInternal().softPlus());
        cases.add(
                "softPlus",
                "large",
                ACCUMULATED,
                in -> in.doubles(5).add(23).getNDArrayInternal().softPlus());
        cases.unary("softSign", ROUNDED, x -> x.getNDArrayInternal().softSign());
        cases.unary("leakyRelu", ROUNDED, x -> x.getNDArrayInternal().leakyRelu(0.1f));
        cases.unary("leakyRelu-0", ROUNDED, x -> x.getNDArrayInternal().leakyRelu(0));
        cases.unary("elu", ACCUMULATED, x -> x.getNDArrayInternal().elu(0.7f));
        cases.unary("elu-1", ACCUMULATED, x -> x.getNDArrayInternal().elu(1));
        cases.unary("selu", ACCUMULATED, x -> x.getNDArrayInternal().selu());
        cases.unary("gelu", ACCUMULATED, x -> x.getNDArrayInternal().gelu());
        cases.unary("swish", ACCUMULATED, x -> x.getNDArrayInternal().swish(1.5f));
        cases.unary("mish", ACCUMULATED, x -> x.getNDArrayInternal().mish());
        cases.unary("block-relu", EXACT, Activation::relu);
        cases.add(
                "getArray",
                "is the array",
                EXACT,
                in -> {
                    NDArray x = in.floats(2);
                    return x.getNDArrayInternal().getArray() == x;
                });
        for (DataType type : List.of(DataType.FLOAT32, DataType.FLOAT64)) {
            cases.add(
                    "prelu",
                    type + "/one slope",
                    ROUNDED,
                    in ->
                            in.array(type, Domain.SPECIAL, Layout.CUBE)
                                    .getNDArrayInternal()
                                    .prelu(
                                            in.array(type, Domain.PLAIN, Layout.CUBE),
                                            in.array(type, Domain.UNIT, new Shape(1))));
            cases.add(
                    "prelu",
                    type + "/slope per channel",
                    ROUNDED,
                    in ->
                            in.array(type, Domain.SPECIAL, Layout.CUBE)
                                    .getNDArrayInternal()
                                    .prelu(
                                            in.array(type, Domain.PLAIN, Layout.CUBE),
                                            in.array(type, Domain.UNIT, new Shape(3))));
        }
    }

    private static void softmax(Cases cases) {
        for (int axis : List.of(0, 1, 2, -1, -3, 3)) {
            cases.add(
                    "softmax", "axis " + axis, ACCUMULATED, in -> in.floats(2, 3, 4).softmax(axis));
            cases.add(
                    "logSoftmax",
                    "axis " + axis,
                    ACCUMULATED,
                    in -> in.floats(2, 3, 4).logSoftmax(axis));
        }
        cases.unary("softmax", ACCUMULATED, x -> x.softmax(-1));
        cases.unary("logSoftmax", ACCUMULATED, x -> x.logSoftmax(0));
    }

    private static void linear(Cases cases) {
        long[][] inputs = {{2, 4}, {4}, {2, 3, 4}, {0, 4}, {2, 5}};
        for (long[] shape : inputs) {
            String variant = new Shape(shape).toString();
            cases.add(
                    "linear",
                    variant,
                    ACCUMULATED,
                    in -> linear(in.floats(shape), in.floats(3, 4), in.floats(3)));
            cases.add(
                    "linear",
                    variant + " without bias",
                    ACCUMULATED,
                    in ->
                            in.floats(1)
                                    .getNDArrayInternal()
                                    .linear(in.floats(shape), in.floats(3, 4), null));
        }
        cases.add(
                "linear",
                "doubles",
                ACCUMULATED,
                in -> linear(in.doubles(2, 4), in.doubles(3, 4), in.doubles(3)));
        cases.add(
                "linear",
                "bias differs",
                EXACT,
                in -> linear(in.floats(2, 4), in.floats(3, 4), in.floats(2)));
        cases.add(
                "linear",
                "types differ",
                EXACT,
                in -> linear(in.floats(2, 4), in.doubles(3, 4), in.doubles(3)));
    }

    private static Object linear(NDArray input, NDArray weight, NDArray bias) {
        return input.getNDArrayInternal().linear(input, weight, bias);
    }

    private static void embedding(Cases cases) {
        for (DataType type : List.of(DataType.INT64, DataType.INT32, DataType.FLOAT32)) {
            cases.add(
                    "embedding",
                    "by " + type,
                    EXACT,
                    in ->
                            embed(
                                    in.indices(5, 2, 3).toType(type, false),
                                    in.floats(5, 4),
                                    SparseFormat.DENSE));
        }
        cases.add(
                "embedding",
                "sparse",
                EXACT,
                in -> embed(in.indices(5, 2), in.floats(5, 4), SparseFormat.COO));
        cases.add(
                "embedding",
                "csr",
                EXACT,
                in -> embed(in.indices(5, 2), in.floats(5, 4), SparseFormat.CSR));
        cases.add(
                "embedding",
                "beyond",
                EXACT,
                in -> embed(in.indices(1, 2).add(9), in.floats(5, 4), SparseFormat.DENSE));
        cases.add(
                "embedding",
                "scalar",
                EXACT,
                in -> embed(in.indices(5), in.floats(5, 4), SparseFormat.DENSE));
        cases.add(
                "embedding",
                "empty",
                EXACT,
                in -> embed(in.indices(5, 0), in.floats(5, 4), SparseFormat.DENSE));
    }

    private static Object embed(NDArray input, NDArray weight, SparseFormat format) {
        return input.getNDArrayInternal().embedding(input, weight, format);
    }

    private static void dropout(Cases cases) {
        for (float rate : new float[] {0, 0.25f, 0.5f, 1}) {
            for (boolean training : new boolean[] {false, true}) {
                cases.add(
                        "dropout",
                        "values, rate " + rate + " training " + training,
                        ROUNDED,
                        in -> {
                            NDArray x = in.floats(40, 7);
                            return x.getNDArrayInternal().dropout(x, rate, training);
                        });
            }
            cases.add(
                    "dropout",
                    "share, rate " + rate,
                    EXACT,
                    in -> {
                        NDArray x = in.positive(200, 100);
                        NDArray y = x.getNDArrayInternal().dropout(x, rate, true).head();
                        double dropped = y.eq(0).toType(DataType.FLOAT32, false).mean().getFloat();
                        return Math.abs(dropped - rate) < 0.02;
                    });
        }
        cases.add(
                "dropout",
                "bad rate",
                EXACT,
                in -> {
                    NDArray x = in.floats(3);
                    return x.getNDArrayInternal().dropout(x, 1.5f, true);
                });
    }
}
