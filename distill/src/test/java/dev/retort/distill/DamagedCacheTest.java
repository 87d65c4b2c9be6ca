package dev.retort.distill;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.retort.distill.cache.CacheEncoding;
import dev.retort.distill.cache.CacheException;
import dev.retort.distill.cache.CacheFolder;
import dev.retort.distill.train.TrainingObserver;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

class DamagedCacheTest {
    @TempDir Path folder;

    private final List<Role> trained = new ArrayList<>();

    private void run(long seed) throws IOException {
        Study.run(
                SmallStudy.task(),
                seed,
                1,
                Optional.empty(),
                Optional.of(new CacheFolder(folder, CacheEncoding.fp32())),
                Optional.empty(),
                new StudyObserver() {
                    @Override
                    public TrainingObserver trainingBegins(long ofSeed, Role role) {
                        trained.add(role);
                        return TrainingObserver.NONE;
                    }
                });
    }

    /** Whose outputs they are is known only after the teacher's training. */
    @Test
    void allDamageIsFoundBeforeTheTeacherIsTrained() throws IOException {
        run(1);
        run(2);
        List<Path> files;
        try (Stream<Path> all = Files.list(folder)) {
            files = all.filter(file -> file.toString().endsWith(".outputs")).toList();
        }
        assertEquals(2, files.size());
        for (Path file : files) {
            byte[] bytes = Files.readAllBytes(file);
            bytes[bytes.length - 1] ^= 4;
            Files.write(file, bytes);
        }
        trained.clear();
        String message =
                String.valueOf(assertThrows(CacheException.class, () -> run(2)).getMessage());
        assertEquals(List.of(), trained);
        for (Path file : files) {
            assertTrue(message.contains(file.toString()), message);
            Files.delete(file);
        }
        run(2);
        assertEquals(3, trained.size());
    }
}
