package dev.retort.planning.table;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.retort.planning.FlopConvention;
import dev.retort.planning.LossUnit;
import dev.retort.planning.PlanningException;
import dev.retort.planning.fit.LearningCurveFit;
import dev.retort.planning.fit.LossPoint;
import dev.retort.planning.fit.RepeatedDataFit;
import dev.retort.planning.table.RunTable.Reading;
import dev.retort.planning.testtime.ResultTable;
import dev.retort.planning.testtime.Selector;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;

class TablesTest {
    private static final Reading PLAIN =
            new Reading(Optional.empty(), Map.of(), new FlopConvention.SixND());

    @TempDir Path folder;

    private CsvTable table(String content) throws IOException {
        return CsvTable.read(Files.writeString(folder.resolve("runs.csv"), content));
    }

    private String refused(String content, Reading reading) throws IOException {
        Path file = Files.writeString(folder.resolve("runs.csv"), content);
        return assertThrows(
                        PlanningException.class, () -> RunTable.of(CsvTable.read(file), reading))
                .getMessage();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "N,D,loss",
                "params,tokens,loss",
                "Parameters,Training Tokens,Final Loss",
                "n_params,n_tokens,val_loss",
                "model_size,D,L",
                "num-params,dataset_size,eval loss"
            })
    void usualNamesAreUnderstood(String heads) throws IOException {
        RunTable runs = RunTable.of(table(heads + "\n70M,1.4B,3.25\n1e9,2e10,2.5\n"), PLAIN);
        assertEquals(
                List.of(LossPoint.of(7e7, 1.4e9, 3.25), LossPoint.of(1e9, 2e10, 2.5)),
                runs.points());
        assertEquals(
                List.of("The file does not say the unit of the loss: it was taken as nats."),
                runs.notes());
    }

    @Test
    void everythingARunMaySayIsRead() throws IOException {
        RunTable runs =
                RunTable.of(
                        table(
                                """
                                \uFEFF# measured in March

                                run;params (M);tokens_B;loss_nats;C;schedule;note
                                a;70;1.4;3.25;6e17;1.4;first
                                ;70;2.8;3.1;;;
                                """),
                        PLAIN);
        assertEquals(
                List.of(
                        LossPoint.of(7e7, 1.4e9, 3.25).withFlops(6e17).withSchedule(1.4).ofRun("a"),
                        LossPoint.of(7e7, 2.8e9, 3.1)),
                runs.points());
        assertEquals(List.of(), runs.notes());
    }

    @Test
    void bitsBecomeNats() throws IOException {
        String file = "N,D,loss_bits\n1e9,2e10,4\n";
        assertEquals(4 * Math.log(2), RunTable.of(table(file), PLAIN).points().getFirst().loss());
        Reading bits =
                new Reading(Optional.of(LossUnit.BITS), Map.of(), new FlopConvention.SixND());
        assertEquals(
                4 * Math.log(2),
                RunTable.of(table("N,D,loss\n1e9,2e10,4\n"), bits).points().getFirst().loss());
        Reading nats =
                new Reading(Optional.of(LossUnit.NATS), Map.of(), new FlopConvention.SixND());
        assertEquals("expected a loss in nats, found the column loss_bits", refused(file, nats));
    }

    @Test
    void tokensFollowFromFlopsWhereThereAreNone() throws IOException {
        RunTable runs =
                RunTable.of(table("Model Size,Training FLOP,loss\n1e9,1.2e20,2.5\n"), PLAIN);
        assertEquals(2e10, runs.points().getFirst().tokens());
        assertTrue(runs.notes().getLast().contains("taken from the FLOPs by C = 6 N D"));
    }

    @Test
    void columnsMayBeNamed() throws IOException {
        Reading named =
                new Reading(
                        Optional.empty(),
                        Map.of("N", "width", "loss", "mean loss"),
                        new FlopConvention.SixND());
        assertEquals(
                LossPoint.of(3e6, 1e8, 4),
                RunTable.of(table("width,D,loss,Mean_Loss\n3e6,1e8,5,4\n"), named)
                        .points()
                        .getFirst());
        assertEquals(
                "expected a column of N, D, loss, flops, schedule_tokens, run, unique_tokens, found"
                        + " size",
                assertThrows(
                                PlanningException.class,
                                () ->
                                        new Reading(
                                                Optional.empty(),
                                                Map.of("size", "x"),
                                                new FlopConvention.SixND()))
                        .getMessage());
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "N,D,loss;1e9,2e10,2.5;-1e9,2e10,2.5 | runs.csv line 3: expected a positive, finite number of parameters N, found -1.0E9",
                "N,D,loss;1e9,0,2.5 | runs.csv line 2: expected a positive, finite number of tokens D, found 0.0",
                "N,D,loss;1e9,2e10,inf | runs.csv line 2: expected a positive, finite loss in nats, found Infinity",
                "N,D,loss;1e9,2e10,NaN | runs.csv line 2: expected a positive, finite loss in nats, found NaN",
                "N,D,loss;1e9,,2.5 | runs.csv line 2: expected a number in column D, found nothing",
                "N,D,loss;1e9,many,2.5 | runs.csv line 2: expected a number such as 1.4e9 or 1.4B, found 'many'",
                "N,D,loss;1e9,2e10 | runs.csv line 2: expected 3 cells, found 2",
                "N,loss;1e9,2 | expected a column with the tokens D in runs.csv (D, tokens, n_tokens, num_tokens, training_tokens, train_tokens, data, dataset_size, data_size, training_data, number_of_tokens, token_count, tokens_seen), found N, loss",
                "N,params,D,loss;1,1,1,1 | expected one column with the parameters N in runs.csv, found N and params; name the one to use",
                "1e9,2e10,2.5;1e9,2e10,2.5 | expected a line of column names in runs.csv, found the numbers 1e9, 2e10, 2.5"
            })
    void errorsSayWhereTheyAre(String file, String message) throws IOException {
        assertEquals(message, refused(file.replace(';', '\n') + "\n", PLAIN));
    }

    @Test
    void anEmptyFileIsRefused() throws IOException {
        assertEquals(
                "expected a line of column names in runs.csv, found an empty file",
                refused("", PLAIN));
    }

    @Test
    void repeatedRunsAndCurvesAreRead() throws IOException {
        CsvTable repeated = table("N,D,unique_tokens,loss\n1e8,4B,1B,3\n");
        assertEquals(
                List.of(new RepeatedDataFit.Run(1e8, 4e9, 1e9, 3)),
                RunTable.repeated(repeated, PLAIN));
        CsvTable curve = table("tokens,train_loss\n1B,3\n2B,2.9\n");
        assertEquals(
                List.of(new LearningCurveFit.Point(1e9, 3), new LearningCurveFit.Point(2e9, 2.9)),
                RunTable.curve(curve, PLAIN));
    }

    @Test
    void samplesAreRead() throws IOException {
        ResultTable lines =
                SampleTable.of(
                        table(
                                "task_id,correct,score,answer,tokens\na,true,0.5,42,100\na,0,0.25,\"4,1\",80\nb,1,-1,x,10\n"));
        assertEquals(2, lines.problems().size());
        assertEquals(1, lines.fewestSamples());
        assertEquals("4,1", lines.problems().getFirst().samples().get(1).answer().orElseThrow());
        assertTrue(lines.obstacle(Selector.BEST_OF).isEmpty() && lines.hasAnswers());
        ResultTable counts = SampleTable.of(table("problem,n,c\na,10,3\nb,8,0\n"));
        assertEquals(8, counts.fewestSamples());
        assertEquals(3, counts.problems().getFirst().correct());
        assertTrue(!counts.obstacle(Selector.BEST_OF).isEmpty() && !counts.hasAnswers());
    }

    @Test
    void countsOfAnySizeAreRead() throws IOException {
        ResultTable counts =
                SampleTable.of(table("problem,n,c\na,1000000000,3\nb,1000000000,999999999\n"));
        assertEquals(0.5, counts.passAtK(1).estimate(), 1e-8);
        assertEquals(1_000_000_000, counts.fewestSamples());
        assertTrue(counts.tokensPerSample().isEmpty());
    }

    @Test
    void columnsOfSamplesMayHaveOtherNames() throws IOException {
        CsvTable table = table("uid,ok,output\na,1,x\na,0,y\n");
        ResultTable read =
                SampleTable.of(
                        table, Map.of("problem", "uid", "correct", "ok", "answer", "output"));
        assertEquals(2, read.fewestSamples());
        assertTrue(read.hasAnswers());
        assertEquals(
                "expected a column of problem, correct, score, answer, tokens, n, c, found width",
                assertThrows(
                                PlanningException.class,
                                () -> SampleTable.of(table, Map.of("width", "ok")))
                        .getMessage());
        // A name that is no column is an error, not a table without answers.
        assertThrows(
                PlanningException.class,
                () ->
                        SampleTable.of(
                                table,
                                Map.of("problem", "uid", "correct", "ok", "answer", "nowhere")));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "problem,correct;a,maybe | runs.csv line 2: expected 1 or 0, or true or false, for whether the sample is right, found 'maybe'",
                "problem,n,c;a,5,6 | runs.csv line 2: expected at least 1 sample and at most as many right ones, found n = 5 and c = 6",
                "problem,n,c;a,5,2;a,5,3 | expected each problem once, found a twice",
                "problem,n,c;a,5.5,1 | runs.csv line 2: expected a whole number of samples n from 0 to 1000000000, found 5.5",
                "problem,n;a,5 | expected the columns problem and correct, or problem, n and c in runs.csv, found problem, n",
                "problem,correct,score;a,1,inf | runs.csv line 2: expected a finite score, found inf",
                "problem,correct,tokens;a,1,-3 | runs.csv line 2: expected a positive number of tokens, found -3"
            })
    void wrongSamplesSayWhereTheyAre(String file, String message) throws IOException {
        Path written =
                Files.writeString(folder.resolve("runs.csv"), file.replace(';', '\n') + "\n");
        assertEquals(
                message,
                assertThrows(PlanningException.class, () -> SampleTable.of(CsvTable.read(written)))
                        .getMessage());
    }
}
