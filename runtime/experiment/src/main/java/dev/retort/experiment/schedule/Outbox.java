package dev.retort.experiment.schedule;

import dev.retort.experiment.event.Event;
import dev.retort.experiment.state.RefusedException;
import dev.retort.experiment.store.Batch;
import dev.retort.experiment.store.EventStore;
import dev.retort.experiment.store.Receipt;
import dev.retort.experiment.store.StoreException;

import org.jspecify.annotations.Nullable;

import java.lang.System.Logger;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import java.util.function.Supplier;

/**
 * What a scheduler has given to others and waits for: what the store is to record, and what takes
 * long. It is told of the answers by its own thread. Used by that thread alone.
 */
final class Outbox {
    private static final Logger LOG = System.getLogger(Outbox.class.getName());

    private final EventStore store;
    private final String id;
    private final Acts acts;
    private final Time time;
    private final Runnable answered;
    private final Outage outage;
    private int pending;

    /**
     * Nothing is on its way.
     *
     * @param id the name of the scheduler
     * @param answered called after each answer
     */
    Outbox(EventStore store, String id, Acts acts, Time time, Runnable answered) {
        this.store = store;
        this.id = id;
        this.acts = acts;
        this.time = time;
        this.answered = answered;
        this.outage = new Outage(id, time);
    }

    /** How the store is. */
    Outage outage() {
        return outage;
    }

    /** Whether nothing is on its way. */
    boolean isEmpty() {
        return pending == 0;
    }

    /** Records events of which nothing follows. */
    void append(List<Event> events) {
        append(events, (_, _) -> {});
    }

    /**
     * Records events, and tells then. An error other than a refusal, which is an answer, is told to
     * the {@link Outage}.
     */
    void append(List<Event> events, BiConsumer<@Nullable Receipt, @Nullable Throwable> then) {
        pending++;
        acts.sent(events);
        CompletableFuture<Receipt> done;
        try {
            done = store.append(new Batch(id, null, events));
        } catch (IllegalStateException e) {
            done = CompletableFuture.failedFuture(new StoreException("the store is closed", e));
        }
        var _ =
                done.whenComplete(
                        (receipt, error) ->
                                time.execute(
                                        () -> {
                                            pending--;
                                            acts.answered(events);
                                            if (error != null
                                                    && !(error instanceof RefusedException)) {
                                                outage.failed(error);
                                            }
                                            then.accept(receipt, error);
                                            answered.run();
                                        }));
    }

    /**
     * Has something done that may take long, by another thread, and tells then what came of it;
     * {@code null} if it failed, which is logged.
     */
    <T> void aside(Supplier<@Nullable T> slow, Consumer<@Nullable T> then) {
        CompletableFuture<@Nullable T> done = CompletableFuture.supplyAsync(slow, time::aside);
        pending++;
        var _ =
                done.whenComplete(
                        (value, error) ->
                                time.execute(
                                        () -> {
                                            pending--;
                                            if (error != null) {
                                                LOG.log(
                                                        Logger.Level.WARNING,
                                                        "scheduler " + id + " goes on without it",
                                                        error);
                                            }
                                            then.accept(value);
                                            answered.run();
                                        }));
    }
}
