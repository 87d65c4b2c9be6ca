package dev.retort.examples.lab;

import dev.retort.experiment.Decision;
import dev.retort.experiment.Run;
import dev.retort.experiment.lab.AutomaticAct;

import org.jspecify.annotations.Nullable;

import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParentCommand;
import picocli.CommandLine.Spec;

import java.io.IOException;
import java.io.PrintWriter;
import java.time.temporal.ChronoUnit;
import java.util.Arrays;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;

/** {@code retort lab automation}: what was done without a person. */
@Command(
        name = "automation",
        sortOptions = false,
        description = {
            "Show what was done without a person, and what was only advised, each with its reason"
                    + " and its rule, the oldest first.",
            "What may be done is said with \"lab run --automation\" and \"--limit\". What was given"
                    + " up, pruned or stopped is taken back by \"lab retry RUN\"; what made room"
                    + " goes on by itself."
        })
final class AutomationCommand implements Callable<Integer> {
    @Spec private CommandSpec spec;
    @ParentCommand private LabCommand parent;

    @Option(
            names = "--experiment",
            paramLabel = "NAME",
            description = "Only to runs of this experiment.")
    private @Nullable String experiment;

    @Option(
            names = "--kind",
            paramLabel = "KIND",
            completionCandidates = Kinds.class,
            description = "Only of this kind: ${COMPLETION-CANDIDATES}.")
    private Decision.@Nullable Kind kind;

    @Option(names = "--json", description = "Print JSON instead of text.")
    private boolean json;

    /** All that is shown; that runs had their turn is not. */
    static final class Kinds implements Iterable<String> {
        @Override
        public Iterator<String> iterator() {
            return Arrays.stream(Decision.Kind.values())
                    .filter(kind -> kind != Decision.Kind.ADMIT)
                    .map(Enum::name)
                    .iterator();
        }
    }

    @Override
    public Integer call() throws IOException {
        if (kind == Decision.Kind.ADMIT) {
            throw new IOException(
                    "--kind is ADMIT: expected one of " + String.join(", ", new Kinds()));
        }
        List<AutomaticAct> acts =
                parent.open(
                        (lab, events) -> {
                            String name = experiment;
                            if (name != null) {
                                Named.experiment(lab, name);
                            }
                            return AutomaticAct.of(events).stream().filter(this::isMeant).toList();
                        });
        if (json) {
            parent.print(acts.stream().map(AutomationCommand::shown).toList());
            return 0;
        }
        PrintWriter out = spec.commandLine().getOut();
        if (acts.isEmpty()) {
            out.println("Nothing was done without a person, and nothing advised.");
        } else {
            acts.forEach(act -> out.println(line(act)));
        }
        out.flush();
        return 0;
    }

    private boolean isMeant(AutomaticAct act) {
        Decision decision = act.decision();
        return (experiment == null || experiment.equals(Run.experimentOf(decision.run())))
                && (kind == null || kind == decision.kind());
    }

    private static String line(AutomaticAct act) {
        Decision decision = act.decision();
        return act.at().truncatedTo(ChronoUnit.SECONDS)
                + "  "
                + decision.run()
                + "  "
                + Texts.words(decision.kind())
                + (act.done() ? "" : ", only advised")
                + " ("
                + decision.policy()
                + "): "
                + decision.reason();
    }

    private static Map<String, Object> shown(AutomaticAct act) {
        Map<String, Object> shown = new LinkedHashMap<>();
        shown.put("at", act.at().toString());
        shown.put("kind", act.decision().kind());
        shown.put("done", act.done());
        shown.put("run", act.decision().run());
        shown.put("rule", act.decision().policy());
        shown.put("reason", act.decision().reason());
        shown.put("inputs", act.decision().inputs());
        return shown;
    }
}
