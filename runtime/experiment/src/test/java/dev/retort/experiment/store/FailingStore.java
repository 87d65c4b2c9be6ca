package dev.retort.experiment.store;

import java.time.InstantSource;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.LongSupplier;

/** Stores that cannot be written for a while, as with a full disk. */
public final class FailingStore {
    private FailingStore() {}

    /** Opens one that refuses each write while a switch is on. */
    public static EventStore open(
            String url, InstantSource wall, LongSupplier ticker, AtomicBoolean failing) {
        return open(url, wall, ticker, failing, "before begin");
    }

    /** Opens one of which each write fails at a place while a switch is on. */
    public static EventStore open(
            String url,
            InstantSource wall,
            LongSupplier ticker,
            AtomicBoolean failing,
            String failingPlace) {
        return EventStore.open(
                url,
                wall,
                ticker,
                place -> {
                    if (failing.get() && place.equals(failingPlace)) {
                        throw new StoreException("the store cannot be written: the disk is full");
                    }
                });
    }

    /** Opens one of which each write fails with an error. */
    public static EventStore failing(
            String url, InstantSource wall, LongSupplier ticker, RuntimeException error) {
        return EventStore.open(
                url,
                wall,
                ticker,
                place -> {
                    if (place.equals("before begin")) {
                        throw error;
                    }
                });
    }
}
