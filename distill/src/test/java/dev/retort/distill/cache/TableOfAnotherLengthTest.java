package dev.retort.distill.cache;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.retort.distill.teacher.EnsembleTeacher;
import dev.retort.distill.teacher.TableTeacher;
import dev.retort.distill.teacher.Teacher;
import dev.retort.distill.teacher.TeacherException;
import dev.retort.distill.teacher.TeacherOutput;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.OptionalLong;
import java.util.stream.Stream;

/** Rows are found by position, so those of another data set would pass for the right ones. */
class TableOfAnotherLengthTest {
    private static final int SAMPLES = 20;

    @TempDir Path folder;

    private final CacheFixture fixture = new CacheFixture(SAMPLES);

    @AfterEach
    void close() {
        fixture.close();
    }

    private static TableTeacher table(int rows) {
        float[] values = new float[rows * FormulaTeacher.CLASSES];
        for (int i = 0; i < values.length; i++) {
            values[i] = i % 5;
        }
        return new TableTeacher("t", values, FormulaTeacher.CLASSES, TeacherOutput.LOGITS);
    }

    private void assertRefused(Teacher teacher, String description, int rows) throws IOException {
        assertEquals(
                "expected outputs for the 20 samples of the data from %s, found them for %d"
                        .formatted(description, rows),
                assertThrows(
                                TeacherException.class,
                                () -> fixture.open(folder, teacher, CacheEncoding.fp32()))
                        .getMessage());
        try (Stream<Path> files = Files.list(folder)) {
            assertEquals(0, files.count());
        }
    }

    @Test
    void isRefusedBeforeAnythingIsStored() throws IOException {
        assertRefused(table(21), "t (table)", 21);
        assertRefused(table(19), "t (table)", 19);
        assertRefused(
                EnsembleTeacher.of(List.of(new FormulaTeacher("f"), table(21))),
                "arithmetic mean of f, t (table)",
                21);
    }

    @Test
    void oneOfTheRightLengthIsStored() throws IOException {
        TableTeacher teacher = table(SAMPLES);
        try (CacheFolder.Opened opened = fixture.open(folder, teacher, CacheEncoding.fp32())) {
            assertArrayEquals(
                    new float[] {2, 3, 4, 0, 1, 2, 3}, opened.cache().read(new long[] {1}, 0));
        }
    }

    @Test
    void tablesOfDifferentLengthsAreNoEnsemble() {
        assertEquals(
                "expected teachers for one number of samples, found [20, 21]",
                assertThrows(
                                IllegalArgumentException.class,
                                () -> EnsembleTeacher.of(List.of(table(20), table(21))))
                        .getMessage());
        Teacher both = EnsembleTeacher.of(List.of(table(20), table(20)));
        assertEquals(OptionalLong.of(20), both.samples());
        Teacher live = EnsembleTeacher.of(List.of(new FormulaTeacher("f")));
        assertEquals(OptionalLong.empty(), live.samples());
    }
}
