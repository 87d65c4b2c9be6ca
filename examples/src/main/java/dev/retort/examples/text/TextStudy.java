package dev.retort.examples.text;

import ai.djl.ndarray.NDManager;

import dev.retort.distill.ModelFiles;
import dev.retort.distill.cache.CacheFolder;
import dev.retort.distill.cache.SampleReader;
import dev.retort.distill.text.EmbeddingFidelity;
import dev.retort.distill.text.EmbeddingTuning;
import dev.retort.distill.text.PrincipalComponents;
import dev.retort.distill.text.SentenceEncoder;
import dev.retort.distill.text.StaticEmbedder;
import dev.retort.distill.text.TextEmbedder;
import dev.retort.distill.text.TokenWindows;
import dev.retort.distill.train.TrainingObserver;
import dev.retort.distill.transfer.FeatureProbe;
import dev.retort.distill.transfer.FeatureProbe.Samples;
import dev.retort.efficiency.RunMeter;
import dev.retort.efficiency.RunOptions;

import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.IntPredicate;
import java.util.stream.IntStream;

/**
 * The recipe for texts: asks the encoder about all mails and all tokens of its vocabulary once,
 * trains classifiers of mail on what it said, makes and tunes a static embedder, and puts both to
 * the same tests.
 *
 * <p>A mail is embedded as two texts, its subject and its body; a classifier sees both vectors.
 * Tuning sees no label, and no mail that judges.
 */
final class TextStudy {
    private final TextSettings settings;
    private final Encoder files;
    private final SentenceEncoder encoder;
    private final CacheFolder folder;
    private final NDManager manager;
    private final PrintStream progress;
    private final List<Mail> mails;
    private final int duplicates;
    private final MailSplit byMail;
    private final MailSplit byConversation;

    /**
     * An encoder.
     *
     * @param encoder is asked about all windows
     * @param timed the same on one thread, which is timed
     * @param bytes the size of its file
     */
    record Encoder(SentenceEncoder encoder, SentenceEncoder timed, long bytes) {}

    /**
     * Creates a study.
     *
     * @param settings what to do
     * @param all the mails
     * @param files the encoder; borrowed
     * @param folder stores what the encoder says
     * @param manager arrays live in sub-managers of it
     * @param progress is told how it gets on
     */
    TextStudy(
            TextSettings settings,
            List<Mail> all,
            Encoder files,
            CacheFolder folder,
            NDManager manager,
            PrintStream progress) {
        this.settings = settings;
        this.files = files;
        encoder = files.encoder();
        this.folder = folder;
        this.manager = manager;
        this.progress = progress;
        mails = MailSplit.distinct(all);
        duplicates = all.size() - mails.size();
        byMail = MailSplit.byMail(mails);
        byConversation = MailSplit.byConversation(mails);
    }

    /**
     * Runs the recipe.
     *
     * @param out an existing folder, to which the classifier of the first seed and the static
     *     embedder are saved
     * @return the result
     * @throws IOException if a file cannot be read or written
     */
    TextResult run(Path out) throws IOException {
        TokenWindows windows = windows();
        float[] rows = ask("mails", windows);
        float[][] said = windows.meanByText(rows, encoder.dimensions());
        TextResult.Score byMailScore = probe(said, byMail, Optional.of(out));
        TextResult.Score byConversationScore = probe(said, byConversation, Optional.empty());
        TokenWindows vocabulary = TokenWindows.vocabulary(encoder.tokenizer().size());
        float[] tokens = ask("vocabulary", vocabulary);
        PrincipalComponents components =
                PrincipalComponents.of(
                        tokens, encoder.dimensions(), settings.student().dimensions(), manager);
        StaticEmbedder made =
                settings.student().embedder(tokens, components, encoder.tokenizer(), manager);
        StaticEmbedder tuned = tune(made, components, windows, rows);
        tuned.save(Files.createDirectories(out.resolve("static")), manager);
        List<List<Double>> speeds = time(tuned);
        TextResult.Embedder teacher =
                new TextResult.Embedder(
                        "all-MiniLM-L6-v2",
                        encoder.dimensions(),
                        files.bytes(),
                        byMailScore,
                        byConversationScore,
                        null,
                        speeds.get(0));
        return new TextResult(
                mails.size(),
                duplicates,
                windows.size(),
                components.explained(),
                List.of(
                        teacher,
                        judged("static", made, said, List.of()),
                        judged("static, tuned", tuned, said, speeds.get(1))));
    }

    /** The windows of mails, each of which is two texts. */
    private TokenWindows windows() {
        List<int[]> texts = new ArrayList<>();
        for (Mail mail : mails) {
            texts.add(encoder.tokenizer().ids(mail.subject()));
            texts.add(encoder.tokenizer().ids(mail.body()));
        }
        return TokenWindows.of(texts, settings.windowLength(), settings.mostWindows());
    }

    private float[] ask(String what, TokenWindows windows) throws IOException {
        SampleReader reader =
                new Countdown(
                        windows.reader(encoder.tokenizer()),
                        "encoder, windows of the " + what,
                        windows.size(),
                        progress);
        return encoder.embeddings(
                windows,
                folder,
                reader,
                drift -> progress.printf("encoder, %s: %s%n", what, drift.words()),
                manager);
    }

    /** Trains a classifier for each seed, and judges them by the test mails. */
    private TextResult.Score probe(float[][] texts, MailSplit split, Optional<Path> saved)
            throws IOException {
        Samples all =
                new Samples(
                        IntStream.range(0, mails.size())
                                .mapToObj(i -> joined(texts[2 * i], texts[2 * i + 1]))
                                .toArray(float[][]::new),
                        mails.stream().mapToInt(mail -> mail.isSpam() ? 1 : 0).toArray());
        Samples test = all.select(positions(split.test()));
        List<Double> accuracies = new ArrayList<>();
        for (int i = 0; i < settings.seeds(); i++) {
            FeatureProbe.Settings probe =
                    new FeatureProbe.Settings(
                            new int[] {settings.hidden()},
                            settings.probe().plan(),
                            settings.seed() + i);
            try (RunMeter meter = RunOptions.of("classifier of mail").open();
                    FeatureProbe trained =
                            FeatureProbe.train(
                                    all.select(positions(split.train())),
                                    all.select(positions(split.validation())),
                                    probe,
                                    meter,
                                    TrainingObserver.NONE,
                                    manager)) {
                accuracies.add(trained.evaluate(test).accuracy());
                if (i == 0 && saved.isPresent()) {
                    ModelFiles.save(trained.model(), saved.get(), "classifier");
                }
            }
        }
        double spam = Arrays.stream(test.classes()).average().orElseThrow();
        return new TextResult.Score(
                split.train().size(), split.test().size(), Math.max(spam, 1 - spam), accuracies);
    }

    private static int[] positions(List<Integer> side) {
        return side.stream().mapToInt(Integer::intValue).toArray();
    }

    private static float[] joined(float[] subject, float[] body) {
        float[] both = Arrays.copyOf(subject, subject.length + body.length);
        System.arraycopy(body, 0, both, subject.length, body.length);
        return both;
    }

    private StaticEmbedder tune(
            StaticEmbedder embedder,
            PrincipalComponents components,
            TokenWindows windows,
            float[] said) {
        Set<Integer> learned = new HashSet<>(byMail.train());
        learned.retainAll(byConversation.train());
        IntPredicate chosen = text -> learned.contains(text / 2);
        float[] rows = windows.rowsOfTexts(said, encoder.dimensions(), chosen);
        EmbeddingTuning tuning = new EmbeddingTuning(settings.tuning().plan(), settings.seed());
        try (RunMeter meter = RunOptions.of("static embedder").open()) {
            return tuning.tune(
                    embedder,
                    windows.ofTexts(chosen),
                    components.rotated(rows, manager),
                    meter,
                    new TuningLines(progress),
                    manager);
        }
    }

    private TextResult.Embedder judged(
            String name, StaticEmbedder embedder, float[][] said, List<Double> speeds)
            throws IOException {
        float[][] texts = new float[said.length][];
        for (int i = 0; i < mails.size(); i++) {
            texts[2 * i] = embedder.embed(mails.get(i).subject());
            texts[2 * i + 1] = embedder.embed(mails.get(i).body());
        }
        return new TextResult.Embedder(
                name,
                embedder.dimensions(),
                embedder.parameters() * Float.BYTES,
                probe(texts, byMail, Optional.empty()),
                probe(texts, byConversation, Optional.empty()),
                EmbeddingFidelity.of(unseenBodies(said), unseenBodies(texts)),
                speeds);
    }

    private float[][] unseenBodies(float[][] texts) {
        return byConversation.test().stream().map(i -> texts[2 * i + 1]).toArray(float[][]::new);
    }

    private List<List<Double>> time(StaticEmbedder tuned) {
        List<String> texts =
                byConversation.test().stream()
                        .limit(settings.timedTexts())
                        .map(i -> mails.get(i).body())
                        .toList();
        progress.printf(
                "timing both on %d mails, %d rounds in turns%n", texts.size(), settings.rounds());
        try (TextEmbedder teacher =
                files.timed().embedder(settings.windowLength(), settings.mostWindows(), manager)) {
            return EmbeddingSpeed.measure(List.of(teacher, tuned), texts, settings.rounds());
        }
    }
}
