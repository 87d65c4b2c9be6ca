package dev.retort.examples.language;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;

import dev.retort.distill.sequence.ByteLanguageModel;
import dev.retort.distill.train.Seeds;
import dev.retort.planning.PlanningException;
import dev.retort.planning.testtime.LiveSampling;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.random.RandomGenerator;

/**
 * Answers prompts with a language model of bytes, which are drawn one after the other up to the end
 * of a line. A prompt is read as UTF-8, and so is an answer; one that is none, as a model draws
 * that learned little, is read as Latin-1, so that answers of different bytes stay different. The
 * same seed gives the same answer. Confined to one thread.
 */
public final class ByteSampler implements LiveSampling.Generator<String> {
    private static final int END = '\n';

    private static final long ANSWER_STREAM = 0;

    private final ByteLanguageModel model;
    private final NDManager manager;
    private final double temperature;
    private final int longest;

    /**
     * Sampling of a model.
     *
     * @param model the model, with room for a prompt and an answer; stays the caller's
     * @param manager of the engine of the model; the states live in a sub-manager of it
     * @param temperature by which logits are divided, positive; below 1 likely bytes are drawn more
     *     often
     * @param longest the most bytes of an answer, at least 1
     */
    public ByteSampler(
            ByteLanguageModel model, NDManager manager, double temperature, int longest) {
        PlanningException.requirePositive("temperature", temperature);
        if (longest < 1) {
            throw new PlanningException("expected at least 1 byte of an answer, found " + longest);
        }
        this.model = model;
        this.manager = manager;
        this.temperature = temperature;
        this.longest = longest;
    }

    /** {@inheritDoc} */
    @Override
    public LiveSampling.Answer generate(String prompt, long seed) {
        byte[] text = prompt.getBytes(StandardCharsets.UTF_8);
        if (text.length == 0) {
            throw new PlanningException("expected a prompt, found nothing");
        }
        RandomGenerator random = Seeds.generator(seed, ANSWER_STREAM);
        ByteArrayOutputStream answer = new ByteArrayOutputStream();
        int drawn = 0;
        try (NDManager states = manager.newSubManager();
                ByteLanguageModel.Reader reader = model.reader(states, 1)) {
            for (int i = 0; i < text.length - 1; i++) {
                read(reader, states, text[i]);
            }
            int last = text[text.length - 1];
            while (drawn < longest) {
                last = draw(read(reader, states, last), random);
                drawn++;
                if (last == END) {
                    break;
                }
                answer.write(last);
            }
        }
        return new LiveSampling.Answer(text(answer.toByteArray()), drawn);
    }

    private static String text(byte[] answer) {
        try {
            return StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(answer)).toString();
        } catch (CharacterCodingException _) {
            return new String(answer, StandardCharsets.ISO_8859_1);
        }
    }

    private static float[] read(ByteLanguageModel.Reader reader, NDManager states, int next) {
        try (NDManager step = states.newSubManager()) {
            NDArray bytes = step.create(new long[] {next & 0xFF}, new Shape(1, 1));
            return reader.read(bytes).toFloatArray();
        }
    }

    private int draw(float[] logits, RandomGenerator random) {
        double most = Double.NEGATIVE_INFINITY;
        for (float logit : logits) {
            most = Math.max(most, logit);
        }
        double[] weights = new double[logits.length];
        double sum = 0;
        for (int i = 0; i < weights.length; i++) {
            weights[i] = Math.exp((logits[i] - most) / temperature);
            sum += weights[i];
        }
        double left = random.nextDouble() * sum;
        int next = 0;
        while (next < weights.length - 1 && left >= weights[next]) {
            left -= weights[next];
            next++;
        }
        return next;
    }
}
