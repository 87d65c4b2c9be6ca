package dev.retort.distill.report;

import java.util.Formatter;
import java.util.List;
import java.util.Locale;
import java.util.stream.DoubleStream;
import java.util.stream.IntStream;
import java.util.stream.LongStream;

/** A line chart as an SVG element that needs nothing from outside. */
final class LineChart {
    private static final double WIDTH = 520;
    private static final double HEIGHT = 260;
    private static final double LEFT = 52;
    private static final double RIGHT = 24;
    private static final double TOP = 12;
    private static final double BOTTOM = 40;
    private static final int Y_TICKS = 5;
    private static final double SMALLEST = 1e-6;

    /**
     * A line.
     *
     * @param cssClass decides its colour
     * @param points its points from left to right
     */
    record Line(String cssClass, List<Point> points) {}

    /**
     * A point.
     *
     * @param x position from 0 to 1
     * @param y value
     */
    record Point(double x, double y) {}

    private final double low;
    private final double high;
    private final boolean logarithmic;
    private final Formatter svg = new Formatter(Locale.ROOT);

    private LineChart(double low, double high, boolean logarithmic) {
        this.low = low;
        this.high = high;
        this.logarithmic = logarithmic;
    }

    /**
     * Draws lines over the share of a training.
     *
     * @param lines the lines
     * @param logarithmic whether the vertical axis is logarithmic; values must then be above 0
     * @param percent whether values are shares to be labelled in percent
     * @return the SVG element
     */
    static String draw(List<Line> lines, boolean logarithmic, boolean percent) {
        double low = Double.POSITIVE_INFINITY;
        double high = Double.NEGATIVE_INFINITY;
        for (Line line : lines) {
            for (Point point : line.points()) {
                double scaled = scaled(point.y(), logarithmic);
                low = Math.min(low, scaled);
                high = Math.max(high, scaled);
            }
        }
        if (high - low < 1e-9) {
            low -= 0.5;
            high += 0.5;
        }
        return new LineChart(low, high, logarithmic).draw(lines, percent);
    }

    private String draw(List<Line> lines, boolean percent) {
        svg.format("<svg viewBox=\"0 0 %.0f %.0f\" role=\"img\">", WIDTH, HEIGHT);
        for (double value : ticks()) {
            double y = toY(scaled(value, logarithmic));
            svg.format(
                    "<line class=\"grid\" x1=\"%.1f\" x2=\"%.1f\" y1=\"%.1f\" y2=\"%.1f\"/>",
                    LEFT, WIDTH - RIGHT, y, y);
            svg.format(
                    "<text class=\"tick\" x=\"%.1f\" y=\"%.1f\" text-anchor=\"end\">%s</text>",
                    LEFT - 6, y + 4, label(value, percent));
        }
        for (int i = 0; i <= 4; i++) {
            svg.format(
                    "<text class=\"tick\" x=\"%.1f\" y=\"%.1f\" text-anchor=\"middle\">%d %%</text>",
                    toX(i / 4.0), HEIGHT - BOTTOM + 16, 25 * i);
        }
        svg.format(
                "<text class=\"tick\" x=\"%.1f\" y=\"%.1f\" text-anchor=\"middle\">share of the"
                        + " training steps</text>",
                toX(0.5), HEIGHT - 6);
        lines.forEach(this::polyline);
        return svg.format("</svg>").toString();
    }

    private void polyline(Line line) {
        svg.format("<polyline class=\"%s\" points=\"", line.cssClass());
        for (Point point : line.points()) {
            double scaled = scaled(point.y(), logarithmic);
            svg.format("%.1f,%.1f ", toX(point.x()), toY(scaled));
        }
        svg.format("\"/>");
    }

    private static double scaled(double value, boolean logarithmic) {
        return logarithmic ? Math.log10(Math.max(value, SMALLEST)) : value;
    }

    /** Multiples of 1, 2 or 5 times a power of ten, about as many as wanted. */
    private static double[] evenTicks(double from, double to) {
        double rough = (to - from) / Y_TICKS;
        double power = Math.pow(10, Math.floor(Math.log10(rough)));
        double step =
                DoubleStream.of(1, 2, 5, 10)
                        .map(multiple -> multiple * power)
                        .filter(candidate -> candidate >= rough)
                        .findFirst()
                        .orElse(10 * power);
        long first = (long) Math.ceil(from / step);
        long last = (long) Math.floor(to / step);
        return LongStream.rangeClosed(first, last).mapToDouble(i -> i * step).toArray();
    }

    private double[] ticks() {
        if (!logarithmic) {
            return evenTicks(low, high);
        }
        double[] ticks = decadeTicks();
        return ticks.length >= 2 ? ticks : evenTicks(Math.pow(10, low), Math.pow(10, high));
    }

    /** 1, 2 and 5 times each power of ten in the range. */
    private double[] decadeTicks() {
        return IntStream.rangeClosed((int) Math.floor(low), (int) Math.ceil(high))
                .mapToObj(exponent -> DoubleStream.of(1, 2, 5).map(m -> m * Math.pow(10, exponent)))
                .flatMapToDouble(ticks -> ticks)
                .filter(tick -> Math.log10(tick) >= low && Math.log10(tick) <= high)
                .toArray();
    }

    private static String label(double value, boolean percent) {
        double shown = percent ? 100 * value : value;
        String digits = String.format(Locale.ROOT, "%.4f", shown).replaceAll("\\.?0+$", "");
        return percent ? digits + " %" : digits;
    }

    private static double toX(double share) {
        return LEFT + share * (WIDTH - LEFT - RIGHT);
    }

    private double toY(double scaled) {
        return TOP + (high - scaled) / (high - low) * (HEIGHT - TOP - BOTTOM);
    }
}
