package dev.retort.torch.conformance;

import static dev.retort.torch.conformance.Tolerance.EXACT;
import static dev.retort.torch.conformance.Tolerance.ROUNDED;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.ndarray.types.SparseFormat;

import java.nio.ByteBuffer;
import java.nio.DoubleBuffer;
import java.nio.FloatBuffer;
import java.nio.IntBuffer;
import java.nio.LongBuffer;
import java.nio.charset.StandardCharsets;
import java.util.List;

/** Arrays from Java values, filled arrays, ranges, windows, sparse arrays, strings. */
final class CreationCases {
    private static final Shape SHAPE = new Shape(2, 3);

    private CreationCases() {}

    static List<Case> cases() {
        Cases cases = new Cases("creation");
        values(cases);
        buffers(cases);
        filled(cases);
        ranges(cases);
        sparse(cases);
        strings(cases);
        return cases.list();
    }

    private static void add(Cases cases, String name, String variant, Creation creation) {
        cases.add(name, variant, EXACT, in -> creation.create(in.manager()));
    }

    private interface Creation {
        Object create(NDManager manager);
    }

    private static void values(Cases cases) {
        for (Number number : ArithmeticCases.NUMBERS) {
            add(
                    cases,
                    "create",
                    number.getClass().getSimpleName() + " " + number,
                    m -> m.create(number));
        }
        add(cases, "create", "short", m -> m.create((Number) (short) 3));
        add(
                cases,
                "create",
                "primitives",
                m ->
                        List.of(
                                m.create(1f),
                                m.create(2),
                                m.create(3.0),
                                m.create(4L),
                                m.create((byte) 5),
                                m.create(true)));
        add(
                cases,
                "create",
                "vectors",
                m ->
                        List.of(
                                m.create(new float[] {1, 2}),
                                m.create(new int[] {1, 2}),
                                m.create(new double[] {1, 2}),
                                m.create(new long[] {1, 2}),
                                m.create(new byte[] {1, 2}),
                                m.create(new boolean[] {true, false})));
        add(
                cases,
                "create",
                "matrices",
                m ->
                        List.of(
                                m.create(new float[][] {{1, 2}, {3, 4}}),
                                m.create(new int[][] {{1, 2}, {3, 4}}),
                                m.create(new double[][] {{1, 2}, {3, 4}}),
                                m.create(new long[][] {{1, 2}, {3, 4}}),
                                m.create(new byte[][] {{1, 2}, {3, 4}}),
                                m.create(new boolean[][] {{true, false}})));
        add(
                cases,
                "create",
                "with shape",
                m ->
                        List.of(
                                m.create(new float[] {1, 2, 3, 4, 5, 6}, SHAPE),
                                m.create(new int[] {1, 2, 3, 4, 5, 6}, SHAPE),
                                m.create(new double[] {1, 2, 3, 4, 5, 6}, SHAPE),
                                m.create(new long[] {1, 2, 3, 4, 5, 6}, SHAPE),
                                m.create(new byte[] {1, 2, 3, 4, 5, 6}, SHAPE),
                                m.create(new boolean[6], SHAPE)));
        add(cases, "create", "too few", m -> m.create(new float[] {1, 2}, SHAPE));
        add(cases, "create", "too many", m -> m.create(new float[9], SHAPE));
        add(cases, "create", "empty", m -> m.create(new float[0]));
        add(cases, "create", "empty shape", m -> m.create(new float[0], new Shape(0, 3)));
        add(cases, "create", "ragged", m -> m.create(new float[][] {{1, 2}, {3}}));
        add(cases, "create", "shape only", m -> m.create(SHAPE).getShape());
        add(cases, "create", "negative shape", m -> m.create(new Shape(-1, 2)));
        for (DataType type : Cases.TYPES) {
            add(
                    cases,
                    "create",
                    "uninitialised " + type,
                    m -> {
                        NDArray x = m.create(SHAPE, type);
                        return List.of(
                                x.getShape(),
                                x.getDataType(),
                                x.mul(0).toType(type, false).eq(0).getShape());
                    });
            add(
                    cases,
                    "create",
                    "uninitialised on a device " + type,
                    m -> {
                        NDArray x = m.create(SHAPE, type, Device.cpu());
                        return List.of(x.getShape(), x.getDataType(), x.getDevice());
                    });
        }
    }

    private static void buffers(Cases cases) {
        add(cases, "buffer", "float", m -> m.create(FloatBuffer.wrap(new float[6]), SHAPE));
        add(
                cases,
                "buffer",
                "int",
                m -> m.create(IntBuffer.wrap(new int[] {1, 2, 3, 4, 5, 6}), SHAPE));
        add(cases, "buffer", "long", m -> m.create(LongBuffer.wrap(new long[6]), SHAPE));
        add(cases, "buffer", "double", m -> m.create(DoubleBuffer.wrap(new double[6]), SHAPE));
        add(
                cases,
                "buffer",
                "byte",
                m -> m.create(ByteBuffer.wrap(new byte[] {1, 2, 3, 4, 5, -6}), SHAPE));
        add(
                cases,
                "buffer",
                "byte as uint8",
                m ->
                        m.create(
                                ByteBuffer.wrap(new byte[] {1, 2, 3, 4, 5, -6}),
                                SHAPE,
                                DataType.UINT8));
        add(
                cases,
                "buffer",
                "wrong type",
                m -> m.create(FloatBuffer.wrap(new float[6]), SHAPE, DataType.INT32));
        add(
                cases,
                "buffer",
                "too narrow",
                m -> m.create(FloatBuffer.wrap(new float[6]), SHAPE, DataType.FLOAT64));
        add(cases, "buffer", "too short", m -> m.create(FloatBuffer.wrap(new float[5]), SHAPE));
        add(cases, "buffer", "too long", m -> m.create(FloatBuffer.wrap(new float[9]), SHAPE));
        add(
                cases,
                "buffer",
                "positioned",
                m ->
                        m.create(
                                FloatBuffer.wrap(new float[] {1, 2, 3, 4, 5, 6, 7, 8}).position(2),
                                SHAPE));
        add(
                cases,
                "buffer",
                "direct",
                m -> {
                    ByteBuffer bytes = m.allocateDirect(24);
                    bytes.asFloatBuffer().put(new float[] {1, 2, 3, 4, 5, 6});
                    return List.of(m.create(bytes, SHAPE, DataType.FLOAT32), bytes.order());
                });
        for (DataType type : Cases.TYPES) {
            cases.add(
                    "set",
                    "bytes " + type,
                    EXACT,
                    in -> {
                        NDArray source = in.array(type, Domain.PLAIN, Layout.MATRIX);
                        NDArray target = in.array(type, Domain.PLAIN, Layout.MATRIX);
                        target.set(source.toByteBuffer());
                        return target;
                    });
        }
        cases.add(
                "set",
                "arrays",
                EXACT,
                in -> {
                    NDManager m = in.manager();
                    NDArray floats = m.zeros(new Shape(2));
                    floats.set(new float[] {1, 2});
                    NDArray ints = m.zeros(new Shape(2), DataType.INT32);
                    ints.set(new int[] {3, 4});
                    NDArray doubles = m.zeros(new Shape(2), DataType.FLOAT64);
                    doubles.set(new double[] {5, 6});
                    NDArray longs = m.zeros(new Shape(2), DataType.INT64);
                    longs.set(new long[] {7, 8});
                    NDArray bytes = m.zeros(new Shape(2), DataType.INT8);
                    bytes.set(new byte[] {9, 10});
                    return List.of(floats, ints, doubles, longs, bytes);
                });
        cases.add("set", "too few", EXACT, in -> setTo(in.floats(3), new float[] {1, 2}));
        cases.add("set", "too many", EXACT, in -> setTo(in.floats(3), new float[] {1, 2, 3, 4}));
        cases.add("set", "wrong type", EXACT, in -> setTo(in.doubles(2), new float[] {1, 2}));
    }

    private static NDArray setTo(NDArray array, float[] values) {
        array.set(values);
        return array;
    }

    private static void filled(Cases cases) {
        for (DataType type : Cases.TYPES) {
            add(cases, "zeros", type.toString(), m -> m.zeros(SHAPE, type));
            add(cases, "ones", type.toString(), m -> m.ones(SHAPE, type));
            add(cases, "full", type.toString(), m -> m.full(SHAPE, 2.75f, type));
            add(cases, "eye", type.toString(), m -> m.eye(3, 2, 0, type));
            add(cases, "arange", type.toString(), m -> m.arange(1f, 7f, 2f, type));
        }
        add(
                cases,
                "zeros",
                "defaults",
                m -> List.of(m.zeros(SHAPE), m.zeros(SHAPE, DataType.INT8, Device.cpu())));
        add(
                cases,
                "ones",
                "defaults",
                m -> List.of(m.ones(SHAPE), m.ones(SHAPE, DataType.INT8, Device.cpu())));
        add(
                cases,
                "full",
                "defaults",
                m ->
                        List.of(
                                m.full(SHAPE, 3),
                                m.full(SHAPE, 1.5f),
                                m.full(SHAPE, 1.5f, DataType.FLOAT64, Device.cpu())));
        add(cases, "full", "NaN", m -> m.full(SHAPE, Float.NaN));
        add(cases, "full", "scalar", m -> m.full(new Shape(), 3f));
        add(cases, "zeros", "empty", m -> m.zeros(new Shape(0, 3)));
        add(cases, "zeros", "scalar", m -> m.zeros(new Shape()));
        add(cases, "zeros", "negative", m -> m.zeros(new Shape(-2)));
        add(cases, "eye", "square", m -> List.of(m.eye(3), m.eye(2, 3), m.eye(2, 3, 0)));
        add(cases, "eye", "diagonal", m -> m.eye(3, 3, 1));
        add(cases, "eye", "lower diagonal", m -> m.eye(3, 4, -1));
        add(cases, "eye", "on a device", m -> m.eye(2, 2, 0, DataType.FLOAT64, Device.cpu()));
        for (DataType type : Cases.TYPES) {
            cases.add(
                    "like",
                    type.toString(),
                    EXACT,
                    in -> {
                        NDArray x = in.array(type, Domain.PLAIN, Layout.TRANSPOSED);
                        return List.of(
                                x.zerosLike(),
                                x.onesLike(),
                                x.like().getShape(),
                                x.like().getDataType());
                    });
        }
    }

    private static void ranges(Cases cases) {
        add(cases, "arange", "ints", m -> List.of(m.arange(5), m.arange(2, 6), m.arange(2, 9, 3)));
        add(
                cases,
                "arange",
                "floats",
                m -> List.of(m.arange(3.5f), m.arange(1f, 3.5f), m.arange(0f, 1f, 0.25f)));
        add(cases, "arange", "down", m -> m.arange(5, 0, -2));
        add(cases, "arange", "empty", m -> m.arange(5, 0, 1));
        add(cases, "arange", "zero", m -> m.arange(0));
        add(cases, "arange", "zero step", m -> m.arange(0, 5, 0));
        add(cases, "arange", "uneven", m -> m.arange(0f, 1f, 0.3f));
        add(cases, "arange", "typed ints", m -> m.arange(0, 6, 2, DataType.INT64));
        add(
                cases,
                "arange",
                "on a device",
                m -> m.arange(0f, 2f, 0.5f, DataType.FLOAT64, Device.cpu()));
        cases.add(
                "linspace",
                "ints",
                ROUNDED,
                in ->
                        List.of(
                                in.manager().linspace(0, 9, 10),
                                in.manager().linspace(0, 1, 3, true)));
        cases.add("linspace", "floats", ROUNDED, in -> in.manager().linspace(-1f, 1f, 7));
        cases.add("linspace", "one", ROUNDED, in -> in.manager().linspace(2f, 5f, 1));
        cases.add("linspace", "none", EXACT, in -> in.manager().linspace(2f, 5f, 0));
        cases.add("linspace", "negative", EXACT, in -> in.manager().linspace(2f, 5f, -1));
        cases.add("linspace", "open", EXACT, in -> in.manager().linspace(0f, 4f, 4, false));
        cases.add(
                "linspace",
                "on a device",
                ROUNDED,
                in -> in.manager().linspace(0f, 4f, 5, true, Device.cpu()));
        for (long points : List.of(0L, 1L, 2L, 9L, 16L)) {
            cases.add(
                    "hanningWindow",
                    "points " + points,
                    Tolerance.ACCUMULATED,
                    in -> in.manager().hanningWindow(points));
        }
    }

    private static void sparse(Cases cases) {
        long[][] indices = {{0, 1, 1}, {2, 0, 2}};
        add(
                cases,
                "coo",
                "dense again",
                m -> {
                    NDArray coo =
                            m.createCoo(FloatBuffer.wrap(new float[] {3, 4, 5}), indices, SHAPE);
                    return List.of(coo.toDense(), coo.isSparse(), coo.getSparseFormat());
                });
        add(
                cases,
                "coo",
                "from dense",
                m -> {
                    NDArray sparse =
                            m.create(new float[] {0, 1, 0, 2, 0, 0}, SHAPE)
                                    .toSparse(SparseFormat.COO);
                    return List.of(sparse.isSparse(), sparse.toDense());
                });
        add(cases, "coo", "of dense", m -> m.ones(SHAPE).toDense());
        add(cases, "coo", "to dense format", m -> m.ones(SHAPE).toSparse(SparseFormat.DENSE));
        add(cases, "coo", "to csr", m -> m.ones(SHAPE).toSparse(SparseFormat.CSR));
        add(
                cases,
                "csr",
                "create",
                m ->
                        m.createCSR(
                                FloatBuffer.wrap(new float[] {1}),
                                new long[] {0, 1, 1},
                                new long[] {0},
                                SHAPE));
        add(
                cases,
                "csr",
                "on a device",
                m ->
                        m.createCSR(
                                new float[] {1},
                                new long[] {0, 1, 1},
                                new long[] {0},
                                SHAPE,
                                Device.cpu()));
        add(
                cases,
                "csr",
                "of a buffer, on a device",
                m ->
                        m.createCSR(
                                FloatBuffer.wrap(new float[] {1}),
                                new long[] {0, 1, 1},
                                new long[] {0},
                                SHAPE,
                                Device.cpu()));
        add(
                cases,
                "rowSparse",
                "on a device",
                m ->
                        m.createRowSparse(
                                FloatBuffer.wrap(new float[3]),
                                new Shape(1, 3),
                                new long[] {0},
                                SHAPE,
                                Device.cpu()));
        add(
                cases,
                "rowSparse",
                "create",
                m ->
                        m.createRowSparse(
                                FloatBuffer.wrap(new float[3]),
                                new Shape(1, 3),
                                new long[] {0},
                                SHAPE));
    }

    private static void strings(Cases cases) {
        add(cases, "strings", "one", m -> m.create("text"));
        add(cases, "strings", "several", m -> m.create(new String[] {"a", "b"}));
        add(cases, "strings", "shaped", m -> m.create(new String[] {"a", "b"}, new Shape(2, 1)));
        add(
                cases,
                "strings",
                "charset",
                m -> m.create(new String[] {"ä"}, StandardCharsets.ISO_8859_1).toStringArray());
        add(
                cases,
                "strings",
                "charset and shape",
                m -> {
                    NDArray x =
                            m.create(
                                    new String[] {"a", "b"},
                                    StandardCharsets.UTF_8,
                                    new Shape(1, 2));
                    return List.of(x, x.toStringArray(StandardCharsets.UTF_8));
                });
        add(cases, "strings", "text", m -> m.create(new String[] {"a", "b"}).toString());
        add(cases, "strings", "bytes", m -> m.create("text").toByteBuffer());
        add(
                cases,
                "strings",
                "equal",
                m -> m.create(new String[] {"a"}).contentEquals(m.create(new String[] {"a"})));
        add(cases, "strings", "add", m -> m.create("text").add(1));
        cases.add("strings", "of numbers", EXACT, in -> in.floats(2).toStringArray());
    }
}
