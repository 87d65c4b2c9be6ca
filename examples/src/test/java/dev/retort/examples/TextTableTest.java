package dev.retort.examples;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import org.junit.jupiter.api.Test;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.List;

class TextTableTest {
    @Test
    void firstColumnStandsLeftAndTheOthersRight() {
        TextTable table = new TextTable(List.of("", "wall", "share"));
        table.row(List.of("teacher", "4.2 s", "5 %"));
        table.row(List.of("student alone", "12.0 s", "100.0 %"));
        assertEquals(
                List.of(
                        "                 wall    share",
                        "teacher         4.2 s      5 %",
                        "student alone  12.0 s  100.0 %"),
                lines(table));
    }

    @Test
    void aTurnedTableHasRowsForColumns() {
        TextTable table = new TextTable(List.of("", "wall", "share"));
        table.row(List.of("teacher", "4.2 s", "5 %"));
        assertEquals(
                List.of("       teacher", "wall     4.2 s", "share      5 %"),
                lines(table.transposed()));
    }

    @Test
    void linesEndWithTheirText() {
        TextTable table = new TextTable(List.of("a long head", ""));
        table.row(List.of("b", ""));
        assertEquals(List.of("a long head", "b"), lines(table));
    }

    @Test
    void refusesARowOfAnotherLength() {
        TextTable table = new TextTable(List.of("one", "two"));
        IllegalArgumentException error =
                assertThrows(
                        IllegalArgumentException.class, () -> table.row(List.of("1", "2", "3")));
        assertEquals("expected 2 cells, found 3", error.getMessage());
    }

    private static List<String> lines(TextTable table) {
        StringWriter text = new StringWriter();
        PrintWriter out = new PrintWriter(text);
        table.print(out);
        out.flush();
        return text.toString().lines().toList();
    }
}
