package dev.retort.torch.conformance;

import ai.djl.ndarray.types.DataType;

import java.io.Closeable;
import java.io.IOException;
import java.io.Writer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The outcomes of a run as lines of text. A case's name is written and flushed before it runs, so
 * that a process that dies leaves the name of the case that killed it.
 */
final class OutcomeFile implements Closeable {
    private static final String NAME = "> ";
    private static final String TENSOR = "tensor\t";
    private static final String TEXT = "text\t";
    private static final String FAILURE = "throws\t";
    private static final String END = ".";

    private final Writer writer;

    private OutcomeFile(Writer writer) {
        this.writer = writer;
    }

    static OutcomeFile append(Path file) throws IOException {
        return new OutcomeFile(
                Files.newBufferedWriter(
                        file, StandardOpenOption.CREATE, StandardOpenOption.APPEND));
    }

    void begin(Case next) throws IOException {
        writer.write(NAME + next.name() + "\n");
        writer.flush();
    }

    void end(Outcome outcome) throws IOException {
        switch (outcome) {
            case Outcome.Values values -> {
                for (Outcome.Value value : values.values()) {
                    writer.write(line(value) + "\n");
                }
            }
            case Outcome.Failure failure ->
                    writer.write(
                            FAILURE + failure.type() + "\t" + escape(failure.message()) + "\n");
            case Outcome.Crash ignored -> throw new IllegalStateException("a crash cannot write");
        }
        writer.write(END + "\n");
    }

    @Override
    public void close() throws IOException {
        writer.close();
    }

    /** Reads a file; a case without an end is a {@link Outcome.Crash}. */
    static Map<String, Outcome> read(Path file) throws IOException {
        Map<String, Outcome> outcomes = new LinkedHashMap<>();
        String name = "";
        List<Outcome.Value> values = new ArrayList<>();
        for (String line : Files.readAllLines(file)) {
            String[] fields = line.split("\t", -1);
            if (line.startsWith(NAME)) {
                name = line.substring(NAME.length());
                values = new ArrayList<>();
                outcomes.put(name, new Outcome.Crash());
            } else if (line.startsWith(TENSOR)) {
                values.add(new TensorValue(DataType.valueOf(fields[1]), fields[2], fields[3]));
            } else if (line.startsWith(TEXT)) {
                values.add(new Outcome.TextValue(fields[1]));
            } else if (line.startsWith(FAILURE)) {
                outcomes.put(name, new Outcome.Failure(fields[1], fields[2]));
            } else if (outcomes.get(name) instanceof Outcome.Crash) {
                outcomes.put(name, new Outcome.Values(values));
            }
        }
        return outcomes;
    }

    private static String line(Outcome.Value value) {
        return switch (value) {
            case TensorValue tensor ->
                    TENSOR + tensor.type().name() + "\t" + tensor.shape() + "\t" + tensor.bits();
            case Outcome.TextValue text -> TEXT + escape(text.text());
        };
    }

    private static String escape(String text) {
        return text.replaceAll("\\s+", " ");
    }
}
