package dev.retort.planning.table;

import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** How many times one the units of counts and of FLOPs are, as names of columns and cells say. */
final class Scales {
    private static final double SECONDS_OF_DAY = 86_400;

    /** Thousands to trillions, and powers of ten. */
    static final Map<String, Double> COUNTS = counts();

    /** Multiples of a FLOP, days at a rate, and powers of ten. */
    static final Map<String, Double> FLOPS = flops();

    private Scales() {}

    private static Map<String, Double> counts() {
        Map<String, Double> scales = new HashMap<>();
        put(scales, 1e3, "k", "thousand", "thousands");
        put(scales, 1e6, "m", "mn", "mln", "million", "millions");
        put(scales, 1e9, "b", "bn", "bln", "billion", "billions");
        put(scales, 1e12, "t", "tn", "trillion", "trillions");
        putPowers(scales, 3, 12);
        return Map.copyOf(scales);
    }

    private static Map<String, Double> flops() {
        Map<String, Double> scales = new HashMap<>();
        putPowers(scales, 12, 24);
        List<String> letters = List.of("p", "e", "z", "y");
        List<String> prefixes = List.of("peta", "exa", "zetta", "yotta");
        for (int i = 0; i < letters.size(); i++) {
            double scale = Math.pow(10, 15 + 3 * i);
            for (String flop : List.of("flop", "flops")) {
                for (String prefix : List.of(letters.get(i), prefixes.get(i))) {
                    put(scales, scale, prefix + flop, prefix + " " + flop);
                    for (String day : List.of("day", "days")) {
                        put(
                                scales,
                                scale * SECONDS_OF_DAY,
                                prefix + flop + " " + day,
                                prefix + flop + " s " + day);
                    }
                }
            }
            put(
                    scales,
                    scale * SECONDS_OF_DAY,
                    letters.get(i) + "f day",
                    letters.get(i) + "f days");
        }
        return Map.copyOf(scales);
    }

    /** As names of columns write them after brackets and signs have become blanks. */
    private static void putPowers(Map<String, Double> scales, int from, int to) {
        for (int power = from; power <= to; power += 3) {
            put(
                    scales,
                    Double.parseDouble("1e" + power),
                    "e" + power,
                    "1e" + power,
                    "10 " + power,
                    "x10 " + power,
                    "x 10 " + power);
        }
    }

    private static void put(Map<String, Double> scales, double scale, String... names) {
        for (String name : names) {
            scales.put(name, scale);
        }
    }
}
