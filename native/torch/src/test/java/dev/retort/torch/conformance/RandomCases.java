package dev.retort.torch.conformance;

import static dev.retort.torch.conformance.Tolerance.EXACT;
import static dev.retort.torch.conformance.Tolerance.ROUNDED;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;

import java.util.Arrays;
import java.util.List;
import java.util.function.Function;

/**
 * Random arrays: by the moments and the range of many draws, which hold for every generator, and by
 * the values after a seed, which hold because both engines draw from the same generator.
 */
final class RandomCases {
    private static final Shape MANY = new Shape(200, 100);

    private RandomCases() {}

    static List<Case> cases() {
        Cases cases = new Cases("random");
        moments(cases, "uniform", 0.5, Math.sqrt(1 / 12.0), m -> m.randomUniform(0, 1, MANY));
        moments(cases, "uniform-wide", 1, 4 / Math.sqrt(12), m -> m.randomUniform(-1, 3, MANY));
        moments(cases, "normal", 0, 1, m -> m.randomNormal(MANY));
        moments(cases, "normal-wide", 2, 3, m -> m.randomNormal(2, 3, MANY, DataType.FLOAT64));
        moments(cases, "truncatedNormal", 0, 0.8796, m -> m.truncatedNormal(MANY));
        moments(
                cases,
                "truncatedNormal-wide",
                1,
                2 * 0.8796,
                m -> m.truncatedNormal(1, 2, MANY, DataType.FLOAT32));
        moments(
                cases,
                "integer",
                4.5,
                Math.sqrt(99 / 12.0),
                m -> m.randomInteger(0, 10, MANY, DataType.INT64));
        ranges(cases);
        values(cases);
        refused(cases);
        return cases.list();
    }

    private static void moments(
            Cases cases,
            String name,
            double mean,
            double deviation,
            Function<NDManager, NDArray> draw) {
        cases.add(
                name,
                "moments",
                EXACT,
                in -> {
                    double[] x =
                            draw.apply(in.manager())
                                    .toType(DataType.FLOAT64, false)
                                    .toDoubleArray();
                    double average = Arrays.stream(x).average().orElseThrow();
                    double variance =
                            Arrays.stream(x).map(v -> (v - average) * (v - average)).sum()
                                    / x.length;
                    double error = deviation / Math.sqrt(x.length);
                    // Five standard errors: one failure in a million seeds.
                    return List.of(
                            "mean is near " + mean + ": " + (Math.abs(average - mean) < 5 * error),
                            "deviation is near "
                                    + deviation
                                    + ": "
                                    + (Math.abs(Math.sqrt(variance) - deviation) < 5 * error));
                });
    }

    private static void ranges(Cases cases) {
        range(cases, "uniform", -1, 3, m -> m.randomUniform(-1, 3, MANY));
        range(cases, "truncatedNormal", -2, 2, m -> m.truncatedNormal(MANY));
        range(cases, "integer", 3, 9, m -> m.randomInteger(3, 10, MANY, DataType.INT32));
        cases.add(
                "permutation",
                "is one",
                EXACT,
                in -> {
                    NDArray x = in.manager().randomPermutation(50);
                    return List.of(x.sort(), x.getDataType());
                });
    }

    private static void range(
            Cases cases, String name, double low, double high, Function<NDManager, NDArray> draw) {
        cases.add(
                name,
                "range",
                EXACT,
                in -> {
                    NDArray x = draw.apply(in.manager()).toType(DataType.FLOAT64, false);
                    return List.of(
                            x.min().getDouble() >= low,
                            x.max().getDouble() <= high,
                            x.max().getDouble() - x.min().getDouble() > 0.9 * (high - low));
                });
    }

    private static void values(Cases cases) {
        Shape shape = new Shape(3, 7);
        for (DataType type : List.of(DataType.FLOAT32, DataType.FLOAT64, DataType.FLOAT16)) {
            value(cases, "uniform", type, m -> m.randomUniform(-1, 1, shape, type));
            value(cases, "normal", type, m -> m.randomNormal(0, 1, shape, type));
            value(cases, "truncatedNormal", type, m -> m.truncatedNormal(shape, type));
        }
        for (DataType type :
                List.of(DataType.INT32, DataType.INT64, DataType.UINT8, DataType.FLOAT32)) {
            value(cases, "integer", type, m -> m.randomInteger(2, 50, shape, type));
        }
        value(cases, "permutation", DataType.INT64, m -> m.randomPermutation(20));
        value(
                cases,
                "uniform",
                DataType.BOOLEAN,
                m -> m.randomUniform(0, 1, shape, DataType.BOOLEAN));
        value(cases, "normal-default", DataType.FLOAT32, m -> m.randomNormal(new Shape(64, 33)));
        value(
                cases,
                "normal-typed",
                DataType.FLOAT64,
                m -> m.randomNormal(new Shape(40), DataType.FLOAT64));
        value(
                cases,
                "on-a-device",
                DataType.FLOAT32,
                m ->
                        m.randomUniform(0, 1, shape, DataType.FLOAT32, Device.cpu())
                                .add(m.randomNormal(0, 1, shape, DataType.FLOAT32, Device.cpu()))
                                .add(
                                        m.truncatedNormal(
                                                0, 1, shape, DataType.FLOAT32, Device.cpu())));
        value(cases, "empty", DataType.FLOAT32, m -> m.randomNormal(new Shape(0, 3)));
        value(cases, "scalar", DataType.FLOAT32, m -> m.randomUniform(0, 1, new Shape()));
        cases.add(
                "seed",
                "repeats",
                EXACT,
                in -> {
                    in.manager().getEngine().setRandomSeed(7);
                    NDArray first = in.manager().randomNormal(shape);
                    in.manager().getEngine().setRandomSeed(7);
                    return first.eq(in.manager().randomNormal(shape)).all();
                });
    }

    private static void value(
            Cases cases, String name, DataType type, Function<NDManager, NDArray> draw) {
        cases.add(name, "values " + type, ROUNDED, in -> draw.apply(in.manager()));
    }

    private static void refused(Cases cases) {
        Shape shape = new Shape(2);
        cases.add("uniform", "reversed", EXACT, in -> in.manager().randomUniform(1, 0, shape));
        cases.add(
                "uniform",
                "integers",
                EXACT,
                in -> in.manager().randomUniform(0, 1, shape, DataType.INT32));
        cases.add(
                "normal",
                "integers",
                EXACT,
                in -> in.manager().randomNormal(0, 1, shape, DataType.INT32));
        cases.add(
                "normal",
                "negative",
                EXACT,
                in -> in.manager().randomNormal(0, -1, shape, DataType.FLOAT32));
        cases.add(
                "integer",
                "reversed",
                EXACT,
                in -> in.manager().randomInteger(5, 5, shape, DataType.INT32));
        cases.add("permutation", "negative", EXACT, in -> in.manager().randomPermutation(-1));
        cases.add("permutation", "none", EXACT, in -> in.manager().randomPermutation(0));
        cases.add(
                "multinomial",
                "counts",
                EXACT,
                in ->
                        in.manager()
                                .randomMultinomial(
                                        100, in.manager().create(new float[] {0.5f, 0.5f}))
                                .sum());
        cases.add(
                "multinomial",
                "shaped",
                EXACT,
                in ->
                        in.manager()
                                .randomMultinomial(
                                        100,
                                        in.manager().create(new float[] {0.5f, 0.5f}),
                                        new Shape(3))
                                .sum());
        cases.add(
                "sampleNormal",
                "shape",
                EXACT,
                in -> in.manager().sampleNormal(in.floats(2), in.positive(2)).getShape());
        cases.add(
                "sampleNormal",
                "shaped",
                EXACT,
                in -> in.manager().sampleNormal(in.floats(2), in.positive(2), shape).getShape());
        cases.add(
                "samplePoisson",
                "shape",
                EXACT,
                in -> in.manager().samplePoisson(in.positive(2)).getShape());
        cases.add(
                "samplePoisson",
                "shaped",
                EXACT,
                in -> in.manager().samplePoisson(in.positive(2), shape).getShape());
        cases.add(
                "sampleGamma",
                "shape",
                EXACT,
                in -> in.manager().sampleGamma(in.positive(2), in.positive(2)).getShape());
        cases.add(
                "sampleGamma",
                "shaped",
                EXACT,
                in -> in.manager().sampleGamma(in.positive(2), in.positive(2), shape).getShape());
    }
}
