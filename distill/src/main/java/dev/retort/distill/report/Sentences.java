package dev.retort.distill.report;

import dev.retort.distill.report.ReportDocument.Difference;

import java.util.List;
import java.util.Locale;

/** Says in words what differences allow to be said, and no more. */
final class Sentences {
    private Sentences() {}

    static List<String> of(Difference alone, Difference teacher) {
        if (alone.pairs() == 1) {
            return List.of(
                    points(alone, "the same student without a teacher")
                            + " in the one seed that was run.",
                    points(teacher, "its teacher") + " in that seed.",
                    "Nothing can be concluded from one seed; run more with --seeds.");
        }
        return List.of(
                points(alone, "the same student without a teacher") + interval(alone) + ".",
                verdict(alone),
                points(teacher, "its teacher") + interval(teacher) + ".");
    }

    private static String verdict(Difference difference) {
        return switch (difference.finding()) {
            case NOTHING ->
                    "Nothing can be concluded: every seed differs by the same, which leaves no"
                            + " spread to judge by.";
            case BETTER -> "Distillation helped: the interval lies above zero.";
            case WORSE -> "Distillation harmed: the interval lies below zero.";
            case NO_DIFFERENCE_SHOWN -> "No gain is shown: the interval contains zero.";
        };
    }

    private static String points(Difference difference, String other) {
        double points = 100 * difference.mean();
        if (Math.abs(points) < 0.005) {
            return "The distilled student is level with " + other;
        }
        return String.format(
                Locale.ROOT,
                "The distilled student is %.2f points %s %s",
                Math.abs(points),
                points > 0 ? "above" : "below",
                other);
    }

    private static String interval(Difference difference) {
        Double low = difference.low();
        Double high = difference.high();
        if (low == null || high == null) {
            return "";
        }
        return String.format(
                Locale.ROOT,
                " (95 %% interval %+.2f to %+.2f points, %d paired seeds)",
                100 * low,
                100 * high,
                difference.pairs());
    }
}
