package dev.retort.examples.lab;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.retort.experiment.event.Event.RunReported;
import dev.retort.planning.report.Plot.Kind;
import dev.retort.planning.report.Plot.Point;
import dev.retort.planning.report.Plot.Series;

import org.junit.jupiter.api.Test;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.SequencedMap;
import java.util.stream.IntStream;

final class SearchSectionTest {
    private static final List<Point> CURVE = List.of(Point.of(1, 0.9), Point.of(3, 0.5));

    /** As many trials, the best first, those from a number on pruned when they reported first. */
    private static SequencedMap<String, List<Point>> trials(int trials, int pruned) {
        SequencedMap<String, List<Point>> curves = new LinkedHashMap<>();
        for (int i = 0; i < trials; i++) {
            curves.put("trial-" + i, i < pruned ? CURVE : List.of(Point.of(1, 1 + 1e-3 * i)));
        }
        return curves;
    }

    @Test
    void otherTrialsThatReportedOnceAreOneSeries() {
        List<Series> series = SearchSection.series(trials(40, 7));
        // Drawn in this order: what is best lies above the others.
        assertEquals(
                List.of(
                        "",
                        "",
                        "other trials",
                        "trial-4",
                        "trial-3",
                        "trial-2",
                        "trial-1",
                        "trial-0"),
                series.stream().map(Series::name).toList());
        assertEquals(List.of(1, 1, 1, 5, 4, 3, 2, 0), series.stream().map(Series::colour).toList());
        assertEquals(
                List.of(2),
                IntStream.range(0, series.size())
                        .filter(i -> series.get(i).kind() != Kind.LINE)
                        .boxed()
                        .toList());
        assertEquals(Kind.DOTS, series.get(2).kind());
        assertEquals(33, series.get(2).points().size());
    }

    @Test
    void otherTrialsHaveOneNameInTheLegend() {
        assertEquals(
                List.of("", "", "other trials"),
                SearchSection.series(trials(8, 8)).stream().map(Series::name).limit(3).toList());
        List<Series> few = SearchSection.series(trials(5, 2));
        assertEquals(
                IntStream.of(4, 3, 2, 1, 0).mapToObj(i -> "trial-" + i).toList(),
                few.stream().map(Series::name).toList());
        assertEquals(List.of(), SearchSection.series(trials(0, 0)));
    }

    @Test
    void howFarATrialCameIsRightOfAnyNumber() {
        assertEquals("0.5200 at epoch 1", SearchSection.said(new RunReported("s/t/1", 7, 1, 0.52)));
        assertEquals(
                "0.5200 at epoch 12", SearchSection.said(new RunReported("s/t/1", 7, 12, 0.52)));
    }
}
