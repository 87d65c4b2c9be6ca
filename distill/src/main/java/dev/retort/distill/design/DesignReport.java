package dev.retort.distill.design;

import static java.util.Objects.requireNonNull;

import dev.retort.distill.report.PaybackSentences;
import dev.retort.efficiency.report.AtomicFile;
import dev.retort.efficiency.report.HtmlPage;
import dev.retort.efficiency.report.LineChart;
import dev.retort.efficiency.report.LineChart.Horizontal;
import dev.retort.efficiency.report.LineChart.Line;
import dev.retort.efficiency.report.LineChart.Point;
import dev.retort.efficiency.report.LineChart.Tick;
import dev.retort.efficiency.report.LineChart.Vertical;
import dev.retort.efficiency.report.Numbers;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/** Draws candidates by time and accuracy as one HTML page. */
public final class DesignReport {
    /** What is timed. */
    public static final String REQUEST =
            "A request is one forward pass of one sample, from an input in memory to logits on the"
                    + " heap.";

    /** By what students are compared, and what the front is. */
    public static final String FRONT =
            "Pareto front by validation accuracy (higher is better) and p95 of a request (lower is"
                    + " better): no other student that was trained is at least as good in both and"
                    + " better in one. Size and energy do not count.";

    private static final String TEMPLATE = "design.mustache";

    private DesignReport() {}

    /** What the template sees. */
    private record Page(
            String title,
            String front,
            String request,
            List<String> cautions,
            String chart,
            List<Row> rows) {}

    private record Row(
            String name,
            String p95,
            String turns,
            String size,
            String energy,
            String accuracy,
            String remark,
            String css) {}

    /**
     * Writes the page.
     *
     * @param title what was designed
     * @param students the candidates
     * @param file the file; its folder exists
     * @return the file
     * @throws IOException if it cannot be written
     */
    public static Path write(String title, List<DesignedStudent> students, Path file)
            throws IOException {
        Page page =
                new Page(
                        title,
                        FRONT,
                        REQUEST,
                        caution(students).stream().toList(),
                        chart(students),
                        students.stream().map(DesignReport::row).toList());
        String html =
                HtmlPage.render(
                        requireNonNull(
                                DesignReport.class.getResourceAsStream(TEMPLATE),
                                "the template is missing from the jar"),
                        page);
        return AtomicFile.write(file, html.getBytes(StandardCharsets.UTF_8));
    }

    private static Row row(DesignedStudent student) {
        Double accuracy = student.accuracy();
        return new Row(
                student.name(),
                Numbers.time(student.p95Seconds()),
                student.p95OfTurns(),
                Numbers.bytes(student.cost().bytes()),
                Numbers.figure(student.cost().joules(), PaybackSentences::energy),
                accuracy == null ? Numbers.ABSENT : Numbers.percent(accuracy, 2),
                remark(student),
                student.onFront() ? "front" : "");
    }

    /**
     * What is to be said of a candidate.
     *
     * @param student the candidate
     * @return a few words, or nothing
     */
    public static String remark(DesignedStudent student) {
        if (!student.broken().isEmpty()) {
            return "not trained: " + String.join(", ", student.broken());
        }
        return student.onFront() ? "Pareto front" : "";
    }

    /**
     * What the reader is to know before trusting the front: which students that were trained were
     * timed too much alike to be ordered, or that there is none at all.
     *
     * @param students the candidates
     * @return one sentence, or nothing
     */
    public static Optional<String> caution(List<DesignedStudent> students) {
        if (students.stream().noneMatch(student -> student.broken().isEmpty())) {
            return Optional.of(
                    "No student fits the limits, so none was trained: the remarks say which limit"
                            + " each breaks.");
        }
        List<DesignedStudent> trained =
                students.stream().filter(student -> student.accuracy() != null).toList();
        // Each overlaps itself.
        List<String> alike =
                trained.stream()
                        .filter(student -> trained.stream().filter(student::overlaps).count() > 1)
                        .map(DesignedStudent::name)
                        .toList();
        return alike.isEmpty()
                ? Optional.empty()
                : Optional.of(
                        "The p95 of a student differs from turn to turn by as much as it does"
                                + " between students, so another call may draw another front: "
                                + String.join("; ", alike)
                                + ". On a machine with nothing else to do they differ less.");
    }

    /** The front as a line, the others as points. */
    private static String chart(List<DesignedStudent> students) {
        List<DesignedStudent> trained =
                students.stream().filter(student -> student.accuracy() != null).toList();
        if (trained.isEmpty()) {
            return "";
        }
        double largest =
                trained.stream().mapToDouble(DesignedStudent::p95Seconds).max().orElseThrow();
        List<Line> lines = new ArrayList<>();
        lines.add(
                new Line(
                        "front",
                        trained.stream()
                                .filter(DesignedStudent::onFront)
                                .sorted(Comparator.comparingDouble(DesignedStudent::p95Seconds))
                                .map(student -> point(student, largest))
                                .toList()));
        for (DesignedStudent student : trained) {
            // A short stroke stands for a point.
            Point at = point(student, largest);
            lines.add(
                    new Line(
                            "candidate",
                            List.of(
                                    new Point(Math.max(0, at.x() - 0.008), at.y()),
                                    new Point(Math.min(1, at.x() + 0.008), at.y()))));
        }
        List<Tick> ticks = new ArrayList<>();
        for (int i = 0; i <= 4; i++) {
            ticks.add(new Tick(i / 4.0, Numbers.time(largest * i / 4)));
        }
        return new LineChart(
                        lines,
                        Vertical.SHARES,
                        new Horizontal(ticks, "p95 of a request, lower is better"))
                .draw();
    }

    private static Point point(DesignedStudent student, double largest) {
        return new Point(student.p95Seconds() / largest, requireNonNull(student.accuracy()));
    }
}
