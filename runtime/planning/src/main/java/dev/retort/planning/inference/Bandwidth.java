package dev.retort.planning.inference;

import static dev.retort.planning.PlanningException.requirePositive;

import dev.retort.planning.PlanningException;

import java.util.List;

/**
 * How many bytes a second operations of one kind read and write, by how many bytes they touch again
 * and again: from a cache more than from memory. Between two measured sizes ln(rate) is taken to be
 * linear in ln(size), beyond them the rate is that of the nearest.
 *
 * @param rates the measured sizes, ascending, at least one
 */
public record Bandwidth(List<Rate> rates) {
    /**
     * The rate at one size.
     *
     * @param bytes the bytes that are touched again and again, positive
     * @param bytesPerSecond bytes a second, positive
     */
    public record Rate(double bytes, double bytesPerSecond) {
        /** Checks the numbers. */
        public Rate {
            requirePositive("number of bytes", bytes);
            requirePositive("number of bytes per second", bytesPerSecond);
        }
    }

    /** Copies the list and checks its order. */
    public Bandwidth {
        rates = List.copyOf(rates);
        if (rates.isEmpty()) {
            throw new PlanningException("expected at least one rate, found none");
        }
        for (int i = 1; i < rates.size(); i++) {
            if (!(rates.get(i).bytes() > rates.get(i - 1).bytes())) {
                throw new PlanningException(
                        "expected ascending sizes, found %s bytes after %s"
                                .formatted(rates.get(i).bytes(), rates.get(i - 1).bytes()));
            }
        }
    }

    /**
     * The rate at a size.
     *
     * @param bytes the bytes that are touched again and again, not negative
     * @return bytes a second
     */
    public double at(double bytes) {
        Rate above = rates.getFirst();
        if (bytes <= above.bytes()) {
            return above.bytesPerSecond();
        }
        for (Rate rate : rates) {
            Rate below = above;
            above = rate;
            if (bytes < above.bytes()) {
                double share =
                        Math.log(bytes / below.bytes()) / Math.log(above.bytes() / below.bytes());
                return below.bytesPerSecond()
                        * Math.pow(above.bytesPerSecond() / below.bytesPerSecond(), share);
            }
        }
        return above.bytesPerSecond();
    }
}
