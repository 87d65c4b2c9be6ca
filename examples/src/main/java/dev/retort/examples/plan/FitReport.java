package dev.retort.examples.plan;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;

import dev.retort.examples.TextTable;
import dev.retort.planning.Interval;
import dev.retort.planning.fit.LawParameter;
import dev.retort.planning.fit.LossPoint;
import dev.retort.planning.fit.ParametricFit;
import dev.retort.planning.fit.ParametricLaw;
import dev.retort.planning.fit.PublishedLaw;
import dev.retort.planning.optimum.ComputeOptimum;
import dev.retort.planning.report.Figures;
import dev.retort.planning.report.PlanPage;
import dev.retort.planning.report.PlanPage.Section;
import dev.retort.planning.report.Plot;
import dev.retort.planning.report.Plot.Axis;
import dev.retort.planning.report.Plot.Kind;
import dev.retort.planning.report.Plot.Point;
import dev.retort.planning.report.Plot.Series;

import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;

/** A fit of the parametric law as JSON, text and page. */
record FitReport(String source, ParametricFit fit, List<String> notes, List<Target> targets) {
    private static final int MOST_INFLUENCES = 10;
    private static final int SHOWN_INFLUENCES = 3;
    private static final int CURVE_POINTS = 60;
    private static final List<String> COVARIANCE = List.of("ln A", "ln B", "E", "alpha", "beta");

    ObjectNode json() {
        ObjectNode root = Output.object();
        root.put("law", "L(N, D) = E + A/N^alpha + B/D^beta");
        root.put("lossUnit", "nats");
        root.put("source", source);
        root.put("points", fit.points().size());
        root.put("convention", fit.options().convention().label());
        root.put("level", fit.options().level());
        root.put(
                "intervals",
                "BCa bootstrap over runs, %d replicates".formatted(fit.options().replicates()));
        ObjectNode parameters = root.putObject("parameters");
        for (LawParameter parameter : LawParameter.values()) {
            parameters.set(parameter.label(), Output.interval(fit.interval(parameter)));
        }
        root.set("sizeExponent", Output.interval(fit.interval(ParametricLaw::sizeExponent)));
        root.set("dataExponent", Output.interval(fit.interval(l -> 1 - l.sizeExponent())));
        Output.put(root, "noise", fit.noise());
        ObjectNode covariance = root.putObject("covariance");
        ArrayNode of = covariance.putArray("of");
        COVARIANCE.forEach(of::add);
        ArrayNode matrix = covariance.putArray("matrix");
        for (double[] row : fit.covariance()) {
            ArrayNode cells = matrix.addArray();
            for (double cell : row) {
                cells.add(cell);
            }
        }
        search(root.putObject("search"));
        root.put("outlierPolicy", fit.options().outliers().label());
        ArrayNode outliers = root.putArray("outliers");
        fit.outliers()
                .forEach(
                        outlier -> {
                            ObjectNode node = point(outliers.addObject(), outlier.point());
                            Output.put(node, "residual", outlier.residual());
                            Output.put(node, "sigmas", outlier.sigmas());
                            node.put("dropped", outlier.dropped());
                        });
        fit.withAllPoints().ifPresent(law -> root.set("withAllPoints", law(law)));
        fit.withoutOutliers().ifPresent(law -> root.set("withoutOutliers", law(law)));
        ArrayNode influence = root.putArray("influence");
        fit.influence().stream()
                .limit(MOST_INFLUENCES)
                .forEach(
                        each -> {
                            ObjectNode node = point(influence.addObject(), each.point());
                            node.put("parameter", each.parameter().label());
                            Output.put(node, "standardErrors", each.standardErrors());
                            node.set("without", law(each.without()));
                        });
        fit.scheduleExponent().ifPresent(value -> root.put("scheduleExponent", value));
        ArrayNode predictions = root.putArray("predictions");
        for (Target target : targets) {
            ObjectNode node = predictions.addObject();
            node.put("parameters", target.parameters());
            node.put("tokens", target.tokens());
            node.set(
                    "loss", Output.interval(fit.predictLoss(target.parameters(), target.tokens())));
            node.set("run", Output.interval(fit.predictRun(target.parameters(), target.tokens())));
        }
        ArrayNode warnings = root.putArray("warnings");
        warnings().forEach(warnings::add);
        return root;
    }

    private void search(ObjectNode node) {
        ParametricFit.Search search = fit.search();
        Output.put(node, "objective", search.objective());
        Output.put(node, "huberDelta", fit.options().huberDelta());
        node.put("converged", search.converged());
        node.put("starts", search.starts());
        node.put("refined", search.refined());
        node.put("reached", search.reached());
    }

    private static ObjectNode point(ObjectNode node, LossPoint point) {
        node.put("parameters", point.parameters());
        node.put("tokens", point.tokens());
        node.put("loss", point.loss());
        return node;
    }

    static ObjectNode law(ParametricLaw law) {
        ObjectNode node = Output.object();
        for (LawParameter parameter : LawParameter.values()) {
            node.put(parameter.label(), parameter.of(law));
        }
        return node;
    }

    private List<String> warnings() {
        return Stream.concat(notes.stream(), fit.warnings().stream()).toList();
    }

    void print(PrintWriter out) {
        out.println(FitCommand.law(fit.law()));
        Output.paragraph(
                out,
                String.format(
                        Locale.ROOT,
                        "%d runs of %s, loss in nats, %s, noise %.2g %%: how far the losses of single"
                                + " runs scatter about the law.",
                        fit.points().size(),
                        source,
                        fit.options().convention().label(),
                        100 * fit.noise()));
        out.println();
        TextTable table =
                new TextTable(
                        List.of(
                                "",
                                "estimate",
                                "low",
                                "high",
                                PublishedLaw.HOFFMANN_2022.label(),
                                "Besiroglu 2024"));
        for (List<String> row : parameterRows()) {
            table.row(row);
        }
        table.print(out);
        out.println();
        Output.paragraph(
                out,
                String.format(
                        Locale.ROOT,
                        "%s %% intervals: BCa bootstrap over runs, %d replicates. Minimum %s over"
                                + " %d starts%s, reached by %d of the best %d.",
                        Output.percent(fit.options().level()),
                        fit.options().replicates(),
                        Figures.number(fit.search().objective(), 6),
                        fit.search().starts(),
                        fit.search().converged() ? ", converged to the last digit" : "",
                        fit.search().reached(),
                        fit.search().refined()));
        influence().forEach(line -> Output.paragraph(out, line));
        if (!targets.isEmpty()) {
            out.println();
            TextTable predictions = new TextTable(List.of("N", "D", "loss", "mean", "single run"));
            predictionRows().forEach(predictions::row);
            predictions.print(out);
        }
        warnings().forEach(warning -> Output.paragraph(out, "Note: " + warning));
    }

    private List<String> influence() {
        return fit.influence().stream()
                .limit(SHOWN_INFLUENCES)
                .filter(each -> each.standardErrors() > 1)
                .map(
                        each ->
                                String.format(
                                        Locale.ROOT,
                                        "Leaving out N = %s, D = %s moves %s by %.1f standard"
                                                + " errors.",
                                        Output.number(each.point().parameters()),
                                        Output.number(each.point().tokens()),
                                        each.parameter().label(),
                                        each.standardErrors()))
                .toList();
    }

    private List<List<String>> parameterRows() {
        List<List<String>> rows = new ArrayList<>();
        for (LawParameter parameter : LawParameter.values()) {
            rows.add(
                    row(
                            parameter.label(),
                            fit.interval(parameter),
                            parameter.of(PublishedLaw.HOFFMANN_2022.law()),
                            parameter.of(PublishedLaw.BESIROGLU_2024.law())));
        }
        rows.add(
                row(
                        "exponent of N*",
                        fit.interval(ParametricLaw::sizeExponent),
                        PublishedLaw.HOFFMANN_2022.law().sizeExponent(),
                        PublishedLaw.BESIROGLU_2024.law().sizeExponent()));
        return rows;
    }

    private static List<String> row(String name, Interval interval, double one, double other) {
        return List.of(
                name,
                Output.number(interval.estimate()),
                Output.number(interval.low()),
                Output.number(interval.high()),
                Output.number(one),
                Output.number(other));
    }

    private List<List<String>> predictionRows() {
        return targets.stream()
                .map(
                        target -> {
                            Interval mean = fit.predictLoss(target.parameters(), target.tokens());
                            Interval run = fit.predictRun(target.parameters(), target.tokens());
                            return List.of(
                                    Output.number(target.parameters()),
                                    Output.number(target.tokens()),
                                    Output.number(mean.estimate()),
                                    Output.range(mean),
                                    Output.range(run));
                        })
                .toList();
    }

    PlanPage page() {
        List<Section> sections = new ArrayList<>();
        sections.add(
                Section.ofTable(
                        "Parameters",
                        String.format(
                                Locale.ROOT,
                                "Intervals hold %s %% of what they are about; loss in nats.",
                                Output.percent(fit.options().level())),
                        List.of(
                                "parameter",
                                "estimate",
                                "low",
                                "high",
                                "Hoffmann et al. 2022",
                                "Besiroglu et al. 2024"),
                        parameterRows()));
        sections.add(
                Section.ofPlots(
                        "Runs and law",
                        "What a larger model and more data remove of the loss, the irreducible E"
                                + " taken off, on logarithmic axes; bands are the intervals of the law.",
                        List.of(byCompute(), residualPlot())));
        if (!targets.isEmpty()) {
            sections.add(
                    Section.ofTable(
                            "Predictions",
                            String.format(
                                    Locale.ROOT,
                                    "The interval of the mean loss, and of a single run, which"
                                            + " scatters about it by %.2g %% of noise.",
                                    100 * fit.noise()),
                            List.of("N", "D", "loss", "mean", "single run"),
                            predictionRows()));
        }
        sections.add(
                Section.ofTable(
                        "Influence of single runs",
                        "How far the most influential runs move a parameter when left out.",
                        List.of("N", "D", "loss", "parameter", "standard errors"),
                        fit.influence().stream()
                                .limit(MOST_INFLUENCES)
                                .map(
                                        each ->
                                                List.of(
                                                        Output.number(each.point().parameters()),
                                                        Output.number(each.point().tokens()),
                                                        Output.number(each.point().loss()),
                                                        each.parameter().label(),
                                                        Output.number(each.standardErrors())))
                                .toList()));
        return new PlanPage(
                "Scaling law of " + source,
                "%d runs, %s, %s"
                        .formatted(
                                fit.points().size(),
                                fit.options().convention().label(),
                                fit.options().outliers().label()),
                FitCommand.law(fit.law()),
                String.format(
                        Locale.ROOT,
                        "N* grows with C^%.3f (%s).",
                        fit.law().sizeExponent(),
                        Output.range(fit.interval(ParametricLaw::sizeExponent))),
                warnings(),
                sections);
    }

    /** The loss above E over FLOPs: the runs, and the law at the optimum of each budget. */
    private Plot byCompute() {
        double e = fit.law().e();
        List<Point> runs =
                fit.points().stream()
                        .map(
                                p ->
                                        Point.of(
                                                fit.options()
                                                        .convention()
                                                        .of(p.parameters(), p.tokens()),
                                                p.loss() - e))
                        .sorted(Comparator.comparingDouble(Point::x))
                        .toList();
        List<Point> optimum = new ArrayList<>();
        double first = Math.log(runs.getFirst().x());
        double last = Math.log(runs.getLast().x() * 100);
        for (int i = 0; i < CURVE_POINTS; i++) {
            double flops = Math.exp(first + (last - first) * i / (CURVE_POINTS - 1));
            Interval loss =
                    fit.interval(
                            law ->
                                    ComputeOptimum.of(law, fit.options().convention(), flops)
                                            .loss());
            optimum.add(new Point(flops, loss.estimate() - e, loss.low() - e, loss.high() - e));
        }
        return new Plot(
                new Axis("FLOPs of training", true),
                new Axis("loss − E, nats", true),
                List.of(
                        new Series("", 0, Kind.BAND, optimum),
                        new Series("runs", 1, Kind.DOTS, runs),
                        new Series("law at the optimum of each budget", 0, Kind.LINE, optimum)));
    }

    private Plot residualPlot() {
        double[] residuals = fit.residuals();
        List<Point> points = new ArrayList<>();
        for (int i = 0; i < residuals.length; i++) {
            points.add(Point.of(fit.points().get(i).tokens(), -100 * residuals[i]));
        }
        return new Plot(
                new Axis("tokens D", true),
                new Axis("loss over the law, %", false),
                List.of(new Series("residuals", 2, Kind.DOTS, points)));
    }
}
