package dev.retort.efficiency.report;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.retort.efficiency.report.LineChart.Horizontal;
import dev.retort.efficiency.report.LineChart.Line;
import dev.retort.efficiency.report.LineChart.Point;
import dev.retort.efficiency.report.LineChart.Vertical;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import java.util.ArrayList;
import java.util.List;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;

class LineChartTest {
    @ParameterizedTest
    @CsvSource({"0.5, false", "0.5, true", "0, false", "0, true", "1e-30, true", "1e9, true"})
    void constantValuesLieInTheMiddle(double value, boolean logarithmic) {
        String svg = draw(logarithmic, value, value, value);
        assertNumbersInside(svg);
        assertEquals(1, points(svg).stream().map(point -> point[1]).distinct().count());
        // Between the margins of 12 above and 40 below.
        assertEquals(116, points(svg).getFirst()[1]);
    }

    @Test
    void aSinglePointIsDrawn() {
        String svg = draw(true, 0.25);
        assertNumbersInside(svg);
        assertEquals(1, points(svg).size());
    }

    @Test
    void theLogarithmicAxisSpacesDecadesEvenly() {
        List<double[]> points = points(draw(true, 1, 0.1, 0.01));
        assertEquals(12, points.get(0)[1]);
        assertEquals(116, points.get(1)[1]);
        assertEquals(220, points.get(2)[1]);
        assertNumbersInside(draw(true, 1, 0, 0.01));
    }

    @Test
    void theLinearAxisIsLabelledInPercentWhereAsked() {
        String svg = draw(Vertical.SHARES, 0.5, 0.75, 1);
        assertTrue(svg.contains(">50 %<"));
        assertTrue(svg.contains(">100 %<"));
        assertEquals(12, points(svg).getLast()[1]);
        assertEquals(496, points(svg).getLast()[0]);
    }

    private static void assertNumbersInside(String svg) {
        assertFalse(svg.contains("NaN"), svg);
        assertFalse(svg.contains("Infinity"), svg);
        for (double[] point : points(svg)) {
            assertTrue(point[0] >= 52 && point[0] <= 496, svg);
            assertTrue(point[1] >= 12 && point[1] <= 220, svg);
        }
    }

    private static List<double[]> points(String svg) {
        List<double[]> points =
                Pattern.compile("(-?[0-9.]+),(-?[0-9.]+) ")
                        .matcher(svg.substring(svg.indexOf("<polyline")))
                        .results()
                        .map(LineChartTest::point)
                        .toList();
        assertFalse(points.isEmpty(), svg);
        return points;
    }

    private static double[] point(MatchResult match) {
        return new double[] {
            Double.parseDouble(match.group(1)), Double.parseDouble(match.group(2))
        };
    }

    private static String draw(boolean logarithmic, double... values) {
        return draw(logarithmic ? Vertical.LOGARITHMIC : Vertical.NUMBERS, values);
    }

    private static String draw(Vertical vertical, double... values) {
        return new LineChart(List.of(line(values)), vertical, Horizontal.shares("steps")).draw();
    }

    private static Line line(double... values) {
        List<Point> points = new ArrayList<>();
        for (int i = 0; i < values.length; i++) {
            points.add(new Point((i + 1.0) / values.length, values[i]));
        }
        return new Line("teacher", points);
    }
}
