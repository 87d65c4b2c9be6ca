package dev.retort.distill.teacher;

import static java.util.Objects.requireNonNull;

import dev.retort.distill.fingerprint.Fingerprint;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.channels.FileChannel;
import java.nio.channels.FileChannel.MapMode;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.SortedSet;
import java.util.TreeSet;

/** The files of an ONNX model: its graph, and those that its large tensors may be kept in. */
final class OnnxFiles {
    // In the graph each tensor names its file by an entry of two strings, the key "location" (field
    // 1) and the name (field 2): "External Data" of the ONNX specification.
    private static final byte[] ENTRY = "\n\blocation\u0012".getBytes(StandardCharsets.US_ASCII);
    private static final int LONGEST_NAME = 4096;

    private OnnxFiles() {}

    /** The hash of a model and of what it keeps in other files. */
    static Fingerprint fingerprint(Path file) throws IOException {
        Fingerprint graph = Fingerprint.of(file);
        List<String> words = new ArrayList<>(List.of(graph.hex()));
        Path folder = requireNonNull(file.toAbsolutePath().getParent(), "a file has a folder");
        for (String name : names(file)) {
            Path data = folder.resolve(name);
            // The same bytes may stand in a tensor by chance.
            if (Files.isRegularFile(data)) {
                words.add(name);
                words.add(Fingerprint.of(data).hex());
            }
        }
        return words.size() == 1 ? graph : Fingerprint.of(words);
    }

    private static SortedSet<String> names(Path file) throws IOException {
        SortedSet<String> names = new TreeSet<>();
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ);
                Arena arena = Arena.ofConfined()) {
            MemorySegment bytes = channel.map(MapMode.READ_ONLY, 0, channel.size(), arena);
            long last = bytes.byteSize() - ENTRY.length - 2;
            for (long at = 0; at < last; at++) {
                if (isEntry(bytes, at)) {
                    String name = name(bytes, at + ENTRY.length);
                    if (!name.isEmpty() && name.chars().noneMatch(Character::isISOControl)) {
                        names.add(name);
                    }
                }
            }
        }
        return names;
    }

    private static boolean isEntry(MemorySegment bytes, long at) {
        for (int i = 0; i < ENTRY.length; i++) {
            if (bytes.get(ValueLayout.JAVA_BYTE, at + i) != ENTRY[i]) {
                return false;
            }
        }
        return true;
    }

    /** A string behind its length, of seven bits a byte with the lowest first. */
    private static String name(MemorySegment bytes, long at) {
        int low = bytes.get(ValueLayout.JAVA_BYTE, at);
        boolean isShort = low >= 0;
        int length = isShort ? low : (low & 0x7F) | bytes.get(ValueLayout.JAVA_BYTE, at + 1) << 7;
        long from = at + (isShort ? 1 : 2);
        if (length < 0 || length > LONGEST_NAME || from + length > bytes.byteSize()) {
            return "";
        }
        byte[] name = bytes.asSlice(from, length).toArray(ValueLayout.JAVA_BYTE);
        return new String(name, StandardCharsets.UTF_8);
    }
}
