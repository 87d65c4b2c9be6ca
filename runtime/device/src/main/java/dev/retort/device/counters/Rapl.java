package dev.retort.device.counters;

import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.function.Function;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * The energy of the processor packages, from Linux's powercap folder (RAPL: running average power
 * limit). Intel and AMD processors share the folder's layout.
 *
 * <p>The counter of a package wraps around at {@code max_energy_range_uj}, after one to several
 * minutes at full power, so it is sampled at least once a minute: over a longer time its growth is
 * unknown.
 */
final class Rapl extends Probe {
    /**
     * Directly below the powercap folder also lie the sub-domains ({@code intel-rapl:0:1}, counted
     * in their package already), the same package seen through another interface ({@code
     * intel-rapl-mmio:0}) and, by its {@code name} file only to be told from a package, the whole
     * platform ({@code psys}). Counting any of them would count joules twice.
     */
    private static final Pattern TOP_DOMAIN = Pattern.compile("intel-rapl:\\d+");

    /** Twice the rating of the hungriest packages sold in 2025; bounds what a gap can hide. */
    private static final double MOST_WATTS = 1000;

    private static final double JOULES_PER_COUNT = 1e-6;

    private final List<Domain> domains;
    private String lastReason = "";

    /** The counter of one package. */
    private record Domain(KernelFile file, long range, CumulativeCounter counter) {}

    private Rapl(String device, List<Domain> domains) {
        super(List.of(new Series(device, Counter.PACKAGE_ENERGY, source(domains))));
        this.domains = List.copyOf(domains);
    }

    private static String source(List<Domain> domains) {
        return domains.stream()
                .map(domain -> domain.file().path().toString())
                .collect(Collectors.joining(" + "));
    }

    /**
     * Opens the counters. Never fails: where there is no readable one, the energy is absent with
     * the reason found here.
     *
     * @param device the device's identity
     * @param powercap the folder, {@code /sys/class/powercap} outside tests
     * @param opener opens files below it; a seam for tests, which may run as root, to whom nothing
     *     is denied
     */
    static Probe open(String device, Path powercap, Function<Path, KernelFile> opener) {
        String reason;
        try {
            List<Domain> packages = packages(powercap, opener);
            if (!packages.isEmpty()) {
                return new Rapl(device, packages);
            }
            reason = powercap + " has no processor package with a RAPL counter";
        } catch (UnreadableException unreadable) {
            reason = unreadable.reason;
        }
        return new ConstantProbe(
                List.of(new Series(device, Counter.PACKAGE_ENERGY, powercap.toString())), reason);
    }

    @Override
    public boolean callsDriver() {
        return false;
    }

    @Override
    public Outcome sample(long nanoTime) {
        boolean known = true;
        double joules = 0;
        for (int i = 0; i < domains.size(); i++) {
            Domain domain = domains.get(i);
            long raw = read(domain);
            if (raw < 0) {
                absent(0, lastReason);
                return Outcome.SAMPLED;
            }
            known &= domain.counter().advance(raw, nanoTime);
            joules += domain.counter().total();
        }
        if (known) {
            measured(0, joules);
        } else {
            gap(0, CumulativeCounter.GAP);
        }
        return Outcome.SAMPLED;
    }

    /** The counter, or −1 and a reason. */
    private long read(Domain domain) {
        try {
            domain.file().read();
        } catch (IOException unreadable) {
            lastReason = unreadable(domain.file().path(), unreadable);
            return -1;
        }
        long raw = domain.file().soleNumber();
        if (raw < 0 || raw > domain.range()) {
            lastReason = unexpected(domain.file(), domain.range());
            return -1;
        }
        return raw;
    }

    private static String unexpected(KernelFile file, long range) {
        return "%s says '%s', not a count up to %d".formatted(file.path(), file.line(), range);
    }

    private static String unreadable(Path file, IOException failure) {
        return failure instanceof AccessDeniedException
                ? file + " is denied to this user: since Linux 5.10 it is readable by root only"
                : Absences.unreadable(file, failure);
    }

    private static List<Domain> packages(Path powercap, Function<Path, KernelFile> opener)
            throws UnreadableException {
        List<Domain> packages = new ArrayList<>();
        for (Path folder : topDomains(powercap)) {
            if (text(folder.resolve("name"), opener).startsWith("package")) {
                packages.add(domain(folder, opener));
            }
        }
        return packages;
    }

    private static Domain domain(Path folder, Function<Path, KernelFile> opener)
            throws UnreadableException {
        Path rangeFile = folder.resolve("max_energy_range_uj");
        String range = text(rangeFile, opener);
        if (!range.matches("\\d{1,18}") || Long.parseLong(range) == 0) {
            throw new UnreadableException(
                    "%s says '%s', not a count above 0".formatted(rangeFile, range));
        }
        Path energy = folder.resolve("energy_uj");
        text(energy, opener);
        double counts = Long.parseLong(range);
        return new Domain(
                opener.apply(energy),
                Long.parseLong(range),
                CumulativeCounter.wrapping(
                        JOULES_PER_COUNT, counts, MOST_WATTS / JOULES_PER_COUNT));
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

    private static String text(Path path, Function<Path, KernelFile> opener)
            throws UnreadableException {
        try (KernelFile file = opener.apply(path)) {
            file.read();
            return file.line();
        } catch (IOException unreadable) {
            throw new UnreadableException(unreadable(path, unreadable));
        }
    }

    void close() {
        domains.forEach(domain -> domain.file().close());
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
