package dev.retort.efficiency.journal;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.zip.CRC32C;

/**
 * A line as text: a JSON object whose last member is the CRC-32C, in eight hexadecimal digits, of
 * all bytes before that member.
 */
final class LineFormat {
    private static final String CHECKSUM = ",\"crc32c\":\"";
    private static final int TAIL = CHECKSUM.length() + 8 + 2;

    private static final ObjectMapper JSON =
            JsonMapper.builder()
                    .configure(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES, false)
                    .build();

    private LineFormat() {}

    /** The bytes of a line, its end of line included. */
    static byte[] bytes(Line line) {
        try {
            String object = JSON.writeValueAsString(line);
            String body = object.substring(0, object.length() - 1);
            String checksum = "%08x".formatted(crc(body.getBytes(StandardCharsets.UTF_8)));
            return (body + CHECKSUM + checksum + "\"}\n").getBytes(StandardCharsets.UTF_8);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("a line of plain values cannot be written", e);
        }
    }

    /** The line that the text holds, or empty if it is torn or changed. */
    static Optional<Line> parse(String text) {
        int cut = text.length() - TAIL;
        if (cut < 0 || !text.startsWith(CHECKSUM, cut) || !text.endsWith("\"}")) {
            return Optional.empty();
        }
        String body = text.substring(0, cut);
        String expected = text.substring(cut + CHECKSUM.length(), text.length() - 2);
        if (!"%08x".formatted(crc(body.getBytes(StandardCharsets.UTF_8))).equals(expected)) {
            return Optional.empty();
        }
        try {
            return Optional.of(JSON.readValue(body + "}", Line.class));
        } catch (IOException e) {
            return Optional.empty();
        }
    }

    private static long crc(byte[] bytes) {
        CRC32C crc = new CRC32C();
        crc.update(bytes);
        return crc.getValue();
    }
}
