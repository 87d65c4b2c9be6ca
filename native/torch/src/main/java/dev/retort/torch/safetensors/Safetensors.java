package dev.retort.torch.safetensors;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.UUID;

/**
 * Saves and loads arrays as safetensors files. The bytes written are those that Python's {@code
 * safetensors.torch.save_file} writes for the same tensors and metadata.
 */
public final class Safetensors {
    private Safetensors() {}

    /**
     * Loads all tensors of a file. {@link SafetensorsFile} reads them one by one.
     *
     * @param path a file in the safetensors format
     * @param manager owns the arrays, which lie on its device
     * @return arrays with their names, in the order of the file
     * @throws SafetensorsException if it is not in that format
     * @throws IOException if it cannot be read
     */
    public static NDList load(Path path, NDManager manager) throws IOException {
        try (SafetensorsFile file = SafetensorsFile.open(path)) {
            return file.readAll(manager);
        }
    }

    /**
     * Saves arrays by their names, without metadata.
     *
     * @param path the file
     * @param arrays arrays that each have a name of their own
     * @throws IOException if it cannot be written; an older file of that name is then unchanged
     */
    public static void save(Path path, NDList arrays) throws IOException {
        Map<String, NDArray> named = new LinkedHashMap<>();
        for (NDArray array : arrays) {
            if (array.getName() == null || named.putIfAbsent(array.getName(), array) != null) {
                throw new IllegalArgumentException(
                        "expected a name of its own for each array, found '%s'%s"
                                .formatted(
                                        array.getName(), array.getName() == null ? "" : " twice"));
            }
        }
        save(path, named, Map.of());
    }

    /**
     * Saves arrays. They are written one after the other, so that beside them memory is taken for
     * one at most, and for none on the CPU. The file appears complete and forced to disk, by an
     * atomic rename.
     *
     * @param path the file
     * @param arrays arrays by name, on any device, contiguous or not
     * @param metadata texts that describe the file, in their order; {@code format}: {@code pt} is
     *     what Python's {@code transformers} asks for
     * @throws IOException if it cannot be written; an older file of that name is then unchanged
     */
    public static void save(
            Path path, Map<String, ? extends NDArray> arrays, Map<String, String> metadata)
            throws IOException {
        List<TensorEntry> entries = new ArrayList<>();
        arrays.forEach((name, array) -> entries.add(entry(name, array)));
        Header header = Header.of(metadata, entries);
        Path target = path.toAbsolutePath();
        Path staging = target.resolveSibling("." + target.getFileName() + "." + UUID.randomUUID());
        try {
            try (FileChannel channel =
                    FileChannel.open(
                            staging, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)) {
                write(header, arrays, channel);
                channel.force(true);
            }
            Files.move(
                    staging,
                    target,
                    StandardCopyOption.ATOMIC_MOVE,
                    StandardCopyOption.REPLACE_EXISTING);
        } finally {
            Files.deleteIfExists(staging);
        }
    }

    private static TensorEntry entry(String name, NDArray array) {
        if (name.equals(Header.METADATA)) {
            throw new IllegalArgumentException(
                    "expected names other than '%s', which the format keeps for metadata"
                            .formatted(Header.METADATA));
        }
        ElementType type = ElementType.of(array.getDataType());
        Shape shape = array.getShape();
        return new TensorEntry(name, type, shape, 0, TensorEntry.bytes(type, shape.getShape()));
    }

    private static void write(
            Header header, Map<String, ? extends NDArray> arrays, FileChannel channel)
            throws IOException {
        ByteBuffer start = HeaderWriter.write(header);
        while (start.hasRemaining()) {
            channel.write(start);
        }
        long data = channel.position();
        for (TensorEntry tensor : header.tensors().values()) {
            TensorBytes.write(Objects.requireNonNull(arrays.get(tensor.name())), channel);
            long written = channel.position() - data;
            if (written != tensor.end()) {
                throw new IllegalStateException(
                        "expected the engine to give %d bytes up to the end of '%s', found %d"
                                .formatted(tensor.end(), tensor.name(), written));
            }
        }
    }
}
