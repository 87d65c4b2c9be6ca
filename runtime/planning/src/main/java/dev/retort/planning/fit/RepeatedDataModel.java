package dev.retort.planning.fit;

import dev.retort.planning.solve.ResidualModel;

import java.util.List;

/**
 * Residuals of the logarithm of the loss under the law of repeated data over a law for unique data.
 * Its parameters are (ln R_D*, ln R_N*), the second only where the runs can tell it.
 */
record RepeatedDataModel(ParametricLaw base, List<RepeatedDataFit.Run> runs, boolean hasExcess)
        implements ResidualModel {
    private static final double FEWEST = 1e-12;
    private static final double MOST = 1e12;

    @Override
    public int points() {
        return runs.size();
    }

    @Override
    public int parameters() {
        return hasExcess ? 2 : 1;
    }

    @Override
    public void evaluate(double[] x, double[] residuals, double[] jacobian) {
        int width = parameters();
        RepeatedDataLaw law = law(x);
        for (int i = 0; i < runs.size(); i++) {
            RepeatedDataFit.Run run = runs.get(i);
            double data = law.effectiveTokens(run.tokens(), run.uniqueTokens());
            double size = law.effectiveParameters(run.parameters(), run.uniqueTokens());
            double loss = base.loss(size, data);
            residuals[i] = Math.log(loss / run.loss());
            double byData = -base.beta() * base.b() * Math.pow(data, -base.beta() - 1) / loss;
            jacobian[i * width] = byData * change(run.tokens(), run.uniqueTokens(), law.repeats());
            if (hasExcess) {
                double bySize = -base.alpha() * base.a() * Math.pow(size, -base.alpha() - 1) / loss;
                double fed = RepeatedDataLaw.fed(base, run.parameters(), run.uniqueTokens());
                jacobian[i * width + 1] = bySize * change(run.parameters(), fed, law.excess());
            }
        }
    }

    /**
     * The law of (ln R_D*, ln R_N*); excess parameters count in full where the runs cannot tell.
     */
    RepeatedDataLaw law(double[] x) {
        return new RepeatedDataLaw(
                base, scale(x[0]), hasExcess ? scale(x[1]) : Double.POSITIVE_INFINITY);
    }

    /** Searches may try any exponent; 10⁻¹² and 10¹² repetitions are as good as none or all. */
    private static double scale(double log) {
        return Math.clamp(Math.exp(log), FEWEST, MOST);
    }

    /** The derivative of the effective amount by the logarithm of the scale. */
    private static double change(double all, double unique, double scale) {
        double ratio = (all / unique - 1) / scale;
        return unique * scale * (-Math.expm1(-ratio) - ratio * Math.exp(-ratio));
    }
}
