package dev.retort.examples.language;

import ai.djl.Model;

import dev.retort.distill.sequence.ByteLanguageModel;
import dev.retort.distill.sequence.ByteModelShape;
import dev.retort.distill.sequence.ByteModelShape.Mixer;
import dev.retort.distill.sequence.ByteWindows;
import dev.retort.distill.train.Seeds;
import dev.retort.distill.train.TrainingPlan;
import dev.retort.planning.testtime.LiveSampling;
import dev.retort.planning.testtime.Problem;
import dev.retort.planning.testtime.ResultTable;
import dev.retort.planning.testtime.Sample;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.random.RandomGenerator;

/**
 * Many samples of a model that runs: a small language model of bytes half learns the sums of two
 * digits, answers each of them many times, and a verifier that knows of a sum only whether it is
 * even judges the answers. The file that it writes is one for {@code ./retort plan testtime}.
 *
 * <p>Run so: {@code java --enable-native-access=ALL-UNNAMED -Ddev.retort.torch.threads=1 -cp
 * "examples/target/*:examples/target/lib/*" dev.retort.examples.language.SampledSums sums.csv}.
 */
public final class SampledSums {
    private static final int DIGITS = 10;
    private static final int LINES = 4000;
    private static final int STEPS = 800;
    private static final int SAMPLES = 64;
    private static final int WINDOWS = 16;
    private static final int VALIDATION_BATCHES = 4;
    private static final float PEAK_RATE = 1e-2f;

    /** Bytes of the longest answer, {@code 18} and the end of its line. */
    private static final int LONGEST = 3;

    private static final ByteModelShape SHAPE = new ByteModelShape(Mixer.ATTENTION, 2, 32, 16, 16);

    private static final long TRAIN_STREAM = 1;
    private static final long VALIDATION_STREAM = 2;

    private SampledSums() {}

    /** Two digits whose sum is asked for. */
    record Sum(int a, int b) {
        String prompt() {
            // A line begins after the end of another one.
            return "\n%d+%d=".formatted(a, b);
        }

        String result() {
            return Integer.toString(a + b);
        }

        /** What can be known of an answer without adding: whether it is even. */
        double plausible(String answer) {
            return answer.matches("[0-9]{1,2}") && Integer.parseInt(answer) % 2 == (a ^ b) % 2
                    ? 1
                    : 0;
        }
    }

    /**
     * Runs the example.
     *
     * @param arguments the file of samples
     * @throws IOException if the file cannot be written
     */
    public static void main(String[] arguments) throws IOException {
        if (arguments.length != 1) {
            throw new IllegalArgumentException(
                    "expected a file of samples, found %d arguments".formatted(arguments.length));
        }
        System.setProperty("OPT_OUT_TRACKING", "true");
        Files.writeString(Path.of(arguments[0]), csv(sample(STEPS, SAMPLES, 1)));
    }

    /**
     * Trains the model and samples it.
     *
     * @param steps the optimiser steps
     * @param samples the samples of each sum
     * @param seed decides the training and the samples
     */
    static ResultTable sample(int steps, int samples, long seed) throws IOException {
        try (Model model = Model.newInstance("sums")) {
            LanguageTraining.fit(
                    model,
                    SHAPE,
                    TrainingPlan.of(1, WINDOWS, PEAK_RATE).withClipNorm(1),
                    steps,
                    seed,
                    ByteWindows.random(
                            text(seed, TRAIN_STREAM), SHAPE.length(), WINDOWS, steps, seed),
                    ByteWindows.spread(
                            text(seed, VALIDATION_STREAM),
                            SHAPE.length(),
                            WINDOWS,
                            VALIDATION_BATCHES),
                    null);
            ByteSampler sampler =
                    new ByteSampler(
                            (ByteLanguageModel) model.getBlock(), model.getNDManager(), 1, LONGEST);
            LiveSampling<Sum> sampling =
                    new LiveSampling<>(
                            (sum, next) -> trimmed(sampler.generate(sum.prompt(), next)),
                            (sum, answer) -> answer.text().equals(sum.result()),
                            Optional.of((sum, answer) -> sum.plausible(answer.text())));
            return sampling.sample(sums(), samples, seed);
        }
    }

    /** A number is the same with blanks beside it, which files do not keep. */
    private static LiveSampling.Answer trimmed(LiveSampling.Answer answer) {
        return new LiveSampling.Answer(answer.text().trim(), answer.tokens());
    }

    private static Map<String, Sum> sums() {
        Map<String, Sum> sums = new LinkedHashMap<>();
        for (int a = 0; a < DIGITS; a++) {
            for (int b = 0; b < DIGITS; b++) {
                sums.put(a + "+" + b, new Sum(a, b));
            }
        }
        return sums;
    }

    private static byte[] text(long seed, long stream) {
        RandomGenerator random = Seeds.generator(seed, stream);
        StringBuilder text = new StringBuilder();
        for (int i = 0; i < LINES; i++) {
            Sum sum = new Sum(random.nextInt(DIGITS), random.nextInt(DIGITS));
            text.append(sum.prompt()).append(sum.result());
        }
        return text.toString().getBytes(StandardCharsets.ISO_8859_1);
    }

    /** As {@code ./retort plan testtime} reads it, to which nothing between commas is no answer. */
    static String csv(ResultTable table) {
        StringBuilder lines = new StringBuilder("problem,correct,score,answer,tokens\n");
        for (Problem problem : table.problems()) {
            for (Sample sample : problem.samples()) {
                lines.append(sample.problem())
                        .append(sample.correct() ? ",1," : ",0,")
                        .append(sample.score().orElseThrow())
                        .append(",\"")
                        .append(
                                sample.answer()
                                        .filter(text -> !text.isEmpty())
                                        .orElse("(none)")
                                        .replace("\"", "\"\""))
                        .append("\",")
                        .append(sample.tokens().orElseThrow())
                        .append('\n');
            }
        }
        return lines.toString();
    }
}
