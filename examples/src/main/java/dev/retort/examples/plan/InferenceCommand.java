package dev.retort.examples.plan;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;

import dev.retort.efficiency.report.Numbers;
import dev.retort.examples.TextTable;
import dev.retort.planning.inference.Phase;
import dev.retort.planning.inference.ServingCost;
import dev.retort.planning.report.Figures;
import dev.retort.planning.report.PlanPage;
import dev.retort.planning.report.PlanPage.Section;
import dev.retort.planning.report.Plot;
import dev.retort.planning.report.Plot.Kind;
import dev.retort.planning.report.Plot.Point;
import dev.retort.planning.report.Plot.Series;

import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

import java.io.IOException;
import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.OptionalDouble;
import java.util.concurrent.Callable;
import java.util.function.ToDoubleFunction;
import java.util.stream.Stream;

/** {@code retort plan inference}: what serving costs over batches. */
@Command(
        name = "inference",
        sortOptions = false,
        description = {
            "What serving a transformer costs against both roofs of a device, over batches: time to"
                    + " the first token, time a token, tokens a second, memory, energy, money."
        },
        footer = {
            "",
            "Example:",
            "  ./retort plan inference --parameters 70B --layers 80 --heads 64 --kv-heads 8",
            "      --peak 989T --bandwidth 3.35T --memory 80G --devices 4 --prompt 2000"
        })
final class InferenceCommand implements Callable<Integer> {
    private static final List<String> HEADS =
            List.of(
                    "batch",
                    "fits",
                    "prefill",
                    "ms/token",
                    "bound by",
                    "decode tok/s",
                    "request tok/s",
                    "memory");

    @Spec private CommandSpec spec;

    @Mixin private final ModelOptions model = new ModelOptions();

    @Mixin private final DeviceCost price = new DeviceCost();

    @Option(
            names = "--prompt",
            paramLabel = "T",
            defaultValue = "1024",
            description = "Tokens of a prompt; default ${DEFAULT-VALUE}.")
    private long prompt;

    @Option(
            names = "--output",
            paramLabel = "T",
            defaultValue = "256",
            description = "Tokens of an answer; default ${DEFAULT-VALUE}.")
    private long written;

    @Option(
            names = "--batch",
            paramLabel = "B",
            split = ",",
            defaultValue = "1,2,4,8,16,32,64,128,256",
            description = "Batches; default ${DEFAULT-VALUE}.")
    private List<Long> batches;

    @Mixin private final Output output = new Output();

    @Override
    public Integer call() throws IOException {
        output.requireWritable();
        Given given = Given.of(spec);
        price.check(given);
        ServingCost cost = model.cost(given);
        List<Row> rows = batches.stream().map(batch -> row(cost, batch)).toList();
        output.write(
                spec.commandLine().getOut(),
                () -> json(cost, rows),
                out -> print(out, cost, rows),
                () -> page(cost, rows));
        return 0;
    }

    /** The decode rate is at the full context, prefill left out; the request rate holds both. */
    private record Row(
            long batch,
            boolean fits,
            Phase prefill,
            Phase decode,
            double requestSeconds,
            double decodeRate,
            double requestRate,
            double bytes,
            OptionalDouble joulesPerToken,
            OptionalDouble pricePerMillion) {}

    private Row row(ServingCost cost, long batch) {
        long context = prompt + written;
        double seconds = cost.secondsOfRequest(batch, prompt, written);
        double perToken = seconds / ((double) batch * written);
        return new Row(
                batch,
                cost.fits(batch, context),
                cost.prefill(batch, prompt),
                cost.decode(batch, context),
                seconds,
                cost.tokensPerSecond(batch, context),
                1 / perToken,
                cost.model().weightBytes() + cost.model().cacheBytes(batch, context),
                times(price.watts(model.devices()), perToken),
                times(price.pricePerSecond(model.devices()), perToken * 1e6));
    }

    private static OptionalDouble times(OptionalDouble value, double factor) {
        return value.isPresent() ? OptionalDouble.of(value.getAsDouble() * factor) : value;
    }

    private ObjectNode json(ServingCost cost, List<Row> rows) {
        ObjectNode root = Output.object();
        root.put("model", model.label());
        root.set("assumptions", model.assumed());
        root.put("prompt", prompt);
        root.put("output", written);
        Output.put(root, "weightBytes", cost.model().weightBytes());
        Output.put(root, "cacheBytesPerToken", cost.model().cacheBytesPerToken());
        Output.put(root, "ridgeFlopsPerByte", cost.roofs().ridge());
        cost.largestBatch(prompt + written)
                .ifPresentOrElse(
                        batch -> root.put("largestBatch", batch),
                        () -> root.putNull("largestBatch"));
        cost.batchOfRidge(prompt + written)
                .ifPresentOrElse(
                        batch -> Output.put(root, "batchOfRidge", batch),
                        () -> root.putNull("batchOfRidge"));
        ArrayNode list = root.putArray("batches");
        for (Row row : rows) {
            ObjectNode node = list.addObject();
            node.put("batch", row.batch());
            node.put("fits", row.fits());
            phase(node.putObject("prefill"), row.prefill());
            ObjectNode step = node.putObject("decodeStep");
            step.put("context", prompt + written);
            phase(step, row.decode());
            Output.put(node, "requestSeconds", row.requestSeconds());
            Output.put(node, "decodeTokensPerSecond", row.decodeRate());
            Output.put(node, "requestTokensPerSecond", row.requestRate());
            Output.put(node, "bytes", row.bytes());
            Output.put(node, "joulesPerOutputToken", row.joulesPerToken());
            Output.put(node, "pricePerMillionOutputTokens", row.pricePerMillion());
        }
        return root;
    }

    static void phase(ObjectNode node, Phase phase) {
        Output.put(node, "seconds", phase.seconds());
        node.put("bound", phase.bound().name().toLowerCase(Locale.ROOT));
        Output.put(node, "flops", phase.flops());
        Output.put(node, "bytes", phase.bytes());
    }

    private List<List<String>> table(List<Row> rows) {
        return rows.stream()
                .map(
                        row ->
                                List.of(
                                        Long.toString(row.batch()),
                                        row.fits() ? "yes" : "no",
                                        Numbers.time(row.prefill().seconds()),
                                        Figures.number(1e3 * row.decode().seconds(), 3),
                                        row.decode().bound().name().toLowerCase(Locale.ROOT),
                                        Output.number(row.decodeRate()),
                                        Output.number(row.requestRate()),
                                        Numbers.bytes(Math.round(row.bytes()))))
                .toList();
    }

    private String line(ServingCost cost) {
        String most =
                cost.largestBatch(prompt + written).isPresent()
                        ? "at most %d sequences of %d tokens fit"
                                .formatted(
                                        cost.largestBatch(prompt + written).getAsLong(),
                                        prompt + written)
                        : "the weights alone do not fit";
        return "weights %s, cache %s a token; %s"
                .formatted(
                        Numbers.bytes(Math.round(cost.model().weightBytes())),
                        Numbers.bytes(Math.round(cost.model().cacheBytesPerToken())),
                        most);
    }

    private void print(PrintWriter out, ServingCost cost, List<Row> rows) {
        Output.paragraph(out, model.label());
        Output.paragraph(out, model.assumptions());
        Output.paragraph(out, line(cost) + ".");
        out.println();
        TextTable table = new TextTable(HEADS);
        table(rows).forEach(table::row);
        table.print(out);
        if (isPriced()) {
            out.println();
            TextTable costs = new TextTable(costHeads());
            costTable(rows).forEach(costs::row);
            costs.print(out);
        }
        out.println();
        Output.paragraph(out, limits());
    }

    private boolean isPriced() {
        return price.isGiven();
    }

    private List<String> costHeads() {
        return List.of("batch", "J/token", price.currency() + "/million tokens");
    }

    private static List<List<String>> costTable(List<Row> rows) {
        return rows.stream()
                .map(
                        row ->
                                List.of(
                                        Long.toString(row.batch()),
                                        Output.number(row.joulesPerToken()),
                                        Output.number(row.pricePerMillion())))
                .toList();
    }

    private String limits() {
        return "ms/token and decode tok/s are at the full context of %d tokens, prefill left out; request tok/s are the tokens that whole requests write a second, prefill included."
                        .formatted(prompt + written)
                + " Bounds of the roofline: activations, sampling and communication are left out."
                + (isPriced() ? " Energy and money are of whole requests, a token written." : "");
    }

    private PlanPage page(ServingCost cost, List<Row> rows) {
        List<Section> sections = new ArrayList<>();
        sections.add(
                new Section(
                        "Batches",
                        "Decode at the full context.",
                        HEADS,
                        table(rows),
                        List.of(
                                plot(rows, "decode tokens a second", 0, Row::decodeRate),
                                plot(rows, "ms a token", 2, row -> 1e3 * row.decode().seconds()))));
        if (isPriced()) {
            sections.add(
                    new Section(
                            "Energy and money",
                            "Of whole requests, a token written.",
                            costHeads(),
                            costTable(rows),
                            List.of()));
        }
        return new PlanPage(
                "Serving cost",
                model.label(),
                line(cost),
                "Prompts of %d tokens, answers of %d. %s %s"
                        .formatted(prompt, written, model.assumptions(), limits()),
                List.of(),
                sections);
    }

    private static Plot plot(List<Row> rows, String what, int colour, ToDoubleFunction<Row> value) {
        List<Point> points = points(rows.stream(), value);
        return ServingPlots.of(
                "batch",
                what,
                List.of(new Series("", colour, Kind.LINE, points)),
                points(rows.stream().filter(row -> !row.fits()), value));
    }

    private static List<Point> points(Stream<Row> rows, ToDoubleFunction<Row> value) {
        return rows.map(row -> Point.of((double) row.batch(), value.applyAsDouble(row))).toList();
    }
}
