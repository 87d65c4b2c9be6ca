package dev.retort.planning.report;

import dev.retort.efficiency.report.HtmlPage;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/**
 * A page of a plan: a headline, what to know, and sections of text, tables and plots.
 *
 * <p>Immutable.
 *
 * @param title the title
 * @param meta what it was made from
 * @param headline the answer in one sentence
 * @param evidence what it rests on
 * @param warnings what a reader has to know, one sentence each
 * @param sections the sections
 */
public record PlanPage(
        String title,
        String meta,
        String headline,
        String evidence,
        List<String> warnings,
        List<Section> sections) {
    /** The characters of the longest cell that stays on one line. */
    private static final int MOST_OF_A_LINE = 40;

    /** Copies the lists. */
    public PlanPage {
        warnings = List.copyOf(warnings);
        sections = List.copyOf(sections);
    }

    /**
     * A section.
     *
     * @param heading its heading
     * @param text a sentence or two, may be empty
     * @param heads the names of the table's columns, empty without a table
     * @param rows the table's rows
     * @param plots the plots
     */
    public record Section(
            String heading,
            String text,
            List<String> heads,
            List<List<String>> rows,
            List<Plot> plots) {
        /** Copies the lists. */
        public Section {
            heads = List.copyOf(heads);
            rows = rows.stream().map(List::copyOf).toList();
            plots = List.copyOf(plots);
        }

        /**
         * A section of plots.
         *
         * @param heading its heading
         * @param text a sentence or two
         * @param plots the plots
         * @return the section
         */
        public static Section ofPlots(String heading, String text, List<Plot> plots) {
            return new Section(heading, text, List.of(), List.of(), plots);
        }

        /**
         * A section of a table.
         *
         * @param heading its heading
         * @param text a sentence or two
         * @param heads the names of the columns
         * @param rows the rows
         * @return the section
         */
        public static Section ofTable(
                String heading, String text, List<String> heads, List<List<String>> rows) {
            return new Section(heading, text, heads, rows, List.of());
        }
    }

    /**
     * Draws the page.
     *
     * @return the HTML, complete without a network
     */
    public String render() {
        return HtmlPage.render(
                Objects.requireNonNull(
                        PlanPage.class.getResourceAsStream("plan.mustache"),
                        "the template is missing from the jar"),
                view());
    }

    /** Maps, since the template's library then needs no access to this module's classes. */
    private Map<String, Object> view() {
        Map<String, Object> view = new LinkedHashMap<>();
        view.put("title", title);
        view.put("meta", meta);
        view.put("headline", headline);
        view.put("evidence", evidence);
        view.put("warnings", warnings);
        view.put("hasWarnings", !warnings.isEmpty());
        view.put("sections", sections.stream().map(PlanPage::view).toList());
        return view;
    }

    /** Sentences take several lines, so that a table is no wider than its page. */
    private static Map<String, Object> cell(String text) {
        return Map.of("text", text, "loose", text.length() > MOST_OF_A_LINE);
    }

    private static Map<String, Object> view(Section section) {
        List<Map<String, Object>> plots = new ArrayList<>();
        for (Plot plot : section.plots()) {
            List<Map<String, Object>> legend =
                    plot.series().stream()
                            .filter(series -> !series.name().isEmpty())
                            .map(
                                    series ->
                                            Map.<String, Object>of(
                                                    "name",
                                                    series.name(),
                                                    "colour",
                                                    series.colour()))
                            .toList();
            plots.add(Map.of("svg", plot.draw(), "legend", legend));
        }
        return Map.of(
                "heading", section.heading(),
                "text", section.text(),
                "hasTable", !section.heads().isEmpty(),
                "heads", section.heads(),
                "rows",
                        section.rows().stream()
                                .map(row -> row.stream().map(PlanPage::cell).toList())
                                .toList(),
                "hasPlots", !plots.isEmpty(),
                "plots", plots);
    }
}
