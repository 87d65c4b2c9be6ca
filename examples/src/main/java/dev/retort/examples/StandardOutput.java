package dev.retort.examples;

import org.jspecify.annotations.Nullable;

import java.io.BufferedOutputStream;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.FilterOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.Charset;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;

/**
 * Standard output that remembers what kept it from being written first: {@link
 * PrintStream#checkError} does not tell a reader who has seen enough, such as {@code head}, from a
 * disk that is full. Safe for use by several threads.
 */
final class StandardOutput extends FilterOutputStream {
    /** Where Linux shows what standard output is, also of a pipe, which has no name elsewhere. */
    private static final Path DESCRIPTOR = Path.of("/proc/self/fd/1");

    /** Of EPIPE, in the words of the C library, which the JVM repeats in the language of a user. */
    private static final String NO_READER = "broken pipe";

    private static final int FILE_TYPE = 0170000;
    private static final int PIPE = 0010000;
    private static final int SOCKET = 0140000;

    private final Path shownAs;
    private volatile @Nullable IOException failure;

    /**
     * One that has not failed.
     *
     * @param target where to
     * @param shownAs the file as which the system shows the target, whether it does or not
     */
    StandardOutput(OutputStream target, Path shownAs) {
        super(target);
        this.shownAs = shownAs;
    }

    /** That of this process, whatever {@link System#out} is. */
    static StandardOutput ofProcess() {
        return new StandardOutput(new FileOutputStream(FileDescriptor.out), DESCRIPTOR);
    }

    /** What programs print to; each line is written at once. */
    PrintStream printer(Charset charset) {
        return new PrintStream(new BufferedOutputStream(this), true, charset);
    }

    /** Whether something could not be written although somebody reads it. */
    boolean hasLost() {
        IOException first = failure;
        return first != null && !hasNoReader(first);
    }

    /** A pipe or a socket fails when its reader is gone, and a file has none. */
    private boolean hasNoReader(IOException first) {
        try {
            int type = (int) Files.getAttribute(shownAs, "unix:mode") & FILE_TYPE;
            return type == PIPE || type == SOCKET;
        } catch (IOException | UnsupportedOperationException _) {
            // Not Linux, or without /proc.
            return String.valueOf(first.getMessage()).toLowerCase(Locale.ROOT).contains(NO_READER);
        }
    }

    @Override
    public void write(int value) throws IOException {
        remembering(() -> out.write(value));
    }

    @Override
    public void write(byte[] bytes, int offset, int length) throws IOException {
        remembering(() -> out.write(bytes, offset, length));
    }

    @Override
    public void flush() throws IOException {
        remembering(out::flush);
    }

    private void remembering(Write write) throws IOException {
        try {
            write.write();
        } catch (IOException e) {
            if (failure == null) {
                failure = e;
            }
            throw e;
        }
    }

    private interface Write {
        void write() throws IOException;
    }
}
