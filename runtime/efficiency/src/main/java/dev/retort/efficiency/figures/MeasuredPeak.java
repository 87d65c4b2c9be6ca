package dev.retort.efficiency.figures;

import dev.retort.device.CpuDevice;
import dev.retort.device.Reading;
import dev.retort.efficiency.Precision;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Properties;

/**
 * The peak of the processor, measured by the matrix products of the engine that trains. No table
 * can have it: it depends on the cores given to the process, on its threads and on the engine. What
 * is measured is the fastest of many products, so it is a peak that can be reached, at or below
 * that of the silicon.
 *
 * <p>Measured once and kept in a file, by the name of the processor, its cores and the engine.
 */
public final class MeasuredPeak {
    private static final int[] SIZES = {512, 1024};
    private static final int WARM_UP = 3;
    private static final int PRODUCTS = 12;

    private final Path cache;
    private final String machine;

    /** Multiplies matrices; implemented where a tensor library is. */
    public interface MatrixProduct {
        /**
         * What does it, threads included, such as {@code PyTorch 2.7.1, 2 threads}.
         *
         * @return one line
         */
        String engine();

        /**
         * Multiplies two square matrices that are in memory.
         *
         * @param size their rows, as many as columns
         * @param precision the data type of their elements
         * @return the nanoseconds of the product alone, which was finished
         * @throws UnsupportedOperationException if the engine cannot multiply that type
         */
        long nanos(int size, Precision precision);
    }

    private MeasuredPeak(Path cache, String machine) {
        this.cache = cache;
        this.machine = machine;
    }

    /**
     * The peak of this machine's processor.
     *
     * @param cache the file that measured peaks are kept in; need not exist
     * @return the peak, not measured yet
     */
    public static MeasuredPeak of(Path cache) {
        CpuDevice cpu = CpuDevice.host();
        return new MeasuredPeak(cache, cpu.name() + ", " + cpu.cores() + " cores");
    }

    /**
     * The file where a user's peaks are usually kept.
     *
     * @return {@code retort/peaks.properties} in {@code $XDG_CACHE_HOME} or {@code ~/.cache}
     */
    public static Path userCache() {
        String xdg = System.getenv("XDG_CACHE_HOME");
        Path folder =
                xdg == null || xdg.isBlank()
                        ? Path.of(System.getProperty("user.home"), ".cache")
                        : Path.of(xdg);
        return folder.resolve("retort").resolve("peaks.properties");
    }

    /**
     * The peak, from the file or measured now, which takes about a second of all cores.
     *
     * @param product multiplies
     * @param precision the data type
     * @return operations per second; absent if the engine cannot multiply that type
     */
    public Reading flopsPerSecond(MatrixProduct product, Precision precision) {
        String key = "%s, %s, %s".formatted(machine, product.engine(), precision);
        Properties kept = read();
        String known = kept.getProperty(key);
        if (known != null) {
            try {
                return Reading.now(Double.parseDouble(known), "measured before, " + key);
            } catch (NumberFormatException _) {
                // Damaged by hand: measured again.
            }
        }
        try {
            double peak = measure(product, precision);
            kept.setProperty(key, Double.toString(peak));
            String trouble = write(kept);
            return Reading.now(peak, "measured by matrix products, " + key + trouble);
        } catch (UnsupportedOperationException e) {
            return new Reading.Absent(
                    "%s cannot multiply %s: %s"
                            .formatted(product.engine(), precision, e.getMessage()));
        }
    }

    private static double measure(MatrixProduct product, Precision precision) {
        double best = 0;
        for (int size : SIZES) {
            double flops = 2.0 * size * size * size;
            for (int i = 0; i < WARM_UP + PRODUCTS; i++) {
                long nanos = Math.max(1, product.nanos(size, precision));
                if (i >= WARM_UP) {
                    best = Math.max(best, flops / (nanos * 1e-9));
                }
            }
        }
        return best;
    }

    private Properties read() {
        Properties kept = new Properties();
        try (InputStream in = Files.newInputStream(cache)) {
            kept.load(in);
        } catch (IOException | IllegalArgumentException _) {
            // Not there yet, or damaged: measured again.
        }
        return kept;
    }

    private String write(Properties kept) {
        try {
            Path folder = cache.toAbsolutePath().getParent();
            Files.createDirectories(folder);
            Path fresh = Files.createTempFile(folder, "peaks", ".tmp");
            try (OutputStream out = Files.newOutputStream(fresh)) {
                kept.store(out, "Peaks in operations per second, measured by Retort");
            }
            Files.move(fresh, cache, StandardCopyOption.REPLACE_EXISTING);
            return "";
        } catch (IOException e) {
            return "; not kept: " + e;
        }
    }
}
