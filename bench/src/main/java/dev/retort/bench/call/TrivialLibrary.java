package dev.retort.bench.call;

import org.bytedeco.javacpp.IntPointer;
import org.bytedeco.javacpp.Loader;
import org.bytedeco.javacpp.tools.Builder;
import org.bytedeco.javacpp.tools.Logger;
import org.bytedeco.javacpp.tools.ParserException;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;

/**
 * The trivial functions, built once per JVM by gcc, with the JNI that JavaCPP generates for them.
 */
final class TrivialLibrary {
    static final Path FOLDER = build();

    private TrivialLibrary() {}

    /** Loads the JNI, of which JavaCPP's loader finds the other half in its own artifact. */
    @SuppressWarnings("restricted") // to load a library
    static void load() {
        Loader.load(IntPointer.class);
        System.load(FOLDER.resolve("libjniTrivialJni.so").toString());
    }

    static Path functions() {
        return FOLDER.resolve("libtrivial.so");
    }

    static Path floor() {
        return FOLDER.resolve("libfloor.so");
    }

    private static Path build() {
        try {
            Path folder = Files.createTempDirectory("retort-call");
            for (String file : List.of("trivial.h", "trivial.c", "floor.c")) {
                try (InputStream in =
                        Objects.requireNonNull(
                                TrivialLibrary.class.getResourceAsStream(file), file)) {
                    Files.write(folder.resolve(file), in.readAllBytes());
                }
            }
            compile(folder, "libtrivial.so", "trivial.c");
            compile(folder, "libfloor.so", "floor.c", "-L.", "-ltrivial", "-Wl,-rpath,$ORIGIN");
            buildJni(folder);
            deleteAtExit(folder);
            return folder;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static void compile(Path folder, String library, String... arguments)
            throws IOException {
        List<String> command =
                new ArrayList<>(List.of("gcc", "-O2", "-fPIC", "-shared", "-o", library));
        command.addAll(List.of(arguments));
        Process process =
                new ProcessBuilder(command)
                        .directory(folder.toFile())
                        .redirectErrorStream(true)
                        .start();
        String output;
        try (InputStream in = process.getInputStream()) {
            output = new String(in.readAllBytes(), StandardCharsets.UTF_8);
        }
        try {
            if (process.waitFor() != 0) {
                throw new IOException(String.join(" ", command) + "\n" + output);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted: " + command, e);
        }
    }

    /** Generates the JNI with JavaCPP's own builder, compiles it and loads it. */
    private static void buildJni(Path folder) throws IOException {
        try {
            new Builder(new Quiet())
                    .property("platform.includepath", folder.toString())
                    .property("platform.linkpath", folder.toString())
                    .property("platform.compiler", "g++")
                    .outputDirectory(folder.toFile())
                    .classesOrPackages(TrivialJni.class.getName())
                    .build();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted while JavaCPP was building", e);
        } catch (ReflectiveOperationException | ParserException e) {
            throw new IOException("JavaCPP cannot read " + TrivialJni.class, e);
        }
    }

    private static void deleteAtExit(Path folder) throws IOException {
        folder.toFile().deleteOnExit();
        try (var files = Files.walk(folder)) {
            files.skip(1).forEach(file -> file.toFile().deleteOnExit());
        }
    }

    /** Between the lines of a benchmark's result, the commands of each fork are noise. */
    private static final class Quiet extends Logger {
        @Override
        public void info(String message) {}
    }
}
