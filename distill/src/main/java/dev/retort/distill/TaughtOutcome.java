package dev.retort.distill;

/**
 * A teacher and the student that it taught, as in {@link SeedOutcome}, without the student that was
 * left alone.
 *
 * @param teacher the teacher
 * @param student the distilled student
 */
public record TaughtOutcome(TrainedModel teacher, TrainedModel student) {}
