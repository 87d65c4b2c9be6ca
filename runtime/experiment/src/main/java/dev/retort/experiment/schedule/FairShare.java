package dev.retort.experiment.schedule;

import java.util.HashMap;
import java.util.Map;

/**
 * Which team is furthest below its share: the one that holds least per weight now, and among equals
 * the one that used least per weight lately, where what was used counts half after an hour.
 */
public final class FairShare {
    private static final double HALF_LIFE_NANOS = 3600e9;

    private final Map<String, Double> weights;
    private final Map<String, Account> accounts = new HashMap<>();

    /**
     * Before anything was taken.
     *
     * @param weights how much a team gets against the others; 1 of one that is not named
     */
    public FairShare(Map<String, Double> weights) {
        this.weights = weights;
    }

    /** A team took an amount. */
    public void taken(String team, int amount) {
        account(team).held += amount;
    }

    /** After an amount was held for a while. */
    public void returned(String team, int amount, long elapsedNanos, long nowNanos) {
        Account account = account(team);
        account.held -= amount;
        account.use((double) amount * elapsedNanos, nowNanos);
    }

    /** Negative if the first team is to go before the second. */
    public int compare(String first, String second, long nowNanos) {
        Account a = account(first);
        Account b = account(second);
        int byHeld = Double.compare(a.held / weight(first), b.held / weight(second));
        if (byHeld != 0) {
            return byHeld;
        }
        int byUsed =
                Double.compare(a.used(nowNanos) / weight(first), b.used(nowNanos) / weight(second));
        return byUsed != 0 ? byUsed : first.compareTo(second);
    }

    private double weight(String team) {
        return weights.getOrDefault(team, 1.0);
    }

    private Account account(String team) {
        return accounts.computeIfAbsent(team, _ -> new Account());
    }

    private static final class Account {
        private int held;
        private double used;
        private long atNanos;

        double used(long nowNanos) {
            return used * Math.pow(0.5, (nowNanos - atNanos) / HALF_LIFE_NANOS);
        }

        void use(double amount, long nowNanos) {
            used = used(nowNanos) + amount;
            atNanos = nowNanos;
        }
    }
}
