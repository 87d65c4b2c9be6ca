package dev.retort.device.compile;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/**
 * Compiled code as the bytes of a file: a mark with the version of this form, the SHA-256 of the
 * rest, then the names, the log and the code.
 */
final class CacheEntry {
    private static final byte[] MARK = "retort-code-1\n".getBytes(StandardCharsets.US_ASCII);
    private static final int DIGEST_BYTES = 32;
    private static final int HEAD_BYTES = MARK.length + DIGEST_BYTES;

    private CacheEntry() {}

    static byte[] bytes(CompiledCode code) {
        ByteArrayOutputStream buffer = new ByteArrayOutputStream();
        try (DataOutputStream out = new DataOutputStream(buffer)) {
            out.writeInt(code.loweredNames().size());
            for (Map.Entry<String, String> name : code.loweredNames().entrySet()) {
                writeText(out, name.getKey());
                writeText(out, name.getValue());
            }
            writeText(out, code.log());
            out.write(code.image().toArray(ValueLayout.JAVA_BYTE));
        } catch (IOException e) {
            throw new UncheckedIOException("a buffer in memory cannot fail", e);
        }
        byte[] content = buffer.toByteArray();
        byte[] all = Arrays.copyOf(MARK, HEAD_BYTES + content.length);
        System.arraycopy(digest(content), 0, all, MARK.length, DIGEST_BYTES);
        System.arraycopy(content, 0, all, HEAD_BYTES, content.length);
        return all;
    }

    /** The code, or empty when the bytes are not what {@link #bytes} made. */
    static Optional<CompiledCode> code(byte[] all) {
        if (all.length < HEAD_BYTES || !Arrays.equals(all, 0, MARK.length, MARK, 0, MARK.length)) {
            return Optional.empty();
        }
        byte[] content = Arrays.copyOfRange(all, HEAD_BYTES, all.length);
        byte[] written = Arrays.copyOfRange(all, MARK.length, HEAD_BYTES);
        if (!MessageDigest.isEqual(digest(content), written)) {
            return Optional.empty();
        }
        try (DataInputStream in = new DataInputStream(new ByteArrayInputStream(content))) {
            int count = in.readInt();
            Map<String, String> names = new HashMap<>();
            for (int i = 0; i < count; i++) {
                String expression = readText(in);
                names.put(expression, readText(in));
            }
            String log = readText(in);
            MemorySegment image = MemorySegment.ofArray(in.readAllBytes()).asReadOnly();
            return Optional.of(new CompiledCode(image, names, log, true));
        } catch (IOException e) {
            throw new UncheckedIOException("content with the right digest has another form", e);
        }
    }

    private static byte[] digest(byte[] content) {
        return CacheKey.sha256().digest(content);
    }

    // DataOutput.writeUTF ends at 64 KiB, which a log may exceed.
    private static void writeText(DataOutputStream out, String text) throws IOException {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        out.writeInt(bytes.length);
        out.write(bytes);
    }

    private static String readText(DataInputStream in) throws IOException {
        return new String(in.readNBytes(in.readInt()), StandardCharsets.UTF_8);
    }
}
