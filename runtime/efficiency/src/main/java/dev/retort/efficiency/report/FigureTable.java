package dev.retort.efficiency.report;

import dev.retort.device.Reading;
import dev.retort.efficiency.JvmTime;
import dev.retort.efficiency.RunAccount;
import dev.retort.efficiency.Spending;
import dev.retort.efficiency.StepTimes;
import dev.retort.efficiency.figures.DataUse;
import dev.retort.efficiency.figures.FailureRate;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.function.DoubleFunction;

/** Every figure of a run with its source, or why it is absent. */
final class FigureTable {
    private static final String STEPS = "the steps of all attempts, three significant digits";

    private final List<Row> rows = new ArrayList<>();

    /**
     * A figure.
     *
     * @param name what it is
     * @param value the value with its unit, or a dash
     * @param source where it comes from, or why there is none
     * @param absent whether there is none
     * @param tile whether it is one of the few to be seen at once
     */
    record Row(String name, String value, String source, boolean absent, boolean tile) {}

    private FigureTable() {}

    static List<Row> of(RunReport report) {
        FigureTable table = new FigureTable();
        RunAccount account = report.account();
        table.speed(account);
        table.flops(report.figures());
        new DeviceRows(table).add(report.figures());
        table.jvm(account.jvm());
        table.spending(account, report.figures());
        table.failures(report.figures().failures());
        table.data(report.figures().data());
        table.own(report);
        return table.rows;
    }

    private void speed(RunAccount account) {
        if (account.itemsPerSecond().isPresent()) {
            add(
                    "items per second",
                    rate(account.itemsPerSecond().getAsDouble()),
                    "items counted by the loop over the time outside evaluation and recovery",
                    true);
        } else {
            absent("items per second", "no items were counted", true);
        }
        long tokens = account.work().tokens();
        double seconds = account.ledger().elapsedNanos() * 1e-9;
        if (tokens > 0 && seconds > 0) {
            add(
                    "tokens per second",
                    rate(tokens / seconds),
                    "tokens counted by the loop over all time",
                    false);
        }
        StepTimes times = account.stepTimes();
        if (times.count() == 0) {
            absent("step time p50", "no step was finished", true);
            return;
        }
        add("step time p50", time(times.percentile(50)), STEPS, true);
        add("step time p99", time(times.percentile(99)), STEPS, true);
        add("step time mean", time(times.mean()), STEPS, false);
        add("longest step", time(times.max()), STEPS, false);
    }

    private void flops(Figures figures) {
        DoubleFunction<String> share = value -> Numbers.percent(value, 1);
        reading("MFU of steps", figures.flops().mfuStep(), share, true);
        reading("MFU of all time", figures.flops().mfuWall(), share, false);
        reading("HFU of steps", figures.flops().hfuStep(), share, false);
    }

    private void jvm(Optional<JvmTime> watched) {
        if (watched.isEmpty()) {
            absent("JVM stood still", "it was not watched (RunOptions.watchJvm)", true);
            return;
        }
        JvmTime jvm = watched.get();
        String source = "the JVM's flight recorder, over " + time(Optional.of(jvm.watched()));
        add("JVM stood still", Numbers.percent(jvm.stoppedShare(), 1), source, true);
        add("collectors took", time(Optional.of(jvm.collecting())), source, false);
        add(
                "compilers worked",
                time(Optional.of(jvm.compiling())),
                source + ", beside the training",
                false);
        jvm.worst()
                .ifPresent(
                        pause ->
                                add(
                                        "worst pause",
                                        time(Optional.of(pause.length()))
                                                + " at step "
                                                + Numbers.count(pause.step()),
                                        source,
                                        false));
    }

    private void spending(RunAccount account, Figures figures) {
        reading(
                "CPU of this process",
                account.cpu().utilisation(),
                value -> Numbers.percent(value, 1),
                false);
        reading(
                "peak memory",
                account.cpu().peakResidentBytes(),
                value -> Numbers.bytes(Math.round(value)),
                false);
        spent(account, account.spending());
        reading(
                "energy per item",
                figures.energy().joules(),
                value ->
                        digits(value, "J")
                                + (figures.energy().relativeError().isPresent()
                                        ? " ± "
                                                + Numbers.percent(
                                                        figures.energy()
                                                                .relativeError()
                                                                .getAsDouble(),
                                                        1)
                                        : ""),
                true);
        reading(
                "cost",
                figures.cost(),
                value -> String.format(Locale.ROOT, "%.2f %s", value, figures.currency()),
                true);
    }

    /** What all attempts took together. */
    private void spent(RunAccount account, Spending spending) {
        spending.cpuSeconds()
                .ifPresent(
                        cpu ->
                                add(
                                        "CPU time",
                                        Numbers.time(cpu.amount()),
                                        "the run's processes"
                                                + RunEnergy.over(account, List.of(cpu)),
                                        false));
        if (spending.joules().isEmpty()) {
            reading(
                    "energy of this process",
                    account.cpu().joules(),
                    value -> digits(value, "J"),
                    false);
        }
        spending.joules()
                .forEach(
                        (device, part) ->
                                add(
                                        "energy of " + device,
                                        digits(part.amount(), "J")
                                                + (part.errorBound().isPresent()
                                                        ? " ± "
                                                                + digits(
                                                                        part.errorBound()
                                                                                .getAsDouble(),
                                                                        "J")
                                                        : ""),
                                        "idle power and other programs included"
                                                + RunEnergy.over(account, List.of(part)),
                                        false));
    }

    private void failures(Optional<FailureRate> given) {
        String name = "runs that fail";
        if (given.isEmpty()) {
            absent(name, "one run tells no rate (Figures.with)", false);
            return;
        }
        FailureRate rate = given.get();
        if (rate.fraction().isEmpty()) {
            absent(name, "no run has ended", false);
            return;
        }
        FailureRate.Interval range = rate.wilson();
        add(
                name,
                "%s (%s to %s)"
                        .formatted(
                                Numbers.percent(rate.fraction().getAsDouble(), 1),
                                Numbers.percent(range.low(), 1),
                                Numbers.percent(range.high(), 1)),
                "%s of %s runs failed, those that a user cancelled left out; Wilson's 95 %% interval"
                        .formatted(
                                Numbers.count(rate.failed()),
                                Numbers.count(rate.failed() + rate.succeeded())),
                false);
    }

    private void data(Optional<DataUse> given) {
        if (given.isEmpty()) {
            absent("data use", "the loop did not say what was padding (Figures.with)", false);
            return;
        }
        String source =
                "%s processed, %s of them no padding, %s of those different"
                        .formatted(
                                Numbers.count(given.get().processed()),
                                Numbers.count(given.get().useful()),
                                Numbers.count(given.get().unique()));
        share("padding efficiency", given.get().paddingEfficiency(), 100, "%.1f %%", source);
        share("repeat factor", given.get().repeatFactor(), 1, "%.2f", source);
    }

    private void share(
            String name, OptionalDouble value, double factor, String format, String source) {
        if (value.isPresent()) {
            add(
                    name,
                    String.format(Locale.ROOT, format, factor * value.getAsDouble()),
                    source,
                    false);
        } else {
            absent(name, "there was none: " + source, false);
        }
    }

    private void own(RunReport report) {
        RunAccount account = report.account();
        String calls =
                "estimated: %s calls, each as long as one was when the JVM began"
                        .formatted(Numbers.count(account.hookCost().calls()));
        own("hooks of the meter", account.hookCost().estimated(), account, calls);
        account.hookCost()
                .background()
                .ifPresentOrElse(
                        time ->
                                own(
                                        "background of the meter",
                                        time,
                                        account,
                                        "measured around each tick: events of devices and of the"
                                                + " JVM, verdicts, status, journal"),
                        () -> absent("background of the meter", "it is not known here", false));
        report.figures()
                .deviceTime()
                .ifPresent(
                        time ->
                                own(
                                        "reading of device events",
                                        time.readingCost(),
                                        account,
                                        "measured, for the most part within the background"));
        absent(
                "other cost of the meter",
                "not measured: recording events in streams, the sync of the journal at commits,"
                        + " the flight recorder inside the JVM, exports",
                false);
        if (report.sampling().isEmpty()) {
            absent("sampling of devices", "it is not known here", false);
            return;
        }
        report.sampling()
                .get()
                .shareOfOneCore()
                .ifPresent(
                        share ->
                                add(
                                        "sampling of devices",
                                        Numbers.percent(share, 3) + " of a core",
                                        "CPU time of the sampler's thread, %s ticks"
                                                .formatted(
                                                        Numbers.count(
                                                                report.sampling().get().ticks())),
                                        false));
    }

    private void own(String name, Duration time, RunAccount account, String source) {
        double wall = account.cpu().wall().toNanos();
        if (wall > 0) {
            add(name, Numbers.percent(time.toNanos() / wall, 4), source, false);
        } else {
            absent(name, "no time has passed", false);
        }
    }

    void reading(String name, Reading reading, DoubleFunction<String> format, boolean tile) {
        switch (reading) {
            case Reading.Absent(String reason) -> absent(name, reason, tile);
            case Reading.Measured(double value, String source, long _) ->
                    add(name, format.apply(value), source, tile);
        }
    }

    void add(String name, String value, String source, boolean tile) {
        rows.add(new Row(name, value, source, false, tile));
    }

    void absent(String name, String reason, boolean tile) {
        rows.add(new Row(name, Numbers.ABSENT, reason, true, tile));
    }

    /** A rate as a person reads it. */
    static String rate(double perSecond) {
        return perSecond < 100
                ? String.format(Locale.ROOT, "%.3g", perSecond)
                : Numbers.count(Math.round(perSecond));
    }

    private static String digits(double value, String unit) {
        return String.format(Locale.ROOT, "%.3g %s", value, unit);
    }

    private static String time(Optional<Duration> duration) {
        return duration.map(one -> Numbers.time(one.toNanos() * 1e-9)).orElse(Numbers.ABSENT);
    }
}
