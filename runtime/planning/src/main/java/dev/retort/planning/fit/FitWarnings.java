package dev.retort.planning.fit;

import dev.retort.planning.FlopConvention;
import dev.retort.planning.Interval;
import dev.retort.planning.report.Figures;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Collectors;

/** What a reader of a fit has to know. */
final class FitWarnings {
    private static final double FLOPS_TOLERANCE = 0.1;
    private static final double FEW_REACHED = 0.1;
    private static final int MOST_NAMED = 10;

    private final List<String> warnings = new ArrayList<>();

    private FitWarnings() {}

    static List<String> of(ParametricFit fit, SchedulePoints scheduled, Optional<String> units) {
        FitWarnings found = new FitWarnings();
        scheduled.warning(fit.options().schedule()).ifPresent(found::add);
        units.ifPresent(found::add);
        found.outliers(fit);
        found.flops(fit);
        found.warnings.addAll(ScaleWarnings.of(fit.points()));
        found.search(fit);
        found.rest(fit);
        return List.copyOf(found.warnings);
    }

    private void outliers(ParametricFit fit) {
        OutlierPolicy policy = fit.options().outliers();
        List<ParametricFit.Outlier> dropped =
                fit.outliers().stream().filter(ParametricFit.Outlier::dropped).toList();
        List<ParametricFit.Outlier> kept =
                fit.outliers().stream().filter(outlier -> !outlier.dropped()).toList();
        if (!dropped.isEmpty()) {
            String effect =
                    fit.withAllPoints()
                            .map(law -> "left out; with %s " + text(law))
                            .orElse("left out; with %s the runs give no law");
            beyond(dropped, policy.dropped(), effect, "it", "them");
        }
        if (!kept.isEmpty()) {
            String without =
                    fit.withoutOutliers()
                            .map(law -> "kept; without %s " + text(law))
                            .orElse("kept; without %s the others are too few for a law");
            beyond(
                    kept,
                    policy.named(),
                    without,
                    !dropped.isEmpty() ? "it either" : "it",
                    !dropped.isEmpty() ? "them either" : "them");
        }
    }

    private void beyond(
            List<ParametricFit.Outlier> outliers,
            double sigmas,
            String effect,
            String it,
            String them) {
        int count = outliers.size();
        add(
                String.format(
                        Locale.ROOT,
                        "%d point%s beyond %.1f standard deviations: %s %s. %s: %s.",
                        count,
                        count == 1 ? " lies" : "s lie",
                        sigmas,
                        count == 1 ? "it is" : "they are",
                        effect.formatted(count == 1 ? it : them),
                        count == 1 ? "It is" : "They are",
                        names(outliers)));
    }

    private static String names(List<ParametricFit.Outlier> outliers) {
        String names =
                outliers.stream()
                        .limit(MOST_NAMED)
                        .map(outlier -> name(outlier.point()))
                        .collect(Collectors.joining("; "));
        int more = outliers.size() - MOST_NAMED;
        return more > 0 ? names + "; and %d more".formatted(more) : names;
    }

    private static String name(LossPoint point) {
        return String.format(
                Locale.ROOT,
                "%sN = %s, D = %s, loss %s",
                point.run().map("run %s, "::formatted).orElse(""),
                Figures.number(point.parameters()),
                Figures.number(point.tokens()),
                Figures.number(point.loss()));
    }

    private static String text(ParametricLaw law) {
        return String.format(
                Locale.ROOT,
                "A = %s, B = %s, E = %.4f, alpha = %.4f, beta = %.4f",
                Figures.number(law.a()),
                Figures.number(law.b()),
                law.e(),
                law.alpha(),
                law.beta());
    }

    private void flops(ParametricFit fit) {
        FlopConvention convention = fit.options().convention();
        double ratio = ScaleWarnings.flops(fit.points(), convention).orElse(1);
        if (Math.abs(ratio - 1) > FLOPS_TOLERANCE) {
            add(
                    "The FLOPs given are %s times those of the convention %s (median): plans count by the convention."
                            .formatted(Figures.number(ratio, 3), convention.label()));
        }
    }

    private void search(ParametricFit fit) {
        ParametricFit.Search search = fit.search();
        fit.unreached().ifPresent(this::add);
        if (search.reached() < FEW_REACHED * search.refined()) {
            add(
                    String.format(
                            Locale.ROOT,
                            "Only %d of the %d best ends are the minimum: the objective has others close by.",
                            search.reached(),
                            search.refined()));
        }
        fit.unlawful().ifPresent(this::add);
    }

    private void rest(ParametricFit fit) {
        Interval e = fit.interval(LawParameter.E);
        if (e.low() < 0.01 * e.estimate()) {
            add(
                    String.format(
                            Locale.ROOT,
                            "The runs do not bound E from below (%.2g to %.4g): extrapolations far beyond"
                                    + " them have no floor.",
                            e.low(),
                            e.high()));
        }
    }

    private void add(String warning) {
        warnings.add(warning);
    }
}
