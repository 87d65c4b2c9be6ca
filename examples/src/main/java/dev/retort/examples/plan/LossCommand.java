package dev.retort.examples.plan;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;

import dev.retort.examples.TextTable;
import dev.retort.planning.fit.KaplanLaw;
import dev.retort.planning.fit.PublishedLaw;
import dev.retort.planning.fit.RepeatedDataLaw;

import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

import java.io.IOException;
import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import java.util.function.ToDoubleFunction;

/** {@code retort plan loss}: what published laws say of a run. */
@Command(
        name = "loss",
        sortOptions = false,
        description = "The loss that published laws expect of runs, in nats a token.",
        footer = {
            "",
            "A run is N:D, parameters and tokens, or N:D:U where only U of the tokens",
            "differ, of which muennighoff_2023 alone knows. Each law holds for its",
            "authors' data and tokens: losses of different laws cannot be compared.",
            "kaplan_2020 counts parameters without the embeddings.",
            "",
            "Example:  ./retort plan loss 70B:1.4T 7B:2T:500B"
        })
final class LossCommand implements Callable<Integer> {
    /** The published laws. */
    @SuppressWarnings("ImmutableEnumChecker") // Functions of constants.
    enum Law {
        HOFFMANN_2022(of(PublishedLaw.HOFFMANN_2022)),
        BESIROGLU_2024(of(PublishedLaw.BESIROGLU_2024)),
        MUENNIGHOFF_2023(
                run ->
                        RepeatedDataLaw.PUBLISHED.loss(
                                run.parameters(), run.tokens(), run.uniqueTokens())),
        KAPLAN_2020(run -> KaplanLaw.PUBLISHED.loss(run.parameters(), run.tokens()));

        private final ToDoubleFunction<Target> loss;

        Law(ToDoubleFunction<Target> loss) {
            this.loss = loss;
        }

        private static ToDoubleFunction<Target> of(PublishedLaw law) {
            return run -> law.law().loss(run.parameters(), run.tokens());
        }

        /** Nothing where the run repeats data and the law does not know of that. */
        private double of(Target run) {
            boolean unsaid = run.uniqueTokens() < run.tokens() && this != MUENNIGHOFF_2023;
            return unsaid ? Double.NaN : loss.applyAsDouble(run);
        }

        private String label() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    @Spec private CommandSpec spec;

    @Parameters(paramLabel = "N:D[:U]", arity = "1..*", description = "The runs.")
    private List<String> runs;

    @Option(
            names = "--published",
            paramLabel = "LAW",
            split = ",",
            description =
                    "One of hoffmann_2022, besiroglu_2024, muennighoff_2023, kaplan_2020; several"
                            + " with commas; default all.")
    private List<Law> laws = List.of(Law.values());

    @Option(names = "--json", description = "Print JSON instead of text.")
    private boolean json;

    @Override
    public Integer call() throws IOException {
        List<Target> targets = Target.repeated("N:D[:U]", runs);
        PrintWriter out = spec.commandLine().getOut();
        if (json) {
            Output.print(out, document(targets));
        } else {
            print(targets, out);
        }
        out.flush();
        return 0;
    }

    private ObjectNode document(List<Target> targets) {
        ObjectNode root = Output.object();
        root.put("lossUnit", "nats");
        ArrayNode nodes = root.putArray("runs");
        for (Target target : targets) {
            ObjectNode node = nodes.addObject();
            node.put("parameters", target.parameters());
            node.put("tokens", target.tokens());
            node.put("uniqueTokens", target.uniqueTokens());
            ObjectNode losses = node.putObject("losses");
            laws.forEach(law -> Output.put(losses, law.label(), law.of(target)));
        }
        return root;
    }

    private void print(List<Target> targets, PrintWriter out) {
        List<String> heads = new ArrayList<>(List.of(""));
        laws.forEach(law -> heads.add(law.label()));
        TextTable table = new TextTable(heads);
        for (Target target : targets) {
            List<String> cells = new ArrayList<>(List.of(target.label()));
            laws.forEach(law -> cells.add(Output.number(law.of(target))));
            table.row(cells);
        }
        table.print(out);
    }
}
