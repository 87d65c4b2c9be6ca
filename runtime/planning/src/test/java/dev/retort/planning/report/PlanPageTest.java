package dev.retort.planning.report;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.retort.planning.report.PlanPage.Section;
import dev.retort.planning.report.Plot.Axis;
import dev.retort.planning.report.Plot.Kind;
import dev.retort.planning.report.Plot.Point;
import dev.retort.planning.report.Plot.Series;

import org.junit.jupiter.api.Test;

import java.util.List;

class PlanPageTest {
    /** Longer than a cell of one line. */
    private static final String SENTENCE =
            "All seven differences were favourable, and at most 14 are looked at.";

    private static Plot plot(List<Point> points) {
        return new Plot(
                new Axis("FLOPs", true),
                new Axis("loss < 3", true),
                List.of(
                        new Series("", 0, Kind.BAND, points),
                        new Series("law", 0, Kind.LINE, points),
                        new Series("runs", 1, Kind.DOTS, points)));
    }

    @Test
    void aPageNeedsNothingFromOutsideAndEscapes() {
        PlanPage page =
                new PlanPage(
                        "Law of <runs>",
                        "meta",
                        "headline",
                        "",
                        List.of("a & b"),
                        List.of(
                                Section.ofPlots(
                                        "Plots",
                                        "text",
                                        List.of(plot(List.of(new Point(1e18, 2, 1, 3))))),
                                Section.ofTable(
                                        "Table",
                                        "",
                                        List.of("x", "y"),
                                        List.of(List.of("1", "<2>"), List.of("2", SENTENCE)))));
        String html = page.render();
        assertTrue(html.startsWith("<!DOCTYPE html>"));
        assertTrue(html.endsWith("</html>\n"));
        assertTrue(html.contains("Law of &lt;runs&gt;"));
        assertTrue(html.contains("a &amp; b"));
        assertTrue(html.contains("<td>&lt;2&gt;</td>"));
        assertTrue(html.contains("<td class=\"loose\">" + SENTENCE + "</td>"));
        assertTrue(html.contains("loss &lt; 3"));
        assertFalse(html.contains("http"), "no address");
        assertFalse(html.contains("<script"));
        assertEquals(2, html.split("<i class=\"use", -1).length - 1);
    }

    @Test
    void logarithmicAxesLeaveOutWhatHasNoLogarithm() {
        String svg = plot(List.of(Point.of(1e18, 2), Point.of(1e20, -1), Point.of(1e22, 1))).draw();
        assertEquals(2, svg.split("<circle", -1).length - 1);
        assertFalse(svg.contains("NaN"));
        assertTrue(svg.contains(">10<tspan"));
    }

    /** Bars of open intervals run to the edges of the plot, from 14 to 276. */
    @Test
    void aPointWithAnOpenIntervalKeepsItsDot() {
        Point open = new Point(1e18, 2, 0, Double.POSITIVE_INFINITY);
        String svg = plot(List.of(open, new Point(1e20, 3, 2.5, 3.5))).draw();
        assertEquals(2, svg.split("<circle", -1).length - 1);
        assertFalse(svg.contains("NaN") || svg.contains("Infinity"));
        String bar = svg.split("<line class=\"use1\"", -1)[1];
        assertEquals(276, number(bar, "y1"));
        assertEquals(14, number(bar, "y2"));
        // A line takes no interval, and a band needs one: the open end is left out of it.
        assertEquals(
                2, svg.split("<polyline", -1)[1].split("\"", -1)[3].trim().split(" ", -1).length);
        assertEquals(
                2, svg.split("<polygon", -1)[1].split("\"", -1)[3].trim().split(" ", -1).length);
    }

    @Test
    void onePointOrNoneIsDrawnToo() {
        assertFalse(plot(List.of(Point.of(5, 5))).draw().contains("NaN"));
        assertTrue(plot(List.of()).draw().endsWith("</svg>"));
    }

    @Test
    void pointsFurtherUpAreHigher() {
        String svg =
                new Plot(
                                new Axis("x", false),
                                new Axis("y", false),
                                List.of(
                                        new Series(
                                                "s",
                                                0,
                                                Kind.DOTS,
                                                List.of(Point.of(0, 0), Point.of(1, 1)))))
                        .draw();
        String[] circles = svg.split("<circle", -1);
        double first = number(circles[1], "cy");
        double second = number(circles[2], "cy");
        assertTrue(second < first);
        assertTrue(number(circles[1], "cx") < number(circles[2], "cx"));
    }

    private static Series mark(String name, double x, double y) {
        return new Series(name, 1, Kind.MARKS, List.of(Point.of(x, y)));
    }

    @Test
    void marksThatCoincideAreRings() {
        String svg =
                new Plot(
                                new Axis("x", false),
                                new Axis("y", false),
                                List.of(
                                        mark("a", 1, 1),
                                        mark("b", 1, 1),
                                        mark("elsewhere", 2, 2),
                                        mark("c", 1.001, 1)))
                        .draw();
        String[] circles = svg.split("<circle", -1);
        assertEquals(2.6, number(circles[1], " r"));
        assertEquals(4.8, number(circles[2], " r"));
        assertEquals(2.6, number(circles[3], " r"));
        assertEquals(7.0, number(circles[4], " r"));
        assertEquals(3, svg.split("ring", -1).length);
    }

    @Test
    void dotsThatCoincideStayDots() {
        Series dot = new Series("", 1, Kind.DOTS, List.of(Point.of(1, 1)));
        Plot plot = new Plot(new Axis("x", false), new Axis("y", false), List.of(dot, dot));
        assertFalse(plot.draw().contains("ring"));
        String runs = plot(List.of(Point.of(1, 1), Point.of(1, 1))).draw();
        assertFalse(runs.contains("ring"));
    }

    private static String line(double low, double high, boolean logarithmic) {
        return new Plot(
                        new Axis("x", false),
                        new Axis("y", logarithmic),
                        List.of(
                                new Series(
                                        "",
                                        0,
                                        Kind.LINE,
                                        List.of(Point.of(0, low), Point.of(1, high)))))
                .draw();
    }

    @Test
    void ticksOfLessThanADecadeStandWhereTheLineIs() {
        String svg = line(10.5, 28, true);
        for (String tick : List.of("12", "15", "20", "25")) {
            assertTrue(svg.contains(">" + tick + "</text>"), tick);
        }
    }

    @Test
    void largeNumbersAreWrittenAsPowersOnEveryAxis() {
        for (boolean logarithmic : new boolean[] {true, false}) {
            String svg = line(1e9, 2.2e10, logarithmic);
            assertTrue(svg.contains(">10<tspan dy=\"-4\" font-size=\"8\">10</tspan>"), svg);
            assertFalse(svg.contains("e+"), svg);
        }
        assertTrue(line(1.2e9, 4e9, true).contains(">1.5×10<tspan"));
        assertTrue(line(-4e9, 4e9, false).contains(">-2×10<tspan"));
    }

    private static double number(String element, String attribute) {
        int from = element.indexOf(attribute + "=\"") + attribute.length() + 2;
        return Double.parseDouble(element.substring(from, element.indexOf('"', from)));
    }
}
