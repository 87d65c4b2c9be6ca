package dev.retort.cuda;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Properties;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

class KernelPtxTest {
    private static final Path SOURCES = Path.of("src", "main", "cuda");
    private static final Path COMPILED =
            Path.of("src", "main", "resources", "dev", "retort", "cuda", "kernels");

    @Test
    void everyModuleIsThereForBothGenerations() {
        for (KernelPtx module : KernelPtx.values()) {
            assertTrue(module.ptx(8).contains("\n.target sm_80\n"), module + " for 8.x");
            assertTrue(module.ptx(9).contains("\n.target sm_90\n"), module + " for 9.x");
            assertEquals(module.ptx(9), module.ptx(12), "later ones run what 9.x runs");
            assertEquals(
                    "the kernels need compute capability 8.0 or newer, the device has 7.x",
                    assertThrows(IllegalArgumentException.class, () -> module.ptx(7)).getMessage());
        }
    }

    @Test
    void everySourceHasItsModule() throws IOException {
        Set<String> modules = new TreeSet<>();
        for (KernelPtx module : KernelPtx.values()) {
            modules.add(module.name().toLowerCase(Locale.ROOT) + ".cu");
        }
        Set<String> sources = new TreeSet<>();
        try (Stream<Path> files = Files.list(SOURCES)) {
            files.map(file -> file.getFileName().toString())
                    .filter(name -> name.endsWith(".cu"))
                    .forEach(sources::add);
        }
        assertEquals(sources, modules);
    }

    @Test
    void thePtxIsThatOfTheseSources() throws IOException {
        Properties provenance = provenance(COMPILED);
        Set<String> recorded = new TreeSet<>(provenance.stringPropertyNames());
        recorded.removeAll(List.of("nvcc", "flags"));
        Set<String> present = new TreeSet<>();
        for (Path folder : List.of(SOURCES, COMPILED)) {
            try (Stream<Path> files = Files.list(folder)) {
                files.filter(file -> file.toString().matches(".*\\.(cu|cuh|ptx)"))
                        .forEach(
                                file -> {
                                    String name = file.getFileName().toString();
                                    present.add(name);
                                    assertEquals(
                                            sha256(file),
                                            provenance.getProperty(name),
                                            name + " is not what was compiled: run regenerate.sh");
                                });
            }
        }
        assertEquals(present, recorded);
    }

    /** What the launchers rely on: a block's largest size is written into the code. */
    @Test
    void everyKernelStatesItsLargestBlock() {
        for (KernelPtx module : KernelPtx.values()) {
            for (int generation : new int[] {8, 9}) {
                String ptx = module.ptx(generation);
                assertEquals(
                        count(ptx, "\\.visible \\.entry "),
                        count(ptx, "\\.maxntid "),
                        module.name());
                assertTrue(count(ptx, "\\.visible \\.entry ") > 0);
            }
        }
    }

    @Test
    @Tag("slow")
    void theSameCompilerMakesTheSamePtx(@TempDir Path folder)
            throws IOException, InterruptedException {
        assumeTrue(hasNvcc(), "nvcc is missing");
        Process process =
                new ProcessBuilder(
                                SOURCES.resolve("regenerate.sh").toAbsolutePath().toString(),
                                folder.toString())
                        .redirectErrorStream(true)
                        .start();
        String output;
        try (InputStream in = process.getInputStream()) {
            output = new String(in.readAllBytes(), StandardCharsets.UTF_8);
        }
        assertEquals(0, process.waitFor(), output);
        Properties made = provenance(folder);
        Properties committed = provenance(COMPILED);
        assumeTrue(
                made.getProperty("nvcc").equals(committed.getProperty("nvcc")),
                "nvcc %s is not the %s that compiled the kernels"
                        .formatted(made.getProperty("nvcc"), committed.getProperty("nvcc")));
        assertEquals(committed, made);
    }

    private static boolean hasNvcc() throws InterruptedException {
        try {
            return new ProcessBuilder("nvcc", "--version")
                            .redirectErrorStream(true)
                            .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                            .start()
                            .waitFor()
                    == 0;
        } catch (IOException _) {
            return false;
        }
    }

    private static Properties provenance(Path folder) throws IOException {
        Properties properties = new Properties();
        try (InputStream in = Files.newInputStream(folder.resolve("PROVENANCE.properties"))) {
            properties.load(in);
        }
        return properties;
    }

    private static int count(String text, String expression) {
        Matcher matcher = Pattern.compile(expression).matcher(text);
        int count = 0;
        while (matcher.find()) {
            count++;
        }
        return count;
    }

    private static String sha256(Path file) {
        try {
            return HexFormat.of()
                    .formatHex(
                            MessageDigest.getInstance("SHA-256").digest(Files.readAllBytes(file)));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (NoSuchAlgorithmException e) {
            throw new AssertionError("every JDK has SHA-256", e);
        }
    }
}
