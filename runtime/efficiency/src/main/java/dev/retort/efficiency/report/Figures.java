package dev.retort.efficiency.report;

import dev.retort.device.Reading;
import dev.retort.efficiency.DeviceTime;
import dev.retort.efficiency.RunAccount;
import dev.retort.efficiency.RunMeter;
import dev.retort.efficiency.figures.Cost;
import dev.retort.efficiency.figures.DataUse;
import dev.retort.efficiency.figures.DeviceUtilisation;
import dev.retort.efficiency.figures.EnergyPerItem;
import dev.retort.efficiency.figures.EnergyPerItem.Scope;
import dev.retort.efficiency.figures.FailureRate;
import dev.retort.efficiency.figures.FlopUtilisation;

import java.time.Duration;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;

/**
 * The figures of a run that need more than its account: a peak, a counter, a price, other runs.
 * What is not known is absent with its reason. Immutable.
 *
 * @param flops which share of what the devices could compute was computed
 * @param energy the energy that an item took, over all attempts
 * @param cost what the run cost, in {@code currency}
 * @param currency the code of the currency, empty without a cost
 * @param utilisation how much the run's devices were used, by identity; of this process
 * @param deviceTime what they did, empty where no stream of theirs is timed; of this process
 * @param failures how often runs like this one fail, empty where that was not given
 * @param data what of its data was of use, empty where that was not given
 */
public record Figures(
        FlopUtilisation flops,
        EnergyPerItem energy,
        Reading cost,
        String currency,
        Map<String, DeviceUtilisation> utilisation,
        Optional<DeviceTime> deviceTime,
        Optional<FailureRate> failures,
        Optional<DataUse> data) {
    private static final Reading NO_PRICE = new Reading.Absent("no price was given");

    /** Checks and copies the components. */
    public Figures {
        Objects.requireNonNull(flops, "flops is null");
        Objects.requireNonNull(energy, "energy is null");
        Objects.requireNonNull(cost, "cost is null");
        Objects.requireNonNull(currency, "currency is null");
        Objects.requireNonNull(deviceTime, "deviceTime is null");
        Objects.requireNonNull(failures, "failures is null");
        Objects.requireNonNull(data, "data is null");
        utilisation = Collections.unmodifiableMap(new LinkedHashMap<>(utilisation));
    }

    /**
     * What a meter knows: the FLOPs utilisation if it was given a peak, the energy over all
     * attempts where a counter tells it, and what the devices did.
     *
     * @param meter the meter
     * @param account an account of its
     * @return the figures, without a cost
     */
    public static Figures of(RunMeter meter, RunAccount account) {
        Map<String, DeviceUtilisation> utilisation = meter.deviceUtilisation();
        return new Figures(
                meter.flopUtilisation(),
                RunEnergy.of(account, meter.sampled(), utilisation.keySet()),
                NO_PRICE,
                "",
                utilisation,
                meter.deviceTime(),
                Optional.empty(),
                Optional.empty());
    }

    /**
     * What an account tells by itself.
     *
     * @param account the account
     * @param flops the FLOPs utilisation
     * @return the figures, without a cost
     */
    public static Figures of(RunAccount account, FlopUtilisation flops) {
        Reading joules = account.processorJoules();
        EnergyPerItem energy =
                EnergyPerItem.of(joules, account.items(), Duration.ZERO, Double.NaN, Scope.PACKAGE);
        return new Figures(
                flops,
                energy,
                NO_PRICE,
                "",
                Map.of(),
                Optional.empty(),
                Optional.empty(),
                Optional.empty());
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
                spent.currency().getCurrencyCode(),
                utilisation,
                deviceTime,
                failures,
                data);
    }

    /**
     * The figures with another energy, such as of a whole machine.
     *
     * @param measured the energy per item
     * @return the changed figures
     */
    public Figures with(EnergyPerItem measured) {
        return new Figures(
                flops, measured, cost, currency, utilisation, deviceTime, failures, data);
    }

    /**
     * The figures with how often runs fail, which one run cannot tell.
     *
     * @param rate the rate, such as over the {@linkplain dev.retort.efficiency.RunTotals totals} of
     *     a folder of journals
     * @return the changed figures
     */
    public Figures with(FailureRate rate) {
        return new Figures(
                flops, energy, cost, currency, utilisation, deviceTime, Optional.of(rate), data);
    }

    /**
     * The figures with what of the data was of use, which only who reads the data can tell.
     *
     * @param use the use
     * @return the changed figures
     */
    public Figures with(DataUse use) {
        return new Figures(
                flops, energy, cost, currency, utilisation, deviceTime, failures, Optional.of(use));
    }
}
