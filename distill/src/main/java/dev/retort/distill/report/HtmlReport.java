package dev.retort.distill.report;

import static java.util.Objects.requireNonNull;

import dev.retort.distill.recipe.CacheSettings;
import dev.retort.distill.report.ReportDocument.ClassEntry;
import dev.retort.distill.report.ReportDocument.Cost;
import dev.retort.distill.report.ReportDocument.Epoch;
import dev.retort.distill.report.ReportDocument.Figure;
import dev.retort.distill.report.ReportDocument.Latency;
import dev.retort.distill.report.ReportDocument.ModelEntry;
import dev.retort.distill.report.ReportDocument.SeedEntry;
import dev.retort.distill.report.ReportDocument.Task;
import dev.retort.distill.report.ReportDocument.Training;
import dev.retort.efficiency.report.HtmlPage;
import dev.retort.efficiency.report.LineChart;
import dev.retort.efficiency.report.LineChart.Horizontal;
import dev.retort.efficiency.report.LineChart.Line;
import dev.retort.efficiency.report.LineChart.Vertical;
import dev.retort.efficiency.report.Numbers;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.ToDoubleFunction;

/** Renders a report as one HTML page that is complete without a network and without scripts. */
final class HtmlReport {
    // Where it rises from chance it would take the axis, and leave no room for what differs.
    private static final double ACCURACY_FROM = 0.1;
    private static final String TEMPLATE = "report.mustache";

    private HtmlReport() {}

    /** What the template sees. */
    private record Page(
            ReportDocument report,
            String title,
            String verdict,
            String headline,
            List<String> sentences,
            List<ModelRow> models,
            List<String> latencyHeads,
            List<String> latencyNotes,
            List<ClassRow> classes,
            List<String> payback,
            List<SeedRow> seeds,
            List<CostRow> costs,
            List<String> costNotes,
            List<RegionHead> regionHeads,
            String accuracyChart,
            String lossChart,
            String energyNote,
            String labelsNote,
            String softLabels,
            String cache,
            String samplerShare,
            boolean severalSeeds) {}

    private record ModelRow(
            String role,
            String css,
            String accuracy,
            String accuracyLast,
            String agreement,
            String calibrationError,
            String brierScore,
            String likelihood,
            String parameters,
            String bytes,
            String flops,
            String joules,
            List<String> latencies) {}

    private record ClassRow(
            int label,
            String samples,
            String teacher,
            String alone,
            String distilled,
            String change) {}

    private record SeedRow(String seed, List<String> accuracies, String difference) {}

    private record CostRow(
            String role,
            String css,
            boolean resumed,
            String wall,
            List<RegionCell> regions,
            String throughput,
            String cpu,
            String memory,
            String energy,
            String hooks) {}

    private record RegionHead(String css, String name) {
        static RegionHead of(String region) {
            return new RegionHead(region, named(region));
        }

        static String named(String region) {
            return region.replace('_', ' ');
        }
    }

    /** A width is a number for the style sheet, a share one for a person. */
    private record RegionCell(
            String css, String name, String width, String share, String seconds) {}

    static String render(ReportDocument report) {
        return HtmlPage.render(
                requireNonNull(
                        HtmlReport.class.getResourceAsStream(TEMPLATE),
                        "the template is missing from the jar"),
                page(report));
    }

    private static Page page(ReportDocument report) {
        Task task = report.task();
        List<String> sentences = report.comparison().sentences();
        ModelEntry first = report.models().getFirst();
        Optional<Cost> cost = CostSentences.anyKnown(report);
        Double share = report.measuring().samplerCoreShare();
        return new Page(
                report,
                "Distillation of " + task.data(),
                report.comparison().verdict().name(),
                sentences.getFirst(),
                sentences.subList(1, sentences.size()),
                report.models().stream().map(HtmlReport::modelRow).toList(),
                first.latencies().stream()
                        .map(latency -> "batch " + latency.batch() + ", p50 / p95")
                        .toList(),
                LatencySentences.disturbed(report).stream().toList(),
                report.comparison().classes().stream().map(HtmlReport::classRow).toList(),
                PaybackSentences.of(report),
                report.seeds().stream().map(HtmlReport::seedRow).toList(),
                report.models().stream()
                        .filter(model -> model.cost() != null)
                        .map(HtmlReport::costRow)
                        .toList(),
                CostSentences.of(report),
                cost.stream()
                        .flatMap(known -> known.regionSeconds().keySet().stream())
                        .map(RegionHead::of)
                        .toList(),
                chart(lines(report, Epoch::validationAccuracy, ACCURACY_FROM), Vertical.SHARES),
                chart(lines(report, Epoch::validationLoss, 0), Vertical.LOGARITHMIC),
                cost.map(known -> energyNote(known.joules())).orElse(""),
                task.labels() == null
                        ? "all labels"
                        : task.labels()
                                + " labels for the students to train on, all for the teacher; the validation labels, which"
                                + " only choose the epoch, come on top",
                Numbers.time(report.softLabelsSeconds()),
                cache(report),
                share == null ? "an unknown share" : Numbers.percent(share, 2),
                report.seeds().size() > 1);
    }

    private static String cache(ReportDocument report) {
        ReportDocument.Origin origin = report.origin();
        CacheSettings cache = origin == null ? null : origin.recipe().cache();
        return cache == null
                ? "in memory alone"
                : "in the folder %s, as %s".formatted(cache.folder(), cache.type());
    }

    private static ClassRow classRow(ClassEntry entry) {
        return new ClassRow(
                entry.label(),
                Numbers.count(entry.samples()),
                Numbers.percent(entry.teacher(), 1),
                Numbers.percent(entry.alone(), 1),
                Numbers.percent(entry.distilled(), 1),
                String.format(
                        Locale.ROOT, "%+.1f points", 100 * (entry.distilled() - entry.alone())));
    }

    private static ModelRow modelRow(ModelEntry model) {
        Double agreement = model.agreementWithTeacher();
        return new ModelRow(
                model.role(),
                css(model.role()),
                Numbers.percent(model.testAccuracy(), 2),
                Numbers.percent(model.testAccuracyLast(), 2),
                agreement == null ? Numbers.ABSENT : Numbers.percent(agreement, 2),
                Numbers.percent(model.calibration().expectedError(), 2),
                String.format(Locale.ROOT, "%.4f", model.calibration().brierScore()),
                String.format(Locale.ROOT, "%.4f", model.calibration().negativeLogLikelihood()),
                PaybackSentences.parameters(model),
                PaybackSentences.bytes(model),
                PaybackSentences.flops(model),
                model.joulesPerRequest().shown(PaybackSentences::energy),
                model.latencies().stream().map(HtmlReport::latency).toList());
    }

    private static String latency(Latency latency) {
        return Numbers.time(latency.p50Micros() / 1e6)
                + " / "
                + Numbers.time(latency.p95Micros() / 1e6);
    }

    private static SeedRow seedRow(SeedEntry seed) {
        List<Training> trainings = seed.trainings();
        double difference = trainings.getLast().testAccuracy() - trainings.get(1).testAccuracy();
        return new SeedRow(
                Long.toString(seed.seed()),
                trainings.stream().map(t -> Numbers.percent(t.testAccuracy(), 2)).toList(),
                String.format(Locale.ROOT, "%+.2f points", 100 * difference));
    }

    private static CostRow costRow(ModelEntry model) {
        Cost cost = requireNonNull(model.cost(), "a training has a cost");
        List<RegionCell> regions = new ArrayList<>();
        for (Map.Entry<String, Double> region : cost.regionSeconds().entrySet()) {
            double share = region.getValue() / cost.wallSeconds();
            regions.add(
                    new RegionCell(
                            region.getKey(),
                            RegionHead.named(region.getKey()),
                            String.format(Locale.ROOT, "%.1f%%", 100 * share),
                            Numbers.percent(share, 1),
                            Numbers.time(region.getValue())));
        }
        return new CostRow(
                model.role(),
                css(model.role()),
                cost.resumed(),
                Numbers.time(cost.wallSeconds()),
                regions,
                Numbers.count(Math.round(cost.samplesPerSecond())) + " /s",
                cost.cpuUtilisation().shown(share -> Numbers.percent(share, 0)),
                cost.peakResidentBytes().shown(bytes -> Numbers.bytes(Math.round(bytes))),
                cost.joules().shown(joules -> String.format(Locale.ROOT, "%.1f J", joules)),
                cost.hookSeconds()
                        .shown(seconds -> Numbers.percent(seconds / cost.wallSeconds(), 3)));
    }

    private static String chart(List<Line> lines, Vertical vertical) {
        return new LineChart(lines, vertical, Horizontal.shares("share of the training steps"))
                .draw();
    }

    /** Lines of what comes after a share of each training; its last epoch is always there. */
    private static List<Line> lines(
            ReportDocument report, ToDoubleFunction<Epoch> value, double from) {
        List<Line> lines = new ArrayList<>();
        for (SeedEntry seed : report.seeds()) {
            for (Training training : seed.trainings()) {
                if (training.epochs().isEmpty()) {
                    continue;
                }
                int last = training.epochs().getLast().epoch();
                lines.add(
                        new Line(
                                css(training.role()),
                                training.epochs().stream()
                                        .filter(epoch -> epoch.epoch() > from * last)
                                        .map(
                                                epoch ->
                                                        new LineChart.Point(
                                                                (double) epoch.epoch() / last,
                                                                value.applyAsDouble(epoch)))
                                        .toList()));
            }
        }
        return lines;
    }

    private static String energyNote(Figure joules) {
        String absent = joules.absent();
        return absent == null
                ? "Energy is that of the whole processor packages, idle power and other processes"
                        + " included: "
                        + joules.source()
                        + "."
                : "Energy is absent: " + absent + ".";
    }

    private static String css(String role) {
        return role.replace(' ', '-');
    }
}
