package dev.retort.examples;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import java.io.IOException;
import java.nio.file.Files;
import java.util.List;

/** What the commands of {@code plan} would not use beside other options, they refuse. */
class PlanUnusedOptionsTest extends PlanCommandRuns {
    private static final String BESIROGLU = "optimum --published besiroglu_2024 --budget 1e22 ";
    private static final String SERVED =
            " --parameters 70B --layers 80 --heads 64 --bandwidth 3.35T --memory 80G ";
    private static final String NEXT =
            " --target 7B:2T --tolerance 0.1 --budget 1e20 --sizes 50M,100M --tokens 1B,2B";

    @BeforeEach
    void writeSamples() throws IOException {
        Files.writeString(
                folder.resolve("samples.csv"),
                "problem,correct,tokens\na,1,9\na,0,9\nb,1,9\nb,0,9\n");
        Files.writeString(folder.resolve("counts.csv"), "problem,n,c\na,8,2\nb,8,5\n");
    }

    private String[] words(String arguments) {
        return ("plan " + arguments)
                .replace("SERVED", SERVED.strip())
                .replace("NEXT", NEXT.strip())
                .replace("RUNS", runs.toString())
                .replace("STORE", folder.resolve("store").toString())
                .replace("SAMPLES", folder.resolve("samples.csv").toString())
                .replace("COUNTS", folder.resolve("counts.csv").toString())
                .split(" ", -1);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "--loss-unit nats",
                "--column N=x",
                "--delta 1e-2",
                "--level 2",
                "--replicates 200",
                "--seed 2",
                "--starts coarse",
                "--drop-outliers 1",
                "--keep-outliers",
                "--schedules exclude"
            })
    void aLawThatIsNotFittedTakesNoOptionOfFits(String option) {
        String name = option.split(" ", -1)[0];
        refused(
                "expected no %s with --published, which does not use it".formatted(name),
                words(BESIROGLU + option));
        err.getBuffer().setLength(0);
        refused(
                "expected no %s with --constants, which does not use it".formatted(name),
                words(
                        "optimum --constants A=482,B=2085,E=1.8,alpha=0.35,beta=0.37 --budget 1e22 "
                                + option));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "--aspect 64 | --aspect with --flops six_n_d",
                "--flops with_head --vocabulary 50000 --sequence 9 | --sequence with --flops with_head",
                "--bytes-per-parameter 12 | --bytes-per-parameter without --memory",
                "--precision fp16 | --precision without --device",
                "--peak 1P --mfu 0.4 --precision bf16 | --precision without --device",
                "--peak 1P --mfu 0.4 --currency EUR | --currency without --price"
            })
    void aPlanNamesWhatItDoesNotUse(String options, String unused) {
        refused("expected no " + unused + ", which does not use it", words(BESIROGLU + options));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "fit RUNS --aspect 64 | --aspect with --flops six_n_d",
                "fit RUNS --column unique_tokens=x | --column unique_tokens with --law parametric",
                "fit RUNS --law curve --column N=x | --column N with --law curve",
                "fit RUNS --law repeated --column run=x | --column run with --law repeated",
                "fit RUNS --law kaplan --starts coarse | --starts with --law kaplan",
                "fit RUNS --law isoflop --starts coarse | --starts with --law isoflop",
                "fit RUNS --law isoflop --delta 0.01 | --delta with --law isoflop",
                "fit RUNS --law curve --schedules exclude | --schedules with --law curve",
                "fit RUNS --law repeated --base hoffmann_2022 --starts coarse | --starts with --law repeated and --base",
                "fit --store STORE --law kaplan --flops with_head --vocabulary 9 | --flops with --law kaplan of a store",
                "optimum --runs RUNS --budget 1e20 --column unique_tokens=x | --column unique_tokens for the law of N and D",
                "inference SERVED --peak 1P --mla 512+64 --kv-heads 8 | --kv-heads with --mla",
                "context SERVED --peak 1P --mla 512+64 --kv-heads 8 | --kv-heads with --mla",
                "inference SERVED --peak 1P --precision bf16 | --precision without --device",
                "context SERVED --peak 1P --precision bf16 | --precision without --device",
                "inference SERVED --peak 1P --currency EUR | --currency without --price",
                "testtime SAMPLES --pilot 0 | --pilot without --allocate",
                "testtime COUNTS --allocate 9 --pilot 2 | --pilot for a table of counts",
                "testtime SAMPLES --currency EUR | --currency without --against",
                "testtime SAMPLES --precision bf16 | --precision without --against",
                "testtime SAMPLES --against SAMPLES --cost 1 --against-cost 2 --cost-unit J --precision bf16 | --precision without --device",
                "testtime SAMPLES --against SAMPLES --cost 1 --against-cost 2 --cost-unit J --currency EUR | --currency without --price",
                "next RUNS NEXT --price 3 | --price without --task",
                "next RUNS NEXT --lease 9 | --lease without --task",
                "next RUNS NEXT --config lr=0.1 | --config without --task",
                "next RUNS NEXT --column unique_tokens=x | --column unique_tokens for the law of N and D"
            })
    void aCommandNamesWhatItDoesNotUse(String arguments, String unused) {
        refused("expected no " + unused + ", which does not use it", words(arguments));
    }

    @Test
    void aTaskIsNotGivenWhatThePlanChooses() {
        refused(
                "expected no tokens with --config, which the plan chooses for each run, found 5",
                words("next --store STORE --task x.Y --config lr=0.1,tokens=5 NEXT"));
    }

    /** Contexts have no price: theirs are other options. */
    @Test
    void whatContextCostsHasNoPrice() {
        assertEquals(2, run(words("context SERVED --peak 1P --price 3")));
        assertTrue(err.toString().contains("Unknown options: '--price', '3'"), err.toString());
    }

    /** Correcting takes a fit of the parametric law, which has starts and a policy for outliers. */
    @ParameterizedTest
    @ValueSource(strings = {"--starts coarse", "--keep-outliers", "--drop-outliers 5"})
    void correctedSchedulesAreOfTheParametricLaw(String option) throws IOException {
        List<String> lines = Files.readAllLines(runs);
        StringBuilder scheduled = new StringBuilder(lines.getFirst() + ",schedule_tokens\n");
        for (int i = 1; i < lines.size(); i++) {
            // Every fourth run was stopped at half of its schedule.
            double tokens = Double.parseDouble(lines.get(i).split(",", -1)[1]);
            scheduled.append("%s,%s%n".formatted(lines.get(i), tokens * (i % 4 == 0 ? 2 : 1)));
        }
        Files.writeString(runs, scheduled);
        assertEquals(
                0,
                run(words("fit RUNS --law kaplan --schedules correct --replicates 200 " + option)),
                err.toString());
        assertTrue(out.toString().contains("were corrected"), out.toString());
    }

    /** Each has another fault, which is found later. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "fit RUNS --level 0.999999 --replicates 200",
                "optimum --published besiroglu_2024",
                "inference SERVED --peak 989",
                "context SERVED --peak 989",
                "crossover --heads 3",
                "testtime SAMPLES --pilot 0",
                "next --store STORE --task x.Y --experiment a NEXT"
            })
    void aPageThatCannotBeWrittenIsRefusedFirst(String command) {
        refused(
                "expected a folder that exists for the page of --html, found /nonexistent/x.html",
                words(command + " --html /nonexistent/x.html"));
        err.getBuffer().setLength(0);
        refused(
                "expected a file for the page of --html, found the folder " + folder,
                words(command + " --html " + folder));
        err.getBuffer().setLength(0);
        // A folder that exists, and in which nobody can make a file.
        refused(
                "expected a file that can be written for --html, found /proc/x.html",
                words(command + " --html /proc/x.html"));
    }
}
