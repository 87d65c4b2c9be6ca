package dev.retort.examples.plan;

import dev.retort.planning.Interval;
import dev.retort.planning.fit.KaplanFit;
import dev.retort.planning.fit.LearningCurveFit;
import dev.retort.planning.fit.LossPoint;
import dev.retort.planning.fit.ParametricLaw;
import dev.retort.planning.fit.RepeatedDataFit;
import dev.retort.planning.fit.RepeatedDataLaw;
import dev.retort.planning.report.PlanPage.Section;
import dev.retort.planning.report.Plot;
import dev.retort.planning.report.Plot.Axis;
import dev.retort.planning.report.Plot.Kind;
import dev.retort.planning.report.Plot.Point;
import dev.retort.planning.report.Plot.Series;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.function.DoubleFunction;
import java.util.function.DoubleUnaryOperator;
import java.util.function.ToDoubleFunction;
import java.util.stream.DoubleStream;
import java.util.stream.IntStream;

/**
 * The plots of laws beside the parametric one: runs and law on logarithmic axes, and what is left.
 */
final class OtherPlots {
    /** Each asks all laws of the bootstrap. */
    private static final int CURVE_POINTS = 30;

    private static final int RESIDUALS = 2;

    /** How far beyond the runs a law is drawn. */
    private static final double BEYOND = 10;

    private OtherPlots() {}

    /** Loss over tokens for the smallest, a middle and the largest model. */
    static Section kaplan(KaplanFit fit, List<LossPoint> runs) {
        double[] sizes = runs.stream().mapToDouble(LossPoint::parameters).sorted().toArray();
        List<Double> shown =
                DoubleStream.of(sizes[0], sizes[sizes.length / 2], sizes[sizes.length - 1])
                        .distinct()
                        .boxed()
                        .toList();
        List<Series> series = new ArrayList<>();
        List<Double> tokens = spread(runs.stream().map(LossPoint::tokens).toList());
        for (int i = 0; i < shown.size(); i++) {
            double size = shown.get(i);
            List<Point> law =
                    points(tokens, d -> fit.interval(each -> each.loss(size, d)), value -> value);
            series.add(new Series("", i, Kind.BAND, law));
            series.add(new Series("N = " + Output.number(size), i, Kind.LINE, law));
            series.add(
                    new Series(
                            "",
                            i,
                            Kind.DOTS,
                            runs.stream()
                                    .filter(run -> nearest(shown, run.parameters()) == size)
                                    .map(run -> Point.of(run.tokens(), run.loss()))
                                    .toList()));
        }
        return section(
                "The law for the smallest, the median and the largest model, each run in the colour"
                        + " of the nearest of them; bands are the intervals of the law.",
                new Plot(new Axis("tokens D", true), new Axis("loss, nats", true), series),
                residuals(
                        runs,
                        LossPoint::tokens,
                        run -> run.loss() / fit.law().loss(run.parameters(), run.tokens()),
                        "tokens D"));
    }

    private static double nearest(List<Double> sizes, double size) {
        return sizes.stream()
                .min(Comparator.comparingDouble(each -> Math.abs(Math.log(each / size))))
                .orElseThrow();
    }

    /** What repeated tokens are worth: unique tokens of equal effect over epochs. */
    static Section repeated(RepeatedDataFit fit, List<RepeatedDataFit.Run> runs) {
        RepeatedDataLaw law = fit.law();
        Interval repeats = fit.repeats();
        List<Double> epochs = spread(runs.stream().map(OtherPlots::epochs).toList());
        List<Point> worth =
                epochs.stream()
                        .map(
                                each ->
                                        new Point(
                                                each,
                                                worth(repeats.estimate(), each),
                                                worth(repeats.low(), each),
                                                worth(repeats.high(), each)))
                        .toList();
        List<Point> implied =
                runs.stream()
                        .map(run -> Point.of(epochs(run), implied(law, run)))
                        .filter(point -> point.y() > 0 && Double.isFinite(point.y()))
                        .toList();
        return section(
                "Of how many epochs of new tokens the repeated ones have the effect, by the law"
                        + " with its interval and as the loss of each run implies it.",
                new Plot(
                        new Axis("epochs D/U", true),
                        new Axis("epochs of new tokens of equal effect", true),
                        List.of(
                                new Series("", 0, Kind.BAND, worth),
                                new Series("runs", 1, Kind.DOTS, implied),
                                new Series(
                                        "were all tokens new",
                                        2,
                                        Kind.LINE,
                                        epochs.stream().map(each -> Point.of(each, each)).toList()),
                                new Series("law", 0, Kind.LINE, worth))),
                residuals(
                        runs,
                        OtherPlots::epochs,
                        run ->
                                run.loss()
                                        / law.loss(
                                                run.parameters(), run.tokens(), run.uniqueTokens()),
                        "epochs D/U"));
    }

    private static double epochs(RepeatedDataFit.Run run) {
        return run.tokens() / run.uniqueTokens();
    }

    /** D'/U, which grows with R_D*, so that the ends of its interval are those of this. */
    private static double worth(double repeats, double epochs) {
        double repeated = Math.max(epochs - 1, 0);
        double effective =
                Double.isInfinite(repeats)
                        ? repeated
                        : repeats <= 0 ? 0 : -repeats * Math.expm1(-repeated / repeats);
        return Math.min(epochs, 1) + effective;
    }

    private static double implied(RepeatedDataLaw law, RepeatedDataFit.Run run) {
        ParametricLaw base = law.base();
        double size = law.effectiveParameters(run.parameters(), run.uniqueTokens());
        double ofData = run.loss() - base.e() - base.a() / Math.pow(size, base.alpha());
        return Math.pow(base.b() / ofData, 1 / base.beta()) / run.uniqueTokens();
    }

    /** The curve above its end, on to ten times its tokens. */
    static Section curve(LearningCurveFit fit, List<LearningCurveFit.Point> curve) {
        double floor = fit.floor().estimate();
        List<Point> law =
                points(
                        spread(curve.stream().map(LearningCurveFit.Point::tokens).toList()),
                        fit::predict,
                        loss -> loss - floor);
        return section(
                "The loss above E and the law with its interval.",
                new Plot(
                        new Axis("tokens D", true),
                        new Axis("loss − E, nats", true),
                        List.of(
                                new Series("", 0, Kind.BAND, law),
                                new Series(
                                        "run",
                                        1,
                                        Kind.DOTS,
                                        curve.stream()
                                                .map(p -> Point.of(p.tokens(), p.loss() - floor))
                                                .toList()),
                                new Series("law", 0, Kind.LINE, law))),
                residuals(
                        curve,
                        LearningCurveFit.Point::tokens,
                        point -> point.loss() / fit.predict(point.tokens()).estimate(),
                        "tokens D"));
    }

    private static Section section(String text, Plot law, Plot residuals) {
        return Section.ofPlots("Runs and law", text, List.of(law, residuals));
    }

    private static <R> Plot residuals(
            List<R> runs, ToDoubleFunction<R> x, ToDoubleFunction<R> ofLaw, String axis) {
        return new Plot(
                new Axis(axis, true),
                new Axis("loss over the law, %", false),
                List.of(
                        new Series(
                                "residuals",
                                RESIDUALS,
                                Kind.DOTS,
                                runs.stream()
                                        .map(
                                                run ->
                                                        Point.of(
                                                                x.applyAsDouble(run),
                                                                100
                                                                        * (ofLaw.applyAsDouble(run)
                                                                                - 1)))
                                        .toList())));
    }

    private static List<Point> points(
            List<Double> over, DoubleFunction<Interval> law, DoubleUnaryOperator shown) {
        return over.stream()
                .map(
                        x -> {
                            Interval loss = law.apply(x);
                            return new Point(
                                    x,
                                    shown.applyAsDouble(loss.estimate()),
                                    shown.applyAsDouble(loss.low()),
                                    shown.applyAsDouble(loss.high()));
                        })
                .toList();
    }

    /** From the least to ten times the most, equally far apart on a logarithmic axis. */
    private static List<Double> spread(List<Double> values) {
        double first = Math.log(values.stream().mapToDouble(each -> each).min().orElseThrow());
        double last =
                Math.log(BEYOND * values.stream().mapToDouble(each -> each).max().orElseThrow());
        return IntStream.range(0, CURVE_POINTS)
                .mapToObj(i -> Math.exp(first + (last - first) * i / (CURVE_POINTS - 1)))
                .toList();
    }
}
