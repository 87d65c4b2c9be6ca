package dev.retort.examples.text;

import dev.retort.distill.report.ReportDocument.Machine;
import dev.retort.efficiency.report.AtomicFile;
import dev.retort.efficiency.report.Numbers;
import dev.retort.examples.TextTable;
import dev.retort.planning.report.PlanPage;
import dev.retort.planning.report.PlanPage.Section;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;

/** The result of the recipe for texts as a page, complete in itself. */
final class TextPage {
    private TextPage() {}

    /**
     * Writes {@code report.html}.
     *
     * @param report the report
     * @param folder an existing folder
     * @return the file
     * @throws IOException if it cannot be written
     */
    static Path write(TextReport report, Path folder) throws IOException {
        return AtomicFile.write(
                folder.resolve("report.html"),
                page(report).render().getBytes(StandardCharsets.UTF_8));
    }

    private static PlanPage page(TextReport report) {
        TextResult result = report.result();
        Machine machine = report.machine();
        return new PlanPage(
                "A static student of all-MiniLM-L6-v2",
                "%s, %s (%d cores), encoder %.12s"
                        .formatted(
                                report.created(),
                                machine.processor(),
                                machine.cores(),
                                report.encoder()),
                headline(result),
                "SpamAssassin corpus, %s mails; %d classifiers on each kind of embeddings."
                        .formatted(Numbers.count(result.mails()), report.settings().seeds()),
                List.of(),
                List.of(
                        section("Quality", TextTables.scores(result)),
                        section("Cost", TextTables.costs(result)),
                        Section.ofPlots(
                                "How it was measured",
                                String.join(" ", TextTables.sentences(result)),
                                List.of())));
    }

    private static String headline(TextResult result) {
        return String.format(
                Locale.ROOT,
                "The static student keeps %s of the encoder's accuracy and is %.0f times as fast.",
                Numbers.percent(result.student().byMail().keptOf(result.teacher().byMail()), 1),
                result.speedUp());
    }

    private static Section section(String heading, TextTable table) {
        return Section.ofTable(heading, "", table.heads(), table.body());
    }
}
