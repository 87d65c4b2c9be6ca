package dev.retort.efficiency.export;

import dev.retort.device.Reading;
import dev.retort.device.counters.Counter;
import dev.retort.device.counters.Series;
import dev.retort.device.sampling.EnergyUsage;
import dev.retort.device.sampling.Sampler;
import dev.retort.device.sampling.WindowReport;
import dev.retort.efficiency.Bucket;
import dev.retort.efficiency.Ledger;
import dev.retort.efficiency.RunAccount;
import dev.retort.efficiency.RunMeter;
import dev.retort.efficiency.RunTotals;
import dev.retort.efficiency.RunWindow;
import dev.retort.efficiency.Spending;
import dev.retort.efficiency.Work;
import dev.retort.efficiency.export.Figure.Kind;
import dev.retort.efficiency.export.Figure.Unit;
import dev.retort.efficiency.figures.Cost;
import dev.retort.efficiency.figures.FlopUtilisation;
import dev.retort.efficiency.figures.PriceTable;
import dev.retort.efficiency.verdict.Verdict;

import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;

/** Reads all figures of a run at one moment: what {@link Figure} lists. */
final class FigureReader {
    private static final Map<String, Duration> WINDOWS =
            windows(RunWindow.ONE_MINUTE, RunWindow.FIVE_MINUTES, RunWindow.FIFTEEN_MINUTES);

    private final ExportOptions options;
    private final RunMeter meter;

    FigureReader(ExportOptions options) {
        this.options = options;
        meter = options.meter();
    }

    private static Map<String, Duration> windows(Duration... lengths) {
        Map<String, Duration> windows = new LinkedHashMap<>();
        for (Duration length : lengths) {
            windows.put(length.toMinutes() + "m", length);
        }
        return windows;
    }

    /**
     * All figures.
     *
     * @param account the account of this moment
     * @param verdict the verdict that stands
     * @param end the time of day
     * @param health how the export stands
     */
    List<Figure> read(
            RunAccount account, Optional<Verdict> verdict, Instant end, ExportHealth health) {
        FigureList list = new FigureList(System.nanoTime(), "RunMeter");
        ledger(list, account);
        work(list, account);
        rates(list, account);
        jvm(list, account);
        process(list, account);
        utilisation(list);
        energy(list, account, meter.sampled());
        cost(list, account, end);
        state(list, account, verdict);
        devices(list, meter.sampler());
        list.count("meter.calls", account.hookCost().calls());
        list.count("meter.time", Unit.SECONDS, seconds(account.hookCost().estimated()));
        list.count("meter.sampler.time", Unit.SECONDS, seconds(meter.samplerCost().cpuTime()));
        export(list, health);
        double unixTime = end.getEpochSecond() + end.getNano() * 1e-9;
        list.gauge("meter.export.timestamp", Unit.SECONDS, unixTime);
        return list.figures();
    }

    private static void export(FigureList list, ExportHealth health) {
        list.add("meter.export.time", Unit.SECONDS, Kind.COUNTER, health.cpuTime());
        for (ExportHealth.Target target : health.targets()) {
            String name = target.name();
            list.count("meter.export.failed", target.failed(), "destination", name);
            list.count("meter.export.dropped", target.dropped(), "destination", name);
            list.gauge(
                    "meter.export.busy", Unit.SECONDS, target.busySeconds(), "destination", name);
        }
    }

    private static void ledger(FigureList list, RunAccount account) {
        Ledger ledger = account.ledger();
        list.count("run.elapsed", Unit.SECONDS, seconds(ledger.elapsed()));
        ledger.cells()
                .forEach(
                        (region, row) ->
                                row.forEach(
                                        (bucket, nanos) ->
                                                list.gauge(
                                                        "run.time",
                                                        Unit.SECONDS,
                                                        nanos * 1e-9,
                                                        "region",
                                                        region.name(),
                                                        "bucket",
                                                        bucket.name())));
        list.gauge(
                "run.goodput",
                Unit.RATIO,
                ledger.elapsedNanos() > 0
                        ? OptionalDouble.of(ledger.goodput())
                        : OptionalDouble.empty(),
                "no time has passed");
    }

    private static void work(FigureList list, RunAccount account) {
        Work work = account.work();
        list.count("run.steps", work.steps());
        list.count("run.items", work.items());
        list.add(
                "run.tokens",
                Unit.COUNT,
                Kind.COUNTER,
                work.tokens() == 0
                        ? new Reading.Absent("no tokens were counted")
                        : Reading.now((double) work.tokens(), "RunMeter"));
        list.gauge("run.steps.kept", account.kept().steps());
        list.gauge("run.steps.lost", account.lost().steps());
        String none = "no step has ended";
        list.gauge("run.step.time", account.stepTimes().mean(), none, "statistic", "mean");
        for (int percent : new int[] {50, 90, 99}) {
            list.gauge(
                    "run.step.time",
                    account.stepTimes().percentile(percent),
                    none,
                    "statistic",
                    "p" + percent);
        }
        list.gauge("run.step.time", account.stepTimes().max(), none, "statistic", "max");
        work.modelFlops().forEach((type, flops) -> flops(list, type.name(), "model", flops));
        work.hardwareFlops().forEach((type, flops) -> flops(list, type.name(), "hardware", flops));
    }

    private static void flops(FigureList list, String precision, String kind, double flops) {
        list.count("run.flops", Unit.COUNT, flops, "precision", precision, "kind", kind);
    }

    private void rates(FigureList list, RunAccount account) {
        WINDOWS.forEach(
                (name, length) -> {
                    RunWindow window = meter.window(length);
                    rates(list, name, window.work(), window.ledger());
                    if (window.ledger().elapsedNanos() > 0) {
                        for (Bucket bucket : Bucket.values()) {
                            double share = window.ledger().share(bucket);
                            if (share > 0) {
                                list.gauge(
                                        "run.bucket.share",
                                        Unit.RATIO,
                                        share,
                                        "window",
                                        name,
                                        "bucket",
                                        bucket.name());
                            }
                        }
                    }
                });
        rates(list, "run", account.work(), account.ledger());
    }

    private static void rates(FigureList list, String window, Work work, Ledger ledger) {
        double elapsed = ledger.elapsedNanos() * 1e-9;
        String none = "no time has passed";
        list.gauge(
                "run.steps.rate",
                Unit.PER_SECOND,
                over((double) work.steps(), elapsed),
                none,
                "window",
                window);
        list.gauge(
                "run.items.rate",
                Unit.PER_SECOND,
                over((double) work.items(), elapsed),
                none,
                "window",
                window);
    }

    private static void jvm(FigureList list, RunAccount account) {
        account.jvm()
                .ifPresentOrElse(
                        jvm -> {
                            jvm(list, jvm.stopped(), "stopped");
                            jvm(list, jvm.collecting(), "collecting");
                            jvm(list, jvm.compiling(), "compiling");
                            list.count("run.jvm.pauses", jvm.pauses());
                            list.gauge(
                                    "run.jvm.pause.worst",
                                    jvm.worst().map(pause -> pause.length()),
                                    "the JVM has not stopped");
                        },
                        () ->
                                list.add(
                                        "run.jvm.pauses",
                                        Unit.COUNT,
                                        Kind.COUNTER,
                                        new Reading.Absent("the JVM is not watched")));
    }

    private static void jvm(FigureList list, Duration time, String what) {
        list.count("run.jvm.time", Unit.SECONDS, seconds(time), "what", what);
    }

    private static void process(FigureList list, RunAccount account) {
        list.add("run.cpu.time", Unit.SECONDS, Kind.COUNTER, account.cpu().cpuSeconds());
        list.add("run.cpu.utilisation", Unit.RATIO, Kind.GAUGE, account.cpu().utilisation());
        list.add("run.memory.peak", Unit.BYTES, Kind.GAUGE, account.cpu().peakResidentBytes());
    }

    private void utilisation(FigureList list) {
        FlopUtilisation share = meter.flopUtilisation();
        list.add("run.mfu", Unit.RATIO, Kind.GAUGE, share.mfuStep(), "basis", "step");
        list.add("run.mfu", Unit.RATIO, Kind.GAUGE, share.mfuWall(), "basis", "wall");
        list.add("run.hfu", Unit.RATIO, Kind.GAUGE, share.hfuStep(), "basis", "step");
        list.add("run.hfu", Unit.RATIO, Kind.GAUGE, share.hfuWall(), "basis", "wall");
    }

    private static void energy(FigureList list, RunAccount account, WindowReport sampled) {
        for (EnergyUsage energy : sampled.energies().values()) {
            String device = energy.device();
            // At a sample that comes later, what was taken to have grown evenly can turn out less.
            list.add("run.energy", Unit.JOULES, Kind.GAUGE, energy.joules(), "device", device);
            list.add(
                    "run.energy.error",
                    Unit.JOULES,
                    Kind.GAUGE,
                    energy.errorBoundJoules(),
                    "device",
                    device);
            list.add(
                    "run.item.energy",
                    Unit.JOULES,
                    Kind.GAUGE,
                    perItem(energy, account),
                    "device",
                    device);
        }
    }

    /** The items are those of all processes, so the energy must be as well. */
    static Reading perItem(EnergyUsage energy, RunAccount account) {
        if (!(energy.joules() instanceof Reading.Measured(_, String source, long nanoTime))) {
            return energy.joules();
        }
        if (account.items() == 0) {
            return new Reading.Absent("no items were counted");
        }
        Optional<Spending.Part> all = account.spending().joules(energy);
        if (all.isEmpty() || !all.get().covers(account.ledger())) {
            return new Reading.Absent(
                    "the energy of all processes of the run is not known, and the items are theirs");
        }
        return new Reading.Measured(
                all.get().amount() / account.items(), source + " / items", nanoTime);
    }

    private void cost(FigureList list, RunAccount account, Instant end) {
        PriceTable prices = options.prices();
        if (prices == null) {
            return;
        }
        String currency = prices.currency().getCurrencyCode();
        Instant begin = end.minus(account.ledger().elapsed());
        boolean resumed = account.attempts() > 1;
        OptionalDouble spent =
                resumed ? OptionalDouble.empty() : prices.cost(options.devices(), begin, end);
        String none =
                resumed
                        ? "the run was resumed, and when its earlier processes ran is not known"
                        : "no price holds at the beginning of the run";
        Optional<Cost> cost =
                spent.stream()
                        .mapToObj(
                                total ->
                                        Cost.of(prices.currency(), total, 0, RunTotals.of(account)))
                        .findFirst();
        money(list, "run.cost", cost.map(Cost::total), none, currency);
        money(list, "run.cost.badput", cost.map(Cost::badput), none, currency);
        money(
                list,
                "run.item.cost",
                cost.flatMap(one -> one.perItem().stream().mapToObj(Double::valueOf).findFirst()),
                cost.isPresent() ? "no item has survived in a checkpoint" : none,
                currency);
    }

    private static void money(
            FigureList list, String name, Optional<Double> value, String none, String currency) {
        list.gauge(
                name,
                Unit.MONEY,
                value.map(OptionalDouble::of).orElse(OptionalDouble.empty()),
                none,
                "currency",
                currency);
    }

    private static void state(FigureList list, RunAccount account, Optional<Verdict> verdict) {
        list.count("run.attempts", account.attempts());
        list.gauge("run.state", 1, "state", account.outcome().name());
        account.anomalies().forEach((kind, n) -> list.count("run.anomalies", n, "kind", "" + kind));
        account.failures().stream()
                .map(failure -> failure.kind())
                .distinct()
                .forEach(
                        kind ->
                                list.count(
                                        "run.failures",
                                        account.failures().stream()
                                                .filter(failure -> failure.kind() == kind)
                                                .count(),
                                        "kind",
                                        kind.name()));
        verdict.ifPresent(
                one ->
                        list.gauge(
                                "run.bottleneck",
                                Unit.RATIO,
                                one.share(),
                                "bottleneck",
                                one.bottleneck().name(),
                                "severity",
                                one.severity().name()));
    }

    private static void devices(FigureList list, Sampler sampler) {
        Map<String, String> models = sampler.devices();
        for (Series series : sampler.series()) {
            Counter counter = series.counter();
            list.add(
                    "device." + counter.name().toLowerCase(Locale.ROOT).replace('_', '.'),
                    unit(counter),
                    counter.cumulative() ? Kind.COUNTER : Kind.GAUGE,
                    sampler.latest(series),
                    "device",
                    series.device(),
                    "device_name",
                    models.getOrDefault(series.device(), ""),
                    "scope",
                    series.scope());
        }
    }

    static Unit unit(Counter counter) {
        return switch (counter.unit()) {
            case SHARE -> Unit.RATIO;
            case BYTES -> Unit.BYTES;
            case BYTES_PER_SECOND -> Unit.BYTES_PER_SECOND;
            case WATTS -> Unit.WATTS;
            case JOULES -> Unit.JOULES;
            case CELSIUS -> Unit.CELSIUS;
            case HERTZ -> Unit.HERTZ;
            case SECONDS -> Unit.SECONDS;
            case COUNT, BITS -> Unit.COUNT;
        };
    }

    private static double seconds(Duration duration) {
        return FigureList.seconds(duration);
    }

    private static OptionalDouble over(double part, double whole) {
        return whole > 0 ? OptionalDouble.of(part / whole) : OptionalDouble.empty();
    }
}
