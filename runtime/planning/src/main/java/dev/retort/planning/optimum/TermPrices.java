package dev.retort.planning.optimum;

import dev.retort.planning.PlanningException;

/**
 * The price of a FLOP in each term of a model's life. Each has its own MFU and its own devices:
 * writing tokens one after the other reaches a far smaller share of the peak than training.
 *
 * @param unit what the prices are in, such as FLOPs, joules or a currency
 * @param training the price of a FLOP of training, positive
 * @param input the price of a FLOP of reading, positive
 * @param output the price of a FLOP of writing, positive
 */
public record TermPrices(String unit, double training, double input, double output) {
    /** Every FLOP counts alike, as in Sardana et al. 2023, section 2. */
    public static final TermPrices FLOPS = new TermPrices("FLOPs", 1, 1, 1);

    /** Checks the prices. */
    public TermPrices {
        PlanningException.requirePositive("price of a FLOP of training", training);
        PlanningException.requirePositive("price of a FLOP of reading", input);
        PlanningException.requirePositive("price of a FLOP of writing", output);
    }

    /**
     * Money: price of an hour over what an hour does, for each term (Sardana et al. 2023, section
     * 3).
     *
     * @param currency the currency
     * @param training the devices of training, with a price
     * @param input the devices that read, with a price
     * @param output the devices that write, with a price
     * @return the prices
     */
    public static TermPrices money(
            String currency, DeviceFleet training, DeviceFleet input, DeviceFleet output) {
        return new TermPrices(currency, price(training), price(input), price(output));
    }

    /**
     * Energy: power over what a second does, for each term.
     *
     * @param training the devices of training, with a power
     * @param input the devices that read, with a power
     * @param output the devices that write, with a power
     * @return the prices in joules
     */
    public static TermPrices energy(DeviceFleet training, DeviceFleet input, DeviceFleet output) {
        return new TermPrices("J", power(training), power(input), power(output));
    }

    /**
     * Device-hours: what an hour does, for each term.
     *
     * @param training the devices of training
     * @param input the devices that read
     * @param output the devices that write
     * @return the prices in hours of one device
     */
    public static TermPrices deviceHours(
            DeviceFleet training, DeviceFleet input, DeviceFleet output) {
        return new TermPrices("device-hours", hours(training), hours(input), hours(output));
    }

    private static double hours(DeviceFleet devices) {
        return devices.resources(1).deviceHours();
    }

    private static double price(DeviceFleet devices) {
        return devices.pricePerFlop()
                .orElseThrow(
                        () ->
                                new PlanningException(
                                        "expected the price of an hour of every device, found none"));
    }

    private static double power(DeviceFleet devices) {
        return devices.joulesPerFlop()
                .orElseThrow(
                        () ->
                                new PlanningException(
                                        "expected the power of every device, found none"));
    }
}
