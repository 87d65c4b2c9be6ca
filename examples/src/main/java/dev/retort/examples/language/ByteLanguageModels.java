package dev.retort.examples.language;

import dev.retort.distill.data.ByteCorpus;
import dev.retort.distill.data.JdkSources;
import dev.retort.planning.PlanningException;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;

/**
 * Trains a family of language models on the JDK's own sources, fits a law to it, predicts a larger
 * run, makes that one too over three seeds, and says whether they lie in the predicted interval.
 * The runs of the larger model are kept in a file beside the others', {@code
 * attention-held-out.csv} beside {@code attention.csv}, so that a fit of the file is one without
 * them. It goes on where it was ended.
 *
 * <p>Run so: {@code java --enable-native-access=ALL-UNNAMED -Ddev.retort.torch.threads=1 -cp
 * "examples/target/*:examples/target/lib/*" dev.retort.examples.language.ByteLanguageModels
 * attention runs/attention.csv}; or with {@code state_space}.
 */
public final class ByteLanguageModels {
    private ByteLanguageModels() {}

    /**
     * Runs the example.
     *
     * @param arguments {@code attention} or {@code state_space}, and the file of results
     * @throws IOException if the file cannot be read or written
     */
    public static void main(String[] arguments) throws IOException {
        if (arguments.length != 2) {
            throw new IllegalArgumentException(
                    "expected attention or state_space and a file of results, found %d arguments"
                            .formatted(arguments.length));
        }
        System.setProperty("OPT_OUT_TRACKING", "true");
        LanguageFamily family =
                switch (arguments[0]) {
                    case "attention" -> LanguageFamily.attention();
                    case "state_space" -> LanguageFamily.stateSpace();
                    default ->
                            throw new PlanningException(
                                    "expected attention or state_space, found " + arguments[0]);
                };
        ByteCorpus corpus = JdkSources.load();
        String made = corpus.name() + "; " + LanguageTraining.settings(family);
        Path file = Path.of(arguments[1]);
        LanguageResults results = LanguageResults.open(file, made);
        LanguageResults larger = LanguageResults.open(heldOut(file), made);
        LanguageTraining training = new LanguageTraining(corpus);
        make(family.runs(), training, results);
        PredictedRun prediction = PredictedRun.of(family, results);
        prediction.print(System.out);
        make(family.heldOut(), training, larger);
        prediction.judge(family.heldOut(), larger, System.out);
    }

    /** Where the runs of the larger model are kept. */
    static Path heldOut(Path results) {
        String name = results.getFileName().toString();
        int end = name.lastIndexOf('.');
        return results.resolveSibling(
                end < 0
                        ? name + "-held-out"
                        : name.substring(0, end) + "-held-out" + name.substring(end));
    }

    private static void make(
            List<LanguageRun> runs, LanguageTraining training, LanguageResults results)
            throws IOException {
        for (LanguageRun run : runs) {
            if (!results.has(run)) {
                LanguageTraining.Outcome outcome = training.train(run);
                results.add(run, outcome);
                System.out.printf(
                        Locale.ROOT,
                        "%s: %.4f nats a byte, %.0f s%n",
                        run.name(),
                        outcome.loss(),
                        outcome.seconds());
            }
        }
    }
}
