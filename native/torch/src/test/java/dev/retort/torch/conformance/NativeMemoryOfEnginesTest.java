package dev.retort.torch.conformance;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import java.nio.file.Path;
import java.util.List;

/** Memory is shared with the arrays of both engines alike. */
class NativeMemoryOfEnginesTest {
    @TempDir Path folder;

    @ParameterizedTest
    @ValueSource(strings = {"Retort", "PyTorch"})
    void memoryIsShared(String engine) throws Exception {
        int code = EngineProcess.start(NativeMemoryRunner.class, engine, folder, List.of(engine));
        assertEquals(0, code, () -> EngineProcess.log(engine, folder));
    }
}
