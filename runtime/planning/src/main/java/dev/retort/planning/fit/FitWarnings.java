package dev.retort.planning.fit;

import dev.retort.planning.FlopConvention;
import dev.retort.planning.Interval;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** What a reader of a fit has to know. */
final class FitWarnings {
    private static final double FLOPS_TOLERANCE = 0.1;
    private static final double FEW_REACHED = 0.1;

    private final List<String> warnings = new ArrayList<>();

    private FitWarnings() {}

    static List<String> of(ParametricFit fit, SchedulePoints scheduled, Optional<String> units) {
        FitWarnings found = new FitWarnings();
        found.schedule(scheduled, fit.options().schedule());
        units.ifPresent(found::add);
        found.outliers(fit);
        found.flops(fit);
        found.warnings.addAll(ScaleWarnings.of(fit.points()));
        found.search(fit);
        found.rest(fit);
        return List.copyOf(found.warnings);
    }

    private void schedule(SchedulePoints scheduled, SchedulePolicy policy) {
        if (scheduled.known() == 0) {
            add(
                    "No run says where its learning-rate schedule ends; losses from the middle of a"
                            + " schedule would bend the law.");
        } else if (scheduled.off() > 0) {
            String what =
                    switch (policy) {
                        case WARN ->
                                "they are used as they are, and bend the law; exclude or correct"
                                        + " them";
                        case EXCLUDE -> "they were left out";
                        case CORRECT ->
                                String.format(
                                        Locale.ROOT,
                                        "their losses were corrected with the exponent %.4f",
                                        scheduled.exponent().orElse(Double.NaN));
                    };
            add(
                    String.format(
                            Locale.ROOT,
                            "%d of %d points were taken more than %.0f %% away from the end of their"
                                    + " learning-rate schedule: %s.",
                            scheduled.off(),
                            scheduled.all(),
                            100 * SchedulePoints.TOLERANCE,
                            what));
        }
    }

    private void outliers(ParametricFit fit) {
        int count = fit.outliers().size();
        if (count == 0) {
            return;
        }
        String effect =
                fit.withoutOutliers()
                        .map(
                                law ->
                                        String.format(
                                                Locale.ROOT,
                                                "without %s alpha = %.4f, beta = %.4f, E = %.4f",
                                                count == 1 ? "it" : "them",
                                                law.alpha(),
                                                law.beta(),
                                                law.e()))
                        .orElse("the others are too few for a law");
        add(
                String.format(
                        Locale.ROOT,
                        "%d point%s beyond %.1f standard deviations (%s); %s.",
                        count,
                        count == 1 ? " lies" : "s lie",
                        fit.options().outliers().sigmas(),
                        fit.options().outliers().drops() ? "dropped" : "kept",
                        effect));
    }

    private void flops(ParametricFit fit) {
        FlopConvention convention = fit.options().convention();
        double ratio = ScaleWarnings.flops(fit.points(), convention).orElse(1);
        if (Math.abs(ratio - 1) > FLOPS_TOLERANCE) {
            add(
                    String.format(
                            Locale.ROOT,
                            "The FLOPs given are %.3g times those of the convention %s (median): plans count"
                                    + " by the convention.",
                            ratio,
                            convention.label()));
        }
    }

    private void search(ParametricFit fit) {
        ParametricFit.Search search = fit.search();
        if (!search.converged()) {
            add("The minimum was not reached to the last digit.");
        }
        if (search.reached() < FEW_REACHED * search.refined()) {
            add(
                    String.format(
                            Locale.ROOT,
                            "Only %d of the %d best ends are the minimum: the objective has others close by.",
                            search.reached(),
                            search.refined()));
        }
        if (fit.failures() > 0) {
            add(
                    String.format(
                            Locale.ROOT,
                            "%d bootstrap replicates have no minimum and were left out.",
                            fit.failures()));
        }
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
