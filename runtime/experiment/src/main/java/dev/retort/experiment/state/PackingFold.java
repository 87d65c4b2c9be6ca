package dev.retort.experiment.state;

import dev.retort.experiment.Attempt;
import dev.retort.experiment.event.Event.AttemptMeasured;
import dev.retort.experiment.packing.Member;
import dev.retort.experiment.packing.Weighing;

import org.jspecify.annotations.Nullable;

/** The part of the rules that is about runs that share a device. */
final class PackingFold {
    /** Two arms, whichever is named first. */
    record Pair(String first, String second) {
        static Pair of(String a, String b) {
            return a.compareTo(b) <= 0 ? new Pair(a, b) : new Pair(b, a);
        }
    }

    private final LabState state;

    PackingFold(LabState state) {
        this.state = state;
    }

    void measured(RunView view, AttemptMeasured event) {
        String work = work(view);
        Long peak = event.peakBytes();
        if (peak != null) {
            Long before = state.packing.peaks.get(work);
            state.packing.peaks.put(work, before == null ? peak : Math.max(before, peak));
            if (event.whole()) {
                state.packing.wholePeaks.put(work, true);
            }
        }
        Double pace = event.alonePace();
        if (pace != null) {
            state.packing.alonePaces.put(work, pace);
        }
    }

    void weighed(Weighing weighing) {
        state.packing.weighings.put(weighing.subject().run(), weighing);
    }

    /** Who was too slow together comes together no more; who ran out of memory stays alone. */
    void unpack(RunView view) {
        Weighing weighing = state.packing.weighings.get(view.run().id());
        if (weighing == null) {
            throw new RefusedException(
                    "run " + view.run().id() + " is to share no longer, and nothing was weighed");
        }
        if (weighing.question() == Weighing.Question.PACE) {
            for (Member other : weighing.others()) {
                state.packing.apart.put(Pair.of(other.work(), work(view)), true);
            }
        } else {
            state.put(view.alone(view.lastAttempt().map(Attempt::token).orElse(0L)));
        }
    }

    Member member(RunView view, RunView beside, @Nullable Double sharedPace) {
        String work = work(view);
        boolean other = !view.run().id().equals(beside.run().id());
        boolean apart = other && state.packing.apart.get(Pair.of(work, work(beside))) != null;
        return new Member(
                view.run().id(),
                work,
                peak(view),
                state.packing.alonePaces.get(work),
                sharedPace,
                apart);
    }

    /** As declared at first; as measured once an attempt was, up to its result. */
    private @Nullable Long peak(RunView view) {
        String work = work(view);
        Long measured = state.packing.peaks.get(work);
        Long declared = state.experimentOf(view).resources().peakBytes();
        if (measured == null || declared == null) {
            return state.packing.wholePeaks.get(work) == null ? declared : measured;
        }
        boolean whole = state.packing.wholePeaks.get(work) != null;
        return whole ? measured : Long.valueOf(Math.max(declared, measured));
    }

    private static String work(RunView view) {
        return view.run().experiment() + "/" + view.run().arm();
    }
}
