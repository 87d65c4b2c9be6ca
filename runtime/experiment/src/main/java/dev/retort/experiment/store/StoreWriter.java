package dev.retort.experiment.store;

import dev.retort.experiment.event.Event;
import dev.retort.experiment.event.EventCodec;
import dev.retort.experiment.event.RecordedEvent;
import dev.retort.experiment.state.LabState;
import dev.retort.experiment.state.RefusedException;

import org.jspecify.annotations.Nullable;

import java.sql.SQLException;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.locks.ReadWriteLock;
import java.util.function.Consumer;
import java.util.function.LongSupplier;

/**
 * The thread that writes: it checks each batch against the state after all that is on disk, and
 * flushes the batches that wait together at once. Only this thread changes the state.
 */
final class StoreWriter {
    private static final int GROUP = 1024;
    private static final int PAGE = 10_000;

    private final SqlLog log;
    private final LabState state;
    private final ReadWriteLock lock;
    private final Consumer<List<RecordedEvent>> listener;
    private final InstantSource wall;
    private final LongSupplier ticker;
    private final WriteBoundary places;

    StoreWriter(
            SqlLog log,
            LabState state,
            ReadWriteLock lock,
            Consumer<List<RecordedEvent>> listener,
            InstantSource wall,
            LongSupplier ticker,
            WriteBoundary places) {
        this.log = log;
        this.state = state;
        this.lock = lock;
        this.listener = listener;
        this.wall = wall;
        this.ticker = ticker;
        this.places = places;
    }

    void readAll() throws SQLException {
        int found;
        do {
            found = takeIn();
        } while (found == PAGE);
    }

    void work(BlockingQueue<Job> jobs) {
        try (log) {
            serve(jobs);
        }
    }

    private void serve(BlockingQueue<Job> jobs) {
        List<Job.Append> group = new ArrayList<>();
        boolean open = true;
        while (open) {
            Job job = next(jobs);
            while (job instanceof Job.Append append) {
                group.add(append);
                job = group.size() < GROUP ? jobs.poll() : null;
            }
            if (!group.isEmpty()) {
                write(group);
                group.clear();
            }
            switch (job) {
                case Job.Ask<?> ask -> answer(ask);
                case Job.Close() -> open = false;
                case null, default -> {}
            }
        }
    }

    private static Job next(BlockingQueue<Job> jobs) {
        while (true) {
            try {
                return jobs.take();
            } catch (InterruptedException _) {
                // Nobody but close() ends this thread.
            }
        }
    }

    boolean refresh() throws SQLException {
        readAll();
        return true;
    }

    List<RecordedEvent> events(long after, int limit) throws SQLException {
        String hash = EventCodec.GENESIS;
        if (after > 0) {
            // The chain is checked from the event before.
            List<RecordedEvent> before = log.unchecked(after);
            if (before.isEmpty()) {
                return List.of();
            }
            hash = before.getFirst().hash();
        }
        return log.after(after, hash, limit);
    }

    void beat(Heartbeat heartbeat) throws SQLException {
        log.beat(heartbeat);
    }

    List<Heartbeat> heartbeats() throws SQLException {
        return log.heartbeats();
    }

    private void answer(Job.Ask<?> ask) {
        try {
            ask.answer(this);
        } catch (SQLException e) {
            ask.fail(log.failure("the store " + log.shown() + " cannot be used", e));
            repair();
        } catch (RuntimeException e) {
            ask.fail(e);
        } catch (Error e) {
            ask.fail(brokenDown(e));
            throw e;
        }
    }

    private StoreException brokenDown(Error error) {
        return new StoreException("the store " + log.shown() + " broke down: " + error, error);
    }

    /** Takes in at most one page of what is in the log and not in the state. */
    private int takeIn() throws SQLException {
        List<RecordedEvent> found = log.after(state.lastSeq(), state.lastHash(), PAGE);
        if (!found.isEmpty()) {
            lock.writeLock().lock();
            try {
                for (RecordedEvent event : found) {
                    applyOld(event);
                }
            } finally {
                lock.writeLock().unlock();
            }
            listener.accept(found);
        }
        return found.size();
    }

    private void applyOld(RecordedEvent event) {
        try {
            state.apply(event);
        } catch (RefusedException e) {
            throw new StoreDamagedException(
                    "record "
                            + event.seq()
                            + " of the store "
                            + log.shown()
                            + " cannot have happened after the "
                            + (event.seq() - 1)
                            + " before: "
                            + e.getMessage(),
                    e);
        }
    }

    private void write(List<Job.Append> group) {
        List<Outcome> outcomes = new ArrayList<>();
        List<RecordedEvent> written = new ArrayList<>();
        boolean committing = false;
        try {
            places.reached("before begin");
            log.begin();
            places.reached("after begin");
            readAll();
            LabState next = state.fork();
            for (Job.Append job : group) {
                outcomes.add(record(job, next, written));
                places.reached("after insert");
            }
            committing = true;
            log.commit();
            places.reached("after commit");
            publish(next, written);
        } catch (SQLException e) {
            log.rollback();
            if (!committing || !wasCommitted(written)) {
                fail(group, log.failure("the store " + log.shown() + " cannot be written", e));
                repair();
                return;
            }
        } catch (RuntimeException e) {
            log.rollback();
            fail(group, e);
            return;
        } catch (Error e) {
            // This thread ends; nobody shall wait for it.
            fail(group, brokenDown(e));
            throw e;
        }
        outcomes.forEach(Outcome::tell);
        places.reached("after acknowledgement");
    }

    /**
     * Whether what was being committed when an error came is on disk all the same, such as after
     * the connection to a server broke. If so, it was taken in.
     */
    private boolean wasCommitted(List<RecordedEvent> written) {
        if (written.isEmpty()) {
            return false;
        }
        try {
            log.reconnect();
            readAll();
            // Nobody else writes the same hash: it covers the clock, the actor and the chain.
            RecordedEvent last = written.getLast();
            List<RecordedEvent> found = log.unchecked(last.seq());
            return !found.isEmpty() && found.getFirst().hash().equals(last.hash());
        } catch (SQLException | StoreException _) {
            return false;
        }
    }

    private void publish(LabState next, List<RecordedEvent> written) {
        if (written.isEmpty()) {
            return;
        }
        lock.writeLock().lock();
        try {
            next.merge();
        } finally {
            lock.writeLock().unlock();
        }
        listener.accept(List.copyOf(written));
    }

    private void repair() {
        if (!log.isUsable()) {
            try {
                log.reconnect();
            } catch (SQLException _) {
                // The next call tries again, and says why it fails.
            }
        }
    }

    private static void fail(List<Job.Append> group, RuntimeException error) {
        group.forEach(job -> job.fail(error));
    }

    private Outcome record(Job.Append job, LabState next, List<RecordedEvent> written)
            throws SQLException {
        Batch batch = job.batch();
        String key = batch.key();
        if (key != null) {
            List<RecordedEvent> before = log.byKey(key);
            if (!before.isEmpty()) {
                return replay(job, before);
            }
        }
        LabState mine = next.fork();
        List<Encoded> events;
        try {
            check(job, mine);
            events = apply(batch, mine);
        } catch (RuntimeException e) {
            // One batch that makes no sense must not fail those that wait with it.
            return new Outcome(job, null, e);
        }
        log.insert(events);
        mine.merge();
        events.forEach(encoded -> written.add(encoded.event()));
        return new Outcome(
                job, new Receipt(written.getLast().batch(), written.getLast().seq(), false), null);
    }

    private static void check(Job.Append job, LabState mine) {
        try {
            job.condition().accept(mine);
        } catch (Error e) {
            // It is the code of one, and must not end the thread of all.
            throw new IllegalStateException("the condition of a batch failed: " + e, e);
        }
    }

    private List<Encoded> apply(Batch batch, LabState mine) {
        List<Encoded> events = new ArrayList<>(batch.events().size());
        long first = mine.lastSeq() + 1;
        long wallMillis = wall.millis();
        long nanos = ticker.getAsLong();
        for (Event event : batch.events()) {
            long seq = mine.lastSeq() + 1;
            String key = seq == first ? batch.key() : null;
            String type = EventCodec.type(event);
            String payload = EventCodec.payload(event);
            String hash =
                    EventCodec.hash(
                            mine.lastHash(),
                            seq,
                            first,
                            wallMillis,
                            nanos,
                            batch.actor(),
                            key,
                            type,
                            payload);
            RecordedEvent recorded =
                    new RecordedEvent(
                            seq, first, wallMillis, nanos, batch.actor(), key, event, hash);
            mine.apply(recorded);
            events.add(new Encoded(recorded, type, payload));
        }
        return events;
    }

    private static Outcome replay(Job.Append job, List<RecordedEvent> before) {
        List<Event> recorded = before.stream().map(RecordedEvent::event).toList();
        if (!recorded.equals(job.batch().events())) {
            return new Outcome(
                    job,
                    null,
                    new RefusedException(
                            "the idempotency key \""
                                    + job.batch().key()
                                    + "\" was used for another request, recorded as event "
                                    + before.getFirst().seq()));
        }
        return new Outcome(
                job, new Receipt(before.getFirst().seq(), before.getLast().seq(), true), null);
    }

    /** What a caller is told once the group is on disk. */
    private record Outcome(
            Job.Append job, @Nullable Receipt receipt, @Nullable RuntimeException refused) {
        void tell() {
            if (receipt != null) {
                job.done().complete(receipt);
            } else if (refused != null) {
                job.done().completeExceptionally(refused);
            }
        }
    }
}
