package dev.retort.examples.language;

import dev.retort.planning.Interval;
import dev.retort.planning.fit.FitOptions;
import dev.retort.planning.fit.LossPoint;
import dev.retort.planning.fit.ParametricFit;

import java.io.PrintStream;
import java.util.List;
import java.util.Locale;

/**
 * What the law of a family says of its larger run, beside what came of it.
 *
 * @param fit the law
 * @param run the larger run
 * @param predicted the interval that a single such run should fall into, with the noise of runs
 */
record PredictedRun(ParametricFit fit, LanguageRun run, Interval predicted) {
    static PredictedRun of(LanguageFamily family, LanguageResults results) {
        List<LossPoint> points =
                family.runs().stream()
                        .map(
                                run ->
                                        LossPoint.of(
                                                        (double) run.shape().multipliedParameters(),
                                                        (double) run.tokens(),
                                                        results.loss(run))
                                                .withSchedule((double) run.tokens()))
                        .toList();
        ParametricFit fit = ParametricFit.of(points, FitOptions.DEFAULT.withStatedUnit(true));
        LanguageRun larger = family.heldOut().getFirst();
        return new PredictedRun(
                fit,
                larger,
                fit.predictRun(
                        (double) larger.shape().multipliedParameters(), (double) larger.tokens()));
    }

    void print(PrintStream out) {
        out.printf(
                Locale.ROOT,
                "L(N, D) = %.4f + %.5g / N^%.4f + %.5g / D^%.4f, from %d runs%n"
                        + "%s: predicted %.4f nats a byte, 95 %% interval of a run %.4f to %.4f%n",
                fit.law().e(),
                fit.law().a(),
                fit.law().alpha(),
                fit.law().b(),
                fit.law().beta(),
                fit.points().size(),
                run.name().replaceAll("-s\\d+$", ""),
                predicted.estimate(),
                predicted.low(),
                predicted.high());
        fit.warnings().forEach(warning -> out.println("note: " + warning));
    }

    void judge(List<LanguageRun> made, LanguageResults results, PrintStream out) {
        long inside = 0;
        for (LanguageRun each : made) {
            boolean in = predicted.contains(results.loss(each));
            inside += in ? 1 : 0;
            out.printf(
                    Locale.ROOT,
                    "seed %d: %.4f, %s the interval%n",
                    each.seed(),
                    results.loss(each),
                    in ? "in" : "outside");
        }
        out.printf("%d of %d runs lie in the predicted interval%n", inside, made.size());
    }
}
