package dev.retort.planning.table;

import dev.retort.planning.PlanningException;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/**
 * The lines of a text.
 *
 * @param lines the lines, without what ends them
 * @param notes what was presumed of its letters
 */
record TextFile(List<String> lines, List<String> notes) {
    /** Of text in UTF-8 or, with a mark of it, UTF-16; other bytes are taken as Latin-1. */
    static TextFile decode(String name, byte[] bytes) {
        if (startsWith(bytes, 0xff, 0xfe) || startsWith(bytes, 0xfe, 0xff)) {
            return new TextFile(lines(new String(bytes, StandardCharsets.UTF_16)), List.of());
        }
        requireText(name, bytes);
        try {
            ByteBuffer buffer = ByteBuffer.wrap(bytes);
            return new TextFile(
                    lines(StandardCharsets.UTF_8.newDecoder().decode(buffer).toString()),
                    List.of());
        } catch (CharacterCodingException _) {
            // What Windows writes as Latin-1; all differences are signs that no number has.
            return new TextFile(
                    lines(new String(bytes, Charset.forName("windows-1252"))),
                    List.of("The file is not in UTF-8: it was read as Latin-1."));
        }
    }

    private static void requireText(String name, byte[] bytes) {
        String other = "";
        if (startsWith(bytes, 'P', 'K', 3, 4)) {
            other = "a zip archive, such as a workbook";
        } else if (startsWith(bytes, 0x1f, 0x8b)) {
            other = "a file compressed with gzip";
        } else if (startsWith(bytes, 'P', 'A', 'R', 'E')) {
            other = "an encrypted Parquet file";
        } else {
            for (byte b : bytes) {
                other = b == 0 ? "binary data" : other;
            }
        }
        if (!other.isEmpty()) {
            throw new PlanningException(
                    "expected a CSV or Parquet file, found %s in %s".formatted(other, name));
        }
    }

    private static boolean startsWith(byte[] bytes, int... magic) {
        for (int i = 0; i < magic.length; i++) {
            if (i >= bytes.length || (bytes[i] & 0xff) != magic[i]) {
                return false;
            }
        }
        return true;
    }

    private static List<String> lines(String text) {
        String content = text.startsWith("\uFEFF") ? text.substring(1) : text;
        return new ArrayList<>(content.lines().toList());
    }
}
