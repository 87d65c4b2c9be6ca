package dev.retort.torch.conformance;

import static dev.retort.torch.conformance.Tolerance.COMPOSED;
import static dev.retort.torch.conformance.Tolerance.EXACT;

import ai.djl.engine.Engine;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.training.GradientCollector;

import java.util.List;

/** Gradients of the differentiable operations, and how the collector behaves. */
final class GradientCases {
    private GradientCases() {}

    static List<Case> cases() {
        Cases cases = new Cases("gradient");
        for (Differentiable operation : Differentiable.all()) {
            cases.add(operation.name(), "float64", COMPOSED, in -> gradient(in, operation));
        }
        collector(cases);
        state(cases);
        return cases.list();
    }

    /** The value and the gradients of every operand, for a scalar made of all outputs. */
    private static Object gradient(Operands in, Differentiable operation) {
        List<NDArray> operands = operation.operands(in);
        operands.forEach(operand -> operand.setRequiresGradient(true));
        try (GradientCollector collector = in.manager().getEngine().newGradientCollector()) {
            NDArray loss = operation.loss(in.manager(), operands);
            collector.backward(loss);
            return List.of(loss, operands.stream().map(NDArray::getGradient).toList());
        }
    }

    private static void collector(Cases cases) {
        cases.add(
                "collector",
                "accumulates",
                COMPOSED,
                in -> {
                    NDArray x = leaf(in);
                    backward(in, x);
                    backward(in, x);
                    return x.getGradient();
                });
        cases.add(
                "collector",
                "vector target",
                COMPOSED,
                in -> {
                    NDArray x = leaf(in);
                    try (GradientCollector collector = open(in)) {
                        collector.backward(x.mul(x));
                    }
                    return x.getGradient();
                });
        cases.add(
                "collector",
                "before backward",
                EXACT,
                in -> {
                    NDArray x = leaf(in);
                    try (GradientCollector _ = open(in)) {
                        NDArray unused = x.mul(2);
                        return x.getGradient();
                    }
                });
        cases.add(
                "collector",
                "zeroGradients",
                EXACT,
                in -> {
                    NDArray x = leaf(in);
                    try (GradientCollector collector = open(in)) {
                        collector.backward(x.square().sum());
                        collector.zeroGradients();
                    }
                    return x.getGradient();
                });
        cases.add(
                "collector",
                "zeroGradients of infinities",
                EXACT,
                in -> {
                    NDArray x = leaf(in);
                    try (GradientCollector collector = open(in)) {
                        NDArray large = in.manager().create(Double.POSITIVE_INFINITY);
                        collector.backward(x.mul(large).sum());
                        collector.zeroGradients();
                    }
                    return x.getGradient();
                });
        cases.add(
                "collector",
                "number operand",
                COMPOSED,
                in -> {
                    NDArray x = leaf(in);
                    try (GradientCollector collector = open(in)) {
                        collector.backward(x.mul(3).square().sum());
                    }
                    return x.getGradient();
                });
        cases.add(
                "collector",
                "without a leaf",
                EXACT,
                in -> {
                    try (GradientCollector collector = open(in)) {
                        collector.backward(in.floats(3).sum());
                        return "done";
                    }
                });
        cases.add(
                "collector",
                "twice over one graph",
                EXACT,
                in -> {
                    NDArray x = leaf(in);
                    try (GradientCollector collector = open(in)) {
                        NDArray y = x.square().sum();
                        collector.backward(y);
                        collector.backward(y);
                        return "done";
                    }
                });
        cases.add(
                "collector",
                "outside of it",
                EXACT,
                in -> {
                    NDArray x = leaf(in);
                    NDArray y = x.square().sum();
                    try (GradientCollector collector = open(in)) {
                        collector.backward(y);
                        return "done";
                    }
                });
        cases.add(
                "collector",
                "two at once",
                EXACT,
                in -> {
                    try (GradientCollector first = open(in);
                            GradientCollector second = open(in)) {
                        return first == second;
                    }
                });
        cases.add(
                "collector",
                "of the engine, after another",
                EXACT,
                in -> {
                    open(in).close();
                    NDArray x = leaf(in);
                    backward(in, x);
                    return x.getGradient();
                });
        cases.add(
                "collector",
                "large values",
                COMPOSED,
                in -> {
                    NDArray x = in.array(DataType.FLOAT32, Domain.SPECIAL, new Shape(3, 4));
                    x.setRequiresGradient(true);
                    try (GradientCollector collector = open(in)) {
                        collector.backward(x.exp().sum());
                    }
                    return x.getGradient();
                });
    }

    private static void state(Cases cases) {
        cases.add("state", "no gradient", EXACT, in -> in.floats(2).getGradient());
        cases.add(
                "state",
                "hasGradient",
                EXACT,
                in -> {
                    NDArray x = in.floats(2);
                    boolean before = x.hasGradient();
                    x.setRequiresGradient(true);
                    boolean during = x.hasGradient();
                    boolean derived = x.mul(2).hasGradient();
                    x.setRequiresGradient(false);
                    return List.of(before, during, derived, x.hasGradient());
                });
        cases.add(
                "state",
                "hasGradient while collecting",
                EXACT,
                in -> {
                    NDArray x = leaf(in);
                    try (GradientCollector _ = open(in)) {
                        NDArray y = x.mul(in.doubles(3));
                        return List.of(
                                y.hasGradient(),
                                y.stopGradient().hasGradient(),
                                x.duplicate().hasGradient());
                    }
                });
        cases.add(
                "state",
                "integers",
                EXACT,
                in -> {
                    NDArray x = in.indices(5, 3);
                    x.setRequiresGradient(true);
                    return x.hasGradient();
                });
        cases.add(
                "state",
                "in-place on a leaf",
                EXACT,
                in -> {
                    NDArray x = leaf(in);
                    try (GradientCollector _ = open(in)) {
                        return x.addi(1);
                    }
                });
        cases.add(
                "state",
                "in-place on a leaf outside",
                EXACT,
                in -> {
                    NDArray x = leaf(in);
                    x.addi(1);
                    return List.of(x, x.hasGradient());
                });
        cases.add(
                "state",
                "stopGradient",
                COMPOSED,
                in -> {
                    NDArray x = leaf(in);
                    try (GradientCollector collector = open(in)) {
                        collector.backward(x.mul(x.stopGradient()).sum());
                    }
                    return List.of(x, x.getGradient());
                });
        cases.add(
                "state",
                "scaleGradient",
                COMPOSED,
                in -> {
                    NDArray x = leaf(in);
                    NDArray y;
                    try (GradientCollector collector = open(in)) {
                        y = x.scaleGradient(0.25);
                        collector.backward(y.square().sum());
                    }
                    return List.of(y, x.getGradient());
                });
        cases.add(
                "state",
                "through a cast",
                COMPOSED,
                in -> {
                    NDArray x = leaf(in);
                    try (GradientCollector collector = open(in)) {
                        NDArray y = x.toType(DataType.FLOAT32, false).square().sum();
                        collector.backward(y.add(x.sum()));
                    }
                    return x.getGradient();
                });
        cases.add(
                "state",
                "shared memory",
                COMPOSED,
                in -> {
                    NDArray x = leaf(in);
                    backward(in, x);
                    NDArray gradient = x.getGradient();
                    gradient.muli(0);
                    return x.getGradient();
                });
    }

    private static NDArray leaf(Operands in) {
        NDArray x = in.doubles(3);
        x.setRequiresGradient(true);
        return x;
    }

    private static GradientCollector open(Operands in) {
        Engine engine = in.manager().getEngine();
        return engine.newGradientCollector();
    }

    private static void backward(Operands in, NDArray x) {
        try (GradientCollector collector = open(in)) {
            collector.backward(x.square().sum());
        }
    }
}
