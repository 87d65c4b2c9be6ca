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
     * The share of the time that the run lost for want of cores: what its thread waited. How busy a
     * machine is does not tell it: a thread that waits for its input or its device has no use for a
     * core.
     *
     * @return the share, from 0 to 1; 0 where it is not known
     */
    public double lost() {
        return Math.clamp(waiting.orElse(0), 0, 1);
    }

    /** Whether it is known that the machine had no core left. */
    boolean isFull() {
        return own.isPresent()
                && others.isPresent()
                && own.getAsDouble() + others.getAsDouble() >= FULL * cores;
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
        String text;
        if (!isFull()) {
            text =
                    "other processes had %.1f of %d cores, this one %.1f, though the machine had"
                            + " idle cores: look for an affinity mask or a quota (cgroup) that"
                            + " limits this process";
        } else if (others.getAsDouble() >= FEW * cores) {
            text = "other processes had %.1f of %d cores, this one %.1f";
        } else {
            text =
                    "other processes had %.1f of %d cores, so this one, which had %.1f, has"
                            + " more threads at work than it can use";
        }
        return String.format(Locale.ROOT, text, others.getAsDouble(), cores, own.getAsDouble());
    }
}
