package dev.retort.distill.cache;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.retort.distill.fingerprint.Fingerprint;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;

/** Damage that is found before the teacher is trained whose outputs it may be. */
class DamagedOutputsTest {
    @TempDir Path folder;

    private final CacheFixture fixture = new CacheFixture(1300);
    private final FormulaTeacher unknown = new FormulaTeacher("not trained yet", 7);

    @AfterEach
    void close() {
        fixture.close();
    }

    private Path filled(double factor, CacheEncoding encoding) throws IOException {
        FormulaTeacher teacher = new FormulaTeacher("t" + factor, factor);
        try (CacheFolder.Opened opened = fixture.open(folder, teacher, encoding)) {
            return opened.cache().path();
        }
    }

    private void require(CacheKey key) throws IOException {
        new CacheFolder(folder, CacheEncoding.fp32()).requireIntact(key);
    }

    private CacheKey key() {
        return fixture.key(unknown, CacheEncoding.fp32());
    }

    private static void flip(Path file, int place) throws IOException {
        byte[] bytes = Files.readAllBytes(file);
        bytes[place < 0 ? bytes.length + place : place] ^= 4;
        Files.write(file, bytes);
    }

    private String refused() {
        return String.valueOf(
                assertThrows(CacheException.class, () -> require(key())).getMessage());
    }

    @Test
    void intactFilesAndNoneAreNoTrouble() throws IOException {
        require(key());
        filled(1, CacheEncoding.fp32());
        filled(2, CacheEncoding.fp32());
        require(key());
    }

    @Test
    void allThatAreDamagedAreNamedAtOnce() throws IOException {
        Path first = filled(1, CacheEncoding.fp32());
        Path second = filled(2, CacheEncoding.fp32());
        Path third = filled(3, CacheEncoding.fp32());
        flip(first, -1);
        assertEquals(
                "expected intact outputs of teachers in %s, found a damaged file (chunk 3 of 3 of %s is damaged: its checksum is another; delete the file to have it made again); delete to have made again: %s"
                        .formatted(folder, first, first),
                refused());
        byte[] bytes = Files.readAllBytes(second);
        Files.write(second, Arrays.copyOf(bytes, bytes.length - 1));
        flip(third, 40);
        String message = refused();
        assertTrue(message.contains("found 3 damaged files ("), message);
        for (Path file : List.of(first, second, third)) {
            assertTrue(
                    message.substring(message.lastIndexOf(':')).contains(file.toString()), message);
            Files.delete(file);
        }
        require(key());
    }

    /** Each seed of a study asks, and its files are many and large: what was read stays read. */
    @Test
    void aFileThatWasFoundIntactIsNotReadAgain() throws IOException {
        Path old = filled(1, CacheEncoding.fp32());
        CacheFolder ofStudy = new CacheFolder(folder, CacheEncoding.fp32());
        ofStudy.requireIntact(key());
        flip(old, -1);
        ofStudy.requireIntact(key());
        // A file that has come since is new to it, and damage stays damage.
        Path later = filled(2, CacheEncoding.fp32());
        flip(later, -1);
        for (int i = 0; i < 2; i++) {
            String message =
                    String.valueOf(
                            assertThrows(CacheException.class, () -> ofStudy.requireIntact(key()))
                                    .getMessage());
            assertTrue(message.endsWith("delete to have made again: " + later), message);
        }
    }

    /** What was passed over was not found intact. */
    @Test
    void aFileThatWasPassedOverIsReadOnceItIsComplete() throws IOException {
        Path file = filled(1, CacheEncoding.fp32());
        flip(file, -1);
        byte[] damaged = Files.readAllBytes(file);
        byte[] filling = damaged.clone();
        filling[CacheLayout.STATE_OFFSET] = 0;
        Files.write(file, filling);
        CacheFolder ofStudy = new CacheFolder(folder, CacheEncoding.fp32());
        ofStudy.requireIntact(key());
        Files.write(file, damaged);
        assertThrows(CacheException.class, () -> ofStudy.requireIntact(key()));
    }

    /** Nobody could say whose a file without its first page is. */
    @Test
    void aFileThatIsAlmostGoneIsDamagedToo() throws IOException {
        Path file = filled(1, CacheEncoding.fp32());
        Files.write(file, new byte[10]);
        assertTrue(refused().contains(", found 10 bytes)"), refused());
    }

    @Test
    void whatIsOfOtherSamplesOrStoredOtherwiseIsPassedOver() throws IOException {
        flip(filled(1, CacheEncoding.of("fp16")), -1);
        require(key());
        flip(filled(1, CacheEncoding.fp32()), -1);
        CacheKey own = key();
        require(
                new CacheKey(
                        own.teacher(),
                        Fingerprint.of(List.of("other data")),
                        own.preprocessing(),
                        own.encoding(),
                        own.augmentation(),
                        own.samples(),
                        own.classes()));
        assertThrows(CacheException.class, () -> require(own));
    }

    /** The next one goes on with it. */
    @Test
    void whatACrashCutShortIsNoDamage() throws IOException {
        Path file = filled(1, CacheEncoding.fp32());
        byte[] bytes = Files.readAllBytes(file);
        bytes[CacheLayout.STATE_OFFSET] = 0;
        bytes[bytes.length - 1] ^= 4;
        Files.write(file, bytes);
        require(key());
    }
}
