package dev.retort.examples;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.djl.Model;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.Block;

import dev.retort.distill.ModelFiles;
import dev.retort.distill.Networks;
import dev.retort.distill.data.Digits;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;

class StudentsOfOneTeacherTest {
    @TempDir Path folder;

    @Test
    void theFirstStudentPaysForTheTeacherAndTheOthersDoNot() throws Exception {
        Path file;
        try (Model model = Model.newInstance("teacher")) {
            Block block = Networks.mlp(new int[] {256}, 10);
            block.initialize(model.getNDManager(), DataType.FLOAT32, new Shape(1, 64));
            model.setBlock(block);
            file = ModelFiles.save(model, folder, "teacher");
        }
        List<String> lines = lines(file);
        int samples = Digits.load().train().size();
        assertEquals(3, lines.size(), lines.toString());
        assertTrue(lines.get(0).contains("was asked about " + samples + " samples"), lines.get(0));
        assertTrue(lines.get(1).contains("was asked about 0 samples"), lines.get(1));
        assertTrue(lines.get(2).contains("was asked about 0 samples"), lines.get(2));
        for (String line : lines(file)) {
            assertTrue(line.contains("was asked about 0 samples"), line);
        }
    }

    private List<String> lines(Path teacher) throws Exception {
        PrintStream standard = System.out;
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        System.setOut(new PrintStream(bytes, true, StandardCharsets.UTF_8));
        try {
            StudentsOfOneTeacher.main(
                    new String[] {teacher.toString(), folder.resolve("outputs").toString()});
        } finally {
            System.setOut(standard);
        }
        return bytes.toString(StandardCharsets.UTF_8).lines().toList();
    }
}
