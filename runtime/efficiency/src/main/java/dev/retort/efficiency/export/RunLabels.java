package dev.retort.efficiency.export;

import dev.retort.efficiency.RunAccount;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/** The labels of a run, bounded and escaped: see {@link Interval#runLabels}. */
final class RunLabels {
    private static final int MOST = 16;
    private static final int LONGEST = 128;

    /** What figures, Prometheus and this class call their own labels. */
    private static final Set<String> TAKEN =
            Set.of(
                    "run",
                    "region",
                    "bucket",
                    "window",
                    "statistic",
                    "precision",
                    "kind",
                    "what",
                    "basis",
                    "device",
                    "device_name",
                    "scope",
                    "currency",
                    "state",
                    "bottleneck",
                    "severity",
                    "destination",
                    "le",
                    "quantile",
                    "job",
                    "instance");

    private RunLabels() {}

    static Map<String, String> of(RunAccount account) {
        Map<String, String> labels = new LinkedHashMap<>();
        labels.put("run", cut(account.name()));
        new TreeMap<>(account.tags())
                .entrySet().stream()
                        .limit(MOST)
                        .forEach(tag -> labels.put(key(tag.getKey(), labels), cut(tag.getValue())));
        return Collections.unmodifiableMap(labels);
    }

    private static String key(String tag, Map<String, String> others) {
        String plain = cut(tag).replaceAll("[^A-Za-z0-9_]", "_");
        boolean usable =
                !plain.isEmpty()
                        && !Character.isDigit(plain.charAt(0))
                        && !plain.startsWith("_")
                        && !TAKEN.contains(plain);
        String key = usable ? plain : "tag_" + plain;
        while (others.containsKey(key)) {
            key += "_";
        }
        return key;
    }

    /** Not between the halves of a character. */
    private static String cut(String text) {
        if (text.length() <= LONGEST) {
            return text;
        }
        int end = Character.isHighSurrogate(text.charAt(LONGEST - 1)) ? LONGEST - 1 : LONGEST;
        return text.substring(0, end);
    }
}
