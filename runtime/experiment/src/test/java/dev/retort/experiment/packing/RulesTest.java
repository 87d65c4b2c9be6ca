package dev.retort.experiment.packing;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.retort.experiment.Decision;
import dev.retort.experiment.json.Json;
import dev.retort.experiment.packing.Weighing.Question;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

import java.util.List;

/** What is decided from what. */
final class RulesTest {
    private static Member holding(String run, @Nullable Long peak) {
        return new Member(run, run, peak, null, null, false);
    }

    private static Member making(String run, @Nullable Double alone, @Nullable Double shared) {
        return new Member(run, run, 1L, alone, shared, false);
    }

    private static boolean joins(Member... members) {
        return Packing.decide(new Weighing(Question.JOIN, 0, 1000, List.of(members), null))
                .filter(decision -> decision.kind() == Decision.Kind.PACK)
                .isPresent();
    }

    private static boolean goes(Member... members) {
        return Packing.decide(new Weighing(Question.PACE, 0, 1000, List.of(members), null))
                .filter(decision -> decision.kind() == Decision.Kind.UNPACK)
                .isPresent();
    }

    @Test
    void aTenthOfTheMemoryIsLeftFree() {
        assertTrue(joins(holding("a", 450L), holding("b", 450L)));
        assertTrue(!joins(holding("a", 450L), holding("b", 451L)));
        assertTrue(!joins(holding("a", 1L), holding("b", Long.MAX_VALUE)));
    }

    @Test
    void whoseMemoryIsNotKnownDoesNotCome() {
        assertTrue(!joins(holding("a", null), holding("b", 1L)));
        assertTrue(!joins(holding("a", 1L), holding("b", null)));
    }

    @Test
    void noMoreThanFourShareADevice() {
        Member[] five = new Member[5];
        for (int i = 0; i < 5; i++) {
            five[i] = holding("r" + i, 1L);
        }
        assertTrue(!joins(five));
        assertTrue(joins(five[0], five[1], five[2], five[3]));
    }

    @Test
    void whoWasTakenApartDoesNotComeTogetherAgain() {
        assertTrue(!joins(new Member("a", "a", 1L, null, null, true), holding("b", 1L)));
    }

    @Test
    void togetherTheyHaveToGetMoreDone() {
        assertTrue(!goes(making("a", 10.0, 5.3), making("b", 100.0, 53.0)));
        assertTrue(goes(making("a", 10.0, 5.2), making("b", 100.0, 52.0)));
        assertTrue(!goes(making("a", 10.0, 9.9), making("b", 100.0, 10.0)));
        assertTrue(goes(making("a", 9.0, 2.9), making("b", 9.0, 2.9), making("c", 9.0, 2.9)));
    }

    @Test
    void aPaceAloneThatIsNotKnownIsTakenFromTheOthers() {
        assertTrue(goes(making("a", 10.0, 5.0), making("b", null, 1.0)));
        assertTrue(!goes(making("a", 10.0, 6.0), making("b", null, 1.0)));
        assertTrue(!goes(making("a", null, 1.0), making("b", null, 1.0)));
        assertTrue(!goes(making("a", 10.0, 1.0), making("b", 10.0, null)));
    }

    @Test
    void theDecisionIsAboutTheLastAndNamesItsInputs() {
        Weighing weighing =
                new Weighing(
                        Question.OUT_OF_MEMORY,
                        3,
                        1000,
                        List.of(holding("a", 1L), holding("b", 2L)),
                        7L);
        Decision decision = Packing.decide(weighing).orElseThrow();
        assertEquals("b", decision.run());
        assertEquals(Json.sha256(weighing), decision.inputs());
        assertEquals("it ran out of memory beside run a and goes on alone", decision.reason());
        assertThrows(
                IllegalArgumentException.class,
                () -> new Weighing(Question.JOIN, 0, 1, List.of(holding("a", 1L)), null));
    }
}
