package dev.retort.efficiency;

import dev.retort.device.Reading;
import dev.retort.device.counters.Counter;
import dev.retort.device.counters.CpuCounters;
import dev.retort.device.sampling.Sampler;
import dev.retort.efficiency.status.RunStatus;
import dev.retort.efficiency.status.RunStatus.Bound;
import dev.retort.efficiency.status.RunStatus.Publisher;
import dev.retort.efficiency.status.StatusFolder;
import dev.retort.efficiency.verdict.Verdict;

import org.jspecify.annotations.Nullable;

import java.io.IOException;
import java.lang.System.Logger.Level;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Shows a run to those who look at the machine. Trouble with the folder is counted and said once,
 * and tried again with the next second: a disk may have room then.
 */
final class StatusPublisher {
    private static final System.Logger LOG = System.getLogger(StatusPublisher.class.getName());

    /** The runs of this JVM so far. */
    private static final AtomicInteger RUNS = new AtomicInteger();

    private final StatusFolder folder;
    private final RunOptions options;
    private final int attempt;
    private final RunClock clock;
    private final Sampler sampler;
    private final int number = RUNS.incrementAndGet();
    private final long began = System.currentTimeMillis();
    private final Publisher process = StatusFolder.thisProcess();
    private volatile @Nullable Long committed;
    private boolean prepared;
    private boolean warned;

    StatusPublisher(Path folder, RunOptions options, int attempt, RunClock clock, Sampler sampler) {
        this.folder = new StatusFolder(folder);
        this.options = options;
        this.attempt = attempt;
        this.clock = clock;
        this.sampler = sampler;
    }

    void committed() {
        committed = System.currentTimeMillis();
    }

    /** Writes a file; without the lock of the clock, but for a look at it. */
    synchronized void publish(
            Optional<Verdict> verdict,
            Reading mfu,
            Optional<JvmTime> jvm,
            Optional<Double> cpuShare) {
        try {
            write(status(verdict, mfu, jvm, cpuShare));
        } catch (IOException | RuntimeException e) {
            if (!warned) {
                warned = true;
                clock.count(Anomaly.STATUS_NOT_PUBLISHED);
                LOG.log(
                        Level.WARNING,
                        "run {0} is not shown to retort top: {1}",
                        options.name(),
                        e.toString());
            }
        }
    }

    private void write(RunStatus status) throws IOException {
        if (prepared) {
            try {
                folder.write(number, status);
                return;
            } catch (IOException _) {
                // Folders of temporary files are cleaned, and one of a session goes with it.
                prepared = false;
            }
        }
        folder.prepare();
        folder.write(number, status);
        prepared = true;
    }

    private RunStatus status(
            Optional<Verdict> verdict,
            Reading mfu,
            Optional<JvmTime> jvm,
            Optional<Double> cpuShare) {
        @Nullable Long resident = resident();
        synchronized (clock) {
            Ledger ledger = clock.ledger();
            RunWindow window = clock.window(RunWindow.ONE_MINUTE);
            Map<String, Long> anomalies = new TreeMap<>();
            clock.anomalies().forEach((kind, count) -> anomalies.put(kind.name(), count));
            return new RunStatus(
                    options.name(),
                    options.tags(),
                    process,
                    attempt,
                    clock.outcome().name(),
                    began,
                    System.currentTimeMillis(),
                    ledger.elapsedNanos(),
                    buckets(ledger),
                    clock.done().steps(),
                    clock.done().items(),
                    perSecond(window.stepsPerSecond()),
                    clock.done().items() == 0 ? null : perSecond(window.itemsPerSecond()),
                    verdict.map(StatusPublisher::bound).orElse(null),
                    mfu instanceof Reading.Measured measured
                            ? Double.valueOf(measured.value())
                            : null,
                    mfu instanceof Reading.Absent(String reason) ? reason : null,
                    jvm.map(JvmTime::stoppedShare).orElse(null),
                    committed,
                    cpuShare.orElse(null),
                    resident,
                    anomalies);
        }
    }

    private @Nullable Long resident() {
        return sampler.series(CpuCounters.DEVICE, Counter.RESIDENT_MEMORY).stream()
                .map(sampler::latest)
                .filter(Reading.Measured.class::isInstance)
                .map(reading -> Long.valueOf((long) ((Reading.Measured) reading).value()))
                .findFirst()
                .orElse(null);
    }

    private static @Nullable Double perSecond(OptionalDouble rate) {
        return rate.isPresent() ? Double.valueOf(rate.getAsDouble()) : null;
    }

    private static Map<String, Long> buckets(Ledger ledger) {
        Map<String, Long> buckets = new TreeMap<>();
        for (Bucket bucket : Bucket.values()) {
            if (ledger.nanos(bucket) > 0) {
                buckets.put(bucket.name(), ledger.nanos(bucket));
            }
        }
        return buckets;
    }

    private static Bound bound(Verdict verdict) {
        double gain = verdict.largestGain();
        return new Bound(
                verdict.bottleneck().name(),
                verdict.severity().name(),
                verdict.share(),
                // JSON has no word for what is infinite.
                Double.isFinite(gain) ? Double.valueOf(gain) : null,
                verdict.evidence());
    }
}
