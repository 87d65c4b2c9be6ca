package dev.retort.planning.table;

import dev.retort.planning.LossUnit;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** What the name of a column says of the numbers of a loss. */
enum LossScale {
    NATS(Optional.of(LossUnit.NATS), false),
    BITS(Optional.of(LossUnit.BITS), false),
    /** The loss is its logarithm, in nats. */
    PERPLEXITY(Optional.of(LossUnit.NATS), false),
    NATS_PER_BYTE(Optional.of(LossUnit.NATS), true),
    BITS_PER_BYTE(Optional.of(LossUnit.BITS), true),
    PER_BYTE(Optional.empty(), true);

    private static final Map<String, LossScale> BY_NAME = byName();

    private final Optional<LossUnit> unit;
    private final boolean isPerByte;

    LossScale(Optional<LossUnit> unit, boolean isPerByte) {
        this.unit = unit;
        this.isPerByte = isPerByte;
    }

    private static Map<String, LossScale> byName() {
        Map<String, LossScale> names = new HashMap<>();
        for (String nats : List.of("nat", "nats")) {
            put(names, NATS, nats, nats + " token", nats + " per token");
            putPerByte(names, NATS_PER_BYTE, nats + " ");
        }
        for (String bits : List.of("bit", "bits")) {
            put(names, BITS, bits, bits + " token", bits + " per token");
            putPerByte(names, BITS_PER_BYTE, bits + " ");
        }
        put(names, BITS_PER_BYTE, "bpb", "bpc");
        putPerByte(names, PER_BYTE, "");
        put(names, PERPLEXITY, "ppl", "perplexity");
        return Map.copyOf(names);
    }

    private static void putPerByte(Map<String, LossScale> names, LossScale scale, String unit) {
        for (String piece : List.of("byte", "char", "character")) {
            put(names, scale, unit + piece, unit + "per " + piece);
        }
    }

    private static void put(Map<String, LossScale> names, LossScale scale, String... all) {
        for (String name : all) {
            names.put(name, scale);
        }
    }

    /** The units as names of columns write them. */
    static Set<String> units() {
        return BY_NAME.keySet();
    }

    /** The scale that a unit of a name says, if it says one. */
    static Optional<LossScale> of(String unit) {
        return Optional.ofNullable(BY_NAME.get(unit));
    }

    Optional<LossUnit> unit() {
        return unit;
    }

    boolean isPerByte() {
        return isPerByte;
    }
}
