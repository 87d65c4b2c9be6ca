package dev.retort.torch.conformance;

import static dev.retort.torch.conformance.Tolerance.EXACT;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.index.NDIndex;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;

import java.util.Arrays;
import java.util.List;

/** Reading and writing by {@link NDIndex}: fixed, slices, ellipsis, new axes, masks, picks. */
final class IndexCases {
    /** Indices of a (4, 3, 5) cube; some are out of its bounds or not well formed. */
    private static final List<String> EXPRESSIONS =
            List.of(
                    "0",
                    "-1",
                    "3",
                    "4",
                    "-5",
                    ":",
                    "1:",
                    ":2",
                    "1:3",
                    "-2:",
                    ":-1",
                    "::2",
                    "1:4:2",
                    "3:1",
                    "2:9",
                    "...",
                    "..., 0",
                    "0, ...",
                    "0, ..., 1",
                    ":, 1",
                    ":, :, 2",
                    ":, :, -1",
                    ":, 0:2",
                    "1:3, 1:2, 0:4:3",
                    "0, 1, 2",
                    "-1, -1, -1",
                    "0, 1, 2, 0",
                    "null",
                    ":, null",
                    "null, 1",
                    "1, null, :, 2",
                    "None",
                    "*",
                    "1, *",
                    ":, 3",
                    "::-1",
                    "::0",
                    "a",
                    "",
                    "1:2:3:4");

    private IndexCases() {}

    static List<Case> cases() {
        Cases cases = new Cases("index");
        get(cases);
        getByArrays(cases);
        set(cases);
        setByArrays(cases);
        builders(cases);
        scalars(cases);
        return cases.list();
    }

    private static void get(Cases cases) {
        for (String index : EXPRESSIONS) {
            cases.add("get", "'" + index + "'", EXACT, in -> in.floats(4, 3, 5).get(index));
            cases.add(
                    "get",
                    "'" + index + "' of a view",
                    EXACT,
                    in -> in.floats(5, 4, 3).transpose(1, 2, 0).get(new NDIndex(index)));
        }
        for (DataType type : Cases.TYPES) {
            cases.add(
                    "get",
                    type.toString(),
                    EXACT,
                    in -> in.array(type, Domain.PLAIN, Layout.MATRIX).get(":, 1:3"));
        }
        long[][] fixed = {{0}, {-1}, {1, 2}, {1, 2, 3}, {3, -1}, {4}, {0, 3}, {0, 0, 0, 0}, {}};
        for (long[] at : fixed) {
            String variant = Arrays.toString(at);
            cases.add("get", "long " + variant, EXACT, in -> in.floats(4, 3, 5).get(at));
            cases.add(
                    "get",
                    "into a manager " + variant,
                    EXACT,
                    in -> {
                        NDManager sub = in.manager().newSubManager();
                        NDArray result = in.floats(4, 3, 5).get(sub, at);
                        return List.of(result, result.getManager() == sub);
                    });
        }
        cases.add(
                "get",
                "into a manager, slice",
                EXACT,
                in -> {
                    NDManager sub = in.manager().newSubManager();
                    NDArray result = in.floats(4, 3).get(sub, new NDIndex("1:"));
                    return List.of(result, result.getManager() == sub);
                });
        cases.add("get", "scalar", EXACT, in -> in.floats().get(new NDIndex()));
        cases.add("get", "scalar by 0", EXACT, in -> in.floats().get(0));
        cases.add("get", "empty", EXACT, in -> in.floats(0, 3).get(":, 1"));
        cases.add("get", "empty by 0", EXACT, in -> in.floats(0, 3).get(0));
        cases.add("get", "no index", EXACT, in -> in.floats(2, 3).get(new NDIndex()));
        cases.add(
                "get",
                "shares memory",
                EXACT,
                in -> {
                    NDArray x = in.floats(3, 4);
                    x.get("1").addi(10);
                    x.get(":, 1:3").muli(2);
                    return x;
                });
    }

    private static void getByArrays(Cases cases) {
        for (DataType type :
                List.of(DataType.INT64, DataType.INT32, DataType.UINT8, DataType.FLOAT32)) {
            cases.add(
                    "get",
                    "take by " + type,
                    EXACT,
                    in -> in.floats(4, 3).get(in.indices(4, 5).toType(type, false)));
        }
        cases.add("get", "mask", EXACT, in -> in.floats(4, 3).get(in.booleans(4, 3)));
        cases.add("get", "mask of rows", EXACT, in -> in.floats(4, 3).get(in.booleans(4)));
        cases.add("get", "mask too short", EXACT, in -> in.floats(4, 3).get(in.booleans(3)));
        cases.add(
                "get",
                "mask in a place",
                EXACT,
                in -> in.floats(4, 3).get(":, {}", in.booleans(3)));
        cases.add("get", "take beyond", EXACT, in -> in.floats(4, 3).get(in.indices(1, 2).add(7)));
        cases.add(
                "get", "take negative", EXACT, in -> in.floats(4, 3).get(in.indices(4, 2).sub(4)));
        cases.add("get", "take 2-D", EXACT, in -> in.floats(4, 3).get(in.indices(4, 2, 2)));
        cases.add(
                "get", "take second", EXACT, in -> in.floats(4, 3).get(":, {}", in.indices(3, 2)));
        cases.add(
                "get",
                "two takes",
                EXACT,
                in -> in.floats(4, 3).get("{}, {}", in.indices(4, 2), in.indices(3, 2)));
        cases.add(
                "get",
                "take and slice",
                EXACT,
                in -> in.floats(4, 3, 5).get("{}, 1:, 0", in.indices(4, 2)));
        cases.add(
                "get",
                "take after ellipsis",
                EXACT,
                in -> in.floats(4, 3, 5).get("..., {}", in.indices(5, 2)));
        cases.add(
                "get",
                "pick",
                EXACT,
                in ->
                        in.floats(4, 3)
                                .get(new NDIndex().addAllDim().addPickDim(in.indices(3, 4, 1))));
        cases.add(
                "get",
                "pick, index without the axis",
                EXACT,
                in -> in.floats(4, 3).get(new NDIndex().addAllDim().addPickDim(in.indices(3, 4))));
        cases.add(
                "get",
                "pick by float",
                EXACT,
                in ->
                        in.floats(4, 3)
                                .get(
                                        new NDIndex()
                                                .addAllDim()
                                                .addPickDim(
                                                        in.indices(3, 4, 1)
                                                                .toType(DataType.FLOAT32, false))));
    }

    private static void set(Cases cases) {
        for (String index : EXPRESSIONS) {
            cases.add(
                    "set",
                    "number '" + index + "'",
                    EXACT,
                    in -> {
                        NDArray x = in.floats(4, 3, 5);
                        x.set(new NDIndex(index), 9.5);
                        return x;
                    });
            cases.add(
                    "set",
                    "array '" + index + "'",
                    EXACT,
                    in -> {
                        NDArray x = in.floats(4, 3, 5);
                        Shape shape = x.get(index).getShape();
                        x.set(new NDIndex(index), in.floats(shape.getShape()));
                        return x;
                    });
            cases.add(
                    "set",
                    "function '" + index + "'",
                    EXACT,
                    in -> {
                        NDArray x = in.floats(5, 4, 3).transpose(1, 2, 0);
                        x.set(new NDIndex(index), part -> part.mul(2));
                        return x;
                    });
        }
        for (DataType type : Cases.TYPES) {
            for (Number number : ArithmeticCases.NUMBERS) {
                cases.add(
                        "set",
                        type + " to " + number.getClass().getSimpleName() + " " + number,
                        EXACT,
                        in -> {
                            NDArray x = in.array(type, Domain.PLAIN, Layout.MATRIX);
                            x.set(new NDIndex("1:, 0"), number);
                            return x;
                        });
            }
        }
        long[][] values = {{5}, {3, 5}, {1}, {}, {3, 1}, {4, 3, 5}, {4}, {2, 5}};
        for (long[] shape : values) {
            cases.add(
                    "set",
                    "broadcast " + Arrays.toString(shape),
                    EXACT,
                    in -> {
                        NDArray x = in.floats(4, 3, 5);
                        x.set(new NDIndex("1:3"), in.floats(shape));
                        return x;
                    });
        }
        cases.add(
                "set",
                "other type",
                EXACT,
                in -> {
                    NDArray x = in.floats(3, 4);
                    x.set(new NDIndex("0"), in.indices(9, 4));
                    return x;
                });
    }

    private static void setByArrays(Cases cases) {
        cases.add(
                "set",
                "mask to number",
                EXACT,
                in -> {
                    NDArray x = in.floats(4, 3);
                    x.set(x.gt(0), 0);
                    return x;
                });
        cases.add(
                "set",
                "mask to array",
                EXACT,
                in -> {
                    NDArray x = in.floats(4, 3);
                    NDArray mask = x.gt(0);
                    x.set(new NDIndex("{}", mask), x.get(mask).mul(2));
                    return x;
                });
        cases.add(
                "set",
                "mask of rows",
                EXACT,
                in -> {
                    NDArray x = in.floats(4, 3);
                    x.set(in.booleans(4), -1);
                    return x;
                });
        cases.add(
                "set",
                "mask by the indexer",
                EXACT,
                in -> {
                    NDArray x = in.floats(4, 3);
                    x.getNDArrayInternal()
                            .getIndexer(in.manager())
                            .set(
                                    x,
                                    new ai.djl.ndarray.index.dim.NDIndexBooleans(x.lt(0)),
                                    in.manager().create(7f));
                    return x;
                });
        cases.add(
                "set",
                "take",
                EXACT,
                in -> {
                    NDArray x = in.floats(4, 3);
                    NDArray rows = in.manager().create(new long[] {2, 0});
                    x.set(new NDIndex("{}", rows), in.floats(2, 3));
                    return x;
                });
        cases.add(
                "set",
                "take by int32",
                EXACT,
                in -> {
                    NDArray x = in.floats(4, 3);
                    x.set(in.manager().create(new int[] {3, 1}), 5);
                    return x;
                });
        cases.add(
                "set",
                "pick",
                EXACT,
                in -> {
                    NDArray x = in.floats(4, 3);
                    x.set(new NDIndex().addAllDim().addPickDim(in.indices(3, 4, 1)), 5);
                    return x;
                });
        cases.add(
                "set",
                "bad value",
                EXACT,
                in -> {
                    NDArray x = in.floats(4);
                    x.getNDArrayInternal().getIndexer(in.manager()).set(x, new NDIndex("0"), "one");
                    return x;
                });
        for (String index : List.of("0, 1", "-1, -1", "1", "0, 1, 2", ":, 1")) {
            cases.add(
                    "setScalar",
                    "'" + index + "'",
                    EXACT,
                    in -> {
                        NDArray x = in.floats(3, 4);
                        x.setScalar(new NDIndex(index), 4);
                        return x;
                    });
        }
    }

    private static void builders(Cases cases) {
        cases.add(
                "builder",
                "slices",
                EXACT,
                in -> in.floats(4, 3, 5).get(new NDIndex().addSliceDim(1, 3).addSliceDim(0, 3, 2)));
        cases.add(
                "builder",
                "all and indices",
                EXACT,
                in -> in.floats(4, 3, 5).get(new NDIndex().addAllDim(2).addIndices(1)));
        cases.add(
                "builder",
                "ellipsis",
                EXACT,
                in -> in.floats(4, 3, 5).get(new NDIndex().addEllipseDim().addIndices(1)));
        cases.add(
                "builder",
                "mask",
                EXACT,
                in -> in.floats(4, 3).get(new NDIndex().addBooleanIndex(in.booleans(4, 3))));
        cases.add(
                "builder",
                "slice by axis",
                EXACT,
                in -> in.floats(4, 3, 5).get(NDIndex.sliceAxis(1, 1, 3)));
    }

    private static void scalars(Cases cases) {
        for (DataType type : Cases.TYPES) {
            cases.add(
                    "getFloat",
                    type.toString(),
                    EXACT,
                    in -> in.array(type, Domain.PLAIN, Layout.MATRIX).getFloat(1, 2));
            cases.add(
                    "getDouble",
                    type.toString(),
                    EXACT,
                    in -> in.array(type, Domain.PLAIN, Layout.MATRIX).getDouble(1, 2));
            cases.add(
                    "getInt",
                    type.toString(),
                    EXACT,
                    in -> in.array(type, Domain.PLAIN, Layout.MATRIX).getInt(1, 2));
            cases.add(
                    "getLong",
                    type.toString(),
                    EXACT,
                    in -> in.array(type, Domain.PLAIN, Layout.MATRIX).getLong(1, 2));
            cases.add(
                    "getByte",
                    type.toString(),
                    EXACT,
                    in -> in.array(type, Domain.PLAIN, Layout.MATRIX).getByte(1, 2));
            cases.add(
                    "getUint8",
                    type.toString(),
                    EXACT,
                    in -> in.array(type, Domain.PLAIN, Layout.MATRIX).getUint8(1, 2));
            cases.add(
                    "getBoolean",
                    type.toString(),
                    EXACT,
                    in -> in.array(type, Domain.PLAIN, Layout.MATRIX).getBoolean(1, 2));
            cases.add(
                    "getScalar",
                    type.toString(),
                    EXACT,
                    in -> in.array(type, Domain.PLAIN, Layout.TRANSPOSED).getScalar(-1, 0));
        }
        cases.add("getScalar", "not one", EXACT, in -> in.floats(3, 4).getScalar(1));
        cases.add("getFloat", "scalar", EXACT, in -> in.floats().getFloat());
        cases.add("getFloat", "beyond", EXACT, in -> in.floats(3, 4).getFloat(3, 0));
    }
}
