package dev.retort.examples;

import dev.retort.distill.Role;

import java.util.Locale;
import java.util.Set;

/** What a command can make of a student. */
enum ExportKind {
    /** ONNX with 32-bit weights. */
    ONNX,
    /** ONNX with 8-bit weights. */
    INT8,
    /** Student and teacher as ONNX, with the threshold below which the teacher is asked. */
    CASCADE;

    /** Whether it is made of one of some models. */
    boolean needs(Set<Role> some) {
        return some.contains(Role.STUDENT_DISTILLED)
                || (this == CASCADE && some.contains(Role.TEACHER));
    }

    /** As it is written in an option. */
    @Override
    public String toString() {
        return name().toLowerCase(Locale.ROOT);
    }
}
