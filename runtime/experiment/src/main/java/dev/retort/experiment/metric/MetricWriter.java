package dev.retort.experiment.metric;

import dev.retort.experiment.json.Sha256;

import org.jspecify.annotations.Nullable;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.security.MessageDigest;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.LongAdder;
import java.util.concurrent.locks.LockSupport;
import java.util.zip.CRC32C;

/**
 * Writes the metric points of one attempt to a file of its own, by a thread of its own. Recording a
 * point takes well below a microsecond, allocates nothing and never waits for the disk: if points
 * come faster than the disk takes them, those that do not fit are counted and left out. Safe for
 * use by several threads.
 */
public final class MetricWriter implements AutoCloseable {
    private static final int CAPACITY = 1 << 17;

    /** Long enough to cost nothing while idle, short enough for a ring of this size. */
    private static final long PAUSE_NANOS = 2_000_000;

    private final Path file;
    private final FileChannel channel;
    private final InstantSource clock;
    private final Ring ring;
    private final Map<String, Series> byName = new HashMap<>();
    private final List<String> newNames = new ArrayList<>();
    private final LongAdder dropped = new LongAdder();
    private final MessageDigest digest = Sha256.digest();
    private final Thread thread;
    private volatile boolean closing;
    private volatile long written;
    private volatile long forced;
    private final AtomicLong toForce = new AtomicLong();
    private volatile @Nullable Throwable failure;
    private @Nullable Sealed sealed;

    private MetricWriter(Path file, FileChannel channel, InstantSource clock, int capacity) {
        this.file = file;
        this.channel = channel;
        this.clock = clock;
        this.ring = new Ring(capacity);
        this.thread = Thread.ofPlatform().daemon().name("retort-metrics").unstarted(this::work);
    }

    /**
     * Opens a new file.
     *
     * @throws IOException if it exists or cannot be made
     */
    public static MetricWriter open(Path file) throws IOException {
        return open(file, InstantSource.system(), CAPACITY);
    }

    static MetricWriter open(Path file, InstantSource clock, int capacity) throws IOException {
        return open(
                file,
                FileChannel.open(file, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE),
                clock,
                capacity);
    }

    static MetricWriter open(Path file, FileChannel channel, InstantSource clock, int capacity)
            throws IOException {
        MetricWriter writer = new MetricWriter(file, channel, clock, capacity);
        try {
            writer.write(ByteBuffer.wrap(MetricFile.MAGIC));
        } catch (IOException e) {
            channel.close();
            throw e;
        }
        writer.thread.start();
        return writer;
    }

    /** The series of a metric, to be kept by who records often. */
    public Series series(String metric) {
        synchronized (byName) {
            return byName.computeIfAbsent(
                    metric,
                    name -> {
                        newNames.add(name);
                        return new Series(byName.size());
                    });
        }
    }

    /**
     * Records a point.
     *
     * @return whether it was taken; if not, it is counted by {@link #dropped()}
     */
    public boolean record(String metric, long step, double value) {
        return series(metric).record(step, value);
    }

    /** How many points were left out since they came faster than the disk took them. */
    public long dropped() {
        return dropped.sum();
    }

    /**
     * Waits until all points that were recorded before are on disk.
     *
     * @throws IOException if they cannot be written
     */
    public void flush() throws IOException {
        long target = ring.offered();
        boolean interrupted = Thread.interrupted();
        toForce.accumulateAndGet(target, Math::max);
        while (forced < target && thread.isAlive()) {
            LockSupport.unpark(thread);
            LockSupport.parkNanos(100_000);
            // Or else parking would return at once.
            interrupted |= Thread.interrupted();
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
        check();
    }

    /**
     * Writes what is left, flushes the file and closes it.
     *
     * @return what is in it
     * @throws IOException if something could not be written
     */
    public synchronized Sealed seal() throws IOException {
        if (sealed == null) {
            closing = true;
            LockSupport.unpark(thread);
            boolean interrupted = Thread.interrupted();
            while (thread.isAlive()) {
                try {
                    thread.join();
                } catch (InterruptedException _) {
                    interrupted = true;
                }
            }
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
            check();
            // Those that came between the last look at the ring and now.
            long late = ring.offered() - written;
            sealed =
                    new Sealed(
                            HexFormat.of().formatHex(digest.digest()), written, dropped() + late);
        }
        return sealed;
    }

    /** Closes as {@link #seal()} does. */
    @Override
    public void close() throws IOException {
        seal();
    }

    private void check() throws IOException {
        Throwable error = failure;
        if (error != null) {
            String why = error instanceof IOException ? error.getMessage() : error.toString();
            throw new IOException("the metrics cannot be written to " + file + ": " + why, error);
        }
    }

    private void work() {
        Block block = new Block();
        // Only this thread uses the channel: an interrupt of another would close it.
        try (channel) {
            boolean last = false;
            while (!last) {
                // Read before draining, so that what was recorded before is drained.
                last = closing;
                do {
                    block.clear();
                    ring.drainTo(block);
                    if (block.size() > 0) {
                        write(block);
                    }
                } while (block.isFull());
                if (toForce.get() > forced) {
                    channel.force(false);
                    forced = written;
                }
                if (!last) {
                    LockSupport.parkNanos(PAUSE_NANOS);
                }
            }
            channel.force(true);
        } catch (IOException | RuntimeException | Error e) {
            // Told to who waits for this thread: nobody else would learn of it.
            failure = e;
        }
    }

    private void write(Block block) throws IOException {
        List<String> names;
        synchronized (byName) {
            names = List.copyOf(newNames);
            newNames.clear();
        }
        ByteBuffer payload = block.encode(names);
        CRC32C crc = new CRC32C();
        crc.update(payload.duplicate());
        ByteBuffer whole = ByteBuffer.allocate(MetricFile.BLOCK_HEADER + payload.remaining());
        whole.putInt(payload.remaining()).putInt((int) crc.getValue()).put(payload).flip();
        write(whole);
        written = ring.drained();
    }

    private void write(ByteBuffer bytes) throws IOException {
        digest.update(bytes.duplicate());
        while (bytes.hasRemaining()) {
            channel.write(bytes);
        }
    }

    /** One metric of a writer. Safe for use by several threads. */
    public final class Series {
        private final int id;

        private Series(int id) {
            this.id = id;
        }

        /**
         * Records a point.
         *
         * @return whether it was taken; if not, it is counted by {@link MetricWriter#dropped()}
         */
        public boolean record(long step, double value) {
            boolean taken = !closing && ring.offer(id, step, clock.millis(), value);
            if (!taken) {
                dropped.increment();
            }
            return taken;
        }
    }

    /**
     * What a closed file holds.
     *
     * @param sha256 the hash of its content, as 64 hexadecimal digits
     * @param points how many points
     * @param dropped how many were left out
     */
    public record Sealed(String sha256, long points, long dropped) {}
}
