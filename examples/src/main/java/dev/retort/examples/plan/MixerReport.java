package dev.retort.examples.plan;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;

import dev.retort.examples.TextTable;
import dev.retort.planning.Interval;
import dev.retort.planning.inference.Bandwidth;
import dev.retort.planning.inference.Crossover.Measured;
import dev.retort.planning.inference.MeasuredRates;
import dev.retort.planning.report.PlanPage;
import dev.retort.planning.report.PlanPage.Section;
import dev.retort.planning.report.Plot;
import dev.retort.planning.report.Plot.Axis;
import dev.retort.planning.report.Plot.Kind;
import dev.retort.planning.report.Plot.Point;
import dev.retort.planning.report.Plot.Series;

import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.function.Function;
import java.util.function.LongToDoubleFunction;
import java.util.stream.LongStream;
import java.util.stream.Stream;

/** Attention against a state space as JSON, text and page. */
record MixerReport(MixerRace race) {
    /** Repetitions that scatter no more are told nothing of. */
    private static final double STEADY = 1.5;

    private static final List<String> HEADS =
            List.of("length", "attention", "model", "SSM", "model");

    private String sentence(MixerPhase phase) {
        OptionalDouble predicted = phase.predicted(race.setup().longest());
        String model =
                predicted.isPresent()
                        ? String.format(Locale.ROOT, "from %.0f on", predicted.getAsDouble())
                        : "at none that was looked at";
        Optional<Interval> found = phase.measured();
        if (found.isEmpty()) {
            Measured last = phase.times().getLast();
            return "%s, attention was slower at %s of the %d lengths that were measured; by the model %s"
                    .formatted(
                            phase.kind().words(),
                            last.steepMedian() > last.flatMedian() ? "each" : "none",
                            phase.times().size(),
                            model);
        }
        Interval measured = found.get();
        String ratio =
                predicted.isPresent()
                        ? String.format(
                                Locale.ROOT,
                                ", %.2f of what was measured",
                                predicted.getAsDouble() / measured.estimate())
                        : "";
        return String.format(
                Locale.ROOT,
                "%s, attention was slower from %.0f positions on (%.0f to %s); by the model %s%s",
                phase.kind().words(),
                measured.estimate(),
                measured.low(),
                Double.isInfinite(measured.high())
                        ? "no bound"
                        : String.format(Locale.ROOT, "%.0f", measured.high()),
                model,
                ratio);
    }

    /** What makes times doubtful; empty where nothing does. */
    private List<String> warnings() {
        return Stream.of(race.prefill(), race.decode())
                .filter(phase -> phase.scatter() > STEADY)
                .map(
                        phase ->
                                String.format(
                                        Locale.ROOT,
                                        "%s, the upper quartile of the repetitions of a length was"
                                                + " up to %.1f times the lower one: something"
                                                + " disturbed them, such as other work on this"
                                                + " machine.",
                                        phase.kind().words(),
                                        phase.scatter()))
                .toList();
    }

    ObjectNode json() {
        ObjectNode root = Output.object();
        root.put("device", race.device());
        root.put("threads", race.setup().threads());
        root.put("width", race.setup().width());
        root.put("heads", race.setup().heads());
        root.put("stateSize", race.setup().stateSize());
        root.put("positionsAtOnce", race.prefill().stateSpace().positionsAtOnce());
        root.put("repetitions", race.setup().repetitions());
        phase(root.putObject("prefill"), race.prefill());
        phase(root.putObject("decode"), race.decode());
        return root;
    }

    private static void bandwidth(ArrayNode node, Bandwidth bandwidth) {
        for (Bandwidth.Rate rate : bandwidth.rates()) {
            ObjectNode one = node.addObject();
            one.put("bytes", rate.bytes());
            one.put("bytesPerSecond", rate.bytesPerSecond());
        }
    }

    private static void rates(ObjectNode node, MeasuredRates rates) {
        node.put("flopsPerSecond", rates.flopsPerSecond());
        bandwidth(node.putArray("elementwise"), rates.elementwise());
        bandwidth(node.putArray("reading"), rates.reading());
        node.put("exponentialsPerSecond", rates.exponentialsPerSecond());
        node.put("secondsPerCall", rates.secondsPerCall());
    }

    private void phase(ObjectNode node, MixerPhase phase) {
        rates(node.putObject("rates"), phase.rates());
        node.put("attentionStepCalls", phase.attention().stepCalls());
        node.put("stateSpaceStepCalls", phase.stateSpace().stepCalls());
        node.put("stateSpacePartCalls", phase.stateSpace().partCalls());
        node.put("scatter", phase.scatter());
        Measured last = phase.times().getLast();
        node.put("attentionSlowerAtLast", last.steepMedian() > last.flatMedian());
        phase.measured()
                .ifPresentOrElse(
                        found -> node.set("crossover", Output.interval(found)),
                        () -> node.putNull("crossover"));
        Output.put(
                node,
                "predictedCrossover",
                phase.predicted(race.setup().longest()).orElse(Double.NaN));
        ArrayNode list = node.putArray("lengths");
        for (Measured each : phase.times()) {
            ObjectNode one = list.addObject();
            one.put("length", each.length());
            one.set("attentionSeconds", times(each.steep()));
            Output.put(one, "attentionModelSeconds", phase.attentionSeconds(each.length()));
            one.set("stateSpaceSeconds", times(each.flat()));
            Output.put(one, "stateSpaceModelSeconds", phase.stateSpaceSeconds(each.length()));
        }
    }

    private static ArrayNode times(List<Double> seconds) {
        ArrayNode node = Output.object().putArray("times");
        seconds.forEach(node::add);
        return node;
    }

    private static List<List<String>> rows(MixerPhase phase) {
        return phase.times().stream()
                .map(
                        each ->
                                List.of(
                                        Long.toString(each.length()),
                                        milliseconds(each.steepMedian()),
                                        milliseconds(phase.attentionSeconds(each.length())),
                                        milliseconds(each.flatMedian()),
                                        milliseconds(phase.stateSpaceSeconds(each.length()))))
                .toList();
    }

    private static String milliseconds(double seconds) {
        return Output.number(1e3 * seconds);
    }

    private static String ratesLine(MeasuredRates rates) {
        return String.format(
                Locale.ROOT,
                "Rates, each measured by itself: products %.3g GFLOP/s; element by element %s GB/s;"
                        + " reading %s GB/s; %.3g billion exponentials/s; %.3g microseconds a call.",
                rates.flopsPerSecond() / 1e9,
                ends(rates.elementwise()),
                ends(rates.reading()),
                rates.exponentialsPerSecond() / 1e9,
                1e6 * rates.secondsPerCall());
    }

    /** From the smallest size that was measured to the largest. */
    private static String ends(Bandwidth bandwidth) {
        return String.format(
                Locale.ROOT,
                "%.3g (in cache) to %.3g",
                bandwidth.rates().getFirst().bytesPerSecond() / 1e9,
                bandwidth.rates().getLast().bytesPerSecond() / 1e9);
    }

    private String subject() {
        return race.prefill().attention().label()
                + " against "
                + race.prefill().stateSpace().label();
    }

    void print(PrintWriter out) {
        Output.paragraph(out, subject());
        Output.paragraph(out, "On " + race.device());
        for (MixerPhase phase : List.of(race.prefill(), race.decode())) {
            out.println();
            Output.paragraph(out, phase.kind().words() + ", milliseconds, medians");
            TextTable table = new TextTable(HEADS);
            rows(phase).forEach(table::row);
            table.print(out);
            Output.paragraph(out, ratesLine(phase.rates()));
        }
        out.println();
        Output.paragraph(out, sentence(race.prefill()) + ".");
        Output.paragraph(out, sentence(race.decode()) + ".");
        warnings().forEach(warning -> Output.paragraph(out, warning));
    }

    PlanPage page() {
        return new PlanPage(
                "Attention and a state space over context lengths",
                subject() + "; " + race.device(),
                sentence(race.prefill()),
                sentence(race.decode()) + ".",
                warnings(),
                List.of(section(race.prefill()), section(race.decode())));
    }

    private Section section(MixerPhase phase) {
        OptionalDouble predicted = phase.predicted(race.setup().longest());
        List<Series> series =
                new ArrayList<>(
                        List.of(
                                line("attention, model", 0, phase, phase::attentionSeconds),
                                line("SSM, model", 2, phase, phase::stateSpaceSeconds),
                                dots("attention, measured", 0, phase, Measured::steep),
                                dots("SSM, measured", 2, phase, Measured::flat)));
        phase.measured()
                .ifPresent(
                        found ->
                                series.add(
                                        mark(
                                                "crossover, measured",
                                                5,
                                                found.estimate(),
                                                phase.attentionAt(found.estimate()))));
        predicted.ifPresent(
                length ->
                        series.add(
                                mark(
                                        "crossover, model",
                                        3,
                                        length,
                                        phase.attentionSeconds(Math.round(length)))));
        Plot plot = new Plot(new Axis("positions", true), new Axis("milliseconds", true), series);
        return new Section(
                phase.kind().words(),
                sentence(phase)
                        + ". Dots are medians, bars the range of the repetitions. "
                        + ratesLine(phase.rates()),
                HEADS,
                rows(phase),
                List.of(plot));
    }

    private static Series mark(String name, int colour, double length, double seconds) {
        return new Series(name, colour, Kind.MARKS, List.of(Point.of(length, 1e3 * seconds)));
    }

    /** Over the lengths that were measured, and on to the crossover where that is further. */
    private Series line(String name, int colour, MixerPhase phase, LongToDoubleFunction model) {
        long last = phase.times().getLast().length();
        long crossover = Math.round(phase.predicted(race.setup().longest()).orElse((double) last));
        return new Series(
                name,
                colour,
                Kind.LINE,
                LongStream.concat(
                                phase.times().stream().mapToLong(Measured::length),
                                LongStream.of(crossover).filter(length -> length > last))
                        .mapToObj(
                                length ->
                                        Point.of(
                                                (double) length, 1e3 * model.applyAsDouble(length)))
                        .toList());
    }

    private static Series dots(
            String name, int colour, MixerPhase phase, Function<Measured, List<Double>> of) {
        return new Series(
                name,
                colour,
                Kind.DOTS,
                phase.times().stream()
                        .map(
                                each -> {
                                    double[] sorted =
                                            of.apply(each).stream()
                                                    .mapToDouble(x -> 1e3 * x)
                                                    .sorted()
                                                    .toArray();
                                    return new Point(
                                            (double) each.length(),
                                            sorted[sorted.length / 2],
                                            sorted[0],
                                            sorted[sorted.length - 1]);
                                })
                        .toList());
    }
}
