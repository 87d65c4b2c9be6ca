package dev.retort.torch.conformance;

import static dev.retort.torch.conformance.Tolerance.EXACT;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDArrays;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;

import java.util.Arrays;
import java.util.List;

/** Changes of shape, order and size: no element is computed. */
final class ShapeCases {
    private ShapeCases() {}

    static List<Case> cases() {
        Cases cases = new Cases("shape");
        reshape(cases);
        squeeze(cases);
        reorder(cases);
        enlarge(cases);
        join(cases);
        split(cases);
        sizes(cases);
        return cases.list();
    }

    private static void reshape(Cases cases) {
        long[][] shapes = {
            {6, 4}, {24}, {-1}, {2, -1}, {-1, 3, 4}, {1, 24, 1}, {5, 5}, {-1, 5}, {-1, -1}, {0}, {}
        };
        for (long[] shape : shapes) {
            String variant = Arrays.toString(shape);
            cases.add("reshape", variant, EXACT, in -> in.floats(2, 3, 4).reshape(shape));
            cases.add(
                    "reshape",
                    variant + " of a view",
                    EXACT,
                    in -> in.floats(4, 3, 2).transpose().reshape(new Shape(shape)));
        }
        cases.add("reshape", "scalar", EXACT, in -> in.floats().reshape(1, 1));
        cases.add("reshape", "to scalar", EXACT, in -> in.floats(1, 1).reshape(new Shape()));
        cases.add("reshape", "empty", EXACT, in -> in.floats(0, 4).reshape(2, 0, 3));
        cases.add("reshape", "empty -1", EXACT, in -> in.floats(0, 4).reshape(-1, 2));
        cases.add(
                "reshape",
                "shares memory",
                EXACT,
                in -> {
                    NDArray x = in.floats(2, 3);
                    x.reshape(6).addi(1);
                    return x;
                });
        cases.unary("flatten", EXACT, NDArray::flatten);
        int[][] ranges = {{0, 1}, {1, 2}, {0, -1}, {1, 1}, {-2, -1}, {2, 1}, {0, 3}};
        for (int[] range : ranges) {
            cases.add(
                    "flatten",
                    "from " + range[0] + " to " + range[1],
                    EXACT,
                    in -> in.floats(2, 3, 4).flatten(range[0], range[1]));
        }
    }

    private static void squeeze(Cases cases) {
        for (int axis : List.of(0, 1, 2, 3, -1, -3, -4, -5)) {
            cases.add(
                    "expandDims", "axis " + axis, EXACT, in -> in.floats(2, 3, 4).expandDims(axis));
            cases.add("squeeze", "axis " + axis, EXACT, in -> in.floats(1, 3, 1).squeeze(axis));
        }
        cases.add("expandDims", "scalar", EXACT, in -> in.floats().expandDims(0));
        cases.add("expandDims", "empty", EXACT, in -> in.floats(0).expandDims(0));
        cases.unary("squeeze", EXACT, NDArray::squeeze);
        cases.add("squeeze", "all", EXACT, in -> in.floats(1, 3, 1, 1).squeeze());
        int[][] several = {{0, 2}, {2}, {0, 1}, {}, {0, 0}, {4}, {-1}};
        for (int[] axes : several) {
            cases.add(
                    "squeeze",
                    "axes " + Arrays.toString(axes),
                    EXACT,
                    in -> in.floats(1, 3, 1).squeeze(axes));
            cases.add(
                    "squeeze",
                    "scalar, axes " + Arrays.toString(axes),
                    EXACT,
                    in -> in.floats().squeeze(axes));
        }
    }

    private static void reorder(Cases cases) {
        cases.unary("transpose", EXACT, NDArray::transpose);
        int[][] orders = {{0, 1, 2}, {2, 0, 1}, {-1, 0, 1}, {1, 0}, {0, 0, 1}, {0, 1, 3}, {}};
        for (int[] order : orders) {
            cases.add(
                    "transpose",
                    Arrays.toString(order),
                    EXACT,
                    in -> in.floats(2, 3, 4).transpose(order));
        }
        cases.add("transpose", "scalar", EXACT, in -> in.floats().transpose(0));
        int[][] pairs = {{0, 1}, {0, 2}, {-1, 0}, {1, 1}, {0, 3}, {-4, 0}};
        for (int[] pair : pairs) {
            cases.add(
                    "swapAxes",
                    Arrays.toString(pair),
                    EXACT,
                    in -> in.floats(2, 3, 4).swapAxes(pair[0], pair[1]));
        }
        int[][] flips = {{0}, {1}, {-1}, {0, 2}, {}, {0, 0}, {3}};
        for (int[] axes : flips) {
            cases.add("flip", Arrays.toString(axes), EXACT, in -> in.floats(2, 3, 4).flip(axes));
        }
        cases.unary("flip", EXACT, array -> array.flip(0));
        for (int times : List.of(0, 1, 2, 3, 4, -1)) {
            cases.add(
                    "rotate90",
                    "times " + times,
                    EXACT,
                    in -> in.floats(3, 4).rotate90(times, new int[] {0, 1}));
        }
        int[][] planes = {{1, 0}, {0, 2}, {0}, {0, 0}, {-1, 0}, {0, 5}};
        for (int[] plane : planes) {
            cases.add(
                    "rotate90",
                    "plane " + Arrays.toString(plane),
                    EXACT,
                    in -> in.floats(2, 3, 4).rotate90(1, plane));
        }
    }

    private static void enlarge(Cases cases) {
        long[][] targets = {{3, 4}, {2, 3, 4}, {3, 1}, {3}, {4, 4}, {-1, 4}, {}};
        for (long[] target : targets) {
            String variant = Arrays.toString(target);
            cases.add("broadcast", variant, EXACT, in -> in.floats(3, 1).broadcast(target));
            cases.add(
                    "broadcast",
                    "scalar to " + variant,
                    EXACT,
                    in -> in.floats().broadcast(new Shape(target)));
        }
        cases.unary("tile", EXACT, array -> array.tile(2));
        cases.unary("repeat", EXACT, array -> array.repeat(2));
        for (int axis : List.of(0, 1, -1, 2)) {
            cases.add("tile", "axis " + axis, EXACT, in -> in.floats(2, 3).tile(axis, 2));
            cases.add("repeat", "axis " + axis, EXACT, in -> in.floats(2, 3).repeat(axis, 2));
        }
        long[][] repeats = {{1, 2}, {2, 1}, {2, 2, 2}, {3}, {0, 1}, {}, {-1, 1}};
        for (long[] each : repeats) {
            String variant = "repeats " + Arrays.toString(each);
            cases.add("tile", variant, EXACT, in -> in.floats(2, 3).tile(each));
            cases.add("repeat", variant, EXACT, in -> in.floats(2, 3).repeat(each));
        }
        long[][] shapes = {{4, 6}, {6}, {2, 3}, {2, 4, 6}, {3, 3}, {5}};
        for (long[] shape : shapes) {
            Shape target = new Shape(shape);
            cases.add("tile", "to " + target, EXACT, in -> in.floats(2, 3).tile(target));
            cases.add("repeat", "to " + target, EXACT, in -> in.floats(2, 3).repeat(target));
        }
        long[][] paddings = {
            {1, 2}, {1, 0, 0, 2}, {0, 0, 1, 1, 2, 0}, {-1, 0}, {1}, {}, {1, 1, 1, 1, 1, 1, 1, 1}
        };
        for (long[] padding : paddings) {
            for (DataType type : List.of(DataType.FLOAT32, DataType.INT64)) {
                cases.add(
                        "pad",
                        type + Arrays.toString(padding),
                        EXACT,
                        in ->
                                in.array(type, Domain.PLAIN, Layout.CUBE)
                                        .pad(new Shape(padding), 1.5));
            }
        }
        cases.add(
                "pad",
                "half",
                EXACT,
                in ->
                        in.array(DataType.FLOAT16, Domain.PLAIN, Layout.MATRIX)
                                .pad(new Shape(1, 1), -2));
        cases.add("pad", "boolean", EXACT, in -> in.booleans(2, 3).pad(new Shape(1, 1), 1));
    }

    private static void join(Cases cases) {
        for (int axis : List.of(0, 1, 2, -1, -3, 3)) {
            cases.add(
                    "stack",
                    "axis " + axis,
                    EXACT,
                    in -> in.floats(2, 3).stack(in.floats(2, 3), axis));
            cases.add(
                    "concat",
                    "axis " + axis,
                    EXACT,
                    in -> in.floats(2, 3).concat(in.floats(2, 3), axis));
            cases.add(
                    "concat",
                    "three, axis " + axis,
                    EXACT,
                    in ->
                            NDArrays.concat(
                                    new NDList(in.floats(2, 3), in.floats(2, 3), in.floats(2, 3)),
                                    axis));
            cases.add(
                    "stack",
                    "three, axis " + axis,
                    EXACT,
                    in ->
                            NDArrays.stack(
                                    new NDList(in.floats(2, 3), in.floats(2, 3), in.floats(2, 3)),
                                    axis));
        }
        for (DataType type : Cases.TYPES) {
            cases.add(
                    "stack",
                    type.toString(),
                    EXACT,
                    in ->
                            in.array(type, Domain.PLAIN, Layout.MATRIX)
                                    .stack(in.array(type, Domain.PLAIN, Layout.TRANSPOSED)));
            cases.add(
                    "concat",
                    type.toString(),
                    EXACT,
                    in ->
                            in.array(type, Domain.PLAIN, Layout.MATRIX)
                                    .concat(in.array(type, Domain.PLAIN, Layout.STRIDED)));
        }
        cases.add("stack", "scalars", EXACT, in -> in.floats().stack(in.floats()));
        cases.add(
                "stack",
                "internal",
                EXACT,
                in -> in.floats(2).getNDArrayInternal().stack(new NDList(in.floats(2))));
        cases.add(
                "concat",
                "internal",
                EXACT,
                in -> in.floats(2).getNDArrayInternal().concat(new NDList(in.floats(2))));
        cases.add(
                "stack",
                "internal axis",
                EXACT,
                in -> in.floats(2).getNDArrayInternal().stack(new NDList(in.floats(2)), 1));
        cases.add(
                "concat",
                "internal axis",
                EXACT,
                in -> in.floats(2, 3).getNDArrayInternal().concat(new NDList(in.floats(2, 3)), 1));
        cases.add("stack", "shapes differ", EXACT, in -> in.floats(2).stack(in.floats(3)));
        cases.add("stack", "types differ", EXACT, in -> in.floats(2).stack(in.indices(9, 2)));
        cases.add("concat", "scalars", EXACT, in -> in.floats().concat(in.floats()));
        cases.add("concat", "shapes differ", EXACT, in -> in.floats(2, 3).concat(in.floats(2, 4)));
        cases.add("concat", "rows differ", EXACT, in -> in.floats(2, 3).concat(in.floats(5, 3)));
        cases.add("concat", "types differ", EXACT, in -> in.floats(2).concat(in.indices(9, 2)));
        cases.add("concat", "empty", EXACT, in -> in.floats(0, 3).concat(in.floats(2, 3)));
        cases.add("concat", "one", EXACT, in -> NDArrays.concat(new NDList(in.floats(2))));
        cases.add("stack", "one", EXACT, in -> NDArrays.stack(new NDList(in.floats(2))));
        cases.add("stack", "none", EXACT, in -> NDArrays.stack(new NDList()));
    }

    private static void split(Cases cases) {
        for (long sections : List.of(1L, 2L, 3L, 4L, 6L, 7L, 0L)) {
            cases.add(
                    "split", "sections " + sections, EXACT, in -> in.floats(6, 2).split(sections));
            cases.add(
                    "split",
                    "sections " + sections + " of axis 1",
                    EXACT,
                    in -> in.floats(2, 6).split(sections, 1));
        }
        long[][] indices = {{2}, {1, 3}, {0, 6}, {}, {3, 1}, {7}, {1, 1}};
        for (long[] at : indices) {
            String variant = "at " + Arrays.toString(at);
            cases.add("split", variant, EXACT, in -> in.floats(6, 2).split(at));
            cases.add("split", variant + " of axis 1", EXACT, in -> in.floats(2, 6).split(at, 1));
        }
        cases.add("split", "negative axis", EXACT, in -> in.floats(2, 6).split(2, -1));
        cases.add("split", "bad axis", EXACT, in -> in.floats(2, 6).split(2, 2));
        cases.add("split", "scalar", EXACT, in -> in.floats().split(1));
    }

    private static void sizes(Cases cases) {
        for (Layout layout : Layout.values()) {
            cases.add(
                    "size",
                    layout.toString(),
                    EXACT,
                    in -> {
                        NDArray x = in.array(DataType.FLOAT32, Domain.PLAIN, layout);
                        return List.of(
                                x.size(),
                                x.getShape(),
                                x.isScalar(),
                                x.isEmpty(),
                                x.isSparse(),
                                x.getDevice(),
                                x.getSparseFormat());
                    });
        }
        cases.add("size", "axis", EXACT, in -> in.floats(2, 3).size(1));
        cases.add("size", "bad axis", EXACT, in -> in.floats(2, 3).size(2));
        for (int offset : List.of(0, 1, -1, 5)) {
            cases.add(
                    "diagonal", "offset " + offset, EXACT, in -> in.floats(3, 4).diagonal(offset));
            cases.add(
                    "diagonal",
                    "axes, offset " + offset,
                    EXACT,
                    in -> in.floats(2, 3, 4).diagonal(offset, 1, 2));
        }
        cases.unary("diagonal", EXACT, NDArray::diagonal);
        cases.add("diagonal", "same axes", EXACT, in -> in.floats(3, 4).diagonal(0, 1, 1));
    }
}
