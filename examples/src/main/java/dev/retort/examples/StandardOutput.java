package dev.retort.examples;

import org.jspecify.annotations.Nullable;

import java.io.BufferedOutputStream;
import java.io.FilterOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.Charset;
import java.util.Locale;

/**
 * Standard output that remembers what kept it from being written first: {@link
 * PrintStream#checkError} does not tell a reader who has seen enough, such as {@code head}, from a
 * disk that is full. Safe for use by several threads.
 */
final class StandardOutput extends FilterOutputStream {
    /** Of EPIPE, in the words of the C library, which the JVM repeats. */
    private static final String NO_READER = "broken pipe";

    private volatile @Nullable IOException failure;

    /**
     * One that has not failed.
     *
     * @param target where to, such as the file descriptor itself
     */
    StandardOutput(OutputStream target) {
        super(target);
    }

    /** What programs print to; each line is written at once. */
    PrintStream printer(Charset charset) {
        return new PrintStream(new BufferedOutputStream(this), true, charset);
    }

    /** Whether something could not be written although somebody reads it. */
    boolean hasLost() {
        IOException first = failure;
        return first != null
                && !String.valueOf(first.getMessage()).toLowerCase(Locale.ROOT).contains(NO_READER);
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
