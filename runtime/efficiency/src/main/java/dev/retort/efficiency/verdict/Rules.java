package dev.retort.efficiency.verdict;

import dev.retort.efficiency.Bucket;
import dev.retort.efficiency.Ledger;
import dev.retort.efficiency.RunWindow;
import dev.retort.efficiency.verdict.Verdict.Severity;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * Judges one window. The thresholds are those of XProf's input pipeline analysis (input 5 and 20 %,
 * host 3 and 15 %), of the PyTorch profiler (communication 10 %) and our own (checkpoints 5 %, JVM
 * 3 %, throttling 5 %).
 */
final class Rules {
    /** A part of the time and from when on it is a bottleneck. */
    private record Part(Bottleneck bottleneck, double share, double moderate, double high) {
        boolean counts() {
            return share >= moderate;
        }
    }

    private static final double BUSY = 0.9;
    private static final double HALF = 0.5;
    private static final double FEW_SMS = 0.25;

    private Rules() {}

    /** The verdict of a window, or empty if no time of training passed in it. */
    static Optional<Verdict> judge(RunWindow window, DeviceActivity device) {
        Ledger ledger = window.ledger();
        double training = ledger.elapsedNanos() - (double) outside(ledger);
        if (training <= 0) {
            return Optional.empty();
        }
        List<Part> parts = new ArrayList<>();
        parts.add(part(Bottleneck.INPUT, ledger, training, 0.05, 0.20, Bucket.INPUT_STALL));
        double host = share(ledger, training, Bucket.HOST_STALL);
        double starved = device.idleForHost().orElse(0);
        parts.add(new Part(Bottleneck.HOST, Math.max(host, starved), 0.03, 0.15));
        parts.add(part(Bottleneck.COPY, ledger, training, 0.05, 0.20, Bucket.COPY_STALL));
        parts.add(
                part(
                        Bottleneck.COMMUNICATION,
                        ledger,
                        training,
                        0.10,
                        0.20,
                        Bucket.COMM_STALL,
                        Bucket.STRAGGLER_WAIT));
        parts.add(
                part(
                        Bottleneck.CHECKPOINT,
                        ledger,
                        training,
                        0.05,
                        0.20,
                        Bucket.CHECKPOINT_SAVE_BLOCKING));
        Part jvm = part(Bottleneck.JVM, ledger, training, 0.03, 0.15, Bucket.JVM_PAUSE);
        double idle = device.idleInJvmPause().orElse(0);
        parts.add(new Part(Bottleneck.JVM, Math.max(jvm.share(), idle), 0.03, 0.15));
        double slow = device.throttled().orElse(share(ledger, training, Bucket.THROTTLED));
        parts.add(new Part(Bottleneck.THROTTLED, slow, 0.05, 0.20));
        return Optional.of(
                parts.stream()
                        .filter(Part::counts)
                        .max(Comparator.comparingDouble(Part::share))
                        .map(part -> verdict(part, training, window))
                        .orElseGet(() -> computing(ledger, training, device)));
    }

    private static Verdict verdict(Part part, double training, RunWindow window) {
        Severity severity = part.share() >= part.high() ? Severity.HIGH : Severity.MODERATE;
        double share = Math.min(1, part.share());
        Optional<Variant> test =
                switch (part.bottleneck()) {
                    case INPUT -> Optional.of(Variant.CACHED_BATCH);
                    case CHECKPOINT -> Optional.of(Variant.WITHOUT_CHECKPOINTS);
                    case HOST -> Optional.of(Variant.LARGER_BATCH);
                    default -> Optional.empty();
                };
        String evidence =
                String.format(
                        Locale.ROOT,
                        "%s took %.1f %% of %.1f s of training over %d steps, from %.0f %% on it"
                                + " is a bottleneck",
                        part.bottleneck().name().toLowerCase(Locale.ROOT),
                        100 * share,
                        training * 1e-9,
                        window.work().steps(),
                        100 * part.moderate());
        return new Verdict(part.bottleneck(), severity, share, evidence, test);
    }

    /** Nothing waits: says what the device is busy with, as far as it tells. */
    private static Verdict computing(Ledger ledger, double training, DeviceActivity device) {
        double other = share(ledger, training, Bucket.OTHER);
        double computing =
                Math.min(1, share(ledger, training, Bucket.PENDING, Bucket.GOOD, Bucket.CUSTOM));
        if (other > Ledger.OTHER_ALARM && computing < BUSY) {
            String evidence =
                    String.format(
                            Locale.ROOT,
                            "%.1f %% of the time is in no region; begin and end more of them",
                            100 * other);
            return new Verdict(
                    Bottleneck.UNEXPLAINED,
                    Severity.MODERATE,
                    Math.min(1, other),
                    evidence,
                    Optional.empty());
        }
        String evidence =
                String.format(
                        Locale.ROOT,
                        "training took %.1f %% of its time, nothing else as much as its threshold",
                        100 * computing);
        double tensor = device.tensor().orElse(0);
        if (device.dram().orElse(0) >= HALF && tensor < HALF) {
            return new Verdict(
                    Bottleneck.BANDWIDTH,
                    Severity.NONE,
                    device.dram().orElse(0),
                    evidence + "; memory active, tensor cores not",
                    Optional.empty());
        }
        if (device.busy().orElse(0) >= BUSY && device.sm().orElse(1) < FEW_SMS) {
            return new Verdict(
                    Bottleneck.SMALL_KERNELS,
                    Severity.MODERATE,
                    1 - device.sm().orElse(1),
                    evidence + "; device busy, few multiprocessors at work",
                    Optional.of(Variant.LARGER_BATCH));
        }
        return new Verdict(
                Bottleneck.COMPUTE, Severity.NONE, computing, evidence, Optional.empty());
    }

    private static Part part(
            Bottleneck bottleneck,
            Ledger ledger,
            double training,
            double moderate,
            double high,
            Bucket... buckets) {
        return new Part(bottleneck, share(ledger, training, buckets), moderate, high);
    }

    private static double share(Ledger ledger, double training, Bucket... buckets) {
        long nanos = 0;
        for (Bucket bucket : buckets) {
            nanos += ledger.of(bucket).toNanos();
        }
        return nanos / training;
    }

    /** The time that is neither training nor what holds it up. */
    private static long outside(Ledger ledger) {
        long nanos = 0;
        for (Bucket bucket : Bucket.values()) {
            if (bucket.compareTo(Bucket.INPUT_STALL) < 0
                    && bucket != Bucket.CHECKPOINT_SAVE_BLOCKING) {
                nanos += ledger.of(bucket).toNanos();
            }
        }
        return nanos;
    }
}
