package dev.retort.planning.table;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.retort.planning.PlanningException;
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

class SampleTableTest {
    @TempDir Path folder;

    private Table table(String content) throws IOException {
        return Table.read(Files.writeString(folder.resolve("runs.csv"), content));
    }

    private static ResultTable results(Table table) {
        return SampleTable.of(table).results();
    }

    @Test
    void correctIsACountWhereSamplesAreCounted() throws IOException {
        ResultTable counts = results(table("problem,total,correct\na,10,3\nb,10,1\n"));
        assertEquals(10, counts.fewestSamples());
        assertEquals(3, counts.problems().getFirst().correct());
        assertEquals(
                1, results(table("id,n,solved\na,10,1\nb,10,0\n")).problems().getFirst().correct());
        // One sample a line, whatever else the line says.
        ResultTable lines = results(table("problem,n,correct\na,2,1\na,2,0\n"));
        assertEquals(2, lines.fewestSamples());
        assertEquals(1, lines.problems().getFirst().correct());
        assertEquals(1, results(table("problem,n,correct\na,9,true\nb,9,false\n")).fewestSamples());
    }

    @Test
    void whatIsTakenForACountIsSaid() throws IOException {
        Table clear = table("problem,total,correct\na,10,3\nb,10,1\n");
        assertEquals(
                List.of(
                        "Column correct was read as the number of right samples of column total;"
                                + " c=COLUMN names another."),
                SampleTable.of(clear).notes());
        assertEquals(
                10, SampleTable.of(clear, Map.of("correct", "correct")).results().fewestSamples());
        assertEquals(List.of(), SampleTable.of(clear, Map.of("c", "correct")).notes());
        Table either = table("problem,n,solved\na,10,1\nb,10,0\n");
        assertEquals(
                List.of(
                        "Column solved was presumed to count the right samples of column n;"
                                + " correct=solved reads it as one sample a row."),
                SampleTable.of(either).notes());
        SampleTable marks = SampleTable.of(either, Map.of("correct", "solved"));
        assertEquals(1, marks.results().fewestSamples());
        assertEquals(List.of(), marks.notes());
        assertEquals(List.of(), SampleTable.of(table("problem,n,c\na,10,3\n")).notes());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "id,correct",
                "instance_id,resolved",
                "question_id,solved",
                "index,is_correct",
                "taskId,isCorrect"
            })
    void usualNamesAreUnderstood(String heads) throws IOException {
        assertEquals(2, results(table(heads + "\na,1\na,0\n")).fewestSamples());
    }

    @Test
    void theProblemIsToldFromOtherNames() throws IOException {
        SampleTable read = SampleTable.of(table("task,id,index,correct\ngsm,a,0,1\ngsm,a,1,0\n"));
        assertEquals(1, read.results().problems().size());
        assertEquals(
                List.of(
                        "Column id was read as the problem, not task and index.",
                        "Column id was presumed to name the problem; problem=COLUMN names another."),
                read.notes());
        Table table = table("index,correct\na,1\na,0\n");
        assertEquals(
                List.of(
                        "Column index was presumed to name the problem; problem=COLUMN names another."),
                SampleTable.of(table).notes());
        assertEquals(List.of(), SampleTable.of(table, Map.of("problem", "index")).notes());
        assertEquals(List.of(), SampleTable.of(table("task_id,correct\na,1\na,0\n")).notes());
    }

    @Test
    void samplesAreRead() throws IOException {
        ResultTable lines =
                results(
                        table(
                                "task_id,correct,score,answer,tokens\na,true,0.5,42,100\na,0,0.25,\"4,1\",80\nb,1,-1,x,10\n"));
        assertEquals(2, lines.problems().size());
        assertEquals(1, lines.fewestSamples());
        assertEquals("4,1", lines.problems().getFirst().samples().get(1).answer().orElseThrow());
        assertTrue(lines.obstacle(Selector.BEST_OF).isEmpty() && lines.hasAnswers());
        ResultTable counts = results(table("problem,n,c\na,10,3\nb,8,0\n"));
        assertEquals(8, counts.fewestSamples());
        assertEquals(3, counts.problems().getFirst().correct());
        assertTrue(!counts.obstacle(Selector.BEST_OF).isEmpty() && !counts.hasAnswers());
    }

    @Test
    void countsOfAnySizeAreRead() throws IOException {
        ResultTable counts =
                results(table("problem,n,c\na,1000000000,3\nb,1000000000,999999999\n"));
        assertEquals(0.5, counts.passAtK(1).estimate(), 1e-8);
        assertEquals(1_000_000_000, counts.fewestSamples());
        assertTrue(counts.tokensPerSample().isEmpty());
    }

    @Test
    void columnsOfSamplesMayHaveOtherNames() throws IOException {
        Table table = table("uid,ok,output\na,1,x\na,0,y\n");
        ResultTable read =
                SampleTable.of(table, Map.of("problem", "uid", "correct", "ok", "answer", "output"))
                        .results();
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
                "problem,correct,score;a,1,inf | runs.csv line 2: expected a finite score, found Infinity",
                "problem,correct,tokens;a,1,-3 | runs.csv line 2: expected a positive, finite number of tokens, found -3.0"
            })
    void wrongSamplesSayWhereTheyAre(String file, String message) throws IOException {
        Path written =
                Files.writeString(folder.resolve("runs.csv"), file.replace(';', '\n') + "\n");
        assertEquals(
                message,
                assertThrows(PlanningException.class, () -> SampleTable.of(Table.read(written)))
                        .getMessage());
    }
}
