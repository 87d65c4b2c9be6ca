package dev.retort.examples.text;

import dev.retort.distill.report.ReportDocument.Machine;
import dev.retort.distill.text.EmbeddingFidelity;
import dev.retort.efficiency.report.Numbers;
import dev.retort.examples.TextTable;

import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Locale;

/** The tables and sentences that a terminal and a page show of the recipe for texts. */
final class TextTables {
    private TextTables() {}

    static void print(TextResult result, Machine machine, PrintWriter out) {
        out.printf(
                Locale.ROOT,
                "%nSpamAssassin corpus, %s mails, on %s (%d cores)%n%n",
                Numbers.count(result.mails()),
                machine.processor(),
                machine.cores());
        scores(result).print(out);
        out.println();
        costs(result).print(out);
        out.println();
        sentences(result).forEach(out::println);
        out.flush();
    }

    static TextTable scores(TextResult result) {
        TextTable table =
                new TextTable(
                        List.of(
                                "",
                                "accuracy, other mails",
                                "  kept of the encoder's",
                                "  kept above the majority",
                                "accuracy, other subjects",
                                "  kept of the encoder's",
                                "  kept above the majority",
                                "Spearman with the encoder",
                                "its neighbours kept"));
        for (TextResult.Embedder embedder : result.embedders()) {
            List<String> cells = new ArrayList<>(List.of(embedder.name()));
            add(cells, embedder.byMail(), result.teacher().byMail());
            add(cells, embedder.byConversation(), result.teacher().byConversation());
            EmbeddingFidelity fidelity = embedder.fidelity();
            cells.add(
                    fidelity == null
                            ? "—"
                            : String.format(Locale.ROOT, "%.3f", fidelity.spearman()));
            cells.add(fidelity == null ? "—" : Numbers.percent(fidelity.neighboursKept(), 1));
            table.row(cells);
        }
        return table.transposed();
    }

    private static void add(List<String> cells, TextResult.Score score, TextResult.Score teacher) {
        cells.add(Numbers.percent(score.accuracy(), 2));
        cells.add(score.equals(teacher) ? "—" : Numbers.percent(score.keptOf(teacher), 1));
        cells.add(
                score.equals(teacher) ? "—" : Numbers.percent(score.keptAboveMajority(teacher), 1));
    }

    static TextTable costs(TextResult result) {
        TextTable table =
                new TextTable(
                        List.of("", "dimensions", "size", "mails/s, one thread", "  from", "  to"));
        for (TextResult.Embedder embedder : result.embedders()) {
            List<Double> speeds = embedder.textsPerSecond();
            boolean timed = !speeds.isEmpty();
            table.row(
                    List.of(
                            embedder.name(),
                            Integer.toString(embedder.dimensions()),
                            Numbers.bytes(embedder.bytes()),
                            timed ? speed(embedder.medianSpeed()) : "—",
                            timed ? speed(Collections.min(speeds)) : "—",
                            timed ? speed(Collections.max(speeds)) : "—"));
        }
        return table.transposed();
    }

    private static String speed(double textsPerSecond) {
        return textsPerSecond < 100
                ? String.format(Locale.ROOT, "%.1f", textsPerSecond)
                : Numbers.count(Math.round(textsPerSecond));
    }

    static List<String> sentences(TextResult result) {
        List<String> sentences = new ArrayList<>();
        sentences.add(score("other mails", result.teacher().byMail()));
        sentences.add(score("other subjects", result.teacher().byConversation()));
        sentences.add(
                String.format(
                        Locale.ROOT,
                        "The tuned static embedder is %.0f times faster than the encoder; median of"
                                + " %d rounds in turns, tokenisation included.",
                        result.speedUp(),
                        result.student().textsPerSecond().size()));
        sentences.add(
                String.format(
                        Locale.ROOT,
                        "Other mails: no copies of a mail that was trained on (%d were left out)."
                                + " Other subjects: nor of a conversation.",
                        result.duplicates()));
        sentences.add(
                "Spearman: of the cosines of all pairs of bodies of other subjects. Neighbours: of"
                        + " the 10 nearest.");
        return sentences;
    }

    private static String score(String name, TextResult.Score score) {
        return String.format(
                Locale.ROOT,
                "Encoder, %s: %s to %s over %d seeds, %s mails trained on, %s judged; the larger"
                        + " class has %s.",
                name,
                Numbers.percent(score.least(), 2),
                Numbers.percent(score.most(), 2),
                score.accuracies().size(),
                Numbers.count(score.train()),
                Numbers.count(score.test()),
                Numbers.percent(score.majority(), 2));
    }
}
