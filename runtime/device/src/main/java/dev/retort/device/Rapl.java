package dev.retort.device;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.AccessDeniedException;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import java.util.function.LongSupplier;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * The energy counters of the processor packages, from Linux's powercap folder (RAPL: running
 * average power limit). Intel and AMD processors share the folder's layout.
 *
 * <p>A counter of a package wraps around at {@code max_energy_range_uj}, after one to several
 * minutes at full power. One wrap between two samples is seen and corrected; when the time between
 * two samples was long enough for a whole turn of the counter, or when the counter restarted, the
 * energy of that time is unknown, and every reading that spans it is absent. Whoever wants readings
 * therefore samples at least once a minute, as {@link CpuSampler} does.
 *
 * <p>Thread-safe.
 */
final class Rapl {
    /**
     * Directly below the powercap folder also lie the sub-domains ({@code intel-rapl:0:1}, counted
     * in their package already), the same package seen through another interface ({@code
     * intel-rapl-mmio:0}) and, by its {@code name} file only to be told from a package, the whole
     * platform ({@code psys}). Counting any of them would count joules twice.
     */
    private static final Pattern TOP_DOMAIN = Pattern.compile("intel-rapl:\\d+");

    /** The eighteen digits keep a count inside a long. */
    private static final Pattern COUNT = Pattern.compile("\\d{1,18}");

    /** Twice the rating of the hungriest packages sold in 2025; bounds what a gap can hide. */
    private static final long MOST_WATTS = 1000;

    /** Tolerance for counters that the hardware updates in lumps. */
    private static final long LUMP_NANOS = 1_000_000_000;

    /** Reads a small file; a seam for tests, which may run as root, to whom nothing is denied. */
    @FunctionalInterface
    interface FileText {
        /**
         * The content of a file.
         *
         * @param file the file
         * @return its whole text
         * @throws IOException if it cannot be read
         */
        String read(Path file) throws IOException;
    }

    /** The state of all counters at one moment. */
    sealed interface Sample {
        /**
         * The counters were read.
         *
         * @param microjoules the energy since the counters were opened
         * @param gaps how many times since then the energy between two samples stayed unknown
         * @param nanoTime the moment of the sample
         */
        record Counted(long microjoules, long gaps, long nanoTime) implements Sample {}

        /**
         * The counters could not be read.
         *
         * @param reason one sentence that says why
         */
        record Missing(String reason) implements Sample {}
    }

    /** One counter; guarded by the lock of the {@code Rapl} that owns it. */
    private static final class Domain {
        private final Path folder;
        private final long range;
        private long raw;
        private long nanoTime;
        private long microjoules;
        private long gaps;

        Domain(Path folder, long range, long raw, long nanoTime) {
            this.folder = folder;
            this.range = range;
            this.raw = raw;
            this.nanoTime = nanoTime;
        }

        void advance(long nextRaw, long now) {
            long nanos = now - nanoTime;
            long delta = nextRaw >= raw ? nextRaw - raw : range - raw + nextRaw;
            boolean wholeTurnPossible = mostMicrojoules(nanos) >= range;
            // A counter that restarts at zero, as after suspend to RAM, looks like a wrap around.
            boolean reset = delta > mostMicrojoules(nanos + LUMP_NANOS);
            if (wholeTurnPossible || reset) {
                gaps++;
            } else {
                microjoules += delta;
            }
            raw = nextRaw;
            nanoTime = now;
        }

        /** The most energy that a package can use in a time. */
        private static long mostMicrojoules(long nanos) {
            return nanos / 1000 * MOST_WATTS;
        }
    }

    private final FileText text;
    private final LongSupplier nanoClock;
    private final List<Domain> domains;
    private final Sample atOpening;

    private Rapl(FileText text, LongSupplier nanoClock, List<Domain> domains, Sample atOpening) {
        this.text = text;
        this.nanoClock = nanoClock;
        this.domains = domains;
        this.atOpening = atOpening;
    }

    /**
     * Opens the counters and takes the first sample. Never fails: where there is no readable
     * counter, every reading is absent with the reason found here.
     *
     * @param powercap the folder, {@code /sys/class/powercap} outside tests
     * @return the counters
     */
    static Rapl open(Path powercap) {
        return open(
                powercap,
                file -> Files.readString(file, StandardCharsets.ISO_8859_1),
                System::nanoTime);
    }

    /**
     * As {@link #open(Path)}, with what it depends on.
     *
     * @param powercap the folder
     * @param text reads the files below it
     * @param nanoClock the clock, in nanoseconds from any origin
     * @return the counters
     */
    static Rapl open(Path powercap, FileText text, LongSupplier nanoClock) {
        Objects.requireNonNull(powercap, "powercap is null");
        try {
            List<Domain> packages = packages(powercap, text, nanoClock);
            Sample first =
                    packages.isEmpty()
                            ? new Sample.Missing(
                                    powercap + " has no processor package with a RAPL counter")
                            : new Sample.Counted(0, 0, nanoClock.getAsLong());
            return new Rapl(text, nanoClock, packages, first);
        } catch (UnreadableException unreadable) {
            return new Rapl(text, nanoClock, List.of(), new Sample.Missing(unreadable.reason));
        }
    }

    /** Where the joules come from, for the source of a reading. */
    String source() {
        return domains.stream()
                .map(domain -> domain.folder.resolve("energy_uj").toString())
                .collect(Collectors.joining(" + "));
    }

    /**
     * Reads all counters.
     *
     * @return the energy since they were opened, or why it is missing
     */
    synchronized Sample sample() {
        if (atOpening instanceof Sample.Missing) {
            return atOpening;
        }
        try {
            for (Domain domain : domains) {
                long raw = energy(domain.folder, domain.range, text);
                domain.advance(raw, nanoClock.getAsLong());
            }
        } catch (UnreadableException unreadable) {
            return new Sample.Missing(unreadable.reason);
        }
        return new Sample.Counted(
                domains.stream().mapToLong(domain -> domain.microjoules).sum(),
                domains.stream().mapToLong(domain -> domain.gaps).sum(),
                nanoClock.getAsLong());
    }

    /** The joules since the counters were opened. */
    Reading joules() {
        return joulesSince(atOpening);
    }

    /**
     * Reads the counters and compares them with an earlier sample of this object.
     *
     * @param first the earlier sample
     * @return the joules since then, or why they are absent
     */
    Reading joulesSince(Sample first) {
        return switch (first) {
            case Sample.Missing(String reason) -> new Reading.Absent(reason);
            case Sample.Counted from -> joulesBetween(from, sample());
        };
    }

    private Reading joulesBetween(Sample.Counted from, Sample last) {
        return switch (last) {
            case Sample.Missing(String reason) -> new Reading.Absent(reason);
            case Sample.Counted to when to.gaps() > from.gaps() ->
                    new Reading.Absent(
                            source()
                                    + " restarted, or was not read for so long that it may have"
                                    + " wrapped around unseen");
            case Sample.Counted to ->
                    new Reading.Measured(
                            (to.microjoules() - from.microjoules()) * 1e-6,
                            source(),
                            to.nanoTime());
        };
    }

    private static List<Domain> packages(Path powercap, FileText text, LongSupplier nanoClock)
            throws UnreadableException {
        List<Domain> packages = new ArrayList<>();
        for (Path folder : topDomains(powercap)) {
            if (text(folder.resolve("name"), text).startsWith("package")) {
                Path rangeFile = folder.resolve("max_energy_range_uj");
                long range = count(rangeFile, text);
                if (range == 0) {
                    throw new UnreadableException(rangeFile + " is zero");
                }
                long raw = energy(folder, range, text);
                packages.add(new Domain(folder, range, raw, nanoClock.getAsLong()));
            }
        }
        return packages;
    }

    private static List<Path> topDomains(Path powercap) throws UnreadableException {
        List<Path> folders = new ArrayList<>();
        try (var entries = Files.newDirectoryStream(powercap)) {
            for (Path entry : entries) {
                if (TOP_DOMAIN.matcher(entry.getFileName().toString()).matches()) {
                    folders.add(entry);
                }
            }
        } catch (NoSuchFileException | NotDirectoryException _) {
            throw new UnreadableException(
                    powercap
                            + " does not exist: the kernel shows no RAPL counters here, as in most"
                            + " virtual machines and containers");
        } catch (IOException | DirectoryIteratorException unreadable) {
            throw new UnreadableException(powercap + " cannot be listed: " + unreadable);
        }
        folders.sort(Comparator.naturalOrder());
        return folders;
    }

    private static long energy(Path folder, long range, FileText text) throws UnreadableException {
        Path file = folder.resolve("energy_uj");
        long raw = count(file, text);
        if (raw > range) {
            throw new UnreadableException(
                    "%s says %d, more than its range of %d".formatted(file, raw, range));
        }
        return raw;
    }

    private static long count(Path file, FileText text) throws UnreadableException {
        String content = text(file, text);
        if (!COUNT.matcher(content).matches()) {
            throw new UnreadableException("%s is not a count: '%s'".formatted(file, content));
        }
        return Long.parseLong(content);
    }

    private static String text(Path file, FileText text) throws UnreadableException {
        try {
            return text.read(file).strip();
        } catch (AccessDeniedException _) {
            throw new UnreadableException(
                    file + " is denied to this user: since Linux 5.10 it is readable by root only");
        } catch (NoSuchFileException _) {
            throw new UnreadableException(file + " does not exist");
        } catch (IOException unreadable) {
            throw new UnreadableException(file + " cannot be read: " + unreadable);
        }
    }

    /** Carries a reason from the file that caused it to the one place that turns it into data. */
    private static final class UnreadableException extends Exception {
        private static final long serialVersionUID = 1;
        private final String reason;

        UnreadableException(String reason) {
            super(reason, null, false, false);
            this.reason = reason;
        }
    }
}
