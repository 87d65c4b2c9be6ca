package dev.retort.examples.plan;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;

import dev.retort.efficiency.report.Numbers;
import dev.retort.examples.TextTable;
import dev.retort.planning.inference.ServingCost;
import dev.retort.planning.report.Figures;
import dev.retort.planning.report.PlanPage;
import dev.retort.planning.report.PlanPage.Section;
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
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import java.util.stream.IntStream;

/** {@code retort plan context}: what a longer context costs. */
@Command(
        name = "context",
        sortOptions = false,
        description = {
            "What context costs: bytes of the key-value cache, time of prefill and of a token, and"
                    + " what fits, over context lengths."
        },
        footer = {
            "",
            "Example:",
            "  ./retort plan context --parameters 8B --layers 32 --heads 32 --kv-heads 8",
            "      --peak 989T --bandwidth 3.35T --memory 80G --cache int8 --batch 4",
            "On this machine, against a state space:  ./retort plan crossover"
        })
final class ContextCommand implements Callable<Integer> {
    private static final List<String> HEADS =
            List.of("context", "cache", "fits", "prefill", "ms/token", "bound by", "attention");

    private static final String EXPLAINED =
            "Attention is its share of the FLOPs of prefill. Bounds of the roofline: activations,"
                    + " sampling and communication are left out.";

    @Spec private CommandSpec spec;

    @Mixin private final ModelOptions model = new ModelOptions();

    @Option(
            names = "--batch",
            paramLabel = "B",
            defaultValue = "1",
            description = "Sequences at once; default ${DEFAULT-VALUE}.")
    private long batch;

    @Option(
            names = "--context",
            paramLabel = "T",
            split = ",",
            defaultValue = "1024,4096,16384,65536,131072,262144,1048576",
            description = "Context lengths in tokens; default ${DEFAULT-VALUE}.")
    private List<Long> contexts;

    @Mixin private final Output output = new Output();

    @Override
    public Integer call() throws IOException {
        output.requireWritable();
        ServingCost cost = model.cost(Given.of(spec));
        contexts.forEach(context -> cost.fits(batch, context));
        output.write(
                spec.commandLine().getOut(),
                () -> json(cost),
                out -> print(out, cost),
                () -> page(cost));
        return 0;
    }

    /** The share of attention in the FLOPs of reading a prompt. */
    private static double attentionShare(ServingCost cost, long context) {
        double all = cost.model().flopsOfPrompt(context);
        return 1 - 2 * cost.model().activeParameters() * context / all;
    }

    private ObjectNode json(ServingCost cost) {
        ObjectNode root = Output.object();
        root.put("model", model.label());
        root.set("assumptions", model.assumed());
        root.put("batch", batch);
        Output.put(root, "weightBytes", cost.model().weightBytes());
        Output.put(root, "cacheBytesPerToken", cost.model().cacheBytesPerToken());
        Output.put(root, "contextOfEqualBytes", cost.contextOfEqualBytes(batch));
        cost.longestContext(batch)
                .ifPresentOrElse(
                        longest -> root.put("longestContext", longest),
                        () -> root.putNull("longestContext"));
        ArrayNode list = root.putArray("contexts");
        for (long context : contexts) {
            ObjectNode node = list.addObject();
            node.put("context", context);
            Output.put(node, "cacheBytes", cost.model().cacheBytes(batch, context));
            node.put("fits", cost.fits(batch, context));
            InferenceCommand.phase(node.putObject("prefill"), cost.prefill(batch, context));
            InferenceCommand.phase(node.putObject("decodeStep"), cost.decode(batch, context));
            Output.put(node, "attentionShare", attentionShare(cost, context));
        }
        return root;
    }

    private List<List<String>> rows(ServingCost cost) {
        return contexts.stream()
                .map(
                        context ->
                                List.of(
                                        Long.toString(context),
                                        Numbers.bytes(
                                                Math.round(
                                                        cost.model().cacheBytes(batch, context))),
                                        cost.fits(batch, context) ? "yes" : "no",
                                        Numbers.time(cost.prefill(batch, context).seconds()),
                                        Figures.number(
                                                1e3 * cost.decode(batch, context).seconds(), 3),
                                        cost.decode(batch, context)
                                                .bound()
                                                .name()
                                                .toLowerCase(Locale.ROOT),
                                        Numbers.percent(attentionShare(cost, context), 1)))
                .toList();
    }

    private String line(ServingCost cost) {
        String longest =
                cost.longestContext(batch).isPresent()
                        ? "contexts up to %s tokens fit"
                                .formatted(Numbers.count(cost.longestContext(batch).getAsLong()))
                        : "the weights alone do not fit";
        return "cache %s a token and sequence; %s; cache and weights are equal at %s tokens"
                .formatted(
                        Numbers.bytes(Math.round(cost.model().cacheBytesPerToken())),
                        longest,
                        Numbers.count(Math.round(cost.contextOfEqualBytes(batch))));
    }

    private void print(PrintWriter out, ServingCost cost) {
        Output.paragraph(out, model.label() + ", batch " + batch);
        Output.paragraph(out, model.assumptions());
        Output.paragraph(out, line(cost) + ".");
        out.println();
        TextTable table = new TextTable(HEADS);
        rows(cost).forEach(table::row);
        table.print(out);
        out.println();
        Output.paragraph(out, EXPLAINED);
    }

    private PlanPage page(ServingCost cost) {
        List<Point> cache =
                contexts.stream()
                        .map(c -> Point.of(c, cost.model().cacheBytes(batch, c) / 1e9))
                        .toList();
        List<Point> weights =
                contexts.stream().map(c -> Point.of(c, cost.model().weightBytes() / 1e9)).toList();
        List<Point> token =
                contexts.stream()
                        .map(c -> Point.of(c, 1e3 * cost.decode(batch, c).seconds()))
                        .toList();
        return new PlanPage(
                "Cost of context",
                model.label() + ", batch " + batch,
                line(cost),
                model.assumptions(),
                List.of(),
                List.of(
                        new Section(
                                "Context lengths",
                                EXPLAINED,
                                HEADS,
                                rows(cost),
                                List.of(
                                        ServingPlots.of(
                                                "context, tokens",
                                                "GB",
                                                List.of(
                                                        new Series("cache", 0, Kind.LINE, cache),
                                                        new Series(
                                                                "weights", 1, Kind.LINE, weights)),
                                                misfits(cost, cache)),
                                        ServingPlots.of(
                                                "context, tokens",
                                                "ms a token",
                                                List.of(new Series("", 2, Kind.LINE, token)),
                                                misfits(cost, token))))));
    }

    /** The points, one a context, of those that do not fit. */
    private List<Point> misfits(ServingCost cost, List<Point> points) {
        return IntStream.range(0, points.size())
                .filter(i -> !cost.fits(batch, contexts.get(i)))
                .mapToObj(points::get)
                .toList();
    }
}
