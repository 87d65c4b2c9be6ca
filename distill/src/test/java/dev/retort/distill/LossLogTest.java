package dev.retort.distill;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;

import dev.retort.distill.loss.CombinedLoss;
import dev.retort.distill.loss.CrossEntropy;
import dev.retort.distill.loss.LossTerm;
import dev.retort.distill.train.TrainingObserver;

import org.junit.jupiter.api.Test;
import org.slf4j.LoggerFactory;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

class LossLogTest {
    @Test
    void aWindowWhoseStepsWereMadeInAnotherProcessIsPassedOn() {
        List<Long> told = new ArrayList<>();
        TrainingObserver next =
                new TrainingObserver() {
                    @Override
                    public void progressed(Progress progress) {
                        told.add(progress.step());
                    }
                };
        try (NDManager manager = NDManager.newBaseManager()) {
            CombinedLoss loss =
                    new CombinedLoss(
                            List.of(LossTerm.of("labels", new CrossEntropy(), 1)), 20, manager);
            LossLog log = new LossLog(LoggerFactory.getLogger(LossLogTest.class), loss, next);
            assertTrue(loss.isRead());
            log.progressed(at(10));
            loss.stepBegins(11);
            NDList labels =
                    new NDList(manager.create(new long[] {1}), manager.ones(new Shape(1, 2)));
            loss.evaluate(labels, new NDList(manager.ones(new Shape(1, 2))));
            assertFalse(loss.isRead());
            log.progressed(at(11));
            assertTrue(loss.isRead());
        }
        assertEquals(List.of(10L, 11L), told);
    }

    private static TrainingObserver.Progress at(long step) {
        return new TrainingObserver.Progress(1, 2, step, 20, step, 0.5, Duration.ZERO);
    }
}
