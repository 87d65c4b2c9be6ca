package dev.retort.planning.fit;

import dev.retort.planning.solve.ResidualModel;

import java.util.List;

/**
 * Residuals of the logarithm of the loss under the parametric law. Its parameters are (a, b, e, α,
 * β) with A = e^a, B = e^b and E = e^e; the law is the log-sum-exp of three terms that are linear
 * in them.
 */
final class ParametricModel implements ResidualModel {
    private static final int PARAMETERS = 5;

    /** Beyond this the largest term is taken out before the exponentials, which would overflow. */
    private static final double LARGE = 600;

    private final double[] logParameters;
    private final double[] logTokens;
    private final double[] logLoss;

    ParametricModel(List<LossPoint> points) {
        logParameters = points.stream().mapToDouble(p -> Math.log(p.parameters())).toArray();
        logTokens = points.stream().mapToDouble(p -> Math.log(p.tokens())).toArray();
        logLoss = points.stream().mapToDouble(p -> Math.log(p.loss())).toArray();
    }

    @Override
    public int points() {
        return logLoss.length;
    }

    @Override
    public int parameters() {
        return PARAMETERS;
    }

    @Override
    public void evaluate(double[] x, double[] residuals, double[] jacobian) {
        double irreducible = Math.exp(x[2]);
        for (int i = 0, j = 0; i < logLoss.length; i++) {
            double size = x[0] - x[3] * logParameters[i];
            double data = x[1] - x[4] * logTokens[i];
            double shift = Math.max(size, Math.max(data, x[2]));
            if (Math.abs(shift) < LARGE) {
                shift = 0;
            }
            double ofSize = Math.exp(size - shift);
            double ofData = Math.exp(data - shift);
            double ofRest = shift == 0 ? irreducible : Math.exp(x[2] - shift);
            double sum = ofSize + ofData + ofRest;
            double inverse = 1 / sum;
            residuals[i] = shift + Math.log(sum) - logLoss[i];
            double sizeShare = ofSize * inverse;
            double dataShare = ofData * inverse;
            jacobian[j++] = sizeShare;
            jacobian[j++] = dataShare;
            jacobian[j++] = ofRest * inverse;
            jacobian[j++] = -sizeShare * logParameters[i];
            jacobian[j++] = -dataShare * logTokens[i];
        }
    }
}
