package dev.retort.efficiency;

import dev.retort.efficiency.RunHistory.Finding;
import dev.retort.efficiency.verdict.BottleneckDetector;
import dev.retort.efficiency.verdict.DeviceActivity;
import dev.retort.efficiency.verdict.HostActivity;
import dev.retort.efficiency.verdict.Verdict;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;

/**
 * Draws verdicts while a run goes on: from window to window without overlap, each as long as it
 * takes to have enough steps. Thread-safe.
 */
final class VerdictLog {
    /** A window of fast steps would be noise. */
    private static final Duration SHORTEST = Duration.ofSeconds(5);

    /** Far more than hysteresis lets through; a bound all the same, beyond which the oldest go. */
    static final int LIMIT = 500;

    private final BottleneckDetector detector = new BottleneckDetector();
    private final Deque<Finding> findings = new ArrayDeque<>();
    private Duration judged;

    VerdictLog(Duration begin) {
        judged = begin;
    }

    /** The time since the last window that was judged. */
    synchronized Duration pending(Duration now) {
        return now.minus(judged);
    }

    /**
     * Looks at the window of the pending time.
     *
     * @param device what the device did in it, which is only asked for if it is judged
     * @param host what the processor had for the run in it, as well
     * @return whether it was judged, so that the next window begins now
     */
    synchronized boolean look(
            Duration now,
            RunWindow window,
            Supplier<DeviceActivity> device,
            Supplier<HostActivity> host) {
        boolean tooLong = pending(now).compareTo(RunWindow.FIFTEEN_MINUTES) >= 0;
        boolean enough =
                window.work().steps() >= BottleneckDetector.LEAST_STEPS
                        && pending(now).compareTo(SHORTEST) >= 0;
        if (!enough && !tooLong) {
            return false;
        }
        Duration from = judged;
        judged = now;
        detector.observe(window, device.get(), host.get())
                .ifPresent(verdict -> note(from, verdict));
        return true;
    }

    synchronized Optional<Verdict> standing() {
        return detector.verdict();
    }

    synchronized List<Finding> findings() {
        return List.copyOf(findings);
    }

    private void note(Duration from, Verdict verdict) {
        if (!findings.isEmpty()
                && findings.getLast().verdict().bottleneck() == verdict.bottleneck()) {
            findings.addLast(new Finding(findings.removeLast().from(), verdict));
        } else {
            findings.addLast(new Finding(from, verdict));
            if (findings.size() > LIMIT) {
                findings.removeFirst();
            }
        }
    }
}
