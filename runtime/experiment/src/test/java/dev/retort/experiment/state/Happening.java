package dev.retort.experiment.state;

import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.retort.experiment.event.Event;
import dev.retort.experiment.event.EventSamples;
import dev.retort.experiment.event.RecordedEvent;

/** A state to which events happen. */
abstract class Happening {
    static final String RUN = EventSamples.RUN;

    final LabState state = new LabState();

    void queued() {
        EventSamples.ofAllKinds().stream().limit(4).forEach(this::happen);
    }

    void happen(Event event) {
        state.apply(recorded(state, event));
    }

    RefusedException refused(Event event) {
        LabState fork = state.fork();
        return assertThrows(RefusedException.class, () -> fork.apply(recorded(fork, event)));
    }

    static RecordedEvent recorded(LabState on, Event event) {
        long seq = on.lastSeq() + 1;
        return new RecordedEvent(seq, seq, 1000, 0, "test", null, event, "hash");
    }
}
