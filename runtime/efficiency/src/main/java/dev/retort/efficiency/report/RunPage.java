package dev.retort.efficiency.report;

import dev.retort.efficiency.Bucket;
import dev.retort.efficiency.Failure;
import dev.retort.efficiency.Ledger;
import dev.retort.efficiency.Region;
import dev.retort.efficiency.RunAccount;
import dev.retort.efficiency.RunHistory;
import dev.retort.efficiency.RunHistory.Finding;
import dev.retort.efficiency.RunHistory.Use;
import dev.retort.efficiency.RunTrace;
import dev.retort.efficiency.RunWindow;
import dev.retort.efficiency.report.LineChart.Horizontal;
import dev.retort.efficiency.report.LineChart.Line;
import dev.retort.efficiency.report.LineChart.Point;
import dev.retort.efficiency.report.LineChart.Vertical;
import dev.retort.efficiency.report.Timeline.StepTime;
import dev.retort.efficiency.verdict.Verdict;
import dev.retort.efficiency.verdict.Verdict.Severity;

import java.time.Duration;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.stream.Stream;

/** What the template of a run's report sees: text, which it escapes, and charts, which are SVG. */
record RunPage(
        String name,
        String meta,
        List<Tag> tags,
        String headline,
        String evidence,
        List<Tile> tiles,
        String otherAlarm,
        String elapsed,
        long elapsedNanos,
        List<BucketRow> buckets,
        List<RegionRow> regions,
        String timelineChart,
        String timelineNote,
        List<BucketRow> legend,
        String latestChart,
        String latestNote,
        String useChart,
        List<UseRow> uses,
        String stepChart,
        String stepsChart,
        String stepsNote,
        List<WindowRow> windows,
        List<VerdictRow> verdicts,
        List<FigureTable.Row> figures,
        List<Named> anomalies,
        List<FailureRow> failures) {

    record Tag(String key, String value) {}

    record Tile(String label, String value, String note) {}

    /** The width is the share without rounding, so that the parts of a bar fill it. */
    record BucketRow(
            String css,
            String name,
            String kind,
            String time,
            long nanos,
            String share,
            String width) {}

    record RegionRow(
            String css, String name, String time, long nanos, String share, String parts) {}

    record UseRow(String css, String label, String source, String mean, String absent) {}

    record WindowRow(
            String label,
            String covers,
            String stepsPerSecond,
            String itemsPerSecond,
            String training,
            String lost) {}

    record VerdictRow(String from, String name, String share, String gain, String evidence) {}

    record Named(String name, String count) {}

    record FailureRow(String time, String step, String kind, String message) {}

    static RunPage of(RunReport report) {
        RunAccount account = report.account();
        Ledger ledger = account.ledger();
        Summary summary =
                Summary.of(account, report.history(), report.figures(), report.sampling());
        Timeline timeline = Timeline.of(report.history(), report.trace());
        List<BucketRow> buckets = bucketRows(ledger);
        boolean drawn = !timeline.bins().isEmpty();
        boolean segments = !report.trace().segments().isEmpty();
        return new RunPage(
                Words.plain(account.name()),
                meta(report),
                account.tags().entrySet().stream()
                        .sorted(Map.Entry.comparingByKey())
                        .map(tag -> new Tag(Words.plain(tag.getKey()), Words.plain(tag.getValue())))
                        .toList(),
                summary.sentence(),
                summary.verdict()
                        .map(Summary::evidence)
                        .orElse("There is no verdict: too few steps of training were done."),
                tiles(report),
                ledger.isOtherAlarming()
                        ? Numbers.percent(ledger.share(Bucket.OTHER), 1)
                                + " of the time is in no region: begin and end more of them."
                        : "",
                time(ledger.elapsed()),
                ledger.elapsedNanos(),
                buckets,
                regionRows(ledger),
                drawn ? TimelineChart.buckets(timeline, report.trace()) : "",
                timelineNote(report, timeline),
                legend(timeline, report),
                segments ? TimelineChart.latest(report.trace()) : "",
                segments ? time(TimelineChart.latestNanos(report.trace())) : "",
                useChart(report, timeline.nanos()),
                useRows(report),
                account.stepTimes().count() > 0 ? StepChart.draw(account.stepTimes()) : "",
                stepsChart(report, timeline),
                stepsNote(report),
                windowRows(report),
                report.history().verdicts().stream().map(RunPage::verdictRow).toList(),
                FigureTable.of(report),
                account.anomalies().entrySet().stream()
                        .map(
                                one ->
                                        new Named(
                                                Words.of(one.getKey().name()),
                                                Numbers.count(one.getValue())))
                        .toList(),
                account.failures().stream().map(RunPage::failureRow).toList());
    }

    private static String meta(RunReport report) {
        RunAccount account = report.account();
        return "%s · %s · %s · %s%s · report of %s"
                .formatted(
                        Words.of(account.outcome().name()),
                        time(account.ledger().elapsed()),
                        Numbers.count(account.steps()) + " steps",
                        Numbers.count(account.items()) + " items",
                        account.attempts() == 1 ? "" : " · " + account.attempts() + " attempts",
                        report.created().truncatedTo(ChronoUnit.SECONDS));
    }

    private static List<Tile> tiles(RunReport report) {
        RunAccount account = report.account();
        List<Tile> tiles = new ArrayList<>();
        double pending = account.ledger().share(Bucket.PENDING);
        tiles.add(
                new Tile(
                        "goodput",
                        Numbers.percent(account.ledger().goodput(), 1),
                        pending > 0 ? Numbers.percent(pending, 1) + " pending" : "training kept"));
        for (FigureTable.Row row : FigureTable.of(report)) {
            if (row.tile()) {
                tiles.add(new Tile(row.name(), row.value(), row.absent() ? row.source() : ""));
            }
        }
        return tiles;
    }

    private static List<BucketRow> bucketRows(Ledger ledger) {
        return Stream.of(Bucket.values())
                .filter(bucket -> ledger.of(bucket).isPositive())
                .sorted(
                        Comparator.comparing(Bucket::isBad)
                                .thenComparing(bucket -> !bucket.isProgress())
                                .thenComparing(ledger::of, Comparator.reverseOrder()))
                .map(bucket -> bucketRow(bucket, ledger))
                .toList();
    }

    private static BucketRow bucketRow(Bucket bucket, Ledger ledger) {
        return new BucketRow(
                "b-" + bucket,
                Words.of(bucket.name()),
                kind(bucket),
                time(ledger.of(bucket)),
                ledger.of(bucket).toNanos(),
                Numbers.percent(ledger.share(bucket), 1),
                String.format(Locale.ROOT, "%.4f%%", 100 * ledger.share(bucket)));
    }

    private static String kind(Bucket bucket) {
        return switch (bucket) {
            case GOOD -> "training that survived";
            case PENDING -> "training that no checkpoint holds yet";
            case EVALUATION -> "neither good nor bad";
            case OTHER -> "in no region";
            default -> "lost";
        };
    }

    private static List<RegionRow> regionRows(Ledger ledger) {
        List<RegionRow> rows = new ArrayList<>();
        for (Region region : ledger.regions()) {
            List<String> parts = new ArrayList<>();
            ledger.cells()
                    .getOrDefault(region, Map.of())
                    .forEach(
                            (bucket, nanos) ->
                                    parts.add(
                                            Words.of(bucket.name())
                                                    + " "
                                                    + Numbers.time(nanos * 1e-9)));
            rows.add(
                    new RegionRow(
                            "b-" + region.bucket(),
                            Words.plain(region.toString()),
                            time(ledger.of(region)),
                            ledger.of(region).toNanos(),
                            Numbers.percent(ledger.share(region), 1),
                            String.join(", ", parts)));
        }
        return rows;
    }

    private static String timelineNote(RunReport report, Timeline timeline) {
        RunTrace trace = report.trace();
        boolean pauses =
                report.account().jvm().isPresent()
                        || trace.late().stream().anyMatch(one -> one.bucket() == Bucket.JVM_PAUSE);
        return "Each column has the shares of its time by bucket"
                + (timeline.traced() ? ". " : ", from a look at most once a second. ")
                + "Training shows as pending, whatever became of it."
                + (pauses ? "" : " Pauses of the JVM are missing, as it was not watched.")
                + (trace.fromNanos() > 0
                        ? " The marks below begin at %s: earlier ones are not remembered."
                                .formatted(time(trace.fromNanos()))
                        : "")
                + (trace.forgotten() > 0
                        ? " There were too many marks to remember the earliest."
                        : "")
                + (report.account().attempts() > 1
                        ? " Of this process; earlier attempts are in the table above."
                        : "");
    }

    private static List<BucketRow> legend(Timeline timeline, RunReport report) {
        return Stream.of(Bucket.values())
                .filter(
                        bucket ->
                                timeline.bins().stream()
                                        .anyMatch(bin -> bin.parts().containsKey(bucket)))
                .map(bucket -> bucketRow(bucket, report.account().ledger()))
                .toList();
    }

    private static String useChart(RunReport report, long nanos) {
        List<Line> lines = new ArrayList<>();
        List<Use> uses = report.history().uses();
        for (int i = 0; i < uses.size(); i++) {
            if (!uses.get(i).points().isEmpty()) {
                lines.add(
                        new Line(
                                useCss(i),
                                uses.get(i).points().stream()
                                        .map(
                                                point ->
                                                        new Point(
                                                                position(
                                                                        point.at().toNanos()
                                                                                - Timeline.origin(
                                                                                        report
                                                                                                .history()),
                                                                        nanos),
                                                                point.share()))
                                        .toList()));
            }
        }
        return lines.isEmpty()
                ? ""
                : new LineChart(lines, Vertical.SHARES.with(0, 1), axis(nanos)).draw();
    }

    private static List<UseRow> useRows(RunReport report) {
        List<UseRow> rows = new ArrayList<>();
        List<Use> uses = report.history().uses();
        for (int i = 0; i < uses.size(); i++) {
            Use use = uses.get(i);
            rows.add(
                    new UseRow(
                            useCss(i),
                            Words.plain(use.label()),
                            use.source(),
                            mean(use, report),
                            use.absent().orElse("")));
        }
        return rows;
    }

    private static String mean(Use use, RunReport report) {
        if (use.label().equals(Use.PROCESS)) {
            // The figure of the table below, which is exact, and not one beside it.
            return Numbers.figure(
                    report.account().cpu().utilisation(), share -> Numbers.percent(share, 1));
        }
        long begin = Timeline.origin(report.history());
        double area = 0;
        long at = begin;
        for (RunHistory.Point point : use.points()) {
            area += point.share() * (point.at().toNanos() - at);
            at = point.at().toNanos();
        }
        return at == begin ? Numbers.ABSENT : Numbers.percent(area / (at - begin), 1);
    }

    private static String useCss(int i) {
        return "use" + i % 6;
    }

    private static String stepsChart(RunReport report, Timeline timeline) {
        List<StepTime> times = steps(report);
        if (times.isEmpty()) {
            return "";
        }
        List<Point> points =
                times.stream()
                        .map(
                                step ->
                                        new Point(
                                                position(step.at(), timeline.nanos()),
                                                step.nanos() * 1e-9))
                        .toList();
        return new LineChart(
                        List.of(new Line("use0", points)),
                        Vertical.NUMBERS.with(0, Double.NaN).with(Numbers::time),
                        axis(timeline.nanos()))
                .draw();
    }

    private static List<StepTime> steps(RunReport report) {
        return Timeline.steps(report.history(), report.trace(), stepsHere(report));
    }

    /** The steps of this process, which its trace is of; the account has those of all attempts. */
    private static long stepsHere(RunReport report) {
        return report.history().stretches().stream()
                .mapToLong(stretch -> stretch.window().work().steps())
                .sum();
    }

    private static String stepsNote(RunReport report) {
        return Timeline.areSingle(report.trace(), stepsHere(report))
                ? "Time of a step, without evaluation, checkpoints, preparation and what is in no"
                        + " region"
                : "Mean time of a step, from stretch to stretch of the run";
    }

    private static Horizontal axis(long nanos) {
        return Horizontal.time(0, nanos * 1e-9, "time of the run");
    }

    private static double position(long at, long nanos) {
        return Math.clamp((double) at / Math.max(1, nanos), 0, 1);
    }

    private static List<WindowRow> windowRows(RunReport report) {
        List<WindowRow> rows = new ArrayList<>();
        String[] labels = {"last minute", "last 5 minutes", "last 15 minutes"};
        for (int i = 0; i < Math.min(labels.length, report.windows().size()); i++) {
            rows.add(windowRow(labels[i], report.windows().get(i), counts(report)));
        }
        RunAccount account = report.account();
        RunWindow whole = new RunWindow(account.ledger(), account.work());
        rows.add(windowRow("whole run", whole, counts(report)));
        return rows;
    }

    /** Whether the run counts items at all. */
    private static boolean counts(RunReport report) {
        return report.account().items() > 0;
    }

    private static WindowRow windowRow(String label, RunWindow window, boolean counts) {
        Ledger ledger = window.ledger();
        double training = ledger.share(Bucket.PENDING) + ledger.goodput();
        return new WindowRow(
                label,
                time(ledger.elapsed()),
                rate(window.stepsPerSecond()),
                counts ? rate(window.itemsPerSecond()) : Numbers.ABSENT,
                Numbers.percent(training, 1),
                Summary.losses(ledger)
                        .findFirst()
                        .map(
                                bucket ->
                                        Words.of(bucket.name())
                                                + " "
                                                + Numbers.percent(ledger.share(bucket), 1))
                        .orElse(Numbers.ABSENT));
    }

    private static String rate(OptionalDouble perSecond) {
        return perSecond.isPresent() ? FigureTable.rate(perSecond.getAsDouble()) : Numbers.ABSENT;
    }

    private static VerdictRow verdictRow(Finding finding) {
        Verdict verdict = finding.verdict();
        return new VerdictRow(
                time(finding.from()),
                Summary.name(verdict),
                Numbers.percent(verdict.share(), 1),
                verdict.severity() == Severity.NONE
                        ? Numbers.ABSENT
                        : Numbers.gain(verdict.largestGain()),
                Summary.evidence(verdict));
    }

    private static FailureRow failureRow(Failure failure) {
        return new FailureRow(
                failure.time().truncatedTo(ChronoUnit.SECONDS).toString(),
                Numbers.count(failure.step()),
                Words.of(failure.kind().name()),
                Words.plain(failure.message()));
    }

    private static String time(Duration duration) {
        return Numbers.time(duration.toNanos() * 1e-9);
    }

    private static String time(long nanos) {
        return Numbers.time(nanos * 1e-9);
    }
}
