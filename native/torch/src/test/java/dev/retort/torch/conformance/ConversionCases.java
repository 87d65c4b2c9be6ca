package dev.retort.torch.conformance;

import static dev.retort.torch.conformance.Tolerance.EXACT;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;

import java.io.ByteArrayInputStream;
import java.util.List;

/** Types, copies, Java arrays, serialised form, and text. */
final class ConversionCases {
    private ConversionCases() {}

    static List<Case> cases() {
        Cases cases = new Cases("conversion");
        types(cases);
        arrays(cases);
        copies(cases);
        serialised(cases);
        text(cases);
        return cases.list();
    }

    private static void types(Cases cases) {
        for (DataType from : Cases.TYPES) {
            for (DataType to : Cases.TYPES) {
                cases.add(
                        "toType",
                        from + " to " + to,
                        EXACT,
                        in -> in.array(from, Domain.PLAIN, Layout.CUBE).toType(to, false));
                cases.add(
                        "toType",
                        from + " to " + to + " of a view",
                        EXACT,
                        in -> in.array(from, Domain.POSITIVE, Layout.TRANSPOSED).toType(to, true));
            }
        }
        cases.add(
                "toType",
                "copies only if asked",
                EXACT,
                in -> {
                    NDArray x = in.floats(2);
                    return List.of(
                            x.toType(DataType.FLOAT32, false) == x,
                            x.toType(DataType.FLOAT32, true) == x,
                            x.toDevice(Device.cpu(), false) == x,
                            x.toDevice(Device.cpu(), true) == x);
                });
        cases.add("toDevice", "copy", EXACT, in -> in.floats(2, 3).toDevice(Device.cpu(), true));
        cases.add(
                "toType",
                "names",
                EXACT,
                in -> {
                    NDArray x = in.floats(2);
                    x.setName("x");
                    return List.of(
                            String.valueOf(x.toType(DataType.INT32, false).getName()),
                            String.valueOf(x.toDevice(Device.cpu(), true).getName()),
                            String.valueOf(x.duplicate().getName()),
                            String.valueOf(x.add(1).getName()));
                });
    }

    private static void arrays(Cases cases) {
        for (DataType type : Cases.TYPES) {
            for (Layout layout :
                    List.of(Layout.MATRIX, Layout.TRANSPOSED, Layout.SCALAR, Layout.EMPTY)) {
                String variant = type + "/" + layout;
                cases.add(
                        "toFloatArray",
                        variant,
                        EXACT,
                        in -> in.array(type, Domain.PLAIN, layout).toFloatArray());
                cases.add(
                        "toDoubleArray",
                        variant,
                        EXACT,
                        in -> in.array(type, Domain.PLAIN, layout).toDoubleArray());
                cases.add(
                        "toIntArray",
                        variant,
                        EXACT,
                        in -> in.array(type, Domain.PLAIN, layout).toIntArray());
                cases.add(
                        "toLongArray",
                        variant,
                        EXACT,
                        in -> in.array(type, Domain.PLAIN, layout).toLongArray());
                cases.add(
                        "toByteArray",
                        variant,
                        EXACT,
                        in -> in.array(type, Domain.PLAIN, layout).toByteArray());
                cases.add(
                        "toShortArray",
                        variant,
                        EXACT,
                        in -> in.array(type, Domain.PLAIN, layout).toShortArray());
                cases.add(
                        "toUint8Array",
                        variant,
                        EXACT,
                        in -> in.array(type, Domain.PLAIN, layout).toUint8Array());
                cases.add(
                        "toBooleanArray",
                        variant,
                        EXACT,
                        in -> in.array(type, Domain.PLAIN, layout).toBooleanArray());
                cases.add(
                        "toUnsignedShortArray",
                        variant,
                        EXACT,
                        in -> in.array(type, Domain.PLAIN, layout).toUnsignedShortArray());
                cases.add(
                        "toUnsignedIntArray",
                        variant,
                        EXACT,
                        in -> in.array(type, Domain.PLAIN, layout).toUnsignedIntArray());
                cases.add(
                        "toArray",
                        variant,
                        EXACT,
                        in -> in.array(type, Domain.PLAIN, layout).toArray());
                cases.add(
                        "toByteBuffer",
                        variant,
                        EXACT,
                        in -> {
                            NDArray x = in.array(type, Domain.PLAIN, layout);
                            var direct = x.toByteBuffer(true);
                            byte[] bytes = new byte[direct.remaining()];
                            direct.get(bytes);
                            return List.of(bytes, direct.order(), x.toByteBuffer().order());
                        });
            }
        }
    }

    private static void copies(Cases cases) {
        for (Layout layout :
                List.of(Layout.MATRIX, Layout.TRANSPOSED, Layout.SCALAR, Layout.EMPTY)) {
            cases.add(
                    "copyTo",
                    layout.toString(),
                    EXACT,
                    in -> {
                        NDArray source = in.array(DataType.FLOAT32, Domain.PLAIN, layout);
                        NDArray target = in.manager().zeros(layout.shape());
                        source.copyTo(target);
                        source.addi(1);
                        return List.of(target, source);
                    });
        }
        cases.add("copyTo", "sizes differ", EXACT, in -> copied(in.floats(3), in.floats(4)));
        cases.add("copyTo", "types differ", EXACT, in -> copied(in.floats(4), in.indices(3, 4)));
        cases.add(
                "copyTo",
                "a view",
                EXACT,
                in -> {
                    NDArray base = in.floats(3, 4);
                    in.floats(4).copyTo(base.get("1"));
                    return base;
                });
        cases.add(
                "duplicate",
                "is independent",
                EXACT,
                in -> {
                    NDArray x = in.floats(3);
                    NDArray copy = x.duplicate();
                    x.addi(1);
                    return List.of(x, copy);
                });
        cases.add(
                "intern",
                "takes over",
                EXACT,
                in -> {
                    NDArray x = in.floats(3);
                    NDArray y = in.floats(3);
                    x.intern(y);
                    return List.of(x, y.isReleased(), x.isReleased());
                });
        cases.add(
                "from",
                "the same engine",
                EXACT,
                in -> {
                    NDArray x = in.floats(3);
                    NDManager sub = in.manager().newSubManager();
                    return List.of(sub.from(x), sub.from(x) == x);
                });
        cases.add("from", "null", EXACT, in -> in.manager().from(null));
    }

    private static NDArray copied(NDArray source, NDArray target) {
        source.copyTo(target);
        return target;
    }

    private static void serialised(Cases cases) {
        for (DataType type : Cases.TYPES) {
            for (Layout layout :
                    List.of(Layout.MATRIX, Layout.STRIDED, Layout.SCALAR, Layout.EMPTY)) {
                cases.add(
                        "encode",
                        type + "/" + layout,
                        EXACT,
                        in -> {
                            NDArray x = in.array(type, Domain.SPECIAL, layout);
                            x.setName("x");
                            NDArray back = NDArray.decode(in.manager(), x.encode());
                            return List.of(x.encode(), back, String.valueOf(back.getName()));
                        });
            }
        }
        cases.add(
                "decode",
                "stream",
                EXACT,
                in -> in.manager().decode(new ByteArrayInputStream(in.floats(3).encode())));
        cases.add("decode", "bytes", EXACT, in -> in.manager().decode(in.floats(3).encode()));
        cases.add("decode", "rubbish", EXACT, in -> in.manager().decode(new byte[] {1, 2, 3}));
        cases.add(
                "encode",
                "list",
                EXACT,
                in -> {
                    NDList list = new NDList(in.floats(2, 3), in.indices(5, 2));
                    list.get(0).setName("weights");
                    return List.of(list.encode(), NDList.decode(in.manager(), list.encode()));
                });
        cases.add(
                "encode",
                "string",
                EXACT,
                in -> in.manager().create(new String[] {"a", "bc"}).encode());
    }

    private static void text(Cases cases) {
        for (DataType type : Cases.TYPES) {
            for (Layout layout :
                    List.of(
                            Layout.CUBE,
                            Layout.TRANSPOSED,
                            Layout.SCALAR,
                            Layout.EMPTY,
                            Layout.LONG)) {
                cases.add(
                        "toDebugString",
                        type + "/" + layout,
                        EXACT,
                        in -> in.array(type, Domain.PLAIN, layout).toDebugString(true));
            }
        }
        cases.add("toDebugString", "plain", EXACT, in -> in.floats(2, 2).toDebugString());
        cases.add(
                "toDebugString",
                "limits",
                EXACT,
                in -> in.floats(5, 5, 5).toDebugString(20, 2, 3, 3, true));
        cases.add("toString", "float", EXACT, in -> in.floats(2, 2).toString());
        cases.add(
                "toString",
                "sparse",
                EXACT,
                in ->
                        in.manager()
                                .ones(new Shape(2, 2))
                                .toSparse(ai.djl.ndarray.types.SparseFormat.COO)
                                .toString());
        cases.add(
                "toString",
                "closed",
                EXACT,
                in -> {
                    NDArray x = in.floats(2);
                    x.close();
                    return x.toString();
                });
        cases.add("hashCode", "zero", EXACT, in -> in.floats(2).hashCode());
    }
}
