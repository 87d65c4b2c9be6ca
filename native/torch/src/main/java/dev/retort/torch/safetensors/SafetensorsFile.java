package dev.retort.torch.safetensors;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.channels.FileChannel.MapMode;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.SequencedMap;

/**
 * A safetensors file, mapped: opening it reads and checks the header alone, and a tensor is read
 * when it is asked for, straight from the system's page cache into the engine's memory.
 *
 * <p>The header is checked in full before anything is used: its length, encoding and JSON,
 * duplicate keys, the size of each tensor, and that the tensors cover the file without overlap and
 * without a hole. A malformed file gives a {@link SafetensorsException}.
 *
 * <p>May be used from several threads. The file must not be shortened while it is open: the system
 * then ends the process that reads the lost part. Files that are replaced by a rename, as {@link
 * Safetensors#save} does, are safe.
 */
public final class SafetensorsFile implements AutoCloseable {
    private final Path path;
    private final Arena arena;
    private final MemorySegment data;
    private final Header header;

    private SafetensorsFile(Path path, Arena arena, MemorySegment data, Header header) {
        this.path = path;
        this.arena = arena;
        this.data = data;
        this.header = header;
    }

    /**
     * Opens a file.
     *
     * @param path a file in the safetensors format
     * @return the file
     * @throws SafetensorsException if it is not in that format
     * @throws IOException if it cannot be read
     */
    public static SafetensorsFile open(Path path) throws IOException {
        Arena arena = Arena.ofShared();
        try (FileChannel channel = FileChannel.open(path, StandardOpenOption.READ)) {
            ByteBuffer bytes = readHeader(channel);
            long start = Long.BYTES + (long) bytes.limit();
            long length = channel.size() - start;
            Header header = HeaderReader.read(bytes);
            header.checkCover(length);
            MemorySegment data = channel.map(MapMode.READ_ONLY, start, length, arena);
            return new SafetensorsFile(path, arena, data, header);
        } catch (SafetensorsException e) {
            arena.close();
            throw new SafetensorsException(path + " is no safetensors file: " + e.getMessage());
        } catch (IOException | RuntimeException e) {
            arena.close();
            throw e;
        }
    }

    private static ByteBuffer readHeader(FileChannel channel) throws IOException {
        long size = channel.size();
        if (size < Long.BYTES) {
            throw new SafetensorsException(
                    "expected the header's length in the first 8 bytes, found a file of %d bytes"
                            .formatted(size));
        }
        long length = read(channel, 0, Long.BYTES).getLong(0);
        if (length < 0 || length > Header.MAX_LENGTH) {
            throw new SafetensorsException(
                    "expected a header of at most %d bytes, found %s"
                            .formatted(Header.MAX_LENGTH, Long.toUnsignedString(length)));
        }
        if (length > size - Long.BYTES) {
            throw new SafetensorsException(
                    "expected a header of %d bytes, found a file of %d bytes, so the file is truncated"
                            .formatted(length, size));
        }
        return read(channel, Long.BYTES, (int) length);
    }

    private static ByteBuffer read(FileChannel channel, long position, int length)
            throws IOException {
        ByteBuffer bytes = ByteBuffer.allocate(length).order(ByteOrder.LITTLE_ENDIAN);
        while (bytes.hasRemaining()) {
            if (channel.read(bytes, position + bytes.position()) < 0) {
                throw new SafetensorsException("expected a file that stays, found it shortened");
            }
        }
        return bytes.flip();
    }

    /**
     * What the header says of the tensors.
     *
     * @return the tensors by name, in the order of their bytes
     */
    public SequencedMap<String, TensorEntry> tensors() {
        return header.tensors();
    }

    /**
     * The texts that describe the file, such as {@code format}: {@code pt} from Python.
     *
     * @return the texts by key, empty if there are none
     */
    public SequencedMap<String, String> metadata() {
        return header.metadata();
    }

    /**
     * The bytes of a tensor as they lie in the file, little-endian and row-major, without a copy.
     *
     * @param name the name of the tensor
     * @return a read-only segment, alive until this file is closed
     * @throws IllegalArgumentException if there is no such tensor
     */
    public MemorySegment bytes(String name) {
        TensorEntry tensor = entry(name);
        return data.asSlice(tensor.offset(), tensor.length());
    }

    /**
     * Reads a tensor. DJL's own PyTorch engine has no bfloat16 and gets such a tensor in single
     * precision; of 16-bit and unsigned integers it has none.
     *
     * @param name the name of the tensor
     * @param manager owns the array, which lies on its device
     * @return an array with memory of its own and this name
     * @throws IllegalArgumentException if there is no such tensor, or DJL or its engine lacks its
     *     type; {@link #bytes} gives those
     */
    public NDArray read(String name, NDManager manager) {
        TensorEntry tensor = entry(name);
        NDArray array = TensorBytes.read(tensor, bytes(name), manager);
        array.setName(name);
        return array;
    }

    /**
     * Reads all tensors.
     *
     * @param manager owns the arrays, which lie on its device
     * @return arrays with memory of their own and their names, in the order of the file
     * @throws IllegalArgumentException if DJL or its engine lacks the type of one
     */
    public NDList readAll(NDManager manager) {
        tensors().values().forEach(TensorBytes::requireDataType);
        NDList arrays = new NDList(tensors().size());
        try {
            tensors().keySet().forEach(name -> arrays.add(read(name, manager)));
        } catch (RuntimeException e) {
            arrays.close();
            throw e;
        }
        return arrays;
    }

    private TensorEntry entry(String name) {
        TensorEntry tensor = header.tensors().get(name);
        if (tensor == null) {
            throw new IllegalArgumentException(
                    "expected one of the tensors of %s, which are %s, found '%s'"
                            .formatted(path, header.tensors().keySet(), name));
        }
        return tensor;
    }

    /** Unmaps the file; arrays that were read stay. */
    @Override
    public void close() {
        arena.close();
    }
}
