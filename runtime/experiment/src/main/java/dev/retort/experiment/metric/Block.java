package dev.retort.experiment.metric;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.List;

/**
 * Some thousand points, column by column. Numbers of series, steps and times are written as the
 * difference to the one before, in 7 bits a byte with the sign lowest, since they mostly grow by
 * little; values as they are.
 */
final class Block {
    static final int CAPACITY = 8192;

    /** Three columns of at most 10 bytes and one of 8. */
    private static final int BYTES_PER_POINT = 38;

    private final int[] series = new int[CAPACITY];
    private final long[] steps = new long[CAPACITY];
    private final long[] millis = new long[CAPACITY];
    private final double[] values = new double[CAPACITY];
    private int size;

    void add(int id, long step, long wallMillis, double value) {
        series[size] = id;
        steps[size] = step;
        millis[size] = wallMillis;
        values[size] = value;
        size++;
    }

    boolean isFull() {
        return size == CAPACITY;
    }

    int size() {
        return size;
    }

    void clear() {
        size = 0;
    }

    /** The payload: names of new series, the number of points, the columns. */
    ByteBuffer encode(List<String> newNames) {
        List<byte[]> names =
                newNames.stream().map(name -> name.getBytes(StandardCharsets.UTF_8)).toList();
        int bytes = 20 + size * BYTES_PER_POINT;
        for (byte[] name : names) {
            bytes += 10 + name.length;
        }
        ByteBuffer out = ByteBuffer.allocate(bytes);
        putVarint(out, names.size());
        for (byte[] name : names) {
            putVarint(out, name.length);
            out.put(name);
        }
        putVarint(out, size);
        long before = 0;
        for (int i = 0; i < size; i++) {
            putVarint(out, series[i] - before);
            before = series[i];
        }
        putColumn(out, steps);
        putColumn(out, millis);
        for (int i = 0; i < size; i++) {
            out.putDouble(values[i]);
        }
        return out.flip();
    }

    private void putColumn(ByteBuffer out, long[] column) {
        long before = 0;
        for (int i = 0; i < size; i++) {
            putVarint(out, column[i] - before);
            before = column[i];
        }
    }

    /** Reads a payload: adds to the names and to the points. */
    static void decode(ByteBuffer in, List<String> names, List<MetricPoint> points) {
        long newNames = getVarint(in);
        for (long i = 0; i < newNames; i++) {
            byte[] name = new byte[Math.toIntExact(getVarint(in))];
            in.get(name);
            names.add(new String(name, StandardCharsets.UTF_8));
        }
        int size = Math.toIntExact(getVarint(in));
        long[] series = column(in, size);
        long[] steps = column(in, size);
        long[] millis = column(in, size);
        for (int i = 0; i < size; i++) {
            points.add(
                    new MetricPoint(
                            names.get(Math.toIntExact(series[i])),
                            steps[i],
                            millis[i],
                            in.getDouble()));
        }
    }

    private static long[] column(ByteBuffer in, int size) {
        long[] column = new long[size];
        long before = 0;
        for (int i = 0; i < size; i++) {
            before += getVarint(in);
            column[i] = before;
        }
        return column;
    }

    static void putVarint(ByteBuffer out, long value) {
        long rest = (value << 1) ^ (value >> 63);
        while ((rest & ~0x7FL) != 0) {
            out.put((byte) ((rest & 0x7F) | 0x80));
            rest >>>= 7;
        }
        out.put((byte) rest);
    }

    static long getVarint(ByteBuffer in) {
        long rest = 0;
        for (int shift = 0; ; shift += 7) {
            byte next = in.get();
            rest |= (long) (next & 0x7F) << shift;
            if (next >= 0) {
                return (rest >>> 1) ^ -(rest & 1);
            }
        }
    }
}
