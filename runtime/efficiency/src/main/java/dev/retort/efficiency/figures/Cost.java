package dev.retort.efficiency.figures;

import dev.retort.efficiency.RunTotals;

import java.util.Currency;
import java.util.OptionalDouble;

/**
 * What runs cost.
 *
 * @param currency the currency of all amounts
 * @param total all spend: devices over the time they were allocated, and the energy of own ones
 * @param badput the part of it that bought no training that survived, evaluation left out of the
 *     reckoning on both sides: the total times one less the strict goodput
 * @param perItem the total over the items that survived, or empty if none did
 * @param perUsefulRun the total, failed runs included, over the runs that succeeded, or empty if
 *     none did
 */
public record Cost(
        Currency currency,
        double total,
        double badput,
        OptionalDouble perItem,
        OptionalDouble perUsefulRun) {
    /**
     * Divides a spend.
     *
     * @param currency its currency
     * @param devices what the devices cost, such as by a {@link PriceTable}
     * @param energy what their energy cost; 0 where the price of the devices contains it
     * @param runs what was done for it
     * @return the cost
     */
    public static Cost of(Currency currency, double devices, double energy, RunTotals runs) {
        if (!(devices >= 0) || !(energy >= 0)) {
            throw new IllegalArgumentException(
                    "expected costs that are not negative, found %s and %s"
                            .formatted(devices, energy));
        }
        double total = devices + energy;
        return new Cost(
                currency,
                total,
                total * (1 - runs.ledger().goodput()),
                over(total, runs.kept().items()),
                over(total, runs.succeeded()));
    }

    /**
     * The price of energy.
     *
     * @param joules the energy of the machine's parts
     * @param powerUsageEffectiveness the building's energy over that of the machine, at least 1
     * @param perKilowattHour the price
     * @return the cost
     */
    public static double ofEnergy(
            double joules, double powerUsageEffectiveness, double perKilowattHour) {
        if (!(powerUsageEffectiveness >= 1)) {
            throw new IllegalArgumentException(
                    "expected a PUE of at least 1, found " + powerUsageEffectiveness);
        }
        return joules / 3.6e6 * powerUsageEffectiveness * perKilowattHour;
    }

    private static OptionalDouble over(double total, long parts) {
        return parts == 0 ? OptionalDouble.empty() : OptionalDouble.of(total / parts);
    }
}
