package dev.retort.efficiency.report;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/** Files that are there as a whole or not at all. */
class AtomicFileTest {
    private static final byte[] CONTENT = {1, 2, 3};

    @TempDir private Path folder;

    private FileSystemException refused(Path file) {
        return assertThrows(FileSystemException.class, () -> AtomicFile.write(file, CONTENT));
    }

    private List<String> names() throws IOException {
        try (Stream<Path> files = Files.list(folder)) {
            return files.map(file -> file.getFileName().toString()).sorted().toList();
        }
    }

    @Test
    void aFileIsReplaced() throws IOException {
        Path file = Files.write(folder.resolve("page"), new byte[] {9});
        assertEquals(file, AtomicFile.write(file, CONTENT));
        assertArrayEquals(CONTENT, Files.readAllBytes(file));
        assertEquals(List.of("page"), names());
    }

    @Test
    void aLinkIsFollowed() throws IOException {
        Path shelf = Files.createDirectory(folder.resolve("shelf"));
        Path page = Files.write(shelf.resolve("page"), new byte[] {9});
        Path inner = Files.createSymbolicLink(shelf.resolve("latest"), Path.of("page"));
        Path link = Files.createSymbolicLink(folder.resolve("link"), Path.of("shelf/latest"));
        assertEquals(link, AtomicFile.write(link, CONTENT));
        assertArrayEquals(CONTENT, Files.readAllBytes(page));
        assertTrue(Files.isSymbolicLink(link) && Files.isSymbolicLink(inner));
        assertEquals(List.of("link", "shelf"), names());
        try (Stream<Path> files = Files.list(shelf)) {
            assertEquals(List.of(inner, page), files.sorted().toList());
        }
    }

    @Test
    void whatALinkLeadsToNeedNotBeThere() throws IOException {
        Path page = folder.resolve("page");
        Path link = Files.createSymbolicLink(folder.resolve("link"), page);
        AtomicFile.write(link, CONTENT);
        assertTrue(Files.isSymbolicLink(link));
        assertArrayEquals(CONTENT, Files.readAllBytes(page));
        Path away = folder.resolve("no/such/page");
        Path dangling = Files.createSymbolicLink(folder.resolve("dangling"), away);
        FileSystemException refused = refused(dangling);
        assertEquals(dangling.toString(), refused.getFile());
        assertEquals("it links to " + away + ", whose folder does not exist", refused.getReason());
        assertTrue(Files.isSymbolicLink(dangling));
    }

    @Test
    void linksThatLeadNowhereAreRefused() throws IOException {
        Path one = folder.resolve("one");
        Path other = Files.createSymbolicLink(folder.resolve("other"), one);
        Files.createSymbolicLink(one, other);
        FileSystemException refused = refused(one);
        assertEquals(one.toString(), refused.getFile());
        assertEquals("expected a file to write, found a link to itself", refused.getReason());
        assertEquals(List.of("one", "other"), names());
    }

    @Test
    @EnabledOnOs(OS.LINUX)
    void aLinkToADeviceIsRefusedAsTheDeviceIs() throws IOException {
        Path link = Files.createSymbolicLink(folder.resolve("link"), Path.of("/dev/null"));
        assertEquals(
                "expected a file to write, found a device or a pipe", refused(link).getReason());
        assertTrue(Files.isSymbolicLink(link));
    }

    @Test
    void theFileThatWasAskedForIsNamed() throws IOException {
        Path away = folder.resolve("no/such/page");
        FileSystemException missing = refused(away);
        assertEquals(away.toString(), missing.getFile());
        assertEquals("its folder does not exist", missing.getReason());
        Path taken = Files.createDirectory(folder.resolve("taken"));
        FileSystemException isFolder = refused(taken);
        assertEquals(taken.toString(), isFolder.getFile());
        assertEquals("expected a file to write, found a folder", isFolder.getReason());
        Path below = Files.createFile(folder.resolve("file")).resolve("page");
        FileSystemException inFile = refused(below);
        assertEquals(below.toString(), inFile.getFile());
        assertEquals("Not a directory", inFile.getReason());
        assertInstanceOf(FileSystemException.class, inFile.getCause());
        assertEquals(List.of("file", "taken"), names());
    }

    @Test
    @EnabledOnOs(OS.LINUX)
    void aPipeStaysOne() throws Exception {
        Path pipe = folder.resolve("pipe");
        assertEquals(0, new ProcessBuilder("mkfifo", pipe.toString()).start().waitFor());
        FileSystemException refused = refused(pipe);
        assertEquals(pipe.toString(), refused.getFile());
        assertEquals("expected a file to write, found a device or a pipe", refused.getReason());
        assertFalse(Files.isRegularFile(pipe));
    }

    @Test
    @EnabledOnOs(OS.LINUX)
    void aFolderThatTakesNoFilesIsNotSaidToBeMissing() {
        FileSystemException refused = refused(Path.of("/proc/page"));
        assertEquals("/proc/page: its folder takes no files", refused.getMessage());
    }

    @Test
    void aFullDiskIsToldWithTheFile() throws IOException {
        Path file = folder.resolve("page");
        FileSystemException full =
                assertThrows(
                        FileSystemException.class,
                        () ->
                                AtomicFile.write(
                                        file,
                                        _ -> {
                                            throw new IOException("No space left on device");
                                        }));
        assertEquals(file + ": No space left on device", full.getMessage());
        assertEquals(List.of(), names());
    }

    /** As of a file that the content is read from. */
    @Test
    void whatGoesWrongElsewhereIsLeftAsItIs() throws IOException {
        NoSuchFileException other = new NoSuchFileException("other");
        assertSame(
                other,
                assertThrows(
                        NoSuchFileException.class,
                        () ->
                                AtomicFile.write(
                                        folder.resolve("page"),
                                        _ -> {
                                            throw other;
                                        })));
        assertEquals(List.of(), names());
    }
}
