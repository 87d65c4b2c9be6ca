package dev.retort.examples;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.retort.planning.fit.RepeatedDataLaw;

import org.junit.jupiter.api.Test;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/** The pages of the laws beside the parametric one. */
class PlanPlotsTest extends PlanCommandRuns {
    private final Random random = new Random(5);

    private String page(Path file, String... more) throws IOException {
        Path page = folder.resolve("page.html");
        List<String> words = new ArrayList<>(List.of("plan", "fit", file.toString()));
        words.addAll(List.of("--replicates", "200", "--html", page.toString()));
        words.addAll(List.of(more));
        assertEquals(0, run(words.toArray(String[]::new)), err.toString());
        return Files.readString(page);
    }

    private static void hasPlots(String page, String... texts) {
        assertEquals(2, page.split("<svg", -1).length - 1);
        assertTrue(page.contains("<polygon") || page.contains("<path"), "no band");
        for (String text : texts) {
            assertTrue(page.contains(text), text);
        }
    }

    @Test
    void kaplansFormIsDrawnForThreeSizes() throws IOException {
        String page = page(runs, "--law", "kaplan");
        hasPlots(page, "tokens D", "loss, nats", "loss over the law, %");
        assertEquals(3, page.split("N &#x3D; [0-9]", -1).length - 1);
    }

    @Test
    void theWorthOfRepetitionIsDrawnOverEpochs() throws IOException {
        StringBuilder file = new StringBuilder("params,tokens,unique_tokens,loss\n");
        for (int i = 0; i < 24; i++) {
            double size = 1e8 * Math.pow(20, random.nextDouble());
            double unique = 1e9 * (1 + i % 3);
            double tokens = unique * (1 << (i % 6));
            double loss =
                    RepeatedDataLaw.PUBLISHED.loss(size, tokens, unique)
                            * Math.exp(0.002 * random.nextGaussian());
            file.append("%s,%s,%s,%s%n".formatted(size, tokens, unique, loss));
        }
        Path repeated = Files.writeString(folder.resolve("repeated.csv"), file);
        hasPlots(
                page(repeated, "--law", "repeated", "--base", "muennighoff_2023"),
                "epochs D/U",
                "epochs of new tokens of equal effect",
                "were all tokens new");
    }

    @Test
    void aLearningCurveIsDrawnAboveItsEnd() throws IOException {
        StringBuilder file = new StringBuilder("tokens,loss\n");
        for (int i = 0; i < 40; i++) {
            double tokens = 1e8 * Math.pow(1.12, i);
            double loss = 1.9 + 400 / Math.pow(tokens, 0.3) + 0.004 * random.nextGaussian();
            file.append("%s,%s%n".formatted(tokens, loss));
        }
        Path curve = Files.writeString(folder.resolve("curve.csv"), file);
        hasPlots(page(curve, "--law", "curve"), "tokens D", "loss − E, nats");
    }
}
