package dev.retort.device.sampling;

import dev.retort.device.counters.Probe;

import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.List;

/**
 * Who is told of samples: the rings, the open windows, the subscribers, and the list of events. The
 * sampling thread goes through arrays that are replaced, never changed, so that it waits for
 * nobody.
 */
final class Audience {
    private static final int EVENTS_KEPT = 256;
    private static final SamplerWindow[] NO_WINDOWS = {};
    private static final Subscription[] NO_SUBSCRIPTIONS = {};

    private final DeviceSampling.Sink ticking = new Ticking();
    private final DeviceSampling.Sink atBoundary = new AtBoundary();
    private final ArrayDeque<SamplerEvent> events = new ArrayDeque<>();
    private volatile SamplerWindow[] windows = NO_WINDOWS;
    private volatile Subscription[] subscriptions = NO_SUBSCRIPTIONS;

    /** Takes what the sampling thread has sampled. */
    DeviceSampling.Sink ticking() {
        return ticking;
    }

    /**
     * Takes what a window has sampled on its own thread. Subscribers do not get it: their queues
     * have one writer.
     */
    DeviceSampling.Sink atBoundary() {
        return atBoundary;
    }

    synchronized void add(SamplerWindow window) {
        SamplerWindow[] more = Arrays.copyOf(windows, windows.length + 1);
        more[windows.length] = window;
        windows = more;
    }

    synchronized void add(Subscription subscription) {
        Subscription[] more = Arrays.copyOf(subscriptions, subscriptions.length + 1);
        more[subscriptions.length] = subscription;
        subscriptions = more;
    }

    synchronized void remove(SamplerWindow window) {
        windows = Arrays.stream(windows).filter(one -> one != window).toArray(SamplerWindow[]::new);
    }

    synchronized void remove(Subscription subscription) {
        subscriptions =
                Arrays.stream(subscriptions)
                        .filter(one -> one != subscription)
                        .toArray(Subscription[]::new);
    }

    /** Forgets the windows, as no sample will come. */
    synchronized void dismiss() {
        windows = NO_WINDOWS;
        wake();
    }

    /** Wakes the subscribers that wait. */
    void wake() {
        for (Subscription subscription : subscriptions) {
            subscription.wake();
        }
    }

    /** The newest events, oldest first. */
    List<SamplerEvent> events() {
        synchronized (events) {
            return List.copyOf(events);
        }
    }

    private final class Ticking implements DeviceSampling.Sink {
        @Override
        public void measured(SampledSeries one, long nanoTime, double value) {
            atBoundary.measured(one, nanoTime, value);
            for (Subscription subscription : subscriptions) {
                subscription.offer(one.series(), nanoTime, value);
            }
        }

        @Override
        public void absent(SampledSeries one, long nanoTime, Probe.State state, String reason) {
            atBoundary.absent(one, nanoTime, state, reason);
            for (Subscription subscription : subscriptions) {
                subscription.offer(one.series(), nanoTime, Double.NaN);
            }
        }

        @Override
        public void event(SamplerEvent event) {
            atBoundary.event(event);
            for (Subscription subscription : subscriptions) {
                subscription.offer(event, event.nanoTime(), Double.NaN);
            }
        }
    }

    private final class AtBoundary implements DeviceSampling.Sink {
        @Override
        public void measured(SampledSeries one, long nanoTime, double value) {
            one.measured(nanoTime, value);
            for (SamplerWindow window : windows) {
                window.measured(one.index(), nanoTime, value);
            }
        }

        @Override
        public void absent(SampledSeries one, long nanoTime, Probe.State state, String reason) {
            one.absent(nanoTime, state, reason);
            for (SamplerWindow window : windows) {
                window.absent(one.index(), state, reason);
            }
        }

        @Override
        public void event(SamplerEvent event) {
            synchronized (events) {
                if (events.size() == EVENTS_KEPT) {
                    events.removeFirst();
                }
                events.addLast(event);
            }
        }
    }
}
