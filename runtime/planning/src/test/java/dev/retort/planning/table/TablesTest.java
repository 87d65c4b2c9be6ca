package dev.retort.planning.table;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.retort.planning.FlopConvention;
import dev.retort.planning.LossUnit;
import dev.retort.planning.PlanningException;
import dev.retort.planning.ShapeRule;
import dev.retort.planning.fit.LearningCurveFit;
import dev.retort.planning.fit.LossPoint;
import dev.retort.planning.fit.RepeatedDataFit;
import dev.retort.planning.table.RunTable.Reading;

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

    private Table table(String content) throws IOException {
        return Table.read(Files.writeString(folder.resolve("runs.csv"), content));
    }

    private String refused(String content, Reading reading) throws IOException {
        Path file = Files.writeString(folder.resolve("runs.csv"), content);
        return assertThrows(PlanningException.class, () -> RunTable.of(Table.read(file), reading))
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

                                run;params (M);tokens_B;loss_nats;C;schedule_tokens;note
                                a;70;1.4;3.25;6e17;1.4e9;first
                                ;70;2.8;3.1;;;
                                """),
                        PLAIN);
        assertEquals(
                List.of(
                        LossPoint.of(7e7, 1.4e9, 3.25)
                                .withFlops(6e17)
                                .withSchedule(1.4e9)
                                .ofRun("a"),
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
                "N,D,loss;1e9,,2.5;,2e10,2.5 | expected a value for each of N, D and the loss in a row of runs.csv, found none in any row",
                "N,flops,loss;1e9,-1,2.5 | runs.csv line 2: expected a positive, finite number of FLOPs, found -1.0",
                "params_m,D,loss;70M,2e10,2.5 | runs.csv line 2: expected a number without a unit in column params_m, whose name has one, found '70M'",
                "N,D,val_bpb;1e9,2e10,0.8 | expected a loss per token, found one per byte or character in column val_bpb, which compares with tokens D only by the bytes of a token: multiply it by them, or name it as the loss if D counts bytes",
                "N,D,loss;1e9,many,2.5 | runs.csv line 2: expected a number such as 1.4e9 or 1.4B, found 'many'",
                "N,D,loss;1e9,2e10 | runs.csv line 2: expected 3 cells, found 2",
                "N,loss;1e9,2 | expected a column with the tokens D in runs.csv, such as D, tokens, n_tokens, found N, loss",
                "N,params,D,loss;1,1,1,1 | expected one column with the parameters N in runs.csv, found N and params; name the one to use",
                "N,N,D,loss;1,1,1,1 | expected one column with the parameters N in runs.csv, found 2 of the name N; rename the others",
                "1e9,2e10,2.5;1e9,2e10,2.5 | expected a line of column names in runs.csv, found the numbers 1e9, 2e10, 2.5"
            })
    void errorsSayWhereTheyAre(String file, String message) throws IOException {
        assertEquals(message, refused(file.replace(';', '\n') + "\n", PLAIN));
    }

    @Test
    void columnsOfOneNameAreNotToldApartByIt() throws IOException {
        assertEquals(
                "expected one column size with the parameters N in runs.csv, found 2 of that name",
                refused("size,size,D,loss\n1,1,1,1\n", named(Map.of("N", "size"))));
    }

    @Test
    void anEmptyFileIsRefused() throws IOException {
        assertEquals(
                "expected a line of column names in runs.csv, found an empty file",
                refused("", PLAIN));
    }

    @Test
    void columnsThatAreNamedKeepTheirUnits() throws IOException {
        Reading bits = named(Map.of("loss", "loss_bits"));
        assertEquals(
                4 * Math.log(2),
                RunTable.of(table("N,D,loss_bits\n1e9,2e10,4\n"), bits).points().getFirst().loss());
        RunTable runs =
                RunTable.of(
                        table("params_m,D,loss,loss_bits\n70,2e10,3,4\n"),
                        named(Map.of("N", "params_m", "loss", "loss")));
        assertEquals(List.of(LossPoint.of(7e7, 2e10, 3)), runs.points());
        assertTrue(
                runs.notes()
                        .contains("Column params_m was read in units of 1e6, as its name says."));
        // Without words before it, a letter is a name.
        assertEquals(
                7e7,
                RunTable.of(table("m,D,loss\n7e7,2e10,3\n"), named(Map.of("N", "m")))
                        .points()
                        .getFirst()
                        .parameters());
        assertEquals(
                "expected one column nowhere with the FLOPs in runs.csv, found N, D, loss",
                refused("N,D,loss\n1,1,1\n", named(Map.of("flops", "nowhere"))));
        RunTable bytes =
                RunTable.of(table("N,D,val_bpb\n1e9,2e10,1\n"), named(Map.of("loss", "val_bpb")));
        assertEquals(Math.log(2), bytes.points().getFirst().loss());
        assertEquals(
                "Column val_bpb is a loss per byte or character: D has to count the same.",
                bytes.notes().getFirst());
    }

    private static Reading named(Map<String, String> names) {
        return new Reading(Optional.empty(), names, new FlopConvention.SixND());
    }

    @Test
    void perplexitiesBecomeNats() throws IOException {
        RunTable runs = RunTable.of(table("N,D,val_ppl\n1e9,2e10,20\n"), PLAIN);
        assertEquals(Math.log(20), runs.points().getFirst().loss());
        assertEquals(
                List.of("The loss is the logarithm of the perplexity in column val_ppl."),
                runs.notes());
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "N,D,loss,schedule;1e9,2e10,2.5,cosine |",
                "N,D,loss,flops;1e9,2e10,2.5,many | Column flops holds no numbers and was not read as the FLOPs.",
                "N,tokens,data,loss;1e9,2e10,C4,2.5 | Column data holds no numbers and was not read as the tokens D.",
                "N,D,L,loss;1e9,2e10,12,2.5 | Column loss was read as the loss, not L.",
                "size,params,D,loss;8,1e9,2e10,2.5 | Column params was read as the parameters N, not size.",
                "N,D,train_loss,val_loss;1e9,2e10,2.4,2.5 | Column val_loss was read as the loss, not train_loss.",
                "N,D,loss,test_loss,ppl;1e9,2e10,2.4,2.5,9 | Column test_loss was read as the loss, not loss and ppl."
            })
    void theColumnThatIsMeantIsRead(String file, String note) throws IOException {
        RunTable runs = RunTable.of(table(file.replace(';', '\n')), PLAIN);
        assertEquals(List.of(LossPoint.of(1e9, 2e10, 2.5)), runs.points());
        assertEquals(
                note == null ? List.of() : List.of(note),
                runs.notes().stream().filter(told -> told.startsWith("Column")).toList());
    }

    @Test
    void whatIsMissingFollowsOrIsLeftOut() throws IOException {
        RunTable runs =
                RunTable.of(
                        table(
                                """
                                N,D,C,loss
                                1e9,2e10,,2.5
                                1e9,NA,1.2e20,2.6
                                null,2e10,1.2e20,2.7
                                1e9,2e10,1.2e20,nan
                                1e9,-,n/a,2.8
                                """),
                        PLAIN);
        assertEquals(
                List.of(
                        LossPoint.of(1e9, 2e10, 2.5),
                        LossPoint.of(1e9, 2e10, 2.6).withFlops(1.2e20),
                        LossPoint.of(1e9, 2e10, 2.7).withFlops(1.2e20)),
                runs.points());
        assertEquals(
                List.of(
                        "Left out for want of N, D or the loss: lines 5 and 6.",
                        "The tokens of line 3 were taken from the FLOPs by C = 6 N D.",
                        "The parameters of line 4 were taken from the FLOPs by C = 6 N D."),
                runs.notes().subList(1, 4));
    }

    @Test
    void parametersFollowByTheRuleInUse() throws IOException {
        FlopConvention rule = new FlopConvention.WithHead(50_000, ShapeRule.USUAL);
        RunTable runs =
                RunTable.of(
                        table("D,C,loss\n2e10,%s,2.5\n".formatted(rule.of(1e9, 2e10))),
                        new Reading(Optional.empty(), Map.of(), rule));
        assertEquals(1e9, runs.points().getFirst().parameters(), 1);
        assertTrue(
                runs.notes().getLast().startsWith("The file has no parameters: they were taken"));
    }

    @Test
    void uncertaintiesAreDroppedWithANote() throws IOException {
        RunTable runs = RunTable.of(table("N,D,loss\n1e9,2e10,2.5 ± 0.02\n"), PLAIN);
        assertEquals(2.5, runs.points().getFirst().loss());
        assertTrue(runs.notes().contains("Uncertainties in column loss were dropped."));
    }

    @Test
    void repeatedRunsAndCurvesAreRead() throws IOException {
        Table repeated = table("N,D,unique_tokens,loss\n1e8,4B,1B,3\n");
        assertEquals(
                List.of(new RepeatedDataFit.Run(1e8, 4e9, 1e9, 3)),
                RunTable.repeated(repeated, PLAIN).rows());
        Table curve = table("tokens,train_loss\n1B,3\n2B,2.9\n3B,-\n");
        assertEquals(
                List.of(new LearningCurveFit.Point(1e9, 3), new LearningCurveFit.Point(2e9, 2.9)),
                RunTable.curve(curve, PLAIN).rows());
        assertEquals(
                "Left out for want of D or the loss: line 4.",
                RunTable.curve(curve, PLAIN).notes().getLast());
    }
}
