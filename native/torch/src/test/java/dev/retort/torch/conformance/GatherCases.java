package dev.retort.torch.conformance;

import static dev.retort.torch.conformance.Tolerance.EXACT;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDArrays;
import ai.djl.ndarray.types.DataType;

import java.util.List;

/** Gathering, scattering, masking, sorting and searching. */
final class GatherCases {
    private GatherCases() {}

    static List<Case> cases() {
        Cases cases = new Cases("gather");
        gather(cases);
        scatter(cases);
        mask(cases);
        where(cases);
        sort(cases);
        unique(cases);
        oneHot(cases);
        return cases.list();
    }

    private static void gather(Cases cases) {
        for (int axis : List.of(0, 1, -1, 2)) {
            cases.add(
                    "gather",
                    "axis " + axis,
                    EXACT,
                    in -> in.floats(3, 3).gather(in.indices(3, 2, 3), axis));
        }
        for (DataType type : List.of(DataType.INT32, DataType.UINT8, DataType.FLOAT32)) {
            cases.add(
                    "gather",
                    "by " + type,
                    EXACT,
                    in -> in.floats(3, 4).gather(in.indices(3, 3, 4).toType(type, false), 0));
            cases.add(
                    "take",
                    "by " + type,
                    EXACT,
                    in -> in.floats(3, 4).take(in.indices(12, 2, 3).toType(type, false)));
        }
        cases.add(
                "gather",
                "beyond",
                EXACT,
                in -> in.floats(3, 4).gather(in.indices(1, 1, 1).add(9), 0));
        cases.add(
                "gather", "rank differs", EXACT, in -> in.floats(3, 4).gather(in.indices(3, 2), 0));
        cases.add(
                "gatherNd", "pairs", EXACT, in -> in.floats(3, 3, 2).gatherNd(in.indices(3, 2, 4)));
        cases.add(
                "gatherNd", "full", EXACT, in -> in.floats(2, 2, 2).gatherNd(in.indices(2, 3, 4)));
        cases.add("gatherNd", "single", EXACT, in -> in.floats(3, 2).gatherNd(in.indices(3, 1, 4)));
        cases.add(
                "gatherNd", "too deep", EXACT, in -> in.floats(3, 2).gatherNd(in.indices(2, 3, 4)));
        cases.add("take", "flat", EXACT, in -> in.floats(3, 4).take(in.indices(12, 5)));
        cases.add(
                "take",
                "of a view",
                EXACT,
                in -> in.floats(3, 4).transpose().take(in.indices(12, 5)));
        cases.add("take", "negative", EXACT, in -> in.floats(3, 4).take(in.indices(12, 5).sub(12)));
        cases.add("take", "beyond", EXACT, in -> in.floats(3, 4).take(in.indices(1, 2).add(12)));
        cases.add(
                "take",
                "into a manager",
                EXACT,
                in -> {
                    var sub = in.manager().newSubManager();
                    NDArray result = in.floats(3, 4).take(sub, in.indices(12, 5));
                    return List.of(result, result.getManager() == sub);
                });
    }

    private static void scatter(Cases cases) {
        for (int axis : List.of(0, 1, -1, 2)) {
            cases.add(
                    "scatter",
                    "axis " + axis,
                    EXACT,
                    in -> {
                        NDArray index = in.manager().create(new long[][] {{0, 1, 2}, {2, 0, 1}});
                        return in.floats(3, 3).scatter(index, in.floats(2, 3), axis);
                    });
        }
        cases.add(
                "scatter",
                "int32 index",
                EXACT,
                in ->
                        in.floats(3, 3)
                                .scatter(
                                        in.manager().create(new int[][] {{0, 1, 2}}),
                                        in.floats(1, 3),
                                        0));
        cases.add(
                "scatter",
                "types differ",
                EXACT,
                in ->
                        in.floats(3, 3)
                                .scatter(
                                        in.manager().create(new long[][] {{0, 1, 2}}),
                                        in.indices(5, 1, 3),
                                        0));
        cases.add(
                "put",
                "flat",
                EXACT,
                in -> {
                    NDArray x = in.floats(3, 4);
                    NDArray result =
                            x.put(in.manager().create(new long[] {0, 5, 11}), in.floats(3));
                    return List.of(result, x);
                });
        cases.add(
                "put",
                "int32 index",
                EXACT,
                in -> in.floats(3, 4).put(in.manager().create(new int[] {3, 1}), in.floats(2)));
        cases.add(
                "put",
                "sizes differ",
                EXACT,
                in -> in.floats(3, 4).put(in.manager().create(new long[] {3, 1}), in.floats(3)));
        cases.add(
                "put",
                "beyond",
                EXACT,
                in -> in.floats(3, 4).put(in.manager().create(new long[] {12}), in.floats(1)));
    }

    private static void mask(Cases cases) {
        for (DataType type : Cases.TYPES) {
            cases.add(
                    "booleanMask",
                    type.toString(),
                    EXACT,
                    in ->
                            in.array(type, Domain.PLAIN, Layout.MATRIX)
                                    .booleanMask(in.booleans(3, 4)));
        }
        for (int axis : List.of(0, 1)) {
            cases.add(
                    "booleanMask",
                    "axis " + axis,
                    EXACT,
                    in -> in.floats(2, 3).booleanMask(in.booleans(3), axis));
            cases.add(
                    "booleanMask",
                    "rows, axis " + axis,
                    EXACT,
                    in -> in.floats(4, 4).booleanMask(in.booleans(4), axis));
        }
        cases.add(
                "booleanMask",
                "mismatch",
                EXACT,
                in -> in.floats(2, 3).booleanMask(in.booleans(5)));
        cases.add(
                "booleanMask", "not boolean", EXACT, in -> in.floats(3).booleanMask(in.floats(3)));
        cases.add(
                "sequenceMask",
                "zero",
                EXACT,
                in ->
                        in.floats(3, 4, 2)
                                .sequenceMask(in.indices(5, 3).toType(DataType.FLOAT32, false)));
        cases.add(
                "sequenceMask",
                "value",
                EXACT,
                in ->
                        in.floats(3, 4)
                                .sequenceMask(
                                        in.indices(5, 3).toType(DataType.FLOAT32, false), -1f));
    }

    private static void where(Cases cases) {
        for (DataType type : Cases.TYPES) {
            cases.add(
                    "where",
                    type.toString(),
                    EXACT,
                    in ->
                            NDArrays.where(
                                    in.booleans(3, 4),
                                    in.array(type, Domain.SPECIAL, Layout.TRANSPOSED),
                                    in.array(type, Domain.SPECIAL, Layout.STRIDED)));
        }
        cases.add(
                "where",
                "internal",
                EXACT,
                in -> in.floats(3).getNDArrayInternal().where(in.booleans(3), in.floats(3)));
        cases.add(
                "where",
                "types differ",
                EXACT,
                in -> NDArrays.where(in.booleans(3), in.floats(3), in.doubles(3)));
        cases.add(
                "where",
                "other broadcast",
                EXACT,
                in -> NDArrays.where(in.booleans(3, 4), in.floats(3, 4), in.floats(1)));
        cases.add(
                "where",
                "condition broadcast",
                EXACT,
                in -> NDArrays.where(in.booleans(4), in.floats(3, 4), in.floats(3, 4)));
        cases.add(
                "where",
                "condition of floats",
                EXACT,
                in -> NDArrays.where(in.floats(3), in.floats(3), in.floats(3)));
        cases.unary("nonzero", EXACT, NDArray::nonzero);
    }

    private static void sort(Cases cases) {
        cases.unary("sort", EXACT, NDArray::sort);
        for (int axis : List.of(0, 1, 2, -1, -3, 3)) {
            cases.add("sort", "axis " + axis, EXACT, in -> in.floats(2, 3, 4).sort(axis));
            cases.add(
                    "argSort",
                    "axis " + axis,
                    EXACT,
                    in -> in.distinct(DataType.FLOAT32, 2, 3, 4).argSort(axis));
            cases.add(
                    "argSort",
                    "axis " + axis + " descending",
                    EXACT,
                    in -> in.distinct(DataType.INT32, 2, 3, 4).argSort(axis, false));
        }
        cases.add("argSort", "default", EXACT, in -> in.distinct(DataType.FLOAT64, 3, 5).argSort());
        cases.add("argSort", "scalar", EXACT, in -> in.floats().argSort());
        cases.add("argSort", "empty", EXACT, in -> in.floats(0).argSort());
    }

    private static void unique(Cases cases) {
        for (boolean inverse : new boolean[] {false, true}) {
            for (boolean counts : new boolean[] {false, true}) {
                String variant = (inverse ? "inverse" : "") + (counts ? " counts" : "");
                cases.add(
                        "unique",
                        "all " + variant,
                        EXACT,
                        in -> in.indices(4, 3, 5).unique(true, inverse, counts));
                for (int axis : List.of(0, 1, -1)) {
                    cases.add(
                            "unique",
                            "axis " + axis + " " + variant,
                            EXACT,
                            in -> in.indices(2, 6, 2).unique(axis, true, inverse, counts));
                }
            }
        }
        cases.add("unique", "default", EXACT, in -> in.indices(4, 9).unique().get(0).sort());
        cases.add("unique", "floats", EXACT, in -> in.floats(5).unique(true, false, false));
        cases.add("unique", "empty", EXACT, in -> in.floats(0).unique(true, true, true));
    }

    private static void oneHot(Cases cases) {
        for (DataType type :
                List.of(DataType.INT64, DataType.INT32, DataType.FLOAT32, DataType.UINT8)) {
            cases.add(
                    "oneHot",
                    "of " + type,
                    EXACT,
                    in -> in.indices(4, 2, 3).toType(type, false).oneHot(5));
        }
        for (DataType type : List.of(DataType.FLOAT64, DataType.INT32, DataType.BOOLEAN)) {
            cases.add("oneHot", "as " + type, EXACT, in -> in.indices(4, 3).oneHot(4, type));
        }
        cases.add(
                "oneHot",
                "values",
                EXACT,
                in -> in.indices(4, 3).oneHot(4, 2f, -1f, DataType.FLOAT32));
        cases.add("oneHot", "scalar", EXACT, in -> in.indices(4).oneHot(4));
        cases.add("oneHot", "too shallow", EXACT, in -> in.indices(1, 3).add(4).oneHot(4));
        cases.add("oneHot", "negative", EXACT, in -> in.indices(1, 3).sub(2).oneHot(4));
    }
}
