package dev.retort.efficiency.report;

import dev.retort.efficiency.StepTimes;
import dev.retort.efficiency.StepTimes.Bin;

import java.time.Duration;
import java.util.Formatter;
import java.util.List;
import java.util.Locale;

/** How long steps took, as a histogram. */
final class StepChart {
    private static final double WIDTH = 520;
    private static final double HEIGHT = 260;
    private static final double LEFT = 52;
    private static final double RIGHT = 24;
    private static final double TOP = 22;
    private static final double BOTTOM = 40;
    private static final int BINS = 40;

    private StepChart() {}

    /**
     * Draws the distribution.
     *
     * @param times of at least one step
     */
    static String draw(StepTimes times) {
        List<Bin> bins = times.distribution(BINS);
        double most = bins.stream().mapToLong(Bin::count).max().orElse(1);
        double width = (WIDTH - LEFT - RIGHT) / bins.size();
        Formatter svg = new Formatter(Locale.ROOT);
        svg.format("<svg viewBox=\"0 0 %.0f %.0f\" role=\"img\">", WIDTH, HEIGHT);
        for (double tick : TimeTicks.even(0, most, 4)) {
            if (tick == Math.rint(tick)) {
                double y = y(tick / most);
                svg.format(
                        "<line class=\"grid\" x1=\"%.1f\" x2=\"%.1f\" y1=\"%.1f\" y2=\"%.1f\"/>"
                                + "<text class=\"tick\" x=\"%.1f\" y=\"%.1f\""
                                + " text-anchor=\"end\">%s</text>",
                        LEFT,
                        WIDTH - RIGHT,
                        y,
                        y,
                        LEFT - 6,
                        y + 4,
                        Numbers.count(Math.round(tick)));
            }
        }
        for (int i = 0; i < bins.size(); i++) {
            Bin bin = bins.get(i);
            double y = y(bin.count() / most);
            svg.format(
                    "<rect class=\"bin\" x=\"%.1f\" y=\"%.1f\" width=\"%.1f\" height=\"%.1f\">"
                            + "<title>%s to %s: %d</title></rect>",
                    LEFT + i * width + 0.5,
                    y,
                    Math.max(1, width - 1),
                    HEIGHT - BOTTOM - y,
                    time(bin.from()),
                    time(bin.to()),
                    bin.count());
        }
        double median = position(times, bins, 50);
        double high = position(times, bins, 99);
        if (high - median < 1) {
            quantile(svg, median, "middle", "p50 = p99");
        } else {
            boolean near = high - median < 50;
            quantile(svg, median, near ? "end" : "middle", "p50");
            quantile(svg, high, near ? "start" : "middle", "p99");
        }
        int[] labelled = bins.size() == 1 ? new int[] {0} : new int[] {0, BINS / 2, BINS - 1};
        for (int i : labelled) {
            svg.format(
                    "<text class=\"tick\" x=\"%.1f\" y=\"%.1f\" text-anchor=\"middle\">%s</text>",
                    LEFT + (i + 0.5) * width, HEIGHT - BOTTOM + 16, time(bins.get(i).from()));
        }
        svg.format(
                "<text class=\"tick\" x=\"%.1f\" y=\"%.1f\" text-anchor=\"middle\">time of a step"
                        + " (logarithmic)</text>",
                (LEFT + WIDTH - RIGHT) / 2, HEIGHT - 6);
        return svg.format("</svg>").toString();
    }

    private static double position(StepTimes times, List<Bin> bins, double percent) {
        double low = Math.max(1, bins.getFirst().from().toNanos());
        double high = bins.getLast().to().toNanos();
        double value = times.percentile(percent).orElse(Duration.ZERO).toNanos();
        double share =
                high <= low ? 0.5 : Math.log(Math.max(value, low) / low) / Math.log(high / low);
        return LEFT + Math.clamp(share, 0, 1) * (WIDTH - LEFT - RIGHT);
    }

    private static void quantile(Formatter svg, double x, String anchor, String label) {
        svg.format(
                "<line class=\"quantile\" x1=\"%.1f\" x2=\"%.1f\" y1=\"%.1f\" y2=\"%.1f\"/>"
                        + "<text class=\"tick\" x=\"%.1f\" y=\"%.1f\" text-anchor=\"%s\">%s"
                        + "</text>",
                x, x, TOP - 6, HEIGHT - BOTTOM, x, TOP - 10, anchor, label);
    }

    private static double y(double share) {
        return TOP + (1 - share) * (HEIGHT - TOP - BOTTOM);
    }

    private static String time(Duration duration) {
        return Numbers.time(duration.toNanos() * 1e-9);
    }
}
