package dev.retort.examples;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** What the commands of {@code plan} refuse, a sentence each. */
class PlanRefusalsTest extends PlanCommandRuns {
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "optimum --published besiroglu_2024 | expected --budget, --loss, or --deadline with --device or --peak and --mfu, found none",
                "optimum --published besiroglu_2024 --deadline 30d | expected --device or --peak, and --mfu, with --deadline, found none",
                "optimum --published besiroglu_2024 --deadline 30d --devices 8 | expected --device or --peak, and --mfu, with --deadline, found none",
                "optimum --budget 1e20 | expected one of --runs, --store, --published and --constants, found none",
                "optimum --published besiroglu_2024 --loss 1.5 | expected a loss above E = 1.8172, which no training removes, found 1.5",
                "optimum --published besiroglu_2024 --budget 1e20 --mfu 0.4 | expected --peak or --device with an MFU, a power or a price, found neither",
                "optimum --published besiroglu_2024 --budget 1e20 --peak 1T | expected --mfu or --mfu-from with a device, found neither: plans need the share of the peak that is reached",
                "optimum --runs RUNS --store STORE --budget 1e20 | expected one of --runs, --store, --published and --constants, found several",
                "optimum --runs RUNS --names a,b,c --budget 1e20 | expected no --names without --store, which does not use it",
                "optimum --store STORE --column N=weights --budget 1e20 | expected no --column with --store, which does not use it",
                "optimum --published besiroglu_2024 --loss 2.1 --max-parameters 100M | expected limits within which a model reaches the loss 2.1000, found that none does",
                "optimum --constants A=1 --budget 1e20 | expected A, B, E, alpha and beta with --constants, found A",
                "optimum --published besiroglu_2024 --budget 1e20 --output-mfu 0.1 | expected --output-tokens with --output-mfu, found none",
                "optimum --published besiroglu_2024 --budget 1e20 --output-tokens 1T --output-mfu 0.1 | expected --device or --peak with --output-mfu, found neither",
                "optimum --published besiroglu_2024 --budget 1e20 --input-tokens 1T --input-price 2 --peak 1P --mfu 0.4 | expected --price, that of training, with --input-price, found none",
                "optimum --published besiroglu_2024 --budget 1e10 | expected a budget of at least 2.100e18 FLOPs, below which Besiroglu et al. 2024 had no run, found 1.000e10",
                "optimum --published besiroglu_2024 --loss 7 | expected a loss of at most 3.2832 nats, which takes 2.100e18 FLOPs, below which Besiroglu et al. 2024 had no run, found 7.0000",
                "optimum --published besiroglu_2024 --budget 1e20 --devices 8 | expected --device, --peak or --memory with --devices, found none",
                "optimum --published besiroglu_2024 --budget 1e20 --devices 1 | expected --device, --peak or --memory with --devices, found none",
                "optimum --published besiroglu_2024 --budget 1e22 --memory 80 | expected --memory of at least 1.000e6, found 80, in bytes: did you mean 80G?",
                "optimum --published besiroglu_2024 --budget 1e22 --max-parameters 7 | expected --max-parameters of at least 1000, found 7, in parameters: did you mean 7B?",
                "optimum --published besiroglu_2024 --budget 1e22 --max-tokens 10 | expected --max-tokens of at least 1000, found 10, in tokens: did you mean 10B?",
                "optimum --published besiroglu_2024 --budget 1e22 --unique-tokens 25 | expected --unique-tokens of at least 1000, found 25, in tokens: did you mean 25B?",
                "testtime SAMPLES --against SAMPLES --parameters 8 --against-parameters 70 | expected --parameters of at least 1.000e6, found 8, in parameters: did you mean 8B?",
                "optimum --published besiroglu_2024 --deadline 30d --peak 989 --mfu 0.4 | expected --peak of at least 1.000e9, found 989, in FLOP/s: did you mean 989T?",
                "optimum --runs FEW --budget 1e20 --model 7B | --model: expected a model and its tokens such as 7B:2T, found 7B",
                "fit FEW --predict -1:2T | --predict: expected positive, finite numbers, found -1:2T",
                "fit FEW --predict x:2T | --predict: expected a number such as 1.4e9 or 1.4B, found 'x'",
                "fit FEW --predict 7B | --predict: expected a model and its tokens such as 7B:2T, found 7B",
                "fit RUNS --vocabulary 50000 | expected no --vocabulary with --flops six_n_d, which does not use it",
                "fit RUNS --law isoflop --predict 1B:1T | expected no --predict with --law isoflop, which does not use it",
                "fit RUNS --law kaplan --drop-outliers 5 | expected no --drop-outliers with --law kaplan, which does not use it",
                "fit RUNS --keep-outliers --drop-outliers 5 | expected --drop-outliers or --keep-outliers, found both",
                "loss 0:1 | N:D[:U]: expected positive, finite numbers, found 0:1",
                "loss 7B | N:D[:U]: expected a model and its tokens such as 7B:2T, or 7B:2T:500B, found 7B",
                "loss 7B:1T:2T | N:D[:U]: expected at most as many unique tokens as tokens, found 7B:1T:2T",
                "fit RUNS --base hoffmann_2022 | expected no --base with --law parametric, which does not use it",
                "inference --parameters 7B --layers 32 --heads 32 --peak 1e15 --bandwidth 3T --memory 80G --price -3 | expected a positive, finite --price, found -3.0",
                "inference --parameters 7B --layers 32 --heads 32 --peak 1e15 --bandwidth 3T --memory 80G --mla 512 | expected the widths of latent and rotary key such as 512+64, found 512",
                "inference --parameters 7B --layers 32 --heads 32 --peak 1e15 --bandwidth 3T --memory 80G --mla 512+64+9 | expected the widths of latent and rotary key such as 512+64, found 512+64+9",
                "inference --parameters 7B --layers 32 --heads 32 --peak 1e15 --device H100 --bandwidth 3T --memory 80G | expected one of --peak and --device, found both",
                "inference --parameters 7B --layers 32 --heads 32 --peak 1e15 --bandwidth 3.35 --memory 80G | expected --bandwidth of at least 1.000e9, found 3.35, in bytes a second: did you mean 3.35T?",
                "inference --parameters 7B --layers 32 --heads 32 --peak 1e15 --bandwidth 3.35T --memory 80 | expected --memory of at least 1.000e6, found 80, in bytes: did you mean 80G?",
                "context --parameters 70 --layers 32 --heads 32 --peak 1e15 --bandwidth 3.35T --memory 80G | expected --parameters of at least 1.000e6, found 70, in parameters: did you mean 70B?",
                "inference --parameters 7B --layers 32 --heads 32 --peak 989 --bandwidth 3.35T --memory 80G | expected --peak of at least 1.000e9, found 989, in FLOP/s: did you mean 989T?",
                "fit LATIN | expected a column with the loss in latin.csv, such as loss, val_loss, valid_loss, found Né",
                "fit src | expected a CSV or Parquet file, found the folder src",
                "fit RUNS --level 0.999999 --replicates 200 | expected at least 2000000 bootstrap replicates, so that one lies in each tail, for a confidence of 0.999999, found 200",
                "fit nowhere.csv | there is no file or folder nowhere.csv",
                "fit RUNS --schedules correct | expected runs with schedule_tokens for --schedules correct, found none",
                "fit RUNS --law kaplan --schedules exclude | expected runs with schedule_tokens for --schedules exclude, found none",
                "optimum --runs RUNS --budget 1e20 --schedules exclude | expected runs with schedule_tokens for --schedules exclude, found none",
                "fit RUNS --flops with_head | expected --vocabulary with --flops with_head, found none",
                "fit RUNS --level 2 | expected a confidence above 0 and below 1, such as 0.95, found 2.0",
                "crossover --heads 3 | expected a --width that is a multiple of the 3 --heads, found 128",
                "crossover --heads 0 | expected --heads of at least 1, found 0",
                "crossover --repetitions 0 | expected --repetitions of at least 5, found 0",
                "crossover --state -1 | expected --state of at least 1, found -1",
                "crossover --shortest 512 --longest 600 | expected a --longest of at least twice the --shortest of 512, found 600",
                "testtime SAMPLES --budget 1e12 | expected no --budget without --against, which does not use it",
                "testtime SAMPLES --against SAMPLES | expected --parameters and a column of tokens, or --cost, to compare at equal cost, found neither",
                "testtime SAMPLES --against SAMPLES --cost 1 --against-cost 2 | expected --cost and --against-cost with their --cost-unit, such as USD, found not all of them",
                "testtime SAMPLES --against SAMPLES --cost 1 --against-cost 2 --cost-unit J --mfu 0.1 | expected --cost or what costs are computed from, parameters and a device, found both",
                "testtime SAMPLES --against SAMPLES --parameters 1B --against-parameters 2B --mfu 0.1 | expected --device or --peak, and --mfu, for energy and money, found not both",
                "testtime SAMPLES --against SAMPLES --parameters 1B --against-parameters 2B --peak 1P --mfu 0.1 | expected --watts or --price of the device, found neither: FLOPs need no device",
                "testtime SAMPLES --allocate 0 | expected --allocate of at least 1, found 0",
                "testtime SAMPLES --allocate 9 --pilot 0 | expected --pilot of at least 1, found 0",
                "testtime RUNS | expected a column with the problem in runs.csv, such as problem, problem_id, task_id, found params, tokens, loss, flops"
            })
    void failuresAreOneSentence(String arguments, String message) throws IOException {
        Path latin = Files.write(folder.resolve("latin.csv"), new byte[] {'N', (byte) 0xE9});
        Path samples =
                Files.writeString(
                        folder.resolve("samples.csv"),
                        "problem,correct,tokens\na,1,9\na,0,9\nb,1,9\nb,0,9\n");
        Path few = Files.write(folder.resolve("few.csv"), Files.readAllLines(runs).subList(0, 3));
        String[] words =
                ("plan " + arguments)
                        .replace("SAMPLES", samples.toString())
                        .replace("STORE", folder.resolve("store").toString())
                        .replace("RUNS", runs.toString())
                        .replace("LATIN", latin.toString())
                        .replace("FEW", few.toString())
                        .split(" ", -1);
        refused(message, words);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "fit RUNS --seed x | --seed': expected a whole number, found x",
                "fit RUNS --seed 99999999999999999999 | --seed': expected a whole number of at most 63 bits, found 99999999999999999999",
                "fit RUNS --replicates 9999999999 | --replicates': expected a whole number from -2147483648 to 2147483647, found 9999999999",
                "fit RUNS --delta much | --delta': expected a number, found much",
                "testtime RUNS --k 1.5 | --k' (K): expected a whole number, found 1.5"
            })
    void whatIsNoNumberIsSaidInWords(String arguments, String message) {
        String[] words = ("plan " + arguments).replace("RUNS", runs.toString()).split(" ", -1);
        assertEquals(2, run(words));
        assertEquals(
                "retort: Invalid value for option '" + message,
                err.toString().lines().findFirst().orElseThrow());
    }

    /** The name of the page is just short enough, that of the file which is moved there is not. */
    @Test
    void aPageThatCannotBeWrittenIsNamedAfterThePlan() {
        Path page = folder.resolve("p".repeat(254));
        assertEquals(
                1,
                run(
                        "plan",
                        "optimum",
                        "--published",
                        "besiroglu_2024",
                        "--budget",
                        "1e22",
                        "--html",
                        page.toString()));
        assertEquals("retort: " + page + ": File name too long", err.toString().strip());
        assertTrue(out.toString().contains("tokens"), out.toString());
    }

    @ParameterizedTest
    @CsvSource({
        "fit,positional parameter at index 0",
        "testtime,positional parameter at index 0",
        "optimum --runs,option '--runs'"
    })
    void aFileWithoutANameIsRefused(String command, String where) {
        List<String> words = new ArrayList<>(List.of("plan"));
        words.addAll(List.of(command.split(" ")));
        words.add("");
        assertEquals(2, run(words.toArray(String[]::new)));
        String first = err.toString().lines().findFirst().orElseThrow();
        assertTrue(first.startsWith("retort: Invalid value for " + where), first);
        assertTrue(first.endsWith("expected the name of a file, found none"), first);
    }

    /** Long sequences take most of such a budget: a model of few parameters is left. */
    @Test
    void theRunsOfPublishedLawsAreCountedAsTheirAuthorsDid() {
        assertEquals(
                1,
                run(
                        "plan",
                        "optimum",
                        "--published",
                        "besiroglu_2024",
                        "--budget",
                        "3e18",
                        "--flops",
                        "with_attention",
                        "--sequence",
                        "1000000"));
        assertTrue(
                err.toString()
                        .contains(
                                "below which Besiroglu et al. 2024 had no run, counted as C = 6 N D"),
                err.toString());
    }

    @Test
    void aBudgetBelowTheSmallestRunIsRefused() {
        assertEquals(
                1,
                run(
                        "plan",
                        "optimum",
                        "--runs",
                        runs.toString(),
                        "--replicates",
                        "200",
                        "--budget",
                        "1e15"));
        assertTrue(
                err.toString().contains("retort: expected a budget of at least 1."),
                err.toString());
    }

    @Test
    void moreThreadsThanCoresAreRefused() {
        int cores = Runtime.getRuntime().availableProcessors();
        refused(
                "expected --threads of at most the %d cores of this machine, found %d"
                        .formatted(cores, cores + 1),
                "plan",
                "crossover",
                "--threads=" + (cores + 1));
    }
}
