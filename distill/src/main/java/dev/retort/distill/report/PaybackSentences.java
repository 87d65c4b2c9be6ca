package dev.retort.distill.report;

import static java.util.Objects.requireNonNull;

import dev.retort.distill.report.ReportDocument.Figure;
import dev.retort.distill.report.ReportDocument.ModelEntry;
import dev.retort.distill.report.ReportDocument.Payback;
import dev.retort.efficiency.report.Numbers;

import java.util.List;
import java.util.Locale;
import java.util.function.DoubleFunction;

/** What a request takes, and after how many the distillation has paid for itself, in words. */
public final class PaybackSentences {
    private PaybackSentences() {}

    /**
     * One sentence for energy, one for money.
     *
     * @param report the report
     * @return the sentences; where a figure is absent they say why
     */
    public static List<String> of(ReportDocument report) {
        return List.of(
                sentence(report, "energy", report.paybackInJoules(), PaybackSentences::energy),
                sentence(
                        report,
                        "money",
                        report.paybackInMoney(),
                        amount -> String.format(Locale.ROOT, "%.3g", amount)));
    }

    private static String sentence(
            ReportDocument report, String what, Payback payback, DoubleFunction<String> unit) {
        Double requests = payback.requests().value();
        if (requests == null) {
            return "Pay-back in %s is absent: %s.".formatted(what, payback.requests().absent());
        }
        return String.format(
                Locale.ROOT,
                "The distillation has paid for itself in %s after %s requests: %s were spent on it, a"
                        + " request takes %s of the teacher and %s of the student.%s",
                what,
                Numbers.count(Math.round(requests)),
                shown(payback.spent(), unit),
                shown(payback.perTeacherRequest(), unit),
                shown(payback.perStudentRequest(), unit),
                hasCache(report)
                        ? " Where the cache had what the teacher says, its read was spent and not"
                                + " the teacher's pass."
                        : "");
    }

    private static boolean hasCache(ReportDocument report) {
        ReportDocument.Origin origin = report.origin();
        return origin != null && origin.recipe().cache() != null;
    }

    private static String shown(Figure figure, DoubleFunction<String> unit) {
        return unit.apply(requireNonNull(figure.value(), "the requests were reckoned from it"));
    }

    /**
     * An energy.
     *
     * @param joules its amount
     * @return the amount with a unit
     */
    public static String energy(double joules) {
        if (joules < 1e-3) {
            return String.format(Locale.ROOT, "%.3g µJ", joules * 1e6);
        }
        return joules < 1
                ? String.format(Locale.ROOT, "%.3g mJ", joules * 1e3)
                : String.format(Locale.ROOT, "%.1f J", joules);
    }

    /**
     * The size of a model.
     *
     * @param model the model
     * @return its parameters, or a dash where they are not known
     */
    public static String parameters(ModelEntry model) {
        return model.parameters() == 0 ? Numbers.ABSENT : Numbers.count(model.parameters());
    }

    /**
     * The size of a model in memory.
     *
     * @param model the model
     * @return the size with its unit, or a dash where it is not known
     */
    public static String bytes(ModelEntry model) {
        return model.bytes() == 0 ? Numbers.ABSENT : Numbers.bytes(model.bytes());
    }

    /**
     * The operations of a request.
     *
     * @param model the model
     * @return how many, or a dash where they are not known
     */
    public static String flops(ModelEntry model) {
        Double flops = model.flops();
        if (flops == null) {
            return Numbers.ABSENT;
        }
        return flops < 1e6
                ? String.format(Locale.ROOT, "%.1f thousand", flops / 1e3)
                : String.format(Locale.ROOT, "%.1f million", flops / 1e6);
    }
}
