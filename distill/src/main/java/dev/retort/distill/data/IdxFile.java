package dev.retort.distill.data;

import dev.retort.distill.fingerprint.Fingerprint;

import java.io.BufferedInputStream;
import java.io.DataInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.zip.GZIPInputStream;

/**
 * Reads the IDX format of the MNIST family: a big-endian magic number (0, 0, element type, number
 * of dimensions), the dimensions as 32-bit integers, then the elements. Only unsigned bytes, the
 * type of every published file, are read; gzip is recognised by its first two bytes.
 */
final class IdxFile {
    private static final int UNSIGNED_BYTE = 8;
    private static final int GZIP_MAGIC = 0x1f8b;

    private IdxFile() {}

    /**
     * Reads one file and checks every dimension, then every byte.
     *
     * @param name how messages call the file
     * @param in the file's content, plain or gzip; closed
     * @param sha256 the hash that it must have once it is unpacked, header included
     * @param dimensions the dimensions that the file must have
     * @return the elements, row-major
     * @throws DataException if the file is not IDX, has other dimensions, is cut short or too long,
     *     or has another hash
     */
    static byte[] read(String name, InputStream in, Fingerprint sha256, int... dimensions) {
        try (DataInputStream data = new DataInputStream(unzipped(in))) {
            checkHeader(name, data, dimensions);
            int length = Arrays.stream(dimensions).reduce(1, Math::multiplyExact);
            byte[] elements = data.readNBytes(length);
            if (elements.length < length) {
                throw new DataException(
                        "%s is cut short: expected %d elements, found %d"
                                .formatted(name, length, elements.length));
            }
            if (data.read() != -1) {
                throw new DataException(
                        "%s is too long: expected %d elements, found more".formatted(name, length));
            }
            Fingerprint found = Fingerprint.of(header(dimensions), elements);
            if (!found.equals(sha256)) {
                throw new DataException(
                        "%s is of another data set of the same form: expected the SHA-256 %s… of its content, found %s…"
                                .formatted(name, sha256.brief(), found.brief()));
            }
            return elements;
        } catch (EOFException e) {
            throw new DataException(
                    "%s is cut short: its IDX header or its compressed data ends early"
                            .formatted(name),
                    e);
        } catch (IOException e) {
            throw new DataException("%s cannot be read: %s".formatted(name, e.getMessage()), e);
        }
    }

    private static void checkHeader(String name, DataInputStream data, int[] dimensions)
            throws IOException {
        int magic = data.readInt();
        int expected = magic(dimensions);
        if (magic != expected) {
            throw new DataException(
                    "%s is not the IDX file it should be: expected magic number 0x%08x, found 0x%08x"
                            .formatted(name, expected, magic));
        }
        int[] found = new int[dimensions.length];
        for (int i = 0; i < found.length; i++) {
            found[i] = data.readInt();
        }
        if (!Arrays.equals(found, dimensions)) {
            throw new DataException(
                    "%s has the wrong dimensions: expected %s, found %s"
                            .formatted(name, Arrays.toString(dimensions), Arrays.toString(found)));
        }
    }

    /** As it was found, since every bit of it was checked. */
    private static byte[] header(int[] dimensions) {
        ByteBuffer header = ByteBuffer.allocate(Integer.BYTES * (1 + dimensions.length));
        header.putInt(magic(dimensions));
        for (int dimension : dimensions) {
            header.putInt(dimension);
        }
        return header.array();
    }

    private static int magic(int[] dimensions) {
        return UNSIGNED_BYTE << 8 | dimensions.length;
    }

    private static InputStream unzipped(InputStream in) throws IOException {
        BufferedInputStream buffered = new BufferedInputStream(in);
        buffered.mark(2);
        int magic = buffered.read() << 8 | buffered.read();
        buffered.reset();
        return magic == GZIP_MAGIC ? new GZIPInputStream(buffered) : buffered;
    }
}
