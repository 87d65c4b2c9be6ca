package dev.retort.examples.plan;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.node.ObjectNode;

import dev.retort.efficiency.report.AtomicFile;
import dev.retort.examples.Places;
import dev.retort.planning.Interval;
import dev.retort.planning.PlanningException;
import dev.retort.planning.report.Figures;
import dev.retort.planning.report.PlanPage;

import org.jspecify.annotations.Nullable;

import picocli.CommandLine.Option;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.OptionalDouble;
import java.util.function.Consumer;
import java.util.function.Supplier;

/** Where a plan goes: a table, or JSON, and a page beside either. */
final class Output {
    private static final ObjectMapper JSON =
            new ObjectMapper().enable(SerializationFeature.INDENT_OUTPUT);
    private static final int COLUMNS = 80;

    @Option(names = "--json", description = "Print JSON instead of text.")
    private boolean json;

    @Option(
            names = "--html",
            paramLabel = "FILE",
            description = "Also write a page with plots, complete in itself, to this file.")
    private @Nullable Path html;

    /**
     * Refuses a page that cannot be written. Called before anything is computed, which may take
     * long.
     *
     * @throws PlanningException if its folder is missing or closed to writing, or it is a folder
     *     itself
     */
    void requireWritable() {
        if (html == null) {
            return;
        }
        Path file = html.toAbsolutePath();
        if (Files.isDirectory(file)) {
            throw new PlanningException(
                    "expected a file for the page of --html, found the folder " + file);
        }
        Path folder = file.getParent();
        if (folder == null || !Files.isDirectory(folder)) {
            throw new PlanningException(
                    "expected a folder that exists for the page of --html, found %s"
                            .formatted(file));
        }
        try {
            Places.requireWritable("--html", file);
        } catch (IllegalArgumentException e) {
            PlanningException refused = new PlanningException(String.valueOf(e.getMessage()));
            refused.initCause(e);
            throw refused;
        }
    }

    /**
     * Prints the plan, and then writes its page if that was asked for.
     *
     * @throws IOException if the page cannot be written; the plan was printed
     */
    void write(
            PrintWriter out,
            Supplier<ObjectNode> document,
            Consumer<PrintWriter> text,
            Supplier<PlanPage> page)
            throws IOException {
        if (json) {
            print(out, document.get());
        } else {
            // Whole or not at all: what fails on the way is said without a heading before it.
            StringWriter written = new StringWriter();
            text.accept(new PrintWriter(written));
            out.print(written);
        }
        out.flush();
        // Last, so that a full disk costs no more than the page.
        if (html != null) {
            AtomicFile.write(
                    html.toAbsolutePath(), page.get().render().getBytes(StandardCharsets.UTF_8));
        }
    }

    static void print(PrintWriter out, ObjectNode document) throws IOException {
        out.println(JSON.writeValueAsString(document));
    }

    static ObjectNode object() {
        return JSON.createObjectNode();
    }

    /** What is not finite is null, since JSON has no other word for it. */
    static void put(ObjectNode node, String name, double value) {
        if (Double.isFinite(value)) {
            node.put(name, value);
        } else {
            node.putNull(name);
        }
    }

    /** What is not known is null. */
    static void put(ObjectNode node, String name, OptionalDouble value) {
        put(node, name, value.orElse(Double.NaN));
    }

    static ObjectNode interval(Interval interval) {
        ObjectNode node = object();
        put(node, "estimate", interval.estimate());
        put(node, "low", interval.low());
        put(node, "high", interval.high());
        return node;
    }

    /** A number in a few characters. */
    static String number(double value) {
        return Figures.number(value);
    }

    static String number(OptionalDouble value) {
        return value.isPresent() ? number(value.getAsDouble()) : "-";
    }

    /** A share in percent with all its digits: 99.9999 is not 100. */
    static String percent(double share) {
        return BigDecimal.valueOf(share).movePointRight(2).stripTrailingZeros().toPlainString();
    }

    static String range(Interval interval) {
        return number(interval.low()) + " to " + number(interval.high());
    }

    /** Prints a paragraph within 80 columns. */
    static void paragraph(PrintWriter out, String text) {
        StringBuilder line = new StringBuilder();
        for (String word : text.split(" ", -1)) {
            if (!line.isEmpty() && line.length() + 1 + word.length() > COLUMNS) {
                out.println(line);
                line.setLength(0);
            }
            line.append(line.isEmpty() ? "" : " ").append(word);
        }
        out.println(line);
    }
}
