package dev.retort.torch.conformance;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/**
 * A JVM of its own for an engine: DJL's libtorch and this engine's bear the same library names, so
 * one process can hold one of them.
 */
final class EngineProcess {
    private static final int MAX_STARTS = 40;
    private static final long MINUTES = 5;
    private static final String LOG = ".log";

    private EngineProcess() {}

    /**
     * Runs the catalogue, starting again behind each case that ends the process.
     *
     * @param engine the engine's name
     * @param seed the seed of the operands
     * @param folder for the outcomes and what the process prints
     * @return the outcomes by name
     */
    static Map<String, Outcome> run(String engine, long seed, Path folder)
            throws IOException, InterruptedException {
        Path outcomes = folder.resolve(engine + ".outcomes");
        for (int start = 0; start < MAX_STARTS; start++) {
            int code =
                    start(
                            ConformanceRunner.class,
                            engine,
                            folder,
                            List.of(engine, Long.toString(seed), outcomes.toString()));
            if (!Files.exists(outcomes)) {
                throw new IOException(engine + " did not start: " + log(engine, folder));
            }
            if (code == 0) {
                return OutcomeFile.read(outcomes);
            }
        }
        throw new IOException(
                engine + " ended " + MAX_STARTS + " times before the catalogue did, see " + folder);
    }

    /**
     * Runs a program to its end.
     *
     * @param program has the main method
     * @param engine the default engine; the file that gets what is printed is named after it
     * @return the exit code
     */
    static int start(Class<?> program, String engine, Path folder, List<String> arguments)
            throws IOException, InterruptedException {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.add("--enable-native-access=ALL-UNNAMED");
        // One thread: sums must not depend on how many cores the machine has.
        command.add("-Ddev.retort.torch.threads=1");
        command.add("-Dai.djl.pytorch.num_threads=1");
        command.add("-Dai.djl.pytorch.num_interop_threads=1");
        // Parts of DJL ask the default engine, which must not be the other one.
        command.add("-Dai.djl.default_engine=" + engine);
        command.add("-XX:+UseSerialGC");
        command.add("-cp");
        command.add(System.getProperty("java.class.path"));
        command.add(program.getName());
        command.addAll(arguments);
        ProcessBuilder builder =
                new ProcessBuilder(command)
                        .directory(folder.toFile())
                        .redirectErrorStream(true)
                        .redirectOutput(
                                ProcessBuilder.Redirect.appendTo(
                                        folder.resolve(engine + LOG).toFile()));
        builder.environment().put("OPT_OUT_TRACKING", "true");
        // On AMD's Zen 5 the oneDNN of DJL's libtorch 2.7.1 gets convolutions and LSTMs wrong by
        // AVX2 or AVX-512, up to losses that are no numbers. By AVX both engines do the same work.
        builder.environment().put("ONEDNN_MAX_CPU_ISA", "AVX");
        Process process = builder.start();
        if (!process.waitFor(MINUTES, TimeUnit.MINUTES)) {
            process.destroyForcibly();
            throw new IOException(engine + " did not end within " + MINUTES + " minutes");
        }
        return process.exitValue();
    }

    /** What a process has printed. */
    static String log(String name, Path folder) {
        try {
            return Files.readString(folder.resolve(name + LOG));
        } catch (IOException e) {
            return "no output: " + e.getMessage();
        }
    }
}
