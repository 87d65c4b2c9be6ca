package dev.retort.distill.report;

import static java.util.Objects.requireNonNull;

import dev.retort.distill.PairedPower;
import dev.retort.distill.TeacherOrigin;
import dev.retort.distill.Verdict;
import dev.retort.distill.report.ReportDocument.Difference;

import org.jspecify.annotations.Nullable;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** Says in words what differences allow to be said, and no more. */
final class Sentences {
    private Sentences() {}

    /** The first is the headline; the second gives the verdict its reason. */
    static List<String> of(Difference alone, Difference teacher) {
        if (alone.pairs() == 1) {
            return List.of(
                    points(alone, "the same student without a teacher")
                            + " in the one seed that was run.",
                    "INCONCLUSIVE: nothing can be concluded from one seed; run more with --seeds.",
                    points(teacher, "its teacher") + " in that seed.");
        }
        List<String> sentences = new ArrayList<>();
        sentences.add(points(alone, "the same student without a teacher") + interval(alone) + ".");
        sentences.add(verdict(alone));
        String power = power(alone);
        if (power != null) {
            sentences.add(power);
        }
        sentences.add(points(teacher, "its teacher") + interval(teacher) + ".");
        return sentences;
    }

    /** Where a teacher came from. */
    static String origin(TeacherOrigin origin) {
        return switch (origin) {
            case TeacherOrigin.EachSeed _ -> "one trained for each seed";
            case TeacherOrigin.Once _ ->
                    "one trained for the first seed, which taught all students";
            case TeacherOrigin.Given given -> "one that was given, " + given.words();
            case TeacherOrigin.Saved saved ->
                    "one trained before, from "
                            + saved.file()
                            + (saved.labelMap().isEmpty()
                                    ? ""
                                    : ", classes " + saved.labelMap() + " of it");
        };
    }

    private static String verdict(Difference difference) {
        Double p = difference.pValue();
        if (p == null) {
            return ("INCONCLUSIVE: the difference is the same in all %d seeds, as a few can be by"
                            + " chance, and without a spread there is no interval to judge by; run more"
                            + " with --seeds.")
                    .formatted(difference.pairs());
        }
        return switch (difference.verdict()) {
            case BEATS -> "BEATS: distillation helped (paired t-test, %s).".formatted(pValue(p));
            case WORSE -> "WORSE: distillation harmed (paired t-test, %s).".formatted(pValue(p));
            case TIES -> tie(difference, p);
            case INCONCLUSIVE ->
                    "INCONCLUSIVE: no gain is shown (paired t-test, %s), nor that the two are the same to %s points (90 %% interval %s)."
                            .formatted(
                                    pValue(p),
                                    points(difference.margin()),
                                    ends(
                                            difference.equivalenceLow(),
                                            difference.equivalenceHigh()));
        };
    }

    /** Of an interval that leaves zero out it would be wrong to say that there is nothing. */
    private static String tie(Difference difference, double p) {
        double low = requireNonNull(difference.equivalenceLow());
        double high = requireNonNull(difference.equivalenceHigh());
        String margin = points(difference.margin());
        if (low <= 0 && high >= 0) {
            return "TIES: no gain; the two are the same to %s points (90 %% interval %s)."
                    .formatted(margin, ends(low, high));
        }
        return "TIES: a %s of %s points (90 %% interval), less than the %s that matter, and not shown at 5 %% (paired t-test, %s)."
                .formatted(low > 0 ? "gain" : "loss", ends(low, high), margin, pValue(p));
    }

    /** What so many seeds could have shown. */
    private static @Nullable String power(Difference difference) {
        Double detectable = difference.detectable();
        if (detectable == null) {
            return null;
        }
        String could =
                String.format(
                        Locale.ROOT,
                        "So many seeds show a true difference of %s points with a probability of %.1f",
                        points(detectable),
                        PairedPower.TARGET);
        Integer further = difference.furtherPairs();
        if (further == null) {
            return could
                    + "; to show one of %s points, and a tie where there is none, it takes more than %,d."
                            .formatted(points(difference.margin()), PairedPower.MOST_PAIRS);
        }
        if (further > 0) {
            return could
                    + "; to show one of %s points, and a tie where there is none, it takes %,d more."
                            .formatted(points(difference.margin()), further);
        }
        return difference.verdict() == Verdict.INCONCLUSIVE
                ? could
                        + "; to show one of %s points, and a tie where there is none, they are enough as often, but were not here: a new study with more seeds can tell."
                                .formatted(points(difference.margin()))
                : could + ".";
    }

    private static String pValue(double p) {
        return p < 0.0001 ? "p below 0.0001" : String.format(Locale.ROOT, "p = %.4f", p);
    }

    private static String points(double share) {
        return String.format(Locale.ROOT, "%.2f", 100 * share);
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
        return difference.low() == null
                ? " in each of the %d paired seeds".formatted(difference.pairs())
                : String.format(
                        Locale.ROOT,
                        " (95 %% interval %s points, %d paired seeds)",
                        ends(difference.low(), difference.high()),
                        difference.pairs());
    }

    private static String ends(@Nullable Double low, @Nullable Double high) {
        return String.format(
                Locale.ROOT,
                "%+.2f to %+.2f",
                100 * requireNonNull(low),
                100 * requireNonNull(high));
    }
}
