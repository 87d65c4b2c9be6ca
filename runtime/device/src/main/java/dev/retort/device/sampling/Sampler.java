package dev.retort.device.sampling;

import dev.retort.device.Reading;
import dev.retort.device.counters.Counter;
import dev.retort.device.counters.CounterSource;
import dev.retort.device.counters.CpuCounters;
import dev.retort.device.counters.Series;
import dev.retort.device.counters.Tier;

import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.LongSupplier;

/**
 * Samples the counters of devices in the background and keeps the samples for a while.
 *
 * <p>A sampler owns its sources and one daemon platform thread, {@code retort-sampler}, until it is
 * closed; what it has sampled can be read afterwards. All methods are thread-safe. Readers take
 * copies of rings without a lock, and subscribers that are slow lose samples: nothing that they do
 * slows the sampler. A tick allocates nothing while nothing happens. A sample that fails is counted
 * and does not stop the sampler; a device that is lost is not sampled any more, the last that is
 * told of it is an event, and the {@linkplain dev.retort.device.gpu.Devices#lose contexts} that
 * this process has on it fail from then on. When a sampler exceeds its limits, it samples less
 * often, and tells so.
 */
public final class Sampler implements AutoCloseable {
    /** A device or a file that hangs must not hang the program that closes the sampler. */
    private static final Duration LONGEST_CLOSE = Duration.ofSeconds(10);

    private final SamplerOptions options;
    private final LongSupplier nanoClock;
    private final DeviceSampling[] devices;
    private final Map<Series, SampledSeries> series;
    private final Map<Tier, TierSchedule> schedules = new EnumMap<>(Tier.class);
    private final TierSchedule[] tiers;
    private final SamplerThread thread;
    private final BackOff backOff;
    private final Audience audience = new Audience();

    Sampler(
            SamplerOptions options,
            List<? extends CounterSource> sources,
            LongSupplier nanoClock,
            LongSupplier threadCpuNanos,
            boolean background) {
        this.options = Objects.requireNonNull(options, "options is null");
        this.nanoClock = nanoClock;
        long now = nanoClock.getAsLong();
        for (Tier tier : Tier.values()) {
            schedules.put(tier, new TierSchedule(options.period(tier).toNanos(), now));
        }
        tiers = schedules.values().toArray(TierSchedule[]::new);
        List<SampledSeries> all = new ArrayList<>();
        devices =
                sources.stream()
                        .map(s -> new DeviceSampling(s, options, schedules, all, nanoClock))
                        .toArray(DeviceSampling[]::new);
        Map<Series, SampledSeries> bySeries = new LinkedHashMap<>();
        all.forEach(one -> bySeries.put(one.series(), one));
        series = Collections.unmodifiableMap(bySeries);
        backOff = new BackOff(options.cpuShareLimit(), options.driverShareLimit(), now);
        thread = new SamplerThread(this, nanoClock, threadCpuNanos, background);
    }

    /**
     * Starts to sample the processor and this process.
     *
     * @param options how
     * @return the running sampler; the caller closes it
     */
    public static Sampler start(SamplerOptions options) {
        return start(options, List.of(CpuCounters.host()));
    }

    /**
     * Starts to sample devices.
     *
     * @param options how
     * @param sources the devices; the sampler closes them with itself
     * @return the running sampler; the caller closes it
     */
    public static Sampler start(SamplerOptions options, List<? extends CounterSource> sources) {
        ThreadMXBean threads = ManagementFactory.getThreadMXBean();
        Sampler sampler =
                new Sampler(
                        options,
                        sources,
                        System::nanoTime,
                        () ->
                                threads.isCurrentThreadCpuTimeSupported()
                                        ? threads.getCurrentThreadCpuTime()
                                        : -1,
                        true);
        sampler.thread.start();
        return sampler;
    }

    /**
     * A sampler without a thread, which samples when it is told to: for tools that have a rhythm of
     * their own, and to measure what a tick costs.
     *
     * @param options how; the periods say which tick samples which counters
     * @param sources the devices; the sampler closes them with itself
     * @return the sampler; the caller closes it
     */
    public static Sampler manual(SamplerOptions options, List<? extends CounterSource> sources) {
        return new Sampler(options, sources, System::nanoTime, () -> -1, false);
    }

    /**
     * Takes the samples of one tick of a manual sampler, on the calling thread: those of the fast
     * tier, and of the others when as many ticks have passed as their period is longer.
     *
     * @throws IllegalStateException if this sampler has a thread, or is closed
     */
    public void tick() {
        thread.tickByHand(options.period(Tier.FAST).toNanos());
    }

    /** {@return how it samples} */
    public SamplerOptions options() {
        return options;
    }

    /** {@return all series, device by device} */
    public List<Series> series() {
        return List.copyOf(series.keySet());
    }

    /**
     * The series of one counter of one device.
     *
     * @param device the device's identity
     * @param counter the counter
     * @return its series: none, one, or one for each part of the device
     */
    public List<Series> series(String device, Counter counter) {
        return series.keySet().stream()
                .filter(one -> one.device().equals(device) && one.counter() == counter)
                .toList();
    }

    /** {@return the devices, with their identities in the order of the sources, and their names} */
    public Map<String, String> devices() {
        Map<String, String> names = new LinkedHashMap<>();
        for (DeviceSampling device : devices) {
            names.put(device.source().device(), device.source().name());
        }
        return Collections.unmodifiableMap(names);
    }

    /**
     * The newest value of a series.
     *
     * @param one a series of this sampler
     * @return the value with its source and the moment it was read, or why there is none
     */
    public Reading latest(Series one) {
        return require(one).latest();
    }

    /**
     * The samples of the last while, as far back as the options keep them.
     *
     * @param one a series of this sampler
     * @param back how long the while is
     * @return a copy
     */
    public Samples history(Series one, Duration back) {
        return Samples.of(one, require(one).ring().copy(), nanoClock.getAsLong() - back.toNanos());
    }

    /**
     * Begins to measure. The processor is sampled on the calling thread, which reads a few small
     * files; GPUs are not, so that no driver is waited for.
     *
     * @return the open window; the caller closes it
     * @throws IllegalStateException if this sampler is closed
     */
    public SamplerWindow openWindow() {
        thread.requireOpen();
        SamplerWindow window = new SamplerWindow(this, series.values(), nanoClock);
        audience.add(window);
        sampleProcessor();
        return window;
    }

    /**
     * Begins to hand out samples and events as they come.
     *
     * @param capacity how many the subscription holds; what finds no room is dropped and counted
     * @return the subscription; the caller closes it
     * @throws IllegalStateException if this sampler is closed
     */
    public Subscription subscribe(int capacity) {
        thread.requireOpen();
        Subscription subscription = new Subscription(this, capacity);
        audience.add(subscription);
        return subscription;
    }

    /** {@return the newest events, 256 at most, oldest first} */
    public List<SamplerEvent> events() {
        return audience.events();
    }

    /** {@return what this sampler itself has cost so far} */
    public SamplerCost cost() {
        return thread.cost(driverNanos(), backOff.stretch());
    }

    /**
     * How often reading a device ended with an exception. A value that is merely absent does not
     * count.
     *
     * @return the number of failures
     */
    public long failures() {
        return Arrays.stream(devices).mapToLong(DeviceSampling::failures).sum();
    }

    /**
     * Stops sampling, waits, 10 s at most, for the sampling thread to end, and closes the sources.
     * Idempotent. Windows that are still open can be closed afterwards. A caller that is
     * interrupted while it waits returns at once and stays interrupted; the sources are closed by
     * the thread then.
     */
    @Override
    public void close() {
        thread.stop(LONGEST_CLOSE);
        audience.dismiss();
    }

    /** The sampling thread. */
    SamplerThread thread() {
        return thread;
    }

    /** How often an energy counter moves. */
    Reading energyPeriod(String device) {
        for (DeviceSampling one : devices) {
            if (one.source().device().equals(device)) {
                return one.energyPeriod();
            }
        }
        return new Reading.Absent("no device " + device + " is sampled");
    }

    /** Samples the processor for a window that begins or ends, unless the sampler is closed. */
    void sampleProcessor() {
        if (thread.isStopped()) {
            return;
        }
        for (DeviceSampling device : devices) {
            if (device.source() instanceof CpuCounters) {
                device.sampleAll(audience.atBoundary());
            }
        }
    }

    /** Stops telling a window about samples. */
    void forget(SamplerWindow window) {
        audience.remove(window);
    }

    /** Stops handing samples to a subscription. */
    void forget(Subscription subscription) {
        audience.remove(subscription);
    }

    /** One tick; the sampling thread alone. Returns when the next one is due. */
    long tick(long now) {
        int stretch = backOff.stretch();
        for (TierSchedule tier : tiers) {
            tier.begin(now, stretch);
        }
        for (DeviceSampling device : devices) {
            device.tick(audience.ticking());
        }
        audience.wake();
        return nextDue();
    }

    private long nextDue() {
        long next = tiers[0].next();
        for (TierSchedule tier : tiers) {
            next = tier.next() - next < 0 ? tier.next() : next;
        }
        return next;
    }

    /** Measures the energy counter of one GPU of which it has not been measured. */
    void measureOneEnergyPeriod() {
        if (options.measuresEnergyPeriod()) {
            for (DeviceSampling device : devices) {
                if (device.measureEnergyPeriod()) {
                    return;
                }
            }
        }
    }

    /** Judges what a tick has cost; the sampling thread alone. */
    void judge(long cpuNanos, long driverNanosOfTick, long now) {
        if (backOff.ticked(cpuNanos, driverNanosOfTick, now)) {
            for (TierSchedule tier : tiers) {
                tier.stretch(now, backOff.stretch());
            }
            audience.ticking()
                    .event(
                            new SamplerEvent.RateChanged(
                                    backOff.stretch(),
                                    backOff.cpuShare(),
                                    backOff.driverShare(),
                                    now));
        }
    }

    /** The time inside of drivers so far. */
    long driverNanos() {
        long sum = 0;
        for (DeviceSampling device : devices) {
            sum += device.driverNanos();
        }
        return sum;
    }

    void closeSources() {
        for (DeviceSampling device : devices) {
            device.source().close();
        }
    }

    private SampledSeries require(Series one) {
        SampledSeries sampled = series.get(one);
        if (sampled == null) {
            throw new IllegalArgumentException("this sampler has no series " + one);
        }
        return sampled;
    }
}
