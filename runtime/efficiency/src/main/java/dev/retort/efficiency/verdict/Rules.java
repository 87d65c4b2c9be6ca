package dev.retort.efficiency.verdict;

import dev.retort.efficiency.Bucket;
import dev.retort.efficiency.Ledger;
import dev.retort.efficiency.RunWindow;
import dev.retort.efficiency.verdict.Verdict.Severity;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * Judges one window. The thresholds are those of XProf's input pipeline analysis (input 5 and 20 %,
 * host 3 and 15 %), of the PyTorch profiler (communication 10 %) and our own (checkpoints 5 %, JVM
 * 3 %, throttling 5 %, want of cores 5 %).
 */
final class Rules {
    /**
     * A part of the time of training, from when on it is a bottleneck, what took it, and what more
     * there is to say. Want of cores is a part of all time, since nobody tells how much of it fell
     * into training.
     */
    private record Part(
            Bottleneck bottleneck,
            double share,
            double moderate,
            double high,
            String what,
            String more) {
        Part(Bottleneck bottleneck, double share, double moderate, double high, String teller) {
            this(
                    bottleneck,
                    share,
                    moderate,
                    high,
                    teller + bottleneck.name().toLowerCase(Locale.ROOT),
                    "");
        }

        boolean counts() {
            return share >= moderate;
        }

        boolean isOfAllTime() {
            return bottleneck == Bottleneck.CONTENTION;
        }
    }

    /** The share of samples from which on a clock counts as held down. */
    private static final double THROTTLED = 0.05;

    private static final double BUSY = 0.9;
    private static final double HALF = 0.5;
    private static final double FEW_SMS = 0.25;

    private Rules() {}

    /** The verdict of a window, or empty if no time of training passed in it. */
    static Optional<Verdict> judge(RunWindow window, DeviceActivity device, HostActivity host) {
        Ledger ledger = window.ledger();
        double training = ledger.elapsedNanos() - (double) outside(ledger);
        if (training <= 0) {
            return Optional.empty();
        }
        List<Part> parts = new ArrayList<>();
        parts.add(part(Bottleneck.INPUT, ledger, training, 0.05, 0.20, Bucket.INPUT_STALL));
        Part contention = contention(host, device, training);
        parts.add(contention);
        // A host that waits for a core is slow for that: the cause is told, and not its effect.
        double waited = contention.counts() ? contention.share() : 0;
        // Where it is not known whether the thread waited, a full machine is worth a word.
        String full = host.waiting().isEmpty() && host.isFull() ? host.blame() : "";
        parts.add(
                without(
                        waited,
                        part(Bottleneck.HOST, ledger, training, 0.03, 0.15, Bucket.HOST_STALL),
                        full));
        parts.add(without(waited, idle(Bottleneck.HOST, device.idleForHost(), training), full));
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
        parts.add(part(Bottleneck.JVM, ledger, training, 0.03, 0.15, Bucket.JVM_PAUSE));
        parts.add(idle(Bottleneck.JVM, device.idleInJvmPause(), training));
        parts.add(part(Bottleneck.THROTTLED, ledger, training, 0.05, 0.20, Bucket.THROTTLED));
        parts.add(throttled(device));
        return Optional.of(
                parts.stream()
                        .filter(Part::counts)
                        .max(Comparator.comparingDouble(Part::share))
                        .map(part -> verdict(part, training, window))
                        .orElseGet(() -> computing(ledger, training, device)));
    }

    /**
     * The time for which the training was ready and had no core. It is counted over all of the
     * window, and taken to lie in training as much as in the rest. While the device works a host
     * that waits costs nothing, so it is at most the time for which the device was idle.
     */
    private static Part contention(HostActivity host, DeviceActivity device, double training) {
        double idle =
                device.idleForHost()
                        .map(time -> time.toNanos() / training)
                        .orElseGet(() -> 1 - device.busy().orElse(0));
        String what =
                host.lost() <= idle
                        ? "waiting for a core"
                        : "waiting for a core while the device was idle";
        double share = Math.clamp(idle, 0, host.lost());
        return new Part(Bottleneck.CONTENTION, share, 0.05, 0.20, what, host.blame());
    }

    private static Part without(double share, Part part, String more) {
        return new Part(
                part.bottleneck(),
                Math.max(0, part.share() - share),
                part.moderate(),
                part.high(),
                part.what(),
                more);
    }

    /** A time in which the device was idle, of the same time of training as all else. */
    private static Part idle(Bottleneck bottleneck, Optional<Duration> time, double training) {
        return new Part(
                bottleneck,
                time.map(idle -> idle.toNanos() / training).orElse(0.0),
                0.03,
                0.15,
                "by the device's idle time ");
    }

    /**
     * The excess over the ideal time at full clock: how much slower the clock was, while the device
     * was busy. Nothing where the clock is not known: that it was held down does not tell by how
     * much, and a device that is capped by its power says so all the time.
     */
    private static Part throttled(DeviceActivity device) {
        boolean often = device.throttled().orElse(0) >= THROTTLED;
        double share = often ? device.slowdown().orElse(0) * device.busy().orElse(1) : 0;
        return new Part(Bottleneck.THROTTLED, share, 0.05, 0.20, "by the clock of the device ");
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
        boolean all = part.isOfAllTime();
        String evidence =
                String.format(
                        Locale.ROOT,
                        "%s took %.1f %% of %.1f s %s over %d steps, from %.0f %% on"
                                + " it is a bottleneck%s%s",
                        part.what(),
                        100 * share,
                        (all ? window.ledger().elapsedNanos() : training) * 1e-9,
                        all ? "in all" : "of training",
                        window.work().steps(),
                        100 * part.moderate(),
                        part.more().isEmpty() ? "" : "; ",
                        part.more());
        return new Verdict(
                part.bottleneck(),
                severity,
                share,
                all ? 1 : ofAll(window.ledger(), training),
                evidence,
                test);
    }

    /** How much of the time was training. */
    private static double ofAll(Ledger ledger, double training) {
        return Math.min(1, training / ledger.elapsedNanos());
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
                    ofAll(ledger, training),
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
                    Math.min(1, device.dram().orElse(0)),
                    ofAll(ledger, training),
                    evidence + "; memory active, tensor cores not",
                    Optional.empty());
        }
        if (device.busy().orElse(0) >= BUSY && device.sm().orElse(1) < FEW_SMS) {
            return new Verdict(
                    Bottleneck.SMALL_KERNELS,
                    Severity.MODERATE,
                    1 - device.sm().orElse(1),
                    ofAll(ledger, training),
                    evidence + "; device busy, few multiprocessors at work",
                    Optional.of(Variant.LARGER_BATCH));
        }
        return new Verdict(
                Bottleneck.COMPUTE,
                Severity.NONE,
                computing,
                ofAll(ledger, training),
                evidence,
                Optional.empty());
    }

    private static Part part(
            Bottleneck bottleneck,
            Ledger ledger,
            double training,
            double moderate,
            double high,
            Bucket... buckets) {
        return new Part(bottleneck, share(ledger, training, buckets), moderate, high, "");
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
            if (!isTraining(bucket)) {
                nanos += ledger.of(bucket).toNanos();
            }
        }
        return nanos;
    }

    /** Whether a bucket is training or holds it up. */
    static boolean isTraining(Bucket bucket) {
        return bucket.compareTo(Bucket.INPUT_STALL) >= 0
                || bucket == Bucket.CHECKPOINT_SAVE_BLOCKING;
    }
}
