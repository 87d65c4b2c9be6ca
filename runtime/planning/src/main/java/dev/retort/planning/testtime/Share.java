package dev.retort.planning.testtime;

/**
 * The chance that a problem is answered right.
 *
 * @param value the chance
 * @param error its standard error where it was drawn; 0 where it was counted
 */
record Share(double value, double error) {
    static Share counted(double value) {
        return new Share(value, 0);
    }
}
