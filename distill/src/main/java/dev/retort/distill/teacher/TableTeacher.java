package dev.retort.distill.teacher;

import static java.util.Objects.requireNonNull;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;

import dev.retort.distill.fingerprint.Fingerprint;

import java.io.BufferedInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import java.util.OptionalLong;
import java.util.zip.ZipException;

/**
 * A stored table of soft labels as a teacher: one row for each sample of a data set, found by the
 * sample's position. It does not look at the inputs, so whoever uses it answers for the order of
 * the samples. Held on the heap.
 */
public final class TableTeacher implements Teacher {
    private final String name;
    private final float[] values;
    private final int classes;
    private final TeacherOutput output;

    /**
     * Takes ownership of a table.
     *
     * @param name a few words for messages
     * @param values the rows one after another
     * @param classes the width of a row, at least 2
     * @param output what the numbers mean
     * @throws TeacherException if the values are no whole rows, or there are none
     */
    public TableTeacher(String name, float[] values, int classes, TeacherOutput output) {
        this.name = requireNonNull(name, "name is null");
        this.values = requireNonNull(values, "values is null");
        this.classes = classes;
        this.output = requireNonNull(output, "output is null");
        if (classes < 2 || values.length == 0 || values.length % classes != 0) {
            throw new TeacherException(
                    "expected rows of at least 2 classes in %s, found %d numbers for rows of %d"
                            .formatted(name, values.length, classes));
        }
    }

    /**
     * Reads a table from an {@code .npz} archive of NumPy or a safetensors file that holds one
     * array.
     *
     * @param file the file
     * @param output what the numbers mean
     * @return the table
     * @throws IOException if the file is missing or cannot be read
     * @throws TeacherException if it holds no such table
     */
    public static TableTeacher read(Path file, TeacherOutput output) throws IOException {
        if (!Files.isRegularFile(file)) {
            throw new NoSuchFileException(file.toString());
        }
        try (NDManager manager = NDManager.newBaseManager()) {
            NDList arrays = decode(file, manager);
            if (arrays.size() != 1) {
                throw new TeacherException(
                        "expected one array in %s, found %d".formatted(file, arrays.size()));
            }
            NDArray table = arrays.head();
            Shape shape = table.getShape();
            if (shape.dimension() != 2 || !table.getDataType().isFloating()) {
                throw new TeacherException(
                        "expected floating-point numbers of shape (samples, classes) in %s, found %s"
                                .formatted(file, table.getDataType() + " " + shape));
            }
            float[] values = table.toType(DataType.FLOAT32, false).toFloatArray();
            return new TableTeacher(
                    requireNonNull(file.getFileName(), "a file has a name").toString(),
                    values,
                    Math.toIntExact(shape.get(1)),
                    output);
        }
    }

    private static NDList decode(Path file, NDManager manager) throws IOException {
        try (InputStream in = new BufferedInputStream(Files.newInputStream(file))) {
            return NDList.decode(manager, in);
        } catch (EOFException | ZipException | RuntimeException e) {
            throw new TeacherException(
                    "expected a whole .npz archive or safetensors file, found " + file, e);
        }
    }

    /** The number of rows: those of another data set would be soft labels of other samples. */
    @Override
    public OptionalLong samples() {
        return OptionalLong.of(rows());
    }

    private int rows() {
        return values.length / classes;
    }

    @Override
    public String description() {
        return name + " (table)";
    }

    @Override
    public TeacherOutput output() {
        return output;
    }

    @Override
    public NDArray outputs(NDList data, long[] positions, NDManager owner) {
        long batch = data.head().size(0);
        if (positions.length != batch) {
            throw new TeacherException(
                    "expected the positions of %d samples for %s, found %d"
                            .formatted(batch, description(), positions.length));
        }
        float[] rows = new float[positions.length * classes];
        for (int i = 0; i < positions.length; i++) {
            if (positions[i] < 0 || positions[i] >= rows()) {
                throw new TeacherException(
                        "expected a sample from 0 to %d of %s, found %d"
                                .formatted(rows() - 1, description(), positions[i]));
            }
            System.arraycopy(
                    values, Math.toIntExact(positions[i] * classes), rows, i * classes, classes);
        }
        return owner.create(rows, new Shape(batch, classes));
    }

    @Override
    public Fingerprint fingerprint() {
        ByteBuffer bytes =
                ByteBuffer.allocate(Math.multiplyExact(values.length, Float.BYTES))
                        .order(ByteOrder.LITTLE_ENDIAN);
        bytes.asFloatBuffer().put(values);
        return Fingerprint.of(
                List.of(
                        output.label(),
                        Integer.toString(classes),
                        Fingerprint.of(bytes.array()).hex()));
    }

    /** Does nothing: the table is on the heap. */
    @Override
    public void close() {}
}
