package dev.retort.efficiency.report;

import java.util.Formatter;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.function.DoubleFunction;
import java.util.stream.DoubleStream;
import java.util.stream.IntStream;

/**
 * A line chart as an SVG element that needs nothing from outside.
 *
 * <p>Immutable.
 *
 * @param lines the lines
 * @param vertical what the vertical axis is like
 * @param horizontal what the horizontal axis says
 */
public record LineChart(List<Line> lines, Vertical vertical, Horizontal horizontal) {
    private static final double WIDTH = 520;
    private static final double HEIGHT = 260;
    private static final double LEFT = 52;
    private static final double RIGHT = 24;
    private static final double TOP = 12;
    private static final double BOTTOM = 40;
    private static final int Y_TICKS = 5;
    private static final double SMALLEST = 1e-6;

    /** Checks and copies the components. */
    public LineChart {
        lines = List.copyOf(lines);
        Objects.requireNonNull(vertical, "vertical is null");
        Objects.requireNonNull(horizontal, "horizontal is null");
    }

    /**
     * A line.
     *
     * @param cssClass decides its colour; not from outside, it is written as it is
     * @param points its points from left to right
     */
    public record Line(String cssClass, List<Point> points) {
        /** Copies the points. */
        public Line {
            points = List.copyOf(points);
        }
    }

    /**
     * A point.
     *
     * @param x position from 0 to 1
     * @param y value, finite
     */
    public record Point(double x, double y) {}

    /**
     * A vertical axis.
     *
     * @param logarithmic whether it is logarithmic; values below {@code 1e-6} are drawn there then
     * @param from the least value that it shows at any rate, not a number for that of the lines
     * @param to the largest value that it shows at any rate, not a number for that of the lines
     * @param label how a value is written; not from outside, it is written as it is
     */
    public record Vertical(
            boolean logarithmic, double from, double to, DoubleFunction<String> label) {
        /** An axis as long as the values need it, written as numbers. */
        public static final Vertical NUMBERS =
                new Vertical(false, Double.NaN, Double.NaN, LineChart::plain);

        /** The same with a logarithmic scale. */
        public static final Vertical LOGARITHMIC =
                new Vertical(true, Double.NaN, Double.NaN, LineChart::plain);

        /** Shares, written in percent. */
        public static final Vertical SHARES =
                new Vertical(false, Double.NaN, Double.NaN, value -> plain(100 * value) + " %");

        /**
         * The axis with ends that are always shown.
         *
         * @param least the least value
         * @param largest the largest value
         * @return the changed axis
         */
        public Vertical with(double least, double largest) {
            return new Vertical(logarithmic, least, largest, label);
        }

        /**
         * The axis with values written otherwise.
         *
         * @param written how a value is written
         * @return the changed axis
         */
        public Vertical with(DoubleFunction<String> written) {
            return new Vertical(logarithmic, from, to, written);
        }

        private double scaled(double value) {
            return logarithmic ? Math.log10(Math.max(value, SMALLEST)) : value;
        }
    }

    /**
     * A horizontal axis, whose positions go from 0 to 1.
     *
     * @param ticks where something is written below it
     * @param title what it is; not from outside, it is written as it is
     */
    public record Horizontal(List<Tick> ticks, String title) {
        /** Copies the ticks. */
        public Horizontal {
            ticks = List.copyOf(ticks);
        }

        /**
         * An axis of shares of a whole.
         *
         * @param title of what
         * @return the axis
         */
        public static Horizontal shares(String title) {
            return new Horizontal(
                    IntStream.rangeClosed(0, 4)
                            .mapToObj(i -> new Tick(i / 4.0, 25 * i + " %"))
                            .toList(),
                    title);
        }

        /**
         * An axis of a stretch of time.
         *
         * @param from where it begins, in seconds
         * @param to where it ends, in seconds
         * @param title what its time counts from
         * @return the axis
         */
        public static Horizontal time(double from, double to, String title) {
            return new Horizontal(TimeTicks.of(from, to), title);
        }
    }

    /**
     * Something written below an axis.
     *
     * @param x position from 0 to 1
     * @param text what
     */
    public record Tick(double x, String text) {}

    /**
     * Draws the chart.
     *
     * @return the SVG element
     */
    public String draw() {
        DoubleStream ends =
                DoubleStream.of(vertical.from(), vertical.to())
                        .filter(value -> !Double.isNaN(value));
        DoubleStream values =
                lines.stream().flatMap(line -> line.points().stream()).mapToDouble(Point::y);
        double[] scaled = DoubleStream.concat(ends, values).map(vertical::scaled).toArray();
        double low = DoubleStream.of(scaled).min().orElse(0);
        double high = DoubleStream.of(scaled).max().orElse(0);
        if (high - low < 1e-9) {
            low -= 0.5;
            high += 0.5;
        }
        return new Drawing(low, high).draw();
    }

    static String plain(double value) {
        return String.format(Locale.ROOT, "%.4f", value).replaceAll("\\.?0+$", "");
    }

    /** The chart with the range of its vertical axis, in scaled values. */
    private final class Drawing {
        private final double low;
        private final double high;
        private final Formatter svg = new Formatter(Locale.ROOT);

        Drawing(double low, double high) {
            this.low = low;
            this.high = high;
        }

        private String draw() {
            svg.format("<svg viewBox=\"0 0 %.0f %.0f\" role=\"img\">", WIDTH, HEIGHT);
            for (double value : ticks()) {
                double y = toY(vertical.scaled(value));
                svg.format(
                        "<line class=\"grid\" x1=\"%.1f\" x2=\"%.1f\" y1=\"%.1f\" y2=\"%.1f\"/>",
                        LEFT, WIDTH - RIGHT, y, y);
                svg.format(
                        "<text class=\"tick\" x=\"%.1f\" y=\"%.1f\" text-anchor=\"end\">%s</text>",
                        LEFT - 6, y + 4, vertical.label().apply(value));
            }
            for (Tick tick : horizontal.ticks()) {
                svg.format(
                        "<text class=\"tick\" x=\"%.1f\" y=\"%.1f\""
                                + " text-anchor=\"middle\">%s</text>",
                        toX(tick.x()), HEIGHT - BOTTOM + 16, tick.text());
            }
            svg.format(
                    "<text class=\"tick\" x=\"%.1f\" y=\"%.1f\""
                            + " text-anchor=\"middle\">%s</text>",
                    toX(0.5), HEIGHT - 6, horizontal.title());
            lines.forEach(this::polyline);
            return svg.format("</svg>").toString();
        }

        private void polyline(Line line) {
            svg.format("<polyline class=\"%s\" points=\"", line.cssClass());
            for (Point point : line.points()) {
                svg.format("%.1f,%.1f ", toX(point.x()), toY(vertical.scaled(point.y())));
            }
            svg.format("\"/>");
            if (line.points().size() == 1) {
                // A line of one point would not be seen.
                Point point = line.points().getFirst();
                svg.format(
                        "<circle class=\"%s\" cx=\"%.1f\" cy=\"%.1f\" r=\"3\"/>",
                        line.cssClass(), toX(point.x()), toY(vertical.scaled(point.y())));
            }
        }

        private double[] ticks() {
            if (!vertical.logarithmic()) {
                return TimeTicks.even(low, high, Y_TICKS);
            }
            double[] ticks = decadeTicks();
            return ticks.length >= 2
                    ? ticks
                    : TimeTicks.even(Math.pow(10, low), Math.pow(10, high), Y_TICKS);
        }

        /** 1, 2 and 5 times each power of ten in the range; of a wide range the powers alone. */
        private double[] decadeTicks() {
            DoubleStream steps = high - low > 4 ? DoubleStream.of(1) : DoubleStream.of(1, 2, 5);
            double[] multiples = steps.toArray();
            return IntStream.rangeClosed((int) Math.floor(low), (int) Math.ceil(high))
                    .mapToObj(
                            exponent ->
                                    DoubleStream.of(multiples).map(m -> m * Math.pow(10, exponent)))
                    .flatMapToDouble(ticks -> ticks)
                    .filter(tick -> Math.log10(tick) >= low && Math.log10(tick) <= high)
                    .toArray();
        }

        private double toX(double share) {
            return LEFT + share * (WIDTH - LEFT - RIGHT);
        }

        private double toY(double scaled) {
            return TOP + (high - scaled) / (high - low) * (HEIGHT - TOP - BOTTOM);
        }
    }
}
