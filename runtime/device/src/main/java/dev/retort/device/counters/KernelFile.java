package dev.retort.device.counters;

import org.jspecify.annotations.Nullable;

import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.charset.StandardCharsets;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Arrays;

/**
 * A small file of the kernel that is read again and again and stays open meanwhile. A read
 * allocates nothing once the buffer has its size, and is not disturbed by an interrupt, which would
 * close a channel. Confined to one thread at a time.
 */
class KernelFile implements AutoCloseable {
    private static final int FIRST_SIZE = 1024;
    private static final byte[] NO_UNIT = {};

    private final Path path;
    private @Nullable RandomAccessFile file;
    private byte[] content = new byte[FIRST_SIZE];
    private int length;

    KernelFile(Path path) {
        this.path = path;
    }

    Path path() {
        return path;
    }

    /**
     * Reads the file from its beginning.
     *
     * @throws IOException if it cannot be opened or read
     */
    void read() throws IOException {
        RandomAccessFile open = file;
        if (open == null) {
            open = open();
            file = open;
        }
        open.seek(0);
        length = 0;
        while (true) {
            int more = open.read(content, length, content.length - length);
            length += Math.max(0, more);
            if (length < content.length) {
                return;
            }
            content = Arrays.copyOf(content, 2 * content.length);
        }
    }

    private RandomAccessFile open() throws IOException {
        try {
            return new RandomAccessFile(path.toFile(), "r");
        } catch (FileNotFoundException refused) {
            // The one exception stands for both of these.
            if (!Files.exists(path)) {
                throw new NoSuchFileException(path.toString());
            }
            if (!Files.isReadable(path)) {
                throw new AccessDeniedException(path.toString());
            }
            throw refused;
        }
    }

    /** The bytes that the latest read has found. */
    int length() {
        return length;
    }

    /** The byte at a place, or a line feed behind the end. */
    byte at(int position) {
        return position < length ? content[position] : (byte) '\n';
    }

    /** The first place from {@code position} on that is no blank. */
    int skipBlanks(int position) {
        int at = position;
        while (at < length && (content[at] == ' ' || content[at] == '\t')) {
            at++;
        }
        return at;
    }

    /** The first blank or line end from {@code position} on. */
    int skipWord(int position) {
        int at = position;
        while (at < length && content[at] != ' ' && content[at] != '\t' && content[at] != '\n') {
            at++;
        }
        return at;
    }

    /** The beginning of the next line, or the length when there is none. */
    int nextLine(int position) {
        int at = position;
        while (at < length && content[at] != '\n') {
            at++;
        }
        return Math.min(at + 1, length);
    }

    /**
     * The place behind a line's label, or −1 when no line begins with it.
     *
     * @param hint where it was the last time, which is looked at first; or any number
     */
    int afterLabel(byte[] label, int hint) {
        int before = hint - label.length;
        if (isLabel(label, before) && (before == 0 || content[before - 1] == '\n')) {
            return hint;
        }
        for (int line = 0; line < length; line = nextLine(line)) {
            if (isLabel(label, line)) {
                return line + label.length;
            }
        }
        return -1;
    }

    private boolean isLabel(byte[] label, int at) {
        return at >= 0
                && at + label.length <= length
                && Arrays.equals(content, at, at + label.length, label, 0, label.length);
    }

    /** The number of at most 18 digits that is the word at a place after blanks, or −1. */
    long number(int position) {
        int at = skipBlanks(position);
        int first = at;
        long value = 0;
        while (at < length && content[at] >= '0' && content[at] <= '9') {
            if (at - first == 18) {
                return -1;
            }
            value = value * 10 + content[at] - '0';
            at++;
        }
        return at == first || at != skipWord(at) ? -1 : value;
    }

    /** The first line, without its end and without blanks around it. Allocates. */
    String line() {
        int end = 0;
        while (end < length && content[end] != '\n') {
            end++;
        }
        return new String(content, 0, end, StandardCharsets.ISO_8859_1).strip();
    }

    /** Whether nothing but {@code unit} stands between a number at a place and its line's end. */
    boolean endsWith(int position, byte[] unit) {
        int at = skipBlanks(skipWord(skipBlanks(position)));
        if (at + unit.length > length
                || !Arrays.equals(content, at, at + unit.length, unit, 0, unit.length)) {
            return false;
        }
        return at(skipBlanks(at + unit.length)) == '\n';
    }

    /** The number that is all of the first line, or −1. */
    long soleNumber() {
        return endsWith(0, NO_UNIT) ? number(0) : -1;
    }

    @Override
    public void close() {
        RandomAccessFile open = file;
        file = null;
        if (open != null) {
            try {
                open.close();
            } catch (IOException _) {
                // A file that was only read has nothing to lose.
            }
        }
    }
}
