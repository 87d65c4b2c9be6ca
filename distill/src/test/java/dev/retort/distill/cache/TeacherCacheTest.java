package dev.retort.distill.cache;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.types.Shape;

import dev.retort.distill.fingerprint.Fingerprint;
import dev.retort.distill.teacher.TableTeacher;
import dev.retort.distill.teacher.Teacher;
import dev.retort.distill.teacher.TeacherContract;
import dev.retort.distill.teacher.TeacherException;
import dev.retort.distill.teacher.TeacherOutput;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.LongStream;
import java.util.stream.Stream;

class TeacherCacheTest {
    private static final int SAMPLES = 1300;

    @TempDir Path folder;

    private final CacheFixture fixture = new CacheFixture(SAMPLES);
    private final FormulaTeacher teacher = new FormulaTeacher("t");

    @AfterEach
    void close() {
        fixture.close();
    }

    @Test
    void theTeacherIsAskedOnceHoweverManyStudentsThereAre() throws IOException {
        try (CacheFolder.Opened first = fixture.open(folder, teacher, CacheEncoding.fp32())) {
            assertEquals(SAMPLES, first.cache().rowsAsked());
            assertArrayEquals(fixture.expected(), all(first.cache()));
        }
        // Contract 4 * 16 + 8, all of them once, and a sample of 64.
        assertEquals(4 * 16 + 8 + SAMPLES + 64, teacher.samples);
        // Chunks of 512, 512 and 276 rows by 128.
        assertEquals(5 + 4 + 4 + 3 + 1, teacher.passes);
        for (int student = 2; student <= 10; student++) {
            teacher.samples = 0;
            try (CacheFolder.Opened later = fixture.open(folder, teacher, CacheEncoding.fp32())) {
                assertEquals(0, later.cache().rowsAsked());
                assertEquals(64, teacher.samples);
                assertEquals(new Drift(64, 0, 0, later.drift().allowed()), later.drift());
                assertArrayEquals(fixture.expected(), all(later.cache()));
                NDArray logits = later.cache().logits(0, fixture.manager);
                assertEquals(new Shape(SAMPLES, FormulaTeacher.CLASSES), logits.getShape());
                assertArrayEquals(fixture.expected(), logits.toFloatArray());
            }
        }
        try (Stream<Path> files = Files.list(folder)) {
            assertEquals(2, files.count(), "the outputs and the lock");
        }
    }

    @Test
    void ofManyClassesAsManySamplesAreAskedForAsABatchHas() throws IOException {
        int classes = 100_000;
        int samples = 10;
        try (Teacher table =
                        new TableTeacher(
                                "t", new float[samples * classes], classes, TeacherOutput.LOGITS);
                CacheFixture few = new CacheFixture(samples)) {
            CacheKey key =
                    new CacheKey(
                            table.fingerprint(),
                            CacheFixture.DATA,
                            CacheFixture.PREPROCESSING,
                            CacheEncoding.fp32(),
                            Augmentation.OFF,
                            samples,
                            classes);
            assertEquals(2, CacheLayout.of(key).rowsPerChunk());
            List<Integer> batches = new ArrayList<>();
            SampleReader reader =
                    (positions, view, owner) -> {
                        batches.add(positions.length);
                        return few.reader.read(positions, view, owner);
                    };
            new CacheFolder(folder, CacheEncoding.fp32(), 4)
                    .open(key, table, reader, few.manager)
                    .close();
            // The contract, 4 + 4 + 2 to be stored, and all to be compared.
            assertEquals(List.of(10, 4, 4, 2, 10), batches);
        }
    }

    @Test
    void closingCanBeRepeated() throws IOException {
        CacheFolder.Opened opened = fixture.open(folder, teacher, CacheEncoding.fp32());
        opened.close();
        opened.close();
        opened.cache().close();
    }

    @Test
    void aTeacherThatRoundsAsTheContractAllowsItIsNotRefusedLater() throws IOException {
        fixture.open(folder, teacher, CacheEncoding.fp32()).close();
        FormulaTeacher close = new FormulaTeacher("t", 1 + 0.9 * TeacherContract.TOLERANCE);
        try (CacheFolder.Opened opened = fixture.open(folder, close, CacheEncoding.fp32())) {
            assertEquals(0, opened.cache().rowsAsked());
        }
        FormulaTeacher far = new FormulaTeacher("t", 1 + 2 * TeacherContract.TOLERANCE);
        String message =
                String.valueOf(
                        assertThrows(
                                        CacheException.class,
                                        () -> fixture.open(folder, far, CacheEncoding.fp32()))
                                .getMessage());
        assertTrue(message.contains("another device or batch size"), message);
    }

    @ParameterizedTest
    @ValueSource(strings = {"fp16", "top-3"})
    void smallerEncodingsAreReadBackAndVerified(String name) throws IOException {
        CacheEncoding encoding = CacheEncoding.of(name);
        try (CacheFolder.Opened first = fixture.open(folder, teacher, encoding)) {
            float[] expected = fixture.expected();
            float[] row = new float[FormulaTeacher.CLASSES];
            float[] read = all(first.cache());
            for (int i = 0; i < SAMPLES; i++) {
                ByteBuffer bytes = CacheLayout.allocate(encoding.rowBytes(row.length));
                encoding.write(expected, i * row.length, row.length, bytes);
                encoding.read(bytes.flip(), row, 0, row.length);
                for (int j = 0; j < row.length; j++) {
                    assertEquals(row[j], read[i * row.length + j]);
                }
            }
            assertTrue(first.drift().isExplained());
            assertTrue(first.drift().largest() < 0.01, first.drift().words());
        }
    }

    @Test
    void everyPartOfTheKeyIsComparedAndNamed() throws IOException {
        CacheKey key = fixture.key(teacher, CacheEncoding.fp32());
        Path file = filled();
        Fingerprint other = Fingerprint.of(List.of("other"));
        String was = "%s holds the outputs of something else: ".formatted(file);
        assertEquals(
                was
                        + "expected the teacher %s, found %s"
                                .formatted(other.brief(), key.teacher().brief()),
                refused(file, with(key, other, key.data(), key.preprocessing())));
        assertEquals(
                was + "expected the data %s, found %s".formatted(other.brief(), key.data().brief()),
                refused(file, with(key, key.teacher(), other, key.preprocessing())));
        assertEquals(
                was
                        + "expected the preprocessing %s, found %s"
                                .formatted(other.brief(), key.preprocessing().brief()),
                refused(file, with(key, key.teacher(), key.data(), other)));
        assertEquals(
                was + "expected the type fp16, found fp32",
                refused(file, fixture.key(teacher, CacheEncoding.fp16())));
        assertEquals(
                was + "expected the augmentation 2 views by flips, found off",
                refused(
                        file,
                        fixture.key(
                                teacher,
                                CacheEncoding.fp32(),
                                new Augmentation.PerView(2, "flips"))));
        assertEquals(
                was + "expected the samples 1299, found 1300; expected the classes 8, found 7",
                refused(
                        file,
                        new CacheKey(
                                key.teacher(),
                                key.data(),
                                key.preprocessing(),
                                key.encoding(),
                                key.augmentation(),
                                1299,
                                8)));
        // And in a folder each has a file of its own.
        assertFalse(
                key.fileName()
                        .equals(with(key, other, key.data(), key.preprocessing()).fileName()));
    }

    @Test
    void aTeacherWithTheHashOfAnotherIsFoundOutByItsOutputs() throws IOException {
        filled();
        FormulaTeacher impostor = new FormulaTeacher("t", 1.01);
        String message =
                String.valueOf(
                        assertThrows(
                                        CacheException.class,
                                        () -> fixture.open(folder, impostor, CacheEncoding.fp32()))
                                .getMessage());
        assertTrue(message.matches("expected in .* what t says, found it to differ by 0.0.*"));
    }

    @Test
    void aDamagedChunkIsRefusedWhenItIsRead() throws IOException {
        Path file = filled();
        CacheLayout layout = CacheLayout.of(fixture.key(teacher, CacheEncoding.fp32()));
        overwrite(file, layout.chunkOffset(1) + 5, (byte) 99);
        try (TeacherCache cache =
                TeacherCache.open(file, fixture.key(teacher, CacheEncoding.fp32()))) {
            cache.read(new long[] {0, 511, 1024, 1299}, 0);
            assertEquals(
                    "chunk 2 of 3 of %s is damaged: its checksum is another; delete the file to have it made again"
                            .formatted(file),
                    String.valueOf(
                            assertThrows(
                                            CacheException.class,
                                            () -> cache.read(new long[] {512}, 0))
                                    .getMessage()));
        }
        assertThrows(
                CacheException.class, () -> fixture.open(folder, teacher, CacheEncoding.fp32()));
    }

    @Test
    void filesThatAreNoCachesAreRefused() throws IOException {
        CacheKey key = fixture.key(teacher, CacheEncoding.fp32());
        Path none = folder.resolve("none");
        assertThrows(NoSuchFileException.class, () -> TeacherCache.open(none, key));
        Path empty = Files.createFile(folder.resolve("empty"));
        assertEquals(
                "expected a cache of teacher outputs in %s, found 0 bytes".formatted(empty),
                refused(empty, key));
        Path zeros = Files.write(folder.resolve("zeros"), new byte[8192]);
        assertEquals(
                "expected a cache of teacher outputs in %s, found another file".formatted(zeros),
                refused(zeros, key));
        Path file = filled();
        overwrite(file, 8, (byte) 2);
        assertEquals(
                "expected version 1 of the cache format in %s, found 2".formatted(file),
                refused(file, key));
        overwrite(file, 8, (byte) 1);
        overwrite(file, 40, (byte) '!');
        assertEquals(
                "the first page of %s is damaged; delete it to have it made again".formatted(file),
                refused(file, key));
    }

    @Test
    void aFileThatWasCutIsRefused() throws IOException {
        Path file = filled();
        long length = Files.size(file);
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
            channel.truncate(length - 1);
        }
        assertEquals(
                "expected %d bytes in %s, found %d: it was cut; delete it to have it made again"
                        .formatted(length, file, length - 1),
                refused(file, fixture.key(teacher, CacheEncoding.fp32())));
    }

    @Test
    void anAugmentationIsOffOrHasFixedViewsOrIsRefused() throws IOException {
        CacheKey random = fixture.key(teacher, CacheEncoding.fp32(), Augmentation.REFUSE);
        CacheFolder caches = new CacheFolder(folder, CacheEncoding.fp32());
        assertEquals(
                "expected samples that are the same each time for a cache of teacher outputs, found"
                        + " an augmentation at random: ask the teacher in each step, or fix the"
                        + " views of a sample",
                String.valueOf(
                        assertThrows(
                                        TeacherException.class,
                                        () ->
                                                caches.open(
                                                        random,
                                                        teacher,
                                                        fixture.reader,
                                                        fixture.manager))
                                .getMessage()));

        CacheKey views =
                fixture.key(teacher, CacheEncoding.fp32(), new Augmentation.PerView(3, "shift"));
        SampleReader shifted =
                (positions, view, owner) -> {
                    NDList samples = fixture.reader.read(positions, 0, owner);
                    return new NDList(samples.head().add(view * 0.25f));
                };
        try (CacheFolder.Opened opened = caches.open(views, teacher, shifted, fixture.manager)) {
            assertEquals(3 * SAMPLES, opened.cache().rowsAsked());
            assertEquals(3 * 64, opened.drift().rows());
            for (int view = 0; view < 3; view++) {
                float[] row = opened.cache().read(new long[] {1299, 3}, view);
                assertEquals(FormulaTeacher.logit(1299 + view * 0.25, 0, 1), row[0]);
                assertEquals(
                        FormulaTeacher.logit(3 + view * 0.25, 6, 1),
                        row[2 * FormulaTeacher.CLASSES - 1]);
            }
            assertThrows(
                    IllegalArgumentException.class, () -> opened.cache().read(new long[] {0}, 3));
            assertThrows(
                    IllegalArgumentException.class,
                    () -> opened.cache().read(new long[] {SAMPLES}, 0));
        }
        assertThrows(IllegalArgumentException.class, () -> new Augmentation.PerView(0, "none"));
        assertThrows(
                IllegalArgumentException.class,
                () -> fixture.reader.read(new long[] {0}, 1, fixture.manager),
                "there is but one view without augmentation");
    }

    @Test
    void aTeacherThatChangesWhileItIsAskedLeavesNothingBehind() throws IOException {
        SampleReader changing =
                (positions, view, owner) -> {
                    if (positions[0] == 1024) {
                        teacher.change();
                    }
                    return fixture.reader.read(positions, view, owner);
                };
        CacheKey key = fixture.key(teacher, CacheEncoding.fp32());
        CacheFolder caches = new CacheFolder(folder, CacheEncoding.fp32());
        assertEquals(
                "expected t to stay as it is while its outputs are stored, found it changed",
                String.valueOf(
                        assertThrows(
                                        TeacherException.class,
                                        () -> caches.open(key, teacher, changing, fixture.manager))
                                .getMessage()));
        FormulaTeacher unchanged = new FormulaTeacher("t");
        try (CacheFolder.Opened opened = fixture.open(folder, unchanged, CacheEncoding.fp32())) {
            assertEquals(SAMPLES, opened.cache().rowsAsked());
        }
    }

    @Test
    void outputsThatCannotBeStoredAreNamed() {
        FormulaTeacher large = new FormulaTeacher("large", 1e5);
        String message =
                String.valueOf(
                        assertThrows(
                                        TeacherException.class,
                                        () -> fixture.open(folder, large, CacheEncoding.fp16()))
                                .getMessage());
        assertTrue(
                message.matches(
                        "expected logits of at most 65504 for fp16, found .* of large at sample"
                                + " \\d+"),
                message);
        FormulaTeacher broken = new FormulaTeacher("broken", Double.NaN);
        assertEquals(
                "expected finite outputs from broken, found NaN for class 0 of sample 0",
                String.valueOf(
                        assertThrows(
                                        TeacherException.class,
                                        () -> fixture.open(folder, broken, CacheEncoding.fp32()))
                                .getMessage()));
    }

    @Test
    void keysAndFoldersAreChecked() {
        CacheFolder caches = new CacheFolder(folder, CacheEncoding.fp32());
        CacheKey half = fixture.key(teacher, CacheEncoding.fp16());
        assertThrows(
                IllegalArgumentException.class,
                () -> caches.open(half, teacher, fixture.reader, fixture.manager));
        CacheKey key = fixture.key(new FormulaTeacher("u"), CacheEncoding.fp32());
        assertTrue(
                String.valueOf(
                                assertThrows(
                                                TeacherException.class,
                                                () ->
                                                        caches.open(
                                                                key,
                                                                teacher,
                                                                fixture.reader,
                                                                fixture.manager))
                                        .getMessage())
                        .startsWith("expected the teacher " + key.teacher().brief()));
        assertThrows(
                IllegalArgumentException.class,
                () -> new CacheFolder(folder, CacheEncoding.fp32(), 0));
        assertThrows(
                IllegalArgumentException.class,
                () -> fixture.key(teacher, CacheEncoding.top(FormulaTeacher.CLASSES)));
    }

    private Path filled() throws IOException {
        try (CacheFolder.Opened opened = fixture.open(folder, teacher, CacheEncoding.fp32())) {
            return opened.cache().path();
        }
    }

    private static float[] all(TeacherCache cache) throws IOException {
        return cache.read(LongStream.range(0, SAMPLES).toArray(), 0);
    }

    private static CacheKey with(
            CacheKey key, Fingerprint teacher, Fingerprint data, Fingerprint preprocessing) {
        return new CacheKey(
                teacher,
                data,
                preprocessing,
                key.encoding(),
                key.augmentation(),
                key.samples(),
                key.classes());
    }

    private static String refused(Path file, CacheKey key) {
        Executable open = () -> TeacherCache.open(file, key).close();
        return String.valueOf(assertThrows(CacheException.class, open).getMessage());
    }

    private static void overwrite(Path file, long offset, byte value) throws IOException {
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
            channel.write(ByteBuffer.wrap(new byte[] {value}), offset);
        }
    }
}
