package dev.retort.efficiency.report;

import dev.retort.device.Reading;
import dev.retort.device.sampling.SamplerCost;
import dev.retort.efficiency.Anomaly;
import dev.retort.efficiency.Bucket;
import dev.retort.efficiency.HookCost;
import dev.retort.efficiency.Ledger;
import dev.retort.efficiency.Outcome;
import dev.retort.efficiency.RunAccount;
import dev.retort.efficiency.RunHistory;
import dev.retort.efficiency.RunMeter;
import dev.retort.efficiency.RunTotals;
import dev.retort.efficiency.RunWindow;
import dev.retort.efficiency.StepTimes;
import dev.retort.efficiency.figures.FlopUtilisation;
import dev.retort.efficiency.verdict.BottleneckDetector;
import dev.retort.efficiency.verdict.HostActivity;
import dev.retort.efficiency.verdict.Verdict;
import dev.retort.efficiency.verdict.Verdict.Severity;

import java.io.PrintWriter;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * What to fix first, in about ten lines of a terminal: what the run was good for, what it lost and
 * to what, what bounds it, and how fast it was. A figure that is absent says why. Fits 80 columns;
 * what a user named cannot change the terminal.
 *
 * <p>Immutable.
 */
public final class Summary {
    private static final int LOSSES = 3;
    private static final double SHOWN = 0.0005;

    private final RunAccount account;
    private final Optional<Verdict> verdict;
    private final Figures figures;
    private final Optional<SamplerCost> sampling;

    private Summary(
            RunAccount account,
            Optional<Verdict> verdict,
            Figures figures,
            Optional<SamplerCost> sampling) {
        this.account = account;
        this.verdict = verdict;
        this.figures = figures;
        this.sampling = sampling;
    }

    /**
     * The summary of a run that goes on or has ended.
     *
     * @param meter its meter
     * @return the summary
     */
    public static Summary of(RunMeter meter) {
        RunAccount account = meter.snapshot();
        return of(
                account,
                meter.history(),
                Figures.of(meter, account),
                Optional.of(meter.samplerCost()));
    }

    /**
     * The summary of an account.
     *
     * @param account the account
     * @param history has the verdict on the latest of a run that goes on; what bounded all of a run
     *     that has ended is judged here, with what it says of the device
     * @param figures what else is known
     * @param sampling what sampling the devices cost, or empty if that is not known
     * @return the summary
     */
    public static Summary of(
            RunAccount account,
            RunHistory history,
            Figures figures,
            Optional<SamplerCost> sampling) {
        Optional<Verdict> standing =
                account.outcome() == Outcome.RUNNING ? history.verdict() : Optional.empty();
        return new Summary(
                account,
                standing.or(
                        () ->
                                BottleneckDetector.judge(
                                        new RunWindow(account.ledger(), account.work()),
                                        history.device(),
                                        host(account, history))),
                figures,
                sampling);
    }

    /** The account is of all attempts; what the processor had is known of the last one alone. */
    private static HostActivity host(RunAccount account, RunHistory history) {
        return account.attempts() > 1 ? HostActivity.UNKNOWN : history.host();
    }

    /**
     * The summary of an account alone: figures that need more are absent.
     *
     * @param account the account
     * @return the summary
     */
    public static Summary of(RunAccount account) {
        FlopUtilisation unknown =
                FlopUtilisation.of(
                        RunTotals.of(account),
                        1,
                        _ -> new Reading.Absent("no peak of the device was given"));
        return of(account, RunHistory.NONE, Figures.of(account, unknown), Optional.empty());
    }

    /** What bounds the run, or bounded all of one that has ended. */
    Optional<Verdict> verdict() {
        return verdict;
    }

    /**
     * One sentence: goodput, the biggest loss, the bottleneck.
     *
     * @return the sentence, without a line break
     */
    public String sentence() {
        Ledger ledger = account.ledger();
        String loss =
                losses(ledger)
                        .findFirst()
                        .map(bucket -> ", most lost to " + part(ledger, bucket))
                        .orElse("");
        return "goodput "
                + Numbers.percent(ledger.goodput(), 1)
                + loss
                + verdict.map(found -> "; " + name(found) + gain(found)).orElse("");
    }

    /**
     * The summary as plain text.
     *
     * @return the lines, without colours
     */
    public List<String> lines() {
        return lines(false);
    }

    /**
     * Prints the summary, in colour where it goes to a terminal and {@code NO_COLOR} is not set.
     *
     * @param out where to, which is standard output
     */
    public void print(PrintWriter out) {
        lines(Terminals.wantsColour()).forEach(out::println);
        out.flush();
    }

    @Override
    public String toString() {
        return String.join(System.lineSeparator(), lines());
    }

    List<String> lines(boolean colour) {
        LabelledLines lines = new LabelledLines(colour);
        lines.heading(heading());
        time(lines);
        fixFirst(lines);
        steps(lines);
        lines.add("MFU", mfu());
        figures.deviceTime().ifPresent(time -> lines.add("device", Words.plain(time.toString())));
        lines.add(
                "JVM",
                account.jvm()
                        .map(Object::toString)
                        .orElse(absent("it was not watched (RunOptions.watchJvm)")));
        lines.add("energy", energy());
        lines.add("cost", cost());
        lines.add("own cost", ownCost());
        anomalies(lines);
        return lines.all();
    }

    private String heading() {
        String outcome =
                account.outcome() == Outcome.RUNNING
                        ? "running for"
                        : Words.of(account.outcome().name()) + " after";
        return "Run %s: %s %s, %s, %s%s"
                .formatted(
                        Words.cut(Words.plain(account.name()), 40),
                        outcome,
                        time(account.ledger().elapsed()),
                        counted(account.steps(), "step"),
                        counted(account.items(), "item"),
                        account.attempts() == 1 ? "" : ", " + account.attempts() + " attempts");
    }

    private void time(LabelledLines lines) {
        Ledger ledger = account.ledger();
        lines.add("goodput", part(ledger, Bucket.GOOD, "training that survived"));
        if (ledger.share(Bucket.PENDING) > 0) {
            lines.add("pending", part(ledger, Bucket.PENDING, "no checkpoint holds it yet"));
        }
        String label = "lost to";
        for (Bucket bucket : losses(ledger).limit(LOSSES).toList()) {
            boolean alarm = bucket == Bucket.OTHER && ledger.isOtherAlarming();
            lines.add(label, part(ledger, bucket, Words.of(bucket.name())), alarm);
            label = "";
        }
        if (ledger.share(Bucket.EVALUATION) > 0) {
            lines.add("neither", part(ledger, Bucket.EVALUATION, "evaluation"));
        }
        if (ledger.isOtherAlarming()) {
            lines.add(
                    "alarm",
                    "%s of the time is in no region (over %s); begin and end more of them"
                            .formatted(
                                    Numbers.percent(ledger.share(Bucket.OTHER), 1),
                                    Numbers.percent(Ledger.OTHER_ALARM, 0)),
                    true);
        }
    }

    private void fixFirst(LabelledLines lines) {
        if (verdict.isEmpty()) {
            lines.add(
                    "fix first",
                    "no verdict: fewer than %d steps of training"
                            .formatted(BottleneckDetector.LEAST_STEPS));
            return;
        }
        Verdict found = verdict.get();
        lines.add(
                "fix first",
                name(found) + gain(found) + ": " + evidence(found),
                found.severity() == Severity.HIGH);
    }

    private void steps(LabelledLines lines) {
        StepTimes times = account.stepTimes();
        String throughput =
                account.itemsPerSecond().isPresent()
                        ? "%s items/s"
                                .formatted(FigureTable.rate(account.itemsPerSecond().getAsDouble()))
                        : "no throughput: no items were counted";
        lines.add(
                "steps",
                times.count() == 0
                        ? "none were finished"
                        : "p50 %s, p99 %s, longest %s; %s"
                                .formatted(
                                        time(times.percentile(50).orElseThrow()),
                                        time(times.percentile(99).orElseThrow()),
                                        time(times.max().orElseThrow()),
                                        throughput));
    }

    private String mfu() {
        return switch (figures.flops().mfuStep()) {
            case Reading.Absent(String reason) -> absent(reason);
            case Reading.Measured(double step, String source, long _) ->
                    "%s of steps, %s of all time (%s)"
                            .formatted(
                                    Numbers.percent(step, 1),
                                    Numbers.figure(
                                            figures.flops().mfuWall(),
                                            wall -> Numbers.percent(wall, 1)),
                                    Words.plain(source));
        };
    }

    private String energy() {
        return switch (figures.energy().joules()) {
            case Reading.Absent(String reason) -> absent(reason);
            case Reading.Measured(double joules, String source, long _) ->
                    String.format(
                            Locale.ROOT,
                            "%.3g J per item, %s (%s)",
                            joules,
                            Words.of(figures.energy().scope().name()),
                            Words.plain(source));
        };
    }

    private String cost() {
        return switch (figures.cost()) {
            case Reading.Absent(String reason) -> absent(reason);
            case Reading.Measured measured ->
                    String.format(Locale.ROOT, "%.2f %s", measured.value(), figures.currency());
        };
    }

    /** On one line; the report has all of the reason. */
    private static String absent(String reason) {
        return Words.cut(
                "absent: " + Words.plain(reason), LabelledLines.COLUMNS - LabelledLines.LABEL);
    }

    private String ownCost() {
        HookCost cost = account.hookCost();
        double elapsed = account.cpu().wall().toNanos();
        if (elapsed == 0) {
            return absent("no time has passed");
        }
        double hooks = cost.estimated().toNanos() / elapsed;
        return "%s of the time in %s of hooks (estimated)%s%s; not measured: %s"
                .formatted(
                        hooks > 0 && hooks < 5e-6 ? "under 0.001 %" : Numbers.percent(hooks, 3),
                        counted(cost.calls(), "call"),
                        cost.background()
                                .map(
                                        time ->
                                                ", background thread "
                                                        + Numbers.percent(
                                                                time.toNanos() / elapsed, 3))
                                .orElse(""),
                        sampling.flatMap(own -> own.shareOfOneCore().stream().boxed().findFirst())
                                .map(
                                        share ->
                                                ", sampling "
                                                        + Numbers.percent(share, 2)
                                                        + " of a core")
                                .orElse(""),
                        "events in streams, flight recorder, syncs, exports");
    }

    private void anomalies(LabelledLines lines) {
        Map<Anomaly, Long> found = account.anomalies();
        lines.add(
                "anomalies",
                found.isEmpty()
                        ? "none"
                        : found.entrySet().stream()
                                .map(one -> Words.of(one.getKey().name()) + " " + one.getValue())
                                .collect(Collectors.joining(", ")),
                !found.isEmpty());
        if (!account.failures().isEmpty()) {
            lines.add(
                    "failures",
                    "%d, the last at step %s: %s"
                            .formatted(
                                    account.failures().size(),
                                    Numbers.count(account.failures().getLast().step()),
                                    Words.plain(account.failures().getLast().message())),
                    true);
        }
    }

    /** The buckets that bought no training, the largest first. */
    static Stream<Bucket> losses(Ledger ledger) {
        return Stream.of(Bucket.values())
                .filter(bucket -> bucket.isBad() && ledger.share(bucket) >= SHOWN)
                .sorted(Comparator.comparing((Bucket bucket) -> ledger.of(bucket)).reversed());
    }

    private static String part(Ledger ledger, Bucket bucket) {
        return Words.of(bucket.name()) + " " + Numbers.percent(ledger.share(bucket), 1);
    }

    private static String part(Ledger ledger, Bucket bucket, String what) {
        return "%7s  %10s  %s"
                .formatted(Numbers.percent(ledger.share(bucket), 1), time(ledger.of(bucket)), what);
    }

    /** What a verdict is called, such as {@code input-bound}. */
    static String name(Verdict verdict) {
        return Words.bound(verdict.bottleneck().name());
    }

    /** What a verdict rests on, and of how much of the time it speaks. */
    static String evidence(Verdict verdict) {
        return verdict.isOfTrainingAlone()
                ? verdict.evidence()
                        + "; this is about training alone, "
                        + Numbers.percent(verdict.training(), 1)
                        + " of the time"
                : verdict.evidence();
    }

    private static String gain(Verdict verdict) {
        if (verdict.severity() == Severity.NONE) {
            return ", nothing to gain by waiting less";
        }
        String gain = ", fixing it gains " + Numbers.gain(verdict.largestGain());
        return verdict.isOfTrainingAlone()
                ? String.format(
                        Locale.ROOT,
                        "%s in training and %.2fx in all",
                        gain,
                        verdict.largestGainOfAll())
                : gain;
    }

    private static String counted(long count, String thing) {
        return Numbers.count(count) + " " + thing + (count == 1 ? "" : "s");
    }

    private static String time(Duration duration) {
        return Numbers.time(duration.toNanos() * 1e-9);
    }
}
