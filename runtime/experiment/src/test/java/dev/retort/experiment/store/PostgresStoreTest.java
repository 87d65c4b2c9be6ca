package dev.retort.experiment.store;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.retort.experiment.Samples;
import dev.retort.experiment.event.Event.HypothesisRegistered;
import dev.retort.experiment.event.Event.RunAdmitted;
import dev.retort.experiment.event.EventSamples;
import dev.retort.experiment.event.RecordedEvent;
import dev.retort.experiment.lab.Lab;
import dev.retort.experiment.state.RefusedException;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

/** The same store on a real server. */
@Tag("slow")
@Timeout(value = 5, unit = TimeUnit.MINUTES)
final class PostgresStoreTest {
    private static PostgresServer server;

    @BeforeAll
    static void start() throws Exception {
        server = PostgresServer.start();
    }

    @AfterAll
    static void stop() throws Exception {
        server.close();
    }

    @BeforeEach
    void empty() throws SQLException {
        sql(
                "DROP TABLE IF EXISTS events, heartbeats, signs_of_life, scheduler_signs,"
                        + " schema_changes");
    }

    @Test
    void whetherAStoreIsThereIsFoundOutWithoutMakingOne() {
        assertFalse(EventStore.isThere(server.url()));
        assertFalse(EventStore.isThere(server.url()));
        EventStore.open(server.url()).close();
        assertTrue(EventStore.isThere(server.url()));
    }

    @Test
    void aWholeLifeIsThereAfterOpeningAgain() {
        try (EventStore store = EventStore.open(server.url())) {
            EventSamples.ofAllKinds().forEach(event -> store.record(Batch.of("ada ö", event)));
            store.beat(new Heartbeat("s", "h", "p", 1, 5, 0));
            store.beat(new Heartbeat("s", "h", "p", 2, 5, 0));
        }
        try (EventStore store = EventStore.open(server.url())) {
            assertEquals(
                    EventSamples.ofAllKinds(),
                    store.events(0, 100).stream().map(RecordedEvent::event).toList());
            assertEquals(List.of(new Heartbeat("s", "h", "p", 2, 5, 0)), store.heartbeats());
        }
    }

    @Test
    void writersOfSeveralProcessesMakeOneChain() {
        int writers = 4;
        int each = 50;
        List<EventStore> stores = new ArrayList<>();
        for (int i = 0; i < writers; i++) {
            stores.add(EventStore.open(server.url()));
        }
        List<CompletableFuture<?>> all = new ArrayList<>();
        for (int w = 0; w < writers; w++) {
            int writer = w;
            all.add(
                    CompletableFuture.runAsync(
                            () -> {
                                for (int i = 0; i < each; i++) {
                                    register(stores.get(writer), "h" + writer + "-" + i);
                                }
                            }));
        }
        CompletableFuture.allOf(all.toArray(CompletableFuture[]::new)).join();
        stores.forEach(EventStore::refresh);
        List<RecordedEvent> events = stores.getFirst().events(0, 1000);
        assertEquals(writers * each, events.size());
        for (EventStore store : stores) {
            int known = store.read(state -> state.hypotheses().size());
            assertEquals(writers * each, known);
            store.close();
        }
    }

    @Test
    void aConditionSeesWhatAnotherProcessWroteJustBefore() {
        Batch batch = Batch.of("ada", HypothesisRegistered.of(Samples.hypothesis("g")));
        try (EventStore store = EventStore.open(server.url());
                EventStore other = EventStore.open(server.url())) {
            register(other, "h");
            assertThrows(
                    RefusedException.class,
                    () ->
                            store.record(
                                    batch,
                                    state -> {
                                        if (state.hypothesis("h").isPresent()) {
                                            throw new RefusedException("h was first");
                                        }
                                    }));
            assertEquals(1, other.events(0, 10).size());
            assertEquals(new Receipt(2, 2, false), store.record(batch, _ -> {}));
        }
    }

    @Test
    void onlyOneOfTwoSchedulersGetsARun() {
        try (EventStore first = EventStore.open(server.url());
                EventStore second = EventStore.open(server.url())) {
            new Lab(first, "ada").submit(Samples.experiment("e", "t", "x", 1).build());
            second.record(Batch.of("s", new RunAdmitted("e/a/1", 1, "s", "h", List.of())));
            assertThrows(
                    RefusedException.class,
                    () ->
                            first.record(
                                    Batch.of(
                                            "t",
                                            new RunAdmitted("e/a/1", 1, "t", "h", List.of()))));
        }
    }

    @Test
    void aServerThatIsKilledLosesNothingThatWasAcknowledged() throws Exception {
        try (EventStore store = EventStore.open(server.url())) {
            for (int i = 0; i < 20; i++) {
                register(store, "h" + i);
            }
            server.crash();
            StoreException down = assertThrows(StoreException.class, () -> register(store, "down"));
            assertTrue(
                    String.valueOf(down.getMessage()).contains("cannot be written"),
                    down::getMessage);
            server.up();
            // The connection is made anew; the first call may still find the old one.
            boolean written = false;
            for (int i = 0; !written && i < 20; i++) {
                try {
                    register(store, "after");
                    written = true;
                } catch (StoreException _) {
                    Thread.sleep(100);
                }
            }
            assertTrue(written);
            List<String> names =
                    store.read(state -> state.hypotheses().stream().map(h -> h.id()).toList());
            assertEquals(21, names.size());
            assertEquals("after", names.getLast());
        }
    }

    @Test
    void aNewerVersionIsRefused() throws SQLException {
        EventStore.open(server.url()).close();
        sql("INSERT INTO schema_changes (id, applied_at, description) VALUES (9, 'x', 'y')");
        assertThrows(StoreVersionException.class, () -> EventStore.open(server.url()));
    }

    @Test
    void passwordsAreNotShown() {
        String url = "jdbc:postgresql://127.0.0.1:1/x?user=ada&password=secret";
        StoreException refused = assertThrows(StoreException.class, () -> EventStore.open(url));
        String message = String.valueOf(refused.getMessage());
        assertTrue(
                message.startsWith("the store jdbc:postgresql://127.0.0.1:1/x cannot be"), message);
        assertTrue(!message.contains("secret"), message);
    }

    private static void register(EventStore store, String id) {
        store.record(Batch.of("ada", HypothesisRegistered.of(Samples.hypothesis(id))));
    }

    private static void sql(String statement) throws SQLException {
        try (Connection connection = DriverManager.getConnection(server.url());
                var sql = connection.createStatement()) {
            sql.execute(statement);
        }
    }
}
