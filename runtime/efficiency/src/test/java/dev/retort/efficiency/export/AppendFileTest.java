package dev.retort.efficiency.export;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;

class AppendFileTest {
    @TempDir Path folder;

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    @Test
    void theTrailerStaysAtTheEnd() throws IOException {
        Path path = folder.resolve("a/b");
        try (AppendFile file = AppendFile.create(path, bytes("[1"), bytes("]"))) {
            assertEquals("[1]", Files.readString(path));
            file.append(bytes(",2"));
            assertEquals("[1,2]", Files.readString(path));
            file.append(new byte[0]);
            file.append(bytes(",3"));
        }
        assertArrayEquals(bytes("[1,2,3]"), Files.readAllBytes(path));
    }

    @Test
    void nothingIsReplaced() throws IOException {
        Path path = folder.resolve("a.json");
        Files.writeString(path, "precious");
        assertThrows(
                FileAlreadyExistsException.class,
                () -> AppendFile.create(path, new byte[0], new byte[0]));
        assertEquals("precious", Files.readString(path));
        assertEquals(folder.resolve("a.2.json"), FreshFile.of(path));
        Files.writeString(folder.resolve("a.2.json"), "");
        assertEquals(folder.resolve("a.3.json"), FreshFile.of(path));
        Files.writeString(folder.resolve(".hidden"), "");
        assertEquals(folder.resolve(".hidden.2"), FreshFile.of(folder.resolve(".hidden")));
    }
}
