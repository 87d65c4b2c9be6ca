package dev.retort.torch.conformance;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDArrays;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.index.NDIndex;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.recurrent.RNN;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import java.util.function.UnaryOperator;

/**
 * An operation whose gradient is checked: against the other engine, and against finite differences.
 * All of it is computed in double precision.
 *
 * @param name the operation
 * @param domain where the operands lie, away from kinks and poles
 * @param shapes one per operand
 * @param function from the operands to one output
 */
record Differentiable(
        String name, Domain domain, List<Shape> shapes, Function<List<NDArray>, NDArray> function) {

    List<NDArray> operands(Operands in) {
        return shapes.stream().map(shape -> in.array(DataType.FLOAT64, domain, shape)).toList();
    }

    /** A scalar in which every element of the output has a weight of its own. */
    NDArray loss(NDManager manager, List<NDArray> operands) {
        NDArray output = function.apply(operands);
        double[] weights = new double[(int) output.size()];
        for (int i = 0; i < weights.length; i++) {
            weights[i] = 0.5 + ((i * 37) % 11) / 10.0;
        }
        return output.mul(manager.create(weights, output.getShape())).sum();
    }

    static List<Differentiable> all() {
        List<Differentiable> all = new ArrayList<>();
        elementwise(all);
        binary(all);
        reductions(all);
        shapes(all);
        layers(all);
        recurrent(all);
        return all;
    }

    private static void elementwise(List<Differentiable> all) {
        unary(all, "neg", Domain.PLAIN, NDArray::neg);
        unary(all, "square", Domain.PLAIN, NDArray::square);
        unary(all, "abs", Domain.POSITIVE, NDArray::abs);
        unary(all, "sqrt", Domain.POSITIVE, NDArray::sqrt);
        unary(all, "exp", Domain.PLAIN, NDArray::exp);
        unary(all, "log", Domain.POSITIVE, NDArray::log);
        unary(all, "log2", Domain.POSITIVE, NDArray::log2);
        unary(all, "log10", Domain.POSITIVE, NDArray::log10);
        unary(all, "sin", Domain.PLAIN, NDArray::sin);
        unary(all, "cos", Domain.PLAIN, NDArray::cos);
        unary(all, "tan", Domain.UNIT, NDArray::tan);
        unary(all, "asin", Domain.UNIT, x -> x.mul(half(x)).asin());
        unary(all, "acos", Domain.UNIT, x -> x.mul(half(x)).acos());
        unary(all, "atan", Domain.PLAIN, NDArray::atan);
        unary(all, "sinh", Domain.PLAIN, NDArray::sinh);
        unary(all, "cosh", Domain.PLAIN, NDArray::cosh);
        unary(all, "tanh", Domain.PLAIN, NDArray::tanh);
        unary(all, "erf", Domain.PLAIN, NDArray::erf);
        unary(all, "erfinv", Domain.UNIT, x -> x.mul(half(x)).erfinv());
        unary(all, "gammaln", Domain.POSITIVE, NDArray::gammaln);
        unary(all, "sigmoid", Domain.PLAIN, x -> x.getNDArrayInternal().sigmoid());
        unary(all, "relu", Domain.POSITIVE, x -> x.getNDArrayInternal().relu());
        unary(all, "softPlus", Domain.PLAIN, x -> x.getNDArrayInternal().softPlus());
        unary(all, "softSign", Domain.POSITIVE, x -> x.getNDArrayInternal().softSign());
        unary(all, "leakyRelu", Domain.POSITIVE, x -> x.neg().getNDArrayInternal().leakyRelu(0.2f));
        unary(all, "elu", Domain.POSITIVE, x -> x.neg().getNDArrayInternal().elu(0.7f));
        unary(all, "selu", Domain.POSITIVE, x -> x.neg().getNDArrayInternal().selu());
        unary(all, "gelu", Domain.PLAIN, x -> x.getNDArrayInternal().gelu());
        unary(all, "swish", Domain.PLAIN, x -> x.getNDArrayInternal().swish(1));
        unary(all, "mish", Domain.PLAIN, x -> x.getNDArrayInternal().mish());
        unary(all, "clip", Domain.POSITIVE, x -> x.clip(-10, 10));
        unary(all, "softmax", Domain.PLAIN, x -> x.softmax(-1));
        unary(all, "logSoftmax", Domain.PLAIN, x -> x.logSoftmax(0));
    }

    private static NDArray half(NDArray like) {
        return like.getManager().create(0.5);
    }

    private static void binary(List<Differentiable> all) {
        two(all, "add", NDArray::add);
        two(all, "sub", NDArray::sub);
        two(all, "mul", NDArray::mul);
        two(all, "div", NDArray::div);
        two(all, "pow", NDArray::pow);
        two(all, "maximum", NDArray::maximum);
        two(all, "minimum", NDArray::minimum);
        two(all, "atan2", NDArray::atan2);
        two(all, "xlogy", NDArray::xlogy);
        of(
                all,
                "matMul",
                List.of(new Shape(2, 3), new Shape(3, 2)),
                x -> x.get(0).matMul(x.get(1)));
        of(
                all,
                "batchMatMul",
                List.of(new Shape(2, 2, 3), new Shape(2, 3, 2)),
                x -> x.get(0).batchMatMul(x.get(1)));
        of(all, "dot", List.of(new Shape(4), new Shape(4)), x -> x.get(0).dot(x.get(1)));
    }

    private static void reductions(List<Differentiable> all) {
        unary(all, "sum", Domain.PLAIN, x -> x.sum(new int[] {0}));
        unary(all, "mean", Domain.PLAIN, x -> x.mean(new int[] {1}));
        unary(all, "prod", Domain.POSITIVE, x -> x.prod(new int[] {1}));
        unary(all, "max", Domain.UNIT, x -> x.max(new int[] {1}));
        unary(all, "min", Domain.UNIT, NDArray::min);
        unary(all, "norm", Domain.POSITIVE, NDArray::norm);
        unary(all, "normalize", Domain.POSITIVE, x -> x.normalize(2, 1));
        unary(all, "cumSum", Domain.PLAIN, x -> x.cumSum(1));
        unary(all, "cumProd", Domain.POSITIVE, x -> x.cumProd(1));
        unary(all, "median", Domain.UNIT, NDArray::median);
        unary(all, "sort", Domain.UNIT, NDArray::sort);
        unary(all, "diff", Domain.PLAIN, x -> x.diff(1, 1));
        unary(
                all,
                "inverse",
                Domain.UNIT,
                x ->
                        x.matMul(x.transpose())
                                .add(x.getManager().eye(2).toType(DataType.FLOAT64, false))
                                .inverse());
    }

    private static void shapes(List<Differentiable> all) {
        unary(all, "reshape", Domain.PLAIN, x -> x.reshape(-1));
        unary(all, "transpose", Domain.PLAIN, NDArray::transpose);
        unary(all, "swapAxes", Domain.PLAIN, x -> x.swapAxes(0, 1));
        unary(all, "flip", Domain.PLAIN, x -> x.flip(1));
        unary(all, "expandDims", Domain.PLAIN, x -> x.expandDims(0));
        unary(all, "squeeze", Domain.PLAIN, x -> x.expandDims(0).squeeze(0));
        unary(all, "flatten", Domain.PLAIN, NDArray::flatten);
        unary(all, "broadcast", Domain.PLAIN, x -> x.expandDims(0).broadcast(2, 2, 3));
        unary(all, "tile", Domain.PLAIN, x -> x.tile(new long[] {2, 1}));
        unary(all, "repeat", Domain.PLAIN, x -> x.repeat(1, 2));
        unary(all, "pad", Domain.PLAIN, x -> x.pad(new Shape(1, 0), 0));
        unary(all, "split", Domain.PLAIN, x -> x.split(3, 1).get(1));
        unary(all, "slice", Domain.PLAIN, x -> x.get(":, 1:"));
        unary(all, "fixed", Domain.PLAIN, x -> x.get(1));
        unary(all, "diagonal", Domain.PLAIN, NDArray::diagonal);
        unary(
                all,
                "mask",
                Domain.PLAIN,
                x -> x.get(x.getManager().create(new boolean[] {false, true})));
        unary(
                all,
                "pick",
                Domain.PLAIN,
                x -> x.get(new NDIndex().addAllDim().addPickDim(index(x, 2, 1))));
        unary(all, "take", Domain.PLAIN, x -> x.take(index(x, 5)));
        unary(all, "gather", Domain.PLAIN, x -> x.gather(index(x, 2, 2), 1));
        two(all, "stack", (a, b) -> a.stack(b, 1));
        two(all, "concat", (a, b) -> a.concat(b, 1));
        two(
                all,
                "where",
                (a, b) ->
                        NDArrays.where(
                                a.getManager()
                                        .create(
                                                new boolean[] {
                                                    true, false, true, false, true, false
                                                },
                                                a.getShape()),
                                a,
                                b));
    }

    private static NDArray index(NDArray like, long... shape) {
        long[] values = new long[(int) new Shape(shape).size()];
        for (int i = 0; i < values.length; i++) {
            values[i] = (i * 2L + 1) % 3;
        }
        return like.getManager().create(values, new Shape(shape));
    }

    private static void layers(List<Differentiable> all) {
        Shape one = new Shape(1, 1);
        Shape none = new Shape(0, 0);
        of(
                all,
                "linear",
                List.of(new Shape(2, 3), new Shape(4, 3), new Shape(4)),
                x -> x.get(0).getNDArrayInternal().linear(x.get(0), x.get(1), x.get(2)).head());
        of(
                all,
                "convolution",
                List.of(new Shape(1, 2, 4, 4), new Shape(3, 2, 3, 3), new Shape(3)),
                x ->
                        x.get(0)
                                .getNDArrayInternal()
                                .convolution(x.get(0), x.get(1), x.get(2), one, one, one, 1)
                                .head());
        of(
                all,
                "layerNorm",
                List.of(new Shape(2, 4), new Shape(4), new Shape(4)),
                x ->
                        x.get(0)
                                .getNDArrayInternal()
                                .layerNorm(x.get(0), new Shape(4), x.get(1), x.get(2), 1e-3f)
                                .head());
        of(
                all,
                "batchNorm",
                List.of(new Shape(4, 3), new Shape(3), new Shape(3)),
                x -> batchNorm(x, -1));
        of(
                all,
                "batchNorm over the last axis",
                List.of(new Shape(2, 2, 3), new Shape(3), new Shape(3)),
                x -> batchNorm(x, 2));
        of(
                all,
                "embedding",
                List.of(new Shape(3, 2)),
                x ->
                        x.get(0)
                                .getNDArrayInternal()
                                .embedding(
                                        index(x.get(0), 4),
                                        x.get(0),
                                        ai.djl.ndarray.types.SparseFormat.DENSE)
                                .head());
        of(
                all,
                "maxPool",
                List.of(new Shape(1, 2, 4, 4)),
                x ->
                        x.get(0)
                                .getNDArrayInternal()
                                .maxPool(new Shape(2, 2), new Shape(2, 2), new Shape(0, 0), false));
        of(
                all,
                "avgPool",
                List.of(new Shape(1, 2, 4, 4)),
                x ->
                        x.get(0)
                                .getNDArrayInternal()
                                .avgPool(new Shape(2, 2), new Shape(2, 2), none, false, true));
        of(
                all,
                "globalAvgPool",
                List.of(new Shape(1, 2, 4, 4)),
                x -> x.get(0).getNDArrayInternal().globalAvgPool());
        of(
                all,
                "globalMaxPool",
                List.of(new Shape(1, 2, 4, 4)),
                x -> x.get(0).getNDArrayInternal().globalMaxPool());
    }

    private static NDArray batchNorm(List<NDArray> x, int axis) {
        NDManager manager = x.get(0).getManager();
        NDArray mean = manager.zeros(new Shape(3), DataType.FLOAT64);
        NDArray variance = manager.ones(new Shape(3), DataType.FLOAT64);
        return x.get(0)
                .getNDArrayInternal()
                .batchNorm(x.get(0), mean, variance, x.get(1), x.get(2), axis, 0.9f, 1e-3f, true)
                .head();
    }

    private static void recurrent(List<Differentiable> all) {
        List<Shape> rnn =
                List.of(new Shape(1, 3, 2), new Shape(1, 1, 2), new Shape(2, 2), new Shape(2, 2));
        of(
                all,
                "rnn",
                rnn,
                x ->
                        x.get(0)
                                .getNDArrayInternal()
                                .rnn(
                                        x.get(0),
                                        x.get(1),
                                        new NDList(x.subList(2, 4)),
                                        false,
                                        1,
                                        RNN.Activation.TANH,
                                        0,
                                        true,
                                        false,
                                        true)
                                .head());
        List<Shape> gru =
                List.of(new Shape(1, 3, 2), new Shape(1, 1, 2), new Shape(6, 2), new Shape(6, 2));
        of(
                all,
                "gru",
                gru,
                x ->
                        x.get(0)
                                .getNDArrayInternal()
                                .gru(
                                        x.get(0),
                                        x.get(1),
                                        new NDList(x.subList(2, 4)),
                                        false,
                                        1,
                                        0,
                                        true,
                                        false,
                                        true)
                                .head());
        List<Shape> lstm =
                List.of(
                        new Shape(1, 3, 2),
                        new Shape(1, 1, 2),
                        new Shape(1, 1, 2),
                        new Shape(8, 2),
                        new Shape(8, 2));
        of(
                all,
                "lstm",
                lstm,
                x ->
                        x.get(0)
                                .getNDArrayInternal()
                                .lstm(
                                        x.get(0),
                                        new NDList(x.subList(1, 3)),
                                        new NDList(x.subList(3, 5)),
                                        false,
                                        1,
                                        0,
                                        true,
                                        false,
                                        true)
                                .head());
    }

    private static void unary(
            List<Differentiable> all, String name, Domain domain, UnaryOperator<NDArray> function) {
        all.add(
                new Differentiable(
                        name, domain, List.of(new Shape(2, 3)), x -> function.apply(x.getFirst())));
    }

    private interface Two {
        NDArray apply(NDArray a, NDArray b);
    }

    private static void two(List<Differentiable> all, String name, Two function) {
        Shape shape = new Shape(2, 3);
        all.add(
                new Differentiable(
                        name,
                        Domain.POSITIVE,
                        List.of(shape, shape),
                        x -> function.apply(x.get(0), x.get(1))));
    }

    private static void of(
            List<Differentiable> all,
            String name,
            List<Shape> shapes,
            Function<List<NDArray>, NDArray> function) {
        all.add(new Differentiable(name, Domain.PLAIN, shapes, function));
    }
}
