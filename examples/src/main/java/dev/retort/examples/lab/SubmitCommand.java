package dev.retort.examples.lab;

import dev.retort.examples.InputFile;
import dev.retort.experiment.Arm;
import dev.retort.experiment.Experiment;
import dev.retort.experiment.SearchPlan;
import dev.retort.experiment.lab.Lab;
import dev.retort.experiment.lab.RunFilter;
import dev.retort.experiment.lab.Submission;
import dev.retort.experiment.store.Receipt;
import dev.retort.experiment.task.Task;

import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.ParentCommand;

import java.io.IOException;
import java.nio.charset.CharacterCodingException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.Callable;
import java.util.stream.Stream;

/** {@code retort lab submit}. */
@Command(
        name = "submit",
        description = {
            "Register the hypothesis of a file and queue the runs of its experiment or search.",
            "The same file again changes nothing."
        },
        footer = {
            "",
            "A file, where the hypothesis may be missing:",
            "{\"hypothesis\": {\"id\": \"warm\", \"team\": \"vision\",",
            "  \"statement\": \"Temperature 4 beats 1.\", \"metric\": \"accuracy\",",
            "  \"direction\": \"HIGHER_IS_BETTER\", \"smallestEffect\": 0.005,",
            "  \"alpha\": 0.05, \"budget\": {\"deviceHours\": 10},",
            "  \"treatment\": \"t4\", \"control\": \"t1\",",
            "  \"stop\": {\"rule\": \"SIGN_FLIPS\", \"mostSeeds\": 14}},",
            " \"experiment\": {\"id\": \"warm-1\", \"team\": \"vision\",",
            "  \"seeds\": [1, 2, 3], \"resources\": {\"cores\": 1, \"devices\": 0},",
            "  \"arms\": [{\"name\": \"t4\", \"task\": \"com.example.Distill\",",
            "    \"config\": {\"temperature\": 4.0}, \"code\": \"4f2a\", \"data\": \"d1\"},",
            "   {\"name\": \"t1\", \"task\": \"com.example.Distill\",",
            "    \"config\": {\"temperature\": 1.0}, \"code\": \"4f2a\", \"data\": \"d1\"}]}}",
            "A task is a class on the class path that implements dev.retort.experiment.task.Task;",
            "RETORT_CLASS_PATH names the jars and folders of your own, as java -cp takes them.",
            "Runs with the resources {\"devices\": 1, \"shares\": true, \"peakBytes\": 4e9} may",
            "use a device together, as long as that gets more done.",
            "Treatment, control and stop rule are registered with the hypothesis, and cannot",
            "be chosen later; with two arms they may be missing. Several are a",
            "family: \"family\": {\"id\": F, \"correction\": \"HOLM\", \"alpha\": 0.05},",
            "\"hypotheses\": [...], each with its treatment and control, and without alpha.",
            "With \"seeds\": [], \"lab decide\" begins with the fewest that may decide it.",
            "Without \"code\", it is the hash of the jar or the classes of the task.",
            "Runs that were done before are not done again, unless with \"reuse\": false;",
            "\"rerunShare\": 0.1 does a tenth of them all the same, to compare. An arm with",
            "\"fork\": {\"arm\": A, \"step\": N} goes on from what arm A saved at step N.",
            "",
            "A search instead of arms, where stop may be missing (by: GRID with points, RANDOM,",
            "SOBOL, TPE or SET with configs, of which only what is missing is run; rule: ASHA,",
            "ASHA_PROMOTION, HYPERBAND or MEDIAN):",
            "{\"experiment\": {\"id\": \"rates\", \"team\": \"vision\", \"search\": {",
            "  \"metric\": \"loss\", \"direction\": \"LOWER_IS_BETTER\",",
            "  \"by\": \"TPE\", \"trials\": 50, \"parallel\": 4,",
            "  \"space\": [{\"name\": \"rate\", \"low\": 1e-4, \"high\": 1.0,",
            "    \"scale\": \"LOG\"}, {\"name\": \"kind\", \"choices\": [\"sgd\", \"adam\"]},",
            "    {\"name\": \"batch\", \"choices\": [16, 32, 64]}],",
            "  \"stop\": {\"rule\": \"ASHA\", \"least\": 1, \"most\": 81, \"factor\": 3},",
            "  \"trial\": {\"task\": \"com.example.Distill\",",
            "    \"config\": {\"epochs\": 81}, \"code\": \"4f2a\", \"data\": \"digits-1\"}}}}",
            "Its task says TaskContext.report(epochs, value), and stops when shouldStop() says so."
        })
final class SubmitCommand implements Callable<Integer> {
    @ParentCommand private LabCommand parent;

    @Parameters(paramLabel = "FILE", converter = InputFile.class, description = "JSON, as below.")
    private Path file;

    @Option(
            names = "--unchecked",
            description = "Do not ask whether the tasks are on the class path here.")
    private boolean unchecked;

    @Override
    public Integer call() throws IOException {
        Submission submission = submission(file);
        if (!unchecked) {
            requireTasks(submission);
        }
        parent.print(LabCommand.open(parent.store(), true, (lab, _) -> submitted(lab, submission)));
        return 0;
    }

    private static Map<String, Object> submitted(Lab lab, Submission submission) {
        Experiment experiment = submission.experiment();
        Receipt receipt = lab.submit(submission);
        Map<String, Object> said = new LinkedHashMap<>();
        said.put("experiment", experiment.id());
        said.put("runs", lab.runs(RunFilter.ofExperiment(experiment.id())).size());
        SearchPlan search = experiment.search();
        if (search != null) {
            said.put("trials", search.trials());
        }
        said.put("submittedBefore", receipt.replayed());
        return said;
    }

    private static void requireTasks(Submission submission) throws IOException {
        SearchPlan search = submission.experiment().search();
        List<Arm> arms = search == null ? submission.experiment().arms() : List.of(search.base());
        for (Arm arm : arms) {
            try {
                Task.named(arm.task());
            } catch (IllegalArgumentException e) {
                throw new IOException(
                        "arm "
                                + arm.name()
                                + ": "
                                + sentence(e)
                                + ", or --unchecked where it runs elsewhere",
                        e);
            }
        }
    }

    private static Submission submission(Path file) throws IOException {
        if (Files.isDirectory(file)) {
            throw new IOException(file + ": expected a file, found a folder");
        }
        try {
            return Submission.parse(Files.readString(file));
        } catch (IllegalArgumentException e) {
            throw new IOException(file + ": " + sentence(e), e);
        } catch (CharacterCodingException e) {
            throw new IOException(file + ": expected text in UTF-8, found other bytes", e);
        }
    }

    /** Where a class that is missing would have to be. */
    private static String sentence(IllegalArgumentException error) {
        boolean isMissing =
                Stream.iterate((Throwable) error, Objects::nonNull, Throwable::getCause)
                        .anyMatch(ClassNotFoundException.class::isInstance);
        return error.getMessage() + (isMissing ? ownClassPath() : "");
    }

    /** What users add to the class path, as the launcher takes it. */
    private static String ownClassPath() {
        String own = System.getenv("RETORT_CLASS_PATH");
        return " (RETORT_CLASS_PATH, which adds to it, is "
                + (own == null || own.isEmpty() ? "not set" : own)
                + ")";
    }
}
