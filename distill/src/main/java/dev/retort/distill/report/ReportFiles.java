package dev.retort.distill.report;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;

import dev.retort.distill.recipe.RecipeFile;
import dev.retort.efficiency.report.AtomicFile;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;

/** Writes a report as files. A crash leaves either no file or a complete one. */
public final class ReportFiles {
    /** The name of the file with the recipe. */
    public static final String RECIPE = "recipe.json";

    /** The name of the file with all figures. */
    public static final String FIGURES = "report.json";

    /** The name of the page, which is written last. */
    public static final String PAGE = "report.html";

    private static final ObjectMapper JSON =
            new ObjectMapper().enable(SerializationFeature.INDENT_OUTPUT);

    private ReportFiles() {}

    /**
     * Writes {@code report.json} and {@code report.html}, and {@code recipe.json} if the report has
     * a recipe.
     *
     * @param report the report
     * @param folder an existing folder
     * @return the HTML file
     * @throws IOException if a file cannot be written
     */
    public static Path write(ReportDocument report, Path folder) throws IOException {
        byte[] json = JSON.writeValueAsBytes(report);
        byte[] html = HtmlReport.render(report).getBytes(StandardCharsets.UTF_8);
        if (report.origin() != null) {
            RecipeFile.write(report.origin().recipe(), folder.resolve(RECIPE));
        }
        AtomicFile.write(folder.resolve(FIGURES), json);
        return AtomicFile.write(folder.resolve(PAGE), html);
    }
}
