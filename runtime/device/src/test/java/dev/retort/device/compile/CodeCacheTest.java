package dev.retort.device.compile;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.retort.cuda.CudaVersion;
import dev.retort.cuda.Nvrtc.Compilation;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Stream;

/** The cache with a compiler that counts what it is asked for. */
class CodeCacheTest {
    private static final KernelSource SOURCE =
            new KernelSource("a.cu", "text", List.of("-x"), List.of("f<float>"));
    private static final int IMAGE_BYTES = 1000;

    private final Path folder;
    private final List<List<String>> compiled = new ArrayList<>();

    CodeCacheTest(@TempDir Path root) {
        this.folder = root.resolve("a").resolve("code");
    }

    private KernelCompiler compiler(int major, long limitBytes) {
        return new KernelCompiler(
                this::compile, new CudaVersion(major, 0), new CodeCache(folder, limitBytes));
    }

    private synchronized Compilation compile(KernelSource source, List<String> options) {
        compiled.add(options);
        byte[] image = new byte[IMAGE_BYTES];
        image[0] = (byte) source.text().length();
        return new Compilation(
                MemorySegment.ofArray(image), Map.of("f<float>", "_Z1fIfEvv"), "a warning");
    }

    private List<Path> files() throws IOException {
        try (Stream<Path> files = Files.list(folder)) {
            return files.toList();
        }
    }

    @Test
    void theSecondTimeNothingIsCompiled() throws IOException {
        CompiledCode first = compiler(1, 1 << 20).compile(SOURCE, "compute_80");
        CompiledCode second = compiler(1, 1 << 20).compile(SOURCE, "compute_80");
        assertFalse(first.cached());
        assertTrue(second.cached());
        assertEquals(List.of(List.of("-x", "--gpu-architecture=compute_80")), compiled);
        assertEquals("_Z1fIfEvv", second.loweredName("f<float>"));
        assertEquals("a warning", second.log());
        assertArrayEquals(
                first.image().toArray(ValueLayout.JAVA_BYTE),
                second.image().toArray(ValueLayout.JAVA_BYTE));
        assertThrows(IllegalArgumentException.class, () -> second.loweredName("g"));
        assertEquals(
                "rwx------", PosixFilePermissions.toString(Files.getPosixFilePermissions(folder)));
    }

    @Test
    void everyPartOfTheKeyCounts() {
        KernelCompiler compiler = compiler(1, 1 << 20);
        List<KernelSource> sources =
                List.of(
                        SOURCE,
                        new KernelSource("b.cu", "text", List.of("-x"), List.of("f<float>")),
                        new KernelSource("a.cu", "text ", List.of("-x"), List.of("f<float>")),
                        new KernelSource("a.cu", "text", List.of("-", "x"), List.of("f<float>")),
                        new KernelSource("a.cu", "text", List.of("-x"), List.of()));
        for (KernelSource source : sources) {
            assertFalse(compiler.compile(source, "compute_80").cached());
            assertFalse(compiler.compile(source, "sm_90a").cached());
            assertFalse(compiler(2, 1 << 20).compile(source, "compute_80").cached());
        }
        assertEquals(3 * sources.size(), compiled.size());
        Set<CacheKey> keys = new HashSet<>();
        sources.forEach(source -> keys.add(CacheKey.of(source, source.options(), "1")));
        assertEquals(sources.size(), keys.size());
    }

    @Test
    void aDamagedEntryIsCompiledAnew() throws IOException {
        byte[] whole = CacheEntry.bytes(compiler(1, 1 << 20).compile(SOURCE, "compute_80"));
        Path file = files().getFirst();
        for (int damage = 0; damage < 4; damage++) {
            byte[] damaged =
                    switch (damage) {
                        case 0 -> new byte[0];
                        case 1 -> java.util.Arrays.copyOf(whole, whole.length - 1);
                        case 2 -> new byte[whole.length];
                        default -> whole.clone();
                    };
            if (damage == 3) {
                damaged[whole.length / 2] ^= 1;
            }
            Files.write(file, damaged);
            int before = compiled.size();
            assertFalse(compiler(1, 1 << 20).compile(SOURCE, "compute_80").cached());
            assertEquals(before + 1, compiled.size());
            assertArrayEquals(whole, Files.readAllBytes(file), "repaired");
        }
    }

    @Test
    void whatWasNotUsedForLongestGoesFirst() throws IOException {
        long limit = 3 * (IMAGE_BYTES + 200L);
        KernelCompiler compiler = compiler(1, limit);
        for (int i = 0; i < 3; i++) {
            compiler.compile(new KernelSource("a.cu", "text" + i), "compute_80");
        }
        List<Path> files = files();
        for (Path file : files) {
            Files.setLastModifiedTime(file, FileTime.from(Instant.now().minusSeconds(60)));
        }
        assertTrue(compiler.compile(new KernelSource("a.cu", "text0"), "compute_80").cached());
        compiler.compile(new KernelSource("a.cu", "text3"), "compute_80");
        assertEquals(3, files().size());
        assertTrue(compiler.compile(new KernelSource("a.cu", "text0"), "compute_80").cached());
        assertTrue(compiler.compile(new KernelSource("a.cu", "text3"), "compute_80").cached());
    }

    @Test
    void whatADeadProcessLeftIsRemovedInTime() throws IOException {
        Files.createDirectories(folder);
        Path fresh = Files.createFile(folder.resolve("1.part"));
        Path old = Files.createFile(folder.resolve("2.part"));
        Path foreign = Files.createFile(folder.resolve("README"));
        Files.setLastModifiedTime(old, FileTime.from(Instant.now().minus(Duration.ofHours(2))));
        Files.setLastModifiedTime(foreign, FileTime.from(Instant.EPOCH));
        compiler(1, 0).compile(SOURCE, "compute_80");
        assertEquals(Set.of(fresh, foreign), Set.copyOf(files()));
    }

    @Test
    void aProgramThatReadsOtherFilesIsNotKept() {
        for (String option : List.of("-I/usr/include", "--include-path=x", "-include=h")) {
            KernelSource source = new KernelSource("a.cu", "t", List.of(option), List.of());
            assertFalse(compiler(1, 1 << 20).compile(source, "compute_80").cached());
            assertFalse(compiler(1, 1 << 20).compile(source, "compute_80").cached());
        }
        assertEquals(6, compiled.size());
        assertFalse(Files.exists(folder));
    }

    @Test
    void aFolderThatCannotBeMadeCostsOnlyTheSaving() throws IOException {
        Files.createFile(folder.getParent());
        assertFalse(compiler(1, 1 << 20).compile(SOURCE, "compute_80").cached());
        assertFalse(compiler(1, 1 << 20).compile(SOURCE, "compute_80").cached());
    }

    @Test
    void manyAtOnceAgree() throws Exception {
        // Two caches on one folder stand for two processes: they share nothing but the files.
        try (ExecutorService threads = Executors.newFixedThreadPool(4)) {
            List<Future<?>> all = new ArrayList<>();
            for (int thread = 0; thread < 4; thread++) {
                KernelCompiler compiler = compiler(1, 4 * (IMAGE_BYTES + 200L));
                all.add(
                        threads.submit(
                                () -> {
                                    for (int i = 0; i < 200; i++) {
                                        String text = "t".repeat(1 + i % 7);
                                        CompiledCode code =
                                                compiler.compile(
                                                        new KernelSource("a.cu", text), "sm_80");
                                        byte first = code.image().get(ValueLayout.JAVA_BYTE, 0);
                                        assertEquals(text.length(), first);
                                    }
                                }));
            }
            for (Future<?> one : all) {
                one.get();
            }
        }
        assertTrue(files().size() <= 4, () -> "left: " + compiled.size());
    }

    @Test
    void anArchitectureHasAForm() {
        assertThrows(
                IllegalArgumentException.class, () -> compiler(1, 0).compile(SOURCE, "compute_8"));
        assertThrows(
                IllegalArgumentException.class, () -> compiler(1, 0).compile(SOURCE, "sm_80 --x"));
        assertThrows(IllegalArgumentException.class, () -> compiler(1, -1));
    }

    @Test
    void theStandardFolderIsTheUsers() {
        Path standard = CodeCache.standard().folder();
        assertTrue(standard.endsWith(Path.of("retort", "code")), standard::toString);
        assertNotEquals(folder, standard);
    }
}
