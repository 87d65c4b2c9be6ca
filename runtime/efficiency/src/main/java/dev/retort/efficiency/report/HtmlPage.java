package dev.retort.efficiency.report;

import com.samskivert.mustache.Mustache;

import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.Reader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Objects;

/**
 * Pages that are complete without a network and without scripts, and look alike: a template of
 * theirs takes in {@code {{>style}}}, which has colours for light and dark, tables, charts and
 * bars. What a template writes with two braces is escaped.
 */
public final class HtmlPage {
    private HtmlPage() {}

    /**
     * Fills a template.
     *
     * @param template the Mustache template; read and closed
     * @param page what it sees
     * @return the page
     * @throws com.samskivert.mustache.MustacheException if they do not fit
     */
    public static String render(InputStream template, Object page) {
        try (Reader reader = reader(template)) {
            return Mustache.compiler()
                    .withLoader(HtmlPage::shared)
                    .emptyStringIsFalse(true)
                    .compile(reader)
                    .execute(page);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static Reader shared(String name) {
        return reader(
                Objects.requireNonNull(
                        HtmlPage.class.getResourceAsStream(name + ".mustache"),
                        "the template is missing from the jar"));
    }

    private static Reader reader(InputStream in) {
        return new InputStreamReader(in, StandardCharsets.UTF_8);
    }
}
