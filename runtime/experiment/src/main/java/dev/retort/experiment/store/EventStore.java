package dev.retort.experiment.store;

import dev.retort.experiment.event.RecordedEvent;
import dev.retort.experiment.state.LabState;
import dev.retort.experiment.state.RefusedException;

import java.io.IOException;
import java.lang.System.Logger;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.InstantSource;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.locks.ReadWriteLock;
import java.util.concurrent.locks.ReentrantReadWriteLock;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.LongSupplier;

/**
 * An append-only, hash-chained log of events and the state it amounts to. A batch is recorded as a
 * whole once it is on disk, or refused as a whole; batches that wait at the same time share one
 * flush. Several processes may write to one store: each takes in what others wrote before it checks
 * and writes its own. Safe for use by several threads.
 *
 * <p>A store is opened by a JDBC URL: {@code jdbc:sqlite:FILE}, with a write-ahead log that is
 * flushed at each commit, or {@code jdbc:postgresql://HOST/DATABASE}. An SQLite file is for the
 * processes of one machine: its write-ahead log is shared memory, which a network file system does
 * not share. Several machines need PostgreSQL. An SQLite file that this user may not write, such as
 * an archive, can be read, as it was when it was opened; writes fail with {@link StoreException}.
 */
public final class EventStore implements AutoCloseable {
    private static final Logger LOG = System.getLogger(EventStore.class.getName());
    private static final int QUEUE = 65_536;
    private static final int PAGE = 10_000;

    private final StoreWriter writer;
    private final LabState state = new LabState();
    private final ReadWriteLock lock = new ReentrantReadWriteLock();
    private final List<Consumer<List<RecordedEvent>>> listeners = new CopyOnWriteArrayList<>();
    private final LinkedBlockingQueue<Job> jobs = new LinkedBlockingQueue<>(QUEUE);
    private final Thread thread;
    private volatile boolean closed;
    private volatile boolean ended;

    private EventStore(SqlLog log, InstantSource wall, LongSupplier ticker, WriteBoundary places) {
        this.writer = new StoreWriter(log, state, lock, this::publish, wall, ticker, places);
        this.thread = Thread.ofPlatform().daemon().name("retort-store").unstarted(this::work);
    }

    /**
     * Opens the store of a folder: its file {@code events.db}. Missing folders are made.
     *
     * @throws StoreException if it cannot be opened, is from a newer version, or is damaged
     */
    public static EventStore open(Path folder) {
        try {
            Files.createDirectories(folder);
        } catch (IOException e) {
            throw new StoreException(
                    "the folder "
                            + folder
                            + " of the store cannot be made: expected a folder that this user may"
                            + " write",
                    e);
        }
        return open("jdbc:sqlite:" + folder.resolve("events.db"));
    }

    /**
     * Whether a store was made there before. Nothing is made or changed.
     *
     * @param url the JDBC URL
     * @throws StoreException if that cannot be found out
     */
    public static boolean isThere(String url) {
        return SqlLog.isThere(url);
    }

    /**
     * The address of a store as a message may show it.
     *
     * @param url the JDBC URL
     * @return the file, or the URL without user, password and options
     */
    public static String shown(String url) {
        return SqlLog.shown(url);
    }

    /**
     * Opens a store, reads all its events and checks the chain of their hashes.
     *
     * @param url the JDBC URL
     * @throws StoreException if it cannot be opened, is from a newer version, or is damaged
     */
    public static EventStore open(String url) {
        return open(url, InstantSource.system(), System::nanoTime, WriteBoundary.NONE);
    }

    /**
     * Opens a store with clocks of one's own.
     *
     * @param url the JDBC URL
     * @param wall the time of events
     * @param ticker nanoseconds of a clock that does not jump
     * @throws StoreException as {@link #open(String)}
     */
    public static EventStore open(String url, InstantSource wall, LongSupplier ticker) {
        return open(url, wall, ticker, WriteBoundary.NONE);
    }

    static EventStore open(
            String url, InstantSource wall, LongSupplier ticker, WriteBoundary places) {
        SqlLog log = SqlLog.open(url);
        EventStore store = new EventStore(log, wall, ticker, places);
        try {
            store.writer.readAll();
        } catch (SQLException e) {
            log.close();
            throw log.failure("the store " + log.shown() + " cannot be read", e);
        } catch (RuntimeException e) {
            log.close();
            throw e;
        }
        store.thread.start();
        return store;
    }

    /**
     * Records a batch.
     *
     * @return completes when it is on disk, by the thread that writes, so what depends on it has to
     *     be quick and must not wait for the store; exceptionally with {@link RefusedException} if
     *     it may not happen as things stand, or with {@link StoreException} if it cannot be written
     */
    public CompletableFuture<Receipt> append(Batch batch) {
        return append(batch, _ -> {});
    }

    private CompletableFuture<Receipt> append(Batch batch, Consumer<LabState> condition) {
        Job.Append job = new Job.Append(batch, condition, new CompletableFuture<>());
        put(job);
        return job.done();
    }

    /**
     * Records a batch and waits until it is on disk.
     *
     * @throws RefusedException if it may not happen as things stand
     * @throws StoreException if it cannot be written
     */
    public Receipt record(Batch batch) {
        return await(append(batch));
    }

    /**
     * Records a batch if a condition holds, which is looked at together with the write: nothing
     * that another process writes comes in between. A batch whose key was used is not recorded
     * again, whatever the condition says.
     *
     * @param condition throws {@link RefusedException} if the batch may not be recorded after the
     *     events of the given state, of which nothing can be listed; is called by the thread that
     *     writes, so it has to be quick, must not wait for the store, and must neither keep nor
     *     change the state
     * @throws RefusedException if the condition does not hold, or the batch may not happen as
     *     things stand
     * @throws StoreException if it cannot be written
     */
    public Receipt record(Batch batch, Consumer<LabState> condition) {
        return await(append(batch, condition));
    }

    /**
     * Takes in what other processes wrote.
     *
     * @throws StoreException if the store cannot be read
     */
    public void refresh() {
        await(ask(StoreWriter::refresh));
    }

    /**
     * Looks at the state after the last event that is on disk. What other processes wrote since the
     * last write or {@link #refresh()} is not in it. Writes wait meanwhile, so the function has to
     * be quick; it must not keep the state.
     */
    public <T> T read(Function<LabState, T> function) {
        lock.readLock().lock();
        try {
            return function.apply(state);
        } finally {
            lock.readLock().unlock();
        }
    }

    /**
     * Events after one, in order.
     *
     * @param after the number of that event, 0 for the first on
     * @param limit at most so many
     * @throws StoreException if the store cannot be read
     */
    public List<RecordedEvent> events(long after, int limit) {
        return await(ask(store -> store.events(after, limit)));
    }

    /**
     * Tells a function of all events up to now, in order, without holding them all.
     *
     * @throws StoreException if the store cannot be read
     */
    public void forEachEvent(Consumer<RecordedEvent> reader) {
        List<RecordedEvent> page = events(0, PAGE);
        while (!page.isEmpty()) {
            page.forEach(reader);
            page = events(page.getLast().seq(), PAGE);
        }
    }

    /**
     * Has a function told of all events from now on, of other processes too, in order, once they
     * are on disk. It is called by the thread that writes, so it has to be quick and must not wait
     * for the store.
     */
    public void addListener(Consumer<List<RecordedEvent>> listener) {
        listeners.add(listener);
    }

    /** Tells a function no more. */
    public void removeListener(Consumer<List<RecordedEvent>> listener) {
        listeners.remove(listener);
    }

    /**
     * Gives a sign of life.
     *
     * @throws StoreException if it cannot be written
     */
    public void beat(Heartbeat heartbeat) {
        await(
                ask(
                        store -> {
                            store.beat(heartbeat);
                            return true;
                        }));
    }

    /**
     * The last signs of life of all schedulers.
     *
     * @throws StoreException if they cannot be read
     */
    public List<Heartbeat> heartbeats() {
        return await(ask(StoreWriter::heartbeats));
    }

    /** Waits for what was asked before, and closes. Later calls fail. */
    @Override
    public void close() {
        if (!closed) {
            closed = true;
            put(new Job.Close());
        }
        boolean interrupted = false;
        while (thread.isAlive()) {
            try {
                thread.join();
            } catch (InterruptedException _) {
                interrupted = true;
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    private <T> CompletableFuture<T> ask(Job.Question<T> question) {
        Job.Ask<T> job = new Job.Ask<>(question, new CompletableFuture<>());
        put(job);
        return job.done();
    }

    private void put(Job job) {
        if (closed && !(job instanceof Job.Close)) {
            throw new IllegalStateException("the store is closed");
        }
        boolean interrupted = false;
        while (true) {
            try {
                jobs.put(job);
                break;
            } catch (InterruptedException _) {
                interrupted = true;
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
        if (ended) {
            // Nobody takes it any more.
            failRest();
        }
    }

    private void work() {
        try {
            writer.work(jobs);
        } finally {
            closed = true;
            ended = true;
            failRest();
        }
    }

    /** Those who asked while it closed. */
    private void failRest() {
        for (Job job = jobs.poll(); job != null; job = jobs.poll()) {
            job.fail(new IllegalStateException("the store is closed"));
        }
    }

    private void publish(List<RecordedEvent> events) {
        for (Consumer<List<RecordedEvent>> listener : listeners) {
            try {
                listener.accept(events);
            } catch (RuntimeException e) {
                // What is on disk is on disk, whoever cannot deal with it.
                LOG.log(Logger.Level.ERROR, "a listener of the store failed", e);
            }
        }
    }

    private <T> T await(CompletableFuture<T> future) {
        if (Thread.currentThread() == thread && !future.isDone()) {
            throw new IllegalStateException(
                    "a listener or what follows a write waits for the store: it would wait for"
                            + " itself");
        }
        try {
            return future.join();
        } catch (CompletionException e) {
            // A new exception, so that its trace shows who asked, would lose the type.
            if (e.getCause() instanceof RuntimeException cause) {
                throw cause;
            }
            throw e;
        }
    }
}
