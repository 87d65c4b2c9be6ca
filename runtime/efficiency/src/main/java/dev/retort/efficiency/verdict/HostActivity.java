package dev.retort.efficiency.verdict;

import java.util.Locale;
import java.util.OptionalDouble;

/**
 * What the processor had for a run in a window. Empty where the system does not tell.
 *
 * @param waiting the share of the time in which the thread that trains was ready to run and had no
 *     core, from 0 to 1, by the kernel's scheduler; what threads waited that work for it comes on
 *     top
 * @param own how many cores this process kept busy, on average
 * @param others how many cores all other processes of the machine kept busy, on average
 * @param cores the cores of the machine, at least 1
 */
public record HostActivity(
        OptionalDouble waiting, OptionalDouble own, OptionalDouble others, int cores) {
    /** A processor that tells nothing. */
    public static final HostActivity UNKNOWN =
            new HostActivity(
                    OptionalDouble.empty(), OptionalDouble.empty(), OptionalDouble.empty(), 1);

    /** From which share of all cores on a machine has none left. */
    private static final double FULL = 0.95;

    /** What others take below this share of all cores is the system's usual business. */
    private static final double FEW = 0.1;

    /** Checks the components. */
    public HostActivity {
        if (cores < 1) {
            throw new IllegalArgumentException("expected at least 1 core, found " + cores);
        }
    }

    /**
     * The share of the time that the run lost for want of cores: what its thread waited; where that
     * is not known, the share of a machine without idle cores that other processes took, which is
     * the most that the run would have without them.
     *
     * @return the share, from 0 to 1; 0 where nothing is known
     */
    public double lost() {
        if (waiting.isPresent()) {
            return Math.clamp(waiting.getAsDouble(), 0, 1);
        }
        double busy = own.orElse(0) + others.orElse(0);
        return own.isPresent() && busy >= FULL * cores
                ? Math.clamp(others.orElse(0) / cores, 0, 1)
                : 0;
    }

    /**
     * Who had the cores.
     *
     * @return a clause without a full stop; empty where it is not known
     */
    String blame() {
        if (own.isEmpty() || others.isEmpty()) {
            return "";
        }
        String text =
                others.getAsDouble() >= FEW * cores
                        ? "other processes had %.1f of %d cores, this one %.1f"
                        : "other processes had %.1f of %d cores, so this one, which had %.1f, has"
                                + " more threads at work than it can use";
        return String.format(Locale.ROOT, text, others.getAsDouble(), cores, own.getAsDouble());
    }
}
