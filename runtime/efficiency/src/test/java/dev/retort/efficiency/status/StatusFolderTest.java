package dev.retort.efficiency.status;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.retort.efficiency.status.RunStatus.Publisher;
import dev.retort.efficiency.status.StatusFolder.LiveRun;
import dev.retort.efficiency.status.StatusFolder.State;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

class StatusFolderTest {
    @TempDir Path root;

    private long now = 1_000_000_000_000L;
    private Path path;
    private StatusFolder folder;

    @BeforeEach
    void open() {
        path = root.resolve("a").resolve("retort");
        folder = new StatusFolder(path, () -> now);
    }

    private RunStatus status(String outcome, Publisher publisher) {
        return new RunStatus(
                "run",
                Map.of("team", "vision"),
                publisher,
                1,
                outcome,
                now,
                now,
                10,
                Map.of("GOOD", 4L, "OTHER", 6L),
                1,
                2,
                3.0,
                4.0,
                null,
                null,
                "no peak",
                null,
                null,
                null,
                null,
                Map.of());
    }

    private List<State> states() throws IOException {
        return folder.read().stream().map(LiveRun::state).toList();
    }

    @Test
    void onlyTheOwnerCanGetIn() throws IOException {
        folder.prepare();
        assertEquals(
                "rwx------", PosixFilePermissions.toString(Files.getPosixFilePermissions(path)));
        folder.prepare();
        Files.setPosixFilePermissions(path, PosixFilePermissions.fromString("rwxr-x---"));
        IOException error = assertThrows(IOException.class, folder::prepare);
        assertTrue(error.toString().contains("rwxr-x---"), error::toString);
        assertThrows(IOException.class, folder::read);
    }

    @Test
    void aLinkIsNoFolderOfOurs() throws IOException {
        Files.createDirectories(path.getParent());
        Path elsewhere = Files.createDirectory(root.resolve("elsewhere"));
        Files.createSymbolicLink(path, elsewhere);
        assertThrows(IOException.class, folder::prepare);
    }

    @Test
    void whatIsWrittenIsRead() throws IOException {
        assertEquals(List.of(), folder.read());
        folder.prepare();
        RunStatus written = status("RUNNING", StatusFolder.thisProcess());
        folder.write(1, written);
        folder.write(1, written);
        assertEquals(List.of(new LiveRun(written, State.RUNNING)), folder.read());
        try (Stream<Path> files = Files.list(path)) {
            assertEquals(1, files.count());
        }
    }

    @Test
    void theProcessTellsLostFromRunning() throws IOException {
        folder.prepare();
        Publisher self = StatusFolder.thisProcess();
        // The number has been given to another process since.
        folder.write(1, status("RUNNING", new Publisher(self.pid(), "tick 1")));
        assertEquals(List.of(State.LOST), states());
        folder.write(1, status("RUNNING", self));
        assertEquals(List.of(State.RUNNING), states());
        folder.write(1, status("FAILED", new Publisher(self.pid(), "tick 1")));
        assertEquals(List.of(State.ENDED), states());
    }

    @Test
    void whatIsOverIsForgottenAndWhatRunsIsNot() throws IOException {
        folder.prepare();
        Publisher self = StatusFolder.thisProcess();
        folder.write(1, status("RUNNING", self));
        folder.write(2, status("SUCCEEDED", self));
        folder.write(3, status("RUNNING", new Publisher(self.pid(), "tick 1")));
        now += StatusFolder.REMEMBERED.toMillis();
        assertEquals(3, folder.read().size());
        now++;
        assertEquals(List.of(State.RUNNING), states());
        try (Stream<Path> files = Files.list(path)) {
            assertEquals(1, files.count());
        }
    }

    @Test
    void whatCannotBeReadIsPassedOver() throws IOException {
        folder.prepare();
        folder.write(1, status("RUNNING", StatusFolder.thisProcess()));
        Files.writeString(path.resolve("7-1.run.json"), "{\"name\":");
        Files.writeString(path.resolve("8-1.run.json"), "{\"name\":\"x\"}");
        Files.writeString(path.resolve("9-1.run.json"), "null");
        assertEquals(List.of(State.RUNNING), states());
    }

    @Test
    void theUserIsKnownWithoutTheProcessAsAFolder() throws IOException {
        String user = StatusFolder.user(root.resolve("missing"));
        assertTrue(user.matches("\\d+"), user);
        assertEquals(Files.getAttribute(root, "unix:uid").toString(), user);
        assertEquals(user, StatusFolder.user(root));
    }

    @Test
    void theFolderIsThatOfTheUser() {
        String user = StatusFolder.ofUser(Map.of("TMPDIR", root.toString())).toString();
        assertTrue(user.matches(root + "/retort-\\d+"), user);
        assertEquals(
                root.resolve("retort"),
                StatusFolder.ofUser(Map.of("XDG_RUNTIME_DIR", root.toString())));
        Path missing = StatusFolder.ofUser(Map.of("XDG_RUNTIME_DIR", root + "/missing"));
        assertFalse(missing.startsWith(root), missing.toString());
        assertTrue(missing.startsWith("/tmp"), missing.toString());
    }
}
