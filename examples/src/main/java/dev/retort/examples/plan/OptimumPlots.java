package dev.retort.examples.plan;

import dev.retort.planning.FlopConvention;
import dev.retort.planning.fit.ParametricLaw;
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

/** The plots of a plan: optimal size over budget, and loss over size at the budget. */
record OptimumPlots(
        ParametricLaw law,
        FlopConvention convention,
        TrainingPlan plan,
        List<PlanFromFit.Answer> published) {
    private static final int CURVE_POINTS = 50;

    Plot sizes() {
        double flops = plan.unbounded().flops();
        List<Series> series = new ArrayList<>();
        int colour = 1;
        List<Point> here = new ArrayList<>();
        for (int i = 0; i < CURVE_POINTS; i++) {
            double budget = flops * Math.pow(10, 4.0 * i / (CURVE_POINTS - 1) - 3);
            here.add(Point.of(budget, ComputeOptimum.of(law, convention, budget).parameters()));
        }
        series.add(new Series("this law", 0, Kind.LINE, here));
        for (PlanFromFit.Answer answer : published) {
            series.add(
                    new Series(
                            answer.source(),
                            colour++,
                            Kind.DOTS,
                            List.of(
                                    Point.of(
                                            answer.optimum().flops(),
                                            answer.optimum().parameters()))));
        }
        return new Plot(new Axis("FLOPs", true), new Axis("N*", true), series);
    }

    Plot profile() {
        double best = plan.unbounded().parameters();
        List<Point> points = new ArrayList<>();
        for (int i = 0; i < CURVE_POINTS; i++) {
            double size = best * Math.pow(10, 2.0 * i / (CURVE_POINTS - 1) - 1);
            double tokens = plan.unbounded().flops() / convention.perToken(size);
            points.add(Point.of(size, law.loss(size, tokens)));
        }
        return new Plot(
                new Axis("parameters N at this budget", true),
                new Axis("loss, nats", false),
                List.of(
                        new Series("loss", 0, Kind.LINE, points),
                        new Series(
                                "optimum",
                                2,
                                Kind.DOTS,
                                List.of(Point.of(best, plan.unbounded().loss())))));
    }
}
