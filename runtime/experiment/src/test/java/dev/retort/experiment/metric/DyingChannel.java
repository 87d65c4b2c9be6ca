package dev.retort.experiment.metric;

import java.nio.ByteBuffer;
import java.nio.MappedByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.ReadableByteChannel;
import java.nio.channels.WritableByteChannel;

/** A file that takes the first bytes, and fails at the next as no file should. */
final class DyingChannel extends FileChannel {
    private boolean begun;

    private static IllegalStateException dead() {
        return new IllegalStateException("it dies here");
    }

    @Override
    public int write(ByteBuffer from) {
        if (begun) {
            throw dead();
        }
        begun = true;
        int bytes = from.remaining();
        from.position(from.limit());
        return bytes;
    }

    @Override
    public int read(ByteBuffer to) {
        throw dead();
    }

    @Override
    public long read(ByteBuffer[] to, int offset, int length) {
        throw dead();
    }

    @Override
    public long write(ByteBuffer[] from, int offset, int length) {
        throw dead();
    }

    @Override
    public long position() {
        throw dead();
    }

    @Override
    public FileChannel position(long at) {
        throw dead();
    }

    @Override
    public long size() {
        throw dead();
    }

    @Override
    public FileChannel truncate(long size) {
        throw dead();
    }

    @Override
    public void force(boolean metaData) {
        throw dead();
    }

    @Override
    public long transferTo(long position, long count, WritableByteChannel target) {
        throw dead();
    }

    @Override
    public long transferFrom(ReadableByteChannel source, long position, long count) {
        throw dead();
    }

    @Override
    public int read(ByteBuffer to, long position) {
        throw dead();
    }

    @Override
    public int write(ByteBuffer from, long position) {
        throw dead();
    }

    @Override
    public MappedByteBuffer map(MapMode mode, long position, long size) {
        throw dead();
    }

    @Override
    public FileLock lock(long position, long size, boolean shared) {
        throw dead();
    }

    @Override
    public FileLock tryLock(long position, long size, boolean shared) {
        throw dead();
    }

    @Override
    protected void implCloseChannel() {}
}
