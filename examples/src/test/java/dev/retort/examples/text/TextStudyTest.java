package dev.retort.examples.text;

import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.abort;

import ai.djl.ndarray.NDManager;

import dev.retort.distill.cache.CacheEncoding;
import dev.retort.distill.cache.CacheFolder;
import dev.retort.distill.data.DataException;
import dev.retort.distill.text.SentenceEncoder;
import dev.retort.distill.text.StaticEmbedder;
import dev.retort.distill.text.SubwordTokenizer;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.IntStream;

/**
 * The recipe on a part of the corpus, with the real encoder. Where they are not there and cannot be
 * downloaded, the test says so and is skipped.
 */
@Tag("slow")
class TextStudyTest {
    @TempDir Path folder;

    @Test
    void theStaticEmbedderKeepsMostOfTheScoreAtAFractionOfTheTime() throws IOException {
        Path downloads = PinnedFile.folder(System.getenv());
        MiniLm files;
        List<Mail> mails;
        try {
            files = MiniLm.fetch(downloads, System.err);
            mails = SpamAssassin.load(downloads, System.err);
        } catch (DataException e) {
            abort(String.valueOf(e.getMessage()));
            return;
        }
        TextSettings settings = TextSettings.usual().withSeeds(1, 2);
        TextResult result;
        try (NDManager manager = NDManager.newBaseManager();
                SubwordTokenizer tokenizer = SubwordTokenizer.open(files.tokenizer());
                SentenceEncoder encoder = SentenceEncoder.onnx(files.model(), tokenizer, 1)) {
            TextStudy study =
                    new TextStudy(
                            settings,
                            everyTenth(mails),
                            new TextStudy.Encoder(encoder, encoder, Files.size(files.model())),
                            new CacheFolder(folder.resolve("cache"), CacheEncoding.fp32(), 32),
                            manager,
                            System.err);
            result = study.run(folder);
        }
        assertTrue(result.teacher().byMail().accuracy() > 0.9, result::toString);
        assertTrue(
                result.student().byMail().keptOf(result.teacher().byMail()) > 0.85,
                result::toString);
        assertTrue(result.speedUp() > 5, result::toString);
        try (StaticEmbedder embedder = StaticEmbedder.load(folder.resolve("static"))) {
            float[] bill = embedder.embed("Please find our bill enclosed.");
            assertTrue(
                    cosine(bill, embedder.embed("The invoice is attached."))
                            > cosine(bill, embedder.embed("The cat sleeps on the sofa.")));
        }
    }

    private static List<Mail> everyTenth(List<Mail> mails) {
        return IntStream.range(0, mails.size() / 10).mapToObj(i -> mails.get(10 * i)).toList();
    }

    private static double cosine(float[] a, float[] b) {
        double sum = 0;
        for (int i = 0; i < a.length; i++) {
            sum += a[i] * b[i];
        }
        return sum;
    }
}
