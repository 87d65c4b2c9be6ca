package dev.retort.experiment.velocity;

import dev.retort.experiment.share.FairShare;

import java.util.Comparator;
import java.util.List;
import java.util.Map;

/**
 * How waiting runs get devices.
 *
 * @param devices the devices there are, at least 1
 * @param order who goes first; of equals the one that was submitted earlier
 * @param backFill whether a run that fits may pass one that waits for more devices than are free
 * @param devicePricePerHour what an hour of a device costs, used or not, in any currency
 */
public record Policy(int devices, Order order, boolean backFill, double devicePricePerHour) {
    /** Who goes first. */
    public sealed interface Order {
        /** As submitted. */
        record Fifo() implements Order {}

        /** By the priorities that the runs were submitted with, larger first. */
        record Priority() implements Order {}

        /**
         * By fair share between teams, as a scheduler does it: the team goes first that holds least
         * for its weight, then the one that used least lately; within a team by priority.
         *
         * @param weights how much a team gets against the others; 1 of one that is not named
         */
        record FairShares(Map<String, Double> weights) implements Order {
            /** Checks and copies the weights. */
            public FairShares {
                weights = FairShare.checked(weights);
            }
        }

        /** The least device time first, as if it were known. */
        record ShortestFirst() implements Order {}

        /**
         * By the value of a tag.
         *
         * @param tag the tag
         * @param first its values, the most urgent first; all others come after them
         */
        record ByTag(String tag, List<String> first) implements Order {
            /** Copies the values. */
            public ByTag {
                first = List.copyOf(first);
            }
        }
    }

    /** Checks the figures. */
    public Policy {
        if (devices < 1) {
            throw new IllegalArgumentException("expected at least 1 device, found " + devices);
        }
        if (!(devicePricePerHour >= 0) || Double.isInfinite(devicePricePerHour)) {
            throw new IllegalArgumentException(
                    "expected a price from 0, found " + devicePricePerHour);
        }
    }

    Comparator<WhatIf.Job> comparator() {
        return switch (order) {
            case Order.Fifo() -> Comparator.comparingInt(WhatIf.Job::number);
            case Order.Priority(), Order.FairShares(_) ->
                    Comparator.comparingInt((WhatIf.Job job) -> -job.run().submitted.priority())
                            .thenComparingInt(WhatIf.Job::number);
            case Order.ShortestFirst() ->
                    Comparator.comparingLong(WhatIf.Job::deviceTime)
                            .thenComparingInt(WhatIf.Job::number);
            case Order.ByTag(String tag, List<String> first) ->
                    Comparator.comparingInt((WhatIf.Job job) -> rank(job, tag, first))
                            .thenComparingInt(WhatIf.Job::number);
        };
    }

    private static int rank(WhatIf.Job job, String tag, List<String> first) {
        String value = job.run().tags.get(tag);
        return value != null && first.contains(value) ? first.indexOf(value) : first.size();
    }
}
