package dev.retort.experiment.schedule;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.retort.experiment.CauseOfEnd;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.OptionalLong;
import java.util.concurrent.atomic.AtomicLong;

/** Exit codes and the kernel's count of kills for memory. */
final class ProcessEndsTest {
    @ParameterizedTest
    @CsvSource({
        "0, EXITED",
        "1, EXITED",
        "127, EXITED",
        "128, EXITED",
        "255, EXITED",
        "132, NATIVE_CRASH",
        "134, NATIVE_CRASH",
        "135, NATIVE_CRASH",
        "136, NATIVE_CRASH",
        "139, NATIVE_CRASH",
        "129, KILLED",
        "130, KILLED",
        "137, KILLED",
        "143, KILLED"
    })
    void exitCodesAreToldApart(int exitCode, CauseOfEnd cause) {
        ProcessEnds ends = new ProcessEnds(() -> OptionalLong.of(3));
        assertEquals(cause, ends.explain(exitCode, false, OptionalLong.of(3)).cause());
        assertEquals(
                CauseOfEnd.OUT_OF_MEMORY, ends.explain(exitCode, true, OptionalLong.of(3)).cause());
    }

    @Test
    void onlyAKillThatTheKernelCountsIsForMemory() {
        ProcessEnds ends = new ProcessEnds(() -> OptionalLong.of(4));
        assertEquals(
                CauseOfEnd.KILLED_FOR_MEMORY, ends.explain(137, false, OptionalLong.of(3)).cause());
        assertEquals(CauseOfEnd.KILLED, ends.explain(137, false, OptionalLong.empty()).cause());
        assertEquals(CauseOfEnd.KILLED, ends.explain(143, false, OptionalLong.of(3)).cause());
    }

    @Test
    void oneKillForMemoryExplainsOneEnd() {
        AtomicLong kills = new AtomicLong(7);
        ProcessEnds ends = new ProcessEnds(() -> OptionalLong.of(kills.get()));
        OptionalLong before = ends.memoryKills();
        kills.set(8);
        assertEquals(CauseOfEnd.KILLED_FOR_MEMORY, ends.explain(137, false, before).cause());
        assertEquals(CauseOfEnd.KILLED, ends.explain(137, false, before).cause());
        kills.set(9);
        assertEquals(CauseOfEnd.KILLED_FOR_MEMORY, ends.explain(137, false, before).cause());
    }

    @Test
    void theNearestCounterThatCountsIsRead(@TempDir Path folder) throws IOException {
        Path missing = folder.resolve("missing");
        Path old = Files.writeString(folder.resolve("old"), "low 1\nhigh 2\n");
        Path counting =
                Files.writeString(folder.resolve("new"), "oom 9\noom_kill 5\noom_group_kill 7\n");
        assertEquals(OptionalLong.of(5), ProcessEnds.memoryKills(List.of(missing, old, counting)));
        assertEquals(OptionalLong.empty(), ProcessEnds.memoryKills(List.of(missing, old)));
    }
}
