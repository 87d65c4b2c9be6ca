package dev.retort.examples;

import dev.retort.distill.SeedOutcome;
import dev.retort.distill.StudyResult;
import dev.retort.distill.report.CostSentences;
import dev.retort.distill.report.LatencySentences;
import dev.retort.distill.report.PaybackSentences;
import dev.retort.distill.report.ReportDocument;
import dev.retort.distill.report.ReportDocument.Calibration;
import dev.retort.distill.report.ReportDocument.ClassEntry;
import dev.retort.distill.report.ReportDocument.Cost;
import dev.retort.distill.report.ReportDocument.Latency;
import dev.retort.distill.report.ReportDocument.ModelEntry;
import dev.retort.efficiency.report.Numbers;
import dev.retort.efficiency.report.Summary;

import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** The result of a study as text tables. */
final class ResultTables {
    private ResultTables() {}

    /**
     * Prints the tables, with the last training and the loss after them.
     *
     * @param report what is printed
     * @param result the study that it is the report of
     * @param out where to
     */
    static void print(ReportDocument report, StudyResult result, PrintWriter out) {
        tables(report, out);
        SeedOutcome last = result.seeds().getLast();
        if (last.studentDistilled().hasWholeAccount()) {
            out.printf(
                    "%nLast training of the distilled student: %s.%n",
                    Summary.of(last.studentDistilled().account()).sentence());
        }
        out.printf("%nLoss:   %s%n", report.task().objective());
        out.flush();
    }

    private static void tables(ReportDocument report, PrintWriter out) {
        int seeds = report.seeds().size();
        out.printf(
                Locale.ROOT,
                "%n%s, %d training samples%s, %d %s, on %s (%d cores)%n%n",
                report.task().data(),
                report.task().trainSamples(),
                report.task().labels() == null
                        ? ""
                        : ", %d labels for the students to train on"
                                .formatted(report.task().labels()),
                seeds,
                seeds == 1 ? "seed" : "seeds",
                report.machine().processor(),
                report.machine().cores());
        // Three models fit into 80 columns, their figures do not.
        result(report).transposed().print(out);
        LatencySentences.disturbed(report).ifPresent(out::println);
        out.println();
        for (String sentence : report.comparison().sentences()) {
            out.println(sentence);
        }
        out.println();
        calibration(report).transposed().print(out);
        out.println();
        classes(report).print(out);
        out.println();
        PaybackSentences.of(report).forEach(out::println);
        out.println();
        Optional<Cost> cost = CostSentences.anyKnown(report);
        if (cost.isPresent()) {
            cost(report, cost.get()).transposed().print(out);
            out.println();
            out.println(
                    "Means over the seeds; the first also warms the JVM up. CPU and memory are those"
                            + " of the process; samples/s leave evaluation and recovery out.");
        }
        CostSentences.of(report).forEach(out::println);
        if (seeds > 1) {
            out.printf(
                    Locale.ROOT,
                    "The intervals speak of the seeds, on these %d test samples alone.%n",
                    report.task().testSamples());
        }
        cost.map(known -> known.joules().absent())
                .ifPresent(reason -> out.println("Energy is absent: " + reason + "."));
    }

    private static TextTable result(ReportDocument report) {
        List<String> heads =
                new ArrayList<>(
                        List.of(
                                "",
                                "test accuracy",
                                "last epoch",
                                "agreement",
                                "params",
                                "size",
                                "operations",
                                "energy"));
        for (Latency latency : report.models().getFirst().latencies()) {
            heads.add("p50/p95 batch " + latency.batch());
        }
        TextTable table = new TextTable(heads);
        for (ModelEntry model : report.models()) {
            Double agreement = model.agreementWithTeacher();
            List<String> cells = new ArrayList<>();
            cells.add(model.role());
            cells.add(Numbers.percent(model.testAccuracy(), 2));
            cells.add(Numbers.percent(model.testAccuracyLast(), 2));
            cells.add(agreement == null ? "—" : Numbers.percent(agreement, 2));
            cells.add(PaybackSentences.parameters(model));
            cells.add(PaybackSentences.bytes(model));
            cells.add(PaybackSentences.flops(model));
            cells.add(model.joulesPerRequest().shown(PaybackSentences::energy));
            for (Latency latency : model.latencies()) {
                cells.add(
                        Numbers.time(latency.p50Micros() / 1e6)
                                + " / "
                                + Numbers.time(latency.p95Micros() / 1e6));
            }
            table.row(cells);
        }
        return table;
    }

    private static TextTable calibration(ReportDocument report) {
        TextTable table =
                new TextTable(
                        List.of("calibration", "expected error", "Brier score", "log-likelihood"));
        for (ModelEntry model : report.models()) {
            Calibration calibration = model.calibration();
            table.row(
                    List.of(
                            model.role(),
                            Numbers.percent(calibration.expectedError(), 2),
                            String.format(Locale.ROOT, "%.4f", calibration.brierScore()),
                            String.format(
                                    Locale.ROOT, "%.4f", -calibration.negativeLogLikelihood())));
        }
        return table;
    }

    private static TextTable classes(ReportDocument report) {
        TextTable table =
                new TextTable(
                        List.of("class", "samples", "teacher", "alone", "distilled", "change"));
        for (ClassEntry entry : report.comparison().classes()) {
            table.row(
                    List.of(
                            Integer.toString(entry.label()),
                            Numbers.count(entry.samples()),
                            Numbers.percent(entry.teacher(), 1),
                            Numbers.percent(entry.alone(), 1),
                            Numbers.percent(entry.distilled(), 1),
                            String.format(
                                    Locale.ROOT,
                                    "%+.1f",
                                    100 * (entry.distilled() - entry.alone()))));
        }
        return table;
    }

    private static TextTable cost(ReportDocument report, Cost any) {
        List<String> heads = new ArrayList<>(List.of("cost of one training", "wall"));
        any.regionSeconds().keySet().forEach(region -> heads.add(region.replace('_', ' ')));
        heads.addAll(List.of("samples/s", "CPU", "memory", "energy"));
        TextTable table = new TextTable(heads);
        for (ModelEntry model : report.models()) {
            Cost cost = model.cost();
            if (cost == null) {
                // A teacher that was trained before, or a ledger that was cut.
                continue;
            }
            List<String> cells = new ArrayList<>();
            cells.add(model.role() + (cost.resumed() ? " (resumed)" : ""));
            cells.add(Numbers.time(cost.wallSeconds()));
            for (double seconds : cost.regionSeconds().values()) {
                cells.add(Numbers.percent(seconds / cost.wallSeconds(), 1));
            }
            cells.add(Numbers.count(Math.round(cost.samplesPerSecond())));
            cells.add(cost.cpuUtilisation().shown(share -> Numbers.percent(share, 0)));
            cells.add(cost.peakResidentBytes().shown(bytes -> Numbers.bytes(Math.round(bytes))));
            cells.add(cost.joules().shown(joules -> String.format(Locale.ROOT, "%.1f J", joules)));
            table.row(cells);
        }
        return table;
    }
}
