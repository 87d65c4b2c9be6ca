package dev.retort.torch.safetensors;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.json.JsonWriteFeature;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.Map;

/** Writes a header as the Python package does, to the last byte. */
final class HeaderWriter {
    private static final JsonFactory JSON =
            JsonFactory.builder()
                    .disable(JsonWriteFeature.WRITE_HEX_UPPER_CASE)
                    .enable(JsonWriteFeature.COMBINE_UNICODE_SURROGATES_IN_UTF8)
                    .build();

    private HeaderWriter() {}

    /**
     * The first bytes of a file: the length of the header, the header, and spaces so that the data
     * begins at a multiple of 8.
     */
    static ByteBuffer write(Header header) throws IOException {
        ByteArrayOutputStream json = new ByteArrayOutputStream();
        try (JsonGenerator generator = JSON.createGenerator(json)) {
            write(header, generator);
        }
        int length = Math.ceilDiv(json.size(), Long.BYTES) * Long.BYTES;
        if (length > Header.MAX_LENGTH) {
            throw new IllegalArgumentException(
                    "expected names and metadata for a header of at most %d bytes, found %d"
                            .formatted(Header.MAX_LENGTH, length));
        }
        byte[] padded = Arrays.copyOf(json.toByteArray(), length);
        Arrays.fill(padded, json.size(), length, (byte) ' ');
        return ByteBuffer.allocate(Long.BYTES + length)
                .order(ByteOrder.LITTLE_ENDIAN)
                .putLong(length)
                .put(padded)
                .flip();
    }

    private static void write(Header header, JsonGenerator generator) throws IOException {
        generator.writeStartObject();
        if (!header.metadata().isEmpty()) {
            generator.writeObjectFieldStart(Header.METADATA);
            for (Map.Entry<String, String> entry : header.metadata().entrySet()) {
                generator.writeStringField(entry.getKey(), entry.getValue());
            }
            generator.writeEndObject();
        }
        for (TensorEntry tensor : header.tensors().values()) {
            generator.writeObjectFieldStart(tensor.name());
            generator.writeStringField("dtype", tensor.type().name());
            writeLongs(generator, "shape", tensor.shape().getShape());
            writeLongs(generator, "data_offsets", tensor.offset(), tensor.end());
            generator.writeEndObject();
        }
        generator.writeEndObject();
    }

    private static void writeLongs(JsonGenerator generator, String field, long... values)
            throws IOException {
        generator.writeFieldName(field);
        generator.writeArray(values, 0, values.length);
    }
}
