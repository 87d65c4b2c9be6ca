package dev.retort.examples.plan;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;

import dev.retort.planning.inference.MeasuredRates;

import java.io.IOException;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.function.Function;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Measures what a device does at most, each rate on an operation of its own: the best of several
 * tries, since a roof is what nothing comes above. Takes some seconds; one at a time.
 */
final class RateProbe {
    /** Rows of the matrix product that arithmetic bounds. */
    private static final long ROWS = 1024;

    /** Numbers of arrays that exceed the caches: 128 MiB each. */
    private static final long LARGE = 1L << 25;

    /** Numbers of arrays that lie in a cache: 256 KiB each. */
    private static final long SMALL = 1L << 16;

    private static final Path CACHES = Path.of("/sys/devices/system/cpu/cpu0/cache");

    /** What three arrays of a cached operation may take where the machine does not say: 4 MiB. */
    static final double USUAL_CACHE_BYTES = 4 << 20;

    private static final int STEPS = 200;

    private static final Pattern SIZE = Pattern.compile("([0-9]{1,12})([KMG]?)");
    private static final Pattern RANGE = Pattern.compile("([0-9]{1,6})(?:-([0-9]{1,6}))?");
    private static final int BYTES = 4;
    private static final int TRIES = 7;

    private RateProbe() {}

    static MeasuredRates measure(NDManager parent) {
        try (NDManager manager = parent.newSubManager()) {
            NDArray square = manager.ones(new Shape(ROWS, ROWS));
            NDArray large = manager.ones(new Shape(LARGE));
            NDArray small = manager.ones(new Shape(SMALL));
            NDArray one = manager.ones(new Shape(1));
            double product = seconds(square, 4, x -> x.matMul(square));
            double far = seconds(large, 1, x -> x.mul(large));
            double read = seconds(large, 1, NDArray::sum);
            double near = seconds(small, 500, x -> x.mul(small));
            double exponential = seconds(small, 100, NDArray::exp);
            double call = seconds(one, 2000, x -> x.mul(one));
            return new MeasuredRates(
                    2.0 * ROWS * ROWS * ROWS / product,
                    3.0 * BYTES * LARGE / far,
                    1.0 * BYTES * LARGE / read,
                    3.0 * BYTES * SMALL / near,
                    cacheBytes(CACHES),
                    SMALL / exponential,
                    call);
        }
    }

    /**
     * A core's share of the largest cache that it has, as Linux tells it: one that cores share may
     * be full of what the others read.
     *
     * @param caches the folder of its caches
     * @return the bytes; a usual number where there is no such folder or it does not tell
     */
    static double cacheBytes(Path caches) {
        double largest = 0;
        try (DirectoryStream<Path> levels = Files.newDirectoryStream(caches, "index*")) {
            for (Path level : levels) {
                if (!Files.readString(level.resolve("type")).strip().equals("Instruction")) {
                    double size = bytes(Files.readString(level.resolve("size")));
                    int cores = count(Files.readString(level.resolve("shared_cpu_list")));
                    largest = Math.max(largest, size / cores);
                }
            }
        } catch (IOException | DirectoryIteratorException _) {
            return USUAL_CACHE_BYTES;
        }
        return largest > 0 ? largest : USUAL_CACHE_BYTES;
    }

    /** Bytes of a size as Linux writes it, such as {@code 32K}; 0 if it is none. */
    private static double bytes(String size) {
        Matcher matcher = SIZE.matcher(size.strip());
        if (!matcher.matches()) {
            return 0;
        }
        int shift = " KMG".indexOf(matcher.group(2).isEmpty() ? " " : matcher.group(2)) * 10;
        return Long.parseLong(matcher.group(1)) * (double) (1L << shift);
    }

    /** How many processors a list has such as {@code 0-3,8}; at least 1. */
    private static int count(String list) {
        int count = 0;
        Matcher matcher = RANGE.matcher(list);
        while (matcher.find()) {
            int first = Integer.parseInt(matcher.group(1));
            count +=
                    matcher.group(2) == null
                            ? 1
                            : Math.max(Integer.parseInt(matcher.group(2)) - first + 1, 1);
        }
        return Math.max(count, 1);
    }

    /** How many calls on nearly nothing take as long as a step of a layer of the least size. */
    static double stepCalls(MixerTimes least, MeasuredRates rates) {
        double best = Double.POSITIVE_INFINITY;
        try (MixerTimes.Positions positions = least.positions(1 + TRIES * STEPS)) {
            positions.readTo(1);
            for (int i = 0; i < TRIES; i++) {
                best = Math.min(best, positions.seconds(STEPS));
            }
        }
        return best / rates.secondsPerCall();
    }

    /** The least seconds of one operation over the tries, each of which repeats it. */
    private static double seconds(NDArray operand, int repeats, Function<NDArray, NDArray> what) {
        double best = Double.POSITIVE_INFINITY;
        for (int i = 0; i < TRIES; i++) {
            long begin = System.nanoTime();
            for (int j = 1; j < repeats; j++) {
                what.apply(operand).close();
            }
            MixerTimes.await(what.apply(operand));
            best = Math.min(best, (System.nanoTime() - begin) / 1e9 / repeats);
        }
        return best;
    }
}
