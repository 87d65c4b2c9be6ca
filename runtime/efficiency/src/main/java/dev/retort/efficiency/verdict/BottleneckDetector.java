package dev.retort.efficiency.verdict;

import dev.retort.efficiency.RunWindow;

import org.jspecify.annotations.Nullable;

import java.util.Optional;

/**
 * Draws verdicts online, with hysteresis: a window counts from {@value #LEAST_STEPS} steps on, and
 * a new bottleneck is believed once two consecutive windows agree on it. Until then the old one
 * stands, with the figures of the window that confirmed it last.
 *
 * <p>Not thread-safe.
 */
public final class BottleneckDetector {
    /** The steps that a window must have. */
    public static final int LEAST_STEPS = 30;

    private @Nullable Verdict standing;
    private @Nullable Bottleneck suspected;

    /** Creates a detector that has seen nothing. */
    public BottleneckDetector() {}

    /**
     * Looks at a window.
     *
     * @param window the window, after the one before without overlap
     * @param device what the device did in it
     * @param host what the processor had for the run in it
     * @return the verdict that stands now, or empty while there is none
     */
    public Optional<Verdict> observe(RunWindow window, DeviceActivity device, HostActivity host) {
        judge(window, device, host).ifPresent(this::weigh);
        return verdict();
    }

    /**
     * The verdict of one window by itself, without hysteresis: for a run that is over, or too short
     * for two windows.
     *
     * @param window the window
     * @param device what the device did in it
     * @param host what the processor had for the run in it
     * @return the verdict, or empty if no time of training passed in it, or too few steps
     */
    public static Optional<Verdict> judge(
            RunWindow window, DeviceActivity device, HostActivity host) {
        return window.work().steps() < LEAST_STEPS
                ? Optional.empty()
                : Rules.judge(window, device, host);
    }

    /**
     * The verdict that stands.
     *
     * @return the verdict, or empty while there is none
     */
    public Optional<Verdict> verdict() {
        return Optional.ofNullable(standing);
    }

    private void weigh(Verdict found) {
        boolean confirmed =
                found.bottleneck() == suspected
                        || (standing != null && found.bottleneck() == standing.bottleneck());
        if (confirmed) {
            standing = found;
        }
        suspected = found.bottleneck();
    }
}
