package dev.retort.torch.safetensors;

import java.util.Arrays;
import java.util.Collection;
import java.util.Collections;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;

/**
 * The contents of a file's header: texts that describe the file, and the tensors in the order of
 * their bytes.
 */
record Header(SequencedMap<String, String> metadata, SequencedMap<String, TensorEntry> tensors) {
    /** The key of the header under which metadata stands; no tensor can be named so. */
    static final String METADATA = "__metadata__";

    /** The longest header in bytes that the Python package reads. */
    static final int MAX_LENGTH = 100_000_000;

    /** The header of a file that holds these tensors, which lie as the Python package lays them. */
    static Header of(Map<String, String> metadata, Collection<TensorEntry> unplaced) {
        List<TensorEntry> sorted =
                unplaced.stream()
                        .sorted(
                                Comparator.comparing(TensorEntry::type)
                                        .reversed()
                                        .thenComparing(TensorEntry::name, Header::byCodePoint))
                        .toList();
        LinkedHashMap<String, TensorEntry> placed = new LinkedHashMap<>();
        long offset = 0;
        for (TensorEntry tensor : sorted) {
            placed.put(
                    tensor.name(),
                    new TensorEntry(
                            tensor.name(), tensor.type(), tensor.shape(), offset, tensor.length()));
            offset = Math.addExact(offset, tensor.length());
        }
        return new Header(
                Collections.unmodifiableSequencedMap(new LinkedHashMap<>(metadata)),
                Collections.unmodifiableSequencedMap(placed));
    }

    /** The order of the bytes in UTF-8, which differs from Java's beyond the basic plane. */
    private static int byCodePoint(String first, String second) {
        return Arrays.compare(first.codePoints().toArray(), second.codePoints().toArray());
    }

    /**
     * Checks that the tensors fill the data of a file without overlap and without a hole.
     *
     * @param dataLength the bytes that follow the header
     */
    void checkCover(long dataLength) throws SafetensorsException {
        long end = 0;
        String before = "the header";
        for (TensorEntry tensor : tensors.values()) {
            if (tensor.offset() != end) {
                throw new SafetensorsException(
                        "expected tensor '%s' to begin at byte %d, where %s ends, found %d, so there is %s"
                                .formatted(
                                        tensor.name(),
                                        end,
                                        before,
                                        tensor.offset(),
                                        tensor.offset() < end ? "an overlap" : "a hole"));
            }
            end = tensor.end();
            before = "'" + tensor.name() + "'";
        }
        if (end != dataLength) {
            throw new SafetensorsException(
                    "expected %d bytes of data after the header, found %d, so the file is %s"
                            .formatted(
                                    end,
                                    dataLength,
                                    dataLength < end ? "truncated" : "longer than its tensors"));
        }
    }
}
