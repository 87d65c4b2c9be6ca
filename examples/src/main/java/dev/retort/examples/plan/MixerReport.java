package dev.retort.examples.plan;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;

import dev.retort.examples.TextTable;
import dev.retort.planning.Interval;
import dev.retort.planning.inference.Bandwidth;
import dev.retort.planning.inference.Crossover;
import dev.retort.planning.inference.Crossover.Measured;
import dev.retort.planning.inference.MeasuredRates;
import dev.retort.planning.inference.MixerCost;
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

/** Attention against a state space as JSON, text and page. */
record MixerReport(MixerRace race, int longest) {
    private static final double LEVEL = 0.95;

    /** How far beyond the measured lengths the model looks for its crossover. */
    private static final int FURTHER = 16;

    private static final List<String> HEADS =
            List.of("length", "attention", "model", "SSM", "model");

    /** One of the two phases: its times and what the model says of it. */
    private record Phase(String name, List<Measured> times, MixerRace race, boolean prefill) {
        double attention(long length) {
            return seconds(race.attention(), length);
        }

        double stateSpace(long length) {
            return seconds(race.stateSpace(), length);
        }

        private double seconds(MixerCost cost, long length) {
            return prefill
                    ? cost.prefillSeconds(length, race.rates())
                    : cost.decodeSeconds(length, race.rates());
        }

        Optional<Interval> measured() {
            return Crossover.of(times, LEVEL);
        }

        /** The median time of attention between two lengths, as both grow by powers. */
        double steepAt(double length) {
            Measured above =
                    times.stream()
                            .filter(each -> each.length() >= length)
                            .findFirst()
                            .orElse(times.getLast());
            Measured below = times.get(Math.max(0, times.indexOf(above) - 1));
            double part =
                    above.length() == below.length()
                            ? 0
                            : Math.log(length / below.length())
                                    / Math.log((double) above.length() / below.length());
            return below.steepMedian() * Math.pow(above.steepMedian() / below.steepMedian(), part);
        }

        OptionalDouble predicted(long longest) {
            return Crossover.of(this::attention, this::stateSpace, 1, longest);
        }
    }

    private Phase prefill() {
        return new Phase("Reading a sequence", race.prefill(), race, true);
    }

    private Phase decode() {
        return new Phase("With one more position", race.decode(), race, false);
    }

    private String sentence(Phase phase) {
        OptionalDouble predicted = phase.predicted((long) FURTHER * longest);
        String model =
                predicted.isPresent()
                        ? String.format(Locale.ROOT, "from %.0f on", predicted.getAsDouble())
                        : "at none that was looked at";
        Optional<Interval> found = phase.measured();
        if (found.isEmpty()) {
            Measured last = phase.times().getLast();
            return "%s, attention was slower at %s length that was measured; by the model %s"
                    .formatted(
                            phase.name(),
                            last.steepMedian() > last.flatMedian() ? "every" : "no",
                            model);
        }
        Interval measured = found.get();
        String ratio =
                predicted.isPresent()
                        ? String.format(
                                Locale.ROOT,
                                ", %.2f times as long",
                                predicted.getAsDouble() / measured.estimate())
                        : "";
        return String.format(
                Locale.ROOT,
                "%s, attention was slower from %.0f positions on (%.0f to %s); by the model %s%s",
                phase.name(),
                measured.estimate(),
                measured.low(),
                Double.isInfinite(measured.high())
                        ? "no bound"
                        : String.format(Locale.ROOT, "%.0f", measured.high()),
                model,
                ratio);
    }

    ObjectNode json() {
        ObjectNode root = Output.object();
        root.put("device", race.device());
        root.put("threads", race.setup().threads());
        root.put("width", race.setup().width());
        root.put("heads", race.setup().heads());
        root.put("stateSize", race.setup().stateSize());
        root.put("positionsAtOnce", race.stateSpace().positionsAtOnce());
        root.put("repetitions", race.setup().repetitions());
        MeasuredRates rates = race.rates();
        ObjectNode measured = root.putObject("rates");
        measured.put("flopsPerSecond", rates.flopsPerSecond());
        bandwidth(measured.putArray("elementwise"), rates.elementwise());
        bandwidth(measured.putArray("reading"), rates.reading());
        measured.put("exponentialsPerSecond", rates.exponentialsPerSecond());
        measured.put("secondsPerCall", rates.secondsPerCall());
        root.put("attentionStepCalls", race.attention().stepCalls());
        root.put("stateSpaceStepCalls", race.stateSpace().stepCalls());
        phase(root.putObject("prefill"), prefill());
        phase(root.putObject("decode"), decode());
        return root;
    }

    private static void bandwidth(ArrayNode node, Bandwidth bandwidth) {
        for (Bandwidth.Rate rate : bandwidth.rates()) {
            ObjectNode one = node.addObject();
            one.put("bytes", rate.bytes());
            one.put("bytesPerSecond", rate.bytesPerSecond());
        }
    }

    private void phase(ObjectNode node, Phase phase) {
        phase.measured()
                .ifPresentOrElse(
                        found -> node.set("crossover", Output.interval(found)),
                        () -> node.putNull("crossover"));
        Output.put(
                node,
                "predictedCrossover",
                phase.predicted((long) FURTHER * longest).orElse(Double.NaN));
        ArrayNode list = node.putArray("lengths");
        for (Measured each : phase.times()) {
            ObjectNode one = list.addObject();
            one.put("length", each.length());
            one.set("attentionSeconds", times(each.steep()));
            Output.put(one, "attentionModelSeconds", phase.attention(each.length()));
            one.set("stateSpaceSeconds", times(each.flat()));
            Output.put(one, "stateSpaceModelSeconds", phase.stateSpace(each.length()));
        }
    }

    private static ArrayNode times(List<Double> seconds) {
        ArrayNode node = Output.object().putArray("times");
        seconds.forEach(node::add);
        return node;
    }

    private static List<List<String>> rows(Phase phase) {
        return phase.times().stream()
                .map(
                        each ->
                                List.of(
                                        Long.toString(each.length()),
                                        milliseconds(each.steepMedian()),
                                        milliseconds(phase.attention(each.length())),
                                        milliseconds(each.flatMedian()),
                                        milliseconds(phase.stateSpace(each.length()))))
                .toList();
    }

    private static String milliseconds(double seconds) {
        return Output.number(1e3 * seconds);
    }

    private String ratesLine() {
        MeasuredRates rates = race.rates();
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
        return race.attention().label() + " against " + race.stateSpace().label();
    }

    void print(PrintWriter out) {
        Output.paragraph(out, subject());
        Output.paragraph(out, "On " + race.device());
        Output.paragraph(out, ratesLine());
        for (Phase phase : List.of(prefill(), decode())) {
            out.println();
            Output.paragraph(out, phase.name() + ", milliseconds, medians");
            TextTable table = new TextTable(HEADS);
            rows(phase).forEach(table::row);
            table.print(out);
        }
        out.println();
        Output.paragraph(out, sentence(prefill()) + ".");
        Output.paragraph(out, sentence(decode()) + ".");
    }

    PlanPage page() {
        return new PlanPage(
                "Attention and a state space over context lengths",
                subject() + "; " + race.device(),
                sentence(prefill()),
                ratesLine(),
                List.of(),
                List.of(section(prefill()), section(decode())));
    }

    private Section section(Phase phase) {
        OptionalDouble predicted = phase.predicted((long) FURTHER * longest);
        List<Series> series =
                new ArrayList<>(
                        List.of(
                                line("attention, model", 0, phase, phase::attention),
                                line("SSM, model", 2, phase, phase::stateSpace),
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
                                                phase.steepAt(found.estimate()))));
        predicted.ifPresent(
                length ->
                        series.add(
                                mark(
                                        "crossover, model",
                                        3,
                                        length,
                                        phase.attention(Math.round(length)))));
        Plot plot = new Plot(new Axis("positions", true), new Axis("milliseconds", true), series);
        return new Section(
                phase.name(),
                sentence(phase) + ". Dots are medians, bars the range of the repetitions.",
                HEADS,
                rows(phase),
                List.of(plot));
    }

    private static Series mark(String name, int colour, double length, double seconds) {
        return new Series(name, colour, Kind.MARKS, List.of(Point.of(length, 1e3 * seconds)));
    }

    /** Over the lengths that were measured, and on to the crossover where that is further. */
    private Series line(String name, int colour, Phase phase, LongToDoubleFunction model) {
        long last = phase.times().getLast().length();
        long crossover =
                Math.round(phase.predicted((long) FURTHER * longest).orElse((double) last));
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
            String name, int colour, Phase phase, Function<Measured, List<Double>> of) {
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
