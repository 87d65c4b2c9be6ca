package dev.retort.efficiency.export;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/**
 * A file that grows by whole pieces: one that cannot be written to its end, such as on a full disk,
 * is taken away again. It may have a trailer that stays at its end, such as the bracket that closes
 * an array. Confined to one thread.
 */
public final class AppendFile implements AutoCloseable {
    private final FileChannel channel;
    private final byte[] trailer;

    /** Where the next piece goes. */
    private long end;

    private AppendFile(FileChannel channel, long end, byte[] trailer) {
        this.channel = channel;
        this.end = end;
        this.trailer = trailer;
    }

    /**
     * Opens a file for lines, behind those that it has. Half a line that a crash left there is
     * ended.
     *
     * @param file the file; its folder is created if it is missing
     * @return the file, to be closed by the caller
     * @throws IOException if it cannot be written
     */
    public static AppendFile lines(Path file) throws IOException {
        FileChannel channel =
                open(
                        file,
                        StandardOpenOption.CREATE,
                        StandardOpenOption.READ,
                        StandardOpenOption.WRITE);
        try {
            AppendFile lines = new AppendFile(channel, channel.size(), new byte[0]);
            ByteBuffer last = ByteBuffer.allocate(1);
            if (lines.end > 0 && channel.read(last, lines.end - 1) == 1 && last.get(0) != '\n') {
                lines.append(new byte[] {'\n'});
            }
            return lines;
        } catch (IOException e) {
            channel.close();
            throw e;
        }
    }

    /**
     * Creates a file.
     *
     * @param file the file, which must not exist; its folder is created if it is missing
     * @param header what it begins with
     * @param trailer what it ends with, after every piece
     * @return the file, to be closed by the caller
     * @throws IOException if it exists or cannot be written
     */
    public static AppendFile create(Path file, byte[] header, byte[] trailer) throws IOException {
        FileChannel channel = open(file, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE);
        try {
            AppendFile created = new AppendFile(channel, 0, trailer);
            created.append(header);
            return created;
        } catch (IOException e) {
            channel.close();
            Files.deleteIfExists(file);
            throw e;
        }
    }

    private static FileChannel open(Path file, StandardOpenOption... how) throws IOException {
        Path folder = file.toAbsolutePath().getParent();
        if (folder != null) {
            Files.createDirectories(folder);
        }
        return FileChannel.open(file, how);
    }

    /**
     * Appends a piece.
     *
     * @param piece the piece
     * @throws IOException if it does not fit; the file is then as before, as far as the disk lets
     *     it
     */
    public void append(byte[] piece) throws IOException {
        try {
            write(piece, end);
            write(trailer, end + piece.length);
        } catch (IOException e) {
            takeAway(e);
            throw e;
        }
        end += piece.length;
    }

    @Override
    public void close() throws IOException {
        channel.close();
    }

    private void write(byte[] bytes, long position) throws IOException {
        ByteBuffer buffer = ByteBuffer.wrap(bytes);
        long at = position;
        while (buffer.hasRemaining()) {
            at += channel.write(buffer, at);
        }
    }

    private void takeAway(IOException cause) {
        try {
            channel.truncate(end);
            write(trailer, end);
        } catch (IOException e) {
            cause.addSuppressed(e);
        }
    }
}
