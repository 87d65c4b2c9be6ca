package dev.retort.efficiency;

import dev.retort.device.sampling.Sampler;
import dev.retort.device.sampling.SamplerCost;
import dev.retort.device.sampling.SamplerWindow;
import dev.retort.device.sampling.WindowReport;
import dev.retort.efficiency.RunTrace.Mark;
import dev.retort.efficiency.figures.DeviceUtilisation;
import dev.retort.efficiency.figures.FlopUtilisation;
import dev.retort.efficiency.journal.Line.Event;

import org.jspecify.annotations.Nullable;

import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;

/**
 * The hook for training code: tells apart what a run spends its wall-clock time on.
 *
 * <p>A loop says what it does by {@link #begin} and {@link #end}, and where a step starts and is
 * done by {@link #beginStep} and {@link #endStep}. Regions nest; each nanosecond belongs to the
 * innermost open region, and to {@link Region#OTHER} when none is. The hooks allocate nothing,
 * never synchronise a device and never throw: a call that breaks a rule is an {@link Anomaly},
 * counted and reported. On a device that works asynchronously a region therefore measures the time
 * of the host.
 *
 * <p>Training counts as good once it has survived: the loop says so by {@link #commit()} when a
 * checkpoint is durable, and by {@link #finish} when its result is. With a {@linkplain
 * RunOptions#journal journal} a run that is killed and opened again has one ledger.
 *
 * <p>Thread-safe. What several threads do at once is not one time line, though: while one thread
 * has a region open, another one cannot begin or end one.
 *
 * <p>The owner closes the meter, which closes its sampler too if the meter started it.
 */
public final class RunMeter implements AutoCloseable {
    private final RunOptions options;
    private final Sampler sampler;
    private final SamplerWindow window;
    private final RunClock clock;
    private final Instant origin;
    private final TraceLog log;
    private final @Nullable DeviceBlame devices;
    private final RunWatch watch;
    private final Bookkeeper books;
    private final RunPulse pulse;

    RunMeter(RunParts parts) {
        options = parts.options();
        sampler = parts.sampler();
        window = parts.window();
        clock = parts.clock();
        origin = parts.origin();
        log = parts.log();
        devices = parts.devices();
        watch = parts.watch();
        books = parts.books();
        pulse = parts.pulse();
    }

    /**
     * Opens a meter with a sampler that is shared with others.
     *
     * @param name the name of the run
     * @param sampler what measures the processor meanwhile; it stays the caller's to close, after
     *     the meter
     * @return the meter, to be closed by the caller
     * @throws IllegalStateException if the sampler is closed
     */
    public static RunMeter open(String name, Sampler sampler) {
        return RunOptions.of(name).sampler(sampler).open();
    }

    /**
     * Opens a meter that samples the processor itself, every 100 ms.
     *
     * @param name the name of the run
     * @return the meter, to be closed by the caller
     */
    public static RunMeter open(String name) {
        return RunOptions.of(name).open();
    }

    /**
     * Begins a region, inside those that are open, of which there can be 16.
     *
     * @param region the region
     */
    public void begin(Region region) {
        if (clock.begin(region) && devices != null) {
            devices.begin(region);
        }
    }

    /**
     * Ends the innermost region, which must be the one named. If another one is innermost, the call
     * is an {@link Anomaly#UNBALANCED_END}: it ends the named region with all regions inside it, or
     * nothing if the named region is not open.
     *
     * @param region the region
     */
    public void end(Region region) {
        if (clock.end(region) && devices != null) {
            devices.end(region);
        }
    }

    /**
     * Ends the innermost region and begins another one at the same moment: {@link #end} and {@link
     * #begin} at the price of one hook, with nothing left over between the two.
     *
     * @param from the region that ends, as for {@link #end}
     * @param to the region that begins
     */
    public void change(Region from, Region to) {
        int changed = clock.change(from, to);
        if (devices != null) {
            if ((changed & RunClock.ENDED) != 0) {
                devices.end(from);
            }
            if ((changed & RunClock.BEGUN) != 0) {
                devices.begin(to);
            }
        }
    }

    /** Begins an optimiser step; waiting for its input is best a part of it. */
    public void beginStep() {
        clock.beginStep();
    }

    /**
     * Ends the step that was begun.
     *
     * @param items the items it consumed, such as samples; not negative
     */
    public void endStep(long items) {
        clock.endStep(items, 0);
    }

    /**
     * Ends the step that was begun.
     *
     * @param items the items it consumed, such as sequences; not negative
     * @param tokens the tokens in them; not negative
     */
    public void endStep(long items, long tokens) {
        clock.endStep(items, tokens);
    }

    /** Forgets the step that was begun, such as when no batch was left for it. */
    public void cancelStep() {
        clock.cancelStep();
    }

    /**
     * Counts floating-point operations, once per step and data type.
     *
     * @param precision the data type of their inputs
     * @param model the operations that the model needs, forward and backward, without any that are
     *     repeated to save memory; finite and not negative
     * @param hardware the operations that were done; at least those of the model
     */
    public void flops(Precision precision, double model, double hardware) {
        clock.flops(precision, model, hardware);
    }

    /**
     * Moves time that turned out later to have been something else, such as a pause that was found
     * in a trace, to a bucket that comes before the one it was booked to. What was attributed
     * before, to whatever bucket, stays where it is.
     *
     * @param bucket the bucket
     * @param fromNanoTime the start on the {@link System#nanoTime} time line
     * @param toNanoTime the end, not in the future
     * @return the nanoseconds that were moved
     */
    public long attribute(Bucket bucket, long fromNanoTime, long toNanoTime) {
        return log.attribute(bucket, fromNanoTime, toNanoTime);
    }

    /**
     * Marks the moment whose state a checkpoint is going to hold. A run with a journal {@linkplain
     * #announce announces} it.
     *
     * @return the mark, for {@link #commit(CheckpointMark)}
     */
    public CheckpointMark mark() {
        return clock.mark();
    }

    /**
     * Marks the moment as {@link #mark} does, and writes a line of the journal, which it syncs to
     * disk before it returns: a process may be killed when its checkpoint is durable and not
     * committed yet. A run that {@linkplain RunOptions#resumeFrom goes on} from there finds in the
     * line what it has kept. No step may end meanwhile, so it belongs on the thread that trains.
     *
     * @return the mark, for {@link #commit(CheckpointMark)}
     */
    public CheckpointMark announce() {
        CheckpointMark mark = mark();
        books.write(Event.ANNOUNCED, step(mark));
        return mark;
    }

    private static Map<String, String> step(CheckpointMark mark) {
        return Map.of("step", Long.toString(mark.step()));
    }

    /**
     * Says that the checkpoint of a mark is durable: the training up to the mark is good. Writes a
     * line of the journal and syncs it to disk before it returns.
     *
     * @param mark the mark, not earlier than that of the last commit
     */
    public void commit(CheckpointMark mark) {
        if (clock.commit(mark)) {
            watch.committed();
            log.mark(Mark.Kind.COMMIT, mark.step(), "");
            books.write(Event.COMMITTED, step(mark));
        }
    }

    /** Says that a durable checkpoint holds the state of this moment. */
    public void commit() {
        commit(mark());
    }

    /**
     * Notes that something went wrong, while the run goes on, or before it is closed.
     *
     * @param kind its class
     * @param message one sentence, or null for none, as exceptions can have it
     */
    public void failure(FailureClass kind, @Nullable String message) {
        Failure failure = books.failure(kind, message == null ? "no message was given" : message);
        log.mark(Mark.Kind.FAILURE, failure.step(), kind + ": " + failure.message());
        books.write(Event.FAILURE, Failures.detail(failure));
    }

    /**
     * The account up to now; the meter runs on, and regions that are open contribute their time so
     * far. After the end it is the final account, with the anomalies that have been counted since.
     * Allocates and reads a few small files, so it does not belong into every step.
     *
     * @return the account
     */
    public RunAccount snapshot() {
        RunAccount end = pulse.finished();
        return end == null ? books.account() : books.account(end);
    }

    /**
     * The latest stretch of the run, or its last one after the end.
     *
     * @param length how long, such as {@link RunWindow#FIVE_MINUTES}; at most fifteen minutes
     * @return the window
     */
    public RunWindow window(Duration length) {
        if (length.isNegative() || length.compareTo(RunWindow.FIFTEEN_MINUTES) > 0) {
            throw new IllegalArgumentException(
                    "expected a window of up to 15 minutes, found " + length);
        }
        synchronized (clock) {
            if (!clock.isFinished()) {
                clock.advance();
            }
            return clock.window(length);
        }
    }

    /**
     * What was done when, in this process, as far back as it is remembered: up to the latest 65,536
     * changes.
     *
     * @return the trace up to now, or up to the end
     */
    public RunTrace trace() {
        return trace(0);
    }

    /**
     * What was done when, from a moment on. Whoever asks again and again, each time from the {@link
     * RunTrace#toNanos} of the answer before, gets all segments of the run, if often enough, but as
     * they were known then: a pause of the JVM is told about a second after it happened, and later
     * on a busy machine. Whoever wants those as well asks each time from 10 s before that moment
     * and passes over the {@link RunTrace#late} times that are known already. Copying takes up to
     * some milliseconds for the longest trace, for which the hooks wait, and in proportion less for
     * a part.
     *
     * @param fromNanos the nanoseconds since this meter was opened; not negative
     * @return the trace up to now, or up to the end
     */
    public RunTrace trace(long fromNanos) {
        if (fromNanos < 0) {
            throw new IllegalArgumentException(
                    "expected a time of at least 0 ns, found " + fromNanos);
        }
        return log.trace(options.name(), origin, fromNanos, books.anomalies());
    }

    /**
     * What has been sampled of the processor and the devices since this meter was opened.
     *
     * @return the report up to now, or up to the end; reads a few small files
     */
    public WindowReport sampled() {
        return window.report();
    }

    /**
     * What samples the processor and the devices.
     *
     * @return the sampler, borrowed: closed with the meter if the meter started it
     */
    public Sampler sampler() {
        return sampler;
    }

    /**
     * Has the end of the run told to somebody, and their troubles counted with its own.
     *
     * @param follower is told once the final account stands; at once if it stands already
     */
    public void follow(RunFollower follower) {
        books.follow(follower);
        if (pulse.finished() != null) {
            books.tell(follower);
        }
    }

    /**
     * How the run came to be as it is: its stretches, what bounded them, how busy the devices were.
     *
     * @return the history, of this process
     */
    public RunHistory history() {
        return watch.history();
    }

    /**
     * Which share of what the devices could compute was computed, with the peaks of {@link
     * RunOptions#peak}.
     *
     * @return the utilisation, absent where no peak or no operations are known
     */
    public FlopUtilisation flopUtilisation() {
        return watch.utilisation();
    }

    /**
     * How much the devices of the run were used since this meter was opened, or up to the end:
     * those of its {@linkplain RunOptions#deviceStreams timed streams}, or all that the sampler
     * samples. Copies samples, so it does not belong into every step.
     *
     * @return the utilisation by the device's identity, empty where no GPU is sampled
     */
    public Map<String, DeviceUtilisation> deviceUtilisation() {
        return watch.deviceUtilisation();
    }

    /**
     * What sampling the devices costs.
     *
     * @return the cost up to now, for all who share the sampler
     */
    public SamplerCost samplerCost() {
        return sampler.cost();
    }

    /**
     * What devices did meanwhile, of what is known by now. Asks the driver, without waiting for a
     * device, so it does not belong into every step.
     *
     * @return the times, or empty where no {@linkplain RunOptions#deviceStreams stream} is timed
     */
    public Optional<DeviceTime> deviceTime() {
        return Optional.ofNullable(devices).map(DeviceBlame::time);
    }

    /**
     * Ends the run well: all training that is not lost is good. Books the time up to now, ends what
     * is open, closes the sampler if the meter owns it. The first end decides; a later one changes
     * nothing and returns the same account. What an export meets with its last figures comes after
     * it: the anomalies of {@link #snapshot} have that too.
     *
     * @return the final account
     */
    public RunAccount finish() {
        return end(Outcome.SUCCEEDED);
    }

    /**
     * Ends the run in failure: training counts as far as a commit holds it.
     *
     * @param kind the class of the failure
     * @param message one sentence, or null for none
     * @return the final account
     */
    public RunAccount fail(FailureClass kind, @Nullable String message) {
        if (!clock.isFinished()) {
            failure(kind, message);
        }
        return end(Outcome.FAILED);
    }

    /**
     * Ends the run in failure, for what was thrown: its message, or the name of its class where it
     * has none.
     *
     * @param kind the class of the failure
     * @param cause what was thrown
     * @return the final account
     */
    public RunAccount fail(FailureClass kind, Throwable cause) {
        return fail(kind, Failures.message(cause));
    }

    /**
     * Ends a run whose result is thrown away: none of its training counts.
     *
     * @return the final account
     */
    public RunAccount discard() {
        return end(Outcome.DISCARDED);
    }

    /**
     * Ends the run, if it has not been ended, as one that failed: whoever closes a meter without
     * finishing it was on the way out of an error.
     */
    @Override
    public void close() {
        end(Outcome.FAILED);
    }

    private RunAccount end(Outcome outcome) {
        return pulse.end(outcome);
    }

    /** What the background thread does once a second. */
    void tick() {
        pulse.tick();
    }
}
