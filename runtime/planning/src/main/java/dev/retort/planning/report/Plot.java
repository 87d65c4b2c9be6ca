package dev.retort.planning.report;

import java.math.BigDecimal;
import java.math.MathContext;
import java.util.ArrayList;
import java.util.Formatter;
import java.util.List;
import java.util.Locale;
import java.util.stream.DoubleStream;

/**
 * A plot with points, lines and bands as an SVG element that needs nothing from outside. Each axis
 * is logarithmic or linear.
 *
 * <p>Immutable.
 *
 * @param horizontal the horizontal axis
 * @param vertical the vertical axis
 * @param series what is drawn, the first below the others
 */
public record Plot(Axis horizontal, Axis vertical, List<Series> series) {
    private static final double WIDTH = 520;
    private static final double HEIGHT = 320;
    private static final double LEFT = 70;
    private static final double RIGHT = 16;
    private static final double TOP = 14;
    private static final double BOTTOM = 44;
    private static final double MARGIN = 0.04;

    /** The width of a character of a label, and what stays free between two labels. */
    private static final double CHARACTER = 6.5;

    private static final double LABEL_GAP = 4;
    private static final int MOST_TICKS = 8;
    private static final int FEWEST_TICKS = 3;

    /** Where ticks stand in a decade; where it shows too few of them, closer ones. */
    private static final List<List<Double>> DIGITS =
            List.of(
                    List.of(1.0, 2.0, 5.0),
                    List.of(1.0, 1.2, 1.5, 2.0, 2.5, 3.0, 4.0, 5.0, 6.0, 8.0));

    /** The radius of a dot, and how much further out each ring about it lies. */
    private static final double DOT = 2.6;

    private static final double RING = 2.2;

    /** Copies the series. */
    public Plot {
        series = List.copyOf(series);
    }

    /**
     * An axis.
     *
     * @param title what it shows, with its unit
     * @param logarithmic whether it is logarithmic; values that are not positive are then left out
     */
    public record Axis(String title, boolean logarithmic) {
        double scaled(double value) {
            return logarithmic ? Math.log10(value) : value;
        }
    }

    /**
     * A point, with the ends of its interval above each other.
     *
     * @param x the horizontal value
     * @param y the vertical value
     * @param low the lower end; the value itself without an interval; where it is not finite, or
     *     not positive on a logarithmic axis, the interval is open
     * @param high the upper end, alike
     */
    public record Point(double x, double y, double low, double high) {
        /**
         * A point without an interval.
         *
         * @param x the horizontal value
         * @param y the vertical value
         * @return the point
         */
        public static Point of(double x, double y) {
            return new Point(x, y, y, y);
        }
    }

    /** How a series is drawn. */
    public enum Kind {
        /** Dots, with bars for their intervals. One may cover another. */
        DOTS,
        /** As dots, but one that would cover others of this kind is drawn as a ring about them. */
        MARKS,
        /** A line. */
        LINE,
        /** A band between the ends of the intervals. */
        BAND
    }

    /**
     * A series.
     *
     * @param name its name in the legend
     * @param colour from 0 to 5, as the page has them
     * @param kind how it is drawn
     * @param points its points, from left to right for lines and bands
     */
    public record Series(String name, int colour, Kind kind, List<Point> points) {
        /** Copies the points. */
        public Series {
            points = List.copyOf(points);
        }
    }

    /**
     * Draws the plot.
     *
     * @return the SVG element
     */
    public String draw() {
        return new Drawing().draw();
    }

    /** An open interval leaves no band, but a dot. */
    private boolean isDrawn(Kind kind, Point point) {
        boolean isPoint =
                Double.isFinite(horizontal.scaled(point.x()))
                        && Double.isFinite(vertical.scaled(point.y()));
        return isPoint
                && (kind != Kind.BAND
                        || (Double.isFinite(vertical.scaled(point.low()))
                                && Double.isFinite(vertical.scaled(point.high()))));
    }

    private List<Point> drawn(Series each) {
        return each.points().stream().filter(point -> isDrawn(each.kind(), point)).toList();
    }

    /** The plot with the ranges of its axes, in scaled values. */
    private final class Drawing {
        private final Formatter svg = new Formatter(Locale.ROOT);
        private final double[] xs;
        private final double[] ys;
        private final List<double[]> marks = new ArrayList<>();

        Drawing() {
            List<Point> points = series.stream().flatMap(s -> drawn(s).stream()).toList();
            xs = range(points.stream().mapToDouble(p -> horizontal.scaled(p.x())));
            ys =
                    range(
                            points.stream()
                                    .flatMapToDouble(
                                            p ->
                                                    DoubleStream.of(
                                                            vertical.scaled(p.low()),
                                                            vertical.scaled(p.y()),
                                                            vertical.scaled(p.high())))
                                    .filter(Double::isFinite));
        }

        private double[] range(DoubleStream scaled) {
            double[] values = scaled.sorted().toArray();
            if (values.length == 0) {
                return new double[] {0, 1};
            }
            double low = values[0];
            double high = values[values.length - 1];
            double width = Math.max(high - low, 1e-9 + 1e-3 * Math.abs(high));
            return new double[] {low - MARGIN * width, high + MARGIN * width};
        }

        private String draw() {
            svg.format("<svg viewBox=\"0 0 %.0f %.0f\" role=\"img\">", WIDTH, HEIGHT);
            double free = 0;
            for (Tick tick : ticks(horizontal, xs)) {
                double x = x(tick.scaled());
                svg.format(
                        "<line class=\"grid\" x1=\"%.1f\" x2=\"%.1f\" y1=\"%.1f\" y2=\"%.1f\"/>",
                        x, x, TOP, HEIGHT - BOTTOM);
                double half = tick.width() / 2;
                if (x - half >= free) {
                    svg.format(
                            "<text class=\"tick\" text-anchor=\"middle\" x=\"%.1f\" y=\"%.1f\">%s</text>",
                            x, HEIGHT - BOTTOM + 15, tick.text());
                    free = x + half + LABEL_GAP;
                }
            }
            for (Tick tick : ticks(vertical, ys)) {
                double y = y(tick.scaled());
                svg.format(
                        "<line class=\"grid\" x1=\"%.1f\" x2=\"%.1f\" y1=\"%.1f\" y2=\"%.1f\"/>"
                                + "<text class=\"tick\" text-anchor=\"end\" x=\"%.1f\" y=\"%.1f\">%s</text>",
                        LEFT, WIDTH - RIGHT, y, y, LEFT - 6, y + 4, tick.text());
            }
            svg.format(
                    "<text class=\"tick\" text-anchor=\"middle\" x=\"%.1f\" y=\"%.1f\">%s</text>",
                    (LEFT + WIDTH - RIGHT) / 2, HEIGHT - 8, escaped(horizontal.title()));
            svg.format(
                    "<text class=\"tick\" text-anchor=\"middle\" transform=\"translate(12 %.1f) rotate(-90)\">%s</text>",
                    (TOP + HEIGHT - BOTTOM) / 2, escaped(vertical.title()));
            for (Series each : series) {
                List<Point> points = drawn(each);
                switch (each.kind()) {
                    case DOTS -> dots(each.colour(), points, false);
                    case MARKS -> dots(each.colour(), points, true);
                    case LINE -> line(each.colour(), points);
                    case BAND -> band(each.colour(), points);
                }
            }
            return svg.format("</svg>").toString();
        }

        private void dots(int colour, List<Point> points, boolean asMarks) {
            for (Point point : points) {
                double x = x(horizontal.scaled(point.x()));
                if (point.low() < point.high()) {
                    svg.format(
                            "<line class=\"use%d\" x1=\"%.1f\" x2=\"%.1f\" y1=\"%.1f\" y2=\"%.1f\"/>",
                            colour, x, x, y(end(point.low(), ys[0])), y(end(point.high(), ys[1])));
                }
                double y = y(vertical.scaled(point.y()));
                int covered = asMarks ? placed(x, y) : 0;
                svg.format(
                        "<circle class=\"%suse%d\" cx=\"%.1f\" cy=\"%.1f\" r=\"%.1f\"/>",
                        covered > 0 ? "ring " : "", colour, x, y, DOT + covered * RING);
            }
        }

        /** Places a mark, and counts the others that it would cover. */
        private int placed(double x, double y) {
            long covered =
                    marks.stream()
                            .filter(other -> Math.hypot(other[0] - x, other[1] - y) < 2 * DOT)
                            .count();
            marks.add(new double[] {x, y});
            return (int) covered;
        }

        /** The end of a bar, which runs to the edge where the interval is open. */
        private double end(double value, double edge) {
            double scaled = vertical.scaled(value);
            return Double.isFinite(scaled) ? scaled : edge;
        }

        private void line(int colour, List<Point> points) {
            svg.format("<polyline class=\"use%d\" points=\"", colour);
            for (Point point : points) {
                corner(point.x(), point.y());
            }
            svg.format("\"/>");
        }

        private void band(int colour, List<Point> points) {
            svg.format("<polygon class=\"band use%d\" points=\"", colour);
            for (Point point : points) {
                corner(point.x(), point.high());
            }
            for (Point point : points.reversed()) {
                corner(point.x(), point.low());
            }
            svg.format("\"/>");
        }

        private void corner(double x, double y) {
            svg.format("%.1f,%.1f ", x(horizontal.scaled(x)), y(vertical.scaled(y)));
        }

        private double x(double scaled) {
            return LEFT + (scaled - xs[0]) / (xs[1] - xs[0]) * (WIDTH - LEFT - RIGHT);
        }

        private double y(double scaled) {
            return HEIGHT - BOTTOM - (scaled - ys[0]) / (ys[1] - ys[0]) * (HEIGHT - TOP - BOTTOM);
        }
    }

    private record Tick(double scaled, String text) {
        /** About as wide as its characters are, those of an element not counted. */
        double width() {
            return CHARACTER * text.replaceAll("<[^>]*>", "").length();
        }
    }

    private static List<Tick> ticks(Axis axis, double[] range) {
        List<Tick> ticks = new ArrayList<>();
        double width = range[1] - range[0];
        if (axis.logarithmic() && width >= 2) {
            int step = (int) Math.ceil(width / MOST_TICKS);
            for (int e = (int) Math.ceil(range[0]); e <= range[1]; e += step) {
                ticks.add(new Tick(e, power(e)));
            }
            return ticks;
        }
        if (axis.logarithmic()) {
            for (List<Double> digits : DIGITS) {
                List<Tick> decades = decades(digits, range);
                if (decades.size() >= FEWEST_TICKS) {
                    return decades;
                }
            }
        }
        double low = axis.logarithmic() ? Math.pow(10, range[0]) : range[0];
        double high = axis.logarithmic() ? Math.pow(10, range[1]) : range[1];
        double step = step((high - low) / 5);
        for (double value = Math.ceil(low / step) * step; value <= high; value += step) {
            double rounded = Math.abs(value) < 1e-9 * step ? 0 : value;
            if (!axis.logarithmic() || rounded > 0) {
                ticks.add(new Tick(axis.scaled(rounded), number(rounded)));
            }
        }
        return ticks;
    }

    /** The ticks at these digits of each decade. */
    private static List<Tick> decades(List<Double> digits, double[] range) {
        List<Tick> ticks = new ArrayList<>();
        for (int e = (int) Math.floor(range[0]); e <= range[1]; e++) {
            for (double digit : digits) {
                double value = digit * Math.pow(10, e);
                double scaled = Math.log10(value);
                if (scaled >= range[0] && scaled <= range[1]) {
                    ticks.add(new Tick(scaled, number(value)));
                }
            }
        }
        return ticks;
    }

    /** The next of 1, 2, 5 times a power of ten. */
    private static double step(double least) {
        double power = Math.pow(10, Math.floor(Math.log10(least)));
        double digits = least / power;
        return power * (digits <= 1 ? 1 : digits <= 2 ? 2 : digits <= 5 ? 5 : 10);
    }

    private static String power(int exponent) {
        if (exponent >= -2 && exponent <= 3) {
            return number(Math.pow(10, exponent));
        }
        return raised(exponent);
    }

    /** A power of ten, its exponent raised. */
    private static String raised(int exponent) {
        return "10<tspan dy=\"-4\" font-size=\"8\">%d</tspan>".formatted(exponent);
    }

    private static String number(double value) {
        double size = Math.abs(value);
        if (size != 0 && (size >= 1e6 || size < 1e-3)) {
            BigDecimal digits = new BigDecimal(value, new MathContext(3)).stripTrailingZeros();
            int exponent = digits.precision() - digits.scale() - 1;
            String factor = digits.movePointLeft(exponent).toPlainString();
            return factor.equals("1") ? raised(exponent) : factor + "×" + raised(exponent);
        }
        return String.format(Locale.ROOT, "%.4f", value).replaceAll("\\.?0+$", "");
    }

    private static String escaped(String text) {
        return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;");
    }
}
