package dev.retort.distill.teacher;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;

import static java.nio.charset.StandardCharsets.US_ASCII;

import dev.retort.distill.fingerprint.Fingerprint;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

class OnnxFilesTest {
    @Test
    void dataThatAnOnnxModelKeepsInAnotherFileCounts(@TempDir Path folder) throws IOException {
        Path graph = folder.resolve("m.onnx");
        Path data = Files.writeString(folder.resolve("m.onnx.data"), "one");
        Files.write(graph, "graph \n\blocation\u0012\u000bm.onnx.data end".getBytes(US_ASCII));
        Fingerprint before = OnnxFiles.fingerprint(graph);
        assertNotEquals(Fingerprint.of(graph), before);
        assertEquals(before, OnnxFiles.fingerprint(graph));
        Files.writeString(data, "two");
        assertNotEquals(before, OnnxFiles.fingerprint(graph));
        Files.delete(data);
        assertEquals(Fingerprint.of(graph), OnnxFiles.fingerprint(graph));
    }
}
