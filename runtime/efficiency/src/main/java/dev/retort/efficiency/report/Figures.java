package dev.retort.efficiency.report;

import dev.retort.device.Reading;
import dev.retort.efficiency.RunAccount;
import dev.retort.efficiency.RunMeter;
import dev.retort.efficiency.figures.Cost;
import dev.retort.efficiency.figures.EnergyPerItem;
import dev.retort.efficiency.figures.EnergyPerItem.Scope;
import dev.retort.efficiency.figures.FlopUtilisation;

import java.time.Duration;
import java.util.Objects;

/**
 * The figures of a run that need more than its account: a peak, a counter, a price. What is not
 * known is absent with its reason. Immutable.
 *
 * @param flops which share of what the devices could compute was computed
 * @param energy the energy that an item took
 * @param cost what the run cost, in {@code currency}
 * @param currency the code of the currency, empty without a cost
 */
public record Figures(FlopUtilisation flops, EnergyPerItem energy, Reading cost, String currency) {
    private static final Reading NO_PRICE = new Reading.Absent("no price was given");

    /** Checks the components. */
    public Figures {
        Objects.requireNonNull(flops, "flops is null");
        Objects.requireNonNull(energy, "energy is null");
        Objects.requireNonNull(cost, "cost is null");
        Objects.requireNonNull(currency, "currency is null");
    }

    /**
     * What a meter knows: the FLOPs utilisation if it was given a peak, and the energy of the
     * processor where a counter tells it.
     *
     * @param meter the meter
     * @param account an account of its
     * @return the figures, without a cost
     */
    public static Figures of(RunMeter meter, RunAccount account) {
        return of(account, meter.flopUtilisation());
    }

    /**
     * What an account tells.
     *
     * @param account the account
     * @param flops the FLOPs utilisation
     * @return the figures, without a cost
     */
    public static Figures of(RunAccount account, FlopUtilisation flops) {
        Reading joules =
                account.attempts() == 1
                        ? account.cpu().joules()
                        : new Reading.Absent(
                                "the energy is that of this process, the items are those of %d"
                                        .formatted(account.attempts()));
        EnergyPerItem energy =
                EnergyPerItem.of(joules, account.items(), Duration.ZERO, Double.NaN, Scope.PACKAGE);
        return new Figures(flops, energy, NO_PRICE, "");
    }

    /**
     * The figures with a cost.
     *
     * @param spent what the run cost
     * @return the changed figures
     */
    public Figures with(Cost spent) {
        return new Figures(
                flops,
                energy,
                Reading.now(spent.total(), "prices given by the user"),
                spent.currency().getCurrencyCode());
    }

    /**
     * The figures with another energy, such as of GPUs.
     *
     * @param measured the energy per item
     * @return the changed figures
     */
    public Figures with(EnergyPerItem measured) {
        return new Figures(flops, measured, cost, currency);
    }
}
