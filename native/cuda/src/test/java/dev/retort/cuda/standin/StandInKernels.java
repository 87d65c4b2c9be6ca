package dev.retort.cuda.standin;

import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.ConditionEvaluationResult;
import org.junit.jupiter.api.extension.ExecutionCondition;
import org.junit.jupiter.api.extension.ExtensionContext;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;

/**
 * Lets the stand-in run the kernels: their sources, compiled for the host by g++ with an emulation
 * of what they need of the hardware. To be named after {@link StandInExtension}. Without g++ the
 * tests are left out, with one line that says so.
 */
public final class StandInKernels implements ExecutionCondition, BeforeAllCallback {
    private static final List<String> KERNELS =
            List.of(
                    "adamw.cu",
                    "distillation_loss.cu",
                    "distillation_loss_topk.cu",
                    "rows.cu",
                    "topk_logits.cu",
                    "vectors.cu");
    private static final List<String> OTHERS =
            List.of(
                    "elements.cuh",
                    "emulation.cpp",
                    "emulation.h",
                    "hardware.cuh",
                    "loss_sums.cuh",
                    "reductions.cuh",
                    "scaled_sums.cuh",
                    "staged_row.cuh");

    private static boolean built;

    @Override
    public ConditionEvaluationResult evaluateExecutionCondition(ExtensionContext context) {
        if (compilerPresent()) {
            return ConditionEvaluationResult.enabled("g++ is there");
        }
        System.out.println("The tests of the kernels on the host are left out: g++ is missing.");
        return ConditionEvaluationResult.disabled("g++ is missing");
    }

    private static boolean compilerPresent() {
        try {
            return StandIn.run(List.of("g++", "--version"), Path.of("."), new StringBuilder()) == 0;
        } catch (IOException _) {
            return false;
        }
    }

    @Override
    public void beforeAll(ExtensionContext context) throws IOException {
        build(StandInExtension.standIn());
    }

    /**
     * Builds the kernels beside a stand-in, once per JVM.
     *
     * @param standIn the stand-in
     * @throws IOException when they cannot be built
     */
    public static synchronized void build(StandIn standIn) throws IOException {
        if (built) {
            return;
        }
        String library = "libretort-kernels.so";
        Path folder = Files.createDirectories(standIn.library("kernels"));
        for (List<String> sources : List.of(KERNELS, OTHERS)) {
            for (String source : sources) {
                try (InputStream in =
                        Objects.requireNonNull(
                                StandInKernels.class.getResourceAsStream(source), source)) {
                    Files.write(folder.resolve(source), in.readAllBytes());
                }
            }
        }
        List<String> command =
                new ArrayList<>(
                        List.of(
                                "g++",
                                "-std=c++17",
                                "-O1",
                                "-ffp-contract=off",
                                "-fno-strict-aliasing",
                                "-fPIC",
                                "-fvisibility=hidden",
                                "-DRETORT_HOST",
                                "-Wall",
                                "-Wextra",
                                "-Wno-unknown-pragmas",
                                "-Wno-clobbered",
                                "-Werror",
                                "-pthread",
                                "-shared",
                                "-o",
                                standIn.library(library).toString(),
                                "emulation.cpp",
                                "-x",
                                "c++"));
        command.addAll(KERNELS);
        StringBuilder output = new StringBuilder();
        if (StandIn.run(command, folder, output) != 0) {
            throw new IOException(String.join(" ", command) + "\n" + output);
        }
        built = true;
    }
}
