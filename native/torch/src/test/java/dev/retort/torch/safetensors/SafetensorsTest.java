package dev.retort.torch.safetensors;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.channels.Channels;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Stream;

/** Reading what Python wrote, and writing the same bytes. */
class SafetensorsTest {
    @TempDir private Path folder;
    private NDManager manager;

    @BeforeEach
    void open() {
        manager = NDManager.newBaseManager();
    }

    @AfterEach
    void close() {
        manager.close();
    }

    @Test
    void readsAllTypesThatPythonWrote() throws IOException {
        try (SafetensorsFile file = SafetensorsFile.open(Golden.file("all-types.safetensors"))) {
            assertEquals(Map.of("format", "pt"), file.metadata());
            assertEquals(Golden.allTypes().keySet(), Set.copyOf(file.tensors().keySet()));
            Golden.allTypes().forEach((name, expected) -> assertTensor(name, expected, file));
        }
    }

    private void assertTensor(String name, Golden.Expected expected, SafetensorsFile file) {
        NDArray array = file.read(name, manager);
        assertEquals(name, array.getName());
        TensorEntry entry = Objects.requireNonNull(file.tensors().get(name));
        assertEquals(entry.type().dataType().orElseThrow(), array.getDataType());
        NDArray real = array.getDataType() == DataType.COMPLEX64 ? array.real() : array;
        assertEquals(expected.shape(), real.getShape(), name);
        if (array.getDataType() == DataType.INT64) {
            long[] longs = expected.values().stream().mapToLong(Long::parseLong).toArray();
            assertArrayEquals(longs, array.toLongArray());
        } else {
            assertArrayEquals(
                    expected.doubles(), real.toType(DataType.FLOAT64, true).toDoubleArray(), name);
        }
    }

    @Test
    void writesTheBytesThatPythonWrote() throws IOException {
        Path golden = Golden.file("all-types.safetensors");
        Map<String, NDArray> arrays = new LinkedHashMap<>();
        try (SafetensorsFile file = SafetensorsFile.open(golden)) {
            // Another order than the file's.
            Golden.allTypes().keySet().forEach(name -> arrays.put(name, file.read(name, manager)));
        }
        Path written = folder.resolve("written.safetensors");
        Safetensors.save(written, arrays, Map.of("format", "pt"));
        assertArrayEquals(Files.readAllBytes(golden), Files.readAllBytes(written));
    }

    @Test
    void arraysOutliveTheFileAndTakeChanges() throws IOException {
        Path path = folder.resolve("weights.safetensors");
        Safetensors.save(path, Map.of("w", manager.ones(new Shape(1000))), Map.of());
        NDList arrays = Safetensors.load(path, manager);
        Safetensors.save(path, Map.of("w", manager.zeros(new Shape(1000))), Map.of());
        NDArray w = arrays.get("w");
        w.addi(1);
        assertEquals(2000, w.sum().getFloat());
        assertEquals(0, Safetensors.load(path, manager).get("w").sum().getFloat());
    }

    @Test
    void writesViewsInRowMajorOrder() throws IOException {
        NDArray matrix = manager.arange(6f).reshape(2, 3);
        Path path = folder.resolve("view.safetensors");
        Safetensors.save(
                path,
                Map.of("t", matrix.transpose(), "c", matrix.get(":,1"), "b", matrix.get("1")),
                Map.of());
        NDList read = Safetensors.load(path, manager);
        assertArrayEquals(new float[] {0, 3, 1, 4, 2, 5}, read.get("t").toFloatArray());
        assertArrayEquals(new float[] {1, 4}, read.get("c").toFloatArray());
        assertArrayEquals(new float[] {3, 4, 5}, read.get("b").toFloatArray());
    }

    @Test
    void movesLongTensorsInParts() throws IOException {
        float[] values = new float[1003];
        for (int i = 0; i < values.length; i++) {
            values[i] = i;
        }
        NDArray array = manager.create(values, new Shape(17, 59));
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        TensorBytes.write(array, Channels.newChannel(bytes), 100);
        assertArrayEquals(
                values,
                MemorySegment.ofArray(bytes.toByteArray())
                        .toArray(ValueLayout.JAVA_FLOAT_UNALIGNED));
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment copy = arena.allocate(bytes.size());
            copy.copyFrom(MemorySegment.ofArray(bytes.toByteArray()));
            TensorEntry entry =
                    new TensorEntry("a", ElementType.F32, new Shape(17, 59), 0, bytes.size());
            NDArray read = TensorBytes.read(entry, copy, manager, 100);
            assertEquals(new Shape(17, 59), read.getShape());
            assertArrayEquals(values, read.toFloatArray());
        }
    }

    @Test
    void readsTensorsThatAreNotAligned() throws IOException {
        Path path = folder.resolve("odd.safetensors");
        Files.write(
                path,
                Bytes.file(
                        "{'a':{'dtype':'U8','shape':[1],'data_offsets':[0,1]},"
                                + "'b':{'dtype':'F64','shape':[2],'data_offsets':[1,17]}}",
                        17));
        try (SafetensorsFile file = SafetensorsFile.open(path)) {
            assertArrayEquals(new double[2], file.read("b", manager).toDoubleArray());
        }
    }

    @Test
    void leavesNothingInTheManager() throws IOException {
        NDArray array = manager.arange(100f).reshape(10, 10).transpose();
        int before = manager.getManagedArrays().size();
        Path path = folder.resolve("w.safetensors");
        Safetensors.save(path, Map.of("w", array), Map.of());
        assertEquals(before, manager.getManagedArrays().size());
        Safetensors.load(path, manager);
        assertEquals(before + 1, manager.getManagedArrays().size());
    }

    @Test
    void keepsTheOldFileIfTheNewOneFails() throws IOException {
        Path path = folder.resolve("w.safetensors");
        Safetensors.save(path, Map.of("w", manager.ones(new Shape(3))), Map.of());
        NDArray closed = manager.zeros(new Shape(3));
        // A proxy that knows its shape, and fails when its bytes are asked for.
        NDArray failing = FailingArray.of(closed);
        assertThrows(
                IllegalStateException.class,
                () -> Safetensors.save(path, Map.of("w", failing), Map.of()));
        assertArrayEquals(
                new float[] {1, 1, 1}, Safetensors.load(path, manager).get("w").toFloatArray());
        try (Stream<Path> files = Files.list(folder)) {
            assertEquals(1, files.count());
        }
    }

    @Test
    void refusesWhatTheFormatCannotHold() {
        NDArray one = manager.ones(new Shape(1));
        Path path = folder.resolve("w.safetensors");
        assertThrows(
                IllegalArgumentException.class,
                () -> Safetensors.save(path, Map.of("__metadata__", one), Map.of()));
        assertThrows(IllegalArgumentException.class, () -> Safetensors.save(path, new NDList(one)));
        NDArray same = manager.ones(new Shape(1));
        one.setName("a");
        same.setName("a");
        assertThrows(
                IllegalArgumentException.class,
                () -> Safetensors.save(path, new NDList(one, same)));
        assertTrue(Files.notExists(path));
    }

    @Test
    void givesTypesThatDjlLacksAsBytes() throws IOException {
        Path path = folder.resolve("f8.safetensors");
        Files.write(
                path, Bytes.file("{'a':{'dtype':'F8_E4M3','shape':[3],'data_offsets':[0,3]}}", 3));
        try (SafetensorsFile file = SafetensorsFile.open(path)) {
            assertEquals(3, file.bytes("a").byteSize());
            assertThrows(IllegalArgumentException.class, () -> file.readAll(manager));
            assertThrows(IllegalArgumentException.class, () -> file.read("b", manager));
        }
    }
}
