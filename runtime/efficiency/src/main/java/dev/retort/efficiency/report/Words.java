package dev.retort.efficiency.report;

import java.util.Locale;
import java.util.Map;

/** Names as a person reads them. */
public final class Words {
    private static final Map<String, String> OWN =
            Map.of(
                    "JVM_PAUSE", "JVM pause",
                    "COMM_STALL", "communication stall",
                    "INFRA_RECOVERY", "recovery",
                    "TRAINING_PREP", "preparation",
                    "PROGRAM_STARTUP", "start-up",
                    "CHECKPOINT_SAVE_BLOCKING", "checkpoint save",
                    "JVM", "JVM");

    private Words() {}

    /**
     * The words of a constant, such as of a {@link dev.retort.efficiency.Bucket}.
     *
     * @param constant its name, such as {@code INPUT_STALL}
     * @return for example {@code input stall}
     */
    public static String of(String constant) {
        String own = OWN.get(constant);
        return own == null ? constant.toLowerCase(Locale.ROOT).replace('_', ' ') : own;
    }

    /**
     * What a run is called that a bottleneck bounds.
     *
     * @param bottleneck the name of a {@link dev.retort.efficiency.verdict.Bottleneck}
     * @return for example {@code input-bound}
     */
    public static String bound(String bottleneck) {
        return switch (bottleneck) {
            case "THROTTLED", "UNEXPLAINED", "SMALL_KERNELS" -> of(bottleneck);
            case "CONTENTION" -> "CPU contention";
            default -> of(bottleneck) + "-bound";
        };
    }

    /**
     * Text that a user chose, fit for a terminal: what would move its cursor, colour it or turn the
     * direction of writing is replaced.
     *
     * @param text the text
     * @return one line without control characters
     */
    public static String plain(String text) {
        StringBuilder plain = new StringBuilder(text.length());
        text.codePoints()
                .forEach(
                        point ->
                                plain.appendCodePoint(
                                        switch (Character.getType(point)) {
                                            case Character.CONTROL,
                                                    Character.FORMAT,
                                                    Character.LINE_SEPARATOR,
                                                    Character.PARAGRAPH_SEPARATOR,
                                                    Character.SURROGATE,
                                                    Character.UNASSIGNED ->
                                                    '\uFFFD';
                                            default -> point;
                                        }));
        return plain.toString();
    }

    /**
     * Text cut to a width.
     *
     * @param text the text
     * @param width the columns, at least 1
     * @return the text, or its beginning and an ellipsis
     */
    public static String cut(String text, int width) {
        if (text.codePointCount(0, text.length()) <= width) {
            return text;
        }
        return text.substring(0, text.offsetByCodePoints(0, width - 1)) + "…";
    }
}
