package dev.retort.torch.safetensors;

import ai.djl.ndarray.types.Shape;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.StreamReadFeature;

import dev.retort.torch.abi.Shapes;

import org.jspecify.annotations.Nullable;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.SequencedMap;

/** Reads a header token by token, and trusts none of them: the file may come from anywhere. */
final class HeaderReader {
    private static final JsonFactory JSON =
            JsonFactory.builder()
                    // Names come from outside: they are not kept beyond the file.
                    .disable(JsonFactory.Feature.CANONICALIZE_FIELD_NAMES)
                    .disable(JsonFactory.Feature.INTERN_FIELD_NAMES)
                    .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
                    .streamReadConstraints(
                            StreamReadConstraints.builder()
                                    // The length of the header bounds both.
                                    .maxNameLength(Header.MAX_LENGTH)
                                    .maxStringLength(Header.MAX_LENGTH)
                                    .build())
                    .build();

    private final JsonParser parser;
    private final SequencedMap<String, String> metadata = new LinkedHashMap<>();
    private final List<TensorEntry> tensors = new ArrayList<>();

    private HeaderReader(JsonParser parser) {
        this.parser = parser;
    }

    /**
     * Reads a header.
     *
     * @param bytes the header without its length
     * @return the header; each tensor is right in itself, and that they cover the file is not
     *     checked
     * @throws SafetensorsException if it is none
     */
    static Header read(ByteBuffer bytes) throws SafetensorsException {
        char[] text = decode(bytes);
        if (text.length == 0 || text[0] != '{') {
            throw new SafetensorsException(
                    "expected a header that begins with '{', found "
                            + (text.length == 0 ? "an empty one" : "'" + text[0] + "'"));
        }
        try (JsonParser parser = JSON.createParser(text)) {
            return new HeaderReader(parser).header();
        } catch (JsonProcessingException e) {
            throw new SafetensorsException(
                    "expected a header in JSON without duplicate keys, found at character "
                            + e.getLocation().getCharOffset()
                            + ": "
                            + e.getOriginalMessage());
        } catch (SafetensorsException e) {
            throw e;
        } catch (IOException e) {
            throw new AssertionError("an array of characters cannot fail to be read", e);
        }
    }

    private static char[] decode(ByteBuffer bytes) throws SafetensorsException {
        try {
            CharBuffer text = StandardCharsets.UTF_8.newDecoder().decode(bytes);
            return Arrays.copyOf(text.array(), text.remaining());
        } catch (CharacterCodingException _) {
            throw new SafetensorsException("expected a header in UTF-8, found other bytes");
        }
    }

    private Header header() throws IOException {
        parser.nextToken();
        for (String key = parser.nextFieldName(); key != null; key = parser.nextFieldName()) {
            if (key.equals(Header.METADATA)) {
                readMetadata();
            } else {
                tensors.add(readTensor(key));
            }
        }
        if (parser.nextToken() != null) {
            throw new SafetensorsException(
                    "expected nothing but spaces after the header's last '}', found "
                            + parser.currentToken());
        }
        tensors.sort(Comparator.comparingLong(TensorEntry::offset).thenComparing(TensorEntry::end));
        LinkedHashMap<String, TensorEntry> byName = new LinkedHashMap<>();
        tensors.forEach(tensor -> byName.put(tensor.name(), tensor));
        return new Header(
                Collections.unmodifiableSequencedMap(metadata),
                Collections.unmodifiableSequencedMap(byName));
    }

    private void readMetadata() throws IOException {
        expect(JsonToken.START_OBJECT, Header.METADATA);
        for (String key = parser.nextFieldName(); key != null; key = parser.nextFieldName()) {
            expect(JsonToken.VALUE_STRING, Header.METADATA + "." + key);
            metadata.put(key, parser.getText());
        }
    }

    private TensorEntry readTensor(String name) throws IOException {
        expect(JsonToken.START_OBJECT, name);
        ElementType type = null;
        long[] shape = null;
        long[] offsets = null;
        for (String key = parser.nextFieldName(); key != null; key = parser.nextFieldName()) {
            switch (key) {
                case "dtype" -> type = readType(name);
                case "shape" -> shape = readLongs(name, key);
                case "data_offsets" -> offsets = readLongs(name, key);
                default -> {
                    parser.nextToken();
                    parser.skipChildren();
                }
            }
        }
        return checked(
                name,
                present(type, name, "dtype"),
                present(shape, name, "shape"),
                present(offsets, name, "data_offsets"));
    }

    private static <T> T present(@Nullable T value, String tensor, String key)
            throws SafetensorsException {
        if (value == null) {
            throw new SafetensorsException(
                    "expected '%s' of tensor '%s', found none".formatted(key, tensor));
        }
        return value;
    }

    private static TensorEntry checked(String name, ElementType type, long[] shape, long[] offsets)
            throws SafetensorsException {
        if (offsets.length != 2 || offsets[0] > offsets[1]) {
            throw new SafetensorsException(
                    "expected the first byte of tensor '%s' and the one after its last, found %s"
                            .formatted(name, Arrays.toString(offsets)));
        }
        if (shape.length > Shapes.MOST_AXES) {
            throw new SafetensorsException(
                    "expected a shape of at most %d axes for tensor '%s', found %d"
                            .formatted(Shapes.MOST_AXES, name, shape.length));
        }
        long bytes;
        try {
            bytes = TensorEntry.bytes(type, shape);
        } catch (ArithmeticException e) {
            throw new SafetensorsException(
                    "expected a whole number of bytes below 2^63 for tensor '%s', found %s of shape %s"
                            .formatted(name, type, Arrays.toString(shape)));
        }
        long found = offsets[1] - offsets[0];
        if (found != bytes) {
            throw new SafetensorsException(
                    "expected %d bytes for tensor '%s', which is %s of shape %s, found %d"
                            .formatted(bytes, name, type, Arrays.toString(shape), found));
        }
        return new TensorEntry(name, type, new Shape(shape), offsets[0], bytes);
    }

    private ElementType readType(String tensor) throws IOException {
        expect(JsonToken.VALUE_STRING, tensor + ".dtype");
        String text = parser.getText();
        try {
            return ElementType.valueOf(text);
        } catch (IllegalArgumentException _) {
            throw new SafetensorsException(
                    "expected the type of tensor '%s' to be one of %s, found '%s'"
                            .formatted(tensor, Arrays.toString(ElementType.values()), text));
        }
    }

    private long[] readLongs(String tensor, String key) throws IOException {
        expect(JsonToken.START_ARRAY, tensor + "." + key);
        List<Long> values = new ArrayList<>();
        while (parser.nextToken() != JsonToken.END_ARRAY) {
            // A number beyond a long gives a JsonProcessingException, which says so.
            if (parser.currentToken() != JsonToken.VALUE_NUMBER_INT || parser.getLongValue() < 0) {
                throw new SafetensorsException(
                        "expected whole numbers from 0 on in '%s' of tensor '%s', found %s"
                                .formatted(key, tensor, parser.getText()));
            }
            values.add(parser.getLongValue());
        }
        return values.stream().mapToLong(Long::longValue).toArray();
    }

    private void expect(JsonToken token, String where) throws IOException {
        if (parser.nextToken() != token) {
            throw new SafetensorsException(
                    "expected %s for '%s', found %s"
                            .formatted(token, where, parser.currentToken()));
        }
    }
}
