package dev.retort.efficiency.export;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.retort.efficiency.Meters;

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

    private static AppendFile lines(Path path) throws IOException {
        return AppendFile.lines(path, _ -> false, _ -> true);
    }

    /** The process that tries to open a file: its exit code is 3 if the file is in use. */
    static final class Other {
        private Other() {}

        public static void main(String[] arguments) {
            try (AppendFile file = lines(Path.of(arguments[0]))) {
                file.append(bytes("of the other process\n"));
            } catch (IOException e) {
                System.out.println(e.getMessage());
                System.exit(3);
            }
        }
    }

    private static int other(Path path) throws Exception {
        Process process =
                new ProcessBuilder(
                                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                                "-Xshare:auto",
                                "-XX:TieredStopAtLevel=1",
                                "-cp",
                                Meters.classPath(),
                                Other.class.getName(),
                                path.toString())
                        .redirectErrorStream(true)
                        .start();
        process.getInputStream().readAllBytes();
        return process.waitFor();
    }

    @Test
    void aSecondAttemptOfThisProcessLetsNoOtherProcessIn() throws Exception {
        Path path = folder.resolve("a.jsonl");
        Path link = Files.createSymbolicLink(folder.resolve("b.jsonl"), path);
        AppendFile file = lines(path);
        for (Path name : new Path[] {path, link}) {
            IOException e = assertThrows(IOException.class, () -> lines(name).close());
            assertEquals(name + " is in use by another run of this process", e.getMessage());
        }
        assertEquals(3, other(path));
        file.append(bytes("1\n"));
        file.close();
        try (AppendFile next = lines(link)) {
            // Closed for the second time, which takes nothing from who came after it.
            file.close();
            assertThrows(IOException.class, () -> lines(path).close());
            next.append(bytes("2\n"));
        }
        assertEquals(0, other(path));
        assertEquals("1\n2\nof the other process\n", Files.readString(path));
    }

    @Test
    void aLinkToWhatIsNotThereYetIsFollowed() throws IOException {
        Path target = Files.createDirectory(folder.resolve("disk")).resolve("a.jsonl");
        Path first = Files.createSymbolicLink(folder.resolve("1.jsonl"), Path.of("disk/a.jsonl"));
        Path second = Files.createSymbolicLink(folder.resolve("2.jsonl"), first);
        try (AppendFile file = lines(second)) {
            file.append(bytes("1\n"));
            assertThrows(IOException.class, () -> lines(target).close(), "it is in use");
        }
        assertEquals("1\n", Files.readString(target));
        assertTrue(Files.isSymbolicLink(second));
        Path circle = folder.resolve("circle");
        Files.createSymbolicLink(circle, circle);
        assertThrows(IOException.class, () -> lines(circle).close());
    }

    @Test
    void whatCannotBeOpenedCanBeTriedAgain() throws IOException {
        Path path = Files.writeString(folder.resolve("a.jsonl"), "precious");
        assertThrows(IOException.class, () -> AppendFile.lines(path, _ -> false, _ -> false));
        try (AppendFile file = AppendFile.lines(path, _ -> true, _ -> false)) {
            file.append(bytes("1\n"));
        }
        assertEquals("precious\n1\n", Files.readString(path));
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
