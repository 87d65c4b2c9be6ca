package dev.retort.planning.fit;

import dev.retort.planning.FlopConvention;
import dev.retort.planning.report.Figures;
import dev.retort.planning.solve.Resamples;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.OptionalDouble;

/** What speaks for another unit of losses, sizes, tokens or FLOPs than they were taken in. */
final class ScaleWarnings {
    private static final double BITS = 1 / Math.log(2);
    private static final double UNIT_TOLERANCE = 0.06;
    private static final double LEAST_RATIO = 0.01;
    private static final double MOST_RATIO = 1e5;

    private ScaleWarnings() {}

    static List<String> of(List<LossPoint> points) {
        List<String> warnings = new ArrayList<>();
        loss(points, warnings);
        double ratio =
                median(points.stream().mapToDouble(p -> p.tokens() / p.parameters()).toArray());
        if (ratio < LEAST_RATIO || ratio > MOST_RATIO) {
            warnings.add(
                    "The runs have %s tokens a parameter (median): are N and D in one unit?"
                            .formatted(Figures.number(ratio, 3)));
        }
        return warnings;
    }

    /** The FLOPs given over those of the convention: the median, empty where none are given. */
    static OptionalDouble flops(List<LossPoint> points, FlopConvention convention) {
        double[] ratios =
                points.stream()
                        .filter(p -> p.flops().isPresent())
                        .mapToDouble(
                                p ->
                                        p.flops().getAsDouble()
                                                / convention.of(p.parameters(), p.tokens()))
                        .toArray();
        return ratios.length == 0 ? OptionalDouble.empty() : OptionalDouble.of(median(ratios));
    }

    private static void loss(List<LossPoint> points, List<String> warnings) {
        ParametricLaw law = PublishedLaw.BESIROGLU_2024.law();
        double[] ratios =
                points.stream()
                        .mapToDouble(p -> p.loss() / law.loss(p.parameters(), p.tokens()))
                        .sorted()
                        .toArray();
        double spread = Resamples.quantile(ratios, 0.75) - Resamples.quantile(ratios, 0.25);
        double ratio = Resamples.quantile(ratios, 0.5);
        if (spread > UNIT_TOLERANCE * ratio) {
            return;
        }
        if (Math.abs(ratio / BITS - 1) < UNIT_TOLERANCE) {
            warnings.add(unit(ratio, "as losses in bits would be that were taken as nats"));
        } else if (Math.abs(ratio * BITS - 1) < UNIT_TOLERANCE) {
            warnings.add(unit(ratio, "as losses in nats would be that were taken as bits"));
        }
    }

    private static String unit(double ratio, String suspicion) {
        return String.format(
                Locale.ROOT,
                "The losses are %.2f times those of Besiroglu et al. 2024 at the same N and D, %s.",
                ratio,
                suspicion);
    }

    private static double median(double[] values) {
        Arrays.sort(values);
        return Resamples.quantile(values, 0.5);
    }
}
