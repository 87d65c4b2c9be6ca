package dev.retort.efficiency;

import java.util.EnumMap;
import java.util.HashMap;
import java.util.Map;

/** Counts work without allocating. Guarded by the lock of the clock that owns it. */
final class WorkCounter {
    private static final Precision[] PRECISIONS = Precision.values();

    /** How many of the numbers change with every step. */
    static final int COUNTS = 4;

    /** How many numbers {@link #get} gives. */
    static final int SLOTS = COUNTS + 2 * PRECISIONS.length;

    private long steps;
    private long items;
    private long tokens;
    private long stepNanos;
    private final double[] model = new double[PRECISIONS.length];
    private final double[] hardware = new double[PRECISIONS.length];

    void addStep(long nanos, long stepItems, long stepTokens) {
        steps++;
        stepNanos += nanos;
        items = Work.saturatedSum(items, stepItems);
        tokens = Work.saturatedSum(tokens, stepTokens);
    }

    @SuppressWarnings("EnumOrdinal") // An index into arrays of this object, stored by name only.
    void addFlops(Precision precision, double modelFlops, double hardwareFlops) {
        model[precision.ordinal()] += modelFlops;
        hardware[precision.ordinal()] += hardwareFlops;
    }

    long steps() {
        return steps;
    }

    /** One of the numbers as bits, for a {@link dev.retort.efficiency.journal.Tail}. */
    long get(int slot) {
        return switch (slot) {
            case 0 -> steps;
            case 1 -> items;
            case 2 -> tokens;
            case 3 -> stepNanos;
            default -> {
                int at = slot - COUNTS;
                yield Double.doubleToRawLongBits(
                        at < PRECISIONS.length ? model[at] : hardware[at - PRECISIONS.length]);
            }
        };
    }

    /** Takes the numbers back from bits. */
    void set(int slot, long bits) {
        switch (slot) {
            case 0 -> steps = bits;
            case 1 -> items = bits;
            case 2 -> tokens = bits;
            case 3 -> stepNanos = bits;
            default -> {
                int at = slot - COUNTS;
                double[] into = at < PRECISIONS.length ? model : hardware;
                into[at % PRECISIONS.length] = Double.longBitsToDouble(bits);
            }
        }
    }

    @SuppressWarnings("EnumOrdinal") // As above.
    Work work() {
        Map<Precision, Double> modelFlops = new EnumMap<>(Precision.class);
        Map<Precision, Double> hardwareFlops = new EnumMap<>(Precision.class);
        for (Precision precision : PRECISIONS) {
            modelFlops.put(precision, model[precision.ordinal()]);
            hardwareFlops.put(precision, hardware[precision.ordinal()]);
        }
        return new Work(steps, items, tokens, stepNanos, modelFlops, hardwareFlops);
    }

    @SuppressWarnings("EnumOrdinal") // As above.
    void set(Work work) {
        steps = work.steps();
        items = work.items();
        tokens = work.tokens();
        stepNanos = work.stepNanos();
        for (Precision precision : PRECISIONS) {
            model[precision.ordinal()] = work.modelFlops().getOrDefault(precision, 0.0);
            hardware[precision.ordinal()] = work.hardwareFlops().getOrDefault(precision, 0.0);
        }
    }

    /** Work as named numbers, for a journal. */
    static Map<String, Double> named(Work work) {
        Map<String, Double> named = new HashMap<>();
        named.put("steps", (double) work.steps());
        named.put("items", (double) work.items());
        named.put("tokens", (double) work.tokens());
        named.put("stepNanos", (double) work.stepNanos());
        work.modelFlops().forEach((type, flops) -> named.put("modelFlops." + type, flops));
        work.hardwareFlops().forEach((type, flops) -> named.put("hardwareFlops." + type, flops));
        return named;
    }

    /** Work from named numbers. */
    static Work of(Map<String, Double> named) {
        Map<Precision, Double> model = new EnumMap<>(Precision.class);
        Map<Precision, Double> hardware = new EnumMap<>(Precision.class);
        for (Precision precision : PRECISIONS) {
            model.put(precision, named.getOrDefault("modelFlops." + precision, 0.0));
            hardware.put(precision, named.getOrDefault("hardwareFlops." + precision, 0.0));
        }
        return new Work(
                named.getOrDefault("steps", 0.0).longValue(),
                named.getOrDefault("items", 0.0).longValue(),
                named.getOrDefault("tokens", 0.0).longValue(),
                named.getOrDefault("stepNanos", 0.0).longValue(),
                model,
                hardware);
    }
}
