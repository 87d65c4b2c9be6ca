package dev.retort.planning.table;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.retort.planning.FlopConvention;
import dev.retort.planning.PlanningException;
import dev.retort.planning.fit.LossPoint;
import dev.retort.planning.table.RunTable.Reading;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import java.io.IOException;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;

class CsvTableTest {
    private static final Reading PLAIN =
            new Reading(Optional.empty(), Map.of(), new FlopConvention.SixND());

    @TempDir Path folder;

    private Table table(byte[] content) throws IOException {
        return Table.read(Files.write(folder.resolve("runs.csv"), content));
    }

    private Table table(String content) throws IOException {
        return table(content.getBytes(StandardCharsets.UTF_8));
    }

    private String refused(byte[] content) {
        return assertThrows(
                        PlanningException.class, () -> RunTable.of(table(content), PLAIN).points())
                .getMessage();
    }

    @Test
    void aCommaInATextSaysNothingOfNumbers() throws IOException {
        RunTable read =
                RunTable.of(
                        table(
                                "run\tN\tD\tloss\n1,2\t7e7\t1,400,000,000\t2.345\nlarge\t1e9\t2e10\t2.5\n"),
                        PLAIN);
        assertEquals(1.4e9, read.points().getFirst().tokens());
        assertEquals(2.345, read.points().getFirst().loss());
        Table german = table("N;D;loss\n7e7;1,4e9;3,25\n");
        assertEquals(
                List.of("Numbers were read with a comma before their decimals."), german.notes());
        assertEquals(3.25, RunTable.of(german, PLAIN).points().getFirst().loss());
    }

    @Test
    void linesOfAQuotedCellAreNoComments() throws IOException {
        Table read = table("problem,correct,answer\na,1,\"x = 1\n# that is all\n---\"\nb,0,y\n");
        assertEquals(2, read.rows().size());
        assertEquals("x = 1\n# that is all\n---", read.rows().getFirst().cells().getLast());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "# params,tokens,loss\n7e7,1.4e9,3.25\n1e9,2e10,2.5\n",
                "#params,tokens,loss\n7e7,1.4e9,3.25\n1e9,2e10,2.5\n",
                "#,params,tokens,loss\n#1,7e7,1.4e9,3.25\n#2,1e9,2e10,2.5\n",
                "#,params,tokens,loss\n#1,7e7,1.4e9,3.25\n2,1e9,2e10,2.5\n",
                "# of March\n# params tokens loss\n7e7 1.4e9 3.25\n1e9 2e10 2.5\n",
                "# a, b, c\nparams,tokens,loss\n7e7,1.4e9,3.25\n# 1,2,3\n1e9,2e10,2.5\n#\n",
                "| params | tokens | loss |\n|---|:---:|--:|\n| 70M | 1.4B | 3.25 |\n| 1e9 | 2e10 | 2.5 |\n",
                "params | tokens | loss\n-------+--------+-----\n70M | 1.4B | 3.25\n1e9 | 2e10 | 2.5\n",
                "Model Size   Training Tokens  Loss\n70 million   1.4 B            3.25\n1e9   2e10  2.5\n",
                "params tokens   loss\n 7e7   1.4e9    3.25\n 1e9 2e10 2.5\n",
                "params\ttokens\tnote\tloss\n70M\t1.4B\t\t3.25\n1e9\t2e10\t\t2.5\n",
                "params,tokens,loss,\n70M,1.4B,3.25,\n1e9,2e10,2.5,\n",
                "params,tokens,loss\n70M,1.4B,3.25,\n1e9,2e10,2.5,,\n\n,,\n",
                "params, tokens, loss\r\n\"70,000,000\", \"1,400,000,000\", 3.25\r\n1e9, 2e10, 2.5\r\n",
                "params;tokens;loss\n70000000;1,4e9;3,25\n1.000.000.000;2E+10;2,5\n",
                "params;tokens;loss\n7e7;1,400,000,000;3.25\n1e9;2e10;2.5\n",
                "\"L(N,D)\",N,D\n3.25,70M,1.4B\n2.5,1B,20B\n"
            })
    void usualFormsAreRead(String content) throws IOException {
        assertEquals(
                List.of(LossPoint.of(7e7, 1.4e9, 3.25), LossPoint.of(1e9, 2e10, 2.5)),
                RunTable.of(table(content), PLAIN).points());
    }

    @Test
    void rowsThatBeginWithASignAreNoComments() throws IOException {
        Table table = table("colour,N,D,loss\n#faebdd,1e9,2e10,2.5\n#1,1e9,2e10,2.6\n# no,1,1,1\n");
        assertEquals(List.of(2, 3), table.rows().stream().map(Table.Row::number).toList());
        assertEquals("#faebdd", table.rows().getFirst().cells().getFirst());
    }

    @Test
    void otherLettersAreRead() throws IOException {
        Table latin =
                table(
                        "N,D,loss,note\n1e9,2e10,2.5,für\n"
                                .getBytes(Charset.forName("windows-1252")));
        assertEquals("für", latin.rows().getFirst().cells().getLast());
        assertEquals(
                "The file is not in UTF-8: it was read as Latin-1.",
                RunTable.of(latin, PLAIN).notes().getFirst());
        Table wide =
                table("\uFEFFN\tD\tloss\n1e9\t2e10\t2.5\n".getBytes(StandardCharsets.UTF_16LE));
        assertEquals(List.of(LossPoint.of(1e9, 2e10, 2.5)), RunTable.of(wide, PLAIN).points());
        assertEquals(List.of(), wide.notes());
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "N;D;loss!1,400;2,000;3 | runs.csv line 2: expected a number without a sign between thousands, found '1,400', where it could stand before decimals as well",
                "N;D;loss!70.000;1e9;3,5 | runs.csv line 2: expected a number without a sign between thousands, found '70.000', where it could stand before decimals as well",
                "N;D;loss!1,400,000;1e9;3,5 | runs.csv line 2: expected a number without a sign between thousands, found '1,400,000', where it could stand before decimals as well",
                "N,D,loss!1e9,2e10,2.5,good | runs.csv line 2: expected 3 cells, found 4",
                "N,D,loss!1e9,2e10,2.5!#end of file | runs.csv line 3: expected 3 cells, found 1",
                "# only a comment | expected a line of column names in runs.csv, found an empty file"
            })
    void unclearOnesAreRefused(String content, String message) {
        assertEquals(message, refused(content.replace('!', '\n').getBytes(StandardCharsets.UTF_8)));
    }

    @Test
    void otherFilesAreRefused() {
        assertEquals(
                "expected a CSV or Parquet file, found a zip archive, such as a workbook in runs.csv",
                refused(new byte[] {'P', 'K', 3, 4, 0}));
        assertEquals(
                "expected a CSV or Parquet file, found a file compressed with gzip in runs.csv",
                refused(new byte[] {0x1f, (byte) 0x8b, 8}));
        assertEquals(
                "expected a CSV or Parquet file, found binary data in runs.csv",
                refused(new byte[] {'N', 0, 'D'}));
    }
}
