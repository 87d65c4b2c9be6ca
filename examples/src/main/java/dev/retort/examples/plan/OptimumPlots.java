package dev.retort.examples.plan;

import dev.retort.planning.FlopConvention;
import dev.retort.planning.Interval;
import dev.retort.planning.fit.ParametricFit;
import dev.retort.planning.fit.ParametricLaw;
import dev.retort.planning.optimum.Allocation;
import dev.retort.planning.optimum.ComputeOptimum;
import dev.retort.planning.optimum.PlanFromFit;
import dev.retort.planning.optimum.TrainingPlan;
import dev.retort.planning.report.Plot;
import dev.retort.planning.report.Plot.Axis;
import dev.retort.planning.report.Plot.Kind;
import dev.retort.planning.report.Plot.Point;
import dev.retort.planning.report.Plot.Series;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.DoubleStream;
import java.util.stream.IntStream;

/** The plots of a plan: optimal size over budget, and loss over size at the budget. */
record OptimumPlots(
        ParametricLaw law,
        Optional<ParametricFit> fit,
        FlopConvention convention,
        TrainingPlan plan,
        List<PlanFromFit.Answer> published) {
    private static final int CURVE_POINTS = 50;

    /** Each asks all laws of a fit. */
    private static final int BAND_POINTS = 13;

    Plot sizes() {
        List<Series> series = new ArrayList<>();
        fit.ifPresent(each -> series.add(new Series("", 0, Kind.BAND, band(each))));
        series.add(
                new Series(
                        "this law",
                        0,
                        Kind.LINE,
                        budgets(CURVE_POINTS)
                                .mapToObj(budget -> Point.of(budget, size(law, budget)))
                                .toList()));
        int colour = 1;
        for (PlanFromFit.Answer answer : published) {
            series.add(
                    new Series(
                            answer.source(),
                            colour++,
                            Kind.MARKS,
                            List.of(
                                    Point.of(
                                            answer.optimum().flops(),
                                            answer.optimum().parameters()))));
        }
        series.add(
                new Series(
                        "this plan",
                        colour,
                        Kind.MARKS,
                        List.of(Point.of(plan.model().flops(), plan.model().parameters()))));
        return new Plot(new Axis("FLOPs", true), new Axis("N*", true), series);
    }

    /** From a thousandth of the budget to ten times as much. */
    private DoubleStream budgets(int points) {
        return IntStream.range(0, points)
                .mapToDouble(
                        i -> plan.unbounded().flops() * Math.pow(10, 4.0 * i / (points - 1) - 3));
    }

    private double size(ParametricLaw of, double budget) {
        return ComputeOptimum.of(of, convention, budget).parameters();
    }

    private List<Point> band(ParametricFit of) {
        return budgets(BAND_POINTS)
                .mapToObj(
                        budget -> {
                            Interval sizes = of.interval(each -> size(each, budget));
                            return new Point(budget, sizes.estimate(), sizes.low(), sizes.high());
                        })
                .toList();
    }

    Plot profile() {
        double best = plan.unbounded().parameters();
        List<Point> points = new ArrayList<>();
        for (int i = 0; i < CURVE_POINTS; i++) {
            double size = best * Math.pow(10, 2.0 * i / (CURVE_POINTS - 1) - 1);
            double tokens = plan.unbounded().flops() / convention.perToken(size);
            points.add(Point.of(size, law.loss(size, tokens)));
        }
        List<Series> series = new ArrayList<>();
        String budget = Output.number(plan.unbounded().flops());
        series.add(new Series("loss at " + budget + " FLOPs", 0, Kind.LINE, points));
        if (!plan.bounds().isEmpty()) {
            series.add(mark("without limits", 2, plan.unbounded()));
        }
        series.add(mark("this plan", 3, plan.model()));
        return new Plot(new Axis("parameters N", true), new Axis("loss, nats", false), series);
    }

    private static Series mark(String name, int colour, Allocation at) {
        return new Series(name, colour, Kind.MARKS, List.of(Point.of(at.parameters(), at.loss())));
    }
}
