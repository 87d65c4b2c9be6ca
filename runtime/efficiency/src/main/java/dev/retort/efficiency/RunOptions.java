package dev.retort.efficiency;

import dev.retort.device.Reading;
import dev.retort.device.counters.Tier;
import dev.retort.device.gpu.Stream;
import dev.retort.device.sampling.Sampler;
import dev.retort.device.sampling.SamplerOptions;
import dev.retort.device.sampling.SamplerWindow;
import dev.retort.efficiency.status.StatusFolder;

import org.jspecify.annotations.Nullable;

import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.function.LongSupplier;

/**
 * How a {@link RunMeter} is opened:
 *
 * {@snippet :
 * RunMeter meter = RunOptions.of("resnet-7")
 *         .tag("team", "vision")
 *         .journal(Path.of("runs"))
 *         .open();
 * }
 *
 * <p>Not thread-safe.
 */
public final class RunOptions {
    /**
     * The system property that has all runs of a JVM {@linkplain #publish() published} if it is
     * {@code true}, for programs that are started by somebody else than who wrote them.
     */
    public static final String PUBLISH = "dev.retort.publish";

    private static final Duration SAMPLING_PERIOD = Duration.ofMillis(100);

    private final String name;
    private final Map<String, String> tags = new TreeMap<>();
    private @Nullable Sampler shared;
    private @Nullable Path journal;
    private boolean watchJvm;
    private Optional<Path> statusFolder = Optional.empty();
    private int devices = 1;
    private Function<Precision, Reading> peak =
            _ -> new Reading.Absent("no peak of the device was given (RunOptions.peak)");
    private List<Stream> deviceStreams = List.of();
    private int deviceRegions;
    private OptionalLong from = OptionalLong.empty();
    private @Nullable LongSupplier nanoClock;
    private LongSupplier epochClock = () -> ChronoUnit.NANOS.between(Instant.EPOCH, Instant.now());

    private RunOptions(String name) {
        this.name = Objects.requireNonNull(name, "name is null");
        if (Boolean.getBoolean(PUBLISH)) {
            publish();
        }
    }

    /**
     * Options that change nothing.
     *
     * @param name the name of the run
     * @return the options
     */
    public static RunOptions of(String name) {
        return new RunOptions(name);
    }

    /**
     * Says what the run is grouped by.
     *
     * @param key such as {@code team}, {@code model}, {@code hypothesis} or {@code device}
     * @param value its value
     * @return this
     */
    public RunOptions tag(String key, String value) {
        tags.put(
                Objects.requireNonNull(key, "key is null"),
                Objects.requireNonNull(value, "value is null"));
        return this;
    }

    /**
     * Has the processor measured by a sampler that is shared with others.
     *
     * @param sampler the sampler; it stays the caller's to close, after the meter
     * @return this
     */
    public RunOptions sampler(Sampler sampler) {
        shared = Objects.requireNonNull(sampler, "sampler is null");
        return this;
    }

    /**
     * Keeps the ledger in a folder, from which a run of the same name goes on. A process that was
     * killed is found there: the time it took to come back is {@link Bucket#INFRA_RECOVERY}, on the
     * clock of the day, and the training that no checkpoint held is {@link Bucket#LOST_PROGRESS}.
     * The time between the end of a run in order and its next opening is no part of it.
     *
     * @param folder the folder of all runs; each has its own folder in it, by its name
     * @return this
     */
    public RunOptions journal(Path folder) {
        journal = Objects.requireNonNull(folder, "folder is null");
        return this;
    }

    /**
     * Says which checkpoint a resumed run goes on from: one that was {@linkplain RunMeter#commit
     * committed}, or one that was {@linkplain RunMeter#announce announced} and was durable when the
     * process was killed. Without it, the last that was committed.
     *
     * @param step the {@linkplain CheckpointMark#step step} of the checkpoint; 0 to start over
     * @return this
     */
    public RunOptions resumeFrom(long step) {
        if (step < 0) {
            throw new IllegalArgumentException("expected a step of at least 0, found " + step);
        }
        from = OptionalLong.of(step);
        return this;
    }

    /**
     * Has the JVM's flight recorder followed, so that pauses are told from training. They are known
     * about a second late, and ending the run waits up to a second for the last ones. On a 2-core
     * AMD EPYC the first start took 0.4 s of CPU time, and following 1 to 4 % of one core, which
     * falls as the JVM warms up.
     *
     * @return this
     */
    public RunOptions watchJvm() {
        watchJvm = true;
        return this;
    }

    /**
     * Has the run shown to those who look at this machine, such as by {@code retort top}: a small
     * file is replaced once a second, by a background thread, in a folder that only this user can
     * read. A library writes no files unasked, so this is off unless it is called or the property
     * {@value #PUBLISH} says so. Trouble with the folder is an {@link Anomaly#STATUS_NOT_PUBLISHED}
     * and no error.
     *
     * @return this
     * @see StatusFolder#ofUser
     */
    public RunOptions publish() {
        return publish(StatusFolder.ofUser());
    }

    /**
     * Has the run shown to those who look at a folder.
     *
     * @param folder the folder, made if it is not there
     * @return this
     */
    public RunOptions publish(Path folder) {
        statusFolder = Optional.of(folder);
        return this;
    }

    /**
     * Says what the devices could compute, which makes the FLOPs utilisation of the run.
     *
     * @param deviceCount the devices that work on the run, at least 1
     * @param flopsPerSecond the dense peak of one of them by data type, such as from a {@link
     *     dev.retort.efficiency.figures.PeakTable} or {@link
     *     dev.retort.efficiency.figures.MeasuredPeak}; asked once a second, so it must not measure
     * @return this
     */
    public RunOptions peak(int deviceCount, Function<Precision, Reading> flopsPerSecond) {
        if (deviceCount < 1) {
            throw new IllegalArgumentException("expected at least 1 device, found " + deviceCount);
        }
        devices = deviceCount;
        peak = Objects.requireNonNull(flopsPerSecond, "flopsPerSecond is null");
        return this;
    }

    /**
     * Has regions timed on streams of devices as well, by events that are recorded where a region
     * begins and ends and read about a second later; nothing waits for a device. {@link
     * RunMeter#deviceTime} tells the result. Timed are regions in which work is given to a device:
     * those of training, evaluation, warming up, copies and communication, and those with a name of
     * the user's. A hook then takes as long as the driver takes to record an event in each stream,
     * which {@link HookCost} does not contain, and still allocates nothing.
     *
     * @param streams the streams that the work of the regions goes to; they stay the caller's, to
     *     be closed after the meter
     * @return this
     */
    public RunOptions deviceStreams(Stream... streams) {
        return deviceStreams(8192, streams);
    }

    /**
     * As {@link #deviceStreams(Stream...)}, with another limit.
     *
     * @param regions how many regions each stream can have that were begun and not read yet; those
     *     beyond are not timed, and counted
     * @param streams the streams
     * @return this
     */
    public RunOptions deviceStreams(int regions, Stream... streams) {
        if (regions < 1) {
            throw new IllegalArgumentException(
                    "expected room for at least 1 region, found " + regions);
        }
        deviceStreams = List.of(streams);
        deviceRegions = regions;
        return this;
    }

    /** Replaces the clock, in nanoseconds from any origin. */
    RunOptions nanoClock(LongSupplier clock) {
        nanoClock = clock;
        return this;
    }

    /** Replaces the time of day, in nanoseconds since 1970. */
    RunOptions epochClock(LongSupplier clock) {
        epochClock = clock;
        return this;
    }

    /**
     * Opens the meter. Trouble with the journal is an anomaly and no error.
     *
     * @return the meter, to be closed by the caller
     * @throws IllegalStateException if the shared sampler is closed
     */
    public RunMeter open() {
        return new RunMeter(RunParts.open(this));
    }

    /**
     * The account of a run that was over before this process, as its processes left it in the
     * {@linkplain #journal journal}; none of the time since is part of it. Opens no meter, and
     * writes nothing but the end of the run, where a kill kept that out of the journal. Trouble
     * with the journal is an anomaly and no error: {@link Anomaly#UNKNOWN_COMMIT} where it does not
     * reach the checkpoint.
     *
     * @param step the {@linkplain CheckpointMark#step step} of the checkpoint that holds its result
     * @return the account, of a run that succeeded
     * @throws IllegalStateException if no journal was given
     */
    public RunAccount readFinished(long step) {
        if (journal == null) {
            throw new IllegalStateException("expected the folder of a journal, found none");
        }
        return new FinishedRun(this, journal).account(step);
    }

    String name() {
        return name;
    }

    Map<String, String> tags() {
        return Collections.unmodifiableMap(tags);
    }

    boolean watchesJvm() {
        return watchJvm;
    }

    Optional<Path> statusFolder() {
        return statusFolder;
    }

    int devices() {
        return devices;
    }

    Reading peak(Precision precision) {
        try {
            return peak.apply(precision);
        } catch (RuntimeException e) {
            // A user's function, and a meter must not fail.
            return new Reading.Absent("asking for the peak failed: " + e);
        }
    }

    List<Stream> deviceStreams() {
        return deviceStreams;
    }

    @Nullable DeviceBlame openDevices(RunClock clock) {
        return deviceStreams.isEmpty()
                ? null
                : new DeviceBlame(clock, deviceStreams, deviceRegions, nanoClock());
    }

    /** Begins to measure the process. Where the sampler is closed, the journal is given back. */
    static SamplerWindow openWindow(Sampler sampler, @Nullable RunJournal journal) {
        try {
            return sampler.openWindow();
        } catch (RuntimeException e) {
            if (journal != null) {
                journal.close();
            }
            throw e;
        }
    }

    boolean ownsSampler() {
        return shared == null;
    }

    Sampler sampler() {
        return shared != null
                ? shared
                : Sampler.start(SamplerOptions.defaults().withPeriod(Tier.FAST, SAMPLING_PERIOD));
    }

    LongSupplier nanoClock() {
        return nanoClock == null ? System::nanoTime : nanoClock;
    }

    /** Watches the cores of the calling thread; of a clock that was replaced they tell nothing. */
    @Nullable HostWatch openHost(Sampler processor) {
        return nanoClock == null ? new HostWatch(processor, HostWatch.ofThisThread()) : null;
    }

    long epochNanos() {
        return epochClock.getAsLong();
    }

    @Nullable RunJournal openJournal() {
        return journal == null ? null : new RunJournal(journal, name, from, epochClock);
    }
}
